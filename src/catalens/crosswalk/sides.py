"""Looks identifiers up in packed rows: by those of one format, the ones of another."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, MutableMapping, Sequence
from itertools import count
from zlib import crc32

from catalens.crosswalk.rows import Rows
from catalens.errors import UsageError


class Side:
    """Finds rows by kind and id in one column, and says what stands in another.

    A hash table with open addressing, since a dictionary of as many texts needs four times the memory; and with
    checksums, since Python's own hashes hold in one process only, and this goes to others.
    """

    def __init__(self, rows: Rows, ours: int, theirs: int) -> None:
        self._rows, self._ours, self._theirs = rows, ours, theirs
        #: rows, counted from 1, at the places that their hashes lead to; 0 is an empty place
        self._slots = array("I", bytes(4 << (2 * len(rows)).bit_length()))
        #: the hash of each row
        self._hashes = array("I", [0])

    def take(self, first: int, kinds: Sequence[bytes], ours: Sequence[bytes], theirs: Sequence[bytes]) -> None:
        """Take rows. Raises UsageError where one contradicts another."""
        hashes = list(map(crc32, ours, map(crc32, kinds)))
        self._hashes.extend(hashes)
        slots, known, mask = self._slots, self._hashes, len(self._slots) - 1
        for row, hash, one, other in zip(count(first + 1), hashes, ours, theirs, strict=False):
            if one and other:
                slot = hash & mask
                while held := slots[slot]:
                    if known[held] == hash and self._repeats(row, held):
                        break
                    slot = slot + 1 & mask
                else:
                    slots[slot] = row

    def _repeats(self, row: int, held: int) -> bool:
        """Tell whether a row is of the same thing as another. Raises UsageError where they contradict each other."""
        rows, ours, theirs = self._rows, self._ours, self._theirs
        now, before = rows.cells(row - 1), rows.cells(held - 1)
        if (now[0], now[ours]) != (before[0], before[ours]):
            return False
        if now[theirs] != before[theirs]:
            said, other = (
                " = ".join(f"{rows.columns[one]} {_text(cells[one])!r}" for one in sorted((ours, theirs)))
                for cells in (now, before)
            )
            raise UsageError(
                f"{rows.place(rows.number(row - 1))}: {_text(now[0])} {said} contradicts {rows.unit} "
                f"{rows.number(held - 1)}: {other}; one thing has one id on each platform"
            )
        return True

    def find(self, kind: str, id: str) -> str | None:
        """Return the other id of a thing, None for one that is in no row."""
        key, ours = kind.encode("utf-8", "surrogatepass"), id.encode("utf-8", "surrogatepass")
        hash = crc32(ours, crc32(key))
        slots, mask = self._slots, len(self._slots) - 1
        slot = hash & mask
        while row := slots[slot]:
            if self._hashes[row] == hash:
                cells = self._rows.cells(row - 1)
                if cells[0] == key and cells[self._ours] == ours:
                    return _text(cells[self._theirs])
            slot = slot + 1 & mask
        return None

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Yield kind and id of each thing, as the rows have them."""
        for row in sorted(filter(None, self._slots)):
            cells = self._rows.cells(row - 1)
            yield _text(cells[0]), _text(cells[self._ours])


def side(rows: Rows, source: str, target: str) -> Side:
    """Return what finds ids of the target by those of the source.

    Raises UsageError where rows contradict each other.
    """
    if source not in rows.columns or target not in rows.columns:
        return Side(Rows(()), 0, 0)
    ours, theirs = rows.columns.index(source), rows.columns.index(target)
    there = Side(rows, ours, theirs)
    # one thing has one id there, too; where no id comes again, that needs no looking up
    paired, known = 0, set[int]()
    for first, (kinds, here, yonder) in rows.steps(0, ours, theirs):
        there.take(first, kinds, here, yonder)
        found = [hash((kind, other)) for kind, one, other in zip(kinds, here, yonder, strict=False) if one and other]
        paired += len(found)
        known.update(found)
    if len(known) < paired:
        back = Side(rows, theirs, ours)
        for first, (kinds, here, yonder) in rows.steps(0, ours, theirs):
            back.take(first, kinds, yonder, here)
    return there


class Pairs(MutableMapping[tuple[str, str], str]):
    """(kind, id of the source) -> id of the target; what is changed here does not change the rows."""

    def __init__(self, side: Side) -> None:
        self._side = side
        #: what was changed; None for what was taken away
        self._changes: dict[tuple[str, str], str | None] = {}

    def __getitem__(self, key: tuple[str, str]) -> str:
        found = self._changes[key] if key in self._changes else self._side.find(*key)
        if found is None:
            raise KeyError(key)
        return found

    def __setitem__(self, key: tuple[str, str], value: str) -> None:
        self._changes[key] = value

    def __delitem__(self, key: tuple[str, str]) -> None:
        if key not in self:
            raise KeyError(key)
        self._changes[key] = None

    def __iter__(self) -> Iterator[tuple[str, str]]:
        yield from (key for key in self._side if key not in self._changes)
        yield from (key for key, value in self._changes.items() if value is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _text(cell: bytes | bytearray) -> str:
    return cell.decode("utf-8", "surrogatepass")
