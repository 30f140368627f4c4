"""What a target field takes: the limits that a value is held to, and what becomes of one that is beyond them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from catalens.account.codes import LossCode
from catalens.carry.cutting import cut
from catalens.codecs.base import Codec
from catalens.codecs.numbers import is_number
from catalens.mapping.profile import CLASSES, Field, is_type
from catalens.paths import MISSING
from catalens.patterns import finder

#: the code of a loss; of a list, also one for each item (None: kept)
Codes = LossCode | tuple[LossCode | None, ...] | None
#: value -> (what the target gets or MISSING, code of the loss or None)
Carrier = Callable[[Any], tuple[Any, Codes]]

LIMIT = LossCode.DROPPED_LIMIT
FOREIGN = LossCode.CARRIED_FOREIGN_ID


def fit(field: Field) -> Carrier | None:
    """Make the check of a target field's limits, which cuts what may be cut; None where every value fits."""
    if field.item is not None:
        return each_item(fit(field.item), field.nullable)
    types, nullable, low, high = field.types, field.nullable, field.min_length, field.max_length
    minimum, maximum = field.minimum, field.maximum
    enum = None if field.enum is None else {(type(value), value) for value in field.enum}
    found = None if field.pattern is None else finder(field.pattern)
    if types == ("any",) and nullable and not field.limited:
        return None
    fitting = certain(field)

    def shortened(value: str, limit: int) -> tuple[Any, Codes]:
        short = cut(value, limit)
        if not short or (low is not None and len(short) < low) or (found is not None and not found(short)):
            return MISSING, LIMIT
        return short, LossCode.REDUCED_LENGTH

    def check(value: Any) -> tuple[Any, Codes]:
        if value.__class__ in fitting:
            return value, None
        if value is None:
            return (None, None) if nullable else (MISSING, LIMIT)
        if not is_type(value, types):
            return MISSING, LIMIT
        if isinstance(value, str):
            if high is not None and len(value) > high:
                return shortened(value, high) if field.cut and enum is None else (MISSING, LIMIT)
            if low is not None and len(value) < low:
                return MISSING, LIMIT
            if found is not None and not found(value):
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
    if check is None or codec.written is None:
        return check is None
    return all(check(value) == (value, None) for value in (None, *codec.written))


def each_item(item: Carrier | None, nullable: bool) -> Carrier:
    """Make the check of a list from that of its items."""

    def check(value: Any) -> tuple[Any, Codes]:
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
                kept.append(arrived)
            codes.append(code)
        return (kept if kept or not value else MISSING), tuple(codes) if any(codes) else None

    return check


def overall(codes: Codes) -> LossCode | None:
    """Return one code for a list whose items are no longer those of the source."""
    if not isinstance(codes, tuple):
        return codes
    gone = any(code is not None and code.fate == "dropped" for code in codes)
    return LossCode.REDUCED_LIST if gone else next((code for code in codes if code), None)


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
