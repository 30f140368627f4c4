"""Where concepts of two formats meet, and what the hub holds of them for formats to come."""

from __future__ import annotations

from typing import Any

import pytest

from catalens import translate
from catalens.hub import Product
from tests.compliance.facts import CONDITION, NO_COUNTERPART, READONLY, arrived, assert_same, validate_all

# -- attributes -----------------------------------------------------------------------------------------------

NAMED = {"attribute_id": "at-1", "attribute_name": "Caffeine", "attribute_value": "High", "attribute_type": "Text"}


def test_attributes_of_a_store_meet_what_buyers_read_elsewhere() -> None:
    there = {
        "/content/product/attributes/0/attribute_id": NO_COUNTERPART,
        "/content/product/attributes/0/attribute_type": READONLY,
    }
    pair = {"name": "Caffeine", "value": "High"}
    validate_all(
        "commerce-engine/read",
        {"content": {"product": {"attributes": [NAMED]}}},
        {
            "axim": ({"specifications": [pair]}, there),
            "webcommander": ({"custom_properties": [{"label": "Caffeine", "description": "High"}]}, there),
            "commerce-engine/write": (
                {"attributes": [{"attribute_id": "at-1", "attribute_value": "High"}]},
                {
                    "/content/product/attributes/0/attribute_name": READONLY,
                    "/content/product/attributes/0/attribute_type": READONLY,
                },
            ),
        },
    )


def test_attributes_come_back_from_where_buyers_read_them() -> None:
    payload = {"content": {"product": {"attributes": [NAMED], "metadata": [{"name": "harvest", "value": "2nd"}]}}}
    for target in ("axim", "webcommander"):
        there = translate(payload, "commerce-engine/read", target)
        back = translate(there.payload, target, "commerce-engine/read", restore=there.sidecar)
        assert_same(back.payload, payload)


# -- tags -----------------------------------------------------------------------------------------------------

MATERIAL: dict[str, Any] = {"name": "Material", "values": ["Merino", "Corozo"], "display_in_product_page": True}
ORDER = "reduced.order"


@pytest.mark.parametrize(("target", "words"), [("commerce-engine", "tags"), ("axim", "searchKeyWords")])
@pytest.mark.parametrize(("source", "at"), [("webcommander", ""), ("webcommander/read", "/product")])
def test_values_under_a_name_are_the_words_and_the_name_is_one_where_there_are_none(
    target: str, words: str, source: str, at: str
) -> None:
    payload: Any = {"tags": [{"name": "Gift"}, MATERIAL, {"name": "Wool", "values": []}, {"name": "Warm"}]}
    validate_all(
        source,
        {"product": payload} if at else payload,
        {
            target: (
                {words: ["Gift", "Merino", "Corozo", "Wool", "Warm"]},
                {
                    f"{at}/tags/1/name": CONDITION,
                    f"{at}/tags/1/display_in_product_page": NO_COUNTERPART,
                    f"{at}/tags/1/values/0": ORDER,
                    f"{at}/tags/1/values/1": ORDER,
                    f"{at}/tags/2/name": ORDER,
                    f"{at}/tags/2/values": NO_COUNTERPART,
                    f"{at}/tags/3/name": ORDER,
                },
            )
        },
    )


@pytest.mark.parametrize("target", ["commerce-engine", "axim", "commerce-engine/read"])
def test_values_under_a_name_come_back_with_the_sidecar_and_edits_win(target: str) -> None:
    payload = {"tags": [{"name": "Gift"}, MATERIAL]}
    there = translate(payload, "webcommander", target)
    assert_same(translate(there.payload, target, "webcommander", restore=there.sidecar).payload, payload)
    words = "searchKeyWords" if target == "axim" else "tags"
    edited = {words: [*arrived(there)[words], "new"]}
    whole = {"content": {"product": edited}} if target.endswith("read") else edited
    back = translate(whole, target, "webcommander", restore=there.sidecar).payload["tags"]
    assert {"name": "new"} in back
    assert MATERIAL in back


def test_words_become_tags_without_values() -> None:
    for source, words in (("commerce-engine", "tags"), ("axim", "searchKeyWords")):
        validate_all(source, {words: ["a", "b"]}, {"webcommander": ({"tags": [{"name": "a"}, {"name": "b"}]}, {})})


# -- in the hub -----------------------------------------------------------------------------------------------

MEETINGS: list[tuple[str, Any, Any]] = [
    ("prosperna", {"product_specification": {"brand": "Bahay Linis"}}, {"brand": "Bahay Linis"}),
    ("axim", {"sortOrder": 3}, {"rank": 3}),
    (
        "webcommander",
        {"tags": [{"name": "Material", "values": ["Oak"]}]},
        {"tags": [{"name": "Material", "values": ["Oak"]}]},
    ),
    ("axim", {"searchKeyWords": ["tea"]}, {"tags": [{"name": "tea"}]}),
    (
        "axim",
        {"options": [{"optionName": "Colour", "optionValues": [{"label": "Red", "value": "#F00"}]}]},
        {"options": [{"name": "Colour", "values": [{"label": "Red", "value": "#F00"}]}]},
    ),
    (
        "axim",
        {
            "variants": [
                {
                    "sku": "S-1",
                    "options": [{"optionName": "Colour", "optionValueLabel": "Red", "optionValue": "#F00"}],
                    "inventory": [{"stock": 4, "minStock": 1}],
                }
            ]
        },
        {
            "variants": [
                {
                    "sku": "S-1",
                    "selections": [{"name": "Colour", "label": "Red", "value": "#F00"}],
                    "inventory": [{"count": 4, "low": 1}],
                }
            ]
        },
    ),
    (
        "commerce-engine",
        {"images": [{"url_standard": "https://a.example/1.jpg", "alternate_text": "a cup"}]},
        {"media": [{"url": "https://a.example/1.jpg", "alt": "a cup", "kind": "image"}]},
    ),
]


@pytest.mark.parametrize(("source", "payload", "hub"), MEETINGS, ids=lambda one: one if isinstance(one, str) else "")
def test_the_hub_holds_it_with_one_meaning(source: str, payload: Any, hub: Any) -> None:
    done = translate(payload, source, "hub")
    assert_same(arrived(done), hub)
    Product.model_validate(done.payload)
    assert_same(arrived(translate(done.payload, "hub", source)), payload)


def test_the_hub_is_wide_enough_for_formats_to_come() -> None:
    Product.model_validate(
        {
            "barcode": "4006381333931",
            "vendor": "Hill Estates",
            "stock": {"backorders": "notify"},
            "tags": [{"id": "34", "name": "tea"}],
            "prices": [
                {"list": 9, "sale": 7, "sale_from": "2026-06-01T00:00:00Z", "sale_to": "2026-06-30T23:59:59Z"}
            ],
            "variants": [{"barcode": "4006381333948", "stock": {"backorders": "deny"}}],
        }
    )


@pytest.mark.parametrize("number", ["0012345678905", 9312345678907])
def test_a_trade_item_number_is_the_barcode_however_it_is_written(number: Any) -> None:
    payload = {"advanced": {"advance_information": {"global_trade_item_number": number}}}
    hub = translate(payload, "webcommander", "hub").payload
    assert hub["barcode"] == str(number)
    assert_same(translate(hub, "hub", "webcommander").payload, payload)
    answer = translate(payload, "webcommander", "webcommander/read")
    assert arrived(answer)["advanced"]["advance_information"] == {"global_trade_item_number": str(number)}
