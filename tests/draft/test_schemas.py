"""Drafts from JSON Schemas and OpenAPI documents: what they say of a field stands in its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from catalens.draft import draft
from catalens.errors import CatalensError, InvalidPayload, UsageError
from catalens.formats import registry
from catalens.mapping.schema import payload_schema
from catalens.validate import check_payload
from tests.draft.drafts import linted, said, whole

SHOP = Path(__file__).parent / "openapi.yaml"


def of(**properties: Any) -> dict[str, Any]:
    """Return the fields of a draft of an object with these properties."""
    return said(draft("drafted", json_schema={"type": "object", "properties": properties}))


def of_one(**schema: Any) -> dict[str, Any]:
    """Return the line of a field with a schema, but for where it goes and what is taken of null."""
    line = of(oddity=schema)["oddity"]
    return {word: value for word, value in line.items() if word not in ("only_here", "nullable")}


@pytest.mark.parametrize("profile", [one.spelled for one in registry().profiles()])
def test_the_schemas_that_we_write_ourselves_are_read(profile: str) -> None:
    found = registry().profile(profile)
    made = draft("drafted", json_schema=payload_schema(found))
    errors, profiles = linted(made)
    assert not errors, made.text
    drafted = profiles.get("read", profiles["write"])
    assert (drafted.envelope, len(made.suggestions) > 10 or profile.startswith("keevault")) == (found.envelope, True)
    # the mapping that ships speaks for itself
    assert sum(one.hub is not None for one in made.suggestions) > len(made.suggestions) / 4


# -- types, limits, remarks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "line"),
    [
        ({"type": "string", "minLength": 1, "maxLength": 9}, {"type": "string", "minLength": 1, "maxLength": 9}),
        ({"type": "integer", "minimum": 0, "maximum": 9}, {"type": "integer", "minimum": 0, "maximum": 9}),
        ({"type": ["string", "null"]}, {"type": "string"}),
        ({"type": ["integer", "string"]}, {"type": ["string", "integer"]}),
        ({"type": ["integer", "number"]}, {"type": "number"}),
        ({"enum": ["a", "b"]}, {"type": "string", "enum": ["a", "b"], "example": "a"}),
        ({"enum": [1, "b", True]}, {"type": ["string", "integer", "boolean"], "enum": [1, "b", True], "example": 1}),
        ({"enum": ["a", None]}, {"type": "string", "enum": ["a"], "example": "a"}),
        ({"const": "a"}, {"type": "string", "enum": ["a"], "example": "a"}),
        ({"type": "string", "pattern": "^a+$"}, {"type": "string", "pattern": "^a+$"}),
        ({"type": "string", "format": "uri"}, {"type": "string", "format": "uri"}),
        ({"type": "string", "description": "how\n odd"}, {"type": "string", "doc": "how odd"}),
        ({"type": "string", "readOnly": True}, {"type": "string", "readonly": True}),
        ({"type": "number", "default": 1}, {"type": "number", "default": 1}),
        ({"type": "string", "example": "x"}, {"type": "string", "example": "x"}),
        ({"type": "object"}, {"type": "object"}),
        ({"type": "object", "additionalProperties": {"type": "string"}}, {"type": "object"}),
        ({"type": "array"}, {"type": "array"}),
        ({}, {"type": "any"}),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, {"type": ["string", "integer"]}),
        ({"anyOf": [{"type": "string", "maxLength": 3}, {"type": "null"}]}, {"type": "string", "maxLength": 3}),
        ({"allOf": [{"type": "string"}, {"maxLength": 3}]}, {"type": "string", "maxLength": 3}),
        ({"type": "string", "x-advisory": {"maxLength": 3}}, {"type": "string", "maxLength": 3, "advisory": True}),
    ],
)
def test_a_line_says_what_the_schema_says(schema: dict[str, Any], line: dict[str, Any]) -> None:
    assert of_one(**schema) == line


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "(?=a)"},
        {"type": "string", "pattern": "["},
        {"type": "string", "minLength": 5, "maxLength": 3},
        {"type": "string", "maxLength": 2**40},
        {"type": "string", "maxLength": -1},
        {"type": "string", "maxLength": "9"},
        {"type": "string", "minimum": 3},
        {"type": "string", "enum": [1.5]},
        {"type": "string", "default": {"a": 1}},
        {"type": "string", "default": "much", "maxLength": 0},
    ],
)
def test_what_no_line_can_say_is_left_out(schema: dict[str, Any]) -> None:
    assert of_one(**schema) in ({"type": "string"}, {"type": "string", "maxLength": 0})


def test_lists_keep_what_is_said_of_their_items() -> None:
    fields = of(
        oddities={"type": "array", "items": {"type": "string", "maxLength": 4}},
        things={"type": "array", "items": {"type": "object", "properties": {"oddity": {"type": "boolean"}}}},
        grid={"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
    )
    assert fields["oddities[]"]["maxLength"] == 4
    assert fields["things[]"]["fields"]["oddity"]["type"] == "boolean"
    assert fields["grid[]"]["type"] == "array"


def test_null_is_allowed_where_the_schema_allows_it() -> None:
    text, null = {"type": "string"}, {"type": ["string", "null"]}
    strict = whole(draft("drafted", json_schema={"type": "object", "properties": {"a": text, "b": text, "c": null}}))
    assert strict["nullable"] is False
    assert [strict["fields"][name].get("nullable") for name in "abc"] == [None, None, True]
    lax = whole(draft("drafted", json_schema={"type": "object", "properties": {"a": null, "b": null, "c": text}}))
    assert "nullable" not in lax
    assert [lax["fields"][name].get("nullable") for name in "abc"] == [None, None, False]


def test_what_the_schema_requires_of_a_product_is_required_of_a_new_one() -> None:
    inner = {"type": "object", "required": ["deep"], "properties": {"deep": {"type": "string"}}}
    items = {"type": "array", "items": {"type": "object", "required": ["b"], "properties": {"b": {"type": "string"}}}}
    schema = {
        "type": "object",
        "required": ["name", "inner", "rows", "set", "unheard"],
        "properties": {
            "name": {"type": "string"},
            "inner": inner,
            "other": inner,
            "rows": items,
            "set": {"type": "string", "readOnly": True},
        },
    }
    found = whole(draft("drafted", json_schema=schema))["required"]
    assert [one["field"] for one in found] == ["name", "inner.deep", "rows"]


def test_an_envelope_is_taken_off() -> None:
    product = {"type": "object", "properties": {"name": {"type": "string"}}}
    schema = {
        "type": "object",
        "required": ["data"],
        "properties": {"data": product, "message": {"type": "string"}},
    }
    found = whole(draft("drafted", json_schema=schema))
    assert found["profiles"] == {"write": {}, "read": {"envelope": "data", "around": ["message"]}}
    assert list(found["fields"]) == ["name"]


# -- OpenAPI ------------------------------------------------------------------------------------------------------


def test_an_openapi_document_in_yaml() -> None:
    made = draft("drafted", openapi=SHOP, schema="Product")
    found = whole(made)
    fields = found["fields"]
    hubs = {one.path: one.hub for one in made.suggestions}
    assert hubs["name"] == "title"
    assert fields["name"]["maxLength"] == 120
    assert hubs["status"] == "status"
    assert fields["status"]["table"]["draft"] == "draft"
    assert fields["status"]["enum"] == ["draft", "active", "archived"]
    assert hubs["weight"] == "weight"
    assert found["assume"]["weight"] == "g"
    assert hubs["images[]"] == "media[?kind=='image']"
    assert fields["images[]"]["fields"]["url"]["hub"] == "url"
    assert fields["price"]["codec"] == "decimal-string"
    assert fields["note"]["nullable"] is True
    assert fields["parent"]["type"] == "any"
    assert [one["field"] for one in found["required"]] == ["name", "price"]
    assert fields["id"]["readonly"] is True


def test_the_only_schema_is_the_one_that_is_meant(tmp_path: Path) -> None:
    document = {"definitions": {"Thing": {"properties": {"name": {"type": "string"}}}}}
    (tmp_path / "api.json").write_text(json.dumps(document))
    assert list(said(draft("drafted", openapi=tmp_path / "api.json"))) == ["name"]


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ("Prodct", "has no schema 'Prodct'; did you mean 'Product'?"),
        ("Zzz", "has no schema 'Zzz'; there are "),
        (None, "has 4 schemas; say which with --schema: "),
    ],
)
def test_which_schema_is_meant_has_to_be_clear(schema: str | None, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        draft("drafted", openapi=SHOP, schema=schema)
    assert message in str(refused.value)
    assert refused.value.exit_code == 2


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("https://example.com/a.json", "nothing is fetched; put the schema into the document"),
        ("other.yaml#/a", "leads out of the document"),
        (7, "leads out of the document"),
        ("#/$defs/None", "'#/$defs/None' leads to nothing"),
        ("#name", "leads to nothing"),
    ],
)
def test_references_lead_into_the_document_alone(reference: Any, message: str) -> None:
    schema = {"type": "object", "properties": {"a": {"$ref": reference}}}
    with pytest.raises(InvalidPayload) as refused:
        draft("drafted", json_schema=schema)
    assert "/properties/a/$ref: " in str(refused.value)
    assert message in str(refused.value)


def test_a_reference_that_leads_back_ends_there() -> None:
    node = {
        "properties": {"name": {"type": "string"}, "parent": {"$ref": "#"}, "self": {"$ref": "#/properties/self"}}
    }
    fields = said(draft("drafted", json_schema=node))
    assert (fields["parent"]["type"], fields["self"]["type"]) == ("any", "any")


def test_references_that_double_come_to_an_end() -> None:
    defs = {
        f"d{depth}": {"properties": {name: {"$ref": f"#/$defs/d{depth + 1}"} for name in "abcd"}}
        for depth in range(10)
    }
    defs["d10"] = {"type": "string"}
    errors, _ = linted(draft("drafted", json_schema={"$ref": "#/$defs/d0", "$defs": defs}))
    assert not errors


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1', "not JSON"),
        ('{"type": "string"}', "describes no object with properties"),
        ("a: [1", "error[syntax]"),
    ],
)
def test_what_is_no_schema_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "schema.json").write_text(text)
    with pytest.raises(CatalensError) as refused:
        draft("drafted", json_schema=tmp_path / "schema.json")
    assert message in str(refused.value)
    assert str(tmp_path) in str(refused.value)


def test_examples_of_the_schema_fit_the_draft() -> None:
    for name in registry().names():
        profile = registry().profile(name)
        _, profiles = linted(draft("drafted", json_schema=payload_schema(profile), without=[name]))
        for example in profile.mapping.examples:
            if (example.profile or profile.name) == profile.name and not profile.envelope:
                assert check_payload(example.payload, profiles["write"]) == ([], [])
