"""Where a field may go: the fields and lists of the hub, seen from the product or from a list's item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeAlias, get_args, get_origin

from catalens.hub import ROWS, HubModel, Length, Product, Weight, rows_of
from catalens.lint.agreement import HubField, NoHubField, hub_field
from catalens.mapping.hub_format import fields_along, item_type
from catalens.paths import Each, Key, Path, Pick, Where, parse, plain, show

#: a value, a list of values, a list of objects
Kind: TypeAlias = Literal["value", "values", "objects"]


@dataclass(frozen=True)
class Target:
    """One place of the hub; ``path`` leads there from the model that the field stands in."""

    path: Path
    end: HubField
    #: of a list of objects, what its items are
    item: type[HubModel] | None = None
    doc: str | None = None

    @property
    def text(self) -> str:
        """Return the path as a mapping spells it."""
        return show(self.path)

    @property
    def key(self) -> str:
        return key_of(self.path)

    @property
    def is_enumerated(self) -> bool:
        return bool(self.end.values)


#: fields that tell rows apart by whom they are for
_NOBODY = frozenset(rows.by for rows in ROWS.values())


def key_of(path: Path) -> str:
    """Return a name for a place that does not depend on which row of a list is meant: ``prices[].list``."""
    text = ""
    for step in path:
        if isinstance(step, Key):
            text += ("." if text else "") + step.name
        else:
            name, word = step.where or ("", None)
            # for whom a row is says nothing of what stands in it
            word = None if name in _NOBODY else word
            text += f"[{'' if word is None else word}]"
    return text


def one_list(key: str) -> str:
    """Return the key of a list of values without its end, which a text with all of them has not."""
    return key.removesuffix("[]")


def model_at(path: Path, model: type[HubModel] = Product) -> type[HubModel] | None:
    """Return the model of what a path leads to; None on ground where there is none."""
    passed = fields_along(path, model)
    if passed is None:
        return None
    node = item_type(passed[-1].annotation)[0] if passed else model
    return node if isinstance(node, type) and issubclass(node, HubModel) else None


@lru_cache(maxsize=64)
def own_targets(model: type[HubModel]) -> tuple[Target, ...]:
    """Return the fields of a model, those of objects in it, and its lists, each by each kind of their items."""
    return tuple(_own(model, ()))


def _own(model: type[HubModel], at: Path) -> Iterator[Target]:
    for name, info in model.model_fields.items():
        if name in ("ext", "x"):
            continue
        path: Path = (*at, Key(name))
        inner, is_list = item_type(info.annotation)
        is_model = isinstance(inner, type) and issubclass(inner, HubModel)
        if is_model and is_list:
            for where in (None, *_kinds(inner)):
                yield from _list(inner, (*path, Each(where)), info.description)
            yield from _row(inner, path)
        elif is_model:
            yield from _own(inner, path)
        elif is_list:
            yield Target(path, HubField("array"), None, info.description)
        else:
            yield Target(path, _end(inner), None, info.description)


def _list(item: type[HubModel], path: Path, doc: str | None) -> Iterator[Target]:
    """Yield a list, what identifies or names its items, and the lists in the items of one kind."""
    yield Target(path, HubField("item"), item, doc)
    for name, info in item.model_fields.items():
        inner, is_list = item_type(info.annotation)
        if name in ("id", "name") and not is_list:
            yield Target((*path, Key(name)), _end(inner), None, info.description or doc)
        elif is_list and path[-1] != Each() and isinstance(inner, type) and issubclass(inner, HubModel):
            yield from _list(inner, (*path, Key(name), Each()), info.description or doc)


def _row(model: type[HubModel], path: Path) -> Iterator[Target]:
    """Yield the fields of the one row that stands for all, where a list has one."""
    names = tuple(step.name for step in path if isinstance(step, Key))
    if names[-1] not in ROWS:
        return
    rows = rows_of(names)
    row = Pick((rows.by, None)) if rows.by is not None and not rows.asked_for else Pick()
    for one in _own(model, (*path, row)):
        # who a row is for is no matter of the row that is for all
        if one.item is None and one.path[-1] != Key(rows.by or ""):
            yield one


def _kinds(model: type[HubModel]) -> Iterator[Where]:
    if "kind" in model.model_fields:
        info = model.model_fields["kind"]
        inner, _ = item_type(info.annotation)
        words = get_args(inner) if get_origin(inner) is Literal else info.examples or ()
        yield from (("kind", word) for word in words)


def _end(inner: Any) -> HubField:
    if inner in (Weight, Length):
        return HubField(str(inner.__name__).lower())
    if get_origin(inner) is Literal:
        return HubField("string", get_args(inner))
    return HubField({str: "string", bool: "boolean"}.get(inner, "number"))


def target_at(path: Path, model: type[HubModel], root: Path) -> Target | None:
    """Return the target that a path of a mapping leads to from a model, which stands at ``root`` in the product."""
    try:
        if path and not isinstance(path[-1], Key):
            item = model_at(path, model)
            if item is not None:
                hub_field((*root, *path))
                return Target(path, HubField("item"), item)
        return Target(path, hub_field((*root, *path)))
    except NoHubField:
        return None


def overlaps(one: Path, other: Path) -> bool:
    """Tell whether two fields of one object cannot both go where these paths lead."""
    for mine, theirs in zip(one, other, strict=False):
        if isinstance(mine, Key) or isinstance(theirs, Key):
            if mine != theirs:
                return False
        elif isinstance(mine, Pick) and isinstance(theirs, Pick):
            if mine.where != theirs.where and key_of((mine,)) != key_of((theirs,)):
                return False
        else:
            # a list takes all items of its kind
            kinds = [step.where[1] if step.where is not None else None for step in (mine, theirs)]
            return None in kinds or kinds[0] == kinds[1]
    return True


def wire_lists(path: Path) -> int:
    """Return how many lists a path leads through whose items are all meant."""
    return sum(isinstance(step, Each) and step.where is None for step in path)


def parsed(texts: Iterable[str]) -> list[Path]:
    return [parse(text) for text in texts]


__all__ = ["Kind", "Target", "key_of", "model_at", "overlaps", "own_targets", "plain", "target_at"]
