"""The files that people work with after a run, all of them made from the journal."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from catalens.migrate.journal import OPEN, TROUBLE, Item, Journal
from catalens.payloads import dumps
from catalens.pipeline.outputs import Outputs

#: code -> what to do
ADVICE: Final[Mapping[str, str]] = {
    "invalid": "Correct it in the source: it breaks the rules of its own format.",
    "missing": "Add what the target requires in the source, or give it with fill.",
    "no-id": "Give it an identifier in the source.",
    "no-key": "Give it one of the fields that match names, or name another.",
    "key-twice": "Tell the products apart in the source: they have one key.",
    "loss": "Correct it in the source; or accept the loss; or move it by hand.",
    "exists": "Decide what becomes of the thing that stands there: when_exists.",
    "several": "Remove all but one of them in the target, then retry.",
    "taken": "Look at both in the target: one identifier was given twice.",
    "edited": "Decide which side is right; when_exists: update lets the source win.",
    "no-update": "Change it in the target by hand: there is no call for that.",
    "differs": "Look at both: the target does not give back what was sent.",
    "no-look-up": "Look in the target whether it is there; give its identifier in ids, or retry.",
    "died": "Run again: it will be looked up.",
    "picture": "Give the product the picture by hand, or correct the link in the source and retry.",
    "waits": "What it refers to was not moved: move that, or remove the reference.",
    "orphan": "Nothing of ours is known by this: remove it in the target if it is an empty draft.",
}
_OTHERWISE: Final = "Read what the target said, correct it in the source, and run again."
_STUCK: Final = "The target failed each time: ask its operator, then retry."
_GONE: Final = "Somebody removed it in the target: retry makes it anew."


#: the names of all files
FILES: Final = ("work.csv", "redirects.csv", "ids.csv", "rejects.ndjson", "losses.json", "report.html")
#: the columns of work.csv
WORK: Final = ("kind", "id", "key", "name", "state", "code", "what to do", "detail", "old", "new")


def advice(item: Item) -> str:
    """Return what a person has to do for a thing, in a sentence."""
    if item.state in ("stuck", "gone"):
        return _STUCK if item.state == "stuck" else _GONE
    return ADVICE.get(item.code or "", _OTHERWISE)


def write_report(journal: Journal, source: str, target: str, directory: str | Path) -> list[str]:
    """Write all files; return their names."""
    there = Path(directory)
    there.mkdir(parents=True, exist_ok=True)
    work = list(work_rows(journal))
    redirects, refused = redirects_of(journal.redirects())
    states = states_of(journal)
    losses = journal.losses()
    said = {
        "states": states,
        "line": sums_line(states),
        "work": work,
        "losses": losses,
        "redirects": len(redirects),
        "refused": refused,
        "source": source,
        "target": target,
        "counts": sorted(journal.counts()),
    }
    names = ("kind", "code", "rule", "count", "example")
    texts = (
        _table(WORK, [[_cell(value) for value in row] for row in work]),
        _table(("from", "to", "status"), [(old, new, "301") for old, new in redirects]),
        _table(("kind", source, target), journal.ids()),
        b"".join(rejects(journal)),
        dumps([dict(zip(names, row, strict=True)) for row in losses], 2) + b"\n",
        _page(said),
    )
    with Outputs() as outputs:
        sinks = outputs.open({name: str(there / name) for name in FILES}, private=FILES)
        for name, text in zip(FILES, texts, strict=True):
            sinks[name].write(text)
    return list(FILES)


def _page(said: Mapping[str, Any]) -> bytes:
    from catalens.render.pages import fill

    return fill("migration", "html", said).encode()


def work_rows(journal: Journal) -> Iterator[tuple[str, ...]]:
    """Yield what people have to do, a row a thing."""
    for item in journal.troubled():
        yield _row(item, item.code or "", advice(item), item.detail or "")
    for item in journal.differing():
        yield _row(item, "differs", ADVICE["differs"], (item.verified or "").partition(": ")[2])
    for orphan in json.loads(journal.meta("orphans") or "[]"):
        kind, _, id = orphan.partition(" ")
        yield (kind, "", "", "", "orphan", "orphan", ADVICE["orphan"], id, "", "")
    for item, waits in journal.left_out():
        if item.state not in TROUBLE:
            yield _row(item, "waits", ADVICE["waits"], waits)


def _row(item: Item, code: str, what: str, detail: str) -> tuple[str, ...]:
    key, old, new = item.key or "", item.old_url or "", item.new_url or ""
    return (item.kind, item.source_id, key, key.partition("=")[2] or key, item.state, code, what, detail, old, new)


def rejects(journal: Journal) -> Iterator[bytes]:
    """Yield a record of each thing that was not moved, a line of JSON."""
    for some in journal.walk(states=TROUBLE):
        for item in some:
            said = {"kind": item.kind, "id": item.source_id, "state": item.state, "code": item.code}
            yield dumps({**said, "detail": item.detail, "target": item.target_id}) + b"\n"


def redirects_of(pairs: Iterable[tuple[str, str]]) -> tuple[list[tuple[str, str]], list[tuple[str, str, str]]]:
    """Return redirects that lead somewhere at once, and those that are refused, with the reason."""
    targets: dict[str, dict[str, None]] = {}
    for old, new in pairs:
        targets.setdefault(old, {})[new] = None
    good: list[tuple[str, str]] = []
    refused: list[tuple[str, str, str]] = []
    for old, found in targets.items():
        for new in found:
            why = ""
            if old == new:
                why = "it leads to itself"
            elif len(found) > 1:
                why = f"{old} would lead to {' and to '.join(found)}"
            elif targets.get(new, {new: None}).keys() != {new}:
                # a chain, or a loop
                why = f"{new} is redirected, too"
            if why:
                refused.append((old, new, why))
            else:
                good.append((old, new))
    return good, refused


def states_of(journal: Journal) -> dict[str, int]:
    """Return how many things are in each state."""
    found: dict[str, int] = {}
    for _, _, state, count in journal.counts():
        found[state] = found.get(state, 0) + count
    return found


def sums_line(states: Mapping[str, int]) -> str:
    """Return the line that always adds up."""
    order = ("done", "left", *TROUBLE, *OPEN)
    parts = [f"{state} {states[state]}" for state in order if states.get(state)]
    return f"read {sum(states.values())} = {' + '.join(parts) or '0'}"


def _table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(header)
    table.writerows(rows)
    return out.getvalue().encode()


def _cell(value: Any) -> Any:
    """Keep a spreadsheet from taking a text for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in "=+@\t\r" or (text[:1] == "-" and not text[1:].isdigit()) else text
