"""Fill in what the target needs and the source does not have, with values that the caller gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalens.arguments import shown
from catalens.errors import InvalidPayload, UsageError, did_you_mean
from catalens.mapping.profile import Names, Node, ObjectNode, Profile, node_under
from catalens.paths import Key, PathError, Pointer, parse
from catalens.payloads import as_json, copy_json, loads
from catalens.products import withheld_fields
from catalens.validate import value_errors

#: target places outside of lists, and what to put there
Filling = dict[Names, Any]


def filling_of(fill: Mapping[str, Any], target: Profile) -> Filling:
    """Return the places and values that paths of fields name. Raises UsageError."""
    found: Filling = {}
    for path, value in fill.items():
        names, node = _place(path, target)
        made, errors = as_json(value)
        errors = errors or value_errors(made, node)
        if errors:
            at = errors[0].pointer
            raise UsageError(f"fill: {path}{f' at {at}' if at else ''}: {errors[0].message}")
        found[names] = copy_json(made)
    return found


def fill_from_texts(texts: Mapping[str, str], target: Profile) -> dict[str, Any]:
    """Return the values that texts stand for: JSON where the field takes such a value, else the text itself.

    Raises UsageError where a path is no field.
    """
    return {path: _read(text, _place(path, target)[1]) for path, text in texts.items()}


def _read(text: str, node: Node) -> Any:
    try:
        value = loads(text.encode())
    except InvalidPayload:
        return text
    return text if value_errors(value, node) and not value_errors(text, node) else value


def _place(path: Any, target: Profile) -> tuple[Names, Node]:
    """Return where a path leads to, outside of lists. Raises UsageError."""
    if not isinstance(path, str):
        raise UsageError(f"fill: expected the path of a target field, as text, found {shown(path)}")
    # a list is named as the field that it is, with or without its brackets
    said = str.__str__(path).removesuffix("[]")
    try:
        steps = parse(said)
    except PathError as error:
        raise UsageError(f"fill: {error}") from None
    names = tuple(step.name for step in steps if isinstance(step, Key))
    if len(names) < len(steps):
        raise UsageError(f"fill: {path}: a field in the items of a list cannot be filled in, only one beside lists")
    node = node_under(target.tree, names)
    if node is None or isinstance(node, ObjectNode):
        raise UsageError(f"fill: {_no_field(said, node, target)}")
    if any(names[: len(at)] == at for at in withheld_fields(target)):
        raise UsageError(f"fill: {path} is withheld, and never part of a payload")
    return names, node


def _no_field(path: str, node: Node | None, target: Profile) -> str:
    """Say that a path is that of no field, and which is the nearest."""
    beside = [name for one, _ in target.fields() if "[]" not in (name := one.name.removesuffix("[]"))]
    if node is not None:
        return f"{path} is an object; name a field in it: {', '.join(n for n in beside if n.startswith(path + '.'))}"
    hint = did_you_mean(path, beside) or f"'catalens fields {target.spelled}' lists them"
    return f"no field {path!r} in {target.spelled}; {hint}"


def fill_in(product: Any, filling: Filling, defaults: list[Pointer]) -> list[Pointer]:
    """Write values where a product has nothing, or a documented default only; return the places of what was written.

    Places that were among the ``defaults`` are taken out of them.
    """
    written: list[Pointer] = []
    for names, value in filling.items():
        if not _is_free(product, names) and names not in defaults:
            continue
        parent = product
        for name in names[:-1]:
            parent = parent.setdefault(name, {})
        parent[names[-1]] = copy_json(value)
        written.append(names)
    defaults[:] = [at for at in defaults if at not in written]
    return written


def _is_free(product: Any, names: Names) -> bool:
    """Tell whether nothing stands at a place: neither a value, nor null for what should hold it."""
    for name in names:
        if not isinstance(product, dict):
            return False
        if name not in product:
            return True
        product = product[name]
    return False
