"""The complement of a translation: what the way back alone does not give, and how it is merged in again.

Everything happens in the source's own shape. Let S be the original, R what the translation's output gives when it
is translated back, R' the same after the output was edited. The complement is the difference between S and R;
merging it into R' restores an entry only where R' still holds what R held. So edits win, and what was deleted stays
deleted.

Entries are JSON objects. ``at`` is a JSON Pointer; an item of a list is ``=`` and the JSON text of its key, or its
index in R where it has none of its own, or ``+0``, ``+1`` … where R has no such item.

* ``{at, value}``: S has it, R has nothing there
* ``{at, value, was}``: S has this, R has what ``was`` is the digest of
* ``{at, was}``: R has something that S does not have
* ``{at, key?, of?, order?}``: a list; the field that is its items' key (``.``: the items themselves), what R's items
  are known by (``=`` and a key, or a digest), and, where they differ, the order of the items in S

Fields that say one thing together (an amount and its unit) hold together: their entries also have ``with``, pointers
from the product or list item that they are fields of, and ``was`` is the digest of what R has at all of them.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count, repeat
from typing import Any

from catalens.compiler.emit import copy_json
from catalens.mapping.profile import Field, LeafNode, ListNode, Node, ObjectNode, Profile, Scope
from catalens.paths import MISSING, PathError, Pointer, leaves, parse_pointer, pointer_text
from catalens.payloads import canonical

Entry = dict[str, Any]
Parts = tuple[str, ...]

#: stand before the key of an item, and before the number of an item that only S has
KEYED, LOST = "=", "+"


def digest(value: Any) -> str:
    """Return a short digest of a JSON value, digits included."""
    return hashlib.sha256(canonical(value)).hexdigest()[:16]


def identical(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are written alike (the order of an object's keys aside)."""
    if one is MISSING or other is MISSING:
        return one is other
    return one is other or canonical(one) == canonical(other)


def is_list_entry(entry: Entry) -> bool:
    """Tell whether an entry says how the items of a list are known, rather than what stands somewhere."""
    return "value" not in entry and "was" not in entry


def are_entries(value: Any) -> bool:
    """Tell whether a JSON value has the form of entries."""
    return isinstance(value, list) and all(isinstance(one, dict) and _is_entry(one) for one in value)


def _is_entry(entry: Entry) -> bool:
    more = entry.keys() - {"at"}
    if not _is_pointer(entry.get("at")):
        return False
    if is_list_entry(entry):
        keys = (
            "key" not in entry or isinstance(entry["key"], str),
            *(_are_names(entry.get(n, [])) for n in ("of", "order")),
        )
        return bool(more) and more <= {"key", "of", "order"} and all(keys)
    together = entry.get("with", [])
    pointers = isinstance(together, list) and all(map(_is_pointer, together))
    condition = "was" not in entry or (isinstance(entry["was"], str) and bool(_DIGEST.fullmatch(entry["was"])))
    return more <= {"value", "was", "with"} and pointers and condition and ("was" in entry or "with" not in entry)


_DIGEST = re.compile("[0-9a-f]{16}")


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_pointer(value: Any) -> bool:
    try:
        return isinstance(value, str) and parse_pointer(value) is not None
    except PathError:
        return False


# -- the difference -------------------------------------------------------------------------------------------


def complement(original: Any, returned: Any, profile: Profile) -> list[Entry]:
    """List what ``returned`` lacks to be ``original``, by place: the order of an object's keys means nothing."""
    found = _Difference(_groups(profile))
    found.compare(original, returned, profile.tree, (), returned)
    return sorted(found.entries, key=lambda entry: str(entry["at"]))


class _Difference:
    def __init__(self, groups: Groups) -> None:
        self.groups = groups
        self.entries: list[Entry] = []

    def compare(self, original: Any, returned: Any, node: Node | None, at: Parts, scope: Any) -> None:
        """Enter what differs at a place; ``scope`` is R's product or list item in which it stands."""
        if identical(original, returned):
            return
        if isinstance(original, dict) and isinstance(returned, dict):
            for name in [*original, *(returned.keys() - original.keys())]:
                one, other = original.get(name, MISSING), returned.get(name, MISSING)
                self.compare(one, other, _member(node, name), (*at, name), scope)
        elif isinstance(original, list) and isinstance(returned, list):
            self._items(original, returned, node, at)
        else:
            self._enter(original, returned, node, at, scope)

    def _enter(self, original: Any, returned: Any, node: Node | None, at: Parts, scope: Any) -> None:
        entry: Entry = {"at": pointer_text(at)}
        if original is not MISSING:
            entry["value"] = original
        if returned is not MISSING:
            entry["was"] = digest(returned)
        group = self.groups.get(node.field) if isinstance(node, LeafNode) else None
        if group is not None:
            entry["with"] = [pointer_text(one.at) for one in group]
            entry["was"] = _digest_together(entry["with"], scope)
        self.entries.append(entry)

    def _items(self, original: list[Any], returned: list[Any], node: Node | None, at: Parts) -> None:
        plain = not any(isinstance(item, dict | list) for item in (*original, *returned))
        key = "." if plain else node.key if isinstance(node, ListNode) else None
        pairs = _align(original, returned, key)
        theirs = [KEYED + name if name is not None else str(index) for index, name in enumerate(_keys(returned, key))]
        ours = _names(original, key, pairs, theirs)
        known = set(ours)
        kept = [name for name in theirs if name in known]
        head: Entry = {"at": pointer_text(at)}
        if key is not None:
            head["key"] = key
        if ours != kept or not all(name.startswith(KEYED) for name in theirs):
            head["of"] = [
                name if name.startswith(KEYED) else digest(item) for name, item in zip(theirs, returned, strict=True)
            ]
        if ours != kept:
            head["order"] = ours
        self.entries.append(head)
        for item, name, pair in zip(original, ours, pairs, strict=True):
            other = MISSING if pair is None else returned[pair]
            self.compare(item, other, _item(node), (*at, name), other)
        for item, name in zip(returned, theirs, strict=True):
            if name not in known:
                self.compare(MISSING, item, _item(node), (*at, name), item)


def _digest_together(pointers: Sequence[str], scope: Any) -> str:
    held = {one: value for one in pointers if (value := _look_up(scope, parse_pointer(one))) is not MISSING}
    return digest(held)


def _look_up(value: Any, names: Parts) -> Any:
    for name in names:
        value = value.get(name, MISSING) if isinstance(value, dict) else MISSING
    return value


# -- items of lists -------------------------------------------------------------------------------------------


def _key(item: Any, key: str | None) -> str | None:
    """Return the JSON text of an item's key; None where it has none."""
    if key is None:
        return None
    value = item if key == "." else item.get(key) if isinstance(item, dict) else None
    return None if value is None or isinstance(value, dict | list) else canonical(value).decode()


def _keys(items: list[Any], key: str | None) -> list[str | None]:
    """Return the key of each item; None where it has none, or not for itself."""
    found = [_key(item, key) for item in items]
    times = Counter(found)
    return [name if times[name] == 1 else None for name in found]


def _align(original: list[Any], returned: list[Any], key: str | None) -> list[int | None]:
    """Return, for each item of S, the index of the item of R that came of it; None where none did.

    R's items all came of S's: those with a key are found by it, the others by what they have in common, the rest go
    by order.
    """
    pairs: list[int | None] = [None] * len(original)
    theirs = {name: index for index, name in enumerate(_keys(returned, key)) if name is not None}
    for index, name in enumerate(_keys(original, key)):
        pairs[index] = theirs.get(name) if name is not None else None
    taken = set(pairs)
    free = {index: _traits(original[index]) for index, pair in enumerate(pairs) if pair is None}
    left = {index: _traits(item) for index, item in enumerate(returned) if index not in taken}
    for i, j in _likely(free, left):
        if i in free and j in left:
            pairs[i] = j
            del free[i], left[j]
    for i, j in zip(free, left, strict=False):
        pairs[i] = j
    return pairs


#: what an item is known by, beside its key: its leaves
Traits = set[tuple[Pointer, bytes]]
#: a trait that more items have says little of which item it is
SHARED = 50


def _traits(item: Any) -> Traits:
    return {(at, canonical(value)) for at, value in leaves(item)}


def _likely(ours: dict[int, Traits], theirs: dict[int, Traits]) -> list[tuple[int, int]]:
    """Return pairs of items that have something in common, most first; a text that was cut is something, too."""
    common: Counter[tuple[int, int]] = Counter()
    owners: dict[tuple[Pointer, bytes], list[int]] = {}
    for j, traits in theirs.items():
        for trait in traits:
            owners.setdefault(trait, []).append(j)
    for i, traits in ours.items():
        for trait in traits:
            found = owners.get(trait, ())
            common.update((i, j) for j in found if len(found) <= SHARED)
    texts = sorted((text, i) for i, traits in ours.items() for at, text in traits if at == ())
    for (at, text), found in owners.items():
        first = bisect(texts, (text[:-1], -1))
        if at == () and first < len(texts) and texts[first][0].startswith(text[:-1]):
            common[texts[first][1], found[0]] += 1
    return sorted(common, key=lambda pair: (-common[pair], abs(pair[0] - pair[1]), pair))


def _names(items: list[Any], key: str | None, pairs: list[int | None], theirs: list[str]) -> list[str]:
    """Name the items of S: as the item of R that came of each, else by their own key, else by number."""
    taken = set(theirs)
    numbers = count()
    names: list[str] = []
    for own, pair in zip(_keys(items, key), pairs, strict=True):
        if pair is not None:
            names.append(theirs[pair])
        elif own is not None and KEYED + own not in taken:
            names.append(KEYED + own)
        else:
            names.append(f"{LOST}{next(numbers)}")
    return names


def _recognise(items: list[Any], key: str | None, of: list[str] | None, known: set[str]) -> list[str | int]:
    """Name the items of R' as those of R that they are; new ones are named by their index.

    An item without a key is known by its content, or, while the list has kept its length and order, by its position.
    """
    names: list[str | int] = list(range(len(items)))
    seen: set[str] = set()
    for index, item in enumerate(items):
        found = _key(item, key)
        name = KEYED + (found or "")
        if found is not None and name not in seen and (of is None or name in known):
            seen.add(name)
            names[index] = name
    slots = {str(index): one for index, one in enumerate(of or ()) if not one.startswith(KEYED)}
    if of is None or not slots:
        return names
    now = [name if isinstance(name, str) else digest(items[name]) for name in names]
    if len(now) == len(of) and all(map(_in_place, now, of, repeat(set(of)))):
        return [str(index) if str(index) in slots else name for index, name in enumerate(names)]
    for content in set(slots.values()):
        places = [name for name, one in slots.items() if one == content]
        found_at = [index for index, one in enumerate(now) if one == content]
        if len(places) == len(found_at):
            for index, name in zip(found_at, places, strict=True):
                names[index] = name
    return names


def _in_place(now: str, before: str, all_before: set[str]) -> bool:
    """Tell whether an item may be the one that stood in its position: the same, or one new to the list."""
    keyless = not now.startswith(KEYED) and not before.startswith(KEYED)
    return now == before or (keyless and now not in all_before)


def _ordered(names: list[str | int], lost: set[str], wanted: list[str], before: list[str]) -> list[str | int]:
    """Order items: as in the original, unless somebody moved them; new ones stay behind their neighbour."""
    present = [name for name in names if name not in lost]
    there, old = set(names), set(before)
    moved = [name for name in present if name in old] != [
        name for name in before if name in there and name not in lost
    ]
    wished: list[str | int] = [name for name in dict.fromkeys(wanted) if name in there]
    base, line = (list(present), wished) if moved else (wished, present)
    ahead: str | int | None = None
    done = set(base)
    for name in line:
        if name not in done:
            base.insert(0 if ahead is None else base.index(ahead) + 1, name)
        ahead = name
    return base


# -- merging --------------------------------------------------------------------------------------------------


@dataclass
class _Trie:
    """The entries at and below one place."""

    entry: Entry | None = None
    head: Entry | None = None
    below: dict[str, _Trie] = field(default_factory=dict)

    def places(self) -> list[str]:
        """Return the places of all entries that hold something back."""
        own = [self.entry["at"]] if self.entry is not None and "value" in self.entry else []
        return own + [at for child in self.below.values() for at in child.places()]


def _trie(entries: list[Entry], depth: int = 0) -> _Trie:
    """Arrange entries by the parts of their places behind the first ``depth`` ones."""
    root = _Trie()
    for entry in entries:
        node = root
        for part in parse_pointer(entry["at"])[depth:]:
            node = node.below.setdefault(part, _Trie())
        if is_list_entry(entry):
            node.head = entry
        else:
            node.entry = entry
    return root


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


def merge(returned: Any, entries: list[Entry], profile: Profile) -> Restored:
    """Merge a complement into a payload that came back, possibly edited."""
    work = _Merge(_groups(profile))
    made = work.merge(returned, _trie(entries), profile.tree, (), returned)
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
    def __init__(self, groups: Groups) -> None:
        self.groups = groups
        self.stale: list[str] = []
        self.orphaned: list[str] = []

    def merge(self, value: Any, trie: _Trie, node: Node | None, at: Pointer, scope: Any) -> Any:
        """Return _Kept, _New, a dict or list of those, or MISSING.

        ``scope`` is the product or list item of R' in which ``value`` stands.
        """
        if trie.entry is not None:
            return self._own(value, trie.entry, node, at, scope)
        if value is MISSING:
            self.orphaned += trie.places()
            return MISSING
        if isinstance(value, dict) and trie.head is None:
            return self._settled(value, self._members(value, trie, node, at, scope), at)
        if isinstance(value, list) and trie.head is not None:
            return self._settled(value, self._items(value, trie.head, trie, node, at), at)
        self.stale += trie.places()
        return _Kept(value, at)

    def _own(self, value: Any, entry: Entry, node: Node | None, at: Pointer, scope: Any) -> Any:
        wanted = entry.get("value", MISSING)
        if self._holds(value, entry, scope):
            instead_of = None if value is MISSING else at
            return MISSING if wanted is MISSING else _New(copy_json(wanted), instead_of)
        if "was" not in entry and isinstance(wanted, dict | list) and type(value) is type(wanted):
            return self._overlay(value, entry, node, at, scope)
        if wanted is not MISSING and not identical(value, wanted):
            self.stale.append(entry["at"])
        return MISSING if value is MISSING else _Kept(value, at)

    @staticmethod
    def _holds(value: Any, entry: Entry, scope: Any) -> bool:
        """Tell whether R' still holds what R held when the entry was made."""
        if "with" in entry:
            return bool(_digest_together(entry["with"], scope) == entry["was"])
        if "was" not in entry:
            return value is MISSING
        return value is not MISSING and digest(value) == entry["was"]

    def _overlay(self, value: Any, entry: Entry, node: Node | None, at: Pointer, scope: Any) -> Any:
        """Merge an object or list that R did not have into the one that somebody has made meanwhile."""
        place = parse_pointer(entry["at"])
        found = _Difference(self.groups)
        found.compare(entry["value"], type(value)(), node, place, {})
        return self.merge(value, _trie(found.entries, len(place)), node, at, scope)

    @staticmethod
    def _settled(value: Any, made: Any, at: Pointer) -> Any:
        """Keep account of what is, or was, empty: that is a leaf itself, and was kept or replaced."""
        if not made:
            return _New(made, at) if value else _Kept(value, at)
        if not value:
            for one in made.values() if isinstance(made, dict) else made:
                one.instead_of = at
        return made

    def _members(
        self, value: dict[str, Any], trie: _Trie, node: Node | None, at: Pointer, scope: Any
    ) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name in [*value, *(name for name in trie.below if name not in value)]:
            child, below = value.get(name, MISSING), trie.below.get(name)
            place = (*at, name)
            got = (
                _Kept(child, place) if below is None else self.merge(child, below, _member(node, name), place, scope)
            )
            if got is not MISSING:
                made[name] = got
        return made

    def _items(self, items: list[Any], head: Entry, trie: _Trie, node: Node | None, at: Pointer) -> list[Any]:
        of = head.get("of")
        names = _recognise(items, head.get("key"), of, {*(of or ()), *trie.below})
        made: dict[str | int, Any] = {}
        for index, (item, name) in enumerate(zip(items, names, strict=True)):
            below = trie.below.get(name) if isinstance(name, str) else None
            place = (*at, index)
            got = _Kept(item, place) if below is None else self.merge(item, below, _item(node), place, item)
            if got is not MISSING:
                made[name] = got
        lost: set[str] = set()
        for part, below in trie.below.items():
            if part not in names:
                got = self.merge(MISSING, below, _item(node), (*at, part), MISSING)
                if got is not MISSING:
                    made[part] = got
                    lost.add(part)
        if of is None:
            return list(made.values())
        before = [one if one.startswith(KEYED) else str(index) for index, one in enumerate(of)]
        return [made[name] for name in _ordered(list(made), lost, head.get("order", before), before)]


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


# -- what the profile says ------------------------------------------------------------------------------------

#: a field -> all fields that say one thing together with it
Groups = Mapping[Field, tuple[Field, ...]]


@lru_cache(maxsize=256)
def _groups(profile: Profile) -> Groups:
    return dict(_grouped(profile.scope))


def _grouped(scope: Scope) -> Iterator[tuple[Field, tuple[Field, ...]]]:
    for value in scope.values:
        if len(value.fields) > 1:
            yield from ((one, value.fields) for one in value.fields)
    for inner in (*(each.scope for each in scope.lists), *(pick.scope for pick in scope.picks)):
        yield from _grouped(inner)


def _member(node: Node | None, name: str) -> Node | None:
    return node.members.get(name) if isinstance(node, ObjectNode) else None


def _item(node: Node | None) -> Node | None:
    if isinstance(node, ListNode):
        return node.item
    return LeafNode(node.field.item) if isinstance(node, LeafNode) and node.field.item else None


__all__ = ["Entry", "Restored", "are_entries", "complement", "digest", "identical", "is_list_entry", "merge"]
