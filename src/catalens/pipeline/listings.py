"""Read answers that list products, and lists of products, as lines of products.

An answer is one JSON text, on one line or on many; or each line is an answer, a page of a longer list. One that is
longer than a block is read piece by piece.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import islice, pairwise
from typing import Any, BinaryIO

from catalens.envelopes import listed, wrap
from catalens.errors import CatalensError, InvalidPayload
from catalens.formats import Registry
from catalens.mapping.profile import Names, Profile
from catalens.paths import MISSING
from catalens.payloads import items_in, loads_loosely
from catalens.pipeline.files import MARK
from catalens.pipeline.splitting import Splitter

#: what a list begins with, and an answer that holds one
_LISTS = (b"[", b"{")
#: products by which the profile of a long list is told
_SAMPLE = 20


@dataclass(frozen=True, slots=True)
class Listing:
    """An input that lists products: a line for each of them, and their profile; None where they have to tell it."""

    profile: Profile | None
    products: Iterator[bytes]


class Beginning:
    """The beginning of a stream, read as far as it tells something; ``size`` is about how much is read at most."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self.stream, self.text, self.ended = stream, b"", False
        self._size = size

    def lines(self) -> Iterator[bytes]:
        """Yield the lines that hold something, each as soon as it is there."""
        at = 0
        while at <= len(self.text):
            end = self.text.find(b"\n", at)
            if end < 0:
                if self._read_on():
                    continue
                if not self.ended:
                    return  # it goes on where nothing is read any more
                end = len(self.text)
            line = self.text[at:end].removeprefix(MARK if at == 0 else b"")
            if line.strip():
                yield line
            at = end + 1

    def _read_on(self) -> bool:
        if self.ended or len(self.text) >= self._size:
            return False
        more = self.stream.read(self._size)
        self.ended = not more
        self.text += more
        return not self.ended


def find_listing(
    begun: Beginning, lines: Callable[[], Iterator[bytes]], spelled: str | None, formats: Registry
) -> Listing | None:
    """Return what an input lists; None where it has a payload a line.

    ``lines`` gives its lines, many in each text; ``spelled`` is the format or profile that it is said to be of.
    Raises UndecidableFormat.
    """
    profiles = list(_profiles(spelled, formats))
    first = next(begun.lines(), b"")
    if first and not first.lstrip().startswith(_LISTS):
        return None
    answer = loads_loosely(first)
    if answer is not MISSING:
        return _listing(answer, lambda: _filled(lines()), profiles, spelled, formats)
    # in one JSON text, no two values stand on lines behind one another
    if any(_is_whole(one) and _is_whole(other) for one, other in pairwise(begun.lines())):
        return None
    text = begun.text.removeprefix(MARK)
    if begun.ended:
        return _listing(loads_loosely(text), lambda: [text], profiles, spelled, formats)
    return _long_listing(begun.stream, text, profiles, spelled, formats)


def _listing(
    answer: Any,
    answers: Callable[[], Iterable[bytes]],
    profiles: list[Profile],
    spelled: str | None,
    formats: Registry,
) -> Listing | None:
    """Return what answers list, of which the first is there as value."""
    if isinstance(answer, list) and all(isinstance(one, dict) for one in answer[:1]):
        return Listing(None, _products(answers(), ()))
    if not any(listed(answer, one) is not None for one in profiles):
        return None
    profile = _told(profiles, answer, spelled, formats)
    return Listing(profile, _products(answers(), profile.listing))


def _long_listing(
    stream: BinaryIO, head: bytes, profiles: list[Profile], spelled: str | None, formats: Registry
) -> Listing | None:
    """Return what a stream lists that begins with ``head``, if the list begins there."""
    for names in dict.fromkeys([(), *(one.listing for one in profiles if one.listing)]):
        looking = Splitter(BytesIO(), head, names)
        sample = list(islice(_until_cut_off(looking), _SAMPLE))
        if looking.found:
            products = (_on_one_line(one) for one in Splitter(stream, head, names).products())
            if not names:
                return Listing(None, products)
            likely = [one for one in profiles if one.listing == names]
            answer = wrap([loads_loosely(one) for one in sample], names)
            return Listing(_told(likely, answer, spelled, formats), products)
    return None


def _until_cut_off(splitter: Splitter) -> Iterator[bytes]:
    try:
        yield from splitter.products()
    except CatalensError:
        return


def _told(profiles: list[Profile], answer: Any, spelled: str | None, formats: Registry) -> Profile:
    return profiles[0] if len(profiles) == 1 else formats.detect(answer, spelled)


def _profiles(spelled: str | None, formats: Registry) -> Iterator[Profile]:
    for name in formats.names() if spelled is None else (spelled,):
        if "/" in name:
            yield formats.profile(name)
        else:
            yield from (formats.profile(f"{name}/{one}") for one in formats.mapping(name).profiles)


def _filled(texts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of texts that hold something."""
    for text in texts:
        yield from filter(bytes.strip, text.split(b"\n"))


def _is_whole(line: bytes) -> bool:
    return line.lstrip().startswith(_LISTS) and loads_loosely(line) is not MISSING


def _products(answers: Iterable[bytes], listing: Names) -> Iterator[bytes]:
    """Yield the products of answers as lines; an answer that holds no list stands for itself."""
    for answer in answers:
        try:
            items = items_in(answer, listing)
        except InvalidPayload:
            items = None
        yield from map(_on_one_line, [answer] if items is None else items)


def _on_one_line(text: bytes) -> bytes:
    # JSON does not tell the two blanks apart, and a line ends with only one of them
    return text.replace(b"\n", b"\r")


__all__ = ["Beginning", "Listing", "find_listing"]
