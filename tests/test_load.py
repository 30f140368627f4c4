"""What the loader reads as what, where it says things stand, and what it says of broken files."""

from __future__ import annotations

import copy
import json
import os
import pickle
import socket
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalens.errors import (
    CatalensError,
    Diagnostic,
    InvalidMapping,
    InvalidPayload,
    InvalidSidecar,
    LossError,
    PayloadError,
    UndecidableFormat,
    UnknownFormat,
    UsageError,
    did_you_mean,
)
from catalens.mapping.load import LARGEST, load_file, load_text

BROKEN = Path(__file__).parent / "diagnostics" / "load"

EVERYDAY = """\
# yaml-language-server: $schema=./mapping.schema.json
format: axim
about: >-
  Prose over
  two lines.

  And more.
assume: {weight: kg, length: cm}   # documented
nullable: true

fields:
  sku:                {type: string, maxLength: 64, hub: sku, cut: false}
  "[price, sale]":    {types: [number, {type: number, minimum: 0.01}], hub: "[list, sale]"}
  status:             {type: string, table: {on: active, off: [inactive, draft]},
                       doc: 'it''s said
                         to be this'}
  images[]:
    hub: media[?kind=='image']
    because: the platform says so,
      and means it
    fields:
      url: {type: string, format: uri}
slots:
- {at: "metadata[]", prefix: "x-"}
- at: metaFields[]
  name: code
required:
  - field: sku
    when: |
      has_variant == `false`
examples:
  - title: "a \\"small\\" one"
    payload: {"sku":"A-1", "price": 1.10, "tags": [], "note": null}
empty:
"""


def value(text: str) -> Any:
    return load_text(f"v: {text}\n", "t.yaml").data["v"]


def refusal(text: str) -> Diagnostic:
    with pytest.raises(InvalidMapping) as caught:
        load_text(text, "t.yaml")
    (diagnostic,) = caught.value.diagnostics
    return diagnostic


@pytest.mark.parametrize("path", sorted(BROKEN.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_broken_file_is_refused_with_these_words(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN)
    with pytest.raises(InvalidMapping) as caught:
        load_file(path.name)
    assert len(caught.value.diagnostics) == 1
    assert f"{caught.value}\n" == path.with_suffix(".expected").read_text("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        *("no", "yes", "on", "off", "y", "N", "NO", "True", "FALSE", "Null", "NULL", "~"),
        *("12:30", "12:30:45", "2024-01-01", "2024-01-01T10:00:00Z", "0x10", "0o17", "010", "1_000", "+1"),
        *(".5", "1.", "1.e3", ".inf", ".nan", "NaN", "Infinity", "1e", "--1", "1.2.3", "٣"),
        *("a#b", "a:b", "http://x.test/y?z=1", "=", "(?i)^x$", "x\u00a0", "naïve 😀"),
    ],
)
@pytest.mark.parametrize("frame", ["v: [{}]\n", "v: [a, {}, b]\n", "v: {{k: {}}}\n", "v:\n  k: {}\n", "v:\n- {}\n"])
def test_this_stays_text(text: str, frame: str) -> None:
    read = load_text(frame.format(text), "t.yaml").data["v"]
    assert text in (read.values() if isinstance(read, dict) else read)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("", None),
        ("0", 0),
        ("128", 128),
        ("-7", -7),
        ("18446744073709551617", 2**64 + 1),
        ("0.5", 0.5),
        ("-0.0", -0.0),
        ("1e-07", 1e-07),
        ("1.10", Decimal("1.10")),
        ("12.50", Decimal("12.50")),
        ("1e3", Decimal("1e3")),
        ("1e400", Decimal("1e400")),
        ("0.1000000000000000055", Decimal("0.1000000000000000055")),
        ("'true'", "true"),
        ('"1.10"', "1.10"),
        ("'null'", "null"),
        ('""', ""),
        ("'it''s'", "it's"),
        (r'"\t\u00e9\ud83d\ude00\/"', "\té😀/"),
        (r'"\uD83D\uDE00"', "😀"),
        (r"'\d'", r"\d"),
        ("{}", {}),
        ("[]", []),
        ('{"a":1,"b":[true,null]}', {"a": 1, "b": [True, None]}),
        ("{a, b: }", {"a": None, "b": None}),
        ("|\n  a\n   b\n\n  # c", "a\n b\n\n# c\n"),
        ("|-\n  a\n\n", "a"),
        (">\n  a\n  b\n\n  c\n", "a b\nc\n"),
        ("a\n  b\n  c", "a b c"),
        ('"a\n  b"', "a b"),
    ],
)
def test_a_value_is_read_as(text: str, expected: Any) -> None:
    read = value(text)
    assert (type(read), repr(read)) == (type(expected), repr(expected))


def test_keys_are_text() -> None:
    read = load_text("true: a\nfalse: b\nnull: c\n1.10: d\n42: e\n'<<': f\nno: g\n12:30: h\n", "t.yaml").data
    assert list(read) == ["true", "false", "null", "1.10", "42", "<<", "no", "12:30"]


def test_lines_may_end_as_on_any_system() -> None:
    for end in ("\n", "\r\n", "\r"):
        source = load_text(EVERYDAY.replace("\n", end), "t.yaml")
        assert source.data == load_text(EVERYDAY, "t.yaml").data
        assert source.where(("empty",)) == (34, 1)
    assert load_text("a: b", "t.yaml").data == load_text("a: b\n", "t.yaml").data


@pytest.mark.parametrize(
    ("keys", "key", "value"),
    [
        ((), "2: format: axim", "2: format: axim"),
        (("format",), "2: format: axim", "2: axim"),
        (("about",), "3: about: >-", "3: >-"),
        (("fields",), "11: fields:", "12: sku:  "),
        (("fields", "sku"), "12: sku:  ", "12: {type: string, maxLength"),
        (("fields", "sku", "maxLength"), "12: maxLength: 64", "12: 64"),
        (("fields", "[price, sale]", "types", 1, "minimum"), "13: minimum: ", "13: 0.01"),
        (("fields", "status", "table", "off", 1), "14: draft]", "14: draft]"),
        (("fields", "status", "doc"), "15: doc: ", "15: 'it''s"),
        (("slots", 0), "24: {at: ", "24: {at: "),
        (("slots", 0, "prefix"), '24: prefix: "x-"', '24: "x-"'),
        (("slots", 1), "25: at: metaFields", "25: at: metaFields"),
        (("slots", 1, "name"), "26: name: code", "26: code"),
        (("required", 0, "when"), "29: when: |", "29: |"),
        (("empty",), "34: empty:", "34: "),
        (("fields", "sku", "codec"), "12: sku:  ", "12: {type: string, maxLength"),
        (("fields", "nmae", "hub"), "11: fields:", "12: sku:  "),
        (("slots", 7), "23: slots:", "24: - {at: "),
    ],
)
def test_the_place_of(keys: tuple[str | int, ...], key: str, value: str) -> None:
    source = load_text(EVERYDAY, "t.yaml")
    lines = EVERYDAY.split("\n")
    for (line, column), expected in ((source.where(keys), key), (source.value_at(keys), value)):
        assert f"{line}: {lines[line - 1][column - 1 :]}".startswith(expected)


def test_columns_count_characters_not_bytes() -> None:
    source = load_text("'é😀': {ü: \"é😀\\u00e9\", b: c}  # é😀\nt: |\n  é😀\nz: {'😀': 1, y: 2}\n", "t.yaml")
    assert source.where(("é😀", "b")) == (1, 23)
    assert source.where(("z", "y")) == (4, 13)
    assert (refusal("é😀: 'ü😀' @\n").column, refusal("é😀: [ü😀, @]\n").column) == (10, 10)


@given(st.lists(st.text(st.characters(exclude_categories="CZ"), max_size=20), unique=True))
def test_every_key_is_where_it_is_said_to_be(keys: list[str]) -> None:
    written = [json.dumps(key, ensure_ascii=False) for key in keys]
    text = "{" + ", ".join(f"{key}: [0]" for key in written) + "}"
    source = load_text(text, "t.yaml")
    for key, form in zip(keys, written, strict=True):
        (_, at), (_, value) = source.where((key,)), source.value_at((key,))
        assert text[at - 1 : value] == f"{form}: ["


def test_a_diagnostic_looks_like_a_compilers() -> None:
    source = load_text("fields:\n  price: {hub: list, codec: decimal-strng}\n", "axim.yaml")
    hint = did_you_mean("decimal-strng", ["base64", "decimal-string", "slug-path"])
    keys = ("fields", "price", "codec")
    message = "no codec 'decimal-strng'"
    assert str(source.diagnostic(keys, "unknown-codec", message, hint, at_value=True)) == (
        "axim.yaml:2:29: error[unknown-codec]: no codec 'decimal-strng'; did you mean 'decimal-string'?\n"
        "  price: {hub: list, codec: decimal-strng}\n"
        "                            ^"
    )
    warning = source.diagnostic(keys, "odd", "this is odd", severity="warning")
    assert str(warning).startswith("axim.yaml:2:22: warning[odd]: this is odd\n")


def test_a_file_that_cannot_be_read_is_an_invalid_mapping(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.yaml", "nul\0.yaml"):
        with pytest.raises(InvalidMapping, match=r":1:1: error\[unreadable\]: cannot be read"):
            load_file(path)


def test_only_regular_files_are_mappings(tmp_path: Path) -> None:
    """Reading one of the others would last for ever."""
    made = {name: tmp_path / f"{name}.yaml" for name in ("pipe", "piped", "zero", "null", "socket", "folder", "loop")}
    os.mkfifo(made["pipe"])
    made["piped"].symlink_to(made["pipe"])
    made["zero"].symlink_to("/dev/zero")
    made["null"].symlink_to("/dev/null")
    made["folder"].symlink_to(tmp_path)
    made["loop"].symlink_to(made["loop"])
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(made["socket"]))
        for path in made.values():
            with pytest.raises(InvalidMapping, match=r":1:1: error\[unreadable\]: cannot be read"):
                load_file(path)


def test_a_link_to_a_regular_file_is_one(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("a: 1\n")
    (tmp_path / "here.yaml").symlink_to(tmp_path / "there")
    assert load_file(tmp_path / "here.yaml").data == {"a": 1}


def test_a_mapping_has_a_bounded_size(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"a: 1\n" + b"#" * (LARGEST - 6) + b"\n")
    assert load_file(path).data == {"a": 1}
    with path.open("ab") as file:
        file.write(b"#")
    with pytest.raises(InvalidMapping, match="larger than 1 MiB"):
        load_file(path)
    with path.open("ab") as file:
        file.truncate(1 << 40)
    with pytest.raises(InvalidMapping, match="larger than 1 MiB"):
        load_file(path)


def test_nesting_is_bounded_in_every_style() -> None:
    for text in ("[" * 9999, "{a: " * 9999, "- " * 9999, "\n".join(" " * i + "a:" for i in range(1500))):
        assert refusal(f"a:\n  {text}\n" if text[0] != "a" else text).code in ("too-deep", "syntax")
    assert refusal("v: " + "[" * 101 + "]" * 101).code == "too-deep"
    assert value("[" * 100 + "]" * 100)


def test_a_number_too_long_for_python_is_refused() -> None:
    assert refusal(f"v: {'9' * 5000}\n").code == "number"
    assert value(f"'{'9' * 5000}'") == "9" * 5000


PIECES = [
    *"aé😀\u00a0 ~=(.?%@'\"\\#{}[],:|\n",
    *("true", "-1", "1.10", r"\n", r"\u00e9", "\n  ", "\n\n", "\n# c\n", " # c", ", ", ": ", "b: ", "- "),
    *(r"\ud83d", r"\UFFFFFFFF", "k: v", "q: {a: b}", ">-", "? ", "*a", "&a ", "!t ", "<<: ", "---\n", "..."),
]


@st.composite
def spoilt(draw: st.DrawFn) -> str:
    """Some everyday lines with a few cuts and insertions."""
    lines = EVERYDAY.split("\n")
    first = draw(st.integers(0, len(lines) - 1))
    text = "\n".join(lines[first : first + draw(st.integers(1, 12))])
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(PIECES)) + text[at + draw(st.integers(0, 3)) :]
    return text + "\n"


@given(spoilt() | st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text())
def test_any_text_loads_or_is_refused(text: str) -> None:
    try:
        load_text(text, "t.yaml")
        said = "t.yaml:"
    except InvalidMapping as error:
        said = str(error)
    assert said.startswith("t.yaml:")


@pytest.fixture
def without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)


def places(text: str) -> list[tuple[int, int]]:
    """Return the places of all keys, list items and values."""
    source = load_text(text, "t.yaml")
    paths: list[tuple[str | int, ...]] = [()]
    for path in paths:
        held: Any = source.data
        for key in path:
            held = held[key]
        if isinstance(held, dict | list):
            paths += [(*path, key) for key in (held if isinstance(held, dict) else range(len(held)))]
    return [place(path) for path in paths for place in (source.where, source.value_at)]


def test_everyday_lines_read_the_same_without_libyaml(request: pytest.FixtureRequest) -> None:
    expected = repr(load_text(EVERYDAY, "t.yaml")), places(EVERYDAY)
    request.getfixturevalue("without_libyaml")
    assert (repr(load_text(EVERYDAY, "t.yaml")), places(EVERYDAY)) == expected


@pytest.mark.usefixtures("without_libyaml")
@pytest.mark.parametrize("path", sorted(BROKEN.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_broken_file_is_refused_without_libyaml(path: Path) -> None:
    with pytest.raises(InvalidMapping) as caught:
        load_file(path)
    (diagnostic,) = caught.value.diagnostics
    said = f"{path.name}:{diagnostic.line}:", f"error[{diagnostic.code}]: {diagnostic.message}"
    expected = path.with_suffix(".expected").read_text("utf-8")
    assert (expected.startswith(said[0]), said[1] in expected) == (True, True)


# Errors

ERRORS = [
    CatalensError("message"),
    InvalidPayload([PayloadError("/name", "expected string, found integer 5")]),
    InvalidMapping([Diagnostic("a.yaml", 1, 2, "tab", "a tab", "use spaces", "\tx", "warning")]),
    UnknownFormat("no format 'axum'", ["axim"]),
    UndecidableFormat("fits several formats", ["axim", "keevault"]),
    InvalidSidecar("no sidecar"),
    UsageError("--from is missing"),
    LossError("3 leaves dropped"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_survives_pickle_and_copy(error: CatalensError) -> None:
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert (type(twin), str(twin), vars(twin)) == (type(error), str(error), vars(error))


def test_exit_codes() -> None:
    assert [error.exit_code for error in ERRORS] == [1, 1, 1, 2, 1, 1, 2, 3]


def test_an_invalid_payload_shows_ten_errors_one_a_line() -> None:
    error = InvalidPayload(PayloadError(f"/tags/{i}", "expected string, found null") for i in range(12))
    lines = str(error).split("\n")
    assert lines[0] == "/tags/0: expected string, found null"
    assert lines[10:] == ["… and 2 more"]
    assert error.errors[11].to_dict() == {"pointer": "/tags/11", "message": "expected string, found null"}
    assert str(PayloadError("", "expected object")) == "(the payload): expected object"


def test_suggestions_and_candidates_are_named() -> None:
    assert str(UnknownFormat("no format 'axum'", ["axim"])) == "no format 'axum'; did you mean 'axim'?"
    assert str(UndecidableFormat("fits several formats", ["a", "b"])) == "fits several formats: a, b"
    assert did_you_mean("zzz", ["axim"]) is None


def test_control_characters_do_not_reach_the_terminal() -> None:
    shown = str(Diagnostic("a.yaml", 1, 3, "x", "found \x1b[31m", None, "a\t\x1b[2J"))
    assert shown.split("\n")[:2] == ["a.yaml:1:3: error[x]: found \ufffd[31m", "a \ufffd[2J"]


def test_a_long_line_is_cut_around_the_caret() -> None:
    for column in (1, 200, 500, 1000):
        line = "-" * (column - 1) + "X" + "-" * (1000 - column)
        _, shown, caret = str(Diagnostic("a.yaml", 1, column, "x", "y", None, line)).split("\n")
        assert shown[caret.index("^")] == "X"
        assert len(shown) < 170
