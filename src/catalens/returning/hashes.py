"""A table from the hashes of texts to whole numbers, small enough for the identities of millions of products."""

from __future__ import annotations

from array import array
from hashlib import blake2b

#: so many numbers of one hash are kept: more of them tell nothing apart, and would make looking slow
MOST_ALIKE = 8

_LEAST = 1 << 10


def hash_of(*texts: str) -> int:
    """Return 64 bits that are hardly ever those of other texts, and never 0."""
    data = "\0".join(texts).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest()) or 1


class HashTable:
    """Whole numbers by hashes that are not 0, several of one hash among them; 24 to 48 bytes for each number."""

    def __init__(self) -> None:
        self._hashes = array("Q", (0,)) * _LEAST
        self._numbers = array("Q", (0,)) * _LEAST
        self._count = 0

    def find(self, hash: int) -> list[int]:
        """Return the numbers of a hash, the least first."""
        hashes, mask = self._hashes, len(self._hashes) - 1
        found, at = [], hash & mask
        while hashes[at]:
            if hashes[at] == hash:
                found.append(self._numbers[at])
            at = (at + 1) & mask
        return sorted(found)

    def add(self, hash: int, number: int) -> None:
        """Enter a number, unless there are ``MOST_ALIKE`` of its hash."""
        if len(self.find(hash)) == MOST_ALIKE:
            return
        if 3 * self._count >= 2 * len(self._hashes):
            self._grow()
        self._put(hash, number)
        self._count += 1

    def _put(self, hash: int, number: int) -> None:
        hashes, mask = self._hashes, len(self._hashes) - 1
        at = hash & mask
        while hashes[at]:
            at = (at + 1) & mask
        hashes[at], self._numbers[at] = hash, number

    def _grow(self) -> None:
        before = zip(self._hashes, self._numbers, strict=True)
        size = 2 * len(self._hashes)
        self._hashes, self._numbers = array("Q", (0,)) * size, array("Q", (0,)) * size
        for hash, number in before:
            if hash:
                self._put(hash, number)
