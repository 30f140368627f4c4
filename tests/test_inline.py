"""Codecs written out as inline code say what their methods say."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalens.carry import inline
from catalens.carry.inline import Script
from catalens.codecs.base import Chain, Codec, Single
from catalens.codecs.registry import make_codec, spellings
from catalens.paths import MISSING

ASSUME = {"timezone": "Europe/Berlin", "weight": "kg", "length": "cm", "volume": "l", "markup": "html"}
SPECS: list[Any] = [
    *(spec for spec in spellings() if spec != "same"),
    {"alias": 2},
    ["decimal-string", {"measure": "length"}],
    [{"each": ["same", "numeric"]}, "switched-sale"],
    [{"each": ["same", "decimal-string", "same", "decimal-string"]}, {"alias": 2}, "switched"],
]
NUMBERS = (
    st.integers(-3, 3)
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(-1000, 1000, places=2)
    | st.just(Decimal("1.00000000000000000000010"))
)
TEXTS = st.text(max_size=4) | NUMBERS.map(str) | st.sampled_from(["true", "12.50", "/a/", "AAAA", "g", "in", "a, b"])
MEASURES = st.builds(lambda value, unit: {"value": value, "unit": unit}, NUMBERS, st.sampled_from(["g", "cm", "in"]))
VALUES = st.none() | st.booleans() | NUMBERS | TEXTS | MEASURES | st.just(MISSING) | st.lists(TEXTS, max_size=2)


def written(codec: Codec, writing: bool) -> Any:
    script = Script()
    given = [f"w{place}" for place in range(codec.hubs if writing else codec.wires)]
    return script.function(given, f"({''.join(f'{one}, ' for one in script.convert(codec, given, writing))})")


@pytest.mark.parametrize("called", [False, True])
@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_a_codec_that_is_written_out_says_the_same(spec: Any, called: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if called:
        monkeypatch.setattr(inline, "_definition", lambda function: None)
    codec = make_codec(spec, ASSUME)
    decode, encode = written(codec, False), written(codec, True)

    @given(st.lists(VALUES, min_size=4, max_size=4))
    def compare(values: list[Any]) -> None:
        wire, hub = values[: codec.wires], values[: codec.hubs]
        assert repr(decode(*wire)) == repr(codec.decode(*wire))
        assert repr(encode(*hub)) == repr(codec.encode(*hub))

    compare()


@pytest.mark.parametrize("spec", SPECS, ids=str)
@given(value=VALUES)
def test_what_returns_is_the_very_value(spec: Any, value: Any) -> None:
    codec = make_codec(spec, ASSUME)
    if value.__class__ not in codec.returns:
        return
    (wire,) = codec.encode(value)
    if wire is not MISSING:
        (back,) = codec.decode(wire)
        assert (back.__class__, repr(back)) == (value.__class__, repr(value))


@given(NUMBERS)
def test_what_was_written_is_not_read_again(value: Any) -> None:
    codec = make_codec("decimal-string", ASSUME)
    script = Script()
    (wire,) = script.convert(codec, ["w0"], True)
    (back,) = script.convert(codec, [wire], False)
    assert repr(script.function(["w0"], back)(value)) == repr(codec.decode(*codec.encode(value))[0])


class Loops(Single):
    """What cannot be taken over."""

    def to_hub(self, value: Any) -> Any:
        for letter in value:
            if letter == "x":
                return letter
        return MISSING

    def to_wire(self, value: Any) -> Any:
        found = [one for one in value if one == "x"]
        return found[0] if found else MISSING


@given(st.text("xyz"))
def test_a_method_that_cannot_be_taken_over_is_called(value: str) -> None:
    codec = Loops()
    assert written(codec, False)(value) == codec.decode(value)
    assert written(codec, True)(value) == codec.encode(value)
    chain = Chain([codec, codec])
    assert written(chain, False)(value) == chain.decode(value)


def test_a_source_that_is_not_what_runs_is_not_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a file has changed since it was loaded."""

    def one(value: Any) -> Any:
        return value

    def other(value: Any) -> Any:
        return not value

    assert inline._definition(one) is not None
    inline._definition.cache_clear()
    find = inline.inspect.getsource
    monkeypatch.setattr(inline.inspect, "getsource", lambda function: find(other).replace("other", "one"))
    assert inline._definition(one) is None
    inline._definition.cache_clear()
