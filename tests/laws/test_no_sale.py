"""All laws on small formats with a list and a charged price, which spell differently that there is no sale."""

from __future__ import annotations

from typing import Any

import pytest

from catalens import translate
from catalens.formats import Registry
from catalens.laws import LAWS, Law, Pair, broken
from tests.compliance.facts import CONDITION, assert_same, lost

HEAD = """\
format: {name}
title: A shop
assume: {{currency: EUR}}
equivalent: [{equivalent}]
profiles: {{write: {{}}}}
fields:
"""
GROUP = '"[full, charged]": {{types: [{types}], hub: "prices[0].[list, sale]", assumes: currency, codec: {codec}}}'
SHOPS = {
    "equal": ("decimal-zeros", GROUP.format(types="number, number", codec="{charged-price: equal}")),
    "gone": ("", GROUP.format(types="number, number", codec="{charged-price: null}")),
    "left-out": ("", GROUP.format(types="number, number", codec="{charged-price: absent}")),
    "texts": (
        "decimal-zeros, quoted",
        GROUP.format(
            types="string, string",
            codec="[{each: [decimal-string, decimal-string]}, {charged-price: null}]",
        ),
    ),
    "list-only": ("", 'full: {type: number, hub: "prices[0].list", assumes: currency}'),
    "apart": (
        "none-spelling",
        'full: {type: number, hub: "prices[0].list", assumes: currency}\n'
        '  sale: {type: number, hub: "prices[0].sale", codec: {means-none: 0}, assumes: currency}',
    ),
}


@pytest.fixture(scope="module")
def formats(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    folder = tmp_path_factory.mktemp("mappings")
    for name, (equivalent, lines) in SHOPS.items():
        text = HEAD.format(name=name, equivalent=equivalent) + f"  {lines}\n"
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return Registry([folder])


SIDES = [
    *(("gone", "equal"), ("equal", "gone"), ("gone", "apart"), ("apart", "texts"), ("texts", "left-out")),
    *(("left-out", "apart"), ("apart", "left-out"), ("list-only", "gone"), ("gone", "list-only"), ("texts", "hub")),
]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
@pytest.mark.parametrize(("source", "target"), SIDES)
def test_every_law_holds_however_no_sale_is_spelled(source: str, target: str, law: Law, formats: Registry) -> None:
    pair = Pair(f"{source}/write", f"{target}/write", formats)
    if law.concerns(pair):
        assert broken(law, pair, 15) == ""


#: one state of a price in the words of each shop; what stands for it on the way back is the same, digits included
STATES: dict[str, dict[str, Any]] = {
    "none": {
        "equal": {"full": 10, "charged": 10},
        "gone": {"full": None, "charged": 10},
        "left-out": {"charged": 10},
        "texts": {"full": None, "charged": "10"},
        "apart": {"full": 10, "sale": 0},
    },
    "sale": {
        "equal": {"full": 10, "charged": 8.5},
        "gone": {"full": 10, "charged": 8.5},
        "left-out": {"full": 10, "charged": 8.5},
        "texts": {"full": "10", "charged": "8.5"},
        "apart": {"full": 10, "sale": 8.5},
    },
    # nobody says for how much it is sold at other times
    "list price unsaid": {
        "equal": {"charged": 8},
        "gone": {"charged": 8},
        "texts": {"charged": "8"},
        "apart": {"sale": 8},
    },
}


@pytest.mark.parametrize("state", STATES)
def test_a_price_means_the_same_in_every_spelling(state: str, formats: Registry) -> None:
    for source, payload in STATES[state].items():
        for target, expected in STATES[state].items():
            done = translate(payload, source, target, formats=formats)
            assert_same(done.payload, expected, f"{source} to {target}")
            assert lost(done) == {}, f"{source} to {target}"


#: without a list price the one says the same, and the other leaves it unsaid
LOST = {"gone": "reduced.enum", "left-out": CONDITION}


@pytest.mark.parametrize("shop", LOST)
@pytest.mark.parametrize("full", [7, 8])
def test_a_list_price_that_is_not_above_what_is_charged_is_none(shop: str, full: int, formats: Registry) -> None:
    payload = {"full": full, "charged": 8}
    there = translate(payload, shop, "apart", formats=formats)
    assert_same(there.payload, {"full": 8, "sale": 0})
    assert lost(there) == {"/full": LOST[shop]}
    assert_same(translate(there.payload, "apart", shop, restore=there.sidecar, formats=formats).payload, payload)


@pytest.mark.parametrize(("shop", "none"), [("gone", {"full": None}), ("left-out", {})])
def test_what_is_charged_above_the_list_price_is_written_without_it(
    shop: str, none: dict[str, Any], formats: Registry
) -> None:
    there = translate({"full": 10, "charged": 12}, "equal", shop, formats=formats)
    assert_same(there.payload, {**none, "charged": 12})
    assert lost(there) == {"/full": LOST[shop]}


@pytest.mark.parametrize(("shop", "none"), [("gone", {"full": None}), ("left-out", {})])
def test_a_list_price_alone_is_what_is_charged(shop: str, none: dict[str, Any], formats: Registry) -> None:
    for source in ("equal", "apart", "list-only"):
        done = translate({"full": 10}, source, shop, formats=formats)
        assert_same(done.payload, {**none, "charged": 10}, source)
        assert lost(done) == {}


@pytest.mark.parametrize("shop", ["gone", "left-out"])
@pytest.mark.parametrize("full", [10, None])
def test_a_list_price_to_compare_with_says_nothing_alone(shop: str, full: Any, formats: Registry) -> None:
    done = translate({"full": full}, shop, "apart", formats=formats)
    assert_same(done.payload, {})
    assert lost(done) == {"/full": CONDITION}


@pytest.mark.parametrize("shop", ["gone", "left-out", "equal"])
def test_the_end_of_a_sale_alone_does_not_say_what_is_charged(shop: str, formats: Registry) -> None:
    done = translate({"sale": 0}, "apart", shop, formats=formats)
    assert_same(done.payload, {})
    assert lost(done) == {"/sale": CONDITION}


def test_an_edit_that_ends_a_sale_wins(formats: Registry) -> None:
    there = translate({"full": "10.00", "charged": "8.50"}, "texts", "apart", formats=formats)
    assert_same(there.payload, {"full": 10, "sale": 8.5})
    back = translate({**there.payload, "sale": 0}, "apart", "texts", restore=there.sidecar, formats=formats)
    assert back.payload["full"] is None
    assert float(back.payload["charged"]) == 10


def test_a_shipped_format_ends_a_sale_by_equal_prices_and_this_one_by_null(formats: Registry) -> None:
    row = {"listing_price": 10, "selling_price": 10}
    done = translate({"pricing": [row]}, "commerce-engine", "texts", assume={"currency": "EUR"}, formats=formats)
    assert_same(done.payload, {"full": None, "charged": "10"})
    back = translate(done.payload, "texts", "commerce-engine", assume={"currency": "EUR"}, formats=formats)
    assert_same(back.payload, {"pricing": [row]})
