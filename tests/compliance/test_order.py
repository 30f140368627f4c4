"""The order of lists: what keeps it, what does not, and what it means."""

from __future__ import annotations

from typing import Any

import pytest

from catalens import translate
from tests.compliance.facts import CONDITION, FOREIGN, assert_same, validate_all

ORDER = "reduced.order"

# -- what does not arrive leaves no gap -----------------------------------------------------------------------


def test_an_id_behind_one_that_does_not_fit_is_foreign_and_nothing_more() -> None:
    validate_all(
        "axim",
        {"categories": ["abc", "7", "8"]},
        {
            "webcommander": (
                {"parents": [{"id": 7}, {"id": 8}]},
                {"/categories/0": CONDITION, "/categories/1": FOREIGN, "/categories/2": FOREIGN},
            )
        },
    )


def test_an_id_behind_one_that_does_not_fit_is_translated() -> None:
    validate_all(
        "axim",
        {"categories": ["abc", "65b0d13f98539a33577ac4cb"]},
        {"webcommander": ({"parents": [{"id": 7}]}, {"/categories/0": CONDITION})},
        ids=[("kind", "axim", "webcommander"), ("category", "65b0d13f98539a33577ac4cb", "7")],
    )


def test_a_related_product_behind_one_whose_id_does_not_fit_is_foreign_and_nothing_more() -> None:
    payload = {"relatedProducts": [{"code": "relatedProduct", "products": ["x", "5"]}]}
    validate_all(
        "axim",
        payload,
        {
            "webcommander": (
                {"related_products": [{"id": 5}]},
                {"/relatedProducts/0/products/0": CONDITION, "/relatedProducts/0/products/1": FOREIGN},
            )
        },
    )


def test_an_image_behind_one_that_is_to_go_keeps_its_order() -> None:
    images = [
        {"image": "iVBORw0KGgo=", "file_name": f"{n}.png", "image_action": action}
        for n, action in enumerate(["delete", "new", "new"])
    ]
    done = translate({"product_specification": {"images": images}}, "prosperna", "hub/write")
    assert [one["name"] for one in done.payload["media"]] == ["1.png", "2.png"]
    assert not [fate for fate in done.report.fates if fate.code == ORDER]


def test_keywords_behind_a_blank_one_keep_their_order() -> None:
    validate_all(
        "commerce-engine",
        {"seo": {"meta_keywords": ["", "wool", " ", "men"]}},
        {
            "axim": (
                {"seo": {"metaKeywords": "wool, men"}},
                {"/seo/meta_keywords/0": CONDITION, "/seo/meta_keywords/2": CONDITION},
            )
        },
    )


@pytest.mark.parametrize("park", [False, True])
def test_what_did_not_arrive_comes_back_where_it_was(park: bool) -> None:
    payloads: list[tuple[str, str, Any]] = [
        ("axim", "webcommander", {"categories": ["a", "7", "b", "8", "c"]}),
        ("commerce-engine", "axim", {"seo": {"meta_keywords": ["", "wool", " ", "men"]}}),
        (
            "axim",
            "commerce-engine",
            {
                "mediaGallery": [
                    {"url": f"https://s.in/{n}", "type": kind}
                    for n, kind in enumerate(["video", "image", "video", "image"])
                ]
            },
        ),
    ]
    for source, target, payload in payloads:
        there = translate(payload, source, target, park=park)
        back = translate(there.payload, target, f"{source}/write", restore=there.sidecar)
        assert_same(back.payload, payload)


# -- items of one list in several -----------------------------------------------------------------------------


def test_relations_of_several_kinds_come_back_in_the_order_of_the_targets_lists() -> None:
    rows = [{"code": "upsell", "products": ["1"]}, {"code": "cross_sell", "products": ["2"]}]
    moved = {f"/relatedProducts/{n}/{name}": ORDER for n in (0, 1) for name in ("code", "products/0")}
    validate_all(
        "axim",
        {"relatedProducts": rows},
        {"commerce-engine": ({"related_products": {"cross_sell": ["2"], "upsell": ["1"]}}, moved)},
    )
