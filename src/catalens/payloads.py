"""JSON text in and out, digit by digit, and the refusal of what is no JSON value.

Reading keeps every number's digits (int, float where its shortest text is the very text, Decimal elsewhere) and
refuses what parsers usually let pass: repeated keys, NaN and Infinity, lone surrogates, a byte-order mark, nesting
deeper than ``DEEPEST``, numbers longer than ``MAX_DIGITS``.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from catalens.arguments import check_arguments, shown
from catalens.codecs.numbers import MAX_DIGITS, is_short, is_short_decimal
from catalens.errors import InvalidPayload, PayloadError
from catalens.paths import MISSING, Pointer, pointer_text

#: objects and lists inside one another
MAX_DEPTH = 100
#: the same with what this program itself puts around payloads and their parts: envelopes, the hub's ``ext``, sidecars
DEEPEST = MAX_DEPTH + 10

#: bytes of one line of a stream, or of one item of a list that is read piece by piece
MAX_LINE = 64 << 20

#: a value that contains itself has no end of errors
MOST_ERRORS = 100

_DEEP = frozenset((dict, list))
_TEXT = frozenset((str,))
_MANY, _MOST_AT_ONCE = 1_000, 1_000_000


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
    if may_be_long(text):
        return False
    # a text is searched for two characters much faster than for an expression
    return not ((b"E+" in again or b"E-" in again) and _EXPONENT.search(again))


def may_be_long(text: bytes) -> bool:
    """Tell whether a number with more than ``MAX_DIGITS`` digits may stand in a text."""
    return len(text) > MAX_DIGITS and _LONG in text[::_STEP].translate(_DIGITS)


class _Repeated(dict[str, Any]):
    """An object in which a key stood more than once."""

    key: str = ""


class Refused(Exception):
    """A number that is no JSON number, or too long; the message says which."""


def loads(text: str | bytes, any_depth: bool = False) -> Any:
    """Read one JSON text. Raises InvalidPayload.

    With ``any_depth``, whoever asks has to look himself whether the value nests too deep.
    """
    if isinstance(text, str):
        return _loads_slowly(text)
    if not isinstance(text, bytes):
        check_arguments(text=text)
        text = bytes(text)
    shallow = any_depth or text.count(b"[") + text.count(b"{") <= DEEPEST
    value = loads_exactly(text)
    if value is not MISSING:
        if shallow or not is_too_deep(value):
            return value
        # the slow way may have no room for it
        if not is_too_deep(value, sys.getrecursionlimit() // 2):
            raise InvalidPayload(json_errors(value, DEEPEST))
    is_read = False
    try:
        value = _UNTYPED.decode(text)
        is_read = True
        if is_whole(text, _ENCODER.encode(value)) and (shallow or not is_too_deep(value)):
            return value
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, Refused):
        pass  # the slow way says why
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _invalid(f"not UTF-8: {error.reason} at byte {error.start}") from None
    return _loads_slowly(decoded, is_short=not may_be_long(text), is_read=is_read)


def loads_exactly(text: bytes) -> Any:
    """Read a text that is as ``dumps`` writes it, however deep it nests; MISSING where it is not certainly so.

    Such a text holds no key twice, for it would be gone, and each number is the shortest text of what was read.
    """
    try:
        value = _PLAIN.decode(text)
        if _ENCODER.encode(value) == text and not may_be_long(text):
            return value
    except (msgspec.MsgspecError, ValueError, RecursionError):
        pass
    return MISSING


def loads_loosely(text: bytes) -> Any:
    """Read a JSON text of which only its form matters; MISSING where it is none."""
    try:
        return _PLAIN.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return MISSING


def items_in(text: bytes, names: Iterable[str]) -> list[bytes] | None:
    """Return the texts of the items of a list inside a JSON text, byte by byte; None where there is no such list.

    Raises InvalidPayload where it is open which list is meant, for a key stands twice.
    """
    inner: Any = text
    try:
        for name in names:
            inner = _MEMBERS.decode(inner)[name]
        items = _ITEMS.decode(inner)
    except (msgspec.MsgspecError, ValueError, RecursionError, KeyError):
        return None
    loads(text.replace(bytes(inner), b"null", 1))
    return [bytes(item) for item in items]


def _loads_slowly(text: str, is_short: bool = False, is_read: bool = False) -> Any:
    """Read a text in Python, for what is wrong with it.

    ``is_short``: no number in it has too many digits; ``is_read``: it is JSON, and has no number that is refused.
    """
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

    hooks: dict[str, Any] = {"parse_float": number, "parse_int": number, "parse_constant": number}
    try:
        if is_short:
            # with fewer calls into Python: what is no JSON at all, and a key that stands twice
            hooks["parse_int"] = int
            value = json.loads(text, object_pairs_hook=pairs if is_read else None)
        if not odd:
            value = json.loads(text, object_pairs_hook=pairs, **hooks)
    except json.JSONDecodeError as error:
        raise _invalid(f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise _invalid(f"nested deeper than {MAX_DEPTH} levels") from None
    if odd:
        raise InvalidPayload(_oddities(value))
    errors = json_errors(value, DEEPEST)
    if errors:
        raise InvalidPayload(errors)
    return value


def is_too_deep(value: Any, most: int = DEEPEST) -> bool:
    """Tell whether objects and lists nest deeper than is allowed."""
    level = [value] if type(value) in _DEEP else []
    for _ in range(most):
        if not level:
            return False
        insides = [one.values() if type(one) is dict else one for one in level]
        level = [child for inside in insides for child in inside if type(child) in _DEEP]
    return bool(level)


def dumps(value: Any, indent: int | None = None) -> bytes:
    """Write one JSON text, UTF-8, with every number's own digits."""
    text = _ENCODER.encode(value)
    return msgspec.json.format(text, indent=indent) if indent is not None else text


def canonical(value: Any) -> bytes:
    """Write a JSON value so that equal values have equal texts: keys in order, digits as they are."""
    return _CANONICAL.encode(value)


_ENCODER = msgspec.json.Encoder(decimal_format="number")
_CANONICAL = msgspec.json.Encoder(decimal_format="number", order="sorted")


def copy_json(value: Any) -> Any:
    """Copy a JSON value, so that the payload that comes out shares nothing with the one that went in."""
    if isinstance(value, dict):
        return {name: copy_json(child) for name, child in value.items()}
    if isinstance(value, list):
        return [copy_json(child) for child in value]
    return value


def identical(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are written alike (the order of an object's keys aside)."""
    if one is MISSING or other is MISSING:
        return one is other
    return one is other or canonical(one) == canonical(other)


def _invalid(message: str) -> InvalidPayload:
    return InvalidPayload([PayloadError("", message)])


def exact_number(text: str) -> float | Decimal:
    """Read a number with a fraction or an exponent, digits and all. Raises Refused."""
    try:
        number = float(text)
        # what `dumps` writes of it, not what repr does: 1e22, where repr has 1e+22
        if _ENCODER.encode(number) == text.encode():
            return number
        exact = Decimal(text)
    except ArithmeticError:
        raise Refused(f"number {text[:20]}… is longer than {MAX_DIGITS} digits") from None
    if not exact.is_finite():
        raise Refused(f"{text} is no JSON number")
    if not is_short_decimal(exact):
        raise Refused(f"number {text[:20]}… is longer than {MAX_DIGITS} digits")
    return exact


_UNTYPED = msgspec.json.Decoder(float_hook=exact_number)
_PLAIN = msgspec.json.Decoder()
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ITEMS = msgspec.json.Decoder(list[msgspec.Raw])


def integer(text: str) -> int:
    """Read a whole number. Raises Refused."""
    if len(text.lstrip("-")) > MAX_DIGITS:
        raise Refused(f"number {text[:20]}… is longer than {MAX_DIGITS} digits")
    return int(text)


#: what is odd, or may hold something odd
_PLACES = (dict, list, Refused)


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
            stack.extend(((*at, name), child) for name, child in node.items() if isinstance(child, _PLACES))
        elif isinstance(node, list):
            stack.extend(((*at, index), child) for index, child in enumerate(node) if isinstance(child, _PLACES))
    return found


def is_json(value: Any, around: int = 0) -> bool:
    """Tell quickly, level by level, whether a Python value is certainly a JSON value that we take.

    ``around`` is how many objects and lists stand around it.
    """
    level = [value]
    for depth in range(around, MAX_DEPTH + 1):
        below: list[Any] = []
        for one in level:
            kind = type(one)
            if kind is str:
                if not (one.isascii() or _encodes(one)):
                    return False
            elif kind in _DEEP:
                if depth == MAX_DEPTH:
                    return False
                if not one:
                    continue
                if kind is dict and not (_TEXT.issuperset(map(type, one)) and is_text("".join(one))):
                    return False
                below += one.values() if kind is dict else one
            elif not _is_fine(one):
                return False
        if not below:
            return True
        # what stands in many places at once is looked at once: a list that contains itself twice has no end of them
        if len(below) > _MANY:
            below = [*{id(one): one for one in below}.values()]
        if len(below) > _MOST_AT_ONCE:
            return False
        level = below
    return False


#: the classes of values that are no texts and hold no others -> what is left to ask of a value
SOUND: dict[type, Callable[[Any], bool] | None] = {
    bool: None,
    type(None): None,
    int: is_short,
    float: math.isfinite,
    Decimal: is_short_decimal,
}


def is_text(text: str) -> bool:
    """Tell whether a text can be written in UTF-8."""
    return text.isascii() or _encodes(text)


def json_errors(value: Any, most: int = MAX_DEPTH) -> list[PayloadError]:
    """List what keeps a Python value from being a JSON value that we take; empty for nearly all.

    It may nest ``most`` levels deep.
    """
    return as_json(value, most)[1]


def plain(value: Any, most: int = MAX_DEPTH) -> Any:
    """Return the plain JSON value that a Python value stands for; itself for nearly all.

    What derives from ``dict``, ``list``, ``str``, ``int``, ``float`` or ``Decimal`` stands for what it is at bottom,
    and any other mapping for an object. Raises InvalidPayload, which says of all else how to make a value of it.
    """
    made, errors = as_json(value, most)
    if errors:
        raise InvalidPayload(errors)
    return made


def as_json(value: Any, most: int = MAX_DEPTH) -> tuple[Any, list[PayloadError]]:
    """Return the plain JSON value that a Python value stands for, and what keeps it from standing for one."""
    if is_json(value, MAX_DEPTH - most):
        return value, []
    errors: list[PayloadError] = []
    return _plain(value, (), most, errors), errors


def _plain(node: Any, at: Pointer, most: int, errors: list[PayloadError]) -> Any:
    # a value that contains itself has no end of places either
    if _is_fine(node) or len(errors) >= MOST_ERRORS:
        return node
    kind = type(node)
    for base, made_of, fault_of in _SCALARS:
        if issubclass(kind, base):
            made = made_of(node)
            fault = fault_of(made)
            if fault is not None:
                errors.append(PayloadError(pointer_text(at), fault))
            return made
    is_list = issubclass(kind, list)
    if not is_list and not issubclass(kind, Mapping):
        errors.append(PayloadError(pointer_text(at), f"{kind.__name__} is no JSON value{_instead(node)}"))
    elif len(at) >= most:
        errors.append(PayloadError(pointer_text(at), f"nested deeper than {MAX_DEPTH} levels"))
    elif is_list:
        return [_plain(child, (*at, index), most, errors) for index, child in enumerate(node)]
    else:
        return _plain_members(node, at, most, errors)
    return None


def _plain_members(node: Mapping[Any, Any], at: Pointer, most: int, errors: list[PayloadError]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, child in node.items():
        if not issubclass(type(key), str):
            errors.append(PayloadError(pointer_text(at), f"key {shown(key)} is no text; str(…) makes one of it"))
            continue
        name = str.__str__(key)
        if not is_text(name):
            errors.append(PayloadError(pointer_text(at), f"key {name!a} has a lone surrogate"))
        elif name in made:
            errors.append(PayloadError(pointer_text((*at, name)), "this key stands more than once in its object"))
        else:
            made[name] = _plain(child, (*at, name), most, errors)
    return made


def _text_fault(text: str) -> str | None:
    return None if is_text(text) else "text with a lone surrogate"


def _int_fault(number: int) -> str | None:
    return None if is_short(number) else f"number longer than {MAX_DIGITS} digits"


def _float_fault(number: float) -> str | None:
    return None if math.isfinite(number) else f"{number} is no JSON number; leave it out, or take None"


def _decimal_fault(number: Decimal) -> str | None:
    if not number.is_finite():
        return f"{number} is no JSON number; leave it out, or take None"
    return None if is_short_decimal(number) else f"number longer than {MAX_DIGITS} digits"


#: class of scalars -> how a value of a class that derives from it is made a plain one, and what is wrong with that
_SCALARS: tuple[tuple[type, Callable[[Any], Any], Callable[[Any], str | None]], ...] = (
    (str, str.__str__, _text_fault),
    (int, int.__int__, _int_fault),
    (float, float.__float__, _float_fault),
    (Decimal, Decimal, _decimal_fault),
)

#: what tells a class whose values are often taken for JSON -> what makes JSON of such a value; the first holds
_INSTEAD = {
    "model_dump": "its model_dump(mode='json') is one",
    "__dataclass_fields__": "dataclasses.asdict(…) makes one of it",
    "__members__": "its .value may be one",
    "decode": "catalens.payloads.loads(…) reads JSON text, .decode() gives text",
    "isoformat": "its isoformat() is one",
    "total_seconds": "its total_seconds() is one",
    "urn": "str(…) makes one of it",
    "__fspath__": "str(…) makes one of it",
    "keys": "dict(…) makes one of it",
    "__iter__": "list(…) makes one of it",
}


def _instead(node: Any) -> str:
    """Say how to make a JSON value of what is none, as far as its class tells."""
    kind = type(node)
    if hasattr(kind, "tolist"):  # arrays of numbers, and the numbers in them
        return f"; its {'tolist' if getattr(node, 'ndim', 1) else 'item'}() is one"
    return next((f"; {advice}" for name, advice in _INSTEAD.items() if hasattr(kind, name)), "")


def _is_fine(value: Any) -> bool:
    """Tell of what holds no others whether nothing is to be said of it."""
    kind = type(value)
    if kind is str:
        return bool(value.isascii())
    return kind in SOUND and ((sound := SOUND[kind]) is None or sound(value))


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
