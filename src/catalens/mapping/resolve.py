"""From the lines of a mapping to the scopes of its profiles.

Each line is brought to one shape (wire paths, hub paths, both absolute), whether it was written flat or nested;
then scopes are built from the outside in. Everything that cannot be resolved becomes a Problem with the line's
keys; ``lint`` gives it a place in the file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from catalens.account.codes import Severity, worst
from catalens.codecs.base import SAME, Chain, Codec
from catalens.codecs.registry import UnknownCodec, make_codec
from catalens.codecs.scalars import OpenTable, Table
from catalens.hub import ASSUMPTIONS, rows_of
from catalens.mapping.hub_format import hub_severity
from catalens.mapping.model import Drop, Limits, Line, MappingModel, WireType
from catalens.mapping.places import make_places, mark_at
from catalens.mapping.profile import (
    Correspondence,
    Field,
    ListCorrespondence,
    Names,
    ObjectNode,
    Order,
    PickCorrespondence,
    Profile,
    Scope,
    key_names,
    make_field,
    scalar_list,
    wire_tree,
    wire_value,
)
from catalens.paths import (
    Each,
    Key,
    Path,
    PathError,
    Pick,
    Where,
    expand_group,
    is_every,
    parse,
    pick_filters,
    plain,
    show,
)

Keys = tuple[str, ...]

#: what a word in a text looks like that commas part
ONE_WORD = r"^[^,\s]([^,]*[^,\s])?$"


@dataclass(frozen=True)
class Problem:
    """Something in a mapping that does not hold: where (keys), a stable code, what, and the nearest fix."""

    keys: Keys
    code: str
    message: str
    hint: str | None = None
    severity: str = "error"


@dataclass
class PlacedLine:
    """One line, brought to absolute paths (relative to the scope under construction)."""

    wire: tuple[Path, ...]
    hub: tuple[Path, ...] | None
    line: Line
    keys: Keys
    full: tuple[Path, ...] = ()
    is_list: bool = False
    #: None where neither a hub field nor the line, nor a list that it stands in, says it
    severity: Severity | None = None
    #: that of the hub list, for a map of values
    map_severity: Severity | None = None


@dataclass
class Resolver:
    """Builds the scopes of one profile and collects what is wrong."""

    mapping: MappingModel
    assume: dict[str, str]
    problems: list[Problem] = field(default_factory=list)
    codecs: dict[str, Codec] = field(default_factory=dict)

    def problem(self, keys: Keys, code: str, message: str, hint: str | None = None) -> None:
        self.problems.append(Problem(keys, code, message, hint))

    # -- lines to placed lines -------------------------------------------------------------------------------------

    def placed_lines(
        self,
        lines: dict[str, Line],
        keys: Keys,
        wire: Path = (),
        hub: Path | None = None,
        severity: Severity | None = None,
    ) -> list[PlacedLine]:
        """Bring lines to one shape; ``wire``, ``hub`` and ``severity`` are those of the list that they stand in."""
        found: list[PlacedLine] = []
        for text, line in lines.items():
            here = (*keys, text)
            try:
                wires = tuple(parse(member) for member in expand_group(text) or (text,))
                hubs = self._hub_paths(line)
            except PathError as error:
                self.problem(here, "path", str(error))
                continue
            wires = tuple((*wire, *path) for path in wires)
            if hubs is not None and hub is not None:
                hubs = tuple((*hub, *path) for path in hubs)
            elif (
                hubs is not None
                and wire
                and not line.fields
                and hub is None
                and keys[-1] == "fields"
                and len(keys) > 1
            ):
                self.problem(here, "hub", "stands in a list that has no hub list, so it can have no hub path")
                continue
            is_list = bool(wires[0]) and isinstance(wires[0][-1], Each) and line.fields is not None
            said = line.severity or severity
            of_map = _severity(tuple(map(_up_to_list, hubs or ())), said)
            found.append(PlacedLine(wires, hubs, line, here, wires, is_list, _severity(hubs, said), of_map))
            if line.fields is not None:
                if not is_list:
                    message = "only a list (a path that ends in []) or a map (.*) has inner fields"
                    self.problem(here, "fields", message)
                    continue
                inner = self.placed_lines(line.fields, (*here, "fields"), wires[0], hubs[0] if hubs else None, said)
                found.extend(inner)
        return found

    @staticmethod
    def _hub_paths(line: Line) -> tuple[Path, ...] | None:
        if line.hub is None:
            return None
        return tuple(parse(member) for member in expand_group(line.hub) or (line.hub,))

    # -- placed lines to scopes ------------------------------------------------------------------------------------

    def scope(self, entries: Iterable[PlacedLine], in_ext: bool = False) -> Scope:
        """Build the scope that the entries describe; their paths are relative to it."""
        scope = Scope()
        lists: dict[Names, list[PlacedLine]] = {}
        picks: dict[tuple[Names, Where | None], list[PlacedLine]] = {}
        for entry in entries:
            if any(isinstance(step, Each) for step in entry.wire[0]):
                lists.setdefault(_before_list(entry.wire[0]), []).append(entry)
                continue
            words = self.words(entry)
            if words is not None:
                scope.values.append(words)
                continue
            hub = None if entry.hub is None else tuple(pick_filters(path) for path in entry.hub)
            picked = None if hub is None else self._picked(hub, entry)
            if picked is not None:
                prefix, where, rest = picked
                picks.setdefault((prefix, where), []).append(replace(entry, hub=rest))
            else:
                value = self.value(replace(entry, hub=hub), in_ext)
                if value is not None:
                    scope.values.append(value)
        for at, members in lists.items():
            self._list(scope, at, members, picks, in_ext)
        for (prefix, where), members in picks.items():
            made = self._pick(prefix, where, self.scope(members, in_ext))
            scope.picks.append(replace(made, takes=_taken(where, members)))
        return scope

    def _pick(self, hub: Names, where: Where | None, scope: Scope) -> PickCorrespondence:
        """Make the correspondence of one item of a hub list: where the hub tells rows apart, the one asked for."""
        rows = rows_of(hub)
        if where is None and rows.asked_for and rows.by and rows.answer in self.assume:
            where = (rows.by, self.assume[rows.answer])
        return PickCorrespondence(hub, where, scope, answers=self.answers)

    @property
    def answers(self) -> dict[str, str]:
        """What is assumed of the rows of hub lists."""
        return {name: answer for name, answer in self.assume.items() if name in ASSUMPTIONS}

    def _picked(
        self, hub: tuple[Path, ...], entry: PlacedLine
    ) -> tuple[Names, Where | None, tuple[Path, ...]] | None:
        """Split hub paths at their first pick; None where there is none."""
        split = [next((i for i, step in enumerate(path) if not isinstance(step, Key)), None) for path in hub]
        if all(i is None for i in split):
            return None
        first = split[0]
        heads = {path[: i + 1] if i is not None else None for path, i in zip(hub, split, strict=True)}
        step = hub[0][first] if first is not None else None
        if len(heads) != 1 or not isinstance(step, Pick) or first is None:
            self.problem(entry.keys, "hub", "the hub fields of a group stand in one object, and a value in no list")
            return None
        return key_names(hub[0][:first]), step.where, tuple(path[first + 1 :] for path in hub)

    def value(self, entry: PlacedLine, in_ext: bool) -> Correspondence | None:
        names = [key_names(path) for path in entry.wire]
        line = entry.line
        limits = self.member_limits(entry)
        if limits is None:
            return None
        fields = tuple(
            make_field(one, at, full, self.mapping.nullable, entry.keys, entry.severity)
            for one, at, full in zip(limits, names, entry.full, strict=True)
        )
        codec = self.codec(line, entry.keys)
        if codec is None:
            return None
        if line.dropped is not None or line.withheld is not None:
            return Correspondence(fields, (), SAME, line.dropped, line.withheld, line.because, line.constant)
        if entry.hub is None:
            hub: tuple[Names, ...] = tuple(at if in_ext else ("ext", self.mapping.format, *at) for at in names)
        else:
            hub = tuple(key_names(path) for path in entry.hub)
            if _is_open(line):
                hub += tuple(("ext", self.mapping.format, *at) for at in names)
        if codec is SAME and len(fields) == len(hub) == 1:
            pass
        elif codec.wires != len(fields) or codec.hubs != len(hub):
            self.problem(
                entry.keys,
                "group",
                f"codec '{codec.name}' relates {codec.wires} wire and {codec.hubs} hub fields, "
                f"here are {len(fields)} and {len(hub)}",
            )
            return None
        return Correspondence(fields, hub, codec, because=_reason(line))

    def words(self, entry: PlacedLine) -> Correspondence | None:
        """Make the correspondence of a text whose words are a field of a hub list's items; None for all else."""
        if entry.hub is None or not len(entry.hub) == len(entry.wire) == 1 or entry.line.codec is None:
            return None
        path, line = entry.hub[0], entry.line
        depth = next((depth for depth, step in enumerate(path) if not isinstance(step, Key)), len(path))
        codec = self.codec(line, entry.keys) if path[depth : depth + 1] == (Each(),) else None
        word = None if codec is None else codec.steps[-1].each_word
        if codec is None or word is None or not all(isinstance(step, Key) for step in path[depth + 1 :]):
            return None
        at, nullable = key_names(entry.wire[0]), self.mapping.nullable
        text = make_field(line, at, entry.full[0], nullable, entry.keys, entry.severity)
        item = replace(text, at=(), types=("string",), nullable=False, pattern=ONE_WORD)
        inner = Scope([Correspondence((item,), (key_names(path[depth + 1 :]),), word)])
        whole = replace(text, types=("array",))
        words = ListCorrespondence(whole, key_names(path[:depth]), None, inner, answers=self.answers)
        return Correspondence((text,), (key_names(path),), codec, because=line.because, words=words)

    def member_limits(self, entry: PlacedLine) -> list[Line] | None:
        """Return the line of each member of a group, with its own limits; None, and a problem, where they differ."""
        line = entry.line
        if line.types is None:
            return [line] * len(entry.wire)
        if len(line.types) != len(entry.wire):
            self.problem(entry.keys, "types", f"{len(entry.wire)} fields, and {len(line.types)} types")
            return None
        return [
            line.model_copy(update=one.model_dump(exclude_unset=True))
            if isinstance(one, Limits)
            else line.model_copy(update={"type": one})
            for one in line.types
        ]

    def _list(
        self,
        scope: Scope,
        at: Names,
        entries: list[PlacedLine],
        picks: dict[tuple[Names, Where | None], list[PlacedLine]],
        in_ext: bool,
    ) -> None:
        """Add one wire list: as a value, as a list correspondence, or to the pick that its hub list is behind."""
        marked = [entry for entry in entries if mark_at(entry.wire[0], len(at)) is not None]
        entries = [entry for entry in entries if entry not in marked]
        if not entries:
            whole_list = show((*marked[0].full[0][: len(at)], Each()))
            message = f"{whole_list!r} has no line of its own, only one of its items"
            self.problem(marked[0].keys, "path", message, f"give {whole_list} a line with the fields of its items")
            return
        aligned = [_align(entry) for entry in entries]
        hubs = {_hub_list(entry.hub[0]) for entry in aligned if entry.hub is not None}
        if len(hubs) > 1:
            shown = " and ".join(sorted(show(hub) for hub in hubs))
            self.problem(entries[-1].keys, "list", f"one wire list corresponds to one hub list, not to {shown}")
            return
        hub = hubs.pop() if hubs else None
        if hub is not None and any(isinstance(step, Pick) for step in hub):
            prefix, where, _ = self._picked((hub,), entries[0]) or ((), None, ())
            behind = [_below(entry, 0, len(prefix) + 1) for entry in aligned]
            picks.setdefault((prefix, where), []).extend(behind)
            return
        cut, depth = len(at) + 1, len(hub or ())
        only = aligned[0] if len(aligned) == 1 and not aligned[0].is_list else None
        is_map = entries[0].wire[0][len(at)] == Each(keyed=True)
        if is_map and hub is None:
            message = "a map's entries correspond to the items of a hub list"
            self.problem(entries[0].keys, "map", message, "say hub: PATH[], or leave out .* and say type: object")
            return
        if (
            only is not None
            and not is_map
            and len(only.wire[0]) == cut
            and (only.hub is None or not only.hub[0][depth:])
        ):
            self._scalars(scope, only, at, None if hub is None else hub[:-1], in_ext)
            return
        step = hub[-1] if hub else None
        where = step.where if isinstance(step, Each) else None
        if where is not None and where[1] is None:
            self.problem(entries[0].keys, "hub", "a filter for null marks one item, not those of a list")
            return
        own = next((entry for entry in aligned if entry.is_list and len(entry.wire[0]) == cut), None)
        # a list's own line comes again at each deeper level; those that are lists of the item go there
        inner = [entry for entry in aligned if not entry.is_list]
        inner += [entry for entry in aligned if entry.is_list and len(entry.wire[0]) > cut]
        items = self.scope([_below(entry, cut, depth) for entry in inner], in_ext or hub is None)
        names = key_names(hub) if hub is not None else at if in_ext else ("ext", self.mapping.format, *at)
        line = own.line if own is not None else only.line if only is not None else Line()
        takes = tuple((where[0], kind) for kind in line.takes) if where is not None else ()
        whole = self._list_field(at, entries, own)
        needs = self._needs(line, own)
        words = (line.key, line.when, takes, needs, self.answers, _order(line, items), line.flattens)
        places = make_places(self, marked, entries, items, cut)
        keys = self._keys(line, own or only, whole, hub) if is_map else None
        if keys is not None or not is_map:
            scope.lists.append(ListCorrespondence(whole, names, where, items, *words, places, keys))

    def _keys(self, line: Line, own: PlacedLine | None, whole: Field, hub: Path | None) -> Correspondence | None:
        """Make what the keys of a map say; None, and a problem, where its line does not name a hub field."""
        keys = own.keys if own is not None else whole.keys
        if line.keys is None or own is None:
            message = "nothing is said of the keys of this map"
            self.problem(keys, "map", message, "name the hub field that they stand for: keys: NAME")
            return None
        try:
            names = key_names(parse(line.keys))
        except PathError as error:
            self.problem((*keys, "keys"), "path", str(error))
            return None
        severity = hub_severity((*(hub or ()), *map(Key, names)))
        path = (*whole.path, Each(keyed=True))
        said = make_field(Line(type="string", nullable=False), (), path, False, keys, severity)
        return Correspondence((said,), (names,), SAME)

    def _needs(self, line: Line, own: PlacedLine | None) -> tuple[Names, ...]:
        """Return the places that a list's line says its items need; only a list that has a line needs any."""
        found: list[Names] = []
        if own is None:
            return ()
        for text in line.needs:
            try:
                path = parse(text)
            except PathError as error:
                self.problem((*own.keys, "needs"), "path", str(error))
                continue
            found.append(key_names(path))
        return tuple(found)

    def _list_field(self, at: Names, entries: list[PlacedLine], own: PlacedLine | None) -> Field:
        """Make the field of a list of objects, which may have a line of its own, or only inner ones."""
        line = own.line if own is not None else Line()
        first = entries[0]
        severity = own.severity if own is not None else None
        if own is None and first.wire[0][len(at) :] == (Each(keyed=True),):
            # the one line of a map of values is of its entries
            severity = first.map_severity
        severity = severity or worst(one.severity for one in entries if one.severity is not None)
        path = first.full[0][: len(first.full[0]) - len(first.wire[0]) + len(at)]
        keys = (own or first).keys
        kind: WireType = "object" if first.wire[0][len(at)] == Each(keyed=True) else "array"
        whole = make_field(Line(type=kind, key=line.key), at, path, self.mapping.nullable, keys, severity)
        nullable = self.mapping.nullable if line.nullable is None else line.nullable
        return replace(whole, doc=line.doc, nullable=nullable, on_write=line.on_write)

    def _scalars(self, scope: Scope, entry: PlacedLine, at: Names, hub: Path | None, in_ext: bool) -> None:
        codec = self.codec(entry.line, entry.keys)
        if codec is None:
            return
        one = make_field(entry.line, at, entry.full[0][:-1], self.mapping.nullable, entry.keys, entry.severity)
        whole = scalar_list(one)
        if hub is None:
            names: Names = at if in_ext else ("ext", self.mapping.format, *at)
        else:
            names = key_names(hub)
        dropped, withheld = entry.line.dropped, entry.line.withheld
        target = () if dropped or withheld else (names,)
        scope.values.append(Correspondence((whole,), target, codec, dropped, withheld, _reason(entry.line)))

    # -- codecs -----------------------------------------------------------------------------------------------

    def codec(self, line: Line, keys: Keys) -> Codec | None:
        """Make a line's codec: what it spells, then its table."""
        parts: list[Codec] = []
        try:
            if line.codec is not None:
                parts.append(make_codec(line.codec, self.assume))
            if line.table is not None:
                rows: dict[Any, Any] = {wire_value(name, line): value for name, value in line.table.items()}
                parts.append(OpenTable(rows) if _is_open(line) else Table(rows, line.otherwise == "same"))
            return SAME if not parts else parts[0] if len(parts) == 1 else Chain(parts)
        except UnknownCodec as error:
            self.problem((*keys, "codec"), "unknown-codec", str(error), error.hint)
        except ValueError as error:
            self.problem((*keys, "codec"), "codec", str(error))
        return None


def _order(line: Line, items: Scope) -> Order | None:
    """Return what says the order of a list's items; None where nothing does, or no such field is there."""
    name = line.order or line.first
    fields = (one for one in items.wire_fields() if name and one.at == tuple(name.split(".")))
    return next((Order(one, marks_first=line.order is None) for one in fields), None)


def _before_list(path: Path) -> Names:
    index = next(i for i, step in enumerate(path) if isinstance(step, Each))
    return key_names(path[:index])


def _hub_list(path: Path) -> Path:
    """Return the hub path up to and with its first list step that is no pick (or up to the first pick)."""
    for i, step in enumerate(path):
        if not isinstance(step, Key):
            return path[: i + 1]
    return path


def _up_to_list(path: Path) -> Path:
    """Return a hub path up to its last list."""
    lists = [depth for depth, step in enumerate(path) if not isinstance(step, Key)]
    return path[: lists[-1] + 1] if lists else path


def _severity(hub: tuple[Path, ...] | None, said: Severity | None) -> Severity | None:
    """Return how severe it is to lose a line's value: what its hub fields say counts, and else what was said."""
    declared = [one for one in map(hub_severity, hub or ()) if one is not None]
    return worst(declared) if declared else said


def _is_open(line: Line) -> bool:
    """Tell whether words that a line's table does not know have a place of their own beside the others'."""
    return line.table is not None and line.otherwise == "only_here"


def _taken(where: Where | None, members: Iterable[PlacedLine]) -> tuple[Where, ...]:
    """Return the kinds that the lists of one item take beside its own; a list with a filter takes them itself."""
    if where is None or where[1] is None:
        return ()
    lines = [entry for entry in members if entry.line.takes and not _filtered(entry)]
    return tuple(dict.fromkeys((where[0], kind) for entry in lines for kind in entry.line.takes))


def _filtered(entry: PlacedLine) -> bool:
    return any(isinstance(step, Each) and step.where is not None for path in entry.hub or () for step in path)


def _reason(line: Line) -> str | None:
    """Return the reason that a line gives for what does not arrive."""
    return line.otherwise.drop if line.because is None and isinstance(line.otherwise, Drop) else line.because


def _below(entry: PlacedLine, wire: int, hub: int) -> PlacedLine:
    """Return a line with paths that begin so many steps further in."""
    return replace(
        entry,
        wire=tuple(path[wire:] for path in entry.wire),
        hub=None if entry.hub is None else tuple(path[hub:] for path in entry.hub),
    )


def _align(entry: PlacedLine) -> PlacedLine:
    """Decide which filters of the hub path run beside a wire list, and which pick one item."""
    if entry.hub is None:
        return entry
    wire_lists = sum(map(is_every, entry.wire[0]))
    aligned = []
    for path in entry.hub:
        spare = wire_lists - sum(isinstance(step, Each) and step.where is None for step in path)
        steps: list[Any] = []
        for step in path:
            if isinstance(step, Each) and step.where is not None:
                steps.append(step if spare > 0 else Pick(step.where))
                spare -= 1
            else:
                steps.append(step)
        aligned.append(tuple(steps))
    return replace(entry, hub=tuple(aligned))


def resolve(mapping: MappingModel, name: str, assume: dict[str, str] | None = None) -> tuple[Profile, list[Problem]]:
    """Resolve one profile of a mapping under its own assumptions, overridden by ``assume``."""
    own = mapping.profiles[name]
    effective = {**mapping.assume, **(assume or {})}
    resolver = Resolver(mapping, effective)
    entries = resolver.placed_lines(mapping.fields, ("fields",))
    entries += resolver.placed_lines(own.fields, ("profiles", name, "fields"))
    scope = resolver.scope(entries)
    tree = wire_tree(scope)
    if not isinstance(tree, ObjectNode):
        tree = ObjectNode({})
    envelope, listing = _dotted(own.envelope), _dotted(own.listing)
    around = tuple(map(_dotted, own.around))
    profile = Profile(mapping.format, name, mapping, scope, tree, effective, envelope, listing, around)
    return profile, resolver.problems


def _dotted(names: str | None) -> Names:
    return tuple(names.split(".")) if names else ()


__all__ = ["Problem", "Resolver", "plain", "resolve"]
