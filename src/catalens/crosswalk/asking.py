"""What is asked for identifiers: an object with ``get(kind, id)``, or a table by (kind, id)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import local
from typing import Any, Protocol, TypeGuard

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
