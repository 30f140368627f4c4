"""``draft``, and ``lint --open``: what they write and say, and how they end."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands.door import bare, run

CUPS: list[dict[str, Any]] = [
    {"title": "Cup", "sku": "C-1", "shelf": 3},
    {"title": "Mug", "sku": "C-2", "images": [{"url": "https://example.com/a.png"}], "shelf": None},
]
NDJSON = "".join(json.dumps(one) + "\n" for one in CUPS)
SCHEMA = {"type": "object", "properties": {"title": {"type": "string", "maxLength": 9}}}


@pytest.fixture
def cups(tmp_path: Path) -> Path:
    (tmp_path / "cups.ndjson").write_text(NDJSON)
    return tmp_path / "cups.ndjson"


def test_a_draft_goes_to_standard_output_and_what_is_in_it_to_standard_error(cups: Path) -> None:
    said = bare("draft", "crockery", "--samples", cups)
    assert said.code == 0
    assert "format: crockery" in said.lines
    assert said.err == "5 fields: 4 with a counterpart in the hub; 1 lines for a person to look at\n"


def test_a_draft_lints_and_translates_and_says_what_is_left(cups: Path, tmp_path: Path) -> None:
    file = tmp_path / "formats" / "crockery.yaml"
    file.parent.mkdir()
    assert bare("draft", "crockery", "--samples", cups, "-o", file).out == b""
    assert bare("lint", file).err == "1 mappings: 0 errors, 0 warnings\n"
    [asked] = bare("lint", "--open", file).lines
    number = next(at for at, line in enumerate(file.read_text().splitlines(), 1) if line.startswith("  shelf:"))
    assert asked.startswith(f"{file}:{number}: shelf: only_here 0.")
    there = bare("--mappings", file.parent, "translate", cups, "--lines", "--from", "crockery", "--to", "axim")
    assert there.code == 0
    assert [json.loads(line)["name"] for line in there.lines] == ["Cup", "Mug"]


def test_nothing_is_left_when_the_marks_are_gone(cups: Path, tmp_path: Path) -> None:
    file = tmp_path / "crockery.yaml"
    bare("draft", "crockery", "--samples", cups, "-o", file)
    assert bare("lint", "--open", file).err == "1 left to decide\n"
    file.write_text(file.read_text().replace("# ? ", "# "))
    said = bare("lint", "--open", file)
    assert (said.code, said.out, said.err) == (0, b"", "nothing is left to decide\n")


OPEN = """\
# ? whole
format: stall    #? no blank
title: "A stall # ? no comment"    # no question
about: >-
  Several lines
  # ? of text
fields:
  a: {type: string, hub: title, doc: 'it''s # ? text'}    # ? a
  "b # ? b": {type: string,    # ? within
    only_here: true}
  c: {type: string, only_here: true, doc: a#?b}    # see # ? c
profiles: {write: {}}
"""


def test_open_questions_are_comments_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "stall.yaml").write_text(OPEN)
    said = bare("lint", "--open", tmp_path / "stall.yaml")
    at = f"{tmp_path}/stall.yaml"
    assert said.lines == [
        f"{at}:1: whole",
        f"{at}:2: format: no blank",
        f"{at}:8: a: a",
        f'{at}:9: "b # ? b": within',
    ]


def test_the_bundled_mappings_leave_nothing_open() -> None:
    assert bare("lint", "--open").err == "nothing is left to decide\n"


@pytest.mark.parametrize(
    "text",
    [
        NDJSON,
        "\n" + NDJSON.rstrip() + "\n\n",
        json.dumps(CUPS),
        json.dumps(CUPS, indent=2),
        json.dumps({"products": CUPS, "total": 2}),
        json.dumps({"data": {"items": CUPS}}, indent=2),
        "".join(json.dumps({"product": one}) + "\n" for one in CUPS),
        "".join(json.dumps([one]) + "\n" for one in CUPS),
    ],
    ids=[
        "lines",
        "blank lines",
        "array",
        "array on many lines",
        "answer",
        "answer on many lines",
        "wrapped",
        "pages",
    ],
)
def test_samples_come_as_they_are(text: str) -> None:
    said = run("draft", "crockery", "--samples", "-", input=text)
    assert said.code == 0
    assert said.err.startswith("5 fields: 4 with"), said.err


def test_samples_may_be_packed(tmp_path: Path) -> None:
    (tmp_path / "cups.ndjson.gz").write_bytes(gzip.compress(NDJSON.encode()))
    assert bare("draft", "crockery", "--samples", tmp_path / "cups.ndjson.gz").code == 0


def test_an_array_longer_than_what_is_read_at_once() -> None:
    many = json.dumps([{"title": f"{number} " + "x" * 500} for number in range(4000)])
    assert bare("draft", "crockery", "--samples", "-", input=many).err.startswith("1 fields: 1 with")


def test_json_schema_and_openapi(tmp_path: Path) -> None:
    (tmp_path / "cup.json").write_text(json.dumps(SCHEMA))
    (tmp_path / "api.json").write_text(json.dumps({"components": {"schemas": {"Cup": SCHEMA}}}))
    by_schema = bare("draft", "crockery", "--json-schema", tmp_path / "cup.json")
    by_openapi = bare("draft", "crockery", "--openapi", tmp_path / "api.json", "--schema", "Cup")
    assert by_schema.code == by_openapi.code == 0
    assert by_schema.out == by_openapi.out
    assert b"maxLength: 9" in by_schema.out


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", 1, "- has no product: expected a JSON object a line, an array of them, or an answer"),
        ("[]", 1, "- has no product"),
        ('{"a": 1}\n{"a": 1\n', 1, "-: line 2: not JSON: "),
        ('{"a": 1}\n7\n', 1, "-: line 2: expected a product, which is an object, found integer 7"),
        ('[{"a": 1}, 7]', 1, "-: sample 2: expected a product, which is an object, found integer 7"),
        ('{"a": 1, "a": 2}', 1, "-: /a: this key stands more than once in its object"),
        ("title: Cup", 1, "not JSON"),
    ],
)
def test_what_are_no_samples_is_refused_with_the_place(text: str, code: int, message: str) -> None:
    said = bare("draft", "crockery", "--samples", "-", input=text)
    assert (said.code, said.out) == (code, b"")
    assert message in said.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["crockery"], "say one of --samples, --json-schema and --openapi"),
        (["crockery", "--samples", "-", "--json-schema", __file__], "say one of"),
        (["crockery", "--samples", "-", "--schema", "Cup"], "--schema goes with --openapi"),
        (["crockery", "--samples", "nowhere.ndjson"], "does not exist"),
        (["My Shop", "--samples", "-"], "'My Shop' is no name of a format: small letters"),
        (["My Shop", "--samples", "-"], "; try 'my-shop'"),
        (["hub", "--samples", "-"], "and not 'hub'"),
        (["axim", "--samples", "-"], "there is a format 'axim' already"),
    ],
)
def test_what_cannot_be_asked_ends_with_two(words: list[str], message: str) -> None:
    said = bare("draft", *words, input=NDJSON)
    assert (said.code, said.out) == (2, b"")
    assert message in said.err


def test_a_draft_that_fails_leaves_the_older_file_alone(tmp_path: Path) -> None:
    (tmp_path / "crockery.yaml").write_text("older")
    assert bare("draft", "crockery", "--samples", "-", "-o", tmp_path / "crockery.yaml", input="7").code == 1
    assert (tmp_path / "crockery.yaml").read_text() == "older"


def test_it_learns_from_the_mappings_that_are_added(tmp_path: Path) -> None:
    fields = "fields: {glaze: {type: string, hub: brand, doc: who made it}}"
    (tmp_path / "kiln.yaml").write_text(f"format: kiln\ntitle: Kiln\n{fields}\nprofiles: {{write: {{}}}}\n")
    product = json.dumps({"glaze": "Celadon"})
    before = bare("draft", "crockery", "--samples", "-", input=product).out
    after = bare("--mappings", tmp_path, "draft", "crockery", "--samples", "-", input=product).out
    assert b"only_here" in before
    assert b"hub: brand" in after
