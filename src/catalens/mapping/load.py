"""Read a mapping file as plain data that knows its lines and columns.

There are two readers. The quick one reads what mapping files are made of: block mappings and lists, flow
collections, plain, quoted, ``|`` and ``>`` texts. Whatever is less usual, and everything that is wrong, it
leaves to the careful one: ruamel.yaml's events plus our refusals. Where the quick one answers at all, both
answer the same, positions included; ``tests/test_load.py`` holds them to it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal, NoReturn, TypeAlias

from catalens.errors import Diagnostic, InvalidMapping

Spots: TypeAlias = "dict[str | int, Spot]"
Spot: TypeAlias = "tuple[int, int, Spots | None]"
"""Where a key and its value begin, as offsets into the text, and the same for what the value holds."""

DEPTH: Final = 100


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
        content = Path(path).read_bytes()
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


def load_text(text: str, name: str) -> Source:
    """Read a mapping: YAML 1.2 without anchors, tags, merge keys, directives, tabs and second documents.

    Of plain scalars only ``true``, ``false``, ``null`` and JSON numbers are no text; a fraction that a float
    would not write back digit by digit is a Decimal. A key is always text, an absent value None.
    Raises InvalidMapping with one diagnostic.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.endswith("\n"):
        text += "\n"
    _check_characters(text, name)
    try:
        data, spot = _Quick(text).document()
    except _Unusual:
        data, spot = _Careful(text, name).document()
    return Source(name, data, text, spot)


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


# The quick reader. Its patterns are narrower than YAML on purpose: what they do not match is not theirs.

_FIRST = r"""(?:-(?=[0-9A-Za-z])|[^ \n?:,\[\]{}#&*!|>'"%@`.<-])"""
_FLOW_TEXT = rf"{_FIRST}[^\n:#,\[\]{{}}]*(?:(?:(?<! ):(?=[\w./+-])|(?<! )#)[^\n:#,\[\]{{}}]*)*"
_BLOCK_TEXT = rf"{_FIRST}[^\n:#]*(?:(?:(?<! ):(?=[^ \n])|(?<! )#)[^\n:#]*)*"
_FLOW_PLAIN = re.compile(rf"{_FLOW_TEXT}(?:\n +(?=[A-Za-z(]){_FLOW_TEXT})*")
_BLOCK_PLAIN = re.compile(_BLOCK_TEXT)
_FLOW_KEY = re.compile(rf"""({_FLOW_TEXT}):(?=[ \n])|"([^"\\\n]*)" *:|'([^'\n]*)' *:""")
_BLOCK_KEY = re.compile(rf"""(?:({_BLOCK_TEXT})|"([^"\\\n]*)" *|'([^'\n]*)' *):(?=[ \n])""")
_FOLDED = r"\n +(?=[^ \n])"
_QUOTED = re.compile(
    rf""""([^"\\\n]*(?:(?:\\["\\/bfnrt]|{_FOLDED})[^"\\\n]*)*)"|'([^'\n]*(?:(?:''|{_FOLDED})[^'\n]*)*)'"""
)
_NEXT_LINE = re.compile(rf"\n( +)(?=[A-Za-z(]){_BLOCK_TEXT}(?=\n)")
_FOLD = re.compile(r" *\n *")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_FLOW_GAP = re.compile(r"[ \n]*(?:(?<=[ \n])#[^\n]*\n[ \n]*)*")
_SPACES = re.compile(r" *")
_LINE_END = re.compile(r" *(?:(?<= )#[^\n]*)?\n(?: *(?:#[^\n]*)?\n)*( *)")
_LEAD = re.compile(r"(?: *(?:#[^\n]*)?\n)*( *)")
_BLOCK_HEAD = re.compile(r"([|>])(-?)\n( +)(?=[^ \n])")
_BREAKS = re.compile(r"\n(\n*)")
_LONG_KEY = 1000  # YAML allows 1024 characters


class _Unusual(Exception):
    """The quick reader leaves this text to the careful one."""


class _Quick:
    """Reads the everyday part of YAML.

    Between lines ``at`` is the first character of the next line with content and ``column`` its column, -1 at
    the end; the methods that read block structure begin and end there.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._indent(_LEAD.match(text))

    def document(self) -> tuple[dict[str, Any], Spot]:
        start = self.at
        data, inner = self._node(start, self.column, -1, 0)
        if self.column != -1 or not isinstance(data, dict):
            raise _Unusual
        return data, (start, start, inner)

    def _indent(self, line: re.Match[str] | None) -> None:
        if line is None:
            raise _Unusual
        self.at = line.end()
        self.column = -1 if self.at == len(self.text) else self.at - line.start(1)

    def _node(self, at: int, column: int, parent: int, depth: int) -> tuple[Any, Spots | None]:
        if depth > DEPTH or column < 0:
            raise _Unusual
        if self.text.startswith("- ", at):
            return self._list(at, column, depth)
        if key := _BLOCK_KEY.match(self.text, at):
            return self._mapping(key, at, column, depth)
        return self._inline(at, parent, depth)

    def _list(self, at: int, column: int, depth: int) -> tuple[list[Any], Spots]:
        items: list[Any] = []
        spots: Spots = {}
        while self.text.startswith("- ", at):
            start = self._spaces(at + 1)
            value, inner = self._node(start, column + start - at, column, depth + 1)
            spots[len(items)] = (start, start, inner)
            items.append(value)
            if self.column != column:
                break
            at = self.at
        return items, spots

    def _mapping(
        self, match: re.Match[str] | None, at: int, column: int, depth: int
    ) -> tuple[dict[str, Any], Spots]:
        data: dict[str, Any] = {}
        spots: Spots = {}
        while True:
            key, end = self._key(match, at, data)
            start = self._spaces(end)
            if self.text[start] in "\n#":
                start, value, inner = self._below(end, column, depth)
            else:
                value, inner = self._inline(start, column, depth)
            data[key] = value
            spots[key] = (at, start, inner)
            if self.column != column:
                # A deeper line continues the value, or is wrong; neither is ours to say.
                if self.column > column:
                    raise _Unusual
                return data, spots
            at = self.at
            match = _BLOCK_KEY.match(self.text, at)

    def _key(self, match: re.Match[str] | None, at: int, data: dict[str, Any]) -> tuple[str, int]:
        if match is None or match.end() - at > _LONG_KEY:
            raise _Unusual
        group = match.lastindex or 0
        key = match[1].rstrip(" ") if group == 1 else match[group]
        if key in data:
            raise _Unusual
        return key, match.end()

    def _below(self, end: int, column: int, depth: int) -> tuple[int, Any, Spots | None]:
        """Read the value that begins on a line below its key."""
        self._indent(_LINE_END.match(self.text, end))
        start = self.at
        if self.column > column or (self.column == column and self.text.startswith("- ", start)):
            return start, *self._node(start, self.column, column, depth + 1)
        return end, None, None

    def _inline(self, at: int, parent: int, depth: int) -> tuple[Any, Spots | None]:
        """Read a value that is no block collection, and its line to the end."""
        char = self.text[at]
        if char in "|>":
            return self._block_text(at, parent), None
        inner = None
        if char in "{[":
            value, inner, end = self._flow(at, depth + 1)
        elif plain := _BLOCK_PLAIN.match(self.text, at):
            end = plain.end()
            while (more := _NEXT_LINE.match(self.text, end)) and len(more[1]) > parent:
                end = more.end()
            value = self._plain(at, end)
        else:
            value, end = self._quoted(at)
        self._indent(_LINE_END.match(self.text, end))
        return value, inner

    def _block_text(self, at: int, parent: int) -> str:
        head = _BLOCK_HEAD.match(self.text, at)
        if head is None or (indent := len(head[3])) <= parent:
            raise _Unusual
        body = re.compile(rf"(?:(?: {{{indent}}}[^\n]*| *)\n)+").match(self.text, head.start(3))
        if body is None:
            raise _Unusual
        lines = [line[indent:] for line in body[0].split("\n")]
        folded = head[1] == ">"
        if any(line.isspace() or (folded and line.startswith(" ")) for line in lines):
            raise _Unusual
        self._indent(_LEAD.match(self.text, body.end()))
        text = "\n".join(lines).rstrip("\n")
        if folded:
            text = _BREAKS.sub(lambda breaks: breaks[1] or " ", text)
        return text if head[2] else text + "\n"

    def _flow(self, at: int, depth: int) -> tuple[Any, Spots, int]:
        if depth > DEPTH:
            raise _Unusual
        spots: Spots = {}
        if self.text[at] == "[":
            return self._flow_list(at, spots, depth)
        data: dict[str, Any] = {}
        at = self._gap(at + 1)
        while self.text[at] != "}":
            key, end = self._key(_FLOW_KEY.match(self.text, at), at, data)
            start = self._gap(end)
            data[key], inner, end = self._flow_value(start, depth)
            spots[key] = (at, start, inner)
            at = self._comma(end, "}")
        return data, spots, at + 1

    def _flow_list(self, at: int, spots: Spots, depth: int) -> tuple[list[Any], Spots, int]:
        items: list[Any] = []
        at = self._gap(at + 1)
        while self.text[at] != "]":
            value, inner, end = self._flow_value(at, depth)
            spots[len(items)] = (at, at, inner)
            items.append(value)
            at = self._comma(end, "]")
        return items, spots, at + 1

    def _flow_value(self, at: int, depth: int) -> tuple[Any, Spots | None, int]:
        if self.text[at] in "{[":
            return self._flow(at, depth + 1)
        if plain := _FLOW_PLAIN.match(self.text, at):
            return self._plain(at, plain.end()), None, plain.end()
        value, end = self._quoted(at)
        return value, None, end

    def _comma(self, at: int, closing: str) -> int:
        at = self._gap(at)
        if self.text[at] == ",":
            return self._gap(at + 1)
        if self.text[at] != closing:
            raise _Unusual
        return at

    def _plain(self, at: int, end: int) -> Any:
        text = self.text[at:end].rstrip(" ")
        try:
            return _plain(_FOLD.sub(" ", text) if "\n" in text else text)
        except (ValueError, ArithmeticError):
            raise _Unusual from None

    def _quoted(self, at: int) -> tuple[str, int]:
        match = _QUOTED.match(self.text, at)
        if match is None:
            raise _Unusual
        text = match[match.lastindex or 0]
        if "\n" in text:
            text = _FOLD.sub(" ", text)
        if match.lastindex == 2:
            text = text.replace("''", "'")
        elif "\\" in text:
            text = _ESCAPE.sub(lambda escape: _ESCAPES.get(escape[1], escape[1]), text)
        return text, match.end()

    def _spaces(self, at: int) -> int:
        match = _SPACES.match(self.text, at)
        return match.end() if match else at

    def _gap(self, at: int) -> int:
        """Skip spaces, line ends and comments; the text's last line end stays for others to find."""
        match = _FLOW_GAP.match(self.text, at)
        end = match.end() if match else at
        if end == len(self.text):
            raise _Unusual
        return end


# The careful reader

Events: TypeAlias = Iterator[tuple[str, Any]]

_COLON_HINT: Final = "a text that holds ': ' needs quotes, or the line above lacks its ':'"
_REWORDED: Final = (
    ("mapping values are not allowed", "a ':' where no key can end", _COLON_HINT),
    ("expected ',' or", "expected ',' or a closing bracket", "a text with ': ' or brackets needs quotes"),
    ("expected <block end>", "this continues nothing that stands above", "look at indentation and quotes"),
    ("that cannot start any token", "", "a text that begins so needs quotes"),
    ("found unknown escape character", "", "in single quotes a backslash is only itself"),
)
_NEVER_CLOSED: Final = {
    "while scanning a simple key": "this line is no 'key: value'",
    "while scanning a quoted scalar": "this quote is never closed",
    "while parsing a flow mapping": "this '{' is never closed",
    "while parsing a flow sequence": "this '[' is never closed",
}
_AFTER_KEY = re.compile(r" *:")


class _Careful:
    """Reads any YAML by the library's events, and says what is wrong."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.offset = 0

    def document(self) -> tuple[dict[str, Any], Spot]:
        self._check_directive()
        return self._only_document(self._events())

    def _events(self) -> Events:
        # Imported late: it takes longer than to read all mappings, and most runs do without it.
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError

        try:
            for event in YAML(typ="safe", pure=True).parse(self.text):
                self.offset = event.start_mark.index
                yield type(event).__name__.removesuffix("Event"), event
        except MarkedYAMLError as error:
            self._refuse_syntax(error)
        except Exception as error:
            # Some broken texts trip the library itself up: "\UFFFFFFFF" raises OverflowError.
            self._refuse(self.offset, "syntax", f"no YAML from here on: {error}")

    def _only_document(self, events: Events) -> tuple[dict[str, Any], Spot]:
        next(events)
        kind, event = next(events)
        if kind == "StreamEnd":
            self._refuse(0, "not-a-mapping", "the file is empty")
        kind, event = next(events)
        start = event.start_mark.index
        data, inner = self._node(kind, event, events, 0)
        if not isinstance(data, dict):
            found = "a list" if isinstance(data, list) else "a single value"
            self._refuse(start, "not-a-mapping", f"expected lines 'key: value', found {found}")
        next(events)
        kind, event = next(events)
        if kind != "StreamEnd":
            self._refuse(event.start_mark.index, "second-document", "a file holds one document")
        return data, (start, start, inner)

    def _node(self, kind: str, event: Any, events: Events, depth: int) -> tuple[Any, Spots | None]:
        self._check_properties(kind, event)
        if kind == "Scalar":
            return self._scalar(event), None
        if depth > DEPTH:
            self._refuse(event.start_mark.index, "too-deep", f"nested more than {DEPTH} deep")
        if kind == "SequenceStart":
            return self._list(events, depth)
        return self._mapping(events, depth)

    def _mapping(self, events: Events, depth: int) -> tuple[dict[str, Any], Spots]:
        data: dict[str, Any] = {}
        spots: Spots = {}
        for kind, event in events:
            if kind == "MappingEnd":
                break
            key, key_event = self._key(kind, event, spots), event
            kind, event = next(events)
            data[key], inner = self._node(kind, event, events, depth + 1)
            at = event.start_mark.index
            if kind == "Scalar" and event.style is None and not event.value:
                # The library puts an absent value where the next token begins, which may be lines below.
                colon = _AFTER_KEY.match(self.text, key_event.end_mark.index)
                at = colon.end() if colon else key_event.end_mark.index
            spots[key] = (key_event.start_mark.index, at, inner)
        return data, spots

    def _list(self, events: Events, depth: int) -> tuple[list[Any], Spots]:
        items: list[Any] = []
        spots: Spots = {}
        for kind, event in events:
            if kind == "SequenceEnd":
                break
            at = event.start_mark.index
            value, inner = self._node(kind, event, events, depth + 1)
            spots[len(items)] = (at, at, inner)
            items.append(value)
        return items, spots

    def _key(self, kind: str, event: Any, spots: Spots) -> str:
        at = event.start_mark.index
        self._check_properties(kind, event)
        if kind != "Scalar":
            self._refuse(at, "complex-key", "a key is text, not a list or mapping", "in quotes it is text")
        key = self._text(event)
        if key == "<<" and event.style is None:
            self._refuse(at, "merge-key", "merge keys are not part of the language", "write the lines out")
        if key in spots:
            line, _ = _place(self.text, spots[key][0])
            self._refuse(at, "duplicate-key", f"key {key!r} is already there, in line {line}")
        return key

    def _scalar(self, event: Any) -> Any:
        if event.style is not None:
            return self._text(event)
        try:
            return _plain(event.value)
        except (ValueError, ArithmeticError):
            at = event.start_mark.index
            self._refuse(at, "number", "a number beyond all bounds", "in quotes it is text")

    def _text(self, event: Any) -> str:
        r"""Join what JSON writes as two escapes, such as ``\ud83d\ude00``."""
        value: str = event.value
        if value.isascii():
            return value
        try:
            return value.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self._refuse(event.start_mark.index, "character", "half of a surrogate pair", "write both halves")

    def _check_properties(self, kind: str, event: Any) -> None:
        at, part = event.start_mark.index, "are not part of the language"
        if kind == "Alias":
            self._refuse(at, "alias", f"aliases (*{event.anchor}) {part}", "write the value out")
        if event.anchor is not None:
            self._refuse(at, "anchor", f"anchors (&{event.anchor}) {part}", "write the value out each time")
        if event.ctag is not None:
            self._refuse(at, "tag", f"tags {part}", "leave it out; quotes make a text")

    def _check_directive(self) -> None:
        lead = _LEAD.match(self.text)
        at = lead.end() if lead else 0
        if self.text.startswith("%", at):
            self._refuse(at, "directive", "directives are not part of the language", "leave the line out")

    def _refuse_syntax(self, error: Any) -> NoReturn:
        context, problem = error.context or "", error.problem or error.context or "this is no YAML"
        mark = error.problem_mark or error.context_mark
        at = mark.index if mark else self.offset
        unclosed = "could not find" in problem or not self.text[at:].strip()
        if error.context_mark and unclosed and context in _NEVER_CLOSED:
            self._refuse(error.context_mark.index, "syntax", _NEVER_CLOSED[context])
        for words, message, hint in _REWORDED:
            if words in problem:
                self._refuse(at, "syntax", message or problem, hint)
        self._refuse(at, "syntax", f"{context}: {problem}" if context not in ("", problem) else problem)

    def _refuse(self, at: int, code: str, message: str, hint: str | None = None) -> NoReturn:
        _refuse(self.text, self.name, at, code, message, hint)


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
