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
