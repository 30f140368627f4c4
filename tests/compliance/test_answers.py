"""Answers of three platforms: what their products look like there, and what arrives elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from catalens import CatalensError, UndecidableFormat, translate
from catalens.engine import detect
from catalens.formats import registry
from tests.compliance.facts import (
    FOREIGN,
    NO_COUNTERPART,
    READONLY,
    arrived,
    assert_balanced,
    assert_same,
    at,
    lost,
    refused,
    validate_all,
)
from tests.pairs import PROFILES

ABROAD = "carried.foreign_currency"


def answered(product: Any) -> Any:
    return {"data": product, "message": "", "statusCode": 200}


def test_what_stands_around_an_answer_is_the_platforms_own() -> None:
    around = {"/message": READONLY, "/statusCode": READONLY}
    payload = answered({"product_specification": {"name": "Bag"}})
    validate_all(
        "prosperna/read",
        payload,
        {"axim": ({"name": "Bag"}, around), "prosperna": ({"product_specification": {"name": "Bag"}}, around)},
    )
    done = translate({"success": True, "message": "", "data": {"_id": "65b0", "name": "Bag"}}, "axim/read", "axim")
    assert_same(done.payload, {"name": "Bag"})
    assert lost(done) == {"/data/_id": READONLY, "/success": READONLY, "/message": READONLY}


# -- Prosperna ------------------------------------------------------------------------------------------------

IMAGE = {
    "image": "https://cdn.example.com/s/front.png",
    "original_name": "front.png",
    "type": "image/png",
    "name_with_path": "s/front.png",
    "id": "63e4f51cbf61b3a5047d9dab",
}


def test_pictures_are_links_in_an_answer() -> None:
    said = "/data/product_specification/images/0"
    beside = {f"{said}/type": NO_COUNTERPART, f"{said}/name_with_path": NO_COUNTERPART}
    named = {**beside, f"{said}/original_name": NO_COUNTERPART, f"{said}/id": NO_COUNTERPART}
    validate_all(
        "prosperna/read",
        {"data": {"product_specification": {"images": [IMAGE]}}},
        {
            "axim": ({"mediaGallery": [{"type": "image", "url": IMAGE["image"]}]}, named),
            "commerce-engine": ({"images": [{"url_standard": IMAGE["image"]}]}, named),
        },
    )


def test_what_an_answer_spells_out_is_sent_back_by_id() -> None:
    product = {
        "product_categories": [{"name": "Bags", "id": "63e4f6c4bf61b3a5047d9daf"}],
        "product_addons": {"addOn_list": [{"name": "Gift wrap", "price": 55.55, "id": "63e4f74dbf61b3a5047d9dbe"}]},
        "product_variant_types": [{"id": "63e5810a763ae9c5f788b2e5", "name": "Color"}],
        "product_variants_combinations": [{"id": "63dc63dae6ea5a06a9801d8b", "name": "White", "product_id": None}],
    }
    done = translate({"data": product}, "prosperna/read", "prosperna")
    assert_same(
        done.payload,
        {
            "product_categories": ["63e4f6c4bf61b3a5047d9daf"],
            "product_addons": {"addOn_list": ["63e4f74dbf61b3a5047d9dbe"]},
            "product_variant_types": ["63e5810a763ae9c5f788b2e5"],
            "product_variants_combinations": ["63dc63dae6ea5a06a9801d8b"],
        },
    )
    assert not {at for at in lost(done) if at.endswith("/id")}


def test_axes_and_variants_of_an_answer_arrive() -> None:
    product = {
        "product_variant_types": [
            {
                "id": "63e5810a763ae9c5f788b2e5",
                "name": "Color",
                "with_color_variant": True,
                "variant_type_options": [{"name": "White", "color": "#fff", "id": "63e5810a763ae9c5f788b2e6"}],
            }
        ],
        "product_variants_combinations": [
            {
                "name": "White",
                "price": 12.3,
                "sale_price": 10,
                "stock_quantity": 10,
                "sku": "BAG-W",
                "variant_combination_image": {"image": "https://cdn.example.com/w.png"},
                "variant_combinations": [{"selected_variant_option_id": "b", "variant_type_id": "a"}],
            },
            {"name": "Black", "price": 12.3, "sale_price": 0},
        ],
    }
    done = translate({"data": product}, "prosperna/read", "axim")
    assert_same(
        done.payload,
        {
            "options": [{"optionName": "Color", "optionValues": [{"label": "White", "value": "#fff"}]}],
            "variants": [
                {
                    "name": "White",
                    "sku": "BAG-W",
                    "price": 12.3,
                    "sale": 10,
                    "inventory": [{"stock": 10}],
                    "mediaGallery": [{"type": "image", "url": "https://cdn.example.com/w.png"}],
                },
                {"name": "Black", "price": 12.3, "sale": 0},
            ],
        },
    )
    axis, variant = "/data/product_variant_types/0", "/data/product_variants_combinations/0"
    assert lost(done) == {
        f"{axis}/id": NO_COUNTERPART,
        f"{axis}/with_color_variant": NO_COUNTERPART,
        f"{axis}/variant_type_options/0/id": NO_COUNTERPART,
        f"{variant}/variant_combinations/0/selected_variant_option_id": NO_COUNTERPART,
        f"{variant}/variant_combinations/0/variant_type_id": NO_COUNTERPART,
    }


@pytest.mark.parametrize("word", [True, False])
def test_what_is_not_published_is_not_shown_elsewhere(word: bool) -> None:
    validate_all(
        "prosperna/read",
        {"data": {"product_state": {"is_published": word}}},
        {
            "axim": ({"visibility": word}, {}),
            "commerce-engine": ({"active": word}, {}),
            "webcommander": ({"available": word}, {}),
        },
    )


@pytest.mark.parametrize(
    ("word", "kind"), [("PHYSICAL", "physical"), ("DIGITAL", "downloadable")], ids=["physical", "digital"]
)
def test_the_kind_of_an_answered_product_arrives(word: str, kind: str) -> None:
    validate_all("prosperna/read", {"data": {"product_type": word}}, {"webcommander": ({"product_type": kind}, {})})


@pytest.mark.parametrize("profile", ["prosperna/write", "prosperna/read"])
def test_a_margin_is_carried_between_profiles_and_means_nothing_elsewhere(profile: str) -> None:
    product = {"product_price": {"margin": 32.5}}
    payload, at = (product, "") if profile.endswith("write") else ({"data": product}, "/data")
    validate_all(
        profile,
        payload,
        {"prosperna/write": (product, {}), "axim": ({}, {f"{at}/product_price/margin": NO_COUNTERPART})},
    )


@pytest.mark.parametrize("profile", ["prosperna/write", "prosperna/read"])
@pytest.mark.parametrize(
    ("unit", "written", "kilograms"),
    [
        ("oz", "oz", 0.45359237),
        ("Oz", "oz", 0.45359237),
        ("OZ", "oz", 0.45359237),
        ("KG", "kg", 16),
        ("Lb", "lb", 7.25747792),
    ],
)
def test_the_case_of_a_unit_of_weight_means_nothing(profile: str, unit: str, written: str, kilograms: Any) -> None:
    product = {"product_measurements": {"product_weight": {"weight": 16, "unit": unit}}}
    payload = product if profile.endswith("write") else {"data": product}
    validate_all(profile, payload, {"axim": ({"weight": kilograms}, {})})
    hub = translate(payload, profile, "hub").payload
    assert at(hub, "/weight") == {"value": 16, "unit": written}
    other = "prosperna/read" if profile.endswith("write") else "prosperna/write"
    done = translate(payload, profile, other)
    assert at(arrived(done), "/product_measurements/product_weight/unit") == written
    assert done.report.lossless


@pytest.mark.parametrize("unit", ["Cm", "CM", "cm"])
def test_the_case_of_a_unit_of_length_means_nothing(unit: str) -> None:
    size = {"length": 12, "width": 35, "height": 40, "unit": unit}
    validate_all(
        "prosperna",
        {"product_measurements": {"product_size": size}},
        {"axim": ({"dimensions": {"depth": 12, "width": 35, "height": 40}}, {})},
    )


@pytest.mark.parametrize("unit", ["L", "ML"])
def test_a_volume_in_capitals_is_no_mass_either(unit: str) -> None:
    weight = "/product_measurements/product_weight"
    payload = {"product_measurements": {"product_weight": {"weight": 2, "unit": unit}}}
    validate_all(
        "prosperna",
        payload,
        {"axim": ({}, {f"{weight}/weight": "dropped.condition", f"{weight}/unit": "reduced.range"})},
    )


def test_a_unit_that_there_is_not_is_refused() -> None:
    payload = {"product_measurements": {"product_weight": {"weight": 2, "unit": "stone"}}}
    ((where, _),) = refused(payload, "prosperna", "axim")
    assert where == "/product_measurements/product_weight/unit"


# -- Keevault -------------------------------------------------------------------------------------------------

LICENSED: dict[str, Any] = {
    "id": 9,
    "external_reference": None,
    "source": "internal",
    "name": " Deski Support",
    "post_url": None,
    "description": None,
    "status": "active",
    "require_non_expired": 0,
    "created_at": "2024-02-27T02:44:09.000000Z",
    "updated_at": "2024-02-27T02:44:09.000000Z",
    "meta_data": [{"key": "channel", "value": "stable"}],
}


def test_blanks_before_a_name_belong_to_it() -> None:
    for target in ("axim", "commerce-engine", "webcommander", "keevault"):
        assert arrived(translate({"name": " Deski Support"}, "keevault/read", target)) == {"name": " Deski Support"}
    done = translate({"meta_data": [{"key": " a", "value": " b "}]}, "keevault/read", "axim")
    assert_same(done.payload, {"metaFields": [{"code": " a", "value": " b "}]})


@pytest.mark.parametrize(
    "name", ["external_reference", "post_url", "description", "source", "status", "require_non_expired", "created_at"]
)
def test_an_answer_may_say_null_where_a_form_cannot(name: str) -> None:
    done = translate({"name": "Tool", name: None}, "keevault/read", "keevault")
    assert_same(done.payload, {"name": "Tool"})
    assert f"/{name}" in lost(done)
    assert [where for where, _ in refused({"name": None}, "keevault/write", "axim")] == ["/name"]


def test_an_answer_with_nulls_translates_into_everything() -> None:
    for target in PROFILES:
        assert_balanced(LICENSED, translate(LICENSED, "keevault/read", target))


@pytest.mark.parametrize("number", [0, 1])
def test_what_is_a_number_in_an_answer_is_text_in_a_form(number: int) -> None:
    validate_all(
        "keevault/read", {"require_non_expired": number}, {"keevault": ({"require_non_expired": str(number)}, {})}
    )


def test_moments_with_six_decimals_arrive_as_they_are() -> None:
    validate_all(
        "keevault/read",
        {"created_at": "2024-02-27T02:44:09.000000Z"},
        {"commerce-engine/read": ({"created_at": "2024-02-27T02:44:09.000000Z"}, {})},
    )


@pytest.mark.parametrize("id", [9, "9", "pr-9"])
def test_an_id_is_a_number_or_a_text(id: Any) -> None:
    validate_all("keevault/read", {"id": id}, {"commerce-engine/read": ({"id": str(id)}, {"/id": FOREIGN})})


# -- lists of products ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "answer"),
    [
        ("prosperna/read", {"data": {"products": [{"product_specification": {"name": "Bag"}}], "pagination": {}}}),
        ("keevault/read", {"response": {"code": 810, "products": [{"id": 9, "name": "Tool", "post_url": None}]}}),
    ],
)
def test_a_list_of_products_is_known_as_one(profile: str, answer: Any) -> None:
    assert detect(answer, None, registry()).spelled == profile
    with pytest.raises(CatalensError, match="--lines"):
        translate(answer, profile, "axim")


# -- telling answers apart ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "profile"),
    [
        ({"data": {"product_specification": {"name": "Bag"}}}, "prosperna/read"),
        (answered({"product_specification": {"name": "Bag"}}), "prosperna/read"),
        ({"data": {"sku": "S", "customUrl": "/s/"}}, "axim/read"),
        ({"data": {"_id": "65b0", "name": "Shirt"}, "success": True, "message": "ok"}, "axim/read"),
        # an envelope that two formats use says which of the two by what stands in it
        ({"data": {"_id": "65b0", "name": "Shirt"}}, "axim/read"),
        ({"data": {"product_price": {"regular_price": 5}}, "message": ""}, "prosperna/read"),
        (LICENSED, "keevault/read"),
    ],
)
def test_an_answer_is_detected(payload: Any, profile: str) -> None:
    assert detect(payload, None, registry()).spelled == profile
    assert detect(payload, profile.partition("/")[0], registry()).spelled == profile


@pytest.mark.parametrize(
    ("format", "payload"),
    [
        ("axim", {"name": "Shirt", "price": 5}),
        ("prosperna", {"product_specification": {"name": "Bag"}}),
        ("keevault", {"name": "Tool", "source": "internal", "require_non_expired": "1"}),
    ],
)
def test_what_fits_both_profiles_is_meant_to_be_sent(format: str, payload: Any) -> None:
    assert detect(payload, format, registry()).spelled == f"{format}/write"


def test_an_answer_that_fits_two_formats_is_undecidable() -> None:
    with pytest.raises(UndecidableFormat):
        detect({"data": {}, "message": ""}, None, registry())
