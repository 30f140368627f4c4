"""A product that lives in A and B at once, edited on either side in any order, keeps every edit that both can hold.

After each edit the other side is brought up to date, with the sidecar of the latest translation in the other
direction. So each side has a sidecar for the other: what the other does not hold of it.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from catalens.formats import registry
from catalens.laws import accounted, edits_win
from catalens.laws.leaf_lookup import product_of
from catalens.payloads import canonical, dumps, loads
from catalens.strategies import EDITS, Edit, edit_all, payloads
from tests.laws.trips import translators

#: a change that both sides of each pair hold alike: its name in A and in B
SHARED = {
    ("axim/write", "commerce-engine/write"): (("name",), ("name",)),
    ("prosperna/write", "keevault/write"): (("product_specification", "name"), ("name",)),
    ("webcommander/write", "axim/write"): (("name",), ("name",)),
    ("commerce-engine/write", "webcommander/write"): (("name",), ("name",)),
}


class Side:
    """One side: the product as it stands there, and what the other side does not hold of it."""

    def __init__(self, spelled: str, other: str, shared: tuple[str, ...]) -> None:
        self.to_other, self.from_other = translators(spelled, other)
        self.profile = self.to_other.source
        self.shared = shared
        self.product: Any = {}
        self.sidecar: Any = None

    def name(self) -> Any:
        value = self.product
        for part in self.shared:
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def with_name(self, name: str) -> Any:
        """Return the product with another name."""
        return _with(self.product, self.shared, name)

    def alone(self, product: Any) -> Any:
        """Return what the other side alone would make of a product of this one."""
        return product_of(self.to_other(product).payload, self.to_other.target)


def _with(value: Any, at: tuple[str, ...], leaf: Any) -> Any:
    below = value.get(at[0]) if isinstance(value, dict) else None
    return {**(value or {}), at[0]: leaf if len(at) == 1 else _with(below, at[1:], leaf)}


class Sync(RuleBasedStateMachine):
    pair: tuple[str, str]

    def __init__(self) -> None:
        super().__init__()
        one, other = self.pair
        ours, theirs = SHARED[self.pair]
        self.a, self.b = Side(one, other, ours), Side(other, one, theirs)
        self.named: str | None = None

    def begin(self, payload: Any) -> None:
        self.a.product = loads(dumps(product_of(payload, self.a.profile)))
        self.bring(self.a, self.b, self.a.product)

    def change(self, side: Side, other: Side, product: Any) -> None:
        """Let somebody change the product on one side, bring it over, and hold that against law 5."""
        before, held = side.product, other.product
        returned = side.alone(before)
        self.bring(side, other, product)
        edits_win(held, returned, side.alone(product), other.product, other.profile, other.to_other.plan)

    def bring(self, side: Side, other: Side, product: Any) -> None:
        """Bring a product of one side over to the other."""
        # it is the same product, even where its SKU and all else that tells it from others was edited
        there = side.to_other(product, restore=other.sidecar, restore_anyway=True)
        accounted(there, product)
        side.product, side.sidecar = product, _read(there.sidecar)
        other.product = _read(there.payload)
        back = other.to_other(other.product, restore=side.sidecar)
        other.sidecar = _read(back.sidecar)

    @rule(edits=EDITS)
    def edit_a(self, edits: list[Edit]) -> None:
        self.change(self.a, self.b, self.unnamed(self.a, edits))

    @rule(edits=EDITS)
    def edit_b(self, edits: list[Edit]) -> None:
        self.change(self.b, self.a, self.unnamed(self.b, edits))

    def unnamed(self, side: Side, edits: list[Edit]) -> Any:
        """Edit anything but the name, once it is known."""
        product = loads(dumps(edit_all(side.product, edits, side.profile)))
        return product if self.named is None else _with(product, side.shared, self.named)

    @rule(number=EDITS.map(len))
    def name_it_in_a(self, number: int) -> None:
        self.named = f"Product {number}"
        self.change(self.a, self.b, self.a.with_name(self.named))

    @rule(number=EDITS.map(len))
    def name_it_in_b(self, number: int) -> None:
        self.named = f"Article {number}"
        self.change(self.b, self.a, self.b.with_name(self.named))

    @invariant()
    def both_know_the_name(self) -> None:
        if self.named is not None:
            assert (self.a.name(), self.b.name()) == (self.named, self.named)

    @invariant()
    def each_side_can_be_made_from_the_other(self) -> None:
        for side, other in ((self.a, self.b), (self.b, self.a)):
            made = other.to_other(other.product, restore=side.sidecar)
            assert canonical(product_of(made.payload, side.profile)) == canonical(side.product)
            assert made.report.stale == made.report.orphaned == []


def _read(value: Any) -> Any:
    return None if value is None else loads(dumps(value))


@pytest.mark.parametrize("pair", SHARED)
def test_no_edit_that_both_can_hold_is_lost(pair: tuple[str, str]) -> None:
    class Machine(Sync):
        @initialize(payload=payloads(registry().profile(pair[0]), registry().profile(pair[1])))
        def start(self, payload: Any) -> None:
            self.begin(payload)

    Machine.pair = pair
    run_state_machine_as_test(
        Machine, settings=settings(stateful_step_count=8, max_examples=4 * settings.default.max_examples)
    )
