"""Hold a payload against a profile: types and limits, with a pointer for everything that does not hold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

import jmespath

from catalens.codecs.numbers import as_decimal, is_number
from catalens.errors import PayloadError, did_you_mean
from catalens.mapping.profile import Field, LeafNode, ListNode, Node, ObjectNode, Profile, is_type
from catalens.paths import MISSING, Pointer, parse, pointer_text

#: value, pointer, errors, advice -> None
Check = Callable[[Any, Pointer, list[PayloadError], list[PayloadError]], None]


def check_payload(payload: Any, profile: Profile) -> tuple[list[PayloadError], list[PayloadError]]:
    """Return what makes a product invalid, and what only weakly sourced limits object to."""
    if _quick(profile)(payload):
        return [], []
    errors: list[PayloadError] = []
    advice: list[PayloadError] = []
    _checker(profile)(payload, (), errors, advice)
    return errors, advice


def fits(value: Any, field: Field, item: bool = False) -> bool:
    """Tell whether a field may hold a value (a list's item may not be null)."""
    errors: list[PayloadError] = []
    _field(field, item)(value, (), errors, [])
    return not errors


def missing_fields(payload: Any, profile: Profile, mode: str) -> list[tuple[str, str]]:
    """Return (pointer, reason) of each field that a target payload lacks to be complete."""
    found = []
    for need in profile.required:
        names = tuple(step.name for step in parse(need.field) if hasattr(step, "name"))
        value = payload
        for name in names:
            value = value.get(name, MISSING) if isinstance(value, dict) else MISSING
        if value is not MISSING or need.mode not in (None, mode):
            continue
        if need.when is None or jmespath.search(need.when, floats(payload)) is True:
            found.append((pointer_text(names), need.because))
    return found


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


@lru_cache(maxsize=64)
def _quick(profile: Profile) -> Callable[[Any], bool]:
    """Make what says of most payloads, without pointers, that nothing is wrong with them."""
    return _quick_node(profile.tree, nullable=False)


def _quick_node(node: Node, nullable: bool = True) -> Callable[[Any], bool]:
    match node:
        case LeafNode(field):
            return _quick_field(field)
        case ListNode(field, item, _):
            return _quick_list(field.nullable, _quick_node(item, nullable=False))
        case ObjectNode(members):
            known = {name: _quick_node(child) for name, child in members.items()}

    def check(value: Any) -> bool:
        if value.__class__ is not dict:
            return value is None and nullable
        for name, child in value.items():
            test = known.get(name)
            if test is not None and not test(child):
                return False
        return True

    return check


def _quick_list(nullable: bool, item: Callable[[Any], bool]) -> Callable[[Any], bool]:
    def check(value: Any) -> bool:
        if value.__class__ is not list:
            return value is None and nullable
        return all(map(item, value))

    return check


def _quick_field(field: Field, item: bool = False) -> Callable[[Any], bool]:
    if field.item is not None:
        return _quick_list(field.nullable, _quick_field(field.item, item=True))
    whole = _field(field, item)

    def check(value: Any) -> bool:
        errors: list[PayloadError] = []
        whole(value, (), errors, errors)
        return not errors

    classes: dict[str, set[type]] = {"string": {str}, "number": {int, float, Decimal}, "boolean": {bool}}
    plain = all(limit is None for limit in field.limits) and all(name in classes for name in field.types)
    if field.types == ("any",) and not item:
        return _anything if field.nullable else check
    if not plain:
        return check
    taken = frozenset(cls for name in field.types for cls in classes[name])
    nullable = field.nullable and not item and field.at != ()
    return lambda value: value.__class__ in taken or (value is None and nullable)


def _anything(value: Any) -> bool:
    return True


# -- with pointers ------------------------------------------------------------------------------------------------


def _node(node: Node, nullable: bool = True) -> Check:
    match node:
        case LeafNode(field):
            return _field(field)
        case ListNode(field, item, _):
            return _list(field, _node(item, nullable=False))
        case ObjectNode(members):
            return _object({name: _node(child) for name, child in members.items()}, nullable)


def _object(members: dict[str, Check], nullable: bool) -> Check:
    def check(value: Any, at: Pointer, errors: list[PayloadError], advice: list[PayloadError]) -> None:
        if value.__class__ is not dict:
            if value is not None or not nullable:
                errors.append(_expected("object", value, at))
            return
        for name, child in value.items():
            found = members.get(name)
            if found is not None:
                found(child, (*at, name), errors, advice)

    return check


def _list(field: Field, item: Check) -> Check:
    def check(value: Any, at: Pointer, errors: list[PayloadError], advice: list[PayloadError]) -> None:
        if value.__class__ is not list:
            if value is not None or not field.nullable:
                errors.append(_expected("array", value, at))
            return
        for index, child in enumerate(value):
            item(child, (*at, index), errors, advice)

    return check


def _field(field: Field, item: bool = False) -> Check:
    if field.item is not None:
        return _list(field, _field(field.item, item=True))
    nullable = field.nullable and not item and field.at != ()
    expected = " or ".join(field.types)
    enum = None if field.enum is None else {(type(value), value) for value in field.enum}
    pattern = None if field.pattern is None else re.compile(field.pattern)
    hidden = field.secret

    def check(value: Any, at: Pointer, errors: list[PayloadError], advice: list[PayloadError]) -> None:
        if value is None:
            if not nullable:
                errors.append(_expected(expected, value, at))
            return
        if not is_type(value, field.types):
            errors.append(_expected(expected, value, at, hidden))
            return
        message = _beyond(value, field, enum, pattern)
        if message is not None:
            if hidden:
                message = "beyond the limits of this field, which is secret"
            (advice if field.advisory else errors).append(PayloadError(pointer_text(at), message))

    return check


def _beyond(
    value: Any, field: Field, enum: set[tuple[type, Any]] | None, pattern: re.Pattern[str] | None
) -> str | None:
    if isinstance(value, str):
        if field.max_length is not None and len(value) > field.max_length:
            return f"expected at most {field.max_length} characters, found {len(value)}"
        if field.min_length is not None and len(value) < field.min_length:
            return f"expected at least {field.min_length} characters, found {len(value)}"
        if pattern is not None and not pattern.search(value):
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
