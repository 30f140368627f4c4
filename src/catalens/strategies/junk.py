"""Payloads that are nearly valid, and anything at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from catalens.mapping.profile import Profile
from catalens.paths import MISSING, Pointer
from catalens.strategies.products import payloads
from catalens.strategies.values import NAMES, NUMBERS, TEXTS, TREES


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
