"""Check what one profile says as a whole: that each field has one line, and that what names a field finds it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import jmespath
from jmespath.exceptions import JMESPathError

from catalens.codecs.json_types import beyond
from catalens.errors import did_you_mean, known_names
from catalens.lint.findings import Findings, Keys
from catalens.lint.lines import limit_types
from catalens.mapping.model import Slot
from catalens.mapping.places import is_marked
from catalens.mapping.profile import LIST_ORDER
from catalens.mapping.resolve import PlacedLine, Resolver
from catalens.paths import Each, Key, Path, PathError, expressions_in, parse, show
from catalens.validate import meets

Kind = Literal["object", "list", "map", "value"]
KINDS: dict[Kind, str] = {"object": "an object", "list": "a list", "map": "a map", "value": "a value"}


@dataclass
class Claims:
    """Which line each wire path of a profile belongs to."""

    #: path -> what stands there, and the line that says so first
    found: dict[Path, tuple[Kind, Keys]] = field(default_factory=dict)
    #: path of a list of objects -> the line that declares it
    lists: dict[Path, Keys] = field(default_factory=dict)

    def kind(self, path: Path) -> Kind | None:
        return self.found[path][0] if path in self.found else None

    def values_below(self, path: Path) -> list[str]:
        """Return the values of a list's items, as paths from the item."""
        below = [one for one, (kind, _) in self.found.items() if kind == "value" and one[: len(path)] == path]
        return [show(one[len(path) :]) for one in below]

    def values_outside(self) -> list[str]:
        """Return the values that stand outside of lists, as paths."""
        found = (one for one, (kind, _) in self.found.items() if kind == "value")
        return [show(one) for one in found if not any(isinstance(step, Each) for step in one)]

    def names_below(self, path: Path = ()) -> set[str]:
        """Return every name that occurs within a list's items, or in the whole payload."""
        below = (one[len(path) :] for one in self.found if one[: len(path)] == path)
        return {step.name for one in below for step in one if isinstance(step, Key)}


def claim_fields(findings: Findings, profile: str) -> Claims:
    """Give each wire path of a profile to the first line that has it; lines that come too late are out."""
    claims = Claims()
    for lines, at in findings.blocks(profile):
        for entry in Resolver(findings.mapping, findings.assume).placed_lines(lines, at):
            # an item that a word marks has its fields from the list's own lines
            if not findings.is_out(entry.keys) and not is_marked(entry.wire[0]):
                for path in entry.wire:
                    _claim(findings, claims, entry, path)
    for path, keys in claims.lists.items():
        _check_needs(findings, claims, path, keys)
        if path[-1] == Each(keyed=True):
            # the words of lists say nothing of a map
            continue
        _check_key(findings, claims, path, keys)
        _check_order(findings, claims, path, keys)
        when = findings.lines[keys].when
        if when is not None:
            _check_condition(findings, (*keys, "when"), when, claims.names_below(path))
            _check_writer(findings, keys, when)
    return claims


def _check_writer(findings: Findings, keys: Keys, when: str) -> None:
    """Check that a list's condition, as far as constants decide it, holds for the items that are written there."""
    lines = findings.lines[keys].fields or {}
    written = {name: line.constant for name, line in lines.items() if line.constant is not None}
    try:
        condition = jmespath.compile(when)
        holds = not set(names_in(condition.parsed)) <= written.keys() or meets(when, written)
    except (JMESPathError, RecursionError):
        return
    if not holds:
        shown = ", ".join(f"{name}: {json.dumps(value)}" for name, value in written.items())
        message = f"items that are written here hold {shown or 'no constant'}, and the condition keeps them out"
        findings.say((*keys, "when"), "condition", message, "say another constant, or another condition")


def _claim(findings: Findings, claims: Claims, entry: PlacedLine, path: Path) -> None:
    for length in range(1, len(path) + 1):
        kind = _kind(entry, path, length)
        earlier, first = claims.found.setdefault(path[:length], (kind, entry.keys))
        if earlier != kind:
            message = f"is {KINDS[kind]} here, and {KINDS[earlier]} in line {findings.number(first)}"
            findings.refuse(entry.keys, entry.keys, "same-field", f"{show(path[:length])!r} {message}")
            return
        if kind == "value" and (first != entry.keys or entry.wire.count(path) > 1):
            _refuse_repeated(findings, entry, path, first)
            return
    if entry.is_list:
        first = claims.lists.setdefault(path, entry.keys)
        if first != entry.keys:
            inner = f"{show(path)}.NAME"
            _refuse_repeated(
                findings, entry, path, first, f"give each field that it lacks a line of its own, {inner!r}"
            )


def _kind(entry: PlacedLine, path: Path, length: int) -> Kind:
    if length < len(path):
        step = path[length]
        return "object" if not isinstance(step, Each) else "map" if step.keyed else "list"
    return "object" if entry.is_list else "value"


def _refuse_repeated(
    findings: Findings, entry: PlacedLine, path: Path, first: Keys, hint: str = "leave one of them out"
) -> None:
    if first == entry.keys:
        message = f"{show(path)!r} stands twice in the group"
    else:
        message = f"{show(path)!r} has a line already, line {findings.number(first)}"
    findings.refuse(entry.keys, entry.keys, "same-field", message, hint)


def _check_key(findings: Findings, claims: Claims, path: Path, keys: Keys) -> None:
    name = findings.lines[keys].key
    if name is not None and claims.kind((*path, *_path(name))) != "value":
        message = f"items of {show(path)!r} have no value {name!r} to be known by"
        hint = did_you_mean(name, claims.values_below(path))
        findings.say((*keys, "key"), "unknown-key", message, hint)


def _check_needs(findings: Findings, claims: Claims, path: Path, keys: Keys) -> None:
    for index, name in enumerate(findings.lines[keys].needs):
        if claims.kind((*path, *_path(name))) != "value":
            hint = did_you_mean(name, claims.values_below(path))
            findings.say((*keys, "needs", index), "needs", f"items of {show(path)!r} have no value {name!r}", hint)


def _check_order(findings: Findings, claims: Claims, path: Path, keys: Keys) -> None:
    """Check that what says the order of a list is a field of its items, of the type that can say it."""
    line = findings.lines[keys]
    if line.order is not None and line.first is not None:
        findings.say_word((*keys, "first"), "order", "'first' says the order of the list, and so does 'order'")
    for word, wanted, shown in (("order", {"number", "integer"}, "numbers"), ("first", {"boolean"}, "true or false")):
        name = getattr(line, word)
        if name is None:
            continue
        place = (*path, *_path(name))
        if claims.kind(place) != "value":
            message = f"items of {show(path)!r} have no value {name!r} to be ordered by"
            findings.say((*keys, word), "order", message, did_you_mean(name, claims.values_below(path)))
        elif not limit_types(findings.lines[claims.found[place][1]]) <= wanted:
            message = f"'{word}' takes a field of {shown}, and {name!r} of {show(path)!r} is none"
            findings.say((*keys, word), "order", message)
        findings.normalised.add(LIST_ORDER)
        if LIST_ORDER not in findings.mapping.equivalent:
            message = f"the list comes back in the order that it says, and 'equivalent' does not list {LIST_ORDER!r}"
            findings.say((*keys, word), "undeclared-equivalence", message, f"add {LIST_ORDER} to equivalent")


def _path(text: str) -> Path:
    """Read a path; one that leads nowhere where it is none."""
    try:
        return parse(text)
    except PathError:
        return (Key(""), Each(), Key(text))


# -- slots ------------------------------------------------------------------------------------------------------


def check_slots(findings: Findings, claims: dict[str, Claims]) -> None:
    """Check that each slot is a list of objects of its profile (of every profile, where it names none)."""
    for index, slot in enumerate(findings.mapping.slots):
        at: Keys = ("slots", index)
        if slot.profile is None or check_profile_name(findings, (*at, "profile"), slot.profile):
            for name in claims if slot.profile is None else [slot.profile]:
                _check_slot(findings, at, slot, name, claims[name])


def _check_slot(findings: Findings, at: Keys, slot: Slot, profile: str, claims: Claims) -> None:
    path, lists = _path(slot.at), [one for one in claims.lists if one[-1] == Each()]
    if path not in lists:
        message = f"profile {profile!r} has no list of objects {slot.at!r}"
        hint = did_you_mean(slot.at, map(show, lists))
        findings.say((*at, "at"), "slot", message, hint)
        return
    for word, name in (("name", slot.name), ("value", slot.value)):
        inner = (*path, *_path(name))
        if claims.kind(inner) != "value":
            hint = did_you_mean(name, claims.values_below(path))
            findings.say((*at, word), "slot", f"items of {slot.at!r} have no value {name!r}", hint)
            continue
        types = limit_types(findings.lines[claims.found[inner][1]])
        if types and beyond(frozenset({"string"}), types):
            findings.say((*at, word), "slot", f"{name!r} takes no text, and text is what is parked")


def check_profile_name(findings: Findings, at: Keys, name: str) -> bool:
    """Check that a profile exists."""
    known = list(findings.mapping.profiles)
    if name not in known:
        findings.say(at, "unknown-profile", f"no profile {name!r}", known_names(name, known))
    return name in known


# -- what tells a product from others ---------------------------------------------------------------------------


def check_identity(findings: Findings, claims: dict[str, Claims]) -> None:
    """Check that what tells a product from others are fields that may be shown, in all profiles that say so."""
    shared = findings.mapping.identity
    for index, name in enumerate(shared):
        owners = [profile for profile, known in claims.items() if name in known.values_outside()]
        hint = f"say it in the identity of {' and '.join(map(repr, owners))} alone" if owners else None
        for profile, known in claims.items():
            _check_identity(findings, ("identity", index), name, profile, known, hint)
    for profile, known in claims.items():
        for index, name in enumerate(findings.mapping.profiles[profile].identity):
            at: Keys = ("profiles", profile, "identity", index)
            if name in shared:
                findings.say(at, "identity", f"{name!r} tells products of all profiles apart already", "leave it out")
            _check_identity(findings, at, name, profile, known, None)


def _check_identity(findings: Findings, at: Keys, name: str, profile: str, known: Claims, hint: str | None) -> None:
    outside = known.values_outside()
    if name not in outside:
        message = f"profile {profile!r} has no value {name!r} outside of lists"
        findings.say(at, "identity", message, hint or did_you_mean(name, outside))
        return
    line = findings.lines[known.found[_path(name)][1]]
    if line.withheld is not None or line.secret:
        findings.say(at, "identity", f"{name!r} must not be shown, and so can tell nobody which product it is")
    elif line.hub == "title":
        findings.say(at, "identity", f"{name!r} is a title, which is edited, and shared", "name ids, SKU, handle")


# -- what is required -------------------------------------------------------------------------------------------


def check_required(findings: Findings, claims: dict[str, Claims]) -> None:
    """Check that what is required or forbidden exists where it is asked for: in every profile that is sent."""
    mapping = findings.mapping
    demands = [("required", index, need) for index, need in enumerate(mapping.required)]
    demands += [("forbidden", index, need) for index, need in enumerate(mapping.forbidden)]
    for word, index, need in demands:
        for profile, known in claims.items():
            if profile == "read":
                continue
            path = _path(need.field)
            outside = [one for one in known.found if not any(isinstance(step, Each) for step in one)]
            if path not in outside:
                message = f"profile {profile!r} has no field {need.field!r} outside of lists"
                hint = did_you_mean(need.field, map(show, outside))
                findings.say((word, index, "field"), "required", message, hint)
            if need.when is not None:
                _check_condition(findings, (word, index, "when"), need.when, known.names_below())


def _check_condition(findings: Findings, at: Keys, text: str, known: set[str]) -> None:
    try:
        condition = jmespath.compile(text)
    except (JMESPathError, RecursionError) as error:
        findings.say(at, "condition", f"no condition: {str(error).splitlines()[0].rstrip(':')}")
        return
    for name in dict.fromkeys(names_in(condition.parsed)):
        if name not in known:
            findings.say(at, "condition", f"there is no field {name!r} to ask for", did_you_mean(name, known))


def names_in(node: Any) -> Iterator[str]:
    """Yield the names that stand in a parsed condition."""
    if node["type"] == "field":
        yield node["value"]
    for child in expressions_in(node):
        yield from names_in(child)
