"""Items of lists on the way back: each gets what the sidecar holds of itself, and of no other one."""

from __future__ import annotations

from typing import Any

import pytest

from catalens import Translation, translate
from catalens.payloads import dumps, loads


def there(payload: Any, source: str, target: str) -> tuple[Translation, Any]:
    """Return a translation, and its output to be edited."""
    done = translate(payload, source, target)
    return done, loads(dumps(done.payload))


def back(payload: Any, done: Translation) -> Translation:
    return translate(payload, done.report.target, done.report.source, restore=loads(dumps(done.sidecar)))


# -- variants: known there by their name, for no SKU is sent ---------------------------------------------------

RED, BLUE = {"sku": "S-1", "name": "Red", "price": 10}, {"sku": "S-2", "name": "Blue", "price": 12}
SHIRT = {"sku": "A-1", "variants": [RED, BLUE]}
CHOICE = {"options": [{"optionName": "c", "optionValueLabel": "r"}]}


@pytest.mark.parametrize(
    ("variants", "came", "orphaned"),
    [
        ([{"name": "Red"}, {"name": "Blue"}], [RED, BLUE], []),
        ([{"name": "Small"}, {"name": "Large"}], [{"name": "Small"}, {"name": "Large"}], ["Blue", "Red"]),
        ([{"name": "Blue"}, {"name": "Red"}], [BLUE, RED], []),
        ([{"name": "Blue"}], [BLUE], ["Red"]),
        ([{"name": "Crimson"}, {"name": "Blue"}], [{"name": "Crimson"}, BLUE], ["Red"]),
        ([{"name": "Green"}, {"name": "Red"}, {"name": "Blue"}], [{"name": "Green"}, RED, BLUE], []),
        ([{"name": "Red", "associated_options": {"c": "r"}}, {"name": "Blue"}], [{**RED, **CHOICE}, BLUE], []),
        ([{"name": "Red"}, {"name": "Red"}], [RED, {"name": "Red"}], ["Blue"]),
        ([{"name": None}, {"name": "Blue"}], [{"name": None}, BLUE], ["Red"]),
        ([], [], ["Blue", "Red"]),
    ],
    ids=str,
)
def test_a_variant_is_known_by_its_name_where_no_sku_came_back(variants: Any, came: Any, orphaned: Any) -> None:
    done, body = there(SHIRT, "axim", "commerce-engine")
    returned = back({**body, "variants": variants}, done)
    assert returned.payload == {"sku": "A-1", "variants": came}
    assert returned.report.stale == []
    assert returned.report.orphaned == [
        f'/variants/@"{one}"/{field}' for one in orphaned for field in ("price", "sku")
    ]


def test_an_entry_says_what_the_target_knows_its_item_by() -> None:
    sidecar = there(SHIRT, "axim", "commerce-engine")[0].sidecar
    assert sidecar is not None
    assert sidecar["entries"][0] == {
        "at": "/variants",
        "key": "sku",
        "target_key": "/name",
        "of": ['@"Red"', '@"Blue"'],
    }


def test_variants_that_share_a_name_are_known_by_content_and_place_among_the_like() -> None:
    twins = [{"sku": "S-1", "name": "Red"}, {"sku": "S-2", "name": "Red"}]
    done, body = there({"sku": "A-1", "variants": twins}, "axim", "commerce-engine")
    assert back(body, done).payload["variants"] == twins
    body["variants"][1]["associated_options"] = {"c": "r"}
    assert back(body, done).payload["variants"] == [twins[0], {**twins[1], **CHOICE}]
    body["variants"] = [{"name": "Small"}, {"name": "Large"}]
    assert back(body, done).payload["variants"] == body["variants"]


def test_variants_that_could_not_be_sent_join_those_that_were_made_there() -> None:
    nameless = [{"sku": "S-1", "price": 10}, {"sku": "S-2", "price": 12}]
    done, body = there({"sku": "A-1", "variants": nameless}, "axim", "commerce-engine")
    named = [{"name": "Small"}, {"name": "Large"}]
    assert back({**body, "variants": named}, done).payload["variants"] == [*named, *nameless]


# -- the same in all lists that the target knows by another key ------------------------------------------------


def picture(number: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "filename": f"{number}.png", "link": f"https://x.example/{number}.png", **more}


ANSWER = {"images": [picture(1), picture(2)], "videos": [picture(3)], "spec": [picture(4), picture(5)]}
LAMP = {"product": {"sku": "L-1", "image_and_video": ANSWER}}
ENGINE = {
    "id": "01A",
    "sku": "E-1",
    "variants": [{"id": "V1", "sku": "S-1", "name": "Red"}, {"id": "V2", "sku": "S-2", "name": "Blue"}],
}
BASE64 = {"product_specification": {"slug": "lamp", "images": [{"image": "QUJD" * 60, "file_name": "a.png"}]}}

#: payload, source, target, the target's list, its items' key, the source's list, what must not come to new items
LISTS = [
    (SHIRT, "axim", "commerce-engine", ["variants"], "name", ["variants"], {"sku", "price"}),
    (LAMP, "webcommander/read", "axim", ["files"], "url", ["image_and_video", "spec"], {"id"}),
    (LAMP, "webcommander/read", "commerce-engine", ["images"], "url_standard", ["image_and_video", "images"], {"id"}),
    ({"content": {"product": ENGINE}}, "commerce-engine/read", "axim", ["variants"], "sku", ["variants"], {"id"}),
    (
        {"content": {"product": ENGINE}},
        "commerce-engine/read",
        "commerce-engine",
        ["variants"],
        "name",
        ["variants"],
        {"id", "sku"},
    ),
    (
        BASE64,
        "prosperna",
        "axim",
        ["mediaGallery"],
        "url",
        ["product_specification", "images"],
        {"file_name"},
    ),
    (
        {"pricing": [{"customer_group_id": "a", "tax_rate": 5}, {"customer_group_id": "b", "tax_rate": 7}]},
        "commerce-engine/write",
        "commerce-engine/read",
        ["content", "product", "pricing"],
        "customer_group_id",
        ["pricing"],
        set(),
    ),
    (
        {"tags": [{"name": "Oak", "values": ["solid"]}, {"name": "Ash", "values": ["oiled"]}], "sku": "T-1"},
        "webcommander",
        "commerce-engine",
        ["tags"],
        ".",
        ["tags"],
        {"values"},
    ),
    (
        {"options": [{"optionName": "Size", "optionType": "radio"}, {"optionName": "Hue", "optionType": "swatch"}]},
        "axim",
        "commerce-engine/read",
        ["content", "product", "variant_options"],
        "option_name",
        ["options"],
        {"optionType"},
    ),
    (
        {
            "images": [
                {"url_standard": "https://x/1", "sort_order": 4},
                {"url_standard": "https://x/2", "sort_order": 5},
            ]
        },
        "commerce-engine",
        "axim",
        ["mediaGallery"],
        "url",
        ["images"],
        {"sort_order"},
    ),
    (
        {"specifications": [{"name": "Oak", "value": "1", "odd": 1}, {"name": "Ash", "value": "2", "odd": 2}]},
        "axim",
        "webcommander",
        ["custom_properties"],
        "label",
        ["specifications"],
        {"odd"},
    ),
]
IDS = [f"{one[1]} {'.'.join(one[5])} to {one[2]}" for one in LISTS]


def look_up(value: Any, at: list[str]) -> Any:
    for name in at:
        value = value[name]
    return value


@pytest.mark.parametrize(("payload", "source", "target", "there_at", "key", "here_at", "own"), LISTS, ids=IDS)
def test_new_items_get_nothing_of_the_old_ones(
    payload: Any, source: str, target: str, there_at: list[str], key: str, here_at: list[str], own: set[str]
) -> None:
    done, body = there(payload, source, target)
    assert back(body, done).payload == payload
    *path, last = there_at
    items = look_up(body, there_at)
    new = (
        ["new-0", "new-1"] if key == "." else [{**item, key: f"data:;base64,QU{n}D"} for n, item in enumerate(items)]
    )
    look_up(body, path)[last] = new[: len(items)]
    returned = back(body, done)
    product = returned.payload
    for name in ("product", "content", "product"):
        product = product.get(name, product)
    for item in look_up(product, here_at):
        assert own.isdisjoint(item), f"{item} got something of another item"
    assert all("QUJD" not in at for at in returned.report.orphaned)
    assert bool(returned.report.orphaned) == bool(own)


@pytest.mark.parametrize(("payload", "source", "target", "there_at", "key", "here_at", "own"), LISTS, ids=IDS)
def test_items_that_only_moved_keep_what_is_theirs(
    payload: Any, source: str, target: str, there_at: list[str], key: str, here_at: list[str], own: set[str]
) -> None:
    done, body = there(payload, source, target)
    look_up(body, there_at).reverse()
    returned = back(body, done)
    expected = loads(dumps(payload))
    inner = expected
    for name in ("product", "content", "product"):
        inner = inner.get(name, inner)
    moved = look_up(inner, here_at)
    moved.reverse()
    # what tells the order of a list is written anew, or the move would be none
    orders = own & {"sort_order"}
    for number, item in enumerate(moved, 1):
        item |= dict.fromkeys(orders, number)
    assert returned.payload == expected
    assert [at.rpartition("/")[2] for at in returned.report.stale] == [*orders] * len(moved)
    assert returned.report.orphaned == []


def test_a_price_row_for_everybody_is_not_the_one_that_was_made_for_a_group() -> None:
    payload = {"id": "01A", "pricing": [{"id": 7, "listing_price": 100, "tax_rate": 5}]}
    done, body = there({"content": {"product": payload}}, "commerce-engine/read", "commerce-engine")
    body["pricing"][0]["listing_price"] = 120
    assert back(body, done).payload["content"]["product"]["pricing"] == [
        {"id": 7, "listing_price": 120, "tax_rate": 5}
    ]
    body["pricing"] = [{"customer_group_id": "wholesale", "listing_price": 80}]
    assert back(body, done).payload["content"]["product"]["pricing"] == body["pricing"]


def test_a_picture_without_content_is_not_the_one_that_came_back_beside_its_twin() -> None:
    twin: dict[str, Any] = {"image": "QUJD"}
    nothing = {"image": None, "image_action": "new"}
    given = {"product_specification": {"images": [twin, nothing, twin]}}
    done, body = there(given, "prosperna", "commerce-engine/read")
    assert back(body, done).payload == given
    pictures = body["content"]["product"]["images"]
    pictures[0]["url_standard"] = "data:application/octet-stream;base64,REVG"
    came = back(body, done).payload["product_specification"]["images"]
    assert [one["image"] for one in came if one["image"]] == ["REVG", "QUJD"]


def test_an_order_that_the_target_cannot_keep_comes_back_where_nobody_has_moved_anything() -> None:
    # in an answer, pictures stand in a list before that of videos
    given = {"mediaGallery": [{"type": "video", "format": "a", "url": "a"}, {"type": "image", "url": "a"}]}
    done, body = there(given, "axim", "webcommander/read")
    returned = back(body, done)
    assert returned.payload == given
    assert returned.report.stale == []
