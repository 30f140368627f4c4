"""What is known after a call, whatever comes back, and that nothing else gets out."""

from __future__ import annotations

import base64
import itertools
import logging
import socket
import sys
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from email.utils import formatdate
from functools import cache
from typing import Any

import httpx2
import pytest
import stamina
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from catalens.errors import MissingExtra, UsageError
from catalens.formats import registry
from catalens.mapping.endpoints import Endpoints
from catalens.migrate.bodies import form_bytes
from catalens.migrate.calls import Http, missing_variables
from catalens.migrate.outcomes import Answer, Outcome, Unreachable
from catalens.migrate.pace import Pace, seconds_of
from tests.migrate.fakes import (
    PLATFORMS,
    Axim,
    Call,
    CommerceEngine,
    Fake,
    Keevault,
    Platform,
    Prosperna,
    WebCommander,
    running,
)
from tests.migrate.sides import called, product, side

DONE, EXISTS, BUSY, REFUSED = Outcome.DONE, Outcome.EXISTS, Outcome.BUSY, Outcome.REFUSED
UNKNOWN, ABSENT, DENIED = Outcome.UNKNOWN, Outcome.ABSENT, Outcome.DENIED

each_platform = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda one: one.format)


@pytest.fixture(autouse=True)
def retries_at_once() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


def endpoints(format: str) -> Endpoints:
    found = registry().mapping(format).endpoints
    assert found is not None
    return found


def numbered(count: int, start: int = 1) -> list[dict[str, Any]]:
    return [{"name": f"Desk {number}", "sku": f"D-{number}"} for number in range(start, start + count)]


# -- the five platforms -----------------------------------------------------------------------------------------


@each_platform
def test_what_is_created_is_what_was_sent(platform: type[Platform]) -> None:
    with called(platform()) as (fake, http):
        payload = product(platform.format)
        answer = http.create("product", payload, "1")
        assert (answer.outcome, answer.errors) == (DONE, {})
        assert [*fake.things["product"]] == [answer.id]
        assert fake.written("product") == [payload]
        assert fake.blanks() == []


@each_platform
def test_what_is_listed_is_what_is_there_and_has_its_identifier(platform: type[Platform]) -> None:
    with called(platform(), limit=2) as (fake, http):
        ids = fake.put("product", *[product(platform.format) for _ in range(5)])
        items = [item for page in http.pages("product") for item in page.items]
        assert items == fake.items("product")
        assert [http.id_of("product", item) for item in items] == ids


@each_platform
def test_an_update_says_what_there_is_to_change(platform: type[Platform]) -> None:
    with called(platform()) as (fake, http):
        payload = product(platform.format)
        (id,) = fake.put("product", payload)
        status = next(name for name in payload if isinstance(payload[name], str | dict))
        change = {status: payload[status]}
        assert http.update("product", id, change, "2").outcome is DONE
        assert fake.written("product") == [payload]
        assert http.update("product", "99", change, "3").outcome is ABSENT


@each_platform
def test_one_is_read_where_there_is_a_call_for_it(platform: type[Platform]) -> None:
    with called(platform()) as (fake, http):
        (id,) = fake.put("product", product(platform.format))
        answer = http.one("product", id)
        if not http.can("product", "one"):
            assert (answer.outcome, answer.code) == (REFUSED, "no-call")
        else:
            assert (answer.outcome, answer.body) == (DONE, fake.items("product")[0])
            assert http.one("product", "99").outcome is ABSENT


@each_platform
def test_what_is_deleted_is_gone_and_was_there(platform: type[Platform]) -> None:
    with called(platform()) as (fake, http):
        (id,) = fake.put("product", product(platform.format))
        if http.can("product", "delete"):
            assert http.delete("product", id).outcome is DONE
            assert fake.items("product") == []
            assert http.delete("product", id).outcome is ABSENT
        else:
            assert http.delete("product", id).code == "no-call"
            assert len(fake.items("product")) == 1


@each_platform
def test_wrong_credentials_are_denied_and_reading_stops(platform: type[Platform]) -> None:
    with running(platform()) as fake:
        wrong = {name: "wrong-" + name for name in fake.environment}
        with side(fake, environment=wrong) as http:
            assert http.create("product", product(platform.format), "1").outcome is DENIED
            with pytest.raises(Unreachable) as stopped:
                list(http.pages("product"))
            assert stopped.value.exit_code == 5
        assert fake.items("product") == []


@pytest.mark.parametrize("platform", [CommerceEngine, WebCommander], ids=lambda one: one.format)
def test_categories_are_made_of_name_and_parent(platform: type[Platform]) -> None:
    with called(platform()) as (fake, http):
        assert http.kinds == ("category", "product")
        top = http.create("category", http.body_of("category", {"name": "Oak", "parent": None}), "1")
        inner = http.create("category", http.body_of("category", {"name": "Desks", "parent": top.id}), "2")
        assert (top.outcome, inner.outcome) == (DONE, DONE)
        items = [item for page in http.pages("category") for item in page.items]
        assert [http.fields("category", item) for item in items] == [
            {"name": "Oak", "parent": None},
            {"name": "Desks", "parent": top.id},
        ]
        assert fake.foreign == []


# -- what a reply means -----------------------------------------------------------------------------------------

#: fault -> outcome, code, whether the thing is there
FAULTS: dict[str, tuple[Outcome, str, bool]] = {
    "-": (DONE, "200", True),
    "500": (UNKNOWN, "500", False),
    "503": (UNKNOWN, "503", False),
    "html-200": (UNKNOWN, "no-json", False),
    "html-502": (UNKNOWN, "502", False),
    "drop": (UNKNOWN, "reset", False),
    "timeout": (UNKNOWN, "timeout", False),
    "422": (REFUSED, "422", False),
    "401": (DENIED, "401", False),
    "429": (BUSY, "429", False),
    "+500": (UNKNOWN, "500", True),
    "+html-200": (UNKNOWN, "no-json", True),
    "+html-502": (UNKNOWN, "502", True),
    "+drop": (UNKNOWN, "reset", True),
    "+timeout": (UNKNOWN, "timeout", True),
    "+empty": (UNKNOWN, "no-json", True),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_of_a_call_that_fails_no_more_is_said_than_is_known(fault: str) -> None:
    with called(CommerceEngine(), seconds=0.4, timeout=0.2) as (fake, http):
        fake.fail("create", fault)
        answer = http.create("product", {"name": "Desk", "sku": "D-1"}, "1")
        outcome, code, is_there = FAULTS[fault]
        assert (answer.outcome, answer.code) == (outcome, code)
        assert bool(fake.items("product")) == is_there
        assert fake.count("create") == 1
        assert (answer.id is not None) == (outcome is DONE)


@each_platform
def test_every_platform_says_it_the_same_way(platform: type[Platform]) -> None:
    with called(platform(), seconds=0.4, timeout=0.2) as (fake, http):
        (id,) = fake.put("product", product(platform.format))
        for fault in ("+500", "drop", "html-200", "+timeout"):
            fake.fail("update", fault)
            assert http.update("product", id, {}, "1").outcome is UNKNOWN, fault


def test_what_is_said_to_be_known_is_true_when_much_goes_wrong() -> None:
    words = ("500", "+500", "drop", "+drop", "html-502", "+html-200", "422", "429", "+empty", "401")
    with called(CommerceEngine(), unique=False, asks=0.01) as (fake, http):
        fake.faults.rate, fake.faults.words = 0.4, words
        things = numbered(200)
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda one: http.create("product", one, one["sku"]), things))
        there = {
            one["sku"]: str(id) for id, one in ((one.id, one.written) for one in fake.things["product"].values())
        }
        for thing, answer in zip(things, answers, strict=True):
            if answer.outcome is DONE:
                assert there[thing["sku"]] == answer.id
            elif answer.outcome is not UNKNOWN:
                assert thing["sku"] not in there, answer
        unknown = {thing["sku"] for thing, answer in zip(things, answers, strict=True) if answer.outcome is UNKNOWN}
        # of some it is true that they are there, and of some that they are not
        assert unknown & there.keys()
        assert unknown - there.keys()
        assert len(there) == len(fake.things["product"])


def test_a_commit_may_come_after_the_caller_has_given_up() -> None:
    with called(CommerceEngine(), seconds=0.4, timeout=0.2) as (fake, http):
        fake.fail("create", "late")
        assert http.create("product", {"name": "Desk"}, "1").code == "timeout"
        assert fake.items("product") == []
        until = time.monotonic() + 5
        while not fake.items("product") and time.monotonic() < until:
            time.sleep(0.02)
        assert len(fake.items("product")) == 1


def test_a_refusal_has_text_and_field_errors() -> None:
    with called(CommerceEngine()) as (fake, http):
        fake.objects = lambda kind, body: {"sku": ["is too long", "has blanks"], "name": ["is missing"]}
        answer = http.create("product", {}, "1")
        assert (answer.outcome, answer.status, answer.detail) == (REFUSED, 422, "invalid")
        assert answer.errors == {"sku": ("is too long", "has blanks"), "name": ("is missing",)}


def test_a_reply_that_says_no_with_status_200_is_a_refusal() -> None:
    with called(Keevault()) as (fake, http):
        fake.objects = lambda kind, body: {"name": ["The name is taken."]}
        answer = http.create("product", product("keevault"), "1")
        assert (answer.outcome, answer.status, answer.code) == (REFUSED, 200, "651")
        assert (answer.detail, answer.errors) == ("Incorrect data found", {"name": ("The name is taken.",)})


def test_what_is_there_already_is_not_refused_but_known() -> None:
    with called(CommerceEngine()) as (fake, http):
        fake.put("product", {"name": "Desk", "sku": "D-1"}, {"name": "Chair", "sku": "D-2"})
        assert http.create("product", {"name": "Table", "sku": "D-1"}, "1").outcome is EXISTS
        # an update that collides has not made anything that could be looked for
        assert http.update("product", [*fake.things["product"]][1], {"sku": "D-1"}, "2").outcome is REFUSED


def test_nobody_listening_is_certainly_not_done() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        http = Http(endpoints("axim"), f"http://127.0.0.1:{taken.getsockname()[1]}", environment=Axim.environment)
        answer = http.create("product", {"name": "Desk"}, "1")
        http.close()
    assert (answer.outcome, answer.code, answer.status) == (BUSY, "refused", None)


def test_a_good_reply_without_an_identifier_leaves_it_open_what_was_made() -> None:
    with called(CommerceEngine()) as (fake, http):
        fake.instead = lambda call: (200, {"success": True, "content": {}}, {})
        answer = http.create("product", {"name": "Desk"}, "1")
        assert (answer.outcome, answer.code, answer.id) == (UNKNOWN, "no-id", None)


def test_a_reply_without_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalens.migrate.exchange.MOST_BYTES", 1000)
    with called(CommerceEngine()) as (fake, http):
        fake.instead = lambda call: (200, b"[" + b"1," * 600 + b"1]", {})
        answer = http.create("product", {"name": "Desk"}, "1")
        assert (answer.outcome, answer.code) == (UNKNOWN, "too-long")
        assert answer.detail == "the reply has over 1,000 bytes"
        with pytest.raises(Unreachable, match="over 1,000 bytes"):
            list(http.pages("product"))


def test_nothing_to_say_is_enough_of_a_reply_for_a_delete() -> None:
    with called(CommerceEngine()) as (fake, http):
        fake.instead = lambda call: (204, b"", {})
        assert http.delete("product", "1").outcome is DONE
        assert http.create("product", {}, "1").code == "no-id"


def test_numbers_arrive_digit_by_digit() -> None:
    with called(CommerceEngine()) as (fake, http):
        http.create("product", {"weight": Decimal("0.1000000000000000055"), "count": 2**64 + 1}, "1")
        assert b'"weight":0.1000000000000000055' in fake.calls[-1].content
        assert b'"count":18446744073709551617' in fake.calls[-1].content


# -- reading ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["500", "drop", "html-200", "html-502"])
def test_what_cannot_be_read_is_read_again(fault: str) -> None:
    with called(CommerceEngine(), limit=2) as (fake, http):
        fake.put("product", *numbered(3))
        fake.fail("list", "-", fault, fault)
        assert sum(len(page.items) for page in http.pages("product")) == 3
        assert fake.count("list") == 4


def test_a_store_that_is_gone_stops_the_reading() -> None:
    with called(CommerceEngine()) as (fake, http):
        fake.fail("list", "drop", "500", "500")
        fake.fail("one", "500", "500", "500")
        with pytest.raises(Unreachable, match=r"^/catalog/products: something went wrong"):
            list(http.pages("product"))
        assert http.one("product", "1").outcome is UNKNOWN


def test_a_refusal_is_not_read_again() -> None:
    with called(CommerceEngine()) as (fake, http):
        fake.instead = lambda call: (403, {"message": "not yours"}, {})
        with pytest.raises(Unreachable, match="not yours"):
            list(http.pages("product"))
        assert len(fake.calls) == 1


def test_a_reply_that_says_no_is_no_empty_list() -> None:
    with called(Axim()) as (fake, http):
        fake.instead = lambda call: (200, {"success": False, "message": "come back later", "data": []}, {})
        with pytest.raises(Unreachable, match="come back later"):
            list(http.pages("product"))


@each_platform
def test_reading_goes_on_where_it_was_broken_off(platform: type[Platform]) -> None:
    with called(platform(), limit=2) as (fake, http):
        fake.put("product", *[product(platform.format) for _ in range(5)])
        pages = list(http.pages("product"))
        for index, page in enumerate(pages):
            if page.cursor is not None:
                assert list(http.pages("product", page.cursor)) == pages[index + 1 :]


def test_items_of_a_list_that_lack_members_are_read_once_more() -> None:
    with called(Prosperna()) as (fake, http):
        fake.put("product", product("prosperna"))
        (whole,) = next(iter(http.pages("product"))).items
        (brief,) = next(iter(http.pages("product", brief=True))).items
        assert whole == fake.items("product")[0]
        assert brief.keys() < whole.keys()
        assert fake.count("one") == 1


def test_a_list_that_shifts_while_it_is_read_is_read_as_it_is() -> None:
    """Whoever reads goes by identifiers, and reads again: here a page is a page."""

    def shift(fake: Fake, kind: str, page: int) -> None:
        if page == 2:
            fake.remove(kind, next(iter(fake.things[kind])))

    with called(Axim(), limit=2) as (fake, http):
        fake.put("product", *numbered(5))
        fake.before_page = shift
        names = [item["name"] for page in http.pages("product") for item in page.items]
        assert names == ["Desk 1", "Desk 2", "Desk 4", "Desk 5"]


def test_a_store_that_ignores_which_page_is_asked_for_has_one_page() -> None:
    with called(Axim()) as (fake, http):
        fake.instead = lambda call: (200, {"success": True, "data": numbered(2)}, {})
        assert [len(page.items) for page in http.pages("product")] == [2]


def test_a_list_that_goes_in_circles_is_left() -> None:
    with called(CommerceEngine()) as (fake, http):
        turns = itertools.cycle([2, 1])

        def turn(call: Call) -> tuple[int, Any, dict[str, str]]:
            content = {"products": numbered(1, len(fake.calls)), "pagination": {"next_page": next(turns)}}
            return 200, {"success": True, "content": content}, {}

        fake.instead = turn
        with pytest.raises(Unreachable, match="circles"):
            list(http.pages("product"))


# -- pace, and being left alone ---------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["429", "429-date"])
def test_nobody_calls_while_the_store_wants_to_be_left_alone(fault: str) -> None:
    with called(CommerceEngine(), asks=0.4) as (fake, http):
        fake.fail("create", "-", "-", fault)
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda one: http.create("product", one, "1"), numbered(12)))
        busy = [answer for answer in answers if answer.outcome is BUSY]
        assert [answer.code for answer in busy] == ["429"]
        assert busy[0].retry_after is not None
        assert busy[0].retry_after > 0.3
        assert fake.inside_window == 0
        assert len(fake.items("product")) == 11


def test_a_read_waits_for_as_long_as_it_is_asked_to() -> None:
    with called(CommerceEngine(), asks=0.3) as (fake, http):
        fake.put("product", *numbered(1))
        fake.fail("list", "429")
        assert [len(page.items) for page in http.pages("product")] == [1]
        assert fake.calls[1].at - fake.calls[0].at >= 0.3
        assert fake.inside_window == 0


def test_whoever_would_have_to_wait_too_long_is_told_so() -> None:
    with running(CommerceEngine(), asks=600) as fake, side(fake, patience=5.0) as http:
        fake.fail("create", "429")
        http.create("product", {"sku": "D-1"}, "1")
        assert 590 < http.closed_for <= 600
        answer = http.create("product", {"sku": "D-2"}, "2")
        assert (answer.outcome, answer.code) == (BUSY, "429")
        assert answer.retry_after is not None
        assert answer.retry_after > 590
        with pytest.raises(Unreachable, match="left alone for 6"):
            list(http.pages("product"))
        assert len(fake.calls) == 1


def test_all_workers_together_keep_the_pace() -> None:
    with running(CommerceEngine()) as fake, side(fake, pace=50) as http:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda one: http.create("product", one, "1"), numbered(26)))
        times = [call.at for call in fake.calls]
        # one call in twenty may follow another at once
        assert times[-1] - times[0] >= (25 - 2) / 50 * 0.95


def test_the_pace_is_not_slower_than_was_asked_for() -> None:
    pace = Pace(200)
    times = []
    for _ in range(61):
        assert pace.wait(1.0)
        times.append(time.monotonic())
    assert times[-1] - times[0] < 60 / 200 * 1.5


def test_who_waits_is_sent_home_at_the_end() -> None:
    with running(CommerceEngine(), asks=60) as fake, side(fake) as http:
        fake.fail("create", "429")
        http.create("product", {}, "1")
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(http.create, "product", {}, "2")
            http.end()
            answer = waiting.result(timeout=5)
        assert (answer.outcome, answer.code) == (BUSY, "ended")
        assert fake.count("create") == 1


def test_when_to_come_back_is_said_in_seconds_or_as_a_date() -> None:
    assert seconds_of(None) is None
    assert seconds_of("12") == 12
    assert seconds_of(" 0.5 ") == 0.5
    assert seconds_of("soon") is None
    assert seconds_of("-3") is None
    day = 1_800_000_000
    date = formatdate(day, usegmt=True)
    # the clock of the sender counts
    assert seconds_of(formatdate(day + 90, usegmt=True), date) == 90
    assert seconds_of(formatdate(day - 90, usegmt=True), date) == 0
    assert seconds_of(formatdate(0, usegmt=True)) == 0


# -- a login ----------------------------------------------------------------------------------------------------


def logins(fake: Fake) -> int:
    return fake.count("login")


def test_a_token_is_got_once_for_all_workers() -> None:
    with called(WebCommander()) as (fake, http), ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one: http.create("product", one, "1"), numbered(8)))
        assert {answer.outcome for answer in answers} == {DONE}
        assert logins(fake) == 1


def test_a_token_that_ends_is_renewed_before_it_does() -> None:
    with called(WebCommander(lives=0.5)) as (fake, http):
        for number, one in enumerate(numbered(8)):
            assert http.create("product", one, str(number)).outcome is DONE
            time.sleep(0.1)
        assert logins(fake) >= 2
        # nobody was turned away: each call came once
        assert fake.count("create") == 8


def test_a_token_that_ends_without_a_word_is_renewed_and_the_call_repeated() -> None:
    with called(WebCommander(lives=0.3, says=3600)) as (fake, http):
        assert http.create("product", {"sku": "D-1"}, "1").outcome is DONE
        time.sleep(0.35)
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda one: http.create("product", one, "1"), numbered(4, start=2)))
        assert {answer.outcome for answer in answers} == {DONE}
        assert len(fake.items("product")) == 5
        assert logins(fake) == 2


def test_a_token_that_cannot_be_renewed_stops_the_run() -> None:
    platform = WebCommander(lives=0.2, says=3600)
    with called(platform) as (fake, http):
        assert http.create("product", {"sku": "D-1"}, "1").outcome is DONE
        time.sleep(0.25)
        platform.refuses = True
        answer = http.create("product", {"sku": "D-2"}, "2")
        assert (answer.outcome, answer.code, answer.status) == (DENIED, "login", 400)
        with pytest.raises(Unreachable, match="login is refused"):
            list(http.pages("product"))
        assert len(fake.items("product")) == 1


def test_a_new_token_that_is_refused_too_is_not_tried_for_ever() -> None:
    with called(WebCommander(lives=0.0, says=3600)) as (fake, http):
        assert http.create("product", {"sku": "D-1"}, "1").outcome is DENIED
        assert (logins(fake), fake.count("create")) == (2, 2)


def test_a_login_that_is_out_of_reach_says_nothing_of_the_call() -> None:
    with called(WebCommander()) as (fake, http):
        fake.instead = lambda call: (500, {}, {}) if call.verb == "login" else None
        answer = http.create("product", {"sku": "D-1"}, "1")
        assert (answer.outcome, answer.code) == (BUSY, "login")
        assert fake.count("create") == 0


# -- redirects --------------------------------------------------------------------------------------------------


def test_a_read_is_redirected_within_its_host_with_credentials() -> None:
    with called(CommerceEngine()) as (fake, http):
        fake.put("product", *numbered(1))
        fake.instead = lambda call: (
            (302, b"", {"Location": "/catalog/products?page=1&limit=5"}) if call.query.get("limit") == "50" else None
        )
        assert [len(page.items) for page in http.pages("product")] == [1]


def test_a_read_is_redirected_to_another_host_without_credentials() -> None:
    with running(Prosperna()) as other, running(Axim()) as third, called(CommerceEngine()) as (fake, http):
        listed = {"success": True, "content": {"products": numbered(2), "pagination": {}}}
        other.instead = lambda call: (302, b"", {"Location": f"{third.url}/elsewhere"})
        third.instead = lambda call: (200, listed, {})
        fake.instead = lambda call: (307, b"", {"Location": f"{other.url}/products?page=1"})
        assert [len(page.items) for page in http.pages("product")] == [2]
        for call in (*other.calls, *third.calls):
            assert "authorization" not in call.headers
            assert "canary" not in repr(call)


def test_credentials_in_the_address_of_a_redirect_go_nowhere() -> None:
    with running(Axim()) as other, called(Prosperna()) as (fake, http):
        fake.instead = lambda call: (302, b"", {"Location": f"{other.url}/?token={call.query['token']}"})
        with pytest.raises(Unreachable, match="another host") as stopped:
            list(http.pages("product"))
        assert other.calls == []
        assert "canary" not in str(stopped.value)


def test_a_redirect_to_where_others_read_along_is_not_followed() -> None:
    with called(CommerceEngine()) as (fake, http):
        fake.instead = lambda call: (302, b"", {"Location": "http://shop.example/products"})
        with pytest.raises(Unreachable, match="not safe"):
            list(http.pages("product"))


@pytest.mark.parametrize("target", ["http://127.0.0.1:9/", "https://localhost/", "http://[::1]:9/"])
def test_a_store_elsewhere_leads_nobody_to_this_machine(target: str) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        assert request.url.host == "shop.example"
        return httpx2.Response(302, headers={"Location": target})

    client = httpx2.Client(transport=httpx2.MockTransport(answer))
    http = Http(endpoints("axim"), "https://shop.example", environment=Axim.environment, client=client)
    with pytest.raises(Unreachable, match="not safe"):
        list(http.pages("product"))
    http.close()
    # a client that was given is the giver's own
    assert not client.is_closed
    client.close()


def test_redirects_end() -> None:
    with called(CommerceEngine()) as (fake, http):
        fake.instead = lambda call: (302, b"", {"Location": call.path})
        with pytest.raises(Unreachable, match="circles"):
            list(http.pages("product"))
        assert len(fake.calls) == 6


@pytest.mark.parametrize(("status", "outcome"), [(301, REFUSED), (302, UNKNOWN), (303, UNKNOWN), (307, REFUSED)])
def test_a_write_is_never_redirected(status: int, outcome: Outcome) -> None:
    with running(CommerceEngine()) as other, called(CommerceEngine()) as (fake, http):
        fake.instead = lambda call: (status, b"", {"Location": f"{other.url}/catalog/products"})
        assert http.create("product", {"sku": "D-1"}, "1").outcome is outcome
        assert http.delete("product", "1").outcome is outcome
        assert other.calls == []


# -- seals ------------------------------------------------------------------------------------------------------


@cache
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def signed(data: bytes) -> bytes:
    return private_key().sign(data, PKCS1v15(), hashes.SHA256())


def public_key(key: rsa.RSAPrivateKey | None = None) -> str:
    public = (key or private_key()).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def forge(reply: dict[str, Any]) -> None:
    reply["response"]["code"] = 650


def unseal(reply: dict[str, Any]) -> None:
    del reply["response_base64"]


def scramble(reply: dict[str, Any]) -> None:
    reply["response_base64"] = "bm8ganNvbg=="


@pytest.mark.parametrize("forged", [forge, unseal, scramble])
def test_a_reply_that_does_not_say_what_is_sealed_is_not_believed(forged: Any) -> None:
    platform = Keevault()
    with called(platform) as (fake, http):
        fake.objects = lambda kind, body: {"name": ["is not liked"]}
        platform.forged = forged
        answer = http.create("product", product("keevault"), "1")
        assert (answer.outcome, answer.code) == (UNKNOWN, "sealed")
        with pytest.raises(Unreachable):
            list(http.pages("product"))


@pytest.mark.parametrize("written", ["pem", "escaped"])
def test_a_signature_is_checked_where_there_is_a_key(written: str) -> None:
    platform = Keevault(signed)
    with running(platform) as fake:
        key = public_key().replace("\n", "\\n") if written == "escaped" else public_key()
        with side(fake, environment={**fake.environment, "KEEVAULT_PUBLIC_KEY": key}) as http:
            assert http.create("product", product("keevault"), "1").outcome is DONE
            platform.sign = lambda data: signed(data + b" ")
            answer = http.create("product", product("keevault", name="Other", external_reference="7"), "2")
            assert (answer.outcome, answer.code, answer.detail) == (UNKNOWN, "sealed", "the signature is not right")


def test_what_was_sealed_may_have_been_signed_as_text_too() -> None:
    platform = Keevault(lambda told: signed(base64.b64decode(told)))
    environment = {**Keevault.environment, "KEEVAULT_PUBLIC_KEY": public_key()}
    with running(platform) as fake, side(fake, environment=environment) as http:
        assert http.create("product", product("keevault"), "1").outcome is DONE


def test_what_is_no_key_is_refused_at_once() -> None:
    with pytest.raises(UsageError, match="PEM"):
        Http(
            endpoints("keevault"),
            "http://127.0.0.1:9",
            environment={**Keevault.environment, "KEEVAULT_PUBLIC_KEY": "no key"},
        )


# -- steps, and what belongs to the call -------------------------------------------------------------------------


def test_a_draft_that_got_no_content_gets_that_of_the_next_thing() -> None:
    with called(Prosperna()) as (fake, http):
        fake.fail("update", "422", "429")
        fake.asks = 0.05
        first = http.create("product", product("prosperna"), "1")
        assert (first.outcome, first.id) == (REFUSED, None)
        second = http.create("product", product("prosperna"), "2")
        assert (second.outcome, second.id) == (BUSY, None)
        third = http.create("product", product("prosperna"), "3")
        assert third.outcome is DONE
        assert [*fake.things["product"]] == [third.id]
        assert fake.count("create") == 1


def test_a_draft_that_may_have_got_its_content_is_named() -> None:
    with called(Prosperna(), seconds=0.4, timeout=0.2) as (fake, http):
        fake.fail("update", "+timeout")
        answer = http.create("product", product("prosperna"), "1")
        assert (answer.outcome, answer.id) == (UNKNOWN, next(iter(fake.things["product"])))
        other = http.create("product", product("prosperna", product_specification={"slug": "other"}), "2")
        assert (other.outcome, other.id) == (DONE, [*fake.things["product"]][1])


def test_a_draft_without_content_is_deleted_at_the_end() -> None:
    with running(Prosperna()) as fake:
        with side(fake) as http:
            fake.fail("update", "422")
            http.create("product", product("prosperna"), "1")
            assert len(fake.blanks()) == 1
        assert fake.blanks() == []


def test_a_draft_that_somebody_has_deleted_is_not_offered_again() -> None:
    with called(Prosperna()) as (fake, http):
        fake.fail("update", "422")
        http.create("product", product("prosperna"), "1")
        fake.remove("product", fake.blanks()[0])
        assert http.create("product", product("prosperna"), "2").outcome is REFUSED
        assert http.create("product", product("prosperna"), "3").outcome is DONE


def test_images_are_new_when_a_product_is_made_and_stay_when_it_is_updated() -> None:
    with called(Prosperna()) as (fake, http):
        payload = product("prosperna")
        for image in payload["product_specification"]["images"]:
            del image["image_action"]
        made = http.create("product", payload, "1")
        images = fake.written("product")[0]["product_specification"]["images"]
        assert [image["image_action"] for image in images] == ["new"]
        assert http.update("product", made.id or "", payload, "2").outcome is DONE
        assert fake.written("product")[0]["product_specification"]["images"] == images
        # what is sent is a copy
        assert "image_action" not in payload["product_specification"]["images"][0]


def test_a_form_has_a_field_for_each_value() -> None:
    body = {
        "name": "Öl & Essig",
        "options": [{"label": "S", "on": True}, {"label": "M", "on": False}],
        "price": Decimal("12.50"),
        "none": None,
        "empty": [],
        "nothing": {},
        "text": "",
    }
    assert form_bytes(body) == (
        b"name=%C3%96l+%26+Essig&options%5B0%5D%5Blabel%5D=S&options%5B0%5D%5Bon%5D=1&options%5B1%5D%5Blabel%5D=M"
        b"&options%5B1%5D%5Bon%5D=0&price=12.50&none=&empty=&nothing=&text="
    )


# -- secrets ----------------------------------------------------------------------------------------------------


def everything_said(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)) + repr(error) + repr(error.__context__) + repr(error.__cause__)


@each_platform
def test_no_secret_is_said_logged_or_shown(platform: type[Platform], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shown: list[str] = []
    with called(platform(), seconds=0.3, timeout=0.2) as (fake, http):
        shown.append(repr(http))

        def echo(call: Call) -> tuple[int, Any, dict[str, str]] | None:
            """Say everything that came, as badly written servers do."""
            if call.verb == "login":
                return None
            said = f"{call.path} {call.query} {call.headers} {call.content!r}"
            errors = {said: [said]}
            response = {"code": 651, "message": said, "errors": errors}
            body = {"message": said, "error": True, "errors": errors, "response": response}
            return 400, body, {"X-Seen": call.query.get("token", "") + call.headers.get("authorization", "")}

        answers: list[Answer] = []
        for fault in ("-", "500", "drop", "timeout", "401", "html-200"):
            fake.fail("create", fault)
            fake.fail("update", fault)
            answers.append(http.create("product", product(platform.format), "1"))
            answers.append(http.update("product", "1", product(platform.format), "1"))
        fake.instead = echo
        answers.append(http.create("product", product(platform.format), "2"))
        answers.append(http.delete("product", "1"))
        assert answers[-2].outcome is REFUSED
        with pytest.raises(Unreachable) as stopped:
            list(http.pages("product"))
        shown.append(everything_said(stopped.value))
        for answer in answers:
            shown.append(f"{answer!r} {answer.code} {answer.detail} {answer.errors} {answer.id}")
    shown += [f"{record.getMessage()} {record.args}" for record in caplog.records]
    assert any(record.name == "catalens.migrate.exchange" for record in caplog.records)
    assert any(record.name == "httpx2" for record in caplog.records)
    for text in shown:
        assert "canary" not in text


def test_a_login_that_repeats_what_it_was_sent_gives_nothing_away() -> None:
    with running(WebCommander()) as fake:
        wrong = {**fake.environment, "WEBCOMMANDER_CLIENT_ID": "canary-other"}
        with side(fake, environment=wrong) as http:
            answer = http.create("product", {}, "1")
            assert answer.outcome is DENIED
            assert "canary" not in f"{answer.detail} {answer.code} {answer.errors}"


def test_what_goes_to_this_machine_goes_through_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with running(Keevault()) as proxy, running(CommerceEngine()) as fake:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "")
        with side(fake) as http:
            assert http.create("product", {"sku": "D-1"}, "1").outcome is DONE
        assert proxy.calls == []


# -- what is wrong before anything is called -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("library", "extra"), [("httpx2", "migrate"), ("pyrate_limiter", "migrate"), ("cryptography", "signatures")]
)
def test_a_library_that_is_not_installed_is_an_extra(
    library: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {**Keevault.environment, "KEEVAULT_PUBLIC_KEY": public_key()}
    for name in [name for name in sys.modules if name.split(".")[0] == library]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtra, match=rf"catalens\[{extra}\]"):
        Http(endpoints("keevault"), "http://127.0.0.1:9", environment=environment, pace=5)


def test_variables_that_are_missing_are_named() -> None:
    told = endpoints("webcommander")
    needed = [*WebCommander.environment]
    assert missing_variables(told, {}) == needed
    assert missing_variables(told, {**WebCommander.environment, needed[1]: ""}) == [needed[1]]
    assert missing_variables(endpoints("keevault"), Keevault.environment) == []
    with pytest.raises(UsageError, match="WEBCOMMANDER_CLIENT_SECRET"):
        Http(told, "http://127.0.0.1:9", environment={})


def test_a_variable_with_a_line_break_is_refused_and_not_shown() -> None:
    with pytest.raises(UsageError, match="AXIM_ACCESS_TOKEN holds a character") as refused:
        Http(endpoints("axim"), "http://127.0.0.1:9", environment={"AXIM_ACCESS_TOKEN": "canary\n"})
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example",
        "ftp://shop.example",
        "shop.example",
        "https://me:pass@shop.example",
        "https://shop.example?token=1",
        "http://127.0.0.1.example",
        "https://[::1",
        "https://shop.example:port",
    ],
)
def test_an_address_that_is_not_safe_or_none_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        Http(endpoints("axim"), url, environment=Axim.environment)


@pytest.mark.parametrize("url", ["https://shop.example/", "http://localhost:1", "http://[::1]:1", "http://127.1.2.3"])
def test_https_and_this_machine_are_safe(url: str) -> None:
    Http(endpoints("axim"), url, environment=Axim.environment).close()


def test_another_address_is_taken_where_that_is_meant() -> None:
    Http(endpoints("axim"), "http://shop.example", environment=Axim.environment, insecure=True).close()
