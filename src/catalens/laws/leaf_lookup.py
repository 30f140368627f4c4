"""Places in payloads: which line of a mapping a leaf falls under, and where two payloads differ."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from catalens.account.ledger import Fate
from catalens.envelopes import unwrap
from catalens.mapping.profile import (
    Correspondence,
    Field,
    ListNode,
    MapNode,
    Names,
    Node,
    Place,
    Profile,
    Scope,
    node_at,
)
from catalens.paths import MISSING, Pointer, leaves, pointer_text
from catalens.payloads import dumps
from catalens.returning.shape import item_of, member
from catalens.strategies import changed
from catalens.validate import check_payload

#: leaves of one payload that are taken away, or changed, to see what follows
SAMPLE = 6

#: leaves and their JSON text
Texts = dict[Pointer, bytes]

#: a leaf's place, whichever items of lists it is in, and its JSON text
Leaf = tuple[tuple[str, ...], bytes]


@dataclass(frozen=True)
class Found:
    """The line that a leaf falls under: its fields' places in this payload, and its hub paths."""

    value: Correspondence
    index: int
    places: tuple[Pointer, ...]
    hubs: tuple[Names, ...]
    whole: Pointer
    opaque: bool

    @property
    def field(self) -> Field:
        field = self.value.fields[self.index]
        return field if field.item is None else field.item


#: a correspondence, which of its fields, how long the place of its object is, and the hub path of that
_Line = tuple[Correspondence, int, int, Names]


class Lines:
    """The value lines of a profile, by place."""

    def __init__(self, profile: Profile) -> None:
        self._tree = profile.tree
        self._table: dict[tuple[str | None, ...], _Line] = {}
        #: the same for items that a word marks, each with the place of the word in the item
        self._marked: list[tuple[tuple[str | None, ...], Place, dict[tuple[str | None, ...], _Line]]] = []
        #: hub path -> the normalisations of the codecs that write it
        self.normalises: dict[Names, set[str]] = {}
        #: the items of lists that have a condition
        self._learn(profile.scope, (), ())

    def _learn(self, scope: Scope, at: tuple[str | None, ...], hub: Names) -> None:
        for value in scope.values:
            for index, one in enumerate(value.fields):
                self._table[(*at, *one.at)] = (value, index, len(at), hub)
            for names in value.hub:
                self.normalises.setdefault((*hub, *names), set()).update(value.codec.normalises)
        for each in scope.lists:
            inner = (*at, *each.list.at, None)
            self._learn(each.scope, inner, (*hub, *each.hub))
            for place in each.places:
                table = {
                    (*inner, *one.at): (value, index, len(inner), hub)
                    for value in place.members
                    for index, one in enumerate(value.fields)
                }
                self._marked.append((inner, place, table))
        for pick in scope.picks:
            self._learn(pick.scope, at, (*hub, *pick.hub))

    def find(self, at: Pointer, product: Any) -> Found | None:
        """Return the line of a leaf of a product; None for what the profile does not know."""
        table = self._table
        for inner, place, marked in self._marked:
            here = at[: len(inner)]
            if pattern(here, self._tree) == inner and at_place(product, (*here, *place.key.at)) == place.word:
                table = {**table, **marked}
        for depth in range(len(at), -1, -1):
            found = table.get(pattern(at[:depth], self._tree))
            if found is not None:
                value, index, length, hub = found
                item = value.fields[index].item is not None
                return Found(
                    value,
                    index,
                    tuple((*at[:length], *one.at) for one in value.fields),
                    tuple((*hub, *names) for names in value.hub),
                    at[: depth + item],
                    opaque=len(at) != depth + item,
                )
        return None


def pattern(at: Pointer, tree: Node) -> tuple[str | None, ...]:
    keyed = [isinstance(node_at(tree, at[:depth]), MapNode) for depth in range(len(at))]
    return tuple(None if isinstance(part, int) or is_key else part for part, is_key in zip(at, keyed, strict=True))


@lru_cache(maxsize=256)
def lines_of(profile: Profile) -> Lines:
    return Lines(profile)


def prefix_of(payload: Any, profile: Profile) -> Pointer:
    return () if unwrap(payload, profile) is None else profile.envelope


def product_of(payload: Any, profile: Profile) -> Any:
    return at_place(payload, prefix_of(payload, profile))


def at_place(payload: Any, at: Pointer) -> Any:
    """Return what stands at a place; MISSING where nothing does."""
    for part in at:
        if isinstance(part, int):
            payload = payload[part] if isinstance(payload, list) and part < len(payload) else MISSING
        else:
            payload = payload.get(part, MISSING) if isinstance(payload, dict) else MISSING
    return payload


def order_of(items: list[Any], node: Node | None) -> list[int]:
    """Return the indices of a list's items in the order that they say."""
    order = node.order if isinstance(node, ListNode) else None
    return list(range(len(items))) if order is None else order.of(items)


def wire_place(value: Any, node: Node | None, at: Pointer) -> Pointer:
    """Return where on the wire something stands whose place is counted in the order that lists say."""
    found: Pointer = ()
    for part in at:
        if isinstance(part, int) and isinstance(value, list) and part < len(value):
            part = order_of(value, node)[part]
        value = at_place(value, (part,))
        node = member(node, part) if isinstance(part, str) else item_of(node)
        found = (*found, part)
    return found


def texts_of(payload: Any) -> Texts:
    return {} if payload is MISSING else {at: dumps(value) for at, value in leaves(payload)}


def counts_of(value: Any) -> Counter[Leaf]:
    """Count the leaves that say the same at one place; scalars only, for what is empty may be filled."""
    return Counter(leaf_at(at, leaf) for at, leaf in leaves(value) if not isinstance(leaf, dict | list))


def leaf_at(at: Pointer, value: Any) -> Leaf:
    """Return what a leaf says, and at which place, whichever items of lists it is in."""
    return tuple("*" if isinstance(part, int) else part for part in at), dumps(value)


def item_around(at: Pointer) -> Pointer:
    """Return the place of the innermost item of a list that a place is in; that of the product, if it is in none."""
    return at[: max((depth for depth, part in enumerate(at, 1) if isinstance(part, int)), default=0)]


def shown(leaf: Leaf) -> str:
    return f"{leaf[1].decode()} at {pointer_text(leaf[0])}"


def without_withheld(payload: Any, fates: list[Fate]) -> Any:
    """Return a payload without what its report says was withheld."""
    for fate in fates:
        if fate.code.fate == "withheld":
            payload = changed(payload, fate.source, MISSING)
    return payload


def difference(one: Texts, other: Texts) -> str:
    """Say where two payloads differ first; nothing where they do not."""
    for at in (*one, *other):
        if one.get(at) != other.get(at):
            ours, theirs = (text.get(at, b"nothing").decode() for text in (one, other))
            return f"{theirs} stands at {pointer_text(at) or 'the top'} instead of {ours}"
    return ""


def some(fates: list[Fate]) -> list[Fate]:
    """Return a few, spread over all."""
    return fates[:: max(1, len(fates) // SAMPLE)][:SAMPLE]


def suspect_places(payload: Any, profile: Profile) -> list[Pointer]:
    """Return the leaves that break limits which are weakly sourced: nothing is promised of their way back."""
    prefix = pointer_text(prefix_of(payload, profile))
    advice = {prefix + one.pointer for one in check_payload(product_of(payload, profile), profile)[1]}
    return [at for at, _ in leaves(payload) if pointer_text(at) in advice] if advice else []
