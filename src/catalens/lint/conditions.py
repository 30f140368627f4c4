"""Try the conditions of a mapping on values of every kind that its profile allows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice, product
from typing import Any, Final

import jmespath
from jmespath.exceptions import JMESPathError

from catalens.lint.findings import Findings, Keys
from catalens.lint.profiles import names_in
from catalens.mapping.profile import (
    Field,
    LeafNode,
    ListCorrespondence,
    ListNode,
    MapNode,
    Node,
    ObjectNode,
    Profile,
    wire_tree,
)
from catalens.paths import MISSING
from catalens.validate import failure

#: how many values a condition is tried on
MOST: Final = 4000
#: one value or two of each kind; a function that takes one text takes another
_KINDS: Final[dict[str, tuple[Any, ...]]] = {
    "string": ("", "a"),
    "integer": (0, 1),
    "number": (0, 1.5),
    "boolean": (True, False),
    "object": ({}, {"a": 1}),
    "array": ([], ["a"], [1], [None], [{}], ["a", 1]),
}


def check_conditions(findings: Findings, profile: Profile) -> None:
    """Report conditions that fail, instead of being true or false, on a value that a profile allows."""
    for _, owner in profile.fields():
        if isinstance(owner, ListCorrespondence) and owner.when is not None:
            _try(findings, (*owner.list.keys, "when"), owner.when, wire_tree(owner.scope))
    for word, demands in (("required", profile.required), ("forbidden", profile.forbidden)):
        for index, one in enumerate(demands):
            if one.when is not None:
                _try(findings, (word, index, "when"), one.when, profile.tree)


def _try(findings: Findings, at: Keys, when: str, node: Node) -> None:
    try:
        names = set(names_in(jmespath.compile(when).parsed))
    except (JMESPathError, RecursionError):
        return  # said already
    for value in islice(_samples(node, names), MOST):
        why = failure(when, value)
        if why is not None:
            shown = json.dumps(value)
            message = f"fails on {shown if len(shown) < 80 else 'some values'}, which the profile allows: {why}"
            findings.say(at, "condition-fails", message, "ask for its type first: type(a) == 'string' && …")
            return


def _samples(node: Node, names: set[str]) -> Iterator[Any]:
    """Yield values of every kind that a node allows; of objects the members with some names."""
    match node:
        case LeafNode(field):
            yield from _of_field(field)
        case ListNode(_, item, _):
            yield []
            yield from ([one] for one in _samples(item, names))
        case MapNode(_, entry):
            # what is no map, or no entry, is not refused
            yield from (one for kind in _KINDS.values() for one in kind)
            yield from ({"a": one} for one in _samples(entry, names))
        case ObjectNode(members):
            asked = [name for name in members if name in names]
            kinds = [[MISSING, *_or_null(members[name], names)] for name in asked]
            for values in product(*kinds):
                yield {name: one for name, one in zip(asked, values, strict=True) if one is not MISSING}


def _or_null(node: Node, names: set[str]) -> Iterator[Any]:
    match node:
        case LeafNode(field) | ListNode(field, _, _) | MapNode(field, _):
            nullable = field.nullable
        case ObjectNode():
            nullable = True
    yield from [None] if nullable else []
    yield from islice(_samples(node, names), 50)


def _of_field(field: Field) -> Iterator[Any]:
    if field.item is not None:
        yield []
        yield from ([one] for one in _of_field(field.item))
    elif field.enum is not None and not field.advisory:
        yield from field.enum
    else:
        yield from (one for name, kind in _KINDS.items() if {name, "any"} & {*field.types} for one in kind)
