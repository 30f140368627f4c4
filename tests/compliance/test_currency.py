"""A currency is a unit that nobody converts: where the two sides' are known and differ, an amount is foreign."""

from __future__ import annotations

from typing import Any

import pytest

from catalens import Translator, translate
from tests.commands.door import bare
from tests.compliance.facts import arrived, codes, lost

ABROAD = {"source.currency": "USD", "target.currency": "INR"}
FOREIGN = "carried.foreign_currency"
LINES = '{"price": 5}\n{"price": 6, "sale": 0}\n'


def test_an_amount_under_another_currency_is_a_loss() -> None:
    done = translate({"price": 12.50}, "axim", "commerce-engine", assume=ABROAD)
    assert arrived(done) == {"pricing": [{"listing_price": 12.50}]}
    assert lost(done) == {"/price": FOREIGN}
    assert [(loss.pointer, str(loss.code)) for loss in done.losses] == [(("price",), FOREIGN)]


@pytest.mark.parametrize(
    ("source", "payload", "foreign"),
    [
        ("axim", {"price": 10, "sale": 8, "cost": 3}, ("/price", "/sale", "/cost")),
        ("axim", {"price": 10, "sale": 0}, ("/price",)),
        ("axim", {"price": 10, "sale": None, "cost": None}, ("/price",)),
        ("prosperna", {"product_price": {"regular_price": 10, "sale_price": 8}}, ("regular_price", "sale_price")),
        (
            "webcommander",
            {"base_price": "10", "cost_price": "3"},
            ("base_price", "cost_price"),
        ),
    ],
    ids=str,
)
def test_null_and_no_sale_are_no_amounts(source: str, payload: Any, foreign: tuple[str, ...]) -> None:
    done = translate(payload, source, "commerce-engine", assume=ABROAD)
    found = {at for at, code in codes(done).items() if code == FOREIGN}
    assert len(found) == len(foreign)
    assert all(any(name.strip("/") in at for name in foreign) for at in found)


def test_the_mappings_own_answers_count() -> None:
    """Prosperna's default is the peso; Commerce Engine's is likely the rupee."""
    payload = {"product_price": {"regular_price": 900}}
    assert set(codes(translate(payload, "prosperna", "commerce-engine")).values()) == {FOREIGN}


@pytest.mark.parametrize("assume", [{"currency": "INR"}, {"source.currency": "store"}, {"target.currency": "store"}])
def test_one_currency_and_one_that_is_the_stores_own_are_not_foreign(assume: dict[str, str]) -> None:
    done = translate({"product_price": {"regular_price": 900}}, "prosperna", "commerce-engine", assume=assume)
    assert lost(done) == {}


def test_what_arrives_not_at_all_is_not_foreign() -> None:
    done = translate({"price": 12.50}, "axim", "keevault", assume=ABROAD)
    assert lost(done) == {"/price": "dropped.no_counterpart"}


def test_a_weight_has_no_currency() -> None:
    assert lost(translate({"weight": 2}, "axim", "commerce-engine", assume=ABROAD)) == {}


def test_the_static_profile_says_so() -> None:
    fields = {one.path: one.codes for one in Translator("axim", "commerce-engine", assume=ABROAD).profile.fields}
    assert FOREIGN in fields["price"]
    assert FOREIGN not in fields["weight"]


def test_the_way_back_gives_the_amounts_back() -> None:
    there = translate({"price": 10, "sale": 8}, "axim", "commerce-engine", assume=ABROAD)
    back = translate(
        there.payload,
        "commerce-engine",
        "axim",
        restore=there.sidecar,
        assume={"source.currency": "INR", "target.currency": "USD"},
    )
    assert back.payload == {"price": 10, "sale": 8}


def test_lines_count_foreign_amounts_like_any_loss() -> None:
    words = ("--from", "axim", "--to", "commerce-engine", "--lines", "-o", "/dev/null")
    abroad = [word for name, value in ABROAD.items() for word in ("--assume", f"{name}={value}")]
    said = bare("translate", "-", *words, *abroad, "--fail-on", FOREIGN, input=LINES)
    assert said.code == 3
    assert "2 lines: 2 translated, 0 rejected, 2 with loss" in said.err
    assert f"2 × {FOREIGN} (price + sale" in said.err or f"2 × {FOREIGN} (price" in said.err


def test_the_summary_names_what_is_left_to_the_store() -> None:
    said = bare(
        "translate", "-", "--from", "axim", "--to", "commerce-engine", "-o", "/dev/null", input='{"price": 5}'
    )
    assert "assumed currency: store, INR" in said.err.splitlines()
    said = bare("translate", "-", "--from", "axim", "--to", "keevault", "-o", "/dev/null", input='{"name": "a"}')
    assert "assumed" not in said.err
