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
from catalens.payloads import dumps, identical, loads
from catalens.products import without_withheld
from catalens.validate import fits, set_aside
from tests.oracle import interpret
from tests.pairs import PAIRS, grouped

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
