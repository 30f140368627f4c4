"""How a complement joins what was edited meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from catalens.account.restored import Restored
from catalens.mapping.profile import ListNode, MapNode, Node, Order, Profile
from catalens.paths import MISSING, Pointer, parse_pointer, pointer_text
from catalens.payloads import copy_json, identical
from catalens.returning.difference import Around, Difference
from catalens.returning.entries import Entry, Parts, condition, digest, is_list_entry, look_up
from catalens.returning.items import Keys, names_in, ordered, recognise, woven
from catalens.returning.shape import Shape, item_of, member, shape_of


@dataclass
class _Trie:
    """The entries at and below one place."""

    entry: Entry | None = None
    head: Entry | None = None
    below: dict[str, _Trie] = field(default_factory=dict)

    def places(self) -> list[str]:
        """Return the places of all entries that hold something back."""
        if self.entry is not None and not self.below:
            return [self.entry["at"]] if "value" in self.entry else []
        return [at for child in self.below.values() for at in child.places()]


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


def merge(returned: Any, entries: list[Entry], profile: Profile) -> Restored:
    """Merge a complement into a payload that came back, possibly edited."""
    trie = _trie(entries)
    scope = _Scope(returned, trie)
    work = _Merge(shape_of(profile), scope)
    work.find_moves(entries)
    made = work.merge(returned, trie, profile.tree, (), scope)
    if made is MISSING:
        # no entry of ours takes the whole product away
        made = _Kept(returned, ())
    trail: dict[Pointer, Pointer] = {}
    restored: dict[Pointer, Pointer | None] = {}
    computed: set[Pointer] = set()
    value = _unfold(made, (), trail, restored, computed)
    return Restored(value, trail, restored, work.stale, work.orphaned, computed)


@dataclass
class _Scope:
    """A product or list item of R', and the entries at and below its place."""

    value: Any
    trie: _Trie


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
    #: it was in no complement
    computed: bool = False


class _Merge:
    def __init__(self, shape: Shape, root: _Scope) -> None:
        self.shape, self.root = shape, root
        self.stale: list[str] = []
        self.orphaned: list[str] = []
        #: what the items of lists were recognised as; the list is kept, for its id stands for it
        self._known: dict[int, tuple[list[Any], list[str | int]]] = {}
        #: place of an entry -> the item of R' that goes there, and where it stood; and all such places
        self._moves: dict[str, tuple[Any, Pointer]] = {}
        self._left: set[Pointer] = set()

    def find_moves(self, entries: list[Entry]) -> None:
        """Find the items that belong to another item than the one that they came back in.

        One that cannot go there, since somebody has made something else of what is around it, stays where it is.
        """
        for entry in entries:
            # the whole product goes nowhere
            if not entry.get("from") or not self._has_room(parse_pointer(entry["at"])):
                continue
            *around, name = parse_pointer(entry["from"])
            items, trie, at = self._walk(self.root, tuple(around))
            if isinstance(items, list) and trie is not None and trie.head is not None:
                names = self._recognised(items, trie.head, trie)
                index = names.index(name) if name in names else None
                if index is not None and (*at, index) not in self._left:
                    self._moves[entry["at"]] = (items[index], (*at, index))
                    self._left.add((*at, index))

    def _has_room(self, names: Parts) -> bool:
        """Tell whether R' has nothing at a place, and what is around it is there or is made."""
        for depth in range(len(names)):
            value, trie, _ = self._walk(self.root, names[:depth])
            entry = None if trie is None else trie.entry
            wanted = value if value is not MISSING or entry is None or "was" in entry else entry.get("value")
            if not isinstance(wanted, dict | list):
                return False
        return self._walk(self.root, names)[0] is MISSING

    def merge(self, value: Any, trie: _Trie, node: Node | None, at: Pointer, scope: _Scope) -> Any:
        """Return _Kept, _New, a dict or list of those, or MISSING.

        ``scope`` is the product or list item of R' in which ``value`` stands.
        """
        if trie.entry is not None:
            if "from" in trie.entry:
                return self._moved(value, trie, trie.entry, node, at)
            if trie.below or trie.head is not None:
                return self._hollow(value, trie, trie.entry, node, at, scope)
            return self._own(value, trie.entry, node, at, scope)
        if value is MISSING:
            self.orphaned += trie.places()
            return MISSING
        made = self._parts(value, trie, node, at, scope)
        if made is not None:
            return self._settled(value, made, at)
        (self.orphaned if value is None else self.stale).extend(trie.places())
        return _Kept(value, at)

    def _parts(self, value: Any, trie: _Trie, node: Node | None, at: Pointer, scope: _Scope) -> Any:
        """Merge the members of an object, or the items of a list; None where S and R had something else."""
        if isinstance(value, dict) and trie.head is None:
            return self._members(value, trie, node, at, scope)
        if isinstance(value, list) and trie.head is not None:
            return self._items(value, trie.head, trie, node, at, scope)
        return None

    def _hollow(self, value: Any, trie: _Trie, entry: Entry, node: Node | None, at: Pointer, scope: _Scope) -> Any:
        """Merge what only S or only R has: it is made for what comes into it, and goes when all has left it."""
        wanted = entry.get("value", MISSING)
        to_make = isinstance(wanted, dict | list)
        base = type(wanted)() if to_make and self._holds(value, entry, scope) else value
        made = None if base is MISSING else self._parts(base, trie, node, at, scope)
        if made is None:
            (self.orphaned if value in (None, MISSING) else self.stale).extend(trie.places())
        elif made or (value and to_make):
            return self._settled(value, made, at)
        elif value and entry.get("was") == digest(type(value)()):
            return MISSING if wanted is MISSING else _New(wanted, at)
        return MISSING if value is MISSING else _Kept(value, at)

    def _moved(self, value: Any, trie: _Trie, entry: Entry, node: Node | None, at: Pointer) -> Any:
        """Merge what only S has of an item into what R' has of it in another place."""
        item, place = self._moves.get(entry["at"], (value, at))
        below = _Trie(head=trie.head, below=trie.below)
        if item is not MISSING and below.head is None and not below.below:
            return _Kept(item, place)
        return self.merge(item, below, node, place, _Scope(item, below))

    def _own(self, value: Any, entry: Entry, node: Node | None, at: Pointer, scope: _Scope) -> Any:
        wanted = entry.get("value", MISSING)
        if self._holds(value, entry, scope):
            instead_of = None if value is MISSING else at
            return MISSING if wanted is MISSING else _New(copy_json(wanted), instead_of)
        if "was" not in entry and isinstance(wanted, dict | list) and type(value) is type(wanted):
            return self._overlay(value, entry, node, at, scope)
        if wanted is not MISSING and not identical(value, wanted):
            self.stale.append(entry["at"])
        return MISSING if value is MISSING else _Kept(value, at)

    def _holds(self, value: Any, entry: Entry, scope: _Scope) -> bool:
        """Tell whether R' still holds what R held when the entry was made."""
        if "with" in entry:
            held = {one: self._look_up(scope, parse_pointer(one)) for one in entry["with"]}
            return bool(condition(held)["was"] == entry["was"])
        if "was" not in entry:
            return value is MISSING
        return value is not MISSING and digest(value) == entry["was"]

    def _look_up(self, scope: _Scope, names: Parts) -> Any:
        """Return what R' has where R had something."""
        return self._walk(scope, names)[0]

    def _walk(self, scope: _Scope, names: Parts) -> tuple[Any, _Trie | None, Pointer]:
        """Go to a place in R', and among the entries; items of lists are those that they are merged as.

        Return as well where it is in R'.
        """
        value: Any = scope.value
        trie: _Trie | None = scope.trie
        at: Pointer = ()
        for name in names:
            if isinstance(value, list) and trie is not None and trie.head is not None:
                found = self._recognised(value, trie.head, trie)
                index = found.index(name) if name in found else None
                value, at = (MISSING, at) if index is None else (value[index], (*at, index))
            else:
                value, at = look_up(value, (name,)), (*at, name)
            trie = None if trie is None else trie.below.get(name)
        return value, trie, at

    def _recognised(self, items: list[Any], head: Entry, trie: _Trie) -> list[str | int]:
        if id(items) not in self._known:
            keys, of = Keys(head.get("key"), head.get("target_key")), head.get("of")
            self._known[id(items)] = (items, recognise(items, keys, of, {*(of or ()), *trie.below}))
        return self._known[id(items)][1]

    def _overlay(self, value: Any, entry: Entry, node: Node | None, at: Pointer, scope: _Scope) -> Any:
        """Merge an object or list that R did not have into the one that somebody has made meanwhile."""
        place = parse_pointer(entry["at"])
        found = Difference(self.shape)
        found.compare(entry["value"], type(value)(), node, place, Around(place, {}))
        return self.merge(value, _trie(found.entries, len(place)), node, at, scope)

    @staticmethod
    def _settled(value: Any, made: Any, at: Pointer) -> Any:
        """Keep account of what is, or was, empty: that is a leaf itself, and was kept or replaced."""
        if not made:
            return _New(made, at) if value else _Kept(value, at)
        if not value and value is not MISSING:
            _replace(made, at)
        return made

    def _members(
        self, value: dict[str, Any], trie: _Trie, node: Node | None, at: Pointer, scope: _Scope
    ) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name in [*value, *(name for name in trie.below if name not in value)]:
            child, below = value.get(name, MISSING), trie.below.get(name)
            place = (*at, name)
            if below is None:
                got: Any = _Kept(child, place)
            elif isinstance(node, MapNode):
                got = self._item(child, below, node, place, scope)
            else:
                got = self.merge(child, below, member(node, name), place, scope)
            if got is not MISSING:
                made[name] = got
        return made

    def _items(
        self, items: list[Any], head: Entry, trie: _Trie, node: Node | None, at: Pointer, scope: _Scope
    ) -> list[Any]:
        of = head.get("of")
        names = self._recognised(items, head, trie)
        made: dict[str | int, Any] = {}
        for index, (item, name) in enumerate(zip(items, names, strict=True)):
            below = trie.below.get(name) if isinstance(name, str) else None
            place = (*at, index)
            if place in self._left:
                continue
            got = _Kept(item, place) if below is None else self._item(item, below, node, place, scope)
            if got is not MISSING:
                made[name] = got
        lost: set[str] = set()
        for part, below in trie.below.items():
            if part not in names:
                got = self._item(MISSING, below, node, (*at, part), scope)
                if got is not MISSING:
                    made[part] = got
                    lost.add(part)
        present, names, as_before = [name for name in made if name not in lost], [*made], False
        if of is not None:
            before = names_in(of)
            wanted = head.get("order", before)
            came = {part: where for part in lost if (where := self._came_from(trie.below[part].entry, scope))}
            # what stood in a list beside this one was in some order there, and may have been moved
            before = [*before, *sorted(came, key=lambda part: came[part][0])]
            others = (part for part in lost if part not in came)
            kept = [*present, *sorted(came, key=lambda part: came[part][1])]
            there = set(kept)
            as_before = kept == [name for name in before if name in there]
            names = ordered([*kept, *others], lost - came.keys(), wanted, before)
        order = node.order if isinstance(node, ListNode) else None
        if order is None or as_before:
            # R may not have been able to keep the order of S, which is then none that anybody gave
            return [made[name] for name in names]
        return self._in_order(made, names, present, trie, order)

    def _in_order(
        self, made: dict[str | int, Any], names: list[str | int], present: list[str | int], trie: _Trie, order: Order
    ) -> list[Any]:
        """Return the items of a list that says its order; where what says it is overtaken, it is written anew.

        R' has its items in the order that is meant, in which somebody may have put them.
        """
        places = {name: order.place(_look_into(made[name], order.field.at)) for name in names}
        there = set(present)
        said = sorted(names, key=lambda name: places[name])
        if [name for name in said if name in there] == present:
            return [made[name] for name in names]
        for name in names:
            place = _said_in(trie.below.get(name), order.field.at) if isinstance(name, str) else None
            if place is not None and place not in self.stale:
                self.stale.append(place)
        anew = woven(present, said)
        for number, name in enumerate(anew):
            value = number == 0 if order.marks_first else number + 1
            made[name] = _put(made[name], order.field.at, value)
        return [made[name] for name in anew]

    def _came_from(self, entry: Entry | None, scope: _Scope) -> tuple[Any, Any] | None:
        """Return where R had, and R' has, the item of another list that an entry is about; to be sorted by."""
        names = () if entry is None else _elsewhere(entry)
        if entry is None or not names:
            return None
        *place, name = names
        items, trie, _ = self._walk(self.root if "from" in entry else scope, tuple(place))
        if not isinstance(items, list) or trie is None or trie.head is None:
            return None
        before, now = names_in(trie.head.get("of", ())), self._recognised(items, trie.head, trie)
        return ((place, before.index(name)), (place, now.index(name))) if name in before and name in now else None

    def _item(self, item: Any, trie: _Trie, node: Node | None, at: Pointer, scope: _Scope) -> Any:
        """Merge an item: an entry of its own stands in what is around the list, all others in the item."""
        inner = scope if trie.entry is not None else _Scope(item, trie)
        return self.merge(item, trie, item_of(node), at, inner)


def _elsewhere(entry: Entry) -> Parts:
    """Return where R has the item of another list that an entry is about; nothing for any other entry."""
    waits = entry.get("with", ())
    return parse_pointer(entry["from"] if "from" in entry else waits[1] if len(waits) == 2 else "")


def _said_in(trie: _Trie | None, names: Parts) -> str | None:
    """Return the pointer of what an entry gives back behind names: it alone, or what holds it; None without one."""
    while trie is not None:
        entry = trie.entry
        if entry is not None and "value" in entry and look_up(entry["value"], names) is not MISSING:
            return f"{entry['at']}{pointer_text(names)}"
        trie, names = trie.below.get(names[0]) if names else None, names[1:]
    return None


def _look_into(made: Any, names: Parts) -> Any:
    """Return what a merged value has behind names; MISSING where it has nothing."""
    for depth, name in enumerate(names):
        if isinstance(made, _Kept | _New):
            return look_up(made.value, names[depth:])
        made = made.get(name, MISSING) if isinstance(made, dict) else MISSING
    return made.value if isinstance(made, _Kept | _New) else made


def _put(made: Any, names: Parts, value: Any) -> Any:
    """Return a merged value with another one behind names, which is in no complement."""
    if not names:
        if isinstance(made, _Kept):
            return made if identical(made.value, value) else _New(value, made.at, computed=True)
        return _New(value, made.instead_of if isinstance(made, _New) else None, computed=True)
    if isinstance(made, _Kept):
        members = made.value if isinstance(made.value, dict) else {}
        made = {name: _Kept(child, (*made.at, name)) for name, child in members.items()}
    elif isinstance(made, _New):
        members = made.value if isinstance(made.value, dict) else {}
        made = {name: _New(child, made.instead_of) for name, child in members.items()}
    elif not isinstance(made, dict):
        made = {}
    return {**made, names[0]: _put(made.get(names[0], MISSING), names[1:], value)}


def _replace(made: Any, at: Pointer) -> None:
    """Say of all that came into what was empty that it stands in place of it."""
    if isinstance(made, _New):
        made.instead_of = at
    elif isinstance(made, dict | list):
        for one in made.values() if isinstance(made, dict) else made:
            _replace(one, at)


def _unfold(
    made: Any,
    at: Pointer,
    trail: dict[Pointer, Pointer],
    restored: dict[Pointer, Pointer | None],
    computed: set[Pointer],
) -> Any:
    if isinstance(made, _Kept):
        trail[at] = made.at
        return made.value
    if isinstance(made, _New):
        restored[at] = made.instead_of
        if made.computed:
            computed.add(at)
        return made.value
    if isinstance(made, dict):
        return {name: _unfold(child, (*at, name), trail, restored, computed) for name, child in made.items()}
    if isinstance(made, list):
        return [_unfold(child, (*at, index), trail, restored, computed) for index, child in enumerate(made)]
    return made
