"""What a profile says of the shape that a complement is made in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from catalens.mapping.profile import (
    Field,
    LeafNode,
    ListCorrespondence,
    ListNode,
    MapNode,
    Names,
    Node,
    ObjectNode,
    Profile,
    Scope,
)
from catalens.paths import pointer_text
from catalens.plan import Landing, ListFeed, ObjectPlan

#: lists of one product or list item whose items meet in one hub list, and so may change places on the way
Siblings = tuple[ListCorrespondence, ...]


@dataclass(frozen=True)
class Shape:
    """What belongs together in payloads of a profile."""

    #: a field -> all fields that say one thing together with it
    groups: Mapping[Field, tuple[Field, ...]]
    #: list -> members of its items that all rows make up together on the way there
    gathered: Mapping[Field, tuple[str, ...]]
    #: list -> lists in its items that are joined on the way there, where items arrive as one
    joined: Mapping[Field, tuple[Names, ...]]
    #: the list in whose items they stand, or None for the product -> sibling lists
    siblings: Mapping[Field | None, tuple[Siblings, ...]]
    #: a list -> where, in an item, that stands which the target knows its items by
    target_keys: Mapping[Field, str]


@lru_cache(maxsize=256)
def shape_of(profile: Profile, plan: ObjectPlan | None = None) -> Shape:
    """Return what belongs together in a profile, and on the way that a plan describes."""
    groups = dict(_grouped(profile.scope))
    if plan is not None:
        groups |= {one: fields for fields in _merged(plan) for one in fields}
    gathered = {} if plan is None else dict(_gathered(plan))
    joined = {} if plan is None else dict(_joined(plan))
    target_keys = {} if plan is None else dict(_target_keys(plan))
    return Shape(groups, gathered, joined, dict(_siblings(profile.scope, None)), target_keys)


def _gathered(plan: ObjectPlan) -> Iterator[tuple[Field, tuple[str, ...]]]:
    for feed in (feed for route in plan.routes for feed in route.feeds if isinstance(feed, ListFeed)):
        if feed.choice is not None:
            yield feed.source.list, tuple(unit.source_fields[0].at[0] for unit, _ in feed.choice.gathered)
        for landing in feed.landings:
            yield from _gathered(landing.plan)


def _joined(plan: ObjectPlan) -> Iterator[tuple[Field, tuple[Names, ...]]]:
    for feed in (feed for route in plan.routes for feed in route.feeds if isinstance(feed, ListFeed)):
        plans = [landing.plan for landing in feed.landings if landing.joins]
        inner = (each for one in plans for route in one.routes for each in route.feeds if isinstance(each, ListFeed))
        if plans:
            yield feed.source.list, tuple(dict.fromkeys(each.source.list.at for each in inner))
        for landing in feed.landings:
            yield from _joined(landing.plan)


def _grouped(scope: Scope) -> Iterator[tuple[Field, tuple[Field, ...]]]:
    for value in scope.values:
        if len(value.fields) > 1:
            yield from ((one, value.fields) for one in value.fields)
    for inner in (*(each.scope for each in scope.lists), *(pick.scope for pick in scope.picks)):
        yield from _grouped(inner)


def _merged(plan: ObjectPlan) -> Iterator[tuple[Field, ...]]:
    """Yield fields that arrive as one (a text and its markup): whoever edits that one edits them all."""
    for unit in plan.units:
        if len(unit.source_fields) > 1 == len(unit.target_fields):
            yield unit.source_fields
    for route in plan.routes:
        for feed in route.feeds:
            for landing in feed.landings if isinstance(feed, ListFeed) else ():
                yield from _merged(landing.plan)


def _target_keys(plan: ObjectPlan) -> Iterator[tuple[Field, str]]:
    """Yield lists whose items the target knows by a key of its own, each with where that stands in an item here."""
    for route in plan.routes:
        for feed in route.feeds:
            if isinstance(feed, ListFeed):
                places = {one.at for landing in feed.landings for one in _key_fields(landing)}
                if len(places) == 1 and feed.source.keys is None and not places & {(), (feed.source.key,)}:
                    yield feed.source.list, pointer_text(*places)
                for landing in feed.landings:
                    yield from _target_keys(landing.plan)


def _key_fields(landing: Landing) -> tuple[Field, ...]:
    """Return the field of an item that becomes the key of the target's, or the whole of it in a list of values."""
    if not isinstance(landing.target, ListCorrespondence):
        return ()
    if landing.target.keys is not None and landing.key is not None:
        return landing.key.source_fields
    key = () if landing.target.key is None else (landing.target.key,)
    for unit in landing.plan.units:
        if unit.out == 0 and len(unit.source_fields) == 1 and any(one.at == key for one in unit.target_fields):
            return tuple(one for one in unit.source_fields if not one.secret)
    return ()


def _siblings(scope: Scope, owner: Field | None) -> Iterator[tuple[Field | None, tuple[Siblings, ...]]]:
    meetings: dict[Any, list[ListCorrespondence]] = {}
    for hub, each in _lists(scope, ()):
        if each.keys is None:
            meetings.setdefault(hub, []).append(each)
        yield from _siblings(each.scope, each.list)
    yield owner, tuple(tuple(found) for found in meetings.values() if len(found) > 1)


def _lists(scope: Scope, above: tuple[Any, ...]) -> Iterator[tuple[Any, ListCorrespondence]]:
    """Yield the lists of a wire object, each with the hub list that its items go to."""
    for each in scope.lists:
        yield (*above, each.hub), each
    for pick in scope.picks:
        # items of kinds that share a place come back in the lists of one of them
        yield from _lists(pick.scope, (*above, pick.hub, None if pick.joins else pick.where))


def member(node: Node | None, name: str) -> Node | None:
    if isinstance(node, MapNode):
        return node.entry
    return node.members.get(name) if isinstance(node, ObjectNode) else None


def item_of(node: Node | None) -> Node | None:
    if isinstance(node, ListNode):
        return node.item
    if isinstance(node, MapNode):
        return node.entry
    return LeafNode(node.field.item) if isinstance(node, LeafNode) and node.field.item else None
