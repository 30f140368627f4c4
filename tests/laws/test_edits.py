"""Law 5 in facts: what a snapshot does to edits, and what becomes of each kind of edit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import find, settings

from catalens.errors import InvalidSidecar
from catalens.laws import RoundTrip, accounted, editing, edits_win, small_sidecar
from catalens.paths import MISSING
from catalens.payloads import canonical, dumps, identical, loads
from catalens.strategies import EDITS, Edit
from tests.laws.trips import round_trip, translators

# -- what a snapshot would do ---------------------------------------------------------------------------------


def restore_snapshot(s: Any, edited: Any) -> Any:
    """Restore naively: the original, whatever came back."""
    return s


def overlay_snapshot(s: Any, edited: Any) -> Any:
    """Restore less naively: whatever the original has and what came back has not."""
    if isinstance(s, dict) and isinstance(edited, dict):
        return {name: overlay_snapshot(s.get(name, MISSING), edited.get(name, MISSING)) for name in {**edited, **s}}
    if isinstance(s, list) and isinstance(edited, list):
        ahead = [overlay_snapshot(one, other) for one, other in zip(s, edited, strict=False)]
        return ahead + (s if len(s) > len(edited) else edited)[len(ahead) :]
    return s if edited is MISSING else edited


FRONT, BACK, SIDE = (f"https://example.com/{name}.jpg" for name in ("front", "back", "side"))
MUG: dict[str, Any] = {
    "name": "Mug",
    "images": [
        {"url_standard": FRONT, "title": "Front", "alternate_text": "the front", "sort_order": 1},
        {"url_standard": BACK, "title": "Back", "alternate_text": "the back", "sort_order": 2},
        {"url_standard": SIDE, "title": "Side", "alternate_text": "the side", "sort_order": 3},
    ],
}
MUGS = ("commerce-engine/write", "axim/write", MUG)


@pytest.mark.parametrize("naive", [restore_snapshot, overlay_snapshot])
def test_a_snapshot_passes_law_4_and_fails_law_5(naive: Callable[[Any, Any], Any]) -> None:
    def refutes(edits: list[Edit]) -> bool:
        trip = round_trip(*MUGS, edits)
        try:
            edits_win(trip.s, trip.r, trip.r_edited, naive(trip.s, trip.r_edited), trip.there.source)
        except AssertionError:
            return True
        return False

    trip = round_trip(*MUGS)
    assert identical(naive(trip.s, trip.r), trip.s)
    assert not refutes([])
    found = find(EDITS, refutes, settings=settings(max_examples=100, database=None))
    assert len(found) == 1
    trip = round_trip(*MUGS, found)
    edits_win(trip.s, trip.r, trip.r_edited, trip.f, trip.there.source)


def test_a_snapshot_scrambles_lists_and_resurrects_what_was_deleted() -> None:
    trip = round_trip(*MUGS)
    b = trip.arrived
    b["mediaGallery"] = b["mediaGallery"][:0:-1]
    edited = trip.back(b).payload
    assert [one["title"] for one in edited["images"]] == ["Side", "Back"]
    naive = overlay_snapshot(trip.s, edited)["images"]
    assert [(one["title"], one["alternate_text"]) for one in naive] == [
        ("Side", "the front"),
        ("Back", "the back"),
        ("Side", "the side"),
    ]
    assert back_from(trip, b).payload["images"] == [image(2, sort_order=1), image(1, sort_order=2)]


# -- each kind of edit, once ----------------------------------------------------------------------------------


def back_from(trip: RoundTrip, b: Any) -> Any:
    translation = trip.back(b, restore=trip.sidecar)
    accounted(translation, b)
    return translation


def image(which: int, **changes: Any) -> dict[str, Any]:
    return {name: value for name, value in {**MUG["images"][which], **changes}.items() if value is not None}


GALLERY_EDITS: list[tuple[str, Callable[[list[Any]], Any], list[Any], list[str], list[str]]] = [
    ("a value", lambda g: g[1].update(label="Rear"), [image(0), image(1, title="Rear"), image(2)], [], []),
    ("a value, and back", lambda g: (g[1].update(label="x"), g[1].update(label="Back")), [*MUG["images"]], [], []),
    ("a key taken out", lambda g: g[1].pop("label"), [image(0), image(1, title=None), image(2)], [], []),
    ("an item taken out", lambda g: g.pop(1), [image(0), image(2)], [], ["alternate_text", "sort_order"]),
    (
        "an item put in",
        lambda g: g.insert(1, {"url": "new", "type": "image"}),
        [image(0), {"url_standard": "new", "sort_order": 2}, image(1, sort_order=3), image(2, sort_order=4)],
        ["sort_order"] * 3,
        [],
    ),
    (
        "another order",
        lambda g: g.reverse(),
        [image(2, sort_order=1), image(1, sort_order=2), image(0, sort_order=3)],
        ["sort_order"] * 3,
        [],
    ),
    ("an emptied list", lambda g: g.clear(), [], [], ["alternate_text", "sort_order"] * 3),
    (
        "another key",
        lambda g: g[1].update(url="new"),
        [image(0), {"url_standard": "new", "title": "Back", "sort_order": 2}, image(2)],
        ["sort_order"] * 2,
        ["alternate_text", "sort_order"],
    ),
    (
        "the same twice",
        lambda g: g.append(dict(g[1])),
        [*MUG["images"], {"url_standard": BACK, "title": "Back"}],
        [],
        [],
    ),
]


@pytest.mark.parametrize(
    ("change", "images", "stale", "orphaned"),
    [one[1:] for one in GALLERY_EDITS],
    ids=[one[0] for one in GALLERY_EDITS],
)
def test_a_list_with_keys(change: Any, images: list[Any], stale: list[str], orphaned: list[str]) -> None:
    trip = round_trip(*MUGS)
    b = trip.arrived
    change(b["mediaGallery"])
    back = back_from(trip, b)
    assert back.payload == {"name": "Mug", "images": images}
    assert [at.rpartition("/")[2] for at in back.report.stale] == stale
    assert [at.rpartition("/")[2] for at in back.report.orphaned] == orphaned
    assert all(at.startswith("/images/=") for at in back.report.orphaned)


def test_a_list_taken_out_whole() -> None:
    trip = round_trip(*MUGS)
    b = trip.arrived
    del b["mediaGallery"]
    back = back_from(trip, b)
    assert back.payload == {"name": "Mug"}
    assert len(back.report.orphaned) == 6


def test_a_list_that_is_null_now_has_no_items_to_give_anything_back_to() -> None:
    picture = {"url_standard": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==", "title": "Front", "url_tiny": "a"}
    trip = round_trip("commerce-engine/write", "prosperna/write", {"name": "Mug", "images": [picture]})
    b = trip.arrived
    b["product_specification"]["images"] = None
    back = back_from(trip, b)
    assert back.payload == {"name": "Mug", "images": None}
    assert [at.rpartition("/")[2] for at in back.report.orphaned] == ["title", "url_tiny"]
    assert back.report.stale == []
    editing(trip.there, trip.back, trip.payload, [Edit("remove", 1, 0), Edit("set", 1, 11)])


def test_a_reduced_value_comes_back_only_while_b_holds_what_was_written() -> None:
    payload = {"name": "Backup", "status": "draft"}
    trip = round_trip("commerce-engine/write", "keevault/write", payload)
    assert trip.arrived == {"name": "Backup", "status": "inactive"}
    assert back_from(trip, {"name": "Backup Pro", "status": "inactive"}).payload == {**payload, "name": "Backup Pro"}
    sold = back_from(trip, {"name": "Backup", "status": "active"})
    assert (sold.payload["status"], sold.report.stale) == ("active", ["/status"])
    gone = back_from(trip, {"name": "Backup"})
    assert (gone.payload, gone.report.stale) == ({"name": "Backup"}, ["/status"])


def test_an_amount_and_its_unit_are_one_value() -> None:
    weight = {"weight": 450, "unit": "g"}
    payload = {"product_specification": {"name": "Lamp"}, "product_measurements": {"product_weight": weight}}
    trip = round_trip("prosperna/write", "commerce-engine/write", payload)
    assert canonical(trip.arrived["packaging"]) == b'{"pack_dry_weight":0.45}'
    b = trip.arrived
    b["packaging"]["pack_dry_weight"] = 0.5
    back = back_from(trip, b)
    # never half a kilogram in grams: neither 0.5 g, nor 450 kg
    assert back.payload["product_measurements"] == {"product_weight": {"weight": 0.5, "unit": "kg"}}
    assert sorted(back.report.stale) == [
        f"/product_measurements/product_weight/{name}" for name in ("unit", "weight")
    ]


def test_a_text_and_its_markup_that_arrive_as_one_are_edited_as_one() -> None:
    for payload in ({"dataType": "HTML", "value": "<p>old</p>"}, {"value": "<p>old</p>"}):
        trip = round_trip("axim/write", "keevault/write", {"description": payload})
        b = trip.arrived
        assert back_from(trip, b).payload == {"description": payload}
        b["description"] = "new & better"
        back = back_from(trip, b)
        assert back.payload == {"description": {"dataType": "HTML", "value": "new &amp; better"}}
        assert "/description/value" in back.report.stale


def test_a_text_that_arrived_nowhere_gives_way_to_one_that_was_written_there() -> None:
    payload = {"description": {"dataType": "JSON", "value": '{"a":1}'}}
    trip = round_trip("axim/write", "prosperna/write", payload)
    assert back_from(trip, trip.arrived).payload == payload
    back = back_from(trip, {"product_specification": {"long_description": "<p>new</p>"}})
    assert back.payload == {"description": {"dataType": "HTML", "value": "<p>new</p>"}}
    assert sorted(back.report.stale) == ["/description/dataType", "/description/value"]


def test_what_b_could_not_hold_joins_what_was_made_there() -> None:
    payload = {"name": "Mug", "seo": {"canonical": "x", "odd": [1]}, "images": [{"sort_order": 1, "odd": 2}]}
    trip = round_trip("commerce-engine/write", "axim/write", payload)
    b = {**trip.arrived, "seo": {"pageTitle": "A mug"}}
    back = back_from(trip, b)
    assert back.payload == {**payload, "seo": {"canonical": "x", "odd": [1], "meta_title": "A mug"}}
    assert back.report.stale == back.report.orphaned == []


def test_edits_in_the_hub_win_as_well() -> None:
    there, back = translators("commerce-engine/read", "hub/write")
    mug = {"name": "Mug", "status": "draft", "images": MUG["images"]}
    payload = {"content": {"product": mug, "odd": [1]}, "message": "ok"}
    hub = loads(dumps(there(payload).payload))
    hub["title"] = "Cup"
    hub["media"] = hub["media"][:0:-1]
    back_again = back(hub)
    accounted(back_again, hub)
    assert back_again.payload == {
        "content": {"product": {"name": "Cup", "status": "draft", "images": [image(2), image(1)]}, "odd": [1]},
        "message": "ok",
    }


# -- lists whose items come back in another list --------------------------------------------------------------

CUSTOM = ("axim/write", "webcommander/write")
METADATA = ("axim/write", "commerce-engine/write")
META = [{"code": code, "value": f"value of {code}"} for code in "abc"]
SPECIFICATIONS = [{"name": name, "value": f"value of {name}", "odd": 1} for name in "xyz"]


def label(which: int, **changes: Any) -> dict[str, Any]:
    return {"label": META[which]["code"], "description": META[which]["value"], **changes}


def specification(which: int, value: str) -> dict[str, Any]:
    return {"name": META[which]["code"], "value": value}


PAIR_EDITS: list[tuple[str, Callable[[list[Any]], Any], dict[str, Any], list[str]]] = [
    ("nothing", lambda rows: None, {"metaFields": META}, []),
    ("another order", lambda rows: rows.reverse(), {"metaFields": META[::-1]}, []),
    (
        "another order of what is left",
        lambda rows: (rows.reverse(), rows.pop(1), rows.insert(0, {"label": "new", "description": "1"})),
        {"specifications": [{"name": "new", "value": "1"}], "metaFields": [META[2], META[0]]},
        ["b"],
    ),
    ("all taken out", lambda rows: rows.clear(), {"specifications": []}, ["a", "b", "c"]),
    ("one taken out", lambda rows: rows.pop(1), {"metaFields": [META[0], META[2]]}, ["b"]),
    (
        "a value",
        lambda rows: rows[1].update(description="EDIT"),
        {"specifications": [specification(1, "EDIT")], "metaFields": [META[0], META[2]]},
        ["b"],
    ),
    (
        "a name",
        lambda rows: rows[1].update(label="new"),
        {"specifications": [{"name": "new", "value": "value of b"}], "metaFields": [META[0], META[2]]},
        ["b"],
    ),
    (
        "one put in",
        lambda rows: rows.insert(1, {"label": "new", "description": "1"}),
        {"specifications": [{"name": "new", "value": "1"}], "metaFields": META},
        [],
    ),
    (
        "the same twice",
        lambda rows: rows.append(dict(rows[1])),
        {"specifications": [specification(1, "value of b")], "metaFields": META},
        [],
    ),
]


@pytest.mark.parametrize(
    ("change", "payload", "stale"), [one[1:] for one in PAIR_EDITS], ids=[o[0] for o in PAIR_EDITS]
)
def test_pairs_that_come_back_as_another_kind(change: Any, payload: dict[str, Any], stale: list[str]) -> None:
    trip = round_trip(*CUSTOM, {"name": "Mug", "metaFields": META})
    assert trip.arrived["custom_properties"] == [label(0), label(1), label(2)]
    b = trip.arrived
    change(b["custom_properties"])
    back = back_from(trip, b)
    assert back.payload == {"name": "Mug", **payload}
    assert back.report.stale == [f'/metaFields/="{code}"' for code in stale]
    assert back.report.orphaned == []


def test_pairs_of_another_kind_beside_those_of_the_same() -> None:
    payload = {"specifications": SPECIFICATIONS, "metaFields": META}
    trip = round_trip(*CUSTOM, payload)
    assert back_from(trip, trip.arrived).payload == payload
    b = trip.arrived
    rows = {row["label"]: row for row in b["custom_properties"]}
    rows["y"]["description"], rows["b"]["description"] = "Y", "B"
    b["custom_properties"] = [row for name, row in rows.items() if name not in "xa"]
    back = back_from(trip, b)
    assert back.payload["metaFields"] == [META[2]]
    assert back.payload["specifications"] == [
        {"name": "y", "value": "Y", "odd": 1},
        SPECIFICATIONS[2],
        specification(1, "B"),
    ]
    assert back.report.stale == ['/metaFields/="a"', '/metaFields/="b"']


@pytest.mark.parametrize("none", [None, MISSING, []])
def test_a_list_that_was_empty_gives_back_what_came_into_it(none: Any) -> None:
    payload = {"metaFields": META[:1], **({} if none is MISSING else {"specifications": none})}
    trip = round_trip(*CUSTOM, payload)
    assert back_from(trip, trip.arrived).payload == payload
    b = trip.arrived
    b["custom_properties"] = [label(1)]
    assert back_from(trip, b).payload == {"specifications": [specification(1, "value of b")]}


@pytest.mark.parametrize("park", [False, True])
def test_pairs_without_a_name_are_known_by_what_they_say(park: bool) -> None:
    there, back = translators(*METADATA)
    payload = {"specifications": [{"code": "own", "value": "v"}, {"code": "other", "value": "w"}]}
    done = there(payload, park=park)
    assert (done.sidecar is None) == park
    b = loads(dumps(done.payload))
    assert back(b, restore=done.sidecar).payload == payload
    b["metadata"][0]["value"] = "EDIT"
    edited = back(b, restore=done.sidecar)
    accounted(edited, b)
    assert edited.payload == {
        "specifications": payload["specifications"][1:],
        "metaFields": [{"value": "EDIT"}],
    }
    assert edited.report.stale == ["/specifications/+0"]
    del b["metadata"][0]
    assert back(b, restore=done.sidecar).payload == {"specifications": payload["specifications"][1:]}
    assert back({"name": "Mug"}, restore=there(payload).sidecar).payload == {"name": "Mug"}


def test_a_row_holds_both_halves_of_an_exchange() -> None:
    there, back = translators(*METADATA)
    b = loads(dumps(there({"specifications": [{"name": "own", "value": "v"}]}, park=True).payload))
    assert [row["key"] for row in b["metadata"]] == ["own", "x-axim/metaFields#list"]
    # without the row, what came is all there is: nothing is taken away, and nothing doubled
    assert back({"metadata": b["metadata"][:1]}).payload == {"metaFields": [{"code": "own", "value": "v"}]}


def test_the_law_tells_an_exchange_that_doubles_from_one_that_holds() -> None:
    trip = round_trip(*CUSTOM, {"metaFields": META})
    b = {"custom_properties": [label(0, description="EDIT"), label(2)]}
    edited, f = trip.back(b).payload, trip.back(b, restore=trip.sidecar).payload
    edits_win(trip.s, trip.r, edited, f, trip.there.source)
    doubled = {**f, "metaFields": META}
    with pytest.raises(AssertionError, match=r"and lists beside it: \d after the edits, \d came back"):
        edits_win(trip.s, trip.r, edited, doubled, trip.there.source)


def test_an_item_in_another_list_is_known_by_its_number_however_that_is_written() -> None:
    similar = {"similar_products": [{}, {"id": 5.0, "name": "Lamp"}]}
    trip = round_trip("webcommander/write", "commerce-engine/write", similar)
    assert trip.arrived == {"related_products": {"cross_sell": ["5"]}}
    assert back_from(trip, trip.arrived).payload == similar
    assert back_from(trip, {"related_products": {"cross_sell": []}}).payload == {
        "related_products": [],
        "similar_products": [{}],
    }


def test_the_law_tells_a_number_in_one_list_from_the_same_in_the_other() -> None:
    payload = {"related_products": [{"odd": 5}], "similar_products": [{"id": loads("5.00"), "name": "Lamp"}]}
    editing(*translators("webcommander/write", "axim/write"), payload, [Edit("delete", 0, 0)])


# -- items that the target knows by a key of its own ----------------------------------------------------------


def test_the_law_tells_an_item_that_got_what_was_anothers() -> None:
    shirt = {"variants": [{"sku": "S-1", "name": "Red"}, {"sku": "S-2", "name": "Blue"}]}
    trip = round_trip("axim/write", "commerce-engine/write", shirt)
    b = {"variants": [{"name": "Small"}, {"name": "Large"}]}
    edited, f = trip.back(b).payload, back_from(trip, b).payload
    edits_win(trip.s, trip.r, edited, f, trip.there.source, trip.there.plan)
    mixed = {"variants": [{"sku": "S-1", "name": "Small"}, {"sku": "S-2", "name": "Large"}]}
    with pytest.raises(AssertionError, match="was made in the target, and came back with something of another item"):
        edits_win(trip.s, trip.r, edited, mixed, trip.there.source, trip.there.plan)


@pytest.mark.parametrize(("number", "stale"), [(0, "/sku"), (1, "/customUrl")])
def test_a_sidecar_is_refused_once_all_of_the_identity_is_edited(number: int, stale: str) -> None:
    shirt = {"sku": "A-1", "customUrl": "/shirt/", "brand": "b"}
    one = round_trip("axim/write", "commerce-engine/write", shirt, [Edit("identify", number, 0)])
    assert not one.is_another
    assert one.returned.report.stale == [stale]
    both = round_trip("axim/write", "commerce-engine/write", shirt, [Edit("identify", 0, 0), Edit("identify", 1, 0)])
    assert both.is_another
    with pytest.raises(InvalidSidecar, match="belongs to another product"):
        both.back(both.arrived, restore=both.sidecar)
    assert sorted(both.returned.report.stale) == ["/customUrl", "/sku"]


# -- items whose key comes back as another one ----------------------------------------------------------------

WOOL = {"tags": [{"name": "Material", "values": ["Merino"], "enable_expanded_view": True}]}
RELATED = {"relatedProducts": [{"code": "relatedProduct", "label": "Goes with it", "products": ["42"]}]}


@pytest.mark.parametrize("edits", [[], [Edit("insert", 1, 0)], [Edit("rename", 0, 0)], [Edit("set", 0, 2)]], ids=str)
@pytest.mark.parametrize(
    ("source", "target", "payload"),
    [
        ("webcommander/read", "axim/write", WOOL),
        ("webcommander/write", "commerce-engine/write", WOOL),
        ("axim/write", "commerce-engine/read", RELATED),
    ],
)
def test_an_item_is_looked_for_under_the_key_that_is_restored(
    source: str, target: str, payload: Any, edits: list[Edit]
) -> None:
    editing(*translators(source, target), payload, edits)


def test_the_law_tells_what_an_item_of_a_restored_key_has_not_got_back(monkeypatch: pytest.MonkeyPatch) -> None:
    there, back = translators("axim/write", "commerce-engine/read")
    row = {"code": "relatedProduct", "products": ["edited"]}
    monkeypatch.setattr(RoundTrip, "f", property(lambda trip: {"relatedProducts": [row]}))
    with pytest.raises(AssertionError, match="label is neither restored nor reported"):
        editing(there, back, RELATED, [Edit("set", 0, 2)])


# -- items that come back as one ------------------------------------------------------------------------------

GROUPS = {
    "relatedProducts": [
        {"code": "relatedProduct", "products": ["42"]},
        {"code": "cross_sell", "label": "Goes with it", "products": ["43", "44"]},
    ]
}
ALIKE = {"relatedProducts": [{"code": "relatedProduct", "label": one, "products": [one]} for one in ("42", "43")]}
#: Commerce Engine's answer lists products for these two kinds alone
JOINING = [("axim/write", "webcommander/write"), ("axim/write", "commerce-engine/read")]

GROUP_EDITS: list[tuple[str, Callable[[list[Any]], Any], list[list[str]]]] = [
    ("nothing", lambda rows: None, [["42"], ["43", "44"]]),
    ("one of a group taken out", lambda rows: rows.pop(1), [["42"], ["44"]]),
    ("the first taken out", lambda rows: rows.pop(0), [[], ["43", "44"]]),
    ("one put in", lambda rows: rows.append({"id": 7}), [["42", "7"], ["43", "44"]]),
    ("one made another", lambda rows: rows[2].update(id=7), [["42", "7"], ["43"]]),
    ("another order", lambda rows: rows.reverse(), [["42"], ["44", "43"]]),
    ("all taken out", lambda rows: rows.clear(), [[], []]),
]


@pytest.mark.parametrize(("change", "products"), [one[1:] for one in GROUP_EDITS], ids=[o[0] for o in GROUP_EDITS])
def test_groups_that_arrive_as_one_have_what_is_left_of_their_own(change: Any, products: list[list[str]]) -> None:
    trip = round_trip(*JOINING[0], GROUPS)
    assert trip.arrived == {"related_products": [{"id": 42}, {"id": 43}, {"id": 44}]}
    b = trip.arrived
    change(b["related_products"])
    back = back_from(trip, b)
    assert [row.get("products", []) for row in back.payload["relatedProducts"]] == products
    assert [row["code"] for row in back.payload["relatedProducts"]] == ["relatedProduct", "cross_sell"]
    assert back.payload["relatedProducts"][1]["label"] == "Goes with it"
    assert back.report.stale == back.report.orphaned == []


def test_what_came_back_elsewhere_is_of_the_source_and_nothing_of_it_is_in_the_sidecar() -> None:
    trip = round_trip(*JOINING[0], ALIKE)
    assert b"43" not in dumps([one["value"] for one in trip.entries if "products" in one["at"] and "value" in one])
    origins = {one["target"]: one for one in trip.returned.report.origins}
    assert origins["/relatedProducts/1/products/0"] == {
        "target": "/relatedProducts/1/products/0",
        "origin": "source",
        "sources": ["/related_products/1/id"],
    }
    assert trip.returned.payload == ALIKE


def test_a_group_that_somebody_made_meanwhile_keeps_what_it_has() -> None:
    trip = round_trip(
        "axim/write",
        "commerce-engine/write",
        {
            "relatedProducts": [
                {"code": "cross_sell", "products": ["a"]},
                {"code": "relatedProduct", "products": ["b"]},
            ]
        },
    )
    assert trip.arrived == {"related_products": {"cross_sell": ["a", "b"]}}
    assert back_from(trip, {"related_products": {"upsell": ["b"], "cross_sell": ["a"]}}).payload == {
        "relatedProducts": [
            {"code": "cross_sell", "products": ["a"]},
            {"code": "upsell", "products": ["b"]},
            {"code": "relatedProduct"},
        ]
    }


@pytest.mark.parametrize("kind", ["set", "remove", "empty", "delete", "rotate", "repeat", "insert", "rename"])
@pytest.mark.parametrize("payload", [GROUPS, ALIKE], ids=["two kinds", "one kind"])
@pytest.mark.parametrize(("source", "target"), JOINING, ids=[one[1] for one in JOINING])
def test_the_law_of_edits_holds_for_groups_that_arrive_as_one(
    source: str, target: str, payload: Any, kind: str
) -> None:
    there, back = translators(source, target)
    small_sidecar(there, back, payload)
    for place in range(6):
        editing(there, back, payload, [Edit(kind, place, place)])


# -- words that the way back says of itself -------------------------------------------------------------------


@pytest.mark.parametrize("place", range(8))
def test_a_word_that_the_way_back_says_of_itself_is_not_that_of_another_item(place: int) -> None:
    images = [{"image": "AAAA", "file_name": "a"}, {"file_name": "a", "image": "", "image_action": "new"}]
    payload = {"product_specification": {"name": "Lamp", "slug": "lamp", "images": images}}
    there, back = translators("prosperna/write", "webcommander/write")
    small_sidecar(there, back, payload)
    editing(there, back, payload, [Edit("set", place, 0)])


def test_a_picture_put_before_others_is_as_it_was_made_though_all_are_numbered_anew() -> None:
    pictures = [{}, {"url_standard": "a", "title": "a", "sort_order": 0}]
    payload = {"content": {"product": {"sku": "a", "name": "a", "images": pictures}}}
    editing(*translators("commerce-engine/read", "webcommander/read"), payload, [Edit("insert", 0, 40)])


NUMBERED = {"title": "t", "alternate_text": "t", "url_tiny": "t", "url_thumbnail": "t"}


@pytest.mark.parametrize(
    ("pictures", "edit"),
    [
        # two pictures share a number, and all came back in their order before somebody turned it
        ([("a", 0), ("b", 0), ("Red", 1)], Edit("reverse", 0, 0)),
        # a picture without a link does not arrive, and is given back whole
        ([("a", 0), ("b", 0), ("", 0)], Edit("insert", 0, 1)),
    ],
)
def test_numbers_are_written_anew_where_pictures_were_moved(pictures: list[tuple[str, int]], edit: Edit) -> None:
    images = [{"url_standard": link, "sort_order": number, **NUMBERED} for link, number in pictures]
    payload = {"name": "Mug", "status": "draft", "images": images}
    trip = round_trip("commerce-engine/write", "prosperna/read", payload, [edit])
    numbers = [one["sort_order"] for one in trip.f["images"]]
    assert numbers == [*range(1, len(numbers) + 1)]
    assert len([at for at in trip.returned.report.stale if at.endswith("/sort_order")]) == len(pictures)
    editing(trip.there, trip.back, payload, [edit])


def test_a_row_that_had_no_list_has_none_again_when_its_items_went_back() -> None:
    rows = [{"code": "cross_sell"}, {"code": "relatedProduct", "products": ["a"]}]
    trip = round_trip("axim/write", "commerce-engine/write", {"name": "a", "sku": "a", "relatedProducts": rows})
    assert trip.done.payload["related_products"] == {"cross_sell": ["a"]}
    assert back_from(trip, trip.arrived).payload["relatedProducts"] == rows
