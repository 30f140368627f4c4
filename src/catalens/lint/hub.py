"""Check a profile as it is resolved: what arrives where in the hub, and whether it can stand there."""

from __future__ import annotations

from typing import Any, TypeAlias

from catalens.codecs.base import SAME, Codec, TypesRefused
from catalens.codecs.json_types import Types, beyond
from catalens.errors import did_you_mean
from catalens.lint.agreement import (
    SHAPES,
    WORDS,
    HubField,
    NoHubField,
    helpful_codecs,
    hub_field,
    worded,
)
from catalens.lint.findings import Findings, Keys
from catalens.lint.profiles import Claims
from catalens.mapping.model import Limits, Line
from catalens.mapping.profile import (
    Correspondence,
    LeafNode,
    ListCorrespondence,
    Names,
    PickCorrespondence,
    Scope,
    in_words,
)
from catalens.paths import MISSING, Each, Key, Path, Pick, Where, show
from catalens.payloads import dumps
from catalens.validate import value_errors

#: hub path -> the types that arrive there, and the line that they come from
Arrivals: TypeAlias = "dict[Path, tuple[Types, Keys]]"
Feeder = ListCorrespondence | PickCorrespondence


def check_hub_side(findings: Findings, claims: Claims, scope: Scope) -> Arrivals:
    """Check a profile's scope, and all scopes within it; return what arrives where."""
    check = _HubCheck(findings, claims)
    check.scope(in_words(scope), ())
    return check.arrivals


def check_crossing(findings: Findings, one: Arrivals, other: Arrivals) -> None:
    """Warn where two profiles, which exchange values through the hub, put different things in one place."""
    for path, (types, keys) in other.items():
        there, first = one.get(path, (types, keys))
        # what is more open on one side is no other thing
        if beyond(types, there) and beyond(there, types) and first != keys:
            message = (
                f"{show(path)!r} holds {worded(types)} here, and {worded(there)} in line {findings.number(first)}"
            )
            findings.warn(findings.place(keys, "hub"), "crossing", message, "name another hub field")
    for outer, inner in ((one, other), (other, one)):
        for path, (_, keys) in inner.items():
            above = next((path[:length] for length in range(1, len(path)) if path[:length] in outer), None)
            if above is not None:
                first = outer[above][1]
                message = f"{show(above)!r} holds fields here, and one value in line {findings.number(first)}"
                findings.warn(findings.place(keys, "hub"), "crossing", message, "name another hub field")


class _HubCheck:
    def __init__(self, findings: Findings, claims: Claims) -> None:
        self.findings, self.claims = findings, claims
        self.arrivals: Arrivals = {}

    def scope(
        self, scope: Scope, at: Path, within: PickCorrespondence | None = None, keys: Correspondence | None = None
    ) -> None:
        """Check a scope at a hub path, and all scopes in it; ``within`` is the item that it is part of, if any.

        ``keys`` is what the key of a map's entry says, where the scope is that of one.
        """
        for value in (one for each in scope.lists for place in each.places for one in place.members):
            self.value(value, at)
        for value in scope.values:
            self.value(value, at)
            if any(one.item is not None and self.findings.lines[one.keys].takes for one in value.fields):
                self.check_takes(value.fields[0].keys, None, at)
        self.check_names(scope, keys)
        if keys is not None:
            self.check_keys(keys, at)
        self.check_feeders(scope)
        for each in scope.lists:
            line = self.line_of(each)
            if each.where is not None or within is None or not within.joins:
                self.check_takes(line, each.where, (*at, *map(Key, each.hub)))
            else:
                self.check_takes(line, within.where, at[:-1])
            self.check_flattens(each, (*at, *map(Key, each.hub)))
            self.scope(each.scope, (*at, *map(Key, each.hub), Each(each.where)), keys=each.keys)
        for pick in scope.picks:
            self.scope(pick.scope, (*at, *map(Key, pick.hub), Pick(pick.where)), pick)

    # -- types and words ----------------------------------------------------------------------------------------

    def value(self, value: Correspondence, at: Path) -> None:
        """Hold the types that come through a codec against the hub fields where they arrive."""
        if not value.hub:
            return
        keys, whole = value.fields[0].keys, value.fields[0].item is not None
        line = self.findings.lines[keys]
        place = self.findings.place(keys, "codec" if line.codec is not None else "table")
        if whole and value.codec is not SAME:
            message = f"{value.codec.name!r} converts one value, and here a whole list corresponds to a list"
            self.findings.say(place, "codec", message)
            return
        paths = [(*at, *map(Key, names), *((Each(),) if whole else ())) for names in value.hub]
        ends = [hub_field(path) for path in paths]
        try:
            arriving = value.codec.types_through([frozenset((one.item or one).types) for one in value.fields])
        except TypesRefused as error:
            hint = _helpful(error.refused, ends[0].type) if error.codec.hub_types == (ends[0].type,) else None
            message = f"codec {error.codec.name!r} reads {worded(error.taken)}, not {worded(error.refused)}"
            self.findings.say(place, "type-mismatch", message, hint)
            return
        if value.codec.writes_any and not SHAPES & {*value.fields[0].types}:
            held = worded(frozenset(value.fields[0].types))
            message = f"{value.codec.name!r} writes objects and lists, and the field holds {held}"
            self.findings.say(place, "codec", message, "write plain-text")
        for types, end, path in zip(arriving, ends, paths, strict=True):
            self.arrivals[path] = (types, keys)
            self.check_types(keys, types, end, path, value.codec)
        self.check_words(keys, line, ends[0], value)
        self.check_none(place, value)

    def check_none(self, place: Keys, value: Correspondence) -> None:
        """Hold what says that there is none against the limits of the fields where it is written."""
        for index, one in enumerate(value.fields):
            none = value.codec.none(index)
            if none is MISSING:
                continue
            errors = value_errors(none, LeafNode(one.item or one))
            for error in errors[:1]:
                message = f"{value.codec.name!r} writes {dumps(none).decode()} where there is none: {error.message}"
                self.findings.say(place, "none", message)

    def check_types(self, keys: Keys, types: Types, end: HubField, path: Path, codec: Codec) -> None:
        wrong = beyond(types, frozenset({end.type}))
        if not wrong:
            return
        line = self.findings.lines[keys]
        if "any" in types and (line.type is None or end.type != "string"):
            hint: str | None = "say its type"
        elif end.type == "array" and wrong == {"array"}:
            hint = f"write '{keys[-1]}[]' and '{line.hub}[]'"
        else:
            hint = _helpful(types, end.type) if line.codec is None or codec.passes else None
        message = f"{show(path)!r} holds {WORDS[end.type]}, and what arrives is {worded(wrong)}"
        self.findings.say(self.findings.place(keys, "hub"), "type-mismatch", message, hint)

    def check_words(self, keys: Keys, line: Line, end: HubField, value: Correspondence) -> None:
        """Hold the words of a table or enum against those that the hub field allows."""
        if end.values and line.table is not None:
            for wire, row in line.table.items():
                listed = isinstance(row, list)
                for index, word in enumerate(row if listed else [row]):
                    self.check_word((*keys, "table", wire, *((index,) if listed else ())), word, end.values)
        elif end.values and line.enum is not None and value.codec is SAME:
            for index, word in enumerate(line.enum):
                self.check_word((*keys, "enum", index), word, end.values)
        elif value.codec.units and line.types is not None:
            member = line.types[-1]
            for index, word in enumerate((member.enum if isinstance(member, Limits) else None) or ()):
                self.check_word((*keys, "types", len(line.types) - 1, "enum", index), word, value.codec.units)

    def check_word(self, place: Keys, word: Any, allowed: tuple[str, ...]) -> None:
        if word not in allowed:
            message = f"the hub has {', '.join(allowed)} here, and not {word!r}"
            self.findings.say(place, "unknown-hub-value", message, did_you_mean(str(word), allowed))

    # -- what is said twice -------------------------------------------------------------------------------------

    def check_keys(self, keys: Correspondence, at: Path) -> None:
        """Check that the keys of a map stand for a text in the items of the hub list."""
        place: Keys = (*keys.fields[0].keys, "keys")
        path = (*at, *map(Key, keys.hub[0]))
        try:
            end = hub_field(path)
        except NoHubField as error:
            self.findings.say(place, error.code, str(error), error.hint)
            return
        if end.type not in ("string", "any"):
            message = f"{show(path)!r} holds {WORDS[end.type]}, and a key is text"
            self.findings.say(place, "type-mismatch", message)

    def check_names(self, scope: Scope, keys: Correspondence | None) -> None:
        """Report hub fields that two lines write, or that are a value for one line and hold another's."""
        taken: dict[Names, Keys] = {} if keys is None else {keys.hub[0]: keys.fields[0].keys}
        marked = [one for each in scope.lists for place in each.places for one in place.members]
        for value in (*scope.values, *marked):
            for names in value.hub:
                if names in taken:
                    self.twice(value.fields[0].keys, names, taken[names])
                taken.setdefault(names, value.fields[0].keys)
        others = [(each.hub, self.line_of(each)) for each in _feeders(scope)]
        for names, line in [*taken.items(), *others]:
            above = [names[:length] for length in range(1, len(names)) if names[:length] in taken]
            if (names, line) in others and names in taken:
                above.append(names)
            if above:
                self.twice(line, above[0], taken[above[0]])

    def twice(self, keys: Keys, names: Names, first: Keys) -> None:
        hub = show(tuple(map(Key, names)))
        hint = "name another hub field"
        if first == keys:
            message = f"{hub!r} stands twice in the group"
        else:
            message = f"{hub!r} is the counterpart of line {self.findings.number(first)} already"
            pair = f"[{first[-1]}, {keys[-1]}]"
            # a group is of fields that stand side by side in one object
            if not set("[*?").intersection(pair[1:]):
                hint += f', or make one line of both: "{pair}": {{types: […, …], hub: {hub}, codec: …}}'
        self.findings.say(self.findings.place(keys, "hub"), "same-hub-field", message, hint)

    def check_feeders(self, scope: Scope) -> None:
        """Report hub lists of which it is open where an item comes from."""
        feeders = _feeders(scope)
        for later, one in enumerate(feeders):
            rivals = [other for other in feeders[:later] if one.hub == other.hub and _overlap(one, other)]
            if rivals:
                keys, first = self.line_of(one), self.line_of(rivals[0])
                hub = show(tuple(map(Key, one.hub)))
                message = f"an item of {hub!r} may be from here or from line {self.findings.number(first)}"
                hint = "tell them apart by filters on one key"
                self.findings.say(self.findings.place(keys, "hub"), "ambiguous-list", message, hint)

    def check_takes(self, keys: Keys, where: Where | None, at: Path) -> None:
        """Check the kinds of items that a list takes beside its own, which its filter says, or that of its item."""
        kinds = self.findings.lines[keys].takes
        if kinds and (where is None or where[1] is None):
            self.findings.stale(keys, "takes", "adds to the kind of items that a filter says, and there is no filter")
            return
        for index, kind in enumerate(kinds):
            assert where is not None
            try:
                hub_field((*at, Each((where[0], kind))))
            except NoHubField as error:
                self.findings.say((*keys, "takes", index), error.code, str(error), error.hint)

    def check_flattens(self, each: ListCorrespondence, at: Path) -> None:
        """Check that what is to be flattened is a list of what the list itself holds."""
        held = [one for value in each.scope.values for one in value.fields]
        if each.flattens is None or any(one.at for one in held):
            return
        keys = self.line_of(each)
        try:
            inner = hub_field((*at, Each(), Key(each.flattens), Each()))
        except NoHubField as error:
            self.findings.say((*keys, "flattens"), error.code, str(error), error.hint)
            return
        types = frozenset(kind for one in held for kind in one.types)
        if beyond(frozenset({inner.type}), types):
            message = f"{each.flattens!r} holds {WORDS[inner.type]}, and what this list holds is {worded(types)}"
            self.findings.say((*keys, "flattens"), "type-mismatch", message)

    def line_of(self, feeder: Feeder) -> Keys:
        """Return the line of a list, or the first line of what corresponds to one item."""
        if isinstance(feeder, ListCorrespondence):
            return self.claims.lists.get((*feeder.list.path, Each()), feeder.list.keys)
        return next(feeder.scope.wire_fields()).keys


def _feeders(scope: Scope) -> list[Feeder]:
    """Return what items of hub lists belong to; a pick may have lost all its lines."""
    return [*scope.lists, *(pick for pick in scope.picks if any(True for _ in pick.scope.wire_fields()))]


def _overlap(one: Feeder, other: Feeder) -> bool:
    """Tell whether an item of a hub list can belong to both."""
    if one.where is None or other.where is None or one.where[0] != other.where[0]:
        return True
    return not {one.where, *one.takes}.isdisjoint({other.where, *other.takes})


def _helpful(types: Types, wanted: str) -> str | None:
    found = helpful_codecs(types, wanted)
    return f"codec {' or '.join(found)} would make {WORDS[wanted]} of it" if found else None
