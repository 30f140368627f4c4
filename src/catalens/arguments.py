"""What the arguments of the library's functions may be, said once by their names, and the refusal of all else."""

from __future__ import annotations

import os
import reprlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, NamedTuple, get_args

from catalens.errors import UsageError, did_you_mean

Mode = Literal["update", "create"]
MODES: tuple[Mode, ...] = get_args(Mode)

#: what becomes of identifiers that no crosswalk translates
ForeignIds = Literal["carry", "omit"]
FOREIGN_IDS: tuple[ForeignIds, ...] = get_args(ForeignIds)


class Expected(NamedTuple):
    """What an argument may be: in words, as a test, and what to do with something else, None where nobody knows."""

    words: str
    holds: Callable[[Any], bool]
    instead: Callable[[Any], str | None] = lambda _: None


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _one_of(words: tuple[str, ...]) -> Expected:
    said = " or ".join(map(repr, words))
    return Expected(f"a name, {said}", lambda value: _is_text(value) and value in words, _nearest(words))


def _nearest(words: tuple[str, ...]) -> Callable[[Any], str | None]:
    return lambda value: did_you_mean(value.strip().lower(), words) if isinstance(value, str) else None


def _are_paths(value: Any) -> bool:
    return isinstance(value, Iterable) and not _is_one(value) and all(_is_path(one) for one in value)


def _is_path(value: Any) -> bool:
    return isinstance(value, str | os.PathLike)


def _is_one(value: Any) -> bool:
    """Tell whether a value, though it can be walked, is one thing and not many."""
    return isinstance(value, str | bytes | bytearray | memoryview | Mapping | os.PathLike)


_NAME = Expected(
    "a name, as text",
    _is_text,
    lambda value: "did you mean its name?" if isinstance(value, type) else None,
)
_FLAG = Expected("True or False", lambda value: isinstance(value, bool))
_MAPPING = Expected("", lambda value: isinstance(value, Mapping))
_FILE = Expected("the path of a mapping file", _is_path)
_DIRECTORIES = Expected(
    "directories, such as ['formats']",
    _are_paths,
    lambda value: f"did you mean [{value!r}]?" if _is_path(value) else None,
)

EXPECTED: dict[str, Expected] = {
    "source": _NAME,
    "target": _NAME,
    "within": _NAME,
    "format": _NAME,
    "column": _NAME,
    "mode": _one_of(MODES),
    "foreign_ids": _one_of(FOREIGN_IDS),
    "assume": _MAPPING._replace(words="names with their answers, such as {'weight': 'kg'}"),
    "fill": _MAPPING._replace(words="values by the paths of target fields"),
    "park": _FLAG,
    "restore_anyway": _FLAG,
    "sidecars": _FLAG,
    "old": _FILE,
    "new": _FILE,
    "directories": _DIRECTORIES,
    "mappings": _DIRECTORIES,
    "formats": Expected(
        "a catalens.formats.Registry",
        lambda value: hasattr(type(value), "profiles"),
        lambda value: f"did you mean Registry([{value!r}])?" if _is_path(value) else None,
    ),
    "pointer": Expected(
        "a JSON Pointer, such as '/name'",
        _is_text,
        lambda value: "catalens.paths.pointer_text writes one" if isinstance(value, tuple) else None,
    ),
    "text": Expected(
        "JSON text, as str or bytes",
        lambda value: isinstance(value, str | bytes | bytearray | memoryview),
        lambda _: "catalens.payloads.dumps writes values",
    ),
    "lines": Expected(
        "lines of JSON, such as a file that is open for reading",
        lambda value: isinstance(value, Iterable) and not _is_one(value),
        lambda value: "splitlines() makes lines of a text" if isinstance(value, str | bytes | bytearray) else None,
    ),
}


def check_arguments(**given: Any) -> None:
    """Refuse arguments that are not what their names stand for. Raises UsageError.

    None is refused as well: whoever lets an argument be left out asks before.
    """
    for name, value in given.items():
        expected = EXPECTED[name]
        if not expected.holds(value):
            hint = expected.instead(value)
            raise UsageError(f"{name}: expected {expected.words}, found {shown(value)}{f'; {hint}' if hint else ''}")


def check_given(**given: Any) -> None:
    """Refuse arguments as ``check_arguments`` does, but for those that are None. Raises UsageError."""
    check_arguments(**{name: value for name, value in given.items() if value is not None})


def shown(value: Any) -> str:
    """Write what was found, cut to what fits into a message; its class alone where it cannot be written."""
    try:
        return reprlib.repr(value)
    except ValueError:  # Python writes no number of many thousand digits
        return f"a value of the class {type(value).__name__}"
