"""Law 5: what was edited in B is there when the payload comes back, and nothing that was deleted is.

S is the original, R what the way back alone gives, R' the same after B was edited, F what it gives with the sidecar.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import find, given, settings
from tests.laws.edits import EDITS, Edit
from tests.laws.trips import PAIRS, Trip, conservation, counts, translators

from catalens.complement import digest
from catalens.formats import registry
from catalens.mapping.profile import LeafNode, ListNode, Node, ObjectNode, Profile
from catalens.paths import MISSING, parse_pointer
from catalens.payloads import canonical, dumps, loads
from catalens.strategies import payloads

#: names, and the keys of items as JSON text
Address = tuple[Any, ...]


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_edits_win(source: str, target: str) -> None:
    @given(payloads(registry().profile(source), registry().profile(target)), EDITS)
    def holds(payload: Any, edits: list[Edit]) -> None:
        trip = Trip(source, target, payload, edits)
        try:
            conservation(trip.returned, trip.arrived)
            edits_win(trip.s, trip.r, trip.r_edited, trip.f, trip.there.source)
            reports_are_true(trip)
        except Exception as error:
            raise AssertionError(f"{error}\n{trip}") from error

    holds()


def edits_win(s: Any, r: Any, edited: Any, f: Any, profile: Profile) -> None:
    """Hold what came back with the sidecar against the original, and what comes back without it."""
    edits_are_there(s, r, edited, f)
    untouched_is_original(s, r, edited, f, profile)
    order_is_theirs_or_the_original(s, r, edited, f, profile)


def edits_are_there(s: Any, r: Any, edited: Any, f: Any) -> None:
    """What A and B hold alike is there exactly as often as after the edits; what is reduced, at least as often."""
    in_s, in_r, in_edited, in_f = map(counts, (s, r, edited, f))
    for leaf in in_s.keys() | in_r.keys() | in_edited.keys() | in_f.keys():
        shown = f"{leaf}: {in_r[leaf]} before the edits, {in_edited[leaf]} after them, {in_f[leaf]} came back"
        if in_s[leaf] == in_r[leaf]:
            assert in_f[leaf] == in_edited[leaf], shown
        assert in_f[leaf] >= in_edited[leaf] - in_r[leaf], shown


# -- by address -----------------------------------------------------------------------------------------------


def addresses(value: Any, node: Node | None, at: Address = ()) -> dict[Address, Any]:
    """Return all that has an address; the items of a list have one if each has a key of its own."""
    found: dict[Address, Any] = {at: value}
    if isinstance(value, dict):
        for name, child in value.items():
            inner = node.members.get(name) if isinstance(node, ObjectNode) else None
            found |= addresses(child, inner, (*at, name))
    elif isinstance(value, list) and isinstance(node, ListNode):
        for key, item in by_key(value, node).items():
            found |= addresses(item, node.item, (*at, ("=", key)))
    return found


def by_key(items: list[Any], node: ListNode) -> dict[bytes, Any]:
    keys = [item.get(node.key) if isinstance(item, dict) else None for item in items]
    found = {canonical(key): item for key, item in zip(keys, items, strict=True) if not isinstance(key, dict | list)}
    return found if len(found) == len(items) and b"null" not in found else {}


def node_at(node: Node | None, at: Address) -> Any:
    for part in at:
        if isinstance(part, tuple):
            node = node.item if isinstance(node, ListNode) else None
        else:
            node = node.members.get(part) if isinstance(node, ObjectNode) else None
    return node


def same(one: Any, other: Any) -> bool:
    if one is MISSING or other is MISSING:
        return one is other
    return canonical(one) == canonical(other)


def same_kind(one: Any, other: Any) -> bool:
    return type(one) is type(other) and isinstance(one, dict | list)


def untouched_is_original(s: Any, r: Any, edited: Any, f: Any, profile: Profile) -> None:
    """Where R' holds what R held, and what was around it is still there, F has what S had.

    Fields that say one thing together count as one. A list whose items have no keys counts as a whole.
    """
    tree, together = profile.tree, _together(profile)
    in_s, in_r, in_edited, in_f = (addresses(one, tree) for one in (s, r, edited, f))
    for at, value in in_s.items():
        node = node_at(tree, at)
        if (isinstance(value, dict) and value) or (isinstance(value, list) and getattr(node, "key", None)):
            continue
        parent = at[:-1]
        while parent not in in_r:
            parent = parent[:-1]
        if not same_kind(in_r[parent], in_edited.get(parent, MISSING)) or not same_kind(in_s[parent], in_r[parent]):
            continue
        if isinstance(in_r[parent], list) and not same(in_r[parent], in_edited[parent]):
            # R has no item of that key: another one may have come of it, and been edited
            continue
        if all(same(in_r.get(one, MISSING), in_edited.get(one, MISSING)) for one in (at, *together(at))):
            assert same(in_f.get(at, MISSING), value), f"{at}: untouched, {value!r} came back as {in_f.get(at)!r}"


def _together(profile: Profile) -> Callable[[Address], list[Address]]:
    """Return what finds the addresses of all fields that say one thing together with the field at an address."""
    members = {one: value.fields for one, value in profile.fields() if len(getattr(value, "fields", ())) > 1}

    def found(at: Address) -> list[Address]:
        node = node_at(profile.tree, at)
        if not isinstance(node, LeafNode) or node.field not in members:
            return []
        scope = at[: len(at) - len(node.field.at)]
        return [(*scope, *one.at) for one in members[node.field]]

    return found


def order_is_theirs_or_the_original(s: Any, r: Any, edited: Any, f: Any, profile: Profile) -> None:
    """Items that somebody moved stand as they were moved; where nobody did, items stand as in the original."""
    tree = profile.tree
    in_s, in_r, in_edited, in_f = (addresses(one, tree) for one in (s, r, edited, f))
    for at, value in in_f.items():
        lists = [one.get(at) for one in (in_s, in_r, in_edited)]
        node = node_at(tree, at)
        if (
            not isinstance(node, ListNode)
            or not isinstance(value, list)
            or not all(isinstance(one, list) for one in lists)
        ):
            continue
        keys = [list(by_key(one, node)) for one in (*lists, value)]
        common = set.intersection(*map(set, keys))
        ours, before, after, back = ([key for key in one if key in common] for one in keys)
        assert back == (ours if before == after else after), f"{at}: {before} became {after}, and came back as {back}"


def reports_are_true(trip: Trip) -> None:
    """What is stale was overtaken, what is orphaned lost its parent, and all else that the sidecar holds is there."""
    report = trip.returned.report
    entries = (trip.sidecar or {"entries": []})["entries"]
    for at in [*report.stale, *report.orphaned]:
        assert any((at + "/").startswith(entry["at"] + "/") for entry in entries), f"{at} is in no entry"
    told = [*report.stale, *report.orphaned]
    assert len(set(told)) == len(told), f"{told} says something twice"
    tree = trip.there.source.tree
    edited, back = addresses(trip.r_edited, tree), addresses(trip.f, tree)
    for entry in entries:
        at = tuple(("=", part[1:].encode()) if part.startswith("=") else part for part in parse_pointer(entry["at"]))
        if "value" not in entry or "with" in entry or node_at(tree, at) is None:
            continue
        now = edited.get(at, MISSING)
        if _ambiguous(edited, at, tree) or _ambiguous(back, at, tree):
            continue
        if at[:-1] not in edited:
            assert entry["at"] in report.orphaned, f"{entry['at']} has no parent, and is not orphaned"
        elif same_kind(now, entry["value"]) or same(now, entry["value"]):
            assert entry["at"] not in told
        elif "was" in entry and (now is MISSING or digest(now) != entry["was"]):
            assert entry["at"] in report.stale, f"{entry['at']} was overtaken by {now!r}, and is not stale"
            assert same(back.get(at, MISSING), now)
        elif "was" not in entry and now is not MISSING:
            assert entry["at"] in report.stale, f"{entry['at']} was overtaken by {now!r}, and is not stale"
            assert same(back[at], now)
        else:
            assert entry["at"] not in told, f"{entry['at']} was not overtaken"
            assert same(back.get(at, MISSING), entry["value"]), f"{entry['at']} is neither restored nor reported"


def _ambiguous(found: dict[Address, Any], at: Address, tree: Node) -> bool:
    """Tell whether a list on the way has items without keys of their own."""
    lists = [at[:depth] for depth, part in enumerate(at) if isinstance(part, tuple)]
    return any(found.get(one) and not by_key(found[one], node_at(tree, one)) for one in lists)


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
        trip = Trip(*MUGS, edits)
        try:
            edits_win(trip.s, trip.r, trip.r_edited, naive(trip.s, trip.r_edited), trip.there.source)
        except AssertionError:
            return True
        return False

    trip = Trip(*MUGS)
    assert same(naive(trip.s, trip.r), trip.s)
    assert not refutes([])
    found = find(EDITS, refutes, settings=settings(max_examples=100, database=None))
    assert len(found) == 1
    trip = Trip(*MUGS, found)
    edits_win(trip.s, trip.r, trip.r_edited, trip.f, trip.there.source)


def test_a_snapshot_scrambles_lists_and_resurrects_what_was_deleted() -> None:
    trip = Trip(*MUGS)
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
    assert back_from(trip, b).payload["images"] == [image(2), image(1)]


# -- each kind of edit, once ----------------------------------------------------------------------------------


def back_from(trip: Trip, b: Any) -> Any:
    translation = trip.back(b, restore=trip.sidecar)
    conservation(translation, b)
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
        [image(0), {"url_standard": "new"}, image(1), image(2)],
        [],
        [],
    ),
    ("another order", lambda g: g.reverse(), [image(2), image(1), image(0)], [], []),
    ("an emptied list", lambda g: g.clear(), [], [], ["alternate_text", "sort_order"] * 3),
    (
        "another key",
        lambda g: g[1].update(url="new"),
        [image(0), {"url_standard": "new", "title": "Back"}, image(2)],
        [],
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
    trip = Trip(*MUGS)
    b = trip.arrived
    change(b["mediaGallery"])
    back = back_from(trip, b)
    assert back.payload == {"name": "Mug", "images": images}
    assert [at.rpartition("/")[2] for at in back.report.stale] == stale
    assert [at.rpartition("/")[2] for at in back.report.orphaned] == orphaned
    assert all(at.startswith("/images/=") for at in back.report.orphaned)


def test_a_list_taken_out_whole() -> None:
    trip = Trip(*MUGS)
    b = trip.arrived
    del b["mediaGallery"]
    back = back_from(trip, b)
    assert back.payload == {"name": "Mug"}
    assert len(back.report.orphaned) == 6


def test_a_reduced_value_comes_back_only_while_b_holds_what_was_written() -> None:
    payload = {"name": "Backup", "status": "draft"}
    trip = Trip("commerce-engine/write", "keevault/write", payload)
    assert trip.arrived == {"name": "Backup", "status": "inactive"}
    assert back_from(trip, {"name": "Backup Pro", "status": "inactive"}).payload == {**payload, "name": "Backup Pro"}
    sold = back_from(trip, {"name": "Backup", "status": "active"})
    assert (sold.payload["status"], sold.report.stale) == ("active", ["/status"])
    gone = back_from(trip, {"name": "Backup"})
    assert (gone.payload, gone.report.stale) == ({"name": "Backup"}, ["/status"])


def test_an_amount_and_its_unit_are_one_value() -> None:
    weight = {"weight": 450, "unit": "g"}
    payload = {"product_specification": {"name": "Lamp"}, "product_measurements": {"product_weight": weight}}
    trip = Trip("prosperna/write", "commerce-engine/write", payload)
    assert canonical(trip.arrived["packaging"]) == b'{"pack_dry_weight":0.45}'
    b = trip.arrived
    b["packaging"]["pack_dry_weight"] = 0.5
    back = back_from(trip, b)
    # never half a kilogram in grams: neither 0.5 g, nor 450 kg
    assert back.payload["product_measurements"] == {"product_weight": {"weight": 0.5, "unit": "kg"}}
    assert sorted(back.report.stale) == [
        f"/product_measurements/product_weight/{name}" for name in ("unit", "weight")
    ]


def test_what_b_could_not_hold_joins_what_was_made_there() -> None:
    payload = {"name": "Mug", "seo": {"canonical": "x", "odd": [1]}, "images": [{"sort_order": 1, "odd": 2}]}
    trip = Trip("commerce-engine/write", "axim/write", payload)
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
    conservation(back_again, hub)
    assert back_again.payload == {
        "content": {"product": {"name": "Cup", "status": "draft", "images": [image(2), image(1)]}, "odd": [1]},
        "message": "ok",
    }
