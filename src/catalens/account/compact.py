"""The compact account: what generated code enters, and how it is spelled out when somebody reads it.

An entry is ``(place, index, …)``, or ``((place, code), index, …)`` where the place has several codes. What no value
decides is not entered leaf by leaf: ``left`` holds ``(Left, index, …, object)`` for each object that has members of
which nothing arrives, and which of them are there is looked up in the object, when somebody reads or counts them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress
from threading import Lock
from typing import Any, NamedTuple

from catalens.account.codes import REST, LossCode, Severity
from catalens.mapping.profile import (
    Field,
    LeafNode,
    ListNode,
    MapNode,
    Names,
    Node,
    ObjectNode,
    severities,
    severity_of,
    severity_within,
)
from catalens.paths import MISSING, Pointer

CompactEntry = tuple[Any, ...]
#: names, and None where an index of the entry goes
Template = tuple[str | None, ...]
#: what tells the severity of losing a value whole, where it depends on what is in it
Within = Callable[[Any], Severity]


class Kind(NamedTuple):
    """What losses are counted by."""

    rule: str
    code: LossCode
    severity: Severity = REST


class Loss(NamedTuple):
    """One loss, compact: where (a pointer to the leaf or to the tree that is lost whole), and its code.

    A tree is as severe a loss as the worst leaf in it.
    """

    pointer: Pointer
    code: LossCode
    rule: str
    severity: Severity = REST

    @property
    def kind(self) -> Kind:
        """Return what it is counted by."""
        return Kind(self.rule, self.code, self.severity)


class CompactEntries(list[CompactEntry]):
    """The compact account of one payload."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left: list[CompactEntry] = []


class Place:
    """A place in the source with rule, code and severity of what is lost there (code None: the entry has it)."""

    __slots__ = ("at", "code", "rule", "severity")

    def __init__(self, at: Template, rule: str, code: LossCode | None = None, severity: Severity = REST) -> None:
        self.at, self.rule, self.code, self.severity = at, rule, code, severity


class Places:
    """All places of one translator: functions of every kind enter the same ones, so they can be counted together.

    Places are only ever added, under a lock: translators are shared between threads, and compile when first needed.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], Place] = {}
        self._lock = Lock()

    def place(self, at: Template, rule: str, code: LossCode | None, severity: Severity) -> Place:
        """Return the place, the same object for the same place, rule, code and severity."""
        with self._lock:
            return self._known.setdefault((at, rule, code, severity), Place(at, rule, code, severity))


class Left:
    """What is lost of an object or list, whatever the values are that stand in it: where it is, codes and rules."""

    #: what tells the objects that lose the same members from all others
    key: Callable[[Any], Hashable]

    def __init__(self, at: Template) -> None:
        self.at = at

    def filled(self, indices: Iterable[Any]) -> Pointer:
        """Return the pointer to the object, with its indices filled in."""
        return _at(self.at, iter(indices))

    def lost(self, found: Any) -> Iterator[Loss]:
        """Yield the losses of one object, with pointers relative to it."""
        raise NotImplementedError

    def kinds(self, key: Any, found: Any) -> list[Kind]:
        """Return the kind of each loss of one object, whose key is given."""
        return [one.kind for one in self.lost(found)]


class LeftKeys(Left):
    """What is left of a dictionary whose keys were counted: ``names`` lead to it from its product or list item."""

    def __init__(
        self,
        at: Template,
        node: ObjectNode,
        names: Names,
        fetched: frozenset[str],
        fates: Mapping[Field, Kind],
    ) -> None:
        super().__init__(at)
        self.node, self.names, self.fetched, self.fates = node, names, fetched, fates
        self.key = self._key
        #: members of which it takes a look to know what is lost, or how severe that is
        self.inner = frozenset(name for name, child in node.members.items() if not _is_uniform(child))

    def _key(self, found: Any) -> Hashable:
        left = [name for name in found if name not in self.fetched]
        # an object that is lost is lost leaf by leaf
        return (self, *left) if self.inner.isdisjoint(left) else (self, *self.lost(found))

    def lost(self, found: Any) -> Iterator[Loss]:
        for name, value in found.items():
            if name not in self.fetched:
                yield from self._lost(value, self.node.members.get(name), (name,))

    def _lost(self, value: Any, node: Node | None, at: tuple[str, ...]) -> Iterator[Loss]:
        match node:
            case None:
                yield Loss(at, LossCode.DROPPED_UNKNOWN_FIELD, "unknown field")
            case LeafNode(field) | ListNode(field, _, _) | MapNode(field, _):
                rule, code, _ = self.fates[field]
                yield Loss(at, code, rule, severity_within(node, value))
            case ObjectNode(members) if value and isinstance(value, dict):
                for name, child in value.items():
                    yield from self._lost(child, members.get(name), (*at, name))
            case ObjectNode():
                rule = ".".join((*self.names, *at))
                yield Loss(at, LossCode.DROPPED_CONDITION, rule, severity_of(node))


def _is_uniform(node: Node) -> bool:
    """Tell whether a member of a dictionary is one loss, and always as severe; what is unknown is of the rest."""
    return isinstance(node, LeafNode) or (isinstance(node, ListNode | MapNode) and severities(node) <= {REST})


class LeftAttributes(Left):
    """What is left of a structure: attributes, with the names of the members that they hold.

    Where the severity depends on what a member holds, the key says it.
    """

    def __init__(self, at: Template, members: Sequence[tuple[str, str, Kind, Within | None]]) -> None:
        super().__init__(at)
        self.members = [(name, kind) for _, name, kind, _ in members]
        known: dict[str, Any] = {"M": MISSING, "left": self}
        # written out, since a look at an attribute is then ten times as fast as by its name
        tests = []
        for number, (attribute, _, _, within) in enumerate(members):
            known[f"within{number}"] = within
            told = "" if within is None else f" and within{number}(one.{attribute})"
            tests.append(f"one.{attribute} is not M{told}")
        self.key: Callable[[Any], tuple[Any, ...]] = eval(f"lambda one: (left, {', '.join(tests)})", known)

    def kinds(self, key: Any, found: Any) -> list[Kind]:
        return [kind for _, kind in self.there(key)]

    def there(self, key: Any) -> Iterator[tuple[str, Kind]]:
        """Return name and kind of each member that is there."""
        for (name, kind), severity in compress(zip(self.members, key[1:], strict=True), key[1:]):
            yield name, kind if severity is True else kind._replace(severity=severity)

    def lost(self, found: Any) -> Iterator[Loss]:
        for name, (rule, code, severity) in self.there(self.key(found)):
            yield Loss((name,), code, rule, severity)


class LeftItems(Left):
    """The items of a list of scalars: each that is not null is lost in the same way."""

    def __init__(self, at: Template, kind: Kind) -> None:
        super().__init__(at)
        self.kind = kind
        self.key = lambda found: (self, len(found), found.count(None))

    def lost(self, found: Any) -> Iterator[Loss]:
        rule, code, severity = self.kind
        for index, value in enumerate(found):
            if value is not None:
                yield Loss((index,), code, rule, severity)


def kind_of(key: Any) -> Kind:
    """Return the kind of the entries that begin with a key."""
    place, code = key if isinstance(key, tuple) else (key, key.code)
    return Kind(place.rule, code, place.severity)


def kinds_of(key: Any, entry: CompactEntry) -> list[Kind]:
    """Return the kind of each loss that an entry stands for."""
    left = entry[0]
    return left.kinds(key, entry[-1]) if isinstance(left, Left) else [kind_of(key)]


def spell(entries: CompactEntries) -> Iterator[Loss]:
    """Yield the losses that entries stand for."""
    for entry in chain(entries, entries.left):
        yield from spell_one(entry)


def spell_one(entry: CompactEntry) -> Iterator[Loss]:
    """Yield the losses that one entry stands for."""
    key, indices = entry[0], iter(entry[1:])
    if isinstance(key, Left):
        at = key.filled(indices)
        for one in key.lost(entry[-1]):
            yield one._replace(pointer=(*at, *one.pointer))
        return
    rule, code, severity = kind_of(key)
    place = key[0] if isinstance(key, tuple) else key
    yield Loss(_at(place.at, indices), code, rule, severity)


def _at(template: Template, indices: Iterator[Any]) -> Pointer:
    return tuple(next(indices) if part is None else part for part in template)
