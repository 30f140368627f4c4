"""A weight beside its unit, and the same weight once more in grams: both are written, and the first is read."""

from __future__ import annotations

from typing import Any

import pytest

from catalens import translate
from catalens.formats import Registry
from catalens.laws import LAWS, Pair, broken
from tests.compliance.facts import assert_balanced, assert_same, lost

REPEATS = """
format: repeats
title: A shop that says weights twice
assume: {weight: kg}
equivalent: [measure-unit]
fields:
  "[weight, unit, grams]":
    types: [number, {type: string, enum: [g, kg, oz, lb]}, number]
    hub: weight
    codec: {alias: [amount-and-unit, {measure: g}]}
profiles: {write: {}}
"""
KILOS = """
format: kilos
title: A shop with one number
assume: {weight: kg}
equivalent: [measure-unit]
fields:
  kilos: {type: number, hub: weight, codec: {measure: weight}}
profiles: {write: {}}
"""


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    folder = tmp_path_factory.mktemp("shops")
    (folder / "repeats.yaml").write_text(REPEATS, encoding="utf-8")
    (folder / "kilos.yaml").write_text(KILOS, encoding="utf-8")
    return Registry([folder])


def test_a_weight_is_written_both_times(shops: Registry) -> None:
    there = translate({"kilos": 0.2}, "kilos", "repeats", formats=shops)
    assert_same(there.payload, {"weight": 0.2, "unit": "kg", "grams": 200})
    assert not lost(there)
    assert_same(translate(there.payload, "repeats", "kilos", formats=shops).payload, {"kilos": 0.2})


@pytest.mark.parametrize(
    ("given", "kilos"),
    [
        ({"weight": 0.2, "unit": "kg", "grams": 200}, 0.2),
        ({"weight": 200, "unit": "g", "grams": 200}, 0.2),
        ({"grams": 200}, 0.2),
        ({"weight": 1}, 1),
        ({"weight": None, "grams": None}, None),
    ],
)
def test_whatever_says_the_weight_is_read(shops: Registry, given: Any, kilos: Any) -> None:
    there = translate(given, "repeats", "kilos", formats=shops)
    assert_same(there.payload, {"kilos": kilos})
    assert not lost(there)
    assert_balanced(given, there)


def test_of_two_weights_the_first_counts_and_the_other_is_lost(shops: Registry) -> None:
    there = translate({"weight": 1, "unit": "kg", "grams": 200}, "repeats", "kilos", formats=shops)
    assert_same(there.payload, {"kilos": 1})
    assert lost(there) == {"/grams": "dropped.condition"}
    back = translate(there.payload, "kilos", "repeats", formats=shops, restore=there.sidecar)
    assert_same(back.payload, {"weight": 1, "unit": "kg", "grams": 200})


@pytest.mark.parametrize("given", [{"weight": 8, "unit": "oz", "grams": 226.796185}, {"grams": 226.796185}])
def test_an_edited_weight_changes_both(shops: Registry, given: Any) -> None:
    there = translate(given, "repeats", "kilos", formats=shops)
    back = translate({"kilos": 0.5}, "kilos", "repeats", formats=shops, restore=there.sidecar)
    assert back.payload["grams"] == 500
    assert (back.payload["weight"], back.payload["unit"]) == (0.5, "kg")


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
@pytest.mark.parametrize("pair", [("repeats", "kilos"), ("kilos", "repeats")], ids=" to ".join)
def test_repeated_measures_keep_the_laws(shops: Registry, pair: tuple[str, str], law: Any) -> None:
    tried = Pair(f"{pair[0]}/write", f"{pair[1]}/write", shops)
    if law.concerns(tried):
        assert not broken(law, tried, examples=8, seed=1)
