"""Values that show what can become of a field: from its types, limits and codecs, and from those of the target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import count, islice, product, zip_longest
from math import gcd, prod
from typing import Any

from catalens.codecs.numbers import MAX_DIGITS
from catalens.mapping.profile import Correspondence, Field
from catalens.paths import MISSING
from catalens.plan import Unit
from catalens.validate import fits

MOST_PROBES = 3000

_TEXTS = (
    *("text", "", " ", "a, b", "65b0d13f98539a33577ac4cd", "42", "related", "other"),
    *("https://shop.example/p.png", "data:image/png;base64,AAAA"),
)
#: numbers that are as long as one may be, so that what is computed from them is longer
LONGEST: tuple[Any, ...] = (Decimal(f"1E-{MAX_DIGITS - 1}"), 10**MAX_DIGITS - 1)
_NUMBERS: tuple[Any, ...] = (
    *(0, 1, 2.0, -1, 12.5, 2**64 + 1, Decimal("12345678901234567890.123")),
    *(*LONGEST, 100),
)


def sample_values(ours: Field, source: Correspondence, theirs: Field, target: Correspondence) -> list[Any]:
    """Return values of a source field that show what can become of it on the way to a target field."""
    if ours.item is not None:
        inner = theirs.item or theirs
        items = [
            value for value in _candidates(ours.item, source, inner, target) if fits(value, ours.item, item=True)
        ]
        lists: list[Any] = [[], *([one] for one in items), items[:2], items]
        return [None, *lists] if ours.nullable else lists
    return [value for value in _candidates(ours, source, theirs, target) if fits(value, ours)]


def _candidates(ours: Field, source: Correspondence, theirs: Field, target: Correspondence) -> list[Any]:
    empty: list[Any] = [None, True, False, {}, {"a": 1}, [], ["a"]]
    found: list[Any] = [*empty, *_TEXTS, *_NUMBERS, ours.example]
    for one in (ours, theirs):
        found += one.enum or ()
        if one.max_length is not None:
            # of the last one nothing can be cut off, for it is one sign to whoever reads it
            found += ["x" * one.max_length, "x" * (one.max_length + 1), "x" + "\u0301" * one.max_length]
        if one.min_length:
            found += ["x" * one.min_length, "x" * (one.min_length - 1)]
        for limit in (one.minimum, one.maximum):
            if limit is not None:
                found += [limit, limit - 1, limit + 1]
    if ours.min_length:
        found.append("y" * ours.min_length)
    for codec in (source.codec, target.codec):
        found += [value for value in codec.examples if not isinstance(value, tuple)]
    if source.codec.wires == source.codec.hubs == target.codec.wires == target.codec.hubs == 1:
        for value in [one for one in (*target.codec.examples, *(theirs.enum or ())) if not isinstance(one, tuple)]:
            hub = target.codec.decode(value)[0]
            found.append(source.codec.encode(hub)[0])
        for hub in target.codec.hub_values:
            found.append(source.codec.encode(hub)[0])
    unique: dict[tuple[type, str], Any] = {
        (type(value), repr(value)): value for value in found if value is not MISSING
    }
    return list(unique.values())


def group_samples(unit: Unit) -> Iterator[tuple[Any, ...]]:
    """Yield value tuples of a group: its codecs' examples first, then combinations."""
    fields = unit.source_fields
    members: list[list[Any]] = []
    few = 9 if len(fields) <= 3 else 6
    for index, one in enumerate(fields):
        source = next(value for value in unit.source if one in value.fields)
        own = [
            example[source.fields.index(one)]
            for example in source.codec.examples
            if isinstance(example, tuple) and len(example) == len(source.fields)
        ]
        plain = (
            [value for value in source.codec.examples if not isinstance(value, tuple)]
            if len(source.fields) == 1
            else []
        )
        plain += _parted(source, unit.target)
        limits: list[Any] = list(one.enum or ())
        if any(part.measured_in or part.units for value in unit.target for part in value.codec.steps):
            limits += LONGEST
        for theirs in unit.target_fields:
            if theirs.max_length is not None and "string" in one.types:
                limits += ["x" * (theirs.max_length + 1), "x" + "\u0301" * theirs.max_length]
            for bound in (theirs.minimum, theirs.maximum):
                if bound is not None and {"number", "integer"} & set(one.types):
                    limits += [bound - 1, bound + 1]
        basic: dict[str, list[Any]] = {
            "string": ["42", "12.50", "text", "", " ", "<p>text</p>"],
            "number": [100, 80, 0],
            "integer": [1],
            "boolean": [True, False],
            "object": [{}, {"value": 1, "unit": "kg"}, {"value": None, "unit": "t"}],
        }
        # some of each type, since only the first ones are combined where there are many fields
        columns = zip_longest(*(basic.get(name, ["any"]) for name in one.types), fillvalue=MISSING)
        typed = [value for column in columns for value in column]
        values = [
            value for value in (*own, *plain, *typed, *limits, None) if value is not MISSING and fits(value, one)
        ]
        unique = list({(type(value), repr(value)): value for value in values}.values())
        members.append([MISSING, *unique[: few if index or len(fields) < 4 else few + 1]])
        if None in unique and None not in members[-1]:
            members[-1].append(None)
    return (values for values in _combined(members) if any(value is not MISSING for value in values))


def _parted(source: Correspondence, targets: Sequence[Correspondence]) -> list[Any]:
    """Return the values of a source field that show how a target parts its texts."""
    if source.codec.wires != 1 or source.codec.hubs != 1:
        return []
    codecs = [one.codec for one in targets if one.hub == source.hub and one.codec.hub_types == ("string",)]
    hubs = [codec.decode(*row) for codec in codecs for row in codec.examples if isinstance(row, tuple)]
    return [source.codec.encode(*hub)[0] for hub in hubs]


def _combined(members: list[list[Any]]) -> Iterator[tuple[Any, ...]]:
    """Yield combinations of the members' values, all or at most MOST_PROBES that are spread over all."""
    total = prod(map(len, members))
    if total <= MOST_PROBES:
        yield from product(*members)
        return
    # a step that shares no factor with their number visits each combination once, and neighbours are far apart
    step = next(one for one in count(int(total * 0.618)) if gcd(one, total) == 1)
    for place in islice(count(0, step), MOST_PROBES):
        values = []
        left = place % total
        for member in members:
            left, index = divmod(left, len(member))
            values.append(member[index])
        yield tuple(values)
