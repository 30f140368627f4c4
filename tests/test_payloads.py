"""The quick ways of reading and checking payloads say what the slow ways say."""

from __future__ import annotations

import enum
import json
import math
from collections import OrderedDict
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalens import InvalidPayload, Translator
from catalens.codecs.numbers import MAX_DIGITS
from catalens.engine.lines import LineResult, general_way
from catalens.errors import PayloadError
from catalens.formats import registry
from catalens.paths import MISSING
from catalens.payloads import (
    MAX_DEPTH,
    _loads_slowly,
    dumps,
    is_json,
    is_text,
    is_too_deep,
    json_errors,
    loads,
    loads_exactly,
    may_be_long,
    plain,
)
from catalens.pipeline.totals import Tally, Totals
from catalens.strategies import near_payloads, payloads
from catalens.validate import _checker, check_payload, is_valid, set_aside

PROFILES = [profile.spelled for profile in registry().profiles()]


# -- what is odd about Python values ------------------------------------------------------------------------------


class Text(str):
    """No plain text, though it is one."""


class Colour(enum.IntEnum):
    RED = 1


class Word(enum.StrEnum):
    NAME = "name"


def nested(depth: int, inside: Any = 1) -> Any:
    for _ in range(depth):
        inside = [inside] if depth % 2 else {"a": inside}
    return inside


ENDLESS: list[Any] = []
ENDLESS.append(ENDLESS)
WIDE: dict[str, Any] = {}
WIDE["one"] = WIDE["other"] = WIDE

ODD = (
    *(math.nan, math.inf, -math.inf, (1,), {1}, b"x", Text("x"), Colour.RED, Word.NAME, OrderedDict(a=1), object()),
    *("\ud800", {"\udfff": 1}, {1: 2}, {None: 2}, {Text("name"): "x"}, {Word.NAME: "x"}, {("a",): 1}),
    *(10**MAX_DIGITS, -(10**MAX_DIGITS), 10 ** (MAX_DIGITS - 1), 10 ** (2 * MAX_DIGITS)),
    *(Decimal("NaN"), Decimal("Infinity"), Decimal("1e1001"), Decimal("1e900"), Decimal("12.50")),
    *(nested(MAX_DEPTH - 1), nested(MAX_DEPTH), nested(MAX_DEPTH + 1), ENDLESS),
    *(True, None, 0, -1.5, -0.0, 1e308, "", "x" * 5000, [], {}, [[]], {"a": {}}, [None]),
)

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.decimals()
VALUES = st.recursive(
    SCALARS | st.sampled_from(ODD),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text() | st.sampled_from([Text("a"), 1]), inner) | st.tuples(inner)
    ),
)


def is_plain(value: Any) -> bool:
    """Tell whether all classes in a value are those that JSON text is read as."""
    if type(value) is list:
        return all(map(is_plain, value))
    if type(value) is dict:
        return all(type(name) is str and is_plain(child) for name, child in value.items())
    return type(value) in (str, int, float, Decimal, bool, type(None))


def oddities(value: Any, depth: int = 0) -> int:
    """Count what stands for no JSON, one by one and without any haste; what is in it does not count."""
    kind = next((kind for kind in (bool, *TAKEN) if isinstance(value, kind)), type(value))
    if kind is str:
        return not is_text(value)
    if kind is dict or kind is list:
        if depth >= MAX_DEPTH:
            return 1
        names = list(value) if kind is dict else []
        bad = [name for name in names if not isinstance(name, str) or not is_text(name)]
        inside = [value[name] for name in names if name not in bad] if kind is dict else value
        return len(bad) + sum(oddities(child, depth + 1) for child in inside)
    if kind is int:
        return abs(value) >= 10**MAX_DIGITS
    if kind is float:
        return not math.isfinite(value)
    if kind is Decimal:
        return not value.is_finite() or len(value.as_tuple().digits) + abs(value.as_tuple().exponent) > MAX_DIGITS
    return value is not None and kind is not bool


TAKEN = (str, int, float, Decimal, dict, list)


def is_endless(value: Any) -> bool:
    return "[...]" in repr(value)


@settings(max_examples=100)
@given(VALUES)
def test_a_value_is_json_where_nothing_is_to_be_said_of_it(value: Any) -> None:
    if is_endless(value):
        assert json_errors(value)
        return
    count = oddities(value)
    assert is_json(value) == (count == 0 and is_plain(value))
    assert len(json_errors(value)) == min(count, 100) or count > 100
    if count == 0:
        made = plain(value)
        assert is_json(made)
        assert made == value


@pytest.mark.parametrize("value", [ENDLESS, WIDE, {"a": ENDLESS}])
def test_what_contains_itself_is_refused(value: Any) -> None:
    assert not is_json(value)
    assert str(MAX_DEPTH) in json_errors(value)[0].message


@pytest.mark.parametrize("around", [0, 1, 50, MAX_DEPTH - 1, MAX_DEPTH])
def test_depth_counts_what_stands_around_a_value(around: int) -> None:
    assert is_json(nested(MAX_DEPTH - around), around)
    assert not is_json(nested(MAX_DEPTH - around + 1), around)


# -- texts --------------------------------------------------------------------------------------------------------

DIGITS = st.from_regex(r"-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,25})?([eE][-+]?[0-9]{1,4})?", fullmatch=True)
NUMBERS = (
    DIGITS
    | st.floats().map(repr)
    | st.sampled_from(["-0.0", "-0", "1e22", "1e+22", "1E22", "12.50", "5e-324", "1e400", "1e-400", "1e1001", "NaN"])
    | st.integers(900, 1300).map(lambda count: "7" * count)
    | st.integers(900, 1300).map(lambda count: "0." + "7" * count)
)
NAMES = st.sampled_from(["a", "b", "\\u0061", "é", "]", ""])
BLANK = st.sampled_from(["", "", " ", "\n"])


def a_list(items: list[str]) -> str:
    return f"[{','.join(items)}]"


def an_object(members: list[tuple[str, str, str]]) -> str:
    return "{" + ",".join(f'"{name}":{blank}{value}' for name, value, blank in members) + "}"


TEXTS = st.recursive(
    NUMBERS
    | st.sampled_from(["null", "true", '"x"', '"\\ud800"', '"\\u00e9]"', '"E+5"', "01", "", "[" * 101 + "]" * 101]),
    lambda inner: st.lists(inner).map(a_list) | st.lists(st.tuples(NAMES, inner, BLANK)).map(an_object),
)


def outcome(read: Any, text: Any) -> Any:
    """Return what was read, with the classes of its numbers, or what it was refused with."""
    try:
        return spelled(read(text))
    except InvalidPayload as error:
        return [(one.pointer, one.message) for one in error.errors]


def spelled(value: Any) -> Any:
    if isinstance(value, dict):
        return {"": [(name, spelled(child)) for name, child in value.items()]}
    return list(map(spelled, value)) if isinstance(value, list) else (type(value), str(value))


@settings(max_examples=100)
@given(TEXTS)
def test_a_text_is_read_as_it_is_read_slowly(text: str) -> None:
    assert outcome(loads, text.encode()) == outcome(_loads_slowly, text)


@settings(max_examples=100)
@given(TEXTS, st.data())
def test_a_broken_text_is_refused_as_it_is_refused_slowly(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    put = data.draw(st.sampled_from(["", *'{}[],:"\\0.eE-+ \n']))
    broken = text[:at] + put + text[at + data.draw(st.integers(0, 2)) :]
    assert outcome(loads, broken.encode()) == outcome(_loads_slowly, broken)


@settings(max_examples=200)
@given(NUMBERS)
def test_a_number_is_read_as_it_is_read_slowly(number: str) -> None:
    assert outcome(loads, number.encode()) == outcome(_loads_slowly, number)
    assert outcome(loads, b'{"a":[%s]}' % number.encode()) == outcome(_loads_slowly, f'{{"a":[{number}]}}')


@settings(max_examples=100)
@given(TEXTS)
def test_a_text_that_is_read_exactly_is_written_the_same(text: str) -> None:
    value = loads_exactly(text.encode())
    if value is not MISSING:
        assert dumps(value) == text.encode()
        assert is_too_deep(value) or spelled(value) == spelled(_loads_slowly(text))


@pytest.mark.parametrize("depth", [MAX_DEPTH, MAX_DEPTH + 1, 200, 400, 600, 5000])
def test_depth_of_a_text(depth: int) -> None:
    for opening, inside, closing in (("[", "", "]"), ('{"a":', "1", "}"), ('[{"a":1},', "[]", "]")):
        text = opening * depth + inside + closing * depth
        assert outcome(loads, text.encode()) == outcome(_loads_slowly, text)


# -- payloads -----------------------------------------------------------------------------------------------------


@st.composite
def spoiled(draw: st.DrawFn, source: str) -> Any:
    """Draw a payload with something odd somewhere in it."""
    profile = registry().profile(source)
    # strategies draw the same values again and again
    payload = deepcopy(draw(payloads(profile) | near_payloads(profile)))
    node, odd = payload, draw(st.sampled_from(ODD) | VALUES)
    while isinstance(node, dict | list) and node:
        place = draw(st.sampled_from(list(node) if isinstance(node, dict) else range(len(node))))
        inside = node[place]
        if not isinstance(inside, dict | list) or not inside or draw(st.integers(0, 3)) == 0:
            if isinstance(node, dict) and draw(st.booleans()):
                place = draw(st.sampled_from([Text(place), "unheard of", "\ud800", 1]))
            node[place] = odd
            break
        node = inside
    return payload


def is_written(payload: Any) -> bool:
    """Tell whether a payload has a text, in which no number is too long."""
    try:
        return not may_be_long(dumps(payload))
    except (TypeError, ValueError, RecursionError):
        return False


@pytest.mark.parametrize("source", PROFILES)
def test_a_payload_is_valid_where_nothing_is_to_be_said_of_it(source: str) -> None:
    profile = registry().profile(source)

    @settings(max_examples=30)
    @given(payloads(profile) | near_payloads(profile) | spoiled(source))
    def law(payload: Any) -> None:
        node: Any = payload
        for name in profile.envelope:
            node = node.get(name) if isinstance(node, dict) else None
        product = payload if node is None else node
        written = is_written(product)
        if json_errors(product):
            assert not (written and is_valid(product, profile))
            return
        if not is_plain(product):
            assert not is_valid(product, profile)
            product = plain(product)
            written = is_written(product)
        found: tuple[list[PayloadError], list[PayloadError]] = [], []
        # what is of another shape is no error
        known, _ = set_aside(product, profile)
        _checker(profile)(known, (), *found)
        assert check_payload(product, profile) == found
        assert not written or is_valid(known, profile) == (found == ([], []))

    law()


@pytest.mark.parametrize("source", PROFILES)
def test_a_call_refuses_what_is_refused_step_by_step(source: str) -> None:
    target = "keevault/write" if not source.startswith("keevault") else "axim/write"
    translator = Translator(source, target)

    @settings(max_examples=30)
    @given(spoiled(source))
    def law(payload: Any) -> None:
        errors = json_errors(payload)
        called = outcome(lambda one: translator(one).payload, payload)
        if errors:
            assert called == [(one.pointer, one.message) for one in errors]
            return
        text = dumps(plain(payload))
        assert called == outcome(lambda one: translator.read(one).payload, text)
        spaced = json.dumps(json.loads(text), separators=(" , ", " : ")).encode()
        if outcome(loads, spaced) == outcome(loads, text):
            assert called == outcome(lambda one: translator.read(one).payload, spaced)

    law()


@pytest.mark.parametrize("number", [10**MAX_DIGITS, 10**5000], ids=["long", "longer"])
def test_a_number_that_python_does_not_write_is_refused(number: int) -> None:
    with pytest.raises(InvalidPayload, match=f"longer than {MAX_DIGITS} digits"):
        Translator("axim/write", "keevault/write")({"price": number})


# -- accounts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", PROFILES)
def test_a_compact_account_is_found_when_it_is_spelled_out(source: str) -> None:
    for target in PROFILES:
        translator = Translator(source, target)
        for one in translator.source.mapping.examples:
            if (one.profile or "write") == translator.source.name:
                assert_compact(translator, dumps(one.payload))


def test_lines_of_both_ways_are_counted_together() -> None:
    translator = Translator("axim/write", "keevault/write")
    texts = [dumps(one.payload) for one in translator.source.mapping.examples if (one.profile or "write") == "write"]
    ways = [line for text in texts for line in (general_way(translator, 1, text), translator.fast(1, text)) if line]
    assert len(ways) > len(texts)
    counted, spelled_out, tally = Totals(), Totals(), Tally()
    for line in ways:
        tally.add(line)
        for one in line.more:
            counted.count(one, 1)
        for one in line.found:
            spelled_out.count(one, 1)
    tally.into(counted)
    assert counted.to_dict() == spelled_out.to_dict()


def assert_compact(translator: Translator, text: bytes) -> None:
    done = translator.read(text)
    if done.compact is None:
        assert translator.same or done.report.fates
        return
    entries, more, prefix = done.compact
    assert LineResult(1, text, b"", None, entries, more, prefix).found == done.found == translator(loads(text)).found
