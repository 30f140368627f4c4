"""What there is: formats, fields, schemas, explanations, the matrix."""

from __future__ import annotations

import ast
import json
from typing import Any

import pytest

from catalens.account.codes import SEVERITIES
from catalens.formats import registry
from catalens.mapping.profile import Profile
from catalens.mapping.schema import field_rows, payload_schema
from catalens.pipeline import matrix
from catalens.validate import check_payload
from tests.commands.door import MAPPINGS, bare, run
from tests.oracle import looks_like

PROFILES = [profile.spelled for profile in registry().profiles()]


def profile(spelled: str) -> Profile:
    return registry((str(MAPPINGS),)).profile(spelled)


# -- formats, detect ------------------------------------------------------------------------------------------


def test_formats_lists_every_profile() -> None:
    said = run("formats")
    assert said.code == 0
    listed = [line.split()[0] for line in said.lines if "/" in line]
    assert listed == sorted(listed, key=lambda name: name.partition("/")[0])
    assert {*PROFILES, "shop/write", "shop/read", "bazaar/write"} == set(listed)


def test_detect_names_the_profile() -> None:
    assert run("detect", "-", input='{"code": "K", "mass": 1}').out == b"shop/write\n"
    assert run("detect", "-", input='{"ok": true, "data": {"item": {}}}').out == b"shop/read\n"


@pytest.mark.parametrize("text", ['{"qqq": 1}', "{}", "[]", "nonsense", ""])
def test_detect_ends_with_one_where_nothing_tells(text: str) -> None:
    said = run("detect", "-", input=text)
    assert (said.code, said.out) == (1, b"")
    assert said.err.startswith("Error: ")


# -- fields ---------------------------------------------------------------------------------------------------


def rows(*words: str) -> dict[tuple[str, str], dict[str, Any]]:
    said = run("fields", *words, "--json")
    assert said.code == 0
    found = {(row["profile"], row["path"]): row for row in said.json}
    assert len(found) == len(said.json), "each field of a profile has one row"
    return found


def test_fields_lists_all_profiles_unless_one_is_named() -> None:
    assert {profile for profile, _ in rows("shop")} == {"write", "read"}
    assert {profile for profile, _ in rows("shop/read")} == {"read"}
    assert set(rows("shop/write")) == {
        ("write", path)
        for path in (
            *("key", "name", "code", "mass", "colour", "pin", "photo", "echo"),
            *("labels[]", "pictures[]", "pictures[].address", "pictures[].caption"),
        )
    }


@pytest.mark.parametrize(
    ("path", "hub", "counterpart", "type"),
    [
        ("key", None, "withheld", "string"),
        ("name", "title", "hub", "string"),
        ("mass", "weight", "hub", "number"),
        ("colour", "ext.shop.colour", "only_here", "string"),
        ("echo", None, "dropped", "string"),
        ("labels[]", "tags[].name", "hub", "string"),
        ("pictures[]", "media[?kind=='image']", "hub", "array"),
        ("pictures[].address", "media[?kind=='image'].url", "hub", "string"),
        ("number", "id", "hub", "string"),
    ],
)
def test_a_field_knows_its_counterpart(path: str, hub: str | None, counterpart: str, type: str) -> None:
    row = rows("shop/read")["read", path]
    assert (row["hub"], row["counterpart"], row["type"]) == (hub, counterpart, type)


def test_a_field_knows_codec_limits_and_prose() -> None:
    found = rows("shop/read")
    assert found["read", "mass"]["codec"] == "measure: weight"
    assert found["read", "mass"]["assumes"] == "weight"
    assert found["read", "mass"]["limits"] == {"minimum": 0}
    assert found["read", "name"]["codec"] is None
    assert found["read", "name"]["doc"] == "what it is called"
    assert found["read", "echo"]["because"] == "says the name again"
    assert found["read", "pictures[].caption"]["advisory"] is True
    assert found["read", "number"]["readonly"] is True
    assert found["read", "pin"]["secret"] is True
    assert found["read", "photo"]["blob"] is True


@pytest.mark.parametrize("spelled", PROFILES)
def test_every_field_of_every_format_is_listed_once(spelled: str) -> None:
    one = profile(spelled)
    paths = [row["path"] for row in field_rows(one)]
    assert len(paths) == len(set(paths))
    assert {field.name for field, _ in one.fields()} <= {*paths, *(path.removesuffix("[]") for path in paths)}


def test_a_group_names_every_hub_path() -> None:
    groups = [row for name in PROFILES for row in field_rows(profile(name)) if isinstance(row["hub"], list)]
    assert groups, "some bundled format has a group"
    for row in groups:
        assert len(row["hub"]) > 1
        assert all(isinstance(path, str) for path in row["hub"])


def test_fields_are_a_table_for_people() -> None:
    said = run("fields", "shop/write")
    (line,) = [line for line in said.lines if line.split()[:1] == ["mass"]]
    assert line.split() == ["mass", "write", "number", "measure:", "weight", "weight", "minimum", "0"]
    assert "\x1b" not in said.out.decode()


def test_the_words_of_a_code_table_are_listed() -> None:
    found = {row["path"]: row for row in run("fields", "keevault/write", "--json").json}
    assert found["status"]["table"] == {"active": "active", "inactive": ["inactive", "draft"]}
    assert found["name"]["table"] is None
    said = run("fields", "keevault/write").out.decode()
    assert 'active = "active"' in said
    assert 'inactive = ["inactive", "draft"]' in said
    # a row is not folded where nobody's terminal is too small for it
    assert [
        line for line in said.splitlines() if line.strip().startswith("require_non_expired") and "1 yes, 0 no" in line
    ]


def test_an_unknown_format_ends_with_two() -> None:
    said = run("fields", "shpo")
    assert (said.code, said.out) == (2, b"")
    assert "no format 'shpo'; did you mean 'shop'?" in said.err


# -- schema ---------------------------------------------------------------------------------------------------


def test_schema_of_mapping_files_and_of_the_hub() -> None:
    assert bare("schema", "mapping").json["title"] == "Catalens mapping"
    assert {"title", "prices", "ext"} <= set(bare("schema", "hub").json["properties"])


def test_schema_of_a_format() -> None:
    said = run("schema", "shop")
    assert said.json["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert said.json["title"] == "A shop (write)"
    assert said.json["examples"] == [{"name": "Kettle", "code": "K-1", "colour": "red"}]
    properties = said.json["properties"]
    assert properties["name"] == {"type": ["string", "null"], "description": "what it is called"}
    assert properties["mass"] == {"type": ["number", "null"], "minimum": 0}
    assert properties["colour"] == {"type": ["string", "null"], "examples": ["red"]}
    assert properties["labels"] == {"type": ["array", "null"], "items": {"type": "string"}}
    assert properties["pictures"]["items"]["properties"]["caption"] == {
        "type": ["string", "null"],
        "x-advisory": {"maxLength": 20},
    }


def test_schema_of_a_profile_with_an_envelope() -> None:
    schema = run("schema", "shop/read").json
    assert schema["required"] == ["data"]
    assert set(schema["properties"]) == {"ok", "data"}
    assert schema["properties"]["data"]["required"] == ["item"]
    item = schema["properties"]["data"]["properties"]["item"]
    assert item["properties"]["number"] == {"type": ["string", "null"], "readOnly": True}


def test_schema_of_nothing_ends_with_two() -> None:
    said = run("schema", "shpo")
    assert (said.code, said.out) == (2, b"")
    assert "did you mean 'shop'?" in said.err


TYPES = {"string": str, "boolean": bool, "object": dict, "array": list, "null": type(None)}


def accepts(schema: dict[str, Any], value: Any) -> bool:
    """Read the part of JSON Schema that payload schemas are written in, slowly and obviously."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    types = schema.get("type", [])
    if types and not any(
        (number if one == "number" else number and value == int(value))
        if one not in TYPES
        else isinstance(value, TYPES[one])
        for one in ([types] if isinstance(types, str) else types)
    ):
        return False
    if "anyOf" in schema and not any(accepts(one, value) for one in schema["anyOf"]):
        return False
    if "not" in schema and accepts(schema["not"], value):
        return False
    if "enum" in schema and not any(type(value) is type(one) and value == one for one in schema["enum"]):
        return False
    if isinstance(value, str):
        long_enough = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
        return long_enough and looks_like(schema.get("pattern", ""), value)
    if number:
        return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))
    if isinstance(value, list):
        return all(accepts(schema.get("items", {}), one) for one in value)
    if isinstance(value, dict):
        known = schema.get("properties", {})
        there = all(name in value for name in schema.get("required", []))
        return there and all(accepts(known.get(name, {}), one) for name, one in value.items())
    return True


VALUES: list[Any] = [
    None,
    True,
    "",
    "x",
    "active",
    "1",
    "x" * 5000,
    0,
    1,
    -1,
    1.5,
    10**9,
    {},
    [],
    [None],
    ["x"],
    [1],
    [{}],
]


@pytest.mark.parametrize("spelled", [*PROFILES, "shop/write", "bazaar/write"])
def test_a_schema_accepts_what_translation_accepts(spelled: str) -> None:
    one = profile(spelled)
    schema = payload_schema(one)
    for name in one.envelope:
        schema = schema["properties"][name]
    tried = list(VALUES)
    for row in field_rows(one):
        for value in VALUES:
            tried.append(at_path(row["path"], value))
    seen = set()
    for payload in tried:
        valid = not check_payload(payload, one)[0]
        assert accepts(schema, payload) == valid, json.dumps(payload)[:200]
        seen.add(valid)
    assert seen == {True, False}


def at_path(path: str, value: Any) -> Any:
    """Put a value where a path such as ``a.b[].c`` leads."""
    for part in reversed(path.split(".")):
        name = part.removesuffix("[]")
        value = {name.strip('"'): [value] if part.endswith("[]") else value}
    return value


# -- explain, matrix ------------------------------------------------------------------------------------------


def explained(*words: str) -> dict[str, dict[str, Any]]:
    said = run("explain", "shop", "bazaar", *words, "--json")
    assert said.code == 0
    assert (said.json["source"], said.json["target"]) == ("shop/write", "bazaar/write")
    return {one["path"]: one for one in said.json["fields"]}


def test_explain_tells_what_becomes_of_each_field() -> None:
    found = explained()
    assert found["key"]["codes"] == ["withheld.credential"]
    assert found["colour"]["codes"] == ["dropped.no_counterpart"]
    assert found["name"]["codes"] == ["carried.moved", "dropped.limit", "reduced.length"]
    assert found["name"]["losses"] == ["dropped.limit", "reduced.length"]
    assert found["name"]["targets"] == ["label"]
    assert "text cut at the target's limit" in found["name"]["why"]


def test_explain_keeps_to_a_path_and_what_is_below_it() -> None:
    assert set(explained("name")) == {"name"}
    assert set(explained("pictures")) == {"pictures", "pictures[].address", "pictures[].caption"}
    assert set(explained("pictures[].address")) == {"pictures[].address"}


def test_explain_is_a_table_for_people() -> None:
    said = run("explain", "shop", "bazaar", "name")
    assert [line.split()[:2] for line in said.lines if line.startswith(" name")] == [["name", "carried.moved"]]


def test_explain_shows_the_python() -> None:
    said = run("explain", "shop", "bazaar", "--python")
    tree = ast.parse(said.out)
    assert [node.name for node in tree.body if isinstance(node, ast.FunctionDef)] == ["translate"]


def test_explain_of_an_unknown_field_ends_with_two() -> None:
    said = run("explain", "shop", "bazaar", "colr")
    assert (said.code, said.out) == (2, b"")
    assert said.err == "Error: shop/write has no field 'colr'; did you mean 'colour'?\n"


def test_the_matrix_has_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    # which share a pair holds takes its time, and is tried below
    monkeypatch.setattr(matrix, "_held", lambda _: {})
    said = run("matrix", "--json")
    assert said.code == 0
    names = {*PROFILES, "shop/write", "shop/read", "bazaar/write"}
    assert set(said.json) == names
    assert all(set(said.json[source]) == names - {source} for source in names)


def test_the_matrix_of_a_format_has_the_pairs_that_touch_it() -> None:
    table = run("matrix", "shop", "--json").json
    assert set(table["shop/write"]) == {*PROFILES, "shop/read", "bazaar/write"}
    assert set(table["bazaar/write"]) == {"shop/write", "shop/read"}
    # neither key (withheld) nor pictures[] (a list) counts: name, code, mass and labels[] of 10 arrive
    assert table["shop/write"]["bazaar/write"] == {
        "fields": 10,
        "held": 4,
        "share": 0.4,
        "lost": {"access": 0, "money": 0, "identity": 0, "content": 2, "rest": 4},
    }


def test_the_matrix_of_an_unknown_format_ends_with_two() -> None:
    said = run("matrix", "shpo")
    assert (said.code, said.out) == (2, b"")
    assert "no format 'shpo'; did you mean 'shop'?" in said.err


def test_the_matrix_is_a_table_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"fields": 10, "held": 4, "share": 0.4, "lost": dict.fromkeys(SEVERITIES, 0)}
    table = {"shop/write": {"bazaar/write": found}, "bazaar/write": {"shop/write": {**found, "share": 0.9}}}
    many = {f"of-a-long-name-{number}/write": {} for number in range(12)}
    monkeypatch.setattr(matrix, "coverage", lambda *_: {**table, **many})
    said = run("matrix")
    assert all(name in said.lines[1] for name in (*table, *many))
    (line,) = [line for line in said.lines if line.startswith(" shop/write")]
    assert "40 %" in line
