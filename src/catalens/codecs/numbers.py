"""Numbers that keep their digits: int, float where its shortest text says the same, Decimal elsewhere."""

from __future__ import annotations

import re
from decimal import Context, Decimal, Inexact
from typing import Any, TypeAlias

from catalens.paths import MISSING, Missing

Number: TypeAlias = int | float | Decimal

#: Larger numbers are refused where JSON enters (``validate``), so every number here can be written out.
MAX_DIGITS = 1000

#: decimal texts that are no longer come back from a float as they were
_CERTAIN = 15

_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


def is_number(value: Any) -> bool:
    """Tell a JSON number from all else; True and False are no numbers."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def as_decimal(number: Number) -> Decimal:
    """Return the decimal number that the shortest text of ``number`` writes."""
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)


def plain_number(exact: Decimal) -> Number:
    """Return the simplest number of the same value: int, then float, then Decimal."""
    text = str(exact)
    if len(text) <= _CERTAIN and "E" not in text:
        whole, _, fraction = text.partition(".")
        return float(text) if fraction.strip("0") else int(whole)
    if exact == exact.to_integral_value():
        return int(exact)
    near = float(exact)
    return near if Decimal(repr(near)) == exact else exact


def parse_number(text: str) -> Number | Missing:
    """Read a plain decimal text; MISSING where it is none (signs, exponents, blanks, leading zeros)."""
    if len(text) > MAX_DIGITS or not _DECIMAL.fullmatch(text):
        return MISSING
    if "." not in text:
        return int(text)
    near = float(text)
    # a whole number with one zero behind its point was a float, however long: 1e22 is written so
    if repr(near) == text or (text.endswith(".0") and Decimal(repr(near)) == Decimal(text)):
        return near
    return plain_number(Decimal(text))


def number_text(number: Number) -> str:
    """Write a number as plain decimal text with all its digits."""
    if isinstance(number, int):
        return str(number)
    text = repr(number) if isinstance(number, float) else str(number)
    if "e" not in text and "E" not in text:
        return text
    plain = format(Decimal(text), "f")
    return plain + ".0" if isinstance(number, float) and "." not in plain else plain


#: refuses to round
_EXACT = Context(prec=3 * MAX_DIGITS, traps=[Inexact])
_ROUNDED = Context(prec=28)


def multiply(number: Number, factor: Decimal) -> Number:
    """Multiply exactly."""
    return plain_number(_EXACT.multiply(as_decimal(number), factor))


def divide(number: Number, divisor: Decimal) -> Number:
    """Divide; where the quotient does not end, 28 significant digits remain (the inverse tells)."""
    exact = as_decimal(number)
    quotient = exact_quotient(exact, divisor)
    return plain_number(_ROUNDED.divide(exact, divisor) if quotient is None else quotient)


def exact_quotient(number: Decimal, divisor: Decimal) -> Decimal | None:
    """Divide exactly; None where the quotient does not end."""
    try:
        return _EXACT.divide(number, divisor)
    except Inexact:
        return None
