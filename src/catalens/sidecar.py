"""The sidecar: a complement as a document that says what it belongs to, and the slots as another place for it.

Slots and the hub's ``ext`` hold the very same entries as a sidecar file, each in the form that its place allows.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from catalens import __version__
from catalens.complement import Entry
from catalens.errors import InvalidPayload, InvalidSidecar
from catalens.mapping.model import Slot
from catalens.mapping.profile import Field, Profile
from catalens.paths import Key, Pointer, parse, parse_pointer, pointer_text
from catalens.payloads import canonical, dumps, loads

VERSION = 1

#: where the hub keeps a complement: ext.<format>.$complement
IN_HUB = "$complement"


def fingerprint(profile: Profile) -> str:
    """Return a digest of what a mapping says."""
    said = profile.mapping.model_dump(mode="python", exclude={"examples", "about", "title"}, exclude_defaults=True)
    return hashlib.sha256(canonical(said)).hexdigest()[:16]


def make_sidecar(source: Profile, target: Profile, entries: list[Entry], shell: Any, assume: dict[str, str]) -> dict[str, Any]:
    """Make the document of a complement. ``shell`` is what stood around the product, with null in its place."""
    body: dict[str, Any] = {
        "sidecar": VERSION,
        "catalens": __version__,
        "source": {"profile": source.spelled, "mapping": fingerprint(source)},
        "target": {"profile": target.spelled, "mapping": fingerprint(target)},
        "assume": dict(assume),
        "shell": shell,
        "entries": entries,
    }
    return {**body, "digest": _digest(body)}


def _digest(body: dict[str, Any]) -> str:
    return hashlib.sha256(canonical({k: v for k, v in body.items() if k != "digest"})).hexdigest()[:32]


def read_sidecar(given: Any, source: Profile, target: Profile) -> dict[str, Any]:
    """Check that a sidecar is whole and belongs to the way back from ``source`` to ``target``.

    Raises InvalidSidecar.
    """
    if not isinstance(given, dict) or "sidecar" not in given:
        raise InvalidSidecar("this is no sidecar: it has no member 'sidecar'")
    if given["sidecar"] != VERSION:
        raise InvalidSidecar(f"sidecar version {given['sidecar']!r}, expected {VERSION}")
    try:
        whole = given.get("digest") == _digest(given)
    except (TypeError, ValueError):
        whole = False
    if not whole:
        raise InvalidSidecar("the sidecar is truncated or was changed: its digest does not fit its content")
    for side, profile, role in (("source", target, "back to"), ("target", source, "from")):
        named = given[side]["profile"]
        if named != profile.spelled:
            raise InvalidSidecar(f"the sidecar is for the way {role} {named}, not {role} {profile.spelled}")
        if given[side]["mapping"] != fingerprint(profile):
            raise InvalidSidecar(f"the mapping of {named} has changed since the sidecar was written")
    return given


# -- slots ----------------------------------------------------------------------------------------------------


class Parking:
    """One slot of a profile: rows of name and value in a list of the payload."""

    def __init__(self, slot: Slot, profile: Profile) -> None:
        self.slot = slot
        self.at: Pointer = tuple(step.name for step in parse(slot.at) if isinstance(step, Key))
        limits = {field.path[-1].name: field for field, _ in profile.fields() if _inside(field, slot)}  # type: ignore[union-attr]
        self.name_limit = getattr(limits.get(slot.name), "max_length", None)
        self.value_limit = getattr(limits.get(slot.value), "max_length", None)

    def row(self, foreign: str, at: str, entries: list[Entry]) -> dict[str, str] | None:
        """Return the row that holds the entries of one place; None where the slot cannot hold it.

        The one entry of a plain field is its value; what belongs to a list is a list of entries.
        """
        entry = entries[0]
        if len(entries) == 1 and entry["at"] == at and "value" in entry:
            name = self.name(foreign, at) + ("#" + entry["was"] if "was" in entry else "")
            value = dumps(entry["value"]).decode()
        else:
            name, value = self.name(foreign, at) + "#list", dumps(entries).decode()
        for text, limit in ((name, self.name_limit), (value, self.value_limit)):
            if limit is not None and len(text) > limit:
                return None
        return {self.slot.name: name, self.slot.value: value}

    def name(self, foreign: str, at: str) -> str:
        """Return the name to park a field of a foreign format under."""
        dotted = ".".join(parse_pointer(at))
        return self.slot.names.get(f"{foreign}:{dotted}", f"{self.slot.prefix}{foreign}{at}")

    def entries(self, foreign: str, row: Any) -> list[Entry] | None:
        """Read a row that was parked for a format; None for any other row."""
        name = row.get(self.slot.name) if isinstance(row, dict) and len(row) == 2 else None
        text = row.get(self.slot.value) if isinstance(row, dict) else None
        if not isinstance(name, str) or not isinstance(text, str):
            return None
        bare, mark, was = name.rpartition("#")
        if not mark or (was != "list" and not _DIGEST.fullmatch(was)):
            bare, was = name, ""
        at = self._at(foreign, bare)
        try:
            value = None if at is None else loads(text)
        except InvalidPayload:
            return None
        if at is None:
            return None
        if was == "list":
            return value if are_entries(value, at) else None
        entry: Entry = {"at": at, "value": value}
        return [{**entry, "was": was} if was else entry]

    def _at(self, foreign: str, name: str) -> str | None:
        for key, given in self.slot.names.items():
            owner, _, dotted = key.partition(":")
            if given == name and owner == foreign:
                return pointer_text(dotted.split("."))
        start = self.slot.prefix + foreign + "/"
        return "/" + name.removeprefix(start) if name.startswith(start) else None

    def rows(self, payload: Any) -> list[Any]:
        """Return the slot's list in a payload; empty where there is none."""
        node = payload
        for name in self.at:
            node = node.get(name) if isinstance(node, dict) else None
        return node if isinstance(node, list) else []

    def put(self, payload: dict[str, Any], rows: list[dict[str, str]]) -> list[Pointer]:
        """Add rows behind those that are there; return the places of the new ones."""
        node = payload
        for name in self.at[:-1]:
            node = node.setdefault(name, {})
        there = node.get(self.at[-1]) or []
        node[self.at[-1]] = [*there, *rows]
        return [(*self.at, index) for index in range(len(there), len(there) + len(rows))]

    def take(self, payload: Any, foreign: str) -> tuple[Any, list[tuple[list[Entry], Pointer]]]:
        """Return the payload without the rows parked for a format, and what they hold with their places."""
        found: list[tuple[list[Entry], Pointer]] = []
        kept: list[Any] = []
        for index, row in enumerate(self.rows(payload)):
            entries = self.entries(foreign, row)
            if entries is None:
                kept.append(row)
            else:
                found.append((entries, (*self.at, index)))
        return (_with(payload, self.at, kept) if found else payload), found


_DIGEST = re.compile("[0-9a-f]{16}")


def are_entries(value: Any, at: str = "") -> bool:
    """Tell whether a value has the form of entries below a place."""
    return isinstance(value, list) and all(
        isinstance(one, dict) and isinstance(one.get("at"), str) and (one["at"] + "/").startswith(at + "/") for one in value
    )


def by_place(entries: list[Entry]) -> dict[str, list[Entry]]:
    """Group entries by the place that a slot's row can stand for: a plain field, or a whole list."""
    places: dict[str, list[Entry]] = {}
    lists = [entry["at"] for entry in entries if "value" not in entry and ("key" in entry or "of" in entry)]
    for entry in entries:
        at = next((one for one in lists if (entry["at"] + "/").startswith(one + "/")), entry["at"])
        places.setdefault(at, []).append(entry)
    return places


def _inside(field: Field, slot: Slot) -> bool:
    return field.name.rpartition(".")[0] == slot.at


def _with(payload: Any, at: Pointer, rows: list[Any]) -> Any:
    """Return a payload with another list at a place; an emptied list goes, for nobody but us had rows in it."""
    copy = dict(payload)
    if len(at) == 1:
        if rows:
            copy[at[0]] = rows
        else:
            del copy[at[0]]
    else:
        copy[at[0]] = _with(copy[at[0]], at[1:], rows)
        if not copy[at[0]]:
            del copy[at[0]]
    return copy


def parkings(profile: Profile) -> list[Parking]:
    """Return the slots of a profile."""
    return [Parking(slot, profile) for slot in profile.slots]


__all__ = ["IN_HUB", "Parking", "are_entries", "by_place", "fingerprint", "make_sidecar", "parkings", "read_sidecar"]
