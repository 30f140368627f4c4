"""Numbers keep every digit, whichever way they go, or the report says which ones they lose."""

from __future__ import annotations

import copy
from decimal import Decimal, localcontext
from typing import Any

import pytest

from catalens import translate
from catalens.account.codes import LossCode
from catalens.codecs.numbers import is_number
from catalens.formats import registry
from catalens.mapping.profile import Scope
from catalens.payloads import dumps, loads
from tests.compliance.facts import arrived, assert_same, at, codes, examples, lost, validate_all
from tests.pairs import PAIRS

#: JSON numbers as somebody writes them; no float holds the last three
NUMBERS = ("12.50", "0.1", "7", "-3", "18446744073709551617", "12345678901234567890.123", "1e-400")

#: in metres and in kilograms; what is sold by the litre stays as it is
UNITS = {
    "mm": Decimal("0.001"),
    "cm": Decimal("0.01"),
    "in": Decimal("0.0254"),
    "m": Decimal(1),
    "g": Decimal("0.001"),
    "kg": Decimal(1),
    "lb": Decimal("0.45359237"),
    "oz": Decimal("0.028349523125"),
}

#: the payload of each profile that has the most fields
FULL = {source: payload for source, _, payload in sorted(examples(), key=lambda one: len(dumps(one[2])))}


def decimal(value: Any) -> Decimal:
    return Decimal(str(value))


# -- text in, text out ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [*NUMBERS, "0.10", "1.0", "100", "1E+2", "0.30000000000000000000001", "9" * 1000])
def test_a_number_is_read_and_written_with_its_own_digits(number: str) -> None:
    read = loads(f'{{"price":{number}}}')["price"]
    written = dumps({"price": read}).decode()[len('{"price":') : -1]
    assert Decimal(written).as_tuple() == Decimal(number).as_tuple()


def test_simple_numbers_are_simple_numbers() -> None:
    assert [type(loads(number)) for number in ("7", "0.1", "-3", "12.5")] == [int, float, int, float]


def test_bytes_are_read_like_text() -> None:
    assert_same(loads('{"name":"Tée","price":12.50}'.encode()), loads('{"name":"Tée","price":12.50}'))


# -- every number of every format into every other ------------------------------------------------------------


def number_places(source: str) -> dict[str, bool]:
    """Return the pointers of all numbers in the fullest example; the values tell which are written as text."""
    bare, quoted, whole = fields(registry().profile(source).scope)
    places = {}
    for pointer, value in leaves(FULL[source]):
        rule = place(source, pointer)
        if rule in whole:
            continue
        if rule in bare and is_number(value):
            places[pointer] = False
        elif rule in quoted and isinstance(value, str | int | float):
            places[pointer] = isinstance(value, str)
    return places


def fields(scope: Scope) -> tuple[set[str], set[str], set[str]]:
    """Return the fields that are numbers, numbers that may be text, and integers that are ids."""
    bare, quoted, whole = set(), set(), set()
    for value in scope.values:
        for one in value.fields:
            types = set((one.item or one).types)
            if "number" in types:
                (quoted if "string" in types else bare).add(one.name)
            elif "integer" in types:
                whole.add(one.name)
    for inner in (*(each.scope for each in scope.lists), *(pick.scope for pick in scope.picks)):
        for mine, theirs in zip((bare, quoted, whole), fields(inner), strict=True):
            mine |= theirs
    return bare, quoted, whole


def leaves(value: Any, pointer: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict | list):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        return [one for name, child in members for one in leaves(child, f"{pointer}/{name}")]
    return [(pointer, value)]


def place(source: str, pointer: str) -> str:
    """Return the field path of a leaf, without the envelope."""
    parts = pointer.split("/")[1 + len(registry().profile(source).envelope) if is_answer(source) else 1 :]
    return "".join("[]" if part.isdigit() else f".{part}" for part in parts).lstrip(".")


def is_answer(source: str) -> bool:
    envelope = registry().profile(source).envelope
    return bool(envelope) and envelope[0] in FULL[source]


def with_numbers(source: str, number: str) -> tuple[Any, dict[str, bool]]:
    """Return the fullest example with one number at every place for numbers."""
    payload = copy.deepcopy(FULL[source])
    places = number_places(source)
    for pointer, quoted in places.items():
        parent, _, name = pointer.rpartition("/")
        node = at(payload, parent)
        node[int(name) if isinstance(node, list) else name] = (
            format(Decimal(number), "f") if quoted else loads(number)
        )
    return payload, places


def measure(payload: Any, pointer: str) -> Decimal:
    """Return a number times the unit that stands beside it, if one does."""
    beside = at(payload, pointer.rpartition("/")[0])
    with localcontext(prec=1000):
        return decimal(at(payload, pointer)) * UNITS.get(beside.get("unit", "").lower(), Decimal(1))


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
@pytest.mark.parametrize("number", NUMBERS)
def test_every_number_arrives_exactly_or_is_reported(pair: tuple[str, str], number: str) -> None:
    source, target = pair
    payload, places = with_numbers(source, number)
    done = translate(payload, source, target)
    written = loads(dumps(done.payload))
    back = loads(dumps(translate(written, target, source).payload))
    meetings = 0
    for leaf in done.report.to_dict()["leaves"]:
        if leaf["source"] not in places or leaf["fate"] not in ("carried", "converted"):
            continue
        meetings += 1
        if leaf["code"] == "converted.unit":
            assert measure(back, leaf["source"]) == measure(payload, leaf["source"]), leaf
        else:
            numbers = [at(written, one) for one in leaf["targets"]]
            assert any(isinstance(one, bool) for one in numbers) or Decimal(number) in map(decimal, numbers), leaf
    assert bool(meetings) == ("keevault" not in source + target)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_price_crosses_all_four_shops_and_comes_home_with_its_value(number: str) -> None:
    value = loads(number)
    payload: Any = {"price": value}
    for source, target in (
        ("axim", "webcommander"),
        ("webcommander", "commerce-engine"),
        ("commerce-engine", "prosperna"),
        ("prosperna", "axim"),
    ):
        done = translate(loads(dumps(payload)), source, target, assume={"currency": "PHP"})
        assert lost(done) == {}
        payload = done.payload
    assert decimal(payload["price"]) == Decimal(number)


@pytest.mark.parametrize("number", [*NUMBERS, "12.500", "0.10"])
def test_a_number_that_stays_a_number_keeps_its_zeros(number: str) -> None:
    done = translate({"price": loads(number)}, "axim", "commerce-engine")
    written = dumps(done.payload).decode()
    assert (
        Decimal(written[len('{"pricing":[{"listing_price":') : -len("}]}")]).as_tuple() == Decimal(number).as_tuple()
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("12.50"), "12.50"),
        (12.5, "12.5"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (1e22, "10000000000000000000000.0"),
        (2**64 + 1, "18446744073709551617"),
        (Decimal("1E+2"), "100"),
        (Decimal("12345678901234567890.123"), "12345678901234567890.123"),
    ],
)
def test_a_number_in_quotes_is_plain_decimal_text(value: Any, text: str) -> None:
    assert_same(translate({"price": value}, "axim", "webcommander").payload, {"base_price": text})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.50", 12.5),
        ("0.1", 0.1),
        ("18446744073709551617", 2**64 + 1),
        ("12345678901234567890.123", Decimal("12345678901234567890.123")),
        ("100", 100),
    ],
)
def test_a_number_from_quotes_has_the_value_that_was_written(text: str, value: Any) -> None:
    assert_same(translate({"base_price": text}, "webcommander", "axim").payload, {"price": value})


@pytest.mark.parametrize(
    "text", ["1,50", "12.50 AUD", "free", " ", " 5", "+5", "007", "1_000", "٣", "0x10", "NaN", "Infinity", ".5", "5."]
)
def test_a_text_that_is_no_number_is_never_taken_for_one(text: str) -> None:
    done = translate({"base_price": text}, "webcommander", "axim")
    assert_same(done.payload, {})
    assert lost(done) == {"/base_price": "dropped.unreadable" if text.strip() else "dropped.condition"}


def test_an_empty_text_is_no_number_in_any_format() -> None:
    payload = {
        "base_price": "",
        "product_pricing_and_stock": {"available_stock": ""},
        "product_properties": {"weight": "", "length": ""},
    }
    for target in ("axim", "commerce-engine", "prosperna", "webcommander/read"):
        done = translate(payload, "webcommander", target)
        assert done.report.valid_out, target
        assert {value for _, value in leaves(arrived(done))} == {None}, target
        assert_same(translate(done.payload, target, "webcommander", restore=done.sidecar).payload, payload)
    validate_all("webcommander", {"base_price": ""}, {"axim": ({"price": None}, {})})
    validate_all(
        "axim", {"price": ""}, {"prosperna": ({"product_price": {"regular_price": None, "price": None}}, {})}
    )


def test_zeros_at_the_end_are_a_listed_equivalence() -> None:
    done = translate({"base_price": "12.50"}, "webcommander", "axim")
    assert codes(done) == {"/base_price": "converted.type"}
    assert "decimal-zeros" in [one["name"] for one in done.report.equivalences]


def test_no_truth_value_is_a_number() -> None:
    done = translate({"isFeatured": True}, "axim", "commerce-engine")
    assert done.payload == {"is_featured": True}
    assert done.payload["is_featured"] is True


@pytest.mark.parametrize("number", NUMBERS)
def test_unknown_fields_keep_their_digits_at_home(number: str) -> None:
    payload = loads(f'{{"bundledProducts":[{{"bundledItems":[{number}]}}],"unheard":{{"of":{number}}}}}')
    for target in ("axim",):
        assert dumps(translate(payload, "axim", target).payload) == dumps(payload)
    there = translate(payload, "axim", "hub/write")
    assert_same(translate(there.payload, "hub/write", "axim").payload, payload)


def test_the_report_counts_no_carried_number_that_changed() -> None:
    payload, places = with_numbers("axim/write", "12345678901234567890.123")
    done = translate(payload, "axim", "commerce-engine")
    for leaf in done.report.to_dict()["leaves"]:
        if leaf["source"] in places and LossCode.of(leaf["code"]).fate == "carried":
            assert dumps(at(payload, leaf["source"])) in [dumps(at(done.payload, one)) for one in leaf["targets"]]
