"""The id crosswalk: which identifiers of two platforms denote the same thing."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from catalens.errors import UsageError, did_you_mean
from catalens.formats import Registry

HEADER = "the header is kind,FORMAT,FORMAT,…"


class Crosswalks:
    """Rows ``{kind, format: id, …}``, one thing a row, usable in every direction.

    ``places`` says where each row stands, ``head`` where the columns are named, for messages.
    """

    def __init__(
        self, rows: Sequence[Mapping[str, Any]], places: Iterable[str] = (), head: str = "id crosswalk"
    ) -> None:
        self.columns = {name for row in rows for name in row}
        self.rows = [{name: str(value) for name, value in row.items() if value not in (None, "")} for row in rows]
        self.places = list(places) or [f"id crosswalk, row {number}" for number, _ in enumerate(self.rows, 1)]
        self.head = head
        for place, row in zip(self.places, self.rows, strict=True):
            if "kind" not in row:
                raise UsageError(f"{place}: no 'kind'; {HEADER}")

    @classmethod
    def read(cls, given: str | Path | Iterable[Any]) -> Crosswalks:
        """Read a CSV file with the header ``kind,FORMAT,FORMAT,…``, or rows (mappings, or lists after a header).

        Raises UsageError.
        """
        if isinstance(given, str | Path):
            return cls._file(given)
        if isinstance(given, Mapping | bytes) or not isinstance(given, Iterable):
            raise UsageError(f"ids: expected the name of a CSV file or rows with a 'kind', found {given!r}")
        rows = list(given)
        if all(isinstance(row, Mapping) and all(isinstance(name, str) for name in row) for row in rows):
            return cls(rows)
        listed = [(f"id crosswalk, row {number}", row) for number, row in enumerate(rows)]
        for place, row in listed:
            if not isinstance(row, list | tuple):
                raise UsageError(f"{place}: expected a list of cells, or a mapping in every row, found {row!r}")
        return cls._table("id crosswalk", listed)

    @classmethod
    def _file(cls, given: str | Path) -> Crosswalks:
        name = f"id crosswalk {given}"
        try:
            with open(given, newline="", encoding="utf-8-sig") as file:
                reader = csv.reader(file, strict=True)
                return cls._table(name, [(f"{name}, line {reader.line_num}", row) for row in reader if row])
        except (OSError, ValueError, csv.Error) as error:
            raise UsageError(f"{name}: {error}") from None

    @classmethod
    def _table(cls, name: str, lines: list[tuple[str, Any]]) -> Crosswalks:
        """Take rows of cells, the first of them the header."""
        if not lines:
            return cls([])
        (head, header), *rest = lines
        names = [str(cell) for cell in header]
        for place, row in rest:
            if len(row) != len(names):
                compared = "more" if len(row) > len(names) else "fewer"
                raise UsageError(f"{place}: {len(row)} cells, {compared} than the header has ({len(names)})")
        return cls([dict(zip(names, row, strict=True)) for _, row in rest], [place for place, _ in rest], head)

    def check(self, formats: Registry, source: str, target: str) -> None:
        """Refuse kinds that no format has identifiers of, and columns that are likely to be misspelt.

        A table may have columns of any further formats. Raises UsageError.
        """
        known = {"kind", *formats.names(), source, target}
        missing = {source, target} - self.columns
        for name in sorted(self.columns - known):
            near = did_you_mean(name, missing)
            if len(missing) == len({source, target}) or near:
                hint = near or did_you_mean(name, known) or f"there are {', '.join(formats.names())}"
                raise UsageError(f"{self.head}: no format {name!r}; {hint}")
        kinds = formats.kinds() if self.rows else frozenset()
        for place, row in zip(self.places, self.rows, strict=True):
            if row["kind"] not in kinds:
                hint = did_you_mean(row["kind"], kinds) or f"there are {', '.join(sorted(kinds))}"
                raise UsageError(f"{place}: no format has identifiers of the kind {row['kind']!r}; {hint}")

    def between(self, source: str, target: str) -> dict[tuple[str, str], str]:
        """Return (kind, id of the source) -> id of the target. Raises UsageError where a row contradicts another."""
        table: dict[tuple[str, str], str] = {}
        backwards: dict[tuple[str, str], str] = {}
        for row in self.rows:
            if source not in row or target not in row:
                continue
            key, back = (row["kind"], row[source]), (row["kind"], row[target])
            if (
                table.setdefault(key, row[target]) != row[target]
                or backwards.setdefault(back, row[source]) != row[source]
            ):
                raise UsageError(
                    f"id crosswalk: {row['kind']} {row[source]!r} and {row[target]!r} also pair with others"
                )
        return table
