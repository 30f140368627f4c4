"""What a target needs, and what it refuses: the verdict, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalens import translate
from catalens.formats import Registry
from tests.compliance.facts import arrived, assert_same

VARIANTS = [{"name": "Small"}, {"name": "Large"}]
DRAFTS_ONLY = "only for drafts: send the status draft, or leave them out"


@pytest.mark.parametrize("status", ["active", "inactive"])
@pytest.mark.parametrize("mode", ["update", "create"])
def test_variants_arrive_and_are_refused_unless_the_product_is_a_draft(status: str, mode: str) -> None:
    done = translate({"status": status, "variants": VARIANTS}, "axim", "commerce-engine", mode=mode)
    assert_same(arrived(done)["variants"], VARIANTS)
    assert done.report.valid_out is False
    assert done.report.missing == [{"target": "/variants", "why": DRAFTS_ONLY}]


@pytest.mark.parametrize(
    "payload",
    [
        {"variants": VARIANTS},
        {"status": None, "variants": VARIANTS},
        {"status": "draft", "variants": VARIANTS},
        {"status": "active", "variants": []},
        {"status": "active", "variants": None},
        {"status": "active"},
    ],
    ids=str,
)
def test_variants_of_a_draft_or_of_an_unsaid_status_are_not_judged(payload: Any) -> None:
    done = translate(payload, "commerce-engine/write", "commerce-engine/write")
    assert (done.report.valid_out, done.report.missing) == (True, [])


def test_what_is_read_is_not_refused() -> None:
    payload = {"status": "active", "variants": [{"id": "01HFM9S346Q3D25VT4F5V37E3S", "name": "Small"}]}
    assert translate(payload, "commerce-engine/read", "commerce-engine/read").report.valid_out is True


MINT = """
format: mint
title: Mint
fields:
  name: {type: string, hub: title}
  parcel.weight: {type: number, only_here: true}
profiles: {write: {}, read: {}}
required: [{field: name, mode: create, because: nothing is sold without a name}]
forbidden:
  - {field: parcel.weight, mode: create, because: the shop weighs itself}
"""


def test_a_mapping_of_ones_own_may_forbid_a_field(tmp_path: Path) -> None:
    (tmp_path / "mint.yaml").write_text(MINT)
    formats = Registry([tmp_path])
    payload = {"parcel": {"weight": 5}}
    for mode, missing in (
        ("update", []),
        (
            "create",
            [
                {"target": "/name", "why": "nothing is sold without a name"},
                {"target": "/parcel/weight", "why": "the shop weighs itself"},
            ],
        ),
    ):
        report = translate(payload, "mint/write", "mint/write", mode=mode, formats=formats).report
        assert (report.missing, report.valid_out) == (missing, not missing)


ALWAYS = [
    *(f"/product_specification/{name}" for name in ("slug", "short_description", "long_description", "images")),
    *(f"/product_state/{name}" for name in ("is_always_instock", "is_hide_stock")),
    "/product_categories",
]
SIMPLE = [
    *(f"/product_price/{name}" for name in ("regular_price", "stock_quantity")),
    *(f"/product_measurements/product_size/{name}" for name in ("length", "width", "height", "unit")),
    *(f"/product_measurements/product_weight/{name}" for name in ("weight", "unit")),
]


@pytest.mark.parametrize(
    ("has_variants", "needs"),
    [
        (None, ["/product_state/is_product_has_variants", *SIMPLE]),
        (False, SIMPLE),
        (True, ["/product_variant_types", "/product_variants_combinations"]),
    ],
)
def test_what_a_new_product_needs_depends_on_whether_it_has_variants(has_variants: Any, needs: list[str]) -> None:
    payload = {"name": "Lamp", **({} if has_variants is None else {"has_variant": has_variants})}
    done = translate(payload, "commerce-engine/write", "prosperna", mode="create")
    assert sorted(one["target"] for one in done.missing) == sorted([*ALWAYS, *needs])
    assert done.report.valid_out is False
    assert translate(payload, "commerce-engine/write", "prosperna").missing == []


def test_a_new_product_is_complete_with_what_the_caller_fills_in() -> None:
    fill = {
        "product_specification.slug": "lamp",
        "product_specification.short_description": "A lamp.",
        "product_specification.long_description": "<p>A lamp.</p>",
        "product_specification.images": [],
        "product_state.is_always_instock": True,
        "product_state.is_hide_stock": False,
        "product_state.is_product_has_variants": False,
        "product_categories": [],
        "product_price.regular_price": 10,
        "product_price.stock_quantity": 0,
        "product_measurements.product_size.length": 1,
        "product_measurements.product_size.width": 1,
        "product_measurements.product_size.height": 1,
        "product_measurements.product_size.unit": "cm",
        "product_measurements.product_weight.weight": 1,
        "product_measurements.product_weight.unit": "kg",
    }
    done = translate({"name": "Lamp"}, "axim", "prosperna", mode="create", fill=fill)
    assert (done.missing, done.report.valid_out) == ([], True)
