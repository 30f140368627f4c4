"""Carry one value from wire to wire, and measure what the inverse gives back.

A carrier is made once for a pair and called for each value. It never raises on values that the source profile
allows; what cannot be carried comes out as MISSING with the code of the loss.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from catalens.account.codes import LossCode
from catalens.carry.inline import Script
from catalens.carry.limits import FOREIGN, LIMIT, Carrier, Codes, certain, each_item, fit, fits, implied, overall
from catalens.carry.sides import Sides
from catalens.codecs.base import SAME, Chain, Codec, Single, one_way
from catalens.codecs.numbers import is_number
from catalens.codecs.units import Scaled, factor_between, same
from catalens.crosswalk import Awaited, Ids
from catalens.mapping.profile import Field
from catalens.paths import MISSING
from catalens.patterns import finder
from catalens.plan import Unit

CONDITION = LossCode.DROPPED_CONDITION
UNREADABLE = LossCode.DROPPED_UNREADABLE
NO_ID = LossCode.DROPPED_FOREIGN_ID
UNKNOWN_ID = LossCode.DROPPED_UNKNOWN_ID


def is_plain(unit: Unit) -> bool:
    """Tell whether a unit relates one value of one field to one field of the target."""
    return (
        len(unit.source) == len(unit.target) == 1
        and len(unit.source[0].hub) == len(unit.target[0].hub) == 1
        and len(unit.source_fields) == len(unit.target_fields) == 1
        and not unit.constants
    )


def same_codec(unit: Unit) -> bool:
    """Tell whether both sides write a value in the same way."""
    ours, theirs = unit.source[0].codec, unit.target[0].codec
    return ours is theirs or (type(ours) is type(theirs) and repr(vars(ours)) == repr(vars(theirs)))


@dataclass(frozen=True)
class Way:
    """How a plain unit carries a value: ``carry`` handles every value; the other members are short cuts."""

    carry: Carrier
    #: writes the conversion of a named value, and returns the name of what arrives
    write: Callable[[Script, str], str] | None = None
    #: what is written arrives, if it is of these classes (None: of whatever class); MISSING is lost (see
    #: ``plainly``); of all else ``carry`` tells
    sure: frozenset[type] | None = None
    #: the code of whatever is sure to arrive, and is not null
    always: LossCode | None = None
    #: the very text arrives if its length is between these
    lengths: tuple[int, int] | None = None
    #: of a value that comes out as MISSING, too, only ``carry`` tells
    reads_texts: bool = False
    #: what ``carry`` says of common values
    table: Mapping[Any, tuple[Any, Codes]] | None = None
    #: the table holds every value that the source field may hold
    closed: bool = False
    #: what is lost because nothing is written is known to be so with CONDITION
    plainly: bool = True

    @property
    def lossless(self) -> bool:
        """Tell whether it is known that no value loses anything."""
        return self.closed and self.table is not None and all(code is None for _, code in self.table.values())


def carrier(unit: Unit, crosswalk: Ids | None, sides: Sides) -> Way | None:
    """Return how a plain unit carries its value; None where the very same value always arrives."""
    way = _way(unit, crosswalk, sides)
    code = sides.foreign_amount(unit)
    if code is not None:
        return Way(foreign_amounts(unit, _same if way is None else way.carry, code))
    if way is not None and way.write is not None:
        steps = [part for value in (*unit.source, *unit.target) for part in value.codec.steps]
        plainly = all(type(part).refusal is Codec.refusal for part in steps)
        return replace(way, reads_texts=unit.source[0].codec.reader().reads_texts, plainly=plainly)
    if way is None or way.always is not None or way.lengths is not None:
        return way
    if sides.foreign_ids and unit.source_fields[0].refers is not None:
        # what the crosswalk says of a value today it may not say tomorrow
        return way
    values = _few(unit.source_fields[0])
    common = values or _common(unit)
    return replace(way, table={value: way.carry(value) for value in common}, closed=bool(values)) if common else way


def _same(value: Any) -> tuple[Any, Codes]:
    return value, None


def foreign_amounts(unit: Unit, carry: Carrier, code: LossCode) -> Carrier:
    """Make the carrier of amounts that mean others there, though they arrive whole; "no sale" is no amount."""
    decode = one_way(unit.source[0].codec)

    def carried(value: Any) -> tuple[Any, Codes]:
        arrived, lost = carry(value)
        is_foreign = lost is None and arrived is not MISSING and is_number(decode(value))
        return arrived, code if is_foreign else lost

    return carried


def _few(field: Field) -> list[Any]:
    """Return all values that a field may hold, where these are few."""
    if field.item is not None or field.advisory or not set(field.types) <= {"string", "boolean"}:
        return []
    if "string" in field.types and field.enum is None:
        return []
    truths: list[Any] = [True, False] if "boolean" in field.types and field.enum is None else []
    return [*(field.enum or ()), *truths, *([None] if field.nullable else [])]


def _common(unit: Unit) -> list[Any]:
    """Return values that a code table on either side speaks of."""
    source = unit.source_fields[0]
    if not set(source.types) <= {"string", "boolean"}:
        return []
    codec, tables = unit.source[0].codec, [part for one in codecs_between(unit) for part in one.steps]
    speaks = any(part.looks_up for part in tables)
    return [value for value in codec.examples if value.__class__ in certain(source)] if speaks else []


def _way(unit: Unit, crosswalk: Ids | None, sides: Sides) -> Way | None:
    ours, theirs, foreign = unit.source_fields[0], unit.target_fields[0], sides.foreign_ids
    if theirs.refers is not None and not (foreign and ours.refers is None):
        # what an identifier looks like is asked of foreign ones only, see _identifier
        theirs = _of_any_look(theirs)
    written = fits(unit.target[0].codec, theirs) and not same_codec(unit)
    check = None if written or (implied(ours, theirs) and same_codec(unit)) else fit(theirs)
    refers = ours.refers if foreign else None
    decoder, encoder = unit.source[0].codec, unit.target[0].codec
    sure = certain(theirs)
    if refers is not None:
        carry = _identifier(unit, refers, crosswalk)
        if ours.item is not None and theirs.item is not None:
            one = _then(carry, fit(theirs.item), NO_ID)
            return Way(each_item(_known_only(one, unit, refers, crosswalk, sides), theirs.nullable))
        if sides.omits:
            return Way(_known_only(_then(carry, check, NO_ID), unit, refers, crosswalk, sides))
        looks = (unit.target_fields[0].item or unit.target_fields[0]).pattern is not None
        if looks:
            return Way(_then(carry, check, NO_ID))
        if crosswalk is None and check is None and decoder is encoder is SAME and ours.item is None:
            return Way(carry, always=FOREIGN)
        write = None if crosswalk is not None or not sure else _writer(decoder, encoder)
        return Way(_then(carry, check, NO_ID), write, sure, FOREIGN if write else None)
    if same_codec(unit):
        if set(decoder.normalises) - {"measure-unit"}:
            write = _respeller(decoder) if check is None or sure else None
            return Way(_then(_respell(decoder), check), write, None if check is None else sure)
        return None if check is None else Way(check, lengths=_lengths(ours, theirs))
    decoder, encoder = codecs_between(unit)
    carry = _convert(decoder, encoder)
    if encoder.exact:
        every = check is None or _takes_all(encoder, theirs)
        write = _writer(decoder, encoder) if (every or sure) and not decoder.folds else None
        return Way(_then(carry, check), write, None if every else sure)
    # what comes of a few values is looked up, lost or not
    inline = sure and not _few(ours) and not decoder.folds
    return Way(_then(carry, check), _measurer(decoder, encoder) if inline else None, sure)


def _of_any_look(field: Field) -> Field:
    item = None if field.item is None else _of_any_look(field.item)
    return replace(field, pattern=None, item=item)


def _lengths(ours: Field, theirs: Field) -> tuple[int, int] | None:
    """Return the shortest and longest text that arrives, where nothing but its length can keep a text out."""
    others = (theirs.minimum, theirs.maximum, theirs.enum, theirs.pattern)
    texts = ours.types == ("string",) and "string" in theirs.types and ours.item is None and theirs.item is None
    if not texts or not theirs.nullable or others != (None,) * 4 or theirs.max_length is None:
        return None
    return theirs.min_length or 0, theirs.max_length


def _takes_all(encoder: Codec, theirs: Field) -> bool:
    """Tell whether a target field without limits takes whatever its codec writes, null included."""
    whole = "integer" in theirs.types and encoder.converted is not LossCode.CONVERTED_TYPE
    beyond = encoder.writes_any and "any" not in theirs.types
    return not (whole or beyond) and not theirs.limited and theirs.nullable


def _then(carry: Carrier, check: Carrier | None, unfit: LossCode = LIMIT) -> Carrier:
    """Hold what a carrier gives to limits; ``unfit`` is the code of what they keep out."""
    if check is None:
        return carry

    def both(value: Any) -> tuple[Any, Codes]:
        arrived, code = carry(value)
        if arrived is MISSING:
            return MISSING, code
        fitted, limit = check(arrived)
        if fitted is MISSING and arrived is not None:
            return MISSING, unfit
        if fitted is MISSING and value is not None:
            # what says that there is nothing, where null cannot say so
            return MISSING, CONDITION
        return fitted, (LIMIT if fitted is MISSING else overall(limit)) or code

    return both


def _writer(decoder: Codec, encoder: Codec) -> Callable[[Script, str], str] | None:
    """Return the function that writes a conversion inline; None where a codec converts several values."""
    if not all(isinstance(part, Single) for codec in (decoder, encoder) for part in codec.steps):
        return None
    return lambda script, value: script.convert(encoder, script.convert(decoder, [value], False), True)[0]


def _measurer(decoder: Codec, encoder: Codec) -> Callable[[Script, str], str] | None:
    """Return the function that writes a conversion and its inverse inline; else what arrives is _UNSURE."""
    if _writer(decoder, encoder) is None:
        return None

    def write(script: Script, value: str) -> str:
        (hub,) = script.convert(decoder, [value], False)
        (arrived,) = script.convert(encoder, [hub], True)
        made = script.fresh("x")
        script.lines += [f"{made} = {arrived}", f"if {arrived} is not M:"]
        before = len(script.lines)
        (back,) = script.convert(encoder, [arrived], False)
        script.lines.append(f"if {back} is not {hub} and not {script.bind(same)}({back}, {hub}):")
        script.lines.append(f"    {made} = {script.bind(_UNSURE)}")
        script.lines[before:] = [f"    {line}" for line in script.lines[before:]]
        return made

    return write


#: marks a value whose fate only the carrier can tell
_UNSURE = object()


def _respeller(codec: Codec) -> Callable[[Script, str], str] | None:
    """Return the function that writes ``_respell`` inline."""
    convert = _writer(codec, codec)
    if convert is None:
        return None

    def write(script: Script, value: str) -> str:
        written, number, made = convert(script, value), script.bind(is_number), script.fresh("x")
        alike = f"{written}.__class__ is {value}.__class__ or {number}({written}) and {number}({value})"
        script.lines.append(f"{made} = {value} if {written} is M or {alike} else {written}")
        if codec.reader().reads_texts:
            script.lines.append(f"if {written} is M and {value}.__class__ is str and {value}.strip(): {made} = M")
        return made

    return write


def _respell(codec: Codec) -> Carrier:
    """Carry a value between fields that both read several spellings and write one: another JSON type is respelled."""

    reader = codec.reader()

    def carry(value: Any) -> tuple[Any, LossCode | None]:
        hub = codec.decode(value)[0]
        if hub is MISSING and refusal(reader, value) is UNREADABLE:
            return MISSING, UNREADABLE
        written = MISSING if hub is MISSING else codec.encode(hub)[0]
        alike = written is MISSING or type(written) is type(value) or (is_number(written) and is_number(value))
        return (value if alike else written), None

    return carry


def codecs_between(unit: Unit) -> tuple[Codec, Codec]:
    """Return decoder and encoder of a plain unit, without what both do on the hub's side.

    A number that is measured in one unit on the wire and in another there needs no measure in between.
    """
    decoder, encoder = unit.source[0].codec, unit.target[0].codec
    ours, theirs = decoder.steps, encoder.steps
    one, other = ours[-1], theirs[-1]
    if one.measured_in is None or other.measured_in is None:
        return decoder, encoder
    factor = factor_between(one.measured_in, other.measured_in)
    if factor is None:
        return decoder, encoder
    is_exact = factor_between(other.measured_in, one.measured_in) is not None
    scale = [] if one.measured_in == other.measured_in else [Scaled(factor, is_exact)]
    return _chain(ours[:-1]), _chain([*theirs[:-1], *scale])


def _chain(parts: Sequence[Codec]) -> Codec:
    return SAME if not parts else parts[0] if len(parts) == 1 else Chain(parts)


def _convert(decoder: Codec, encoder: Codec) -> Carrier:
    decode = one_way(decoder)
    encode = one_way(encoder, writing=True)
    inverse = None if encoder.exact else one_way(encoder)
    loss = encoder.loss
    given_back = decoder.given_back if decoder.folds else None
    reader = decoder.reader()

    def carry(value: Any) -> tuple[Any, Codes]:
        hub = decode(value)
        if hub is MISSING:
            return MISSING, refusal(reader, value)
        arrived = encode(hub)
        if arrived is MISSING:
            return MISSING, encoder.refusal(hub)
        if given_back is not None and value is not None and not given_back(value):
            return arrived, decoder.loss
        if inverse is None or same(back := inverse(arrived), hub):
            return arrived, None
        if decoder is SAME and isinstance(hub, list) and isinstance(back, list):
            gone = [inverse(encode([one])) == [] for one in hub]
            return arrived, _item_codes(hub, back, gone, loss)
        return arrived, loss

    return carry


def _item_codes(items: list[Any], back: list[Any], gone: list[bool], loss: LossCode) -> tuple[LossCode | None, ...]:
    """Return what became of items that arrived in one value; one that says nothing leaves no gap among the others."""
    if all(gone):
        # then the value that arrived is made of them all
        gone = [False] * len(items)
    there = iter(back)
    codes: list[LossCode | None] = []
    for item, nothing in zip(items, gone, strict=True):
        if nothing:
            codes.append(CONDITION)
        else:
            codes.append(None if same(item, next(there, MISSING)) else loss)
    return tuple(codes)


def refusal(reader: Codec, value: Any) -> LossCode:
    """Return the code of a value of which a codec makes nothing: a text that says something may be unreadable."""
    says = reader.reads_texts and isinstance(value, str) and bool(value.strip())
    return UNREADABLE if says and reader.decode(value)[0] is MISSING else CONDITION


def _known_only(carry: Carrier, unit: Unit, kind: str, crosswalk: Ids | None, sides: Sides) -> Carrier:
    """Leave out, or stand in for, an identifier that the crosswalk does not know, whether it would fit or not."""
    if not sides.omits:
        return carry
    decoder = unit.source[0].codec
    awaits = sides.unknown_ids == "await"

    def one(value: Any) -> tuple[Any, Codes]:
        hub = MISSING if value is None else decoder.decode(value)[0]
        if hub is MISSING or (crosswalk is not None and crosswalk.get(kind, str(hub)) is not None):
            return carry(value)
        return (Awaited(kind, str(hub)), None) if awaits else (MISSING, UNKNOWN_ID)

    return one


def _identifier(unit: Unit, kind: str, crosswalk: Ids | None) -> Carrier:
    """Carry an identifier: translated where the crosswalk knows it, else carried as foreign."""
    decoder, encoder = unit.source[0].codec, unit.target[0].codec
    theirs = unit.target_fields[0].item or unit.target_fields[0]
    found = None if theirs.pattern is None else finder(theirs.pattern)

    def one(value: Any) -> tuple[Any, Codes]:
        if value is None:
            return None, None
        hub = decoder.decode(value)[0]
        if hub is MISSING:
            return MISSING, CONDITION
        known = None if crosswalk is None else crosswalk.get(kind, str(hub))
        arrived = encoder.encode(hub if known is None else known)[0]
        if arrived is MISSING:
            return MISSING, encoder.refusal(hub)
        if known is None and found is not None and not found(str(arrived)):
            return MISSING, NO_ID
        return arrived, FOREIGN if known is None else None

    return one
