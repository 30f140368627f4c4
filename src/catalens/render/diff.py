"""What changed from one mapping to another, for people."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from catalens.diff import Change, Diff, LossChange, SidecarVerdict
from catalens.render.plain import clip, json_text, visible

#: so many fields of one code, and so many reasons of one refusal, are named
NAMED = 6
#: columns of one value
WIDTH = 60


def lines_of(found: Diff) -> Iterator[str]:
    """Yield the lines of a text: changes, the worst first; losses that are new or gone; sidecars."""
    for impact, changes in groupby(found.changes, lambda one: one.impact):
        yield f"{impact}:"
        for one in changes:
            yield from _change(one, found)
    yield from _losses(found)
    yield "sidecars:"
    for verdict in found.sidecars:
        yield from _sidecar(verdict)
    counts = ", ".join(f"{count} {impact}" for impact, count in found.counts.items())
    yield f"{len(found.changes)} changes: {counts}"


def _change(one: Change, found: Diff) -> Iterator[str]:
    whole = not one.profiles or set(one.profiles) >= set(found.new.mapping.profiles)
    where = "" if whole else f" ({', '.join(one.profiles)})"
    named = " ".join(part for part in (one.path, "" if one.word == "fields" else one.word) if part)
    yield visible(f"  {one.place}: {one.kind}: {named}{where}{_values(one)}")
    yield f"    writers {one.writers}, readers {one.readers}: {one.kind.why}"


def _values(one: Change) -> str:
    if one.old is None and one.new is None:
        return ""
    if one.old is None or one.new is None:
        return f": {_value(one.new if one.old is None else one.old)}"
    return f": {_value(one.old)} -> {_value(one.new)}"


def _value(value: Any) -> str:
    return clip(value if isinstance(value, str) else json_text(value), WIDTH)


def _losses(found: Diff) -> Iterator[str]:
    if not found.pairs.changes:
        yield f"losses: as before, in {found.pairs.compared} pairs" if found.pairs.compared else "losses: as before"
        return
    yield f"losses, in {found.pairs.compared} pairs:"
    for one in found.pairs.changes:
        yield visible(f"  {one.sense} {one.way} {_format(one, found)}: {one.code} ({one.severity}): {_fields(one)}")


def _format(one: LossChange, found: Diff) -> str:
    return found.new.mapping.format


def _fields(one: LossChange) -> str:
    named = [f"{name} ({len(pairs)})" for name, pairs in one.fields.items()]
    return _some(named)


def _some(named: list[str]) -> str:
    more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
    return ", ".join(named[:NAMED]) + more


def _sidecar(one: SidecarVerdict) -> Iterator[str]:
    if one.valid:
        yield f"  {one.profile}: those that are stored stay valid"
        return
    yield visible(f"  {one.profile}: those that are stored are refused: {one.refusal}")
    for reason in one.reasons[:NAMED]:
        yield visible(f"    {reason.place}: {reason.kind}" + (f": {reason.path}" if reason.path else ""))
    if len(one.reasons) > NAMED:
        yield f"    and {len(one.reasons) - NAMED} changes more"
