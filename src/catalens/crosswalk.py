"""The id crosswalk: which identifiers of two platforms denote the same thing."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import local
from typing import Any, Protocol, TypeGuard

from catalens.errors import UsageError, did_you_mean
from catalens.formats import Registry

HEADER = "the header is kind,FORMAT,FORMAT,…"

#: (kind, id of the source) -> id of the target
Table = Mapping[tuple[str, str], str]
#: the same for what was asked about one payload, with None for what was not known
Answers = dict[tuple[str, str], str | None]


class Ids(Protocol):
    """Knows the target's identifiers of things of the source, and may learn more while a translator asks it.

    Where it has a method ``reverse()``, that returns the same for the way back.
    """

    def get(self, kind: str, id: str, /) -> Any:
        """Return the target's identifier of a thing, None for one that is not known."""


def inverse(ids: Ids | Table | None) -> Ids | Table | None:
    """Return what knows the identifiers of the way back, as far as there is any; of a table, as it is now."""
    if isinstance(ids, Mapping):
        return {(kind, str(theirs)): ours for (kind, ours), theirs in ids.items()}
    reverse = getattr(ids, "reverse", None)
    found: Ids | None = reverse() if callable(reverse) else None
    return found


def are_ids(given: Any) -> TypeGuard[Ids]:
    """Tell whether something answers ``get(kind, id)``; the ``get`` of a mapping means something else."""
    return callable(getattr(given, "get", None)) and not isinstance(given, Mapping)


class _Rows:
    """Looks up pairs of kind and id in a mapping."""

    def __init__(self, table: Any) -> None:
        self._table: Table = table

    def get(self, kind: str, id: str, /) -> str | None:
        return self._table.get((kind, id))


@dataclass(frozen=True, slots=True)
class Awaited:
    """Stands in an output where an identifier would stand, had the crosswalk known it."""

    kind: str
    id: str


class _Nothing(Answers):
    """What is said of identifiers where there is no crosswalk."""

    def __contains__(self, _: object) -> bool:
        return True

    def __getitem__(self, _: object) -> None:
        return None


NOTHING_KNOWN: Answers = _Nothing()


class LookUp:
    """Asks a crosswalk, each time anew, since it may have learnt more.

    What is made of one payload, its account too, rests on one set of answers: see ``answering``.
    """

    def __init__(self, ids: Ids | Table) -> None:
        self._ask: Callable[[str, str], Any] = ids.get if are_ids(ids) else _Rows(ids).get
        # each thread has a payload of its own in hand
        self._here = local()

    def get(self, kind: str, id: str, /) -> str | None:
        """Return the target's identifier of a thing, None for one that is not known."""
        answers: Answers | None = getattr(self._here, "answers", None)
        if answers is None:
            return self._answer(kind, id)
        if (kind, id) not in answers:
            answers[kind, id] = self._answer(kind, id)
        return answers[kind, id]

    def _answer(self, kind: str, id: str) -> str | None:
        found = self._ask(kind, id)
        return None if found is None else str(found)

    @contextmanager
    def answering(self, answers: Answers) -> Iterator[None]:
        """Answer, in this thread, as it was answered before, and keep what is asked for the first time."""
        before = getattr(self._here, "answers", None)
        self._here.answers = answers
        try:
            yield
        finally:
            self._here.answers = before


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
    def read(cls, given: Any) -> Crosswalks:
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
