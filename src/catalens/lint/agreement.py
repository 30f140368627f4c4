"""Where a hub path leads, and which types arrive there through a codec."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Literal, TypeAlias, get_args, get_origin

from catalens.codecs.base import SAME, Chain, Codec, EachOf
from catalens.codecs.groups import Alias
from catalens.codecs.registry import CODECS, make_codec
from catalens.codecs.scalars import Table
from catalens.codecs.units import UNITS
from catalens.errors import did_you_mean
from catalens.hub import HubModel, Length, Product, Weight
from catalens.mapping.hub_format import item_type, json_type
from catalens.paths import MISSING, Key, Path, Where, show

Types: TypeAlias = frozenset[str]

#: what stands in for assumptions that a mapping does not give, so that its codecs can be made all the same
STAND_INS = {**{dimension: next(iter(units)) for dimension, units in UNITS.items()}, "timezone": "UTC"}

WORDS = {
    "string": "text",
    "number": "a number",
    "integer": "an integer",
    "boolean": "true or false",
    "object": "an object",
    "array": "a list of texts",
    "any": "any JSON",
    "weight": "a weight",
    "length": "a length",
    "volume": "a volume",
    "item": "an object",
}


# -- where a hub path leads -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HubField:
    """What a hub path leads to: its type (a key of WORDS) and, where only some texts are allowed, those."""

    type: str
    values: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


class NoHubField(ValueError):
    """The hub has nothing at a path; ``hint`` is the nearest fix."""

    def __init__(self, message: str, hint: str | None = None, code: str = "unknown-hub-path") -> None:
        self.hint, self.code = hint, code
        super().__init__(message)


def hub_field(path: Path) -> HubField:
    """Follow a hub path through the models of the product. Raises NoHubField."""
    node: Any = Product
    is_list = False
    for index, step in enumerate(path):
        before = show(path[:index])
        if not isinstance(step, Key):
            if not is_list:
                raise NoHubField(f"{before!r} is no list", f"write {before!r}")
            is_list = False
            if step.where is not None:
                _check_filter(node, step.where, before)
        elif is_list:
            raise NoHubField(f"{before!r} is a list", f"say which items: '{before}[]', '{before}[0]' or a filter")
        elif not _is_model(node):
            raise NoHubField(
                f"{before!r} is {WORDS[_type(node)]}, and has no field {step.name!r}", f"write {before!r}"
            )
        elif step.name not in node.model_fields:
            raise _unknown(node, step.name, before)
        elif step.name in ("ext", "x"):
            return _free_ground(path, index, step.name)
        else:
            node, is_list = item_type(node.model_fields[step.name].annotation)
    if is_list and not _is_model(node):
        return HubField("array")
    if is_list:
        raise NoHubField(f"{show(path)!r} is a list", f"write '{show(path)}[]'")
    return HubField(_type(node), _values(node), tuple(node.model_fields) if _is_model(node) else ())


def _free_ground(path: Path, index: int, name: str) -> HubField:
    """Let everything pass below ``ext.<format>`` and ``x``, where no model says what there is."""
    needed = 2 if name == "ext" else 1
    names = path[index + 1 :]
    if len(names) < needed or not all(isinstance(step, Key) for step in names[:needed]):
        wanted = "ext.<format>.<name>" if name == "ext" else "x.<name>"
        raise NoHubField(f"{show(path)!r} is not one field", f"write {wanted}")
    return HubField("any")


def _unknown(model: type[HubModel], name: str, before: str) -> NoHubField:
    known = [one for one in model.model_fields if one != "ext"]
    hint = did_you_mean(name, known)
    if hint is None and len(known) <= 10:
        hint = f"there are {', '.join(known)}"
    return NoHubField(f"the hub's {before or 'product'} has no field {name!r}", hint)


def _check_filter(item: Any, where: Where, before: str) -> None:
    name, value = where
    known = item.model_fields if _is_model(item) else {}
    if name not in known:
        raise NoHubField(f"items of {before!r} have no field {name!r} to filter by", did_you_mean(name, known))
    annotation, is_list = item_type(known[name].annotation)
    values = _values(annotation)
    if is_list or _type(annotation) != "string":
        raise NoHubField(f"a filter compares text, and {name!r} of {before!r} is none")
    if values and value is not None and value not in values:
        hint = did_you_mean(value, values)
        raise NoHubField(f"{name!r} is one of {', '.join(values)}, not {value!r}", hint, "unknown-hub-value")


def _is_model(node: Any) -> bool:
    return isinstance(node, type) and issubclass(node, HubModel)


def _type(node: Any) -> str:
    if node is Weight or node is Length:
        return str(node.__name__).lower()
    return "item" if _is_model(node) else str(json_type(node))


def _values(node: Any) -> tuple[str, ...]:
    return get_args(node) if get_origin(node) is Literal else ()


# -- which types come through a codec ---------------------------------------------------------------------------


class Refused(ValueError):
    """A codec does not read values of these types."""

    def __init__(self, codec: Codec, refused: Types, taken: Types) -> None:
        self.codec, self.refused, self.taken = codec, refused, taken
        super().__init__(f"codec {codec.name!r} reads {worded(taken)}, not {worded(refused)}")


def through(codec: Codec, given: Sequence[Types]) -> tuple[Types, ...]:
    """Return the types of the hub values that a codec makes of wire values. Raises Refused."""
    match codec:
        case Chain():
            for part in codec.parts:
                given = through(part, given)
            return tuple(given)
        case EachOf():
            return tuple(through(part, (types,))[0] for part, types in zip(codec.parts, given, strict=True))
        case Alias():
            halves = zip(given[: codec.hubs], given[codec.hubs :], strict=True)
            return tuple(main | alias for main, alias in halves)
    if codec is SAME:
        return tuple(given)
    if not (isinstance(codec, Table) and codec.otherwise_same):
        for types, taken in zip(given, taken_types(codec), strict=True):
            if refused := beyond(types, taken):
                raise Refused(codec, refused, taken)
    if isinstance(codec, Table):
        made = frozenset(_json_type(value) for value in codec.hub_values)
        return (made | given[0] if codec.otherwise_same else made,)
    return tuple(frozenset({name}) for name in codec.hub_types)


def beyond(types: Types, allowed: Types) -> Types:
    """Return the types whose values are not all of an allowed type."""
    if "any" in allowed:
        return frozenset()
    return frozenset(name for name in types - allowed if name != "integer" or "number" not in allowed)


def taken_types(codec: Codec) -> tuple[Types, ...]:
    """Return what a codec reads at each place, going by its own examples of its domain."""
    rows = [example if isinstance(example, tuple) else (example,) for example in codec.examples]
    found: list[set[str]] = [set() for _ in range(codec.wires)]
    for row in rows:
        if not _reads(codec, row):
            continue
        for index, value in enumerate(row):
            if value is MISSING or value is None:
                continue
            found[index].add(_json_type(value))
            if _json_type(value) == "integer" and _reads(codec, (*row[:index], 1.5, *row[index + 1 :])):
                found[index].add("number")
    return tuple(map(frozenset, found))


def _reads(codec: Codec, row: tuple[Any, ...]) -> bool:
    return any(value is not MISSING for value in codec.decode(*row))


def _json_type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    return "number" if isinstance(value, float | Decimal) else "string" if isinstance(value, str) else "object"


def worded(types: Types) -> str:
    """Name types in words; an integer beside a number goes without saying."""
    shown = types - {"integer"} if "number" in types else types
    return " or ".join(word for name, word in WORDS.items() if name in shown)


# -- which codecs there are -------------------------------------------------------------------------------------


@cache
def all_codecs() -> dict[str, Codec]:
    """Return every codec that takes no parameter, and the measures, by their spelling."""
    found: dict[str, Codec] = {}
    for name in CODECS:
        found.update(_made(name, name))
    for dimension in UNITS:
        found.update(_made(f"{{measure: {dimension}}}", {"measure": dimension}))
    return found


def _made(spelling: str, spec: Any) -> Iterator[tuple[str, Codec]]:
    try:
        yield spelling, make_codec(spec, STAND_INS)
    except ValueError:
        return


def helpful_codecs(types: Types, wanted: str) -> list[str]:
    """Return the spellings of codecs that make what a hub field wants out of values of these types."""
    singles = [
        spelling
        for spelling, codec in all_codecs().items()
        if codec.wires == codec.hubs == 1
        and codec.hub_types == (wanted,)
        and not beyond(types, taken_types(codec)[0])
    ]
    if singles or wanted not in UNITS:
        return singles
    return [f"[{first}, {{measure: {wanted}}}]" for first in helpful_codecs(types, "number")]


def equivalences() -> set[str]:
    """Return the names of all normalisations that a mapping can declare."""
    names = {name for codec in all_codecs().values() for name in codec.normalises}
    return names | set(Table({"one": "value", "other": "value"}).normalises)
