"""Items of lists: which of them came of which, and what they are called."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from itertools import count, repeat
from typing import Any

from catalens.complement.entries import digest
from catalens.paths import Pointer, leaves
from catalens.payloads import canonical

#: stand before the key of an item, and before the number of an item that only S has
KEYED, LOST = "=", "+"


def key_of(item: Any, key: str | None) -> str | None:
    """Return the JSON text of an item's key; None where it has none."""
    if key is None:
        return None
    value = item if key == "." else item.get(key) if isinstance(item, dict) else None
    return None if value is None or isinstance(value, dict | list) else canonical(value).decode()


def keys_of(items: list[Any], key: str | None) -> list[str | None]:
    """Return the key of each item; None where it has none, or not for itself."""
    found = [key_of(item, key) for item in items]
    times = Counter(found)
    return [name if times[name] == 1 else None for name in found]


def align(original: list[Any], returned: list[Any], key: str | None) -> list[int | None]:
    """Return, for each item of S, the index of the item of R that came of it; None where none did.

    R's items all came of S's: those with a key are found by it, the others by what they have in common, the rest go
    by order.
    """
    pairs: list[int | None] = [None] * len(original)
    theirs = {name: index for index, name in enumerate(keys_of(returned, key)) if name is not None}
    for index, name in enumerate(keys_of(original, key)):
        pairs[index] = theirs.get(name) if name is not None else None
    taken = set(pairs)
    free = {index: _traits(original[index]) for index, pair in enumerate(pairs) if pair is None}
    left = {index: _traits(item) for index, item in enumerate(returned) if index not in taken}
    for i, j in _likely(free, left):
        if i in free and j in left:
            pairs[i] = j
            del free[i], left[j]
    for i, j in zip(free, left, strict=False):
        pairs[i] = j
    return pairs


#: what an item is known by, beside its key: its leaves
Traits = set[tuple[Pointer, bytes]]
#: a trait that more items have says little of which item it is
SHARED = 50


def _traits(item: Any) -> Traits:
    return {(at, canonical(value)) for at, value in leaves(item)}


def _likely(ours: dict[int, Traits], theirs: dict[int, Traits]) -> list[tuple[int, int]]:
    """Return pairs of items that have something in common, most first; a text that was cut is something, too."""
    common: Counter[tuple[int, int]] = Counter()
    owners: dict[tuple[Pointer, bytes], list[int]] = {}
    for j, traits in theirs.items():
        for trait in traits:
            owners.setdefault(trait, []).append(j)
    for i, traits in ours.items():
        for trait in traits:
            found = owners.get(trait, ())
            common.update((i, j) for j in found if len(found) <= SHARED)
    texts = sorted((text, i) for i, traits in ours.items() for at, text in traits if at == ())
    for (at, text), found in owners.items():
        first = bisect(texts, (text[:-1], -1))
        if at == () and first < len(texts) and texts[first][0].startswith(text[:-1]):
            common[texts[first][1], found[0]] += 1
    return sorted(common, key=lambda pair: (-common[pair], abs(pair[0] - pair[1]), pair))


def names_of(items: list[Any], key: str | None, pairs: list[int | None], theirs: list[str]) -> list[str]:
    """Name the items of S: as the item of R that came of each, else by their own key, else by number."""
    taken = set(theirs)
    numbers = count()
    names: list[str] = []
    for own, pair in zip(keys_of(items, key), pairs, strict=True):
        if pair is not None:
            names.append(theirs[pair])
        elif own is not None and KEYED + own not in taken:
            names.append(KEYED + own)
        else:
            names.append(f"{LOST}{next(numbers)}")
    return names


def recognise(items: list[Any], key: str | None, of: list[str] | None, known: set[str]) -> list[str | int]:
    """Name the items of R' as those of R that they are; new ones are named by their index.

    An item without a key is known by its content, or, while the list has kept its length and order, by its position.
    """
    names: list[str | int] = list(range(len(items)))
    seen: set[str] = set()
    for index, item in enumerate(items):
        found = key_of(item, key)
        name = KEYED + (found or "")
        if found is not None and name not in seen and (of is None or name in known):
            seen.add(name)
            names[index] = name
    slots = {str(index): one for index, one in enumerate(of or ()) if not one.startswith(KEYED)}
    if of is None or not slots:
        return names
    now = [name if isinstance(name, str) else digest(items[name]) for name in names]
    if len(now) == len(of) and all(map(_in_place, now, of, repeat(set(of)))):
        return [str(index) if str(index) in slots else name for index, name in enumerate(names)]
    for content in set(slots.values()):
        places = [name for name, one in slots.items() if one == content]
        found_at = [index for index, one in enumerate(now) if one == content]
        if len(places) == len(found_at):
            for index, name in zip(found_at, places, strict=True):
                names[index] = name
    return names


def _in_place(now: str, before: str, all_before: set[str]) -> bool:
    """Tell whether an item may be the one that stood in its position: the same, or one new to the list."""
    keyless = not now.startswith(KEYED) and not before.startswith(KEYED)
    return now == before or (keyless and now not in all_before)


def ordered(names: list[str | int], lost: set[str], wanted: list[str], before: list[str]) -> list[str | int]:
    """Order items: as in the original, unless somebody moved them; new ones stay behind their neighbour."""
    present = [name for name in names if name not in lost]
    there, old = set(names), set(before)
    moved = [name for name in present if name in old] != [
        name for name in before if name in there and name not in lost
    ]
    wished: list[str | int] = [name for name in dict.fromkeys(wanted) if name in there]
    base, line = (list(present), wished) if moved else (wished, present)
    ahead: str | int | None = None
    done = set(base)
    for name in line:
        if name not in done:
            base.insert(0 if ahead is None else base.index(ahead) + 1, name)
        ahead = name
    return base
