"""Which kinds of changes a mapping can see, and what each means for who writes and who reads: rules, as data.

*Writers* send payloads into the format, *readers* take payloads of it. For a writer a change is *breaking* where a
payload that was taken is refused now, *lossy* where it is taken and a value of it arrives altered or not at all. For
a reader, who knows the old lines, it is the same of payloads of the new format.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal, get_args

Impact = Literal["breaking", "lossy", "compatible"]

#: the worst first
IMPACTS: Final[tuple[Impact, ...]] = get_args(Impact)

_BREAKING, _LOSSY, _FINE = IMPACTS


class Kind(StrEnum):
    """One kind of change: its impact on writers, its impact on readers, and why."""

    writers: Impact
    readers: Impact
    why: str

    # the format and its profiles
    FORMAT_RENAMED = (
        "format.renamed",
        _BREAKING,
        _BREAKING,
        "commands, id tables, migrations and sidecars know the format by its name",
    )
    PROFILE_ADDED = "profile.added", _FINE, _FINE, "nobody wrote or read such payloads before"
    PROFILE_REMOVED = "profile.removed", _BREAKING, _BREAKING, "payloads of the profile are known no more"
    PROFILE_FIRST = (
        "profile.first",
        _BREAKING,
        _BREAKING,
        "the bare name of the format stands for its first profile, which is another now",
    )
    ENVELOPE_CHANGED = "envelope.changed", _BREAKING, _BREAKING, "the product stands elsewhere in the payload"
    LISTING_ADDED = "listing.added", _FINE, _FINE, "answers that list products are read as such, too"
    LISTING_CHANGED = "listing.changed", _FINE, _BREAKING, "answers list products at another place, or nowhere"
    AROUND_ADDED = "around.added", _FINE, _LOSSY, "who knows only the old lines does not know what stands there"
    AROUND_REMOVED = "around.removed", _FINE, _LOSSY, "what stood there beside the product comes no more"
    SHAPE_OPENED = "shape.opened", _FINE, _BREAKING, "values of another shape come, which were refused before"
    SHAPE_CLOSED = "shape.closed", _BREAKING, _FINE, "values of another shape, which were taken, are refused"

    # fields
    FIELD_ADDED = (
        "field.added",
        _FINE,
        _LOSSY,
        "it may be left out; who knows only the old lines loses it (dropped.unknown_field)",
    )
    FIELD_DECLARED = "field.declared", _FINE, _FINE, "it was lost as unknown, and is lost for a reason now"
    FIELD_REMOVED = "field.removed", _LOSSY, _LOSSY, "what is sent there has no place, and nothing comes from there"
    FIELD_UNDECLARED = "field.undeclared", _FINE, _FINE, "it was lost for a reason, and is lost as unknown now"

    # types and limits
    TYPE_NARROWED = "type.narrowed", _BREAKING, _FINE, "values of a type that was taken are refused"
    TYPE_WIDENED = "type.widened", _FINE, _BREAKING, "values of a type come that was refused before"
    TYPE_CHANGED = "type.changed", _BREAKING, _BREAKING, "types that were taken are refused, and others come"
    LENGTH_NARROWED = "length.narrowed", _LOSSY, _FINE, "a text that is too long now is cut"
    LIMIT_NARROWED = "limit.narrowed", _BREAKING, _FINE, "values that were taken are refused"
    LIMIT_WIDENED = "limit.widened", _FINE, _BREAKING, "values come that were refused before"
    LIMIT_CHANGED = "limit.changed", _BREAKING, _BREAKING, "values that were taken are refused, and others come"
    ADVICE_NARROWED = "advice.narrowed", _LOSSY, _FINE, "advice refuses nothing, but what is written is kept to it"
    ADVICE_WIDENED = "advice.widened", _FINE, _FINE, "advice refuses nothing that is read"
    LIMIT_BINDING = "limit.binding", _BREAKING, _FINE, "limits that were advice refuse values now"
    LIMIT_ADVISORY = "limit.advisory", _FINE, _BREAKING, "limits are advice now, so values beyond them come"
    ENUM_NARROWED = (
        "enum.narrowed",
        _BREAKING,
        _FINE,
        "a word that was taken is refused",
    )
    ENUM_WIDENED = "enum.widened", _FINE, _BREAKING, "a word comes that there was not before"
    ENUM_CHANGED = "enum.changed", _BREAKING, _BREAKING, "a word that was taken is refused, and another comes"
    NULL_REFUSED = "null.refused", _BREAKING, _FINE, "null, which was taken, is refused"
    NULL_ALLOWED = "null.allowed", _FINE, _BREAKING, "null comes where there was none before"
    CUT_STOPPED = "cut.stopped", _LOSSY, _FINE, "a text that is too long is left out, where it was cut"
    CUT_BEGUN = "cut.begun", _FINE, _FINE, "a text that is too long is cut, where it was left out"

    # what must be there, and what must not
    REQUIRED_ADDED = "required.added", _BREAKING, _FINE, "a payload without the field is refused, or is in more cases"
    REQUIRED_REMOVED = "required.removed", _FINE, _LOSSY, "payloads come without the field, or do in more cases"
    REQUIRED_CHANGED = "required.changed", _BREAKING, _LOSSY, "the field is needed in other cases than before"
    FORBIDDEN_ADDED = "forbidden.added", _BREAKING, _FINE, "a payload with the field is refused, or is in more cases"
    FORBIDDEN_REMOVED = "forbidden.removed", _FINE, _FINE, "the field is one that was known"
    FORBIDDEN_CHANGED = "forbidden.changed", _BREAKING, _FINE, "the field is refused in other cases than before"
    DEFAULT_CHANGED = "default.changed", _LOSSY, _FINE, "who creates without it gets another value"

    # meetings and meaning
    MEETING_CHANGED = "meeting.changed", _LOSSY, _LOSSY, "other fields of other formats meet it than before"
    MEETING_GAINED = "meeting.gained", _FINE, _FINE, "other formats reach it, which they did not before"
    MEETING_LOST = "meeting.lost", _LOSSY, _LOSSY, "no other format reaches it any more"
    DROPPED_DECLARED = "dropped.declared", _LOSSY, _LOSSY, "it is dropped, where it was carried"
    DROPPED_LIFTED = "dropped.lifted", _FINE, _FINE, "it is carried, where it was dropped"
    LOSS_REASON = "loss.reason", _FINE, _FINE, "it is lost as before, under another code"
    WITHHELD_DECLARED = "withheld.declared", _LOSSY, _LOSSY, "it never leaves, where it was carried"
    WITHHELD_LIFTED = (
        "withheld.lifted",
        _BREAKING,
        _BREAKING,
        "what was never to leave does: into targets, reports and sidecars",
    )
    MEANING_CHANGED = "meaning.changed", _LOSSY, _LOSSY, "the same value on the wire says something else"
    WORD_CHANGED = "word.changed", _LOSSY, _LOSSY, "the same word on the wire says something else"
    WORD_GAINED = "word.gained", _FINE, _FINE, "more of what other formats say has a word here"
    WORD_LOST = "word.lost", _LOSSY, _LOSSY, "the word says nothing to other formats any more"
    WORD_NARROWED = "word.narrowed", _LOSSY, _FINE, "something that other formats say has no word here any more"
    ASSUMPTION_CHANGED = "assumption.changed", _LOSSY, _LOSSY, "what payloads leave unsaid is another thing now"
    ASSUMPTION_ADDED = "assumption.added", _FINE, _FINE, "no line rested on it before"
    ASSUMPTION_REMOVED = "assumption.removed", _FINE, _FINE, "no line rests on it any more"
    EQUIVALENCE_CHANGED = "equivalence.changed", _FINE, _FINE, "another difference is said to mean nothing"
    IDENTITY_CHANGED = "identity.changed", _FINE, _FINE, "payloads stay; products are told apart by something else"

    # lists
    KEY_CHANGED = (
        "key.changed",
        _LOSSY,
        _FINE,
        "items are known again by something else, so that others may be overwritten",
    )
    ORDER_CHANGED = "order.changed", _LOSSY, _LOSSY, "the order of items is said in another way"
    ITEMS_CHANGED = "items.changed", _LOSSY, _LOSSY, "other items of the list are product data"
    TAKES_ADDED = "takes.added", _FINE, _FINE, "items of further kinds have a place"
    TAKES_REMOVED = "takes.removed", _LOSSY, _FINE, "items of a kind have no place any more"
    NEEDS_ADDED = "needs.added", _LOSSY, _FINE, "items without the field are left out"
    NEEDS_REMOVED = "needs.removed", _FINE, _LOSSY, "items come without the field, which are none to the old lines"
    UPDATE_REPLACES = "update.replaces", _LOSSY, _FINE, "an update replaces the list that is there"
    UPDATE_CHANGED = "update.changed", _FINE, _FINE, "an update leaves more of the list as it is, or nobody knows"

    # what the platform sets, what reports show
    READONLY_SET = "readonly.set", _LOSSY, _FINE, "the platform takes no value any more"
    READONLY_LIFTED = "readonly.lifted", _FINE, _FINE, "the platform takes a value, which it did not before"
    REPORT_CHANGED = "report.changed", _FINE, _FINE, "reports show the value, or rank its loss, in another way"
    PROSE = "prose", _FINE, _FINE, "said for people; every payload is read and written as before"
    LINES_REWRITTEN = "lines.rewritten", _FINE, _FINE, "the same is said in other lines"

    # slots
    SLOT_ADDED = "slot.added", _FINE, _FINE, "foreign data has a place"
    SLOT_REMOVED = "slot.removed", _LOSSY, _LOSSY, "foreign data has no place, and what was parked is not found again"
    SLOT_CHANGED = "slot.changed", _LOSSY, _LOSSY, "what was parked is not found again"
    SLOT_DEMANDS = "slot.demands", _BREAKING, _FINE, "names that the store does not know beforehand are refused"
    SLOT_FREED = "slot.freed", _FINE, _FINE, "the store need not know names beforehand"

    # endpoints
    CALL_ADDED = "call.added", _FINE, _FINE, "there is a call that there was not"
    CALL_CHANGED = "call.changed", _BREAKING, _BREAKING, "calls are made, or their answers judged, in another way"
    CALL_READS = "call.reads", _FINE, _BREAKING, "things are read in another way, or not at all"
    CALL_WRITES = "call.writes", _BREAKING, _FINE, "things are written in another way, or not at all"
    CALL_TOLD = "call.told", _FINE, _FINE, "only how fast calls go, or what is told of them, is another"

    def __new__(cls, word: str, writers: Impact, readers: Impact, why: str) -> Kind:
        self = str.__new__(cls, word)
        self._value_, self.writers, self.readers, self.why = word, writers, readers, why
        return self


def worst(*impacts: Impact) -> Impact:
    """Return the worst of some impacts."""
    return min(impacts, key=IMPACTS.index)
