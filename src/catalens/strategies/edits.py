"""Edits that somebody makes in a payload: a value changed or changed back, items and keys that come, go and move.

An edit is a kind and two numbers, which choose the place and the value in whatever payload it meets; so the same
edits can be made in any payload, one behind the other, and an edit that has no place there changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import strategies as st

from catalens.mapping.profile import Field, LeafNode, ListNode, MapNode, Node, ObjectNode, Profile
from catalens.paths import MISSING, Pointer
from catalens.payloads import canonical
from catalens.returning.shape import item_of, member
from catalens.strategies.junk import changed
from catalens.strategies.values import valid_value
from catalens.validate import check_payload

KINDS = (
    "set",
    "revert",
    "delete",
    "insert",
    "repeat",
    "remove",
    "reverse",
    "rotate",
    "empty",
    "rename",
    "replace",
    "identify",
)
#: those that make another thing of one, which is seldom hit upon
TELLING = ("rename", "replace", "identify")
VALUES = ("edited", "Z", "", 7, 12.5, Decimal("3.50"), "12.75", True, False, "true", "2024-02-29T08:00:00", None)
#: names of new entries
KEYS = ("a", "edited", "size", "")
#: what a new field is said to have held before
NO_TEXT = "\x00"


class Edit(NamedTuple):
    """What is done, and the numbers that choose the place and the value."""

    kind: str
    place: int
    value: int

    def __str__(self) -> str:
        return f"{self.kind} at place {self.place}, value {self.value}"


#: a few edits, one behind the other
EDITS = st.lists(
    st.builds(Edit, st.sampled_from((*KINDS, *TELLING)), st.integers(0, 400), st.integers(0, 40)),
    min_size=1,
    max_size=4,
)


def edit_all(product: Any, edits: Sequence[Edit], profile: Profile) -> Any:
    """Make edits in a valid product, each where it leaves the product valid."""
    now = product
    for one in edits:
        now = edit(now, one, profile, before=product)
    return now


def edit(product: Any, one: Edit, profile: Profile, before: Any = MISSING) -> Any:
    """Make one edit; ``before`` is what the edits began with."""
    found = _places(product, profile.tree, ())
    places = (place._replace(identifies=place.at in profile.identity) for place in found)
    choices = [place for place in places if _concerns(one.kind, place)]
    if not choices:
        return product
    place = choices[one.place % len(choices)]
    after = _EDITS[one.kind](product, place, one.value, before)
    return product if after is MISSING or check_payload(after, profile)[0] else after


class _Place(NamedTuple):
    at: Pointer
    value: Any
    node: Node | None
    #: the field that is the key of the items of this list, or of the list that this is an item of
    key: str | None
    #: whether it tells the product from others
    identifies: bool = False
    #: whether it stands under a key that says something
    is_entry: bool = False


def _places(
    value: Any, node: Node | None, at: Pointer, key: str | None = None, is_entry: bool = False
) -> Iterator[_Place]:
    own = node.key if isinstance(node, ListNode) else None
    yield _Place(at, value, node, own if isinstance(value, list) else key, is_entry=is_entry)
    if isinstance(value, dict):
        for name, child in value.items():
            yield from _places(child, member(node, name), (*at, name), is_entry=isinstance(node, MapNode))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _places(child, item_of(node), (*at, index), own)


def _concerns(kind: str, place: _Place) -> bool:
    is_item = bool(place.at) and isinstance(place.at[-1], int)
    is_list = isinstance(place.value, list)
    match kind:
        case "set" | "revert":
            return bool(place.at) and not (isinstance(place.value, dict | list) and place.value)
        case "delete":
            return bool(place.at) and not is_item
        case "insert":
            return is_list or (isinstance(place.node, MapNode) and isinstance(place.value, dict))
        case "rename" if place.is_entry:
            return True
        case "repeat" | "remove":
            return is_item
        case "reverse" | "rotate":
            return is_list and len(place.value) > 1
        case "empty" | "replace":
            return is_list and bool(place.value)
        case "identify":
            return place.identifies
        case _:
            return is_item and place.key is not None and isinstance(place.value, dict) and place.key in place.value


def _candidates(one: Field | None, value: Any) -> list[Any]:
    words = [*(one.enum or ()), *VALUES] if one is not None else list(VALUES)
    own = (
        [value + "!", value[:-1]] if isinstance(value, str) else [value + 1] if type(value) in (int, Decimal) else []
    )
    fitting = [word for word in (*own, *words) if one is None or valid_value(one, word)]
    return [word for word in fitting if canonical(word) != canonical(value)]


def _set(product: Any, place: _Place, number: int, before: Any) -> Any:
    field = place.node.field if isinstance(place.node, LeafNode) else None
    found = _candidates(field, place.value)
    return changed(product, place.at, found[number % len(found)]) if found else MISSING


def _revert(product: Any, place: _Place, number: int, before: Any) -> Any:
    value = before
    for part in place.at:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return MISSING
    return changed(product, place.at, value)


def _insert(product: Any, place: _Place, number: int, before: Any) -> Any:
    if isinstance(place.value, dict):
        name = KEYS[number % len(KEYS)]
        return changed(product, (*place.at, name), _fresh(item_of(place.node), number, None))
    items = list(place.value)
    items.insert(number % (len(items) + 1), _fresh(item_of(place.node), number, None))
    return changed(product, place.at, items)


def _fresh(node: Node | None, number: int, key: str | None) -> Any:
    """Make a new item with a few fields in it, its key among them, where there is one."""
    if isinstance(node, LeafNode):
        found = _candidates(node.field, NO_TEXT)
        return found[number % len(found)] if found else None
    if not isinstance(node, ObjectNode):
        return "edited"
    leaves = [(name, child.field) for name, child in node.members.items() if isinstance(child, LeafNode)]
    made = {}
    for name, field in (*leaves[number % 3 :: 2], *(one for one in leaves if one[0] == key)):
        found = _candidates(field, NO_TEXT)
        if found:
            made[name] = f"{found[0]}{number}" if isinstance(found[0], str) and field.enum is None else found[0]
    return made


def _repeat(product: Any, place: _Place, number: int, before: Any) -> Any:
    items = _around(product, place)
    items.insert(number % (len(items) + 1), place.value)
    return changed(product, place.at[:-1], items)


def _remove(product: Any, place: _Place, number: int, before: Any) -> Any:
    return changed(product, place.at, MISSING)


def _around(product: Any, place: _Place) -> list[Any]:
    """Return the list that an item stands in."""
    for part in place.at[:-1]:
        product = product[part]
    return list(product)


def _reverse(product: Any, place: _Place, number: int, before: Any) -> Any:
    return changed(product, place.at, place.value[::-1])


def _rotate(product: Any, place: _Place, number: int, before: Any) -> Any:
    by = 1 + number % (len(place.value) - 1)
    return changed(product, place.at, place.value[by:] + place.value[:by])


def _empty(product: Any, place: _Place, number: int, before: Any) -> Any:
    return changed(product, place.at, [])


def _replace(product: Any, place: _Place, number: int, before: Any) -> Any:
    """Put as many new items in place of those that are there: the like of them under other keys, if they have any."""
    node = item_of(place.node)
    made = []
    for index, item in enumerate(place.value):
        fresh = _fresh(node, number + index, place.key)
        known = isinstance(item, dict) and isinstance(fresh, dict) and place.key in fresh
        made.append({**item, place.key: fresh[place.key]} if known else fresh)
    return changed(product, place.at, made)


def _rename(product: Any, place: _Place, number: int, before: Any) -> Any:
    if place.is_entry:
        name = KEYS[number % len(KEYS)]
        return changed(changed(product, place.at, MISSING), (*place.at[:-1], name), place.value)
    if place.key is None:
        return MISSING
    node = place.node.members.get(place.key) if isinstance(place.node, ObjectNode) else None
    found = _candidates(node.field if isinstance(node, LeafNode) else None, place.value[place.key])
    return changed(product, (*place.at, place.key), found[number % len(found)]) if found else MISSING


_EDITS = {
    "set": _set,
    "revert": _revert,
    "delete": _remove,
    "insert": _insert,
    "repeat": _repeat,
    "remove": _remove,
    "reverse": _reverse,
    "rotate": _rotate,
    "empty": _empty,
    "rename": _rename,
    "replace": _replace,
    "identify": _set,
}
