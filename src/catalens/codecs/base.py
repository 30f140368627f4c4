"""What a codec is, and how codecs are put together.

A codec turns wire values into hub values (``decode``) and back (``encode``). Both are total on JSON values of
the declared wire types: what lies outside the codec's domain comes out as MISSING, never as an exception. No codec
reports a loss: the plan runs the inverse and measures, except where ``exact`` says that it is proven.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from catalens.paths import MISSING

Values: TypeAlias = tuple[Any, ...]


class Codec:
    """A two-way conversion of ``wires`` wire values and ``hubs`` hub values."""

    name: str = ""
    wires: int = 1
    hubs: int = 1
    #: decode(encode(h)) means the same as h wherever encode answers: proven, so the inverse need not be run
    exact: bool = False
    #: hub values of these classes come back as the very values wherever encode answers: proven
    returns: frozenset[type] = frozenset()
    #: the code of what is lost where the inverse does not give the value back
    loss: str = "reduced.enum"
    #: what kind of other form the wire has: the last word of a code ``converted.…``
    form: str = "form"
    #: the names of the wire differences that decode forgets on purpose
    normalises: tuple[str, ...] = ()
    #: the assumption that the conversion rests on
    assumes: str | None = None
    #: null has a meaning of its own (elsewhere null passes as null)
    takes_null: bool = False
    #: wire values that show the domain and its edges, for documentation, tests and strategies
    examples: tuple[Any, ...] = ()
    #: JSON Schema type names of hub values, for the lint; empty: not known before the hub path is
    hub_types: tuple[str, ...] = ()

    def decode(self, *wire: Any) -> Values:
        """Turn wire values into hub values; MISSING stands for absence and for refusal."""
        raise NotImplementedError

    def encode(self, *hub: Any) -> Values:
        """Turn hub values into wire values; MISSING stands for absence and for refusal."""
        raise NotImplementedError

    def assumed(self, *wire: Any) -> str | None:
        """Return the assumption that decoding these very values rests on."""
        return self.assumes


class Single(Codec):
    """A codec of one wire value and one hub value; MISSING never reaches it, null only if ``takes_null``."""

    def to_hub(self, value: Any) -> Any:
        """Turn one wire value into a hub value."""
        raise NotImplementedError

    def to_wire(self, value: Any) -> Any:
        """Turn one hub value into a wire value."""
        raise NotImplementedError

    def decode(self, *wire: Any) -> Values:
        value = wire[0]
        if value is MISSING or (value is None and not self.takes_null):
            return (value,)
        return (self.to_hub(value),)

    def encode(self, *hub: Any) -> Values:
        value = hub[0]
        if value is MISSING or (value is None and not self.takes_null):
            return (value,)
        return (self.to_wire(value),)


class Same(Single):
    """The same value on both sides."""

    name = "same"
    exact = True

    def to_hub(self, value: Any) -> Any:
        return value

    def to_wire(self, value: Any) -> Any:
        return value


SAME = Same()


class Chain(Codec):
    """Codecs one after the other, wire first."""

    def __init__(self, parts: Sequence[Codec]) -> None:
        self.parts = tuple(parts)
        first, last = self.parts[0], self.parts[-1]
        for left, right in zip(self.parts, self.parts[1:], strict=False):
            if left.hubs != right.wires:
                raise ValueError(f"{left.name} gives {left.hubs} values where {right.name} takes {right.wires}")
        self.name = " | ".join(part.name for part in self.parts)
        self.wires, self.hubs = first.wires, last.hubs
        self.exact = all(part.exact for part in self.parts)
        self.loss = next((part.loss for part in reversed(self.parts) if not part.exact), last.loss)
        self.form = last.form
        self.normalises = tuple(name for part in self.parts for name in part.normalises)
        self.assumes = next((part.assumes for part in self.parts if part.assumes), None)
        self.takes_null = any(part.takes_null for part in self.parts)
        self.examples = first.examples
        self.hub_types = last.hub_types

    def decode(self, *wire: Any) -> Values:
        for part in self.parts:
            wire = part.decode(*wire)
        return wire

    def encode(self, *hub: Any) -> Values:
        for part in reversed(self.parts):
            hub = part.encode(*hub)
        return hub


class EachOf(Codec):
    """One codec for each member of a group."""

    form = "type"

    def __init__(self, parts: Sequence[Codec]) -> None:
        self.parts = tuple(parts)
        self.name = "each of " + ", ".join(part.name for part in self.parts)
        self.wires = self.hubs = len(self.parts)
        self.exact = all(part.exact for part in self.parts)
        self.loss = next((part.loss for part in self.parts if not part.exact), "reduced.enum")
        self.normalises = tuple(name for part in self.parts for name in part.normalises)
        self.assumes = next((part.assumes for part in self.parts if part.assumes), None)
        self._decode = [one_way(part) for part in self.parts]
        self._encode = [one_way(part, writing=True) for part in self.parts]

    def decode(self, *wire: Any) -> Values:
        return tuple([decode(value) for decode, value in zip(self._decode, wire, strict=True)])

    def encode(self, *hub: Any) -> Values:
        return tuple([encode(value) for encode, value in zip(self._encode, hub, strict=True)])


def one_way(codec: Codec, writing: bool = False) -> Callable[[Any], Any]:
    """Return the conversion of a codec of one value, in one direction, as a function of the value (or MISSING)."""
    if codec is SAME:
        return lambda value: value
    if isinstance(codec, Chain) and len(codec.parts) == 2 and codec.wires == codec.parts[0].hubs == codec.hubs == 1:
        first, last = (one_way(part, writing) for part in (reversed(codec.parts) if writing else codec.parts))
        return lambda value: last(first(value))
    if not isinstance(codec, Single):
        whole = codec.encode if writing else codec.decode
        return lambda value: whole(value)[0]
    convert = codec.to_wire if writing else codec.to_hub
    if codec.takes_null:
        return lambda value: value if value is MISSING else convert(value)
    return lambda value: value if value is None or value is MISSING else convert(value)
