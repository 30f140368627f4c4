"""Tell whether an item has what makes it one in the target: a picture its content, a document its link."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from catalens.account.codes import LossCode
from catalens.carry.groups import group_carrier
from catalens.carry.sides import Sides
from catalens.carry.values import CONDITION, NO_ID, UNKNOWN_ID, carrier, is_plain
from catalens.crosswalk import Ids
from catalens.mapping.profile import ListCorrespondence
from catalens.paths import MISSING
from catalens.plan import Unit

#: source values of a unit -> what arrives in its target fields
Arrives = Callable[..., Sequence[Any]]


def unit_carrier(unit: Unit, crosswalk: Ids | None, sides: Sides) -> Arrives:
    """Return what a unit writes, whatever becomes of it otherwise."""
    if not is_plain(unit):
        whole = group_carrier(unit, sides, measured=False)
        return lambda *values: whole(*values)[0]
    way = carrier(unit, crosswalk, sides)
    if way is None:
        return lambda value: (value,)
    carry = way.carry
    return lambda value: (MISSING,) if value is MISSING else (carry(value)[0],)


def key_carrier(unit: Unit, crosswalk: Ids | None, sides: Sides, of_map: bool) -> Callable[[Any], Any]:
    """Return what makes the key of an item (``of_map``: a name, which is text); MISSING where it does not come back.

    An item that has another key when it comes back is another one, so nothing less than the whole key counts.
    """
    way = carrier(unit, crosswalk, sides)

    def key(value: Any) -> Any:
        arrived, code = (value, None) if way is None or value is MISSING else way.carry(value)
        is_key = isinstance(arrived, str) if of_map else arrived is not None
        return arrived if is_key and (code is None or getattr(code, "is_kept", False)) else MISSING

    return key


def holds(arrives: Arrives, places: Sequence[int]) -> Callable[..., bool]:
    """Return the test whether something arrives in one of a unit's target fields."""

    def test(*values: Any) -> bool:
        arrived = arrives(*values)
        return any(is_there(arrived[place]) for place in places)

    return test


def key_units(target: ListCorrespondence, units: Sequence[Unit], sides: Sides) -> list[Unit]:
    """Return the units that bring the identifier by which a list's items are known, where one may be left out."""
    if sides.unknown_ids != "omit" or not sides.foreign_ids:
        return []
    return [
        unit
        for unit in units
        if is_plain(unit) and unit.source_fields[0].refers and ".".join(unit.target_fields[0].at) == target.key
    ]


def keyless(unit: Unit, crosswalk: Ids | None, sides: Sides) -> Callable[[Any], LossCode | None]:
    """Return what says why an identifier does not arrive: not known, none there, or none that fits; None if it does.

    An item that is known by it is no item without it, whatever the reason is: else the id that is left out would be
    what keeps the rest from arriving.
    """
    way = carrier(unit, crosswalk, sides)
    assert way is not None, "an identifier may be left out"
    carry = way.carry

    def why(value: Any) -> LossCode | None:
        arrived, code = (MISSING, CONDITION) if value is MISSING else carry(value)
        if arrived is not MISSING:
            return None
        return code if code in KEYLESS else NO_ID

    return why


#: why an item that is known by an identifier does not arrive
KEYLESS = (UNKNOWN_ID, CONDITION, NO_ID)


def is_there(arrived: Any) -> bool:
    """Tell whether something arrives; null and an empty text are nothing."""
    return arrived is not MISSING and arrived is not None and arrived != ""
