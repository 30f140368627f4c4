"""Bundles: what a product is put together of, and what a buyer puts together."""

from __future__ import annotations

from typing import Any

import pytest

from catalens import translate
from tests.compliance.facts import CONDITION, FOREIGN, assert_same, validate_all

FIXED = {"productId": "p1", "quantity": 2}
CHANGEABLE = {"productId": "p2", "quantity": 1, "dynamicQuantity": True}


@pytest.mark.parametrize("said", [{}, {"dynamicQuantity": False}, {"dynamicQuantity": None}])
def test_a_fixed_quantity_makes_a_bundle(said: dict[str, Any]) -> None:
    done = translate({"groupedProducts": [{**FIXED, **said}]}, "axim", "commerce-engine")
    assert_same(done.payload, {"bundle_items": [{"product_id": "p1", "quantity": 2}]})


def test_a_quantity_that_the_buyer_may_change_makes_none() -> None:
    losses = {
        "/groupedProducts/0/productId": FOREIGN,
        "/groupedProducts/1/productId": CONDITION,
        "/groupedProducts/1/quantity": CONDITION,
        # without it, it would be a part of the bundle
        "/groupedProducts/1/dynamicQuantity": "reduced.range",
    }
    bundle = {"bundle_items": [{"product_id": "p1", "quantity": 2}]}
    validate_all("axim", {"groupedProducts": [FIXED, CHANGEABLE]}, {"commerce-engine": (bundle, losses)})
    done = translate({"groupedProducts": [CHANGEABLE]}, "axim", "commerce-engine")
    assert done.payload == {}
    leaf = next(one for one in done.report.to_dict()["leaves"] if one["source"] == "/groupedProducts/0/productId")
    assert "dynamicQuantity" in leaf["condition"]
