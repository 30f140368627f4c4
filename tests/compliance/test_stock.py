"""Stock: a count is no truth value, and none of the switches depends on it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from catalens import UsageError, translate
from catalens.paths import pointer_text
from tests.compliance.facts import CONDITION, NO_COUNTERPART, all_lost, arrived, assert_same, validate_all

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


def count(total: Any) -> dict[str, Any]:
    """Return the stock count of a product in the words of each format that has room for one."""
    return {
        "webcommander": {STOCK: {"available_stock": str(total)}},
        "webcommander/read": {STOCK: {"available_stock": total}},
        "prosperna": {"product_price": {"stock_quantity": total}},
    }


@pytest.mark.parametrize(
    ("rows", "total"),
    [([40, 60], 100), ([5, 7, 9], 21), ([0.1, 0.2], 0.3), ([2**64, 1], 2**64 + 1), ([40, -60], -20)],
)
def test_what_can_be_sold_is_the_stock_of_all_locations(rows: list[Any], total: Any) -> None:
    losses = {f"/inventory/{index}/stock": "reduced.list" for index in range(len(rows))}
    expected = {target: (said, losses) for target, said in count(total).items()}
    validate_all("axim", {"inventory": [{"stock": one} for one in rows]}, expected)


def test_a_location_that_adds_nothing_leaves_the_first_one_as_it_is() -> None:
    losses = {"/inventory/1/stock": "reduced.list"}
    expected = {target: (said, losses) for target, said in count(40).items()}
    validate_all("axim", {"inventory": [{"stock": 40}, {"stock": 0}]}, expected)


def test_locations_without_a_number_are_left_aside() -> None:
    rows = [{"stock": 40}, {"stock": None}, {}, {"stock": 2}]
    losses = {
        "/inventory/0/stock": "reduced.list",
        "/inventory/1/stock": CONDITION,
        "/inventory/2": "dropped.limit",
        "/inventory/3/stock": "reduced.list",
    }
    expected = {target: (said, losses) for target, said in count(42).items()}
    validate_all("axim", {"inventory": rows}, expected)


def test_the_count_is_null_only_if_all_are() -> None:
    expected = {"prosperna": ({"product_price": {"stock_quantity": None}}, {"/inventory/1/stock": CONDITION})}
    validate_all("axim", {"inventory": [{"stock": None}, {"stock": None}]}, expected)


LEVELS = {"inventory": [{"stock": 40, "minStock": 8}, {"stock": 60, "minStock": 5}]}


@pytest.mark.parametrize(
    ("assume", "level", "first", "second"),
    [
        ({}, None, CONDITION, CONDITION),
        ({"low_stock": "none"}, None, CONDITION, CONDITION),
        ({"low_stock": "sum"}, "13", "reduced.list", "reduced.list"),
        ({"low_stock": "first"}, "8", None, "dropped.limit"),
        ({"low_stock": "least"}, "5", CONDITION, "reduced.order"),
    ],
)
def test_how_levels_of_several_locations_are_gathered_is_assumed(
    assume: dict[str, str], level: str | None, first: str | None, second: str
) -> None:
    said = {"available_stock": "100", **({} if level is None else {"low_level_stock": level})}
    losses = {f"/inventory/{index}/stock": "reduced.list" for index in range(2)}
    losses |= {f"/inventory/{index}/minStock": code for index, code in enumerate((first, second)) if code}
    validate_all("axim", LEVELS, {"webcommander": ({STOCK: said}, losses)}, assume=assume)


def test_an_unknown_way_to_gather_levels_is_refused() -> None:
    with pytest.raises(UsageError, match="no answer 'lest'; did you mean 'least'"):
        translate(LEVELS, "axim", "webcommander", assume={"low_stock": "lest"})


def test_an_edited_total_becomes_one_row() -> None:
    there = translate(LEVELS, "axim", "webcommander")
    again = translate(there.payload, "webcommander", "axim", restore=there.sidecar)
    assert_same(again.payload, LEVELS)
    edited = translate({STOCK: {"available_stock": "90"}}, "webcommander", "axim", restore=there.sidecar)
    assert edited.payload["inventory"][0]["stock"] == 90
    assert [row.get("stock") for row in edited.payload["inventory"][1:]] == [None] * (
        len(edited.payload["inventory"]) - 1
    )
    assert edited.report.stale


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


@pytest.mark.parametrize(
    ("stocks", "sum", "codes"),
    [
        ([1, "1E-999"], 1, [None, "dropped.limit"]),
        ([1, "1E-999", 2], 3, ["reduced.list", "dropped.limit", "reduced.list"]),
        ([1, "1E-999", 0], 1, [None, "dropped.limit", "reduced.list"]),
        (["1E-999", 1], "1E-999", [None, "dropped.limit"]),
    ],
)
def test_a_row_that_would_make_the_sum_too_long_is_left_out(stocks: Any, sum: Any, codes: Any) -> None:
    rows = [{"stock": Decimal(one) if isinstance(one, str) else one} for one in stocks]
    found = translate({"inventory": rows}, "axim", "prosperna")
    assert found.payload == {"product_price": {"stock_quantity": Decimal(sum)}}
    lost = {pointer_text(one.pointer): one.code.value for one in found.losses}
    assert [lost.get(f"/inventory/{index}/stock") for index in range(len(rows))] == codes


def test_a_row_whose_number_is_the_sum_is_carried_wherever_it_stands() -> None:
    rows = [{}, {"stock": 0}, {"stock": 0}]
    losses = {"/inventory/0": CONDITION, "/inventory/2/stock": "reduced.list"}
    expected = {target: (said, losses) for target, said in count(0).items()}
    validate_all("axim", {"inventory": rows}, expected)
