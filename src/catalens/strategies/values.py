"""What one field, or a group of fields, may hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from catalens.carry.limits import fit
from catalens.codecs.base import Codec
from catalens.mapping.profile import Correspondence, Field, ListCorrespondence, Names, PickCorrespondence, Scope
from catalens.paths import MISSING
from catalens.patterns import portable

#: a Field without limits beyond its type
LIMITLESS: dict[str, Any] = dict.fromkeys(("min_length", "max_length", "minimum", "maximum", "enum", "pattern"), None)
#: items that one list has at most
MOST_ITEMS = 3

TEXTS = (
    "a",
    "b",
    "",
    "Red",
    "42",
    "007",
    "12.50",
    "0",
    "true",
    "x/y",
    "/x/",
    "/",
    "a, b",
    " a ,b,,",
    "'",
    '"',
    "\\",
    "line\nfeed\ttab\r",
    "\x01\x1f\x7f\x85\u2028",
    "\u202e\u05e9\u05dc\u05d5\u05dd\u200f",
    "👩‍👩‍👧‍👦 e\u0301",
    "~0/~1",
    "<p>é &amp; ü</p>",
    "a &lt; b<br>c",
    "a < b & c\r\nd",
    "<p>One<br/>two</p>\n<ul><li>three</ul>",
    "<b>T</b>-shirt&nbsp;&#x1F469;&zwj;&#x1F467; &copy 2024 <!-- -->",
    '[{"type":"paragraph","data":{"text":"<b>a</b>"}}]',
    "{{ name }}",
    "AAAA",
    "data:image/png;base64,AAAA",
    "https://example.com/a?b=c#d",
    "2024-01-31T10:00:00",
    "2024-01-31T10:00:00+05:30",
    "é" * 3000,
    # as long as the text of a number may be, and one that is too long for a number
    "0." + "0" * 998 + "1",
    "0." + "5" * 998,
)
NUMBERS = (
    0,
    1,
    5,
    100,
    -3,
    12.5,
    5.0,
    0.1,
    -0.0,
    1e22,
    Decimal("12.50"),
    Decimal("5.00"),
    Decimal("0.10"),
    2**64 + 1,
    Decimal("12345678901234567890.123"),
    Decimal("1E-400"),
    Decimal("1E+30"),
    # what is computed from these is longer than a number may be
    Decimal("1E-999"),
    Decimal("-1E-990"),
    Decimal("0." + "3" * 499),
    10**999,
    Decimal("1E+999"),
    5e-324,
)
TREES: tuple[Any, ...] = (
    {},
    [],
    {"a": 1},
    [1, [2, []]],
    {"a": {"b": None}, "c": [{}, "d"]},
    {"value": 1, "unit": "kg"},
    {"~/": [Decimal("1.50"), True]},
)
NAMES = ("", "a", "0", "~", "/", "~1a/b", "é", "ext", "x", "name", "id", "kind", "self", "it's", 'a"b', "\n")


@dataclass
class Hints:
    """What another profile knows of hub fields: values that it reads or tells apart, and limits of length."""

    values: dict[Names, list[Any]] = field(default_factory=dict)
    lengths: dict[Names, set[int]] = field(default_factory=dict)

    def learn(self, scope: Scope, at: Names) -> None:
        """Learn from a scope that stands at a hub path."""
        for value in scope.values:
            for names in value.hub:
                self.values.setdefault((*at, *names), [])
            for wire in _examples(value) if value.hub else ():
                for names, hub in zip(value.hub, value.codec.decode(*wire), strict=True):
                    self._add((*at, *names), hub)
            self._lengths(at, value)
        feeders: list[ListCorrespondence | PickCorrespondence] = [*scope.lists, *scope.picks]
        for feeder in feeders:
            inner = (*at, *feeder.hub)
            self.values.setdefault(inner, [])
            if isinstance(feeder, ListCorrespondence) and feeder.keys is not None:
                self.values.setdefault((*inner, *feeder.keys.hub[0]), [])
            if feeder.where is not None:
                self._add((*inner, feeder.where[0]), feeder.where[1])
            self.learn(feeder.scope, inner)
            for place in feeder.places if isinstance(feeder, ListCorrespondence) else ():
                self.learn(Scope(place.members), at)

    def _add(self, at: Names, value: Any) -> None:
        if value is not MISSING:
            self.values.setdefault(at, []).append(value)

    def _lengths(self, at: Names, value: Correspondence) -> None:
        for one in value.fields:
            for limit in (one.min_length, one.max_length):
                if limit is not None:
                    for names in value.hub:
                        self.lengths.setdefault((*at, *names), set()).add(limit)


def _examples(value: Correspondence) -> Iterator[tuple[Any, ...]]:
    """Yield wire values that show what a correspondence can say."""
    for example in value.codec.examples:
        yield example if isinstance(example, tuple) else (example,)
    if len(value.fields) == 1:
        for word in value.fields[0].enum or ():
            yield (word,)


def group_values(value: Correspondence, at: Names, hints: Hints) -> SearchStrategy[tuple[Any, ...]]:
    """Make what the fields of a correspondence hold, alone or as a group."""
    lengths = {length for names in value.hub for length in hints.lengths.get((*at, *names), ())}
    examples = [one for one in _examples(value) if _valid_group(value, one)]
    singles = [
        field_values(one, value.codec, [example[index] for example in examples], lengths)
        for index, one in enumerate(value.fields)
    ]
    found: list[SearchStrategy[tuple[Any, ...]]] = []
    if len(singles) == 1:
        found.append(singles[0].map(lambda alone: (alone,)))
    else:
        found.append(st.tuples(*(st.one_of(one, one, st.just(MISSING)) for one in singles)))
        found.append(_alike(value, singles[0]))
        if examples:
            found.append(st.sampled_from(examples))
    echo = _echoes(value, at, hints)
    return st.one_of(*found) if echo is None else st.one_of(*found, echo)


def _alike(value: Correspondence, first: SearchStrategy[Any]) -> SearchStrategy[tuple[Any, ...]]:
    """Make groups whose members all hold the same, wherever they can."""
    return first.map(lambda one: tuple(one if valid_value(each, one) else MISSING for each in value.fields))


def _echoes(value: Correspondence, at: Names, hints: Hints) -> SearchStrategy[tuple[Any, ...]] | None:
    """Make what says in this format what the other one knows."""
    known = [hints.values.get((*at, *names), []) for names in value.hub]
    if not any(known):
        return None
    hubs = [(*one, MISSING) if len(known) > 1 else tuple(one) for one in known]
    found = (
        [(one,) for one in hubs[0]]
        if len(hubs) == 1
        else [(one, *(rest[i % len(rest)] for rest in hubs[1:])) for i, one in enumerate(hubs[0])]
    )
    wires = [wire for wire in (value.codec.encode(*hub) for hub in found) if _valid_group(value, wire)]
    return st.sampled_from(wires) if wires else None


def _valid_group(value: Correspondence, wire: tuple[Any, ...]) -> bool:
    if len(wire) != len(value.fields) or (len(wire) == 1 and wire[0] is MISSING):
        return False
    return all(one is MISSING or valid_value(each, one) for each, one in zip(value.fields, wire, strict=True))


def field_values(
    one: Field, codec: Codec, examples: Iterable[Any] = (), lengths: Iterable[int] = ()
) -> SearchStrategy[Any]:
    """Make what one field may hold: also such ``examples`` as are valid, and texts around ``lengths``."""
    if one.item is not None:
        items = field_values(one.item, codec, (), lengths)
        return or_null(st.lists(items, max_size=MOST_ITEMS + 1), one.nullable)
    limits = {*lengths, *(length for length in (one.min_length, one.max_length) if length is not None)}
    candidates = [
        *(one.enum or ()),
        *(TEXTS if _takes(one, "string") else ()),
        *(NUMBERS if _takes(one, "number", "integer") else ()),
        *examples,
        *(text for limit in sorted(limits) for text in _around(limit)),
        *((True, False) if _takes(one, "boolean") else ()),
        *(TREES if _takes(one, "object", "array") else ()),
    ]
    pool = _distinct(one_ for one_ in candidates if one_ is not MISSING and valid_value(one, one_))
    found: SearchStrategy[Any] = st.sampled_from(pool) if pool else st.nothing()
    if one.pattern is not None:
        # what Python takes for more than is meant is no value
        texts = st.from_regex(re.compile(portable(one.pattern), re.ASCII))
        found = st.one_of(found, texts.filter(lambda text: valid_value(one, text)))
    elif _takes(one, "string") and one.enum is None:
        texts = st.text(max_size=8).filter(lambda text: valid_value(one, text))
        found = st.one_of(found, found, found, texts)
    return or_null(found, one.nullable and one.at != ())


def or_null(values: SearchStrategy[Any], nullable: bool) -> SearchStrategy[Any]:
    return values if not nullable else st.integers(0, 11).flatmap(lambda n: st.none() if n == 11 else values)


def _takes(one: Field, *types: str) -> bool:
    return bool({*types, "any"} & {*one.types})


def _around(length: int) -> Iterator[str]:
    """Yield texts as long as a limit, a little shorter, and a little longer; and what breaks where a limit is."""
    for count in range(max(0, length - 3), length + 4):
        yield "".join(chr(0x61 + i % 26) if i % 7 else "€" for i in range(count))
    for sign in ("👩‍👩‍👧‍👦", "&amp;", "<b>a</b>", "<br>"):
        plain = "x" * max(0, length - len(sign) // 2)
        yield from (plain + sign, f"<p>{plain[7:]}{sign}</p>", sign * (length // len(sign) + 1))
    # one sign, which cannot be cut
    yield "e" + "\u0301" * length


def _distinct(values: Iterable[Any]) -> list[Any]:
    found: dict[str, Any] = {}
    for value in values:
        found.setdefault(repr((type(value), value)), value)
    return list(found.values())


def valid_value(one: Field, value: Any) -> bool:
    """Tell whether a field may hold a value; what only weakly sourced limits object to is valid."""
    if one.advisory:
        one = replace(one, advisory=False, **LIMITLESS)
    if value is None:
        return one.nullable and one.at != ()
    check = fit(one)
    return check is None or check(value) == (value, None)
