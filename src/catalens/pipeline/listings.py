"""Read answers that list products as lines of products.

An answer is one JSON text, on one line or on many; or each line is an answer, a page of a longer list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from catalens.envelopes import listed
from catalens.errors import InvalidPayload
from catalens.formats import Registry
from catalens.mapping.profile import Names, Profile
from catalens.paths import MISSING
from catalens.payloads import items_in, loads_loosely

if TYPE_CHECKING:
    from catalens.pipeline.stream import Block


def find_listing(
    source: Iterator[Block], spelled: str | None, formats: Registry
) -> tuple[Profile, Iterator[bytes]] | Iterator[Block]:
    """Return the profile of an input that lists products, and a line for each of them; else its blocks as they are.

    ``spelled`` is the format or profile that the input is said to be of. Raises UndecidableFormat.
    """
    profiles = list(_profiles(spelled, formats))
    if not any(one.listing for one in profiles):
        return source
    seen: list[Block] = []
    first = next(_filled(_gathered(source, seen)), b"")
    answer = loads_loosely(first)
    by_line = answer is not MISSING
    if not by_line and first:
        first = _rest_of(source, seen)
        answer = loads_loosely(first)
    blocks = chain(seen, source)
    if not any(listed(answer, one) is not None for one in profiles):
        return blocks
    profile = profiles[0] if len(profiles) == 1 else formats.detect(answer, spelled)
    answers: Iterable[bytes] = _filled(block.text for block in blocks) if by_line else (first,)
    return profile, _products(answers, profile.listing)


def _profiles(spelled: str | None, formats: Registry) -> Iterator[Profile]:
    for name in formats.names() if spelled is None else (spelled,):
        if "/" in name:
            yield formats.profile(name)
        else:
            yield from (formats.profile(f"{name}/{one}") for one in formats.mapping(name).profiles)


def _gathered(source: Iterator[Block], seen: list[Block]) -> Iterator[bytes]:
    """Yield the texts of blocks, and keep the blocks."""
    for block in source:
        seen.append(block)
        yield block.text


def _filled(texts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of texts that hold something."""
    for text in texts:
        yield from filter(bytes.strip, text.split(b"\n"))


def _rest_of(source: Iterator[Block], seen: list[Block]) -> bytes:
    """Return the whole input, if it may be one JSON text: in one, no two values stand on lines behind one another."""
    lines = _filled(chain([block.text for block in seen], _gathered(source, seen)))
    for one, other in pairwise(lines):
        if _is_whole(one) and _is_whole(other):
            return b""
    return b"".join(block.text for block in seen)


def _is_whole(line: bytes) -> bool:
    return line.lstrip().startswith((b"{", b"[")) and loads_loosely(line) is not MISSING


def _products(answers: Iterable[bytes], listing: Names) -> Iterator[bytes]:
    """Yield the products of answers as lines; an answer that holds no list stands for itself."""
    for answer in answers:
        try:
            items = items_in(answer, listing)
        except InvalidPayload:
            items = None
        # JSON does not tell the two blanks apart, and a line ends with only one of them
        for item in [answer] if items is None else items:
            yield item.replace(b"\n", b"\r")


__all__ = ["find_listing"]
