"""Where payloads come from: files by name, '-' for the standard streams.

Files whose names say so are unpacked while they are read.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Protocol, TextIO

from catalens.compression import is_compressed, unpacking
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


def standard_output() -> Sink:
    """Return standard output, as bytes. Raises UsageError where the caller has closed it."""
    output = _standard(sys.stdout, "output")
    return Terminal(output) if output.isatty() else output


def _standard(stream: TextIO | None, name: str) -> BinaryIO:
    """Return a standard stream's bytes. Raises UsageError where the caller has closed it."""
    if stream is None:
        raise UsageError(f"standard {name} is closed")
    return stream.buffer
