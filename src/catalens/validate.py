"""Hold a payload against a profile: types and limits, with a pointer for everything that does not hold."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache, partial
from types import NoneType
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError, JMESPathTypeError, UnknownFunctionError

from catalens.codecs.numbers import as_decimal, is_number
from catalens.envelopes import without
from catalens.errors import PayloadError, did_you_mean
from catalens.mapping.model import Required
from catalens.mapping.profile import (
    CLASSES,
    Field,
    LeafNode,
    ListNode,
    MapNode,
    Names,
    Node,
    ObjectNode,
    Profile,
    is_type,
    node_under,
)
from catalens.paths import MISSING, Key, Pointer, parse, pointer_text
from catalens.patterns import finder
from catalens.payloads import SOUND, is_json

#: what a condition may raise of a value that its functions are not made for: the library's errors, and Python's own
FAILURES = (JMESPathError, ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)

#: value, pointer, errors, advice -> None
Check = Callable[[Any, Pointer, list[PayloadError], list[PayloadError]], None]


def check_payload(payload: Any, profile: Profile) -> tuple[list[PayloadError], list[PayloadError]]:
    """Return what makes a product invalid, and what only weakly sourced limits object to."""
    if is_valid(payload, profile):
        return [], []
    payload, _ = set_aside(payload, profile)
    errors: list[PayloadError] = []
    advice: list[PayloadError] = []
    _checker(profile)(payload, (), errors, advice)
    return errors, advice


def set_aside(product: Any, profile: Profile) -> tuple[Any, list[tuple[Names, Any]]]:
    """Take what is of another shape out of a product, where the profile permits that; return it with its places.

    Objects of which nothing is left are taken out, too, for they were not empty.
    """
    aside = []
    for names in profile.any_shape:
        value = _inside(product, names)
        if value is not MISSING and not _is_of_shape(value, node_under(profile.tree, names)):
            aside.append((names, value))
            product = without(product, names)
    return product, aside


def _inside(value: Any, names: Names) -> Any:
    for name in names:
        value = value.get(name, MISSING) if isinstance(value, dict) else MISSING
    return value


def _is_of_shape(value: Any, node: Node | None) -> bool:
    """Tell whether a value is an object, or a list of items of the right kind; null is either."""
    if value is None or node is None:
        return True
    if isinstance(node, ObjectNode | MapNode):
        return isinstance(value, dict)
    items = node.item if isinstance(node, ListNode) else LeafNode(node.field.item or node.field)
    if not isinstance(value, list):
        return False
    if isinstance(items, LeafNode):
        return all(one is not None and is_type(one, items.field.types) for one in value)
    return all(isinstance(one, dict) for one in value)


def entry_test(entry: Node) -> Callable[[Any], bool]:
    """Return the test whether a value in a map is an entry: of the shape that lines say, and within their limits."""
    kinds, check = _kinds(entry, 0, nullable=False), _node(entry, nullable=False)

    def is_entry(value: Any) -> bool:
        errors: list[PayloadError] = []
        if not _holds(kinds, value):
            check(value, (), errors, [])
        return not errors

    return is_entry


def fits(value: Any, field: Field, item: bool = False) -> bool:
    """Tell whether a field may hold a value (a list's item may not be null)."""
    errors: list[PayloadError] = []
    _field(field, item)(value, (), errors, [])
    return not errors


def value_errors(value: Any, node: Node) -> list[PayloadError]:
    """Return what keeps a value from standing where a node is."""
    errors: list[PayloadError] = []
    _node(node)(value, (), errors, [])
    return errors


def missing_fields(payload: Any, profile: Profile, mode: str) -> list[tuple[str, str]]:
    """Return (pointer, reason) of each field that a target payload lacks to be complete."""
    return list(_demanded(profile.required, payload, mode, there=False))


def forbidden_fields(payload: Any, profile: Profile, mode: str) -> list[tuple[str, str]]:
    """Return (pointer, reason) of each field with which a target payload is refused."""
    return list(_demanded(profile.forbidden, payload, mode, there=True))


def _demanded(demands: Sequence[Required], payload: Any, mode: str, there: bool) -> Iterator[tuple[str, str]]:
    """Yield (pointer, reason) of each field that is ``there``, or not, under the conditions of its demand."""
    for one in demands:
        names = tuple(step.name for step in parse(one.field) if isinstance(step, Key))
        if (_inside(payload, names) is not MISSING) is not there or one.mode not in (None, mode):
            continue
        if one.when is None or meets(one.when, payload):
            yield pointer_text(names), one.because


def meets(when: str, value: Any) -> bool:
    """Tell whether a JSON value meets a JMESPath condition."""
    return condition(when)(value)


def condition(when: str) -> Callable[[Any], bool]:
    """Make what tells whether a JSON value meets a JMESPath condition; one that fails on a value is not met."""
    search = jmespath.compile(when).search

    def holds(value: Any) -> bool:
        try:
            return search(floats(value)) is True
        except FAILURES:
            return False

    return holds


def failure(when: str, value: Any) -> str | None:
    """Return why a condition fails on a value, which it does not show; None where it is true or false."""
    try:
        jmespath.search(when, floats(value))
    except JMESPathTypeError as error:
        return f"{error.function_name}() takes no {error.actual_type}"
    except UnknownFunctionError as error:
        return str(error)
    except FAILURES as error:
        return f"it ends in {type(error).__name__}"
    return None


def floats(value: Any) -> Any:
    """Replace Decimals, which JMESPath does not know as numbers; conditions only read."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {name: floats(child) for name, child in value.items()}
    return [floats(child) for child in value] if isinstance(value, list) else value


@lru_cache(maxsize=64)
def _checker(profile: Profile) -> Check:
    return _node(profile.tree, nullable=False)


# -- yes or no ----------------------------------------------------------------------------------------------------

#: class of a value -> what is left to ask of such a value, None where nothing is; of other classes it may not be
Kinds = dict[type, Callable[[Any], bool] | None]


def is_valid(payload: Any, profile: Profile, wrapped: bool = False) -> bool:
    """Tell quickly whether a product certainly holds, ``wrapped`` in the profile's envelope or bare.

    It is then a JSON value, too, but for texts that cannot be written and whole numbers that are too long: who has
    read a payload from a text, or written it as one, knows of those.
    """
    return _holds(_quick(profile, wrapped), payload)


def _holds(kinds: Kinds, value: Any) -> bool:
    try:
        test = kinds[type(value)]
        return test is None or test(value)
    except KeyError:
        return False


@lru_cache(maxsize=128)
def _quick(profile: Profile, wrapped: bool = False) -> Kinds:
    """Make what says of most payloads, without pointers, that nothing is wrong with them."""
    depth = len(profile.envelope)
    kinds = _kinds(profile.tree, depth, nullable=False)
    for name in reversed(profile.envelope if wrapped else ()):
        depth -= 1
        kinds = {dict: _members({name: kinds}, depth)}
    return kinds


def _kinds(node: Node, depth: int, nullable: bool = True) -> Kinds:
    """Return the kinds of a node; ``depth`` objects and lists stand around it."""
    match node:
        case LeafNode(field):
            return _field_kinds(field, depth)
        case ListNode(field, item, _):
            return _or_null({list: _items(_kinds(item, depth + 1, nullable=False))}, field.nullable)
        case MapNode(field, _):
            # what is no map, and what is no entry, is not refused: keys differ from store to store
            return _or_null(
                {kind: test for kind, test in _json_kinds(depth).items() if kind is not NoneType}, field.nullable
            )
        case ObjectNode(members):
            known = {name: _kinds(child, depth + 1) for name, child in members.items()}
            return _or_null({dict: _members(known, depth)}, nullable)


def _or_null(kinds: Kinds, nullable: bool) -> Kinds:
    return {**kinds, NoneType: None} if nullable else kinds


def _members(members: dict[str, Kinds], depth: int) -> Callable[[Any], bool]:
    find, unknown = members.get, _json_kinds(depth + 1)

    def check(value: dict[Any, Any]) -> bool:
        for name, child in value.items():
            if type(name) is not str:
                return False
            test = find(name, unknown)[type(child)]
            if test is not None and not test(child):
                return False
        return True

    return check


def _items(kinds: Kinds) -> Callable[[Any], bool]:
    def check(value: list[Any]) -> bool:
        for item in value:
            test = kinds[type(item)]
            if test is not None and not test(item):
                return False
        return True

    return check


@lru_cache
def _json_kinds(depth: int) -> Kinds:
    """Return the kinds of any JSON value."""
    deep = partial(is_json, around=depth)
    return {**SOUND, str: None, int: None, dict: deep, list: deep}


def _field_kinds(field: Field, depth: int, item: bool = False) -> Kinds:
    if field.item is not None:
        return _or_null({list: _items(_field_kinds(field.item, depth + 1, item=True))}, field.nullable)
    whole = _field(field, item)

    def check(value: Any) -> bool:
        errors: list[PayloadError] = []
        whole(value, (), errors, errors)
        return not errors

    made: Kinds = {}
    for kind, test in _json_kinds(depth).items():
        if "any" in field.types or any(kind in CLASSES[name] for name in field.types):
            made[kind] = _both(test, _limit(field, kind) or check) if field.limited else test
        elif "integer" in field.types and kind in CLASSES["number"]:
            made[kind] = _both(test, check)
    made.pop(NoneType, None)
    return _or_null(made, _nullable(field, item))


def _both(first: Callable[[Any], bool] | None, second: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return second if first is None else lambda value: first(value) and second(value)


def _limit(field: Field, kind: type) -> Callable[[Any], bool] | None:
    """Make what holds a value of a class against a field's limits, where that is simple."""
    if kind is str and field.pattern is None:
        if field.enum is not None:
            unlimited = field.min_length is None and field.max_length is None
            return frozenset(one for one in field.enum if type(one) is str).__contains__ if unlimited else None
        least, most = field.min_length or 0, sys.maxsize if field.max_length is None else field.max_length
        return lambda value: least <= len(value) <= most
    bounds = (
        -math.inf if field.minimum is None else field.minimum,
        math.inf if field.maximum is None else field.maximum,
    )
    if kind in (int, float) and field.enum is None and all(map(_is_exact, bounds)):
        low, high = bounds
        return lambda value: low <= value <= high
    return None


def _is_exact(bound: Any) -> bool:
    """Tell whether a float is beyond a bound just where its shortest text is: if the bound is itself a float."""
    return isinstance(bound, int | float) and (
        bound in (-math.inf, math.inf) or (abs(bound) < 2**53 and bound == int(bound))
    )


# -- with pointers ------------------------------------------------------------------------------------------------


def _node(node: Node, nullable: bool = True) -> Check:
    match node:
        case LeafNode(field):
            return _field(field)
        case ListNode(field, item, _):
            return _list(field, _node(item, nullable=False), _kinds(item, 0, nullable=False))
        case MapNode(field, _):
            return _field(replace(field, types=("any",)))
        case ObjectNode(members):
            return _object({name: (_node(child), _kinds(child, 0)) for name, child in members.items()}, nullable)


def _object(members: dict[str, tuple[Check, Kinds]], nullable: bool) -> Check:
    def check(value: Any, at: Pointer, errors: list[PayloadError], advice: list[PayloadError]) -> None:
        if value.__class__ is not dict:
            if value is not None or not nullable:
                errors.append(_expected("object", value, at))
            return
        for name, child in value.items():
            found = members.get(name)
            # nothing is to be said of most members, and that is told sooner
            if found is not None and not _holds(found[1], child):
                found[0](child, (*at, name), errors, advice)

    return check


def _list(field: Field, item: Check, kinds: Kinds) -> Check:
    def check(value: Any, at: Pointer, errors: list[PayloadError], advice: list[PayloadError]) -> None:
        if value.__class__ is not list:
            if value is not None or not field.nullable:
                errors.append(_expected("array", value, at))
            return
        for index, child in enumerate(value):
            if not _holds(kinds, child):
                item(child, (*at, index), errors, advice)

    return check


def _field(field: Field, item: bool = False) -> Check:
    if field.item is not None:
        return _list(field, _field(field.item, item=True), _field_kinds(field.item, 0, item=True))
    nullable = _nullable(field, item)
    expected = " or ".join(field.types)
    enum = None if field.enum is None else {(type(value), value) for value in field.enum}
    found = None if field.pattern is None else finder(field.pattern)
    hidden = field.secret

    def check(value: Any, at: Pointer, errors: list[PayloadError], advice: list[PayloadError]) -> None:
        if value is None:
            if not nullable:
                errors.append(_expected(expected, value, at))
            return
        if not is_type(value, field.types):
            errors.append(_expected(expected, value, at, hidden))
            return
        message = _beyond(value, field, enum, found)
        if message is not None:
            if hidden:
                message = "beyond the limits of this field, which is secret"
            (advice if field.advisory else errors).append(PayloadError(pointer_text(at), message))

    return check


def _nullable(field: Field, item: bool) -> bool:
    return field.nullable and not item and field.at != ()


def _beyond(
    value: Any, field: Field, enum: set[tuple[type, Any]] | None, found: Callable[[str], bool] | None
) -> str | None:
    if isinstance(value, str):
        if field.max_length is not None and len(value) > field.max_length:
            return f"expected at most {field.max_length} characters, found {len(value)}"
        if field.min_length is not None and len(value) < field.min_length:
            return f"expected at least {field.min_length} characters, found {len(value)}"
        if found is not None and not found(value):
            return f"expected text like {field.pattern}, found {_short(value)}"
    elif is_number(value):
        if field.minimum is not None and as_decimal(value) < as_decimal(field.minimum):
            return f"expected at least {field.minimum}, found {value}"
        if field.maximum is not None and as_decimal(value) > as_decimal(field.maximum):
            return f"expected at most {field.maximum}, found {value}"
    if enum is not None and (isinstance(value, dict | list) or (type(value), value) not in enum):
        allowed = [one for _, one in sorted(enum, key=str)]
        hint = did_you_mean(value, filter(_is_text, allowed)) if isinstance(value, str) else None
        ending = f"; {hint}" if hint else ""
        # quoted as in JSON, for "1" is not 1
        return f"expected one of {', '.join(map(_quoted, allowed))}, found {_quoted(value)}{ending}"
    return None


def _expected(expected: str, value: Any, at: Pointer, hidden: bool = False) -> PayloadError:
    found = describe(value) if not hidden else "another type"
    return PayloadError(pointer_text(at), f"expected {expected}, found {found}")


def describe(value: Any) -> str:
    """Name a JSON value's type and, for a scalar, the value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return f"boolean {'true' if value else 'false'}"
    if isinstance(value, str):
        return f"string {_short(value)}"
    if isinstance(value, Decimal) and value.as_tuple().exponent == 0:
        # it is written as a whole number is, and would be read as one
        value = int(value)
    if is_number(value):
        return f"number {_short(value)}" if not isinstance(value, int) else f"integer {_short(value)}"
    return "object" if isinstance(value, dict) else "array"


def _short(value: Any) -> str:
    return _cut(repr(value) if isinstance(value, str) else str(value))


def _quoted(value: Any) -> str:
    return _cut(json.dumps(value, ensure_ascii=False) if isinstance(value, str | bool) else str(value))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "…"
