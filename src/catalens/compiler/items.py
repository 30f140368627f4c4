"""What is known of the items of lists, and what generated code calls to account for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jmespath

from catalens.account.compact import CompactEntries, Place
from catalens.mapping.profile import LeafNode, ListCorrespondence, Scope, wire_tree
from catalens.validate import floats


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


def strayed(skipped: list[int], count: int) -> list[int]:
    """Return the items behind a gap, gaps left out: they come back at an earlier index."""
    gaps = set(skipped)
    return [index for index in range(skipped[0], count) if index not in gaps]


def moved(landed: list[tuple[int, ...]], returns: dict[int, bool]) -> list[tuple[int, ...]]:
    """Return the items that come back at another index: (index, …) of each, the landing's number taken off.

    On the way back the target's lists follow one another, so an item's index is its rank by (list, index).
    """
    last = -1
    for rank, one in enumerate(landed):
        if one[1] != rank or one[0] < last or not returns[one[0]]:
            break
        last = one[0]
    else:
        return []
    back = sorted((one for one in landed if returns[one[0]]), key=lambda one: (one[0], one[1]))
    strayed = [one[1:] for rank, one in enumerate(back) if one[1] != rank]
    return strayed + [one[1:] for one in landed if not returns[one[0]]]


def condition(text: str) -> Callable[[Any], Any]:
    """Return what a JMESPath condition says of a JSON value."""
    search = jmespath.compile(text).search
    return lambda item: search(floats(item))
