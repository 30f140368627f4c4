"""Items of lists: which of them came of which, and what they are called."""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Any, NamedTuple

from catalens.codecs.numbers import is_number, key_text
from catalens.mapping.profile import Order
from catalens.paths import MISSING, Pointer, leaves, parse_pointer
from catalens.payloads import canonical
from catalens.returning.entries import Entry, digest, look_up

#: stand before an item's key, before what it says of the target's key, and before the number of one that only S has
KEYED, THERE, LOST = "=", "@", "+"
#: characters of a key that stands in a name
LONG = 120


class Keys(NamedTuple):
    """What the items of a list are known by.

    ``own`` is the field that the source declares (``.``: the items themselves), ``target`` a JSON Pointer to what
    comes back of the one that the target declares.
    """

    own: str | None = None
    target: str | None = None

    def marks(self, item: Any) -> list[str]:
        """Return what an item may be known by: its own key, and then the target's, each with its sign."""
        own = item if self.own == "." else look_up(item, (self.own,)) if self.own is not None else MISSING
        there = MISSING if self.target is None else look_up(item, parse_pointer(self.target))
        found = [KEYED + _key_text(own)] if _is_key(own) else []
        # the target may know a picture by its content, which is no name
        return [*found, THERE + (digest(there) if is_long(there) else _key_text(there))] if _is_key(there) else found


def is_long(value: Any) -> bool:
    """Tell whether a key is too long to stand in a name."""
    return isinstance(value, str) and len(value) > LONG


def _is_key(value: Any) -> bool:
    return value is not None and value is not MISSING and not isinstance(value, dict | list)


def _key_text(value: Any) -> str:
    # 5.0 and 5 are one number, and so one key
    return key_text(value) if is_number(value) else canonical(value).decode()


def _unique(marks: Sequence[Sequence[str]]) -> list[list[str]]:
    """Leave of the marks of each item those that no other item has."""
    times = Counter(chain.from_iterable(marks))
    return [[one for one in own if times[one] == 1] for own in marks]


@dataclass
class Aligned:
    """A list of S beside the list of R at the same place."""

    original: list[Any]
    returned: list[Any]
    keys: Keys
    #: for each item of S, the index of the item of R, in this list, that came of it
    pairs: list[int | None]
    #: what the items of R, and those of S, are called
    theirs: list[str]
    ours: list[str]
    #: what the items of R are known by: their name, or their content, behind a key that they share
    of: list[str]
    #: items of S that R has in a sibling list, and items of R that S has in one; each with what its entry waits for
    gone: dict[int, Entry] = field(default_factory=dict)
    come: dict[int, Entry] = field(default_factory=dict)
    #: items of S that R has in such a list of another item, with their place there; and those items of R
    moved: dict[int, tuple[str, Any]] = field(default_factory=dict)
    left: set[int] = field(default_factory=set)


#: one of several lists, and the index of an item in it
Place = tuple[int, int]


#: a list of S, that of R, what the items are known by, and what says the order of those of S: R's stand in it
Pair = tuple[list[Any], list[Any], Keys, Order | None]


def align(lists: Sequence[Pair]) -> tuple[list[Aligned], dict[Place, Place]]:
    """Align lists of S with those of R, and return which items changed their list."""
    meant = [range(len(original)) if order is None else order.of(original) for original, _, _, order in lists]
    pairs = zip(lists, meant, strict=True)
    aligned, moves = _align([([one[0][index] for index in indices], *one[1:3]) for one, indices in pairs])
    for found, one, indices in zip(aligned, lists, meant, strict=True):
        ranks = sorted(range(len(indices)), key=indices.__getitem__)
        found.original = one[0]
        found.pairs, found.ours = [found.pairs[rank] for rank in ranks], [found.ours[rank] for rank in ranks]
    return aligned, {(number, meant[number][index]): there for (number, index), there in moves.items()}


def _align(lists: Sequence[tuple[list[Any], list[Any], Keys]]) -> tuple[list[Aligned], dict[Place, Place]]:
    """Align lists of S whose items stand in the order in which R has them.

    R's items all came of S's: those with a key are found by it, the others by what they have in common, the rest go
    by order. Between two lists, fields have other names, so that only the values can be in common.
    """
    pairs: dict[Place, Place] = {}
    #: what the items of S, and those of R, are known by
    marks = [[list(map(keys.marks, side)) for side in sides] for *sides, keys in lists]
    for number, (of_s, of_r) in enumerate(marks):
        theirs = {mark: index for index, own in enumerate(_unique(of_r)) for mark in own}
        ours = [(mark, index) for index, own in enumerate(_unique(of_s)) for mark in own]
        met: set[int] = set()
        # the source's own keys first
        for mark, index in sorted(ours, key=lambda one: one[0].startswith(THERE)):
            other = theirs.get(mark)
            if other is not None and other not in met and (number, index) not in pairs:
                pairs[number, index] = (number, other)
                met.add(other)
    taken, several = set(pairs.values()), len(lists) > 1
    free = {
        (number, index): _traits(number, item, marks[number][0][index], several)
        for number, (original, _, _) in enumerate(lists)
        for index, item in enumerate(original)
        if (number, index) not in pairs
    }
    left = {
        (number, index): _traits(number, item, marks[number][1][index], several)
        for number, (_, returned, _) in enumerate(lists)
        for index, item in enumerate(returned)
        if (number, index) not in taken
    }

    def settle(found: Iterable[tuple[Place, Place]]) -> None:
        for i, j in found:
            if i in free and j in left:
                pairs[i] = j
                del free[i], left[j]

    keyed = dict(pairs)
    settle(_likely(free, left))
    for number in range(len(lists)):
        settle(list(zip(*([at for at in side if at[0] == number] for side in (free, left)), strict=False)))
    settle(list(zip(free, left, strict=False)))
    pairs = keyed | _in_line({i: j for i, j in pairs.items() if i not in keyed}, lists)
    return [_aligned(number, *one, pairs) for number, one in enumerate(lists)], {
        i: j for i, j in pairs.items() if i[0] != j[0]
    }


def _in_line(pairs: dict[Place, Place], lists: Sequence[tuple[list[Any], list[Any], Keys]]) -> dict[Place, Place]:
    """Pair items that are alike, in S or in R, in the order in which they stand: pairs that cross are a move."""
    for side in (0, 1):
        groups: dict[tuple[int, int, bytes], list[tuple[Place, Place]]] = {}
        for pair in pairs.items():
            number, index = pair[side]
            alike = (pair[0][0], pair[1][0], canonical(lists[number][side][index]))
            groups.setdefault(alike, []).append(pair)
        lines = (zip(*map(sorted, zip(*group, strict=True)), strict=True) for group in groups.values())
        pairs = {i: j for line in lines for i, j in line}
    return pairs


def _aligned(number: int, original: list[Any], returned: list[Any], keys: Keys, pairs: dict[Place, Place]) -> Aligned:
    found = [pairs.get((number, index)) for index in range(len(original))]
    own = [pair[1] if pair is not None and pair[0] == number else None for pair in found]
    marks = list(map(keys.marks, returned))
    of = [
        unique[0] if unique else content_of(item, marked)
        for item, marked, unique in zip(returned, marks, _unique(marks), strict=True)
    ]
    theirs = names_in(of)
    ours = _names(original, keys, own, theirs, set(chain.from_iterable(marks)))
    return Aligned(original, returned, keys, own, theirs, ours, of)


def _names(items: list[Any], keys: Keys, pairs: list[int | None], theirs: list[str], taken: set[str]) -> list[str]:
    """Name the items of S: as the item of R that came of each, else by their own key, else by number."""
    numbers = count()
    names: list[str] = []
    for marks, pair in zip(_unique(list(map(Keys(keys.own).marks, items))), pairs, strict=True):
        if pair is not None:
            names.append(theirs[pair])
        elif marks and marks[0] not in taken:
            names.append(marks[0])
        else:
            names.append(f"{LOST}{next(numbers)}")
    return names


#: what an item is known by, beside its key: its leaves, in its own list (by number) or in any (None)
Trait = tuple[int | None, Pointer, bytes]
#: a trait that more items have says little of which item it is
SHARED = 50
#: stands for the place of a key that items share; whatever else two items have in common, one without it is another
KEY: Pointer = ("", "key")
MOST_TRAITS = 1 << 20


def _traits(number: int, item: Any, marks: Sequence[str], several: bool) -> set[Trait]:
    # items of inner lists may have moved up
    found = [
        (tuple("" if isinstance(part, int) else part for part in at), value, _said(value))
        for at, value in leaves(item)
    ]
    traits: set[Trait] = {(number, at, text) for at, _, text in found}
    traits |= {(number, KEY, mark.encode()) for mark in marks}
    if several:
        traits |= {(None, (), text) for _, value, text in found if not isinstance(value, dict | list)}
    return traits


def _said(value: Any) -> bytes:
    # 5.0 and 5 say the same, as keys do
    return key_text(value).encode() if is_number(value) else canonical(value)


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
                weight = MOST_TRAITS if trait[1] == KEY else 1
                for j in found:
                    # in one list, an item is known by what stands where
                    if trait[0] is not None or i[0] != j[0]:
                        common[i, j] += weight
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


def recognise(items: list[Any], keys: Keys, of: list[str] | None, known: set[str]) -> list[str | int]:
    """Name the items of R' as those of R that they are; new ones are named by their index.

    An item is known by its own key where R had it, else by the target's. One that has neither, or shares it, is known
    by its content, or, while the list has kept its length and order, by its position. An item of another key is
    another item, wherever it stands.
    """
    names: list[str | int] = list(range(len(items)))
    marks = list(map(keys.marks, items))
    seen: set[str] = set()
    for index, own in enumerate(marks):
        name = next((one for one in own if one not in seen and (of is None or one in known)), None)
        if name is not None:
            seen.add(name)
            names[index] = name
    slots = {str(index): one for index, one in enumerate(of or ()) if not is_name(one)}
    if of is None or not slots:
        return names
    now = [name if isinstance(name, str) else content_of(items[name], marks[name]) for name in names]
    before = set(map(_digest_in, slots.values()))
    if len(now) == len(of) and all(_in_place(*pair, before) for pair in zip(now, of, strict=True)):
        return [str(index) if str(index) in slots else name for index, name in enumerate(names)]
    for content in before:
        places = [name for name, one in slots.items() if _digest_in(one) == content]
        found_at = [index for index, one in enumerate(now) if not is_name(one) and _digest_in(one) == content]
        if len(places) == len(found_at):
            for index, name in zip(found_at, places, strict=True):
                names[index] = name
    return names


#: what an item is known by that has no key of its own: the key that it shares, if any, and the digest of its content
_CONTENT = re.compile(r"(?:[=@].* )?[0-9a-f]{16}", re.DOTALL)


def content_of(item: Any, marks: Sequence[str]) -> str:
    """Return what an item is known by that has no key, or shares the one that it has."""
    return " ".join([*marks[:1], digest(item)])


def is_name(one: str) -> bool:
    """Tell whether an item of R is known by its name, and not by its content; the text of a key ends in no digest."""
    return not _CONTENT.fullmatch(one)


def _digest_in(content: str) -> str:
    return content[-16:]


def names_in(of: Sequence[str]) -> list[str]:
    """Return what the items of R are called, of which an entry says what they are known by."""
    return [one if is_name(one) else str(index) for index, one in enumerate(of)]


def _in_place(now: str, before: str, contents: set[str]) -> bool:
    """Tell whether an item may be the one that stood in its position: the same, or one of the same key, new here."""
    if now == before or is_name(now) or is_name(before):
        return now == before
    return now[:-16] == before[:-16] and _digest_in(now) not in contents


def ordered(names: list[str | int], lost: set[str], wanted: list[str], before: list[str]) -> list[str | int]:
    """Order items: as in the original, unless somebody moved them; new ones stay behind their neighbour."""
    present = [name for name in names if name not in lost]
    there, old = set(names), set(before)
    moved = [name for name in present if name in old] != [
        name for name in before if name in there and name not in lost
    ]
    wished: list[str | int] = [name for name in dict.fromkeys(wanted) if name in there]
    return woven(present, wished) if moved else woven(wished, present)


def woven(names: Sequence[str | int], others: Sequence[str | int]) -> list[str | int]:
    """Return names in their order, with each of the others that is new among them behind its neighbour."""
    base, line = list(names), others
    ahead: str | int | None = None
    done = set(base)
    for name in line:
        if name not in done:
            base.insert(0 if ahead is None else base.index(ahead) + 1, name)
        ahead = name
    return base
