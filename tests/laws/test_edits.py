"""Law 5: what was edited in B is there when the payload comes back, and nothing that was deleted is.

S is the original, R what the way back alone gives, R' the same after B was edited, F what it gives with the sidecar.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from catalens.complement import digest
from catalens.laws import Pair
from catalens.formats import registry
from catalens.mapping.profile import LeafNode, ListNode, Node, ObjectNode
from catalens.paths import MISSING, Pointer, leaves, parse_pointer
from catalens.payloads import canonical
from hypothesis import given
from hypothesis import strategies as st

from tests.laws.edits import EDITS
from tests.laws.trips import PAIRS, Trip, conservation, counts

#: names, and keys of items as their JSON text
Address = tuple[Any, ...]


def edits_win(trip: Trip) -> None:
    """Hold F against S, R and R'."""
    conservation(trip.returned, trip.arrived)
    _edits_are_there(trip)
    _untouched_is_original(trip)
    _reports_are_true(trip)


def _edits_are_there(trip: Trip) -> None:
    s, r, edited, f = (counts(one) for one in (trip.s, trip.r, trip.r_edited, trip.f))
    for leaf in s.keys() | r.keys() | edited.keys() | f.keys():
        if s[leaf] == r[leaf]:
            assert f[leaf] == edited[leaf], f"{leaf}: carried, {edited[leaf]} after the edits, {f[leaf]} came back"
        assert f[leaf] >= edited[leaf] - r[leaf], f"{leaf}: edited to {edited[leaf]} from {r[leaf]}, {f[leaf]} came back"


# -- by address -----------------------------------------------------------------------------------------------


def addresses(value: Any, node: Node | None, at: Address = ()) -> dict[Address, Any]:
    """Return all that has an address: leaves, containers, and lists whose items have no keys, whole."""
    found: dict[Address, Any] = {at: value}
    if isinstance(value, dict):
        for name, child in value.items():
            inner = node.members.get(name) if isinstance(node, ObjectNode) else None
            found |= addresses(child, inner, (*at, name))
    elif isinstance(value, list) and isinstance(node, ListNode):
        for key, item in _keyed(value, node).items():
            found |= addresses(item, node.item, (*at, ("=", key)))
    return found


def _keyed(items: list[Any], node: ListNode) -> dict[bytes, Any]:
    """Return the items of a list by key; none unless each of them has one of its own."""
    keys = [item.get(node.key) if isinstance(item, dict) else None for item in items]
    found = {canonical(key): item for key, item in zip(keys, items, strict=True) if not isinstance(key, dict | list)}
    return found if len(found) == len(items) and b"null" not in found else {}


def _untouched_is_original(trip: Trip) -> None:
    tree, groups = trip.there.source.tree, _groups(trip)
    s, r, edited, f = (addresses(one, tree) for one in (trip.s, trip.r, trip.r_edited, trip.f))
    for at, value in s.items():
        if isinstance(value, dict) and value or _is_keyed(tree, at, value):
            continue
        parent = at[:-1]
        while parent not in r:
            parent = parent[:-1]
        if not _same_kind(r[parent], edited.get(parent, MISSING)) or not _same_kind(s[parent], r[parent]):
            continue
        if isinstance(r[parent], list) and not _same(r[parent], edited[parent]):
            # an item that R does not have under this key: another one may have come of it
            continue
        together = [at, *groups(at)]
        if all(_same(r.get(one, MISSING), edited.get(one, MISSING)) for one in together):
            assert _same(f.get(at, MISSING), value), f"{at}: untouched, {value!r} came back as {f.get(at, MISSING)!r}"


def _is_keyed(tree: Node, at: Address, value: Any) -> bool:
    """Tell whether a value is a list that goes item by item."""
    return isinstance(value, list) and isinstance(_node(tree, at), ListNode) and _node(tree, at).key is not None


def _node(node: Node | None, at: Address) -> Any:
    for part in at:
        if isinstance(part, tuple):
            node = node.item if isinstance(node, ListNode) else None
        else:
            node = node.members.get(part) if isinstance(node, ObjectNode) else None
    return node


def _same_kind(one: Any, other: Any) -> bool:
    return isinstance(one, dict) and isinstance(other, dict) or isinstance(one, list) and isinstance(other, list)


def _same(one: Any, other: Any) -> bool:
    if one is MISSING or other is MISSING:
        return one is other
    return canonical(one) == canonical(other)


def _groups(trip: Trip) -> Any:
    """Return what finds the addresses of the fields that say one thing together with the field at an address."""
    members = {
        one: value.fields
        for one, value in trip.there.source.fields()
        if len(getattr(value, "fields", ())) > 1
    }
    tree = trip.there.source.tree

    def found(at: Address) -> list[Address]:
        node = _node(tree, at)
        if not isinstance(node, LeafNode) or node.field not in members:
            return []
        scope = at[: len(at) - len(node.field.at)]
        return [(*scope, *one.at) for one in members[node.field]]

    return found


def _reports_are_true(trip: Trip) -> None:
    """What is stale was overtaken, what is orphaned lost its parent; all else that the sidecar holds is there."""
    report = trip.returned.report
    places = [entry["at"] for entry in (trip.sidecar or {"entries": []})["entries"]]
    for at in [*report.stale, *report.orphaned]:
        assert any((at + "/").startswith(place + "/") for place in places), f"{at} is in no entry"
    assert len(set(report.stale)) == len(report.stale)
    assert not set(report.stale) & set(report.orphaned)
    edited = addresses(trip.r_edited, trip.there.source.tree)
    back = addresses(trip.f, trip.there.source.tree)
    for entry in (trip.sidecar or {"entries": []})["entries"]:
        parts = parse_pointer(entry["at"])
        at = tuple(("=", part[1:].encode()) if part.startswith("=") else part for part in parts)
        if "value" not in entry or "with" in entry or _node(trip.there.source.tree, at) is None:
            continue
        now = edited.get(at, MISSING)
        if isinstance(now, dict | list) and type(now) is type(entry["value"]):
            continue
        if any(isinstance(edited.get(at[:depth]), list) and at[: depth + 1] not in edited for depth in range(len(at))):
            # deleted, or one of several with that key
            continue
        if now is MISSING and at[:-1] not in edited:
            assert entry["at"] in report.orphaned, f"{entry['at']} has no parent, and is not orphaned"
        elif _same(now, entry["value"]):
            assert entry["at"] not in report.stale
        elif "was" in entry and (now is MISSING or digest(now) != entry["was"]) or ("was" not in entry and now is not MISSING):
            assert entry["at"] in report.stale, f"{entry['at']} was overtaken by {now!r}, and is not stale"
            assert _same(back.get(at, MISSING), now)
