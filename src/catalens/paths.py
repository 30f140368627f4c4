"""Field paths and JSON Pointers. Nothing else in the package takes a path apart as text.

A field path is the invertible part of JMESPath: identifiers, ``[]`` (every item), ``.*`` (every entry of a map, an
object whose keys say something), ``[?key=='value']`` (the items, or the one item, that a key marks by a text, a
number or a truth value), ``[?key==`null`]`` (the one item without that key) and ``[0]`` (the first item, or the one
that stands for all: ``hub.Rows``). The library parses, and this module walks, because JMESPath takes absence for null
and drops nulls from projections.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias, assert_never

import jmespath.exceptions
import jmespath.parser


class Missing:
    """The type of MISSING: nothing was there. It is not null, and it is falsy."""

    _instance: Missing | None = None

    def __new__(cls) -> Missing:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "MISSING"

    def __reduce__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()

Pointer: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """A member of an object."""

    name: str


#: a key and the word (a text, a number or a truth value) that it has; None: the key is absent or null
Where: TypeAlias = tuple[str, str | bool | int | float | None]


@dataclass(frozen=True, slots=True)
class Each:
    """Every item of a list (``keyed``: entry of a map), or, with ``where``, every item whose key has that value."""

    where: Where | None = None
    keyed: bool = False


@dataclass(frozen=True, slots=True)
class Pick:
    """One item of a list: the first, or, with ``where``, the one whose key has that value."""

    where: Where | None = None


Step: TypeAlias = Key | Each | Pick
Path: TypeAlias = tuple[Step, ...]


class PathError(ValueError):
    """A text that is no field path; the message says what was found and what is allowed."""


WALKED: Final = "only names, [], .*, [0], [?key=='value'] and a group .[a, b] at the end can be walked both ways"


@lru_cache(maxsize=4096)
def parse(text: str) -> Path:
    """Read a field path; a filter is read as ``Each`` (see ``pick_filters`` for the other reading).

    Raises PathError.
    """
    try:
        return tuple(_steps(jmespath.parser.Parser().parse(text).parsed, text))
    except jmespath.exceptions.JMESPathError as error:
        raise PathError(f"{text!r} is not a path: {str(error).splitlines()[0]}") from None
    except RecursionError:
        raise PathError(f"{text[:40]!r}… is nested too deep for a path") from None


def _steps(node: Any, text: str) -> Iterator[Step]:
    kind, children = node["type"], node["children"]
    match kind:
        case "field":
            yield Key(node["value"])
        case "subexpression" | "index_expression":
            for child in children:
                yield from _steps(child, text)
        case "value_projection" if children[0]["type"] != "identity":
            left, right = children
            yield from _steps(left, text)
            yield Each(keyed=True)
            yield from _steps(right, text)
        case "projection":
            left, right = children
            if left["type"] != "flatten":
                raise PathError(f"{text!r}: {WALKED}")
            yield from _steps(left["children"][0], text)
            yield Each()
            yield from _steps(right, text)
        case "filter_projection":
            left, right, condition = children
            yield from _steps(left, text)
            yield Each(_equality(condition, text))
            yield from _steps(right, text)
        case "index":
            if node["value"] != 0:
                raise PathError(f"{text!r}: of single items only the first, [0], has a meaning that lasts")
            yield Pick()
        case "identity":
            return
        case _:
            raise PathError(f"{text!r}: {WALKED}")


def _equality(condition: Any, text: str) -> Where:
    if condition["type"] == "comparator" and condition["value"] == "eq":
        left, right = condition["children"]
        if left["type"] == "field" and right["type"] == "literal" and not isinstance(right["value"], dict | list):
            return left["value"], right["value"]
    message = "a filter compares one key with one text, number, boolean or null, as in [?kind=='image']"
    raise PathError(f"{text!r}: {message}")


def pick_filters(path: Path) -> Path:
    """Read each filter as the one item it marks."""
    return tuple(Pick(step.where) if isinstance(step, Each) and step.where else step for step in path)


def is_every(step: Step) -> bool:
    """Tell whether a step leads to every item of a list, or to every entry of a map."""
    return isinstance(step, Each) and step.where is None


def plain(path: Path) -> Path:
    """Forget filters and picks: the place of the value, whichever item it is."""
    return tuple(
        step if isinstance(step, Key) else Each(keyed=isinstance(step, Each) and step.keyed) for step in path
    )


def show(path: Path) -> str:
    """Write a path back; names that are no identifiers are quoted."""
    out = ""
    for step in path:
        match step:
            case Key(name):
                out += ("." if out else "") + _name(name)
            case Each(None, True):
                out += ".*"
            case Each(None):
                out += "[]"
            case Pick(None):
                out += "[0]"
            case Each(where, _) | Pick(where):
                assert where is not None
                out += f"[?{_name(where[0])}=={_literal(where[1])}]"
            case _:
                assert_never(step)
    return out


def _name(name: str) -> str:
    if name.isidentifier() and name.isascii():
        return name
    return json.dumps(name, ensure_ascii=False)


def _literal(word: Any) -> str:
    """Write what to compare with; single quotes know no escape for a backslash, so JSON stands in for them."""
    if isinstance(word, str) and "'" not in word and "\\" not in word:
        return f"'{word}'"
    return "`" + json.dumps(word, ensure_ascii=False).replace("`", "\\`") + "`"


_GROUP = re.compile(r"(?P<prefix>(?:.*\.)?)\[(?P<members>[^\[\]]*,.*)\]")


def split_group(text: str) -> tuple[str, tuple[str, ...]] | None:
    """Take ``prefix.[a, b]`` apart into the prefix and its members; None where the text is no group."""
    found = _GROUP.fullmatch(text)
    return None if found is None else (found["prefix"], tuple(part.strip() for part in found["members"].split(",")))


def expand_group(text: str) -> tuple[str, ...] | None:
    """Return the full paths of a group such as ``size.[length, width]``; None where the text is no group."""
    group = split_group(text)
    return None if group is None else tuple(group[0] + member for member in group[1])


def pointer_text(pointer: Iterable[str | int]) -> str:
    """Write a JSON Pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in pointer)


def path_of(pointer: Pointer) -> str:
    """Return the field path that a pointer is an instance of."""
    return show(tuple(Key(part) if isinstance(part, str) else Each() for part in pointer))


#: a tilde that stands for nothing, see RFC 6901, section 3
_NO_ESCAPE = re.compile("~(?![01])")


def parse_pointer(text: str) -> tuple[str, ...]:
    """Read a JSON Pointer; every part stays text. Raises PathError."""
    if not text:
        return ()
    if not text.startswith("/"):
        raise PathError(f"{text!r} is not a JSON Pointer: it must begin with '/'")
    if _NO_ESCAPE.search(text):
        raise PathError(f"{text!r} is not a JSON Pointer: behind '~' stands 0 (for '~') or 1 (for '/')")
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in text[1:].split("/"))


def leaves(value: Any, at: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    """Yield every leaf of a JSON value: scalars, and objects and lists that are empty."""
    stack: list[tuple[Pointer, Any]] = [(at, value)]
    while stack:
        pointer, node = stack.pop()
        if isinstance(node, dict) and node:
            stack.extend(((*pointer, name), child) for name, child in reversed(node.items()))
        elif isinstance(node, list) and node:
            stack.extend(((*pointer, index), node[index]) for index in range(len(node) - 1, -1, -1))
        else:
            yield pointer, node


def expressions_in(node: Any) -> list[Any]:
    """Return the expressions that a parsed JMESPath expression is made of; a slice is made of numbers."""
    return [] if node["type"] == "slice" else list(node["children"])
