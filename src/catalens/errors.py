"""Everything that Catalens raises, and what its messages look like."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal

SHOWN = 10
WIDTH = 160


class CatalensError(Exception):
    """The base of all our errors; ``exit_code`` is what the command ends with."""

    exit_code: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class PayloadError:
    """One thing that is wrong with a payload, at a JSON Pointer (RFC 6901)."""

    pointer: str
    message: str

    def to_dict(self) -> dict[str, str]:
        """Return the JSON form."""
        return {"pointer": self.pointer, "message": self.message}

    def __str__(self) -> str:
        return f"{_printable(self.pointer) or '(the payload)'}: {_printable(self.message)}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that is wrong with a mapping file, shown as a compiler shows it.

    Line and column count from 1, columns in characters. ``hint`` is the nearest fix, a clause such as
    "did you mean 'sku'?".
    """

    path: str
    line: int
    column: int
    code: str
    message: str
    hint: str | None = None
    source_line: str | None = None
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        said = self.message if self.hint is None else f"{self.message}; {self.hint}"
        head = f"{self.path}:{self.line}:{self.column}: {self.severity}[{self.code}]: {_printable(said)}"
        if self.source_line is None:
            return head
        shown, caret = _window(_printable(self.source_line), self.column - 1)
        return f"{head}\n{shown}\n{' ' * caret}^"


class InvalidPayload(CatalensError):
    """The payload breaks the format's rules; ``errors`` says where and how."""

    def __init__(self, errors: Iterable[PayloadError]) -> None:
        self.errors = list(errors)
        super().__init__(self.errors)

    def __str__(self) -> str:
        lines = [str(error) for error in self.errors[:SHOWN]]
        if len(self.errors) > SHOWN:
            lines.append(f"… and {len(self.errors) - SHOWN} more")
        return "\n".join(lines)


class InvalidMapping(CatalensError):
    """A mapping file cannot be used; ``diagnostics`` says why."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = list(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        return "\n".join(map(str, self.diagnostics))


class UnknownFormat(CatalensError):
    """No format or profile has that name; ``suggestions`` come nearest, best first."""

    exit_code = 2

    def __init__(self, message: str, suggestions: Iterable[str] = ()) -> None:
        self.message, self.suggestions = message, list(suggestions)
        super().__init__(self.message, self.suggestions)

    def __str__(self) -> str:
        if not self.suggestions:
            return self.message
        return f"{self.message}; did you mean {' or '.join(map(repr, self.suggestions))}?"


class UndecidableFormat(CatalensError):
    """The payload fits none of the formats, or several: ``candidates``, best first."""

    def __init__(self, message: str, candidates: Iterable[str] = ()) -> None:
        self.message, self.candidates = message, list(candidates)
        super().__init__(self.message, self.candidates)

    def __str__(self) -> str:
        return f"{self.message}: {', '.join(self.candidates)}" if self.candidates else self.message


class InvalidSidecar(CatalensError):
    """What was given as a sidecar is none, or belongs to another translation."""


class UsageError(CatalensError):
    """The caller asked for what cannot be asked."""

    exit_code = 2


class ChangedInput(CatalensError):
    """A file was changed while it was read."""

    exit_code = 2


class MissingExtra(CatalensError, ImportError):
    """A part of the package is used whose libraries are not installed."""

    exit_code = 2

    def __init__(self, part: str, extra: str) -> None:
        self.part, self.extra = part, extra
        super().__init__(part, extra)

    def __str__(self) -> str:
        return f"{self.part} need libraries that are not installed; pip install 'catalens[{self.extra}]'"


class LossError(CatalensError):
    """The translation loses what the caller said must not be lost."""

    exit_code = 3


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """Return "did you mean 'X'?" for the candidate nearest to the word, None where none is near."""
    near = difflib.get_close_matches(word, list(candidates), n=1)
    return f"did you mean {near[0]!r}?" if near else None


def known_names(word: str, names: Iterable[str]) -> str:
    """Return the name that is nearest to a word that is none, or all names where none is near."""
    names = list(names)
    return did_you_mean(word, names) or f"there are {', '.join(names)}"


def _printable(text: str) -> str:
    """Keep control characters of a file or payload off the terminal, at unchanged columns."""
    if text.isprintable():
        return text
    return "".join(ch if ch.isprintable() else " " if ch.isspace() else "\ufffd" for ch in text)


def _window(line: str, caret: int) -> tuple[str, int]:
    """Cut a long line to what stands around the caret."""
    start = max(0, caret - WIDTH * 3 // 4)
    if len(line) - start <= WIDTH:
        start = max(0, len(line) - WIDTH)
    before, after = "…" if start else "", "…" if start + WIDTH < len(line) else ""
    return before + line[start : start + WIDTH] + after, caret - start + len(before)
