"""Numbers that keep their digits: int, float where its shortest text says the same, Decimal elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Context, Decimal, Inexact
from functools import lru_cache, reduce
from types import NoneType
from typing import Any, TypeAlias

from catalens.paths import MISSING, Missing

Number: TypeAlias = int | float | Decimal

#: Longer numbers are refused where JSON enters, and what is computed is held to the same limit (``within``): what
#: comes out can be read again.
MAX_DIGITS = 1000
_MOST: int = 10**MAX_DIGITS
_LEAST = -_MOST
#: the longest text of such a number, with a sign and a point behind a zero
_LONGEST = MAX_DIGITS + len("-0.")

#: decimal texts that are no longer come back from a float as they were
_CERTAIN = 15

_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")

#: the classes of JSON numbers, bool not among them
NUMBERS = frozenset({int, float, Decimal})
_KINDS = tuple(NUMBERS)
#: the classes of all else that JSON holds, and of what is absent
_OTHERS = frozenset({str, bool, NoneType, dict, list, Missing})


def is_number(value: Any) -> bool:
    """Tell a JSON number from all else; True and False are no numbers."""
    return value.__class__ in NUMBERS or (value.__class__ not in _OTHERS and isinstance(value, _KINDS))


def is_short(number: int) -> bool:
    """Tell whether a whole number has no more digits than we take."""
    return _LEAST < number < _MOST


def is_short_decimal(number: Decimal) -> bool:
    """Tell whether a decimal is a number, and has no more digits than we take, zeros of its exponent included."""
    if not number.is_finite():
        return False
    _, digits, exponent = number.as_tuple()
    return len(digits) + abs(int(exponent)) <= MAX_DIGITS


def within(number: Number) -> Number | Missing:
    """Return a number that was computed; MISSING where it is longer than any that we take."""
    if number.__class__ is float:
        return number
    short = is_short_decimal(number) if isinstance(number, Decimal) else is_short(int(number))
    return number if short else MISSING


def as_decimal(number: Number) -> Decimal:
    """Return the decimal number that the shortest text of ``number`` writes."""
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)


#: whole numbers between these are floats, too, and no float that is none is as near to one as its text
_WHOLE = 2**53


def same_number(one: Number, other: Number) -> bool:
    """Tell whether two numbers have the same value; that of a float is what its shortest text says."""
    kind, others = one.__class__, other.__class__
    if kind is others:
        return one == other
    whole, beside = (one, others) if kind is int else (other, kind)
    if whole.__class__ is int and (beside is Decimal or (beside is float and -_WHOLE < whole < _WHOLE)):
        return one == other
    return as_decimal(one) == as_decimal(other)


def plain_number(exact: Decimal) -> Number:
    """Return the simplest number of the same value: int, then float, then Decimal."""
    text = str(exact)
    if len(text) <= _CERTAIN and "E" not in text:
        if "." not in text:
            return int(text)
        whole, _, fraction = text.partition(".")
        return float(text) if text[-1] != "0" or fraction.strip("0") else int(whole)
    if exact == exact.to_integral_value():
        return int(exact)
    near = float(exact)
    # digits that say nothing depend on how a number was computed
    return near if Decimal(repr(near)) == exact else _EXACT.normalize(exact)


def simplest(number: Number) -> Number:
    """Return the simplest number of the same value as any number."""
    if number.__class__ is int:
        return number
    if number.__class__ is float and (-_WHOLE < number < _WHOLE):
        return int(number) if number.is_integer() else number
    return plain_number(as_decimal(number))


def parse_number(text: str) -> Number | Missing:
    """Read a plain decimal text; MISSING where it is none (a plus, exponents, blanks, leading zeros), or too long."""
    if len(text) <= _CERTAIN and text.isascii():
        whole, point, fraction = text.partition(".")
        if whole.isdigit() and (whole[0] != "0" or whole == "0"):
            if not point:
                return int(whole)
            if fraction.isdigit():
                # 12.0 was a float, 12.00 never
                return float(text) if fraction == "0" or fraction.strip("0") else int(whole)
    if len(text) > _LONGEST or not _DECIMAL.fullmatch(text):
        return MISSING
    if "." not in text:
        return within(int(text))
    near = float(text)
    # a whole number with one zero behind its point was a float, however long: 1e22 is written so
    if repr(near) == text or (text.endswith(".0") and Decimal(repr(near)) == Decimal(text)):
        return near
    return within(plain_number(Decimal(text)))


def number_text(number: Number) -> str:
    """Write a number as plain decimal text with all its digits."""
    if isinstance(number, int):
        return str(number)
    text = str(number)
    if "e" not in text and "E" not in text:
        return text
    plain = format(Decimal(text), "f")
    return plain + ".0" if isinstance(number, float) and "." not in plain else plain


def key_text(number: Number) -> str:
    """Return the text by which a number is known: 5, 5.0 and 5.00 are one."""
    return number_text(simplest(number))


#: refuses to round
_EXACT = Context(prec=3 * MAX_DIGITS, traps=[Inexact])
_ROUNDED = Context(prec=28)


def multiply(number: Number, factor: Decimal) -> Number:
    """Multiply exactly."""
    return plain_number(_EXACT.multiply(as_decimal(number), factor))


def exact_sum(numbers: Iterable[Number]) -> Number:
    """Add exactly."""
    return plain_number(reduce(_EXACT.add, map(as_decimal, numbers), Decimal(0)))


def tens(factor: Decimal) -> int | None:
    """Return the exponent of a power of ten; None for any other number."""
    return factor.adjusted() if factor == Decimal((0, (1,), factor.adjusted())) else None


def shift(number: Number, exponent: int | None) -> Number | None:
    """Multiply a short number by a power of ten; None where ``multiply`` has to."""
    text = str(number)
    if exponent is None or len(text) > _CERTAIN or "e" in text or "E" in text:
        return None
    near = float(f"{text}e{exponent}")
    if not -_WHOLE < near < _WHOLE:
        return None
    return int(near) if near.is_integer() else near


def divide(number: Number, divisor: Decimal) -> Number:
    """Divide; where the quotient does not end, 28 significant digits remain (the inverse tells)."""
    exact = as_decimal(number)
    reciprocal = _reciprocal(divisor)
    if reciprocal is not None:
        short = plain_number(_EXACT.multiply(exact, reciprocal))
        if short.__class__ is not Decimal:
            # a Decimal would show zeros at its end that a division leaves out
            return short
    quotient = exact_quotient(exact, divisor)
    return plain_number(_ROUNDED.divide(exact, divisor) if quotient is None else quotient)


@lru_cache(maxsize=64)
def _reciprocal(divisor: Decimal) -> Decimal | None:
    return exact_quotient(Decimal(1), divisor)


def exact_quotient(number: Decimal, divisor: Decimal) -> Decimal | None:
    """Divide exactly; None where the quotient does not end."""
    try:
        return _EXACT.divide(number, divisor)
    except Inexact:
        return None
