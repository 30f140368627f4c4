"""What changed from one mapping to another, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
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
        for (kind, writers, readers), alike in groupby(changes, lambda one: (one.kind, one.writers, one.readers)):
            yield f"  {kind}: writers {writers}, readers {readers}: {kind.why}"
            yield from (_change(one, found) for one in alike)
    yield from _losses(found)
    yield "sidecars:"
    for _, verdicts in groupby(found.sidecars, lambda one: (one.refusal, one.reasons)):
        yield from _sidecars([*verdicts])
    counts = ", ".join(f"{count} {impact}" for impact, count in found.counts.items())
    yield f"{len(found.changes)} changes: {counts}"


def _change(one: Change, found: Diff) -> str:
    everywhere = not one.profiles or set(one.profiles) >= set(found.new.mapping.profiles)
    where = "" if everywhere or one.word == "profiles" else f" ({', '.join(one.profiles)})"
    return visible(f"    {one.place}: {_named(one)}{where}{_values(one)}")


def _named(one: Change) -> str:
    if one.word in _LISTS:
        return f"{one.word} {one.path}".rstrip()
    return " ".join(part for part in (one.path, "" if one.word == "fields" and one.path else one.word) if part)


def _values(one: Change) -> str:
    if one.kind == Kind.PROSE and not all(isinstance(value, str) for value in (one.old, one.new)):
        return f": {'removed' if one.new is None else 'added' if one.old is None else 'changed'}"
    if one.word in ("fields", *_LISTS) and None in (one.old, one.new):
        # a whole line, or member of a list
        whole = _value(one.new if one.old is None else one.old)
        return f": {whole}" if whole else ""
    return f": {_value(one.old)} -> {_value(one.new)}"


def _value(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return clip(value, WIDTH)
    if isinstance(value, dict):
        value = {word: one for word, one in value.items() if word not in ("field", "because")}
    return clip(json_text(value), WIDTH) if value != {} else ""


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


def _sidecars(alike: Sequence[SidecarVerdict]) -> Iterator[str]:
    one, names = alike[0], ", ".join(each.profile for each in alike)
    if one.valid:
        yield f"  {names}: stored ones stay valid"
        return
    yield visible(f"  {names}: stored ones are refused ({one.refusal}), because of")
    for reason in one.reasons[:NAMED]:
        yield visible(f"    {reason.place}: {reason.kind}" + (f": {reason.path}" if reason.path else ""))
    if len(one.reasons) > NAMED:
        yield f"    and {len(one.reasons) - NAMED} changes more"
