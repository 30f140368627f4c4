"""Payloads that bring about what a static loss profile says can happen, built from the plan and its probes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from catalens.carry.needs import holds, unit_carrier
from catalens.carry.sides import Sides
from catalens.carry.values import is_plain
from catalens.explain.sample_values import group_samples, sample_values
from catalens.laws.leaf_lookup import at_place
from catalens.mapping.profile import (
    Correspondence,
    Field,
    LeafNode,
    ListCorrespondence,
    Names,
    Profile,
    Scope,
    wire_tree,
)
from catalens.paths import MISSING
from catalens.plan import Choice, Landing, ListFeed, ObjectPlan, Unit
from catalens.validate import fits

#: a source field and a payload (of the object that the plan is for) in which it has a value
Fragment = tuple[Field | None, Any]

#: an item of which nothing arrives, whatever the target
NOTHING = {"?": 1}


def witnesses(plan: ObjectPlan) -> Iterator[Fragment]:
    """Yield small payloads of the plan's object, each made for one field."""
    for unit in plan.units:
        yield from _unit(unit)
    for value, _ in plan.lost:
        yield from _any(value)
    for value in plan.reads:
        yield from _any(value)
    for each, _ in plan.lost_lists:
        yield from _lost_list(each)
    for route in plan.routes:
        feeds = [feed for feed in route.feeds if isinstance(feed, ListFeed)]
        for feed in feeds:
            yield from _list(feed)
            for other in feeds:
                if other is not feed:
                    # a list that is empty, beside one that fills the target
                    for empty in ([], None):
                        full = place(other.source.list.at, [_full(other.landings[0].plan)])
                        yield feed.source.list, merged(full, place(feed.source.list.at, empty))


def of_other_shapes(profile: Profile) -> Iterator[Fragment]:
    """Yield products with a value of another shape than the profile knows, alone and beside good items."""
    for names in profile.any_shape:
        yield None, place(names, "text")
        for each in profile.scope.wire_lists():
            if each.list.at == names:
                for one, item in _scope(each.scope):
                    yield one, place(names, [item, "text"])


def place(at: Names, value: Any) -> Any:
    """Put a value where a field stands."""
    for name in reversed(at):
        value = {name: value}
    return value


def several(each: ListCorrespondence, items: list[Any]) -> Any:
    """Put items into a list, or under keys into a map."""
    return place(each.list.at, items if each.keys is None else {f"key {n}": one for n, one in enumerate(items)})


def _no_entries(each: ListCorrespondence) -> Iterator[Fragment]:
    """Yield what is no map, and entries of which one value is of no type that the lines say."""
    yield each.list, place(each.list.at, "text")
    yield None, several(each, ["text"])
    yield None, several(each, [{}])
    odd = [(one, value) for one in each.scope.wire_fields() for value in ("text", 5, ["a"]) if not fits(value, one)]
    for one, item in _scope(each.scope):
        for other, value in odd:
            if one is not other:
                yield one, several(each, [merged(item, place(other.at, value))])
            elif isinstance(value, int):
                yield one, several(each, [place(one.at, value)])


def _unit(unit: Unit) -> Iterator[Fragment]:
    if is_plain(unit):
        one = unit.source_fields[0]
        for value in sample_values(one, unit.source[0], unit.target_fields[0], unit.target[0]):
            yield one, place(one.at, value)
        return
    for values in group_samples(unit):
        whole: Any = {}
        for one, value in zip(unit.source_fields, values, strict=True):
            if value is not MISSING:
                whole = merged(whole, place(one.at, value))
        for one, value in zip(unit.source_fields, values, strict=True):
            if value is not MISSING:
                yield one, whole


def _any(value: Correspondence) -> Iterator[Fragment]:
    for one in value.fields:
        candidates = [*(one.enum or ()), "text", 1, True, {"a": 1}, ["a"], *value.codec.examples]
        for candidate in candidates:
            if fits(candidate, one):
                yield one, place(one.at, candidate)
                break


def _lost_list(each: ListCorrespondence) -> Iterator[Fragment]:
    yield each.list, place(each.list.at, [])
    for one, item in _scope(each.scope):
        yield one, several(each, [item])


def _implied(feed: ListFeed, landing: Landing) -> Iterator[Fragment]:
    """Yield items that hold the word that a place implies, or another, behind one of which nothing arrives."""
    for value in landing.plan.reads:
        for word in () if value.hub else value.codec.examples:
            one = value.fields[0]
            for _, item in (each for unit in landing.plan.units for each in _unit(unit)):
                said = merged(item, place(one.at, word))
                yield one, place(feed.source.list.at, [said])
                yield one, place(feed.source.list.at, [NOTHING, said])


def _emptied(feed: ListFeed, landing: Landing) -> Iterator[Fragment]:
    """Yield items whose lists would be joined to one that an item before them empties."""
    for other in feed.landings if landing.joins else ():
        for each in other.plan.scope.lists if other.index == landing.index else ():
            for before in _kinds(feed, other):
                empty = merged(before, place(each.list.at, []))
                for kind in _kinds(feed, landing):
                    for one, item in witnesses(landing.plan):
                        yield one, place(feed.source.list.at, [empty, merged(kind, item)])


def _scope(scope: Scope) -> Iterator[Fragment]:
    for value in scope.values:
        yield from _any(value)
    for each in scope.lists:
        yield from _lost_list(each)
    for pick in scope.picks:
        yield from _scope(pick.scope)


def _list(feed: ListFeed) -> Iterator[Fragment]:
    at = feed.source.list.at
    scalars = isinstance(wire_tree(feed.source.scope), LeafNode)
    held = partial(several, feed.source)
    if feed.source.keys is not None:
        yield from _no_entries(feed.source)
    yield feed.source.list, held([])
    yield feed.source.list, place(at, None)
    for landing in feed.landings:
        if landing.key is not None and landing.key.source_fields[0].at:
            full = merged(_full(landing.plan), _needed(landing)[0])
            for one, item in [(landing.key.source_fields[0], {}), *witnesses(landing.plan)]:
                yield one, held([full, merged(full, item)])
        if landing.choice is not None and not scalars:
            yield from _rows(feed, landing, landing.choice)
        if scalars:
            items = [item for _, item in witnesses(landing.plan)]
            for one in landing.plan.scope.wire_fields():
                yield one, held(items)
                yield one, held(items[::-1])
        for choice in _choices(feed):
            for one, item in witnesses(landing.plan):
                yield one, held([merged(item, choice)])
        kinds = [merged(kind, needed) for kind in _kinds(feed, landing) for needed in _needed(landing)]
        for one, item in witnesses(landing.plan):
            for kind in kinds:
                whole = item if scalars else merged(kind, item)
                if not scalars:
                    yield one, held([merged(item, kind)])
                yield one, held([whole])
                yield one, held([whole, whole])
                if not scalars:
                    yield one, held([NOTHING, whole])
                    yield one, held([_another(feed), whole])
                    yield one, held([merged(NOTHING, kind), whole])
        yield from _implied(feed, landing)
        yield from _emptied(feed, landing)
        if landing.flat is not None:
            none, two = (place(landing.flat.values.at, values) for values in ([], ["text", "text"]))
            yield landing.flat.values, held([merged(_full(landing.plan), none)])
            for one, item in witnesses(landing.plan):
                yield one, held([two, item])
        for word in _words(feed, landing):
            assert feed.kind is not None
            yield feed.kind.fields[0], held([merged(_full(landing.plan), word)])
        for other in feed.landings:
            # an item of another kind before it, which lands elsewhere
            if other is not landing and landing.when and other.when:
                first = merged(merged(_kinds(feed, other)[0], _full(other.plan)), _needed(other)[0])
                second = merged(_kinds(feed, landing)[0], _needed(landing)[0])
                for one, item in witnesses(landing.plan):
                    yield one, held([first, merged(second, item)])
                    yield one, held([merged(second, item), first])
                    yield one, held([first, merged(item, second)])
                    yield one, held([merged(item, second), first])


def _rows(feed: ListFeed, landing: Landing, choice: Choice) -> Iterator[Fragment]:
    """Yield rows of which one stands for all, rows that agree, and rows that make up a value together."""
    at = feed.source.list.at
    words = [place(choice.by.fields[0].at, one) for one in ("a", "b")] if choice.by is not None else [{}, {}]
    full = _full(landing.plan)
    wanted = [] if choice.by is None else [place(choice.by.fields[0].at, choice.by.codec.encode(choice.wanted)[0])]
    for one in feed.source.scope.wire_fields():
        yield one, place(at, [merged(full, word) for word in words])
        yield one, place(at, [merged(full, word) for word in wanted if choice.wanted is not None])
    for unit, _ in choice.gathered:
        values = [value for _, value in _unit(unit)]
        for first in values:
            for second in values:
                yield unit.source_fields[0], place(at, [first, second])


def _choices(feed: ListFeed) -> list[Any]:
    """Return what makes an item one that is no product data, as far as single words decide it."""
    if feed.source.when is None:
        return []
    truths = [True, False]
    fields = feed.source.scope.wire_fields()
    return [
        place(one.at, word) for one in fields for word in one.enum or (truths if one.types == ("boolean",) else [])
    ]


def _full(plan: ObjectPlan) -> Any:
    """Return an item of which something arrives."""
    whole: Any = {}
    for unit in plan.units:
        for _, item in _unit(unit):
            whole = merged(whole, item)
    for feed in (feed for route in plan.routes for feed in route.feeds if isinstance(feed, ListFeed)):
        inner = feed.landings[0]
        if isinstance(wire_tree(feed.source.scope), LeafNode):
            items = [item for _, item in witnesses(inner.plan)]
        else:
            items = [merged(_kinds(feed, inner)[0], _full(inner.plan))]
        whole = merged(whole, several(feed.source, items))
    return whole


def _kinds(feed: ListFeed, landing: Landing) -> list[Any]:
    """Return what says the kind of an item: the kind wanted, one that nobody takes, and none."""
    if feed.kind is None or landing.when is None:
        return [{}]
    wire = feed.kind.codec.encode(landing.when[1])[0]
    return [place(feed.kind.fields[0].at, wire), _another(feed), {}]


def _words(feed: ListFeed, landing: Landing) -> list[Any]:
    """Return all that says the kind of an item of a landing, in the words that its codec knows."""
    if feed.kind is None or landing.when is None:
        return []
    codec, at = feed.kind.codec, feed.kind.fields[0].at
    return [place(at, one) for one in codec.examples if codec.decode(one)[0] == landing.when[1]]


def _needed(landing: Landing) -> list[Any]:
    """Return what makes an item one in the target, and nothing."""
    whole: Any = {}
    if landing.key is not None and landing.key.source_fields[0].at:
        whole = place(landing.key.source_fields[0].at, "key")
    for need in landing.needs:
        for unit, places in need:
            has = holds(unit_carrier(unit, None, Sides()), places)
            fields = unit.source_fields
            given = [item for _, item in _unit(unit) if has(*(at_place(item, one.at) for one in fields))]
            whole = merged(given[0], whole) if given else whole
    return [whole, {}] if whole else [{}]


def _another(feed: ListFeed) -> Any:
    """Return what says that an item is of a kind that nobody takes."""
    return NOTHING if feed.kind is None else place(feed.kind.fields[0].at, "another kind")


def merged(one: Any, other: Any) -> Any:
    """Return an object with the members of both."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return other
    whole = dict(one)
    for name, value in other.items():
        whole[name] = merged(whole[name], value) if name in whole else value
    return whole
