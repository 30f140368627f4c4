"""The sidecars of many products, one a line, each found again by the identity of the product that it belongs to.

Only hashes and places in the file are kept in memory. What a product's hashes lead to is read, and held against it.
"""

from __future__ import annotations

import os
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from shutil import copyfileobj
from typing import Any, Protocol

from catalens.account.restored import Comparison
from catalens.compression import is_compressed, unpacking
from catalens.errors import InvalidPayload, InvalidSidecar
from catalens.mapping.profile import Names, Profile
from catalens.paths import parse_pointer
from catalens.payloads import DEEPEST, MAX_LINE, dumps, loads, plain
from catalens.returning.hashes import HashTable, hash_of
from catalens.returning.identity import compare, is_identity, said_at, said_by
from catalens.returning.sidecar import check_sidecar, read_sidecar

#: so many lines of sidecars that fit alike are named in a message
_NAMED = 5


class Store(Protocol):
    """Where the texts of sidecars are, by their numbers, which count from 1."""

    def text(self, number: int) -> bytes: ...

    def __len__(self) -> int: ...


class _InMemory(list[bytes]):
    """Texts at hand."""

    def text(self, number: int) -> bytes:
        return self[number - 1]


class _InFile:
    """Lines of a file, of which only the places are kept. It is opened for each, so threads do not meet in it."""

    def __init__(self, path: str, starts: array[int]) -> None:
        self._path, self._starts = path, starts

    def text(self, number: int) -> bytes:
        with open(self._path, "rb") as file:
            file.seek(self._starts[number - 1])
            return file.readline(MAX_LINE)

    def __len__(self) -> int:
        return len(self._starts)


@dataclass(frozen=True, slots=True)
class Found:
    """A sidecar, and how the identity in it compares with that of the product that it was found for."""

    sidecar: dict[str, Any]
    compared: Comparison


class SidecarIndex:
    """Finds the sidecar of a product; to be made with ``indexed``. Can be sent to another process."""

    def __init__(self, store: Store, name: str) -> None:
        self._store, self._name = store, name
        self._table = HashTable()
        self._places: dict[str, Names] = {}
        #: the number of the first sidecar, which tells for which way all of them are; None where there is none
        self._first: int | None = None

    def add(self, number: int, text: bytes) -> None:
        """Enter a sidecar. Raises InvalidSidecar."""
        try:
            sidecar = loads(text)
            if sidecar is None:
                return
            check_sidecar(sidecar)
        except (InvalidPayload, InvalidSidecar) as error:
            told = error.errors[0].message if isinstance(error, InvalidPayload) else str(error)
            raise InvalidSidecar(f"{self._name}, line {number}: {told}; expected a sidecar a line, or null") from None
        if self._first is None:
            self._first = number
        for at, said in said_by(sidecar.get("identity", {})):
            self._places.setdefault(at, parse_pointer(at))
            self._table.add(hash_of(at, said), number)

    def check(self, source: Profile, target: Profile) -> None:
        """Check that the first sidecar is for the way from ``source`` back to ``target``. Raises InvalidSidecar."""
        first = self.first
        if first is not None:
            read_sidecar(first, source, target)

    @property
    def first(self) -> dict[str, Any] | None:
        """Return the first sidecar; None where there is none."""
        return None if self._first is None else check_sidecar(self._value(self._first))

    def find(self, product: Any, number: int, source: Profile, target: Profile, anyway: bool = False) -> Found | None:
        """Return the sidecar of a product, which goes from ``source`` back to ``target``; None where there is none.

        ``number`` is the product's own place among the products. It only counts with ``anyway``, and only for what
        identity leaves open: of sidecars that fit alike the one of the same number is taken, or the first, and one
        in which nothing can be compared is taken by the product of its number. Raises InvalidSidecar.
        """
        fitting = self._fitting(product)
        if not fitting:
            return self._unchecked(product, number, source, target) if anyway else None
        if len({one.sidecar.get("digest") for one in fitting.values()}) > 1 and not anyway:
            raise InvalidSidecar(
                f"{len(fitting)} sidecars fit this product alike: {self._name}, lines {_listed(fitting)}; leave one "
                "of them, or restore that of the same line anyway (--restore-anyway, restore_anyway=True)"
            )
        chosen = fitting.get(number) or next(iter(fitting.values()))
        return Found(read_sidecar(chosen.sidecar, source, target), chosen.compared)

    def _fitting(self, product: Any) -> dict[int, Found]:
        """Return the sidecars, by number, of which most agrees with a product and least differs."""
        hashes = (hash_of(at, said) for at, said in said_at(product, self._places))
        numbers = {number for hash in hashes for number in self._table.find(hash)}
        found = {number: self._compared(number, product) for number in sorted(numbers)}
        ranks = {number: one.compared.rank for number, one in found.items() if one.compared.agreeing}
        best = max(ranks.values(), default=None)
        return {number: found[number] for number, rank in ranks.items() if rank == best}

    def _compared(self, number: int, product: Any) -> Found:
        sidecar = self._value(number)
        if not isinstance(sidecar, dict) or not is_identity(sidecar.get("identity", {})):
            raise self._changed()
        return Found(sidecar, compare(sidecar.get("identity", {}), product))

    def _unchecked(self, product: Any, number: int, source: Profile, target: Profile) -> Found | None:
        """Return the sidecar of a number, if there is one, and nothing speaks against it."""
        if number > len(self._store) or self._value(number) is None:
            return None
        found = self._compared(number, product)
        if found.compared.differing:
            return None
        return Found(read_sidecar(found.sidecar, source, target), found.compared)

    def _value(self, number: int) -> Any:
        """Return what was whole when it was entered; whoever takes something out of it looks again."""
        try:
            text = self._store.text(number).strip()
            return loads(text) if text else None
        except (OSError, InvalidPayload):
            raise self._changed() from None

    def _changed(self) -> InvalidSidecar:
        return InvalidSidecar(f"{self._name} was changed while it was read")


def _listed(numbers: Iterable[int]) -> str:
    shown = [*map(str, numbers)]
    return ", ".join(shown[:_NAMED]) + (" …" if len(shown) > _NAMED else "")


@contextmanager
def indexed(given: SidecarIndex | str | os.PathLike[str] | Iterable[Any]) -> Iterator[SidecarIndex]:
    """Give the index of sidecars: of a file that has one a line (or null), or of such as are at hand.

    Raises InvalidSidecar where one of them is none, or is not whole.
    """
    if isinstance(given, SidecarIndex):
        yield given
        return
    with ExitStack() as stack:
        if isinstance(given, str | os.PathLike):
            yield _index_file(os.fspath(given), stack)
        else:
            yield _index_values(given)


def _index_values(given: Iterable[Any]) -> SidecarIndex:
    if isinstance(given, Mapping | bytes) or not isinstance(given, Iterable):
        raise InvalidSidecar("expected the name of a file of sidecars, or many sidecars, found one value")
    texts = _InMemory(_text_of(number, one) for number, one in enumerate(given, 1))
    index = SidecarIndex(texts, "the sidecars")
    for number, text in enumerate(texts, 1):
        index.add(number, text)
    return index


def _text_of(number: int, given: Any) -> bytes:
    try:
        return given if isinstance(given, bytes) else dumps(plain(given, DEEPEST))
    except InvalidPayload as error:
        raise InvalidSidecar(f"the sidecars, line {number}: {error}; expected a sidecar, or None") from None


def _index_file(name: str, stack: ExitStack) -> SidecarIndex:
    # lines are read where they stand, which neither a compressed file nor a pipe allows
    path = name if os.path.isfile(name) and not is_compressed(name) else _unpacked(name, stack)
    starts = array("Q")
    index = SidecarIndex(_InFile(os.path.abspath(path), starts), name)
    with open(path, "rb") as file:
        start = 0
        while line := file.readline(MAX_LINE):
            if len(line) == MAX_LINE:
                raise InvalidSidecar(f"{name}, line {len(starts) + 1}: longer than {MAX_LINE >> 20} MiB")
            starts.append(start)
            start += len(line)
            if line.strip():
                index.add(len(starts), line.rstrip(b"\r\n"))
    return index


def _unpacked(name: str, stack: ExitStack) -> str:
    """Unpack a file to where any line of it can be found; for its owner's eyes, and gone with the index."""
    handle, path = tempfile.mkstemp(prefix="sidecars-")
    stack.callback(os.unlink, path)
    with open(handle, "wb") as out, open(name, "rb") as file:
        copyfileobj(unpacking(name, file), out)
    return path
