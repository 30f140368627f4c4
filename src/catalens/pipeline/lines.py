"""Translate lines of JSON, one payload each: a bad line is a result like any other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from catalens.engine import Loss, Translator
from catalens.errors import CatalensError, InvalidPayload
from catalens.losses import is_loss
from catalens.payloads import dumps, loads
from catalens.pipeline.typed import read_line


@dataclass(frozen=True, slots=True)
class LineResult:
    """What came of one line: its output, or the error that rejected it. Lines count from 1."""

    line: int
    text: bytes
    output: bytes | None
    found: list[Loss]
    error: CatalensError | None

    @property
    def losses(self) -> list[Loss]:
        """Return what the line lost; what was withheld is no loss."""
        return [one for one in self.found if is_loss(one.code)]

    def reject(self) -> dict[str, Any]:
        """Return the record of a rejected line."""
        errors = self.error.errors if isinstance(self.error, InvalidPayload) else []
        return {
            "line": self.line,
            "error": str(self.error),
            "errors": [one.to_dict() for one in errors],
            "text": self.text.decode("utf-8", "backslashreplace"),
        }


def translate_line(
    translator: Translator, line: bytes, park: bool = False
) -> tuple[bytes | CatalensError, list[Loss]]:
    """Translate one line from bytes to bytes, and say what was lost; a rejected line gives its error."""
    read = read_line(line, translator.source)
    try:
        translation = translator(loads(line), park=park) if read is None else translator.translate(*read, park=park)
        return dumps(translation.payload), translation.losses
    except CatalensError as error:
        return error, []


def translate_lines(
    translator: Translator, lines: Iterable[bytes | str], *, start: int = 1, park: bool = False
) -> Iterator[LineResult]:
    """Translate lines one by one; blank ones are numbered and give nothing."""
    for number, given in enumerate(lines, start):
        line = given.encode("utf-8", "surrogatepass") if isinstance(given, str) else given
        text = line.rstrip(b"\r\n")
        if not text.strip():
            continue
        outcome, found = translate_line(translator, text, park)
        if isinstance(outcome, bytes):
            yield LineResult(number, text, outcome, found, None)
        else:
            yield LineResult(number, text, None, found, outcome)
