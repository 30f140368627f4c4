"""What stands around products: beside one, around a list of them, and whose envelope it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalens import InvalidPayload, UndecidableFormat, translate
from catalens.engine import detect
from catalens.formats import Registry, registry
from tests.compliance.facts import READONLY, assert_balanced, assert_same, codes, lost

UNKNOWN = "dropped.unknown_field"

#: profile -> a product in its envelope, and the place of the envelope's members
ANSWERS: dict[str, Any] = {
    "webcommander/read": ({"product": {"name": "Tea", "base_price": 5}}, ["extra"]),
    "commerce-engine/read": ({"content": {"product": {"name": "Tea", "sku": "T-1"}}}, ["extra", "content.extra"]),
}
LISTS = {
    "webcommander/read": {"products": [{"name": "Tea", "base_price": 5}, {"name": "Cup", "base_price": 6}]},
    "commerce-engine/read": {
        "content": {
            "products": [{"name": "Tea", "sku": "T-1"}, {"name": "Cup", "sku": "C-1"}],
            "pagination": {"total_records": 2},
        },
        "success": True,
    },
}
BESIDE = [(profile, payload, place) for profile, (payload, places) in ANSWERS.items() for place in places]


def put(payload: dict[str, Any], dotted: str, value: Any) -> dict[str, Any]:
    name, _, rest = dotted.partition(".")
    return {**payload, name: put(payload[name], rest, value) if rest else value}


# -- beside a product -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("profile", "payload", "place"), BESIDE)
@pytest.mark.parametrize("value", [1, None, [], {"a": [1]}, "text"], ids=str)
def test_beside_a_product_only_what_is_beside_it_is_lost(profile: str, payload: Any, place: str, value: Any) -> None:
    given = put(payload, place, value)
    done, plain = translate(given, target="axim"), translate(payload, target="axim")
    assert_same(done.payload, plain.payload)
    assert_balanced(given, done)
    pointer = "/" + place.replace(".", "/")
    beside = {at: code for at, code in lost(done).items() if at.startswith(pointer)}
    assert set(beside.values()) == {UNKNOWN}
    assert {at: code for at, code in lost(done).items() if at not in beside} == lost(plain)
    assert {one.code for one in done.losses if f"/{'/'.join(map(str, one.pointer))}".startswith(pointer)} == {UNKNOWN}


@pytest.mark.parametrize(("profile", "payload", "place"), BESIDE)
def test_what_stands_beside_a_product_is_at_home(profile: str, payload: Any, place: str) -> None:
    given = put(payload, place, {"a": [1]})
    home = translate(given, profile, profile)
    assert_same(home.payload, given)
    assert set(codes(home).values()) == {"carried"}
    there = translate(given, profile, "hub")
    assert there.report.lossless
    assert_same(translate(there.payload, "hub", profile).payload, given)
    away = translate(given, profile, "axim")
    assert_same(translate(away.payload, "axim", profile, restore=away.sidecar).payload, given)


def test_members_that_the_mapping_knows_are_the_platforms_own() -> None:
    answer = {"message": "m", "success": True, "content": {"product": {"name": "Tea"}, "pagination": {"page": 1}}}
    done = translate(answer, "commerce-engine/read", "axim")
    assert lost(done) == {"/message": READONLY, "/success": READONLY, "/content/pagination/page": READONLY}


def test_a_field_of_products_beside_one_is_none_of_it() -> None:
    done = translate({"product": {"name": "Tea", "id": 5}, "id": 6}, "webcommander/read", "axim")
    assert_same(done.payload, {"name": "Tea"})
    assert lost(done) == {"/product/id": READONLY, "/id": UNKNOWN}
    assert done.report.to_dict()["leaves"][-1].get("mapping") is None


@pytest.mark.parametrize("value", ["text", None, [], [{"a": 1}]], ids=str)
def test_a_product_may_have_an_unknown_field_that_is_named_like_an_envelope(value: Any) -> None:
    given = {"name": "Tea", "sku": "T-1", "product": value}
    done = translate(given, "webcommander/read", "axim")
    assert_same(done.payload, {"name": "Tea", "sku": "T-1"})
    assert set(lost(done).values()) == {UNKNOWN}
    assert_same(translate(given, "webcommander/read", "webcommander/read").payload, given)


# -- lists ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("profile", "answer"), LISTS.items())
def test_a_list_of_products_is_of_the_format_of_its_products(profile: str, answer: Any) -> None:
    assert detect(answer, None, registry()).spelled == profile
    assert detect(answer, profile.partition("/")[0], registry()).spelled == profile


@pytest.mark.parametrize(("profile", "answer"), LISTS.items())
@pytest.mark.parametrize("known", [True, False])
def test_a_list_of_products_is_no_product(profile: str, answer: Any, known: bool) -> None:
    told = r"expected one product, found a list of 2; translate its items one by one .*--lines"
    with pytest.raises(InvalidPayload, match=told) as caught:
        translate(answer, profile if known else None, "axim")
    place = "/content/products" if "content" in answer else "/products"
    assert [one.pointer for one in caught.value.errors] == [place]


@pytest.mark.parametrize("answer", [{"products": []}, {"content": {"products": []}, "message": "none"}], ids=str)
def test_an_empty_list_is_no_product_either(answer: Any) -> None:
    with pytest.raises(InvalidPayload, match="found a list of 0"):
        translate(answer, target="axim")


# -- whose envelope it is -------------------------------------------------------------------------------------

SHOPS = {
    "stall": "format: stall\ntitle: Stall\nfields: {stall_name: {type: string, hub: title}}\n",
    "booth": "format: booth\ntitle: Booth\nfields: {booth_name: {type: string, hub: title}}\n",
}


@pytest.fixture
def formats(tmp_path: Path) -> Registry:
    for name, text in SHOPS.items():
        profiles = "profiles: {write: {}, read: {envelope: product, list: products, around: [status]}}\n"
        (tmp_path / f"{name}.yaml").write_text(text + profiles)
    return Registry([tmp_path])


@pytest.mark.parametrize(
    ("product", "profile"),
    [
        ({"stall_name": "Tea"}, "stall/read"),
        ({"booth_name": "Tea"}, "booth/read"),
        ({"name": "Tea", "base_price": 5}, "webcommander/read"),
        ({"stall_name": "Tea", "novel": 1, "other": 2}, "stall/read"),
    ],
)
def test_of_formats_with_one_envelope_the_product_tells(formats: Registry, product: Any, profile: str) -> None:
    for payload in (
        {"product": product},
        {"product": product, "extra": 1},
        {"product": product, "status": "ok"},
        {"products": [product, product]},
    ):
        assert detect(payload, None, formats).spelled == profile


def test_where_a_product_tells_nothing_all_formats_of_its_envelope_are_named(formats: Registry) -> None:
    with pytest.raises(UndecidableFormat) as caught:
        detect({"product": {"novel": 1}}, None, formats)
    assert set(caught.value.candidates) == {"stall/read", "booth/read", "webcommander/read"}
    assert detect({"product": {"novel": 1}}, None, registry()).spelled == "webcommander/read"
