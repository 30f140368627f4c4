"""What a profile says of the shape that a complement is made in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from catalens.mapping.profile import Field, LeafNode, ListNode, Node, ObjectNode, Profile, Scope

#: a field -> all fields that say one thing together with it
Groups = Mapping[Field, tuple[Field, ...]]


@lru_cache(maxsize=256)
def groups_of(profile: Profile) -> Groups:
    return dict(_grouped(profile.scope))


def _grouped(scope: Scope) -> Iterator[tuple[Field, tuple[Field, ...]]]:
    for value in scope.values:
        if len(value.fields) > 1:
            yield from ((one, value.fields) for one in value.fields)
    for inner in (*(each.scope for each in scope.lists), *(pick.scope for pick in scope.picks)):
        yield from _grouped(inner)


def member(node: Node | None, name: str) -> Node | None:
    return node.members.get(name) if isinstance(node, ObjectNode) else None


def item_of(node: Node | None) -> Node | None:
    if isinstance(node, ListNode):
        return node.item
    return LeafNode(node.field.item) if isinstance(node, LeafNode) and node.field.item else None
