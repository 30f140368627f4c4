"""The compact account: what generated code enters, and how it is spelled out when somebody reads it.

An entry is ``(place, index, …)``, or ``((place, code), index, …)`` where the place has several codes. What no value
decides is not entered leaf by leaf: ``left`` holds ``(Left, index, …, object)`` for each object that has members of
which nothing arrives, and which of them are there is looked up in the object, when somebody reads or counts them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress
from typing import Any, NamedTuple

from catalens.mapping.profile import Field, LeafNode, ListNode, Names, Node, ObjectNode
from catalens.paths import MISSING, Pointer

CompactEntry = tuple[Any, ...]
#: names, and None where an index of the entry goes
Template = tuple[str | None, ...]
#: a source place: where, the rule, the code (None: the entry has it)
Place = tuple[Template, str, str | None]
#: a rule and a code: what losses are counted by
RuleAndCode = tuple[str, str]


class Loss(NamedTuple):
    """One loss, compact: where (a pointer to the leaf or to the tree that is lost whole), and its code."""

    pointer: Pointer
    code: str
    rule: str


class CompactEntries(list[CompactEntry]):
    """The compact account of one payload."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left: list[CompactEntry] = []


class Left:
    """What is lost of an object or list, whatever the values are that stand in it: where it is, codes and rules."""

    #: what tells the objects that lose the same members from all others
    key: Callable[[Any], Hashable]

    def __init__(self, at: Template) -> None:
        self.at = at

    def filled(self, indices: Iterable[Any]) -> Pointer:
        """Return where it is, of some indices."""
        return _at(self.at, iter(indices))

    def lost(self, found: Any) -> Iterator[Loss]:
        """Yield what is lost of one object; pointers begin at it."""
        raise NotImplementedError

    def kinds(self, key: Any, found: Any) -> list[RuleAndCode]:
        """Return the kind of each loss of one object, whose key is given."""
        return [(one.rule, one.code) for one in self.lost(found)]


class LeftKeys(Left):
    """What is left of a dictionary whose keys were counted: ``names`` lead to it from its product or list item."""

    def __init__(
        self,
        at: Template,
        node: ObjectNode,
        names: Names,
        fetched: frozenset[str],
        fates: Mapping[Field, RuleAndCode],
    ) -> None:
        super().__init__(at)
        self.node, self.names, self.fetched, self.fates = node, names, fetched, fates
        self.key = self._key
        self.inner = frozenset(name for name, child in node.members.items() if isinstance(child, ObjectNode))

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
                yield Loss(at, "dropped.unknown_field", "unknown field")
            case LeafNode(field) | ListNode(field, _, _):
                rule, code = self.fates[field]
                yield Loss(at, code, rule)
            case ObjectNode(members) if value:
                for name, child in value.items():
                    yield from self._lost(child, members.get(name), (*at, name))
            case ObjectNode():
                yield Loss(at, "dropped.no_counterpart", ".".join((*self.names, *at)))


class LeftAttributes(Left):
    """What is left of a structure: attributes, with the names of the members that they hold."""

    def __init__(self, at: Template, members: Sequence[tuple[str, str, RuleAndCode]]) -> None:
        super().__init__(at)
        self.members = [(name, kind) for _, name, kind in members]
        # written out, since a look at an attribute is then ten times as fast as by its name
        each = ", ".join(f"one.{attribute} is not M" for attribute, _, _ in members)
        self.key: Callable[[Any], tuple[Any, ...]] = eval(f"lambda one: (left, {each})", {"M": MISSING, "left": self})

    def kinds(self, key: Any, found: Any) -> list[RuleAndCode]:
        return [kind for _, kind in self.there(key)]

    def there(self, key: Any) -> Iterator[tuple[str, RuleAndCode]]:
        """Return name and kind of each member that is there."""
        return compress(self.members, key[1:])

    def lost(self, found: Any) -> Iterator[Loss]:
        for name, (rule, code) in self.there(self.key(found)):
            yield Loss((name,), code, rule)


class LeftItems(Left):
    """The items of a list of scalars: each that is not null is lost in the same way."""

    def __init__(self, at: Template, kind: RuleAndCode) -> None:
        super().__init__(at)
        self.kind = kind
        self.key = lambda found: (self, len(found), found.count(None))

    def lost(self, found: Any) -> Iterator[Loss]:
        rule, code = self.kind
        for index, value in enumerate(found):
            if value is not None:
                yield Loss((index,), code, rule)


class Meaning:
    """What compact entries stand for."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = places

    def kind(self, key: Any) -> RuleAndCode:
        """Return the rule and the code of the entries that begin with a key."""
        if isinstance(key, tuple):
            return self.places[key[0]][1], key[1]
        _, rule, code = self.places[key]
        assert code is not None
        return rule, code

    def kinds(self, key: Any, entry: CompactEntry) -> list[RuleAndCode]:
        """Return the kind of each loss that an entry stands for."""
        left = entry[0]
        return left.kinds(key, entry[-1]) if isinstance(left, Left) else [self.kind(key)]

    def spell(self, entries: CompactEntries) -> Iterator[Loss]:
        """Yield the losses that entries stand for."""
        for entry in chain(entries, entries.left):
            yield from self.spell_one(entry)

    def spell_one(self, entry: CompactEntry) -> Iterator[Loss]:
        """Yield the losses that one entry stands for."""
        key = entry[0]
        indices = iter(entry[1:])
        if isinstance(key, Left):
            at = key.filled(indices)
            for one in key.lost(entry[-1]):
                yield Loss((*at, *one.pointer), one.code, one.rule)
            return
        rule, code = self.kind(key)
        yield Loss(_at(self.places[key[0] if isinstance(key, tuple) else key][0], indices), code, rule)


def _at(template: Template, indices: Iterator[Any]) -> Pointer:
    return tuple(next(indices) if part is None else part for part in template)
