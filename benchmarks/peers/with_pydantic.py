"""pydantic: validate into models, convert in Python, dump."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import create_model

from benchmarks.peers import objects

CANNOT = "tell null from absent (with None as default)"


def make() -> Callable[[dict[str, Any]], Any]:
    source, target = _classes("Axim", objects.SOURCE), _classes("CommerceEngine", objects.TARGET)
    validate = source["Product"].model_validate
    return lambda payload: objects.convert(validate(payload), target).model_dump(exclude_none=True)


def _classes(prefix: str, table: dict[str, dict[str, Any]]) -> objects.Classes:
    made: objects.Classes = {}
    for name, fields in table.items():
        annotations = {field: (objects.annotation(type_, made), None) for field, type_ in fields.items()}
        made[name] = create_model(prefix + name, **annotations)
    return made
