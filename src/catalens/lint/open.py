"""What a mapping leaves for a person to decide: comments that begin with a question mark."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

from catalens.mapping.load import load_file

#: what such a comment begins with, behind its ``#``
MARK: Final = "?"


@dataclass(frozen=True, slots=True)
class Question:
    """A comment that asks: where it stands (lines count from 1), what it asks, and what it asks it of."""

    path: str
    line: int
    text: str
    #: what stands before it on its line: a field's path
    subject: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.subject + ': ' if self.subject else ''}{self.text}"


def open_questions(path: str | os.PathLike[str]) -> list[Question]:
    """Return what a mapping file leaves open, in its order. Raises InvalidMapping for what cannot be read."""
    found = []
    for line, before, text in load_file(path).comments():
        if text.startswith(MARK):
            subject = before.strip().partition(": ")[0].removesuffix(":")
            found.append(Question(os.fspath(path), line, text.removeprefix(MARK).strip(), subject))
    return found
