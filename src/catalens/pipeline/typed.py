"""The fast way in: bytes that a decoder made for the profile accepts need no further check.

The decoder's types follow from the profile's tree: all fields optional, limits as constraints, unknown keys refused.
Whatever it refuses, and whatever it cannot tell (a key that stands twice, nesting that is too deep, a number that is
too long), goes the general way, whose answer counts. So it need not be complete; it must only never accept what the
general way refuses.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, Literal, Union

import msgspec

from catalens.codecs.numbers import MAX_DIGITS
from catalens.mapping.profile import Field, LeafNode, ListNode, Node, ObjectNode, Profile
from catalens.payloads import MAX_DEPTH, Refused, exact_number

#: the text of a quote or colon that re-encoding would write in another way
_ESCAPED = (b"\\u0022", b"\\u003a", b"\\u003A")
_KEY = b'":'
_NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_DIGITS = bytes(48 if 48 <= byte < 58 else 120 for byte in range(256))
_LONG_NUMBER = b"0" * MAX_DIGITS

_untyped = msgspec.json.Decoder(float_hook=exact_number)
_encode = msgspec.json.Encoder(decimal_format="number").encode


def read_line(line: bytes, profile: Profile) -> tuple[Any, Any] | None:
    """Return payload and product of a line that is certainly valid; None where the general way has to say."""
    typed = _decoder(profile)
    try:
        typed.decode(line)
        payload = _untyped.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, Refused):
        return None
    if any(text in line for text in _ESCAPED) or _encode(payload).count(_KEY) != line.count(_KEY):
        return None
    if not _shallow(line) or (len(line) > MAX_DIGITS and _LONG_NUMBER in line.translate(_DIGITS)):
        return None
    product = payload
    for name in profile.envelope:
        product = product[name]
    return payload, product


def _shallow(line: bytes) -> bool:
    """Tell whether a text certainly nests no deeper than is allowed; brackets within texts count as well."""
    brackets = line.translate(None, _NOT_BRACKETS)
    for level in range(0, 12, 2):
        # each round takes at most two levels away
        if len(brackets) <= 2 * (MAX_DEPTH - level):
            return True
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    return False


@lru_cache(maxsize=64)
def _decoder(profile: Profile) -> msgspec.json.Decoder[Any]:
    made = _type(profile.tree)
    for depth, name in reversed(list(enumerate(profile.envelope))):
        around = [(one, msgspec.Raw) for one in profile.around if depth == 0]
        made = _struct([*around, (name, made)], required=name)
    return msgspec.json.Decoder(made)


def _struct(members: list[tuple[str, Any]], required: str | None = None) -> Any:
    fields: list[Any] = []
    names = {f"f{number}": name for number, (name, _) in enumerate(members)}
    for ours, (name, kind) in sorted(zip(names, members, strict=True), key=lambda pair: pair[1][0] != required):
        fields.append((ours, kind) if name == required else (ours, Union[kind, msgspec.UnsetType], msgspec.UNSET))
    return msgspec.defstruct("Object", fields, forbid_unknown_fields=True, gc=False, rename=names.get)


def _type(node: Node, item: bool = False) -> Any:
    match node:
        case LeafNode(field):
            return _field(field, item)
        case ListNode(field, inner, _):
            return _nullable(list[_type(inner, item=True)], field.nullable)  # type: ignore[misc]
        case ObjectNode(members):
            made = _struct([(name, _type(child)) for name, child in members.items()])
            return made if item else _nullable(made, True)


def _nullable(kind: Any, nullable: bool) -> Any:
    return Union[kind, None] if nullable else kind


def _field(field: Field, item: bool) -> Any:
    if field.item is not None:
        return _nullable(list[_field(field.item, item=True)], field.nullable)  # type: ignore[misc]
    types = ("string", "number", "boolean", "object", "array") if "any" in field.types else field.types
    kinds = [_scalar(field, name) for name in types]
    if int in kinds and float in kinds:
        kinds.remove(int)
    if "any" in field.types and (field.nullable and not item):
        return msgspec.Raw
    if None in kinds or (field.enum is not None and not field.advisory and field.types != ("string",)):
        # nothing fits, so that the general way answers
        return msgspec.UnsetType
    kind: Any = Union[tuple(kinds)]
    return _nullable(kind, field.nullable and not item)


def _scalar(field: Field, name: str) -> Any:
    free = field.advisory
    if name == "string":
        if field.enum is not None and not free:
            return Literal[field.enum]
        limits = {"min_length": field.min_length, "max_length": field.max_length, "pattern": field.pattern}
        given: dict[str, Any] = {} if free else {word: one for word, one in limits.items() if one is not None}
        return Annotated[str, msgspec.Meta(**given)] if given else str
    if name == "number" and (free or (field.minimum is None and field.maximum is None)):
        return float
    if name == "integer" and (free or (field.minimum is None and field.maximum is None)):
        return int
    return {"boolean": bool, "object": dict[str, msgspec.Raw], "array": list[msgspec.Raw]}.get(name)
