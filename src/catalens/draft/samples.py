"""Read samples: a payload a line, an array, or one answer, however long the file is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any, BinaryIO

from catalens.draft.shape import Shape
from catalens.errors import CatalensError, InvalidPayload, PayloadError
from catalens.mapping.profile import Names
from catalens.paths import MISSING
from catalens.payloads import MAX_LINE, loads, loads_loosely
from catalens.pipeline.files import MARK, MOST_UNPACKED, reading
from catalens.pipeline.splitting import SIZE, Splitter
from catalens.validate import describe

#: members beside a product in its envelope, at most
MOST_BESIDE = 8


@dataclass(frozen=True, slots=True)
class Samples:
    """What the products of a file look like, and what stands around them."""

    product: Shape
    envelope: Names = ()
    listing: Names = ()
    around: tuple[Names, ...] = ()


def read_samples(name: str) -> Samples:
    """Read a file of samples; '-' is standard input.

    Raises InvalidPayload, with the line, for what is no JSON or no product; CatalensError where there is none.
    """
    with _placed(name), reading(name) as stream:
        return gather(_values(name, stream), name)


def gather(values: Iterable[Any], name: str = "the samples") -> Samples:
    """Learn what products look like, each a JSON object. Raises CatalensError where there is none, InvalidPayload."""
    shape = Shape()
    for number, value in enumerate(values, 1):
        if not isinstance(value, dict):
            message = f"expected a product, which is an object, found {describe(value)}"
            raise InvalidPayload([PayloadError(f"sample {number}", message)])
        shape.observe(value)
    if not shape.count:
        raise CatalensError(f"{name} has no product: expected a JSON object a line, an array of them, or an answer")
    return _unwrapped(shape)


# -- what stands around -------------------------------------------------------------------------------------------


def _unwrapped(shape: Shape) -> Samples:
    """Take the products out of what every sample puts around them."""
    at: Names = ()
    around: list[Names] = []
    while (name := _inner(shape)) is not None:
        around += [(*at, one) for one in shape.members if one != name]
        at, shape = (*at, name), shape.members[name]
        if shape.item is not None:
            return Samples(shape.item, listing=at, around=tuple(around))
    return Samples(shape, envelope=at, around=tuple(around))


def _inner(shape: Shape) -> str | None:
    """Return the one member that holds products, where all else beside it tells of the answer."""
    if len(shape.members) > MOST_BESIDE or shape.left_out:
        return None
    deep = [name for name, child in shape.members.items() if not child.types <= _FLAT]
    if len(deep) != 1:
        return None
    [name] = deep
    inner, beside = shape.members[name], len(shape.members) - 1
    # a name that no path spells plainly leads into no envelope
    if not name.isidentifier() or not all(one.isidentifier() for one in shape.members):
        return None
    if inner.count != shape.count or not (inner.is_object or inner.is_list_of_objects):
        return None
    held = inner if inner.item is None else inner.item
    return name if len(held.members) > max(2, beside) or _inner(held) is not None else None


_FLAT = frozenset({"string", "integer", "number", "boolean", "null"})

# -- the file -----------------------------------------------------------------------------------------------------


def _values(name: str, stream: BinaryIO) -> Iterator[Any]:
    head = stream.read(SIZE).removeprefix(MARK)
    first = next((line for line in head.split(b"\n") if line.strip()), b"")
    if head.lstrip().startswith(b"[") and loads_loosely(first) is MISSING:
        # an array on many lines, or on one that is longer than what was read
        yield from map(loads, Splitter(stream, head, ()).products())
    elif len(head) < SIZE and (whole := loads_loosely(head)) is not MISSING:
        yield from _products(loads(head), isinstance(whole, list))
    elif loads_loosely(first) is MISSING and first.strip() == b"{":
        yield from _products(loads(_rest(name, head, stream)), False)
    else:
        yield from _lines(head, stream)


def _products(value: Any, is_list: bool) -> Iterator[Any]:
    if is_list:
        yield from value
    else:
        yield value


def _rest(name: str, head: bytes, stream: BinaryIO) -> bytes:
    text = head + stream.read(MOST_UNPACKED)
    if len(text) >= MOST_UNPACKED:
        raise CatalensError(f"{name} is one text of more than {MOST_UNPACKED >> 20} MiB; write a product a line")
    return text


def _lines(head: bytes, stream: BinaryIO) -> Iterator[Any]:
    """Yield what stands on lines; an array on a line stands for its items."""
    number, rest = 0, b""
    blocks = chain([head], iter(lambda: stream.read(SIZE), b""))
    for block in blocks:
        *whole, rest = (rest + block).split(b"\n")
        for line in whole:
            number += 1
            yield from _line(line, number)
        if len(rest) > MAX_LINE:
            raise InvalidPayload([PayloadError(f"line {number + 1}", f"longer than {MAX_LINE >> 20} MiB")])
    yield from _line(rest, number + 1)


def _line(line: bytes, number: int) -> Iterator[Any]:
    if not line.strip():
        return
    try:
        value = loads(line)
    except InvalidPayload as error:
        raise InvalidPayload([PayloadError(_at(number, one.pointer), one.message) for one in error.errors]) from None
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, dict):
            message = f"expected a product, which is an object, found {describe(one)}"
            raise InvalidPayload([PayloadError(f"line {number}", message)])
        yield one


def _at(number: int, pointer: str) -> str:
    return f"line {number}{', ' if pointer else ''}{pointer}"


@contextmanager
def _placed(name: str) -> Iterator[None]:
    """Put a file's name before what is wrong in it."""
    try:
        yield
    except InvalidPayload as error:
        placed = [
            PayloadError(f"{name}: {one.pointer}" if one.pointer else name, one.message) for one in error.errors
        ]
        raise InvalidPayload(placed) from None


__all__ = ["Samples", "gather", "read_samples"]
