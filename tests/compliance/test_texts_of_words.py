"""One text of several words is a field of a list's rows elsewhere, a list of texts, or another such text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from catalens import Translator, translate
from catalens.errors import InvalidMapping
from catalens.formats import Registry
from catalens.laws import LAWS, Pair, broken
from catalens.lint.check import lint
from catalens.mapping.load import load_text
from catalens.mapping.read import read_mapping
from catalens.payloads import canonical, dumps, loads
from catalens.strategies import payloads
from tests.compliance.facts import assert_balanced, assert_same, codes, lost

SHOP = """
format: {name}
title: A shop
{equivalent}fields:
  {line}
  items[]:
    hub: variants[]
    key: code
    fields:
      code: {{type: string, hub: sku}}
      {inner}
profiles:
  write: {{}}
  read: {{envelope: product}}
"""
SHOPS = {
    "texts": (
        'tags: {type: string, hub: "tags[].name", codec: keyword-text}',
        'choice: {type: string, hub: "selections[].label", codec: keyword-text}',
    ),
    "others": ('more.words: {type: string, nullable: false, hub: "tags[].name", codec: keyword-text}', None),
    "rows": (
        'tags[]: {hub: "tags[]", key: id, fields: {id: {type: string, hub: id}, name: {type: string, hub: name}, '
        "slug: {type: string, only_here: true}}}",
        'choice[]: {hub: "selections[]", fields: {label: {type: string, maxLength: 6, hub: label}}}',
    ),
    "lists": ('tags[]: {type: string, hub: "tags[].name"}', 'choice[]: {type: string, hub: "selections[].label"}'),
}


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    folder = tmp_path_factory.mktemp("shops")
    for name, (line, inner) in SHOPS.items():
        forgets = "equivalent: [keyword-spacing]\n" if "keyword-text" in line else ""
        text = SHOP.format(name=name, line=line, inner=inner or "{}", equivalent=forgets).replace("      {}\n", "")
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return Registry([folder])


def rows(*names: str) -> dict[str, Any]:
    return {"tags": [{"name": name} for name in names]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("cotton, summer", ["cotton", "summer"]),
        ("summer, cotton, summer", ["summer", "cotton", "summer"]),
        ("dark blue", ["dark blue"]),
        ("", []),
    ],
)
def test_words_go_both_ways_in_their_order(shops: Registry, text: str, words: list[str]) -> None:
    for target, product in (
        ("rows", rows(*words)),
        ("lists", {"tags": words}),
        ("others", {"more": {"words": text}}),
    ):
        there = translate({"tags": text}, "texts", target, formats=shops)
        assert_same(there.payload, product, target)
        assert_balanced({"tags": text}, there)
        assert not lost(there)
        back = translate(there.payload, target, "texts", formats=shops)
        assert_same(back.payload, {"tags": text}, target)
        assert_balanced(there.payload, back)
        assert not lost(back)


@pytest.mark.parametrize("text", ["a,b", " a ,b ", "a,,b,"])
def test_blanks_say_nothing_and_the_sidecar_has_them(shops: Registry, text: str) -> None:
    there = translate({"tags": text}, "texts", "rows", formats=shops)
    assert_same(there.payload, rows("a", "b"))
    assert not lost(there)
    assert_same(translate(there.payload, "rows", "texts", formats=shops).payload, {"tags": "a, b"})
    back = translate(there.payload, "rows", "texts", formats=shops, restore=there.sidecar)
    assert_same(back.payload, {"tags": text})


def test_the_text_has_one_fate_and_each_word_is_an_origin(shops: Registry) -> None:
    there = translate({"tags": "cotton, summer"}, "texts", "rows", formats=shops)
    assert codes(there) == {"/tags": "converted.list"}
    assert [one["target"] for one in there.report.to_dict()["origins"]] == ["/tags/0/name", "/tags/1/name"]
    back = translate(there.payload, "rows", "texts", formats=shops)
    assert codes(back) == {"/tags/0/name": "converted.list", "/tags/1/name": "converted.list"}
    assert back.report.to_dict()["origins"] == [
        {"target": "/tags", "origin": "computed", "sources": ["/tags/0/name", "/tags/1/name"]}
    ]


@pytest.mark.parametrize(
    ("word", "written"), [("summer, red", "a, summer red, b"), (" red", "a, red, b"), ("a,,b", "a, a b, b")]
)
def test_a_word_that_would_be_parted_stays_one_word_and_is_reduced(shops: Registry, word: str, written: str) -> None:
    there = translate(rows("a", word, "b"), "rows", "texts", formats=shops)
    assert_same(there.payload, {"tags": written})
    assert lost(there) == {"/tags/1/name": "reduced.list"}
    back = translate(there.payload, "texts", "rows", formats=shops, restore=there.sidecar)
    assert_same(back.payload, rows("a", word, "b"))


@pytest.mark.parametrize("word", ["", " ", ","])
def test_what_is_no_word_does_not_arrive(shops: Registry, word: str) -> None:
    there = translate(rows("a", word, "b"), "rows", "texts", formats=shops)
    assert_same(there.payload, {"tags": "a, b"})
    assert lost(there) == {"/tags/1/name": "dropped.condition"}


def test_what_rows_have_besides_is_lost_and_comes_back_to_each_row(shops: Registry) -> None:
    given = {"tags": [{"id": "1", "name": "cotton", "slug": "c"}, {"id": "2", "name": "summer"}]}
    there = translate(given, "rows", "texts", formats=shops)
    assert set(lost(there).values()) == {"dropped.no_counterpart"}
    back = translate({"tags": "cotton, winter"}, "texts", "rows", formats=shops, restore=there.sidecar)
    assert back.payload["tags"][0] == given["tags"][0]
    assert [one["name"] for one in back.payload["tags"]] == ["cotton", "winter"]


def test_a_text_that_is_edited_as_rows_comes_back_as_edited(shops: Registry) -> None:
    there = translate({"tags": "cotton,summer"}, "texts", "rows", formats=shops)
    back = translate(rows("cotton", "wool", "summer"), "rows", "texts", formats=shops, restore=there.sidecar)
    assert_same(back.payload, {"tags": "cotton, wool, summer"})


def test_words_stand_in_items_of_a_list_as_well(shops: Registry) -> None:
    given = {"items": [{"code": "1", "choice": "red, indigo blue, M"}, {"code": "2", "choice": None}]}
    there = translate(given, "texts", "rows", formats=shops)
    choice = [{"label": "red"}, {"label": "indigo"}, {"label": "M"}]
    assert_same(there.payload, {"items": [{"code": "1", "choice": choice}, {"code": "2", "choice": None}]})
    assert lost(there) == {"/items/0/choice": "reduced.list"}
    assert_balanced(given, there)
    back = translate(there.payload, "rows", "texts", formats=shops, restore=there.sidecar)
    assert_same(back.payload, given)


def test_lines_say_what_a_report_says(shops: Registry) -> None:
    translator = Translator("rows", "texts/read", formats=shops)
    given = rows("a", "b, c")
    (line,) = translator.lines([dumps(given)])
    assert line.output is not None
    assert_same(loads(line.output), {"product": {"tags": "a, b c"}})
    assert [(one.pointer, str(one.code)) for one in line.found] == [(("tags", 1, "name"), "reduced.list")]


def test_a_text_of_words_has_no_limits_and_is_no_identifier() -> None:
    line = 'tags: {type: string, maxLength: 9, refers: tag, hub: "tags[].name", codec: keyword-text}'
    text = SHOP.format(name="shop", line=line, inner="x: {type: string, hub: name}", equivalent="")
    source = load_text(text.replace("fields:", "equivalent: [keyword-spacing]\nfields:", 1), "shop.yaml")
    found = [one for one in lint(source, read_mapping(source)) if one.code == "stale-word"]
    assert [one.message.split(" says ")[0] for one in found] == ["'maxLength'", "'refers'"]


@pytest.mark.parametrize("said", ["", "type: any, ", "type: [string, number], "])
def test_words_are_read_from_texts_only(said: str) -> None:
    line = f'tags: {{{said}hub: "tags[].name", codec: keyword-text}}'
    text = SHOP.format(name="shop", line=line, inner="x: {type: string, hub: name}", equivalent="")
    source = load_text(text.replace("fields:", "equivalent: [keyword-spacing]\nfields:", 1), "shop.yaml")
    assert [(one.code, one.hint) for one in lint(source, read_mapping(source))] == [
        ("type-mismatch", "say type: string")
    ]


def test_a_text_without_such_a_codec_is_still_refused() -> None:
    text = SHOP.format(
        name="shop", line='tags: {type: string, hub: "tags[].name"}', inner="x: {hub: x.y}", equivalent=""
    )
    source = load_text(text, "shop.yaml")
    try:
        found = lint(source, read_mapping(source))
    except InvalidMapping as error:
        pytest.fail(str(error))
    assert any("stands in no list" in one.message for one in found)


@pytest.mark.parametrize(("source", "target"), [("texts", "rows"), ("rows", "texts"), ("texts", "others")])
def test_losses_are_counted_or_not_and_the_output_is_one(shops: Registry, source: str, target: str) -> None:
    translator = Translator(source, target, formats=shops)

    @settings(max_examples=20)
    @given(payloads(translator.source, translator.target))
    def law(payload: Any) -> None:
        product = translator.product(payload)
        assert canonical(translator.convert(product)) == canonical(translator.account_for(product)[0])

    law()


PAIRS = [(one, other) for one in SHOPS for other in SHOPS if "texts" in (one, other) and one != other]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_texts_of_words_keep_the_laws(shops: Registry, source: str, target: str, law: Any) -> None:
    tried = Pair(f"{source}/write", f"{target}/write", shops)
    if law.concerns(tried):
        assert not broken(law, tried, examples=8, seed=1)
