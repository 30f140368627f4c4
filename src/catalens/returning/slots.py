"""The slots of a target as another place for a complement: rows of name and value that the platform keeps.

They hold the very same entries as a sidecar file, in the form that the place allows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from catalens.carry.limits import fit
from catalens.envelopes import fill_shell, inside, without
from catalens.errors import InvalidPayload
from catalens.mapping.model import Slot
from catalens.mapping.profile import (
    LeafNode,
    ListNode,
    MapNode,
    Names,
    Node,
    ObjectNode,
    Profile,
    key_names,
    node_under,
)
from catalens.paths import MISSING, Key, Path, Pointer, parse, parse_pointer, pointer_text
from catalens.payloads import DEEPEST, dumps, json_errors, loads
from catalens.returning import Entry, are_entries, is_list_entry
from catalens.returning.shape import item_of, member


class Parking:
    """One slot of a profile: rows of name and value in a list of the payload."""

    def __init__(self, slot: Slot, profile: Profile) -> None:
        self.slot = slot
        self.at: Names = key_names(parse(slot.at))
        fields = {one.at: one for one, _ in profile.fields() if one.name.rpartition(".")[0] == slot.at}
        self._checks = [None if one is None else fit(one) for one in map(fields.get, ((slot.name,), (slot.value,)))]

    def row(self, foreign: str, at: str, entries: list[Entry]) -> dict[str, str] | None:
        """Return the row that holds the entries of one place; None where the slot cannot hold it.

        What the target has nothing of is parked as its value, everything else as a list of entries. So a field has
        one name or the other, whatever its value, and a store that must know names beforehand can. A text stands
        there as it is, so that somebody may edit it; only one that reads as JSON is quoted.
        """
        name, value = self.name(foreign, at), entries[0].get("value")
        if len(entries) > 1 or entries[0].keys() != {"at", "value"}:
            name, value = name + LIST, entries
        elif name.endswith((LIST, PLAIN)):
            name += PLAIN
        row = {self.slot.name: name, self.slot.value: _row_text(value)}
        for check, text in zip(self._checks, row.values(), strict=True):
            if check is not None and check(text) != (text, None):
                return None
        return row

    def prefixes(self, foreign: str) -> tuple[str, ...]:
        """Return what the names of rows that are parked for a format begin with."""
        named = (given for key, given in self.slot.names.items() if key.partition(":")[0] == foreign)
        return (self.slot.prefix + foreign, *named)

    def name(self, foreign: str, at: str) -> str:
        """Return the name to park a field of a foreign format under."""
        dotted = ".".join(parse_pointer(at))
        return self.slot.names.get(f"{foreign}:{dotted}", f"{self.slot.prefix}{foreign}{at}")

    def entries(self, foreign: str, row: Any, profile: Profile | None = None) -> list[Entry] | None:
        """Read a row that was parked for a format; None for any other row.

        What the profile to go back to could have nowhere (somebody may have edited the row) is no row of ours.
        """
        if not isinstance(row, dict) or row.keys() != {self.slot.name, self.slot.value}:
            return None
        name, text = row[self.slot.name], row[self.slot.value]
        if not isinstance(name, str) or not isinstance(text, str):
            return None
        mark = name[-len(LIST) :] if name.endswith((LIST, PLAIN)) else ""
        at = self._at(foreign, name.removesuffix(mark))
        if at is None:
            return None
        value = _row_value(text)
        if profile and mark != LIST and at in _text_places(profile) and not isinstance(value, str | None):
            value = text
        entries = value if mark == LIST else [{"at": at, "value": value}]
        if not are_entries(entries):
            return None
        shaped = profile is None or all(
            _has_shape(one["value"], profile, one["at"]) for one in entries if "value" in one
        )
        return entries if shaped else None

    def _at(self, foreign: str, name: str) -> str | None:
        for key, given in self.slot.names.items():
            owner, _, dotted = key.partition(":")
            if given == name and owner == foreign:
                return pointer_text(dotted.split("."))
        start = self.slot.prefix + foreign + "/"
        return "/" + name.removeprefix(start) if name.startswith(start) else None

    def rows(self, payload: Any) -> list[Any]:
        """Return the slot's list in a payload; empty where there is none."""
        node = inside(payload, self.at)
        return node if isinstance(node, list) else []

    def clear(self, payload: dict[str, Any]) -> bool:
        """Take away a list that holds nothing, and tell whether there was one: with rows in it, it says no more."""
        parent = inside(payload, self.at[:-1])
        if not isinstance(parent, dict) or parent.get(self.at[-1]):
            return False
        return parent.pop(self.at[-1], MISSING) is not MISSING

    def has_room(self, payload: Any) -> bool:
        """Tell whether all objects around the list are there or can be made."""
        for name in self.at[:-1]:
            payload = payload.get(name, {})
            if not isinstance(payload, dict):
                return False
        return True

    def put(self, payload: dict[str, Any], rows: list[Any]) -> list[Pointer]:
        """Add rows behind those that are there; return the places of the new ones."""
        node = payload
        for name in self.at[:-1]:
            node = node.setdefault(name, {})
        there = node.get(self.at[-1]) or []
        node[self.at[-1]] = [*there, *rows]
        return [(*self.at, index) for index in range(len(there), len(there) + len(rows))]

    def take(
        self, payload: Any, foreign: str, profile: Profile | None = None
    ) -> tuple[Any, list[tuple[list[Entry], Pointer]]]:
        """Return the payload without the rows parked for a format, and what they hold with their places."""
        found: list[tuple[list[Entry], Pointer]] = []
        kept: list[Any] = []
        for index, row in enumerate(self.rows(payload)):
            entries = self.entries(foreign, row, profile)
            if entries is None:
                kept.append(row)
            else:
                found.append((entries, (*self.at, index)))
        return (_with(payload, self.at, kept) if found else payload), found


def _row_text(value: Any) -> str:
    """Write a value for a row, so that ``_row_value`` gives it back."""
    plain = isinstance(value, str) and _row_value(value) is value
    return value if plain else dumps(value).decode()


def _row_value(text: str) -> Any:
    """Read the text of a row: JSON, or whatever else it is, the text itself."""
    try:
        value = loads(text)
    except InvalidPayload:
        return text
    return text if json_errors(value, DEEPEST) else value


#: how the name of a row ends that holds entries, and of one that holds a value and would seem to end in either
LIST, PLAIN = "#list", "#item"


def by_place(entries: list[Entry]) -> dict[str, list[Entry]]:
    """Group entries by what a slot's row can stand for: a field, a whole list, or what holds together with it.

    A row that is there without another that its entries wait for would restore one half of a change.
    """
    place = _place_among(entries)
    lists = {place(one["at"]) for one in entries if is_list_entry(one)}
    links: dict[str, str] = {}

    def root(at: str) -> str:
        while at in links:
            at = links[at]
        return at

    for entry in entries:
        own = root(place(entry["at"]))
        inside = [one for one in lists if one.startswith(entry["at"] + "/")]
        for other in map(place, (*_waits_for(entry), *inside)):
            if root(other) != own:
                links[root(other)] = own
    places: dict[str, list[Entry]] = {}
    names: dict[str, str] = {}
    for entry in entries:
        at = place(entry["at"])
        places.setdefault(names.setdefault(root(at), at), []).append(entry)
    return places


def _waits_for(entry: Entry) -> list[str]:
    """Return the pointers, from the product, to what has to be as it was for an entry to hold."""
    own = max((one for one in entry.get("with", ()) if entry["at"].endswith(one)), key=len, default=None)
    return [] if own is None else [entry["at"].removesuffix(own) + one for one in entry["with"]]


def _place_among(entries: list[Entry]) -> Callable[[str], str]:
    """Return what finds the list, of those that the entries know, that a pointer leads into; else the pointer."""
    lists = {entry["at"] for entry in entries if is_list_entry(entry)}

    def place(at: str) -> str:
        parts = parse_pointer(at)
        above = (pointer_text(parts[:depth]) for depth in range(len(parts)))
        return next((one for one in above if one in lists), at)

    return place


def _with(payload: Any, at: Names, rows: list[Any]) -> Any:
    """Return a payload with another list at a place; an emptied list goes, for nobody but us had rows in it."""
    return fill_shell(payload, at, rows) if rows else without(payload, at)


def is_secret(at: str, profile: Profile) -> bool:
    """Tell whether a secret field stands at, above or below a place outside of lists."""
    secrets = [pointer_text(_names(one.path)) + "/" for one, _ in profile.fields() if one.secret]
    return any(one.startswith(at + "/") or (at + "/").startswith(one) for one in secrets)


def _names(path: Path) -> Names:
    """Return the names of a path, down to the first list."""
    lists = [depth for depth, step in enumerate(path) if not isinstance(step, Key)]
    return key_names(path[: lists[0]] if lists else path)


def holds_any(entries: list[Entry], lost: list[Pointer]) -> bool:
    """Tell whether entries are about places, or lists, of which something is lost."""
    places = map(parse_pointer, places_of(entries))
    return any(one[: len(at)] == at[: len(one)] for at in places for one in lost)


@lru_cache(maxsize=256)
def _text_places(profile: Profile) -> frozenset[str]:
    """Return the places, outside of lists, where a profile has text and nothing else."""
    fields = [one for one, _ in profile.fields() if one.types == ("string",)]
    return frozenset(pointer_text(key_names(one.path)) for one in fields if all(isinstance(s, Key) for s in one.path))


def _has_shape(value: Any, profile: Profile, at: str) -> bool:
    """Tell whether a value has objects and lists where a profile has them at, and below, a place."""
    node: Node | None = profile.tree
    for name in parse_pointer(at):
        if isinstance(node, MapNode):
            # what is no entry stands there, too
            return True
        node = member(node, name) if isinstance(node, ObjectNode) else item_of(node)
    return _is_shaped(value, node, [node_under(profile.tree, names) for names in profile.any_shape])


def _is_shaped(value: Any, node: Node | None, loose: list[Node | None]) -> bool:
    if any(node is one for one in loose):
        return True
    match node:
        case ObjectNode():
            if not isinstance(value, dict):
                return value is None
            return all(_is_shaped(child, member(node, name), loose) for name, child in value.items())
        case ListNode(_, item, _):
            if not isinstance(value, list):
                return value is None
            return all(one is not None and _is_shaped(one, item, loose) for one in value)
        case LeafNode(field) if field.item is not None:
            return isinstance(value, list | None)
        # maps, too, hold what is no entry
        case _:
            return True


def places_of(entries: list[Entry]) -> tuple[str, ...]:
    """Return the places in a payload that the entries of one row are about; what is in a list, by the list."""
    return tuple(dict.fromkeys(map(_place_among(entries), (entry["at"] for entry in entries))))


def parkings(profile: Profile) -> list[Parking]:
    """Return the slots of a profile."""
    return [Parking(slot, profile) for slot in profile.slots]
