"""Images, videos, documents: their order, their content, and commands that are no state."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalens import Translator, translate
from catalens.formats import Registry
from catalens.laws import LAWS, Pair, broken
from catalens.validate import set_aside
from tests.compliance.facts import (
    CONDITION,
    NO_COUNTERPART,
    all_lost,
    arrived,
    assert_same,
    at,
    codes,
    lost,
    pointers,
    validate_all,
)
from tests.oracle import interpret

MEDIA = "image_and_video"
HOLLOW, KIND = "dropped.content", "dropped.kind"
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mP4DwABAQEAHLCMmQAAAABJRU5ErkJggg=="
DATA = f"data:image/png;base64,{PNG}"
PDF = "JVBERi0xLjQKJSVFT0YK"


def gallery(*kinds: str) -> dict[str, Any]:
    """Return a gallery with one item of each kind, numbered."""
    return {"mediaGallery": [{"url": f"https://cdn.example.com/{n}", "type": kind} for n, kind in enumerate(kinds)]}


def links(*numbers: int) -> list[str]:
    return [f"https://cdn.example.com/{number}" for number in numbers]


def ordered(numbers: list[int]) -> dict[str, str]:
    return {f"/mediaGallery/{n}/{name}": "reduced.order" for n in numbers for name in ("url", "type")}


# -- order ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["commerce-engine", "commerce-engine/read"])
def test_images_keep_their_order(target: str) -> None:
    images = {"images": [{"url_standard": link} for link in links(0, 1, 2)]}
    validate_all("axim", gallery("image", "image", "image"), {target: (images, {})})
    payload = images if target == "commerce-engine" else {"content": {"product": images}}
    validate_all(target, payload, {"axim": (gallery("image", "image", "image"), {})})


def test_images_before_videos_keep_their_order() -> None:
    validate_all(
        "axim",
        gallery("image", "image", "video"),
        {
            "webcommander/read": (
                {MEDIA: {"images": [{"link": link} for link in links(0, 1)], "videos": [{"link": links(2)[0]}]}},
                {},
            )
        },
    )


def test_a_video_between_images_loses_its_place_and_the_report_says_so() -> None:
    validate_all(
        "axim",
        gallery("image", "video", "image"),
        {
            "webcommander/read": (
                {MEDIA: {"images": [{"link": link} for link in links(0, 2)], "videos": [{"link": links(1)[0]}]}},
                ordered([1, 2]),
            )
        },
    )


def test_images_move_up_where_videos_have_no_place_and_keep_their_order() -> None:
    validate_all(
        "axim",
        gallery("image", "video", "image"),
        {
            "commerce-engine": (
                {"images": [{"url_standard": link} for link in links(0, 2)]},
                {"/mediaGallery/1/url": KIND, "/mediaGallery/1/type": KIND},
            )
        },
    )


def test_images_and_videos_join_one_gallery() -> None:
    answer = {"images": [{"link": link} for link in links(0, 1)], "videos": [{"link": links(2)[0]}]}
    validate_all(
        "webcommander/read", {"product": {MEDIA: answer}}, {"axim": (gallery("image", "image", "video"), {})}
    )


def test_a_rank_orders_images_and_is_not_given_back() -> None:
    images = [{"url_standard": link, "sort_order": rank} for link, rank in zip(links(0, 1), (2, 1), strict=True)]
    validate_all(
        "commerce-engine",
        {"images": images},
        {
            "axim": (
                {"mediaGallery": gallery("image", "image")["mediaGallery"][::-1]},
                {"/images/0/sort_order": "reduced.order", "/images/1/sort_order": "reduced.order"},
            )
        },
    )


def test_an_item_of_unsaid_kind_is_neither_image_nor_video() -> None:
    payload = {"mediaGallery": [{"url": "https://cdn.example.com/0"}]}
    validate_all(
        "axim",
        payload,
        {name: all_lost(payload, KIND) for name in ("commerce-engine", "webcommander/read", "prosperna")},
    )


def test_a_gallery_that_is_emptied_is_emptied_everywhere() -> None:
    validate_all(
        "axim",
        {"mediaGallery": []},
        {
            "commerce-engine": ({"images": []}, {}),
            "prosperna": ({"product_specification": {"images": []}}, {}),
        },
    )


def test_titles_meet_and_file_names_meet() -> None:
    validate_all(
        "axim",
        {"mediaGallery": [{"url": links(0)[0], "type": "image", "label": "Front"}]},
        {"commerce-engine": ({"images": [{"title": "Front", "url_standard": links(0)[0]}]}, {})},
    )
    validate_all(
        "prosperna",
        {"product_specification": {"images": [{"image": PNG, "file_name": "a.png"}]}},
        {"webcommander": ({MEDIA: {"images": [{"base64": PNG, "filename": "a.png"}]}}, {})},
    )


def test_which_image_is_shown_first_is_not_dropped_in_silence() -> None:
    payload = {"mediaGallery": [{"url": links(0)[0], "type": "image", "isDefault": True, "format": "jpg"}]}
    done = translate(payload, "axim", "commerce-engine")
    assert lost(done) == {"/mediaGallery/0/isDefault": "reduced.order", "/mediaGallery/0/format": NO_COUNTERPART}


# -- content and address --------------------------------------------------------------------------------------

CONTENT = {
    "prosperna": {"product_specification": {"images": [{"image": PNG}]}},
    "webcommander": {MEDIA: {"images": [{"base64": PNG}]}},
}
#: content that arrives: it is new where somebody asks
ARRIVED = {**CONTENT, "prosperna": {"product_specification": {"images": [{"image": PNG, "image_action": "new"}]}}}
ADDRESS = {
    "axim": {"mediaGallery": [{"url": DATA, "type": "image"}]},
    "commerce-engine": {"images": [{"url_standard": DATA}]},
    "webcommander/read": {MEDIA: {"images": [{"link": DATA}]}},
}


@pytest.mark.parametrize("source", CONTENT)
def test_content_becomes_a_data_uri(source: str) -> None:
    validate_all(source, CONTENT[source], {target: (product, {}) for target, product in ADDRESS.items()})


@pytest.mark.parametrize("source", ["axim", "commerce-engine"])
def test_a_data_uri_becomes_content_again(source: str) -> None:
    validate_all(source, ADDRESS[source], {target: (product, {}) for target, product in ARRIVED.items()})


def test_content_stays_content_between_two_that_hold_content() -> None:
    for source, target in (("prosperna", "webcommander"), ("webcommander", "prosperna")):
        validate_all(source, CONTENT[source], {target: (ARRIVED[target], {})})


@pytest.mark.parametrize(
    "url", ["https://cdn.example.com/a.png", "http://a", "//cdn/a.png", "/a.png", "data:,x", "AAAA", ""]
)
@pytest.mark.parametrize("target", ["prosperna", "webcommander"])
def test_an_address_never_lands_where_content_belongs(url: str, target: str) -> None:
    for source, payload in (
        ("axim", {"mediaGallery": [{"url": url, "type": "image"}]}),
        ("commerce-engine", {"images": [{"url_standard": url}]}),
        ("webcommander/read", {"product": {MEDIA: {"images": [{"link": url, "filename": "a.png"}]}}}),
    ):
        done = translate(payload, source, target)
        assert url not in [at(done.payload, pointer) for pointer in pointers(done.payload)], source
        address = next(
            pointer for pointer in pointers(payload) if pointer.endswith(("/url", "/url_standard", "/link"))
        )
        assert address in lost(done), source


@pytest.mark.parametrize("content", ["no base64!", "https://cdn.example.com/a.png", "AAA", "AAAA\n", ""])
def test_what_is_no_content_never_becomes_an_address(content: str) -> None:
    payload = {"product_specification": {"images": [{"image": content, "file_name": "a"}]}}
    for target, code in (("axim", HOLLOW), ("commerce-engine", HOLLOW), ("webcommander/read", HOLLOW)):
        done = translate(payload, "prosperna", target)
        assert lost(done)["/product_specification/images/0/image"] == code
        assert content not in [at(done.payload, pointer) for pointer in pointers(done.payload)] or content == ""


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        ("/9j/4AAQSkZJRgABAQEAYABgAAD/2Q==", "image/jpeg"),
        ("R0lGODlhAQABAAAAACw=", "image/gif"),
        ("UklGRhoAAABXRUJQ", "image/webp"),
        (PDF, "application/pdf"),
        ("AAAAGGZ0eXBtcDQy", "application/octet-stream"),
    ],
)
def test_the_kind_of_content_is_read_from_its_first_bytes(content: str, kind: str) -> None:
    done = translate({MEDIA: {"spec": [{"base64": content}]}}, "webcommander", "axim")
    assert_same(done.payload, {"files": [{"url": f"data:{kind};base64,{content}"}]})


def test_a_kind_that_the_content_does_not_show_is_reported() -> None:
    payload = {"mediaGallery": [{"url": f"data:image/gif;base64,{PNG}", "type": "image"}]}
    done = translate(payload, "axim", "prosperna")
    assert_same(done.payload, ARRIVED["prosperna"])
    assert lost(done) == {"/mediaGallery/0/url": "reduced.markup"}


def test_a_films_bytes_are_no_url() -> None:
    payload = {MEDIA: {"videos": [{"video": "AAAAGGZ0eXBtcDQy", "metadata": "{}"}]}}
    expected = {"axim": HOLLOW, "commerce-engine": KIND, "prosperna": KIND, "webcommander/read": HOLLOW}
    validate_all("webcommander", payload, {name: all_lost(payload, code) for name, code in expected.items()})


def test_a_films_url_is_no_content() -> None:
    payload = {"mediaGallery": [{"url": links(0)[0], "type": "video"}]}
    validate_all("axim", payload, {"webcommander": all_lost(payload, HOLLOW)})


# -- items without what makes them one ----------------------------------------------------------------------------

ANSWER = {"filename": "front.png", "link": links(0)[0]}


@pytest.mark.parametrize("name", ["images", "videos", "spec"])
def test_an_answers_link_is_no_content_to_send(name: str) -> None:
    payload = {"product": {MEDIA: {name: [ANSWER]}}}
    done = validate_all("webcommander/read", payload, {"webcommander": all_lost(payload, HOLLOW)})["webcommander"]
    # an empty list would take away what is there
    assert done.payload == {}


@pytest.mark.parametrize(
    ("source", "payload", "targets"),
    [
        ("axim", gallery("image"), ["webcommander", "prosperna"]),
        ("axim", {"files": [{"name": "a.pdf", "url": links(0)[0]}]}, ["webcommander"]),
        ("commerce-engine", {"images": [{"title": "a", "url_standard": links(0)[0]}]}, ["webcommander", "prosperna"]),
        (
            "axim",
            {"mediaGallery": [{"type": "image", "label": "a"}]},
            ["commerce-engine", "webcommander", "prosperna"],
        ),
        ("axim", {"mediaGallery": [{"type": "image", "url": None}]}, ["commerce-engine"]),
        ("axim", {"mediaGallery": [{"type": "image", "url": ""}]}, ["commerce-engine"]),
        ("commerce-engine", {"images": [{"title": "a"}]}, ["axim", "webcommander", "prosperna"]),
        ("webcommander", {MEDIA: {"images": [{"filename": "a"}]}}, ["axim", "commerce-engine", "prosperna"]),
        ("webcommander", {MEDIA: {"spec": [{"filename": "a"}]}}, ["axim"]),
    ],
)
def test_an_item_without_its_content_is_no_item(source: str, payload: Any, targets: list[str]) -> None:
    validate_all(source, payload, {name: all_lost(payload, HOLLOW) for name in targets})


def test_items_with_content_arrive_beside_those_without() -> None:
    payload = {"images": [{"title": "a"}, {"title": "b", "url_standard": links(1)[0]}]}
    arrives = {"mediaGallery": [{"label": "b", "url": links(1)[0], "type": "image"}]}
    validate_all("commerce-engine", payload, {"axim": (arrives, {"/images/0/title": HOLLOW})})


def test_a_list_that_is_emptied_beside_one_that_was_lost_empties_nothing() -> None:
    payload = {MEDIA: {"images": [{"filename": "a"}], "videos": []}}
    losses = {f"/{MEDIA}/images/0/filename": HOLLOW, f"/{MEDIA}/videos": CONDITION}
    validate_all("webcommander", payload, {"axim": ({}, losses)})


def test_what_lacked_its_content_comes_back_from_the_sidecar() -> None:
    payload = {"product": {MEDIA: {"images": [ANSWER]}}}
    there = translate(payload, "webcommander/read", "webcommander")
    assert_same(translate(there.payload, "webcommander", "webcommander/read", restore=there.sidecar).payload, payload)


def test_the_hubs_items_are_as_they_were_where_they_came_from() -> None:
    payload = {"mediaGallery": [{"type": "image", "label": "a"}]}
    hub = translate(payload, "axim", "hub").payload
    assert_same(translate(hub, "hub", "axim").payload, payload)


def test_documents_meet() -> None:
    validate_all(
        "webcommander",
        {MEDIA: {"spec": [{"filename": "sheet.pdf", "base64": PDF}]}},
        {"axim": ({"files": [{"name": "sheet.pdf", "url": f"data:application/pdf;base64,{PDF}"}]}, {})},
    )
    validate_all(
        "webcommander/read",
        {"product": {MEDIA: {"spec": [{"filename": "sheet.pdf", "link": "https://cdn.example.com/sheet.pdf"}]}}},
        {"axim": ({"files": [{"name": "sheet.pdf", "url": "https://cdn.example.com/sheet.pdf"}]}, {})},
    )


# -- commands -------------------------------------------------------------------------------------------------


ACTION = "/product_specification/images/0/image_action"


@pytest.mark.parametrize("target", ["axim", "commerce-engine", "webcommander"])
@pytest.mark.parametrize("action", ["ordering_update", None])
def test_a_command_is_no_state(target: str, action: Any) -> None:
    payload = {"product_specification": {"images": [{"image": PNG, "image_action": action}]}}
    done = translate(payload, "prosperna", target)
    assert_same(arrived(done), {**ADDRESS, **CONTENT}[target])
    assert lost(done) == {ACTION: "dropped.command"}


@pytest.mark.parametrize("target", ["axim", "commerce-engine", "webcommander"])
def test_that_an_image_is_new_is_implied_by_its_being_there(target: str) -> None:
    payload = {"product_specification": {"images": [{"image": PNG, "image_action": "new"}]}}
    done = translate(payload, "prosperna", target)
    assert_same(arrived(done), {**ADDRESS, **CONTENT}[target])
    assert lost(done) == {}
    assert codes(done)[ACTION] == "read"
    assert_same(arrived(translate(done.payload, target, "prosperna")), payload)


def test_an_image_that_does_not_arrive_is_not_said_to_be_new() -> None:
    payload = {"product_specification": {"images": [{"file_name": "a.png", "image_action": "new"}]}}
    done = translate(payload, "prosperna", "axim")
    assert done.payload == {}
    assert codes(done)[ACTION] == "dropped.content"


@pytest.mark.parametrize("target", ["axim", "commerce-engine", "webcommander"])
def test_an_image_that_is_to_be_deleted_is_not_added_elsewhere(target: str) -> None:
    payload = {"product_specification": {"images": [{"image": PNG, "image_action": "delete"}]}}
    done = translate(payload, "prosperna", target)
    assert PNG not in str(done.payload)
    assert set(codes(done)) == set(lost(done))


@pytest.mark.parametrize("source", ["axim", "commerce-engine", "webcommander"])
def test_an_image_that_arrives_is_new_there(source: str) -> None:
    done = translate({**ADDRESS, **CONTENT}[source], source, "prosperna")
    assert_same(done.payload, ARRIVED["prosperna"])
    [origin] = [one for one in done.report.to_dict()["origins"] if one["target"] == ACTION]
    assert origin["origin"] == "constant"
    assert len(origin["sources"]) == 1


def test_an_image_that_had_no_command_comes_back_without_one() -> None:
    payload = CONTENT["prosperna"]
    there = translate(payload, "prosperna", "axim")
    assert_same(translate(there.payload, "axim", "prosperna", restore=there.sidecar).payload, payload)


SINGLE = """
format: stall
title: Stall, with one picture
fields:
  name: {type: string, hub: title}
  picture: {type: string, hub: "media[?kind=='image'].url"}
  picture_name: {type: string, hub: "media[?kind=='image'].name"}
  picture_title: {type: string, hub: "media[?kind=='image'].title"}
profiles: {write: {}}
"""


@pytest.fixture
def stall(tmp_path: Path) -> Registry:
    (tmp_path / "stall.yaml").write_text(SINGLE, encoding="utf-8")
    return Registry([tmp_path])


def test_a_picture_of_plain_fields_needs_its_content_too(stall: Registry) -> None:
    link = {"picture": "https://cdn.example.com/a.png", "picture_name": "a.png", "picture_title": "Front"}
    done = Translator("stall", "webcommander", formats=stall)(link)
    assert done.payload == {}
    assert lost(done) == {"/picture": HOLLOW, "/picture_name": HOLLOW, "/picture_title": NO_COUNTERPART}
    whole = Translator("stall", "webcommander", formats=stall)({**link, "picture": DATA})
    assert whole.payload == {MEDIA: {"images": [{"filename": "a.png", "base64": PNG}]}}
    assert lost(whole) == {"/picture_title": NO_COUNTERPART}


@pytest.mark.parametrize("target", ["webcommander/write", "axim/write", "commerce-engine/write", "hub/write"])
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_laws_hold_for_pictures_of_plain_fields(stall: Registry, law: Any, target: str) -> None:
    for pair in (Pair("stall/write", target, stall), Pair(target, "stall/write", stall)):
        if law.concerns(pair):
            assert broken(law, pair, 12, 1) == ""


def test_the_one_picture_of_a_variant_is_the_first_that_has_content() -> None:
    pictures = [{"type": "image", "label": "no link"}, {"type": "image", "url": "https://cdn.example.com/2"}]
    shirt = {"name": "Shirt", "variants": [{"sku": "S-1", "mediaGallery": pictures}]}
    done = translate(shirt, "axim", "prosperna/read")
    (variant,) = done.payload["data"]["product_variants_combinations"]
    assert variant["variant_combination_image"] == {"image": "https://cdn.example.com/2"}
    assert lost(done)["/variants/0/mediaGallery/0/label"] == HOLLOW
    pair = Translator("axim", "prosperna/read")
    product, _ = set_aside(shirt, pair.source)
    assert_same(interpret(product, pair.source, pair.target).payload, pair.convert(product))
