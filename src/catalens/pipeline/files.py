"""Where payloads come from and where they go: files by name, '-' for the standard streams.

Files whose names say so are unpacked while they are read, and packed while they are written.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Protocol, TextIO

from catalens.compression import is_compressed, packing, unpacking
from catalens.errors import CatalensError, UsageError

STANDARD = "-"

#: some programs begin UTF-8 files with a byte-order mark, which says nothing
MARK = b"\xef\xbb\xbf"

#: bytes to which a file that is read whole may unpack: a small one may be made so that it fills any memory
MOST_UNPACKED = 256 << 20

_OBEYED = re.compile(rb"\x7f|\xc2[\x80-\x9f]")


class Sink(Protocol):
    """What bytes can be written to."""

    def write(self, data: bytes, /) -> object: ...

    def flush(self) -> object: ...


class Terminal:
    """Standard output that somebody looks at: what JSON lets stand and a terminal obeys is escaped."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output

    def write(self, data: bytes, /) -> None:
        self._output.write(_OBEYED.sub(lambda found: b"\\u%04x" % ord(found[0].decode()), data))

    def flush(self) -> None:
        self._output.flush()


def read(name: str) -> bytes:
    """Read a whole file. Raises CatalensError for one that unpacks to more than is good."""
    with reading(name) as file:
        if not is_compressed(name):
            return file.read().removeprefix(MARK)
        data = file.read(MOST_UNPACKED + 1)
        if len(data) > MOST_UNPACKED:
            raise CatalensError(f"{name} unpacks to more than {MOST_UNPACKED >> 20} MiB; unpack it first")
        return data.removeprefix(MARK)


def write(name: str, data: bytes, private: bool = False) -> None:
    """Write a whole file."""
    with writing(name, private) as file:
        file.write(data)
        file.flush()


@contextmanager
def reading(name: str, as_it_comes: bool = False) -> Iterator[BinaryIO]:
    """Open a file to read; ``as_it_comes`` lets each call give what is there instead of waiting for more."""
    if name == STANDARD:
        stream = _standard(sys.stdin, "input")
        # what is behind the buffer knows no lock that somebody who still reads could hold when the process ends
        yield getattr(stream, "raw", stream) if as_it_comes else stream
    else:
        with open(name, "rb", 0 if as_it_comes else -1) as file, unpacking(name, file) as unpacked:
            yield unpacked


@contextmanager
def writing(name: str, private: bool = False) -> Iterator[Sink]:
    """Open a file to write; a ``private`` one is for its owner's eyes, whoever could read it before."""
    if name == STANDARD:
        output = _standard(sys.stdout, "output")
        yield Terminal(output) if output.isatty() else output
        return
    handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if private else 0o666)
    if private and stat.S_ISREG(os.fstat(handle).st_mode):
        os.chmod(name, 0o600)
    with open(handle, "wb") as file, packing(name, file) as packed:
        yield packed


def _standard(stream: TextIO | None, name: str) -> BinaryIO:
    """Return a standard stream's bytes. Raises UsageError where the caller has closed it."""
    if stream is None:
        raise UsageError(f"standard {name} is closed")
    return stream.buffer


def check_distinct(reads: Iterable[tuple[str, str | None]], writes: Iterable[tuple[str, str | None]]) -> None:
    """Refuse that two roles of those that are written are one file, or that one is read and written.

    Files are told apart by device and inode, so that links of both kinds are seen, and standard streams that lead
    into files. Raises UsageError.
    """
    seen: dict[object, str] = {}
    for named, is_written in ((reads, False), (writes, True)):
        for role, name in named:
            key = None if name is None else _file_of(name, is_written)
            if key is None:
                continue
            other = seen.setdefault(key, role)
            if other != role and is_written:
                raise UsageError(f"{other} and {role} are one file, {name}")


def _file_of(name: str, is_written: bool) -> object:
    """Return what tells a file from all others; None for pipes and devices, which may be written twice."""
    try:
        if name == STANDARD:
            found = os.fstat((sys.stdout if is_written else sys.stdin).fileno())
        else:
            found = os.stat(name)
    except FileNotFoundError:
        return os.path.realpath(name)
    except (AttributeError, OSError, ValueError):
        return None  # a stream that is closed, or none of the system's
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None
