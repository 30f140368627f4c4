"""Regular expressions of mappings: searched in linear time, and only such as every reader understands alike.

RE2 searches them, so no text makes a search slow. Mappings are also handed on as JSON Schema, whose expressions are
those of ECMAScript; what the two do not read alike is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

#: how many instructions an expression may have: RE2 needs at most as many steps for each byte of a text
LARGEST: Final = 10_000
#: how often a part may repeat; RE2 takes a count above a certain number for plain text
MOST: Final = 1000


class PatternError(ValueError):
    """A text is no regular expression, or none that is read alike everywhere; ``hint`` is the nearest fix."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


@lru_cache(maxsize=1024)
def finder(pattern: str) -> Callable[[str], bool]:
    r"""Make what tells whether a pattern is found anywhere in a text.

    ``\d``, ``\w``, ``\b`` and ``\s`` know ASCII only, ``$`` is the very end, and ``.`` is all but a line feed.
    Raises PatternError.
    """
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        said = error.args[0]
        said = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise PatternError(f"no regular expression: {said}") from None
    if compiled.programsize > LARGEST:
        raise PatternError("repeats too much", "allow fewer repetitions, or say minLength and maxLength")
    search = compiled.search

    def found(text: str) -> bool:
        # half a surrogate pair is no text that JSON can hold, and is refused elsewhere
        return search(text.encode("utf-8", "surrogatepass")) is not None

    return found


def check_pattern(pattern: str) -> None:
    """Raise PatternError for what is no regular expression, or none that is read alike everywhere."""
    portable(pattern)
    finder(pattern)


# -- what is read alike -------------------------------------------------------------------------------------------

_PART: Final = re.compile(
    r"""
    (?P<escape> \\ (?: x[0-9a-fA-F]{2} | . ) )
    | (?P<class> \[ \^? )
    | (?P<group> \( (?: \? (?: : | <?[=!] | P?[<=>] | . ) )? )
    | (?P<count> [*+?]\?? | \{ [0-9]+ (?: ,[0-9]* )? \} \?? )
    | (?P<lone> [{}\]] )
    | (?P<place> [$^] )
    | (?P<rest> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_MEMBER: Final = re.compile(r"\\(?:x[0-9a-fA-F]{2}|.)|.", re.DOTALL)
#: what RE2 takes for a blank; ECMAScript and Python know more of them
_BLANKS: Final = r"\t\n\f\r "
#: letters of escapes that say the same everywhere
_ALIKE: Final = frozenset("dDwWtnrfvx")
#: signs that ECMAScript allows behind a backslash; in front of others a backslash says nothing
_SIGNS: Final = frozenset(r"^$\.*+?()[]{}|/")
_GROUPS: Final = {
    "(?=": "a look-around",
    "(?!": "a look-around",
    "(?<=": "a look-around",
    "(?<!": "a look-around",
    "(?P=": "a back-reference",
    "(?<": "a group with a name",
    "(?P<": "a group with a name",
    "(?>": "a group that is never tried again",
}


@lru_cache(maxsize=1024)
def portable(pattern: str) -> str:
    r"""Return a pattern as JSON Schema has it, so that ECMAScript (and Python, with ``re.ASCII``) finds the same.

    Python's ``$`` alone differs: it also stands before a line feed at the end. Raises PatternError.
    """
    return "".join(_spelled(pattern))


def _spelled(pattern: str) -> Iterator[str]:
    at, repeatable = 0, False
    while at < len(pattern):
        part = _PART.match(pattern, at)
        assert part is not None  # the last kind takes any sign
        kind, text, at = part.lastgroup, part[0], part.end()
        if kind == "class":
            members, at = _members(pattern, at)
            yield f"{text}{members}]"
        elif kind == "escape":
            yield _escape(text)
        elif kind == "group":
            if text not in ("(", "(?:"):
                what = _GROUPS.get(text, "a flag")
                raise _unlike(text, what, "write (?: …)" if "group" in what else None)
            yield text
        elif kind == "lone":
            raise _unlike(text, "a bracket that closes or opens nothing", rf"write \{text}")
        elif kind == "count" and not repeatable:
            raise PatternError(f"{text!r} has nothing to repeat")
        elif kind == "count" and any(int(number) > MOST for number in re.findall("[0-9]+", text)):
            raise PatternError(f"{text!r} repeats more than {MOST} times", "say minLength and maxLength")
        else:
            yield r"[^\n]" if text == "." else text
        repeatable = kind not in ("count", "place", "group") and text not in ("|", r"\b")


def _escape(text: str) -> str:
    sign = text[1]
    if sign in _ALIKE and text != r"\x":
        return text
    if sign in "sS":
        return f"[{'^' if sign == 'S' else ''}{_BLANKS}]"
    if sign == "b" or sign in _SIGNS:
        return text
    if sign.isascii() and not sign.isalnum():
        return sign
    raise _no_escape(text)


def _members(pattern: str, at: int) -> tuple[str, int]:
    """Return what stands in a class that begins at a place, as it is to be spelled, and where the class ends."""
    found: list[str] = []
    while (member := _MEMBER.match(pattern, at)) is not None:
        text, at = member[0], member.end()
        if text == "]":
            if not found:
                raise _unlike("[]", "a class of nothing", r"write \] for the bracket itself")
            return "".join(found), at
        found.append(_member(text, found[-1] if found else "", pattern[at : at + 1]))
    raise PatternError("no regular expression: a class that is never closed")


def _member(text: str, before: str, behind: str) -> str:
    r"""Return one sign of a class as it is to be spelled, or ``\d`` and the like."""
    if text in ("[", "&", "~", "|", "-") and (text == "[" or text in (before, behind)):
        raise _unlike(text, "a sign that makes sets of classes", rf"write \{text}, or write it once")
    if len(text) == 1:
        return text
    sign = text[1]
    is_set = sign in "dDwWs"
    if is_set and (before == "-" or behind == "-"):
        raise PatternError(f"{text!r} is no end of a range", "write the '-' first")
    if sign == "s":
        return _BLANKS
    if (sign in _ALIKE and text != r"\x") or sign in _SIGNS or sign == "-":
        return text
    if sign.isascii() and not sign.isalnum():
        return sign
    raise _no_escape(text)


def _no_escape(text: str) -> PatternError:
    sign = text[1]
    if sign in "123456789k":
        return _unlike(text, "a back-reference")
    hint = r'write the character itself, in "double quotes" also as \u and four digits' if sign in "uUx0c" else None
    return _unlike(text, "an escape", hint)


def _unlike(text: str, what: str, hint: str | None = None) -> PatternError:
    return PatternError(f"{text!r} is {what}, which not all regular expressions have, or read alike", hint)
