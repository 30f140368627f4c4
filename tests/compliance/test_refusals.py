"""What is no JSON, or too much of it, is refused with place and reason."""

from __future__ import annotations

import re
import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalens import InvalidPayload, UnknownFormat, UsageError, translate
from catalens.codecs.numbers import MAX_DIGITS
from catalens.payloads import MAX_DEPTH, dumps, json_errors, loads
from tests.compliance.facts import refused


def unread(text: str | bytes) -> list[tuple[str, str]]:
    with pytest.raises(InvalidPayload) as caught:
        loads(text)
    return [(one.pointer, one.message) for one in caught.value.errors]


def outcome(text: str | bytes) -> tuple[Any, list[tuple[str, str]]]:
    """Return what was read, or what it was refused with."""
    try:
        return loads(text), []
    except InvalidPayload as error:
        return None, [(one.pointer, one.message) for one in error.errors]


def placed(found: list[tuple[str, str]], pointer: str) -> bool:
    """Tell whether each error names its place: a pointer, or a line and column of the text."""
    return all(at == pointer or ("line" in message and "column" in message) for at, message in found)


# -- from text ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "pointers"),
    [
        ('{"name":"a","name":"b"}', ["/name"]),
        ('{"seo":{"pageTitle":"a","pageTitle":"a"}}', ["/seo/pageTitle"]),
        ('{"variants":[{},{"sku":1,"sku":2}]}', ["/variants/1/sku"]),
        ('{"a/b":1,"a/b":2}', ["/a~1b"]),
        ('{"a":{"b":1,"b":2},"c":[{"d":1,"d":2}]}', ["/a/b", "/c/0/d"]),
        ('{"name":1,"n\\u0061me":2}', ["/name"]),
    ],
)
def test_a_repeated_key_is_refused_at_its_place(text: str, pointers: list[str]) -> None:
    found = unread(text)
    assert sorted(at for at, _ in found) == pointers
    assert all("more than once" in message for _, message in found)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_refused_at_its_place(number: str) -> None:
    found = unread(f'{{"name": "Shirt",\n "price": {number}}}')
    assert all(number in message for _, message in found)
    assert placed(found, "/price")


@pytest.mark.parametrize(
    "number",
    [
        "1" + "0" * MAX_DIGITS,
        "0." + "1" * MAX_DIGITS,
        f"1e{MAX_DIGITS + 1}",
        f"1e-{MAX_DIGITS + 1}",
        "1e99999",
        "-1e-99999",
    ],
    ids=["integer", "fraction", "big", "small", "bigger", "smaller"],
)
def test_a_number_beyond_the_stated_size_is_refused_at_its_place(number: str) -> None:
    found = unread(f'{{"price":{number}}}')
    assert all(str(MAX_DIGITS) in message for _, message in found)
    assert placed(found, "/price")


@pytest.mark.parametrize(
    "number", ["1e99999999999999999999", "1e-99999999999999999999", "-1.5E+9999999999999999999999"]
)
def test_an_exponent_beyond_all_sizes_is_refused_too(number: str) -> None:
    assert all(str(MAX_DIGITS) in message for _, message in unread(f'{{"price":{number}}}'))


def test_a_number_of_the_stated_size_is_read() -> None:
    assert loads("9" * MAX_DIGITS) == int("9" * MAX_DIGITS)
    assert loads("0." + "1" * (MAX_DIGITS // 2 - 1)) == Decimal("0." + "1" * (MAX_DIGITS // 2 - 1))


def test_a_byte_order_mark_is_refused() -> None:
    for text in ('\ufeff{"name":"a"}', b'\xef\xbb\xbf{"name":"a"}', '{"name":"a"}'.encode("utf-16")):
        assert len(unread(text)) == 1
    assert "byte-order mark" in unread('\ufeff{"name":"a"}')[0][1]
    assert "byte-order mark" in unread(b'\xef\xbb\xbf{"name":"a"}')[0][1]


def test_what_is_no_utf_8_is_refused_with_its_place() -> None:
    ((_, message),) = unread(b'{"name":"\xff"}')
    assert "byte 9" in message


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "{",
        '{"a":}',
        "{'a':1}",
        '{"a":1,}',
        "[1,]",
        '{"a":01}',
        '{"a":+1}',
        '{"a":.5}',
        "nul",
        '{"a":1}x',
        '"\t"',
    ],
)
def test_what_is_no_json_is_refused_with_line_and_column(text: str) -> None:
    ((_, message),) = unread(text)
    assert "line" in message
    assert "column" in message


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 1000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_nesting_beyond_the_stated_depth_is_refused(depth: int, opening: str, closing: str) -> None:
    text = '{"bundledProducts":' + opening * depth + "1" + closing * depth + "}"
    value, errors = outcome(text)
    found = errors[0] if errors else refused(value, "axim/write", "commerce-engine")[0]
    assert errors or found[0].startswith("/bundledProducts")
    assert str(MAX_DEPTH) in found[1]


def test_nesting_up_to_the_stated_depth_is_read() -> None:
    value: Any = 1
    for _ in range(MAX_DEPTH - 3):
        value = [value]
    payload = {"bundledProducts": [{"bundledItems": value}]}
    assert translate(payload, "axim", "axim").payload == payload


def test_reading_does_not_hang_on_many_repetitions() -> None:
    text = "{" + ",".join('"a":1' for _ in range(20_000)) + "}"
    assert [at for at, _ in unread(text)] == ["/a"]


# -- from Python ----------------------------------------------------------------------------------------------

LOOP: dict[str, Any] = {}
LOOP["self"] = LOOP


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (float("nan"), "no JSON number"),
        (float("inf"), "no JSON number"),
        (Decimal("NaN"), "no JSON number"),
        (Decimal("sNaN"), "no JSON number"),
        (Decimal("-Infinity"), "no JSON number"),
        (10**MAX_DIGITS, "1000 digits"),
        (Decimal("1e-1001"), "1000 digits"),
        (Decimal("1e999999"), "1000 digits"),
        (b"bytes", "bytes"),
        ({1}, "set"),
        (("a",), "tuple"),
        (1j, "complex"),
        (object(), "object"),
        ("\ud800", "lone surrogate"),
        ("a\udfff", "lone surrogate"),
    ],
    # the address in an object's repr would name the test anew in each process
    ids=lambda value: "object()" if type(value) is object else repr(value),
)
@pytest.mark.parametrize("field", ["price", "unheard"])
def test_a_value_that_is_no_json_is_refused_at_its_place(field: str, value: Any, reason: str) -> None:
    assert refused({field: value}, "axim/write", "commerce-engine") == [
        (f"/{field}", message) for _, message in refused({field: value}, "axim/write", "commerce-engine")
    ]
    assert all(reason in message for _, message in refused({field: value}, "axim/write", "commerce-engine"))


@pytest.mark.parametrize(
    ("text", "place"), [('{"seo":{"pageTitle":"\\ud800"}}', "/seo/pageTitle"), ('{"seo":{"\\udc00":1}}', "/seo")]
)
def test_a_lone_surrogate_in_text_is_refused_at_its_place(text: str, place: str) -> None:
    with pytest.raises(InvalidPayload) as caught:
        loads(text)
    assert [one.pointer for one in caught.value.errors] == [place]


def test_a_pair_of_surrogates_is_a_character() -> None:
    assert loads('{"name":"\\ud834\\udd1e"}') == {"name": "𝄞"}


def test_a_payload_that_contains_itself_is_refused() -> None:
    ((pointer, message),) = refused(LOOP, "axim/write", "commerce-engine")
    assert pointer.startswith("/self/self")
    assert str(MAX_DEPTH) in message


def test_a_payload_that_contains_itself_twice_is_refused_soon() -> None:
    code = "\n".join(
        [
            "from catalens import InvalidPayload, translate",
            "twice = []",
            "twice += [twice, twice]",
            "try:",
            "    translate({'name': twice}, 'axim', 'commerce-engine')",
            "except InvalidPayload as error:",
            "    print(error.errors[0].message)",
        ]
    )
    try:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=20)
    except subprocess.TimeoutExpired:
        pytest.fail("the walk visits each of 2 ** 100 places")
    assert str(MAX_DEPTH) in done.stdout


def test_a_key_that_is_no_text_is_refused() -> None:
    ((pointer, message),) = refused({"seo": {1: 2}}, "axim/write", "commerce-engine")
    assert pointer == "/seo"
    assert "1" in message


@pytest.mark.parametrize(
    ("payload", "pointer", "found"),
    [
        ({"name": 5}, "/name", "integer 5"),
        ({"price": True}, "/price", "boolean true"),
        ({"price": []}, "/price", "array"),
        ({"mediaGallery": {}}, "/mediaGallery", "object"),
        ({"mediaGallery": ["x"]}, "/mediaGallery/0", "string 'x'"),
        ({"mediaGallery": [{"url": 5}]}, "/mediaGallery/0/url", "integer 5"),
        ({"seo": "x"}, "/seo", "string 'x'"),
        ({"categories": [None]}, "/categories/0", "null"),
        ({"description": {"dataType": "html"}}, "/description/dataType", '"html"'),
    ],
)
def test_a_value_of_another_type_is_refused_with_what_was_found_and_expected(
    payload: Any, pointer: str, found: str
) -> None:
    ((where, message),) = refused(payload, "axim/write", "commerce-engine")
    assert where == pointer
    assert "expected" in message
    assert found in message


def test_all_errors_are_listed() -> None:
    found = refused({"name": 5, "sku": [], "seo": {"pageTitle": 1}}, "axim/write", "commerce-engine")
    assert sorted(at for at, _ in found) == ["/name", "/seo/pageTitle", "/sku"]


def test_an_error_says_what_it_says_in_one_line_each() -> None:
    with pytest.raises(InvalidPayload) as caught:
        loads('{"a\\nb":1,"a\\nb":2}')
    assert len(str(caught.value).splitlines()) == 1


@given(st.text() | st.binary())
def test_any_text_is_read_or_refused(text: str | bytes) -> None:
    value, errors = outcome(text)
    if not errors and not json_errors(value):
        assert loads(dumps(value)) == value


NUMBER = st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,30})?", fullmatch=True)


@given(NUMBER)
def test_any_number_is_read_exactly_or_refused(number: str) -> None:
    value, errors = outcome(number)
    if errors:
        assert str(MAX_DIGITS) in errors[0][1]
    else:
        assert Decimal(dumps(value).decode()) == Decimal(number)


def test_the_stated_sizes_are_below_what_breaks_python() -> None:
    assert sys.get_int_max_str_digits() >= MAX_DIGITS
    assert sys.getrecursionlimit() // 4 > MAX_DEPTH


# -- what cannot be asked -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"assume": "kg"}, "assume: expected names with their answers"),
        ({"assume": ["weight=kg"]}, "assume: expected names with their answers"),
        ({"assume": {"weight": 5}}, "assume: expected texts"),
        ({"assume": {5: "kg"}}, "assume: expected texts"),
        ({"assume": {"timezone": "+08:00"}}, "no time zone '+08:00'"),
        ({"assume": {"source.timezone": "../etc"}}, "no time zone"),
        ({"assume": {"timezone": ""}}, "no time zone ''"),
        ({"source": 5}, "source: expected a name, as text, found 5"),
        ({"source": ["axim"]}, "source: expected a name"),
        ({"target": 5}, "target: expected a name"),
        ({"target": None}, "a target format is needed"),
        ({"mode": []}, "mode: expected a name"),
        ({"mode": "merge"}, "mode: expected a name, 'update' or 'create', found 'merge'"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_a_usage_error(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)) as caught:
        translate({"name": "Lamp"}, **{"source": "webcommander/write", "target": "axim", **asked})
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("source", ["aksim", "axim/rite"])
def test_a_format_that_is_not_there_cannot_be_asked_for(source: str) -> None:
    with pytest.raises(UnknownFormat, match="did you mean") as caught:
        translate({"name": "Lamp"}, source, "keevault")
    assert caught.value.exit_code == 2


def test_words_and_numbers_that_look_alike_are_told_apart() -> None:
    found = refused({"require_non_expired": "2"}, "keevault", "axim")
    assert found == [("/require_non_expired", 'expected one of 0, 1, "0", "1", found "2"')]
