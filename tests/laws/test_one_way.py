"""Payloads that broke a law of one way, or the static profile, before what was wrong was mended."""

from __future__ import annotations

from typing import Any

import pytest

from catalens.engine import Translator
from catalens.laws import honesty, removal, soundness


@pytest.mark.parametrize(
    ("source", "payload"),
    [
        ("webcommander/read", {"name": "Lamp", "product": {"available": "perhaps"}}),
        ("prosperna/read", {"product_specification": {"name": "Lamp"}, "data": {"pagination": "ok"}}),
    ],
)
def test_a_product_without_its_only_leaf_is_an_empty_product(source: str, payload: Any) -> None:
    removal(Translator(source, "commerce-engine/write"), payload)


@pytest.mark.parametrize("blank", ["", " ", "\r"])
@pytest.mark.parametrize("target", ["axim/write", "webcommander/write"])
def test_the_profile_knows_texts_that_say_nothing(target: str, blank: str) -> None:
    stock = {"enable_multiple_order": blank, "multiple_order_quantity": blank}
    payload = {"product": {"cost_price": blank, "product_pricing_and_stock": stock}}
    soundness(Translator("webcommander/read", target), payload)


@pytest.mark.parametrize("switch", [True, "true", False, ""])
@pytest.mark.parametrize("blank", ["", " "])
def test_the_profile_knows_a_blank_beside_a_switch(blank: str, switch: Any) -> None:
    stock = {"enable_multiple_order": switch, "multiple_order_quantity": blank}
    soundness(Translator("webcommander/write", "commerce-engine/read"), {"product_pricing_and_stock": stock})


@pytest.mark.parametrize("none", [None, []])
@pytest.mark.parametrize("target", ["webcommander/read", "commerce-engine/read"])
def test_the_profile_knows_a_list_that_says_nothing_beside_one_that_it_is_joined_to(target: str, none: Any) -> None:
    rows = [{"code": "similar", "products": ["42"]}, {"code": "similar", "products": none}]
    soundness(Translator("axim/write", target), {"relatedProducts": rows})


@pytest.mark.parametrize("identifier", ["0.00", "5.00", "5.0", "5", 5])
def test_an_identifier_with_zeros_behind_a_point_is_a_text_of_its_own(identifier: Any) -> None:
    one, other = "webcommander/read", "commerce-engine/read"
    honesty(Translator(one, other), Translator(other, one), {"id": identifier})
