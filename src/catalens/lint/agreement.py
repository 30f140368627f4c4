"""Where a hub path leads, and which types arrive there through a codec."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args, get_origin

from catalens.codecs.base import Codec
from catalens.codecs.json_types import Types, beyond
from catalens.codecs.registry import ANSWERS, CODECS, make_codec, spellings
from catalens.codecs.scalars import Table
from catalens.codecs.units import UNITS
from catalens.errors import did_you_mean
from catalens.hub import HubModel, Length, Product, Weight
from catalens.mapping.hub_format import item_type, json_type
from catalens.mapping.profile import LIST_ORDER
from catalens.paths import Key, Path, Where, show

#: what stands in for assumptions that a mapping does not give, so that its codecs can be made all the same
STAND_INS = {**{name: answers[0] for name, answers in ANSWERS.items()}, "timezone": "UTC"}

#: the types of fields that hold objects or lists as they are
SHAPES: Types = frozenset({"object", "array", "any"})

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
    if is_list or _type(annotation) != "string" or not isinstance(value, str | None):
        raise NoHubField(f"a filter of hub items compares text, and {name!r} of {before!r} is none")
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


def worded(types: Types) -> str:
    """Name types in words; an integer beside a number goes without saying."""
    shown = types - {"integer"} if "number" in types else types
    return " or ".join(word for name, word in WORDS.items() if name in shown)


# -- which codecs there are -------------------------------------------------------------------------------------


@cache
def all_codecs() -> dict[str, Codec]:
    """Return every codec that takes no parameter, or one of some words, by its spelling."""
    found = {}
    for spec in spellings():
        spelled = spec if isinstance(spec, str) else "".join(f"{{{name}: {word}}}" for name, word in spec.items())
        found[spelled] = make_codec(spec, STAND_INS)
    return found


def helpful_codecs(types: Types, wanted: str) -> list[str]:
    """Return the spellings of codecs that make what a hub field wants out of values of these types."""
    singles = [
        spelling
        for spelling, codec in all_codecs().items()
        if codec.wires == codec.hubs == 1
        and codec.hub_types == (wanted,)
        and not beyond(types, codec.taken_types()[0])
        and (not codec.writes_any or types & SHAPES)
        # which unit it is, the mapping assumes unless it is known to be another
        and (codec.measured_in is None or codec.assumes is not None)
    ]
    if singles or wanted not in UNITS:
        return singles
    return [f"[{first}, {{measure: {wanted}}}]" for first in helpful_codecs(types, "number")]


def equivalences() -> set[str]:
    """Return the names of all normalisations that a mapping can declare."""
    names = {LIST_ORDER, *(name for codec in all_codecs().values() for name in codec.normalises)}
    # those too that take a parameter which is no word
    names.update(name for codec in CODECS.values() for name in codec.normalises)
    return names | set(Table({"word": "value", "Word": "value"}).normalises)
