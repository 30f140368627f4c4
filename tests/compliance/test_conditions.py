"""A dropped leaf names the condition that it did not meet, and what would let it arrive."""

from __future__ import annotations

from typing import Any

import pytest

from catalens import translate
from catalens.render.report import render_report

STOCK = "product_pricing_and_stock"
ROWS = {"pricing": [{"customer_group_id": name, "listing_price": price} for name, price in (("a", 10), ("b", 12))]}
LEVELS = {"inventory": [{"stock": 40, "minStock": 8}, {"stock": 60, "minStock": 5}]}
CODES = {"customs": {"hsCodes": [{"country": "US", "code": "6205.20"}]}}
DELETED = {"product_specification": {"images": [{"image": "AAAA", "image_action": "delete"}]}}
SWITCHED_OFF = {"base_price": "10", STOCK: {"on_sale": False, "on_sale_price": "8"}}


@pytest.mark.parametrize(
    ("source", "target", "payload", "pointer", "says", "remedy"),
    [
        (
            "commerce-engine",
            "axim",
            ROWS,
            "/pricing/0/listing_price",
            "the one without a group",
            "assume price_group=",
        ),
        ("axim", "webcommander", LEVELS, "/inventory/1/minStock", "what counts is assumed", "assume low_stock=sum|"),
        ("axim", "commerce-engine", CODES, "/customs/hsCodes/0/code", "that of the country", "assume country="),
        (
            "prosperna",
            "axim",
            DELETED,
            "/product_specification/images/0/image",
            "images where image_action",
            None,
        ),
        ("webcommander", "axim", SWITCHED_OFF, f"/{STOCK}/on_sale_price", "typed-sale: amount", None),
    ],
)
def test_a_condition_is_named(
    source: str, target: str, payload: Any, pointer: str, says: str, remedy: str | None
) -> None:
    report = translate(payload, source, target).report
    leaf = next(one for one in report.to_dict()["leaves"] if one["source"] == pointer)
    assert leaf["code"] == "dropped.condition"
    assert says in leaf["condition"]
    assert remedy is None or leaf["remedy"].startswith(remedy)
    for form in ("text", "markdown", "html"):
        assert says.split()[0].encode() in render_report(report, form)  # type: ignore[arg-type]


def test_only_a_dropped_leaf_names_a_condition() -> None:
    report = translate(ROWS, "commerce-engine", "axim", assume={"price_group": "a"}).report.to_dict()
    named = {one["source"] for one in report["leaves"] if "condition" in one}
    assert named == {"/pricing/1/customer_group_id", "/pricing/1/listing_price"}
