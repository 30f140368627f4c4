"""Law 4 in facts: what went to B with its sidecar comes back as it was, and no credential travels with it."""

from __future__ import annotations

from typing import Any

import pytest

from catalens.engine import translate
from catalens.formats import registry
from catalens.laws import accounted
from catalens.laws.leaf_lookup import product_of
from catalens.payloads import dumps
from tests.laws.trips import round_trip
from tests.pairs import PROFILES

CREDENTIAL = "sk-7b1e0d52-never"


@pytest.mark.parametrize("target", [one for one in PROFILES if not one.startswith("keevault")])
def test_no_credential_is_in_payload_sidecar_or_report(target: str) -> None:
    payload = {"api_key": CREDENTIAL, "product_id": "5", "name": "Tool", "source": "envato", "unknown": {"a": 1}}
    trip = round_trip("keevault/write", target, payload)
    travels = [trip.done.payload, trip.done.report.to_dict(), trip.sidecar, trip.returned.payload]
    assert CREDENTIAL.encode() not in dumps(travels)
    assert CREDENTIAL not in str(trip)
    assert trip.returned.payload == {"name": "Tool", "source": "envato", "unknown": {"a": 1}}
    parked = round_trip("keevault/write", target, payload, park=True)
    assert CREDENTIAL.encode() not in dumps(parked.done.payload) + dumps(parked.sidecar)


def test_the_password_of_a_page_is_in_the_sidecar_and_not_in_the_report() -> None:
    payload = {"name": "Lamp", "password": "open sesame"}
    trip = round_trip("webcommander/write", "keevault/write", payload)
    assert b"open sesame" in dumps(trip.sidecar)
    assert b"open sesame" not in dumps(trip.done.report.to_dict())
    assert trip.returned.payload == payload
    assert b"open sesame" not in dumps(trip.returned.report.to_dict())


def test_the_password_of_a_page_is_not_parked_where_a_shop_may_show_it() -> None:
    trip = round_trip("webcommander/write", "axim/write", {"name": "Lamp", "password": "open sesame"}, park=True)
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
    trip = round_trip("commerce-engine/read", "keevault/write", payload)
    assert trip.returned.payload == payload
    accounted(trip.returned, trip.arrived)
    bare = round_trip("commerce-engine/read", "keevault/write", {"name": "Lamp"})
    assert bare.returned.payload == {"name": "Lamp"}


def test_what_create_mode_adds_is_taken_away_again() -> None:
    registered = registry()
    for source in PROFILES:
        for target in PROFILES:
            done = translate({"name": "Lamp"}, source=source, target=target, mode="create")
            back = translate(done.payload, source=target, target=source, restore=done.sidecar)
            assert product_of(back.payload, registered.profile(source)) == {"name": "Lamp"}, (source, target)


def test_a_payload_changed_afterwards_changes_no_sidecar() -> None:
    payload: dict[str, Any] = {"name": "Lamp", "odd": {"list": [1]}}
    done = translate(payload, source="axim/write", target="keevault")
    before = dumps(done.sidecar)
    payload["odd"]["list"].append(2)
    back = translate(done.payload, source="keevault", target="axim", restore=done.sidecar)
    back.payload["odd"]["list"].append(3)
    assert dumps(done.sidecar) == before


def test_an_edit_made_before_the_sidecar_is_read_wins_as_well() -> None:
    done = translate({"name": "Lamp", "brand": "b"}, source="axim/write", target="keevault")
    done.payload["name"] = "Lantern"
    back = translate(done.payload, source="keevault", target="axim", restore=done.sidecar)
    assert back.payload == {"name": "Lantern", "brand": "b"}


def test_the_report_is_of_the_payload_as_it_was_translated() -> None:
    payload = {"name": "Lamp", "brand": "b", "price": 3}
    done = translate(payload, source="axim/write", target="keevault")
    del payload["brand"]
    payload["odd"] = 1
    done.payload["name"] = "Lantern"
    assert {fate.source for fate in done.report.fates} == {("name",), ("brand",), ("price",)}
    assert {one["target"] for one in done.report.origins} >= {"/name"}
    assert ("brand",) in [one.pointer for one in done.losses]


def test_an_item_is_known_by_what_is_in_it_though_inner_items_moved_up() -> None:
    payload = {"options": [{}, {"optionValues": [{}, {"label": "Red"}]}]}
    trip = round_trip("axim/write", "commerce-engine/read", payload)
    assert trip.returned.payload == payload
    assert "Red" not in [entry.get("value") for entry in trip.sidecar["entries"]]
    assert {"at": "/options/+0", "value": {}} in trip.sidecar["entries"]


@pytest.mark.parametrize("target", ["prosperna/read", "webcommander/write"])
def test_items_that_are_alike_stay_in_their_order_around_one_that_comes_first(target: str) -> None:
    one = {"url_standard": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==", "url_tiny": "a", "odd": True}
    for other in (one, {**one, "sort_order": 0}):
        payload = {"images": [other, {"title": "no picture", "sort_order": 0}, one]}
        trip = round_trip("commerce-engine/write", target, payload)
        assert trip.returned.payload == payload
        assert trip.returned.report.stale == []
