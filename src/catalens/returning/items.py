"""Items of lists: which of them came of which, and what they are called."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count, repeat
from typing import Any

from catalens.codecs.numbers import is_number, key_text
from catalens.paths import Pointer, leaves
from catalens.payloads import canonical
from catalens.returning.entries import Entry, digest

#: stand before the key of an item, and before the number of an item that only S has
KEYED, LOST = "=", "+"


def key_of(item: Any, key: str | None) -> str | None:
    """Return the JSON text of an item's key; None where it has none."""
    if key is None:
        return None
    value = item if key == "." else item.get(key) if isinstance(item, dict) else None
    if value is None or isinstance(value, dict | list):
        return None
    # 5.0 and 5 are one number, and so one key
    return key_text(value) if is_number(value) else canonical(value).decode()


def keys_of(items: list[Any], key: str | None) -> list[str | None]:
    """Return the key of each item; None where it has none, or not for itself."""
    found = [key_of(item, key) for item in items]
    times = Counter(found)
    return [name if times[name] == 1 else None for name in found]


@dataclass
class Aligned:
    """A list of S beside the list of R at the same place."""

    original: list[Any]
    returned: list[Any]
    #: the field that is the items' key (``.``: the items themselves)
    key: str | None
    #: for each item of S, the index of the item of R, in this list, that came of it
    pairs: list[int | None]
    #: what the items of R, and those of S, are called
    theirs: list[str]
    ours: list[str]
    #: items of S that R has in a sibling list, and items of R that S has in one; each with what its entry waits for
    gone: dict[int, Entry] = field(default_factory=dict)
    come: dict[int, Entry] = field(default_factory=dict)


#: one of several lists, and the index of an item in it
Place = tuple[int, int]


def align(lists: Sequence[tuple[list[Any], list[Any], str | None]]) -> tuple[list[Aligned], dict[Place, Place]]:
    """Align lists of S (each with that of R and the key of the items), and return which items changed their list.

    R's items all came of S's: those with a key are found by it, the others by what they have in common, the rest go
    by order. Between two lists, fields have other names, so that only the values can be in common.
    """
    pairs: dict[Place, Place] = {}
    for number, (original, returned, key) in enumerate(lists):
        theirs = {name: index for index, name in enumerate(keys_of(returned, key)) if name is not None}
        for index, name in enumerate(keys_of(original, key)):
            if name is not None and name in theirs:
                pairs[number, index] = (number, theirs[name])
    taken = set(pairs.values())
    several = len(lists) > 1
    free = {
        (number, index): _traits(number, item, several)
        for number, (original, _, _) in enumerate(lists)
        for index, item in enumerate(original)
        if (number, index) not in pairs
    }
    left = {
        (number, index): _traits(number, item, several)
        for number, (_, returned, _) in enumerate(lists)
        for index, item in enumerate(returned)
        if (number, index) not in taken
    }

    def settle(found: Iterable[tuple[Place, Place]]) -> None:
        for i, j in found:
            if i in free and j in left:
                pairs[i] = j
                del free[i], left[j]

    settle(_likely(free, left))
    for number in range(len(lists)):
        settle(list(zip(*([at for at in side if at[0] == number] for side in (free, left)), strict=False)))
    settle(list(zip(free, left, strict=False)))
    return [_aligned(number, *one, pairs) for number, one in enumerate(lists)], {
        i: j for i, j in pairs.items() if i[0] != j[0]
    }


def _aligned(
    number: int, original: list[Any], returned: list[Any], key: str | None, pairs: dict[Place, Place]
) -> Aligned:
    found = [pairs.get((number, index)) for index in range(len(original))]
    own = [pair[1] if pair is not None and pair[0] == number else None for pair in found]
    by_key = enumerate(keys_of(returned, key))
    theirs = [KEYED + name if name is not None else str(index) for index, name in by_key]
    taken = {KEYED + name for item in returned if (name := key_of(item, key)) is not None}
    return Aligned(original, returned, key, own, theirs, _names(original, key, own, theirs, taken))


def _names(
    items: list[Any], key: str | None, pairs: list[int | None], theirs: list[str], taken: set[str]
) -> list[str]:
    """Name the items of S: as the item of R that came of each, else by their own key, else by number."""
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


#: what an item is known by, beside its key: its leaves, in its own list (by number) or in any (None)
Trait = tuple[int | None, Pointer, bytes]
#: a trait that more items have says little of which item it is
SHARED = 50


def _traits(number: int, item: Any, several: bool) -> set[Trait]:
    # items of inner lists may have moved up
    found = [
        (tuple("" if isinstance(part, int) else part for part in at), value, canonical(value))
        for at, value in leaves(item)
    ]
    traits: set[Trait] = {(number, at, text) for at, _, text in found}
    if several:
        traits |= {(None, (), text) for _, value, text in found if not isinstance(value, dict | list)}
    return traits


def _likely(ours: dict[Place, set[Trait]], theirs: dict[Place, set[Trait]]) -> list[tuple[Place, Place]]:
    """Return pairs of items that have something in common, most first; a text that was cut is something, too."""
    common: Counter[tuple[Place, Place]] = Counter()
    owners: dict[Trait, list[Place]] = {}
    for j, traits in theirs.items():
        for trait in traits:
            owners.setdefault(trait, []).append(j)
    for i, traits in ours.items():
        for trait in traits:
            found = owners.get(trait, ())
            if len(found) <= SHARED:
                # in one list, an item is known by what stands where
                common.update((i, j) for j in found if trait[0] is not None or i[0] != j[0])
    plain = [(i, text) for i, traits in ours.items() for own, at, text in traits if own is not None and not at]
    texts = sorted((i[0], text, i) for i, text in plain)
    for (own, at, text), found in owners.items():
        if own is not None and not at:
            first = bisect(texts, (own, text[:-1], (-1, -1)))
            if first < len(texts) and texts[first][0] == own and texts[first][1].startswith(text[:-1]):
                common[texts[first][2], found[0]] += 1
    return sorted(common, key=lambda pair: (-common[pair], *_apart(*pair), pair))


def _apart(i: Place, j: Place) -> tuple[bool, int]:
    """Measure how far apart two places are; another list is farther than any distance in one."""
    return i[0] != j[0], abs(i[1] - j[1])


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


def names_in(of: Sequence[str]) -> list[str]:
    """Return what the items of R are called, of which an entry says what they are known by."""
    return [one if one.startswith(KEYED) else str(index) for index, one in enumerate(of)]


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
