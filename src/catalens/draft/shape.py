"""What is known of a payload whose format nobody has described yet: which members there are, and what they hold.

A shape is gathered from samples, from a JSON Schema, or from both. It never grows beyond a bound, however much is
looked at, and whatever it was gathered from fits the lines that are made of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from catalens.codecs.json_types import Types, json_type

#: distinct values that a place keeps, and characters of a text that it keeps
MOST_VALUES, MOST_CHARACTERS = 24, 400
#: members of an object; one with more has keys that say something, and is taken as it is
MOST_MEMBERS = 300
#: characters of a name
LONGEST_NAME = 200
#: objects and lists inside one another whose insides are looked at
DEEPEST = 16

SCALARS: Types = frozenset({"string", "integer", "number", "boolean"})


@dataclass(eq=False)
class Shape:
    """What stands at one place: the types that were seen or are allowed, and what is inside."""

    types: set[str] = field(default_factory=set)
    members: dict[str, Shape] = field(default_factory=dict)
    item: Shape | None = None
    #: distinct scalars, the first ones
    values: list[Any] = field(default_factory=list)
    #: how often something stood here
    count: int = 0
    #: limits in the words of JSON Schema, and ``format``, ``default``, ``advisory``
    limits: dict[str, Any] = field(default_factory=dict)
    doc: str | None = None
    readonly: bool = False
    #: members that a schema requires
    required: tuple[str, ...] = ()
    #: its members are too many, too deep, or of any name
    opaque: bool = False
    #: so many members were left out, since their names are too long or there are too many of them
    left_out: int = 0

    @property
    def is_object(self) -> bool:
        """Tell whether it is an object, or null, whose members are known."""
        return self.types <= {"object", "null"} and bool(self.members) and not self.opaque

    @property
    def is_list_of_objects(self) -> bool:
        item = self.item
        return self._is_list and item is not None and item.types == {"object"} and item.is_object

    @property
    def is_list_of_values(self) -> bool:
        """Tell whether it is a list (or null) of which each item is of a known type, and none is null."""
        return self._is_list and self.item is not None and bool(self.item.types) and "null" not in self.item.types

    @property
    def _is_list(self) -> bool:
        return "array" in self.types and self.types <= {"array", "null"}

    def observe(self, value: Any, depth: int = 0) -> None:
        """Learn from one value that stood here."""
        self.count += 1
        if value is None:
            self.types.add("null")
        elif isinstance(value, dict):
            self.types.add("object")
            if depth >= DEEPEST:
                self.opaque = True
            elif not self.opaque:
                self._observe_members(value, depth)
        elif isinstance(value, list):
            self.types.add("array")
            if value and depth < DEEPEST:
                self.item = self.item or Shape()
                for one in value:
                    self.item.observe(one, depth + 1)
            elif value:
                self.item = Shape({"null"})
        else:
            self.types.add(json_type(value))
            self.illustrate(value)

    def _observe_members(self, value: dict[str, Any], depth: int) -> None:
        for name, child in value.items():
            if name not in self.members:
                full = len(self.members) >= MOST_MEMBERS
                if full and depth:
                    self.opaque = True
                    self.members.clear()
                    return
                if full or len(name) > LONGEST_NAME:
                    self.left_out += 1
                    continue
                self.members[name] = Shape()
            self.members[name].observe(child, depth + 1)

    def illustrate(self, value: Any) -> None:
        """Keep values of a payload as examples where they fit what is known; nothing else is learned from it."""
        if isinstance(value, dict):
            for name, child in value.items():
                if name in self.members:
                    self.members[name].illustrate(child)
        elif isinstance(value, list):
            for one in value:
                if self.item is not None:
                    self.item.illustrate(one)
        elif value is not None and json_type(value) in self._scalars and len(self.values) < MOST_VALUES:
            kept = value[:MOST_CHARACTERS] if isinstance(value, str) else value
            if not any(type(kept) is type(one) and kept == one for one in self.values):
                self.values.append(kept)

    @property
    def _scalars(self) -> set[str]:
        return self.types | {"integer"} if "number" in self.types else self.types

    def merge(self, other: Shape) -> None:
        """Allow what another shape allows, too."""
        self.types |= other.types
        self.opaque = self.opaque or other.opaque
        for name, child in other.members.items():
            if name in self.members:
                self.members[name].merge(child)
            else:
                self.members[name] = child
        if other.item is not None:
            if self.item is None:
                self.item = other.item
            else:
                self.item.merge(other.item)
        for value in other.values:
            self.illustrate(value)


def places(shape: Shape, at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Shape]]:
    """Yield the values and lists of an object, each with its names, down to where a list begins."""
    for name, child in shape.members.items():
        if child.is_object:
            yield from places(child, (*at, name))
        else:
            yield (*at, name), child


__all__ = ["MOST_CHARACTERS", "SCALARS", "Shape", "places"]
