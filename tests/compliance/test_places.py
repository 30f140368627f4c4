"""Items of a list that a word marks are fields of the product where another format has such fields."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalens import Translator, translate
from catalens.formats import Registry
from catalens.laws import LAWS, Pair, broken
from tests.compliance.facts import NO_COUNTERPART, arrived, assert_same, lost, validate_all

TITLE = {"config_key": "seo_title", "value": "Oak Lamp | Nine"}
DESCRIPTION = {"config_key": "seo_description", "value": "Turned from oak."}
KEYWORDS = {"name": "keywords", "value": "lamp, oak"}
ROBOTS = {"config_key": "robots", "value": "index", "type": "product"}
AUTHOR = {"name": "author", "value": "Nine", "id": 7}

SAYS: dict[str, Any] = {"seo_configs": [ROBOTS, TITLE, DESCRIPTION], "advanced": {"meta_tags": [AUTHOR, KEYWORDS]}}
STAYS = {
    **{f"/seo_configs/0/{name}": NO_COUNTERPART for name in ROBOTS},
    **{f"/advanced/meta_tags/0/{name}": NO_COUNTERPART for name in AUTHOR},
}
THERE: dict[str, dict[str, Any]] = {
    "commerce-engine": {
        "seo": {
            "meta_title": "Oak Lamp | Nine",
            "meta_description": "Turned from oak.",
            "meta_keywords": ["lamp", "oak"],
        }
    },
    "axim": {
        "seo": {
            "pageTitle": "Oak Lamp | Nine",
            "metaDescription": "Turned from oak.",
            "metaKeywords": "lamp, oak",
        }
    },
    "prosperna": {"product_seo": {"primary": {"title": "Oak Lamp | Nine", "description": "Turned from oak."}}},
}


def test_words_for_search_engines_arrive_and_the_others_stay_at_home() -> None:
    validate_all("webcommander", SAYS, {target: (THERE[target], STAYS) for target in ("commerce-engine", "axim")})
    keywords = {f"/advanced/meta_tags/1/{name}": NO_COUNTERPART for name in KEYWORDS}
    validate_all("webcommander", SAYS, {"prosperna": (THERE["prosperna"], STAYS | keywords)})


@pytest.mark.parametrize("source", [*THERE])
@pytest.mark.parametrize("target", ["webcommander", "webcommander/read"])
def test_search_engine_fields_become_items_that_say_their_words(source: str, target: str) -> None:
    done = translate(THERE[source], source, target)
    wanted: dict[str, Any] = {"seo_configs": [TITLE, DESCRIPTION]}
    if source != "prosperna":
        wanted["advanced"] = {"meta_tags": [KEYWORDS]}
    assert_same(arrived(done), wanted)
    assert lost(done) == {}
    origins = {one["target"]: one["origin"] for one in done.report.to_dict()["origins"]}
    assert {origin for at, origin in origins.items() if at.endswith("/config_key")} == {"constant"}


def test_of_two_items_with_one_word_the_first_arrives() -> None:
    second = {"config_key": "seo_title", "value": "Another"}
    losses = {"/seo_configs/1/config_key": "dropped.limit", "/seo_configs/1/value": "dropped.limit"}
    validate_all(
        "webcommander", {"seo_configs": [TITLE, second]}, {"axim": ({"seo": {"pageTitle": TITLE["value"]}}, losses)}
    )


@pytest.mark.parametrize("source", ["webcommander", "webcommander/read"])
@pytest.mark.parametrize("target", ["axim", "commerce-engine", "commerce-engine/read", "hub"])
def test_all_items_come_back_in_their_order(source: str, target: str) -> None:
    payload = SAYS if source == "webcommander" else {"product": SAYS}
    there = translate(payload, source, target)
    assert_same(translate(there.payload, target, source, restore=there.sidecar).payload, payload)


def test_an_edited_title_goes_into_the_item_that_it_came_from() -> None:
    there = translate(SAYS, "webcommander", "axim")
    there.payload["seo"]["pageTitle"] = "Oak Lamp"
    back = translate(there.payload, "axim", "webcommander", restore=there.sidecar)
    items = [ROBOTS, {**TITLE, "value": "Oak Lamp"}, DESCRIPTION]
    assert_same(back.payload, {**SAYS, "seo_configs": items})


def test_between_profiles_of_one_format_the_list_stays_one_list() -> None:
    validate_all("webcommander", SAYS, {"webcommander/read": (SAYS, {})})


# -- words that are no texts ------------------------------------------------------------------------------------

SHOP = """
format: shop
title: Shop
equivalent: [keyword-spacing]
fields:
  name: {type: string, hub: title}
  texts[]:
    only_here: true
    key: main
    fields:
      main: {type: boolean, only_here: true}
      text: {type: string, only_here: true}
      note: {type: string, only_here: true}
  "texts[?main==`true`].text": {hub: summary}
  rows[]:
    only_here: true
    key: number
    fields:
      number: {type: number, only_here: true}
      value: {type: string, maxLength: 20, only_here: true}
      kind: {type: string, dropped: no_counterpart, constant: shop, because: the shop writes it into each row}
  "rows[?number==`1`].value": {hub: part_number}
  "rows[?number==`2.5`].value": {hub: seo.keywords, codec: keyword-text}
profiles: {write: {}}
"""


@pytest.fixture
def formats(tmp_path: Path) -> Registry:
    (tmp_path / "shop.yaml").write_text(SHOP, encoding="utf-8")
    return Registry([tmp_path])


def test_a_filter_compares_with_truth_values_and_numbers(formats: Registry) -> None:
    payload = {
        "texts": [{"main": False, "text": "more"}, {"main": True, "text": "short", "note": "n"}],
        "rows": [{"number": 2.5, "value": "a, b"}, {"number": 1, "value": "M-1"}, {"number": 3, "value": "c"}],
    }
    done = Translator("shop", "hub", formats=formats)(payload)
    hub = done.payload
    assert (hub["summary"], hub["part_number"], hub["seo"]) == ("short", "M-1", {"keywords": ["a", "b"]})
    assert hub["ext"]["shop"]["texts"] == [{"main": False, "text": "more"}]
    assert hub["ext"]["shop"]["rows"] == [{"number": 3, "value": "c"}]
    there = Translator("axim", "shop", formats=formats)(
        {"shortDescription": "short", "seo": {"metaKeywords": "a, b"}}
    )
    assert_same(
        there.payload,
        {
            "texts": [{"text": "short", "main": True}],
            "rows": [{"value": "a, b", "number": 2.5, "kind": "shop"}],
        },
    )


@pytest.mark.parametrize("other", ["axim/write", "webcommander/write", "hub/write"])
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_laws_hold_for_places_of_any_words(formats: Registry, law: Any, other: str) -> None:
    for source, target in (("shop/write", other), (other, "shop/write")):
        pair = Pair(source, target, formats)
        if law.concerns(pair):
            assert broken(law, pair, 12, 1) == ""
