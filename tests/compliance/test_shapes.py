"""Values of a shape that no document shows: answers that have them are read all the same."""

from __future__ import annotations

from typing import Any

import pytest

from catalens import Translator, translate
from tests.compliance.facts import CONDITION, arrived, assert_balanced, assert_same, lost, pointers, refused

SHAPES = {
    "an object in place of a list": {
        "restrict_for_selected_customers": {"customers": [{"id": 5230, "name": "North"}], "groups": []}
    },
    "ids as objects": {
        "product_pricing_and_stock": {"restrict_purchase_for_selected_customers": [{"id": 1, "name": "A"}]}
    },
    "groups beside customers": {
        "product_pricing_and_stock": {"restrict_price_for_except_customers": {"customers": [1], "groups": [2]}}
    },
    "tags as plain texts": {"tags": ["Merino", "Corozo"]},
    "tags of both shapes": {"tags": ["Merino", {"name": "Material", "values": ["Wool"]}]},
    "properties by name": {"custom_properties": {"Care": "Dry clean"}},
    "a layout as a number": {"product_layout": 4},
    "a text for a profile": {"product_pricing_and_stock": {"shipping_profile": "Small parcels"}},
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("target", ["axim", "commerce-engine", "webcommander", "hub"])
def test_they_are_no_error_and_all_that_is_lost_is_told(shape: str, target: str) -> None:
    payload = {"product": {"name": "Shirt", **SHAPES[shape]}}
    done = translate(payload, "webcommander/read", target)
    told = lost(done)
    assert_balanced(payload, done)
    if target != "hub":
        assert arrived(done)["name"] == "Shirt"
        assert set(told) == {f"/product{at}" for at in pointers(SHAPES[shape])}
        assert set(told.values()) == {CONDITION}
    assert {one.code for one in done.losses} == set(told.values())


@pytest.mark.parametrize("shape", SHAPES)
def test_they_come_back(shape: str) -> None:
    payload = {"product": SHAPES[shape]}
    assert_same(translate(payload, "webcommander/read", "webcommander/read").payload, payload)
    hub = translate(payload, "webcommander/read", "hub").payload
    assert_same(translate(hub, "hub", "webcommander/read").payload, payload)
    there = translate(payload, "webcommander/read", "axim")
    assert_same(translate(there.payload, "axim", "webcommander/read", restore=there.sidecar).payload, payload)


def test_ids_where_another_answer_has_objects() -> None:
    payload: dict[str, Any] = {"data": {"product_categories": ["63e4f6c4bf61b3a5047d9daf"]}}
    done = translate(payload, "prosperna/read", "axim")
    assert lost(done) == {"/data/product_categories/0": CONDITION}


def test_lines_take_them_too() -> None:
    line = b'{"product": {"name": "Shirt", "tags": ["Merino"]}}'
    [found] = Translator("webcommander/read", "axim").lines([line])
    assert found.error is None


def test_what_a_request_holds_is_as_strict_as_ever() -> None:
    assert refused({"tags": ["Merino"]}, "webcommander", "axim")
