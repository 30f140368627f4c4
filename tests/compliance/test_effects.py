"""What an update does to what is there: lists that it may replace, and prices that it leaves as they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from catalens import translate
from catalens.formats import registry
from tests.commands.door import bare

ALONE = "leaves-charged-price"


def effects(payload: Any, source: str, target: str, **how: Any) -> dict[str, str]:
    """Return what the update does, by place."""
    found = translate(payload, source, target, **how).report.to_dict()["effects"]
    return {one["target"]: one["what"] for one in found}


@pytest.mark.parametrize(
    ("source", "payload", "target", "expected"),
    [
        ("axim", {"cost": 5}, "commerce-engine", {"/pricing": "unknown"}),
        ("prosperna", {"product_price": {"unit_cost": 5}}, "commerce-engine", {"/pricing": "unknown"}),
        ("webcommander", {"cost_price": "5"}, "commerce-engine", {"/pricing": "unknown"}),
        ("prosperna", {"product_price": {"stock_quantity": 3}}, "axim", {"/inventory": "unknown"}),
        ("commerce-engine/write", {"hsn_code": "62"}, "axim", {"/customs/hsCodes": "unknown"}),
        # one text with all keywords is no list either
        ("axim", {"seo": {"metaKeywords": "oak, lamp"}}, "commerce-engine", {"/seo/meta_keywords": "unknown"}),
        # relations of one kind become the whole list of relations; the products in it were a list
        ("webcommander/write", {"related_products": [{"id": 3}]}, "axim", {"/relatedProducts": "unknown"}),
        # inside an item of a list that the source does hold
        (
            "axim",
            {"variants": [{"sku": "a", "cost": 3}]},
            "commerce-engine/read",
            {"/content/product/variants/0/pricing": "unknown"},
        ),
        ("axim", {"name": "Desk"}, "commerce-engine", {}),
        ("axim", {"categories": ["a"]}, "commerce-engine", {}),
        ("axim", {"categories": []}, "commerce-engine", {}),
        ("commerce-engine/write", {"pricing": [{"cost_price": 5}]}, "commerce-engine/read", {}),
        ("axim", {"cost": 5}, "axim", {}),
        ("axim", {"cost": 5}, "hub", {}),
    ],
)
def test_lists_that_the_source_did_not_hold_as_lists(
    source: str, payload: Any, target: str, expected: dict[str, str]
) -> None:
    assert effects(payload, source, target) == expected


@pytest.mark.parametrize(
    ("source", "payload", "target", "expected"),
    [
        ("axim", {"price": 10}, "commerce-engine", {"/pricing": "unknown", "/pricing/0/listing_price": ALONE}),
        ("axim", {"price": 10}, "prosperna", {"/product_price/regular_price": ALONE}),
        ("axim", {"price": 10}, "webcommander", {"/base_price": ALONE}),
        ("prosperna", {"product_price": {"regular_price": 10}}, "axim", {"/price": ALONE}),
        ("commerce-engine/write", {"pricing": [{"listing_price": 10}]}, "axim", {"/price": ALONE}),
        ("axim", {"price": 10, "sale": 0}, "prosperna", {}),
        ("axim", {"price": 10, "sale": 8}, "webcommander", {}),
        ("axim", {"sale": 8}, "prosperna", {}),
        ("axim", {"price": None}, "prosperna", {}),
        ("axim", {"price": 10}, "keevault", {}),
    ],
)
def test_a_list_price_without_what_is_charged(
    source: str, payload: Any, target: str, expected: dict[str, str]
) -> None:
    assert effects(payload, source, target) == expected


def test_a_new_product_has_nothing_to_change() -> None:
    assert effects({"price": 10}, "axim", "commerce-engine", mode="create") == {}


def test_parked_rows_are_a_list_that_the_source_did_not_hold() -> None:
    assert effects({"mpn": "x"}, "axim", "commerce-engine", park=True) == {"/metadata": "unknown"}
    beside = {"mpn": "x", "metaFields": [{"code": "a", "value": "b"}]}
    assert effects(beside, "axim", "commerce-engine", park=True) == {}


def test_what_the_mapping_says_counts(tmp_path: Path) -> None:
    text = """
format: shop
title: Shop
assume: {currency: store}
fields:
  costs[]: {hub: "prices[]", on_write: merges, fields: {cost: {type: number, hub: cost, assumes: currency}}}
  keywords[]: {type: string, hub: "seo.keywords[]", on_write: replaces}
profiles: {write: {}}
"""
    (tmp_path / "shop.yaml").write_text(text)
    payload = {"cost": 5, "seo": {"metaKeywords": "oak"}}
    found = effects(payload, "axim", "shop", formats=registry((str(tmp_path),)))
    assert found == {"/costs": "merges", "/keywords": "replaces"}


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_reports_and_the_summary_name_them(form: str) -> None:
    words = ("--from", "axim", "--to", "commerce-engine", "-o", "/dev/null", "--report", "-", "--report-format", form)
    said = bare("translate", "-", *words, input=json.dumps({"price": 10}))
    for whole in (said.out.decode(), said.err):
        assert "may replace the list that is there" in whole
        assert "what is charged now is not changed" in whole
