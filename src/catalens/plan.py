"""Compose the scopes of two profiles: what goes where, what has nowhere to go, and which list feeds which.

Everything is decided here that can be decided without a payload. ``out`` numbers name the target objects that one
source object writes to: 0 is its own counterpart, further ones are items of target lists (a plain price that becomes
the first row of a price list).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import jmespath

from catalens.account.codes import LossCode
from catalens.codecs.base import Told
from catalens.codecs.scalars import Constant
from catalens.hub import Rows, rows_of
from catalens.mapping.profile import (
    Correspondence,
    Field,
    ListCorrespondence,
    Names,
    PickCorrespondence,
    Scope,
)
from catalens.paths import MISSING, Where, expressions_in

Feeder = ListCorrespondence | PickCorrespondence


@dataclass(frozen=True, eq=False)
class Unit:
    """Correspondences of both sides that share hub fields, and so can only be carried and measured together."""

    source: tuple[Correspondence, ...]
    target: tuple[Correspondence, ...]
    out: int
    constants: tuple[tuple[Names, Any], ...] = ()

    @property
    def source_fields(self) -> tuple[Field, ...]:
        return tuple(one for each in self.source for one in each.fields)

    @property
    def target_fields(self) -> tuple[Field, ...]:
        return tuple(one for each in self.target for one in each.fields)

    @property
    def rule(self) -> str:
        """Return the name that reports use."""
        return " + ".join(one.rule for one in self.source)

    def rule_of(self, one: Field) -> str:
        """Return the name that reports use for one of the source fields."""
        return next(value.rule for value in self.source if one in value.fields)


@dataclass(frozen=True, eq=False)
class Flat:
    """How the list within an item arrives: each of its values as an item, and nothing else of what holds it."""

    values: Field
    each: ObjectPlan
    rest: ObjectPlan


@dataclass(frozen=True, eq=False)
class Choice:
    """Which row of a source list stands for all of them, where the target has room for one.

    ``by`` says which row one is, and ``wanted`` is the word of the row that is asked for or assumed. ``members`` are
    the names in a row of what the target takes, each with those that only mean something together; rows in which
    the members of ``agree`` are alike can stand for one another. Each unit of ``gathered`` takes a value from all
    rows, in the way that goes with it (see ``hub.Rows``).
    """

    by: Correspondence | None
    wanted: str | None
    asked_for: bool
    members: tuple[tuple[str, ...], ...] = ()
    agree: frozenset[str] = frozenset()
    gathered: tuple[tuple[Unit, str], ...] = ()

    @property
    def beyond(self) -> LossCode:
        """The code of the rows that are not chosen."""
        return LossCode.DROPPED_LIMIT if self.by is None else LossCode.DROPPED_CONDITION


#: units, and the places among each one's target fields of which one has to hold something
Need: TypeAlias = "tuple[tuple[Unit, tuple[int, ...]], ...]"


@dataclass(frozen=True, eq=False)
class Landing:
    """Where items of a source list can go: a target list, or the fields of the target object itself.

    ``when`` is the word that sends an item there; one that is None sends those that have no word. Where there is
    room for one item, and its word does not send it there, ``choice`` says which one it is.
    """

    index: int
    target: Feeder
    plan: ObjectPlan
    when: Where | None
    constants: tuple[tuple[Field, Any], ...]
    returns: bool
    choice: Choice | None = None
    #: what makes an item one, in the target's list or the source's own: units of which one has to write something
    needs: tuple[Need, ...] = ()
    flat: Flat | None = None
    #: what carries the key of an entry, where one side is a map: an entry arrives, and comes back, by its key only
    key: Unit | None = None

    @property
    def into_list(self) -> bool:
        return isinstance(self.target, ListCorrespondence)

    @property
    def joins(self) -> bool:
        """Tell whether several items can land here, whose lists are joined."""
        return isinstance(self.target, PickCorrespondence) and self.target.joins and self.choice is None


@dataclass(frozen=True, eq=False)
class ListFeed:
    """A source list and where its items can land; ``kind`` is the value that decides, if any does."""

    source: ListCorrespondence
    landings: tuple[Landing, ...]
    kind: Correspondence | None
    #: the code of an item whose word no landing is for
    others: LossCode = LossCode.DROPPED_KIND

    @property
    def choice(self) -> Choice | None:
        """Which item it is, where there is one place for one item only."""
        return self.landings[0].choice if len(self.landings) == 1 else None


@dataclass(frozen=True, eq=False)
class ItemFeed:
    """Values of the source object itself that become one item (``out``) of a target list."""

    source: PickCorrespondence
    index: int
    out: int
    constants: tuple[tuple[Field, Any], ...]
    #: what is assumed of the item, such as for whom it is, and the name of the assumption
    context: tuple[tuple[Field, Any], ...] = ()
    assumed: str = ""
    #: what makes the item one: units of which one has to write something
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True, eq=False)
class Route:
    """One hub list: the source lists (and values) that feed it, the target lists that take from it."""

    hub: Names
    out: int
    feeds: tuple[ListFeed | ItemFeed, ...]
    targets: tuple[Feeder, ...]

    @property
    def simple(self) -> bool:
        """Tell whether one list feeds one list, item by item."""
        return (
            len(self.feeds) == 1
            and isinstance(self.feeds[0], ListFeed)
            and len(self.feeds[0].landings) == 1
            and self.feeds[0].landings[0].into_list
            and self.feeds[0].landings[0].when is None
        )


@dataclass(eq=False)
class ObjectPlan:
    """What becomes of one source object, beside the target object that stands for the same."""

    scope: Scope
    target: Scope
    units: list[Unit] = field(default_factory=list)
    lost: list[tuple[Correspondence, LossCode]] = field(default_factory=list)
    lost_lists: list[tuple[ListCorrespondence, LossCode]] = field(default_factory=list)
    reads: list[Correspondence] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)
    outs: int = 1


def compose(
    source: Scope, target: Scope, constant: Where | None = None, condition: Where | None = None
) -> ObjectPlan:
    """Compose two scopes that stand beside the same hub object.

    ``constant`` is a hub value that the source's place implies, ``condition`` one that the target's place implies.
    """
    source, target = _meet(source, target)
    target, source = _meet(target, source)
    plan = ObjectPlan(source, target)
    _compose_into(plan, source, target, 0, constant, condition)
    return plan


def _meet(scope: Scope, other: Scope) -> tuple[Scope, Scope]:
    """Let hub fields that one side has in items of a list be items of that list on the other side, too.

    The other side's values become items that the word of the place marks; places that meet no value are left out.
    """
    taken: list[Correspondence] = []
    picks: list[PickCorrespondence] = []
    lists = []
    for each in scope.lists:
        places = []
        for place in each.places:
            found = [one for one in other.values if len(one.hub) == 1 and one.hub[0] in place.beside]
            if len(found) == len(place.beside) and not any(one in taken for one in found):
                places.append(place)
                taken += found
                picks.append(PickCorrespondence(each.hub, place.where, Scope(found)))
        lists.append(replace(each, places=tuple(places)) if each.places else each)
    if not picks:
        return scope if lists == scope.lists else replace(scope, lists=lists), other
    values = [one for one in other.values if one not in taken]
    return replace(scope, lists=lists), replace(other, values=values, picks=[*other.picks, *picks])


def _compose_into(
    plan: ObjectPlan, source: Scope, target: Scope, out: int, constant: Where | None, condition: Where | None
) -> None:
    _values(plan, source, target, out, constant, condition)
    everything: list[Feeder] = [*source.lists, *source.picks]
    hubs = dict.fromkeys(feeder.hub for feeder in everything)
    for hub in hubs:
        takers = _feeders(target, hub)
        exact = {taker.where for taker in takers}
        # items of a list's own kind stand before those that it takes for want of a better place, and of these the
        # ones that come back before the others
        found = _feeders(source, hub)
        feeders = sorted(found, key=lambda one: _rank(one, found, exact))
        feeds: list[ListFeed | ItemFeed] = []
        taken: dict[int, list[PickCorrespondence]] = {}
        for feeder in feeders:
            if isinstance(feeder, ListCorrespondence):
                feed = _list_feed(feeder, feeders, takers)
                if feed is None:
                    plan.lost_lists.append((feeder, lost_list_code(feeder, bool(takers))))
                else:
                    feeds.append(feed)
            else:
                index = _taker_of(feeder, takers)
                if index is None:
                    _lose_all(plan, feeder.scope)
                elif isinstance(takers[index], PickCorrespondence):
                    taken.setdefault(index, []).append(feeder)
                else:
                    feeds.append(_item(plan, feeder, index, takers[index], out))
        for index, picks in taken.items():
            _join(plan, picks, feeders, takers[index], out)
        if feeds:
            plan.routes.append(Route(hub, out, tuple(feeds), tuple(takers)))


def _rank(feeder: Feeder, feeders: list[Feeder], exact: set[Where | None]) -> int:
    if _mark(feeder) is None or feeder.where in exact:
        return 0
    return 1 if any(where is not None and _comes_back(feeder, feeders, where) for where in exact) else 2


def _feeders(scope: Scope, hub: Names) -> list[Feeder]:
    return [*(each for each in scope.lists if each.hub == hub), *(pick for pick in scope.picks if pick.hub == hub)]


# -- values ---------------------------------------------------------------------------------------------------


def _values(
    plan: ObjectPlan, source: Scope, target: Scope, out: int, constant: Where | None, condition: Where | None
) -> None:
    """Group the correspondences of both sides that are connected by hub fields."""
    waiting = [value for value in source.values if value.hub]
    for value in source.values:
        if not value.hub and value.constant is not None:
            plan.reads.append(_implied(value))
        elif not value.hub:
            plan.lost.append((value, declared_code(value)))
    while waiting:
        first = waiting.pop(0)
        sources, targets = [first], []
        hubs = set(first.hub)
        growing = True
        while growing:
            growing = False
            for value in target.values:
                if value not in targets and hubs & set(value.hub):
                    targets.append(value)
                    hubs |= set(value.hub)
                    growing = True
            for value in list(waiting):
                if hubs & set(value.hub):
                    waiting.remove(value)
                    sources.append(value)
                    hubs |= set(value.hub)
                    growing = True
        if targets:
            sources.sort(key=source.values.index)
            targets.sort(key=target.values.index)
            constants = () if constant is None or (constant[0],) not in hubs else (((constant[0],), constant[1]),)
            plan.units.append(Unit(tuple(sources), tuple(targets), out, constants))
            continue
        for value in sources:
            if condition is not None and value.hub == ((condition[0],),):
                plan.reads.append(value)
            else:
                plan.lost.append((value, lost_code(value)))


def _implied(value: Correspondence) -> Correspondence:
    """Return a value of which the place implies one word: that one only decides, every other is lost as declared."""
    one = value.fields[0]
    others = one.enum or ((f"{value.constant}?",) if isinstance(value.constant, str) else (not value.constant,))
    examples = (*dict.fromkeys((value.constant, *others)), *((None,) if one.nullable else ()))
    return replace(value, codec=Constant(value.constant, declared_code(value), examples))


def declared_code(value: Correspondence) -> LossCode:
    """Return the code of a value that its mapping declares withheld or dropped."""
    return LossCode.withheld(value.withheld) if value.withheld else LossCode.dropped(str(value.dropped))


def lost_code(value: Correspondence) -> LossCode:
    """Return the code of a value that the target has no field for."""
    return LossCode.DROPPED_READONLY if all(one.readonly for one in value.fields) else LossCode.DROPPED_NO_COUNTERPART


def lost_list_code(each: ListCorrespondence, other_kinds: bool = False) -> LossCode:
    """Return the code of a list that the target has no list for, or only some for ``other_kinds`` of items."""
    fields = list(_all_fields(each.scope))
    readonly = each.list.readonly or (bool(fields) and all(one.readonly for one in fields))
    if readonly:
        return LossCode.DROPPED_READONLY
    return LossCode.DROPPED_KIND if other_kinds else LossCode.DROPPED_NO_COUNTERPART


def _all_fields(scope: Scope) -> Iterator[Field]:
    yield from scope.wire_fields()
    for each in scope.wire_lists():
        yield from _all_fields(each.scope)


# -- lists ----------------------------------------------------------------------------------------------------


def _kind(scope: Scope, name: str) -> Correspondence | None:
    return next((value for value in scope.values if value.hub == ((name,),)), None)


def _constants(target: Scope, where: Where | None) -> tuple[tuple[Field, Any], ...]:
    """Return the target fields that say what the place in the source implies, with the values to write."""
    kind = None if where is None else _kind(target, where[0])
    if where is None or kind is None or len(kind.fields) != 1:
        return ()
    written = kind.codec.encode(where[1])[0]
    return () if written is MISSING else ((kind.fields[0], written),)


def _always(target: Feeder) -> tuple[tuple[Field, Any], ...]:
    """Return the target fields that each item of a list is written with, with the values."""
    if not isinstance(target, ListCorrespondence):
        return ()
    return tuple((one.fields[0], one.constant) for one in target.scope.values if one.constant is not None)


def _list_feed(feeder: ListCorrespondence, feeders: list[Feeder], takers: list[Feeder]) -> ListFeed | None:
    """Compose one source list with the target's lists; None where none of them takes its items."""
    landings: list[Landing] = []
    kind = None
    # an item whose word marks its place goes there, and to where all can go only if there is none
    reached = sorted(_takers(feeder, feeders, takers), key=lambda one: bool(feeder.places) and one[0] is None)
    if feeder.keys is not None:
        # there is nowhere to write the key of an entry of which fields of the product are made
        reached = [one for one in reached if isinstance(one[2], ListCorrespondence)]
    if len(reached) == 1 and isinstance(taker := reached[0][2], PickCorrespondence) and _is_choice(feeder, taker):
        return ListFeed(feeder, (_chosen(feeder, taker, reached[0][1]),), None)
    for where, index, taker in reached:
        when = None
        if where is not None and feeder.where is None:
            kind = _kind(feeder.scope, where[0])
            if kind is None and where[1] is not None:
                continue
            when = where if kind is not None else None
        # what an absent word decides is not said by the place: a null that was there does not come back
        implied = where if feeder.where is None and where is not None and where[1] is not None else None
        keys = feeder.keys, taker.keys if isinstance(taker, ListCorrespondence) else None
        composed = _compose_by_key((feeder.item_at(where), taker.scope), keys, feeder.where, implied)
        if composed is None:
            continue
        plan, key = composed
        if where != taker.where:
            # the item becomes one of another kind, so that what said its kind is not kept
            plan.lost += [(value, LossCode.REDUCED_ENUM) for value in plan.reads if value.hub]
            plan.reads = [value for value in plan.reads if not value.hub]
        _say_order(plan, feeder)
        constants = _constants(taker.scope, feeder.where) if taker.where is None else ()
        returns = bool(constants) if taker.where is None else _comes_back(feeder, feeders, taker.where)
        constants = (*constants, *_always(taker))
        comes_back = feeder.where is None or returns
        needs = _needs(feeder, taker, plan)
        landings.append(Landing(index, taker, plan, when, constants, comes_back, needs=needs, key=key))
    if len(landings) == 1:
        landings = [replace(landings[0], flat=_flat(landings[0]))]
    others = lost_list_code(feeder, other_kinds=not feeder.places)
    return ListFeed(feeder, tuple(landings), kind, others) if landings else None


def _compose_by_key(
    scopes: tuple[Scope, Scope],
    keys: tuple[Correspondence | None, Correspondence | None],
    constant: Where | None,
    condition: Where | None,
) -> tuple[ObjectPlan, Unit | None] | None:
    """Compose the items of two lists, and what carries the keys of those that are maps; None where it finds no place.

    On the other side the key is one field of an item, and stands for nothing else.
    """
    if keys == (None, None):
        return compose(*scopes, constant, condition), None
    whole = [
        scope if key is None else replace(scope, values=[key, *scope.values])
        for scope, key in zip(scopes, keys, strict=True)
    ]
    plan = compose(whole[0], whole[1], constant, condition)
    key = next((unit for unit in plan.units if {*keys} & {*unit.source, *unit.target}), None)
    if key is None or not (len(key.source) == len(key.target) == 1):
        return None
    if any(said not in (None, line) for said, line in zip(keys, (*key.source, *key.target), strict=True)):
        return None
    lines = (key.source[0], key.target[0])
    alone = all(len(one.fields) == len(one.hub) == 1 for one in lines)
    if not alone or any(said is None and not line.fields[0].at for said, line in zip(keys, lines, strict=True)):
        return None
    plan.units.remove(key)
    plan.scope, plan.target = (_without(scope, keys) for scope in (plan.scope, plan.target))
    return plan, key


def _without(scope: Scope, lines: Collection[Correspondence | None]) -> Scope:
    return replace(scope, values=[one for one in scope.values if one not in lines])


def _needs(feeder: ListCorrespondence, taker: Feeder, plan: ObjectPlan) -> tuple[Need, ...]:
    """Return what an item needs in a target list; one that lacks what its own list needs is none there either."""
    found = _needs_of(taker, plan.units)
    for at in feeder.needs:
        units = [unit for unit in plan.units if any(one.at == at for one in unit.source_fields)]
        found.append(tuple((unit, tuple(range(len(unit.target_fields)))) for unit in units))
    return tuple(found)


def _needs_of(taker: Feeder, units: list[Unit]) -> list[Need]:
    """Return what an item needs in a target list, of the units that write it."""
    found: list[Need] = []
    for at in taker.needs if isinstance(taker, ListCorrespondence) else ():
        places = [(unit, tuple(i for i, one in enumerate(unit.target_fields) if one.at == at)) for unit in units]
        found.append(tuple((unit, each) for unit, each in places if each))
    return found


def _say_order(plan: ObjectPlan, feeder: ListCorrespondence) -> None:
    """Let what says the order of a list be reduced where it stays behind: the items come in that order."""
    if feeder.order is not None:
        said = [feeder.order.field in value.fields and bool(value.hub) for value, _ in plan.lost]
        plan.lost = [
            (value, LossCode.REDUCED_ORDER if says else code)
            for (value, code), says in zip(plan.lost, said, strict=True)
        ]


def _is_choice(feeder: ListCorrespondence, taker: PickCorrespondence) -> bool:
    """Tell whether a single item is one that stands for all of a list, rather than the one of a kind."""
    where = taker.where
    return where is None or where == feeder.where or where[1] is None or where[0] == rows_of(taker.hub).by


def _chosen(feeder: ListCorrespondence, taker: PickCorrespondence, index: int) -> Landing:
    """Compose a source list with the fields of the target that hold what one row says."""
    rows = rows_of(taker.hub)
    name = rows.by or (taker.where[0] if taker.where is not None else None)
    by = None if name is None or feeder.where is not None else _kind(feeder.scope, name)
    ours, theirs = (each.answers.get(rows.answer or "") for each in (feeder, taker))
    plan = compose(feeder.scope, taker.scope, feeder.where, None if by is None else (str(name), None))
    _say_order(plan, feeder)
    # what a row is asked for rests on is said of its values
    told = (theirs, None) if rows.asked_for else (ours, rows.answer)
    plan.reads = [replace(value, codec=Told(value.codec, *told)) for value in plan.reads]
    answers = {**feeder.answers, **taker.answers}
    gathered = []
    for unit in list(plan.units):
        how = _gathering(rows, unit, answers)
        if how is not None:
            gathered.append((unit, how))
            plan.units.remove(unit)
    members = [tuple(dict.fromkeys(one.at[0] for one in unit.source_fields if one.at)) for unit in plan.units]
    agree = frozenset(
        one.at[0]
        for unit in plan.units
        for value in unit.source
        if any(hub[0] in rows.agree for hub in value.hub)
        for one in value.fields
        if one.at
    )
    choice = Choice(by, theirs or ours, rows.asked_for, tuple(members), agree, tuple(gathered))
    return Landing(index, taker, plan, None, (), True, choice, _needs(feeder, taker, plan))


def _gathering(rows: Rows, unit: Unit, answers: Mapping[str, str]) -> str | None:
    """Return how all rows make up the value of a unit; None where one row's value counts."""
    names = [rows.gathered[hub[0]] for value in unit.source for hub in value.hub if hub[0] in rows.gathered]
    alone = len(unit.source_fields) == len(unit.target_fields) == 1 and len(unit.source_fields[0].at) == 1
    if not names or not alone:
        return None
    return names[0] if names[0] == "sum" else answers.get(names[0], "none")


def _flat(landing: Landing) -> Flat | None:
    """Return how a list within the source's items arrives item by item, where the target's list wants that."""
    target, plan = landing.target, landing.plan
    if not isinstance(target, ListCorrespondence) or target.flattens is None or len(target.scope.values) != 1:
        return None
    inner = next((one for one in plan.scope.values if one.hub == ((target.flattens,),)), None)
    if inner is None or inner.fields[0].item is None:
        return None
    [value] = target.scope.values
    item = Correspondence((inner.fields[0].item,), value.hub, inner.codec)
    each = ObjectPlan(Scope([item]), target.scope, [Unit((item,), (value,), 0)])
    named = [(one, LossCode.DROPPED_CONDITION) for unit in plan.units for one in unit.source]
    lost = [(one, code) for one, code in plan.lost if one is not inner]
    return Flat(
        inner.fields[0], each, ObjectPlan(plan.scope, target.scope, lost=[*lost, *named], lost_lists=plan.lost_lists)
    )


def _takers(
    feeder: ListCorrespondence, feeders: list[Feeder], takers: list[Feeder]
) -> Iterator[tuple[Where | None, int, Feeder]]:
    """Yield what a source list can feed: the kind of the items (None: all), and the taker with its number.

    A taker of the very kind goes before one that takes the kind for want of a better place. The latter counts only
    where the source has a list for the taker's own kind: what cannot come back at all is not sent.
    """
    homes = {one.where for one in feeders} | {where for one in feeders for where in one.takes}
    exact = {taker.where for taker in takers}
    for index, taker in enumerate(takers):
        if feeder.where is None or taker.where in (None, feeder.where):
            yield taker.where, index, taker
    for index, taker in enumerate(takers):
        for where in taker.takes:
            home = None in homes or taker.where in homes
            if home and where not in exact and feeder.where in (None, where):
                exact.add(where)
                yield where, index, taker


def _comes_back(feeder: Feeder, feeders: list[Feeder], where: Where) -> bool:
    """Tell whether items of a kind return to this source list."""
    if feeder.where == where:
        return True
    return where in feeder.takes and all(one.where != where for one in feeders)


def _taker_of(feeder: PickCorrespondence, takers: list[Feeder]) -> int | None:
    """Return the number of what takes values that are one item of a hub list; None where nothing does.

    Lists that stand for one item may go where its kind is taken for want of a better place.
    """
    mark, rows = _mark(feeder), rows_of(feeder.hub)
    for index, taker in enumerate(takers):
        if isinstance(taker, ListCorrespondence) and taker.keys is not None:
            continue
        if taker.where is not None and taker.where != feeder.where and not _unmarked(feeder, taker.where):
            continue
        if mark is None or taker.where is not None or rows.asked_for:
            return index
        if isinstance(taker, ListCorrespondence) and _constants(taker.scope, mark):
            return index
    for index, taker in enumerate(takers):
        if isinstance(taker, PickCorrespondence) and taker.joins and feeder.joins and mark in taker.takes:
            return index
    return None


def _item(plan: ObjectPlan, feeder: PickCorrespondence, index: int, taker: Feeder, out: int) -> ItemFeed:
    """Compose values that make up one item of a target list."""
    mark, rows, item = _mark(feeder), rows_of(feeder.hub), plan.outs
    plan.outs += 1
    there = taker.item_at(mark) if isinstance(taker, ListCorrespondence) else taker.scope
    _compose_into(plan, feeder.scope, there, item, mark, None)
    constants = _constants(taker.scope, mark) if taker.where is None else ()
    said = taker.answers.get(rows.answer or "")
    context = () if rows.asked_for or said is None else _constants(taker.scope, (str(rows.by), said))
    units = [unit for unit in plan.units if unit.out == item]
    needs = tuple(_needs_of(taker, units))
    return ItemFeed(feeder, index, item, (*constants, *_always(taker)), context, rows.answer or "", needs)


def _join(plan: ObjectPlan, picks: list[PickCorrespondence], feeders: list[Feeder], taker: Feeder, out: int) -> None:
    """Compose values of one item or, where there are only lists, of several, whose lists are joined."""
    known = len(plan.routes)
    for number, pick in enumerate(picks):
        before = len(plan.routes)
        _compose_into(plan, pick.scope, taker.scope, out, _mark(pick), None)
        returns = taker.where == pick.where or (taker.where is not None and _comes_back(pick, feeders, taker.where))
        if number or not returns:
            plan.routes[before:] = [_astray(route) for route in plan.routes[before:]]
    joined: dict[Names, Route] = {}
    for route in plan.routes[known:]:
        first = joined.get(route.hub)
        joined[route.hub] = route if first is None else replace(first, feeds=(*first.feeds, *route.feeds))
    if len(picks) > 1:
        plan.routes[known:] = joined.values()


def _astray(route: Route) -> Route:
    """Return a route of whose lists nothing comes back where it was."""
    feeds = [
        replace(feed, landings=tuple(replace(landing, returns=False) for landing in feed.landings))
        if isinstance(feed, ListFeed)
        else feed
        for feed in route.feeds
    ]
    return replace(route, feeds=tuple(feeds))


def _mark(feeder: Feeder) -> Where | None:
    """Return the kind that a place implies for its items; a filter for null implies none."""
    return None if feeder.where is None or feeder.where[1] is None else feeder.where


def _unmarked(feeder: PickCorrespondence, where: Where) -> bool:
    """Tell whether an item made of plain values never says its kind, as a filter for null asks for."""
    return where[1] is None and feeder.where is None and _kind(feeder.scope, where[0]) is None


def deciding_fields(source: ListCorrespondence) -> list[Field]:
    """Return the fields of an item that a list's condition reads."""
    names: set[str] = set()
    nodes = [jmespath.compile(source.when).parsed] if source.when else []
    while nodes:
        node = nodes.pop()
        names |= {node["value"]} if node["type"] == "field" else set()
        nodes += expressions_in(node)
    return [one for value in source.scope.values for one in value.fields if len(one.at) == 1 and one.at[0] in names]


def _lose_all(plan: ObjectPlan, scope: Scope) -> None:
    for value in scope.values:
        plan.lost.append((value, lost_code(value)))
    for each in scope.lists:
        plan.lost_lists.append((each, lost_list_code(each)))
    for pick in scope.picks:
        _lose_all(plan, pick.scope)


def fed_lists(plan: ObjectPlan) -> dict[Field, set[Field]]:
    """Return, for each target list that takes items of source lists, which ones these are."""
    fed: dict[Field, set[Field]] = {}
    for unit in plan.units:
        for theirs in unit.target_fields:
            if theirs.item is not None:
                fed.setdefault(theirs, set()).update(one for one in unit.source_fields if one.item is not None)
    for feed in (feed for route in plan.routes for feed in route.feeds):
        if isinstance(feed, ListFeed):
            for landing in feed.landings:
                if isinstance(landing.target, ListCorrespondence):
                    fed.setdefault(landing.target.list, set()).add(feed.source.list)
                for theirs, ours in fed_lists(landing.plan).items():
                    fed.setdefault(theirs, set()).update(ours)
    return fed
