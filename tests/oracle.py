"""A slow, obvious interpreter of two mappings: source payload -> hub product -> target payload.

It reads the mapping language as documented and knows nothing of plans and emitted code: every value is brought into
a hub object that exists, with the places it came from, and the target is written from that object alone. The
compiled translator has to give the same payload.

What the language says of lists:

* the items of a hub list are those of the source's lists in the order of the mapping, then the single items that
  plain values make up; a filter (``[?kind=='image']``) gives its items that kind
* a target list takes the items of its kind, or all; an item goes to one list only, to the first that has a right
  to it, and to one that ``takes`` its kind for want of a better place only where there is no better place
* a path to a single item reads the one that stands for all (``hub.Rows``): of rows told apart by a word the one
  without, or the one assumed (the other way round where a row is asked for), else the only one, else what all say
  alike, where they agree; of others the first. Stock is added up
* a list that says its order (``order``, ``first``) is read in it
* a place of a kind that holds nothing but lists reads all items of it and joins their lists, up to an item of a list
  that empties one
* an item of which nothing arrives is left out
* the entries of a map are items, and the key is one field of each; what is of no shape that the lines say is no
  entry. On either side an item is known by that field alone: it arrives only where the field does, whole, and beside
  something else. Into a map goes an item with a text there, and of several with one text the first; values that make
  up a single item are in no map
* where a list of values ``flattens`` a list within the items, each of its values stands for an item of its own
* a line with a ``constant`` writes it into each item
* a filter in a wire path marks one item by a word: where the other side has the hub field of such a line as a value
  of its own, it is read from the first item that says the word; written, it becomes an item that says the word
* an empty list, or null, arrives where no item does, in the lists whose items would come back to it
"""

from __future__ import annotations

import copy
import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

import jmespath
import regex

from catalens.codecs.base import Codec
from catalens.codecs.numbers import simplest, within
from catalens.codecs.units import same
from catalens.hub import Rows, rows_of
from catalens.mapping.hub_format import HUB
from catalens.mapping.profile import (
    Correspondence,
    Field,
    LeafNode,
    ListCorrespondence,
    ListNode,
    MapNode,
    Names,
    Node,
    ObjectNode,
    PickCorrespondence,
    Place,
    Profile,
    Scope,
    wire_tree,
)
from catalens.paths import MISSING, Pointer, Where


@dataclass
class Cell:
    """One value of a hub object, how the source spelled it where it stands alone, and where it came from."""

    value: Any
    sources: set[Pointer]
    spelled: tuple[Codec, Any] | None = None
    #: a line of this hub field alone says it
    single: bool = True
    #: the kind of thing that it is an identifier of
    kind: str | None = None


@dataclass
class HubObject:
    """A hub object: values, lists, and the lists that were there and had no items ([] or None)."""

    values: dict[Names, Cell] = field(default_factory=dict)
    lists: dict[Names, list[HubItem]] = field(default_factory=dict)
    empties: dict[Names, list[Empty]] = field(default_factory=dict)
    #: maps that held something, and no entry
    vain: dict[Names, list[ListCorrespondence]] = field(default_factory=dict)


@dataclass
class Empty:
    """A source list without items, or null in place of one."""

    each: ListCorrespondence
    value: Any
    at: Pointer
    beside: list[ListCorrespondence]


@dataclass
class HubItem:
    """An item of a hub list; ``place`` is the kind that its place in the source implies."""

    body: HubObject
    place: Where | None
    at: Pointer
    from_list: bool
    scope: Scope
    answers: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[Names, ...] = ()
    takes: tuple[Where, ...] = ()
    places: tuple[Place, ...] = ()
    wire: Any = None
    #: the field that was the key of an entry
    key: Names | None = None


@dataclass
class Written:
    """A target payload, and for each place that was written, the source places it was made of."""

    payload: Any
    sources: dict[Pointer, set[Pointer]]


#: (kind, id of the source) -> id of the target
Ids = Mapping[tuple[str, str], str]

NO_IDS: Ids = {}


def interpret(product: Any, source: Profile, target: Profile, ids: Ids = NO_IDS, omits: bool = False) -> Written:
    """Translate a product without envelope; ``omits`` leaves out the identifiers that ``ids`` does not know."""
    if source.spelled == target.spelled:
        return Written(_without_withheld(product, source), {(): {()}})
    hub = decode(source.scope, product, ())
    home = len({source.format, target.format} - {HUB}) < 2
    written = Encoder(HUB in (source.format, target.format), home, ids, omits).product(target.scope, hub)
    if source.format == target.format:
        hollow(product, source.tree, target.tree, written, ())
    return written


def hollow(given: Any, ours: Node, theirs: Node, written: Written, at: Names) -> None:
    """Write objects that are empty, or null, where the other profile of one format has the same object."""
    if not isinstance(ours, ObjectNode) or not isinstance(theirs, ObjectNode) or not isinstance(given, dict):
        return
    for name, child in ours.members.items():
        value, there = given.get(name, MISSING), theirs.members.get(name)
        if value is MISSING or not isinstance(child, ObjectNode) or not isinstance(there, ObjectNode):
            continue
        if value:
            hollow(value, child, there, written, (*at, name))
        elif fetch(written.payload, (*at, name)) is MISSING:
            node = written.payload
            for step in at:
                node = node.setdefault(step, {})
            node[name] = copy.copy(value)
            written.sources[*at, name] = {(*at, name)}


# -- source to hub --------------------------------------------------------------------------------------------


def decode(scope: Scope, wire: Any, at: Pointer) -> HubObject:
    """Bring a wire object (or a scalar item) into a hub object."""
    hub = HubObject()
    _decode_into(hub, scope, wire, at)
    return hub


def _decode_into(hub: HubObject, scope: Scope, wire: Any, at: Pointer) -> None:
    for line in scope.values:
        _decode_line(hub, scope, line, wire, at)
    for each in scope.lists:
        _decode_list(hub, scope, each, wire, at)
    for pick in scope.picks:
        body = decode(pick.scope, wire, at)
        if body.values or body.lists or body.empties:
            # a place that is marked by null says nothing of its item
            place = None if pick.where is None or pick.where[1] is None else pick.where
            hub.lists.setdefault(pick.hub, []).append(HubItem(body, place, at, False, pick.scope, takes=pick.takes))


def _decode_line(hub: HubObject, scope: Scope, line: Correspondence, wire: Any, at: Pointer) -> None:
    read = [fetch(wire, one.at) for one in line.fields]
    if not line.hub or all(value is MISSING for value in read):
        return
    sources = {(*at, *one.at) for one, value in zip(line.fields, read, strict=True) if value is not MISSING}
    for names, value in zip(line.hub, line.codec.decode(*read), strict=True):
        known = hub.values.get(names)
        if known is None:
            known = hub.values[names] = Cell(value, set())
        elif known.value is MISSING:
            known.value = value
        known.sources |= sources
        known.single = len(line.hub) == 1
        if alone(scope, line):
            known.spelled = (line.codec, read[0])
        if len(line.fields) == len(line.hub) == 1:
            known.kind = line.fields[0].refers


def _decode_list(hub: HubObject, scope: Scope, each: ListCorrespondence, wire: Any, at: Pointer) -> None:
    items = fetch(wire, each.list.at)
    here = (*at, *each.list.at)
    if items is MISSING:
        return
    if each.keys is not None:
        if isinstance(items, dict) and items:
            _decode_map(hub, each, each.keys.hub[0], items, here)
            return
        if items is not None and items != {}:
            return
        # a map of nothing is a list of nothing
        items = None if items is None else []
    if not items:
        beside = [other for other in scope.lists if other is not each and other.hub == each.hub]
        hub.empties.setdefault(each.hub, []).append(Empty(each, items, here, beside))
        return
    for index in meant(each, items):
        item = items[index]
        if each.when is not None and not holds(each.when, _plain(item)):
            continue
        body = decode(each.scope, item, (*here, index))
        hub.lists.setdefault(each.hub, []).append(
            HubItem(body, each.where, (*here, index), True, each.scope, each.answers, each.needs, each.takes)
        )
        hub.lists[each.hub][-1].places, hub.lists[each.hub][-1].wire = each.places, item


def _decode_map(hub: HubObject, each: ListCorrespondence, key: Names, entries: dict[str, Any], at: Pointer) -> None:
    found = {name: one for name, one in entries.items() if is_entry(wire_tree(each.scope), one, item=True)}
    if not found:
        hub.vain.setdefault(each.hub, []).append(each)
    for name, entry in found.items():
        body = decode(each.scope, entry, (*at, name))
        body.values[key] = Cell(name, {(*at, name)})
        hub.lists.setdefault(each.hub, []).append(
            HubItem(body, each.where, (*at, name), True, each.scope, each.answers, each.needs, each.takes, key=key)
        )


def is_entry(node: Node, value: Any, item: bool = False) -> bool:
    """Tell whether a value has the shape and the types of a node, and keeps its limits."""
    match node:
        case MapNode(one, _):
            return value is not None or one.nullable
        case ListNode(one, inner, _):
            if value is None:
                return one.nullable
            return isinstance(value, list) and all(is_entry(inner, each, item=True) for each in value)
        case ObjectNode(members):
            if value is None:
                return not item
            return isinstance(value, dict) and all(
                is_entry(child, value[name]) for name, child in members.items() if name in value
            )
        case LeafNode(one):
            if one.item is not None and isinstance(value, list):
                return all(is_entry(LeafNode(one.item), each, item=True) for each in value)
            if one.advisory:
                one = replace(
                    one, min_length=None, max_length=None, minimum=None, maximum=None, enum=None, pattern=None
                )
            # nothing is cut here
            return fit(replace(one, cut=False, at=("",)), value, item) is not MISSING


def meant(each: ListCorrespondence, items: list[Any]) -> list[int]:
    """Return the indices of items in the order that a list's own words say."""
    if each.order is None:
        return list(range(len(items)))
    said = [(index, fetch(item, each.order.field.at)) for index, item in enumerate(items)]
    if each.order.marks_first:
        return [i for i, value in said if value is True] + [i for i, value in said if value is not True]
    numbered = [(value, i) for i, value in said if is_of(value, "number")]
    return [i for _, i in sorted(numbered)] + [i for i, value in said if not is_of(value, "number")]


def alone(scope: Scope, line: Correspondence) -> bool:
    """Tell whether a line relates one wire field to one hub field that no other line of the object touches."""
    if len(line.fields) != 1 or len(line.hub) != 1:
        return False
    return all(other is line or line.hub[0] not in other.hub for other in scope.values)


def fetch(wire: Any, at: Names) -> Any:
    for name in at:
        wire = wire.get(name, MISSING) if isinstance(wire, dict) else MISSING
    return wire


def _plain(value: Any) -> Any:
    """Replace Decimals, which JMESPath does not know as numbers."""
    if isinstance(value, dict):
        return {name: _plain(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_plain(child) for child in value]
    return float(value) if isinstance(value, Decimal) else value


# -- hub to target --------------------------------------------------------------------------------------------


class Encoder:
    """Writes target objects from hub objects."""

    def __init__(self, by_hub: bool, at_home: bool, ids: Ids, omits: bool) -> None:
        self.ids, self.omits = ids, omits
        #: items of the hub are as whole as they were where they came from
        self.by_hub = by_hub
        #: both sides are of one platform, whose identifiers may look like anything
        self.at_home = at_home
        self.sources: dict[Pointer, set[Pointer]] = {}

    def product(self, scope: Scope, hub: HubObject) -> Written:
        made = self.object(scope, hub, ())
        return Written({} if made is MISSING else made, self.sources)

    def object(self, scope: Scope, hub: HubObject, at: Pointer) -> Any:
        """Write one object (or scalar item); MISSING where nothing arrives."""
        out: list[tuple[Names, Any]] = []
        self.into(out, scope, hub, at)
        if any(not names for names, _ in out):
            return out[0][1]
        made: dict[str, Any] = {}
        for names, value in out:
            node = made
            for name in names[:-1]:
                node = node.setdefault(name, {})
            node[names[-1]] = value
        return made or MISSING

    def into(self, out: list[tuple[Names, Any]], scope: Scope, hub: HubObject, at: Pointer) -> None:
        hub = from_marked(hub, scope)
        hub = into_marked(hub, scope)
        for line in scope.values:
            for one, value, sources in self.line(scope, line, hub):
                out.append((one.at, value))
                self.sources.setdefault((*at, *one.at), set()).update(sources)
        takers: list[ListCorrespondence | PickCorrespondence] = [*scope.lists, *scope.picks]
        for names in dict.fromkeys(taker.hub for taker in takers):
            self.lists(out, [taker for taker in takers if taker.hub == names], hub, names, at)

    def line(self, scope: Scope, line: Correspondence, hub: HubObject) -> Iterator[tuple[Field, Any, set[Pointer]]]:
        """Write the fields of one line."""
        cells = [hub.values.get(names) for names in line.hub]
        known = [cell for cell in cells if cell is not None]
        if not known:
            return
        if not self.at_home and known[0].kind is not None and len(line.hub) == len(line.fields) == 1:
            yield from self.identifier(line.fields[0], line.codec, known[0])
            return
        spelled = known[0].spelled if alone(scope, line) else None
        wires: tuple[Any, ...] = line.codec.encode(*(MISSING if cell is None else cell.value for cell in cells))
        if (
            spelled is not None
            and alike(spelled[0], line.codec)
            and not respelled(line.codec, spelled[1], wires[0])
            and not unreadable(line.codec, spelled[1])
        ):
            wires = (spelled[1],)
        sources = set().union(*(cell.sources for cell in known))
        for one, value in zip(line.fields, wires, strict=True):
            fitted = value if value is MISSING else fit(own_look(one) if self.at_home else one, value)
            if fitted is not MISSING:
                yield one, copy.deepcopy(fitted), sources

    def identifier(self, one: Field, codec: Codec, cell: Cell) -> Iterator[tuple[Field, Any, set[Pointer]]]:
        """Write an identifier of the source's platform: translated, as it is, or not at all."""
        if cell.value is MISSING:
            return
        many = isinstance(cell.value, list) and one.item is not None
        arrived = []
        for value in cell.value if many else [cell.value]:
            translated = None if value is None else self.ids.get((cell.kind or "", str(value)))
            if translated is None and value is not None and self.omits:
                continue
            wire = codec.encode(value if translated is None else translated)[0]
            home = value is None or translated is not None
            limits = one.item if many and one.item is not None else one
            fitted = wire if wire is MISSING else fit(own_look(limits) if home else limits, wire, item=many)
            if fitted is not MISSING:
                arrived.append(fitted)
        if arrived or (many and not cell.value):
            yield one, copy.deepcopy(arrived if many else arrived[0]), cell.sources

    # -- lists --------------------------------------------------------------------------------------------------

    def lists(
        self,
        out: list[tuple[Names, Any]],
        takers: list[ListCorrespondence | PickCorrespondence],
        hub: HubObject,
        names: Names,
        at: Pointer,
    ) -> None:
        """Share the items of one hub list out among the target's lists and single items."""
        kinds = [taker.where for taker in takers]
        # a kind that only stands here for want of a better place stands behind the others, and behind those that
        # come back
        items = sorted(
            hub.lists.get(names, []),
            key=lambda item: 0 if item.place in (None, *kinds) else 1 if {*item.takes} & {*kinds} else 2,
        )
        shares: list[list[HubItem]] = [[] for _ in takers]
        for item in items:
            number = taker_of(item, takers)
            if number is not None:
                shares[number].append(item)
        for taker, share in zip(takers, shares, strict=True):
            if isinstance(taker, PickCorrespondence) and taker.joins:
                self.into(out, taker.scope, joined(taker, share), at)
                continue
            if isinstance(taker, PickCorrespondence):
                hollow = [item.body for item in share if self.lacks_its_own(item, taker)]
                body = one_for_all(share, hollow, taker)
                if body is not None and not is_among(body, hollow):
                    self.into(out, taker.scope, body, at)
                continue
            here = (*at, *taker.list.at)
            made: list[Any] = []
            entries: dict[str, Any] = {}
            for item in share:
                if item.key is not None or taker.keys is not None:
                    self.by_key(made, entries, taker, item, here)
                    continue
                for one in flattened(item, taker) or [item]:
                    self.item(made, taker, one, here)
            vain = [each for each in hub.vain.get(names, []) if goes_to(each, taker)]
            value = entries or made
            if not value and not vain:
                value = self.empty(taker, takers, hub.empties.get(names, []), share, here)
            if value is not MISSING and (value or not vain):
                out.append((taker.list.at, {} if value == [] and taker.keys is not None else value))

    def by_key(
        self, made: list[Any], entries: dict[str, Any], taker: ListCorrespondence, item: HubItem, at: Pointer
    ) -> None:
        """Write an item that has been an entry of a map, or becomes one."""
        key = item.key if item.key is not None else taker.keys.hub[0] if taker.keys is not None else ()
        ours = [line for line in item.scope.values if key in line.hub]
        theirs = [line for line in taker.scope.values if key in line.hub]
        if taker.keys is not None and (taker.keys.hub != (key,) or theirs):
            return
        if item.key is None and not (item.from_list and sole(ours)):
            return
        if taker.keys is None and not sole(theirs):
            return
        cell = item.body.values.get(key)
        said = MISSING if cell is None else cell.value
        if (
            cell is not None
            and cell.spelled is not None
            and not same(cell.spelled[0].encode(said)[0], cell.spelled[1])
        ):
            return
        rest = {names: one for names, one in item.body.values.items() if names != key}
        without = replace(item, body=HubObject(rest, item.body.lists, item.body.empties))
        if taker.keys is not None:
            single: list[Any] = []
            if isinstance(said, str) and said not in entries:
                self.item(single, taker, without, at)
            entries.update((said, one) for one in single)
            return
        [line] = theirs
        [one] = line.fields
        written = line.codec.encode(said)[0]
        if written is MISSING or fit(one, written) != written or not same(line.codec.decode(written)[0], said):
            return
        before = len(made)
        self.item(made, taker, without, at)
        for value in made[before:]:
            for name in one.at[:-1]:
                value = value.setdefault(name, {})
            value[one.at[-1]] = written

    def item(self, made: list[Any], taker: ListCorrespondence, item: HubItem, at: Pointer) -> None:
        """Write one item of a list, with the kind that its place in the source implied."""
        if self.keyless(item, taker):
            return
        here = (*at, len(made))
        before = dict(self.sources)
        value = self.object(taker.scope if item.from_list else taker.item_at(item.place), item.body, here)
        if value is MISSING or (not self.by_hub and self.lacks(value, item, taker)):
            self.sources = before
            return
        rows = rows_of(taker.hub)
        said = taker.answers.get(rows.answer or "")
        place = (rows.by, said) if said is not None and not rows.asked_for and not item.from_list else item.place
        if place is not None and taker.where is None:
            for line in taker.scope.values:
                if line.hub == ((place[0],),) and len(line.fields) == 1:
                    word = line.codec.encode(place[1])[0]
                    if word is not MISSING:
                        value[line.fields[0].at[-1]] = word
                        self.sources[(*here, *line.fields[0].at)] = {item.at}
        for line in taker.scope.values:
            if line.constant is not None:
                value[line.fields[0].at[-1]] = line.constant
                self.sources[(*here, *line.fields[0].at)] = {item.at}
        self.sources.setdefault(here, set()).add(item.at)
        made.append(value)

    def lacks_its_own(self, item: HubItem, taker: PickCorrespondence) -> bool:
        """Tell whether an item lacks, in the one place for it, what makes it one in its own list."""
        if self.by_hub or not item.from_list or not item.needs:
            return False
        alone = copy.copy(self)
        alone.sources = {}
        return self.lacks(alone.object(taker.scope, item.body, ()), item, taker)

    def keyless(self, item: HubItem, taker: ListCorrespondence) -> bool:
        """Tell whether an item of a list is known there by an identifier of the source, and would come without it."""
        if not item.from_list or self.at_home or not self.omits:
            return False
        for line in taker.scope.values:
            if len(line.hub) != 1 or len(line.fields) != 1 or ".".join(line.fields[0].at) != taker.key:
                continue
            kinds = [
                one.fields[0].refers for one in item.scope.values if one.hub == line.hub and len(one.fields) == 1
            ]
            cell = item.body.values.get(line.hub[0])
            if any(kinds) and (cell is None or not list(self.identifier(line.fields[0], line.codec, cell))):
                return True
        return False

    @staticmethod
    def lacks(value: Any, item: HubItem, taker: ListCorrespondence | PickCorrespondence) -> bool:
        """Tell whether an item lacks what makes it one, in the target's list or in its own."""
        needs = taker.needs if isinstance(taker, ListCorrespondence) else ()
        if any(fetch(value, one) in (MISSING, None, "") for one in needs):
            return True
        for need in item.needs:
            hubs = [
                hub for line in item.scope.values if any(one.at == need for one in line.fields) for hub in line.hub
            ]
            reached = [line for line in taker.scope.values if not set(hubs).isdisjoint(line.hub)]
            fields = [one.at for line in reached for one in line.fields]
            if all(fetch(value, one) in (MISSING, None, "") for one in fields):
                return True
        return False

    def empty(
        self,
        taker: ListCorrespondence,
        takers: list[ListCorrespondence | PickCorrespondence],
        empties: list[Empty],
        share: list[HubItem],
        at: Pointer,
    ) -> Any:
        """Return [] or null where the source's own lists are so; MISSING where they say nothing."""
        found: list[Any] = []
        if share:
            return MISSING
        for empty in empties:
            better = {other.where for other in takers if other is not taker}
            if taker.where is None or says(empty.each, taker.where) or swap(empty, taker, better):
                found.append(empty.value)
                self.sources.setdefault(at, set()).add(empty.at)
        if any(value == [] for value in found):
            return []
        return None if found and taker.list.nullable else MISSING


def goes_to(each: ListCorrespondence, taker: ListCorrespondence) -> bool:
    """Tell whether items of a list can go to another."""
    return each.where is None or taker.where in (None, each.where) or each.where in taker.takes


def sole(lines: list[Correspondence]) -> bool:
    """Tell whether one line, of one field within an item, is all that says something."""
    return len(lines) == 1 and len(lines[0].fields) == len(lines[0].hub) == 1 and lines[0].fields[0].at != ()


def from_marked(hub: HubObject, scope: Scope) -> HubObject:
    """Read the values of an object from items that words mark, as far as they are values of it."""
    single = {line.hub[0] for line in scope.values if len(line.hub) == 1}
    made = replace(hub, values=dict(hub.values), lists=dict(hub.lists))
    for names, items in hub.lists.items():
        kept, done = [], set()
        for item in items:
            place = next((one for one in item.places if is_kind(item, one.where)), None)
            if place is None or not single.issuperset(place.beside):
                kept.append(item)
                continue
            for line in place.members if place.where not in done else ():
                body = HubObject()
                _decode_line(body, Scope(place.members), line, item.wire, item.at)
                made.values |= body.values
            done.add(place.where)
        made.lists[names] = kept
    return made


def into_marked(hub: HubObject, scope: Scope) -> HubObject:
    """Make items that words mark of what an object holds as values."""
    made = replace(hub, values=dict(hub.values), lists=dict(hub.lists))
    for each in scope.lists:
        for place in each.places:
            cells = {names: made.values.get(names) for names in place.beside}
            found = {name: cell for name, cell in cells.items() if cell is not None and cell.single}
            if found:
                at = min(min(cell.sources, default=()) for cell in found.values())
                item = HubItem(HubObject(dict(found)), place.where, at, False, place.item)
                made.lists[each.hub] = [*made.lists.get(each.hub, []), item]
    return made


def taker_of(item: HubItem, takers: list[ListCorrespondence | PickCorrespondence]) -> int | None:
    """Return which of the target's lists and single items an item goes to."""
    kinds = {taker.where for taker in takers}
    for number, taker in enumerate(takers):
        asked = isinstance(taker, PickCorrespondence) and taker.where is not None
        alone = len(takers) == 1 and taker.where is not None and (taker.where[1] is None or (asked and tells(taker)))
        if taker.where is not None and not is_kind(item, taker.where) and not (alone and item.from_list):
            continue
        marked = item.place is not None and not item.from_list and not rows_of(taker.hub).asked_for
        if marked and taker.where is None and not can_mark(taker, item):
            continue
        return number
    for number, taker in enumerate(takers):
        if not item.from_list and (isinstance(taker, ListCorrespondence) or item.scope.values):
            continue
        if any(where not in kinds and is_kind(item, where) for where in taker.takes):
            return number
    return None


def flattened(item: HubItem, taker: ListCorrespondence) -> list[HubItem]:
    """Return an item of its own for each value of the list that a target list wants flattened."""
    cell = item.body.values.get((taker.flattens,)) if taker.flattens is not None else None
    if cell is None or not isinstance(cell.value, list):
        return []
    [line] = taker.scope.values
    return [
        replace(item, body=HubObject({line.hub[0]: Cell(value, cell.sources)}), at=(*item.at, number))
        for number, value in enumerate(cell.value)
    ]


def joined(taker: PickCorrespondence, share: list[HubItem]) -> HubObject:
    """Join the lists of all items that stand in one place."""
    made = HubObject()
    homes = {item.place for item in share if item.place == taker.where}
    for item in share:
        if item.from_list and any(emptied(made, each) for each in taker.scope.lists):
            break
        for names, items in item.body.lists.items():
            made.lists.setdefault(names, []).extend(items)
        comes_back = item.place == taker.where or (taker.where in item.takes and not homes)
        if item.from_list or comes_back:
            for names, found in item.body.empties.items():
                made.empties.setdefault(names, []).extend(found)
    return made


def emptied(hub: HubObject, each: ListCorrespondence) -> bool:
    """Tell whether a list is to be emptied so far, or to be null."""
    found = [empty.value for empty in hub.empties.get(each.hub, []) if each.list.nullable or empty.value == []]
    return bool(found) and not hub.lists.get(each.hub)


def tells(taker: PickCorrespondence) -> bool:
    """Tell whether the word that a single item is marked by is one that tells rows apart."""
    return taker.where is not None and rows_of(taker.hub).by == taker.where[0]


def is_among(body: HubObject, bodies: list[HubObject]) -> bool:
    """Tell whether it is one of them, and not only equal to one."""
    return any(body is one for one in bodies)


def one_for_all(share: list[HubItem], hollow: list[HubObject], taker: PickCorrespondence) -> HubObject | None:
    """Return what one item of a list, or all of them together, say where there is room for one.

    Where nothing but their order tells items apart, it is the first of those that are not hollow.
    """
    rows = rows_of(taker.hub)
    if not share or not share[0].from_list or share[0].place is not None:
        return next((item.body for item in share if not is_among(item.body, hollow)), None)
    if taker.where is not None and taker.where[1] is not None and not tells(taker):
        return next((item.body for item in share if not is_among(item.body, hollow)), None)
    name = rows.by or (taker.where[0] if taker.where is not None else None)
    if name is None:
        return gathered(share, taker, rows)
    words = [cell.value if (cell := item.body.values.get((name,))) is not None else None for item in share]
    wanted = taker.answers.get(rows.answer or "") or share[0].answers.get(rows.answer or "")
    silent = [item for item, word in zip(share, words, strict=True) if word is None]
    meant = [item for item, word in zip(share, words, strict=True) if wanted is not None and word == wanted]
    for item in [*meant, *silent] if rows.asked_for else [*silent, *meant]:
        return item.body
    if rows.asked_for and wanted is not None:
        return None
    return share[0].body if len(share) == 1 else agreed([item.body for item in share], rows)


def agreed(bodies: list[HubObject], rows: Rows) -> HubObject | None:
    """Return what all rows say alike, where they agree in what counts."""
    names = {one for body in bodies for one in body.values}

    def alike(one: Names) -> bool:
        cells = [body.values.get(one) for body in bodies]
        found = [MISSING if cell is None else cell.value for cell in cells]
        return all(same(value, found[0]) for value in found)

    counted = [one for one in names if one[0] in rows.agree]
    if not counted or not all(map(alike, counted)):
        return None
    return HubObject({one: cell for one, cell in bodies[0].values.items() if alike(one)}, bodies[0].lists)


def gathered(share: list[HubItem], taker: PickCorrespondence, rows: Rows) -> HubObject:
    """Return the first row, with what all rows make up together."""
    whole = HubObject(dict(share[0].body.values), share[0].body.lists, share[0].body.empties)
    if len(share) == 1:
        return whole
    for name, how in rows.gathered.items():
        cells = [cell for item in share if (cell := item.body.values.get((name,))) is not None]
        counted = [cell for cell in cells if is_of(cell.value, "number")]
        answers = {**share[0].answers, **taker.answers}
        how = how if how == "sum" else answers.get(how, "none")
        whole.values.pop((name,), None)
        if how == "none":
            continue
        if not counted:
            if cells:
                whole.values[name,] = cells[0]
        elif how == "sum" and len(counted) > 1:
            exact = Decimal(str(counted[0].value))
            others, counted = counted[1:], counted[:1]
            for cell in others:
                more = Context(prec=4000).add(exact, Decimal(str(cell.value)))
                # what would make it longer than any number may be is left out
                if within(simplest(more)) is not MISSING:
                    exact = more
                    counted.append(cell)
            if len(counted) == 1:
                whole.values[name,] = counted[0]
                continue
            places = set().union(*(cell.sources for cell in counted))
            whole.values[name,] = counted[0] if same(counted[0].value, exact) else Cell(simplest(exact), places)
        elif how == "sum" or how == "first":
            whole.values[name,] = counted[0]
        elif how == "least":
            whole.values[name,] = min(counted, key=lambda cell: Fraction(str(cell.value)))
    return whole


def can_mark(taker: ListCorrespondence | PickCorrespondence, item: HubItem) -> bool:
    """Tell whether a target list can say what marks a single item among others."""
    name = item.place[0] if item.place is not None else ""
    return isinstance(taker, ListCorrespondence) and any(line.hub == ((name,),) for line in taker.scope.values)


def is_kind(item: HubItem, where: Where) -> bool:
    if item.place is not None:
        return item.place == where
    said = item.body.values.get((where[0],))
    if where[1] is None:
        # an item made of plain values is one that can never say it
        silent = item.from_list or not any(line.hub == ((where[0],),) for line in item.scope.values)
        return silent and (said is None or said.value is None)
    return said is not None and said.value == where[1]


def says(each: ListCorrespondence, where: Where) -> bool:
    """Tell whether a source list can have items of a kind: it is that kind's, or its items say their own."""
    if each.where is not None:
        return each.where == where
    return any(line.hub == ((where[0],),) for line in each.scope.values)


def swap(empty: Empty, taker: ListCorrespondence, better: set[Where | None]) -> bool:
    """Tell whether two lists take each other's kind, and neither has a better place beside the other."""
    ours, theirs = empty.each.where, taker.where
    if ours is None or theirs is None or ours in better or ours not in taker.takes:
        return False
    return theirs in empty.each.takes and all(other.where != theirs for other in empty.beside)


def alike(one: Codec, other: Codec) -> bool:
    """Tell whether two codecs write the same."""
    return type(one) is type(other) and repr(vars(one)) == repr(vars(other))


def unreadable(codec: Codec, value: Any) -> bool:
    """Tell whether a text says something, and nothing that a codec of numbers, truth values or times can read."""
    if not isinstance(value, str) or not value.strip() or not set(codec.normalises) - {"measure-unit"}:
        return False
    return codec.steps[0].reads_texts and codec.steps[0].decode(value) == (MISSING,)


def respelled(codec: Codec, value: Any, written: Any) -> bool:
    """Tell whether a codec that reads several spellings writes this value as another JSON type."""
    if set(codec.normalises) <= {"measure-unit"} or written is MISSING:
        return False
    return type(written) is not type(value) and not (is_of(written, "number") and is_of(value, "number"))


# -- limits ---------------------------------------------------------------------------------------------------


def holds(when: str, value: Any) -> bool:
    """Tell whether a condition is true; one that fails is not."""
    try:
        return jmespath.search(when, value) is True
    except Exception:
        return False


def looks_like(pattern: str, text: str) -> bool:
    """Tell whether a text looks like a pattern: letters, digits and blanks of ASCII, ``$`` the very end."""
    found, inside, at = [], False, 0
    while at < len(pattern):
        sign = pattern[at : at + 2] if pattern[at] == "\\" else pattern[at]
        at += len(sign)
        if sign in ("[", "]"):
            inside = sign == "["
        blanks = {r"\s": r"\t\n\f\r ", r"\S": r"\x00-\x08\x0b\x0e-\x1f!-\U0010ffff"}
        if sign in blanks:
            sign = blanks[sign] if inside else f"[{blanks[sign]}]"
        found.append(r"\Z" if sign == "$" and not inside else sign)
    return re.search("".join(found), text, re.ASCII) is not None


def own_look(one: Field) -> Field:
    """Return a field without the pattern by which foreign identifiers are known."""
    if one.refers is None:
        return one
    return replace(one, pattern=None, item=None if one.item is None else own_look(one.item))


def fit(one: Field, value: Any, item: bool = False) -> Any:
    """Return what a field takes of a value: all of it, a text cut to length, or MISSING."""
    if value is None:
        return None if one.nullable and not item and one.at != () else MISSING
    if one.item is not None:
        if not isinstance(value, list):
            return MISSING
        kept = [fitted for fitted in (fit(one.item, each, item=True) for each in value) if fitted is not MISSING]
        return kept if kept or not value else MISSING
    if not any(is_of(value, name) for name in one.types):
        return MISSING
    if isinstance(value, str):
        if one.max_length is not None and len(value) > one.max_length:
            value = shortened(value, one.max_length) if one.cut and one.enum is None else MISSING
            if value is MISSING:
                return MISSING
        if one.min_length is not None and len(value) < one.min_length:
            return MISSING
        if one.pattern is not None and not looks_like(one.pattern, value):
            return MISSING
    elif is_of(value, "number"):
        if one.minimum is not None and value < one.minimum:
            return MISSING
        if one.maximum is not None and value > one.maximum:
            return MISSING
    if one.enum is not None and not any(type(word) is type(value) and word == value for word in one.enum):
        return MISSING
    return value


def shortened(text: str, limit: int) -> Any:
    """Return the longest beginning that fits with the end tags that it lacks; MISSING where that says nothing."""
    tags = list(tags_of(text))
    pairs = elements(text, tags)
    opening = {begin for _, begin, _ in pairs}
    edges = [0, *(edge for tag in tags for edge in tag), len(text)]
    runs = [(start, stop) for start, stop in zip(edges[::2], edges[1::2], strict=True) if start < stop]
    for end in range(min(limit, len(text)), 0, -1):
        if any(start < end < stop or (end == stop and start in opening) for start, stop in tags):
            continue
        if not all(between_signs(text[start:stop], end - start) for start, stop in runs if start < end < stop):
            continue
        whole = text[:end] + "".join(f"</{name}>" for name, begin, last in reversed(pairs) if begin < end <= last)
        if len(whole) <= limit:
            return whole if any(start < end for start, _ in runs) else MISSING
    return MISSING


def tags_of(text: str) -> Iterator[tuple[int, int]]:
    """Yield where tags and comments begin and end, reading letter by letter."""
    at = 0
    while at < len(text):
        stop = None
        if text.startswith("<!--", at):
            found = text.find("-->", at + 4)
            stop = len(text) if found < 0 else found + 3
        elif re.match("</?[A-Za-z]", text[at : at + 3]):
            quote = ""
            for index in range(at + 1, len(text)):
                sign = text[index]
                if quote:
                    quote = "" if sign == quote else quote
                elif sign in "\"'":
                    quote = sign
                elif sign in "<>":
                    stop = index + 1 if sign == ">" else None
                    break
        if stop is not None:
            yield at, stop
        at = at + 1 if stop is None else stop


def elements(text: str, tags: list[tuple[int, int]]) -> list[tuple[str, int, int]]:
    """Return the elements that have both tags: name, begin of the first and begin of the last, outer ones first."""
    found: list[tuple[str, int, int]] = []
    waiting: list[tuple[str, int]] = []
    for start, stop in tags:
        name = re.match("[A-Za-z][^\\s<>/\"']*", text[start:stop].lstrip("</"))
        if name is None or text.startswith("<!--", start):
            continue
        if text[start + 1] != "/":
            waiting.append((name.group(), start))
        elif any(one.lower() == name.group().lower() for one, _ in waiting):
            while waiting[-1][0].lower() != name.group().lower():
                waiting.pop()
            found.append((*waiting.pop(), start))
    return sorted(found, key=lambda one: one[1])


def between_signs(run: str, at: int) -> bool:
    """Tell whether a place in a text without tags is between two signs, and in no entity."""
    entities = [one.span() for one in re.finditer(ENTITY, run)]
    if any(start < at < stop for start, stop in entities):
        return False
    shown, before = (re.sub(ENTITY, lambda one: html.unescape(one[0]), text) for text in (run, run[:at]))
    return len(before) in {one.end() for one in regex.finditer(r"\X", shown)}


ENTITY = "&(#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);"


def is_of(value: Any, name: str) -> bool:
    """Tell whether a value is of a JSON Schema type."""
    number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return {
        "any": True,
        "string": isinstance(value, str),
        "boolean": isinstance(value, bool),
        "number": number,
        "integer": number and value == int(value),
        "object": isinstance(value, dict),
        "array": isinstance(value, list),
    }[name]


def _without_withheld(product: Any, profile: Profile) -> Any:
    made = copy.deepcopy(product)
    for one, line in profile.fields():
        if isinstance(line, Correspondence) and line.withheld and isinstance(fetch(made, one.at[:-1]), dict):
            fetch(made, one.at[:-1]).pop(one.at[-1], None)
    return made
