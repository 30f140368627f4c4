"""The hub as a format of its own, so that A -> hub and hub -> A are translations like any other.

Its lines follow from the pydantic models. What one format alone knows stands in ``ext``; when the hub meets that
format, it takes those fields over from the format's own profile.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from catalens.account.codes import REST, Severity
from catalens.hub import HubModel, Product, severity_declared
from catalens.mapping.model import Line, MappingModel, ProfileModel
from catalens.mapping.profile import Correspondence, ListCorrespondence, Profile, Scope, in_words
from catalens.paths import Each, Key, Path, parse, show

HUB = "hub"


def hub_mapping(counterpart: Profile | None = None) -> MappingModel:
    """Return the hub's mapping; with a counterpart, ``ext`` has the fields that this one keeps there."""
    lines = dict(_lines(Product, ()))
    if counterpart is not None:
        extensions = dict(_extensions(in_words(counterpart.scope), ()))
        if any(_in_free_ground(parse(path)) and path.startswith("x.") for path in extensions):
            # free ground has the counterpart's own shape
            del lines["x"]
        lines = {**extensions, **lines}
    else:
        lines["ext"] = Line(type="object", hub="ext")
    return MappingModel(
        format=HUB,
        title="The canonical hub product",
        fields=lines,
        profiles={"write": ProfileModel()},
    )


def _lines(model: type[BaseModel], at: Path) -> Iterator[tuple[str, Line]]:
    for name, info in model.model_fields.items():
        if name == "ext":
            continue
        path = (*at, Key(name))
        inner, is_list = item_type(info.annotation)
        if is_list:
            path = (*path, Each())
        if isinstance(inner, type) and issubclass(inner, HubModel):
            yield from _lines(inner, path)
            continue
        text = show(path)
        yield text, Line(hub=text, type=json_type(inner), doc=info.description)


def item_type(annotation: Any) -> tuple[Any, bool]:
    """Return what a hub field holds, without None, and whether it is a list of it."""
    if get_origin(annotation) in (Union, types.UnionType):
        members = [one for one in get_args(annotation) if one is not type(None)]
        if len(members) == 1:
            return item_type(members[0])
        return annotation, False
    if get_origin(annotation) is list:
        return get_args(annotation)[0], True
    return annotation, False


def json_type(annotation: Any) -> Any:
    """Return the JSON Schema type of a hub field's values."""
    if get_origin(annotation) is Literal or annotation is str:
        return "string"
    if annotation is bool:
        return "boolean"
    if get_origin(annotation) in (Union, types.UnionType) and Decimal in get_args(annotation):
        return "number"
    return "object"


def hub_severity(path: Path) -> Severity | None:
    """Return how severe it is to lose what a hub path leads to; None on ground where no model says it."""
    passed = fields_along(path)
    if passed is None:
        return None
    return severity_declared(passed[-1]) if passed else REST


def fields_along(path: Path, model: type[HubModel] = Product) -> list[FieldInfo] | None:
    """Return the fields of models that a path leads through; None on ground where no model says it."""
    node: Any = model
    passed: list[FieldInfo] = []
    for step in path:
        if not isinstance(step, Key):
            continue
        known = node.model_fields if isinstance(node, type) and issubclass(node, HubModel) else {}
        if step.name in ("ext", "x") or step.name not in known:
            return None
        passed.append(known[step.name])
        node, _ = item_type(known[step.name].annotation)
    return passed


def _extensions(scope: Scope, at: Path) -> Iterator[tuple[str, Line]]:
    """Yield the lines that hold what a format keeps in ``ext`` (or on free ground), and the kinds it implies."""
    for value in scope.values:
        for names in value.hub:
            if names[0] in ("ext", "x") or (at and _in_free_ground(at)):
                yield _line((*at, *map(Key, names)), value)
    for each in scope.lists:
        inner = (*at, *map(Key, each.hub), Each())
        yield from _extensions(each.scope, inner)
        del each
    for pick in scope.picks:
        yield from _extensions(pick.scope, (*at, *map(Key, pick.hub), Each()))


def _in_free_ground(at: Path) -> bool:
    return (isinstance(at[0], Key) and at[0].name in ("ext", "x")) or any(
        isinstance(step, Key) and step.name == "ext" for step in at
    )


def _line(path: Path, value: Correspondence) -> tuple[str, Line]:
    scalars = len(value.fields) == 1 and value.fields[0].item is not None
    text = show((*path, Each()) if scalars else path)
    return text, Line(hub=text, type="any", severity=value.fields[0].severity)


__all__ = ["HUB", "ListCorrespondence", "hub_mapping", "hub_severity", "item_type", "json_type", "parse"]
