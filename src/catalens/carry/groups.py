"""Carry a group of values from wire to wire: decode all, encode all, run the inverse, compare field by field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from types import NoneType
from typing import Any

from catalens.account.codes import LossCode
from catalens.carry.inline import Script
from catalens.carry.limits import LIMIT, Carrier, certain, fit, fits, overall
from catalens.carry.sides import Sides
from catalens.carry.values import CONDITION, refusal
from catalens.codecs.base import Codec
from catalens.codecs.numbers import is_number, parse_number
from catalens.codecs.scalars import alike
from catalens.codecs.units import same
from catalens.mapping.profile import Correspondence, Names
from catalens.paths import MISSING, Missing
from catalens.plan import Unit

#: values of all source fields -> (values of all target fields, codes by source field or None)
GroupCarrier = Callable[..., tuple[Sequence[Any], tuple[LossCode | None, ...] | None]]


class _Side:
    """The codecs of one side of a group, between its wire values and the group's hub values (by number)."""

    def __init__(self, values: tuple[Correspondence, ...], numbers: dict[Names, int]) -> None:
        self.count = len(numbers)
        #: a codec, its wire values (from, to), and the places of its hub values
        self.parts: list[tuple[Codec, int, int, list[int]]] = []
        start = 0
        for value in values:
            stop = start + len(value.fields)
            self.parts.append((value.codec, start, stop, [numbers[name] for name in value.hub]))
            start = stop
        self.wires = start

    def written_decode(self, script: Script, wire: Sequence[str]) -> list[str]:
        """Write the conversion of wire values to hub values; of several values for one hub field the first counts."""
        hub = ["M"] * self.count
        for codec, start, stop, places in self.parts:
            for one, place in zip(script.convert(codec, wire[start:stop], False), places, strict=True):
                hub[place] = script.first(hub[place], one)
        return hub

    def written_encode(self, script: Script, hub: Sequence[str]) -> list[str]:
        """Write the conversion of hub values to wire values."""
        return [
            one
            for codec, _, _, places in self.parts
            for one in script.convert(codec, [hub[place] for place in places], True)
        ]

    # made when something is lost for the first time, since most groups of most pairs lose nothing

    @cached_property
    def decode(self) -> Callable[..., list[Any]]:
        script = Script()
        wire = [f"w{place}" for place in range(self.wires)]
        return script.function(wire, f"[{', '.join(self.written_decode(script, wire))}]", "decoder of a group")

    @cached_property
    def encode(self) -> Callable[..., list[Any]]:
        script = Script()
        hub = [f"h{place}" for place in range(self.count)]
        return script.function(hub, f"[{', '.join(self.written_encode(script, hub))}]", "encoder of a group")


def group_carrier(unit: Unit, sides: Sides, measured: bool = True) -> GroupCarrier:
    """Make the carrier of a group: decode all, encode all, run the inverse, and compare field by field.

    One that is not ``measured`` leaves the last two out, and knows of no loss.
    """
    whole = _Group(unit)
    code = sides.foreign_amount(unit)
    if measured and code is not None:
        return lambda *wire: whole.carry_abroad(code, *wire)
    carry = whole.carry if measured else whole.carry_only
    return _inlined(whole.source, whole.target, whole.constants, whole.checks, unit, carry, measured)


class _Group:
    """The carrier of a group, obvious and slow: it handles every value, lost or not."""

    def __init__(self, unit: Unit) -> None:
        names = dict.fromkeys(name for value in (*unit.source, *unit.target) for name in value.hub)
        numbers = {name: number for number, name in enumerate(names)}
        self.source, self.target = _Side(unit.source, numbers), _Side(unit.target, numbers)
        self.constants = [(numbers[name], value) for name, value in unit.constants]
        written = [(value.codec, one) for value in unit.target for one in value.fields]
        self.checks = [
            (place, check)
            for place, (codec, one) in enumerate(written)
            if not fits(codec, one) and (check := fit(one)) is not None
        ]
        #: of each source field: its line's codec, and where the line's fields begin and end
        self.lines = [(codec, start, stop) for codec, start, stop, _ in self.source.parts for _ in range(start, stop)]
        #: of each source field: the numbers of its hub values, the places of target fields, the code of a loss
        self.fed = [
            ([numbers[name] for name in hubs], reached, loss)
            for hubs, reached, loss in (_fed(unit, index) for index in range(len(unit.source_fields)))
        ]

    def carry(self, *wire: Any) -> tuple[Sequence[Any], tuple[LossCode | None, ...] | None]:
        """Return what arrives, and the code of each source field that loses something."""
        hub = self.source.decode(*wire)
        written = self._write(hub)
        back = self._implied(self.target.decode(*written[0]))
        home = self.source.encode(*back)
        changed = [
            index
            for index, (value, back_home) in enumerate(zip(wire, home, strict=True))
            if value is not back_home
            and value is not MISSING
            and not same(value, back_home)
            # what comes back in another spelling is back, whatever became of those beside it
            and not _means(self.lines[index][0], back_home, value)
        ]
        if not changed:
            return written[0], None
        codes: list[LossCode | None] = [None] * len(wire)
        left = list(wire)
        # of fields that say the same, the last ones are the repetition
        for index in reversed(changed):
            codes[index] = self._lost(index, left, list(wire), hub, back, written)
            if (code := codes[index]) is not None and code.fate == "dropped":
                left[index] = MISSING
            if codes[index] is CONDITION:
                codec, start, _ = self.lines[index]
                codes[index] = refusal(codec.reader(index - start), wire[index])
        return written[0], tuple(codes) if any(codes) else None

    def carry_abroad(self, code: LossCode, *wire: Any) -> tuple[Sequence[Any], tuple[LossCode | None, ...] | None]:
        """Return what arrives, where amounts mean others: each that arrives whole has the code."""
        arrived, lost = self.carry(*wire)
        codes = list(lost or [None] * len(wire))
        for index, (codec, start, stop) in enumerate(self.lines):
            reached = any(arrived[place] is not MISSING for place in self.fed[index][1])
            amounts = any(map(is_number, codec.decode(*wire[start:stop])))
            if codes[index] is None and reached and amounts and is_number(_bare(wire[index])):
                codes[index] = code
        return arrived, tuple(codes) if any(codes) else None

    def carry_only(self, *wire: Any) -> tuple[Sequence[Any], None]:
        """Return what arrives."""
        return self._write(self.source.decode(*wire))[0], None

    def _implied(self, hub: list[Any]) -> list[Any]:
        """Fill in the hub values that the place in the source implies."""
        for place, value in self.constants:
            if hub[place] is MISSING:
                hub[place] = value
        return hub

    def _write(self, hub: list[Any]) -> tuple[list[Any], dict[int, LossCode]]:
        """Return what arrives of hub values, and the codes of target fields whose limits they break."""
        arrived = self.target.encode(*self._implied(hub))
        limits: dict[int, LossCode] = {}
        for place, check in self.checks:
            if arrived[place] is not MISSING:
                arrived[place], codes = check(arrived[place])
                code = overall(codes)
                if code:
                    limits[place] = code
        return arrived, limits

    def _without(self, index: int, wire: Sequence[Any]) -> list[Any]:
        """Return the hub values of a group that lacks one of its values."""
        return self.source.decode(*[MISSING if place == index else value for place, value in enumerate(wire)])

    def _lost(
        self, index: int, wire: list[Any], given: list[Any], hub: list[Any], back: list[Any], written: Any
    ) -> LossCode | None:
        """Return the code of a value that does not come back as it was; None where it means the same.

        ``wire`` lacks the repetitions that have been found to be lost, ``given`` does not.
        """
        arrived, limits = written
        hubs, reached, loss = self.fed[index]
        rest = self._without(index, wire)
        counts = any(not same(rest[place], hub[place]) for place in hubs)
        codec, start, stop = self.lines[index]
        said = counts or _means(codec, self.source.encode(*hub)[index], wire[index])
        if said and all(same(hub[place], back[place]) for place in hubs):
            return codec.loss if codec.folds and not codec.given_back(*given[start:stop]) else None

        def arrives_alike(rest: list[Any]) -> bool:
            return all(map(same, self._write(rest)[0], arrived))

        if arrives_alike(rest) and (wire == given or arrives_alike(self._without(index, given))):
            limit = next((limits[place] for place in reached if limits.get(place) == LIMIT), None)
            return limit or self._refused(reached, hub, arrived)
        if all(arrived[place] is MISSING for place in reached):
            return LossCode.REDUCED_RANGE
        return next((limits[place] for place in reached if limits.get(place, LIMIT) != LIMIT), loss)

    def _refused(self, reached: Sequence[int], hub: list[Any], arrived: Sequence[Any]) -> LossCode:
        """Return why nothing was written to the places that a value could have reached."""
        for codec, start, stop, places in self.target.parts:
            if start in reached:
                code = codec.refusal(*(hub[place] for place in places))
                # of several values in one unit, one may be too long
                if code is LIMIT or all(arrived[place] is MISSING for place in range(start, stop)):
                    return code
        return CONDITION


def _inlined(
    source: _Side,
    target: _Side,
    constants: list[tuple[int, Any]],
    checks: list[tuple[int, Carrier]],
    unit: Unit,
    whole: GroupCarrier,
    measured: bool,
) -> GroupCarrier:
    """Write the carrier inline for groups that lose nothing; for any other group it calls ``whole``."""
    script = Script()
    wire = [f"w{place}" for place in range(source.wires)]
    again = f"return {script.bind(whole)}({', '.join(wire)})"
    if all(one.item is None and _HASHABLE.issuperset(one.types) for one in unit.source_fields):
        known, remember = _remembering(whole)
        key = "".join(f"{one}, {one}.__class__, " for one in wire)
        again = f"return {script.bind(known)}.get(({key})) or {script.bind(remember)}({', '.join(wire)})"
    write = script.lines.append

    def decode(side: _Side, given: list[str]) -> list[str]:
        hub = side.written_decode(script, given)
        for place, value in constants:
            hub[place] = script.first(hub[place], script.bind(value))
        return hub

    arrived = target.written_encode(script, decode(source, wire))
    for place, check in checks:
        one = arrived[place]
        write(f"if {one} is not M and {one}.__class__ not in {script.bind(certain(unit.target_fields[place]))}:")
        # what fits is as it was
        write(f"    if {script.bind(check)}({one})[1]: {again}")
    if measured:
        same_ = script.bind(same)
        for one, back in zip(wire, source.written_encode(script, decode(target, arrived)), strict=True):
            if one != back:
                write(f"if {one} is not {back} and {one} is not M and not {same_}({one}, {back}): {again}")
    return script.function(wire, f"({''.join(f'{one}, ' for one in arrived)}), None", f"carrier of {unit.rule}")


#: JSON types of which a value can be looked up
_HASHABLE = frozenset({"string", "number", "integer", "boolean"})
#: classes of values that come again and again: switches that are off, prices of nothing, short words
_COMMON = frozenset({bool, int, str, NoneType, Missing})
_MOST_REMEMBERED, _LONGEST_REMEMBERED = 2048, 40


def _remembering(whole: GroupCarrier) -> tuple[dict[Any, Any], GroupCarrier]:
    """Return a cache of the losses of common values, such as a switch that is off, and the function that fills it.

    No numbers with a fraction, for equal ones differ in digits.
    """
    known: dict[Any, Any] = {}

    def remember(*wire: Any) -> Any:
        found = whole(*wire)
        common = all(one.__class__ in _COMMON for one in wire)
        short = all(len(one) <= _LONGEST_REMEMBERED for one in wire if isinstance(one, str))
        if common and short and len(known) < _MOST_REMEMBERED:
            known[tuple(part for one in wire for part in (one, one.__class__))] = found
        return found

    return known, remember


def _means(codec: Codec, one: Any, other: Any) -> bool:
    """Tell whether two wire values of one field mean the same: quoted or not, a unit in whatever case."""
    return same(_bare(one), _bare(other)) or (any(part.units for part in codec.steps) and alike(one, other))


def _bare(value: Any) -> Any:
    """Return the number or truth value that a text is."""
    if not isinstance(value, str):
        return value
    number = parse_number(value)
    return {"true": True, "false": False}.get(value, value) if number is MISSING else number


def _fed(unit: Unit, index: int) -> tuple[tuple[Any, ...], tuple[int, ...], LossCode]:
    """Return the hub fields, target positions and loss code that belong to one source field of a group."""
    at = 0
    for value in unit.source:
        if index < at + len(value.fields):
            hubs = value.hub
            break
        at += len(value.fields)
    positions: list[int] = []
    loss = LossCode.REDUCED_ENUM
    at = 0
    for value in unit.target:
        if set(value.hub) & set(hubs):
            positions.extend(range(at, at + len(value.fields)))
            loss = value.codec.loss
        at += len(value.fields)
    return hubs, tuple(positions), loss


def links(unit: Unit) -> tuple[tuple[int, ...], ...]:
    """Return, for each source field of a group, the target fields that it can have a part in."""
    return tuple(_fed(unit, index)[1] for index in range(len(unit.source_fields)))
