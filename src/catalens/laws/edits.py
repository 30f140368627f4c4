"""The law of edits: what was edited in B is there when the payload comes back, and nothing deleted comes back.

S is the original, R what the way back alone gives, R' the same after B was edited, F what it gives with the sidecar.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from catalens.codecs.numbers import is_number, key_text
from catalens.engine import Translator
from catalens.errors import InvalidSidecar
from catalens.laws.leaf_lookup import Leaf, counts_of, order_of, product_of, shown
from catalens.laws.one_way import accounted, listed
from catalens.laws.round_trips import RoundTrip
from catalens.mapping.profile import Field, LeafNode, ListNode, MapNode, Node, ObjectNode, Profile
from catalens.paths import MISSING, Missing, leaves, parse_pointer, pointer_text
from catalens.payloads import canonical, dumps, identical
from catalens.plan import ObjectPlan
from catalens.returning import digest, is_list_entry
from catalens.returning.entries import look_up
from catalens.returning.shape import Shape, item_of, member, shape_of
from catalens.strategies import Edit, changed

#: names, and the keys of items (``=``, and JSON text)
Address = tuple[Any, ...]
Found = dict[Address, Any]


def editing(there: Translator, back: Translator, payload: Any, edits: Sequence[Edit]) -> None:
    """Edits made in B come back, with all else as it was, and the report says what they overtook."""
    with RoundTrip(there, back, payload, edits) as trip:
        _belongs_to_one_product(trip)
        accounted(trip.returned, trip.arrived)
        edits_win(trip.s, trip.r, trip.r_edited, trip.f, there.source, there.plan, trip.given_back)
        _overtaken_is_told(trip)


def _belongs_to_one_product(trip: RoundTrip) -> None:
    """A sidecar knows what B held of the identity, and is refused where nothing of it is left."""
    if trip.sidecar is None:
        return
    written = product_of(trip.done.payload, trip.there.target)
    held = {pointer_text(at): look_up(written, at) for at in trip.there.target.identity}
    known = trip.sidecar["identity"]
    for at, value in held.items():
        assert at in known or not isinstance(value, str) or not value.strip(), f"the sidecar does not know {at}"
        assert at not in known or identical(known[at], value), f"{at} was {_text(value)}, and the sidecar errs"
    try:
        trip.back(trip.arrived, restore=trip.sidecar)
        is_taken = True
    except InvalidSidecar:
        is_taken = False
    told = "taken" if is_taken else "refused"
    assert is_taken != trip.is_another, f"the sidecar is {told}, and its product is now {trip.identity}"


def edits_win(
    s: Any,
    r: Any,
    edited: Any,
    f: Any,
    profile: Profile,
    plan: ObjectPlan | None = None,
    given_back: Counter[Leaf] | None = None,
) -> None:
    """Hold what came back with the sidecar against the original, and what comes back without it.

    ``plan`` is the way there: fields that arrive as one are edited as one. ``given_back`` are the leaves of R that
    are S's; without it, those that are alike.
    """
    original, before, after, came = (_without_orders(one, profile.tree) for one in (s, r, edited, f))
    _edits_are_there(original, before, after, came, given_back)
    _another_key_is_another_item(original, before, after, came, profile.tree, shape_of(profile, plan))
    _siblings_share(s, r, edited, f, profile)
    _untouched_is_original(s, r, edited, f, profile, shape_of(profile, plan))
    _order_is_theirs_or_the_original(s, r, edited, f, profile)


def _edits_are_there(s: Any, r: Any, edited: Any, f: Any, given_back: Counter[Leaf] | None) -> None:
    """What A and B hold alike is there exactly as often as after the edits; what is reduced, at least as often."""
    in_s, in_r, in_edited, in_f = map(counts_of, (s, r, edited, f))
    for leaf in in_s.keys() | in_r.keys() | in_edited.keys() | in_f.keys():
        before, after, came = in_r[leaf], in_edited[leaf], in_f[leaf]
        told = f"{shown(leaf)}: {before} before the edits, {after} after them, {came} came back"
        if in_s[leaf] == before and (given_back is None or given_back[leaf] == before):
            assert came == after, told
        assert came >= after - before, told


def _another_key_is_another_item(s: Any, r: Any, edited: Any, f: Any, node: Node, shape: Shape) -> None:
    """Items of keys that were not there before the edits come back as they were made, with nothing of other items."""
    if isinstance(node, ObjectNode):
        for name, child in node.members.items():
            in_s, in_r, in_edited, in_f = (look_up(one, (name,)) for one in (s, r, edited, f))
            _another_key_is_another_item(in_s, in_r, in_edited, in_f, child, shape)
    elif isinstance(node, MapNode) and isinstance(edited, dict):
        for name, made in edited.items():
            in_s, in_r, in_f = (look_up(one, (name,)) for one in (s, r, f))
            if in_s is MISSING and in_r is MISSING:
                came = identical(made, in_f)
                assert came, f"the entry {name!r} was made in the target, and came back with something of another one"
            else:
                _another_key_is_another_item(in_s, in_r, made, in_f, node.entry, shape)
    elif isinstance(node, ListNode) and isinstance(edited, list) and edited:
        own, there = node.key, shape.target_keys.get(node.list)
        places = [(own,) if own else None, None if there is None else tuple(parse_pointer(there))]
        known = [{_key_at(item, at) for one in (s, r) if isinstance(one, list) for item in one} for at in places]
        for item in edited:
            keys = [_key_at(item, at) for at in places]
            if any(keys) and not any(key in there for key, there in zip(keys, known, strict=True) if key):
                came = isinstance(f, list) and any(identical(item, one) for one in f)
                assert came, f"{_text(item)} was made in the target, and came back with something of another item"


def _key_at(item: Any, at: tuple[str, ...] | None) -> bytes:
    """Return the text of an item's key; nothing where it has none."""
    value = None if at is None else look_up(item, at)
    return b"" if value is None or isinstance(value, dict | list | Missing) else _key_text(value)


def _siblings_share(s: Any, r: Any, edited: Any, f: Any, profile: Profile) -> None:
    """What lists that exchange items hold together is there as often as after the edits, whichever list it is in."""
    shape = shape_of(profile)
    in_s, in_r, in_edited, in_f = (Counter(_shared(one, profile.tree, shape, None)) for one in (s, r, edited, f))
    for leaf in in_s.keys() | in_r.keys() | in_edited.keys() | in_f.keys():
        after, came = in_edited[leaf], in_f[leaf]
        if in_s[leaf] == in_r[leaf]:
            assert came == after, f"{shown(leaf)} and lists beside it: {after} after the edits, {came} came back"


def _shared(value: Any, node: Node, shape: Shape, owner: Field | None, at: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """Yield the scalars in sibling lists, by the first of these lists: fields have other names in each of them."""
    for siblings in shape.siblings.get(owner, ()):
        for each in siblings:
            found = leaves(look_up(value, each.list.at))
            together = (*at, *siblings[0].list.at)
            # 5.0 and 5 are one number in either list
            yield from (
                (together, _key_text(leaf)) for _, leaf in found if not isinstance(leaf, dict | list | Missing)
            )
    yield from _shared_below(value, node, shape, at)


def _shared_below(value: Any, node: Node, shape: Shape, at: tuple[str, ...]) -> Iterator[Leaf]:
    if isinstance(node, ObjectNode) and isinstance(value, dict):
        for name in value.keys() & node.members.keys():
            yield from _shared_below(value[name], node.members[name], shape, (*at, name))
    elif isinstance(node, ListNode) and isinstance(value, list):
        for item in value:
            yield from _shared(item, node.item, shape, node.list, (*at, "*"))
    elif isinstance(node, MapNode) and isinstance(value, dict):
        for entry in value.values():
            yield from _shared(entry, node.entry, shape, node.map, (*at, "*"))


# -- by address -----------------------------------------------------------------------------------------------


def _addresses(value: Any, node: Node | None, at: Address = ()) -> Found:
    """Return all that has an address; the items of a list have one if each has a key of its own."""
    found: Found = {at: value}
    if isinstance(value, dict):
        for name, child in value.items():
            found |= _addresses(child, member(node, name), (*at, name))
    elif isinstance(value, list) and isinstance(node, ListNode):
        for key, item in _by_key(value, node).items():
            found |= _addresses(item, node.item, (*at, ("=", key)))
    return found


def _by_key(items: list[Any], node: ListNode) -> dict[bytes, Any]:
    keys: list[Any] = [item.get(node.key) if isinstance(item, dict) else None for item in items]
    pairs = [pair for pair in zip(keys, items, strict=True) if not isinstance(pair[0], dict | list)]
    found = {_key_text(key): item for key, item in pairs}
    return found if len(found) == len(items) and b"null" not in found else {}


def _key_text(key: Any) -> bytes:
    # 5.0 and 5 are one key
    return key_text(key).encode() if is_number(key) else canonical(key)


def _node_at(node: Node | None, at: Address) -> Any:
    for part in at:
        if isinstance(part, tuple):
            node = node.item if isinstance(node, ListNode) else None
        else:
            node = member(node, part)
    return node


def _spelled(at: Address) -> str:
    """Spell an address as a sidecar does."""
    return pointer_text("=" + part[1].decode() if isinstance(part, tuple) else part for part in at)


def _text(value: Any) -> str:
    return "nothing" if value is MISSING else dumps(value).decode()


def _same_kind(one: Any, other: Any) -> bool:
    return type(one) is type(other) and isinstance(one, dict | list)


# -- what nobody touched --------------------------------------------------------------------------------------


def _untouched_is_original(s: Any, r: Any, edited: Any, f: Any, profile: Profile, shape: Shape) -> None:
    """Where R' holds what R held, and what was around it is still there, F has what S had.

    Fields that say one thing together count as one. A list whose items have no keys counts as a whole.
    """
    tree, together, siblings = profile.tree, _together(profile, shape), _sibling_places(profile)
    in_s, in_r, in_edited, in_f = (_addresses(one, tree) for one in (s, r, edited, f))
    for at, value in in_s.items():
        node = _node_at(tree, at)
        in_parts = (isinstance(value, dict) and value) or (
            isinstance(value, list) and isinstance(node, ListNode) and node.key
        )
        if in_parts or not _still_around(at, in_s, in_r, in_edited, siblings):
            continue
        if _is_ordered_anew(at, in_r, in_edited, tree):
            continue
        if all(identical(in_r.get(one, MISSING), in_edited.get(one, MISSING)) for one in (at, *together(at))):
            came = in_f.get(at, MISSING)
            assert identical(came, value), f"{_spelled(at)}: untouched, {_text(value)} came back as {_text(came)}"


def _sibling_places(profile: Profile) -> Callable[[Address], list[Address]]:
    """Return what finds the addresses of the lists that may have exchanged items with those that an address is in."""
    found = {
        one.list: [each.list for each in siblings]
        for groups in shape_of(profile).siblings.values()
        for siblings in groups
        for one in siblings
    }

    def places(at: Address) -> list[Address]:
        lists = [at[:depth] for depth, part in enumerate(at) if isinstance(part, tuple)]
        # the address may be that of a list without keys, which counts as a whole
        nodes = [(one, _node_at(profile.tree, one)) for one in (*lists, at)]
        return [
            (*one[: len(one) - len(node.list.at)], *each.at)
            for one, node in nodes
            if isinstance(node, ListNode)
            for each in found.get(node.list, ())
        ]

    return places


def _still_around(
    at: Address, in_s: Found, in_r: Found, in_edited: Found, siblings: Callable[[Address], list[Address]]
) -> bool:
    """Tell whether the edits left what an address stands in, as far as R has it."""
    whole = isinstance(in_s.get(at), list)
    if (whole or at[:-1] not in in_r) and not all(
        identical(in_r.get(one, MISSING), in_edited.get(one, MISSING)) for one in siblings(at)
    ):
        # R may have the item in a list beside it, where it was edited
        return False
    parent = at[:-1]
    while parent not in in_r:
        parent = parent[:-1]
    before, after = in_r[parent], in_edited.get(parent, MISSING)
    if not _same_kind(before, after) or not _same_kind(in_s[parent], before):
        return False
    # R has no item of that key: another one may have come of it, and been edited
    return isinstance(before, dict) or identical(before, after)


def _together(profile: Profile, shape: Shape) -> Callable[[Address], list[Address]]:
    """Return what finds the addresses of all fields that say one thing together with the field at an address."""
    members = shape.groups

    def found(at: Address) -> list[Address]:
        node = _node_at(profile.tree, at)
        if not isinstance(node, LeafNode) or node.field not in members:
            return []
        scope = at[: len(at) - len(node.field.at)]
        return [(*scope, *one.at) for one in members[node.field]]

    return found


def _order_is_theirs_or_the_original(s: Any, r: Any, edited: Any, f: Any, profile: Profile) -> None:
    """Items that somebody moved stand as they were moved; where nobody did, items stand as in the original."""
    tree = profile.tree
    in_s, in_r, in_edited, in_f = (_addresses(one, tree) for one in (s, r, edited, f))
    for at in in_f:
        lists = [one.get(at) for one in (in_s, in_r, in_edited, in_f)]
        node = _node_at(tree, at)
        if not isinstance(node, ListNode) or not all(isinstance(one, list) for one in lists):
            continue
        keys = [list(_by_key(_in_order(one, node), node)) for one in lists if isinstance(one, list)]
        common = set.intersection(*map(set, keys))
        ours, before, after, back = ([key for key in one if key in common] for one in keys)
        told = f"{_spelled(at)}: {before} became {after}, and came back as {back}"
        assert back == (ours if before == after else after), told


def _in_order(items: list[Any], node: Node) -> list[Any]:
    """Return a list's items in the order that they say."""
    return [items[index] for index in order_of(items, node)]


def _without_orders(value: Any, node: Node | None) -> Any:
    """Leave out what says the order of lists: after edits it is written anew."""
    if isinstance(value, dict):
        return {name: _without_orders(child, member(node, name)) for name, child in value.items()}
    if isinstance(value, list):
        at = node.order.field.at if isinstance(node, ListNode) and node.order is not None else None
        said = [at is not None and look_up(item, at) is not MISSING for item in value]
        items = [changed(item, at or (), MISSING) if says else item for item, says in zip(value, said, strict=True)]
        return [_without_orders(item, item_of(node)) for item in items]
    return value


def _order_at(at: Address, tree: Node) -> tuple[str, ...] | None:
    """Return where an item says the order of its list; None where the address is of no such item."""
    node = _node_at(tree, at[:-1]) if at and isinstance(at[-1], tuple) else None
    return node.order.field.at if isinstance(node, ListNode) and node.order is not None else None


def _is_ordered_anew(at: Address, in_r: Found, in_edited: Found, tree: Node) -> bool:
    """Tell whether a field says the order of a list in which items have been moved, or have come."""
    depth = max((depth for depth, part in enumerate(at) if isinstance(part, tuple)), default=None)
    node = None if depth is None else _node_at(tree, at[:depth])
    if depth is None or not isinstance(node, ListNode) or node.order is None:
        return False
    before, after = (list(_by_key(one.get(at[:depth]) or [], node)) for one in (in_r, in_edited))
    stayed = [key for key in before if key in after]
    return at[depth + 1 :] == node.order.field.at and after != stayed


# -- what the report says of them -----------------------------------------------------------------------------


def _overtaken_is_told(trip: RoundTrip) -> None:
    """What is stale was overtaken, what is orphaned lost its parent, and all else that the sidecar holds is there."""
    report = trip.returned.report
    identity = trip.edited_identity
    assert set(identity) <= set(report.stale), f"of {listed(identity)}, edited, not all is told"
    told = [*report.stale, *report.orphaned]
    for place in told:
        if place in identity:
            continue
        held = any((place + "/").startswith(entry["at"] + "/") for entry in trip.entries)
        assert held, f"{place} is reported overtaken, and is in no entry"
    assert len(set(told)) == len(told), f"{listed(at for at in told if told.count(at) > 1)} is reported twice"
    tree = trip.there.source.tree
    edited, back = _addresses(trip.r_edited, tree), _addresses(trip.f, tree)
    keys = _restored_keys(trip.entries, edited)
    lists = [f"{entry['at']}/" for entry in trip.entries if is_list_entry(entry)]
    for entry in trip.entries:
        at = _address(entry["at"])
        # what holds lists is made and goes with their items
        in_parts = any(one.startswith(f"{entry['at']}/") for one in lists)
        if (
            entry["at"] in identity
            or "value" not in entry
            or "with" in entry
            or in_parts
            or _node_at(tree, at) is None
        ):
            continue
        home = _under_restored_keys(at, keys)
        if not _ambiguous(edited, at, tree) and not _ambiguous(back, home, tree):
            if _is_ordered_anew(at, _addresses(trip.r, tree), edited, tree):
                continue
            parent = _parent(at, trip.entries, edited)
            now, came = edited.get(at, MISSING), back.get(home, MISSING)
            order = _order_at(at, tree)
            if order is not None and f"{entry['at']}{pointer_text(order)}" in told:
                # an item that is given back whole is numbered anew with the others
                entry, came = (
                    {**entry, "value": changed(entry["value"], order, MISSING)},
                    changed(came, order, MISSING),
                )
            _entry_is_told(entry, parent, now, came, report)


def _entry_is_told(entry: dict[str, Any], parent: Any, now: Any, came: Any, report: Any) -> None:
    """Hold one entry against what stands around and at its place after the edits, and what came back."""
    at, value = entry["at"], entry["value"]
    overtaken = _is_overtaken(entry, now)
    if parent is None or parent is MISSING:
        assert at in report.orphaned, f"{at} has no parent, and is not orphaned"
    elif not isinstance(parent, dict | list):
        assert at in report.stale, f"{_text(parent)} has overtaken what {at} stands in, and it is not stale"
    elif _same_kind(now, value) or identical(now, value):
        assert at not in (*report.stale, *report.orphaned), f"{at} holds {_text(now)} already, and is not restored"
    elif overtaken:
        assert at in report.stale, f"{at} was overtaken by {_text(now)}, and is not stale"
        assert identical(came, now), f"{at} was overtaken by {_text(now)}, and came back as {_text(came)}"
    else:
        assert at not in (*report.stale, *report.orphaned), f"{at} was not overtaken, and is not restored"
        assert identical(came, value), f"{at} is neither restored nor reported"


def _parent(at: Address, entries: list[dict[str, Any]], edited: Found) -> Any:
    """Return what an entry's place stands in after the edits, or what stands where that should be.

    What the sidecar itself makes for an entry is as good as there.
    """
    made = [(one, _address(one["at"])) for one in entries if isinstance(one.get("value"), dict | list)]
    makes = {place for one, place in made if not _is_overtaken(one, edited.get(place, MISSING))}
    parent = at[:-1]
    while parent in makes:
        parent = parent[:-1]
    if parent in edited:
        return edited[parent]
    while parent not in edited:
        parent = parent[:-1]
    return MISSING if isinstance(edited[parent], dict | list) else edited[parent]


def _is_overtaken(entry: dict[str, Any], now: Any) -> bool:
    """Tell whether something else stands at an entry's place than did when it was made."""
    if "was" in entry:
        return now is MISSING or digest(now) != entry["was"]
    return now is not MISSING


def _restored_keys(entries: list[dict[str, Any]], edited: Found) -> dict[Address, Any]:
    """Return the items that get a key back, each with that key."""
    lists = {_address(one["at"]): one["key"] for one in entries if is_list_entry(one) and "key" in one}
    places = [(one, _address(one["at"])) for one in entries if "value" in one]
    return {
        at[:-1]: one["value"]
        for one, at in places
        if lists.get(at[:-2]) == at[-1] and not _is_overtaken(one, edited.get(at, MISSING))
    }


def _under_restored_keys(at: Address, keys: dict[Address, Any]) -> Address:
    """Return an address with each item in it under the key that it gets back."""
    found: Address = ()
    for depth, part in enumerate(at, 1):
        found = (*found, ("=", _key_text(keys[at[:depth]])) if at[:depth] in keys else part)
    return found


def _address(pointer: str) -> Address:
    return tuple(("=", part[1:].encode()) if part.startswith("=") else part for part in parse_pointer(pointer))


def _ambiguous(found: Found, at: Address, tree: Node) -> bool:
    """Tell whether a list on the way has items without keys of their own."""
    lists = [at[:depth] for depth, part in enumerate(at) if isinstance(part, tuple)]
    return any(found.get(one) and not _by_key(found[one], _node_at(tree, one)) for one in lists)
