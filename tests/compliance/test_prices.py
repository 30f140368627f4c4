"""Prices: what is charged, what is a sale, what is neither."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from catalens import translate
from tests.compliance.facts import (
    CONDITION,
    NO_COUNTERPART,
    all_lost,
    arrived,
    assert_same,
    assumed,
    at,
    codes,
    lost,
    validate_all,
)

STOCK = "product_pricing_and_stock"

#: what makes amounts the same on both sides, for all that is not about currencies
ONE_CURRENCY = {"currency": "INR"}


def axim(price: Any = None, sale: Any = None) -> dict[str, Any]:
    return {name: value for name, value in (("price", price), ("sale", sale)) if value is not None}


def engine(listing: Any = None, selling: Any = None) -> dict[str, Any]:
    row = {
        name: value for name, value in (("listing_price", listing), ("selling_price", selling)) if value is not None
    }
    return {"pricing": [row]} if row else {}


def web(base: Any, on_sale: bool | None = None, price: Any = None) -> dict[str, Any]:
    sale = {name: value for name, value in (("on_sale", on_sale), ("on_sale_price", price)) if value is not None}
    return {**({"base_price": base} if base else {}), **({STOCK: sale} if sale else {})}


def prosperna(regular: Any = None, sale: Any = None) -> dict[str, Any]:
    both = {} if regular is None else {"regular_price": regular, "price": regular}
    return {"product_price": {**both, **({} if sale is None else {"sale_price": sale})}}


#: one state of a product's price, in the words of each format: (source, payload)
NO_SALE = {
    "axim": axim(10, 0),
    "commerce-engine": engine(10, 10),
    "webcommander": web("10", False),
    "prosperna": prosperna(10, 0),
}
SALE = {
    "axim": axim(10, 8),
    "commerce-engine": engine(10, 8),
    "webcommander": web("10", True, "8"),
    "prosperna": prosperna(10, 8),
}
ONLY_LISTED = {
    "axim": axim(10),
    "commerce-engine": engine(10),
    "webcommander": web("10"),
    "prosperna": prosperna(10),
}
SALE_ALONE = {
    "axim": axim(sale=8),
    "commerce-engine": engine(selling=8),
    "webcommander": web(None, True, "8"),
    "prosperna": prosperna(sale=8),
}


@pytest.mark.parametrize("source", NO_SALE)
@pytest.mark.parametrize(
    "state", [NO_SALE, SALE, ONLY_LISTED, SALE_ALONE], ids=["none", "sale", "list", "sale alone"]
)
def test_four_formats_say_the_same_of_a_sale(source: str, state: dict[str, Any]) -> None:
    others = {target: (product, {}) for target, product in state.items() if target != source}
    validate_all(source, state[source], {**others, "keevault": all_lost(state[source])}, assume=ONE_CURRENCY)


@pytest.mark.parametrize("source", NO_SALE)
def test_a_sale_of_zero_charges_nobody_zero(source: str) -> None:
    for target in ("axim", "prosperna"):
        product = arrived(translate(NO_SALE[source], source, target))
        assert at(product, "/sale" if target == "axim" else "/product_price/sale_price") == 0
    product = arrived(translate(NO_SALE[source], source, "commerce-engine"))
    assert at(product, "/pricing/0/selling_price") == 10


@pytest.mark.parametrize(("source", "empty"), [("axim", {"price": 10, "sale": None}), ("prosperna", prosperna(10))])
def test_null_says_no_sale_too(source: str, empty: Any) -> None:
    if source == "prosperna":
        empty = {"product_price": {**empty["product_price"], "sale_price": None}}
    expected = {"commerce-engine": (engine(10, 10), {}), "webcommander": (web("10", False), {})}
    validate_all(source, empty, expected, assume=ONE_CURRENCY)


def test_no_sale_cannot_be_said_without_a_listing_price() -> None:
    for source, payload, pointer in (
        ("axim", {"sale": 0}, "/sale"),
        ("prosperna", {"product_price": {"sale_price": 0}}, "/product_price/sale_price"),
        ("webcommander", {STOCK: {"on_sale": False}}, f"/{STOCK}/on_sale"),
    ):
        validate_all(source, payload, {"commerce-engine": ({}, {pointer: CONDITION})})


def test_a_selling_price_above_the_listing_price_is_still_what_is_charged() -> None:
    payload = engine(10, 12)
    validate_all(
        "commerce-engine", payload, {"axim": (axim(10, 12), {}), "webcommander": (web("10", True, "12"), {})}
    )


# -- a sale that is switched off ------------------------------------------------------------------------------


def test_a_switched_off_sale_is_not_charged_and_not_silent() -> None:
    payload = web("10", False, "8")
    silent = {f"/{STOCK}/on_sale_price": CONDITION}
    validate_all(
        "webcommander",
        payload,
        {
            "axim": (axim(10, 0), silent),
            "commerce-engine": (engine(10, 10), silent),
            "prosperna": (prosperna(10, 0), silent),
            "keevault": all_lost(payload),
        },
    )


def test_a_sale_price_without_its_switch_is_not_charged() -> None:
    payload = web("10", None, "8")
    silent = {f"/{STOCK}/on_sale_price": CONDITION}
    validate_all(
        "webcommander",
        payload,
        {"axim": (axim(10), silent), "commerce-engine": (engine(10), silent), "prosperna": (prosperna(10), silent)},
    )


def test_a_switched_off_sale_price_waits_between_the_profiles_of_its_platform() -> None:
    payload = web("10", False, "8")
    answer = {"base_price": 10, "is_on_sale": False, "sale_price": 8, STOCK: {"on_sale": False, "on_sale_price": 8}}
    validate_all("webcommander", payload, {"webcommander/read": (answer, {})})
    validate_all("webcommander/read", {"product": answer}, {"webcommander": (payload, {})})


@pytest.mark.parametrize("price", [8, "8"], ids=["bare", "quoted"])
@pytest.mark.parametrize("twice", [{}, {STOCK: {"on_sale": True, "on_sale_price": 8}}], ids=["once", "twice"])
def test_the_answer_says_the_sale_twice_and_means_it_once(price: Any, twice: Any) -> None:
    answer = {"product": {"base_price": 10, "is_on_sale": True, "sale_price": price, **twice}}
    validate_all("webcommander/read", answer, {"axim": (axim(10, 8), {}), "commerce-engine": (engine(10, 8), {})})


def test_an_answer_that_contradicts_itself_does_not_lose_the_other_half_in_silence() -> None:
    answer = {"product": {"base_price": 10, "is_on_sale": True, "sale_price": 8, STOCK: {"on_sale": False}}}
    done = translate(answer, "webcommander/read", "axim")
    assert_same(arrived(done), axim(10, 8))
    assert lost(done) == {f"/product/{STOCK}/on_sale": CONDITION}


@pytest.mark.parametrize("quoted", [False, True], ids=["bare", "quoted"])
@pytest.mark.parametrize("kind", ["percent", "amount", None])
def test_the_price_at_the_top_of_an_answer_is_what_is_charged(quoted: bool, kind: str | None) -> None:
    inner: dict[str, Any] = {"on_sale": True, "on_sale_price": "20" if quoted else 20}
    if kind is not None:
        inner["on_sale_price_type"] = kind
    answer = {"base_price": 149.9, "is_on_sale": True, "sale_price": "119.92" if quoted else 119.92, STOCK: inner}
    lost = {f"/product/{STOCK}/{name}": CONDITION for name in inner if name != "on_sale"}
    validate_all(
        "webcommander/read",
        {"product": answer},
        {
            "axim": (axim(149.9, 119.92), lost),
            "commerce-engine": (engine(149.9, 119.92), lost),
            "prosperna": (prosperna(149.9, 119.92), lost),
        },
    )


def test_a_percentage_is_sent_back_as_one() -> None:
    inner = {"on_sale": True, "on_sale_price": 20, "on_sale_price_type": "percent"}
    answer = {"product": {"base_price": 149.9, "is_on_sale": True, "sale_price": 119.92, STOCK: inner}}
    done = translate(answer, "webcommander/read", "webcommander")
    assert_same(done.payload, {"base_price": "149.9", STOCK: {**inner, "on_sale_price": "20"}})
    assert lost(done) == {"/product/is_on_sale": CONDITION, "/product/sale_price": CONDITION}
    back = translate(done.payload, "webcommander", "webcommander/read", restore=done.sidecar)
    assert_same(back.payload, answer)


def test_a_sale_without_a_type_is_assumed_to_be_an_amount() -> None:
    payload = web("10", True, "8")
    done = translate(payload, "webcommander", "axim")
    assert_same(done.payload, axim(10, 8))
    assert assumed(done)["sale_price_type"] == ["amount"]
    other = translate(payload, "webcommander", "axim", assume={"sale_price_type": "percent"})
    assert_same(other.payload, axim(10))
    assert f"/{STOCK}/on_sale_price" in lost(other)
    said = translate({STOCK: {**payload[STOCK], "on_sale_price_type": "amount"}}, "webcommander", "axim")
    assert "sale_price_type" not in assumed(said)
    written = translate(axim(10, 8), "axim", "webcommander")
    assert assumed(written)["sale_price_type"] == ["amount"]


# -- what is no charged price ---------------------------------------------------------------------------------


def test_a_compare_at_price_is_not_charged_anywhere() -> None:
    payload = {"base_price": "10", STOCK: {"expected_to_pay": True, "expected_to_pay_price": "12.5"}}
    gone = {f"/{STOCK}/expected_to_pay": NO_COUNTERPART, f"/{STOCK}/expected_to_pay_price": NO_COUNTERPART}
    validate_all(
        "webcommander",
        payload,
        {
            "axim": (axim(10), gone),
            "commerce-engine": (engine(10), gone),
            "prosperna": (prosperna(10), gone),
            "keevault": all_lost(payload),
        },
    )


@pytest.mark.parametrize("word", ["percent", "PERCENTAGE", "a word of tomorrow"])
def test_a_number_of_an_unknown_type_is_no_price(word: str) -> None:
    payload = {"base_price": "10", STOCK: {"on_sale": True, "on_sale_price": "8", "on_sale_price_type": word}}
    for target, expected in (("axim", axim(10)), ("prosperna", prosperna(10)), ("commerce-engine", engine(10))):
        done = translate(payload, "webcommander", target)
        assert_same(arrived(done), expected)
        assert set(lost(done)) == {f"/{STOCK}/{name}" for name in payload[STOCK]}
    done = translate(payload, "webcommander", "webcommander/read")
    assert at(arrived(done), f"/{STOCK}/on_sale_price_type") == word


def test_a_tier_discount_is_not_computed_with() -> None:
    tier = {"quantity": 10, "discount": 5, "price": 9, "tierPricingType": "fixed"}
    payload = {"price": 10, "tierPrice": [tier]}
    gone = {f"/tierPrice/0/{name}": NO_COUNTERPART for name in tier}
    validate_all(
        "axim",
        payload,
        {
            "commerce-engine": (engine(10), gone),
            "webcommander": (web("10"), gone),
            "prosperna": (prosperna(10), gone),
            "keevault": all_lost(payload),
        },
    )
    assert_same(arrived(translate(payload, "axim", "axim")), payload)


def test_tiers_and_group_prices_do_not_meet() -> None:
    payload = {"pricing": [{"listing_price": 10, "min_order_quantity": 12}]}
    validate_all("commerce-engine", payload, {"axim": ({"price": 10, "quantity": {"minQuantity": 12}}, {})})


def test_a_cost_is_a_cost_everywhere() -> None:
    costs = {
        "axim": {"cost": 3},
        "commerce-engine": {"pricing": [{"cost_price": 3}]},
        "webcommander": {"cost_price": "3"},
        "prosperna": {"product_price": {"unit_cost": 3}},
    }
    for source, payload in costs.items():
        expected = {target: (product, {}) for target, product in costs.items() if target != source}
        validate_all(source, payload, expected, assume=ONE_CURRENCY)


def test_price_as_text_is_read_and_a_number_is_written() -> None:
    validate_all("webcommander/read", {"product": {"base_price": "299.99"}}, {"axim": ({"price": 299.99}, {})})
    validate_all(
        "axim",
        {"price": "299.99"},
        {
            "commerce-engine": (engine(299.99), {}),
            "prosperna": (prosperna(299.99), {}),
            "webcommander": (web("299.99"), {}),
        },
    )


# -- the alias of the list price ------------------------------------------------------------------------------


def test_the_alias_is_read_only_where_the_list_price_is_absent() -> None:
    validate_all("prosperna", {"product_price": {"price": 10}}, {"axim": (axim(10), {})})
    validate_all("prosperna", {"product_price": {"regular_price": 10}}, {"axim": (axim(10), {})})


def test_the_alias_is_written_equal_to_the_list_price() -> None:
    validate_all("axim", axim(10), {"prosperna": ({"product_price": {"regular_price": 10, "price": 10}}, {})})


@pytest.mark.parametrize("target", ["axim", "commerce-engine", "webcommander"])
def test_an_alias_that_differs_does_not_vanish_in_silence(target: str) -> None:
    payload = {"product_price": {"regular_price": 10, "price": 11}}
    done = translate(payload, "prosperna", target, assume=ONE_CURRENCY)
    assert lost(done) == {"/product_price/price": CONDITION}


# -- prices of customer groups --------------------------------------------------------------------------------


RETAIL = {"customer_group_id": "retail", "listing_price": 12, "selling_price": 9, "cost_price": 4}
TRADE = {"customer_group_id": "trade", "listing_price": 9, "selling_price": 8}


def further(row: dict[str, Any], index: int) -> dict[str, str]:
    return {f"/pricing/{index}/{name}": CONDITION for name in row}


@pytest.mark.parametrize("said", [{}, {"customer_group_id": None}], ids=["absent", "null"])
def test_the_price_for_everybody_is_the_row_without_a_group(said: dict[str, Any]) -> None:
    rows = [{**said, "listing_price": 10, "selling_price": 10, "cost_price": 4}, TRADE]
    losses = {**{f"/pricing/0/{name}": CONDITION for name in said}, **further(TRADE, 1)}
    validate_all(
        "commerce-engine",
        {"pricing": rows},
        {
            "axim": ({**axim(10, 0), "cost": 4}, losses),
            "webcommander": ({**web("10", False), "cost_price": "4"}, losses),
            "prosperna": ({"product_price": {**prosperna(10, 0)["product_price"], "unit_cost": 4}}, losses),
            "keevault": all_lost({"pricing": rows}),
        },
        assume=ONE_CURRENCY,
    )


def test_where_every_row_is_a_groups_nobody_gets_the_price_of_another() -> None:
    losses = {**further(RETAIL, 0), **further(TRADE, 1)}
    targets = ("axim", "prosperna", "webcommander")
    validate_all("commerce-engine", {"pricing": [RETAIL, TRADE]}, dict.fromkeys(targets, ({}, losses)))


def test_the_only_row_holds_for_everybody() -> None:
    losses = {"/pricing/0/customer_group_id": CONDITION}
    validate_all("commerce-engine", {"pricing": [RETAIL]}, {"axim": ({**axim(12, 9), "cost": 4}, losses)})


def test_the_group_whose_price_everybody_gets_can_be_assumed() -> None:
    payload = {"pricing": [RETAIL, TRADE]}
    expected = {"axim": (axim(9, 8), further(RETAIL, 0))}
    done = validate_all("commerce-engine", payload, expected, assume={"price_group": "trade"})
    assert assumed(done["axim"])["price_group"] == ["trade"]
    expected = {"axim": ({**axim(12, 9), "cost": 4}, further(TRADE, 1))}
    done = validate_all("commerce-engine", payload, expected, assume={"source.price_group": "retail"})
    assert codes(done["axim"])["/pricing/0/customer_group_id"] == "read"


def test_an_assumed_group_goes_behind_the_row_for_everybody() -> None:
    payload = {"pricing": [{"listing_price": 10}, TRADE]}
    expected = {"axim": (axim(10), further(TRADE, 1))}
    validate_all("commerce-engine", payload, expected, assume={"price_group": "trade"})
    validate_all("commerce-engine", payload, expected, assume={"price_group": "nobody"})


def test_rows_that_agree_in_their_prices_hold_for_everybody() -> None:
    alike = {"listing_price": 9, "selling_price": 8, "cost_price": 4}
    rows = [{**alike, "customer_group_id": "a", "min_order_quantity": 50}, {**alike, "customer_group_id": "b"}]
    losses = {
        # nobody says that everybody has to buy 50
        "/pricing/0/min_order_quantity": CONDITION,
        "/pricing/0/customer_group_id": CONDITION,
        "/pricing/1/customer_group_id": CONDITION,
        **{f"/pricing/1/{name}": "reduced.list" for name in alike},
    }
    validate_all("commerce-engine", {"pricing": rows}, {"axim": ({**axim(9, 8), "cost": 4}, losses)})


def test_rows_that_say_no_price_agree_in_none() -> None:
    rows = [{"customer_group_id": name, "cost_price": 4} for name in ("a", "b")]
    losses = {**further(rows[0], 0), **further(rows[1], 1)}
    validate_all("commerce-engine", {"pricing": rows}, {"axim": ({}, losses)})


def test_the_group_that_a_plain_price_is_for_can_be_said() -> None:
    row = {"listing_price": 10, "customer_group_id": "X"}
    for source in ("axim", "prosperna", "webcommander"):
        how = {**ONE_CURRENCY, "target.price_group": "X"}
        done = validate_all(source, ONLY_LISTED[source], {"commerce-engine": ({"pricing": [row]}, {})}, assume=how)
        origins = {one["target"]: one for one in done["commerce-engine"].report.origins}
        assert origins["/pricing/0/customer_group_id"]["origin"] == "context"
        assert assumed(done["commerce-engine"])["price_group"] == ["X"]
        validate_all(source, ONLY_LISTED[source], {"commerce-engine": (engine(10), {})}, assume=ONE_CURRENCY)


def test_the_price_for_everybody_is_found_behind_those_of_groups() -> None:
    payload = {"pricing": [RETAIL, {"listing_price": 10, "selling_price": 8}]}
    validate_all("commerce-engine", payload, {"axim": (axim(10, 8), further(RETAIL, 0))})


def test_of_several_prices_for_everybody_the_first_counts() -> None:
    payload = {"pricing": [{"listing_price": 10}, {"listing_price": 11}]}
    validate_all("commerce-engine", payload, {"axim": (axim(10), {"/pricing/1/listing_price": CONDITION})})


def test_the_price_of_a_group_comes_back_from_the_sidecar() -> None:
    payload = {"pricing": [RETAIL, {"listing_price": 10, "selling_price": 8}, TRADE]}
    there = translate(payload, "commerce-engine/write", "axim")
    back = translate({**there.payload, "price": 11}, "axim", "commerce-engine", restore=there.sidecar)
    assert_same(back.payload, {"pricing": [RETAIL, {"listing_price": 11, "selling_price": 8}, TRADE]})


@pytest.mark.parametrize("source", ONLY_LISTED)
def test_a_price_for_everybody_names_no_group(source: str) -> None:
    if source != "commerce-engine":
        validate_all(source, ONLY_LISTED[source], {"commerce-engine": (engine(10), {})}, assume=ONE_CURRENCY)


def test_variants_have_prices_for_everybody_too() -> None:
    rows = [{"name": "S", "pricing": [RETAIL, {"listing_price": 10}]}, {"name": "L", "pricing": [TRADE]}]
    done = translate({"content": {"product": {"variants": rows}}}, "commerce-engine/read", "axim")
    assert_same(arrived(done), {"variants": [{"name": "S", "price": 10}, {"name": "L", "price": 9, "sale": 8}]})


def test_price_rows_keep_their_order_and_groups_between_the_profiles_of_their_platform() -> None:
    rows = [{"customer_group_id": name, "listing_price": 10, "selling_price": 8} for name in ("b", "a", "c")]
    for source, target, payload in (
        ("commerce-engine/write", "commerce-engine/read", {"pricing": rows}),
        ("commerce-engine/read", "commerce-engine/write", {"content": {"product": {"pricing": rows}}}),
    ):
        done = translate(payload, source, target)
        assert lost(done) == {}
        assert_same(arrived(done), {"pricing": rows})


def test_additional_cost_stays_at_home() -> None:
    payload = {"additionalCost": {"type": "percentage", "value": 5}}
    validate_all("axim", payload, {name: all_lost(payload) for name in ("commerce-engine", "prosperna", "keevault")})


# -- quantities of an order -----------------------------------------------------------------------------------


def test_order_quantities_meet() -> None:
    quantities = {
        "axim": {"quantity": {"minQuantity": 2, "quantityIncrement": 3}},
        "commerce-engine": {"pricing": [{"min_order_quantity": 2, "incremental_quantity": 3}]},
        "webcommander": {
            STOCK: {
                "minimum_order_quantity": "2",
                "enable_multiple_order": True,
                "multiple_order_quantity": "3",
            }
        },
    }
    for source, payload in quantities.items():
        others = {target: (product, {}) for target, product in quantities.items() if target != source}
        validate_all(source, payload, {**others, "prosperna": all_lost(payload)})


STEPS: dict[str, dict[str, Any]] = {
    "switched off": {"enable_multiple_order": False, "multiple_order_quantity": "5"},
    # an update leaves the platform's own switch as it is, and nobody here knows how that is
    "switch not said": {"multiple_order_quantity": "5"},
    "switch alone": {"enable_multiple_order": True},
}


@pytest.mark.parametrize("state", STEPS)
def test_an_order_step_that_is_not_switched_on_does_not_hold_and_is_not_silent(state: str) -> None:
    payload = {STOCK: STEPS[state]}
    nothing = all_lost(payload, CONDITION)
    validate_all("webcommander", payload, {"axim": nothing, "commerce-engine": nothing})
    answer = {"product": payload}
    nothing = {}, {f"/product/{STOCK}/{name}": CONDITION for name in STEPS[state]}
    validate_all("webcommander/read", answer, {"axim": nothing, "commerce-engine": nothing})


@pytest.mark.parametrize("state", STEPS)
def test_an_order_step_that_is_not_switched_on_waits_between_the_profiles_of_its_platform(state: str) -> None:
    step = STEPS[state]
    bare = {name: 5 if value == "5" else value for name, value in step.items()}
    validate_all("webcommander", {STOCK: step}, {"webcommander/read": ({STOCK: bare}, {})})
    validate_all("webcommander/read", {"product": {STOCK: bare}}, {"webcommander": ({STOCK: step}, {})})


def test_an_order_step_from_elsewhere_is_switched_on() -> None:
    for source, payload, place in (
        ("commerce-engine", {"pricing": [{"incremental_quantity": 5}]}, "/pricing/0/incremental_quantity"),
        ("axim", {"quantity": {"quantityIncrement": 5}}, "/quantity/quantityIncrement"),
    ):
        product = {STOCK: {"enable_multiple_order": True, "multiple_order_quantity": "5"}}
        done = validate_all(source, payload, {"webcommander": (product, {})})["webcommander"]
        origins = {one["target"]: one["sources"] for one in done.report.to_dict()["origins"]}
        assert origins[f"/{STOCK}/enable_multiple_order"] == [place]


def test_a_maximum_order_has_no_place_where_only_a_minimum_has() -> None:
    validate_all(
        "commerce-engine",
        {"pricing": [{"max_order_quantity": 9}]},
        {
            "webcommander": ({STOCK: {"maximum_order_quantity": "9"}}, {}),
            "axim": ({}, {"/pricing/0/max_order_quantity": NO_COUNTERPART}),
        },
    )


# -- currency -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ONLY_LISTED)
def test_money_rests_on_a_listed_currency(source: str) -> None:
    for target in ONLY_LISTED:
        if target != source:
            assert "currency" in assumed(translate(ONLY_LISTED[source], source, target))


CURRENCIES = {"axim": "store", "commerce-engine": "INR", "webcommander": "store", "prosperna": "PHP"}


@pytest.mark.parametrize("source", SALE)
def test_the_currencies_of_both_sides_are_listed_with_all_amounts(source: str) -> None:
    for target in SALE:
        if target == source:
            continue
        whole = translate(SALE[source], source, target).report.assumptions
        # that a sale price without a type is an amount is another assumption
        found = [one for one in whole if one["what"] != "sale_price_type"]
        assert (found != whole) == ("webcommander" in (source, target))
        listed = {(one["what"], one["value"]): one["leaves"] for one in found}
        assert len(listed) == len(found)
        # prosperna says its list price twice
        counts = {CURRENCIES[one]: 3 if one == "prosperna" else 2 for one in (source, target)}
        currencies = {("currency", value): count for value, count in counts.items()}
        assert listed == {**currencies, ("tax", "store"): max(counts.values())}


def test_no_sale_is_no_amount_that_rests_on_a_currency() -> None:
    found = translate(web("10", False, "8"), "webcommander", "axim").report.assumptions
    assert [(one["what"], one["value"], one["leaves"]) for one in found] == [
        ("currency", "store", 2),
        ("tax", "store", 2),
    ]
    found = translate({"price": None}, "axim", "webcommander").report.assumptions
    assert found == []


@pytest.mark.parametrize("source", ONLY_LISTED)
def test_the_currency_can_be_given(source: str) -> None:
    for target in ONLY_LISTED:
        if target != source:
            done = translate(ONLY_LISTED[source], source, target, assume={"currency": "CHF"})
            assert assumed(done)["currency"] == ["CHF"]


def test_amounts_are_never_converted_between_currencies() -> None:
    done = translate(prosperna(900), "prosperna", "commerce-engine")
    assert_same(arrived(done), engine(900))
    assert set(codes(done).values()) == {"carried.foreign_currency"}


def test_no_money_no_currency() -> None:
    assert assumed(translate({"name": "Shirt"}, "axim", "commerce-engine")) == {}


def test_cents_arrive_as_they_are_written() -> None:
    price = Decimal("12.50")
    validate_all(
        "axim",
        {"price": price, "sale": Decimal("9.90")},
        {
            "commerce-engine": (engine(price, Decimal("9.90")), {}),
            "webcommander": (web("12.50", True, "9.90"), {}),
            "prosperna": (prosperna(price, Decimal("9.90")), {}),
        },
    )
