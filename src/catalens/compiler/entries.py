"""The compact account: what the ``loss`` function appends, and how it is spelled out when somebody reads it.

An entry is ``(place, index, …)``, or ``((place, code), index, …)`` where the place has several codes. Where the place
is that of a ``Rest``, keys of the object were left when all that arrives had been fetched: which ones, and why they
are lost, is looked up in the payload.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from catalens.mapping.profile import Field, LeafNode, ListNode, Names, Node, ObjectNode
from catalens.paths import Pointer

Entry = tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Rest:
    """The members of an object of which nothing arrives: their codes and rules, by field.

    ``names`` lead to the object from the product or list item that it belongs to.
    """

    node: ObjectNode
    names: Names
    fetched: frozenset[str]
    fates: dict[Field, tuple[str, str]]


#: a source place: names, and None where an index of the entry goes; the rule, or what is looked up there; the code
Place = tuple[tuple[str | None, ...], str | Rest, str | None]


class Loss(NamedTuple):
    """One loss, compact: where (a pointer to the leaf or to the tree that is lost whole), and its code."""

    pointer: Pointer
    code: str
    rule: str


def code_of(entry: Entry, places: Sequence[Place]) -> str:
    """Return the code of an entry that is not of a ``Rest``."""
    key = entry[0]
    code: str | None = key[1] if isinstance(key, tuple) else places[key][2]
    assert code is not None
    return code


def spell_out(entries: Sequence[Entry], places: Sequence[Place], product: Any) -> Iterator[Loss]:
    """Yield the losses that entries stand for, in the payload that they were made from."""
    for entry in entries:
        key = entry[0]
        template, rule, _ = places[key[0] if isinstance(key, tuple) else key]
        indices = iter(entry[1:])
        at = tuple(next(indices) if part is None else part for part in template)
        if isinstance(rule, str):
            yield Loss(at, code_of(entry, places), rule)
            continue
        found = product
        for part in at:
            found = found[part]
        for name, value in found.items():
            if name not in rule.fetched:
                yield from _lost(value, rule.node.members.get(name), (*at, name), (*rule.names, name), rule)


def _lost(value: Any, node: Node | None, at: Pointer, names: Names, rest: Rest) -> Iterator[Loss]:
    match node:
        case None:
            yield Loss(at, "dropped.unknown_field", "unknown field")
        case LeafNode(field) | ListNode(field, _, _):
            code, rule = rest.fates[field]
            yield Loss(at, code, rule)
        case ObjectNode(members) if value:
            for name, child in value.items():
                yield from _lost(child, members.get(name), (*at, name), (*names, name), rest)
        case ObjectNode():
            yield Loss(at, "dropped.no_counterpart", ".".join(names))
