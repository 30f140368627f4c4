"""The id crosswalk: which identifiers of two platforms denote the same thing."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from catalens.errors import UsageError


class Crosswalks:
    """Rows ``{kind, format: id, …}``, one thing a row, usable in every direction."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self.rows = [{name: str(value) for name, value in row.items() if value not in (None, "")} for row in rows]
        for number, row in enumerate(self.rows, 1):
            if "…" in row:
                raise UsageError(f"id crosswalk, row {number}: more cells than the header has")
            if "kind" not in row:
                raise UsageError(f"id crosswalk, row {number}: no 'kind'; the header is kind,FORMAT,FORMAT,…")

    @classmethod
    def read(cls, given: str | Path | Iterable[Any]) -> Crosswalks:
        """Read a CSV file with the header ``kind,FORMAT,FORMAT,…``, or rows (mappings, or lists after a header)."""
        if isinstance(given, str | Path):
            try:
                with open(given, newline="", encoding="utf-8-sig") as file:
                    return cls(list(csv.DictReader(file, strict=True, restkey="…")))
            except (OSError, UnicodeDecodeError, csv.Error) as error:
                raise UsageError(f"id crosswalk {given}: {error}") from None
        rows = list(given)
        if rows and not isinstance(rows[0], Mapping):
            header, *rest = ([str(cell) for cell in row] for row in rows)
            return cls(dict(zip(header, row, strict=False)) for row in rest)
        return cls(rows)

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
