"""What can become of each source field, known without a payload.

What structure decides is read off the plan; what values decide is found by probing: each carrier is run on values
from the field's own types and limits, from the limits of the target's field, and from the codecs' examples. So each
code in the profile has a value that brings it about, and the law of the profile holds the whole to account.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalens.account.codes import REST, LossCode, Severity
from catalens.account.ledger import kept
from catalens.carry.groups import group_carrier, links
from catalens.carry.limits import Codes
from catalens.carry.needs import KEYLESS, is_there, key_units, keyless
from catalens.carry.sides import Sides
from catalens.carry.values import carrier, is_plain, same_codec
from catalens.codecs.base import SAME, Told
from catalens.codecs.numbers import exact_sum, within
from catalens.crosswalk import Ids
from catalens.explain.sample_values import LONGEST, group_samples, sample_values
from catalens.mapping.profile import (
    Correspondence,
    Field,
    LeafNode,
    ListCorrespondence,
    ListNode,
    MapNode,
    Node,
    ObjectNode,
    Profile,
    Scope,
    severity_of,
    wire_tree,
)
from catalens.paths import MISSING, Pointer, Where, leaves, show
from catalens.plan import Choice, Flat, ItemFeed, Landing, ListFeed, ObjectPlan, Route, Unit, deciding_fields
from catalens.validate import fits


@dataclass(frozen=True)
class FieldProfile:
    """What can become of one source field."""

    path: str
    hub: tuple[str, ...]
    targets: tuple[str, ...]
    codec: str
    codes: tuple[LossCode, ...]
    why: str
    severity: Severity = REST
    container: bool = False
    #: the line of the source's mapping, such as ``shop.yaml:41``
    mapping: str | None = None

    @property
    def losses(self) -> tuple[LossCode, ...]:
        """Return the codes that are losses."""
        return tuple(code for code in self.codes if code.is_loss or code.fate == "withheld")

    @property
    def held(self) -> bool:
        """Tell whether the target can hold the field at all."""
        return any(code.fate not in ("dropped", "withheld") and code != LossCode.REDUCED_RANGE for code in self.codes)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "path": self.path,
            "hub": list(self.hub),
            "targets": list(self.targets),
            "codec": self.codec,
            "codes": [code.value for code in self.codes],
            "losses": [code.value for code in self.losses],
            "severity": self.severity,
            "why": self.why,
            "container": self.container,
            **({} if self.mapping is None else {"mapping": self.mapping}),
        }


@dataclass(frozen=True)
class LossProfile:
    """The static losses of a pair of profiles."""

    source: str
    target: str
    fields: list[FieldProfile]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"source": self.source, "target": self.target, "fields": [one.to_dict() for one in self.fields]}


#: how the values of all rows are gathered -> what can befall one of several
GATHERED: Mapping[str, tuple[LossCode, ...]] = {
    "none": (LossCode.DROPPED_CONDITION,),
    "sum": (LossCode.DROPPED_CONDITION, LossCode.REDUCED_LIST),
    "first": (LossCode.DROPPED_LIMIT,),
    "least": (LossCode.DROPPED_CONDITION,),
}


@dataclass
class _Found:
    hub: dict[str, None] = field(default_factory=dict)
    targets: dict[str, None] = field(default_factory=dict)
    codec: dict[str, None] = field(default_factory=dict)
    codes: dict[LossCode, None] = field(default_factory=dict)
    because: str | None = None
    severity: Severity = REST
    container: bool = False


def loss_profile(
    source: Profile, target: Profile, plan: ObjectPlan, crosswalk: Ids | None, sides: Sides
) -> LossProfile:
    """Work out what can become of each field of ``source``."""
    work = _Prober(crosswalk, sides)
    work.object(plan, (), frozenset())
    work.objects(source.tree, "", target.tree if sides.one_format else None)
    work.shapes(source)
    work.words({one.name for one in _texts(source)}, {one.name for one in _texts(target)})
    return _finished(source, target, work.found)


def _texts(profile: Profile) -> Iterator[Field]:
    """Yield the texts whose words are items of a hub list."""
    return (one for one, value in profile.fields() if isinstance(value, Correspondence) and value.words is not None)


def same_profile(source: Profile) -> LossProfile:
    """Return the profile of a translation to the same profile: all is carried but what never leaves."""
    found: dict[str, _Found] = {}
    for one, value in source.fields():
        withheld = value.withheld if isinstance(value, Correspondence) else None
        found[one.name] = _Found(
            hub=dict.fromkeys(_hub_names(value, ())),
            targets={} if withheld else {one.name: None},
            codes={LossCode.withheld(withheld) if withheld else LossCode.CARRIED: None},
            container=isinstance(value, ListCorrespondence),
        )
    return _finished(source, source, found)


def _finished(source: Profile, target: Profile, found: dict[str, _Found]) -> LossProfile:
    lines = {one.name: source.place_of(one) for one, _ in source.fields()}
    severe = {one.name: one.severity for one, _ in source.fields()}
    fields = [
        FieldProfile(
            path,
            tuple(one.hub),
            tuple(one.targets),
            " | ".join(one.codec) or "same",
            _in_order(one.codes),
            _why(one),
            severe.get(path, one.severity),
            one.container,
            lines.get(path),
        )
        for path, one in found.items()
    ]
    return LossProfile(source.spelled, target.spelled, fields)


def _in_order(codes: Iterable[LossCode]) -> tuple[LossCode, ...]:
    """Sort codes: what is no loss first, then the worst first."""
    return tuple(sorted(codes, key=lambda code: (code.is_loss, -code.rank, code)))


def _why(found: _Found) -> str:
    said = [f"{code}: {code.says}" for code in _in_order(found.codes)]
    if found.because:
        said.append(found.because)
    way = ""
    if found.targets:
        way = f"through {', '.join(found.hub)} to {', '.join(found.targets)}; "
    return way + "; ".join(said)


class _Prober:
    def __init__(self, crosswalk: Ids | None, sides: Sides) -> None:
        self.crosswalk, self.sides = crosswalk, sides
        self.found: dict[str, _Found] = {}
        #: lists of which nothing arrives, whatever they hold
        self.gone: set[Field] = set()
        #: values of items that words mark, with the hub path of the object that their hub fields belong to
        self.marked: dict[Correspondence, tuple[str, ...]] = {}
        #: units without which there is no item, and the target fields of which one has to hold something
        self.needed: dict[Unit, tuple[int, ...]] = {}

    def at(self, one: Field) -> _Found:
        return self.found.setdefault(one.name, _Found())

    def add(self, one: Field, codes: Iterable[LossCode], more: frozenset[LossCode]) -> None:
        """Enter codes of a field; ``more`` can befall whatever is kept of it, or all of it."""
        found = self.at(one)
        codes = list(codes)
        found.codes |= dict.fromkeys(codes)
        for code in sorted(more):
            if code == LossCode.CARRIED_MOVED:
                befalls = LossCode.CARRIED in codes
            else:
                befalls = code.fate != "reduced" or code == LossCode.REDUCED_LIST or any(map(_keeps, codes))
            if befalls:
                found.codes[code] = None

    # -- structure ------------------------------------------------------------------------------------------------

    def object(
        self,
        plan: ObjectPlan,
        hub: tuple[str, ...],
        more: frozenset[LossCode],
        bare: LossCode = LossCode.DROPPED_CONDITION,
        when: Where | None = None,
        joined: bool = False,
    ) -> None:
        """Enter what an object holds; ``bare`` befalls what decides, where nothing else arrives.

        ``when`` is the word that sends items here, if one does; ``joined`` says that their lists are joined.
        """
        items = {feed.out: feed.needs for route in plan.routes for feed in route.feeds if isinstance(feed, ItemFeed)}
        for unit in plan.units:
            needs = () if self.sides.by_hub else items.get(unit.out, ())
            self.needed |= {one: places for need in needs for one, places in need}
            if not all(needs):
                # nothing that arrives here is what the item needs
                for value in unit.source:
                    for one in value.fields:
                        self.value(one, value, hub)
                        self.add(one, [LossCode.DROPPED_CONTENT], more)
                continue
            self.unit(unit, hub, more | {LossCode.DROPPED_CONTENT} if needs else more)
        for value, code in plan.lost:
            for one in value.fields:
                self.value(one, value, hub)
                self.add(one, [code], more - {LossCode.REDUCED_ORDER})
        for each, code in plan.lost_lists:
            self.lose(each, code, hub, more - {LossCode.REDUCED_ORDER})
        for value in plan.reads:
            for one in value.fields:
                self.value(one, value, hub)
                here = [
                    one
                    for one in value.codec.examples
                    if when is None or not value.hub or value.codec.decode(one)[0] == when[1]
                ]
                folded = [example for example in here if not value.codec.given_back(example)]
                read = [] if isinstance(value.codec, Told) and value.codec.word is None else [LossCode.READ]
                self.add(one, [*read, bare, *([value.codec.loss] if folded else [])], more)
        for route in plan.routes:
            for feed in route.feeds:
                if isinstance(feed, ListFeed):
                    self.list(
                        feed,
                        (*hub, *route.hub),
                        more,
                        alone=_is_alone(feed, route) and not (joined and self._brings(feed)),
                    )
                elif isinstance(feed, ItemFeed):
                    continue

    def value(self, one: Field, value: Correspondence, hub: tuple[str, ...]) -> None:
        found = self.at(one)
        found.hub |= dict.fromkeys(_hub_names(value, self.marked.get(value, hub)))
        found.because = value.because or found.because

    def lose(self, each: ListCorrespondence, code: LossCode, hub: tuple[str, ...], more: frozenset[LossCode]) -> None:
        """Enter a list of which nothing arrives, with all that it holds."""
        self.at(each.list).container = True
        self.gone.add(each.list)
        self.add(each.list, [code], more)
        for value in _values(each.scope):
            for one in value.fields:
                self.value(one, value, (*hub, *each.hub))
                self.add(one, [code], more)
        for inner in each.scope.wire_lists():
            self.lose(inner, code, (*hub, *each.hub), more)
        self.objects(wire_tree(each.scope), each.items + ".", code=code)

    def list(self, feed: ListFeed, hub: tuple[str, ...], more: frozenset[LossCode], alone: bool) -> None:
        here = set(more)
        if feed.choice is None and not all(landing.into_list for landing in feed.landings):
            here.add(LossCode.DROPPED_LIMIT)
        chosen = feed.choice is not None and feed.choice.by is not None
        if any(map(self._can_skip, feed.landings)) or feed.source.when is not None or chosen:
            here.add(LossCode.CARRIED_MOVED)
        holding = [one for one in feed.landings if self.sides.by_hub or all(one.needs)]
        shifts = any(landing.joins or landing.flat is not None for landing in feed.landings)
        if (feed.kind is not None and len(holding) > 1) or not feed.landings[0].returns or shifts:
            here.add(LossCode.REDUCED_ORDER)
        kept_out = [LossCode.DROPPED_CONDITION] if feed.source.when is not None else []
        if feed.kind is not None:
            kept_out.append(feed.others)
        if not self.sides.by_hub and any(landing.needs for landing in feed.landings):
            kept_out.append(LossCode.DROPPED_CONTENT)
        without_key = self._keyless(feed)
        kept_out += [code for code in without_key if code not in kept_out]
        kept_out += self.by_key(feed, hub, alone, frozenset(here & {LossCode.REDUCED_ORDER}))
        here.update(kept_out)
        found = self.at(feed.source.list)
        found.container = True
        found.hub[".".join(hub)] = None
        found.targets |= {
            landing.target.list.name: None
            for landing in feed.landings
            if isinstance(landing.target, ListCorrespondence)
        }
        self.add(feed.source.list, _empty_codes(feed, alone, self.sides.by_hub), more)
        outside = hub[: len(hub) - len(feed.source.hub)]
        self.marked |= {one: outside for place in feed.source.places for one in place.members}
        for landing in feed.landings:
            needs = () if self.sides.by_hub else landing.needs
            if landing not in holding:
                self.lose(feed.source, LossCode.DROPPED_CONTENT, outside, more)
                if feed.kind is not None:
                    # an item that is empty says no kind
                    self.at(feed.source.list).codes.pop(LossCode.DROPPED_CONTENT, None)
                continue
            whole = landing.into_list or landing.choice is not None or landing.joins
            bare = LossCode.DROPPED_CONDITION if whole else LossCode.REDUCED_RANGE
            # where what is needed does not arrive, neither does the item
            self.needed |= {unit: places for need in needs for unit, places in need}
            bare = LossCode.DROPPED_CONTENT if needs else bare
            self.object(landing.plan, hub, frozenset(here), bare, landing.when, landing.joins)
            if landing.flat is not None:
                self.flat(landing.flat)
        for code in kept_out:
            self._all(feed.source.scope, code)
        if feed.choice is not None:
            self._chosen(feed, feed.choice, hub, more)
        bare_plans = [landing.plan for landing in feed.landings if self.sides.by_hub or not landing.needs]
        implied = {one for plan in bare_plans for value in plan.reads for one in value.fields}
        for one in deciding_fields(feed.source):
            codes = self.at(one).codes
            if one not in implied and LossCode.DROPPED_CONDITION not in without_key:
                codes.pop(LossCode.DROPPED_CONDITION, None)
            codes[LossCode.REDUCED_RANGE] = None
        if all(landing.into_list and not landing.returns for landing in feed.landings):
            self._stray(feed.source)

    def by_key(
        self, feed: ListFeed, hub: tuple[str, ...], alone: bool, more: frozenset[LossCode]
    ) -> Sequence[LossCode]:
        """Enter what becomes of keys of entries; return what befalls items that have none, or one that is taken."""
        keyed = [(landing, landing.key) for landing in feed.landings if landing.key is not None]
        if feed.source.keys is not None:
            # what is no map
            self.at(feed.source.list).codes[LossCode.DROPPED_CONDITION] = None
        for landing, unit in keyed:
            if feed.source.keys is None:
                assert isinstance(landing.target, ListCorrespondence)
                one = unit.source_fields[0]
                self.value(one, unit.source[0], hub)
                self.at(one).targets[landing.target.items] = None
                self.add(one, [LossCode.READ], more)
            elif not isinstance(wire_tree(feed.source.scope), LeafNode):
                found = self.found.setdefault(feed.source.items, _Found(severity=feed.source.list.severity))
                found.container = True
                found.codes[LossCode.DROPPED_CONDITION] = None
        into_map = any(isinstance(one.target, ListCorrespondence) and one.target.keys is not None for one, _ in keyed)
        # the keys of one map are different ones
        taken = into_map and (feed.source.keys is None or not alone)
        return [LossCode.DROPPED_CONDITION] * bool(keyed) + [LossCode.DROPPED_LIMIT] * taken

    def flat(self, flat: Flat) -> None:
        """Enter what becomes of a list within an item that arrives item by item, and of what holds it."""
        for value, code in flat.rest.lost:
            for one in value.fields:
                self.add(one, [code], frozenset())
        [unit] = flat.each.units
        found = self.at(flat.values)
        found.targets[unit.target_fields[0].name] = None
        for probe in self.probes(unit):
            for code in self._codes(unit, *probe):
                # whatever arrives comes back at another place
                found.codes[LossCode.REDUCED_ORDER if code.is_kept else code] = None

    def _chosen(self, feed: ListFeed, choice: Choice, hub: tuple[str, ...], more: frozenset[LossCode]) -> None:
        """Enter what befalls the rows that are not chosen, and what all rows make up together."""
        gathered = {unit.source_fields[0] for unit, _ in choice.gathered}
        may_agree = choice.agree and not (choice.asked_for and choice.wanted is not None)
        alike = {one for unit in feed.landings[0].plan.units for one in unit.source_fields} if may_agree else set()
        for value in _values(feed.source.scope):
            for one in value.fields:
                if one not in gathered:
                    self.add(one, [choice.beyond, *([LossCode.REDUCED_LIST] if one in alike else [])], frozenset())
        for each in feed.source.scope.wire_lists():
            self.add(each.list, [choice.beyond], frozenset())
            self._all(each.scope, choice.beyond)
        for unit, how in choice.gathered:
            self.unit(unit, hub, more)
            # what one row says alone can stand behind another row of which something else arrives
            beside = any(other != "none" for one, other in choice.gathered if one is not unit)
            order = [LossCode.REDUCED_ORDER] if beside and how != "none" else []
            too_long = [LossCode.DROPPED_LIMIT] if how == "sum" and _sums_are_long(unit.source_fields[0]) else []
            self.add(unit.source_fields[0], [*GATHERED[how], *too_long, *order], frozenset())

    def _stray(self, each: ListCorrespondence) -> None:
        """Enter that no item of a list comes back where it was."""
        for one in (each.list, *(one for value in _values(each.scope) for one in value.fields)):
            codes = self.at(one).codes
            for code in [code for code in codes if code.is_kept]:
                del codes[code]
        for inner in each.scope.wire_lists():
            self._stray(inner)

    def _all(self, scope: Scope, code: LossCode) -> None:
        """Enter a code for all that an item holds."""
        for value in _values(scope):
            for one in value.fields:
                self.add(one, [code], frozenset())
        for each in scope.wire_lists():
            self.add(each.list, [code], frozenset())
            self._all(each.scope, code)

    def _keyless(self, feed: ListFeed) -> Sequence[LossCode]:
        """Return why items are left out that are known by an identifier which does not arrive."""
        found: set[LossCode | None] = set()
        for landing in feed.landings:
            if isinstance(landing.target, ListCorrespondence):
                for unit in key_units(landing.target, landing.plan.units, self.sides):
                    absent = [MISSING] if unit.source_fields[0].at else []
                    values = [*absent, *(value for value, _, _ in self.probes(unit))]
                    tests = [keyless(unit, crosswalk, self.sides) for crosswalk in self._crosswalks()]
                    found |= {test(value) for test in tests for value in values}
        return [code for code in KEYLESS if code in found]

    def _crosswalks(self) -> Sequence[Ids | None]:
        """Return crosswalks to probe with: what it knows is no fact of the formats, so one knows none, one all."""
        return [None] if self.crosswalk is None else [None, _Known()]

    def _brings(self, feed: ListFeed) -> bool:
        """Tell whether an item of a list can arrive at all: identifiers that nobody knows may all be left out."""
        units = [unit for landing in feed.landings for unit in landing.plan.units]
        return any(
            not is_plain(unit) or any(arrived is not MISSING for _, arrived, _ in self.probes(unit)) for unit in units
        )

    def _can_skip(self, landing: Landing) -> bool:
        """Tell whether an item can fail to arrive, so that those behind it move up: an object can always be empty."""
        plan = landing.plan
        if not isinstance(wire_tree(plan.scope), LeafNode):
            return True
        if not plan.units or not all(map(is_plain, plan.units)):
            return True
        return any(arrived is MISSING for unit in plan.units for _, arrived, _ in self.probes(unit))

    def shapes(self, source: Profile) -> None:
        """Enter what befalls values of another shape, and those that stand in a list beside one."""
        for names in source.any_shape:
            path = ".".join(map(show_name, names))
            for name, found in self.found.items():
                if name in (path, path + "[]") or name.startswith(path + "[]."):
                    found.codes[LossCode.DROPPED_CONDITION] = None

    def words(self, ours: set[str], theirs: set[str]) -> None:
        """Make one of what befalls the words of a text, and enter that words arrive in one text with others."""
        for name, found in self.found.items():
            is_kept = any(code.is_kept for code in found.codes)
            if is_kept and (name in ours or theirs & found.targets.keys()):
                found.codes[LossCode.CONVERTED_LIST] = None
            if name in ours:
                found.container = False
                if is_kept and any(code.is_loss for code in found.codes):
                    found.codes[LossCode.REDUCED_LIST] = None

    def objects(
        self, node: Node, prefix: str, there: Node | None = None, code: LossCode = LossCode.DROPPED_CONDITION
    ) -> None:
        """Enter the objects that hold fields: empty, or null, they only arrive where the same object is ``there``."""
        if isinstance(node, ListNode):
            self.objects(node.item, prefix)
        if not isinstance(node, ObjectNode):
            return
        for name, child in node.members.items():
            if isinstance(child, ListNode):
                if not isinstance(child.item, LeafNode) and child.list not in self.gone:
                    self.objects(child.item, child.list.name + "[].")
            elif isinstance(child, MapNode):
                if child.map not in self.gone:
                    self.objects(child.entry, child.map.name + ".*.")
            elif isinstance(child, ObjectNode):
                path = prefix + show_name(name)
                found = self.found.setdefault(path, _Found(severity=severity_of(child), container=True))
                same = there.members.get(name) if isinstance(there, ObjectNode) else None
                found.codes[LossCode.CARRIED if isinstance(same, ObjectNode) else code] = None
                self.objects(child, path + ".", same)

    # -- values ---------------------------------------------------------------------------------------------------

    def unit(self, unit: Unit, hub: tuple[str, ...], more: frozenset[LossCode]) -> None:
        codecs = [value.codec for value in (*unit.source, *unit.target)]
        connected = links(unit)
        for index, one in enumerate(unit.source_fields):
            value = next(value for value in unit.source if one in value.fields)
            self.value(one, value, hub)
            found = self.at(one)
            told = [value.codec] if is_plain(unit) and same_codec(unit) else codecs
            found.codec |= dict.fromkeys(codec.name for codec in told if codec is not SAME)
            found.targets |= {unit.target_fields[place].name: None for place in connected[index]}
        if is_plain(unit):
            one = unit.source_fields[0]
            seen = {code for probe in self.probes(unit) for code in self._codes(unit, *probe)}
            if one.item is not None and any(code.fate == "dropped" for code in seen):
                more |= {LossCode.CARRIED_MOVED}
            self.add(one, seen, more)
            if self.sides.foreign_ids and self.crosswalk is not None and one.refers:
                # which identifiers the table knows is no fact of the formats
                self.add(one, [LossCode.CONVERTED_ID, LossCode.CARRIED_MOVED], more)
            return
        for one, codes in zip(unit.source_fields, self._group_codes(unit, connected), strict=True):
            if codes:
                self.add(one, codes, more)

    def _group_codes(self, unit: Unit, connected: Sequence[Sequence[int]]) -> Sequence[Iterable[LossCode]]:
        """Return what can become of each source field of a group, by values that show it."""
        carry = group_carrier(unit, self.sides)
        form = unit.target[0].codec.converted
        ours: list[Pointer] = [(show(one.path),) for one in unit.source_fields]
        theirs: list[Pointer] = [(show(one.path),) for one in unit.target_fields]
        found = [dict[LossCode, None]() for _ in ours]
        for values in group_samples(unit):
            arrived, codes = carry(*values)
            if unit in self.needed and not any(is_there(arrived[place]) for place in self.needed[unit]):
                continue
            for index, value in enumerate(values):
                if value is MISSING:
                    continue
                if codes and (code := codes[index]) is not None:
                    found[index][code] = None
                    continue
                reached = [place for place in connected[index] if arrived[place] is not MISSING]
                targets = [theirs[place] for place in reached]
                there = [after for place in reached for _, after in leaves(arrived[place])]
                for at, leaf in leaves(value, ours[index]):
                    after = next((after for after in there if _alike(leaf, after)), MISSING)
                    found[index][kept(at, leaf, targets, after, form)] = None
        return found

    def probes(self, unit: Unit) -> Iterator[tuple[Any, Any, Codes]]:
        """Yield (value, what arrives, code) for values that show what can become of a plain unit."""
        refers = self.sides.foreign_ids and is_plain(unit) and unit.source_fields[0].refers is not None
        for crosswalk in self._crosswalks() if refers else [None]:
            way = carrier(unit, crosswalk, self.sides)
            carry = way.carry if way is not None else _unchanged
            for value in sample_values(unit.source_fields[0], unit.source[0], unit.target_fields[0], unit.target[0]):
                arrived, code = carry(value)
                if unit not in self.needed or is_there(arrived):
                    yield value, arrived, code

    def _codes(self, unit: Unit, value: Any, arrived: Any, code: Codes) -> Iterator[LossCode]:
        if not isinstance(code, tuple):
            yield self._code(unit, value, arrived, code)
            return
        for item, own in zip(value, code, strict=True):
            yield self._code(unit, item, item, own)

    def _code(self, unit: Unit, value: Any, arrived: Any, code: LossCode | None) -> LossCode:
        if code is not None:
            return code
        if arrived is MISSING:
            return LossCode.DROPPED_CONDITION
        ours, theirs = unit.source_fields[0], unit.target_fields[0]
        form = LossCode.CONVERTED_ID if self.sides.foreign_ids and ours.refers else unit.target[0].codec.converted
        if unit.target[0].codec is SAME:
            form = unit.source[0].codec.converted
        return kept((show(ours.path),), value, [(show(theirs.path),)], arrived, form)


def _sums_are_long(one: Field) -> bool:
    """Tell whether numbers of a field can make up a sum that is longer than any number may be."""
    return any(within(exact_sum([value, 1])) is MISSING for value in LONGEST if fits(value, one) and fits(1, one))


def _empty_codes(feed: ListFeed, alone: bool, by_hub: bool) -> list[LossCode]:
    """Return what can become of a list that is empty or null, or of items that are empty objects."""
    lists = [landing.target.list for landing in feed.landings if isinstance(landing.target, ListCorrespondence)]
    if not lists:
        beyond = LossCode.DROPPED_LIMIT if feed.choice is None else feed.choice.beyond
        return [*dict.fromkeys([LossCode.DROPPED_CONDITION, feed.others if feed.kind else beyond])]
    null_stays = not feed.source.list.nullable or any(one.nullable for one in lists)
    scalars = isinstance(wire_tree(feed.source.scope), LeafNode)
    here = show(feed.source.list.path)
    arrives = {LossCode.CARRIED if show(one.path) == here else LossCode.CARRIED_MOVED for one in lists}
    if any(one.types != feed.source.list.types for one in lists):
        arrives.add(LossCode.CONVERTED_TYPE)
    needs = not by_hub and all(landing.needs for landing in feed.landings)
    hollow = LossCode.DROPPED_CONTENT if needs else LossCode.DROPPED_CONDITION
    if feed.kind is not None and all(landing.when and landing.when[1] is not None for landing in feed.landings):
        hollow = LossCode.DROPPED_KIND
    items = [] if scalars else [hollow]
    lists_lost = [] if alone and null_stays else [LossCode.DROPPED_CONDITION]
    codes = [*dict.fromkeys([*sorted(arrives), *items, *lists_lost])]
    if scalars or feed.kind is not None or len(lists) == len(feed.landings):
        return codes
    return [*codes, LossCode.DROPPED_LIMIT]


def _is_alone(feed: ListFeed, route: Route) -> bool:
    """Tell whether no other list goes where one goes."""
    reached = {landing.index for landing in feed.landings}
    others = [one for one in route.feeds if one is not feed]
    return all(
        reached.isdisjoint([one.index] if isinstance(one, ItemFeed) else [each.index for each in one.landings])
        for one in others
    )


class _Known:
    """A crosswalk that knows every identifier: as its own."""

    def get(self, kind: str, id: str, /) -> str:
        return id


def _unchanged(value: Any) -> tuple[Any, Codes]:
    return value, None


def _alike(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _keeps(code: LossCode) -> bool:
    """Tell whether something arrives whose position can be lost."""
    return (code.is_kept or code.fate == "reduced") and code != LossCode.REDUCED_LIST


def show_name(name: str) -> str:
    """Write one name as a path does."""
    from catalens.paths import Key

    return show((Key(name),))


def _values(scope: Scope) -> Iterator[Correspondence]:
    yield from scope.values
    for pick in scope.picks:
        yield from _values(pick.scope)


def _hub_names(value: Correspondence | ListCorrespondence, hub: tuple[str, ...]) -> list[str]:
    if isinstance(value, ListCorrespondence):
        return [".".join((*hub, *value.hub))]
    return [".".join((*hub, *names)) for names in value.hub]
