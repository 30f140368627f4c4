"""Read a mapping file as plain data that knows its lines and columns.

The library's events say what the text is made of and where; what a plain scalar means, and what is no part of
the language, is decided here.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal, NoReturn, TypeAlias

import yaml

from catalens.errors import Diagnostic, InvalidMapping

Spots: TypeAlias = "dict[str | int, Spot]"
Spot: TypeAlias = "tuple[int, int, Spots | None]"
"""Where a key and its value begin, as offsets into the text, and the same for what the value holds."""

DEPTH: Final = 100
#: the largest file that is read, in bytes
LARGEST: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """A mapping file, read: ``data`` holds dict, list, str, int, float, Decimal, bool and None."""

    name: str
    data: dict[str, Any]
    _text: str = field(repr=False, compare=False)
    _spot: Spot = field(repr=False, compare=False)

    def where(self, keys: tuple[str | int, ...]) -> tuple[int, int]:
        """Return line and column, from 1, of the key (or list item) at a path.

        A path that leaves the file gives the place where it leaves it: the last key that is there.
        """
        return _place(self._text, self._find(keys)[0])

    def value_at(self, keys: tuple[str | int, ...]) -> tuple[int, int]:
        """Return line and column, from 1, of the value at a path, or of the last value on the way to it."""
        return _place(self._text, self._find(keys)[1])

    def diagnostic(
        self,
        keys: tuple[str | int, ...],
        code: str,
        message: str,
        hint: str | None = None,
        severity: Literal["error", "warning"] = "error",
        at_value: bool = False,
    ) -> Diagnostic:
        """Describe what is wrong at a path."""
        key_at, value_at, _ = self._find(keys)
        offset = value_at if at_value else key_at
        return _diagnostic(self._text, self.name, offset, code, message, hint, severity)

    def comments(self) -> Iterator[tuple[int, str, str]]:
        """Yield line, what stands before it on that line, and text of each comment."""
        loader = yaml.CSafeLoader if yaml.__with_libyaml__ and not _HALF.search(self._text) else yaml.SafeLoader
        scalars: list[Any] = [one for one in yaml.parse(self._text, loader) if isinstance(one, yaml.ScalarEvent)]
        spans = [(one.start_mark.index, one.end_mark.index) for one in scalars]
        at = end = 0
        for found in _HASH.finditer(self._text):
            begins = found.start()
            while at < len(spans) and spans[at][1] <= begins:
                at += 1
            # within a text it is part of it, and within a comment, too
            if begins < end or (at < len(spans) and spans[at][0] <= begins):
                continue
            line, column = _place(self._text, begins)
            end = self._text.index("\n", begins)
            yield line, self._text[begins - column + 1 : begins], self._text[begins + 1 : end].strip()

    def _find(self, keys: tuple[str | int, ...]) -> Spot:
        spot = self._spot
        for key in keys:
            inner = spot[2]
            if inner is None or key not in inner:
                break
            spot = inner[key]
        return spot


def load_file(path: str | os.PathLike[str]) -> Source:
    """Read a mapping file, whose path as given becomes the source's name.

    Raises InvalidMapping with one diagnostic, as does ``load_text``; a file that cannot be read included.
    """
    name = os.fspath(path)
    try:
        content = _content(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InvalidMapping([Diagnostic(name, 1, 1, "unreadable", f"cannot be read: {reason}")]) from None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        offset = len(content[: error.start].decode("utf-8"))
        text = content.decode("utf-8", "replace")
        message = f"byte 0x{content[error.start]:02x} is not UTF-8"
        _refuse(text, name, offset, "encoding", message, "save the file as UTF-8")
    return load_text(text, name)


def _content(path: str | os.PathLike[str]) -> bytes:
    """Read a regular file of a bounded size. Raises OSError, and ValueError for all that is something else."""
    # a pipe that nobody writes to would be waited for, were it opened in the usual way
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise ValueError("it is no regular file")
        with open(handle, "rb", closefd=False) as file:
            content = file.read(LARGEST + 1)
    finally:
        os.close(handle)
    if len(content) > LARGEST:
        raise ValueError(f"it is larger than {LARGEST >> 20} MiB")
    return content


def load_text(text: str, name: str) -> Source:
    """Read a mapping: YAML without anchors, tags, merge keys, directives, tabs and second documents.

    Of plain scalars only ``true``, ``false``, ``null`` and JSON numbers are no text; a fraction that a float
    would not write back digit by digit is a Decimal. A key is always text, an absent value None.
    Raises InvalidMapping with one diagnostic.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.endswith("\n"):
        text += "\n"
    _check_characters(text, name)
    data, spot = _Reader(text, name).document()
    return Source(name, data, text, spot)


# Comments

_HASH: Final = re.compile(r"(?<![^ \n])#")

# Scalars

_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def _plain(text: str) -> Any:
    """Return what a plain scalar means. Numbers beyond all bounds raise ValueError or ArithmeticError."""
    if text in _WORDS:
        return _WORDS[text]
    if text[:1] not in "-0123456789" or not (number := _NUMBER.fullmatch(text)):
        return text or None
    if not number[1] and not number[2]:
        return int(text)
    nearest = float(text)
    return nearest if repr(nearest) == text else Decimal(text)


# The reader

_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
_DIRECTIVE: Final = re.compile(r"(?:(?:\.\.\.)? *(?:#[^\n]*)?\n)*%")
_COLON_HINT: Final = "a text that holds ': ' needs quotes, or the line above lacks its ':'"
_ESCAPE: Final = ("an escape that stands for no character", None)
_ABOVE: Final = ("this continues nothing that stands above", "look at indentation and quotes")
# What the library says, libyaml or not, what we say instead, and the nearest fix.
_REWORDED: Final = (
    ("mapping values are not allowed", "a ':' where no key can end", _COLON_HINT),
    ("expected ',' or", "expected ',' or a closing bracket", "a text with ': ' or brackets needs quotes"),
    ("did not find expected key", *_ABOVE),
    ("did not find expected '-' indicator", *_ABOVE),
    ("expected <block end>", *_ABOVE),
    ("<document start>", *_ABOVE),
    ("cannot start any token", "no text begins with this character", "in quotes it may"),
    ("alphabetic or numeric character", "no text begins with '&' or '*'", "in quotes it may"),
    ("unknown escape character", "no such escape", "in single quotes a backslash is only itself"),
    ("invalid Unicode character", *_ESCAPE),
)
_NEVER_CLOSED: Final = {
    "while scanning a simple key": "this line is no 'key: value'",
    "while scanning a quoted scalar": "this quote is never closed",
    "while parsing a flow mapping": "this '{' is never closed",
    "while parsing a flow sequence": "this '[' is never closed",
}


class _Reader:
    """Builds data and places from the library's events, and says what is wrong."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.events = self._parse()

    def document(self) -> tuple[dict[str, Any], Spot]:
        if directive := _DIRECTIVE.match(self.text):
            at = directive.end() - 1
            self._refuse(at, "directive", "directives are not part of the language", "leave the line out")
        next(self.events)
        if isinstance(next(self.events), yaml.StreamEndEvent):
            self._refuse(0, "not-a-mapping", "the file is empty")
        event = next(self.events)
        start = _start(event)
        data, inner = self._node(event, 0)
        if not isinstance(data, dict):
            found = "a list" if isinstance(data, list) else "a single value"
            self._refuse(start, "not-a-mapping", f"expected lines 'key: value', found {found}")
        next(self.events)
        event = next(self.events)
        if not isinstance(event, yaml.StreamEndEvent):
            self._refuse(_start(event), "second-document", "a file holds one document")
        return data, (start, start, inner)

    def _parse(self) -> Iterator[yaml.Event]:
        # libyaml refuses a character that JSON writes as two escapes; the slower loader leaves it to us.
        fast = yaml.__with_libyaml__ and not _HALF.search(self.text)
        at = 0
        try:
            for event in yaml.parse(self.text, Loader=yaml.CSafeLoader if fast else yaml.SafeLoader):
                at = _start(event)
                yield event
        except yaml.MarkedYAMLError as error:
            self._refuse_syntax(error)
        except (ValueError, OverflowError):
            self._refuse(at, "syntax", *_ESCAPE)

    def _node(self, event: yaml.Event, depth: int) -> tuple[Any, Spots | None]:
        self._check_properties(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event), None
        if depth > DEPTH:
            self._refuse(_start(event), "too-deep", f"nested more than {DEPTH} deep")
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(depth)
        return self._mapping(depth)

    def _mapping(self, depth: int) -> tuple[dict[str, Any], Spots]:
        data: dict[str, Any] = {}
        spots: Spots = {}
        while not isinstance(key_event := next(self.events), yaml.MappingEndEvent):
            key = self._key(key_event, spots)
            event = next(self.events)
            data[key], inner = self._node(event, depth + 1)
            spots[key] = (_start(key_event), _start(event), inner)
        return data, spots

    def _list(self, depth: int) -> tuple[list[Any], Spots]:
        items: list[Any] = []
        spots: Spots = {}
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            value, inner = self._node(event, depth + 1)
            spots[len(items)] = (_start(event), _start(event), inner)
            items.append(value)
        return items, spots

    def _key(self, event: yaml.Event, spots: Spots) -> str:
        at = _start(event)
        self._check_properties(event)
        if not isinstance(event, yaml.ScalarEvent):
            self._refuse(at, "complex-key", "a key is text, not a list or mapping", "in quotes it is text")
        key = self._text(event)
        if key == "<<" and not event.style:
            self._refuse(at, "merge-key", "merge keys are not part of the language", "write the lines out")
        if key in spots:
            line, _ = _place(self.text, spots[key][0])
            self._refuse(at, "duplicate-key", f"key {key!r} is already there, in line {line}")
        return key

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        if event.style:
            return self._text(event)
        try:
            return _plain(event.value)
        except (ValueError, ArithmeticError):
            self._refuse(_start(event), "number", "a number beyond all bounds", "in quotes it is text")

    def _text(self, event: yaml.ScalarEvent) -> str:
        r"""Join what JSON writes as two escapes, such as ``\ud83d\ude00``."""
        value = event.value
        if value.isascii():
            return value
        try:
            return value.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self._refuse(_start(event), "character", "half of a surrogate pair", "write both halves")

    def _check_properties(self, event: Any) -> None:
        at, part = _start(event), "are not part of the language"
        if isinstance(event, yaml.AliasEvent):
            self._refuse(at, "alias", f"aliases (*{event.anchor}) {part}", "write the value out")
        if event.anchor is not None:
            self._refuse(at, "anchor", f"anchors (&{event.anchor}) {part}", "write the value out each time")
        if event.tag is not None:
            self._refuse(at, "tag", f"tags {part}", "leave it out; quotes make a text")

    def _refuse_syntax(self, error: Any) -> NoReturn:
        context, problem, at = error.context or "", error.problem, error.problem_mark.index
        unclosed = "could not find" in problem or not self.text[at:].strip()
        if unclosed and context in _NEVER_CLOSED:
            self._refuse(error.context_mark.index, "syntax", _NEVER_CLOSED[context])
        for words, message, hint in _REWORDED:
            if words in problem:
                self._refuse(at, "syntax", message, hint)
        self._refuse(at, "syntax", f"{context}: {problem}" if context else problem)

    def _refuse(self, at: int, code: str, message: str, hint: str | None = None) -> NoReturn:
        _refuse(self.text, self.name, at, code, message, hint)


def _start(event: Any) -> int:
    at: int = event.start_mark.index
    return at


# Places

# Three sets, because one that spans them all takes longer to compile than a mapping to read.
_UNWANTED: Final = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f]|[\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udfff]")


def _check_characters(text: str, name: str) -> None:
    found = _UNWANTED.search(text)
    if found is None:
        return
    at, char = found.start(), found[0]
    if char == "\t":
        _refuse(text, name, at, "tab", "a tab character", "indent and separate with spaces")
    if char == "\ufeff" and at == 0:
        _refuse(text, name, at, "encoding", "a byte-order mark", "save the file as UTF-8 without one")
    message = f"character U+{ord(char):04X} cannot stand here"
    _refuse(text, name, at, "character", message, 'write it as an escape in "double quotes"')


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _diagnostic(
    text: str,
    name: str,
    offset: int,
    code: str,
    message: str,
    hint: str | None,
    severity: Literal["error", "warning"] = "error",
) -> Diagnostic:
    line, column = _place(text, offset)
    start = offset - column + 1
    end = text.find("\n", start)
    source_line = text[start : end if end >= 0 else None]
    return Diagnostic(name, line, column, code, message, hint, source_line, severity)


def _refuse(text: str, name: str, at: int, code: str, message: str, hint: str | None = None) -> NoReturn:
    raise InvalidMapping([_diagnostic(text, name, at, code, message, hint)]) from None
