"""JSON types as sets of JSON Schema's words: what values are of, and which types go beyond which."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypeAlias

#: words such as ``string``; of hub values also the dimensions: ``weight``, ``length``, ``volume``
Types: TypeAlias = frozenset[str]


def json_type(value: Any) -> str:
    """Return the type of a JSON value that is not null; a list counts as an object."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    return "number" if isinstance(value, float | Decimal) else "string" if isinstance(value, str) else "object"


def beyond(types: Types, allowed: Types) -> Types:
    """Return the types whose values are not all of an allowed type."""
    if "any" in allowed:
        return frozenset()
    return frozenset(name for name in types - allowed if name != "integer" or "number" not in allowed)
