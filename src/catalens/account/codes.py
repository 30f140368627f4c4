"""Fates, origins, codes, severities: what they are called and how bad they are; wording and remedies of codes.

All but the severity is a function of the code, so no author of a rule can play a loss down. A new code is one row of
``LossCode`` and its entry in the guide.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, Literal, get_args

Fate = Literal["carried", "converted", "reduced", "parked", "dropped", "withheld", "read"]

FATES: tuple[Fate, ...] = get_args(Fate)
ORIGINS = ("source", "computed", "constant", "default", "context", "parked", "restored")

#: what is at stake where a field is lost: who may see and buy, what is paid, what it is, what is shown, all else
Severity = Literal["access", "money", "identity", "content", "rest"]

#: the worst first
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
#: the severity of what nobody says another of
REST: Final = "rest"

#: fates whose leaves come back changed or not at all
LOST_FATES: tuple[Fate, ...] = ("reduced", "dropped", "withheld")


class LossCode(StrEnum):
    """One way in which a leaf can fare: a fate, or a fate and a word (``dropped.limit``).

    ``rank`` is higher for what is worse, 0 for what is no loss; ``says`` is the wording of reports. ``is_loss``:
    the leaf is lost, in part or whole (what was withheld was never meant to go). ``is_kept``: it arrived as what it
    was, or is implied by what arrived, wherever it stands now.
    """

    fate: Fate
    rank: int
    says: str
    is_loss: bool
    is_kept: bool
    _remedy: str
    _in_slot: str

    # code, rank, wording, what would remove the loss, what would too where the target has slots
    CARRIED = "carried", 0, "the same value at the same place"
    CARRIED_MOVED = "carried.moved", 0, "the same value at another place"
    CARRIED_FOREIGN_ID = (
        "carried.foreign_id",
        5,
        "an identifier of the source platform, which means nothing in the target's",
        "give an id crosswalk (ids)",
    )
    CARRIED_FOREIGN_CURRENCY = (
        "carried.foreign_currency",
        5,
        "the same number means another amount there",
        "convert the amounts, or assume the currency that holds",
    )
    CARRIED_FOREIGN_TAX = (
        "carried.foreign_tax",
        5,
        "the same number includes the tax on one side only",
        "convert the amounts, or assume the tax basis that holds",
    )
    CONVERTED_TYPE = "converted.type", 0, "the same value in another JSON type"
    CONVERTED_UNIT = "converted.unit", 0, "the same measure in another unit"
    CONVERTED_ENUM = "converted.enum", 0, "the same meaning in another word"
    CONVERTED_LIST = "converted.list", 0, "the same words, listed in another way"
    CONVERTED_FORM = "converted.form", 0, "the same meaning in another form"
    CONVERTED_ID = "converted.id", 0, "translated by the id crosswalk"
    REDUCED_LENGTH = "reduced.length", 6, "text cut at the target's limit", "shorten the text, or keep the sidecar"
    REDUCED_PRECISION = (
        "reduced.precision",
        6,
        "digits that the target's form cannot hold",
        "assume the source's unit",
    )
    REDUCED_ENUM = "reduced.enum", 6, "several meanings share one word of the target", "keep the sidecar"
    REDUCED_LIST = "reduced.list", 7, "the target holds fewer items", "keep the sidecar"
    REDUCED_ORDER = "reduced.order", 3, "its position, or what says it, is not kept", "keep the sidecar"
    REDUCED_MARKUP = "reduced.markup", 6, "what the text is written in is not kept", "keep the sidecar"
    REDUCED_RANGE = (
        "reduced.range",
        6,
        "says something that the target cannot express, and that keeps others from arriving",
        "keep the sidecar",
    )
    PARKED = "parked", 1, "in a slot of the target, from where the way back restores it"
    DROPPED_NO_COUNTERPART = (
        "dropped.no_counterpart",
        8,
        "the target has no such field",
        "keep the sidecar",
        "park it in a slot",
    )
    DROPPED_READONLY = "dropped.readonly", 2, "set by the platform itself, never sent"
    DROPPED_UNKNOWN_FIELD = (
        "dropped.unknown_field",
        9,
        "the source's mapping does not know this field",
        "add a line to the mapping",
    )
    DROPPED_CONDITION = (
        "dropped.condition",
        8,
        "in this payload the value says nothing that the target can hold",
        "keep the sidecar",
    )
    DROPPED_UNREADABLE = (
        "dropped.unreadable",
        8,
        "a text that cannot be read as the number, truth value or time that belongs there",
        "write it as the field wants it: 1800 for '1,800', true for 'yes'",
    )
    DROPPED_COMMAND = "dropped.command", 4, "a command, not part of the product"
    DROPPED_LIMIT = (
        "dropped.limit",
        8,
        "beyond the limits of the target's field",
        "change the value, or keep the sidecar",
    )
    DROPPED_CONTENT = (
        "dropped.content",
        8,
        "the target takes what is behind a link, or the link, and the source has the other, or neither",
        "fetch the content, or keep the sidecar",
    )
    DROPPED_KIND = (
        "dropped.kind",
        8,
        "an item of a kind that the target has no list for, or of none",
        "keep the sidecar",
        "park it in a slot",
    )
    DROPPED_FOREIGN_ID = (
        "dropped.foreign_id",
        8,
        "an identifier that the target's identifiers cannot be",
        "give an id crosswalk (ids)",
    )
    DROPPED_UNKNOWN_ID = (
        "dropped.unknown_id",
        8,
        "left out: the target would take an identifier of its own there, and nobody knows it yet",
        "give it in the id crosswalk (ids), or let a migration learn it",
    )
    DROPPED_MARKUP = (
        "dropped.markup",
        8,
        "written in a markup that the target's field does not take",
        "write it in another markup, or keep the sidecar",
    )
    DROPPED_DENIED = "dropped.denied", 2, "denied by the caller"
    WITHHELD_CREDENTIAL = "withheld.credential", 1, "a credential never leaves"
    WITHHELD_ADDRESS = "withheld.address", 1, "the address of the call is no product data"
    READ = "read", 0, "decides what becomes of others; its place in the target says the same"

    def __new__(cls, code: str, rank: int, says: str, remedy: str = "", in_slot: str = "") -> LossCode:
        self = str.__new__(cls, code)
        self._value_ = code
        self.rank, self.says, self._remedy, self._in_slot = rank, says, remedy, in_slot
        self.fate = next(one for one in FATES if one == code.partition(".")[0])
        self.is_loss = self.fate in ("reduced", "dropped") or (self.fate == "carried" and rank > 0)
        self.is_kept = self.fate in ("carried", "converted", "read")
        return self

    #: a code is shown as its text
    __repr__ = str.__repr__

    def remedy(self, slots: bool) -> str:
        """Return what would remove such losses, in a target with or without slots; empty where nothing would."""
        return f"{self._in_slot}, or {self._remedy}" if slots and self._in_slot else self._remedy

    def matches(self, wanted: str) -> bool:
        """Tell whether the code is ``wanted`` or belongs to the fate ``wanted``."""
        return self == wanted or self.fate == wanted

    @classmethod
    def of(cls, code: str) -> LossCode:
        """Return the code of that text. Raises KeyError."""
        return _BY_TEXT[code]

    @classmethod
    def dropped(cls, word: str) -> LossCode:
        """Return the code of a field that a mapping declares dropped with a word, such as ``readonly``."""
        return cls.of(f"dropped.{word}")

    @classmethod
    def withheld(cls, word: str) -> LossCode:
        """Return the code of a field that a mapping withholds as what a word says, such as ``credential``."""
        return cls.of(f"withheld.{word}")


_BY_TEXT = {code.value: code for code in LossCode}


class Overtaken(StrEnum):
    """What became of what a sidecar or slot holds, where somebody has been in the target meanwhile.

    ``says`` is the wording of reports, ``remedy`` what brings the value back nevertheless.
    """

    says: str
    remedy: str

    STALE = (
        "stale",
        "edited meanwhile, so not restored",
        "where the former value is meant, set it by hand: it stands in the sidecar, or in the slot",
    )
    ORPHANED = (
        "orphaned",
        "what it belonged to was deleted, or has another key now, so not restored",
        "where it is meant for what is there now, copy it by hand from the sidecar, or from the slot",
    )

    def __new__(cls, word: str, says: str, remedy: str) -> Overtaken:
        self = str.__new__(cls, word)
        self._value_, self.says, self.remedy = word, says, remedy
        return self


def worst(found: Iterable[Severity]) -> Severity:
    """Return the worst of some severities; of none, the least."""
    return min(found, key=SEVERITIES.index, default=REST)
