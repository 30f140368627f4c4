"""Where payloads come from and where they go: files by name, '-' for the standard streams."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from catalens.errors import UsageError

STANDARD = "-"


def read(name: str) -> bytes:
    """Read a whole file."""
    return sys.stdin.buffer.read() if name == STANDARD else Path(name).read_bytes()


def write(name: str, data: bytes, private: bool = False) -> None:
    """Write a whole file."""
    with writing(name, private) as file:
        file.write(data)
        file.flush()


@contextmanager
def reading(name: str) -> Iterator[BinaryIO]:
    """Open a file to read."""
    if name == STANDARD:
        yield sys.stdin.buffer
    else:
        with open(name, "rb") as file:
            yield file


@contextmanager
def writing(name: str, private: bool = False) -> Iterator[BinaryIO]:
    """Open a file to write; a ``private`` one is for its owner's eyes, whoever could read it before."""
    if name == STANDARD:
        yield sys.stdout.buffer
        return
    handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if private else 0o666)
    if private and stat.S_ISREG(os.fstat(handle).st_mode):
        os.chmod(name, 0o600)
    with open(handle, "wb") as file:
        yield file


def check_distinct(names: Iterable[tuple[str, str | None]]) -> None:
    """Refuse that two roles are given one file. Raises UsageError."""
    seen: dict[str, str] = {}
    for role, name in names:
        if name is None or name == STANDARD:
            continue
        place = os.path.realpath(name)
        is_file = os.path.isfile(place) or not os.path.exists(place)
        if is_file and seen.setdefault(place, role) != role:
            raise UsageError(f"{seen[place]} and {role} are one file, {name}")
