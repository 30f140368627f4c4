"""What a codec is, and how codecs are put together.

A codec turns wire values into hub values (``decode``) and back (``encode``). Both are total on JSON values of
the declared wire types: what lies outside the codec's domain comes out as MISSING, never as an exception. No codec
reports a loss: the plan runs the inverse and measures, except where ``exact`` says that it is proven.

A codec says all about itself: whoever asks (the linter, the planner, samples, documentation, tests) asks the codec,
and never which codec it is. Only the inliner knows how codecs are put together, because it takes them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Any, ClassVar, TypeAlias

from catalens.account.codes import LossCode
from catalens.codecs.json_types import Types, beyond, json_type
from catalens.paths import MISSING

Values: TypeAlias = tuple[Any, ...]
#: what the mapping assumes: a dimension or ``timezone`` -> its answer
Assume: TypeAlias = Mapping[str, str]
#: makes the codec that a mapping spells
Make: TypeAlias = "Callable[[Any], Codec]"


@dataclass(frozen=True)
class Parameter:
    """What a mapping gives a codec beside its name, in words, and the test that it does."""

    wanted: str
    takes: Callable[[Any], bool]
    #: all parameters that there are, where these are words
    words: tuple[str, ...] = ()
    #: the parameter is made of codecs
    of_codecs: bool = False

    @classmethod
    def one_of(cls, words: Sequence[str]) -> Parameter:
        """Return the parameter that is one of some words."""
        known = tuple(words)
        return cls(f"one of {', '.join(known)}", lambda given: isinstance(given, str) and given in known, known)


#: MISSING stands for a parameter that a mapping does not give, since null may be one
NO_PARAMETER = Parameter("no parameter", lambda given: given is MISSING)


class TypesRefused(ValueError):
    """A codec does not read values of these types."""

    def __init__(self, codec: Codec, refused: Types, taken: Types) -> None:
        self.codec, self.refused, self.taken = codec, refused, taken
        super().__init__(f"codec {codec.name!r} reads {sorted(taken)}, not {sorted(refused)}")


class Codec:
    """A two-way conversion of ``wires`` wire values and ``hubs`` hub values."""

    #: what mappings call it, on the class; what reports call it, on the instance: with its parameter
    name: str = ""
    parameter: ClassVar[Parameter] = NO_PARAMETER
    wires: int = 1
    hubs: int = 1
    #: decode(encode(h)) means the same as h wherever encode answers: proven, so the inverse need not be run
    exact: bool = False
    #: hub values of these classes come back as the very values wherever encode answers: proven
    returns: frozenset[type] = frozenset()
    #: the code of what is lost where the inverse does not give the value back
    loss: LossCode = LossCode.REDUCED_ENUM
    #: the code of what arrives in another form
    converted: LossCode = LossCode.CONVERTED_FORM
    #: equivalences: the names of the wire differences that decode forgets on purpose
    normalises: tuple[str, ...] = ()
    #: the assumption that the conversion rests on
    assumes: str | None = None
    #: null has a meaning of its own (elsewhere null passes as null)
    takes_null: bool = False
    #: wire values (of a group: tuples) that show the domain and its edges: they decide which JSON types ``lint`` lets
    #: through, and documentation, samples and tests are made of them
    examples: tuple[Any, ...] = ()
    #: hub values beyond those that the examples decode to, which show what can be written
    hub_values: tuple[Any, ...] = ()
    #: JSON Schema type names, or dimensions, of hub values; empty: not known before the hub path is
    hub_types: tuple[str, ...] = ()
    #: all that it ever writes, where these are few values
    written: tuple[Any, ...] | None = None
    #: it writes objects and lists as well as texts, which not every field takes
    writes_any: bool = False
    #: it speaks of one value at most, and hands all else on as it is
    passes: bool = False
    #: it reads words by looking them up
    looks_up: bool = False
    #: the rows of a code table, as the mapping has them
    rows: Mapping[str | bool | int, Any] | None = None
    #: several wire values may decode to one hub value without being spellings of one another: ``given_back`` tells
    folds: bool = False
    #: a text stands for a value of another kind, so that there are texts which cannot be read
    reads_texts: bool = False
    #: of a text that stands for a list of words: the codec of each of them
    each_word: Codec | None = None
    #: the unit of the bare number that is its wire value
    measured_in: str | None = None
    #: the units that its last wire value may name
    units: tuple[str, ...] = ()

    @classmethod
    def make(cls, parameter: Any, assume: Assume, make: Make) -> Codec:
        """Make the codec of a parameter that it takes. Raises KeyError for an assumption that is not given."""
        return cls()

    @property
    def steps(self) -> tuple[Codec, ...]:
        """The codecs that it is made of, one after the other, wire first."""
        return (self,)

    def reader(self, place: int = 0) -> Codec:
        """Return the codec that reads the wire value at a place first."""
        return self

    def none(self, place: int = 0) -> Any:
        """Return the wire value that a mapping takes for "there is none" at a place; MISSING for no such value."""
        return MISSING

    def meant(self, text: str) -> Any:
        """Return the wire value that an unreadable text was most likely meant to be; MISSING for no guess."""
        return MISSING

    def decode(self, *wire: Any) -> Values:
        """Turn wire values into hub values; MISSING stands for absence and for refusal."""
        raise NotImplementedError

    def encode(self, *hub: Any) -> Values:
        """Turn hub values into wire values; MISSING stands for absence and for refusal."""
        raise NotImplementedError

    def refusal(self, *hub: Any) -> LossCode:
        """Return the code of hub values of which it writes nothing."""
        return LossCode.DROPPED_CONDITION

    def given_back(self, *wire: Any) -> bool:
        """Tell whether wire values come back, up to equivalences, from what they decode to; asked if it ``folds``."""
        return True

    def assumed(self, *wire: Any) -> str | None:
        """Return the assumption that decoding these very values rests on."""
        return self.assumes

    def problem(self) -> str | None:
        """Return what keeps the codec from being used, whatever the fields; None where nothing does."""
        return None

    # -- types ------------------------------------------------------------------------------------------------

    def taken_types(self) -> tuple[Types, ...]:
        """Return the JSON types that it reads at each place, going by its own examples of its domain."""
        rows = [example if isinstance(example, tuple) else (example,) for example in self.examples]
        found: list[set[str]] = [set() for _ in range(self.wires)]
        for row in rows:
            if not self._reads(row):
                continue
            for index, value in enumerate(row):
                if value is MISSING or value is None:
                    continue
                found[index].add(json_type(value))
                if json_type(value) == "integer" and self._reads((*row[:index], 1.5, *row[index + 1 :])):
                    found[index].add("number")
        return tuple(map(frozenset, found))

    def _reads(self, row: Values) -> bool:
        return any(value is not MISSING for value in self.decode(*row))

    def types_through(self, given: Sequence[Types]) -> tuple[Types, ...]:
        """Return the types of the hub values that it makes of wire values of some types. Raises TypesRefused."""
        for types, taken in zip(given, self.taken_types(), strict=True):
            if refused := beyond(types, taken):
                raise TypesRefused(self, refused, taken)
        return tuple(frozenset({name}) for name in self.hub_types)


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
    exact, passes = True, True

    @classmethod
    def make(cls, parameter: Any, assume: Assume, make: Make) -> Codec:
        # one codec, which is known by being the very same
        return SAME

    def to_hub(self, value: Any) -> Any:
        return value

    def to_wire(self, value: Any) -> Any:
        return value

    def types_through(self, given: Sequence[Types]) -> tuple[Types, ...]:
        return tuple(given)


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
        self.converted = last.converted
        self.normalises = tuple(name for part in self.parts for name in part.normalises)
        self.assumes = next((part.assumes for part in self.parts if part.assumes), None)
        self.takes_null = any(part.takes_null for part in self.parts)
        self.examples = tuple(self._examples())
        self.hub_types = last.hub_types
        self.hub_values = tuple(self._hub_values())
        self.folds = any(part.folds for part in self.parts)
        self.writes_any = first.writes_any

    @property
    def steps(self) -> tuple[Codec, ...]:
        return self.parts

    def _examples(self) -> Iterator[Any]:
        """Yield the examples of the codec that reads and of those before it, and how "none" is written."""
        for part in (*self._passing(), self._reading()):
            yield from part.examples
        if self.takes_null and self.wires == 1:
            yield from (self.none(), None)

    def _hub_values(self) -> Iterator[Any]:
        """Yield the hub values that its parts show, as they come through those behind."""
        for index, part in enumerate(self.parts):
            for value in part.hub_values:
                row: Values = (value,)
                for behind in self.parts[index + 1 :]:
                    row = behind.decode(*row)
                if len(row) == 1:
                    yield row[0]

    def _passing(self) -> Sequence[Codec]:
        """Return the first codecs that hand their values on, up to the one that reads them (the last, if it must)."""
        return tuple(takewhile(lambda part: part.passes, self.parts[:-1]))

    def _reading(self) -> Codec:
        return self.parts[len(self._passing())]

    def reader(self, place: int = 0) -> Codec:
        return self._reading().reader(place)

    def none(self, place: int = 0) -> Any:
        for index, part in enumerate(self.parts):
            found = part.none(place) if place < part.wires else MISSING
            if found is not MISSING:
                return self._written_before(index, place, found)
        return MISSING

    def _written_before(self, index: int, place: int, value: Any) -> Any:
        """Return what stands on the wire for a value that comes at a place before one of the parts."""
        for part in reversed(self.parts[:index]):
            row = tuple(value if one == place else MISSING for one in range(part.hubs))
            value = next(islice(part.encode(*row), place, None), MISSING)
        return value

    def given_back(self, *wire: Any) -> bool:
        for part in self.parts:
            if part.folds and not part.given_back(*wire):
                return False
            wire = part.decode(*wire)
        return True

    def assumed(self, *wire: Any) -> str | None:
        for part in self.parts:
            found = part.assumed(*wire)
            if found is not None:
                return found
            wire = part.decode(*wire)
        return None

    def refusal(self, *hub: Any) -> LossCode:
        for part in reversed(self.parts):
            written = part.encode(*hub)
            if all(value is MISSING for value in written):
                return part.refusal(*hub)
            hub = written
        return super().refusal(*hub)

    def problem(self) -> str | None:
        said = next(filter(None, (part.problem() for part in self.parts)), None)
        for index, part in enumerate(self.parts):
            for place in range(part.wires):
                none = part.none(place)
                if none is not MISSING and none is not None and self._written_before(index, place, none) is MISSING:
                    before = self.parts[index - 1].name
                    said = said or f"{part.name!r} is never written: {before!r} comes first, and does not write that"
        return said

    def types_through(self, given: Sequence[Types]) -> tuple[Types, ...]:
        for part in self.parts:
            given = part.types_through(given)
        return tuple(given)

    def decode(self, *wire: Any) -> Values:
        for part in self.parts:
            wire = part.decode(*wire)
        return wire

    def encode(self, *hub: Any) -> Values:
        for part in reversed(self.parts):
            hub = part.encode(*hub)
        return hub


class Told(Codec):
    """The codec of a word that says for whom a row is, where the row stands for all: one word comes back, or none."""

    loss = LossCode.DROPPED_CONDITION

    def __init__(self, inner: Codec, word: str | None, assumes: str | None) -> None:
        self.inner, self.word, self.assumes, self.name = inner, word, assumes, inner.name
        self.examples = (*inner.examples, "another", *([] if word is None else inner.encode(word)))
        self.folds = True

    def given_back(self, *wire: Any) -> bool:
        return self.word is not None and self.inner.decode(*wire)[0] == self.word

    def decode(self, *wire: Any) -> Values:
        return self.inner.decode(*wire)

    def encode(self, *hub: Any) -> Values:
        return self.inner.encode(*hub)


class EachOf(Codec):
    """One codec for each member of a group."""

    name = "each"
    parameter = Parameter("a list of codecs", lambda given: isinstance(given, list) and bool(given), of_codecs=True)
    converted = LossCode.CONVERTED_TYPE

    def __init__(self, parts: Sequence[Codec]) -> None:
        self.parts = tuple(parts)
        self.name = "each of " + ", ".join(part.name for part in self.parts)
        self.wires = self.hubs = len(self.parts)
        self.exact = all(part.exact for part in self.parts)
        self.loss = next((part.loss for part in self.parts if not part.exact), LossCode.REDUCED_ENUM)
        self.normalises = tuple(name for part in self.parts for name in part.normalises)
        self.assumes = next((part.assumes for part in self.parts if part.assumes), None)
        self._decode = [one_way(part) for part in self.parts]
        self._encode = [one_way(part, writing=True) for part in self.parts]
        self.folds = any(part.folds for part in self.parts)

    def reader(self, place: int = 0) -> Codec:
        return self.parts[place].reader()

    def none(self, place: int = 0) -> Any:
        return self.parts[place].none()

    def given_back(self, *wire: Any) -> bool:
        return all(part.given_back(value) for part, value in zip(self.parts, wire, strict=True) if part.folds)

    @classmethod
    def make(cls, parameter: Any, assume: Assume, make: Make) -> Codec:
        return cls([make(part) for part in parameter])

    def problem(self) -> str | None:
        if not all(part.wires == part.hubs == 1 for part in self.parts):
            return "'each' takes codecs of one value, and one of these has several"
        return next(filter(None, (part.problem() for part in self.parts)), None)

    def types_through(self, given: Sequence[Types]) -> tuple[Types, ...]:
        return tuple(part.types_through((types,))[0] for part, types in zip(self.parts, given, strict=True))

    def decode(self, *wire: Any) -> Values:
        return tuple([decode(value) for decode, value in zip(self._decode, wire, strict=True)])

    def encode(self, *hub: Any) -> Values:
        return tuple([encode(value) for encode, value in zip(self._encode, hub, strict=True)])


CODECS: tuple[type[Codec], ...] = (Same, EachOf)


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
