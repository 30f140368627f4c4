"""What platforms really answer: words of tomorrow, truth in quotes, ids as text, and values of several shapes."""

from __future__ import annotations

from typing import Any

import pytest

from catalens import translate
from tests.compliance.facts import CONDITION, FOREIGN, NO_COUNTERPART, READONLY, assert_same, at, lost, validate_all

STOCK = "product_pricing_and_stock"


# -- sets of words that may grow ------------------------------------------------------------------------------


def test_a_kind_of_product_that_nobody_knows_yet_refuses_nothing() -> None:
    answer = {"product": {"name": "Set", "product_type": "combined"}}
    gone = {"/product/product_type": CONDITION}
    validate_all(
        "webcommander/read",
        answer,
        {
            "webcommander": ({"name": "Set", "product_type": "combined"}, {}),
            "axim": ({"name": "Set"}, {"/product/product_type": NO_COUNTERPART}),
            "commerce-engine/read": ({"name": "Set"}, gone),
            "prosperna/read": ({"product_specification": {"name": "Set"}}, gone),
        },
    )


@pytest.mark.parametrize(
    ("source", "target", "answer"),
    [
        ("commerce-engine/read", "webcommander", {"content": {"product": {"product_type": "service"}}}),
        ("prosperna/read", "webcommander", {"data": {"product_type": "SERVICE"}}),
        ("webcommander/write", "commerce-engine/read", {"product_type": "gift card"}),
    ],
)
def test_a_word_of_one_platform_is_not_written_as_anothers(source: str, target: str, answer: Any) -> None:
    done = translate(answer, source, target)
    assert set(lost(done).values()) == {CONDITION}
    assert_same(translate(done.payload, target, source, restore=done.sidecar).payload, answer)


@pytest.mark.parametrize(
    "pointer",
    [
        "available_for",
        f"{STOCK}/on_sale_price_type",
        f"{STOCK}/restrict_price_for",
        f"{STOCK}/restrict_purchase_for",
        "advanced/advance_information/product_condition",
    ],
)
def test_an_open_set_of_words_is_carried_at_home_and_refuses_nothing(pointer: str) -> None:
    product: Any = "a word of tomorrow"
    for name in reversed(pointer.split("/")):
        product = {name: product}
    done = translate({"product": product}, "webcommander/read", "webcommander")
    assert_same(done.payload, product)
    assert done.report.lossless
    assert done.report.valid_in
    assert set(lost(translate({"product": product}, "webcommander/read", "axim"))) == {f"/product/{pointer}"}


@pytest.mark.parametrize("payload", [{"inventoryType": "bundle"}, {"additionalCost": {"type": "tiered", "value": 1}}])
def test_other_open_sets_refuse_nothing(payload: Any) -> None:
    assert_same(translate({"data": payload}, "axim/read", "axim").payload, payload)


# -- truth in quotes, ids as text -----------------------------------------------------------------------------


@pytest.mark.parametrize("word", [True, False])
def test_truth_in_quotes_is_truth_everywhere_in_an_answer(word: bool) -> None:
    quoted = "true" if word else "false"
    answer = {
        "product": {
            "available": quoted,
            "sold_out": quoted,
            "product_variation": quoted,
            "administrative_status": quoted,
            "available_on_weekdays": {"enabled": quoted},
            STOCK: {"track_inventory": quoted, "hide_price": quoted},
        }
    }
    validate_all(
        "webcommander/read",
        answer,
        {
            "commerce-engine": (
                {
                    "active": word,
                    "stock_available": not word,
                    "has_variant": word,
                    "status": "active" if word else "inactive",
                },
                {
                    "/product/available_on_weekdays/enabled": NO_COUNTERPART,
                    f"/product/{STOCK}/track_inventory": NO_COUNTERPART,
                    f"/product/{STOCK}/hide_price": NO_COUNTERPART,
                },
            )
        },
    )
    home = translate(answer, "webcommander/read", "webcommander").payload
    assert (home["available"], home[STOCK]["hide_price"], home["available_on_weekdays"]["enabled"]) == (word,) * 3


def test_a_sale_may_be_switched_in_quotes() -> None:
    answer = {"product": {"base_price": 10, "is_on_sale": "true", "sale_price": "8", STOCK: {"on_sale": "true"}}}
    validate_all("webcommander/read", answer, {"axim": ({"price": 10, "sale": 8}, {})})


def test_ids_may_be_text() -> None:
    answer = {
        "product": {
            "id": "1902",
            "created_by": {"id": "12"},
            "parents": [{"id": "214"}, {"id": 87}],
            "related_products": [{"id": "1840"}],
            "image_and_video": {"images": [{"id": "8811", "link": "https://shop.example.com/f.png"}]},
            "selected_customers": {"customers": [{"id": "5102"}], "groups": [{"id": "31"}]},
            "seo_configs": [{"id": "551", "config_key": "a"}],
        }
    }
    home = translate(answer, "webcommander/read", "webcommander").payload
    assert [at(home, one) for one in ("/parents/0/id", "/parents/1/id", "/related_products/0/id")] == [214, 87, 1840]
    assert home["selected_customers"] == {"customers": [5102], "groups": [31]}
    done = translate(answer, "webcommander/read", "commerce-engine")
    assert done.payload["categories"] == ["214", "87"]


def test_an_id_that_is_no_number_is_still_an_id() -> None:
    answer = {"product": {"id": "prod_7", "parents": [{"id": "cat_7"}]}}
    validate_all(
        "webcommander/read",
        answer,
        {"axim": ({"categories": ["cat_7"]}, {"/product/id": READONLY, "/product/parents/0/id": FOREIGN})},
    )
    known = "kind,webcommander,axim\ncategory,cat_7,65b0d13f98539a33577ac4cb\n"
    rows = [line.split(",") for line in known.splitlines()]
    done = translate(answer, "webcommander/read", "axim", ids=rows)
    assert done.payload["categories"] == ["65b0d13f98539a33577ac4cb"]


# -- values of several shapes ---------------------------------------------------------------------------------


def engine(**product: Any) -> Any:
    return {"content": {"product": product}}


@pytest.mark.parametrize(
    ("value", "text", "code"),
    [
        ("Cotton", "Cotton", None),
        (5, "5", None),
        (1.5, "1.5", None),
        (True, "true", None),
        (["S", "M"], "S, M", "reduced.list"),
        ([1, "M"], "1, M", "reduced.list"),
    ],
)
def test_what_an_attribute_is_may_be_a_number_a_truth_or_a_list(value: Any, text: str, code: str | None) -> None:
    answer = engine(attributes=[{"attribute_id": "A1", "attribute_value": value}])
    done = translate(answer, "commerce-engine/read", "commerce-engine")
    assert_same(done.payload, {"attributes": [{"attribute_id": "A1", "attribute_value": text}]})
    assert set(lost(done).values()) == ({code} if code else set())
    back = translate(done.payload, "commerce-engine", "commerce-engine/read", restore=done.sidecar)
    assert_same(back.payload, answer)


def test_an_option_is_a_name_or_a_name_with_its_colour() -> None:
    values = ["Red", {"name": "Indigo", "hexcode": "#3F51B5"}, {"name": "Sand"}]
    answer = engine(variant_options=[{"option_name": "Color", "option_value": values}])
    labels = [{"label": "Red"}, {"label": "Indigo", "value": "#3F51B5"}, {"label": "Sand"}]
    done = translate(answer, "commerce-engine/read", "axim")
    assert_same(done.payload, {"options": [{"optionName": "Color", "optionValues": labels}]})
    assert_same(translate(done.payload, "axim", "commerce-engine/read", restore=done.sidecar).payload, answer)
    shades = [{"name": "Red"}, {"name": "Indigo", "color": "#3F51B5"}, {"name": "Sand"}]
    done = translate(answer, "commerce-engine/read", "prosperna/read")
    assert at(done.payload, "/data/product_variant_types/0/variant_type_options") == shades


def test_what_else_is_known_of_an_option_is_not_lost_in_silence() -> None:
    values = [{"name": "Indigo", "hexcode": "#3F51B5", "swatch": "s.png"}]
    answer = engine(variant_options=[{"option_name": "Color", "option_value": values}])
    assert "reduced.list" in lost(translate(answer, "commerce-engine/read", "axim")).values()


def test_ids_of_images_and_price_rows_may_be_text() -> None:
    picture = {"id": "im_1", "url_standard": "https://i.example.in/f.jpg"}
    answer = engine(images=[picture], pricing=[{"id": "p_1", "listing_price": 5, "selling_price": 5}])
    done = translate(answer, "commerce-engine/read", "commerce-engine")
    assert_same(done.payload["images"], [{"url_standard": "https://i.example.in/f.jpg"}])
    assert {"/content/product/images/0/id", "/content/product/pricing/0/id"} == set(lost(done))


def test_related_products_may_have_all_of_these_too() -> None:
    related = {
        "id": "01ARZ3",
        "attributes": [{"attribute_id": "A", "attribute_value": [1, 2]}],
        "variant_options": [{"option_name": "Color", "option_value": [{"name": "Indigo", "hexcode": "#3F51B5"}]}],
        "images": [{"id": "im_1"}],
        "product_type": "service",
    }
    bundled = {"product_id": "B", "images": [{"id": "x"}]}
    answer = engine(related_products={"upsell": [related]}, bundle_items=[bundled])
    assert_same(translate(answer, "commerce-engine/read", "commerce-engine/read").payload, answer)
    translate(answer, "commerce-engine/read", "axim")
