"""The rows of a table of identifiers, packed: a million of them need about as much memory as their file has bytes."""

from __future__ import annotations

import csv
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Literal

from catalens.errors import UsageError

HEADER = "the header is kind,FORMAT,FORMAT,…"

#: ends each cell; no identifier has it
END = b"\0"
#: what cells without quotes do not have in a file, but for the ends of lines
UNLIKE = (b'"', b"\r", END)
#: ends cells as they are ended here
ENDED = bytes.maketrans(b",\n", END + END)
#: white space, as UTF-8
SPACES = (b" ", b"\t", b"\n", b"\v", b"\f", b"\r", "\u00a0".encode())
#: a cell of nothing but white space
BLANK = re.compile(rb"\0((?:" + b"|".join(SPACES) + rb")+)(?=\0)")
#: rows that are split at a time
STEP = 4096


class Rows:
    """Cells as UTF-8, row by row: the kind first, then an identifier for each format, empty where there is none.

    ``where`` says whose rows they are, for messages, and ``unit`` what they are counted by; ``head`` is the place of
    the header. ``errors`` is how Python writes text as UTF-8 that is none.
    """

    def __init__(
        self,
        columns: Sequence[str],
        where: str = "id crosswalk",
        unit: Literal["line", "row"] = "row",
        head: str = "id crosswalk",
        errors: Literal["strict", "surrogatepass"] = "surrogatepass",
    ) -> None:
        self.columns = list(columns)
        self.where, self.unit, self.head, self._errors = where, unit, head, errors
        self._text = bytearray()
        self._starts = array("Q", [0])
        self._numbers = array("I")
        #: each kind, and the number of the first row of it
        self.kinds: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def place(self, number: int) -> str:
        """Say where the line or row of a number is."""
        return f"{self.where}, {self.unit} {number}"

    def number(self, row: int) -> int:
        """Return the number that a row has where it comes from; rows count from 0."""
        return self._numbers[row]

    def content(self) -> Iterator[bytes | bytearray]:
        """Yield what tells these rows from others."""
        yield repr(self.columns).encode()
        yield self._text

    # -- taking rows ----------------------------------------------------------------------------------------------

    def take(self, numbered: Iterable[tuple[int, list[str]]]) -> None:
        """Take rows, each with its number, to keep; the columns may become more meanwhile. Raises UsageError."""
        text, starts, numbers, kinds, columns = self._text, self._starts, self._numbers, self.kinds, self.columns
        errors = self._errors
        for number, row in numbered:
            if len(row) != len(columns):
                compared = "more" if len(row) > len(columns) else "fewer"
                raise UsageError(
                    f"{self.place(number)}: {len(row)} cells, {compared} than the header has ({len(columns)})"
                )
            if row[0] not in kinds:
                kinds[row[0]] = number
            row.append("")
            try:
                text += "\0".join(row).encode("utf-8", errors)
            except UnicodeEncodeError as error:
                raise not_utf8(self.place(number), error) from None
            starts.append(len(text))
            numbers.append(number)
        self._check()

    def take_lines(self, number: int, block: bytes) -> int:
        """Take whole lines of a CSV file, the first of which has a number, and return how many there are.

        0, and nothing is taken, where a line is not one row of cells without quotes, as many as there are columns:
        whoever reads with more care knows what it is.
        """
        width = len(self.columns)
        block = block.removesuffix(b"\n").replace(b"\r\n", b"\n").removesuffix(b"\r")
        lines = block.split(b"\n")
        if any(sign in block for sign in UNLIKE) or width == 1 or max(map(len, lines)) > csv.field_size_limit():
            return 0
        if {line.count(b",") for line in lines} != {width - 1}:
            return 0
        try:
            block.decode()
        except UnicodeDecodeError:
            return 0
        cells = block.translate(ENDED)
        kinds = cells.split(END)[::width]
        for kind in set(kinds):
            self.kinds.setdefault(kind.decode(), number + kinds.index(kind))
        ends = accumulate((len(line) + 1 for line in lines), initial=len(self._text))
        next(ends)
        self._starts.extend(ends)
        self._text += cells + END
        self._numbers.extend(range(number, number + len(lines)))
        return len(lines)

    def widen(self, column: str) -> None:
        """Add a column, in which the rows so far have nothing."""
        self.columns.append(column)
        wider = bytearray().join(self._text[start:end] + END for start, end in pairwise(self._starts))
        self._text[:] = wider
        self._starts[:] = array("Q", [start + row for row, start in enumerate(self._starts)])

    def _check(self) -> None:
        """Refuse cells that say nothing, or more than a cell can. Raises UsageError."""
        width = len(self.columns)
        if self._text.count(END) != len(self) * width:
            row = next(n for n, one in enumerate(pairwise(self._starts)) if self._text.count(END, *one) != width)
            raise UsageError(f"{self.place(self.number(row))}: expected text, found a NUL character")
        for kind, number in self.kinds.items():
            if not kind.strip():
                raise UsageError(f"{self.place(number)}: no 'kind'; {HEADER}")
        # most tables have no white space, which is known much sooner than where a pattern is found
        blank = BLANK.search(self._text) if any(space[:1] in self._text for space in SPACES) else None
        if blank:
            row = bisect_right(self._starts, blank.start(1)) - 1
            column = self.columns[self._text.count(END, self._starts[row], blank.start(1))]
            raise UsageError(
                f"{self.place(self.number(row))}: expected an id of {column!r}, found {blank[1].decode()!r}; "
                "leave the cell empty where there is none"
            )

    # -- reading them ---------------------------------------------------------------------------------------------

    def cells(self, row: int) -> list[bytearray]:
        """Return the cells of a row; rows count from 0."""
        return self._text[self._starts[row] : self._starts[row + 1] - 1].split(END)

    def steps(self, *columns: int) -> Iterator[tuple[int, list[list[bytes]]]]:
        """Yield some of the columns for many rows at a time, with the number of the first of these rows."""
        width = len(self.columns)
        for first in range(0, len(self), STEP):
            last = min(first + STEP, len(self))
            cells = bytes(self._text[self._starts[first] : self._starts[last] - 1]).split(END)
            yield first, [cells[column::width] for column in columns]


def not_utf8(place: str, error: UnicodeEncodeError) -> UsageError:
    """Return the error for text that was read from bytes that are none."""
    found = ord(error.object[error.start]) & 0xFF
    return UsageError(f"{place}: expected UTF-8, found the byte 0x{found:02x}; save the file as UTF-8")
