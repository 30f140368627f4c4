"""Several words of a source with one meaning in the hub: all but the one that comes back are reduced."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalens import Translator
from catalens.codecs.scalars import Table
from catalens.formats import Registry
from catalens.lint.check import lint
from catalens.mapping.load import load_text
from catalens.mapping.read import read_mapping

SHOP = """
format: shop
title: Shop
equivalent: [{equivalent}]
fields:
  title: {{type: string, hub: title}}
  stock_status: {{type: string, hub: stock.available, table: {table}{more}}}
profiles:
  write: {{}}
"""
WORDS = "{instock: true, outofstock: false, onbackorder: true}"


def shop(table: str = WORDS, equivalent: str = "", more: str = "") -> str:
    return SHOP.format(table=table, equivalent=equivalent, more=more)


def codes(text: str, payload: Any, folder: Path, target: str = "commerce-engine") -> dict[str, str]:
    (folder / "shop.yaml").write_text(text, encoding="utf-8")
    translator = Translator("shop", target, formats=Registry([folder]))
    done = translator(payload)
    leaves = {leaf["source"]: leaf["code"] for leaf in done.report.to_dict()["leaves"]}
    # the compact account of lines says the same
    assert {"/" + str(loss.pointer[-1]): str(loss.code) for loss in done.losses} == {
        at: code for at, code in leaves.items() if code.startswith(("reduced", "dropped"))
    }
    return leaves


def test_only_the_word_that_the_inverse_gives_is_converted(tmp_path: Path) -> None:
    for word, code in {
        "instock": "converted.enum",
        "outofstock": "converted.enum",
        "onbackorder": "reduced.enum",
    }.items():
        assert codes(shop(), {"stock_status": word}, tmp_path) == {"/stock_status": code}


def test_no_declared_equivalence_covers_another_meaning(tmp_path: Path) -> None:
    text = shop("{instock: true, InStock: true, onbackorder: true}", "spelling")
    assert codes(text, {"stock_status": "onbackorder"}, tmp_path) == {"/stock_status": "reduced.enum"}
    assert codes(text, {"stock_status": "InStock"}, tmp_path) == {"/stock_status": "converted.enum"}


def test_lint_asks_for_no_equivalence_of_another_meaning() -> None:
    said = {}
    for table in (WORDS, "{in stock: true, InStock: true, outofstock: false}"):
        source = load_text(shop(table), "shop.yaml")
        said[table] = [(one.code, one.hint) for one in lint(source, read_mapping(source))]
    assert list(said.values()) == [[], [("undeclared-equivalence", "add spelling to equivalent")]]


def test_a_word_that_is_left_out_on_purpose_is_dropped_for_a_reason(tmp_path: Path) -> None:
    text = shop("{instock: true, outofstock: false}", more=", otherwise: {drop: a backorder is neither}")
    source = load_text(text, "shop.yaml")
    assert lint(source, read_mapping(source)) == []
    assert codes(text, {"stock_status": "onbackorder"}, tmp_path) == {"/stock_status": "dropped.condition"}
    (tmp_path / "shop.yaml").write_text(text, encoding="utf-8")
    explained = Translator("shop", "commerce-engine", formats=Registry([tmp_path])).profile.fields
    assert "a backorder is neither" in next(one.why for one in explained if one.path == "stock_status")


def test_an_enum_may_name_words_that_are_left_out() -> None:
    more = ", enum: [instock, onbackorder], otherwise: {drop: a backorder is neither}"
    source = load_text(shop("{instock: true}", more=more), "shop.yaml")
    assert lint(source, read_mapping(source)) == []


def test_a_word_of_the_hub_that_passes_unchanged_is_reduced_where_it_comes_back_as_another() -> None:
    """axim writes ``relatedProduct`` for the hub's ``related``, and stores add words of their own."""
    for word, code in {"relatedProduct": "read", "related": "reduced.enum"}.items():
        done = Translator("axim/write", "webcommander/write")(
            {"relatedProducts": [{"code": word, "products": ["1840"]}]}
        )
        leaves = {leaf["source"]: leaf["code"] for leaf in done.report.to_dict()["leaves"]}
        assert leaves["/relatedProducts/0/code"] == code


@pytest.mark.parametrize(
    ("rows", "folds", "normalises"),
    [
        ({"a": 1, "b": 2}, False, ()),
        ({"a": 1, "b": 1}, True, ()),
        ({"a b": 1, "AB": 1}, False, ("spelling",)),
        ({"a": [1, 2], "b": 3}, False, ()),
        ({True: "yes", False: "no"}, False, ()),
    ],
)
def test_a_table_knows_whether_it_folds(rows: dict[Any, Any], folds: bool, normalises: tuple[str, ...]) -> None:
    table = Table(rows)
    assert (table.folds, table.normalises) == (folds, normalises)


@pytest.mark.parametrize(
    ("text", "zone", "code"),
    [
        ("2024-03-31T01:30:00", "Europe/London", "reduced.precision"),
        ("2024-03-10T02:30:00", "America/New_York", "reduced.precision"),
        ("2024-03-31T02:30:00", "Europe/London", "converted.form"),
        ("1900-01-01T00:00:00", "Asia/Kolkata", "converted.form"),
        ("2024-10-27T01:30:00", "Europe/London", "converted.form"),
    ],
)
def test_an_hour_that_the_clock_leaves_out_does_not_come_back(text: str, zone: str, code: str) -> None:
    there = Translator("webcommander/read", "commerce-engine/read", assume={"timezone": zone})
    done = there({"product": {"created_at": text}})
    leaves = {leaf["source"]: leaf["code"] for leaf in done.report.to_dict()["leaves"]}
    assert leaves == {"/product/created_at": code}
    back = there.back(done.payload).payload["product"]["created_at"]
    assert (back == text) == (code == "converted.form")
