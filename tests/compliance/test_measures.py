"""Weights and sizes: exact factors, listed assumptions, and volumes that are no mass."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Any

import pytest

from catalens import UsageError, translate
from tests.compliance.facts import all_lost, arrived, assert_same, assumed, at, codes, lost, validate_all

WEIGHT = "/product_measurements/product_weight/weight"
UNIT = "/product_measurements/product_weight/unit"

#: where each format keeps the weight of the packed product
WEIGHTS = {
    "axim": "/weight",
    "commerce-engine": "/packaging/pack_dry_weight",
    "commerce-engine/read": "/packaging/pack_dry_weight",
    "webcommander": "/product_properties/weight",
    "webcommander/read": "/weight",
}
#: where each format keeps length, width and height
SIDES = {
    "axim": ("/dimensions/depth", "/dimensions/width", "/dimensions/height"),
    "commerce-engine": ("/packaging/pack_length", "/packaging/pack_width", "/packaging/pack_height"),
    "webcommander": ("/product_properties/length", "/product_properties/width", "/product_properties/height"),
    "webcommander/read": ("/length", "/width", "/height"),
}


def weighing(amount: Any, unit: str | None) -> dict[str, Any]:
    return {"product_measurements": {"product_weight": {"weight": amount, **({"unit": unit} if unit else {})}}}


def sized(unit: str | None, **sides: Any) -> dict[str, Any]:
    return {"product_measurements": {"product_size": {**sides, **({"unit": unit} if unit else {})}}}


def decimal(value: Any) -> Decimal:
    return Decimal(str(value))


# -- factors --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", WEIGHTS)
@pytest.mark.parametrize(
    ("unit", "kilograms"),
    [("kg", "1"), ("g", "0.001"), ("lb", "0.45359237"), ("oz", "0.028349523125")],
)
@pytest.mark.parametrize("amount", [1, 450, Decimal("12.50"), 0.1, 2**64 + 1, Decimal("12345678901234567890.123")])
def test_a_weight_becomes_kilograms_exactly(target: str, unit: str, kilograms: str, amount: Any) -> None:
    done = translate(weighing(amount, unit), "prosperna", target)
    with localcontext(prec=100):
        assert decimal(at(arrived(done), WEIGHTS[target])) == decimal(amount) * Decimal(kilograms)
    assert lost(done) == {}


@pytest.mark.parametrize("target", SIDES)
@pytest.mark.parametrize(("unit", "metres"), [("m", "1"), ("cm", "0.01"), ("mm", "0.001"), ("in", "0.0254")])
def test_a_size_is_converted_exactly(target: str, unit: str, metres: str) -> None:
    done = translate(sized(unit, length=62, width=Decimal("12.35"), height=0.1), "prosperna", target)
    stored = Decimal("1") if target.startswith("webcommander") else Decimal("0.01")
    for pointer, side in zip(SIDES[target], (62, Decimal("12.35"), Decimal("0.1")), strict=True):
        assert decimal(at(arrived(done), pointer)) == side * Decimal(metres) / stored
    assert lost(done) == {}


@pytest.mark.parametrize("unit", ["g", "kg", "lb", "oz"])
def test_a_weight_comes_back_as_the_same_weight(unit: str) -> None:
    there = translate(weighing(Decimal("12.5"), unit), "prosperna", "commerce-engine")
    back = translate(there.payload, "commerce-engine", "axim", assume={"target.weight": unit})
    assert decimal(at(back.payload, "/weight")) == Decimal("12.5")
    assert lost(back) == {}


@pytest.mark.parametrize("unit", ["lb", "oz"])
@pytest.mark.parametrize("target", ["commerce-engine", "webcommander", "webcommander/read"])
def test_digits_that_no_decimal_number_can_hold_are_reported(target: str, unit: str) -> None:
    done = translate({"weight": 1}, "axim", target, assume={"source.weight": "g", "target.weight": unit})
    assert lost(done) == {"/weight": "reduced.precision"}
    assert len(str(at(arrived(done), WEIGHTS[target]))) < 40


def test_the_number_stays_where_the_unit_does() -> None:
    validate_all(
        "axim",
        {"weight": Decimal("12.50")},
        {
            "commerce-engine": ({"packaging": {"pack_dry_weight": Decimal("12.50")}}, {}),
            "webcommander": ({"product_properties": {"weight": "12.50"}}, {}),
            "prosperna": (weighing(Decimal("12.50"), "kg"), {}),
        },
    )


def test_depth_is_the_side_that_others_call_length() -> None:
    validate_all(
        "axim",
        {"dimensions": {"depth": 1, "width": 2, "height": 3}},
        {
            "commerce-engine": ({"packaging": {"pack_length": 1, "pack_width": 2, "pack_height": 3}}, {}),
            "webcommander": ({"product_properties": {"length": "0.01", "width": "0.02", "height": "0.03"}}, {}),
            "prosperna": (sized("cm", length=1, width=2, height=3), {}),
        },
    )


def test_sizes_in_several_units_share_the_first_one() -> None:
    hub = {
        "size": {
            "length": {"value": 1, "unit": "m"},
            "width": {"value": 1, "unit": "cm"},
            "height": {"value": 1, "unit": "in"},
        }
    }
    done = translate(hub, "hub/write", "prosperna")
    assert_same(done.payload, sized("m", length=1, width=0.01, height=0.0254))


def test_the_outer_carton_is_not_the_pack() -> None:
    payload = {"packaging": {"shipper_width": 40, "shipper_dry_weight": 11, "units_per_shipper": 12}}
    validate_all(
        "commerce-engine", payload, {name: all_lost(payload) for name in ("axim", "webcommander", "prosperna")}
    )


# -- volumes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", [*WEIGHTS, "keevault"])
@pytest.mark.parametrize("unit", ["l", "ml"])
def test_a_volume_is_no_mass(target: str, unit: str) -> None:
    done = translate(weighing(45, unit), "prosperna", target)
    assert_same(arrived(done), {})
    assert set(lost(done)) == {WEIGHT, UNIT}


@pytest.mark.parametrize("unit", ["l", "ml"])
def test_a_volume_stays_a_volume_at_home_and_in_the_hub(unit: str) -> None:
    payload = weighing(Decimal("0.50"), unit)
    assert_same(translate(payload, "prosperna", "prosperna").payload, payload)
    hub = translate(payload, "prosperna", "hub/write").payload
    assert_same(hub["weight"], {"value": Decimal("0.50"), "unit": unit})
    assert_same(translate(hub, "hub/write", "prosperna").payload, payload)


# -- assumptions ----------------------------------------------------------------------------------------------


def test_a_bare_weight_rests_on_both_sides_units() -> None:
    done = translate({"weight": 1, "dimensions": {"depth": 1}}, "axim", "webcommander")
    assert assumed(done) == {"weight": ["kg"], "length": ["cm", "m"]}


def test_a_weight_with_its_unit_rests_on_the_targets_unit_only() -> None:
    done = translate(weighing(450, "g"), "prosperna", "axim", assume={"source.weight": "lb"})
    assert assumed(done) == {"weight": ["kg"]}
    assert_same(done.payload, {"weight": 0.45})


def test_a_missing_unit_is_the_stores_own() -> None:
    done = translate(weighing(2, None), "prosperna", "axim", assume={"source.weight": "lb"})
    assert decimal(done.payload["weight"]) == 2 * Decimal("0.45359237")
    assert assumed(done) == {"weight": ["lb", "kg"]}


@pytest.mark.parametrize(
    ("assume", "weight"),
    [
        ({}, "1"),
        ({"weight": "g"}, "1"),
        ({"source.weight": "g"}, "0.001"),
        ({"target.weight": "g"}, "1000"),
        ({"source.weight": "oz", "target.weight": "lb"}, "0.0625"),
    ],
)
def test_assumed_units_are_overridable(assume: dict[str, str], weight: str) -> None:
    done = translate({"weight": 1}, "axim", "commerce-engine", assume=assume)
    assert decimal(at(done.payload, "/packaging/pack_dry_weight")) == Decimal(weight)
    assert lost(done) == {}


def test_an_assumed_unit_becomes_a_said_one() -> None:
    done = translate({"weight": 1}, "axim", "prosperna", assume={"weight": "g"})
    assert_same(done.payload, weighing(1, "g"))
    assert assumed(done) == {"weight": ["g"]}


def test_assumptions_count_the_leaves_that_rest_on_them() -> None:
    done = translate({"dimensions": {"depth": 1, "width": 2, "height": 3}}, "axim", "commerce-engine")
    assert done.report.assumptions == [{"what": "length", "value": "cm", "leaves": 3}]


@pytest.mark.parametrize("source", ["axim", "prosperna"])
def test_each_side_of_a_group_rests_on_the_assumption(source: str) -> None:
    size = {"length": 1, "width": 2, "height": 3}
    said = {
        "axim": {"dimensions": {"depth": 1, "width": 2, "height": 3}},
        "prosperna": {"product_measurements": {"product_size": size}},
    }
    target = "prosperna" if source == "axim" else "axim"
    done = translate(said[source], source, target)
    assert done.report.assumptions == [{"what": "length", "value": "cm", "leaves": 3}]


def test_only_the_target_assumes_where_the_source_says_the_unit() -> None:
    done = translate(sized("in", length=1, width=2), "prosperna", "axim")
    assert done.report.assumptions == [{"what": "length", "value": "cm", "leaves": 2}]


def test_what_does_not_arrive_rests_on_nothing() -> None:
    assert assumed(translate(weighing(45, "l"), "prosperna", "axim")) == {}
    assert assumed(translate(weighing(None, "kg"), "prosperna", "axim")) == {}


@pytest.mark.parametrize(
    "assume",
    [
        {"wieght": "kg"},
        {"weight": "stone"},
        {"weight": "cm"},
        {"length": "kg"},
        {"source.": "kg"},
        {"timezone": "Mars"},
    ],
    ids=lambda assume: "=".join(*assume.items()),
)
def test_an_assumption_that_cannot_be_is_refused(assume: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        translate({"weight": 1}, "axim", "commerce-engine", assume=assume)


# -- units that need no conversion ----------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["mm", "cm", "in", "m"])
def test_a_unit_that_was_used_is_not_lost(unit: str) -> None:
    for target in SIDES:
        done = translate(sized(unit, length=1), "prosperna", target)
        assert lost(done) == {}, target
        assert set(codes(done).values()) <= {"converted.unit", "carried.moved"}


def test_a_unit_of_nothing_is_lost() -> None:
    done = translate(sized("cm"), "prosperna", "axim")
    assert lost(done) == {"/product_measurements/product_size/unit": "dropped.condition"}
