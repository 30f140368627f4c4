"""Payloads to try a format with: valid ones, nearly valid ones, and anything at all.

All of it follows from the profile: what a field may hold, the edges of its codec's domain, and, where a
second profile is given, the words and limits of the fields that the values will be written to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from catalens.codecs.base import Codec
from catalens.compiler.emit import copy_json
from catalens.compiler.values import fit
from catalens.mapping.profile import (
    Correspondence,
    Field,
    LeafNode,
    ListCorrespondence,
    Names,
    ObjectNode,
    PickCorrespondence,
    Profile,
    Scope,
    wire_tree,
)
from catalens.paths import MISSING, Pointer
from catalens.payloads import dumps
from catalens.validate import check_payload

#: a Field without limits beyond its type
LIMITLESS: dict[str, Any] = dict.fromkeys(("min_length", "max_length", "minimum", "maximum", "enum", "pattern"), None)
#: fields of one object, and items of one list, that a payload has at most
MOST_FIELDS, MOST_ITEMS = 10, 3

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
    "{{ name }}",
    "AAAA",
    "data:image/png;base64,AAAA",
    "https://example.com/a?b=c#d",
    "2024-01-31T10:00:00",
    "2024-01-31T10:00:00+05:30",
    "é" * 3000,
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


def payloads(profile: Profile, beyond: Profile | None = None) -> SearchStrategy[Any]:
    """Make valid payloads: the product bare, and in its envelope where the profile has one.

    ``beyond``: also try what the fields of that profile know and cannot hold.
    """
    hints = Hints()
    if beyond is not None:
        hints.learn(beyond.scope, ())
    products = _objects(profile.scope, (), hints).map(lambda product: _checked(product, profile))
    return products if not profile.envelope else st.one_of(_enveloped(products, profile), products)


def near_payloads(profile: Profile) -> SearchStrategy[Any]:
    """Make payloads that were valid before one place in them changed."""
    changes = st.sampled_from((MISSING, *ODD))
    return st.builds(_mutated, payloads(profile), st.integers(0, 10_000), changes)


def anything() -> SearchStrategy[Any]:
    """Make any JSON value, and Python values that are none."""
    scalars = st.one_of(
        st.sampled_from(ODD),
        st.sampled_from(NOT_JSON),
        st.text(max_size=5),
        st.integers(),
        st.floats(),
        st.decimals(),
    )
    keys = st.one_of(
        st.sampled_from(NAMES),
        st.text(max_size=3),
        st.sampled_from((None, 1, 1.5, True, ("a",), "\ud800", b"a")),
    )
    trees = st.recursive(
        scalars,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)),
        max_leaves=8,
    )
    return st.one_of(trees, st.builds(_nested, st.integers(0, 150), st.booleans()), st.just(_circular()))


def _nested(depth: int, lists: bool) -> Any:
    value: Any = {}
    for _ in range(depth):
        value = [value] if lists else {"a": value}
    return value


def _circular() -> Any:
    value: dict[str, Any] = {}
    value["content"] = value["name"] = value
    return {"name": [value]}


class _Text(str):
    __slots__ = ()


class _Object(dict[str, Any]):
    pass


ODD = (*TEXTS[:4], *NUMBERS[:6], *TREES, None, True, False, Decimal("1E+900"), [None], [[]], [{}], "null")
NOT_JSON = (
    float("nan"),
    float("inf"),
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("-Infinity"),
    Decimal("1E+5000"),
    10**1001,
    "\ud800",
    b"bytes",
    (1, 2),
    {1, 2},
    object(),
    int,
    1j,
    _Text("text"),
    _Object(name="a"),
    MISSING,
)


# -- what the other side knows -----------------------------------------------------------------------------


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
            if feeder.where is not None:
                self._add((*inner, feeder.where[0]), feeder.where[1])
            self.learn(feeder.scope, inner)

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


# -- objects -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Portion:
    """What is drawn as a whole: fields of one object, and what they hold together (MISSING: absent)."""

    ats: tuple[Names, ...]
    values: SearchStrategy[tuple[Any, ...]]
    meets: bool = False


def _objects(scope: Scope, at: Names, hints: Hints) -> SearchStrategy[Any]:
    """Make the objects, or the scalar items, that a scope describes at a hub path."""
    tree = wire_tree(scope)
    portions = list(_portions(scope, at, hints))
    if isinstance(tree, LeafNode):
        return portions[0].values.map(lambda values: values[0])
    # what arrives somewhere has more ways to go wrong than what does not
    weighted = [one for one in portions for _ in range(3 if one.meets else 1)]
    most = min(MOST_FIELDS, len(portions))
    least = 0 if at else most * 2 // 3
    few = st.lists(st.sampled_from(weighted), max_size=most, unique=True) if weighted else st.just([])
    many = st.lists(st.sampled_from(weighted), min_size=least, max_size=most, unique=True) if least else few
    extras = st.one_of(st.just([]), st.just([]), st.lists(_extras(tree), min_size=1, max_size=2))
    return _object(st.one_of(few, many), extras)


@st.composite
def _object(
    draw: st.DrawFn, portions: SearchStrategy[list[Portion]], extras: SearchStrategy[list[Any]]
) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for portion in draw(portions):
        for at, value in zip(portion.ats, draw(portion.values), strict=True):
            if value is not MISSING:
                _put(out, at, copy_json(value))
    for at, value in draw(extras):
        _put(out, at, copy_json(value))
    return out


def _put(out: dict[str, Any], at: Names, value: Any) -> None:
    """Write a value where nothing stands yet."""
    for name in at[:-1]:
        out = out.setdefault(name, {})
        if not isinstance(out, dict):
            return
    out.setdefault(at[-1], value)


def _extras(tree: ObjectNode) -> SearchStrategy[tuple[Names, Any]]:
    """Make unknown keys, and inner objects that are empty or null."""
    nodes = list(_nodes(tree, ()))
    inner = [at for at, _ in nodes if at]
    unknown = [((*at, name)) for at, node in nodes for name in NAMES if name not in node.members]
    values = st.one_of(st.sampled_from(TREES), st.sampled_from((None, "a", 5, Decimal("1.50"), True)))
    found: SearchStrategy[tuple[Names, Any]] = st.tuples(st.sampled_from(unknown), values)
    if inner:
        found = st.one_of(found, st.tuples(st.sampled_from(inner), st.sampled_from(({}, None))))
    return found


def _nodes(node: ObjectNode, at: Names) -> Iterator[tuple[Names, ObjectNode]]:
    yield at, node
    for name, child in node.members.items():
        if isinstance(child, ObjectNode):
            yield from _nodes(child, (*at, name))


def _portions(scope: Scope, at: Names, hints: Hints) -> Iterator[Portion]:
    for value in scope.values:
        meets = any((*at, *names) in hints.values for names in value.hub)
        yield Portion(tuple(one.at for one in value.fields), _values(value, at, hints), meets)
    for each in scope.lists:
        inner = (*at, *each.hub)
        portion = Portion((each.list.at,), _lists(each, inner, hints), inner in hints.values)
        yield from (portion, portion)
    for pick in scope.picks:
        yield from _portions(pick.scope, (*at, *pick.hub), hints)


def _lists(each: ListCorrespondence, at: Names, hints: Hints) -> SearchStrategy[tuple[Any, ...]]:
    items = st.lists(_objects(each.scope, at, hints), max_size=MOST_ITEMS)
    return _or_null(st.one_of(items, items.map(_repeated)), each.list.nullable).map(lambda value: (value,))


def _repeated(items: list[Any]) -> list[Any]:
    """Say the first item once more at the end."""
    return items + items[:1]


def _or_null(values: SearchStrategy[Any], nullable: bool) -> SearchStrategy[Any]:
    return values if not nullable else st.integers(0, 11).flatmap(lambda n: st.none() if n == 11 else values)


def _enveloped(products: SearchStrategy[Any], profile: Profile) -> SearchStrategy[Any]:
    """Put products into the documented envelope, with its other members and unknown ones deeper in."""
    members: dict[str, SearchStrategy[Any]] = {
        name: st.sampled_from(("ok", True, 0, None, [], {"a": [1]})) for name in ("~odd", *profile.around)
    }
    around = st.fixed_dictionaries({}, optional=members)
    return st.builds(lambda product, beside: _wrapped(product, beside, profile.envelope), products, around)


def _wrapped(product: Any, beside: dict[str, Any], envelope: Names) -> dict[str, Any]:
    inner: dict[str, Any] = {envelope[-1]: product}
    outer = {name: value for name, value in beside.items() if name != "~odd"}
    if len(envelope) > 1 and len(outer) < len(beside):
        inner["~odd"] = beside["~odd"]
    for name in reversed(envelope[:-1]):
        inner = {name: inner}
    return {**inner, **outer}


def _checked(product: Any, profile: Profile) -> Any:
    errors, _ = check_payload(product, profile)
    assert not errors, f"no valid payload of {profile.spelled}: {errors[0]}\n{dumps(product).decode()}"
    return product


# -- values ------------------------------------------------------------------------------------------------


def _values(value: Correspondence, at: Names, hints: Hints) -> SearchStrategy[tuple[Any, ...]]:
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
        return _or_null(st.lists(items, max_size=MOST_ITEMS + 1), one.nullable)
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
        found = st.one_of(found, st.from_regex(one.pattern).filter(lambda text: valid_value(one, text)))
    elif _takes(one, "string") and one.enum is None:
        texts = st.text(max_size=8).filter(lambda text: valid_value(one, text))
        found = st.one_of(found, found, found, texts)
    return _or_null(found, one.nullable and one.at != ())


def _takes(one: Field, *types: str) -> bool:
    return bool({*types, "any"} & {*one.types})


def _around(length: int) -> Iterator[str]:
    """Yield texts as long as a limit, a little shorter, and a little longer."""
    for count in range(max(0, length - 3), length + 4):
        yield "".join(chr(0x61 + i % 26) if i % 7 else "€" for i in range(count))


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


# -- one change --------------------------------------------------------------------------------------------


def _mutated(payload: Any, number: int, value: Any) -> Any:
    places = list(_places(payload, ()))
    return changed(payload, places[number % len(places)], value)


def _places(value: Any, at: Pointer) -> Iterator[Pointer]:
    yield at
    children: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    for name, child in children:
        yield from _places(child, (*at, name))


def changed(payload: Any, at: Pointer, value: Any) -> Any:
    """Return a payload with another value at one place; MISSING takes what is there away."""
    if not at:
        return None if value is MISSING else value
    name, rest = at[0], at[1:]
    made: Any = dict(payload) if isinstance(payload, dict) else list(payload)
    inner = changed(made[name], rest, value) if rest else value
    if inner is MISSING:
        del made[name]
    else:
        made[name] = inner
    return made
