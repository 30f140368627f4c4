"""Stock: a count is no truth value, and none of the switches depends on it."""

from __future__ import annotations

from typing import Any

import pytest

from catalens import translate
from tests.compliance.facts import NO_COUNTERPART, all_lost, arrived, assert_same, lost, validate_all

STOCK = "product_pricing_and_stock"

COUNTS = {
    "axim": {"inventory": [{"stock": 5}]},
    "webcommander": {STOCK: {"available_stock": "5"}},
    "prosperna": {"product_price": {"stock_quantity": 5}},
}


@pytest.mark.parametrize("source", COUNTS)
def test_a_count_is_a_count(source: str) -> None:
    validate_all(source, COUNTS[source], {target: (said, {}) for target, said in COUNTS.items() if target != source})


@pytest.mark.parametrize("source", COUNTS)
@pytest.mark.parametrize("target", ["commerce-engine", "commerce-engine/read"])
def test_a_count_does_not_survive_a_truth_value(source: str, target: str) -> None:
    validate_all(source, COUNTS[source], {target: all_lost(COUNTS[source])})


@pytest.mark.parametrize("available", [True, False])
def test_no_count_is_invented_from_a_truth_value(available: bool) -> None:
    payload = {"stock_available": available}
    validate_all(
        "commerce-engine",
        payload,
        {
            "axim": all_lost(payload),
            "prosperna": all_lost(payload),
            "keevault": all_lost(payload),
            "webcommander": ({"product_properties": {"sold_out": not available}}, {}),
            "webcommander/read": ({"sold_out": not available}, {}),
        },
    )


@pytest.mark.parametrize("sold_out", [True, False])
def test_sold_out_is_the_opposite_of_available(sold_out: bool) -> None:
    validate_all(
        "webcommander",
        {"product_properties": {"sold_out": sold_out}},
        {"commerce-engine": ({"stock_available": not sold_out}, {})},
    )


def test_the_label_of_a_sold_out_product_stays_at_home() -> None:
    payload = {"product_properties": {"sold_out_label": "Back in spring"}}
    validate_all("webcommander", payload, {"commerce-engine": all_lost(payload), "axim": all_lost(payload)})


@pytest.mark.parametrize("always", [True, False])
def test_always_in_stock_means_that_the_count_is_not_tracked(always: bool) -> None:
    said: dict[str, Any] = {
        "prosperna": {"product_state": {"is_always_instock": always}},
        "axim": {"trackInventory": not always},
        "webcommander": {STOCK: {"track_inventory": not always}},
    }
    for source, payload in said.items():
        validate_all(source, payload, {target: (word, {}) for target, word in said.items() if target != source})


def test_the_switches_do_not_touch_the_count() -> None:
    payload = {
        "product_price": {"stock_quantity": 56},
        "product_state": {"is_always_instock": True, "is_hide_stock": True},
    }
    hidden = {"/product_state/is_hide_stock": NO_COUNTERPART}
    validate_all(
        "prosperna",
        payload,
        {
            "axim": ({"trackInventory": False, "inventory": [{"stock": 56}]}, hidden),
            "webcommander": ({STOCK: {"track_inventory": False, "available_stock": "56"}}, hidden),
        },
    )


def test_low_levels_meet() -> None:
    validate_all(
        "axim",
        {"inventory": [{"stock": 100, "minStock": 10}]},
        {
            "webcommander": ({STOCK: {"available_stock": "100", "low_level_stock": "10"}}, {}),
            "prosperna": ({"product_price": {"stock_quantity": 100}}, {"/inventory/0/minStock": NO_COUNTERPART}),
        },
    )


@pytest.mark.parametrize("target", ["webcommander", "webcommander/read", "prosperna"])
def test_stock_at_further_locations_is_reported(target: str) -> None:
    done = translate({"inventory": [{"stock": 5}, {"stock": 7}, {"stock": 9}]}, "axim", target)
    assert lost(done) == {"/inventory/1/stock": "reduced.list", "/inventory/2/stock": "reduced.list"}


def test_where_stock_is_counted_stays_at_home() -> None:
    payload = {"inventoryType": "variant"}
    validate_all("axim", payload, {name: all_lost(payload) for name in ("webcommander", "commerce-engine")})


def test_has_variants_meets() -> None:
    validate_all(
        "prosperna",
        {"product_state": {"is_product_has_variants": False}},
        {"commerce-engine": ({"has_variant": False}, {})},
    )


def test_negative_stock_is_stock() -> None:
    done = translate({"inventory": [{"stock": -3}]}, "axim", "webcommander")
    assert_same(arrived(done), {STOCK: {"available_stock": "-3"}})
