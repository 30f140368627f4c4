"""What changed from one mapping to another, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from catalens.diff import Change, Diff, Kind, LossChange, SidecarVerdict
from catalens.render.plain import clip, json_text, visible

#: so many fields of one code, and so many reasons of one refusal, are named
NAMED = 6
#: columns of one value
WIDTH = 60
#: words whose members are named behind them; of all else the field stands first
_LISTS = frozenset({"profiles", "slots", "required", "forbidden", "examples"})
_WAYS = {"from": "out of", "to": "into"}


def diff_lines(found: Diff) -> Iterator[str]:
    """Yield the lines of a text: changes, the worst first; losses that are new or gone; sidecars; counts."""
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
    everywhere = not one.profiles or set(one.profiles) >= set(found.new.mapping.profiles)
    where = "" if everywhere or one.word == "profiles" else f" ({', '.join(one.profiles)})"
    yield visible(f"  {one.place}: {one.kind}: {_named(one)}{where}{_values(one)}")
    if one.kind != Kind.PROSE:
        yield f"    writers {one.writers}, readers {one.readers}: {one.kind.why}"


def _named(one: Change) -> str:
    if one.word in _LISTS:
        return f"{one.word} {one.path}".rstrip()
    return " ".join(part for part in (one.path, "" if one.word == "fields" and one.path else one.word) if part)


def _values(one: Change) -> str:
    if one.word in ("fields", *_LISTS) and None in (one.old, one.new):
        # a whole line, or member of a list
        happened = "removed" if one.new is None else "added"
        return f": {happened}" if one.kind == Kind.PROSE else f": {_value(one.new if one.old is None else one.old)}"
    return f": {_value(one.old)} -> {_value(one.new)}"


def _value(value: Any) -> str:
    if value is None:
        return "nothing"
    return clip(value if isinstance(value, str) else json_text(value), WIDTH)


def _losses(found: Diff) -> Iterator[str]:
    compared = found.pairs.compared
    if not found.pairs.changes:
        yield f"losses: as before, in {compared} pairs" if compared else "losses: as before"
        return
    yield f"losses, in {compared} pairs (behind each field, how many it is of):"
    name = found.new.mapping.format
    for one in found.pairs.changes:
        fields = _some([f"{field} ({count})" for field, count in _counted(one).items()], "fields")
        yield visible(f"  {one.sense} {_WAYS[one.way]} {name}: {one.code} ({one.severity}): {fields}")


def _counted(one: LossChange) -> Counter[str]:
    """Return in how many pairs each field is lost otherwise; those of other formats count for all their profiles."""
    counts: Counter[str] = Counter()
    for field, pairs in one.fields.items():
        source, _, path = field.partition(" ") if one.way == "to" else ("", "", field)
        counts[f"{source.partition('/')[0]} {path}".lstrip()] += len(pairs)
    return counts


def _some(named: Iterable[str], what: str) -> str:
    given = list(named)
    more = f" and {len(given) - NAMED} {what} more" if len(given) > NAMED else ""
    return ", ".join(given[:NAMED]) + more


def _sidecar(one: SidecarVerdict) -> Iterator[str]:
    if one.valid:
        yield f"  {one.profile}: stored ones stay valid"
        return
    yield visible(f"  {one.profile}: stored ones are refused ({one.refusal}), because of")
    for reason in one.reasons[:NAMED]:
        yield visible(f"    {reason.place}: {reason.kind}" + (f": {reason.path}" if reason.path else ""))
    if len(one.reasons) > NAMED:
        yield f"    and {len(one.reasons) - NAMED} changes more"
