"""Read what a JSON Schema, or a schema of an OpenAPI document, says of a payload.

References lead into the document alone: nothing is fetched. One that leads back to where it stands ends there, and
what it stands for is taken as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalens.draft.samples import Samples, gather
from catalens.draft.shape import DEEPEST, LONGEST_NAME, MOST_MEMBERS, Shape
from catalens.errors import CatalensError, InvalidPayload, PayloadError, UsageError, did_you_mean
from catalens.mapping.load import load_text
from catalens.paths import parse_pointer, pointer_text
from catalens.payloads import loads
from catalens.pipeline.files import read

#: words of JSON Schema that a mapping has, too
LIMITS = ("minLength", "maxLength", "minimum", "maximum", "pattern", "enum", "format", "default")
TYPES = frozenset({"string", "integer", "number", "boolean", "object", "array", "null"})
#: schemas that are looked at, counted at each place where they are used
MOST_SCHEMAS = 5_000
ALL_TYPES = TYPES - {"integer", "null"}


def read_schema(given: str | Mapping[str, Any]) -> Samples:
    """Read a JSON Schema, or a file that holds one. Raises CatalensError where it describes no object."""
    name, document = (given, _document(given)) if isinstance(given, str) else ("the schema", given)
    return _samples(name, document, document, ())


def read_openapi(name: str, wanted: str | None) -> Samples:
    """Read a schema of an OpenAPI document (JSON or YAML): the one of that name, or the only one there is.

    Raises UsageError where it is open which is meant, or there is none of that name.
    """
    document = _document(name)
    at, schemas = _schemas(document)
    if not schemas:
        raise CatalensError(f"{name} has no schemas: expected some in /components/schemas")
    if wanted is None and len(schemas) > 1:
        shown = ", ".join(list(schemas)[:12])
        raise UsageError(f"{name} has {len(schemas)} schemas; say which with --schema: {shown}")
    chosen = wanted if wanted is not None else next(iter(schemas))
    if chosen not in schemas:
        near = did_you_mean(chosen, schemas) or f"there are {', '.join(list(schemas)[:12])}"
        raise UsageError(f"{name} has no schema {chosen!r}; {near}")
    return _samples(name, document, schemas[chosen], (*at, chosen))


def _document(name: str) -> Any:
    text = read(name)
    if text.lstrip()[:1] == b"{":
        try:
            return loads(text)
        except InvalidPayload as error:
            placed = [
                PayloadError(f"{name}: {one.pointer}" if one.pointer else name, one.message) for one in error.errors
            ]
            raise InvalidPayload(placed) from None
    try:
        return load_text(text.decode("utf-8"), name).data
    except UnicodeDecodeError as error:
        raise CatalensError(f"{name} is no UTF-8: byte {error.start}") from None


def _schemas(document: Any) -> tuple[tuple[str, ...], Mapping[str, Any]]:
    for at in (("components", "schemas"), ("definitions",)):
        found = document
        for part in at:
            found = found.get(part) if isinstance(found, dict) else None
        if isinstance(found, dict) and found:
            return at, found
    return (), {}


def _samples(name: str, document: Any, schema: Any, at: tuple[str, ...]) -> Samples:
    shape = _Reader(name, document).shape(schema, at, (), 0)
    if not shape.is_object:
        raise CatalensError(f"{name}{' ' if at else ''}{pointer_text(at)} describes no object with properties")
    shape.count = 1
    for example in _examples(schema):
        shape.illustrate(example)
    inner = _envelope(shape)
    return inner if inner is not None else Samples(shape)


def _envelope(shape: Shape) -> Samples | None:
    """Return what a schema describes inside an object of which one member, an object, is required."""
    at: tuple[str, ...] = ()
    around: list[tuple[str, ...]] = []
    while len(shape.required) == 1 and shape.members.get(shape.required[0], shape).is_object:
        [name] = shape.required
        if name not in shape.members or not name.isidentifier():
            break
        beside = [one for one in shape.members if one != name]
        if any(shape.members[one].members or not one.isidentifier() for one in beside):
            break
        around += [(*at, one) for one in beside]
        at, shape = (*at, name), shape.members[name]
    return Samples(shape, envelope=at, around=tuple(around)) if at else None


def _examples(schema: Any) -> list[Any]:
    if not isinstance(schema, dict):
        return []
    listed = schema.get("examples")
    found = list(listed) if isinstance(listed, list) else []
    return [*found, schema["example"]] if "example" in schema else found


class _Reader:
    """Makes shapes of the schemas of one document."""

    def __init__(self, name: str, document: Any) -> None:
        self.name, self.document, self.made = name, document, 0

    def shape(self, schema: Any, at: tuple[str, ...], within: tuple[int, ...], depth: int) -> Shape:
        """Make the shape of a schema at a place; ``within`` are the schemas that it stands in, by identity."""
        self.made += 1
        if not isinstance(schema, dict) or id(schema) in within or depth > DEEPEST or self.made > MOST_SCHEMAS:
            # true, or what leads back to itself, or too deep, or without end: any value
            return Shape({*ALL_TYPES, "null"}, opaque=True)
        within = (*within, id(schema))
        if "$ref" in schema:
            target, place = self._follow(schema["$ref"], (*at, "$ref"))
            made = self.shape(target, place, within, depth)
            self._say(made, schema)
            return made
        made = self._own(schema, at, within, depth)
        for index, part in enumerate(_list(schema.get("allOf"))):
            self._narrow(made, self.shape(part, (*at, "allOf", str(index)), within, depth))
        for word in ("oneOf", "anyOf"):
            parts = [
                self.shape(part, (*at, word, str(index)), within, depth)
                for index, part in enumerate(_list(schema.get(word)))
                if not (isinstance(part, dict) and "not" in part)
            ]
            if parts:
                union = parts[0]
                for part in parts[1:]:
                    if part.types != {"null"}:
                        # what holds of one of them need not hold of all
                        union.limits = {} if union.limits != part.limits else union.limits
                    union.merge(part)
                self._narrow(made, union)
        if not made.types:
            made.types = {*ALL_TYPES, "null"}
        if schema.get("nullable") is True:
            made.types.add("null")
        self._say(made, schema)
        return made

    def _own(self, schema: dict[str, Any], at: tuple[str, ...], within: tuple[int, ...], depth: int) -> Shape:
        """Make the shape of what a schema says itself; without types where it says none."""
        said = schema.get("type")
        made = Shape({one for one in (said if isinstance(said, list) else [said]) if one in TYPES})
        properties = schema.get("properties")
        if isinstance(properties, dict) and properties:
            made.types |= set() if made.types else {"object"}
            for name, one in list(properties.items())[:MOST_MEMBERS]:
                if len(name) <= LONGEST_NAME:
                    made.members[name] = self.shape(one, (*at, "properties", name), within, depth + 1)
                else:
                    made.left_out += 1
            made.left_out += max(0, len(properties) - MOST_MEMBERS)
        if isinstance(schema.get("items"), dict):
            made.types |= set() if made.types else {"array"}
            made.item = self.shape(schema["items"], (*at, "items"), within, depth + 1)
        made.required = tuple(one for one in _list(schema.get("required")) if isinstance(one, str))
        enum = schema.get("enum", [schema["const"]] if "const" in schema else None)
        if isinstance(enum, list) and enum:
            made.types = made.types or {_type_of(one) for one in enum}
        return made

    def _say(self, made: Shape, schema: dict[str, Any]) -> None:
        """Note what a schema says of its values."""
        advice = schema.get("x-advisory")
        limits = {word: schema[word] for word in LIMITS if word in schema}
        if "const" in schema:
            limits["enum"] = [schema["const"]]
        if isinstance(advice, dict):
            limits |= {word: advice[word] for word in LIMITS if word in advice}
            limits["advisory"] = True
        made.limits |= limits
        doc = schema.get("description") or schema.get("title")
        if isinstance(doc, str):
            made.doc = doc
        made.readonly = made.readonly or schema.get("readOnly") is True
        for value in [*_examples(schema), *_list(made.limits.get("enum"))]:
            made.illustrate(value)

    @staticmethod
    def _narrow(made: Shape, other: Shape) -> None:
        """Let a shape say what another says, too."""
        made.types = made.types & other.types or made.types or set(other.types)
        other_types, other.types = other.types, set()
        made.merge(other)
        other.types = other_types
        made.limits |= other.limits
        made.required = tuple(dict.fromkeys((*made.required, *other.required)))
        made.doc, made.readonly = made.doc or other.doc, made.readonly or other.readonly
        for value in other.values:
            made.illustrate(value)

    def _follow(self, reference: Any, at: tuple[str, ...]) -> tuple[Any, tuple[str, ...]]:
        place = f"{self.name}: {pointer_text(at)}"
        if not isinstance(reference, str) or not reference.startswith("#"):
            hint = "nothing is fetched; put the schema into the document"
            raise InvalidPayload([PayloadError(place, f"{reference!r} leads out of the document: {hint}")])
        try:
            parts = parse_pointer(reference[1:])
            found = self.document
            for part in parts:
                found = found[int(part)] if isinstance(found, list) else found[part]
        except (LookupError, TypeError, ValueError):
            raise InvalidPayload([PayloadError(place, f"{reference!r} leads to nothing")]) from None
        return found, parts


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _type_of(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return "string" if isinstance(value, str) else "integer" if isinstance(value, int) else "number"


__all__ = ["gather", "read_openapi", "read_schema"]
