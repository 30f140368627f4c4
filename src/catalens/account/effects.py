"""What an update does to what the target holds: lists that it may replace, prices that it leaves as they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from typing import Any

from catalens.hub import CHARGED, LISTED, PRICES
from catalens.mapping.profile import Field, LeafNode, ListNode, Profile, Scope, node_at
from catalens.paths import MISSING, Pointer

#: target list -> the source lists whose items it is made of
FedLists = Mapping[Field, Collection[Field]]
#: target pointer -> what it came from, and the source pointers
Origins = Mapping[Pointer, tuple[str, list[Pointer]]]


class Effect(StrEnum):
    """One thing that an update does beside what it says; ``says`` is the wording of reports."""

    says: str

    REPLACES = "replaces", "replaces the list that is there"
    MERGES = "merges", "is merged into the list that is there"
    UNKNOWN = "unknown", "may replace the list that is there"
    LEAVES_CHARGED_PRICE = (
        "leaves-charged-price",
        "what is charged now is not changed",
    )

    def __new__(cls, word: str, says: str) -> Effect:
        self = str.__new__(cls, word)
        self._value_, self.says = word, says
        return self

    @classmethod
    def of(cls, word: str) -> Effect:
        """Return the effect of that name. Raises StopIteration."""
        return next(effect for effect in cls if effect == word)


def effects_of(
    source: Profile, target: Profile, origins: Origins, arrived: Any, fed: FedLists
) -> Iterator[tuple[Pointer, Effect]]:
    """Yield place and effect of lists that the source did not hold as lists, and of list prices that come alone."""
    held: dict[Pointer, bool] = {}
    for at, (origin, sources) in origins.items():
        for place, field in _lists(target, at, arrived):
            listed = origin == "restored" or (origin != "parked" and _stands_in(source, sources, fed.get(field, ())))
            held[place] = held.get(place, False) or listed
    for place, is_held in held.items():
        if not is_held:
            field = dict(_lists(target, place, arrived))[place]
            yield place, Effect.of(field.on_write)
    for place in _uncharged(target.scope, (), arrived, is_price=False):
        yield place, Effect.LEAVES_CHARGED_PRICE


def _lists(profile: Profile, at: Pointer, value: Any) -> Iterator[tuple[Pointer, Field]]:
    """Yield the lists on the way to a place, itself included, that are there and that the profile knows as lists."""
    for depth in range(len(at) + 1):
        node = node_at(profile.tree, at[:depth])
        if isinstance(value, list):
            if isinstance(node, ListNode):
                yield at[:depth], node.list
            elif isinstance(node, LeafNode) and node.field.item is not None and _is_whole(profile, at[:depth]):
                yield at[:depth], node.field
        if depth < len(at):
            value = value[at[depth]]


def _is_whole(profile: Profile, at: Pointer) -> bool:
    """Tell whether a place is that of a field, and not one within it."""
    return not at or node_at(profile.tree, at[:-1]) is not node_at(profile.tree, at)


def _stands_in(source: Profile, places: Collection[Pointer], lists: Collection[Field]) -> bool:
    """Tell whether any of some places in the source stands in one of these lists, or is one that is empty."""
    return any(source.field_at(at[:depth]) in lists for at in places for depth in range(len(at) + 1))


def _uncharged(scope: Scope, at: Pointer, value: Any, is_price: bool) -> Iterator[Pointer]:
    """Yield the places of list prices that were written without what is charged, though the format has both."""
    if is_price:
        yield from ((*at, *one.at) for one in _alone(scope, value))
    for each in scope.lists:
        items = _found(value, each.list)
        for index, item in enumerate(items if isinstance(items, list) else ()):
            yield from _uncharged(each.scope, (*at, *each.list.at, index), item, each.hub == PRICES)
    for pick in scope.picks:
        yield from _uncharged(pick.scope, at, value, pick.hub == PRICES)


def _alone(scope: Scope, value: Any) -> list[Field]:
    """Return the field of the list price, if it was written and the fields of the charged one were not."""
    listed: list[Field] = []
    charged: list[Field] = []
    for line in scope.values:
        if (LISTED,) in line.hub:
            one_each = len(line.fields) == len(line.hub)
            listed += line.fields[line.hub.index((LISTED,)) :][:1] if one_each else line.fields
        if (CHARGED,) in line.hub:
            charged += line.fields
    charged = [one for one in charged if one not in listed]
    written = [one for one in listed if _found(value, one) not in (MISSING, None)]
    alone = bool(charged) and all(_found(value, one) is MISSING for one in charged)
    return written[:1] if alone else []


def _found(value: Any, one: Field) -> Any:
    for name in one.at:
        value = value.get(name, MISSING) if isinstance(value, dict) else MISSING
    return value
