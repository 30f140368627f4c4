"""The table of identifiers that a crosswalk is given as."""

from __future__ import annotations

from functools import cached_property
from hashlib import blake2b
from typing import Any

from catalens.crosswalk.reading import read_rows
from catalens.crosswalk.rows import HEADER, Rows
from catalens.crosswalk.sides import Pairs, Side, side
from catalens.errors import UsageError, did_you_mean, known_names
from catalens.formats import Registry


class Crosswalks:
    """A table of identifiers, one thing a row, usable in every direction; made by ``Crosswalks.read``.

    It never changes. Tables that say the same are equal, wherever they come from.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._sides: dict[tuple[str, str], Side] = {}

    @classmethod
    def read(cls, given: Any) -> Crosswalks:
        """Read a CSV file with the header ``kind,FORMAT,FORMAT,…``, or rows (mappings, or lists after a header).

        Raises UsageError.
        """
        return cls(read_rows(given))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Crosswalks) and self._digest == other._digest

    def __hash__(self) -> int:
        return hash(self._digest)

    @cached_property
    def _digest(self) -> bytes:
        digest = blake2b()
        for part in self._rows.content():
            digest.update(part)
        return digest.digest()

    def check(self, formats: Registry, source: str, target: str) -> None:
        """Refuse kinds that no format has identifiers of, and columns of which none is of use or one misspelt.

        A table that serves other directions, too, may have columns of any further formats, and need not have both of
        these. Raises UsageError.
        """
        rows = self._rows
        columns = set(rows.columns[1:])
        known = {*formats.names(), source, target}
        missing = {source, target} - columns
        for name in sorted(columns - known):
            near = did_you_mean(name, missing)
            if len(missing) == len({source, target}) or near:
                hint = near or did_you_mean(name, known) or f"there are {', '.join(formats.names())}"
                raise UsageError(f"{rows.head}: no format {name!r}; {hint}")
        if rows.columns and not columns & {source, target}:
            wanted = " or ".join(map(repr, dict.fromkeys((source, target))))
            found = ", ".join(rows.columns)
            raise UsageError(f"{rows.head}: expected a column {wanted}, found {found}; {HEADER}")
        kinds = formats.kinds() if rows.kinds else frozenset()
        for kind, number in rows.kinds.items():
            if kind not in kinds:
                hint = known_names(kind, sorted(kinds))
                raise UsageError(f"{rows.place(number)}: no format has identifiers of the kind {kind!r}; {hint}")

    def between(self, source: str, target: str) -> Pairs:
        """Return (kind, id of the source) -> id of the target. Raises UsageError where rows contradict each other."""
        if (source, target) not in self._sides:
            self._sides[source, target] = side(self._rows, source, target)
        return Pairs(self._sides[source, target])
