"""Say all that is wrong with a mapping: what no line can mean, what lines say twice, and what says nothing.

Three passes, each over what the one before left standing: the lines, one by one; the lines of each profile beside
one another; the profile as it is resolved, hub fields and types included. A line that cannot be resolved is
reported once and left out of what follows.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise
from pathlib import Path as FilePath
from typing import Any, Literal, get_args
from zoneinfo import available_timezones

import jmespath
from jmespath.exceptions import JMESPathError

from catalens.codecs.base import SAME, Chain, Codec, EachOf
from catalens.codecs.groups import AmountAndUnit, SidesAndUnit
from catalens.codecs.registry import CODECS
from catalens.codecs.units import UNITS
from catalens.errors import Diagnostic, InvalidMapping, did_you_mean
from catalens.formats import bundled_mappings, unwrap
from catalens.hub import Description
from catalens.losses import CODES
from catalens.mapping.agreement import (
    STAND_INS,
    WORDS,
    HubField,
    NoHubField,
    Refused,
    Types,
    beyond,
    equivalences,
    helpful_codecs,
    hub_field,
    through,
    worded,
)
from catalens.mapping.hub_format import HUB, item_type
from catalens.mapping.load import Source, load_file
from catalens.mapping.model import Limits, Line, MappingModel, ProfileModel
from catalens.mapping.profile import (
    Correspondence,
    Field,
    LeafNode,
    ListCorrespondence,
    ObjectNode,
    PickCorrespondence,
    Profile,
    Scope,
)
from catalens.mapping.read import read_mapping
from catalens.mapping.resolve import Entry, Problem, Resolver, resolve
from catalens.paths import Each, Key, Path, PathError, Pick, expand_group, parse, parse_pointer, show
from catalens.payloads import json_errors
from catalens.validate import check_payload

Keys = tuple[str | int, ...]

COUNTERPARTS = ("hub", "only_here", "dropped", "withheld")
#: the words that a list of objects can have; its items' lines have all the others
LIST_WORDS = frozenset({"hub", "only_here", "key", "fields", "nullable", "readonly", "doc", "because"})
TEXT_LIMITS = ("min_length", "max_length", "pattern")
NUMBER_LIMITS = ("minimum", "maximum")


def lint_file(path: str | os.PathLike[str]) -> list[Diagnostic]:
    """Say all that is wrong with a mapping file, in the order of the file; nothing for a good one."""
    try:
        source = load_file(path)
        mapping = read_mapping(source)
    except InvalidMapping as error:
        return error.diagnostics
    found = lint(source, mapping)
    if mapping.format != FilePath(path).stem:
        message = f"format {mapping.format!r} stands in a file named {FilePath(path).name!r}, where nobody finds it"
        hint = f"name the file '{mapping.format}.yaml'"
        found.append(source.diagnostic(("format",), "format", message, hint, "warning", at_value=True))
    return _in_order(found)


def lint(source: Source, mapping: MappingModel) -> list[Diagnostic]:
    """Say all that is wrong with a mapping, in the order of its file."""
    linter = _Linter(source, mapping)
    linter.check_lines()
    linter.check_profiles()
    linter.check_mapping()
    return _in_order(linter.found)


def _in_order(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    return sorted(dict.fromkeys(found), key=lambda one: (one.line, one.column))


class _Assumptions(dict[str, str]):
    """The assumptions of a mapping, which note the names they are asked for and always have an answer."""

    def __init__(self, given: dict[str, str]) -> None:
        super().__init__({**STAND_INS, **given})
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return super().__getitem__(name)


@dataclass(frozen=True)
class _Claim:
    """What a profile has at a wire path, and the line that says so first."""

    kind: Literal["object", "list", "value"]
    keys: Keys


Claims = dict[Path, _Claim]
#: hub path -> what arrives there, and the line that it comes from
Arrivals = dict[Path, tuple[Types, Keys]]


@dataclass
class _Linter:
    source: Source
    mapping: MappingModel
    found: list[Diagnostic] = field(default_factory=list)
    lines: dict[Keys, Line] = field(default_factory=dict)
    #: lines that cannot be resolved
    bad: set[Keys] = field(default_factory=set)
    #: names of the assumptions and normalisations that lines make use of
    assumed: set[str] = field(default_factory=set)
    normalised: set[str] = field(default_factory=set)
    #: profile -> wire path of a list of objects -> the line that declares it
    listed: dict[str, dict[Path, Keys]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        valid = {
            name: value for name, value in self.mapping.assume.items() if _assumption_problem(name, value) is None
        }
        self.assume = {**STAND_INS, **valid}

    def say(self, keys: Keys, code: str, message: str, hint: str | None = None, at_value: bool = True) -> None:
        self.found.append(self.source.diagnostic(keys, code, message, hint, at_value=at_value))

    def refuse(self, line: Keys, keys: Keys, code: str, message: str, hint: str | None = None) -> None:
        """Report what keeps a line from being resolved; at the line itself the place is its key."""
        self.bad.add(line)
        self.say(keys, code, message, hint, at_value=keys != line)

    def line_number(self, keys: Keys) -> int:
        return self.source.where(keys)[0]

    def spoilt(self, keys: Keys) -> bool:
        """Tell whether a line, or a list that it stands in, cannot be resolved."""
        return any(keys[:length] in self.bad for length in range(1, len(keys) + 1))

    # -- the lines, one by one ----------------------------------------------------------------------------------

    def check_lines(self) -> None:
        for lines, keys in self.blocks():
            self.lines.update(_all_lines(lines, keys))
        for keys, line in self.lines.items():
            self.check_words(keys, line)
            self.check_limits(keys, line)
        for lines, keys in self.blocks():
            resolver = Resolver(self.mapping, self.assume)
            entries = resolver.entries(lines, keys)
            for entry in entries:
                self.check_counterpart(entry)
            self.refuse_all(resolver.problems)
            for entry in entries:
                if not self.spoilt(entry.keys[:-1]) and self.check_wire_path(entry) and self.check_hub_path(entry):
                    self.check_codec(entry)

    def blocks(self) -> Iterator[tuple[dict[str, Line], tuple[str, ...]]]:
        """Yield the blocks of lines that stand at the root: those of all profiles, then each profile's own."""
        yield self.mapping.fields, ("fields",)
        for name, profile in self.mapping.profiles.items():
            yield profile.fields, ("profiles", name, "fields")

    def refuse_all(self, problems: Iterable[Problem]) -> None:
        """Report what the resolver found, each at the word that it is about, and none behind a line that is out."""
        for one in problems:
            if self.spoilt(one.keys[:-1]):
                continue
            line = self.lines[one.keys]
            words = [one.code] if one.code in ("hub", "types") else []
            if one.code == "path" and line.hub is not None and not _is_path(line.hub):
                words = ["hub"]
            at = (*one.keys, *words)
            self.bad.add(one.keys)
            self.say(at, one.code, one.message, one.hint, at_value=bool(words))

    def check_counterpart(self, entry: Entry) -> None:
        line, keys = entry.line, entry.keys
        said = [word for word in COUNTERPARTS if getattr(line, word) not in (None, False)]
        if len(said) > 1:
            message = f"{' and '.join(said)}: a line has one counterpart"
            self.say((*keys, said[1]), "two-counterparts", message, "keep one of them", at_value=False)
        if line.fields is None and not said:
            hint = "say hub: PATH, only_here: true, dropped: CODE or withheld: CODE"
            self.say(keys, "no-counterpart", "nothing is said of what becomes of this field", hint, at_value=False)
        if line.fields and not said and not all(map(_stays_here, line.fields.values())):
            message = "its items have hub fields, and it names no hub list"
            self.refuse(keys, keys, "no-counterpart", message, "say hub: PATH[]")
        if line.dropped is not None and not line.because:
            self.say(
                (*keys, "dropped"), "missing-reason", "no reason is given", "say why: because: TEXT", at_value=False
            )

    def check_words(self, keys: Keys, line: Line) -> None:
        """Report words that say nothing where they stand."""
        words = line.model_fields_set
        one_sided = line.dropped is not None or line.withheld is not None
        if line.because is not None and not one_sided:
            self.stale(keys, "because", "gives the reason for 'dropped' or 'withheld', and the line has neither")
        if line.otherwise is not None and line.table is None:
            self.stale(keys, "otherwise", "goes with a table, and the line has none")
        if line.types is not None and expand_group(str(keys[-1])) is None:
            self.stale(keys, "types", "gives the types of a group, and this is one field", "say type")
        if line.key is not None and line.fields is None:
            self.stale(keys, "key", "names a field of a list's items, and this is no list of objects")
        if line.fields is not None:
            if not line.fields:
                self.say((*keys, "fields"), "fields", "a list of objects has at least one line", at_value=False)
            for word in sorted(words - LIST_WORDS):
                self.stale(keys, word, "says nothing of a list of objects", "say it in the lines of its items")
        for word in ("codec", "table"):
            if one_sided and word in words:
                self.stale(keys, word, "says nothing where nothing arrives")
        if line.default is not None and any("[]" in str(part) for part in keys):
            self.stale(keys, "default", "says nothing within a list: there is no item to write it into")

    def stale(self, keys: Keys, word: str, message: str, hint: str = "leave it out") -> None:
        self.say((*keys, _spelled(word)), "stale-word", f"'{_spelled(word)}' {message}", hint, at_value=False)

    # -- limits -------------------------------------------------------------------------------------------------

    def check_limits(self, keys: Keys, line: Line) -> None:
        self.check_limits_of(keys, keys, line, _types(line))
        for index, member in enumerate(line.types or ()):
            if isinstance(member, Limits):
                self.check_limits_of(keys, (*keys, "types", index), member, _types(member) or _types(line))

    def check_limits_of(self, line: Keys, at: Keys, limits: Limits, types: Types) -> None:
        for low, high in (("min_length", "max_length"), NUMBER_LIMITS):
            least, most = getattr(limits, low), getattr(limits, high)
            if least is not None and most is not None and least > most:
                message = f"{_spelled(low)} {least} is above {_spelled(high)} {most}: no value is allowed"
                self.say((*at, _spelled(low)), "limits", message)
        for words, wanted in ((TEXT_LIMITS, {"string"}), (NUMBER_LIMITS, {"number", "integer"})):
            for word in words:
                if getattr(limits, word) is not None and types and not types & {*wanted, "any"}:
                    self.stale(at, word, f"says nothing of {worded(types)}")
        for index, value in enumerate(limits.enum or ()):
            name = "boolean" if isinstance(value, bool) else "integer" if isinstance(value, int) else "string"
            if types and beyond(frozenset({name}), types):
                message = f"{value!r} is {WORDS[name]}, and the field holds {worded(types)}"
                self.say((*at, "enum", index), "enum", message)
        if limits.pattern is not None:
            try:
                re.compile(limits.pattern)
            except (re.error, OverflowError, RecursionError) as error:
                self.refuse(line, (*at, "pattern"), "pattern", f"no regular expression: {error}")

    # -- paths --------------------------------------------------------------------------------------------------

    def check_wire_path(self, entry: Entry) -> bool:
        """Refuse wire paths that are more than names and lists, and groups that are not of one object."""
        keys = entry.keys
        for path in entry.wire:
            filtered = any(isinstance(step, Pick) or (isinstance(step, Each) and step.where) for step in path)
            lonely = any(isinstance(step, Each) and not isinstance(before, Key) for before, step in pairwise(path))
            if filtered or lonely or not path or not isinstance(path[0], Key):
                message = f"{str(keys[-1])!r} is no path of a payload: names, each of them with [] if it is a list"
                self.refuse(keys, keys, "path", message)
                return False
        if len(entry.wire) > 1 and len({_lists(path) for path in entry.wire}) > 1:
            self.refuse(keys, keys, "path", "the fields of a group stand in one object, and not in different lists")
        elif len(entry.wire) > 1 and not all(isinstance(path[-1], Key) for path in entry.wire):
            self.refuse(keys, keys, "path", "the fields of a group are single values, and not lists")
        return keys not in self.bad

    def check_hub_path(self, entry: Entry) -> bool:
        """Refuse hub paths that lead nowhere, or into other lists than the wire path."""
        keys, at = entry.keys, (*entry.keys, "hub")
        if entry.hub is None:
            return keys not in self.bad
        parent = self.lines.get(keys[:-2])
        if parent is not None and parent.hub is None and not self.spoilt(keys):
            self.refuse(keys, at, "hub", "stands in a list that has no hub list, so it can have no hub path")
        for path in entry.hub:
            try:
                self.check_end(entry, path, hub_field(path))
            except NoHubField as error:
                self.refuse(keys, at, error.code, str(error), error.hint)
        if keys not in self.bad:
            self.check_lists(entry, entry.hub)
        return keys not in self.bad

    def check_end(self, entry: Entry, path: Path, end: HubField) -> None:
        keys, at = entry.keys, (*entry.keys, "hub")
        if entry.is_list and not isinstance(path[-1], Each):
            self.refuse(keys, at, "hub", f"a list of objects corresponds to a hub list, not to {show(path)!r}")
        elif entry.is_list and end.type not in ("item", "any"):
            message = f"items of {show(path)!r} are {WORDS[end.type]}, and not objects"
            self.refuse(keys, at, "hub", message, "leave 'fields' out and say type")
        elif not entry.is_list and end.type == "item":
            hint = f"name one of its fields: {', '.join(name for name in end.fields if name != 'ext')}"
            self.refuse(keys, at, "unknown-hub-path", f"{show(path)!r} is an object, and no value", hint)
        own = self.mapping.format
        for before, step in pairwise(path):
            if before == Key("ext") and isinstance(step, Key) and step.name != own and did_you_mean(step.name, [own]):
                message = f"{step.name!r} is another format than this one, {own!r}"
                hint = did_you_mean(step.name, [own])
                self.found.append(self.source.diagnostic(at, "foreign-ext", message, hint, "warning", at_value=True))

    def check_lists(self, entry: Entry, hubs: tuple[Path, ...]) -> None:
        """Hold the lists on the way of the wire path against those on the way of the hub path."""
        keys, at = entry.keys, (*entry.keys, "hub")
        if len({_lists(path) for path in hubs}) > 1:
            self.refuse(keys, at, "hub", "the hub fields of a group stand in one object, and not in different lists")
            return
        wires = sum(isinstance(step, Each) for step in entry.wire[0])
        whole = sum(step == Each() for step in hubs[0])
        marked = sum(isinstance(step, Each) and step != Each() for step in hubs[0])
        if whole > wires:
            message = f"stands in {_count(wires)}, and {show(hubs[0])!r} in {_count(whole)}"
            self.refuse(keys, at, "hub", message, "say which item is meant, with [0] or a filter")
        elif wires > whole + marked:
            message = f"stands in {_count(wires)}, and {show(hubs[0])!r} in {_count(whole + marked)}"
            self.refuse(keys, at, "hub", message, "items of a list correspond to items of a hub list")

    # -- codecs -------------------------------------------------------------------------------------------------

    def check_codec(self, entry: Entry) -> None:
        line, keys = entry.line, entry.keys
        if line.dropped is not None or line.withheld is not None:
            return
        if line.assumes is not None:
            self.check_assumed(keys, (*keys, "assumes"), {line.assumes})
        if not self.check_spelling(keys, line) or not self.check_table(keys, line):
            return
        assume = _Assumptions(self.assume)
        resolver = Resolver(self.mapping, assume)
        codec = resolver.codec(line, entry.keys)
        for one in resolver.problems:
            self.refuse(keys, one.keys, one.code, one.message, one.hint)
        if isinstance(codec, EachOf | Chain) and not _each_is_single(codec):
            self.refuse(
                keys,
                (*keys, "codec"),
                "codec",
                "codec 'each' takes codecs of one value, and one of these has several",
            )
        word = "codec" if line.codec is not None else "table"
        self.check_assumed(keys, (*keys, word), assume.asked)
        for name in dict.fromkeys(codec.normalises if codec is not None else ()):
            self.normalised.add(name)
            if name not in self.mapping.equivalent:
                message = (
                    f"{word} {_shown(line, word)} forgets a difference, {name!r}, that 'equivalent' does not list"
                )
                self.say((*keys, word), "undeclared-equivalence", message, f"add {name} to equivalent")

    def check_assumed(self, keys: Keys, at: Keys, names: set[str]) -> None:
        self.assumed |= names
        for name in sorted(names - set(self.mapping.assume)):
            message = f"rests on the assumption {name!r}, which this mapping does not give"
            self.say(at, "missing-assumption", message, f"add {name} to assume")

    def check_spelling(self, keys: Keys, line: Line) -> bool:
        """Refuse codecs that do not exist, and parameters that they do not take."""
        for at, name, parameter in _named_codecs(line.codec, (*keys, "codec")):
            named = at[-1] == name
            if name not in CODECS:
                hint = did_you_mean(name, CODECS)
                self.bad.add(keys)
                self.say(at, "unknown-codec", f"no codec {name!r}", hint, at_value=not named)
            elif message := _parameter_problem(name, parameter):
                self.refuse(keys, at, "codec", f"codec {name!r} {message}, not {parameter!r}")
        return keys not in self.bad

    def check_table(self, keys: Keys, line: Line) -> bool:
        """Refuse tables that cannot be read backwards."""
        at = (*keys, "table")
        written: dict[tuple[type, Any], str] = {}
        first: dict[str, tuple[type, Any]] = {}
        for wire, row in (line.table or {}).items():
            values = row if isinstance(row, list) else [row]
            if not values or not all(isinstance(value, str | int | float) for value in values):
                message = f"{wire!r} stands for {row!r}, which is no hub value"
                self.refuse(
                    keys, (*at, wire), "table", message, "say a text, a number, true or false, or a list of these"
                )
                return False
            first[wire] = (type(values[0]), values[0])
            for value in values:
                written.setdefault((type(value), value), wire)
        for wire, meant in first.items():
            if first[written[meant]] != meant:
                message = (
                    f"{wire!r} is read as {meant[1]!r}, which is written as {written[meant]!r}, "
                    f"which is read as {first[written[meant]][1]!r}"
                )
                self.say((*at, wire), "table", message, f"say {meant[1]!r} in one row only", at_value=False)
        for index, value in enumerate(line.enum or ()):
            if (
                line.table is not None
                and line.otherwise is None
                and line.codec is None
                and _row(value) not in line.table
            ):
                message = f"{value!r} may stand in the field, and the table has no row for it"
                self.say((*keys, "enum", index), "table", message, did_you_mean(_row(value), line.table))
        return True

    # -- the lines of a profile beside one another --------------------------------------------------------------

    def check_profiles(self) -> None:
        claims = {name: self.claim(name, own) for name, own in self.mapping.profiles.items()}
        arrivals: dict[str, Arrivals] = {}
        for name in self.mapping.profiles:
            profile, problems = resolve(self.sound(), name, self.assume)
            self.refuse_all(problems)
            check = _ProfileCheck(self, self.listed[name])
            check.scope(profile.scope, ())
            arrivals[name] = check.arrivals
            self.check_values(profile)
            self.check_examples(profile)
        for one, other in combinations(arrivals.values(), 2):
            self.check_crossing(one, other)
        self.check_slots(claims)
        self.check_required(claims)

    def claim(self, name: str, own: ProfileModel) -> Claims:
        """Give each wire path of a profile to one line; refuse the lines that come too late."""
        claims: Claims = {}
        listed = self.listed[name] = {}
        resolver = Resolver(self.mapping, self.assume)
        entries = resolver.entries(self.mapping.fields, ("fields",))
        entries += resolver.entries(own.fields, ("profiles", name, "fields"))
        for entry in entries:
            if self.spoilt(entry.keys):
                continue
            for path in entry.wire:
                self.claim_path(claims, listed, entry, path)
        for path, keys in listed.items():
            self.check_key(claims, path, keys)
        return claims

    def claim_path(self, claims: Claims, listed: dict[Path, Keys], entry: Entry, path: Path) -> None:
        for length in range(1, len(path) + 1):
            kind: Literal["object", "list", "value"] = "object" if length < len(path) or entry.is_list else "value"
            if length < len(path) and isinstance(path[length], Each):
                kind = "list"
            claim = claims.get(path[:length])
            if claim is None:
                claims[path[:length]] = _Claim(kind, entry.keys)
            elif claim.kind != kind:
                message = f"is {_a(kind)} here, and {_a(claim.kind)} in line {self.line_number(claim.keys)}"
                self.refuse(entry.keys, entry.keys, "same-field", f"{show(path[:length])!r} {message}")
                return
            elif kind == "value":
                self.repeated(entry.keys, path, claim.keys)
                return
        if entry.is_list and path in listed:
            self.repeated(entry.keys, path, listed[path])
        elif entry.is_list:
            listed[path] = entry.keys

    def repeated(self, keys: Keys, path: Path, first: Keys) -> None:
        message = f"{show(path)!r} has a line already, line {self.line_number(first)}"
        self.refuse(keys, keys, "same-field", message, "leave one of them out")

    def check_key(self, claims: Claims, path: Path, keys: Keys) -> None:
        name = self.lines[keys].key
        if name is None:
            return
        try:
            claim = claims.get((*path, *parse(name)))
        except PathError:
            claim = None
        if claim is None or claim.kind != "value":
            message = f"items of {show(path)!r} have no value {name!r} to be known by"
            self.say((*keys, "key"), "unknown-key", message, did_you_mean(name, _names_below(claims, path)))

    def sound(self) -> MappingModel:
        """Return the mapping without the lines that cannot be resolved."""
        profiles = {
            name: profile.model_copy(update={"fields": self.without(profile.fields, ("profiles", name, "fields"))})
            for name, profile in self.mapping.profiles.items()
        }
        return self.mapping.model_copy(
            update={"fields": self.without(self.mapping.fields, ("fields",)), "profiles": profiles}
        )

    def without(self, lines: dict[str, Line], keys: Keys) -> dict[str, Line]:
        kept = {}
        for name, line in lines.items():
            here = (*keys, name)
            if here in self.bad:
                continue
            if line.fields is not None:
                line = line.model_copy(update={"fields": self.without(line.fields, (*here, "fields"))})
            kept[name] = line
        return kept

    # -- what a profile says beside its lines -------------------------------------------------------------------

    def check_values(self, profile: Profile) -> None:
        """Hold defaults and examples against the limits of their own lines."""
        fields: dict[str, Any] = {}
        values: dict[str, Any] = {}
        places: dict[str, tuple[Keys, str]] = {}
        for one, owner in profile.fields():
            if isinstance(owner, ListCorrespondence):
                continue
            line = self.lines[one.keys]
            for word, value, node in (("default", line.default, one), ("example", line.example, one.item or one)):
                if value is None:
                    continue
                place = str(len(places))
                fields[place], values[place] = LeafNode(node), value
                places[place] = ((*one.keys, word), f"invalid-{word}")
        for pointer, message in _objections(values, replace(profile, tree=ObjectNode(fields)), advice=True):
            keys, code = places[parse_pointer(pointer)[0]]
            self.say(keys, code, message)

    def check_examples(self, profile: Profile) -> None:
        default = next(iter(self.mapping.profiles))
        for index, example in enumerate(self.mapping.examples):
            if (example.profile or default) != profile.name:
                continue
            inner = unwrap(example.payload, profile)
            at: Keys = ("examples", index, "payload", *(profile.envelope if inner is not None else ()))
            product = example.payload if inner is None else inner
            for pointer, message in _objections(product, profile):
                keys = _follow(product, parse_pointer(pointer))
                self.say((*at, *keys), "invalid-example", f"{pointer or 'the payload'}: {message}")

    def check_crossing(self, one: Arrivals, other: Arrivals) -> None:
        """Warn where profiles, which exchange values through the hub, put different things in one place."""
        for path, (types, keys) in other.items():
            if path in one and one[path][0] != types and one[path][1] != keys:
                there, line = one[path]
                message = (
                    f"{show(path)!r} holds {worded(types)} here, and {worded(there)} in line {self.line_number(line)}"
                )
                self.disagree(keys, message)
        for outer, inner in ((one, other), (other, one)):
            for path, (_, keys) in inner.items():
                above = next((path[:length] for length in range(1, len(path)) if path[:length] in outer), None)
                if above is not None:
                    line_number = self.line_number(outer[above][1])
                    self.disagree(keys, f"{show(above)!r} holds fields here, and one value in line {line_number}")

    def disagree(self, keys: Keys, message: str) -> None:
        line = self.lines[keys]
        at, hint = ((*keys, "hub"), "name another hub field") if line.hub else (keys, "give one of them a hub path")
        self.found.append(
            self.source.diagnostic(at, "crossing", message, hint, "warning", at_value=line.hub is not None)
        )

    def check_slots(self, claims: dict[str, Claims]) -> None:
        for index, slot in enumerate(self.mapping.slots):
            at: Keys = ("slots", index)
            if slot.profile is not None and not self.check_profile_name((*at, "profile"), slot.profile):
                continue
            for name in [slot.profile] if slot.profile is not None else list(claims):
                self.check_slot(at, name, claims[name])

    def check_slot(self, at: Keys, profile: str, claims: Claims) -> None:
        slot = self.mapping.slots[int(at[1])]
        path = _path(slot.at)
        if path is None or path[-1:] != (Each(),) or path not in claims or claims[path].kind != "object":
            lists = [show(one) for one, claim in claims.items() if one[-1] == Each() and claim.kind == "object"]
            message = f"profile {profile!r} has no list of objects {slot.at!r}"
            self.say((*at, "at"), "slot", message, did_you_mean(slot.at, lists))
            return
        for word in ("name", "value"):
            wanted = getattr(slot, word)
            claim = claims.get((*path, *(_path(wanted) or ())))
            if claim is None or claim.kind != "value":
                hint = did_you_mean(wanted, _names_below(claims, path))
                self.say((*at, word), "slot", f"items of {slot.at!r} have no value {wanted!r}", hint)
            elif beyond(frozenset({"string"}), _types(self.lines[claim.keys]) or frozenset({"any"})):
                self.say((*at, word), "slot", f"{wanted!r} takes no text, and text is what is parked")

    def check_profile_name(self, at: Keys, name: str) -> bool:
        if name in self.mapping.profiles:
            return True
        known = list(self.mapping.profiles)
        hint = did_you_mean(name, known) or f"there are {', '.join(known)}"
        self.say(at, "unknown-profile", f"no profile {name!r}", hint)
        return False

    def check_required(self, claims: dict[str, Claims]) -> None:
        for index, need in enumerate(self.mapping.required):
            at: Keys = ("required", index)
            for profile, known in claims.items():
                if profile == "read":
                    continue
                path = _path(need.field)
                if path is None or path not in known or not all(isinstance(step, Key) for step in path):
                    shown = [show(one) for one in known if not any(isinstance(step, Each) for step in one)]
                    message = f"profile {profile!r} has no field {need.field!r} outside of its lists"
                    self.say((*at, "field"), "required", message, did_you_mean(need.field, shown))
                if need.when is not None:
                    self.check_condition((*at, "when"), need.when, known)

    def check_condition(self, at: Keys, text: str, claims: Claims) -> None:
        try:
            condition = jmespath.compile(text)
            condition.search({})
        except JMESPathError as error:
            # nothing is there in an empty payload, and a condition has to stand that
            self.say(at, "condition", f"no condition: {str(error).splitlines()[0]}")
            return
        known = {step.name for path in claims for step in path if isinstance(step, Key)}
        for name in dict.fromkeys(_condition_names(condition.parsed)):
            if name not in known:
                self.say(at, "condition", f"the payload has no field {name!r}", did_you_mean(name, known))

    # -- the mapping as a whole ---------------------------------------------------------------------------------

    def check_mapping(self) -> None:
        for index, example in enumerate(self.mapping.examples):
            if example.profile is not None:
                self.check_profile_name(("examples", index, "profile"), example.profile)
            self.check_expectations(("examples", index, "expect"))
        for name, value in self.mapping.assume.items():
            problem = _assumption_problem(name, value)
            if problem is not None:
                self.say(("assume", name), *problem)
        known = equivalences()
        for index, name in enumerate(self.mapping.equivalent):
            if name not in known:
                hint = did_you_mean(name, known)
                self.say(
                    ("equivalent", index),
                    "unknown-equivalence",
                    f"no codec forgets a difference named {name!r}",
                    hint,
                )
        for name, profile in self.mapping.profiles.items():
            if profile.around and profile.envelope is None:
                self.stale(("profiles", name), "around", "goes with an envelope, and the profile has none")
        if not self.bad:
            self.check_unused(known)

    def check_expectations(self, at: Keys) -> None:
        expect = self.mapping.examples[int(at[1])].expect
        known = _known_formats(self.source.name) | {self.mapping.format, HUB} if expect else set()
        for target, expected in expect.items():
            name = target.partition("/")[0]
            if name not in known:
                hint = did_you_mean(name, known)
                self.say((*at, target), "unknown-format", f"no format {name!r}", hint, at_value=False)
            for pointer, code in expected.losses.items():
                if code not in CODES:
                    hint = did_you_mean(code, CODES)
                    self.say((*at, target, "losses", pointer), "unknown-code", f"no loss is called {code!r}", hint)

    def check_unused(self, known: set[str]) -> None:
        """Report what no line makes use of; where a line is out, it may have been that one."""
        for name in self.mapping.assume:
            if name not in self.assumed:
                hint = did_you_mean(name, self.assumed) or "leave it out"
                self.say(("assume", name), "stale-assumption", f"no line rests on {name!r}", hint, at_value=False)
        for index, name in enumerate(self.mapping.equivalent):
            if name in known and name not in self.normalised:
                message = f"no codec of this mapping forgets {name!r}"
                self.say(("equivalent", index), "stale-equivalence", message, "leave it out")


@dataclass
class _ProfileCheck:
    """The check of one resolved profile: what arrives where in the hub, and whether it can stand there."""

    linter: _Linter
    listed: dict[Path, Keys]
    arrivals: Arrivals = field(default_factory=dict)

    def scope(self, scope: Scope, at: Path) -> None:
        for value in scope.values:
            self.value(value, at)
        self.check_hub_names(scope)
        self.check_feeders(scope)
        for each in scope.lists:
            self.scope(each.scope, (*at, *map(Key, each.hub), Each(each.where)))
        for pick in scope.picks:
            self.scope(pick.scope, (*at, *map(Key, pick.hub), Pick(pick.where)))

    def value(self, value: Correspondence, at: Path) -> None:
        """Hold the types that come through a codec against the hub fields where they arrive."""
        if not value.hub:
            return
        keys, whole = value.fields[0].keys, value.fields[0].item is not None
        line = self.linter.lines[keys]
        if whole and value.codec is not SAME:
            word = "codec" if line.codec is not None else "table"
            message = f"{word} {_shown(line, word)} converts one value, and here a whole list corresponds to a list"
            self.linter.say((*keys, word), "codec", message)
            return
        paths = [(*at, *map(Key, names), *((Each(),) if whole else ())) for names in value.hub]
        ends = [hub_field(path) for path in paths]
        given = [frozenset((one.item or one).types) for one in value.fields]
        try:
            arriving = through(value.codec, given)
        except Refused as error:
            self.refused(keys, line, ends[0], error)
            return
        for types, end, path in zip(arriving, ends, paths, strict=True):
            self.arrivals[path] = (types, keys)
            self.check_types(keys, types, end, path)
        self.check_words(keys, line, ends[0], value)

    def refused(self, keys: Keys, line: Line, end: HubField, error: Refused) -> None:
        hint = _helpful(error.refused, end.type) if end.type in error.codec.hub_types else None
        self.linter.say((*keys, "codec" if line.codec is not None else "table"), "type-mismatch", str(error), hint)

    def check_types(self, keys: Keys, types: Types, end: HubField, path: Path) -> None:
        wrong = beyond(types, frozenset({end.type}))
        if not wrong:
            return
        line = self.linter.lines[keys]
        if types == {"any"}:
            hint = "say its type"
        elif end.type == "array" and wrong == {"array"}:
            hint = f"write '{keys[-1]}[]' and '{line.hub}[]'"
        else:
            hint = _helpful(types, end.type) if line.codec is None else None
        message = f"{show(path)!r} holds {WORDS[end.type]}, and what arrives is {worded(wrong)}"
        self.linter.say((*keys, "hub"), "type-mismatch", message, hint)

    def check_words(self, keys: Keys, line: Line, end: HubField, value: Correspondence) -> None:
        """Hold the words of a table or enum against those that the hub field allows."""
        if end.values and line.table is not None:
            for wire, row in line.table.items():
                words = row if isinstance(row, list) else [row]
                for index, word in enumerate(words):
                    place = (*keys, "table", wire, *((index,) if isinstance(row, list) else ()))
                    self.check_word(place, word, end.values)
        if end.values and line.enum is not None and value.codec is SAME:
            for index, word in enumerate(line.enum):
                self.check_word((*keys, "enum", index), word, end.values)
        if isinstance(value.codec, AmountAndUnit | SidesAndUnit):
            self.check_units(keys, line, value)

    def check_word(self, place: Keys, word: Any, allowed: tuple[str, ...]) -> None:
        if word not in allowed:
            message = f"the hub field is one of {', '.join(allowed)}, and not {word!r}"
            self.linter.say(place, "unknown-hub-value", message, did_you_mean(str(word), allowed))

    def check_units(self, keys: Keys, line: Line, value: Correspondence) -> None:
        dimensions = ("length",) if isinstance(value.codec, SidesAndUnit) else ("weight", "volume")
        allowed = tuple(unit for dimension in dimensions for unit in UNITS[dimension])
        last = len(value.fields) - 1
        member = line.types[last] if line.types is not None else None
        if isinstance(member, Limits):
            for index, word in enumerate(member.enum or ()):
                self.check_word((*keys, "types", last, "enum", index), word, allowed)

    def check_hub_names(self, scope: Scope) -> None:
        """Report hub fields that two lines write, or that are a value for one line and hold another's."""
        taken: dict[tuple[str, ...], Keys] = {}
        for value in scope.values:
            for names in value.hub:
                if names in taken:
                    self.twice(value.fields[0].keys, names, taken[names])
                taken.setdefault(names, value.fields[0].keys)
        others = [(each.hub, self.line_of(each)) for each in (*scope.lists, *scope.picks)]
        for names, keys in others:
            if names in taken:
                self.twice(keys, names, taken[names])
        for names, keys in [*taken.items(), *others]:
            above = next((names[:length] for length in range(1, len(names)) if names[:length] in taken), None)
            if above is not None:
                self.twice(keys, above, taken[above])

    def twice(self, keys: Keys, names: tuple[str, ...], first: Keys) -> None:
        lines = self.linter.lines
        hub = show(tuple(map(Key, names)))
        if first == keys:
            message = f"{hub!r} stands twice in the group"
        else:
            message = f"{hub!r} is what line {self.linter.line_number(first)} corresponds to"
        at, at_value = ((*keys, "hub"), True) if lines[keys].hub is not None else (keys, False)
        self.linter.say(at, "same-hub-field", message, "name another, or make a group of them", at_value=at_value)

    def line_of(self, feeder: ListCorrespondence | PickCorrespondence) -> Keys:
        """Return the line of a list, or the first line of what corresponds to one item."""
        if isinstance(feeder, ListCorrespondence):
            return self.listed.get((*feeder.list.path, Each()), feeder.list.keys)
        return next(feeder.scope.wire_fields()).keys

    def check_feeders(self, scope: Scope) -> None:
        """Report hub lists of which it is open who an item comes from."""
        feeders: list[ListCorrespondence | PickCorrespondence] = [*scope.lists, *scope.picks]
        for later, one in enumerate(feeders):
            for other in feeders[:later]:
                if one.hub == other.hub and _overlap(one.where, other.where):
                    keys, first = self.line_of(one), self.line_of(other)
                    message = (
                        f"items of {show(tuple(map(Key, one.hub)))!r} may come from here or from line "
                        f"{self.linter.line_number(first)}"
                    )
                    at, at_value = (
                        ((*keys, "hub"), True) if self.linter.lines[keys].hub is not None else (keys, False)
                    )
                    hint = "tell them apart by filters on one key"
                    self.linter.say(at, "ambiguous-list", message, hint, at_value=at_value)
                    break


# -- small questions --------------------------------------------------------------------------------------------


def _all_lines(lines: dict[str, Line], keys: Keys) -> Iterator[tuple[Keys, Line]]:
    for name, line in lines.items():
        yield (*keys, name), line
        yield from _all_lines(line.fields or {}, (*keys, name, "fields"))


def _stays_here(line: Line) -> bool:
    """Tell whether nothing of a line, items included, has a hub field."""
    return line.hub is None and all(map(_stays_here, (line.fields or {}).values()))


def _spelled(word: str) -> str:
    known = Line.model_fields.get(word)
    return known.alias if known is not None and known.alias else word


def _types(limits: Limits) -> Types:
    if limits.type is None:
        return frozenset()
    return frozenset(limits.type if isinstance(limits.type, list) else [limits.type])


def _is_path(text: str) -> bool:
    return all(_path(member) is not None for member in expand_group(text) or (text,))


def _path(text: str) -> Path | None:
    try:
        return parse(text)
    except PathError:
        return None


def _lists(path: Path) -> Path:
    """Return a path up to its last list."""
    last = max((index for index, step in enumerate(path) if not isinstance(step, Key)), default=-1)
    return path[: last + 1]


def _count(lists: int) -> str:
    return "no list" if lists == 0 else "one list" if lists == 1 else f"{lists} lists, one within the other"


def _a(kind: str) -> str:
    return {"object": "an object", "list": "a list", "value": "a value"}[kind]


def _row(value: Any) -> str:
    """Return the name of a table's row for a wire value."""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _named_codecs(spec: Any, at: Keys) -> Iterator[tuple[Keys, str, Any]]:
    """Yield place, name and parameter of each codec that a line spells."""
    if isinstance(spec, str):
        yield at, spec, None
    elif isinstance(spec, list):
        for index, part in enumerate(spec):
            yield from _named_codecs(part, (*at, index))
    elif isinstance(spec, dict) and len(spec) == 1:
        ((name, parameter),) = spec.items()
        yield (*at, name), name, parameter
        if name == "each" and isinstance(parameter, list):
            for index, part in enumerate(parameter):
                yield from _named_codecs(part, (*at, name, index))


def _each_is_single(codec: Codec) -> bool:
    if isinstance(codec, EachOf):
        return all(part.wires == part.hubs == 1 and _each_is_single(part) for part in codec.parts)
    return not isinstance(codec, Chain) or all(map(_each_is_single, codec.parts))


def _parameter_problem(name: str, parameter: Any) -> str | None:
    """Say what a codec takes, where that is something else."""
    match name:
        case "measure":
            return None if parameter in list(UNITS) else f"takes one of {', '.join(UNITS)}"
        case "markup":
            known = get_args(item_type(Description.model_fields["markup"].annotation)[0])
            return None if parameter in known else f"takes one of {', '.join(known)}"
        case "alias":
            counts = isinstance(parameter, int) and not isinstance(parameter, bool) and parameter > 0
            return None if counts else "takes the number of fields that are repeated"
        case "each":
            return None if isinstance(parameter, list) and parameter else "takes a list of codecs"
    return None if parameter is None else "takes no parameter"


def _shown(line: Line, word: str) -> str:
    return f"{line.codec!r}" if word == "codec" and isinstance(line.codec, str) else "here"


def _helpful(types: Types, wanted: str) -> str | None:
    found = helpful_codecs(types, wanted)
    return f"codec {' or '.join(found)} would make {WORDS[wanted]} of it" if found else None


def _overlap(one: tuple[str, str] | None, other: tuple[str, str] | None) -> bool:
    return one is None or other is None or one[0] != other[0] or one == other


def _names_below(claims: Claims, path: Path) -> list[str]:
    """Return the values of a list's items, as paths from the item."""
    depth = len(path)
    return [show(one[depth:]) for one, claim in claims.items() if one[:depth] == path and claim.kind == "value"]


def _objections(value: Any, profile: Profile, advice: bool = False) -> list[tuple[str, str]]:
    """Return pointer and message of all that keeps a value from being a payload of a profile."""
    errors = json_errors(value)
    if not errors:
        errors, weak = check_payload(value, profile)
        errors = [*errors, *(weak if advice else ())]
    return [(one.pointer, one.message) for one in errors]


def _follow(value: Any, parts: Iterable[str]) -> Iterator[str | int]:
    """Yield the parts of a pointer, the places in lists as numbers."""
    for part in parts:
        yield int(part) if isinstance(value, list) else part
        value = value[int(part)] if isinstance(value, list) else value[part]


def _condition_names(node: Any) -> Iterator[str]:
    if node["type"] == "field":
        yield node["value"]
    for child in node["children"]:
        yield from _condition_names(child)


def _known_formats(name: str) -> set[str]:
    """Return the ids of the bundled formats and of those beside a file."""
    return {path.stem for folder in (bundled_mappings(), FilePath(name).parent) for path in folder.glob("*.yaml")}


def _assumption_problem(name: str, value: str) -> tuple[str, str, str | None] | None:
    """Return code, message and hint where an assumption's value means nothing."""
    if name in UNITS and value not in UNITS[name]:
        units = list(UNITS[name])
        return (
            "unknown-unit",
            f"no unit of {name} {value!r}",
            did_you_mean(value, units) or f"there are {', '.join(units)}",
        )
    if name == "timezone" and value != "UTC" and value not in available_timezones():
        return "unknown-timezone", f"no time zone {value!r}", did_you_mean(value, available_timezones())
    return None
