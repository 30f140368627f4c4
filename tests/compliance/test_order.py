"""The order of lists: what keeps it, what does not, and what it means."""

from __future__ import annotations

from typing import Any

import pytest

from catalens import translate
from tests.compliance.facts import CONDITION, FOREIGN, assert_same, validate_all

ORDER = "reduced.order"

# -- what does not arrive leaves no gap -----------------------------------------------------------------------


def test_an_id_behind_one_that_does_not_fit_is_foreign_and_nothing_more() -> None:
    validate_all(
        "axim",
        {"categories": ["abc", "7", "8"]},
        {
            "webcommander": (
                {"parents": [{"id": 7}, {"id": 8}]},
                {"/categories/0": "dropped.foreign_id", "/categories/1": FOREIGN, "/categories/2": FOREIGN},
            )
        },
    )


def test_an_id_behind_one_that_does_not_fit_is_translated() -> None:
    validate_all(
        "axim",
        {"categories": ["abc", "65b0d13f98539a33577ac4cb"]},
        {"webcommander": ({"parents": [{"id": 7}]}, {"/categories/0": "dropped.foreign_id"})},
        ids=[("kind", "axim", "webcommander"), ("category", "65b0d13f98539a33577ac4cb", "7")],
    )


def test_a_related_product_behind_one_whose_id_does_not_fit_is_foreign_and_nothing_more() -> None:
    payload = {"relatedProducts": [{"code": "relatedProduct", "products": ["x", "5"]}]}
    validate_all(
        "axim",
        payload,
        {
            "webcommander": (
                {"related_products": [{"id": 5}]},
                {"/relatedProducts/0/products/0": "dropped.foreign_id", "/relatedProducts/0/products/1": FOREIGN},
            )
        },
    )


def test_an_image_behind_one_that_is_to_go_keeps_its_order() -> None:
    images = [
        {"image": "iVBORw0KGgo=", "file_name": f"{n}.png", "image_action": action}
        for n, action in enumerate(["delete", "new", "new"])
    ]
    done = translate({"product_specification": {"images": images}}, "prosperna", "hub/write")
    assert [one["name"] for one in done.payload["media"]] == ["1.png", "2.png"]
    assert not [fate for fate in done.report.fates if fate.code == ORDER]


def test_keywords_behind_a_blank_one_keep_their_order() -> None:
    validate_all(
        "commerce-engine",
        {"seo": {"meta_keywords": ["", "wool", " ", "men"]}},
        {
            "axim": (
                {"seo": {"metaKeywords": "wool, men"}},
                {"/seo/meta_keywords/0": CONDITION, "/seo/meta_keywords/2": CONDITION},
            )
        },
    )


@pytest.mark.parametrize("park", [False, True])
def test_what_did_not_arrive_comes_back_where_it_was(park: bool) -> None:
    payloads: list[tuple[str, str, Any]] = [
        ("axim", "webcommander", {"categories": ["a", "7", "b", "8", "c"]}),
        ("commerce-engine", "axim", {"seo": {"meta_keywords": ["", "wool", " ", "men"]}}),
        (
            "axim",
            "commerce-engine",
            {
                "mediaGallery": [
                    {"url": f"https://s.in/{n}", "type": kind}
                    for n, kind in enumerate(["video", "image", "video", "image"])
                ]
            },
        ),
    ]
    for source, target, payload in payloads:
        there = translate(payload, source, target, park=park)
        back = translate(there.payload, target, f"{source}/write", restore=there.sidecar)
        assert_same(back.payload, payload)


# -- items of one list in several -----------------------------------------------------------------------------


def test_relations_of_several_kinds_come_back_in_the_order_of_the_targets_lists() -> None:
    rows = [{"code": "upsell", "products": ["1"]}, {"code": "cross_sell", "products": ["2"]}]
    moved = {f"/relatedProducts/{n}/{name}": ORDER for n in (0, 1) for name in ("code", "products/0")}
    validate_all(
        "axim",
        {"relatedProducts": rows},
        {"commerce-engine": ({"related_products": {"cross_sell": ["2"], "upsell": ["1"]}}, moved)},
    )


# -- order is meaning -----------------------------------------------------------------------------------------


def url(name: str) -> str:
    return f"https://cdn.example.com/{name}.jpg"


def engine(**ranks: Any) -> dict[str, Any]:
    """Return images of Commerce Engine by name, with their numbers; ``...`` for one that has none."""
    rows = ({"url_standard": url(name), "sort_order": rank} for name, rank in ranks.items())
    return {"images": [{k: v for k, v in row.items() if v is not ...} for row in rows]}


def gallery(*names: str, **more: Any) -> dict[str, Any]:
    """Return an Axim gallery of images by name; ``main`` is the one shown first."""
    main = more.get("main")
    rows: list[dict[str, Any]] = [{"url": url(name), "type": "image"} for name in names]
    return {"mediaGallery": [{**row, "isDefault": True} if row["url"] == url(main or "") else row for row in rows]}


def numbers(*indices: int) -> dict[str, str]:
    return {f"/images/{index}/sort_order": ORDER for index in indices}


@pytest.mark.parametrize(
    ("images", "meant"),
    [
        (engine(b=2, a=1), "ab"),
        (engine(b=2, c=..., a=1), "abc"),
        (engine(b=1, a=1, c=0), "cba"),
        (engine(b=..., a=...), "ba"),
        (engine(b=None, a=7.5, c=-1), "cab"),
        (engine(b=10, a=9), "ab"),
    ],
    ids=["numbers", "without a number", "ties", "no numbers", "null and a fraction", "digits"],
)
def test_images_arrive_in_the_order_of_their_numbers(images: dict[str, Any], meant: str) -> None:
    losses = numbers(*(n for n, image in enumerate(images["images"]) if "sort_order" in image))
    validate_all(
        "commerce-engine",
        images,
        {
            "axim": (gallery(*meant), losses),
            "webcommander/read": ({"image_and_video": {"images": [{"link": url(name)} for name in meant]}}, losses),
        },
    )


def test_the_main_image_arrives_first_wherever_it_stands() -> None:
    payload = gallery("a", "b", "c", main="c")
    losses = {"/mediaGallery/2/isDefault": ORDER}
    validate_all(
        "axim",
        payload,
        {
            "commerce-engine": ({"images": [{"url_standard": url(name)} for name in "cab"]}, losses),
            "webcommander/read": ({"image_and_video": {"images": [{"link": url(name)} for name in "cab"]}}, losses),
        },
    )


def test_an_image_that_is_said_not_to_be_the_main_one_stays_where_it_is() -> None:
    payload = {
        "mediaGallery": [{"url": url("a"), "type": "image", "isDefault": False}, *gallery("b")["mediaGallery"]]
    }
    validate_all(
        "axim",
        payload,
        {
            "commerce-engine": (
                {"images": [{"url_standard": url(name)} for name in "ab"]},
                {"/mediaGallery/0/isDefault": ORDER},
            )
        },
    )


def test_the_images_of_variants_have_an_order_too() -> None:
    images = engine(b=2, a=1)
    done = translate(
        {"content": {"product": {"variants": [{"name": "S", **images}]}}}, "commerce-engine/read", "axim"
    )
    assert_same(done.payload, {"variants": [{"name": "S", **gallery("a", "b")}]})
    done = translate({"variants": [gallery("a", "b", main="b")]}, "axim", "commerce-engine/read")
    variants = [{"images": [{"url_standard": url(name)} for name in "ba"]}]
    assert_same(done.payload, {"content": {"product": {"variants": variants}}})


@pytest.mark.parametrize("target", ["commerce-engine/read", "hub"])
def test_numbers_go_where_they_are_known(target: str) -> None:
    there = translate(engine(b=2, a=1), "commerce-engine/write", target)
    assert there.report.lossless
    back = translate(there.payload, target, "commerce-engine/write", restore=there.sidecar)
    assert_same(back.payload, engine(b=2, a=1))


@pytest.mark.parametrize(("images", "count"), [(engine(b=2, a=1, c=3), 2), (engine(a=1, b=2), 0)])
def test_another_order_on_the_wire_is_an_equivalence_that_the_report_lists(images: Any, count: int) -> None:
    listed = translate(images, "commerce-engine", "axim").report.equivalences
    assert [one["leaves"] for one in listed if one["name"] == "list-order"] == [count] * bool(count)


def test_an_order_that_the_wire_has_numbers_nothing() -> None:
    answer = {"product": {"image_and_video": {"images": [{"link": url(name)} for name in "ba"]}}}
    validate_all(
        "webcommander/read", answer, {"commerce-engine": (engine(b=..., a=...), {}), "axim": (gallery(*"ba"), {})}
    )


def test_the_order_on_the_wire_comes_back_with_the_sidecar() -> None:
    for source, payload, target in (
        ("commerce-engine/write", engine(b=2, c=..., a=1), "axim"),
        ("axim", gallery("a", "b", "c", main="c"), "commerce-engine"),
    ):
        there = translate(payload, source, target)
        assert_same(translate(there.payload, target, source, restore=there.sidecar).payload, payload)


#: edits of the gallery that an image list became, and what the numbers are then
EDITS: list[tuple[str, Any, Any, list[str], list[str]]] = [
    ("another text", lambda rows: [{**rows[0], "label": "A"}, rows[1]], [2, 1], [], []),
    ("moved", lambda rows: rows[::-1], [1, 2], ["b", "a"], []),
    ("another main one", lambda rows: [rows[0], {**rows[1], "isDefault": True}], [1, 2], ["b", "a"], []),
    ("gone", lambda rows: rows[1:], [2], [], ["a"]),
    ("a new last one", lambda rows: [*rows, *gallery("n")["mediaGallery"]], [2, ..., 1], [], []),
    ("a new first one", lambda rows: [*gallery("n")["mediaGallery"], *rows], [1, 2, 3], ["b", "a"], []),
]


@pytest.mark.parametrize(
    ("edit", "ranks", "stale", "orphaned"), [one[1:] for one in EDITS], ids=[e[0] for e in EDITS]
)
def test_an_edited_order_is_numbered_anew(edit: Any, ranks: list[Any], stale: list[str], orphaned: list[str]) -> None:
    there = translate(engine(b=2, a=1), "commerce-engine/write", "axim")
    edited = {"mediaGallery": edit(there.payload["mediaGallery"])}
    back = translate(edited, "axim", "commerce-engine/write", restore=there.sidecar)
    assert [image.get("sort_order", ...) for image in back.payload["images"]] == ranks

    def places(names: list[str]) -> list[str]:
        return [
            f'/images/="{url(name)}"/sort_order'.replace("//", "~1~1").replace(".com/", ".com~1") for name in names
        ]

    assert sorted(back.report.stale) == sorted(places(stale))
    assert sorted(back.report.orphaned) == sorted(places(orphaned))
    origins = {one["target"]: one["origin"] for one in back.report.origins}
    wanted = "computed" if stale else "restored"
    assert {origins[at] for at in origins if at.endswith("/sort_order")} == {wanted}


def test_another_main_image_is_marked_anew() -> None:
    there = translate(gallery("a", "b", main="b"), "axim", "commerce-engine")
    assert_same(there.payload, {"images": [{"url_standard": url("b")}, {"url_standard": url("a")}]})
    for edited in (engine(a=..., b=...), engine(b=2, a=1)):
        back = translate(edited, "commerce-engine", "axim", restore=there.sidecar)
        rows = [{**row, "isDefault": n == 0} for n, row in enumerate(gallery("a", "b")["mediaGallery"])]
        assert_same(back.payload, {"mediaGallery": rows})
