"""Codecs of several wire values or several hub values that mean something only together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from catalens.account.codes import LossCode
from catalens.codecs.base import Assume, Codec, Make, Parameter, Values
from catalens.codecs.json_types import Types
from catalens.codecs.numbers import is_number
from catalens.codecs.units import UNITS, convert, is_too_long, same
from catalens.paths import MISSING


class Alias(Codec):
    """Fields that repeat others: the first half counts, the second is read where the first is absent."""

    name = "alias"
    parameter = Parameter(
        "the number of fields that are repeated, or a list of codecs that each say the same",
        lambda given: (isinstance(given, list) and len(given) > 1) or (type(given) is int and given > 0),
        of_codecs=True,
    )
    exact = True
    # a repetition is written as what it repeats: 5 for 5.0
    normalises = ("decimal-zeros",)

    def __init__(self, count: int) -> None:
        self.name = f"alias: {count}"
        self.wires, self.hubs = 2 * count, count
        self.examples = ((5,) * count + (5.0,) * count,)

    @classmethod
    def make(cls, parameter: Any, assume: Assume, make: Make) -> Codec:
        return AliasOf([make(part) for part in parameter]) if isinstance(parameter, list) else cls(parameter)

    def types_through(self, given: Sequence[Types]) -> tuple[Types, ...]:
        halves = zip(given[: self.hubs], given[self.hubs :], strict=True)
        return tuple(main | alias for main, alias in halves)

    def decode(self, *wire: Any) -> Values:
        pairs = zip(wire[: self.hubs], wire[self.hubs :], strict=True)
        return tuple(alias if main is MISSING else main for main, alias in pairs)

    def encode(self, *hub: Any) -> Values:
        return hub + hub


class AliasOf(Codec):
    """Fields that repeat others in another form: each codec has its own fields, and the first that says it counts."""

    loss = LossCode.REDUCED_PRECISION
    converted = LossCode.CONVERTED_FORM

    def __init__(self, parts: Sequence[Codec]) -> None:
        self.parts = tuple(parts)
        self.name = f"alias: {', '.join(part.name for part in self.parts)}"
        self.wires, self.hubs = sum(part.wires for part in self.parts), self.parts[0].hubs
        for part in self.parts:
            if part.hubs != self.hubs:
                raise ValueError(f"{part.name} says {part.hubs} values where {self.parts[0].name} says {self.hubs}")
        stops = list(accumulate(part.wires for part in self.parts))
        #: each codec with the places of its wire values
        self._shares = [(part, range(stop - part.wires, stop)) for part, stop in zip(self.parts, stops, strict=True)]
        self.normalises = tuple(dict.fromkeys(name for part in self.parts for name in part.normalises))
        self.assumes = next((part.assumes for part in self.parts if part.assumes), None)
        self.folds = any(part.folds for part in self.parts)
        examples = (row if isinstance(row, tuple) else (row,) for row in self.parts[0].examples)
        self.examples = tuple((*row, *self._repeated(row)) for row in examples)

    def _repeated(self, row: Values) -> Values:
        hub = self.parts[0].decode(*row)
        return tuple(one for part in self.parts[1:] for one in part.encode(*hub))

    def reader(self, place: int = 0) -> Codec:
        part, places = next(share for share in self._shares if place in share[1])
        return part.reader(place - places[0])

    def problem(self) -> str | None:
        return next(filter(None, (part.problem() for part in self.parts)), None)

    def types_through(self, given: Sequence[Types]) -> tuple[Types, ...]:
        made = [part.types_through([given[place] for place in places]) for part, places in self._shares]
        return tuple(frozenset().union(*types) for types in zip(*made, strict=True))

    def _said(self, wire: Values) -> Iterator[tuple[Codec, Values, Values]]:
        """Yield each codec, its wire values and the hub values that they say."""
        for part, places in self._shares:
            own = tuple(wire[place] for place in places)
            yield part, own, part.decode(*own)

    def decode(self, *wire: Any) -> Values:
        said = zip(*(hub for _, _, hub in self._said(wire)), strict=True)
        return tuple(next((value for value in values if value is not MISSING), MISSING) for values in said)

    def encode(self, *hub: Any) -> Values:
        return tuple(one for part in self.parts for one in part.encode(*hub))

    def given_back(self, *wire: Any) -> bool:
        return all(part.given_back(*own) for part, own, _ in self._said(wire) if part.folds)

    def assumed(self, *wire: Any) -> str | None:
        speaks = (part.assumed(*own) for part, own, hub in self._said(wire) if any(one is not MISSING for one in hub))
        return next(speaks, None)

    def refusal(self, *hub: Any) -> LossCode:
        return self.parts[0].refusal(*hub)


class ChargedPrice(Codec):
    """List price and charged price, and how they say that there is no sale: with both equal, if no word says else.

    The other words, null and absent, say it of the list price: see ComparedPrice.
    """

    name, wires, hubs = "charged-price", 2, 2
    parameter = Parameter(
        "one of equal, null, absent: how the two say that there is no sale",
        # in YAML, null is no word
        lambda given: given is MISSING or given is None or given in ("equal", "null", "absent"),
        ("equal", "null", "absent"),
    )
    converted = LossCode.CONVERTED_FORM
    # without a sale the charged price is written as the list price is: 5 for 5.0
    normalises = ("decimal-zeros",)
    loss = LossCode.REDUCED_ENUM
    examples = ((100, 80), (100, 100), (100, 100.0), (100, MISSING), (MISSING, 80))
    hub_types = ("number", "number")

    def __init__(self) -> None:
        self.name = f"{type(self).name}: equal"

    @classmethod
    def make(cls, parameter: Any, assume: Assume, make: Make) -> Codec:
        return cls() if parameter in (MISSING, "equal") else ComparedPrice(MISSING if parameter == "absent" else None)

    def decode(self, *wire: Any) -> Values:
        listing, selling = wire
        if selling is None:
            return (listing, MISSING)
        return (listing, None if is_number(listing) and same(listing, selling) else selling)

    def encode(self, *hub: Any) -> Values:
        full, sale = hub
        if sale is None:
            return (full, full if is_number(full) else MISSING)
        return (full, sale)


class ComparedPrice(Codec):
    """A charged price beside a list price that counts only where it is above: null there (or absence) is no sale.

    Without a charged price nothing is said, since a list price counts only beside one. So a list price that comes
    without a word of a sale is written as what is charged.
    """

    wires, hubs = 2, 2
    converted = LossCode.CONVERTED_FORM
    loss = LossCode.REDUCED_ENUM
    examples = ((100, 80), (80, 100), (80, 80), (None, 80), (MISSING, 80), (100, MISSING), (None, MISSING))
    hub_types = ("number", "number")
    # of a list price that does not count nothing is kept
    folds = True

    def __init__(self, no_sale: Any) -> None:
        self.no_sale = no_sale
        self.name = f"{ChargedPrice.name}: {'absent' if no_sale is MISSING else 'null'}"

    def none(self, place: int = 0) -> Any:
        return self.no_sale if place == 0 else MISSING

    def decode(self, *wire: Any) -> Values:
        listing, charged = wire
        if not is_number(charged):
            return (MISSING, MISSING)
        if listing is MISSING and self.no_sale is None:
            return (MISSING, charged)
        return (listing, charged) if _is_above(listing, charged) else (charged, None)

    def encode(self, *hub: Any) -> Values:
        full, sale = hub
        if sale is MISSING or sale is None:
            return (self.no_sale, full) if is_number(full) else (MISSING, MISSING)
        if full is MISSING:
            return (MISSING, sale)
        return (full if _is_above(full, sale) else self.no_sale, sale)

    def given_back(self, *wire: Any) -> bool:
        return all(map(same, self.encode(*self.decode(*wire)), wire))


def _is_above(one: Any, other: Any) -> bool:
    return is_number(one) and is_number(other) and one > other and not same(one, other)


class SwitchedSale(Codec):
    """A sale price behind a switch. Switched off, the price is kept and not charged."""

    name, wires, hubs = "switched-sale", 2, 2
    converted = LossCode.CONVERTED_FORM
    loss = LossCode.REDUCED_ENUM
    examples = ((True, 80), (False, 80), (False, MISSING), (MISSING, 80))
    hub_types = ("number", "number")

    def decode(self, *wire: Any) -> Values:
        switch, price = wire
        if switch is True:
            return (price if is_number(price) else MISSING, MISSING)
        return (None if switch is False else MISSING, price)

    def encode(self, *hub: Any) -> Values:
        sale, switched_off = hub
        if sale is None:
            return (False, switched_off)
        return (MISSING, switched_off) if sale is MISSING else (True, sale)


class TypedSale(Codec):
    """A sale price behind a switch, beside a word for what kind of number it is.

    The word that means an amount is the parameter. A number of another kind says nothing about a price: it waits,
    with its switch and its kind. Without a word the assumption ``sale_price_type`` holds.
    """

    name, wires, hubs = "typed-sale", 3, 4
    parameter = Parameter("the word that means an amount", lambda given: isinstance(given, str) and given != "")
    converted = LossCode.CONVERTED_FORM
    loss = LossCode.REDUCED_ENUM
    assumes = "sale_price_type"
    hub_types = ("number", "number", "boolean", "string")

    def __init__(self, word: str, assumed: str) -> None:
        self.word, self.otherwise = word, assumed
        self.name = f"{type(self).name}: {word}"
        self.examples: tuple[Any, ...] = (
            *((True, 80, word), (True, 20, "percent"), (False, 20, "percent"), (True, 80, MISSING)),
            *((False, 80, word), (False, MISSING, MISSING), (MISSING, 80, MISSING)),
        )

    @classmethod
    def make(cls, parameter: Any, assume: Assume, make: Make) -> Codec:
        return cls(parameter, assume["sale_price_type"])

    def _is_amount(self, kind: Any) -> bool:
        return (kind if isinstance(kind, str) else self.otherwise) == self.word

    def decode(self, *wire: Any) -> Values:
        switch, price, kind = wire
        if not self._is_amount(kind):
            return (None if switch is False else MISSING, price, MISSING if switch is False else switch, kind)
        if switch is True:
            return (price if is_number(price) else MISSING, MISSING, MISSING, kind)
        return (None if switch is False else MISSING, price, MISSING, kind)

    def encode(self, *hub: Any) -> Values:
        sale, waiting, switch, kind = hub
        if sale is None:
            return (False, waiting, kind)
        if not self._is_amount(kind):
            # it is on sale, though no number here says for how much
            return (switch if sale is MISSING else True, waiting, kind)
        return (MISSING, waiting, kind) if sale is MISSING else (True, sale, kind)

    def assumed(self, *wire: Any) -> str | None:
        return self.assumes if is_number(wire[1]) and not isinstance(wire[2], str) else None


class RepeatedSale(TypedSale):
    """The same, and beside it a switch and the price that is charged. The latter holds wherever it is there."""

    name, wires = "repeated-sale", 5

    def __init__(self, word: str, assumed: str) -> None:
        super().__init__(word, assumed)
        repeated = [(*example, *example[:2]) for example in self.examples]
        apart = [
            (True, 20, "percent", True, 80),
            (MISSING, MISSING, MISSING, True, 80),
            (True, 80, MISSING, True, 70),
        ]
        self.examples = (*repeated, *apart)

    def decode(self, *wire: Any) -> Values:
        switch, price = wire[3:]
        if switch is MISSING:
            switch = wire[0]
        sale, waiting, waiting_switch, kind = super().decode(*wire[:3])
        if switch is False:
            sale = None
        elif switch is True and is_number(price):
            sale = price
        if waiting is MISSING and not is_number(sale) and self._is_amount(kind):
            waiting = price
        return (sale, waiting, waiting_switch, kind)

    def encode(self, *hub: Any) -> Values:
        switch, price, kind = super().encode(*hub)
        if self._is_amount(kind):
            return (switch, price, kind, switch, price)
        sale = hub[0]
        if sale is None:
            return (switch, price, kind, False, MISSING)
        return (switch, price, kind, MISSING, MISSING) if sale is MISSING else (switch, price, kind, True, sale)

    def assumed(self, *wire: Any) -> str | None:
        return None if is_number(wire[4]) else super().assumed(*wire[:3])


class Switched(Codec):
    """A number behind a switch. It holds only while switched on; otherwise both wait, each in a place of its own.

    An absent switch is not taken for one that is on: in an update it says that the platform's own stays as it is.
    """

    name, wires, hubs = "switched", 2, 3
    converted = LossCode.CONVERTED_FORM
    loss = LossCode.REDUCED_ENUM
    examples = ((True, 5), (False, 5), (True, MISSING), (False, MISSING), (MISSING, 5))
    hub_types = ("number", "boolean", "number")

    def decode(self, *wire: Any) -> Values:
        switch, value = wire
        if value is None:
            # nothing is there to be switched
            return (None, switch, MISSING)
        if switch is True and is_number(value):
            return (value, MISSING, MISSING)
        return (MISSING, switch, value)

    def encode(self, *hub: Any) -> Values:
        value, switch, waiting = hub
        if value is None:
            return (switch, None)
        return (switch, waiting) if value is MISSING else (True, value)


def _unit(word: str, known: Sequence[str]) -> str:
    """Return the unit that a word spells, in whatever case; the word itself where it spells none."""
    lower = word.strip().lower()
    return lower if lower in known else word


class AmountAndUnit(Codec):
    """An amount beside its unit; where the unit is absent, the store's own is assumed."""

    name, wires, hubs = "amount-and-unit", 2, 1
    converted = LossCode.CONVERTED_UNIT
    loss = LossCode.REDUCED_PRECISION
    normalises = ("measure-unit",)
    assumes = "weight"
    examples = ((450, "g"), (2, "l"), (3, "OZ"), (1, MISSING), (None, MISSING))
    hub_types = ("weight",)
    units = (*UNITS["weight"], *UNITS["volume"])

    def __init__(self, unit: str) -> None:
        self.unit = unit

    @classmethod
    def make(cls, parameter: Any, assume: Assume, make: Make) -> Codec:
        return cls(assume["weight"])

    def decode(self, *wire: Any) -> Values:
        amount, unit = wire
        if amount is MISSING or not (amount is None or is_number(amount)):
            return (MISSING,)
        if amount is None and not isinstance(unit, str):
            return (None,)
        return ({"value": amount, "unit": _unit(unit, self.units) if isinstance(unit, str) else self.unit},)

    def encode(self, *hub: Any) -> Values:
        (measure,) = hub
        if measure is None:
            return (None, MISSING)
        if not isinstance(measure, dict):
            return (MISSING, MISSING)
        return (measure.get("value", MISSING), measure.get("unit", MISSING))

    def assumed(self, *wire: Any) -> str | None:
        return None if isinstance(wire[1], str) or wire[0] is None else self.assumes


class SidesAndUnit(Codec):
    """Length, width and height that share one unit; where it is absent, the store's own is assumed."""

    name, wires, hubs = "sides-and-unit", 4, 3
    converted = LossCode.CONVERTED_UNIT
    loss = LossCode.REDUCED_PRECISION
    normalises = ("measure-unit",)
    assumes = "length"
    examples = ((62, 1235, 100, "cm"), (1, MISSING, MISSING, "in"), (3, 2, 1, "Cm"), (1, 2, 3, MISSING))
    hub_types = ("length", "length", "length")
    units = tuple(UNITS["length"])

    def __init__(self, unit: str) -> None:
        self.unit = unit

    @classmethod
    def make(cls, parameter: Any, assume: Assume, make: Make) -> Codec:
        return cls(assume["length"])

    def decode(self, *wire: Any) -> Values:
        *sides, unit = wire
        shared = _unit(unit, self.units) if isinstance(unit, str) else self.unit
        return tuple({"value": side, "unit": shared} if is_number(side) else side for side in sides)

    def encode(self, *hub: Any) -> Values:
        unit: Any = next((side["unit"] for side in hub if isinstance(side, dict) and side.get("unit")), MISSING)
        return (*(self._side(side, unit) for side in hub), unit)

    @staticmethod
    def _side(side: Any, unit: Any) -> Any:
        if not isinstance(side, dict):
            return side
        amount = side.get("value", MISSING)
        if not is_number(amount) or not isinstance(side.get("unit"), str):
            return MISSING
        return convert(amount, side["unit"], unit)

    def refusal(self, *hub: Any) -> LossCode:
        unit = self.encode(*hub)[-1]
        too_long = isinstance(unit, str) and any(is_too_long(side, unit) for side in hub)
        return LossCode.DROPPED_LIMIT if too_long else super().refusal(*hub)

    def assumed(self, *wire: Any) -> str | None:
        return None if isinstance(wire[3], str) else self.assumes


class Named(Codec):
    """A name as a plain text, or an object with the name and what stands behind it: ``{"name": …, "hexcode": …}``.

    The names of the two members are the parameter.
    """

    name, wires, hubs = "named", 1, 2
    parameter = Parameter(
        "the names of two members",
        lambda given: isinstance(given, list) and len({*map(str, given)}) == 2 == len(given),
    )
    loss = LossCode.REDUCED_LIST
    hub_types = ("string", "string")
    # of an object with other members these two are given back
    folds = True

    def __init__(self, members: Sequence[str]) -> None:
        self.named, self.behind = members
        self.name = f"named: {self.named}, {self.behind}"
        self.examples: tuple[Any, ...] = (
            *("Indigo", {self.named: "Indigo", self.behind: "#3F51B5"}, {self.named: "Indigo"}),
            *({self.named: "Indigo", self.behind: "#3F51B5", "more": 1}, {self.behind: "#3F51B5"}, {}),
        )

    @classmethod
    def make(cls, parameter: Any, assume: Assume, make: Make) -> Codec:
        return cls(parameter)

    def decode(self, *wire: Any) -> Values:
        (value,) = wire
        if not isinstance(value, dict):
            return (value, MISSING)
        found = (value.get(self.named, MISSING), value.get(self.behind, MISSING))
        return tuple(one if isinstance(one, str) else MISSING for one in found)

    def encode(self, *hub: Any) -> Values:
        name, behind = hub
        if not isinstance(behind, str):
            return (name,)
        return ({**({self.named: name} if isinstance(name, str) else {}), self.behind: behind},)

    def given_back(self, *wire: Any) -> bool:
        return not isinstance(wire[0], dict) or same(self.encode(*self.decode(*wire))[0], wire[0])


CODECS: tuple[type[Codec], ...] = (
    Alias,
    ChargedPrice,
    SwitchedSale,
    TypedSale,
    RepeatedSale,
    Switched,
    AmountAndUnit,
    SidesAndUnit,
    Named,
)
