"""Find products that stand on several lines, by what tells a product from others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from catalens.engine.lines import LineResult
from catalens.envelopes import unwrap
from catalens.mapping.profile import Profile
from catalens.paths import pointer_text
from catalens.payloads import loads
from catalens.returning.hashes import HashTable, hash_of
from catalens.returning.identity import said_at


@dataclass(frozen=True, slots=True)
class Identified:
    """A line, and a field of the identity of its product: where it stands, and what it says."""

    line: int
    at: str
    said: str


def identities(result: LineResult, profile: Profile) -> Iterator[Identified]:
    """Yield by what the product of a translated line is known."""
    payload = loads(result.text)
    inner = unwrap(payload, profile)
    places = {pointer_text(names): names for names in profile.identity}
    for at, said in said_at(payload if inner is None else inner, places):
        yield Identified(result.line, at, said)


class Repeats:
    """Knows the products that were there before, by 8 bytes each, so that memory holds those of any file.

    Two of a hundred million products are taken for one with a chance of one to three thousand.
    """

    def __init__(self) -> None:
        self._lines = HashTable()

    def among(self, found: Iterable[Identified]) -> list[tuple[int, str]]:
        """Return the lines on which a product stands again, and what is to be said of each."""
        again = []
        for one in found:
            hash = hash_of(one.at, one.said)
            before = self._lines.find(hash)
            if before:
                again.append((one.line, f"{one.at} {one.said!r} stands on line {before[0]}, too"))
            else:
                self._lines.add(hash, one.line)
        return again
