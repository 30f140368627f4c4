"""Whatever comes out can be read again: what is computed from numbers, texts and depths at their limits, too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from catalens.account.codes import LossCode
from catalens.codecs.numbers import MAX_DIGITS
from catalens.engine import Translator
from catalens.engine.admit import admit
from catalens.engine.lines import general_way
from catalens.errors import InvalidPayload
from catalens.mapping.profile import LeafNode, ListNode, MapNode, Node, ObjectNode
from catalens.payloads import MAX_DEPTH, dumps, identical, loads
from catalens.products import without_withheld
from catalens.validate import fits, set_aside
from tests.oracle import interpret
from tests.pairs import PAIRS, PROFILES, grouped

#: numbers at the limits of what is taken, and texts that stand for such
EDGES: tuple[Any, ...] = (
    *(Decimal("1E-999"), Decimal("-7E-998"), Decimal("1E+999"), 10**MAX_DIGITS - 1, 1 - 10**MAX_DIGITS),
    *(Decimal("0." + "3" * 499), Decimal("0.1" + "0" * 400 + "1"), 5e-324, 1.7976931348623157e308),
)
TEXTS = (
    *("-0." + "0" * 998 + "1", "0." + "3" * 499, "0." + "5" * 998),
    *("9" * MAX_DIGITS, "-" + "9" * (MAX_DIGITS + 1)),
)


def filled(node: Node, edge: Any) -> Any:
    """Return a value of a node with the edge in each field that takes it; None where none does."""
    match node:
        case LeafNode(field) if field.item is not None:
            return [edge] if fits(edge, field.item, item=True) else None
        case LeafNode(field):
            return edge if fits(edge, field) else None
        case ListNode(_, item, _):
            inner = filled(item, edge)
            return None if inner is None else [inner, inner]
        case ObjectNode(members):
            found = {name: filled(child, edge) for name, child in members.items()}
            return {name: value for name, value in found.items() if value is not None} or None
        case MapNode():
            return None


def edges(translator: Translator) -> Iterator[Any]:
    """Yield products of the source that are full of values at the limits."""
    for edge in (*EDGES, *TEXTS):
        product = filled(translator.source.tree, edge)
        if product is not None:
            with suppress(InvalidPayload):
                admit(product, translator.source)
                yield product


def reads_what_it_writes(translator: Translator) -> int:
    """Hold all that can be said of an output at the limits; return how many values were lost for being too long."""
    lost = 0
    for payload in edges(translator):
        done = translator(payload)
        text = dumps(done.payload)
        assert loads(text) is not None
        back = translator.back(done.payload, done.sidecar, restore_anyway=True)
        assert identical(back.payload, without_withheld(payload, translator.source))
        fast, general = translator.fast, general_way(translator, 1, dumps(payload))
        assert general.output == text
        quick = None if fast is None else fast(1, dumps(payload))
        if quick is not None:
            assert (quick.output, sorted(quick.found)) == (text, sorted(general.found))
        report = done.report.to_dict()
        assert report["verdicts"]["lossless"] == (not any(one.code.is_loss for one in done.losses))
        product, _ = set_aside(payload, translator.source)
        assert identical(
            interpret(product, translator.source, translator.target).payload, translator.convert(product)
        )
        lost += sum(one["code"] == LossCode.DROPPED_LIMIT for one in report["leaves"])
    return lost


@pytest.mark.parametrize(("source", "target"), grouped(PAIRS))
def test_what_is_written_can_be_read(source: str, target: str) -> None:
    reads_what_it_writes(Translator(source, target))


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("axim/write", "commerce-engine/write"),
        ("commerce-engine/write", "webcommander/write"),
        ("webcommander/write", "axim/write"),
    ],
)
def test_what_is_written_can_be_read_in_other_units(source: str, target: str) -> None:
    for units in (
        {"source.weight": "lb", "target.weight": "kg", "source.length": "in", "target.length": "cm"},
        {"source.weight": "kg", "target.weight": "oz", "source.length": "cm", "target.length": "in"},
        {"source.weight": "kg", "target.weight": "g", "source.length": "m", "target.length": "mm"},
    ):
        assert reads_what_it_writes(Translator(source, target, assume=units))


# -- depth ----------------------------------------------------------------------------------------------------


def nested(depth: int) -> Any:
    value: Any = "x"
    for level in range(depth):
        value = {"a": value} if level % 2 else [value]
    return value


def deepest(translator: Translator) -> Iterator[Any]:
    """Yield payloads that nest as deep as they may: in an unknown field, and in each field that takes anything."""
    tree, envelope = translator.source.tree, translator.source.envelope
    open_to_all = [name for name, node in tree.members.items() if fits_any(node)]
    for name in ("unheard of", *open_to_all):
        for depth in (MAX_DEPTH - 1, MAX_DEPTH - 2):
            product = {name: nested(depth)}
            for names in (envelope, ()) if envelope else ((),):
                payload: Any = product
                for one in reversed(names):
                    payload = {one: payload}
                with suppress(InvalidPayload):
                    admit(payload, translator.source)
                    yield payload


def fits_any(node: Node) -> bool:
    return isinstance(node, LeafNode) and any(fits(value, node.field) for value in ({"a": [1]}, [[1]]))


@pytest.mark.parametrize(("source", "target"), grouped(PAIRS))
def test_what_is_put_around_a_deep_value_can_be_read(source: str, target: str) -> None:
    translator = Translator(source, target)
    tried = 0
    for payload in deepest(translator):
        for park in (False, True):
            done = translator(payload, park=park)
            home, sidecar = loads(dumps(done.payload)), loads(dumps(done.sidecar))
            back = translator.back(home, sidecar, restore_anyway=True)
            assert identical(back.payload, payload)
            (line,) = translator.back.lines([dumps(home)], restore=[sidecar], restore_anyway=True)
            assert line.error is None
            tried += 1
    assert tried >= 4


@pytest.mark.parametrize("spelled", PROFILES)
def test_the_hub_holds_the_deepest_value(spelled: str) -> None:
    there, back = Translator(spelled, "hub"), Translator("hub", spelled)
    for payload in deepest(there):
        hub = there(payload).payload
        assert identical(back(loads(dumps(hub))).payload, payload)
        assert identical(back.read(dumps(hub)).payload, payload)


@pytest.mark.parametrize(
    "payload", [{"ext": {"axim": {"a": nested(MAX_DEPTH)}}}, {"x": {"a": nested(MAX_DEPTH + 2)}}]
)
def test_the_hub_holds_no_product_that_is_too_deep(payload: Any) -> None:
    with pytest.raises(InvalidPayload, match=f"deeper than {MAX_DEPTH} levels"):
        Translator("hub", "axim")(payload)
