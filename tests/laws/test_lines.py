"""The fast way from bytes to bytes equals the general way, on every line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalens.engine import Translator
from catalens.errors import CatalensError
from catalens.formats import registry
from catalens.payloads import canonical, dumps, loads
from catalens.pipeline.lines import translate_line
from catalens.pipeline.typed import read_line
from catalens.strategies import payloads

PROFILES = [profile.spelled for profile in registry().profiles()]

#: what is done to a line to bring it to where the fast way gives up
TRICKS = ("none", "twice", "spaces", "escapes", "deep", "long", "mark", "cut", "surrogate", "unknown", "exponent")


def tricked(line: bytes, trick: str) -> bytes:
    body = line[:-1] + (b"," if len(line) > 2 else b"")
    match trick:
        case "twice":
            return body + line[1:]
        case "spaces":
            return line.replace(b'":', b'" : ')
        case "escapes":
            return body + b'"note": "\\u0022\\u003a \\": x", "note": 1}'
        case "deep":
            return body + b'"note":' + b"[" * 120 + b"]" * 120 + b"}"
        case "long":
            return body + b'"note":' + b"9" * 1200 + b"}"
        case "mark":
            return b"\xef\xbb\xbf" + line
        case "cut":
            return line[: len(line) // 2]
        case "surrogate":
            return body + b'"note": "\\ud800"}'
        case "unknown":
            return body + b'"note": {"a": [1, 2.50]}}'
        case "exponent":
            return body + b'"weight": 1e-400, "price": 1E5, "stock": -0.0}'
    return line


def general(translator: Translator, line: bytes) -> tuple[bytes | str, list[Any]]:
    try:
        done = translator(loads(line))
        return dumps(done.payload), done.losses
    except CatalensError as error:
        return str(error), []


@pytest.mark.parametrize("source", PROFILES)
def test_fast_way_equals_general_way(source: str) -> None:
    target = "keevault/write" if source != "keevault/write" else "axim/write"
    translator = Translator(source, target)

    @given(payloads(translator.source, translator.target), st.sampled_from(TRICKS), st.booleans())
    def law(payload: Any, trick: str, ascii_only: bool) -> None:
        text = json.dumps(loads(dumps(payload)), ensure_ascii=ascii_only, default=str).encode()
        line = tricked(dumps(payload) if trick != "spaces" else text, trick)
        outcome, losses = translate_line(translator, line)
        expected, lost = general(translator, line)
        assert (outcome if isinstance(outcome, bytes) else str(outcome)) == expected
        assert losses == lost

    law()


@pytest.mark.parametrize("source", PROFILES)
def test_fast_way_reads_digit_by_digit(source: str) -> None:
    profile = registry().profile(source)

    @given(payloads(profile))
    def law(payload: Any) -> None:
        line = dumps(payload)
        read = read_line(line, profile)
        if read is not None:
            assert canonical(read[0]) == canonical(loads(line))

    law()


def test_whole_examples_take_the_fast_way() -> None:
    taken = [
        name
        for name in registry().names()
        for example in registry().mapping(name).examples
        if read_line(dumps(example.payload), registry().profile(f"{name}/{example.profile or 'write'}")) is not None
    ]
    assert len(taken) >= 10
