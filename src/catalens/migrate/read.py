"""Read both sides, page by page, so that a reader that was stopped goes on where it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from catalens.migrate.journal import Journal, digest_of
from catalens.migrate.outcomes import Side
from catalens.migrate.pair import Pair
from catalens.payloads import dumps

#: called at each point at which a process may die; tests let it
Point = Callable[[str], None]

NO_ID = "no-id:"


def read_source(pair: Pair, journal: Journal, point: Point) -> Iterator[tuple[str, int]]:
    """Read all things of the source into the journal; yield how many of a kind are there."""
    for kind in pair.kinds:
        for count in _whole(journal, pair.source, kind, kind, point, partial(_keep, pair, kind)):
            yield kind, count


def _keep(pair: Pair, kind: str, item: Any) -> bool:
    """Keep a thing of the source; tell whether it was not known before."""
    kept = pair.cleaned(kind, item)
    id = pair.source.id_of(kind, item)
    source_id = id if id not in (None, "") else NO_ID + digest_of(dumps(kept)).hex()
    return pair.journal.store(kind, str(source_id), kept, None) == "new"


def read_target(pair: Pair, journal: Journal, point: Point) -> Iterator[tuple[str, int]]:
    """Read which things stand in the target already; yield how many of a kind are there."""
    again = journal.has_sent()
    for kind in pair.kinds:
        if not pair.derived and pair.target.can(kind, "list"):
            keep = partial(_keep_there, pair, kind, again)
            for count in _whole(journal, pair.target, kind, f"target {kind}", point, keep):
                yield kind, count


def _keep_there(pair: Pair, kind: str, again: bool, item: Any) -> bool:
    """Keep what stands in the target; tell whether it was not known before."""
    id = pair.target.id_of(kind, item)
    return id is not None and pair.journal.add_baseline(kind, id, pair.key_there(kind, item), again)


def _whole(
    journal: Journal, side: Side, kind: str, name: str, point: Point, keep: Callable[[Any], bool]
) -> Iterator[int]:
    """Read a list until a whole pass adds nothing: rows move between pages while they are read."""
    cursor, ended = journal.page(name)
    while not ended:
        began, pages, new = cursor, 0, 0
        for page in side.pages(kind, cursor):
            point("P before")
            with journal.transaction():
                new += sum([keep(item) for item in page.items])
                journal.set_page(name, page.cursor, ended=False)
            point("P after")
            pages += 1
            yield len(page.items)
        cursor = None
        ended = began is None and (not new or pages <= 1 or getattr(side, "steady", False))
    with journal.transaction():
        journal.set_page(name, None, ended=True)


def look_through(pair: Pair, kind: str) -> Iterator[tuple[str, str | None, Any]]:
    """Yield (identifier, key, item) of all that stands in the target, each once, until a whole pass adds nothing."""
    seen: set[str] = set()
    while True:
        pages, new = 0, 0
        for page in pair.target.pages(kind):
            pages += 1
            for item in page.items:
                id = pair.target.id_of(kind, item)
                if id is not None and id not in seen:
                    seen.add(id)
                    new += 1
                    yield id, pair.key_there(kind, item), item
        if not new or pages <= 1:
            return


def found_by_key(pair: Pair, kind: str, key: str) -> list[str] | None:
    """Ask the target for things with a key; None where it has no way to be asked."""
    found = pair.target.find(kind, pair.fields_of_key(kind, key))
    if found is None:
        return None
    ids = [pair.target.id_of(kind, item) for item in found if pair.key_there(kind, item) == key]
    return [one for one in dict.fromkeys(ids) if one is not None]
