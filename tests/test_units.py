"""Unit factors are those of an independent unit library, digit by digit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalens.codecs.numbers import as_decimal
from catalens.codecs.units import UNITS, convert, same
from catalens.hub import LengthUnit, MassUnit, VolumeUnit
from catalens.paths import MISSING

BASE = {"weight": "kilogram", "volume": "liter", "length": "meter"}
#: our name -> the library's, where it is another
NAMES = {"l": "liter", "ml": "milliliter", "in": "inch", "lb": "pound", "oz": "ounce"}
ALL = [(dimension, unit) for dimension, units in UNITS.items() for unit in units]


@pytest.fixture(scope="module")
def library() -> Any:
    return pint.UnitRegistry(non_int_type=Decimal)


@pytest.mark.parametrize(("dimension", "unit"), ALL)
def test_a_factor_is_exactly_the_librarys(dimension: str, unit: str, library: Any) -> None:
    theirs = library.Quantity(Decimal(1), NAMES.get(unit, unit)).to(BASE[dimension])
    assert theirs.magnitude == UNITS[dimension][unit]


@pytest.mark.parametrize(("dimension", "unit"), ALL)
def test_a_factor_is_an_exact_decimal(dimension: str, unit: str) -> None:
    assert type(UNITS[dimension][unit]) is Decimal


def test_the_hub_knows_these_units_and_no_others() -> None:
    assert set(MassUnit.__args__) == set(UNITS["weight"])  # type: ignore[attr-defined]
    assert set(VolumeUnit.__args__) == set(UNITS["volume"])  # type: ignore[attr-defined]
    assert set(LengthUnit.__args__) == set(UNITS["length"])  # type: ignore[attr-defined]


def test_no_unit_measures_two_things() -> None:
    units = [unit for _, unit in ALL]
    assert len(units) == len(set(units))


@pytest.mark.parametrize(
    ("amount", "unit", "wanted", "converted"),
    [
        (1, "lb", "kg", "0.45359237"),
        (16, "oz", "lb", "1"),
        (12, "in", "cm", "30.48"),
        (450, "g", "kg", "0.45"),
        (Decimal("12.50"), "kg", "g", "12500"),
        (1, "l", "ml", "1000"),
        (0, "in", "mm", "0"),
        (-2, "m", "cm", "-200"),
        (2**64 + 1, "kg", "g", "18446744073709551617000"),
    ],
)
def test_conversions(amount: Any, unit: str, wanted: str, converted: str) -> None:
    found = convert(amount, unit, wanted)
    assert found is not None
    assert as_decimal(found) == Decimal(converted)


@pytest.mark.parametrize("volume", UNITS["volume"])
@pytest.mark.parametrize("other", [unit for dimension, unit in ALL if dimension != "volume"])
def test_a_volume_is_neither_a_mass_nor_a_length(volume: str, other: str) -> None:
    assert convert(1, volume, other) is MISSING
    assert convert(1, other, volume) is MISSING


@pytest.mark.parametrize("unit", ["stone", "", "KG", "Kg", "feet"])
def test_an_unknown_unit_is_not_converted(unit: str) -> None:
    assert convert(1, unit, "kg") is MISSING
    assert convert(1, "kg", unit) is MISSING


def test_the_same_unit_leaves_the_number_alone() -> None:
    number = Decimal("12.50")
    assert convert(number, "kg", "kg") is number


AMOUNTS = st.integers(-(10**20), 10**20) | st.decimals(-(10**6), 10**6, places=6)
PAIRS = st.sampled_from([(one, other) for units in UNITS.values() for one in units for other in units])


@given(AMOUNTS, PAIRS)
def test_a_conversion_that_ends_goes_back(amount: Any, pair: tuple[str, str]) -> None:
    unit, wanted = pair
    there = convert(amount, unit, wanted)
    assert there is not None
    if same({"value": amount, "unit": unit}, {"value": there, "unit": wanted}):
        back = convert(there, wanted, unit)
        assert back is not None
        assert as_decimal(back) == as_decimal(amount)
    else:
        assert len("".join(map(str, as_decimal(there).as_tuple().digits)).strip("0")) <= 28


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (0.1, Decimal("0.1")),
        (12.5, Decimal("12.50")),
        ({"value": 1, "unit": "kg"}, {"value": 1000, "unit": "g"}),
        ({"value": 1, "unit": "in"}, {"value": Decimal("2.54"), "unit": "cm"}),
        ([1, {"a": 2}], [1.0, {"a": 2}]),
        (None, None),
        (MISSING, MISSING),
    ],
)
def test_the_same(one: Any, other: Any) -> None:
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (0, False),
        (0, None),
        (None, MISSING),
        ("", None),
        ([], None),
        ({}, []),
        ("1", 1),
        ("a", "A"),
        (0.1, Decimal("0.1000000000000000055511151231257827")),
        ({"value": 1, "unit": "kg"}, {"value": 1, "unit": "l"}),
        ({"value": 1, "unit": "kg"}, {"value": 1, "unit": "stone"}),
        ({"value": 1, "unit": "kg"}, {"value": 1}),
        ([1, 2], [2, 1]),
        ([1], [1, 1]),
    ],
)
def test_not_the_same(one: Any, other: Any) -> None:
    assert not same(one, other)
    assert not same(other, one)
