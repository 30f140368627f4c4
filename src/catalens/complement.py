"""The complement of a translation: what the way back alone does not give, and how it is merged in again.

Everything happens in the source's own shape. Let S be the original, R what the translation's output gives when it
is translated back, R' the same after the output was edited. The complement is the difference between S and R, each
entry with a digest of what R holds there; merging it into R' restores an entry only where R' still holds what R
held. So edits win, and what was deleted stays deleted.

Entries are JSON objects; ``at`` is a JSON Pointer in which a list item is ``=`` and its key as JSON, or its index:

* ``{at, value}``: S has it, R has nothing there
* ``{at, value, was}``: S has this, R has what ``was`` is the digest of
* ``{at, was}``: R has something that S does not have
* ``{at, key, order?, of?}``: a list whose items are known by a key (``.``: by themselves), and, where they differ, the
  order of the items in S and in R
* ``{at, of}``: a list whose items have no key: the digests of R's items
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from catalens.mapping.profile import LeafNode, ListNode, Node, ObjectNode
from catalens.paths import MISSING, Pointer, parse_pointer, pointer_text
from catalens.payloads import canonical

Entry = dict[str, Any]

#: stands in for the index of an item that is known by its key
KEYED = "="


def digest(value: Any) -> str:
    """Return a short digest of a JSON value, digits included."""
    return hashlib.sha256(canonical(value)).hexdigest()[:16]


def identical(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are written alike (the order of an object's keys aside)."""
    if one is MISSING or other is MISSING:
        return one is other
    return one is other or canonical(one) == canonical(other)


# -- the difference -------------------------------------------------------------------------------------------


def complement(original: Any, returned: Any, tree: Node | None) -> list[Entry]:
    """List what ``returned`` lacks to be ``original``."""
    entries: list[Entry] = []
    _differ(original, returned, tree, (), entries)
    return entries


def _differ(original: Any, returned: Any, node: Node | None, at: tuple[str, ...], entries: list[Entry]) -> None:
    if identical(original, returned):
        return
    if isinstance(original, dict) and isinstance(returned, dict) and original and returned:
        for name, value in original.items():
            below = (*at, _escape(name))
            if name in returned:
                _differ(value, returned[name], _member(node, name), below, entries)
            else:
                entries.append({"at": pointer_text(below), "value": value})
        for name, value in returned.items():
            if name not in original:
                entries.append({"at": pointer_text((*at, _escape(name))), "was": digest(value)})
        return
    if isinstance(original, list) and isinstance(returned, list) and original and returned:
        key = _key_of(original, returned, node)
        if key is not None:
            _differ_keyed(original, returned, key, node, at, entries)
            return
        if len(original) == len(returned):
            entries.append({"at": pointer_text(at), "of": [digest(item) for item in returned]})
            for index, (one, other) in enumerate(zip(original, returned, strict=True)):
                _differ(one, other, _item(node), (*at, str(index)), entries)
            return
    entries.append({"at": pointer_text(at), "value": original, "was": digest(returned)})


def _differ_keyed(
    original: list[Any], returned: list[Any], key: str, node: Node | None, at: tuple[str, ...], entries: list[Entry]
) -> None:
    ours, theirs = _by_key(original, key), _by_key(returned, key)
    head: Entry = {"at": pointer_text(at), "key": key}
    if list(ours) != list(theirs):
        head |= {"order": [json.loads(name) for name in ours], "of": [json.loads(name) for name in theirs]}
    entries.append(head)
    for name, item in ours.items():
        below = (*at, KEYED + name)
        if name in theirs:
            _differ(item, theirs[name], _item(node), below, entries)
        else:
            entries.append({"at": pointer_text(below), "value": item})
    for name, item in theirs.items():
        if name not in ours:
            entries.append({"at": pointer_text((*at, KEYED + name)), "was": digest(item)})


def _key_of(original: list[Any], returned: list[Any], node: Node | None) -> str | None:
    """Return the key by which the items of both lists can be told apart; None where there is none."""
    key = node.key if isinstance(node, ListNode) else None
    if not any(isinstance(item, dict | list) for item in (*original, *returned)):
        key = "."
    if key is None or len(_by_key(original, key)) < len(original) or len(_by_key(returned, key)) < len(returned):
        return None
    return key


def _by_key(items: list[Any], key: str) -> dict[str, Any]:
    """Return the items by the JSON text of their key; items without key, or with one seen before, are left out."""
    found: dict[str, Any] = {}
    for item in items:
        value = item if key == "." else item.get(key, MISSING) if isinstance(item, dict) else MISSING
        if value is MISSING or value is None or isinstance(value, dict | list):
            continue
        found.setdefault(canonical(value).decode(), item)
    return found


# -- merging --------------------------------------------------------------------------------------------------


@dataclass
class _Trie:
    """The entries below one place."""

    entry: Entry | None = None
    head: Entry | None = None
    below: dict[str, _Trie] = field(default_factory=dict)

    def entries(self) -> list[Entry]:
        own = [one for one in (self.entry,) if one is not None]
        return own + [entry for child in self.below.values() for entry in child.entries()]


@dataclass
class Restored:
    """A payload with its complement merged in."""

    value: Any
    #: final place -> place in the payload before; places that were restored are not in it
    trail: dict[Pointer, Pointer]
    #: final place of each restored value -> the place of what it replaced, or None
    restored: dict[Pointer, Pointer | None]
    stale: list[str]
    orphaned: list[str]


def merge(returned: Any, entries: list[Entry], tree: Node | None) -> Restored:
    """Merge a complement into a payload that came back, possibly edited."""
    root = _Trie()
    for entry in entries:
        node = root
        for part in parse_pointer(entry["at"]):
            node = node.below.setdefault(part, _Trie())
        if "value" not in entry and ("key" in entry or "of" in entry):
            node.head = entry
        else:
            node.entry = entry
    work = _Merge()
    made = work.merge(returned, root, tree, ())
    trail: dict[Pointer, Pointer] = {}
    restored: dict[Pointer, Pointer | None] = {}
    value = _unfold(made, (), trail, restored)
    return Restored(value, trail, restored, work.stale, work.orphaned)


@dataclass
class _Kept:
    """A value that stays as it came back, from that place."""

    value: Any
    at: Pointer


@dataclass
class _New:
    """A value that the complement gave, in place of what stood there, if anything did."""

    value: Any
    instead_of: Pointer | None


class _Merge:
    def __init__(self) -> None:
        self.stale: list[str] = []
        self.orphaned: list[str] = []

    def merge(self, value: Any, trie: _Trie, node: Node | None, at: Pointer) -> Any:
        """Return _Kept, _New, a dict or list of those, or MISSING."""
        if trie.entry is not None:
            return self._own(value, trie, at)
        if value is MISSING:
            self.orphaned.extend(entry["at"] for entry in trie.entries())
            return MISSING
        if not trie.below and trie.head is None:
            return _Kept(value, at)
        if isinstance(value, dict):
            made: dict[str, Any] = {}
            parts = {_unescape(part): child for part, child in trie.below.items()}
            for name, child in value.items():
                below = parts.pop(name, None)
                got = _Kept(child, (*at, name)) if below is None else self.merge(child, below, _member(node, name), (*at, name))
                if got is not MISSING:
                    made[name] = got
            for name, below in parts.items():
                got = self.merge(MISSING, below, _member(node, name), (*at, name))
                if got is not MISSING:
                    made[name] = got
            return made
        if isinstance(value, list) and trie.head is not None:
            key = trie.head.get("key")
            return self._by_key(value, key, trie, node, at) if key else self._by_content(value, trie, node, at)
        self.stale.extend(entry["at"] for entry in trie.entries())
        return _Kept(value, at)

    def _own(self, value: Any, trie: _Trie, at: Pointer) -> Any:
        entry = trie.entry
        assert entry is not None
        wanted, was = entry.get("value", MISSING), entry.get("was", MISSING)
        if value is MISSING:
            if was is MISSING:
                return _New(wanted, None)
            if wanted is not MISSING:
                self.stale.append(entry["at"])
            return MISSING
        if was is not MISSING and digest(value) == was:
            return MISSING if wanted is MISSING else _New(wanted, at)
        self.stale.append(entry["at"])
        return _Kept(value, at)

    # -- lists --------------------------------------------------------------------------------------------------

    def _by_key(self, items: list[Any], key: str, trie: _Trie, node: Node | None, at: Pointer) -> list[Any]:
        head = trie.head
        assert head is not None
        known = _by_key(items, key)
        names = [next((name for name, one in known.items() if one is item), None) for item in items]
        parts = {part.removeprefix(KEYED): child for part, child in trie.below.items()}
        made: dict[Any, Any] = {}
        for index, (item, name) in enumerate(zip(items, names, strict=True)):
            below = parts.pop(name, None) if name is not None else None
            place = (*at, index)
            got = _Kept(item, place) if below is None else self.merge(item, below, _item(node), place)
            if got is not MISSING:
                made[name if name is not None else index] = got
        lost: list[str] = []
        for name, below in parts.items():
            got = self.merge(MISSING, below, _item(node), (*at, name))
            if got is not MISSING:
                made[name] = got
                lost.append(name)
        if "order" not in head:
            return list(made.values())
        wanted = [canonical(name).decode() for name in head["order"]]
        before = [canonical(name).decode() for name in head["of"]]
        return [made[name] for name in _ordered(list(made), set(lost), wanted, before)]

    def _by_content(self, items: list[Any], trie: _Trie, node: Node | None, at: Pointer) -> list[Any]:
        head = trie.head
        assert head is not None
        before: list[str] = head["of"]
        now = [digest(item) for item in items]
        again = Counter(before)
        match: dict[int, int] = {}
        if len(now) == len(before) and all(one == other or one not in again for one, other in zip(now, before, strict=True)):
            match = {index: index for index in range(len(now))}
        else:
            found = Counter(now)
            match = {
                index: before.index(one)
                for index, one in enumerate(now)
                if again[one] == 1 and found[one] == 1
            }
        parts = dict(trie.below)
        made = []
        for index, item in enumerate(items):
            below = parts.pop(str(match[index]), None) if index in match else None
            place = (*at, index)
            made.append(_Kept(item, place) if below is None else self.merge(item, below, _item(node), place))
        for below in parts.values():
            self.orphaned.extend(entry["at"] for entry in below.entries())
        return [one for one in made if one is not MISSING]


def _ordered(names: list[Any], lost: set[str], wanted: list[str], before: list[str]) -> list[Any]:
    """Order items: as in the original, unless somebody moved them; new ones stay behind their neighbour."""
    present = [name for name in names if name not in lost]
    old = set(before)
    moved = [name for name in present if name in old] != [name for name in before if name in set(present)]
    base = [name for name in wanted if name in set(names)] if not moved else list(present)
    rest = [name for name in (present if not moved else wanted) if name in set(names) and name not in set(base)]
    line = present if not moved else wanted
    for name in rest:
        index = line.index(name)
        ahead = next((one for one in reversed(line[:index]) if one in base), None)
        base.insert(base.index(ahead) + 1 if ahead is not None else 0, name)
    return base


def _unfold(made: Any, at: Pointer, trail: dict[Pointer, Pointer], restored: dict[Pointer, Pointer | None]) -> Any:
    if isinstance(made, _Kept):
        trail[at] = made.at
        return made.value
    if isinstance(made, _New):
        restored[at] = made.instead_of
        return made.value
    if isinstance(made, dict):
        return {name: _unfold(child, (*at, name), trail, restored) for name, child in made.items()}
    if isinstance(made, list):
        return [_unfold(child, (*at, index), trail, restored) for index, child in enumerate(made)]
    return made


# -- places ---------------------------------------------------------------------------------------------------


def _escape(name: str) -> str:
    """Keep an object's key from looking like an item's key."""
    return "\\" + name if name.startswith((KEYED, "\\")) else name


def _unescape(part: str) -> str:
    return part[1:] if part.startswith("\\") else part


def _member(node: Node | None, name: str) -> Node | None:
    return node.members.get(name) if isinstance(node, ObjectNode) else None


def _item(node: Node | None) -> Node | None:
    if isinstance(node, ListNode):
        return node.item
    return LeafNode(node.field.item) if isinstance(node, LeafNode) and node.field.item else None
