"""Access before comfort: what is at stake where a leaf is lost, the most severe first, in every report."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from catalens import translate
from catalens.account.codes import SEVERITIES
from catalens.engine import Translation, Translator
from catalens.formats import registry
from catalens.mapping.schema import field_rows
from catalens.payloads import dumps
from tests.commands.door import bare

#: a product that only some may see, and see the price of
GUARDED = {
    "name": "Oak Lamp",
    "custom_class": "wide",
    "available_for": "selected",
    "selected_customers": {"customers": [5102], "groups": [31]},
    "password_protected": "true",
    "password": "linen",
    "available_on_weekdays": {"enabled": True, "weekdays": [{"day": "monday", "start_hour": 9}]},
    "product_pricing_and_stock": {"hide_price": True, "restrict_purchase_for": "everyone", "tax_profile": "GST"},
}


def severities(done: Translation) -> dict[str, str]:
    """Return the severity of each lost leaf."""
    return {leaf["source"]: leaf["severity"] for leaf in done.report.to_dict()["leaves"] if "severity" in leaf}


@pytest.mark.parametrize(
    ("source", "payload", "expected"),
    [
        (
            "webcommander",
            GUARDED,
            {
                "/custom_class": "rest",
                "/available_for": "access",
                "/selected_customers/customers/0": "access",
                "/selected_customers/groups/0": "access",
                "/password_protected": "access",
                "/password": "access",
                "/available_on_weekdays/enabled": "access",
                "/available_on_weekdays/weekdays/0/day": "access",
                "/available_on_weekdays/weekdays/0/start_hour": "access",
                "/product_pricing_and_stock/hide_price": "access",
                "/product_pricing_and_stock/restrict_purchase_for": "access",
                "/product_pricing_and_stock/tax_profile": "money",
            },
        ),
        (
            "axim",
            {
                "visibility": False,
                "price": 10,
                "tierPrice": [{"quantity": 5, "price": 8}],
                "taxcode": "T1",
                "sku": "A-1",
                "brand": "65b0d13f98539a33577ac4cb",
                "shortDescription": "oak",
                "options": [{"optionName": "Size", "optionType": "radio"}],
                "inventory": [{"stock": 4}],
                "weight": 2,
                "novel": 1,
            },
            {
                "/visibility": "access",
                "/price": "money",
                "/tierPrice/0/quantity": "money",
                "/tierPrice/0/price": "money",
                "/taxcode": "money",
                "/sku": "identity",
                "/brand": "identity",
                "/shortDescription": "content",
                "/options/0/optionName": "content",
                "/options/0/optionType": "content",
                "/inventory/0/stock": "money",
                "/weight": "rest",
                "/novel": "rest",
            },
        ),
        (
            "commerce-engine/write",
            {
                "active": False,
                "pricing": [
                    {"customer_group_id": "01A", "listing_price": 5, "tax_rate": 18, "min_order_quantity": 2}
                ],
                "sales_channels": [{"id": "01B"}],
                "images": [{"url_standard": "https://example.com/a.png", "alternate_text": "front"}],
                "packaging": {"pack_width": 2},
                "seo": {},
            },
            {
                "/active": "access",
                "/pricing/0/customer_group_id": "access",
                "/pricing/0/listing_price": "money",
                "/pricing/0/tax_rate": "money",
                "/pricing/0/min_order_quantity": "money",
                "/sales_channels/0/id": "access",
                "/images/0/url_standard": "content",
                "/images/0/alternate_text": "content",
                "/packaging/pack_width": "rest",
                "/seo": "identity",
            },
        ),
        (
            "prosperna",
            {
                "product_specification": {"brand": "Linis", "slug": "vinegar", "short_description": "sour"},
                "product_state": {"is_hide_stock": True, "is_always_instock": True},
                "product_price": {"sale_price": 3},
            },
            {
                "/product_specification/brand": "identity",
                "/product_specification/slug": "identity",
                "/product_specification/short_description": "content",
                "/product_state/is_hide_stock": "access",
                "/product_state/is_always_instock": "money",
                "/product_price/sale_price": "money",
            },
        ),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_each_lost_leaf_has_a_severity(source: str, payload: Any, expected: dict[str, str]) -> None:
    assert severities(translate(payload, source, "keevault")) == expected


def test_what_is_kept_or_withheld_has_none() -> None:
    done = translate({"api_key": "k", "name": "Backup", "source": "internal"}, "keevault", "axim")
    assert severities(done) == {"/source": "access"}


def test_what_stands_around_the_product_is_of_the_rest() -> None:
    payload = {"content": {"product": {"name": "A", "active": True}, "active": True}, "message": "ok"}
    done = translate(payload, "commerce-engine/read", "keevault")
    assert severities(done) == {"/content/product/active": "access", "/content/active": "rest", "/message": "rest"}


def test_the_hub_says_it_of_whatever_has_a_counterpart() -> None:
    """Of one hub field there is one severity, whichever format loses it."""
    known: dict[str, str] = {}
    for profile in registry().profiles():
        for row in field_rows(profile):
            if row["counterpart"] == "hub" and isinstance(row["hub"], str) and "ext" not in row["hub"].split("."):
                hub = re.sub(r"\[.*?\]", "", row["hub"])
                assert known.setdefault(hub, row["severity"]) == row["severity"], (profile.spelled, row["path"])
    assert known["prices.group"] == "access"


# -- reports --------------------------------------------------------------------------------------------------


def said(payload: Any, *words: object) -> Any:
    return bare("translate", "-", "--from", "webcommander/write", "--to", "axim", *words, input=json.dumps(payload))


def test_the_summary_begins_with_the_most_severe() -> None:
    lines = said(GUARDED, "-o", "/dev/null").err.splitlines()
    assert lines[1] == "severity: access 10, money 1, rest 1"
    assert lines[2] == "lost: dropped.no_counterpart 12"


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
@pytest.mark.parametrize("how", [(), ("--lines",)])
def test_reports_begin_with_the_most_severe(form: str, how: tuple[str, ...]) -> None:
    report = said(GUARDED, *how, "-o", "/dev/null", "--report", "-", "--report-format", form).out.decode()
    report = report.replace("\\", "")
    losses = report[report.index("lossless" if not how else "with loss") :]
    places = [losses.index(word) for word in ("access", "money", "custom_class")]
    assert places == sorted(places)


def test_the_work_list_of_lines_begins_with_the_most_severe() -> None:
    lines = said(GUARDED, "--lines", "-o", "/dev/null").err.splitlines()[1:]
    assert [line.partition(": ")[0] for line in lines[:-1]] == ["access"] * 9 + ["money"]
    assert lines[-1].startswith("1 × dropped.no_counterpart (custom_class, ")


@pytest.mark.parametrize("how", [(), ("--lines",)])
@pytest.mark.parametrize(
    ("payload", "reached"),
    [
        ({"password": "linen"}, "access"),
        ({"product_pricing_and_stock": {"tax_profile": "GST"}}, "money"),
        ({"advanced": {"advance_information": {"global_trade_item_number": "93"}}}, "identity"),
        ({"heading": "warm"}, "content"),
        ({"custom_class": "wide"}, "rest"),
        ({"name": "Lamp"}, None),
    ],
)
def test_fail_on_takes_a_severity_and_all_that_is_more_severe(
    payload: Any, reached: str | None, how: tuple[str, ...]
) -> None:
    for gate in SEVERITIES:
        fails = reached is not None and SEVERITIES.index(reached) <= SEVERITIES.index(gate)  # type: ignore[arg-type]
        assert said(payload, *how, "--fail-on", gate).code == (3 if fails else 0), gate


@pytest.mark.parametrize(
    ("row", "code"), [({"listing_price": 5}, 0), ({"listing_price": 5, "customer_group_id": "01A"}, 3)]
)
def test_a_list_that_is_lost_whole_is_as_severe_as_what_is_in_it(row: Any, code: int) -> None:
    """Lines count such a list as one loss; only a row that names a group concerns access."""
    for how in ((), ("--lines",)):
        words = ("--from", "commerce-engine/write", "--to", "keevault", *how, "--fail-on", "access")
        assert bare("translate", "-", *words, input=json.dumps({"pricing": [row]})).code == code


def test_the_compact_losses_of_lines_say_it_too() -> None:
    (result,) = Translator("webcommander/write", "axim").lines([dumps({"password": "linen", "heading": "warm"})])
    assert {one.pointer: one.severity for one in result.losses} == {("password",): "access", ("heading",): "content"}


def test_the_static_profile_and_the_list_of_fields_say_it() -> None:
    found = json.loads(bare("explain", "webcommander/write", "axim", "password", "--json").out)
    assert found["fields"][0]["severity"] == "access"
    rows = {row["path"]: row["severity"] for row in json.loads(bare("fields", "axim", "--json").out)}
    assert (rows["price"], rows["tierPrice[].price"], rows["sku"], rows["weight"]) == (
        *("money", "money", "identity", "rest"),
    )
