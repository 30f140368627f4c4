"""Values of any shape in a row, as plugins write them, refuse nobody, and reach a text in a form that comes back."""

from __future__ import annotations

from typing import Any

import pytest

from catalens import translate
from catalens.codecs.registry import make_codec
from catalens.formats import Registry
from catalens.laws import LAWS, Pair, broken
from catalens.payloads import loads
from tests.compliance.facts import assert_balanced, assert_same, codes, lost

SHOP = """
format: {name}
title: A shop with rows
equivalent: [decimal-zeros, quoted]
fields:
  rows[]:
    hub: "attributes[?kind=='meta']"
    key: key
    fields:
      key: {{type: string, hub: name}}
      value: {{{value}}}
profiles: {{write: {{}}}}
"""
#: a value of any shape, of some scalar types, an object or text, and a text
SHOPS = {
    "plugins": "type: any, hub: value, codec: json-text",
    "scalars": "type: [string, number, boolean], hub: value, codec: plain-text",
    "objects": "type: [string, object], hub: value, codec: json-text",
    "texts": "type: string, hub: value",
}


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    folder = tmp_path_factory.mktemp("shops")
    for name, value in SHOPS.items():
        written = SHOP.format(name=name, value=value).replace(
            "equivalent: [decimal-zeros, quoted]\n", "", name == "texts"
        )
        (folder / f"{name}.yaml").write_text(written, encoding="utf-8")
    return Registry([folder])


def row(value: Any) -> dict[str, Any]:
    return {"rows": [{"key": "plugin", "value": value}]}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"sizes": ["M", {"b": 1.5}, None, True]}, '{"sizes": ["M", {"b": 1.5}, null, true]}'),
        ([], "[]"),
        ({}, "{}"),
        ("Cotton", "Cotton"),
        ("", ""),
        ("5", "5"),
        (None, None),
        # a text that others write as JSON is a text, and stays as it is
        ('{"a":1}', '{"a":1}'),
        ('"quoted"', '"quoted"'),
        # one in the very form that an object is written in has quotes around it
        ('{"a": 1}', '"{\\"a\\": 1}"'),
        ('"[]"', '"\\"[]\\""'),
        ("Größe", "Größe"),
        (["Größe\n"], '["Größe\\n"]'),
    ],
)
def test_a_value_reaches_a_text_in_a_form_that_comes_back_alone(shops: Registry, value: Any, text: Any) -> None:
    there = translate(row(value), "plugins", "texts", formats=shops)
    assert_same(there.payload, row(text))
    assert_balanced(row(value), there)
    assert not lost(there)
    assert_same(translate(there.payload, "texts", "plugins", formats=shops).payload, row(value))


@pytest.mark.parametrize(("value", "text"), [(5, "5"), (True, "true"), (1.5, "1.5")])
def test_a_number_or_truth_value_comes_back_as_text_and_as_itself_with_the_sidecar(
    shops: Registry, value: Any, text: str
) -> None:
    there = translate(row(value), "plugins", "texts", formats=shops)
    assert_same(there.payload, row(text))
    assert not lost(there)
    assert_same(translate(there.payload, "texts", "plugins", formats=shops).payload, row(text))
    back = translate(there.payload, "texts", "plugins", formats=shops, restore=there.sidecar)
    assert_same(back.payload, row(value))


def test_numbers_and_members_keep_their_digits_and_their_order(shops: Registry) -> None:
    given = loads(b'{"rows":[{"key":"k","value":{"z":1.50,"a":12345678901234567890.5,"m":1E400,"b":-0.0}}]}')
    there = translate(given, "plugins", "texts", formats=shops)
    assert there.payload["rows"][0]["value"] == '{"z": 1.50, "a": 12345678901234567890.5, "m": 1E+400, "b": -0.0}'
    back = translate(there.payload, "texts", "plugins", formats=shops)
    assert_same(back.payload, given)
    assert list(back.payload["rows"][0]["value"]) == ["z", "a", "m", "b"]


def test_every_leaf_of_an_object_has_a_fate_and_goes_into_the_one_text(shops: Registry) -> None:
    there = translate(row({"a": [1, {}], "b": None}), "plugins", "texts", formats=shops)
    found = codes(there)
    assert {found[f"/rows/0/value/{at}"] for at in ("a/0", "a/1", "b")} == {"converted.type"}
    assert all(leaf["targets"] == ["/rows/0/value"] for leaf in there.report.to_dict()["leaves"][1:])


def test_an_object_that_is_edited_in_the_text_arrives_as_edited(shops: Registry) -> None:
    there = translate(row({"a": 1}), "plugins", "texts", formats=shops)
    assert there.payload == row('{"a": 1}')
    back = translate(row('{"a": 2, "b": []}'), "texts", "plugins", formats=shops, restore=there.sidecar)
    assert_same(back.payload, row({"a": 2, "b": []}))


def test_an_object_refuses_nobody_and_where_only_scalars_fit_its_text_arrives(shops: Registry) -> None:
    there = translate(row({"a": [1]}), "plugins", "scalars", formats=shops)
    assert_same(there.payload, row('{"a": [1]}'))
    assert_same(translate(there.payload, "scalars", "plugins", formats=shops).payload, row({"a": [1]}))


def test_what_a_text_holds_is_held_to_the_types_of_the_field(shops: Registry) -> None:
    done = translate({"rows": [*row("[1]")["rows"], *row('{"a": 1}')["rows"]]}, "texts", "objects", formats=shops)
    assert lost(done) == {"/rows/0/value": "dropped.limit"}
    assert_same(done.payload, {"rows": [{"key": "plugin"}, {"key": "plugin", "value": {"a": 1}}]})


@pytest.mark.parametrize("levels", [64, 65, 3000])
def test_what_nests_too_deep_for_a_payload_stays_text(levels: int) -> None:
    text, codec = "[" * levels + "]" * levels, make_codec("json-text", {})
    (value,) = codec.encode(text)
    assert isinstance(value, list) == (levels == 64)
    assert codec.decode(value) == (text,)


@pytest.mark.parametrize(
    "text", ['{"a": 1, "a": 2}', "[NaN]", "[1e400]", "[01]", f"[{'1' * 1001}]", '["\\ud800"]', "[1, ]"]
)
def test_what_is_no_json_of_ours_stays_text(text: str) -> None:
    codec = make_codec("json-text", {})
    assert codec.encode(text) == (text,)
    assert codec.decode(text) == (text,)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
@pytest.mark.parametrize(
    "pair", [("plugins", "texts"), ("texts", "plugins"), ("plugins", "scalars")], ids=" to ".join
)
def test_values_of_any_shape_keep_the_laws(shops: Registry, pair: tuple[str, str], law: Any) -> None:
    tried = Pair(f"{pair[0]}/write", f"{pair[1]}/write", shops)
    if law.concerns(tried):
        assert not broken(law, tried, examples=8, seed=1)
