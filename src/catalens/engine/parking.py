"""Park what the target cannot hold in its slots (in the hub: in ``ext``), and take out what was parked there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catalens.account.compact import spell
from catalens.engine.way_back import complement_of, lost_shell
from catalens.engine.work import Work
from catalens.envelopes import inside, without
from catalens.mapping.hub_format import HUB
from catalens.paths import Pointer, leaves, parse_pointer
from catalens.returning import Entry, are_entries
from catalens.returning.sidecar import IN_HUB
from catalens.returning.slots import Parking, by_place, holds_any, is_secret, places_of

if TYPE_CHECKING:
    from catalens.engine.translator import Translator

#: what a parked row does to a list that the update would not have touched
REPLACES = "the rows parked there are all that the update has of this list: add the store's own, or they go"

#: entries that were parked together, and the place of their row
Parked = tuple[list[Entry], Pointer]


def unpark(translator: Translator, given: Any) -> tuple[Any, list[Parked]]:
    """Return a product without what was parked in it for the target's format, and what that was."""
    if translator.same:
        return given, []
    target = translator.target
    if translator.source.format == HUB:
        place = ("ext", target.format, IN_HUB)
        kept = inside(given, (*place, "entries"))
        return (without(given, place), [(kept, place)]) if are_entries(kept) else (given, [])
    found: list[Parked] = []
    for slot in translator.slots_here:
        given, rows = slot.take(given, target.format, target)
        found += rows
    return given, found


def park(translator: Translator, work: Work) -> None:
    """Put what the way back would not give into the target's own places for foreign data."""
    if translator.target.format == HUB:
        _park_in_hub(translator, work)
    else:
        _park_in_slots(translator, work)


def _park_in_hub(translator: Translator, work: Work) -> None:
    entries, shell = complement_of(translator, work), lost_shell(translator, work)
    if not entries and shell is None:
        return
    place = ("ext", translator.source.format, IN_HUB)
    held = work.product_out.setdefault("ext", {}).setdefault(translator.source.format, {})
    held[IN_HUB] = {"entries": entries, "shell": shell}
    work.rows += [(pointer, ("",)) for pointer, _ in leaves(held[IN_HUB], place)]


def _park_in_slots(translator: Translator, work: Work) -> None:
    entries = complement_of(translator, work)
    lost: list[Pointer] = [*(one.pointer for one in spell(work.entries)), *(names for names, _ in work.aside)]
    for slot in translator.slots_there:
        rows = _rows(translator, slot, entries, lost) if slot.has_room(work.product_out) else []
        is_filled = bool(slot.rows(work.product_out))
        if rows and slot.clear(work.product_out):
            is_filled, before = True, entries
            entries = complement_of(translator, work)
            # the empty list arrived, and has just been lost to the rows
            lost += [parse_pointer(one["at"]) for one in entries if one not in before]
            rows = _rows(translator, slot, entries, lost)
        if rows and not is_filled and translator.mode == "update":
            work.to_do.append({"slot": slot.slot.at, "why": REPLACES})
        put = slot.put(work.product_out, [row for row, _ in rows]) if rows else []
        for (row, found), where in zip(rows, put, strict=True):
            work.rows += [(pointer, places_of(found)) for pointer, _ in leaves(row, where)]
            if slot.slot.create_first:
                work.to_do.append({"slot": slot.slot.at, "name": row[slot.slot.name]})
            entries = [entry for entry in entries if entry not in found]


def _rows(
    translator: Translator, slot: Parking, entries: list[Entry], lost: list[Pointer]
) -> list[tuple[dict[str, str], list[Entry]]]:
    """Return the rows that fit a slot, with what they hold of what is lost (another spelling is no loss).

    A shop may show rows, so no secret is among them.
    """
    source = translator.source
    rows = [
        (slot.row(source.format, at, found), found)
        for at, found in by_place(entries).items()
        if holds_any(found, lost) and not any(is_secret(place, source) for place in places_of(found))
    ]
    return [(row, found) for row, found in rows if row is not None]
