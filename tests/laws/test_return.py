"""Law 4: what went to B with its sidecar comes back as it was, exactly; with slots only, what was not lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.laws.trips import PAIRS, PROFILES, WITH_SLOTS, Trip, conservation, counts, product_of, texts

from catalens.complement import is_list_entry
from catalens.engine import translate
from catalens.formats import registry
from catalens.laws import there_and_back
from catalens.paths import MISSING, parse_pointer, pointer_text
from catalens.payloads import canonical, dumps
from catalens.strategies import payloads


def payload_of(source: str, target: str) -> st.SearchStrategy[Any]:
    return payloads(registry().profile(source), registry().profile(target))


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_the_sidecar_brings_the_original_back(source: str, target: str) -> None:
    @given(payload_of(source, target))
    def holds(payload: Any) -> None:
        trip = Trip(source, target, payload)
        assert canonical(trip.returned.payload) == canonical(trip.original), str(trip)
        report = trip.returned.report
        assert report.stale == report.orphaned == []
        conservation(trip.returned, trip.arrived)
        restored = any(origin["origin"] == "restored" for origin in report.origins)
        alone = trip.back(trip.arrived).payload
        needed = canonical(alone) != canonical(trip.original)
        assert (trip.sidecar is not None) == needed, str(trip)
        assert restored <= needed
        if texts(trip.s).keys() - texts(trip.r).keys():
            assert restored, f"nothing is reported restored\n{trip}"

    holds()


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_the_sidecar_is_small(source: str, target: str) -> None:
    """No leaf that the way back alone gives is repeated in it."""

    @given(payload_of(source, target))
    def holds(payload: Any) -> None:
        trip = Trip(source, target, payload)
        entries = trip.sidecar["entries"] if trip.sidecar else []
        keys = {entry["at"]: entry.get("key") for entry in entries if is_list_entry(entry)}
        for entry in entries:
            if "value" in entry:
                there = look_up(trip.r, entry["at"], keys)
                assert ("was" in entry) == (there is not MISSING) or "with" in entry, f"{entry}\n{trip}"
                alike = set(texts(entry["value"]).items()) & set(texts(there).items())
                assert not alike, f"{entry['at']} repeats {alike}\n{trip}"
        s, r = counts(trip.s), counts(trip.r)
        held: Counter[Any] = Counter()
        for entry in entries:
            if "value" in entry:
                held += counts_at(entry["at"], entry["value"], keys)
        for leaf, number in held.items():
            assert number <= s[leaf] - min(s[leaf], r[leaf]), f"{leaf} is in the sidecar, and carried\n{trip}"

    holds()


def look_up(value: Any, at: str, keys: dict[str, str | None]) -> Any:
    """Return what stands at an entry's place; MISSING where nothing does."""
    parts = parse_pointer(at)
    for depth, part in enumerate(parts):
        if isinstance(value, dict):
            value = value.get(part, MISSING)
        elif isinstance(value, list) and part.startswith("="):
            key = keys[pointer_text(parts[:depth])]
            known = {canonical(item if key == "." else item.get(key)).decode(): item for item in value}
            value = known.get(part[1:], MISSING)
        elif isinstance(value, list) and part.isdigit():
            value = value[int(part)]
        else:
            return MISSING
    return value


def counts_at(at: str, value: Any, lists: Container[str]) -> Counter[Any]:
    """Count the leaves of an entry by place, whichever items of lists they are in."""
    parts = parse_pointer(at)
    above = tuple("*" if pointer_text(parts[:depth]) in lists else part for depth, part in enumerate(parts))
    return Counter({((*above, *place), text): number for (place, text), number in counts(value).items()})


@pytest.mark.parametrize(("source", "target"), [(source, target) for target in WITH_SLOTS for source in PROFILES])
def test_the_slots_bring_back_what_is_not_reported_lost(source: str, target: str) -> None:
    @given(payload_of(source, target))
    def holds(payload: Any) -> None:
        trip = Trip(source, target, payload, park=True)
        conservation(trip.done, payload)
        alone = trip.back(trip.arrived)
        conservation(alone, trip.arrived)
        assert alone.report.stale == alone.report.orphaned == []
        judged = there_and_back.Trip(trip.there, trip.back, payload, trip.done, alone)
        for fate in trip.done.report.fates:
            judged.judge(fate)
        for at in judged.after.keys() - judged.before.keys():
            assert judged.explained(at), f"{pointer_text(at)} came back, and was not in the payload\n{trip}"
        # and what the slots do not bring back, the sidecar does
        assert canonical(trip.returned.payload) == canonical(trip.original), str(trip)
        conservation(trip.returned, trip.arrived)

    holds()


CREDENTIAL = "sk-7b1e0d52-never"


@pytest.mark.parametrize("target", [one for one in PROFILES if not one.startswith("keevault")])
def test_no_credential_is_in_payload_sidecar_or_report(target: str) -> None:
    payload = {"api_key": CREDENTIAL, "product_id": "5", "name": "Tool", "source": "envato", "unknown": {"a": 1}}
    trip = Trip("keevault/write", target, payload)
    assert CREDENTIAL not in str(trip).replace(dumps(payload).decode(), "")
    assert CREDENTIAL.encode() not in dumps(trip.done.report.to_dict()) + dumps(trip.done.payload)
    assert trip.returned.payload == {"name": "Tool", "source": "envato", "unknown": {"a": 1}}
    parked = Trip("keevault/write", target, payload, park=True)
    assert CREDENTIAL.encode() not in dumps(parked.done.payload) + dumps(parked.sidecar)


def test_the_password_of_a_page_is_in_the_sidecar_and_not_in_the_report() -> None:
    payload = {"name": "Lamp", "password": "open sesame"}
    trip = Trip("webcommander/write", "keevault/write", payload)
    assert b"open sesame" in dumps(trip.sidecar)
    assert b"open sesame" not in dumps(trip.done.report.to_dict())
    assert trip.returned.payload == payload
    assert b"open sesame" not in dumps(trip.returned.report.to_dict())


def test_the_password_of_a_page_is_not_parked_where_a_shop_may_show_it() -> None:
    trip = Trip("webcommander/write", "axim/write", {"name": "Lamp", "password": "open sesame"}, park=True)
    assert b"open sesame" not in dumps(trip.done.payload)
    assert trip.done.report.to_dict()["leaves"][1]["recover"] == "sidecar"
    assert trip.returned.payload == trip.payload


def test_translate_reads_profiles_and_assumptions_from_the_sidecar() -> None:
    payload = {
        "product": {"name": "Lamp", "product_properties": {"weight": 2.5}, "url": "lamp", "zzz": [1, {"b": None}]}
    }
    there = translate(payload, source="webcommander/read", target="commerce-engine", assume={"source.weight": "lb"})
    back = translate(there.payload, source="commerce-engine", target="webcommander", restore=there.sidecar)
    assert back.payload == payload
    assert back.report.target == "webcommander/read"


def test_the_original_shell_comes_back() -> None:
    payload = {"content": {"product": {"name": "Lamp"}, "odd": [1]}, "message": "ok", "success": True}
    trip = Trip("commerce-engine/read", "keevault/write", payload)
    assert trip.returned.payload == payload
    conservation(trip.returned, trip.arrived)
    bare = Trip("commerce-engine/read", "keevault/write", {"name": "Lamp"})
    assert bare.returned.payload == {"name": "Lamp"}


def test_what_create_mode_adds_is_taken_away_again() -> None:
    registered = registry()
    for source in PROFILES:
        for target in PROFILES:
            done = translate({"name": "Lamp"}, source=source, target=target, mode="create")
            back = translate(done.payload, source=target, target=source, restore=done.sidecar)
            assert product_of(back.payload, registered.profile(source)) == {"name": "Lamp"}, (source, target)


def test_a_payload_changed_afterwards_changes_no_sidecar() -> None:
    payload = {"name": "Lamp", "odd": {"list": [1]}}
    done = translate(payload, source="axim/write", target="keevault")
    before = dumps(done.sidecar)
    payload["odd"]["list"].append(2)  # type: ignore[index]
    back = translate(done.payload, source="keevault", target="axim", restore=done.sidecar)
    back.payload["odd"]["list"].append(3)
    assert dumps(done.sidecar) == before
