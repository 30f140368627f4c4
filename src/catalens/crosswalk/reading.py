"""Reads a table of identifiers, row by row: a CSV file, or rows that the caller has."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from catalens.arguments import shown
from catalens.crosswalk.rows import HEADER, Rows, not_utf8
from catalens.errors import UsageError, did_you_mean

#: no identifiers, though Python would write them as text: a missing value of a data frame is a float, too
NO_IDS = (bool, float, bytes, bytearray, list, tuple, set, dict)
#: characters of a wrong header that a message shows
SHOWN = 80
#: bytes of a file that are looked at together
BLOCK = 1 << 20


def read_rows(given: Any) -> Rows:
    """Read a CSV file with the header ``kind,FORMAT,FORMAT,…``, or rows (mappings, or lists after a header).

    Raises UsageError.
    """
    if isinstance(given, str | Path):
        return _of_file(given)
    if isinstance(given, Mapping | bytes) or not isinstance(given, Iterable):
        raise UsageError(f"ids: expected the name of a CSV file or rows with a 'kind', found {shown(given)}")
    rest = iter(given)
    first = next(rest, None)
    if first is None:
        return Rows(())
    return _of_mappings(chain([first], rest)) if isinstance(first, Mapping) else _of_lists(first, rest)


# -- files ------------------------------------------------------------------------------------------------------


def _of_file(given: str | Path) -> Rows:
    name = f"id crosswalk {given}"
    try:
        with open(given, "rb") as file:
            number = 1
            rows = _plain_head(name, file) if file.seekable() else None
            if rows is not None:
                begins, number = file.tell(), 2
                while block := file.read(BLOCK) + file.readline():
                    taken = rows.take_lines(number, block)
                    if not taken:
                        break
                    begins, number = file.tell(), number + taken
                if not block:
                    rows.take(())
                    return rows
                file.seek(begins)
            # bytes that are no UTF-8 are refused with their line, which a decoder does not know
            encoding = "utf-8" if number > 1 else "utf-8-sig"
            text = io.TextIOWrapper(file, encoding, "surrogateescape", newline="")
            lines = _lines(name, csv.reader(text, strict=True), number)
            if rows is None:
                rows = _careful_head(name, lines)
            rows.take(lines)
            return rows
    except (OSError, ValueError) as error:
        raise UsageError(f"{name}: {error}") from None


def _plain_head(name: str, file: BinaryIO) -> Rows | None:
    """Read the first line of a file; None, and nothing is read, where it is not the header in plain cells."""
    line = file.readline(BLOCK)
    if line.endswith(b"\n") and line.removeprefix(BOM_UTF8).startswith(b"kind,") and b'"' not in line:
        with suppress(UnicodeDecodeError):
            cells = line.decode("utf-8-sig").removesuffix("\n").removesuffix("\r").split(",")
            if cells[-1].isprintable():
                return _rows(name, 1, cells)
    file.seek(0)
    return None


def _careful_head(name: str, lines: Iterator[tuple[int, list[str]]]) -> Rows:
    """Read the header. Raises UsageError."""
    number, header = next(lines, (0, []))
    if not number:
        raise UsageError(f"{name}: expected the header kind,FORMAT,FORMAT,…, found nothing")
    try:
        ",".join(header).encode()
    except UnicodeEncodeError as error:
        raise not_utf8(f"{name}, line {number}", error) from None
    return _rows(name, number, header)


def _rows(name: str, number: int, header: Sequence[str]) -> Rows:
    place = f"{name}, line {number}"
    return Rows(_header(place, header), name, "line", place, "strict")


def _lines(name: str, reader: Any, first: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a file, blank lines left out, each with the number of its first line. Raises UsageError.

    ``first`` is the number of the line that the reader begins with.
    """
    begins = first
    try:
        for row in reader:
            if row:
                yield begins, row
            begins = reader.line_num + first
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise UsageError(f"{name}, line {begins}: a quote opens here, and none closes it") from None
        if "field larger" in str(error):
            limit = csv.field_size_limit()
            raise UsageError(
                f"{name}, line {begins}: a cell begins here that has more than {limit} characters; does a quote "
                "open in it that none closes?"
            ) from None
        raise UsageError(f"{name}, line {reader.line_num + first - 1}: {error}") from None


def _header(place: str, cells: Sequence[str]) -> list[str]:
    """Return the names of the columns. Raises UsageError where the cells are no header."""
    found = ",".join(cells)
    if not cells or cells[0] != "kind":
        shown = repr(found if len(found) <= SHOWN else found[:SHOWN] + "…")
        raise UsageError(f"{place}: expected the header kind,FORMAT,FORMAT,…, found {shown}{_fix(cells)}")
    for number, name in enumerate(cells, 1):
        if not name.strip():
            raise UsageError(f"{place}: column {number} has no name; {HEADER}")
        if name in cells[: number - 1]:
            raise UsageError(
                f"{place}: column {name!r} stands twice, as column {cells.index(name) + 1} and as column {number}"
            )
    return list(cells)


def _fix(cells: Sequence[str]) -> str:
    """Return the nearest fix of a header that does not begin with a kind."""
    if "kind" in cells:
        return "; put the column 'kind' first"
    first = cells[0] if cells else ""
    if len(cells) == 1 and (other := next((one for one in ";\t|" if one in first), None)):
        return f"; cells are separated by ',', not by {other!r}"
    near = did_you_mean(first.strip().casefold(), ["kind"])
    return f"; {near}" if near else ""


# -- rows that the caller has -----------------------------------------------------------------------------------


def _of_lists(first: Any, rest: Iterable[Any]) -> Rows:
    listed = _lists(chain([first], rest))
    number, header = next(listed)
    place = f"id crosswalk, row {number}"
    rows = Rows(_header(place, header), head=place)
    rows.take(listed)
    return rows


def _lists(given: Iterable[Any]) -> Iterator[tuple[int, list[str]]]:
    """Yield rows of cells, the header as row 0. Raises UsageError."""
    for number, row in enumerate(given):
        if not isinstance(row, list | tuple):
            place = f"id crosswalk, row {number}"
            raise UsageError(f"{place}: expected a list of cells, or a mapping in every row, found {shown(row)}")
        yield number, [cell if type(cell) is str else _text(number, cell) for cell in row]


def _of_mappings(given: Iterable[Any]) -> Rows:
    rows = Rows(["kind"])
    rows.take(_mappings(rows, given))
    return rows


def _mappings(rows: Rows, given: Iterable[Any]) -> Iterator[tuple[int, list[str]]]:
    """Yield rows of cells from mappings, of which each may bring new columns. Raises UsageError."""
    known = set(rows.columns)
    for number, row in enumerate(given, 1):
        if not isinstance(row, Mapping):
            raise UsageError(f"{rows.place(number)}: expected a mapping, as in the rows before, found {shown(row)}")
        if not known.issuperset(row):
            for name in row:
                if not isinstance(name, str):
                    raise UsageError(
                        f"{rows.place(number)}: expected 'kind' and names of formats, found {shown(name)}"
                    )
                if name not in known:
                    known.add(name)
                    rows.widen(name)
        cells = map(row.get, rows.columns)
        yield number, [cell if type(cell) is str else _text(number, cell) for cell in cells]


def _text(number: int, cell: Any) -> str:
    """Return a cell as text, None as an empty one. Raises UsageError."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        # a column of a data frame in which an integer is missing has floats
        return str(int(cell))
    if isinstance(cell, NO_IDS):
        raise UsageError(f"id crosswalk, row {number}: expected text or an integer as an id, found {shown(cell)}")
    return str(cell)
