"""Exact factors of the units that product data uses, and the equality of hub values.

The factors are definitions (the international pound and inch), not measurements; a test compares each with an
independent unit library.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from catalens.account.codes import LossCode
from catalens.codecs.base import Single
from catalens.codecs.numbers import (
    Number,
    divide,
    exact_quotient,
    is_number,
    multiply,
    same_number,
    shift,
    tens,
    within,
)
from catalens.paths import MISSING, Missing

#: dimension -> unit -> how many base units it is (kg, l, m)
UNITS: dict[str, dict[str, Decimal]] = {
    "weight": {"g": Decimal("0.001"), "kg": Decimal(1), "oz": Decimal("0.028349523125"), "lb": Decimal("0.45359237")},
    "volume": {"ml": Decimal("0.001"), "l": Decimal(1)},
    "length": {"mm": Decimal("0.001"), "cm": Decimal("0.01"), "in": Decimal("0.0254"), "m": Decimal(1)},
}

_DIMENSION = {unit: dimension for dimension, units in UNITS.items() for unit in units}


class Scaled(Single):
    """A number in another unit than its neighbour's: times an exact factor."""

    name = "scaled"
    converted = LossCode.CONVERTED_UNIT
    normalises = ("measure-unit",)
    hub_types = ("number",)

    def __init__(self, factor: Decimal, exact: bool) -> None:
        self.factor, self.exact = factor, exact
        self.up = tens(factor)
        self.down = None if self.up is None else -self.up

    def to_hub(self, value: Any) -> Any:
        short = shift(value, self.down)
        return divide(value, self.factor) if short is None else short

    def to_wire(self, value: Any) -> Any:
        short = shift(value, self.up)
        return within(multiply(value, self.factor)) if short is None else short

    def refusal(self, *hub: Any) -> LossCode:
        return LossCode.DROPPED_LIMIT if is_number(hub[0]) else super().refusal(*hub)


def factor_between(unit: str, wanted: str) -> Decimal | None:
    """Return the exact factor from one unit to another; None where it has no end, or they differ in kind."""
    dimension = _DIMENSION.get(unit)
    if dimension is None or _DIMENSION.get(wanted) != dimension:
        return None
    factors = UNITS[dimension]
    return exact_quotient(factors[unit], factors[wanted])


def convert(amount: Number, unit: str, wanted: str) -> Number | Missing:
    """Convert an amount; MISSING where it becomes too long, or the units measure different things or are unknown."""
    if unit == wanted:
        return amount
    if not measure_alike(unit, wanted):
        return MISSING
    factors = UNITS[_DIMENSION[unit]]
    return within(divide(multiply(amount, factors[unit]), factors[wanted]))


def measure_alike(unit: str, wanted: str) -> bool:
    """Tell whether two units are known and measure the same."""
    return unit in _DIMENSION and _DIMENSION[unit] == _DIMENSION.get(wanted)


def is_too_long(measure: Any, wanted: str) -> bool:
    """Tell whether a measure could be converted, if only the amount did not become too long."""
    match measure:
        case {"value": int() | float() | Decimal() as amount, "unit": str() as unit} if measure_alike(unit, wanted):
            return convert(amount, unit, wanted) is MISSING
    return False


#: classes of which two values mean the same where they are equal
_DIRECT = frozenset({str, bool, int, float, Decimal})


def same(one: Any, other: Any) -> bool:
    """Tell whether two hub values mean the same: numbers by value, measures across units, all else exactly.

    True is not 1, null is not absence, and texts are equal only when each character is.
    """
    if one is other:
        return True
    if one.__class__ is other.__class__ and one.__class__ in _DIRECT:
        return bool(one == other)
    if one is MISSING or other is MISSING or one is None or other is None:
        return False
    if is_number(one) and is_number(other):
        return same_number(one, other)
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        if one.keys() != other.keys():
            return False
        if one.keys() == {"value", "unit"} and is_number(one["value"]) and is_number(other["value"]):
            return _same_measure(one, other)
        return all(same(value, other[name]) for name, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def _same_measure(one: dict[str, Any], other: dict[str, Any]) -> bool:
    if one["unit"] == other["unit"]:
        return same_number(one["value"], other["value"])
    dimension = _DIMENSION.get(one["unit"])
    if dimension is None or _DIMENSION.get(other["unit"]) != dimension:
        return False
    factors = UNITS[dimension]
    return same_number(multiply(one["value"], factors[one["unit"]]), multiply(other["value"], factors[other["unit"]]))
