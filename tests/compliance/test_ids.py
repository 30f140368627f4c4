"""Identifiers: they mean something only in the store that gave them, unless a table says otherwise."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from catalens import Translator, UsageError, translate
from catalens.account.codes import LossCode
from catalens.paths import pointer_text
from tests.compliance.facts import (
    CONDITION,
    FOREIGN,
    NO_ID_THERE,
    READONLY,
    all_lost,
    arrived,
    assert_same,
    at,
    codes,
    lost,
    validate_all,
)

AXIM, ULID, HEX = "65b0d13f98539a33577ac4cb", "01HFM9S346Q3D25VT4F5V37E3S", "63e4f6c4bf61b3a5047d9daf"

ROWS = [
    {"kind": "category", "axim": AXIM, "commerce-engine": ULID, "webcommander": "214", "prosperna": HEX},
    {"kind": "product", "axim": "p-a", "commerce-engine": "p-e", "webcommander": "1902"},
    {"kind": "customer_group", "commerce-engine": "trade"},
]

#: one product in that category, in the words of each format
CATEGORY = {
    "axim": {"categories": [AXIM]},
    "commerce-engine": {"categories": [ULID]},
    "commerce-engine/read": {"categories": [{"id": ULID}]},
    "webcommander": {"parents": [{"id": 214}]},
    "prosperna": {"product_categories": [HEX]},
}


def as_payload(source: str) -> Any:
    return {"content": {"product": CATEGORY[source]}} if source == "commerce-engine/read" else CATEGORY[source]


# -- without a table ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "payload", "pointer"),
    [
        ("axim", {"categories": [AXIM]}, "/categories/0"),
        ("commerce-engine", {"categories": [ULID]}, "/categories/0"),
        ("prosperna", {"product_categories": [HEX]}, "/product_categories/0"),
        ("webcommander", {"parents": [{"id": 214}]}, "/parents/0/id"),
    ],
)
def test_a_foreign_id_arrives_and_counts_as_loss(source: str, payload: Any, pointer: str) -> None:
    for target in {"axim", "commerce-engine", "prosperna"} - {source}:
        done = translate(payload, source, target)
        assert done.report.lossless is False
        if target == "prosperna" and not re.fullmatch("[0-9a-f]{24}", str(at(payload, pointer))):
            assert lost(done) == {pointer: NO_ID_THERE}
            assert_same(arrived(done), {})
            continue
        assert lost(done) == {pointer: FOREIGN}
        assert done.report.counts["carried"] == 1
        assert str(at(payload, pointer)) in str(done.payload)


@pytest.mark.parametrize(
    ("source", "payload", "losses"),
    [
        ("webcommander", {"parents": [{"id": 214}]}, {"/parents/0/id": NO_ID_THERE}),
        (
            "axim",
            {"categories": ["214", HEX, "x" + HEX]},
            {"/categories/0": NO_ID_THERE, "/categories/2": NO_ID_THERE},
        ),
        ("commerce-engine/read", {"content": {"product": {"variants": [{"id": ULID}]}}}, None),
    ],
)
def test_what_cannot_be_an_id_there_does_not_arrive(source: str, payload: Any, losses: Any) -> None:
    done = translate(payload, source, "prosperna")
    assert "214" not in str(done.payload)
    assert ULID not in str(done.payload)
    for pointer, code in (losses or {"/content/product/variants/0/id": NO_ID_THERE}).items():
        assert lost(done)[pointer] == code
    assert "ids" in LossCode.of(NO_ID_THERE).remedy(slots=False)


def test_ids_of_any_look_arrive_where_they_are_known() -> None:
    rows = [{"kind": "category", "webcommander": "214", "prosperna": "c"}]
    done = translate({"parents": [{"id": 214}, {"id": 7}]}, "webcommander", "prosperna", ids=rows)
    assert_same(arrived(done), {"product_categories": ["c"]})
    assert lost(done) == {"/parents/1/id": NO_ID_THERE}
    home = translate({"product_categories": ["c"]}, "prosperna", "hub")
    assert_same(translate(home.payload, "hub", "prosperna").payload, {"product_categories": ["c"]})


def test_ids_at_home_are_no_foreign_ids() -> None:
    for source, target in (("webcommander", "webcommander/read"), ("commerce-engine", "commerce-engine/read")):
        assert lost(translate(as_payload(source), source, target)) == {}


def test_the_hub_is_no_foreign_land() -> None:
    done = translate(as_payload("axim"), "axim", "hub/write")
    assert lost(done) == {}
    assert_same(translate(done.payload, "hub/write", "axim").payload, as_payload("axim"))


def test_a_text_id_does_not_fit_where_ids_are_integers() -> None:
    for source, pointer in (("axim", "/categories/0"), ("commerce-engine", "/categories/0")):
        validate_all(source, as_payload(source), {"webcommander": ({}, {pointer: NO_ID_THERE})})


def test_an_integer_id_is_written_as_text_where_ids_are_text() -> None:
    validate_all(
        "webcommander", {"parents": [{"id": 214}]}, {"axim": ({"categories": ["214"]}, {"/parents/0/id": FOREIGN})}
    )


def test_ids_of_other_things_are_foreign_too() -> None:
    done = translate({"bundle_items": [{"product_id": "p", "quantity": 2}]}, "commerce-engine", "axim")
    assert lost(done) == {"/bundle_items/0/product_id": FOREIGN}
    done = translate({"related_products": [{"id": 7}]}, "webcommander", "axim")
    assert lost(done) == {"/related_products/0/id": FOREIGN}
    done = translate({"product_variants_combinations": ["v"]}, "prosperna", "commerce-engine/read")
    assert lost(done) == {"/product_variants_combinations/0": FOREIGN}


def test_a_brand_id_is_not_a_brand_name() -> None:
    name = {"product_specification": {"brand": "Bahay Linis"}}
    identifier = {"brand": "65b0d13f98539a33577ac4cd"}
    validate_all(
        "prosperna", name, {target: all_lost(name) for target in ("axim", "commerce-engine", "webcommander")}
    )
    validate_all("axim", identifier, {target: all_lost(identifier) for target in ("prosperna", "commerce-engine")})


def test_a_manufacturer_is_not_a_brand() -> None:
    payload = {"manufacturer": "Alligator"}
    validate_all(
        "axim", payload, {target: all_lost(payload) for target in ("prosperna", "webcommander", "commerce-engine")}
    )


# -- with a table ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", CATEGORY)
def test_the_table_works_in_every_direction(source: str) -> None:
    others = {
        target: (product, {})
        for target, product in CATEGORY.items()
        if target.partition("/")[0] != source.partition("/")[0]
    }
    done = validate_all(source, as_payload(source), others, ids=ROWS)
    for one in done.values():
        assert list(codes(one).values()) == ["converted.id"]


def test_the_table_translates_what_it_knows_and_nothing_else() -> None:
    validate_all(
        "axim",
        {"categories": [AXIM, "unknown"]},
        {
            "commerce-engine": ({"categories": [ULID, "unknown"]}, {"/categories/1": FOREIGN}),
            "webcommander": ({"parents": [{"id": 214}]}, {"/categories/1": NO_ID_THERE}),
        },
        ids=ROWS,
    )


def test_the_kind_of_thing_matters() -> None:
    rows = [{"kind": "product", "axim": AXIM, "commerce-engine": ULID}]
    validate_all(
        "axim",
        {"categories": [AXIM]},
        {"commerce-engine": ({"categories": [AXIM]}, {"/categories/0": FOREIGN})},
        ids=rows,
    )


def test_ids_inside_lists_and_lists_of_lists_are_translated() -> None:
    rows = [{"kind": "product", "axim": "p-a", "commerce-engine": "p-e", "webcommander": "1902"}]
    validate_all(
        "axim",
        {"relatedProducts": [{"code": "cross_sell", "products": ["p-a"]}], "groupedProducts": [{"productId": "p-a"}]},
        {
            "commerce-engine": (
                {"bundle_items": [{"product_id": "p-e"}], "related_products": {"cross_sell": ["p-e"]}},
                {},
            )
        },
        ids=rows,
    )
    validate_all(
        "webcommander",
        {"related_products": [{"id": 1902}]},
        {"axim": ({"relatedProducts": [{"products": ["p-a"], "code": "relatedProduct"}]}, {})},
        ids=rows,
    )


def test_a_table_of_other_formats_is_refused() -> None:
    rows = [{"kind": "category", "prosperna": HEX, "webcommander": "214"}]
    said = "expected a column 'axim' or 'commerce-engine', found kind, prosperna, webcommander"
    with pytest.raises(UsageError, match=said):
        translate(as_payload("axim"), "axim", "commerce-engine", ids=rows)


def test_the_table_may_be_a_csv_file(tmp_path: Path) -> None:
    file = tmp_path / "ids.csv"
    file.write_text(f"kind,axim,commerce-engine,webcommander\ncategory,{AXIM},{ULID},\nproduct,p-a,,1902\n", "utf-8")
    for ids in (file, str(file)):
        assert_same(
            translate(as_payload("axim"), "axim", "commerce-engine", ids=ids).payload, CATEGORY["commerce-engine"]
        )
        assert_same(
            translate(as_payload("commerce-engine"), "commerce-engine", "axim", ids=ids).payload, CATEGORY["axim"]
        )


def test_a_csv_file_with_a_byte_order_mark_is_a_csv_file(tmp_path: Path) -> None:
    file = tmp_path / "ids.csv"
    file.write_text(f"kind,axim,commerce-engine\ncategory,{AXIM},{ULID}\n", "utf-8-sig")
    assert_same(
        translate(as_payload("axim"), "axim", "commerce-engine", ids=file).payload, CATEGORY["commerce-engine"]
    )


def test_the_table_may_be_rows_with_a_header() -> None:
    rows = [["kind", "axim", "commerce-engine"], ["category", AXIM, ULID]]
    assert lost(translate(as_payload("axim"), "axim", "commerce-engine", ids=rows)) == {}


@pytest.mark.parametrize("number", [214, 214.0])
def test_integers_in_rows_are_ids(number: float) -> None:
    rows = [{"kind": "category", "axim": AXIM, "webcommander": number}]
    assert_same(translate(as_payload("axim"), "axim", "webcommander", ids=rows).payload, CATEGORY["webcommander"])
    assert_same(translate(as_payload("webcommander"), "webcommander", "axim", ids=rows).payload, CATEGORY["axim"])


@pytest.mark.parametrize(
    "rows",
    [
        [
            {"kind": "category", "axim": "a", "commerce-engine": "1"},
            {"kind": "category", "axim": "a", "commerce-engine": "2"},
        ],
        [
            {"kind": "category", "axim": "a", "commerce-engine": "1"},
            {"kind": "category", "axim": "b", "commerce-engine": "1"},
        ],
    ],
    ids=["one id, two things", "two ids, one thing"],
)
def test_rows_that_contradict_each_other_are_refused(rows: Any) -> None:
    for source, target in (("axim", "commerce-engine"), ("commerce-engine", "axim")):
        with pytest.raises(UsageError, match="category"):
            Translator(source, target, ids=rows)


def test_rows_that_repeat_each_other_are_not() -> None:
    assert lost(translate(as_payload("axim"), "axim", "commerce-engine", ids=[ROWS[0], ROWS[0]])) == {}


def test_the_same_id_of_two_kinds_is_two_things() -> None:
    rows = [{"kind": "category", "axim": "1", "prosperna": "c"}, {"kind": "product", "axim": "1", "prosperna": "p"}]
    assert_same(
        translate({"categories": ["1"]}, "axim", "prosperna", ids=rows).payload, {"product_categories": ["c"]}
    )


@pytest.mark.parametrize(
    "text",
    [
        "axim,commerce-engine\na,b\n",
        "kind,axim,commerce-engine\n,a,b\n",
        "kind,axim,commerce-engine\ncategory,a,b,c\n",
        "kind,axim,commerce-engine\ncategory,a\n",
    ],
    ids=["no kind", "empty kind", "a cell too many", "a cell too few"],
)
def test_a_broken_table_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "ids.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(UsageError, match="crosswalk"):
        translate(as_payload("axim"), "axim", "commerce-engine", ids=file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind,axim,commerce-engine\ncategory,a,b\n\ncategory,a\n", "line 4: 2 cells, fewer than the header has (3)"),
        ("kind,axim,commerce-engine\ncategory,a,b\ncatgory,a,b\n", "line 3: no format has identifiers of the kind"),
        ("kind,axim,commerce-engine\ncatgory,a,b\n", "did you mean 'category'?"),
        ("kind,aksim,comerce-engine\ncategory,a,b\n", "line 1: no format 'aksim'; did you mean 'axim'?"),
        ("kind,axim,comerce-engine\ncategory,a,b\n", "no format 'comerce-engine'; did you mean 'commerce-engine'?"),
    ],
    ids=["too short", "kind", "kind, hint", "header", "one column"],
)
def test_what_is_wrong_with_a_table_is_said_where_it_stands(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "ids.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=re.escape(said)):
        translate(as_payload("axim"), "axim", "commerce-engine", ids=file)


@pytest.mark.parametrize("header", ["kind,axim,acme", "kind,acme,commerce-engine", "kind,axim,prosperna"])
def test_a_table_of_other_directions_needs_one_of_the_formats_only(header: str) -> None:
    rows = [header.split(","), ["category", "a", "b"]]
    done = translate(as_payload("axim"), "axim", "commerce-engine", ids=rows)
    assert set(lost(done).values()) == {FOREIGN}


@pytest.mark.parametrize("ids", [5, {"kind": "category"}, b"ids.csv", [5], [["kind"], 5], [{5: 6}]], ids=repr)
def test_what_is_no_table_is_refused(ids: Any) -> None:
    with pytest.raises(UsageError, match=r"ids|crosswalk"):
        translate(as_payload("axim"), "axim", "commerce-engine", ids=ids)


def test_a_table_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"ids\.csv"):
        translate(as_payload("axim"), "axim", "commerce-engine", ids=tmp_path / "ids.csv")


# -- the product's own id -------------------------------------------------------------------------------------


def test_the_products_own_id_is_set_by_its_platform() -> None:
    answer = {"content": {"product": {"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}}}
    for target in ("axim", "commerce-engine", "webcommander"):
        assert lost(translate(answer, "commerce-engine/read", target)) == {"/content/product/id": READONLY}


def test_related_products_keep_their_kind() -> None:
    payload = {"related_products": [{"id": 1}], "similar_products": [{"id": 2}]}
    done = translate(payload, "webcommander", "axim")
    kinds = {one["code"]: one["products"] for one in arrived(done)["relatedProducts"]}
    assert kinds == {"relatedProduct": ["1"], "similar": ["2"]}
    validate_all(
        "commerce-engine",
        {"related_products": {"cross_sell": ["x"], "upsell": ["y"]}},
        {
            "webcommander": (
                {},
                {"/related_products/cross_sell/0": NO_ID_THERE, "/related_products/upsell/0": NO_ID_THERE},
            )
        },
    )


SAID = [
    ("commerce-engine/write", {"related_products": {"cross_sell": ["x"]}}, "/related_products/cross_sell"),
    ("webcommander/write", {"related_products": [{"id": 1902}]}, "/related_products"),
]


@pytest.mark.parametrize(("source", "payload", "place"), SAID, ids=["list of ids", "list of objects"])
def test_the_kind_of_a_relation_comes_from_the_place_that_implies_it(source: str, payload: Any, place: str) -> None:
    done = translate(payload, source, "axim").report.to_dict()
    kinds = [one for one in done["origins"] if one["target"] == "/relatedProducts/0/code"]
    assert kinds == [{"target": "/relatedProducts/0/code", "origin": "constant", "sources": [place]}]


@pytest.mark.parametrize(("target", "payload", "place"), SAID, ids=["list of ids", "list of objects"])
def test_the_kind_of_a_relation_is_said_by_the_place_that_it_leads_to(target: str, payload: Any, place: str) -> None:
    there = translate(payload, target, "axim")
    done = translate(there.payload, "axim", target)
    assert_same(arrived(done), payload)
    said = {leaf["source"]: leaf for leaf in done.report.to_dict()["leaves"]}["/relatedProducts/0/code"]
    assert (said["fate"], said["targets"]) == ("read", [place])


def test_an_empty_relation_keeps_no_other_out() -> None:
    payload = {"relatedProducts": [{"code": "cross_sell"}, {"code": "cross_sell", "products": ["a"]}]}
    validate_all(
        "axim",
        payload,
        {
            "commerce-engine": (
                {"related_products": {"cross_sell": ["a"]}},
                {
                    "/relatedProducts/0/code": CONDITION,
                    "/relatedProducts/1/products/0": FOREIGN,
                },
            )
        },
    )


def test_related_and_similar_products_join_the_nearest_relation_that_there_is() -> None:
    enum, order = "reduced.enum", "reduced.order"
    rows = [("relatedProduct", ["a"]), ("upsell", ["u"]), ("similar", ["b"]), ("cross_sell", ["c"]), ("own", ["d"])]
    validate_all(
        "axim",
        {"relatedProducts": [{"code": code, "products": ids} for code, ids in rows]},
        {
            "commerce-engine": (
                {"related_products": {"cross_sell": ["a", "b", "c"], "upsell": ["u"]}},
                {
                    "/relatedProducts/0/code": enum,
                    "/relatedProducts/0/products/0": FOREIGN,
                    "/relatedProducts/1/products/0": FOREIGN,
                    "/relatedProducts/2/code": enum,
                    "/relatedProducts/2/products/0": order,
                    "/relatedProducts/3/code": order,
                    "/relatedProducts/3/products/0": order,
                    "/relatedProducts/4/code": "dropped.kind",
                    "/relatedProducts/4/products/0": "dropped.kind",
                },
            )
        },
    )
    validate_all(
        "webcommander",
        {"related_products": [{"id": 1}], "similar_products": [{"id": 2}]},
        {
            "commerce-engine": (
                {"related_products": {"cross_sell": ["1", "2"]}},
                {"/related_products/0/id": FOREIGN, "/similar_products/0/id": order},
            )
        },
    )


def test_a_relation_that_is_emptied_is_not_filled_with_others() -> None:
    payload = {"relatedProducts": [{"code": "cross_sell", "products": []}, {"code": "similar", "products": ["a"]}]}
    validate_all(
        "axim",
        payload,
        {
            "commerce-engine": (
                {"related_products": {"cross_sell": []}},
                {"/relatedProducts/1/code": "dropped.limit", "/relatedProducts/1/products/0": "dropped.limit"},
            )
        },
    )


def test_joined_relations_come_back_with_the_sidecar() -> None:
    for source, payload in (
        ("axim", {"relatedProducts": [{"code": "similar", "products": ["b"]}, {"code": "x", "products": ["c"]}]}),
        ("webcommander", {"related_products": [{"id": 1}], "similar_products": [{"id": 2, "name": "Ash"}]}),
    ):
        there = translate(payload, source, "commerce-engine")
        back = translate(there.payload, "commerce-engine", source, restore=there.sidecar)
        assert_same(back.payload, payload)


def test_a_relation_without_products_says_nothing_beside_one_that_has_some() -> None:
    payload = {"relatedProducts": [{"code": "relatedProduct", "products": ["1"]}, {"code": "relatedProduct"}]}
    losses = {"/relatedProducts/0/products/0": FOREIGN, "/relatedProducts/1/code": CONDITION}
    done = validate_all("axim", payload, {"webcommander": ({"related_products": [{"id": 1}]}, losses)})
    # the compact account says the same
    assert {pointer_text(one.pointer): one.code for one in done["webcommander"].losses} == losses
