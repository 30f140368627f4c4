"""Valid payloads of a profile."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from catalens.envelopes import wrap
from catalens.mapping.profile import (
    Correspondence,
    LeafNode,
    ListCorrespondence,
    Names,
    ObjectNode,
    Place,
    Profile,
    Scope,
    wire_tree,
)
from catalens.paths import MISSING
from catalens.payloads import copy_json, dumps
from catalens.strategies.values import MOST_ITEMS, NAMES, TREES, Hints, group_values, or_null
from catalens.validate import check_payload

#: fields that one object has at most
MOST_FIELDS = 10
#: how much likelier than another is a field that tells the product from others
OFTEN = 10


@lru_cache(maxsize=256)
def payloads(profile: Profile, beyond: Profile | None = None) -> SearchStrategy[Any]:
    """Make valid payloads: the product bare, and in its envelope where the profile has one.

    ``beyond``: also try what the fields of that profile know and cannot hold.
    """
    hints = Hints()
    if beyond is not None:
        hints.learn(beyond.scope, ())
    products = _objects(profile.scope, (), hints, profile.identity).map(lambda product: _checked(product, profile))
    if profile.any_shape:
        odd = st.tuples(st.sampled_from(profile.any_shape), st.sampled_from(OF_ANY_SHAPE))
        products = st.one_of(products, products, st.builds(_shaped, products, odd))
    if not profile.envelope:
        return products
    return st.one_of(_enveloped(products, profile), products, _lookalikes(products, profile))


#: values of other shapes than an object, or a list of items, has
OF_ANY_SHAPE: tuple[Any, ...] = (
    "text",
    5,
    {},
    {"customers": [5, {"id": 6}], "groups": []},
    ["text", "other"],
    [{"name": "a"}, "b"],
    [[]],
)


def _shaped(product: Any, odd: tuple[Names, Any]) -> Any:
    """Put a value of another shape into a product."""
    names, value = odd
    (first, *rest), inside = names, product if isinstance(product, dict) else {}
    return {**inside, first: _shaped(inside.get(first), (tuple(rest), value)) if rest else value}


@dataclass(frozen=True, eq=False)
class Portion:
    """What is drawn as a whole: fields of one object, and what they hold together (MISSING: absent)."""

    ats: tuple[Names, ...]
    values: SearchStrategy[tuple[Any, ...]]
    meets: bool = False


def _objects(scope: Scope, at: Names, hints: Hints, identity: Collection[Names] = ()) -> SearchStrategy[Any]:
    """Make the objects, or the scalar items, that a scope describes at a hub path; ``identity`` is often there."""
    tree = wire_tree(scope)
    portions = list(_portions(scope, at, hints))
    if isinstance(tree, LeafNode):
        return portions[0].values.map(lambda values: values[0])
    # what arrives somewhere has more ways to go wrong than what does not
    weighted = [
        one
        for one in portions
        for _ in range(OFTEN if not set(one.ats).isdisjoint(identity) else 3 if one.meets else 1)
    ]
    most = min(MOST_FIELDS, len(portions))
    least = 0 if at else most * 2 // 3
    few = st.lists(st.sampled_from(weighted), max_size=most, unique=True) if weighted else st.just([])
    many = st.lists(st.sampled_from(weighted), min_size=least, max_size=most, unique=True) if least else few
    extras = st.one_of(st.just([]), st.just([]), st.lists(_extras(tree), min_size=1, max_size=2))
    return _object(Members(st.one_of(few, many), extras))


class Members:
    """What an object is drawn from; it shows nothing of it, for Hypothesis shows what strategies are made of."""

    def __init__(
        self, portions: SearchStrategy[list[Portion]], extras: SearchStrategy[list[tuple[Names, Any]]]
    ) -> None:
        self.portions, self.extras = portions, extras

    def __repr__(self) -> str:
        return "members"


@st.composite
def _object(draw: st.DrawFn, members: Members) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for portion in draw(members.portions):
        for at, value in zip(portion.ats, draw(portion.values), strict=True):
            if value is not MISSING:
                _put(out, at, copy_json(value))
    for at, value in draw(members.extras):
        _put(out, at, copy_json(value))
    return out


def _put(out: dict[str, Any], at: Names, value: Any) -> None:
    """Write a value where nothing stands yet."""
    for name in at[:-1]:
        out = out.setdefault(name, {})
        if not isinstance(out, dict):
            return
    out.setdefault(at[-1], value)


def _replace(out: dict[str, Any], at: Names, value: Any) -> None:
    """Write a value, whatever stands there."""
    for name in at[:-1]:
        out = out.setdefault(name, {})
    out[at[-1]] = value


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
        yield Portion(tuple(one.at for one in value.fields), group_values(value, at, hints), meets)
    for each in scope.lists:
        inner = (*at, *each.hub)
        marked = [_marked(place, at, inner, hints) for place in each.places]
        meets = inner in hints.values or any(_meets(place, at, hints) for place in each.places)
        portion = Portion((each.list.at,), _lists(each, inner, hints, marked), meets)
        yield from (portion, portion)
    for pick in scope.picks:
        yield from _portions(pick.scope, (*at, *pick.hub), hints)


def _meets(place: Place, at: Names, hints: Hints) -> bool:
    """Tell whether the other profile has something for a place in a list that stands at a hub path."""
    return any((*at, *hub) in hints.values for hub in place.beside)


@st.composite
def _marked(draw: st.DrawFn, place: Place, at: Names, inner: Names, hints: Hints) -> dict[str, Any]:
    """Make the item that a word marks, in a list that stands at a hub path."""
    item: dict[str, Any] = draw(_objects(place.item, inner, hints))
    for value in place.members:
        for one, drawn in zip(value.fields, draw(group_values(value, at, hints)), strict=True):
            if drawn is not MISSING:
                _replace(item, one.at, drawn)
    _replace(item, place.key.at, place.word)
    return item


def _lists(
    each: ListCorrespondence, at: Names, hints: Hints, marked: Sequence[SearchStrategy[Any]] = ()
) -> SearchStrategy[tuple[Any, ...]]:
    if each.keys is not None:
        return _maps(each, each.keys, at, hints)
    items = st.lists(st.one_of(_objects(each.scope, at, hints), *marked), max_size=MOST_ITEMS)
    several = st.one_of(items, items.map(_repeated), st.builds(_alike, items, st.integers(0, MOST_FIELDS)))
    return or_null(several, each.list.nullable).map(lambda value: (value,))


#: what stands in a map and is no entry, as a rule
NO_ENTRIES = (None, *OF_ANY_SHAPE)


def _maps(each: ListCorrespondence, keys: Correspondence, at: Names, hints: Hints) -> SearchStrategy[tuple[Any, ...]]:
    """Make maps: entries under keys as the other profile has them, or any; and what is no entry, or no map."""
    names = st.one_of(st.sampled_from(NAMES), group_values(keys, at, hints).map(lambda drawn: drawn[0]))
    entry = _objects(each.scope, at, hints)
    values = st.one_of(entry, entry, entry, st.sampled_from(NO_ENTRIES))
    maps = st.dictionaries(names, values, max_size=MOST_ITEMS)
    return or_null(st.one_of(maps, maps, maps, st.sampled_from(OF_ANY_SHAPE)), each.list.nullable).map(
        lambda value: (value,)
    )


def _repeated(items: list[Any]) -> list[Any]:
    """Say the first item once more at the end."""
    return items + items[:1]


def _alike(items: list[Any], number: int) -> list[Any]:
    """Let all items say in one field what the first says there: they are of one kind, or share a key."""
    first = items[0] if items else None
    if not isinstance(first, dict) or not first:
        return items
    name = [*first][number % len(first)]
    # where a list takes any shape, some items are no objects
    return [{**one, name: copy_json(first[name])} if isinstance(one, dict) else one for one in items]


def _enveloped(products: SearchStrategy[Any], profile: Profile) -> SearchStrategy[Any]:
    """Put products into the documented envelope, with its other members, unknown ones, and fields of products."""
    places = (*profile.around, *((*profile.envelope[:depth], "~odd") for depth in range(len(profile.envelope))))
    values: SearchStrategy[Any] = st.sampled_from(("ok", True, 0, None, [], {"a": [1]}))
    around = st.fixed_dictionaries({}, optional=dict.fromkeys(places, values))

    def wrapped(product: Any, other: Any, fields: int, beside: dict[Names, Any]) -> dict[str, Any]:
        made = {**dict(list(other.items())[:fields]), **wrap(product, profile.envelope)}
        for at, value in beside.items():
            _put(made, at, value)
        return made

    return st.builds(wrapped, products, products, st.sampled_from((0, 0, 0, 1, 2)), around)


def _lookalikes(products: SearchStrategy[Any], profile: Profile) -> SearchStrategy[Any]:
    """Put into bare products what stands in the envelope's place and is no product."""
    others: SearchStrategy[Any] = st.sampled_from(("ok", 5, None, [], [1, {"a": 1}]))
    return st.builds(lambda product, other: {**product, **wrap(other, profile.envelope)}, products, others)


def _checked(product: Any, profile: Profile) -> Any:
    errors, _ = check_payload(product, profile)
    assert not errors, f"no valid payload of {profile.spelled}: {errors[0]}\n{dumps(product).decode()}"
    return product
