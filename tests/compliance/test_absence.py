"""Absent, null, "" and [] are four things, for every pair and everything that both hold."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import pytest

from catalens import InvalidPayload, Translator, translate
from catalens.engine import Translation
from catalens.mapping.profile import Correspondence
from catalens.payloads import canonical, dumps
from tests.compliance.facts import arrived, assert_same, at, codes, examples, lost, validate_all
from tests.pairs import PAIRS

#: the payload of each profile that has the most fields
FULL = {source: payload for source, _, payload in sorted(examples(), key=lambda one: len(dumps(one[2])))}

ABSENT = object()


@cache
def translator(source: str, target: str) -> Translator:
    return Translator(source, target)


def variant(payload: Any, pointer: str, value: Any) -> Any:
    """Return a payload with another value (or nothing) at a place."""
    changed = copy.deepcopy(payload)
    parent, _, last = pointer.rpartition("/")
    node = at(changed, parent)
    name: Any = int(last) if isinstance(node, list) else last
    if value is ABSENT:
        del node[name]
    else:
        node[name] = value
    return changed


def shared(source: str, target: str) -> list[str]:
    """Return one leaf of each field of the fullest example that arrives in the target unharmed."""
    report = translator(source, target)(FULL[source]).report.to_dict()
    first: dict[str, str] = {}
    for leaf in report["leaves"]:
        kept = leaf["fate"] in ("carried", "converted") and leaf["code"] != "carried.foreign_id"
        if kept and leaf["rule"] != "envelope" and not leaf["source"].rpartition("/")[2].isdigit():
            first.setdefault(leaf["rule"], leaf["source"])
    return list(first.values())


def lists(source: str, target: str) -> list[str]:
    """Return the lists of the fullest example of which something arrives in the target."""
    report = translator(source, target)(FULL[source]).report.to_dict()
    found: dict[str, None] = {}
    for leaf in report["leaves"]:
        if leaf["targets"]:
            parts = leaf["source"].split("/")
            for depth, part in enumerate(parts):
                if part.isdigit():
                    found["/".join(parts[:depth])] = None
                    break
    return list(found)


def kept(done: Translation, pointer: str) -> bool:
    """Tell whether what stands at a place of the source is kept."""
    return not any(code.is_loss for at, code in codes(done).items() if (at + "/").startswith(pointer + "/"))


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_what_is_kept_differs_from_what_is_absent(pair: tuple[str, str]) -> None:
    source, target = pair
    for pointer in [*shared(source, target), *lists(source, target)]:
        value = at(FULL[source], pointer)
        outputs: dict[bytes, Any] = {}
        for state in (ABSENT, None, "", [], *([] if value in (None, "", []) else [value])):
            try:
                done = translator(source, target)(variant(FULL[source], pointer, state))
            except InvalidPayload:
                continue
            if state is not ABSENT and not kept(done, pointer):
                continue
            text = canonical(done.payload)
            assert text not in outputs or same_state(source, pointer, outputs[text], state), (
                f"{pointer}: {outputs[text]!r} and {state!r} arrive alike"
            )
            outputs[text] = state


def same_state(source: str, pointer: str, one: Any, other: Any) -> bool:
    """Tell whether a field's own codec says that two states are one: 0 and null both say "no sale"."""
    value = correspondence(source, pointer)
    if value is None:
        return False
    if ABSENT in (one, other):
        # one of several fields that repeat each other, or what the target's place implies
        return len(value.fields) > 1 or pointer == "/description/dataType"
    return len(value.fields) == 1 and canonical(value.codec.decode(one)[0]) == canonical(value.codec.decode(other)[0])


def correspondence(source: str, pointer: str) -> Correspondence | None:
    parts = pointer.split("/")[1:]
    profile = translator(source, source).source
    if profile.envelope and profile.envelope[0] == parts[0]:
        parts = parts[len(profile.envelope) :]
    name = "".join("[]" if part.isdigit() else f".{part}" for part in parts).lstrip(".")
    for field, value in profile.fields():
        if field.name.removesuffix("[]") == name and isinstance(value, Correspondence):
            return value
    return None


def test_there_is_something_to_compare() -> None:
    for source, target in PAIRS:
        assert shared(source, target), (source, target)


# -- by hand --------------------------------------------------------------------------------------------------

TEXTS = {
    "axim": "/name",
    "commerce-engine": "/name",
    "webcommander": "/name",
    "prosperna": "/product_specification/name",
}


def named(format: str, value: Any) -> Any:
    return {"product_specification": {"name": value}} if format == "prosperna" else {"name": value}


@pytest.mark.parametrize("source", TEXTS)
@pytest.mark.parametrize("target", TEXTS)
@pytest.mark.parametrize("value", [None, "", "Shirt"], ids=repr)
def test_null_and_empty_text_arrive_as_they_are(source: str, target: str, value: Any) -> None:
    short = value == "" and target == "webcommander" and source != target
    # a name shorter than the target allows is dropped: not padded, and not written
    expected = ({}, {TEXTS[source]: "dropped.limit"}) if short else (named(target, value), {})
    validate_all(source, named(source, value), {target: expected})


@pytest.mark.parametrize(("source", "target"), PAIRS, ids="-".join)
def test_nothing_becomes_of_nothing(source: str, target: str) -> None:
    done = translate({}, source, target)
    assert_same(arrived(done) if done.payload else {}, {})
    assert codes(done) == {"": "carried"}


LISTS = {
    "axim": ("/mediaGallery", {"mediaGallery": []}),
    "commerce-engine": ("/images", {"images": []}),
    "prosperna": ("/product_specification/images", {"product_specification": {"images": []}}),
}


@pytest.mark.parametrize("source", LISTS)
def test_an_empty_list_and_null_are_two_things(source: str) -> None:
    for target in LISTS:
        if target != source:
            validate_all(source, LISTS[source][1], {target: (LISTS[target][1], {})})
            none = variant(LISTS[source][1], LISTS[source][0], None)
            validate_all(source, none, {target: (variant(LISTS[target][1], LISTS[target][0], None), {})})


def test_an_empty_object_says_nothing_and_is_reported() -> None:
    done = translate({"seo": {}, "name": "Tea"}, "axim", "commerce-engine")
    assert_same(done.payload, {"name": "Tea"})
    assert list(lost(done)) == ["/seo"]


def test_false_and_zero_are_values() -> None:
    validate_all(
        "axim",
        {"isFeatured": False, "price": 0, "cost": 0, "inventory": [{"stock": 0}]},
        {
            "commerce-engine": (
                {"is_featured": False, "pricing": [{"listing_price": 0, "cost_price": 0}]},
                {"/inventory/0/stock": "dropped.no_counterpart"},
            ),
            "webcommander": (
                {
                    "base_price": "0",
                    "cost_price": "0",
                    "product_properties": {"featured_product": False},
                    "product_pricing_and_stock": {"available_stock": "0"},
                },
                {},
            ),
        },
    )
