"""Fates, origins, codes: what they are called, how bad they are, and how they are worded.

Severity and wording are functions of the code, so no author of a rule can play a loss down.
"""

from __future__ import annotations

from dataclasses import dataclass

FATES = ("carried", "converted", "reduced", "parked", "dropped", "withheld", "read")
ORIGINS = ("source", "computed", "constant", "default", "context", "parked", "restored")


@dataclass(frozen=True, slots=True)
class Code:
    """One way in which a leaf can fare; a higher severity is worse, 0 is no loss.

    ``in_slot`` is another remedy, where the target has slots.
    """

    severity: int
    says: str
    remedy: str = ""
    in_slot: str = ""


CODES: dict[str, Code] = {
    "carried": Code(0, "the same value at the same place"),
    "carried.moved": Code(0, "the same value at another place"),
    "carried.foreign_id": Code(
        5, "an identifier of the source platform, which means nothing in the target's", "give an id crosswalk (ids)"
    ),
    "converted.type": Code(0, "the same value in another JSON type"),
    "converted.unit": Code(0, "the same measure in another unit"),
    "converted.enum": Code(0, "the same meaning in another word"),
    "converted.list": Code(0, "the same words, listed in another way"),
    "converted.form": Code(0, "the same meaning in another form"),
    "converted.id": Code(0, "translated by the id crosswalk"),
    "reduced.length": Code(6, "text cut at the target's limit", "shorten the text, or keep the sidecar"),
    "reduced.precision": Code(6, "digits that the target's form cannot hold", "assume the source's unit"),
    "reduced.enum": Code(6, "several meanings share one word of the target", "keep the sidecar"),
    "reduced.list": Code(7, "the target holds fewer items", "keep the sidecar"),
    "reduced.order": Code(3, "its position in the list is not kept", "keep the sidecar"),
    "reduced.markup": Code(6, "what the text is written in is not kept", "keep the sidecar"),
    "reduced.range": Code(
        6, "says something that the target cannot express, and that keeps others from arriving", "keep the sidecar"
    ),
    "parked": Code(1, "in a slot of the target, from where the way back restores it"),
    "dropped.no_counterpart": Code(8, "the target has no such field", "keep the sidecar", "park it in a slot"),
    "dropped.readonly": Code(2, "set by the platform itself, never sent"),
    "dropped.unknown_field": Code(9, "the source's mapping does not know this field", "add a line to the mapping"),
    "dropped.condition": Code(
        8, "in this payload the value says nothing that the target can hold", "keep the sidecar"
    ),
    "dropped.command": Code(4, "a command, not part of the product"),
    "dropped.limit": Code(8, "beyond the limits of the target's field", "change the value, or keep the sidecar"),
    "dropped.denied": Code(2, "denied by the caller"),
    "withheld.credential": Code(1, "a credential never leaves"),
    "withheld.address": Code(1, "the address of the call is no product data"),
    "read": Code(0, "decides what becomes of others; its place in the target says the same"),
}

#: fates whose leaves come back changed or not at all
LOST_FATES = ("reduced", "dropped", "withheld")


def fate_of(code: str) -> str:
    """Return the fate that a code belongs to."""
    return code.partition(".")[0]


def is_loss(code: str) -> bool:
    """Tell whether a leaf with this code is lost, in part or whole (what was withheld was never meant to go)."""
    return code == "carried.foreign_id" or fate_of(code) in ("reduced", "dropped")


def remedy(code: str, slots: bool) -> str:
    """Return what would remove losses of a code, in a target with or without slots; empty where nothing would."""
    known = CODES[code]
    return f"{known.in_slot}, or {known.remedy}" if slots and known.in_slot else known.remedy


def matches(code: str, wanted: str) -> bool:
    """Tell whether a code is ``wanted`` or belongs to the fate ``wanted``."""
    return code == wanted or code.startswith(wanted + ".")
