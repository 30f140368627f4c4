"""The compact account: what the ``loss`` function appends, and how it is spelled out when somebody reads it.

An entry is ``(place, code, index, …)``. Where the code is None, keys of the object at that place were left when
all that arrives had been fetched: which ones, and why they are lost, is looked up in the payload.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from catalens.mapping.profile import Field, LeafNode, ListNode, Node, ObjectNode
from catalens.paths import Pointer

Entry = tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Rest:
    """The members of an object of which nothing arrives: their codes and rules, by field."""

    node: ObjectNode
    fetched: frozenset[str]
    fates: dict[Field, tuple[str, str]]


#: a source place: names, and None where an index of the entry goes; the rule, or what is looked up there
Place = tuple[tuple[str | None, ...], str | Rest]


@dataclass(frozen=True)
class Loss:
    """One loss, compact: where (a pointer to the leaf or to the tree that is lost whole), and its code."""

    pointer: Pointer
    code: str
    rule: str


def spell_out(entries: Sequence[Entry], places: Sequence[Place], product: Any) -> Iterator[Loss]:
    """Yield the losses that entries stand for, in the payload that they were made from."""
    for entry in entries:
        template, rule = places[entry[0]]
        indices = iter(entry[2:])
        at = tuple(next(indices) if part is None else part for part in template)
        if isinstance(rule, str):
            yield Loss(at, entry[1], rule)
            continue
        found = product
        for part in at:
            found = found[part]
        for name, value in found.items():
            if name not in rule.fetched:
                yield from _lost(value, rule.node.members.get(name), (*at, name), rule)


def _lost(value: Any, node: Node | None, at: Pointer, rest: Rest) -> Iterator[Loss]:
    match node:
        case None:
            yield Loss(at, "dropped.unknown_field", "unknown field")
        case LeafNode(field) | ListNode(field, _, _):
            code, rule = rest.fates[field]
            yield Loss(at, code, rule)
        case ObjectNode(members) if value:
            for name, child in value.items():
                yield from _lost(child, members.get(name), (*at, name), rest)
        case ObjectNode():
            yield Loss(at, "dropped.no_counterpart", ".".join(str(part) for part in at if isinstance(part, str)))
