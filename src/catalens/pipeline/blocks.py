"""A stream of lines in blocks: cut at line ends, named by where they stand, and read ahead where they come slowly."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from threading import Condition, Thread
from typing import BinaryIO, Final

from catalens.errors import CatalensError, ChangedInput
from catalens.payloads import MAX_LINE
from catalens.pipeline.files import MARK

#: bytes of a block, about
BLOCK: Final = 3 << 19
#: bytes to ask for at once: what a pipe holds
_PIECE: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines: the number of the first, the byte of the stream that it begins at, and the text."""

    number: int
    start: int
    text: bytes

    @property
    def size(self) -> int:
        return len(self.text)

    def read(self) -> Block:
        return self


@dataclass(frozen=True, slots=True)
class Span:
    """A block where it stands in a file, for another process to read; ``identity`` tells the file from others."""

    number: int
    start: int
    size: int
    path: str
    identity: tuple[int, ...]

    def read(self) -> Block:
        """Read the block. Raises ChangedInput where the file is no longer the one that was cut into spans."""
        with open(self.path, "rb") as file:
            file.seek(self.start)
            text = file.read(self.size)
            if _identity(file) != self.identity or len(text) != self.size:
                raise ChangedInput(f"{self.path} was changed while it was read; the output is incomplete")
        return Block(self.number, self.start, text)


@dataclass(frozen=True, slots=True)
class Broken:
    """Stands behind the blocks that could be read, where no more can be."""

    error: Exception
    size: int = 0

    def read(self) -> Block:
        raise self.error


Piece = Block | Span | Broken


def _identity(file: BinaryIO) -> tuple[int, ...]:
    """Return what tells a file, as it is now, from others and from what is written over it."""
    found = os.fstat(file.fileno())
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def blocks(stream: BinaryIO, head: bytes = b"", size: int = BLOCK) -> Iterator[Block]:
    """Cut a stream into blocks at line ends, each of ``size`` bytes or more; of one byte: as soon as a line is there.

    ``head`` is what was read of it before. Raises CatalensError for a line that no memory may hold.
    """
    number, start = 1, 0
    for text in filter(None, _at_line_ends(chain([head], iter(lambda: stream.read(_PIECE), b"")), size)):
        if start == 0 and text.startswith(MARK):
            start, text = len(MARK), text.removeprefix(MARK)
        yield Block(number, start, text)
        number += text.count(b"\n")
        start += len(text)


def _at_line_ends(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Put pieces together to whole lines; behind them the end of a text that does not end with its line."""
    held, ends, number = bytearray(), 0, 1
    for piece in pieces:
        if cut := piece.rfind(b"\n") + 1:
            ends = len(held) + cut
            number += piece.count(b"\n")
        held += piece
        if ends >= size:
            yield bytes(held[:ends])
            held, ends = held[ends:], 0
        if len(held) - ends > MAX_LINE:
            yield bytes(held[:ends])
            raise CatalensError(f"line {number} is longer than {MAX_LINE >> 20} MiB")
    if held:
        yield bytes(held)


def packed(lines: Iterable[bytes], size: int = BLOCK) -> Iterator[Block]:
    """Put lines together to blocks of a size or more; what cannot be read is an error behind them."""
    number, held, length = 1, [], 0
    error: CatalensError | None = None
    try:
        for line in lines:
            held.append(line)
            length += len(line)
            if length >= size:
                yield Block(number, 0, b"\n".join(held) + b"\n")
                number, held, length = number + len(held), [], 0
    except CatalensError as found:
        error = found
    if held:
        yield Block(number, 0, b"\n".join(held) + b"\n")
    if error is not None:
        raise error


def spans(source: Iterator[Block], file: BinaryIO, path: str) -> Iterator[Span]:
    """Leave the text of blocks where it stands, in a file."""
    place, identity = os.path.abspath(path), _identity(file)
    for block in source:
        yield Span(block.number, block.start, block.size, place, identity)


class Ahead:
    """Pieces of a source, read ahead by a thread, so that a source that waits for more holds nothing up.

    Blocks that nobody has taken yet are taken as one. An error in reading comes behind all that could be read.
    """

    def __init__(self, source: Iterator[Piece]) -> None:
        self._held: deque[Piece] = deque()
        self._ended = self._closed = False
        self._changed = Condition()
        # one that reads cannot be stopped: the process does not wait for it
        Thread(target=self._read, args=(source,), daemon=True).start()

    def _read(self, source: Iterator[Piece]) -> None:
        try:
            for piece in source:
                if not self._keep(piece):
                    return
        except Exception as error:
            # whatever it is, whoever takes it raises it; in this thread nobody would see it
            self._keep(Broken(error))
        self._ended = True
        self.wake()

    def _keep(self, piece: Piece) -> bool:
        """Keep a piece until it is taken; tell whether more may come."""
        with self._changed:
            self._held.append(piece)
            self.wake()
            self._changed.wait_for(lambda: self._closed or sum(one.size for one in self._held) < BLOCK)
            return not self._closed

    def wait(self, is_ready: Callable[[], bool] = lambda: False, may_take: bool = True) -> None:
        """Wait until there is something to take, if it may be, or something else is ready: see ``wake``."""
        with self._changed:
            self._changed.wait_for(lambda: is_ready() or (may_take and (self._held or self._ended)))

    def wake(self, _: object = None) -> None:
        """Let whoever waits look again."""
        with self._changed:
            self._changed.notify_all()

    def take(self) -> Piece | None:
        """Return what is there; None at the end."""
        with self._changed:
            self.wait()
            if not self._held:
                return None
            first = self._held.popleft()
            if isinstance(first, Block):
                texts = [first.text]
                while self._held and isinstance(following := self._held[0], Block):
                    texts.append(following.text)
                    self._held.popleft()
                first = Block(first.number, first.start, b"".join(texts))
            self.wake()
            return first

    def __iter__(self) -> Iterator[Piece]:
        return iter(self.take, None)

    def close(self) -> None:
        """Want no more."""
        self._closed = True
        self.wake()
