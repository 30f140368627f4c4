"""Two keys of a row that others have as one name are joined, and split again where the name is first joined."""

from __future__ import annotations

from typing import Any

import pytest

from catalens import translate
from catalens.formats import Registry
from catalens.laws import LAWS, Pair, broken
from tests.compliance.facts import assert_balanced, assert_same, lost

SHOP = """
format: {name}
title: A shop with rows
fields:
  rows[]:
    hub: "attributes[?kind=='meta']"
    key: key
    fields:
      {line}
      value: {{type: string, hub: value}}
profiles: {{write: {{}}}}
"""
LINES = {
    "parted": '"[space, key]": {type: string, hub: name, codec: {joined: "."}}',
    "otherwise": '"[space, key]": {type: string, hub: name, codec: {joined: ": "}}',
    "plain": "key: {type: string, hub: name}",
}


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    folder = tmp_path_factory.mktemp("shops")
    for name, line in LINES.items():
        (folder / f"{name}.yaml").write_text(SHOP.format(name=name, line=line), encoding="utf-8")
    return Registry([folder])


def rows(*found: dict[str, Any]) -> dict[str, Any]:
    return {"rows": [{**one, "value": "v"} for one in found]}


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("shop.colour", {"space": "shop", "key": "colour"}),
        ("shop.colour.red", {"space": "shop", "key": "colour.red"}),
        ("colour", {"key": "colour"}),
        (".colour", {"space": "", "key": "colour"}),
        ("", {"key": ""}),
        (None, {"key": None}),
    ],
)
def test_a_name_is_split_where_it_is_first_joined(shops: Registry, name: Any, parts: dict[str, Any]) -> None:
    there = translate(rows({"key": name}), "plain", "parted", formats=shops)
    assert_same(there.payload, rows(parts))
    assert not lost(there)
    back = translate(there.payload, "parted", "plain", formats=shops)
    assert_same(back.payload, rows({"key": name}))
    assert not lost(back)
    assert_balanced(there.payload, back)


@pytest.mark.parametrize("parts", [{"space": "my.shop", "key": "colour"}, {"key": "colour.red"}])
def test_a_name_that_would_be_split_in_another_place_is_no_longer_what_it_was(
    shops: Registry, parts: dict[str, Any]
) -> None:
    there = translate(rows(parts), "parted", "plain", formats=shops)
    assert there.payload == rows({"key": ".".join(parts.values())})
    assert set(lost(there).values()) == {"reduced.enum"}
    back = translate(there.payload, "plain", "parted", formats=shops, restore=there.sidecar)
    assert_same(back.payload, rows(parts))


def test_two_formats_that_part_names_in_their_own_way_have_the_same_name(shops: Registry) -> None:
    there = translate(rows({"space": "my", "key": "shop"}), "parted", "otherwise", formats=shops)
    assert_same(there.payload, rows({"key": "my.shop"}))
    back = translate(there.payload, "otherwise", "parted", formats=shops)
    assert_same(back.payload, rows({"space": "my", "key": "shop"}))


def test_a_name_that_is_edited_comes_back_in_both_its_parts(shops: Registry) -> None:
    given = rows({"space": "shop", "key": "colour"})
    there = translate(given, "parted", "plain", formats=shops)
    edited = rows({"key": "store.material"})
    back = translate(edited, "plain", "parted", formats=shops, restore=there.sidecar)
    assert_same(back.payload, rows({"space": "store", "key": "material"}))


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
@pytest.mark.parametrize("pair", [("parted", "plain"), ("plain", "parted"), ("parted", "otherwise")], ids=" to ".join)
def test_joined_names_keep_the_laws(shops: Registry, pair: tuple[str, str], law: Any) -> None:
    tried = Pair(f"{pair[0]}/write", f"{pair[1]}/write", shops)
    if law.concerns(tried):
        assert not broken(law, tried, examples=8, seed=1)
