"""Codecs of one wire value and one hub value."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from catalens.account.codes import LossCode
from catalens.codecs.base import Assume, Codec, Make, Parameter, Single, TypesRefused, Values
from catalens.codecs.json_types import Types, beyond, json_type
from catalens.codecs.numbers import NUMBERS, is_number, number_text, parse_number, simplest
from catalens.codecs.units import UNITS, convert, is_too_long, same
from catalens.paths import MISSING

#: what parts thousands: a comma, apostrophe or blank before each three digits of a number that is grouped throughout
_GROUPED = re.compile(r"(?<=\d)[,' \u00a0\u202f](?=\d{3}(?:[,' \u00a0\u202f]\d{3})*(?:\.\d+)?$)")
_POINT = re.compile(r"(?<=\d),(?=\d{1,2}$)")
_TRUTHS = {"yes": True, "y": True, "on": True, "1": True, "no": False, "n": False, "off": False, "0": False}
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(:\d\d(?:\.\d{1,6})?)?)?")


class DecimalString(Single):
    """A number written as text: ``"12.50"``; ``""`` is none. A bare number is read too; text is written."""

    name, exact = "decimal-string", True
    converted = LossCode.CONVERTED_TYPE
    # a Decimal may come back as a float, and without the zeros at its end
    returns = frozenset({int, float})
    normalises = ("decimal-zeros", "quoted")
    examples: tuple[Any, ...] = ("12.50", "0", 7, 12.5, "-3", "", "1e3", "1,800")
    hub_types = ("number",)
    reads_texts = True

    def meant(self, text: str) -> Any:
        found = _GROUPED.sub("", text.strip().removeprefix("+"))
        # one comma that parts no thousands stands for the point
        found = _POINT.sub(".", found)
        number = parse_number(found)
        return MISSING if number is MISSING else self.to_wire(number)

    def to_hub(self, value: Any) -> Any:
        if isinstance(value, str):
            return parse_number(value) if value else None
        if isinstance(value, int):
            return MISSING if isinstance(value, bool) else value
        # a number that was text on its way has lost the zeros at its end, so one that was none has no more
        return simplest(value) if is_number(value) else MISSING

    def to_wire(self, value: Any) -> Any:
        return number_text(value) if is_number(value) else MISSING


class Numeric(DecimalString):
    """A number that some documents write as text. Both are read; a number is written."""

    name = "numeric"
    returns = NUMBERS
    examples: tuple[Any, ...] = (299.99, "299.99", 0, "x", "")

    def to_hub(self, value: Any) -> Any:
        if isinstance(value, str):
            return parse_number(value) if value else None
        return self.to_wire(value)

    def to_wire(self, value: Any) -> Any:
        return value if is_number(value) else MISSING


class BooleanString(Single):
    """A truth value written as text: ``"true"``. A bare one is read too; text is written."""

    name, exact = "boolean-string", True
    converted = LossCode.CONVERTED_TYPE
    normalises = ("quoted",)
    examples: tuple[Any, ...] = ("true", "false", True, False, "yes")
    hub_types = ("boolean",)
    reads_texts = True

    def meant(self, text: str) -> Any:
        word = text.strip().lower()
        truth = {"true": True, "false": False, **_TRUTHS}.get(word)
        return MISSING if truth is None else self.to_wire(truth)

    def to_hub(self, value: Any) -> Any:
        if isinstance(value, bool):
            return value
        return {"true": True, "false": False}.get(value, MISSING) if isinstance(value, str) else MISSING

    def to_wire(self, value: Any) -> Any:
        return ("true" if value else "false") if isinstance(value, bool) else MISSING


class Boolean(BooleanString):
    """A truth value that some documents write as text. Both are read; a bare one is written."""

    name = "boolean"
    examples = (True, "true", False, "false", "yes")

    def to_wire(self, value: Any) -> Any:
        return value if isinstance(value, bool) else MISSING


class Negated(Single):
    """A truth value that says the opposite of the hub's."""

    name, exact = "negated", True
    converted = LossCode.CONVERTED_ENUM
    examples = (True, False)
    hub_types = ("boolean",)

    def to_hub(self, value: Any) -> Any:
        return not value if isinstance(value, bool) else MISSING

    to_wire = to_hub


class IntegerId(Single):
    """An identifier that is an integer on the wire and text in the hub."""

    name, exact = "integer-id", True
    # 1840.0 is the whole number 1840
    normalises: tuple[str, ...] = ("decimal-zeros",)
    converted = LossCode.CONVERTED_TYPE
    examples: tuple[Any, ...] = (42, 0)
    hub_types = ("string",)

    def to_hub(self, value: Any) -> Any:
        return str(int(value)) if is_number(value) and value == int(value) else MISSING

    def to_wire(self, value: Any) -> Any:
        # 5.00 is a text of its own, which 5 would not give back
        number = parse_number(value) if isinstance(value, str) and value != "-0" and "." not in value else MISSING
        return number if isinstance(number, int) else MISSING

    def refusal(self, *hub: Any) -> LossCode:
        return LossCode.DROPPED_FOREIGN_ID if isinstance(hub[0], str) else super().refusal(*hub)


class NumericId(IntegerId):
    """An identifier that some answers write as a number and some as text. Both are read; a number is written."""

    name = "numeric-id"
    normalises = ("decimal-zeros", "quoted")
    examples: tuple[Any, ...] = (42, "42", "a-7", 0)

    def to_hub(self, value: Any) -> Any:
        return value if isinstance(value, str) else super().to_hub(value)

    def to_wire(self, value: Any) -> Any:
        number = super().to_wire(value)
        return value if number is MISSING and isinstance(value, str) else number


class PlainText(Single):
    """A text, number, truth value, or list of those, which others have as text. Text is written."""

    name = "plain-text"
    converted = LossCode.CONVERTED_TYPE
    loss = LossCode.REDUCED_LIST
    normalises = ("decimal-zeros", "quoted")
    examples = ("Cotton", 5, 1.5, True, ["S", "M"], [1, 2], [["S"]], [])
    hub_types = ("string",)
    # a list and the words in one text are two things
    folds = True

    def to_hub(self, value: Any) -> Any:
        if isinstance(value, list):
            words = [self.to_hub(one) for one in value if not isinstance(one, list)]
            is_flat = len(words) == len(value) and all(isinstance(word, str) for word in words)
            return ", ".join(map(str, words)) if is_flat else MISSING
        if isinstance(value, bool):
            return "true" if value else "false"
        return number_text(value) if is_number(value) else self.to_wire(value)

    def to_wire(self, value: Any) -> Any:
        return value if isinstance(value, str) else MISSING

    def given_back(self, *wire: Any) -> bool:
        return not isinstance(wire[0], list) or self.to_hub(wire[0]) is MISSING

    def taken_types(self) -> tuple[Types, ...]:
        return (super().taken_types()[0] | {"array"},)


class SlugPath(Single):
    """A slug written as a path: ``/x/`` for ``x``. Of a longer path, or a whole address, it is the last part."""

    name = "slug-path"
    loss = LossCode.REDUCED_RANGE
    normalises = ("slashes",)
    examples = (
        *("/developer-test-item/", "developer-test-item", "/a/b/", "/"),
        *("https://shop.example/a/b?c=d#e", "https://shop.example"),
    )
    hub_values = ("a/b", "https://shop.example/a")
    hub_types = ("string",)
    # of the parts before the last one nothing is kept
    folds = True

    def to_hub(self, value: Any) -> Any:
        return (_last_part(value) if isinstance(value, str) else "") or MISSING

    def given_back(self, *wire: Any) -> bool:
        hub = self.to_hub(wire[0])
        return hub is MISSING or bool(hub == wire[0].strip("/"))

    def to_wire(self, value: Any) -> Any:
        slug = _last_part(value) if isinstance(value, str) else ""
        return f"/{slug}/" if slug else MISSING


def _last_part(address: str) -> str:
    """Return the last part of the path of an address; "" where it has none."""
    _, is_whole, rest = address.partition("://")
    path = rest.partition("/")[2] if is_whole else address
    return re.split("[?#]", path, maxsplit=1)[0].strip("/").rpartition("/")[2]


class MeansNone(Single):
    """A value that says that there is none, as null does; what else is there passes. Such a value cannot be written.

    The value is the parameter. Null says what holds without: that it passes as null.
    """

    name, exact, passes = "means-none", True, True
    parameter = Parameter(
        "the value that says that there is none: a text, a number or null",
        lambda given: given is None or isinstance(given, str) or is_number(given),
    )
    normalises: tuple[str, ...] = ("none-spelling",)
    # what passes is the very value
    returns = NUMBERS | {str, bool}

    def __init__(self, value: Any) -> None:
        self.value = value
        self.name = f"{type(self).name}: {_json(value)}"
        self.examples = ("text", "42") if isinstance(value, str) else (80, 249.99)
        self.takes_null = value is not None
        if self.takes_null:
            # the very value, in the hub, is not written
            self.examples, self.hub_values = (value, *self.examples, None), (value,)
        else:
            self.normalises = ()

    @classmethod
    def make(cls, parameter: Any, assume: Assume, make: Make) -> Codec:
        return cls(parameter)

    def none(self, place: int = 0) -> Any:
        return self.value

    def to_hub(self, value: Any) -> Any:
        return None if same(value, self.value) else value

    def to_wire(self, value: Any) -> Any:
        return self.value if value is None else MISSING if same(value, self.value) else value

    def types_through(self, given: Sequence[Types]) -> tuple[Types, ...]:
        return tuple(given)


def _json(value: Any) -> str:
    """Write a text, a number or null as JSON."""
    return number_text(value) if is_number(value) else json.dumps(value, ensure_ascii=False)


class Measure(Single):
    """A bare number in the unit that the store assumes, or in one that the mapping names."""

    name = "measure"
    converted = LossCode.CONVERTED_UNIT
    loss = LossCode.REDUCED_PRECISION
    normalises = ("measure-unit",)
    examples = (1, 0.25)

    parameter = Parameter.one_of((*UNITS, *(unit for units in UNITS.values() for unit in units)))

    def __init__(self, named: str, dimension: str, unit: str) -> None:
        self.assumes, self.unit = dimension if named == dimension else None, unit
        self.measured_in = unit
        self.name = f"measure: {named}"
        self.hub_types = (dimension,)

    @classmethod
    def make(cls, parameter: Any, assume: Assume, make: Make) -> Codec:
        dimension = next(name for name, units in UNITS.items() if parameter == name or parameter in units)
        return cls(parameter, dimension, assume[parameter] if parameter == dimension else parameter)

    def to_hub(self, value: Any) -> Any:
        return {"value": value, "unit": self.unit} if is_number(value) else MISSING

    def to_wire(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return MISSING
        amount, unit = value.get("value", MISSING), value.get("unit")
        if amount is None:
            return None
        if not is_number(amount) or not isinstance(unit, str):
            return MISSING
        return convert(amount, unit, self.unit)

    def refusal(self, *hub: Any) -> LossCode:
        return LossCode.DROPPED_LIMIT if is_too_long(hub[0], self.unit) else super().refusal(*hub)


class Keyword(Single):
    """One of the words in a text that commas part: commas in it, and blanks around it, would not come back."""

    loss = LossCode.REDUCED_LIST
    hub_types = ("string",)
    examples = ("red", "dark blue", "", " a", "a, b", ",", "a ,, b")

    def to_hub(self, value: Any) -> Any:
        return value if isinstance(value, str) and [value] == _keywords(value) else MISSING

    def to_wire(self, value: Any) -> Any:
        # it stays one word, so that those behind it stay where they are
        return (" ".join(_keywords(value)) or MISSING) if isinstance(value, str) else MISSING


def _keywords(text: str) -> list[str]:
    found: list[str] = KeywordText().to_hub(text)
    return found


class KeywordText(Single):
    """Keywords in one text, parted by commas."""

    name = "keyword-text"
    converted = LossCode.CONVERTED_LIST
    loss = LossCode.REDUCED_LIST
    normalises = ("keyword-spacing",)
    examples = ("red, blue", "", "a,b", "one")
    hub_types = ("array",)
    each_word = Keyword()

    def to_hub(self, value: Any) -> Any:
        if not isinstance(value, str):
            return MISSING
        return list(filter(None, map(str.strip, value.split(","))))

    def to_wire(self, value: Any) -> Any:
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            return MISSING
        # as it is read, so that a second crossing finds nothing more to do: a comma parts, whatever word it stood in
        return ", ".join(self.to_hub(", ".join(value)))


_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")

#: what the base64 text of a file of that kind begins with
_MAGIC = {
    "iVBORw0KGgo": "image/png",
    "/9j/": "image/jpeg",
    "R0lGOD": "image/gif",
    "UklGR": "image/webp",
    "JVBERi0": "application/pdf",
}


class Base64(Single):
    """Content as base64 text; the hub holds it as a ``data:`` URI, which no target takes for an address."""

    name = "base64"
    loss = LossCode.REDUCED_MARKUP
    examples = ("iVBORw0KGgoAAAANSUhEUg==", "AAAA", "no base64!")
    hub_types = ("string",)

    def to_hub(self, value: Any) -> Any:
        if not isinstance(value, str) or not value or not _BASE64.fullmatch(value):
            return MISSING
        kind = next((kind for magic, kind in _MAGIC.items() if value.startswith(magic)), "application/octet-stream")
        return f"data:{kind};base64,{value}"

    def to_wire(self, value: Any) -> Any:
        if not isinstance(value, str) or not value.startswith("data:"):
            return MISSING
        _, comma, content = value.partition(";base64,")
        return content if comma and content and _BASE64.fullmatch(content) else MISSING


_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?")


class LocalTime(Single):
    """A date and time without a zone, in the zone that the store assumes."""

    name, assumes = "local-time", "timezone"
    loss = LossCode.REDUCED_PRECISION
    # ordinary hours, those that clocks leave out or repeat, one before zones were agreed upon, and no time at all
    examples = (
        *("2024-01-31T10:00:00", "2024-03-31T01:30:00", "2024-03-10T02:30:00", "2024-10-27T01:30:00"),
        *("1900-01-01T00:00:00", "2024-01-31"),
    )
    hub_values = ("2024-01-31T10:00:00.250+05:30",)
    hub_types = ("string",)
    # the hour that is left out in spring is written as the one behind it
    folds = True
    reads_texts = True

    def __init__(self, zone: str) -> None:
        self.zone = UTC if zone == "UTC" else ZoneInfo(zone)

    @classmethod
    def make(cls, parameter: Any, assume: Assume, make: Make) -> Codec:
        return cls(assume["timezone"])

    def to_hub(self, value: Any) -> Any:
        if not isinstance(value, str) or not _LOCAL.fullmatch(value):
            return MISSING
        try:
            if self.zone is UTC:
                return value + "Z"
            moment = datetime.fromisoformat(value).replace(tzinfo=self.zone, microsecond=0)
            # a time that clocks leap over is written as the one that it stands for
            text = moment.astimezone(UTC).astimezone(self.zone).isoformat()
            # before zones were agreed upon, offsets had seconds
            return text[:19] + value[19:] + text[19:]
        except (ValueError, OverflowError):
            return MISSING

    def meant(self, text: str) -> Any:
        found = _DAY.fullmatch(text.strip())
        guess = found and f"{found[1]}T{found[2] or '00:00'}{found[3] or ':00'}"
        return guess if guess and self.to_hub(guess) is not MISSING else MISSING

    def given_back(self, *wire: Any) -> bool:
        hub = self.to_hub(wire[0])
        return hub is MISSING or self.to_wire(hub) == wire[0]

    def to_wire(self, value: Any) -> Any:
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else None
            if moment is None or moment.tzinfo is None:
                return MISSING
            local = moment.astimezone(self.zone)
        except (ValueError, OverflowError):
            return MISSING
        match = _LOCAL.match(value)
        if match is None:
            return local.replace(tzinfo=None).isoformat()
        # no zone changes the fraction of a second, so its digits are the text's own
        return local.replace(tzinfo=None, microsecond=0).isoformat() + match.group()[19:]


class Table(Single):
    """A code table, which a mapping spells as ``table``.

    Where several hub values share a wire value, the first is what it is read as.
    """

    converted = LossCode.CONVERTED_ENUM
    loss = LossCode.REDUCED_ENUM
    looks_up = True

    def __init__(self, rows: Mapping[str | bool | int, Any], otherwise_same: bool = False) -> None:
        self.name = "table"
        self.rows = rows
        self.otherwise_same = otherwise_same
        self._to_hub: dict[tuple[type, Any], Any] = {}
        self._to_wire: dict[tuple[type, Any], Any] = {}
        for wire, hub in rows.items():
            hubs = hub if isinstance(hub, list) else [hub]
            self._to_hub[type(wire), wire] = hubs[0]
            for value in hubs:
                self._to_wire.setdefault((type(value), value), wire)
        self.exact = not otherwise_same and all(not isinstance(hub, list) or len(hub) == 1 for hub in rows.values())
        homes = [(wire, self.to_wire(self.to_hub(wire))) for wire in rows]
        self.normalises = ("spelling",) if any(one != other and alike(one, other) for one, other in homes) else ()
        self.hub_values = tuple(value for _, value in self._to_wire)
        # a word that passes unchanged may be what a row is read as, and is then written as that row's word
        passing = [value for value in self.hub_values if otherwise_same and isinstance(value, str)]
        self.examples = tuple(dict.fromkeys((*rows, *passing)))
        self.folds = not all(self.given_back(wire) for wire in self.examples)
        self.written = None if otherwise_same else self.examples

    def given_back(self, *wire: Any) -> bool:
        value, hub = wire[0], self.to_hub(wire[0])
        return hub is MISSING or alike(value, self.to_wire(hub))

    def to_hub(self, value: Any) -> Any:
        return self._look_up(self._to_hub, value)

    def to_wire(self, value: Any) -> Any:
        return self._look_up(self._to_wire, value)

    def _look_up(self, table: dict[tuple[type, Any], Any], value: Any) -> Any:
        # one expression, so that the compiler can put it in the place of a call
        return (
            MISSING
            if isinstance(value, (dict, list))
            else table.get((type(value), value), value if self.otherwise_same else MISSING)
        )

    def types_through(self, given: Sequence[Types]) -> tuple[Types, ...]:
        made = frozenset(map(json_type, self.hub_values))
        if self.otherwise_same:
            return (made | given[0],)
        # what it reads are the words of its rows
        (taken,) = self.taken_types()
        if refused := beyond(given[0], taken):
            raise TypesRefused(self, refused, taken)
        return (made,)


class OpenTable(Codec):
    """A code table of a set that may grow, which a mapping spells as ``otherwise: only_here``.

    A word that the table knows is read as one; any other stands apart from it, for its own format to find again.
    """

    wires, hubs = 1, 2
    converted = LossCode.CONVERTED_ENUM
    loss = LossCode.REDUCED_ENUM
    looks_up = True

    def __init__(self, rows: Mapping[str | bool | int, Any]) -> None:
        self.table, self.rows = Table(rows), rows
        self.name = "open table"
        self.normalises, self.folds = self.table.normalises, self.table.folds
        self.examples = (*self.table.examples, "a word of tomorrow")

    def decode(self, *wire: Any) -> Values:
        (word,) = wire
        if word is None or word is MISSING:
            return (word, MISSING)
        known = self.table.to_hub(word)
        return (known, word if known is MISSING else MISSING)

    def encode(self, *hub: Any) -> Values:
        known, word = hub
        if known is None:
            return (None,)
        return (word if known is MISSING else self.table.to_wire(known),)

    def given_back(self, *wire: Any) -> bool:
        return wire[0] is None or wire[0] is MISSING or self.table.given_back(wire[0])

    def types_through(self, given: Sequence[Types]) -> tuple[Types, ...]:
        return (frozenset(map(json_type, self.table.hub_values)), given[0])


class Constant(Single):
    """What a place implies, whatever stands there: the hub holds nothing of it, and one value comes back."""

    folds = True

    def __init__(self, value: Any, loss: LossCode, examples: tuple[Any, ...]) -> None:
        self.name = "constant"
        self.value, self.loss, self.examples = value, loss, examples

    def given_back(self, *wire: Any) -> bool:
        return type(wire[0]) is type(self.value) and bool(wire[0] == self.value)

    def to_hub(self, value: Any) -> Any:
        return MISSING

    def to_wire(self, value: Any) -> Any:
        return MISSING


def alike(one: Any, other: Any) -> bool:
    """Tell whether two words are one word, spelled in another case or with other blanks."""
    if isinstance(one, str) and isinstance(other, str):
        return "".join(one.split()).casefold() == "".join(other.split()).casefold()
    return type(one) is type(other) and bool(one == other)


CODECS: tuple[type[Codec], ...] = (
    DecimalString,
    Numeric,
    BooleanString,
    Boolean,
    Negated,
    IntegerId,
    NumericId,
    PlainText,
    SlugPath,
    MeansNone,
    Measure,
    KeywordText,
    Base64,
    LocalTime,
)
