"""JSON text in and out, digit by digit, and the refusal of what is no JSON value.

Reading keeps every number's digits (int, float where its shortest text is the very text, Decimal elsewhere) and
refuses what parsers usually let pass: repeated keys, NaN and Infinity, lone surrogates, a byte-order mark, nesting
deeper than ``MAX_DEPTH``, numbers longer than ``MAX_DIGITS``.
"""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal
from typing import Any

import msgspec

from catalens.codecs.numbers import MAX_DIGITS
from catalens.errors import InvalidPayload, PayloadError
from catalens.paths import Pointer, pointer_text

#: objects and lists inside one another
MAX_DEPTH = 100

#: a value that contains itself has no end of errors
MOST_ERRORS = 100

_DEEP = (dict, list)
_MOST_AT_ONCE = 1_000_000
_MAX_INTEGER = 10**MAX_DIGITS


# in what the encoder writes, an exponent ends like this; it may be one that no number has room for
_EXPONENT = re.compile(rb"E[-+][0-9]+[],}]")
# escapes that are written in another way: quote and colon among them
_ESCAPE = re.compile(rb"\\u00[2-7]")
# a number with too many digits has one at each hundredth byte, many times on end
_STEP = 100
_DIGITS = bytes(48 if 48 <= byte < 58 else 120 for byte in range(256))
_LONG = b"0" * (MAX_DIGITS // _STEP - 1)


def is_whole(text: bytes, again: bytes) -> bool:
    """Tell whether a parser certainly left nothing out of a text; ``again`` is what it read, written again.

    It has no right to: a key that stands twice, digits, a number's size. Blanks and escapes may be gone. A key that
    is gone takes a colon with it, and a text that was read as a number its quotes.
    """
    if len(again) != len(text):
        marks = (b":", b'"')
        if _ESCAPE.search(text) or any(text.count(mark) != again.count(mark) for mark in marks):
            return False
    if len(text) > MAX_DIGITS and _LONG in text[::_STEP].translate(_DIGITS):
        return False
    return not _EXPONENT.search(again)


class _Repeated(dict[str, Any]):
    """An object in which a key stood more than once."""

    key: str = ""


class Refused(Exception):
    """A number that is no JSON number, or too long; the message says which."""


def loads(text: str | bytes) -> Any:
    """Read one JSON text. Raises InvalidPayload."""
    if isinstance(text, bytes):
        try:
            value = _UNTYPED.decode(text)
            if is_whole(text, _ENCODER.encode(value)) and not is_too_deep(value):
                return value
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, Refused):
            pass  # the slow way says why
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            raise _invalid(f"not UTF-8: {error.reason} at byte {error.start}") from None
    if text.startswith("\ufeff"):
        raise _invalid("begins with a byte-order mark; JSON text has none")
    odd: list[Any] = []

    def pairs(members: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(members)
        if len(made) == len(members):
            return made
        names = [name for name, _ in members]
        flagged = _Repeated(made)
        flagged.key = next(name for name in names if names.count(name) > 1)
        odd.append(flagged)
        return flagged

    def number(text: str) -> Any:
        try:
            return integer(text) if text.lstrip("-").isdigit() else exact_number(text)
        except Refused as error:
            odd.append(error)
            return error

    try:
        value = json.loads(text, object_pairs_hook=pairs, parse_float=number, parse_int=number, parse_constant=number)
    except json.JSONDecodeError as error:
        raise _invalid(f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise _invalid(f"nested deeper than {MAX_DEPTH} levels") from None
    if odd:
        raise InvalidPayload(_oddities(value))
    errors = json_errors(value)
    if errors:
        raise InvalidPayload(errors)
    return value


def is_too_deep(value: Any) -> bool:
    """Tell whether objects and lists nest deeper than is allowed."""
    level, depth = [value], 0
    while level := [one for one in level if type(one) in _DEEP]:
        depth += 1
        if depth > MAX_DEPTH:
            return True
        level = [child for one in level for child in (one.values() if isinstance(one, dict) else one)]
    return False


def dumps(value: Any, indent: int | None = None) -> bytes:
    """Write one JSON text, UTF-8, with every number's own digits."""
    text = _ENCODER.encode(value)
    return msgspec.json.format(text, indent=indent) if indent is not None else text


def canonical(value: Any) -> bytes:
    """Write a JSON value so that equal values have equal texts: keys in order, digits as they are."""
    return _CANONICAL.encode(value)


_ENCODER = msgspec.json.Encoder(decimal_format="number")
_CANONICAL = msgspec.json.Encoder(decimal_format="number", order="sorted")


def _invalid(message: str) -> InvalidPayload:
    return InvalidPayload([PayloadError("", message)])


def exact_number(text: str) -> float | Decimal:
    """Read a number with a fraction or an exponent, digits and all. Raises Refused."""
    try:
        number = float(text)
        exact = Decimal(text)
    except ArithmeticError:
        raise Refused(f"number {text[:20]}… is longer than {MAX_DIGITS} digits") from None
    _, digits, exponent = exact.as_tuple()
    if isinstance(exponent, str):
        raise Refused(f"{text} is no JSON number")
    if len(digits) + abs(exponent) > MAX_DIGITS:
        raise Refused(f"number {text[:20]}… is longer than {MAX_DIGITS} digits")
    # what `dumps` writes of it, not what repr does: 1e22, where repr has 1e+22
    return number if _ENCODER.encode(number) == text.encode() else exact


_UNTYPED = msgspec.json.Decoder(float_hook=exact_number)


def integer(text: str) -> int:
    """Read a whole number. Raises Refused."""
    if len(text.lstrip("-")) > MAX_DIGITS:
        raise Refused(f"number {text[:20]}… is longer than {MAX_DIGITS} digits")
    return int(text)


def _oddities(value: Any) -> list[PayloadError]:
    found = []
    stack: list[tuple[Pointer, Any]] = [((), value)]
    while stack:
        at, node = stack.pop()
        if isinstance(node, Refused):
            found.append(PayloadError(pointer_text(at), str(node)))
        if isinstance(node, _Repeated):
            found.append(PayloadError(pointer_text((*at, node.key)), "this key stands more than once in its object"))
        if isinstance(node, dict):
            stack.extend(((*at, name), child) for name, child in node.items())
        elif isinstance(node, list):
            stack.extend(((*at, index), child) for index, child in enumerate(node))
    return found


def is_json(value: Any) -> bool:
    """Tell quickly, level by level, whether a Python value is certainly a JSON value that we take."""
    level = [value]
    for depth in range(MAX_DEPTH + 1):
        below: list[Any] = []
        for one in level:
            kind = one.__class__
            if kind is str:
                if not (one.isascii() or _encodes(one)):
                    return False
            elif kind is dict or kind is list:
                if depth == MAX_DEPTH:
                    return False
                below += one.values() if kind is dict else one
                if kind is dict and not all(name.__class__ is str and is_text(name) for name in one):
                    return False
            elif not _is_scalar(one, kind):
                return False
        if not below:
            return True
        # a list that contains itself has no end
        if len(below) > _MOST_AT_ONCE:
            return False
        level = below
    return False


def _is_scalar(value: Any, kind: type) -> bool:
    """Tell whether a value that is no text is a number, a truth value or null."""
    if kind is int:
        return bool(-_MAX_INTEGER < value < _MAX_INTEGER)
    if kind is float:
        return math.isfinite(value)
    return value is None or kind is bool or (kind is Decimal and _decimal_error(value) is None)


def is_text(text: str) -> bool:
    """Tell whether a text can be written in UTF-8."""
    return text.isascii() or _encodes(text)


def json_errors(value: Any) -> list[PayloadError]:
    """List what keeps a Python value from being a JSON value that we take; empty for nearly all."""
    if is_json(value):
        return []
    errors: list[PayloadError] = []
    stack: list[tuple[Any, Pointer]] = [(value, ())]
    while stack and len(errors) < MOST_ERRORS:
        node, at = stack.pop()
        kind = node.__class__
        if kind is str:
            if not node.isascii() and not _encodes(node):
                errors.append(PayloadError(pointer_text(at), "text with a lone surrogate"))
        elif node is None or kind is bool:
            pass
        elif kind is int:
            if not -_MAX_INTEGER < node < _MAX_INTEGER:
                errors.append(PayloadError(pointer_text(at), f"number longer than {MAX_DIGITS} digits"))
        elif kind is float:
            if not math.isfinite(node):
                errors.append(PayloadError(pointer_text(at), f"{node} is no JSON number"))
        elif kind is dict or kind is list:
            if len(at) >= MAX_DEPTH:
                errors.append(PayloadError(pointer_text(at), f"nested deeper than {MAX_DEPTH} levels"))
            elif kind is list:
                stack.extend((child, (*at, index)) for index, child in enumerate(node))
            else:
                stack.extend(_members(node, at, errors))
        elif isinstance(node, Decimal):
            message = _decimal_error(node)
            if message:
                errors.append(PayloadError(pointer_text(at), message))
        else:
            errors.append(PayloadError(pointer_text(at), f"{kind.__name__} is no JSON value"))
    return errors


def _members(node: dict[Any, Any], at: Pointer, errors: list[PayloadError]) -> list[tuple[Any, Pointer]]:
    members = []
    for name, child in node.items():
        if name.__class__ is not str:
            errors.append(PayloadError(pointer_text(at), f"key {name!r} is no text"))
        elif not name.isascii() and not _encodes(name):
            errors.append(PayloadError(pointer_text(at), f"key {name!a} has a lone surrogate"))
        else:
            members.append((child, (*at, name)))
    return members


def _decimal_error(number: Decimal) -> str | None:
    if not number.is_finite():
        return f"{number} is no JSON number"
    _, digits, exponent = number.as_tuple()
    return f"number longer than {MAX_DIGITS} digits" if len(digits) + abs(int(exponent)) > MAX_DIGITS else None


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
