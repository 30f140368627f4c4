"""The laws of what a sidecar, or the slots of the target, bring back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from typing import Any

from catalens.engine import Translator
from catalens.laws.leaf_lookup import Leaf, counts_of, difference, shown, texts_of
from catalens.laws.one_way import accounted, listed
from catalens.laws.round_trips import RoundTrip
from catalens.laws.there_and_back import Judge
from catalens.paths import MISSING, parse_pointer, pointer_text
from catalens.payloads import dumps
from catalens.returning import is_list_entry
from catalens.returning.items import Keys


def restoration(there: Translator, back: Translator, payload: Any) -> None:
    """With its sidecar a payload comes back as it was, but for what is withheld; without need there is no sidecar."""
    with RoundTrip(there, back, payload) as trip:
        _is_original(trip)
        report = trip.returned.report
        overtaken = [*report.stale, *report.orphaned]
        assert not overtaken, f"{listed(overtaken)} is not restored, and nobody edited anything"
        needed = bool(difference(texts_of(trip.original), texts_of(trip.alone.payload)))
        made = "a" if trip.sidecar is not None else "no"
        assert (trip.sidecar is not None) == needed, f"there is {made} sidecar, and it is needed: {needed}"
        restored = any(origin["origin"] == "restored" for origin in report.origins)
        assert restored <= needed, "something is reported restored without need"
        gone = texts_of(trip.s).keys() - texts_of(trip.r).keys()
        assert restored or not gone, f"{listed(gone)} is not reported restored"


def _is_original(trip: RoundTrip) -> None:
    """Hold what comes back with the sidecar against the payload, digit by digit, and its report against both."""
    differs = difference(texts_of(trip.original), texts_of(trip.returned.payload))
    assert not differs, f"with the sidecar, {differs}"
    accounted(trip.returned, trip.arrived)


def small_sidecar(there: Translator, back: Translator, payload: Any) -> None:
    """No leaf that the way back alone gives is repeated in the sidecar.

    What the way back says of itself, such as the word that a place implies, is no leaf of S.
    """
    with RoundTrip(there, back, payload) as trip:
        keys = {
            entry["at"]: Keys(entry.get("key"), entry.get("target_key"))
            for entry in trip.entries
            if is_list_entry(entry)
        }
        held: Counter[Leaf] = Counter()
        for entry in trip.entries:
            if "value" in entry:
                _adds_something(entry, _look_up(trip.r, entry["at"], keys))
                held += _counts_at(entry["at"], entry["value"], keys)
        s = counts_of(trip.s)
        for leaf, number in held.items():
            lacking = s[leaf] - min(s[leaf], trip.given_back[leaf])
            assert number <= lacking, f"{shown(leaf)} is {number} times in the sidecar, and lacks {lacking} times"


def _adds_something(entry: dict[str, Any], there: Any) -> None:
    """Hold an entry against what the way back alone gives at its place."""
    known = there is not MISSING
    assert ("was" in entry) == known or "with" in entry, f"{dumps(entry)!r} is wrong about what was there: {known}"
    alike = set(texts_of(entry["value"]).items()) & set(texts_of(there).items())
    assert not alike, f"{entry['at']} repeats {listed(at for at, _ in alike)}"


def _look_up(value: Any, at: str, keys: dict[str, Keys]) -> Any:
    """Return what stands at an entry's place; MISSING where nothing does."""
    parts = parse_pointer(at)
    for depth, part in enumerate(parts):
        if isinstance(value, dict):
            value = value.get(part, MISSING)
        elif isinstance(value, list) and part.startswith(("=", "@")):
            marks = keys[pointer_text(parts[:depth])].marks
            value = next((item for item in value if part in marks(item)), MISSING)
        elif isinstance(value, list) and part.isdigit():
            value = value[int(part)]
        else:
            return MISSING
    return value


def _counts_at(at: str, value: Any, lists: Container[str]) -> Counter[Leaf]:
    """Count the leaves of an entry by place, whichever items of lists they are in."""
    parts = parse_pointer(at)
    above = tuple("*" if pointer_text(parts[:depth]) in lists else part for depth, part in enumerate(parts))
    return Counter({((*above, *place), text): number for (place, text), number in counts_of(value).items()})


def restoration_by_slots(there: Translator, back: Translator, payload: Any) -> None:
    """With the target's slots only, what differs is what was reported lost; the sidecar brings back that as well."""
    with RoundTrip(there, back, payload, park=True) as trip:
        accounted(trip.done, payload)
        accounted(trip.alone, trip.arrived)
        overtaken = [*trip.alone.report.stale, *trip.alone.report.orphaned]
        assert not overtaken, f"{listed(overtaken)} is not restored, and nobody edited anything"
        Judge(there, payload, trip.done, trip.alone).judge()
        _is_original(trip)
