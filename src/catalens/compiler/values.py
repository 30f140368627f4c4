"""Carry one value, or one group of values, from wire to wire, and measure what the inverse gives back.

A carrier is made once for a pair and called for each value. It never raises on values that the source profile
allows; what cannot be carried comes out as MISSING with the code of the loss.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from catalens.codecs.base import SAME, Codec, Single
from catalens.codecs.numbers import is_number
from catalens.codecs.units import same
from catalens.compiler.plan import Unit
from catalens.mapping.profile import Field
from catalens.paths import MISSING

#: value -> (what the target gets or MISSING, code of the loss or None)
Carrier = Callable[[Any], tuple[Any, str | None]]
#: values of all source fields -> (values of all target fields, codes by source field or None)
GroupCarrier = Callable[..., tuple[tuple[Any, ...], tuple[str | None, ...] | None]]
#: (kind, id) -> id in the target's id space
Crosswalk = Mapping[tuple[str, str], str]

CONDITION = "dropped.condition"
LIMIT = "dropped.limit"
FOREIGN = "carried.foreign_id"


# -- what a target field takes --------------------------------------------------------------------------------


def is_type(value: Any, types: tuple[str, ...]) -> bool:
    """Tell whether a JSON value is of one of the types."""
    if "any" in types:
        return True
    if isinstance(value, str):
        return "string" in types
    if isinstance(value, bool):
        return "boolean" in types
    if is_number(value):
        return "number" in types or ("integer" in types and value == int(value))
    if isinstance(value, dict):
        return "object" in types
    return "array" in types if isinstance(value, list) else False


def fit(field: Field) -> Carrier | None:
    """Make what keeps a target field's limits; None where every value fits."""
    if field.item is not None:
        return _fit_items(fit(field.item), field.nullable)
    types, nullable, low, high = field.types, field.nullable, field.min_length, field.max_length
    minimum, maximum, cut = field.minimum, field.maximum, field.cut
    enum = None if field.enum is None else {(type(value), value) for value in field.enum}
    pattern = None if field.pattern is None else re.compile(field.pattern)
    if types == ("any",) and nullable:
        return None

    def check(value: Any) -> tuple[Any, str | None]:
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


def _fit_items(item: Carrier | None, nullable: bool) -> Carrier:
    def check(value: Any) -> tuple[Any, str | None]:
        if value is None:
            return (None, None) if nullable else (MISSING, LIMIT)
        if not isinstance(value, list):
            return MISSING, LIMIT
        if item is None:
            return value, None
        fitted = [item(one) for one in value]
        kept = [one for one, _ in fitted if one is not MISSING]
        if value and not kept:
            return MISSING, LIMIT
        if len(kept) < len(value):
            return kept, "reduced.list"
        return kept, next((code for _, code in fitted if code), None)

    return check


def implied(source: Field, target: Field) -> bool:
    """Tell whether each value that the source field allows also fits the target field."""
    if (source.item is None) != (target.item is None) or (source.nullable and not target.nullable):
        return False
    if source.item is not None and target.item is not None:
        return implied(source.item, target.item)
    if "any" not in target.types and not set(source.types) <= {*target.types, *_narrower(target.types)}:
        return False
    if target.advisory or source.advisory:
        return target.limits == (None,) * len(target.limits)
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
    return all(
        theirs is None or (ours is not None and ours * sign <= theirs * sign) for ours, theirs, sign in bounds
    )


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


def carrier(unit: Unit, crosswalk: Crosswalk | None, foreign: bool) -> Carrier | None:
    """Make the carrier of a plain unit; None where the very same value always arrives.

    ``foreign``: identifiers of the source are of another id space than the target's.
    """
    source, target = unit.source[0], unit.target[0]
    ours, theirs = unit.source_fields[0], unit.target_fields[0]
    check = None if implied(ours, theirs) and same_codec(unit) else fit(theirs)
    refers = ours.refers if foreign else None
    if refers is not None:
        carry = _identifier(unit, refers, crosswalk or {})
    elif same_codec(unit):
        carry = None
    else:
        carry = _convert(unit)
    del source, target
    if carry is None:
        return check
    if check is None:
        return carry
    return _then(carry, check)


def _then(carry: Carrier, check: Carrier) -> Carrier:
    def both(value: Any) -> tuple[Any, str | None]:
        arrived, code = carry(value)
        if arrived is MISSING:
            return MISSING, code
        fitted, limit = check(arrived)
        return fitted, limit or code

    return both


def _convert(unit: Unit) -> Carrier:
    decoder, encoder = unit.source[0].codec, unit.target[0].codec
    decode = _first(decoder)
    encode = _first(encoder, writing=True)
    inverse = None if encoder.exact else _first(encoder)
    loss = encoder.loss

    def carry(value: Any) -> tuple[Any, str | None]:
        hub = decode(value)
        if hub is MISSING:
            return MISSING, CONDITION
        arrived = encode(hub)
        if arrived is MISSING:
            return MISSING, CONDITION
        if inverse is not None and not same(inverse(arrived), hub):
            return arrived, loss
        return arrived, None

    return carry


def _first(codec: Codec, writing: bool = False) -> Callable[[Any], Any]:
    """Return a codec's conversion of one value, without the tuple around it."""
    if codec is SAME:
        return lambda value: value
    if isinstance(codec, Single):
        convert = codec.to_wire if writing else codec.to_hub
        return convert if codec.takes_null else lambda value: None if value is None else convert(value)
    whole = codec.encode if writing else codec.decode
    return lambda value: whole(value)[0]


def _identifier(unit: Unit, kind: str, crosswalk: Crosswalk) -> Carrier:
    """Carry an identifier: translated where the crosswalk knows it, else carried as foreign."""
    decoder, encoder = unit.source[0].codec, unit.target[0].codec

    def one(value: Any) -> tuple[Any, str | None]:
        if value is None:
            return None, None
        hub = decoder.decode(value)[0]
        if hub is MISSING:
            return MISSING, CONDITION
        known = crosswalk.get((kind, str(hub)))
        arrived = encoder.encode(hub if known is None else known)[0]
        return (MISSING, CONDITION) if arrived is MISSING else (arrived, FOREIGN if known is None else None)

    def many(values: Any) -> tuple[Any, str | None]:
        if not isinstance(values, list):
            return one(values)
        pairs = [one(value) for value in values]
        return [value for value, _ in pairs if value is not MISSING], next((code for _, code in pairs if code), None)

    return one if unit.source_fields[0].item is None else many


# -- groups ---------------------------------------------------------------------------------------------------


def group_carrier(unit: Unit) -> GroupCarrier:
    """Make the carrier of a group: decode all, encode all, run the inverse, and compare field by field."""
    source, target = unit.source, unit.target
    checks = [None if field is None else fit(field) for field in unit.target_fields]
    constants = dict(unit.constants)
    names = [f for value in source for f in value.fields]
    feeds = [_fed(unit, index) for index in range(len(names))]

    def decode(wire: tuple[Any, ...], side: tuple[Any, ...]) -> dict[Any, Any]:
        hub: dict[Any, Any] = {}
        at = 0
        for value in side:
            count = len(value.fields)
            for name, part in zip(value.hub, value.codec.decode(*wire[at : at + count]), strict=True):
                if hub.get(name, MISSING) is MISSING:
                    hub[name] = part
            at += count
        return hub

    def encode(hub: dict[Any, Any], side: tuple[Any, ...]) -> list[Any]:
        wire: list[Any] = []
        for value in side:
            wire.extend(value.codec.encode(*(hub.get(name, MISSING) for name in value.hub)))
        return wire

    def write(wire: tuple[Any, ...]) -> tuple[list[Any], list[str | None], dict[Any, Any]]:
        hub = decode(wire, source)
        arrived = encode({**constants, **{k: v for k, v in hub.items() if v is not MISSING}}, target)
        codes: list[str | None] = [None] * len(arrived)
        for index, check in enumerate(checks):
            if check is not None and arrived[index] is not MISSING:
                arrived[index], codes[index] = check(arrived[index])
        return arrived, codes, hub

    def carry(*wire: Any) -> tuple[tuple[Any, ...], tuple[str | None, ...] | None]:
        arrived, limits, hub = write(wire)
        back = decode(tuple(arrived), target)
        home = encode({**constants, **{k: v for k, v in back.items() if v is not MISSING}}, source)
        if all(ours is MISSING or _identical(ours, theirs) for ours, theirs in zip(wire, home, strict=True)):
            return tuple(arrived), None
        codes: list[str | None] = []
        for index, value in enumerate(wire):
            if value is MISSING or _identical(value, home[index]):
                codes.append(None)
                continue
            without = (*wire[:index], MISSING, *wire[index + 1 :])
            hubs = feeds[index][0]
            if all(same(hub.get(name, MISSING), back.get(name, MISSING)) for name in hubs) and not _equal_parts(
                decode(without, source), hub, hubs
            ):
                codes.append(None)
            elif _equal_lists(write(without)[0], arrived):
                codes.append(next((limits[at] for at in feeds[index][1] if limits[at] == LIMIT), CONDITION))
            else:
                code = next((limits[at] for at in feeds[index][1] if limits[at]), None)
                if all(arrived[at] is MISSING for at in feeds[index][1]):
                    code = "reduced.range"
                codes.append(code if code and code.startswith("reduced") else feeds[index][2])
        return tuple(arrived), tuple(codes) if any(codes) else None

    return carry


def _fed(unit: Unit, index: int) -> tuple[tuple[Any, ...], tuple[int, ...], str]:
    """Return the hub fields, target positions and loss code that belong to one source field of a group."""
    at = 0
    for value in unit.source:
        if index < at + len(value.fields):
            hubs = value.hub
            break
        at += len(value.fields)
    positions: list[int] = []
    loss = "reduced.enum"
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


def _identical(one: Any, other: Any) -> bool:
    return type(one) is type(other) and same(one, other)


def _equal_parts(one: dict[Any, Any], other: dict[Any, Any], names: tuple[Any, ...]) -> bool:
    return all(_identical(one.get(name, MISSING), other.get(name, MISSING)) for name in names)


def _equal_lists(one: list[Any], other: list[Any]) -> bool:
    return all(map(_identical, one, other))
