"""Patterns of mappings: what is refused, that every reader finds the same, and that no text makes a search slow."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from catalens import Translator
from catalens.carry.limits import fit
from catalens.formats import Registry
from catalens.mapping.schema import payload_schema
from catalens.paths import MISSING
from catalens.patterns import PatternError, check_pattern, finder, portable
from catalens.strategies.values import valid_value
from catalens.typed_json.structs import Typed
from catalens.validate import check_payload, is_valid
from tests.commands.door import spawn
from tests.oracle import looks_like

SLOW = "^(a+)+$"
HOSTILE = "a" * 40 + "!"


# -- what is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pattern",
    [
        *("(?=a)", "(?!a)", "(?<=a)b", "(?<!a)b", r"(a)\1", r"(?P<x>a)(?P=x)", r"(?<x>a)\k<x>"),
        *(r"\u0041", r"\U00000041", r"\x4", r"\x{41}", r"\cA", r"\0", r"\07", r"\a", r"\e", r"\Q", r"\C", r"\é"),
        *(r"\pL", r"\p{L}", r"\A", r"\z", r"\Z", r"\G", r"\B", r"[\b]", r"[\S]", r"[\u0041]", r"[\p{L}]", r"[\1]"),
        *("a{1001}", "(?:a{100}){100}", "a{1000}" * 11, "a{2}{3}", "a**", "a*+", "*a", "a|*", "(*)", "^*", "$?"),
        *(r"\b+", "a{3,2}", "a{99999999999}"),
        *("a{", "a{,3}", "a{x}", "}", "]", "a]", "[]", "[]a]", "[^]a]", "[^]", "[[a]", "[[:alpha:]]", "[a&&b]"),
        *("[a||b]", "[~~]", "[a--]", r"[\w-z]", r"[a-\d]", "[z-a]"),
        *("(?i)a", "(?i:a)", "(?s).", "(?<name>a)", "(?P<name>a)", "(?>a)", "(?#a)", "(?", "(", ")", "[", "a)", "\\"),
    ],
)
def test_what_is_not_read_alike_is_refused(pattern: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(PatternError):
        check_pattern(pattern)
    # the library would write of it
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("pattern", "found", "missed"),
    [
        (r"^\d+$", ["12"], ["١٢", "12\n", ""]),
        (r"^\w$", ["a", "_"], ["é", "-"]),
        (r"^\s$", [" ", "\n", "\f"], ["\v", "\xa0", "\u2028"]),
        (r"^\S$", ["a", "\v", "\xa0"], [" ", "\t"]),
        (r"^[\s,]$", [" ", ","], ["\v", "\xa0"]),
        ("^.$", ["a", "\r", "\u2028", "👩"], ["\n", "ab", ""]),
        (r"\bred\b", ["a red hat", "éred"], ["reddish"]),
        (r"^\x41\t[\x41-\x43]$", ["A\tB"], ["A\tD"]),
        (r"^\-\@[\-\_\]]$", ["-@_", "-@]"], ["-@a"]),
        (r"^(?:a|b){2,3}?c*$", ["ab", "bab", "aac"], ["a"]),
        ("^[-a]$", ["-", "a"], ["b"]),
        ("", ["", "x"], []),
    ],
)
def test_patterns_mean_what_re2_takes_them_for(pattern: str, found: list[str], missed: list[str]) -> None:
    check_pattern(pattern)
    for text in (*found, *missed):
        assert finder(pattern)(text) is (text in found), text
        assert looks_like(pattern, text) is (text in found), text
        assert looks_like(portable(pattern), text) is (text in found), text


def test_half_a_surrogate_pair_is_no_error() -> None:
    assert finder("^a")("a\ud800")


# -- that all readers agree ---------------------------------------------------------------------------------------

SIGNS = list("ab-_&~|^$.,:/ \n\r\v\xa0é1\\[](){}*+?")
atoms = st.one_of(
    st.sampled_from([re.escape(sign) if sign.isascii() else sign for sign in SIGNS if sign not in "\n\r\v"]),
    st.sampled_from([".", r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", r"\x61", r"\n", r"\r", r"\v", "a", "1", "é"]),
    st.lists(
        st.sampled_from(["a", "b-d", "é", r"\d", r"\w", r"\W", r"\s", r"\]", r"\^", r"\-", ".", "$", "/"]), min_size=1
    ).map(lambda members: f"[{''.join(members)}]"),
    st.lists(st.sampled_from(["a", "0-9", r"\s", r"\D", ".", "é"]), min_size=1).map(
        lambda members: f"[^{''.join(members)}]"
    ),
)
expressions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{0,2}", "{2}", "{1,}", "*?"])).map(
            lambda two: f"({two[0]}){two[1]}"
        ),
        inner.map(lambda one: f"^{one}"),
        inner.map(lambda one: f"{one}$"),
        inner.map(lambda one: rf"\b{one}"),
    ),
    max_leaves=6,
)
#: what stands in no pattern, and every sign that means something in one
texts = st.text(st.sampled_from(SIGNS), max_size=6)
anything = st.text(st.sampled_from([*SIGNS, "x", "0", "d", "s", "u", "<", "=", "!", "P", ":", "9"]), max_size=7)


@given(expressions, st.lists(texts, min_size=1))
def test_engines_find_the_same(pattern: str, values: list[str]) -> None:
    check_pattern(pattern)
    for text in values:
        assert finder(pattern)(text) == looks_like(portable(pattern), text) == looks_like(pattern, text)


@given(anything, st.lists(texts, min_size=1))
def test_whatever_is_let_through_is_read_alike(pattern: str, values: list[str]) -> None:
    try:
        check_pattern(pattern)
    except PatternError:
        assume(False)
    assert portable(portable(pattern)) == portable(pattern)
    for text in values:
        assert finder(pattern)(text) == looks_like(portable(pattern), text)


MAPPING = """\
format: mart
title: A shop
fields:
  code: {{type: string, pattern: {pattern}, hub: sku}}
  colour: {{type: [string, number], pattern: {pattern}, maxLength: 50, only_here: true}}
  words[]: {{type: string, pattern: {pattern}, only_here: true}}
{more}  rows[]:
    hub: "media[]"
    fields:
      code: {{type: string, pattern: {pattern}, minLength: 2, hub: url}}
profiles: {{write: {{}}}}
"""


#: a line of which some values break a limit of their own line, which only a registry without lint takes
SIZE = "  size: {{type: any, pattern: {pattern}, enum: [aaa, b, 1], only_here: true}}\n"


def mart(folder: Path, pattern: str, more: str = "") -> Registry:
    said = json.dumps(pattern)
    (folder / "mart.yaml").write_text(MAPPING.format(pattern=said, more=more.format(pattern=said)), "utf-8")
    return Registry([folder])


@pytest.mark.parametrize("pattern", [SLOW, r"^\d+$", ".", r"\s|a", "é$"])
@pytest.mark.parametrize("text", ["a", "aaa", "aaa\n", "1", "١", "\n", "\u2028", "\xa0", "é", "é\n", "aaaaaaaaaa!"])
def test_schema_strategies_decoder_oracle_and_check_agree(tmp_path: Path, pattern: str, text: str) -> None:
    profile = mart(tmp_path, pattern, SIZE).profile("mart")
    schema = payload_schema(profile)
    quick, careful = Typed(profile, False, {}), Typed(profile, True, {})
    fields = {one.name: one for one, _ in profile.fields()}
    for name, value in {
        "code": text,
        "colour": text,
        "size": text,
        "words": [text],
        "rows": [{"code": text}],
    }.items():
        payload = {name: value}
        valid = is_valid(payload, profile)
        assert valid == (not check_payload(payload, profile)[0])
        assert valid == accepts(schema, payload)
        if name in ("code", "colour", "size"):
            one = fields[name]
            check = fit(one)
            assert check is not None
            assert valid == valid_value(one, text)
            assert valid == (check(text)[0] is not MISSING)
        for typed in (quick, careful):
            assert not (opens(typed, payload) and not valid)
            if name != "size":
                assert opens(typed, payload) == valid


def accepts(schema: dict[str, Any], value: Any) -> bool:
    """Hold a value against a schema, with regular expressions as ECMAScript has them."""

    def pattern(_: Any, pattern: str, instance: Any, __: Any) -> Any:
        if isinstance(instance, str) and not looks_like(pattern, instance):
            yield jsonschema.ValidationError("another pattern")

    validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": pattern})
    return bool(validator(schema).is_valid(value))


def opens(typed: Typed, payload: Any) -> bool:
    try:
        return typed.open(typed.decode(json.dumps(payload).encode())) is not None
    except ValueError:
        return False


# -- in linear time -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["code", "colour", "words", "rows"])
def test_no_text_makes_a_search_slow(tmp_path: Path, name: str) -> None:
    """One that backtracks would need years, in the checks as in the decoder."""
    known = mart(tmp_path, SLOW)
    hostile: Any = {"words": [HOSTILE], "rows": [{"code": HOSTILE}]}.get(name, HOSTILE)
    line = json.dumps({name: hostile}).encode()
    (result,) = Translator("mart", "axim", formats=known).lines([line])
    assert result.output is None
    assert name in str(result.error)


def test_a_line_that_is_hostile_ends_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "formats").mkdir()
    mart(tmp_path / "formats", SLOW)
    rejects = tmp_path / "rejects.nd"
    words = ("--from", "mart", "--to", "axim", "--lines", "--rejects", rejects)
    lines = f'{{"code": "{HOSTILE}"}}\n{{"code": "aaa"}}\n'.encode()
    said = spawn("--mappings", tmp_path / "formats", "translate", "-", *words, input=lines)
    assert (said.code, len(said.lines)) == (1, 1), said.err
    assert HOSTILE in rejects.read_text("utf-8")
