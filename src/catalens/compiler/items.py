"""What is known of the items of lists, and what generated code calls to account for them."""

from __future__ import annotations

from typing import Any

from catalens.account.compact import CompactEntries, Place
from catalens.mapping.profile import LeafNode, ListCorrespondence, Names, Scope, wire_tree


def is_scalar(target: ListCorrespondence) -> bool:
    """Tell whether a list's items are scalars."""
    return is_scalar_scope(target.scope)


def is_scalar_scope(scope: Scope) -> bool:
    """Tell whether a scope is that of a scalar."""
    return isinstance(wire_tree(scope), LeafNode)


def lose_list(entries: CompactEntries, whole: Place, item: Place, codes: Any, *indices: int) -> None:
    """Enter the loss of a list: whole, or of its items."""
    if isinstance(codes, str):
        entries.append(((whole, codes), *indices))
        return
    entries.extend(((item, code), *indices, index) for index, code in enumerate(codes) if code)


def moved(landed: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Return the items that come back in another order: (index, …) of each, the landing's number taken off.

    On the way back the target's lists follow one another, each in the order in which items came to it.
    """
    back = sorted(landed, key=lambda one: one[0])
    return [there[1:] for here, there in zip(landed, back, strict=True) if here is not there]


def put(item: dict[str, Any], names: Names, value: Any) -> dict[str, Any]:
    """Return an item that is made already with one more value in it, before all others."""
    name, rest = names[0], names[1:]
    first = put(item.get(name, {}), rest, value) if rest else value
    return {name: first, **{other: one for other, one in item.items() if other != name}}
