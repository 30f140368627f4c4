"""A tax basis is a unit that nobody converts, like a currency: bases that are known and differ are a loss."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalens import Translator, UsageError, translate
from catalens.formats import registry
from catalens.lint.check import lint_file
from tests.commands.door import bare
from tests.compliance.facts import arrived, codes, lost

WITH, WITHOUT = "included", "excluded"
OTHER = {"source.tax": WITH, "target.tax": WITHOUT, "currency": "INR"}
FOREIGN = "carried.foreign_tax"

#: all money of each format that says what it costs
MONEY: dict[str, Any] = {
    "axim": {"price": 10, "sale": 8, "cost": 3},
    "prosperna": {"product_price": {"regular_price": 10, "sale_price": 8, "unit_cost": 3}},
    "webcommander/write": {
        "base_price": "10",
        "cost_price": "3",
        "product_pricing_and_stock": {"on_sale": True, "on_sale_price": "8"},
    },
    "commerce-engine/write": {"pricing": [{"listing_price": 10, "selling_price": 8, "cost_price": 3}]},
}


@pytest.mark.parametrize("source", MONEY)
@pytest.mark.parametrize("target", MONEY)
def test_an_amount_on_another_tax_basis_is_a_loss(source: str, target: str) -> None:
    if source.partition("/")[0] == target.partition("/")[0]:
        return
    done = translate(MONEY[source], source, target, assume=OTHER)
    amounts = {at for at in codes(done) if not at.endswith("/on_sale")}
    assert lost(done) == dict.fromkeys(amounts, FOREIGN)


def test_the_number_is_the_same() -> None:
    done = translate({"price": 12.50}, "axim", "commerce-engine", assume=OTHER)
    assert arrived(done) == {"pricing": [{"listing_price": 12.50}]}
    assert lost(done) == {"/price": FOREIGN}


@pytest.mark.parametrize(
    "assume",
    [{}, {"tax": WITH}, {"source.tax": WITH}, {"target.tax": WITHOUT}, {"source.tax": "store", "target.tax": WITH}],
    ids=str,
)
def test_one_basis_and_one_that_is_the_stores_own_are_not_foreign(assume: dict[str, str]) -> None:
    assert lost(translate({"price": 10}, "axim", "commerce-engine", assume={"currency": "INR", **assume})) == {}


def test_a_currency_counts_before_a_tax_basis_and_both_after_what_is_lost() -> None:
    abroad = {**OTHER, "source.currency": "USD", "target.currency": "INR"}
    assert lost(translate({"price": 10}, "axim", "commerce-engine", assume=abroad)) == {
        "/price": "carried.foreign_currency"
    }
    assert lost(translate({"price": 10}, "axim", "keevault", assume=abroad)) == {"/price": "dropped.no_counterpart"}


@pytest.mark.parametrize("payload", [{"price": None, "cost": None}, {"price": 10, "sale": 0}, {"weight": 2}])
def test_null_no_sale_and_what_is_no_money_have_no_tax(payload: Any) -> None:
    found = {at for at, code in codes(translate(payload, "axim", "commerce-engine", assume=OTHER)).items()}
    foreign = {
        at
        for at, code in codes(translate(payload, "axim", "commerce-engine", assume=OTHER)).items()
        if code == FOREIGN
    }
    assert foreign == found & {"/price"} - ({"/price"} if payload.get("price") is None else set())


def test_the_static_profile_says_so() -> None:
    fields = {one.path: one.codes for one in Translator("axim", "commerce-engine", assume=OTHER).profile.fields}
    assert FOREIGN in fields["price"]
    assert FOREIGN not in fields["weight"]
    assert all(FOREIGN not in one.codes for one in Translator("axim", "commerce-engine").profile.fields)


def test_every_amount_that_has_a_currency_has_a_tax_basis() -> None:
    for profile in registry().profiles():
        assert {one.name for one, _ in profile.fields() if "currency" in one.assumes} == {
            one.name for one, _ in profile.fields() if "tax" in one.assumes
        }


def test_lines_count_it_like_any_loss() -> None:
    words = ("--from", "axim", "--to", "commerce-engine", "--lines", "-o", "/dev/null", "--fail-on", FOREIGN)
    assume = [word for name, value in OTHER.items() for word in ("--assume", f"{name}={value}")]
    said = bare("translate", "-", *words, *assume, input='{"price": 5}\n{"price": 6, "sale": 0}\n')
    assert said.code == 3
    assert "2 lines: 2 translated, 0 rejected, 2 with loss" in said.err
    assert f"money: 2 × {FOREIGN} (price" in said.err


def test_the_summary_names_it_where_one_side_knows() -> None:
    words = ("translate", "-", "--from", "axim", "--to", "commerce-engine", "-o", "/dev/null")
    said = bare(*words, "--assume", "target.tax=included", input='{"price": 5}')
    assert "assumed tax: store, included" in said.err.splitlines()
    assert "assumed tax" not in bare(*words, input='{"price": 5}').err


def test_an_unknown_basis_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"assumption source\.tax: no answer 'gross'; there are included, excluded"):
        translate({"price": 5}, "axim", "commerce-engine", assume={"source.tax": "gross"})
    path = tmp_path / "shop.yaml"
    path.write_text(
        "format: shop\ntitle: Shop\nassume: {tax: includd}\nfields:\n"
        '  price: {type: number, hub: "prices[0].list", assumes: [tax, currency]}\nprofiles: {write: {}}\n'
    )
    found = [(one.code, one.message, one.hint) for one in lint_file(path)]
    assert ("value", "no tax basis 'includd'", "did you mean 'included'?") in found
    assert any(code == "missing-assumption" and "'currency'" in message for code, message, _ in found)


def test_the_way_back_gives_the_amounts_back() -> None:
    there = translate({"price": 10, "sale": 8}, "axim", "commerce-engine", assume=OTHER)
    assert there.sidecar is None or there.sidecar["entries"] == []
    turned = {"source.tax": WITHOUT, "target.tax": WITH, "currency": "INR"}
    assert translate(there.payload, "commerce-engine", "axim", assume=turned).payload == {"price": 10, "sale": 8}
