"""What a profile's payloads look like, for others to read: a JSON Schema, and the list of its fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from catalens.codecs.base import SAME
from catalens.mapping.model import Line, MappingModel
from catalens.mapping.profile import (
    Correspondence,
    Field,
    LeafNode,
    ListCorrespondence,
    ListNode,
    MapNode,
    Node,
    ObjectNode,
    Profile,
    Scope,
    make_field,
    node_under,
    severity_of,
    wire_tree,
)
from catalens.paths import Each, Key, Path, Pick, show
from catalens.patterns import portable

DRAFT = "https://json-schema.org/draft/2020-12/schema"

#: what stands in the way of values beyond their type: attribute of Field -> word of JSON Schema
LIMITS = {
    "min_length": "minLength",
    "max_length": "maxLength",
    "minimum": "minimum",
    "maximum": "maximum",
    "enum": "enum",
    "pattern": "pattern",
}

ALL_BUT_NULL = ["string", "number", "boolean", "object", "array"]


# -- JSON Schema ---------------------------------------------------------------------------------------------


def payload_schema(profile: Profile) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of what stands in one profile's payload, envelope included.

    It accepts what translation accepts: unknown fields pass, no field is required (an update names what
    changes), and limits from a weak source are noted as ``x-advisory`` instead of refusing anything.
    """
    schema = _node(profile.tree, profile.mapping, nullable=False)
    for *above, last in profile.any_shape:
        inside = schema
        for name in above:
            inside = inside["properties"][name]
        other = {"not": {"anyOf": [_shape(node_under(profile.tree, (*above, last))), {"type": "null"}]}}
        inside["properties"][last] = {"anyOf": [inside["properties"][last], other]}
    for depth, name in reversed(list(enumerate(profile.envelope))):
        beside: dict[str, Any] = {names[-1]: {} for names in profile.around if names[:-1] == profile.envelope[:depth]}
        schema = {"type": "object", "properties": {**beside, name: schema}, "required": [name]}
    examples = [one.payload for one in profile.mapping.examples if one.profile in (None, profile.name)]
    return {
        "$schema": DRAFT,
        "title": f"{profile.mapping.title} ({profile.name})",
        **({"description": profile.mapping.about} if profile.mapping.about else {}),
        **schema,
        **({"examples": examples} if examples else {}),
    }


def _node(node: Node, mapping: MappingModel, nullable: bool = True) -> dict[str, Any]:
    match node:
        case LeafNode(field):
            # the item of a list is never null
            return _value(field, mapping, field.nullable and field.at != ())
        case ListNode(field, item, _):
            return _array(field, _node(item, mapping, nullable=False))
        case MapNode(field, entry):
            # what is no entry, or no map, is not refused; only null may be
            known = {"additionalProperties": {"anyOf": [_node(entry, mapping, nullable=False), {}]}}
            return {**_types(replace(field, types=("any",)), field.nullable), **known, **_about(field)}
        case ObjectNode(members):
            properties = {name: _node(child, mapping) for name, child in members.items()}
            return {"type": ["object", "null"] if nullable else "object", "properties": properties}


def _shape(node: Node | None) -> dict[str, Any]:
    """Return the schema of all that has the shape of a node, whatever it holds."""
    match node:
        case ListNode(_, item, _):
            return {"type": "array", "items": _shape(item)}
        case LeafNode(field):
            return {"type": "array", "items": _types(field.item, False)} if field.item else _types(field, False)
        case _:
            return {"type": "object"}


def _array(field: Field, items: dict[str, Any]) -> dict[str, Any]:
    return {"type": ["array", "null"] if field.nullable else "array", "items": items, **_about(field)}


def _value(field: Field, mapping: MappingModel, nullable: bool) -> dict[str, Any]:
    if field.item is not None:
        return _array(field, _value(field.item, mapping, nullable=False))
    schema = _types(field, nullable)
    limits = field_limits(field)
    if nullable and "enum" in limits and not field.advisory:
        limits["enum"].append(None)
    if field.format is not None:
        schema["format"] = field.format
    if field.advisory and limits:
        schema["x-advisory"] = limits
    else:
        schema.update(limits)
    schema.update(_about(field))
    line = line_at(mapping, field.keys)
    if line is not None and line.example is not None:
        schema["examples"] = [line.example]
    return schema


def _types(field: Field, nullable: bool) -> dict[str, Any]:
    if "any" in field.types:
        return {} if nullable else {"type": ALL_BUT_NULL}
    types = [*field.types, "null"] if nullable else list(field.types)
    return {"type": types if len(types) > 1 else types[0]}


def _about(field: Field) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if field.doc is not None:
        said["description"] = field.doc
    if field.readonly:
        said["readOnly"] = True
    if field.default is not None:
        said["default"] = field.default
    return said


def line_at(mapping: MappingModel, keys: tuple[str, ...]) -> Line | None:
    """Return the line of the mapping that a field was made from."""
    match keys:
        case ("profiles", name, "fields", *rest):
            lines = mapping.profiles[name].fields
        case ("fields", *rest):
            lines = mapping.fields
        case _:
            return None
    line = None
    for text in rest[::2]:
        line = lines[text]
        lines = line.fields or {}
    return line


def field_limits(field: Field) -> dict[str, Any]:
    """Return what a field's values may be beyond their type, in the words of JSON Schema."""
    found = {word: getattr(field, name) for name, word in LIMITS.items() if getattr(field, name) is not None}
    if "enum" in found:
        found["enum"] = list(found["enum"])
    if "pattern" in found:
        found["pattern"] = portable(found["pattern"])
    return found


# -- the list of fields --------------------------------------------------------------------------------------


def field_rows(profile: Profile) -> list[dict[str, Any]]:
    """Return one row for each field, depth first; paths as the field lists write them.

    ``hub`` is the full hub path, a list of those where a group has several, None for what has no counterpart;
    ``counterpart`` is ``hub``, ``only_here`` (the hub path leads into ``ext``), ``dropped`` or ``withheld``.
    Lists of objects have a row of their own.
    """
    return [*_rows(profile, profile.scope, ()), *_rows_of_any_shape(profile)]


def _rows_of_any_shape(profile: Profile) -> Iterator[dict[str, Any]]:
    """Yield a row for each object of any shape that is no list of items as far as it is known."""
    for text, names in zip(profile.mapping.profiles[profile.name].any_shape, profile.any_shape, strict=True):
        if not text.endswith("[]"):
            path = tuple(map(Key, names))
            keys = ("profiles", profile.name, "any_shape")
            one = make_field(Line(type="any"), names, path, profile.mapping.nullable, keys)
            one = replace(one, severity=severity_of(node_under(profile.tree, names)))
            home = ("ext", profile.format, *names)
            yield _row(profile, one, text, [tuple(map(Key, home))], Correspondence((one,), (home,), SAME))


def _rows(profile: Profile, scope: Scope, at: Path) -> Iterator[dict[str, Any]]:
    for value in scope.values:
        scalars = [Each()] if value.fields[0].item is not None else []
        hub = [(*at, *map(Key, names), *scalars) for names in value.hub]
        for field in value.fields:
            yield _row(profile, field, field.name, hub, value)
    for each in scope.lists:
        inner = (*at, *map(Key, each.hub), Each(each.where))
        if each.keys is not None or isinstance(wire_tree(each.scope), ObjectNode):
            yield _row(profile, each.list, each.list.name + ("[]" if each.keys is None else ""), [inner], each)
        yield from _rows(profile, each.scope, inner)
    for pick in scope.picks:
        yield from _rows(profile, pick.scope, (*at, *map(Key, pick.hub), Pick(pick.where)))


def _row(
    profile: Profile, field: Field, path: str, hub: list[Path], said: Correspondence | ListCorrespondence
) -> dict[str, Any]:
    shown = [show(one) for one in hub]
    inner = field.item or field
    value = said if isinstance(said, Correspondence) else None
    measured = value.codec.assumes if value is not None else None
    steps = () if value is None else value.codec.steps
    assumed = [*field.assumes, *([] if measured is None else [measured])]
    codec = value.codec.name if value is not None and value.codec is not SAME else None
    return {
        "path": path,
        "format": profile.format,
        "profile": profile.name,
        "hub": shown[0] if len(shown) == 1 else shown or None,
        "counterpart": _counterpart(value, hub),
        "type": inner.types[0] if len(inner.types) == 1 else list(inner.types),
        "nullable": field.nullable,
        "codec": codec,
        "table": next((dict(one.rows) for one in steps if one.rows is not None), None),
        "limits": field_limits(inner),
        "advisory": field.advisory,
        "readonly": field.readonly,
        "secret": field.secret,
        "blob": field.blob,
        "refers": field.refers,
        "severity": field.severity,
        "assumes": assumed[0] if len(assumed) == 1 else assumed or None,
        "doc": field.doc,
        "because": value.because if value is not None else None,
    }


def _counterpart(value: Correspondence | None, hub: list[Path]) -> str:
    if value is not None and value.withheld:
        return "withheld"
    if value is not None and value.dropped:
        return "dropped"
    return "only_here" if all(Key("ext") in path for path in hub) else "hub"
