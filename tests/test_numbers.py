"""Numbers: read with their digits, multiplied exactly, divided exactly or to 28 digits."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalens.codecs.numbers import (
    MAX_DIGITS,
    as_decimal,
    divide,
    exact_sum,
    is_number,
    multiply,
    number_text,
    parse_number,
    plain_number,
    same_number,
    shift,
    simplest,
    tens,
)
from catalens.paths import MISSING

PLAIN = st.from_regex(r"-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,40})?", fullmatch=True)
INTEGERS = st.integers(-(10**60), 10**60)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
DECIMALS = PLAIN.map(Decimal)
ANY = INTEGERS | FLOATS | DECIMALS
FACTORS = st.sampled_from(["0.001", "0.45359237", "0.028349523125", "0.01", "0.0254", "1", "1000", "3", "7"]).map(
    Decimal
)


@pytest.mark.parametrize("value", [0, -1, 2**70, 0.5, Decimal("1.10")])
def test_numbers(value: Any) -> None:
    assert is_number(value)


@pytest.mark.parametrize("value", [True, False, None, "1", [], {}, MISSING, 1j])
def test_no_numbers(value: Any) -> None:
    assert not is_number(value)


@given(PLAIN)
def test_a_text_is_read_with_its_value(text: str) -> None:
    assert Decimal(str(parse_number(text))) == Decimal(text)


@given(ANY)
def test_a_number_is_written_plainly_and_read_back(number: Any) -> None:
    text = number_text(number)
    assert "e" not in text.lower()
    read = parse_number(text)
    assert read is not MISSING
    assert as_decimal(read) == as_decimal(number)  # type: ignore[arg-type]


@given(st.floats(1e15, 1e300))
def test_a_float_comes_back_as_a_float(number: float) -> None:
    assert repr(parse_number(number_text(number))) == repr(number)


@given(DECIMALS)
def test_zeros_at_the_end_are_written(number: Decimal) -> None:
    assert Decimal(number_text(number)).as_tuple() == number.as_tuple()


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "+1",
        "01",
        "-",
        ".5",
        "5.",
        "1e3",
        "1_000",
        "1,5",
        "NaN",
        "Infinity",
        "٣",
        "１",
        "0x1",
        "1\n",
        "--1",
        "1" * (MAX_DIGITS + 1),
    ],
)
def test_a_text_that_is_no_plain_number(text: str) -> None:
    assert parse_number(text) is MISSING


@given(DECIMALS)
def test_the_simplest_number_has_the_same_value(number: Decimal) -> None:
    simple = plain_number(number)
    assert as_decimal(simple) == number
    if number == number.to_integral_value():
        assert type(simple) is int
    elif as_decimal(float(number)) == number:
        assert type(simple) is float


@pytest.mark.parametrize(
    ("number", "simple"),
    [("1.0", 1), ("12.50", 12.5), ("0.1", 0.1), ("1E+2", 100), ("-0", 0), ("1e-400", Decimal("1e-400"))],
)
def test_simple_numbers(number: str, simple: Any) -> None:
    found = plain_number(Decimal(number))
    assert (type(found), found) == (type(simple), simple)


@given(DECIMALS, st.integers(1, 9))
def test_the_simplest_number_does_not_depend_on_digits_that_say_nothing(number: Decimal, zeros: int) -> None:
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    longer = Decimal((sign, (*digits, *[0] * zeros), exponent - zeros))
    assert repr(plain_number(longer)) == repr(plain_number(number))


def test_a_sum_is_the_simplest_number() -> None:
    assert repr(exact_sum([1e22, Decimal("12.50")])) == "Decimal('10000000000000000000012.5')"


@given(ANY | st.floats(-100, 100).map(lambda number: round(number, 2)) | st.integers(2**52, 2**54).map(float))
def test_a_number_and_its_decimal_have_the_same_simplest_number(number: Any) -> None:
    simple, general = simplest(number), plain_number(as_decimal(number))
    assert (type(simple), repr(simple)) == (type(general), repr(general))


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,12})\.[0-9]{1,12}", fullmatch=True))
def test_a_text_of_any_length_is_read_as_its_simplest_number_or_as_the_float_that_is_written_so(text: str) -> None:
    read = parse_number(text)
    if text.endswith(".0") or repr(float(text)) == text:
        assert repr(read) == text
    else:
        simple = plain_number(Decimal(text))
        assert (type(read), repr(read)) == (type(simple), repr(simple))


@given(ANY | st.integers(-(2**54), 2**54), ANY, st.data())
def test_numbers_are_the_same_where_their_decimals_are(one: Any, other: Any, data: st.DataObject) -> None:
    forms = [other, as_decimal(one), int(one), float(one) if abs(one) < 10**300 else one]
    pick = data.draw(st.sampled_from(forms))
    assert same_number(one, pick) == same_number(pick, one) == (as_decimal(one) == as_decimal(pick))


def test_a_float_is_the_decimal_that_it_is_written_as() -> None:
    assert as_decimal(0.1) == Decimal("0.1")
    assert as_decimal(1e22) == Decimal("1e22")


@given(ANY, FACTORS)
def test_multiplication_is_exact(number: Any, factor: Decimal) -> None:
    with localcontext(prec=3000):
        assert as_decimal(multiply(number, factor)) == as_decimal(number) * factor


@given(ANY | st.decimals(-1000, 1000, places=3), st.integers(-6, 6))
def test_a_short_number_is_multiplied_by_a_power_of_ten_as_any_is(number: Any, power: int) -> None:
    factor = Decimal(10) ** power
    short, product = shift(number, tens(factor)), multiply(number, factor)
    assert short is None or (type(short), repr(short)) == (type(product), repr(product))


@pytest.mark.parametrize(
    ("factor", "exponent"), [("0.01", -2), ("1E+2", 2), ("1.0", 0), ("2.54", None), ("20", None), ("0", None)]
)
def test_powers_of_ten(factor: str, exponent: int | None) -> None:
    assert tens(Decimal(factor)) == exponent


@given(ANY, FACTORS)
def test_division_undoes_multiplication(number: Any, factor: Decimal) -> None:
    assert as_decimal(divide(multiply(number, factor), factor)) == as_decimal(number)


def significant(number: Decimal) -> int:
    """Count digits without the zeros at either end."""
    return len("".join(map(str, number.as_tuple().digits)).strip("0"))


@given(ANY, FACTORS)
def test_division_is_exact_or_has_28_digits(number: Any, divisor: Decimal) -> None:
    quotient = as_decimal(divide(number, divisor))
    with localcontext(prec=10_000):
        exact = quotient * divisor == as_decimal(number)
        near = abs(quotient * divisor - as_decimal(number)) <= abs(as_decimal(number)) * Decimal("1e-27")
    assert exact or (near and significant(quotient) <= 28)


@pytest.mark.parametrize(
    ("number", "divisor"), [(1, "3"), (1, "7"), (1, "0.45359237"), (Decimal("12.50"), "0.028349523125")]
)
def test_a_quotient_that_does_not_end_is_cut(number: Any, divisor: str) -> None:
    quotient = divide(number, Decimal(divisor))
    assert len(as_decimal(quotient).as_tuple().digits) == 28


@given(st.integers(10 ** (MAX_DIGITS - 1), 10**MAX_DIGITS - 1), FACTORS)
def test_the_largest_numbers_are_multiplied_exactly(number: int, factor: Decimal) -> None:
    with localcontext(prec=3000):
        assert as_decimal(multiply(number, factor)) == number * factor
