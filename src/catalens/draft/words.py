"""Names and remarks as words, and how alike two of them are."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

#: where a name is parted: camelCase, HTTPServer, digits behind letters, and all that is no letter or digit
_PARTS = re.compile(r"[A-Z]+(?![^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+|\d+")
#: words of remarks that say nothing of what a field is
_EMPTY = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "can",
        "each",
        "for",
        "from",
        "has",
        "have",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "may",
        "more",
        "most",
        "no",
        "none",
        "not",
        "of",
        "on",
        "one",
        "only",
        "or",
        "other",
        "others",
        "so",
        "some",
        "such",
        "than",
        "that",
        "the",
        "their",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "unless",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "with",
        "without",
        "you",
        "your",
    ]
)
#: what the words of the objects around a field count, against those of its own name
ABOVE = 0.35
#: vowels but for the first letter
_VOWELS = re.compile("(?<!^)[aeiou]")


@dataclass(frozen=True, slots=True)
class Name:
    """A field's name as words, and those of the objects that it stands in."""

    own: tuple[str, ...]
    above: tuple[str, ...] = ()


@lru_cache(maxsize=1 << 14)
def words(text: str) -> tuple[str, ...]:
    """Take a name apart into words in lower case, the plural taken off."""
    return tuple(_singular(part.lower()) for part in _PARTS.findall(text))


def name_of(names: tuple[str, ...]) -> Name:
    """Return the words of a field, whose names lead to it from the product or item that it stands in."""
    above = tuple(dict.fromkeys(word for one in names[:-1] for word in words(one)))
    return Name(words(names[-1]) if names else (), above)


def remark(text: str | None) -> frozenset[str]:
    """Return the words of a remark that say something."""
    return frozenset(word for word in words(text or "") if len(word) > 2 and word not in _EMPTY)


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@lru_cache(maxsize=1 << 16)
def alike(one: str, other: str) -> float:
    """Return how alike two words are: 1 if they are equal, less if one may be short for the other, else 0.

    Likeness by letters is no evidence: measured, it finds nothing more, and takes ``rate`` for ``date``.
    """
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    if len(short) < 3:
        return 0.0
    if long.startswith(short):
        return 0.9 if len(short) > 3 else 0.8
    return 0.8 if short == _VOWELS.sub("", short) and _leaves_out(short, _VOWELS.sub("", long)) else 0.0


def _leaves_out(short: str, long: str) -> bool:
    """Tell whether a word is another one of which letters behind the first are left out: ``qty``, ``img``."""
    letters = iter(long[1:])
    return short[0] == long[0] and all(letter in letters for letter in short[1:])


class Vocabulary:
    """How much a word tells: the rarer it is in names that are known, the more. And which words are two in one."""

    def __init__(self, names: Iterable[Name]) -> None:
        known = [{*one.own, *one.above} for one in names]
        self._seen = Counter(word for one in known for word in one)
        self._most = math.log(len(known) + 2)
        self.likeness: Callable[[Name, Name], float] = lru_cache(maxsize=1 << 18)(self._likeness)
        self._weighed: Callable[[Name], dict[str, float]] = lru_cache(maxsize=1 << 13)(self._weigh)
        self._parts: Callable[[str], tuple[str, ...]] = lru_cache(maxsize=1 << 13)(self._split)

    def of(self, word: str) -> float:
        """Return the weight of a word, 0.2 to 1."""
        return 0.2 + 0.8 * (1 - math.log(self._seen[word] + 1) / self._most)

    def share(self, name: Name, remark: frozenset[str]) -> float:
        """Return which share of a field's own words stands in a remark."""
        weighed = {word: self.of(word) for one in name.own for word in self._parts(one)}
        total = sum(weighed.values())
        return sum(weight for word, weight in weighed.items() if word in remark) / total if total else 0.0

    def _likeness(self, one: Name, other: Name) -> float:
        """Return how alike two names are, 0 to 1."""
        mine, theirs = self._weighed(one), self._weighed(other)
        total = sum(mine.values()) + sum(theirs.values())
        return (_shared(mine, theirs) + _shared(theirs, mine)) / total if total else 0.0

    def _weigh(self, name: Name) -> dict[str, float]:
        found = {word: ABOVE * self.of(word) for one in name.above for word in self._parts(one)}
        return {**found, **{word: self.of(word) for one in name.own for word in self._parts(one)}}

    def _split(self, word: str) -> tuple[str, ...]:
        """Take a word apart where both halves are words of other names: ``filename`` is a file's name."""
        cuts = ((word[:at], word[at:]) for at in range(2, len(word) - 2))
        known = [(one, other) for one, other in cuts if self._seen[one] > 1 and self._seen[other] > 1]
        return max(known, key=lambda pair: self._seen[pair[0]] * self._seen[pair[1]], default=(word,))


def _shared(mine: dict[str, float], theirs: dict[str, float]) -> float:
    """Return how much of my words stand among theirs, as far as these count as much."""
    total = 0.0
    for word, weight in mine.items():
        total += max((min(weight, other) * alike(word, one) for one, other in theirs.items()), default=0.0)
    return total


__all__ = ["Name", "Vocabulary", "name_of", "remark", "words"]
