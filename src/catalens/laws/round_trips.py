"""One payload there and back, with its sidecar: what every law about restoring starts from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from types import TracebackType
from typing import Any

from catalens.codecs.numbers import is_number, key_text
from catalens.engine import Translation, Translator
from catalens.envelopes import rewrap
from catalens.laws.leaf_lookup import Leaf, item_around, leaf_at, prefix_of, product_of, without_withheld
from catalens.paths import Pointer, leaves, parse_pointer, pointer_text
from catalens.payloads import dumps, loads
from catalens.returning.entries import look_up
from catalens.strategies import Edit, edit_all


class RoundTrip:
    """A payload of A, what arrived in B, what somebody made of it there, and what comes back.

    S is the original, R what the way back alone gives, R' the same after B was edited, F what it gives with the
    sidecar: all products, without envelope. As a context manager it adds to an error what is known of the trip.
    """

    def __init__(
        self, there: Translator, back: Translator, payload: Any, edits: Sequence[Edit] = (), park: bool = False
    ) -> None:
        self.there, self.back = there, back
        self.payload, self.edits = payload, edits
        self.done: Translation = there(payload, park=park)

    def __enter__(self) -> RoundTrip:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: TracebackType | None) -> None:
        if error is not None:
            error.add_note(str(self))

    @cached_property
    def sidecar(self) -> Any:
        """Return the sidecar as it comes out of its file."""
        return None if self.done.sidecar is None else loads(dumps(self.done.sidecar))

    @cached_property
    def entries(self) -> list[Any]:
        """Return what the sidecar holds."""
        return self.sidecar["entries"] if self.sidecar else []

    @cached_property
    def arrived(self) -> Any:
        """Return what arrived, edited, as it comes out of its file."""
        product = edit_all(product_of(self.done.payload, self.there.target), self.edits, self.there.target)
        return loads(dumps(rewrap(self.done.payload, self.there.target, product)))

    @cached_property
    def original(self) -> Any:
        """Return the payload without what is withheld."""
        return without_withheld(self.payload, self.done.report.fates)

    @cached_property
    def alone(self) -> Translation:
        """Return what the way back gives of what arrived, without the sidecar."""
        return self.back(self.arrived)

    @cached_property
    def returned(self) -> Translation:
        """Return what the way back gives of what arrived, with the sidecar, even if that is refused."""
        return self.back(self.arrived, restore=self.sidecar, restore_anyway=self.is_another)

    @cached_property
    def identity(self) -> dict[str, tuple[Any, Any]]:
        """Return what the sidecar was written for, with what stands there now, where both are identifiers."""
        now = product_of(self.arrived, self.there.target)
        told = (self.sidecar or {}).get("identity", {})
        pairs = {at: (was, look_up(now, parse_pointer(at))) for at, was in told.items()}
        return {at: pair for at, pair in pairs.items() if all(map(_identifies, pair))}

    @cached_property
    def edited_identity(self) -> list[str]:
        """Return the places in A of those that are others now."""
        edited = [at for at, pair in self.identity.items() if _is_edited(pair)]
        units = [one for one in self.there.plan.units if one.out == 0]
        return [
            pointer_text(field.at)
            for one in units
            if any(pointer_text(field.at) in edited for field in one.target_fields)
            for field in one.source_fields
        ]

    @cached_property
    def is_another(self) -> bool:
        """Tell whether the edits left nothing of the identity, so that it might be another product."""
        return bool(self.identity) and all(map(_is_edited, self.identity.values()))

    @cached_property
    def s(self) -> Any:
        return product_of(self.original, self.there.source)

    @cached_property
    def unedited(self) -> Translation:
        """Return what the way back alone gives of what arrived, before it was edited."""
        return self.back(self.done.payload)

    @cached_property
    def r(self) -> Any:
        return product_of(self.unedited.payload, self.there.source)

    @cached_property
    def given_back(self) -> Counter[Leaf]:
        """Count the leaves of R that are S's: each came of the item, or the product, in which S says the same."""
        ours, theirs = (prefix_of(one, self.there.source) for one in (self.payload, self.unedited.payload))
        items: dict[Leaf, set[Pointer]] = {}
        for at, value in leaves(self.s):
            items.setdefault(leaf_at(at, value), set()).add(item_around(at))
        sources = {pointer_text(fate.source): fate.source[len(ours) :] for fate in self.done.report.fates}
        middle = {one["target"]: one["sources"] for one in self.done.report.origins}
        origins = {one["target"]: one["sources"] for one in self.unedited.report.origins}
        found: Counter[Leaf] = Counter()
        for at, value in leaves(self.r):
            if isinstance(value, dict | list):
                continue
            leaf, made_of = leaf_at(at, value), origins[pointer_text((*theirs, *at))]
            first = [sources[one] for each in made_of for one in middle.get(each, ())]
            if any(one[: len(item)] == item for one in first for item in items.get(leaf, ())):
                found[leaf] += 1
        return found

    @cached_property
    def r_edited(self) -> Any:
        return product_of(self.alone.payload, self.there.source)

    @cached_property
    def f(self) -> Any:
        return product_of(self.returned.payload, self.there.source)

    def __str__(self) -> str:
        """Show as much as was worked out by now: what broke a law may break what comes after it, too."""
        known = vars(self)
        stages = {"arrived": self.done.payload}
        if self.edits and "arrived" in known:
            stages["edited"] = self.arrived
        if "sidecar" in known:
            stages["sidecar"] = self.entries
        if "returned" in known:
            stages["back"] = self.returned.payload
        return "\n".join(f"{name:<8}{dumps(value).decode()}" for name, value in stages.items())


def _identifies(value: Any) -> bool:
    return (isinstance(value, str) and bool(value.strip())) or is_number(value)


def _is_edited(pair: tuple[Any, Any]) -> bool:
    # 1840 and "1840" are one identifier
    was, now = (key_text(value) if is_number(value) else value for value in pair)
    return bool(was != now)
