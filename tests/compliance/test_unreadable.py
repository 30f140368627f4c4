"""Texts that stand for numbers, truth values and times, and cannot be read as such: lost, and said what was meant."""

from __future__ import annotations

from typing import Any

import pytest

from catalens import Translator, translate
from catalens.render.report import render_report
from tests.compliance.facts import CONDITION, assert_balanced, assert_same, lost

STOCK = "product_pricing_and_stock"
UNREADABLE = "dropped.unreadable"

#: payload, source, pointer of the text, what it was most likely meant to be (None: no guess)
CASES: list[tuple[Any, str, str, str | None]] = [
    ({"base_price": "1,800"}, "webcommander/write", "/base_price", '"1800"'),
    ({"base_price": "1 800.50"}, "webcommander/write", "/base_price", '"1800.5"'),
    ({"base_price": "12,5"}, "webcommander/write", "/base_price", '"12.5"'),
    ({"base_price": " +5 "}, "webcommander/write", "/base_price", '"5"'),
    ({"base_price": "free"}, "webcommander/write", "/base_price", None),
    ({"base_price": "1,80,000"}, "webcommander/write", "/base_price", None),
    ({"base_price": "1,800"}, "webcommander/read", "/base_price", "1800"),
    ({"product": {"base_price": "1,234,567.89"}}, "webcommander/read", "/product/base_price", "1234567.89"),
    ({STOCK: {"available_stock": "1,800"}}, "webcommander/write", f"/{STOCK}/available_stock", '"1800"'),
    ({"product_properties": {"weight": "1,5"}}, "webcommander/write", "/product_properties/weight", '"1.5"'),
    ({"administrative_status": "yes"}, "webcommander/write", "/administrative_status", '"true"'),
    ({"administrative_status": "False"}, "webcommander/write", "/administrative_status", '"false"'),
    ({"administrative_status": "perhaps"}, "webcommander/write", "/administrative_status", None),
    (
        {STOCK: {"on_sale": True, "on_sale_price": "1,800"}},
        "webcommander/write",
        f"/{STOCK}/on_sale_price",
        '"1800"',
    ),
    ({"price": "1,800"}, "axim", "/price", "1800"),
    ({"price": "1,800", "sale": 5}, "axim", "/price", "1800"),
]

each = pytest.mark.parametrize(("payload", "source", "pointer", "meant"), CASES, ids=str)


@each
@pytest.mark.parametrize("target", ["axim", "webcommander/write", "commerce-engine/read"])
def test_what_cannot_be_read_is_lost_as_such(
    payload: Any, source: str, pointer: str, meant: str | None, target: str
) -> None:
    if source.startswith(target) or (source, target) == ("webcommander/read", "webcommander/write"):
        return
    done = translate(payload, source, target)
    assert_balanced(payload, done)
    if lost(done)[pointer] == "dropped.no_counterpart":
        return
    assert lost(done)[pointer] == UNREADABLE
    (leaf,) = [one for one in done.report.to_dict()["leaves"] if one["source"] == pointer]
    assert leaf.get("remedy") == (None if meant is None else f"write {meant}")
    if meant is not None:
        assert f"write {meant}" in render_report(done.report, "text").decode()
    compact = [one.code for one in done.losses if "/" + "/".join(map(str, one.pointer)) == pointer]
    assert compact == [UNREADABLE]


@pytest.mark.parametrize("text", [" ", "\t"])
def test_a_text_that_says_nothing_is_not_unreadable(text: str) -> None:
    assert lost(translate({"base_price": text}, "webcommander", "axim")) == {"/base_price": CONDITION}
    assert lost(translate({"administrative_status": text}, "webcommander", "axim")) == {
        "/administrative_status": CONDITION
    }


def test_what_cannot_be_read_is_kept_in_the_hub_and_at_home() -> None:
    payload = {"base_price": "1,800", "administrative_status": "yes"}
    for target in ("hub", "webcommander/write"):
        assert translate(payload, "webcommander/write", target).report.lossless


def test_a_time_that_cannot_be_read_is_lost_as_such() -> None:
    for text, meant in (("2024-01-31", '"2024-01-31T00:00:00"'), ("2024-01-31 10:30", '"2024-01-31T10:30:00"')):
        done = translate({"created_at": text}, "webcommander/read", "commerce-engine/read")
        assert lost(done) == {"/created_at": UNREADABLE}
        assert done.report.to_dict()["leaves"][0]["remedy"] == f"write {meant}"
    assert "remedy" not in translate({"created_at": "soon"}, "webcommander/read", "hub").report.to_dict()["leaves"][0]


def test_lines_tell_the_same() -> None:
    (line,) = Translator("webcommander/write", "axim").lines([b'{"base_price":"1,800","name":"Tea"}'])
    assert [(one.pointer, one.code) for one in line.losses] == [(("base_price",), UNREADABLE)]
    assert_same(translate({"base_price": "1,800", "name": "Tea"}, "webcommander", "axim").payload, {"name": "Tea"})


@pytest.mark.parametrize("target", ["webcommander/write", "axim", "hub"])
def test_the_sidecar_brings_the_text_back(target: str) -> None:
    payload = {"base_price": "1,800", "administrative_status": "yes"}
    there = translate(payload, "webcommander/write", target)
    assert_same(translate(there.payload, target, "webcommander/write", restore=there.sidecar).payload, payload)


def test_the_static_profile_knows() -> None:
    fields = {one.path: one.codes for one in Translator("webcommander/write", "axim").profile.fields}
    for path in ("base_price", f"{STOCK}.available_stock", "administrative_status", f"{STOCK}.on_sale_price"):
        assert UNREADABLE in fields[path], path
    assert UNREADABLE not in fields["name"]
