"""What becomes of links, for targets that take content: pictures, or the reason why there is none."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stamina

from catalens.codecs.scalars import Base64
from catalens.migrate.addresses import is_public
from catalens.migrate.pictures import Picture, Pictures
from tests.migrate.fakes import Axim, Call, Fake, running

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
CONTENT = {
    "image/png": PNG,
    "image/jpeg": b"\xff\xd8\xff\xe0 jpeg",
    "image/gif": b"GIF89a gif",
    "image/webp": b"RIFF\x10\0\0\0WEBPVP8 ",
    "image/avif": b"\0\0\0\x20ftypavif\0\0",
    "application/pdf": b"%PDF-1.7\n",
}


@pytest.fixture(autouse=True)
def retries_at_once() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
def store() -> Iterator[Fake]:
    with running(Axim()) as fake:
        yield fake


def says(fake: Fake, content: bytes, type: str | None, status: int = 200, **headers: str) -> None:
    told = {} if type is None else {"Content-Type": type}
    fake.instead = lambda call: (status, content, {**told, **headers})


def fetched(fake: Fake, path: str = "/a.png", **options: Any) -> Picture:
    pictures = Pictures(**{"own": ["127.0.0.1"], "timeout": 5.0, **options})
    try:
        return pictures.fetch(path if "://" in path else fake.url + path)
    finally:
        pictures.close()


@pytest.mark.parametrize("type", CONTENT)
def test_content_arrives_whole_with_its_type(store: Fake, type: str) -> None:
    says(store, CONTENT[type], type)
    found = fetched(store)
    encoded = base64.b64encode(CONTENT[type]).decode()
    assert found == Picture(store.url + "/a.png", f"data:{type};base64,{encoded}", type, len(CONTENT[type]))
    # and is what the codec for content takes
    assert Base64().to_wire(found.uri) == encoded


@pytest.mark.parametrize("declared", [None, "application/octet-stream", "image/jpeg", "IMAGE/PNG; charset=binary"])
def test_what_content_is_counts_more_than_what_it_is_called(store: Fake, declared: str | None) -> None:
    says(store, PNG, declared or "")
    assert fetched(store).type == "image/png"


@pytest.mark.parametrize(
    ("content", "declared", "code"),
    [
        (b"<html>Log in, please</html>", "text/html", "type"),
        (b"<html>Log in, please</html>", "image/png", "type"),
        (PNG, "text/html", "type"),
        (PNG, "application/pdf", "type"),
        (CONTENT["application/pdf"], "image/png", "type"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "image/webp", "type"),
        (b"", "image/png", "empty"),
    ],
)
def test_what_is_no_picture_is_said_so(store: Fake, content: bytes, declared: str, code: str) -> None:
    says(store, content, declared)
    found = fetched(store)
    assert (found.uri, found.code) == (None, code)


@pytest.mark.parametrize("status", [204, 401, 403, 404, 410, 500])
def test_a_status_that_is_not_good_is_the_reason(store: Fake, status: int) -> None:
    says(store, b"" if status == 204 else b"<html>", "text/html", status)
    found = fetched(store)
    assert (found.uri, found.code) == (None, str(status))
    assert len(store.calls) == (3 if status == 500 else 1)


def test_what_fails_once_is_asked_for_again(store: Fake) -> None:
    store.instead = lambda call: (
        (503, b"", {}) if len(store.calls) == 1 else (200, PNG, {"Content-Type": "image/png"})
    )
    assert fetched(store).type == "image/png"


@pytest.mark.parametrize("told", [True, False])
def test_what_is_too_large_is_not_read(store: Fake, told: bool) -> None:
    content = PNG + bytes(20_000_000)
    says(store, content, "image/png", **({} if told else {"Content-Length": "", "Connection": "close"}))
    found = fetched(store, most=8e6)
    assert (found.uri, found.code) == (None, "too-large")
    assert "8,000,000" in found.detail


def test_what_is_packed_is_not_unpacked(store: Fake) -> None:
    says(store, b"\x1f\x8b" + PNG, "image/png", **{"Content-Encoding": "gzip"})
    assert fetched(store).code == "type"
    assert store.calls[0].headers["accept-encoding"] == "identity"


def test_what_takes_too_long_is_given_up(store: Fake) -> None:
    def late(call: Call) -> tuple[int, Any, dict[str, str]]:
        time.sleep(0.4)
        return 200, PNG, {}

    store.instead = late
    assert fetched(store, timeout=0.1).code == "timeout"


def test_nobody_listening_is_the_reason() -> None:
    with running(Axim()) as fake:
        url = fake.url
    assert fetched(fake, url + "/a.png").code == "unreachable"


@pytest.mark.parametrize(
    "link",
    [
        "",
        "/a.png",
        "ftp://shop.example/a.png",
        "file:///etc/passwd",
        "http://",
        "http://[::1",
        "http://a:b/",
        "http://a\0b/",
    ],
)
def test_what_is_no_address_of_http_is_said_so(store: Fake, link: str) -> None:
    pictures = Pictures()
    assert pictures.fetch(link).code == "address"
    pictures.close()


def test_how_large_it_is_can_be_asked_without_reading_it(store: Fake) -> None:
    says(store, PNG, "image/png")
    pictures = Pictures(own=["127.0.0.1"])
    assert pictures.measure(store.url + "/a.png") == Picture(store.url + "/a.png", size=len(PNG))
    assert store.calls[0].method == "HEAD"
    says(store, PNG + bytes(9_000_000), "image/png")
    assert pictures.measure(store.url + "/a.png").code == "too-large"
    says(store, b"", None, 404)
    assert pictures.measure(store.url + "/a.png").code == "404"
    pictures.close()


# -- nothing leads inside -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
        ),
        *("::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "ff02::1", "::"),
        *("240.0.0.1", "255.255.255.255", "192.0.2.1", "64:ff9b::7f00:1"),
    ],
)
def test_addresses_inside_of_networks_are_known(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946"])
def test_addresses_outside_are_known(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"])
def test_a_link_into_this_machine_is_not_followed(store: Fake, host: str) -> None:
    says(store, PNG, "image/png")
    found = fetched(store, store.url.replace("127.0.0.1", host) + "/a.png", own=[])
    assert found.code in ("private", "unreachable")
    assert store.calls == []


def test_a_name_that_stands_for_an_address_inside_is_not_followed(store: Fake) -> None:
    says(store, PNG, "image/png")
    port = store.url.rpartition(":")[2]
    found = fetched(store, f"http://cdn.example:{port}/a.png", resolve=lambda host, port: ["127.0.0.1"])
    assert (found.code, store.calls) == ("private", [])


def test_a_private_network_is_called_where_that_is_meant(store: Fake) -> None:
    says(store, PNG, "image/png")
    port = store.url.rpartition(":")[2]
    found = fetched(
        store, f"http://cdn.example:{port}/a.png", own=[], private=True, resolve=lambda host, port: ["127.0.0.1"]
    )
    assert found.type == "image/png"
    assert store.calls[0].headers["host"] == f"cdn.example:{port}"


def test_a_host_is_looked_up_once_and_connected_to_as_it_was_checked(store: Fake) -> None:
    """Who answers another address the second time gets nothing by it."""
    says(store, PNG, "image/png")
    port = store.url.rpartition(":")[2]
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    found = fetched(
        store, f"http://cdn.example:{port}/a.png", own=["cdn.example"], resolve=lambda host, port: next(answers)
    )
    assert found.type == "image/png"
    assert next(answers) == ["10.0.0.1"]


def test_of_several_addresses_only_those_outside_are_called() -> None:
    pictures = Pictures(resolve=lambda host, port: ["10.0.0.1", "93.184.216.34"])
    assert pictures._address("cdn.example", 80) == "93.184.216.34"
    pictures.close()


@pytest.mark.parametrize(
    "target", ["http://127.0.0.2:9/a.png", "http://169.254.169.254/latest/meta-data", "file:///etc/passwd"]
)
def test_a_redirect_leads_nowhere_inside_either(store: Fake, target: str) -> None:
    says(store, b"", None, 302, Location=target)
    assert fetched(store).code in ("private", "address")
    assert len(store.calls) == 1


def test_a_redirect_is_followed_and_circles_are_left(store: Fake) -> None:
    store.instead = lambda call: (
        (302, b"", {"Location": "/b.png"}) if call.path == "/a.png" else (200, PNG, {"Content-Type": "image/png"})
    )
    assert fetched(store).type == "image/png"
    store.instead = lambda call: (302, b"", {"Location": call.path})
    assert fetched(store).code == "redirects"


def test_no_credentials_and_no_cookies_go_along(store: Fake) -> None:
    says(store, PNG, "image/png", **{"Set-Cookie": "a=b"})
    fetched(store, store.url.replace("://", "://me:secret@") + "/a.png")
    assert "authorization" not in store.calls[0].headers


def test_from_one_host_one_at_a_time_is_downloaded(store: Fake) -> None:
    running_now, most = [], []
    lock = threading.Lock()

    def slow(call: Call) -> tuple[int, Any, dict[str, str]]:
        with lock:
            running_now.append(call)
            most.append(len(running_now))
        time.sleep(0.06)
        with lock:
            running_now.remove(call)
        return 200, PNG, {"Content-Type": "image/png"}

    store.instead = slow
    # who waits for his turn is not late
    pictures = Pictures(own=["127.0.0.1"], timeout=0.6)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: pictures.fetch(f"{store.url}/{number}.png"), range(16)))
    pictures.close()
    assert {one.type for one in found} == {"image/png"}
    assert max(most) == 1
