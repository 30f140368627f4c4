"""cattrs: structure into attrs classes, convert in Python, unstructure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
from cattrs.gen import make_dict_unstructure_fn
from cattrs.preconf.json import make_converter

from benchmarks.peers import objects

CANNOT = "tell null from absent (with None as default)"


def make() -> Callable[[dict[str, Any]], Any]:
    source, target = _classes("Axim", objects.SOURCE), _classes("CommerceEngine", objects.TARGET)
    converter = make_converter(detailed_validation=False)
    for number in (objects.Number, objects.Number | None):
        converter.register_structure_hook(number, _number)
    for one in target.values():
        converter.register_unstructure_hook(
            one, make_dict_unstructure_fn(one, converter, _cattrs_omit_if_default=True)
        )
    structure, unstructure, product = converter.structure, converter.unstructure, source["Product"]
    return lambda payload: unstructure(objects.convert(structure(payload, product), target))


def _number(value: Any, _: Any) -> Any:
    if value is not None and not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return value


def _classes(prefix: str, table: dict[str, dict[str, Any]]) -> objects.Classes:
    made: objects.Classes = {}
    for name, fields in table.items():
        made[name] = attrs.make_class(
            prefix + name,
            {
                field: attrs.field(type=objects.annotation(type_, made), default=None)
                for field, type_ in fields.items()
            },
            slots=True,
        )
    return made
