"""The way of a value as lines of text, one for each step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from catalens.explain.trace import Trace, Way
from catalens.paths import MISSING
from catalens.render.plain import clip, json_text, visible

#: characters of a value, and of a place
VALUE, PLACE = 100, 48


def trace_lines(trace: Trace) -> list[str]:
    """Return the lines that say how a value came out as it did."""
    return [visible(line) for line in _lines(trace)]


def _lines(trace: Trace) -> Iterator[str]:
    yield f"trace of {trace.pointer or 'the payload'}"
    for one in trace.origins:
        sources = f" of {', '.join(one['sources'])}" if one["sources"] else ""
        yield f"  origin of {one['target'] or 'the output'}: {one['origin']}{sources}"
    for way in trace.ways:
        yield from _way(way)
    if trace.more:
        yield f"  and {trace.more} more leaves"


def _way(way: Way) -> Iterator[str]:
    for step in way.steps:
        gave = "" if step.value is MISSING else f" = {clip(_text(step.value), VALUE)}"
        if step.value is MISSING and step.what in ("wire", "codec", "hub"):
            gave = " gives nothing"
        line = f"  ({step.mapping})" if step.mapping else ""
        yield f"  {step.what:<9} {clip(step.where or 'the payload', PLACE)}{gave}{line}"
    where = f" at {', '.join(way.targets)}" if way.targets else ""
    yield f"  {'fate':<9} {way.code}{where}: {way.code.says}"
    if way.remedy:
        yield f"  {'remedy':<9} {way.remedy}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) and value == "***" else json_text(value)
