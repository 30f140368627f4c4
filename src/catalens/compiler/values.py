"""Carry one value, or one group of values, from wire to wire, and measure what the inverse gives back.

A carrier is made once for a pair and called for each value. It never raises on values that the source profile
allows; what cannot be carried comes out as MISSING with the code of the loss.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from catalens.codecs.base import SAME, Chain, Codec, Single, one_way
from catalens.codecs.numbers import is_number
from catalens.codecs.scalars import Measure, Table
from catalens.codecs.units import Scaled, factor_between, same
from catalens.compiler.plan import Unit
from catalens.compiler.straight import Script
from catalens.mapping.profile import CLASSES, Field, is_type
from catalens.paths import MISSING

#: the code of a loss; of a list, also one for each item (None: kept)
Code = str | tuple[str | None, ...] | None
#: value -> (what the target gets or MISSING, code of the loss or None)
Carrier = Callable[[Any], tuple[Any, Code]]
#: (kind, id) -> id in the target's id space
Crosswalk = Mapping[tuple[str, str], str]

CONDITION = "dropped.condition"
LIMIT = "dropped.limit"
FOREIGN = "carried.foreign_id"
ORDER = "reduced.order"


# -- what a target field takes --------------------------------------------------------------------------------


def fit(field: Field) -> Carrier | None:
    """Make what keeps a target field's limits; None where every value fits."""
    if field.item is not None:
        return _each(fit(field.item), field.nullable)
    types, nullable, low, high = field.types, field.nullable, field.min_length, field.max_length
    minimum, maximum, cut = field.minimum, field.maximum, field.cut
    enum = None if field.enum is None else {(type(value), value) for value in field.enum}
    pattern = None if field.pattern is None else re.compile(field.pattern)
    if types == ("any",) and nullable:
        return None
    fitting = certain(field)

    def check(value: Any) -> tuple[Any, Code]:
        if value.__class__ in fitting:
            return value, None
        if value is None:
            return (None, None) if nullable else (MISSING, LIMIT)
        if not is_type(value, types):
            return MISSING, LIMIT
        if isinstance(value, str):
            if high is not None and len(value) > high:
                return (value[:high], "reduced.length") if cut and enum is None else (MISSING, LIMIT)
            if low is not None and len(value) < low:
                return MISSING, LIMIT
            if pattern is not None and not pattern.search(value):
                return MISSING, LIMIT
        elif is_number(value) and (
            (minimum is not None and value < minimum) or (maximum is not None and value > maximum)
        ):
            return MISSING, LIMIT
        if enum is not None and (isinstance(value, dict | list) or (type(value), value) not in enum):
            return MISSING, LIMIT
        return value, None

    return check


def certain(field: Field) -> frozenset[type]:
    """Return the classes of which every value fits a target field."""
    if field.item is not None or field.limited:
        return frozenset()
    return frozenset(kind for name in field.types for kind in CLASSES.get(name, ()))


def fits(codec: Codec, field: Field) -> bool:
    """Tell whether a target field takes each of the few values that its codec writes."""
    check = fit(field)
    if check is None or not isinstance(codec, Table) or codec.otherwise_same:
        return check is None
    return all(check(value) == (value, None) for value in (None, *codec.examples))


def _each(item: Carrier | None, nullable: bool) -> Carrier:
    """Carry each item of a list; those behind one that is lost come back at another index."""

    def check(value: Any) -> tuple[Any, Code]:
        if value is None:
            return (None, None) if nullable else (MISSING, LIMIT)
        if not isinstance(value, list):
            return MISSING, LIMIT
        if item is None:
            return value, None
        kept: list[Any] = []
        codes: list[Any] = []
        for one in value:
            arrived, code = item(one)
            if arrived is not MISSING:
                code = ORDER if len(kept) < len(codes) and code in (None, FOREIGN) else code
                kept.append(arrived)
            codes.append(code)
        return (kept if kept or not value else MISSING), tuple(codes) if any(codes) else None

    return check


def overall(codes: Code) -> str | None:
    """Return one code for a list whose items are no longer those of the source."""
    if not isinstance(codes, tuple):
        return codes
    gone = any(code is not None and code.startswith("dropped") for code in codes)
    return "reduced.list" if gone else next((code for code in codes if code), None)


def implied(source: Field, target: Field) -> bool:
    """Tell whether each value that the source field allows also fits the target field."""
    if (source.item is None) != (target.item is None) or (source.nullable and not target.nullable):
        return False
    if source.item is not None and target.item is not None:
        return implied(source.item, target.item)
    if "any" not in target.types and not set(source.types) <= {*target.types, *_narrower(target.types)}:
        return False
    if target.advisory or source.advisory:
        return not target.limited
    if target.enum is not None and (source.enum is None or not set(source.enum) <= set(target.enum)):
        return False
    if target.pattern is not None and source.pattern != target.pattern:
        return False
    bounds = (
        (source.max_length, target.max_length, 1),
        (source.maximum, target.maximum, 1),
        (source.min_length, target.min_length, -1),
        (source.minimum, target.minimum, -1),
    )
    return all(theirs is None or (ours is not None and ours * sign <= theirs * sign) for ours, theirs, sign in bounds)


def _narrower(types: tuple[str, ...]) -> set[str]:
    return {"integer"} if "number" in types else set()


# -- one value ------------------------------------------------------------------------------------------------


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
    """How a plain unit carries a value: ``carry`` tells all; the others say the same faster, where they are there."""

    carry: Carrier
    #: writes the conversion of a named value, and returns the name of what arrives
    write: Callable[[Script, str], str] | None = None
    #: what is written arrives, if it is of these classes (None: of whatever class); MISSING is lost, with CONDITION;
    #: of all else ``carry`` tells
    sure: frozenset[type] | None = None
    #: the code of whatever is sure to arrive, and is not null
    always: str | None = None
    #: the very text arrives if its length is between these
    lengths: tuple[int, int] | None = None
    #: what ``carry`` says of common values
    table: Mapping[Any, tuple[Any, Code]] | None = None
    #: the table holds every value that the source field may hold
    closed: bool = False


def carrier(unit: Unit, crosswalk: Crosswalk | None, foreign: bool) -> Way | None:
    """Make the way of a plain unit; None where the very same value always arrives.

    ``foreign``: identifiers of the source are of another id space than the target's.
    """
    way = _way(unit, crosswalk, foreign)
    if way is None or way.write is not None or way.always is not None or way.lengths is not None:
        return way
    values = _few(unit.source_fields[0])
    common = values or _common(unit)
    return replace(way, table={value: way.carry(value) for value in common}, closed=bool(values)) if common else way


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
    codec, tables = unit.source[0].codec, [part for one in codecs_between(unit) for part in _parts(one)]
    speaks = any(isinstance(part, Table) for part in tables)
    return [value for value in codec.examples if value.__class__ in certain(source)] if speaks else []


def _way(unit: Unit, crosswalk: Crosswalk | None, foreign: bool) -> Way | None:
    ours, theirs = unit.source_fields[0], unit.target_fields[0]
    written = fits(unit.target[0].codec, theirs) and not same_codec(unit)
    check = None if written or (implied(ours, theirs) and same_codec(unit)) else fit(theirs)
    refers = ours.refers if foreign else None
    decoder, encoder = unit.source[0].codec, unit.target[0].codec
    sure = certain(theirs)
    if refers is not None:
        carry = _identifier(unit, refers, crosswalk or {})
        if ours.item is not None and theirs.item is not None:
            within = fit(theirs.item)
            return Way(_each(carry if within is None else _then(carry, within), theirs.nullable))
        if not crosswalk and check is None and decoder is encoder is SAME and ours.item is None:
            return Way(carry, always=FOREIGN)
        write = None if crosswalk or not sure else _writer(decoder, encoder)
        return Way(_then(carry, check), write, sure, FOREIGN if write else None)
    if same_codec(unit):
        if set(decoder.normalises) - {"measure-unit"}:
            write = _respeller(decoder) if check is None or sure else None
            return Way(_then(_respell(decoder), check), write, None if check is None else sure)
        return None if check is None else Way(check, lengths=_lengths(ours, theirs))
    decoder, encoder = codecs_between(unit)
    carry = _convert(decoder, encoder)
    if encoder.exact:
        every = check is None or _takes_all(encoder, theirs)
        write = _writer(decoder, encoder) if every or sure else None
        return Way(_then(carry, check), write, None if every else sure)
    # what comes of a few values is looked up, lost or not
    return Way(_then(carry, check), _measurer(decoder, encoder) if sure and not _few(ours) else None, sure)


def _lengths(ours: Field, theirs: Field) -> tuple[int, int] | None:
    """Return between which lengths a text arrives, where nothing but its length can keep it from arriving."""
    others = (theirs.minimum, theirs.maximum, theirs.enum, theirs.pattern)
    texts = ours.types == ("string",) and "string" in theirs.types and ours.item is None and theirs.item is None
    if not texts or not theirs.nullable or others != (None,) * 4 or theirs.max_length is None:
        return None
    return theirs.min_length or 0, theirs.max_length


def _takes_all(encoder: Codec, theirs: Field) -> bool:
    """Tell whether a target field without limits takes whatever its codec writes, null included."""
    whole = "integer" in theirs.types and encoder.form != "type"
    return not whole and not theirs.limited and theirs.nullable


def _then(carry: Carrier, check: Carrier | None) -> Carrier:
    if check is None:
        return carry

    def both(value: Any) -> tuple[Any, Code]:
        arrived, code = carry(value)
        if arrived is MISSING:
            return MISSING, code
        fitted, limit = check(arrived)
        return fitted, (LIMIT if fitted is MISSING else overall(limit)) or code

    return both


def _writer(decoder: Codec, encoder: Codec) -> Callable[[Script, str], str] | None:
    """Make what writes a conversion out."""
    if not all(isinstance(part, Single) for codec in (decoder, encoder) for part in _parts(codec)):
        return None
    return lambda script, value: script.convert(encoder, script.convert(decoder, [value], False), True)[0]


def _measurer(decoder: Codec, encoder: Codec) -> Callable[[Script, str], str] | None:
    """Make what writes out a conversion and its inverse; of what does not come back a value of no class is told."""
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


#: stands for what only the carrier can tell
_UNSURE = object()


def _respeller(codec: Codec) -> Callable[[Script, str], str] | None:
    """Make what writes out the carrying of a value in its own spelling, or in that of another JSON type."""
    convert = _writer(codec, codec)
    if convert is None:
        return None

    def write(script: Script, value: str) -> str:
        written, number, made = convert(script, value), script.bind(is_number), script.fresh("x")
        alike = f"{written}.__class__ is {value}.__class__ or {number}({written}) and {number}({value})"
        script.lines.append(f"{made} = {value} if {written} is M or {alike} else {written}")
        return made

    return write


def _respell(codec: Codec) -> Carrier:
    """Carry a value between fields that both read several spellings and write one: another JSON type is respelled."""

    def carry(value: Any) -> tuple[Any, str | None]:
        hub = codec.decode(value)[0]
        written = MISSING if hub is MISSING else codec.encode(hub)[0]
        alike = written is MISSING or type(written) is type(value) or (is_number(written) and is_number(value))
        return (value if alike else written), None

    return carry


def codecs_between(unit: Unit) -> tuple[Codec, Codec]:
    """Return decoder and encoder of a plain unit, without what both do on the hub's side.

    A number that is measured in one unit on the wire and in another there needs no measure in between.
    """
    decoder, encoder = unit.source[0].codec, unit.target[0].codec
    ours, theirs = _parts(decoder), _parts(encoder)
    one, other = ours[-1], theirs[-1]
    if not isinstance(one, Measure) or not isinstance(other, Measure):
        return decoder, encoder
    factor = factor_between(one.unit, other.unit)
    if factor is None:
        return decoder, encoder
    scale = [] if one.unit == other.unit else [Scaled(factor, factor_between(other.unit, one.unit) is not None)]
    return _chain(ours[:-1]), _chain([*theirs[:-1], *scale])


def _parts(codec: Codec) -> list[Codec]:
    return list(codec.parts) if isinstance(codec, Chain) else [codec]


def _chain(parts: list[Codec]) -> Codec:
    return SAME if not parts else parts[0] if len(parts) == 1 else Chain(parts)


def _convert(decoder: Codec, encoder: Codec) -> Carrier:
    decode = one_way(decoder)
    encode = one_way(encoder, writing=True)
    inverse = None if encoder.exact else one_way(encoder)
    loss = encoder.loss

    def carry(value: Any) -> tuple[Any, Code]:
        hub = decode(value)
        if hub is MISSING:
            return MISSING, CONDITION
        arrived = encode(hub)
        if arrived is MISSING:
            return MISSING, CONDITION
        if inverse is None or same(back := inverse(arrived), hub):
            return arrived, None
        if decoder is SAME and isinstance(hub, list) and isinstance(back, list):
            pairs = zip_longest(hub, back[: len(hub)], fillvalue=MISSING)
            return arrived, tuple(None if same(one, other) else loss for one, other in pairs)
        return arrived, loss

    return carry


def _identifier(unit: Unit, kind: str, crosswalk: Crosswalk) -> Carrier:
    """Carry an identifier: translated where the crosswalk knows it, else carried as foreign."""
    decoder, encoder = unit.source[0].codec, unit.target[0].codec

    def one(value: Any) -> tuple[Any, Code]:
        if value is None:
            return None, None
        hub = decoder.decode(value)[0]
        if hub is MISSING:
            return MISSING, CONDITION
        known = crosswalk.get((kind, str(hub)))
        arrived = encoder.encode(hub if known is None else known)[0]
        return (MISSING, CONDITION) if arrived is MISSING else (arrived, FOREIGN if known is None else None)

    return one
