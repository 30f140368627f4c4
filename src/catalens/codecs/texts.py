"""Codecs by which one text holds what others have as several values, or as a value of any shape."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from catalens.account.codes import LossCode
from catalens.codecs.base import Assume, Codec, Make, Parameter, Single, Values
from catalens.codecs.json_types import Types
from catalens.codecs.numbers import is_number, is_short, is_short_decimal, number_text
from catalens.paths import MISSING

#: objects and lists inside one another that a text may hold: there is room for the payload around them
_DEEPEST = 64


class JsonText(Single):
    """A value of any shape, which others have as text: an object or list is written in it as JSON.

    Texts stay as they are. What is read as JSON is only what is written so, blanks included (``{"a": [1, 2]}``), and
    a text that looks like that very form is put in quotes, so that it comes back as the text that it is.
    """

    name, exact = "json-text", True
    converted = LossCode.CONVERTED_TYPE
    returns = frozenset({str})
    normalises = ("decimal-zeros", "quoted")
    examples: tuple[Any, ...] = (
        *("Cotton", 5, 1.5, True, {"size": ["M", 1.5, None]}, ["S", {}], [], {}),
        *('{"a": 1}', '{"a":1}', '"quoted"', "5", ""),
    )
    hub_values = ('{"a": 1}', '"[]"', '"plain"', '"\\"[]\\""', "[1, 2", '{"a": 1, "a": 2}', "[1.50, 1e400, -0]")
    hub_types = ("string",)
    writes_any = True

    def to_hub(self, value: Any) -> Any:
        if isinstance(value, str):
            return _quoted(value) if _said(value) is not MISSING else value
        if isinstance(value, bool):
            return "true" if value else "false"
        if is_number(value):
            return number_text(value)
        return MISSING if _depth(value) > _DEEPEST else _json_text(value)

    def to_wire(self, value: Any) -> Any:
        if not isinstance(value, str):
            return MISSING
        said = _said(value)
        return value if said is MISSING else said

    def taken_types(self) -> tuple[Types, ...]:
        return (frozenset({"any"}),)


class Joined(Codec):
    """Two texts that others have as one: ``shop`` and ``colour`` as ``shop.colour``. The parameter joins them.

    A text is split where it is first joined; one that is joined nowhere is the second of the two.
    """

    name, wires, hubs = "joined", 2, 1
    parameter = Parameter("the text that joins two", lambda given: isinstance(given, str) and given != "")
    exact = True
    converted = LossCode.CONVERTED_FORM
    hub_types = ("string",)
    # a text with what joins in it, or without a first part, is split in another place
    folds = True

    def __init__(self, by: str) -> None:
        self.by = by
        self.name = f"joined: {by}"
        self.examples: tuple[Any, ...] = (
            *(("shop", "colour"), (MISSING, "colour"), ("", "colour"), ("shop", "")),
            *((f"my{by}shop", "colour"), (MISSING, f"colour{by}red"), ("shop", f"colour{by}red")),
        )

    @classmethod
    def make(cls, parameter: Any, assume: Assume, make: Make) -> Codec:
        return cls(parameter)

    def decode(self, *wire: Any) -> Values:
        first, second = wire
        if not isinstance(second, str):
            return (None if second is None else MISSING,)
        return (f"{first}{self.by}{second}" if isinstance(first, str) else second,)

    def encode(self, *hub: Any) -> Values:
        (text,) = hub
        if not isinstance(text, str):
            return (MISSING, None if text is None else MISSING)
        first, joined, second = text.partition(self.by)
        return (first, second) if joined else (MISSING, text)

    def given_back(self, *wire: Any) -> bool:
        return self.encode(*self.decode(*wire)) == wire


def _said(text: str) -> Any:
    """Return the object, list or text that a text is the JSON of, in the form that we write; MISSING where it is not.

    A text in quotes counts only where it needs them.
    """
    if text[:1] + text[-1:] not in ("{}", "[]", '""') or len(text) < 2:
        return MISSING
    try:
        value = json.loads(text, parse_int=_number, parse_float=_number, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return MISSING
    if isinstance(value, str):
        return value if _said(value) is not MISSING and _quoted(value) == text else MISSING
    return value if _depth(value) <= _DEEPEST and _json_text(value) == text else MISSING


def _depth(value: Any) -> int:
    """Return how deep objects and lists nest in a JSON value; 0 where it is none of them."""
    depth, level = 0, [value]
    while level := [one for one in level if isinstance(one, dict | list)]:
        depth += 1
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one)]
    return depth


def _json_text(value: Any) -> str:
    """Write a JSON value on one line, blanks behind commas and colons, with every number's own digits."""
    match value:
        case dict():
            return "{" + ", ".join(f"{_quoted(name)}: {_json_text(one)}" for name, one in value.items()) + "}"
        case list():
            return f"[{', '.join(map(_json_text, value))}]"
        case Decimal():
            return str(value)
    return json.dumps(value, ensure_ascii=False)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _number(text: str) -> int | float | Decimal:
    """Read a number with all its digits. Raises ValueError where these are more than we take."""
    if text.lstrip("-").isdigit():
        number = int(text)
        if not is_short(number):
            raise ValueError(text)
        return number
    near, exact = float(text), Decimal(text)
    if not is_short_decimal(exact):
        raise ValueError(text)
    return near if repr(near) == text else exact


def _no_number(text: str) -> Any:
    raise ValueError(text)


CODECS: tuple[type[Codec], ...] = (JsonText, Joined)
