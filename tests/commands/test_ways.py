"""Behind a clean lint every way runs; and every command that uses a mapping refuses what lint refuses."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from catalens import Translator
from catalens.engine.lines import general_way
from catalens.formats import Registry, bundled_mappings
from catalens.lint.check import lint_file
from catalens.paths import Key, show
from tests.commands.door import bare, spawn

NAMES = (
    *(
        "'",
        '"',
        "\\",
        "\\\\",
        "\n",
        "\r",
        "\t",
        "\x00",
        "\x1f",
        "\x7f",
        "\x85",
        "\u2028",
        "\u202e",
        "\ud7ff",
        "\U0010ffff",
    ),
    *(
        "{x}",
        "{",
        "}}",
        "%s",
        "\\N{DASH}",
        "\\u0041",
        "a b",
        "é",
        "💥",
        "None",
        "__class__",
        "f0",
        "f1",
        "a'b\"c",
        "'''",
        '"""',
    ),
    *("#", "$", "~", "/", "~1", "0", "*", "@", "[]", ".", "product", "a" * 100),
)

LIMITS: tuple[dict[str, Any], ...] = (
    *({"type": []}, {"enum": []}, {"type": ["string", "string"]}, {"type": ["any", "string"]}, {"enum": ["a", "a"]}),
    *(
        {"type": "any", "enum": [1, True, "1"]},
        {"enum": ["\x00", "'", "\\", '"', ""]},
        {"type": "number", "enum": [1]},
    ),
    *({"type": "integer", "enum": [2**63 - 1]}, {"type": "integer", "enum": [2**63, -(2**64)]}, {"enum": [10**400]}),
    *(
        {"enum": ["a", "bb"], "minLength": 2},
        {"enum": ["a"], "pattern": "b"},
        {"type": "integer", "enum": [1], "minimum": 2},
    ),
    *(
        {word: length}
        for word in ("minLength", "maxLength")
        for length in (0, 2**16, 2**20, 2**20 + 1, 2**63, 10**30)
    ),
    *(
        {"type": kind, word: bound}
        for kind in ("integer", "number", "any", ["string", "number"])
        for word in ("minimum", "maximum")
        for bound in (0, 2**53 + 1, 2**63, -(2**63) - 1, 10**400, -(10**400), 0.5)
    ),
    *(
        {"table": {}},
        {"table": {}, "otherwise": "same"},
        {"types": []},
        {"doc": "'''\n\"\"\"\\"},
        {"refers": "'\n\\"},
    ),
    *(
        {"format": "\\"},
        {"nullable": False, "enum": ["x"]},
        {"cut": False, "maxLength": 0},
        {"secret": True, "enum": ["'"]},
    ),
    *({"advisory": True, "enum": ["b"]}, {"advisory": True, "pattern": "^b$", "maxLength": 2}, {"default": "\\'"}),
)


def written(folder: Path, data: dict[str, Any]) -> Path:
    path = folder / "mart.yaml"
    path.write_text(json.dumps({"format": "mart", "title": "A mart", **data}, indent=1), "utf-8")
    return path


def every_way(folder: Path, payloads: list[Any]) -> None:
    """Go every way that there is; what refuses a payload says so, and nothing falls over."""
    options = ("--mappings", folder)
    known = Registry([folder])
    for words in (("fields", "mart"), ("fields", "mart", "--json"), ("schema", "mart")):
        assert bare(*options, *words).code == 0
    json.loads(bare(*options, "schema", "mart").out)
    for pair in (("mart", "axim"), ("axim", "mart")):
        assert bare(*options, "explain", *pair).code == 0
        for kind in ("loss", "plain", "typed", "ledger"):
            assert bare(*options, "explain", *pair, "--python", "--kind", kind).code == 0
        translator = Translator(*pair, formats=known)
        for payload in payloads:
            spelled = [json.dumps(payload).encode(), json.dumps(payload, separators=(",", ":")).encode()]
            for result in translator.lines(spelled):
                slowly = general_way(translator, result.line, result.text)
                assert (result.output, str(result.error)) == (slowly.output, str(slowly.error))
    for payload in payloads:
        said = bare(
            *(*options, "translate", "-", "--from", "mart", "--to", "axim", "--report", "-"),
            input=json.dumps(payload),
        )
        assert said.code in (0, 1), said.err


# -- names --------------------------------------------------------------------------------------------------------


def test_fields_may_have_any_name(tmp_path: Path) -> None:
    fields: dict[str, Any] = {}
    for number, name in enumerate(NAMES):
        path = show((Key(name),))
        fields[path] = {"type": "string", "only_here": True}
        fields[f"o.{path}"] = {"type": ["number", "string"], "only_here": True}
        fields[f"lists.{path}[]"] = {"type": "integer", "only_here": True}
        rows = {path: {"type": "string", "only_here": True}, "z": {"type": "string", "hub": "url"}}
        fields[f"rows.{path}[]"] = {"hub": f"x.rows{number}[]", "fields": rows}
    path = written(tmp_path, {"fields": fields, "profiles": {"write": {}}})
    assert [str(one) for one in lint_file(path) if one.severity == "error"] == []
    whole = {name: f"text {name}" for name in NAMES}
    payloads = [
        {
            **whole,
            "o": whole,
            "lists": {name: [1] for name in NAMES},
            "rows": {name: [{name: "a", "z": "b"}] for name in NAMES},
        },
        *({name: "a", "o": {name: 1.50}} for name in NAMES),
        *({name: 1} for name in NAMES),
        {"f0": 1, "product": {}},
    ]
    every_way(tmp_path, payloads)


@pytest.mark.parametrize("name", ['"', "\\", "\n", "'", "a b"])
def test_envelopes_may_have_any_name(tmp_path: Path, name: str) -> None:
    data = {
        "fields": {"a": {"type": "string", "hub": "title"}},
        "profiles": {"write": {"envelope": name, "around": [f"{name}{name}"]}},
    }
    path = written(tmp_path, data)
    assert [str(one) for one in lint_file(path) if one.severity == "error"] == []
    every_way(tmp_path, [{name: {"a": "x"}}, {name: {"a": "x"}, name * 2: 1}, {"product": {"a": "x"}}, {name: 1}, {}])


# -- limits -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limits", LIMITS, ids=lambda limits: json.dumps(limits)[:60])
def test_limits_are_refused_or_every_way_runs(tmp_path: Path, limits: dict[str, Any]) -> None:
    line = {"type": "string", **limits} if "types" not in limits else limits
    here = {**line, "only_here": True}
    inner = {"x": {"type": "string", "hub": "url"}, "y": here}
    data = {
        "fields": {
            "a": {**line, "hub": "title"},
            "b[]": {"hub": "media[]", "fields": inner},
            "c[]": here,
            "d": here,
        },
        "profiles": {"write": {}},
    }
    path = written(tmp_path, data)
    if any(one.severity == "error" for one in lint_file(path)):
        return
    values = ["x", "", "b", "bb", "'", 1, 0, 1.5, 2.50, 2**63, 2**70, -(2**64), True, None, {"b": 1}, [1]]
    every_way(
        tmp_path,
        [
            one
            for value in values
            for one in ({"a": value}, {"d": value}, {"b": [{"x": "1", "y": value}], "c": [value]})
        ],
    )


@pytest.mark.parametrize(
    "limits",
    [
        *({"type": []}, {"enum": []}, {"maxLength": 2**20 + 1}, {"minLength": 10**30}),
        *({"types": [{"type": []}, "string"]}, {"types": ["string", {"type": "string", "enum": []}]}),
    ],
    ids=json.dumps,
)
def test_limits_that_nothing_can_keep_are_refused_at_their_place(tmp_path: Path, limits: dict[str, Any]) -> None:
    name, hub = ("[a, b]", "[title, sku]") if "types" in limits else ("a", "title")
    line = {"type": "string", **limits, "hub": hub} if "types" not in limits else {**limits, "hub": hub}
    path = written(tmp_path, {"fields": {name: line}, "profiles": {"write": {}}})
    text = path.read_text("utf-8").splitlines()
    found = [one for one in lint_file(path) if one.code == "limits"]
    assert found
    assert any(word in text[found[0].line - 1] for word in ("type", "enum", "Length"))


# -- every command ------------------------------------------------------------------------------------------------

FAULTY = (
    "format: mart\ntitle: A mart\nprofiles: {write: {}}\n"
    "fields: {name: {type: string, hub: title}, size: {type: integer}}\n"
)


@pytest.mark.parametrize(
    "words",
    [
        *(
            ("translate", "-", "--from", "mart", "--to", "axim"),
            ("translate", "-", "--from", "axim", "--to", "mart/write"),
        ),
        *(("translate", "-", "--lines", "--from", "mart", "--to", "axim"), ("translate", "-", "--to", "axim")),
        *(
            ("explain", "mart", "axim"),
            ("explain", "axim", "mart"),
            ("fields", "mart"),
            ("fields", "mart/write", "--json"),
        ),
        *(("schema", "mart"), ("laws", "mart"), ("laws", "--examples", "1")),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize(
    "text",
    [
        *(FAULTY, FAULTY.replace("type: integer", "type: integer, hub: nowhere, dropped: command")),
        *(
            FAULTY.replace("type: integer", "type: integer, hub: weight, codec: wieght"),
            FAULTY.replace("title:", "tilte:"),
        ),
    ],
    ids=["no counterpart", "two", "codec", "word"],
)
def test_a_command_says_of_a_faulty_mapping_what_lint_says(tmp_path: Path, words: tuple[str, ...], text: str) -> None:
    path = tmp_path / "mart.yaml"
    path.write_text(text, "utf-8")
    said = bare("--mappings", tmp_path, *words, input='{"name": "Desk", "size": 1}')
    assert said.code == 1
    assert said.err.splitlines() == bare("lint", path).lines
    assert said.out == b""


def test_a_faulty_mapping_beside_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "mart.yaml").write_text(FAULTY, "utf-8")
    for words in (("fields", "axim"), ("schema", "axim"), ("explain", "axim", "keevault")):
        assert bare("--mappings", tmp_path, *words).code == 0


# -- files that are no mappings -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["pipe", "zero"])
def test_no_command_waits_for_what_is_no_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "mart.yaml"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    for words in (("lint", path), ("--mappings", tmp_path, "lint"), ("--mappings", tmp_path, "schema", "mart")):
        said = spawn(*words)
        assert said.code == 1
        assert "error[unreadable]: cannot be read: it is no regular file" in said.out.decode() + said.err


def test_a_format_that_ships_with_the_package_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "axim.yaml"
    path.write_text(FAULTY.replace("mart", "axim").replace(", size: {type: integer}", ""), "utf-8")
    said = bare("lint", path)
    assert said.code == 0
    assert "warning[shadows]: format 'axim' ships with the package" in said.lines[0]
    said = bare("--mappings", tmp_path, "fields", "axim")
    assert said.code == 2
    assert f"format 'axim' stands in {bundled_mappings() / 'axim.yaml'} and again in {path}" in said.err


def test_no_format_is_called_hub(tmp_path: Path) -> None:
    path = tmp_path / "hub.yaml"
    path.write_text(FAULTY.replace("mart", "hub").replace(", size: {type: integer}", ""), "utf-8")
    said = bare("lint", path)
    assert (said.code, [line for line in said.lines if "error[" in line]) == (
        1,
        [f"{path}:1:9: error[reserved-name]: 'hub' is the name of the hub itself; give the format another name"],
    )
    said = bare("--mappings", tmp_path, "schema", "hub")
    assert said.code == 2
    assert f"{path}: 'hub' is the name of the hub itself" in said.err
    # beside another file it does not matter
    other = tmp_path / "mart.yaml"
    other.write_text(FAULTY.replace(", size: {type: integer}", ""), "utf-8")
    assert bare("lint", other).code == 0
