"""The static profile knows what becomes of numbers written as text, also where several codecs make up a group's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalens import Translator
from catalens.formats import Registry
from catalens.laws import Pair, soundness
from catalens.payloads import dumps

SHOP = """
format: {name}
title: Shop
assume: {{currency: EUR}}
equivalent: [decimal-zeros, quoted]
fields:
  {line}
profiles:
  write: {{}}
"""
COMPOSED = (
    '"[compare_at_price, price]": {types: [string, string], hub: "prices[0].[list, sale]", assumes: currency, '
    "codec: [{each: [decimal-string, decimal-string]}, charged-price]}"
)
PLAIN = 'sale_price: {type: string, hub: "prices[0].sale", codec: decimal-string, assumes: currency}'


@pytest.mark.parametrize("text", ["42", "42.50", "-3"])
@pytest.mark.parametrize(
    ("one", "other", "payload"),
    [
        (COMPOSED, COMPOSED.replace("compare_at_price", "full").replace(", price]", ", charged]"), "both"),
        (PLAIN, PLAIN.replace("sale_price", "reduced"), "sale_price"),
        (COMPOSED, PLAIN, "both"),
    ],
    ids=["composed", "plain", "composed to plain"],
)
def test_a_number_as_text_does_what_the_profile_says(
    tmp_path: Path, one: str, other: str, payload: str, text: str
) -> None:
    for name, line in (("acme", one), ("mill", other)):
        (tmp_path / f"{name}.yaml").write_text(SHOP.format(name=name, line=line), encoding="utf-8")
    formats = Registry([tmp_path])
    given: Any = {"compare_at_price": text, "price": text} if payload == "both" else {payload: text}
    soundness(Pair("acme", "mill", formats).there, given)


@pytest.mark.parametrize("text", ["7", "7.50"])
def test_a_sale_behind_a_switch_does_what_the_profile_says(tmp_path: Path, text: str) -> None:
    (tmp_path / "acme.yaml").write_text(SHOP.format(name="acme", line=PLAIN), encoding="utf-8")
    there = Translator("webcommander/write", "acme", formats=Registry([tmp_path]))
    payload = {"product_pricing_and_stock": {"on_sale": True, "on_sale_price": text}}
    assert dumps(there(payload).payload)
    soundness(there, payload)
