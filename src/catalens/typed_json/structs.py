"""Typed structures of a profile: what a decoder made for them accepts is valid, and needs no further check.

The types follow from the profile's tree: all members optional, limits as constraints, unknown keys refused, numbers
with a fraction as Decimal, digit by digit. Whatever a reader refuses, and whatever it cannot tell, goes the general
way, whose answer counts. So it need not be complete; it must only never accept what the general way refuses, nor
read anything else from it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from types import GenericAlias, NoneType
from typing import Annotated, Any, Literal, Union

import msgspec

from catalens.mapping.profile import CLASSES, Field, LeafNode, ListNode, MapNode, Names, Node, ObjectNode, Profile
from catalens.paths import MISSING, Missing
from catalens.patterns import finder
from catalens.validate import fits

Check = Callable[[Any], bool]

#: the order in which the members of an object are written, by its node (of what is around a product: by its depth)
Orders = Mapping[Any, Sequence[str]]

#: how deep a value may nest that the profile says nothing of: as checked, and as a type (nearly all are as flat)
SHALLOW, SHALLOW_TYPE = 30, 3

_DEEP = frozenset({dict, list})
#: the type of no value at all
_NEVER = Annotated[str, msgspec.Meta(min_length=1, max_length=0)]
_NOTHING: dict[str, Any] = {}


@lru_cache(maxsize=4096)
def attributes(node: ObjectNode) -> dict[str, str]:
    """Return the attribute that holds each member: a number, since names may be any text."""
    return {name: f"f{number}" for number, name in enumerate(sorted(node.members))}


class Typed:
    """The structures of one profile, and what reads lines into them and writes them again.

    Numbers with a fraction are Decimals where they are read ``exact``, else floats.
    """

    def __init__(self, profile: Profile, exact: bool, orders: Orders) -> None:
        numbers = Decimal if exact else float
        made = _Types(numbers, orders).struct(profile.tree)
        self.check = _Checks(numbers).node(profile.tree)
        # what stands deeper in an envelope, beside the product, is left to the general way
        around = tuple(names[0] for names in profile.around if len(names) == 1) if profile.envelope else ()
        for depth, name in reversed(list(enumerate(profile.envelope))):
            made = _shell(name, around if depth == 0 else (), made, orders.get(depth, (name,)))
        self.decode = msgspec.json.Decoder(made, float_hook=Decimal if exact else None).decode
        self.encode = msgspec.json.Encoder(decimal_format="number").encode
        self.around = {name: f"a{number}" for number, name in enumerate(around)}
        # written out, since a look at an attribute is then ten times as fast as by its name
        bare = " and ".join(f"one.{attribute} is M" for attribute in self.around.values()) or "True"
        self.is_bare: Check = eval(f"lambda one: {bare}", {"M": MISSING})
        self.product: Callable[[Any], Any] = eval("lambda one: one" + ".product" * len(profile.envelope))

    def open(self, payload: Any) -> tuple[Any, dict[str, Any]] | None:
        """Return the product in a payload and what stands around it; None where the general way has to say."""
        product = self.product(payload)
        if self.check is not None and not self.check(product):
            return None
        if self.is_bare(payload):
            return product, _NOTHING
        around = self.beside(payload)
        return (product, around) if _is_shallow(around) else None

    def beside(self, payload: Any) -> dict[str, Any]:
        """Return what stands around the product in a payload."""
        found = {name: getattr(payload, attribute) for name, attribute in self.around.items()}
        return {name: value for name, value in found.items() if value is not MISSING}


def member_of(tree: ObjectNode, at: Names, member: str) -> Callable[[Any], Iterable[Any]]:
    """Make what reads one member of each item of a list of objects, in a structure."""
    path: list[str] = []
    node: Any = tree
    for name in at:
        path.append(attributes(node)[name])
        node = node.members[name]
    get = attrgetter(attributes(node.item)[member])

    def read(value: Any) -> Iterable[Any]:
        for attribute in path:
            value = getattr(value, attribute) if value else None
        return map(get, value or ())

    return read


def untyped(value: Any) -> Any:
    """Return the dictionary that a structure was read from."""
    return msgspec.to_builtins(value, builtin_types=(Decimal,))


def _is_shallow(value: Any, depth: int = SHALLOW) -> bool:
    kind = type(value)
    if kind is not dict and kind is not list:
        return True
    children = value.values() if kind is dict else value
    if _DEEP.isdisjoint(map(type, children)):
        return depth > 0
    return depth > 0 and all(_is_shallow(child, depth - 1) for child in children)


# -- structures -----------------------------------------------------------------------------------------------


def _shell(name: str, around: tuple[str, ...], product: Any, order: Sequence[str]) -> Any:
    renamed = {f"a{number}": one for number, one in enumerate(around)} | {"product": name}
    fields = {one: (f"a{number}", Any, MISSING) for number, one in enumerate(around)} | {name: ("product", product)}
    return _define([fields[one] for one in dict.fromkeys((*order, *fields)) if one in fields], renamed)


def _can_name(name: str) -> bool:
    """Tell whether the decoder takes a name for a member; one that JSON writes with escapes it does not."""
    return not re.search(r'["\\\x00-\x1f]', name)


def _define(fields: list[Any], renamed: dict[str, str]) -> Any:
    for index, (attribute, _, *default) in enumerate(fields):
        if not _can_name(renamed[attribute]):
            # no line has this member, for its type has no value: such lines go the general way
            spare = attribute
            while spare in renamed.values():
                spare += "_"
            renamed = {**renamed, attribute: spare}
            fields = [*fields[:index], (attribute, _NEVER, *default), *fields[index + 1 :]]
    return msgspec.defstruct(
        "Object", fields, rename=renamed, forbid_unknown_fields=True, omit_defaults=True, gc=False, kw_only=True
    )


class _Types:
    """Makes the types of fields and nodes; ``fraction`` is the class of numbers with a fraction."""

    def __init__(self, fraction: type, orders: Orders) -> None:
        self.fraction, self.orders = fraction, orders

    def struct(self, node: ObjectNode) -> Any:
        names = attributes(node)
        order = self.orders.get(node, node.members)
        return _define(
            [(names[name], self.node(node.members[name]), MISSING) for name in order],
            {attribute: name for name, attribute in names.items()},
        )

    def node(self, node: Node, item: bool = False) -> Any:
        match node:
            case LeafNode(field):
                return self.field(field, item)
            case ListNode(field, inner, _):
                return _nullable(_holding(list, self.node(inner, item=True)), field.nullable)
            case MapNode(field, _):
                # no map is this text: lines that hold entries go the general way
                return _nullable(Literal["a map"], field.nullable)
            case ObjectNode():
                return _nullable(self.struct(node), not item)

    def field(self, field: Field, item: bool) -> Any:
        if field.item is not None:
            return _nullable(_holding(list, self.field(field.item, item=True)), field.nullable)
        if _unsaid(field, self.fraction):
            return Any
        if field.types == ("any",):
            return _nullable(_inside(SHALLOW_TYPE, False), field.nullable and not item)
        if field.enum is not None and not field.advisory:
            allowed = _allowed(field)
            return _nullable(Literal[allowed] if allowed else _NEVER, field.nullable and not item)
        kinds: Any = Union[tuple(self.scalar(field, name) for name in field.types)]  # noqa: UP007 (of what is known at run time)
        return _nullable(kinds, field.nullable and not item)

    def scalar(self, field: Field, name: str) -> Any:
        if name == "string":
            # patterns are checked apart: the decoder's own way of searching may take forever
            limits = {"min_length": field.min_length, "max_length": field.max_length}
            given: dict[str, Any] = {
                key: min(one, sys.maxsize) for key, one in limits.items() if one is not None and not field.advisory
            }
            return Annotated[str, msgspec.Meta(**given)] if given else str
        if name in ("number", "integer"):
            bounds = _bounds(field, self.fraction)
            whole = Annotated[int, msgspec.Meta(**bounds)] if bounds else int
            if name == "integer":
                return whole
            return whole | (Annotated[self.fraction, msgspec.Meta(**bounds)] if bounds else self.fraction)
        inside = Any if self.fraction is Decimal else _inside(SHALLOW_TYPE - 1)
        return {"boolean": bool, "object": _holding(dict, str, inside), "array": _holding(list, inside)}[name]


def _inside(depth: int, nullable: bool = True) -> Any:
    """Return the type of whatever nests at most so deep."""
    found: Any = str | int | float | bool
    if depth:
        inside = _inside(depth - 1)
        found = found | _holding(dict, str, inside) | _holding(list, inside)
    return _nullable(found, nullable)


def _holding(kind: type, *inside: Any) -> Any:
    """Return the type of an object or list of what is known at run time."""
    return GenericAlias(kind, inside)


def _nullable(kind: Any, nullable: bool) -> Any:
    return Union[kind, None] if nullable else kind  # noqa: UP007 (of what is known at run time)


def _bounds(field: Field, fraction: type) -> dict[str, Any]:
    """Return the bounds of a number that a decoder can keep: whole ones that floats hold, of no Decimals."""
    given = {"ge": field.minimum, "le": field.maximum}
    bounds = {key: one for key, one in given.items() if one is not None}
    kept = (
        fraction is float
        and not field.advisory
        and all(type(one) is int and abs(one) < 2**53 for one in bounds.values())
    )
    return bounds if kept else {}


def _allowed(field: Field) -> tuple[Any, ...]:
    """Return those of the values listed for a field that its other limits let through."""
    return tuple(one for one in field.enum or () if fits(one, field))


def _unsaid(field: Field, fraction: type) -> bool:
    """Tell whether a decoder's types cannot say what a field may hold."""
    if fraction is Decimal and ("any" in field.types or {"string", "number"} <= set(field.types)):
        return True
    if "any" in field.types and (field.types != ("any",) or field.limited):
        return True
    return field.enum is not None and not field.advisory and not all(map(_can_list, field.enum))


def _can_list(value: Any) -> bool:
    """Tell whether a decoder takes a value among those that it allows: a text, or a number of 64 bits."""
    return type(value) is str or (type(value) is int and abs(value) < 2**63)


# -- what types cannot say ------------------------------------------------------------------------------------


class _Checks:
    """Makes what checks a value that was decoded, as far as its type leaves something open; None where nothing is."""

    def __init__(self, fraction: type) -> None:
        self.fraction = fraction

    def node(self, node: Node) -> Check | None:
        match node:
            case LeafNode(field):
                return self.leaf(field)
            case ListNode(_, inner, _):
                return _all_of(self.node(inner))
            case MapNode():
                return None
            case ObjectNode():
                return self.members(node)

    def members(self, node: ObjectNode) -> Check | None:
        """Write one expression for all members: a look at a member's class tells most, and a call costs more."""
        names: dict[str, Any] = {"M": MISSING, "DEEP": _DEEP}
        tests: list[str] = []
        for name, child in node.members.items():
            bound = f"c{len(names)}"
            test, names[bound] = self.test(child, f"one.{attributes(node)[name]}", bound)
            tests += [test] if test else []
        return eval(f"lambda one: {' and '.join(tests)}", names) if tests else None

    def test(self, child: Node, member: str, bound: str) -> tuple[str, Any]:
        """Write the test of a member, and what it refers to; nothing where there is nothing to test."""
        field = child.field if isinstance(child, LeafNode) else None
        if field is not None and (classes := self.classes(field)) is not None:
            return f"{member}.__class__ in {bound}", classes
        if field is not None and (values := self.values(field)) is not None:
            return f"{member}.__class__ not in DEEP and ({member}.__class__, {member}) in {bound}", values
        check = self.node(child)
        if check is _is_shallow:
            return f"({member}.__class__ not in DEEP or {bound}({member}))", check
        return f"((its := {member}) is M or its is None or {bound}(its))" if check else "", check

    def classes(self, field: Field) -> frozenset[type] | None:
        """Return the classes of what a field may hold, where they say all of it and its type does not."""
        limits = field.limited and not field.advisory
        opaque = {"any", "object", "array"} & set(field.types)
        if field.item is not None or limits or opaque or not _unsaid(field, self.fraction):
            return None
        classes = {kind for name in field.types for kind in CLASSES[name]}
        return frozenset(classes | {Missing} | ({NoneType} if field.nullable else set()))

    def values(self, field: Field) -> frozenset[tuple[type, Any]] | None:
        """Return the few values that a field may hold, each with its class, where its type does not say so."""
        if field.item is not None or field.enum is None or field.advisory or not _unsaid(field, self.fraction):
            return None
        allowed = [*_allowed(field), MISSING, *([None] if field.nullable else [])]
        return frozenset((type(value), value) for value in allowed)

    def leaf(self, field: Field, item: bool = False) -> Check | None:
        if field.item is not None:
            return _all_of(self.leaf(field.item, item=True))
        bounded = (field.minimum is not None or field.maximum is not None) and not _bounds(field, self.fraction)
        unsaid = _unsaid(field, self.fraction)
        if bounded or (unsaid and (field.types != ("any",) or field.limited)):
            return lambda value: _is_shallow(value) and fits(value, field, item)
        if field.pattern is not None and not field.advisory and field.enum is None:
            found = finder(field.pattern)
            return lambda value: found(value) if value.__class__ is str else value is not None and _is_shallow(value)
        if self.fraction is float or not {"any", "object", "array"} & set(field.types):
            return None
        return (lambda value: value is not None and _is_shallow(value)) if item else _is_shallow


def _all_of(check: Check | None) -> Check | None:
    return None if check is None else lambda items: all(map(check, items))
