"""The fakes themselves: what they show is what the platforms show, and what they count is what happened."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx2
import pytest

from catalens import Translator
from catalens.formats import registry
from tests.migrate.fakes import PLATFORMS, Axim, CommerceEngine, Fake, Keevault, Platform, Prosperna, running
from tests.migrate.sides import product

each_platform = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda one: one.format)


def asked(fake: Fake, method: str, path: str, **more: Any) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {next(iter(fake.environment.values()))}"}
    return httpx2.request(method, fake.url + path, headers=headers, trust_env=False, **more)


def test_there_is_a_fake_for_every_platform() -> None:
    assert sorted(one.format for one in PLATFORMS) == registry().names()


@each_platform
def test_what_a_fake_shows_is_what_the_platform_shows(platform: type[Platform]) -> None:
    with running(platform()) as fake:
        fake.put("product", product(platform.format))
        (item,) = fake.items("product")
    back = Translator(f"{platform.format}/read", platform.format)(item)
    report = back.report.to_dict()
    assert report["verdicts"]["valid_in"]
    assert "dropped.unknown_field" not in {leaf["code"] for leaf in report["leaves"]}


@each_platform
def test_what_came_back_is_what_was_written_but_for_what_the_answers_lack(platform: type[Platform]) -> None:
    """Content of images comes back as a link, and some answers have less than was sent."""
    sent = product(platform.format)
    with running(platform()) as fake:
        fake.put("product", sent)
        (item,) = fake.items("product")
    back = Translator(f"{platform.format}/read", platform.format).convert(item)
    told = json.loads(json.dumps(back, default=str))
    kept = [name for name in told if told[name] == sent.get(name)]
    assert len(kept) >= len(told) * 2 / 3, {name: (told[name], sent.get(name)) for name in told if name not in kept}


def test_calls_inside_the_window_are_counted() -> None:
    with running(CommerceEngine(), asks=0.5) as fake:
        fake.fail("list", "429")
        reply = asked(fake, "GET", "/catalog/products")
        assert (reply.status_code, reply.headers["Retry-After"]) == (429, "0.5")
        time.sleep(0.1)
        assert asked(fake, "GET", "/catalog/products").status_code == 200
        assert fake.inside_window == 1
        time.sleep(0.5)
        assert asked(fake, "GET", "/catalog/products").status_code == 200
        assert fake.inside_window == 1


def test_a_fault_before_the_commit_does_nothing_and_one_after_it_does_all() -> None:
    with running(CommerceEngine()) as fake:
        fake.fail("create", "500", "+500", "-")
        for number in range(3):
            asked(fake, "POST", "/catalog/products", json={"sku": f"D-{number}"})
        assert [one["sku"] for one in fake.written("product")] == ["D-1", "D-2"]
        fake.fail("create", "+drop")
        with pytest.raises(httpx2.RemoteProtocolError):
            asked(fake, "POST", "/catalog/products", json={"sku": "D-3"})
        assert len(fake.written("product")) == 3


def test_faults_by_chance_are_the_same_each_time_and_of_both_kinds() -> None:
    with running(CommerceEngine()) as fake:
        fake.faults.rate = 0.2
        drawn = [fake.faults.next("create") for _ in range(500)]
        assert 60 < sum(one is not None for one in drawn) < 140
        after = sum(one is not None and one.startswith("+") for one in drawn)
        assert 20 < after < 80
        assert [fake.faults.next("list") for _ in range(50)] == [None] * 50


@pytest.mark.parametrize("unique", [True, False])
def test_a_key_is_refused_twice_or_is_not(unique: bool) -> None:
    with running(CommerceEngine(), unique=unique) as fake:
        codes = [asked(fake, "POST", "/catalog/products", json={"sku": "D-1"}).status_code for _ in range(2)]
        assert codes == [200, 409 if unique else 200]


def test_identifiers_of_nothing_that_is_here_are_written_down() -> None:
    with running(CommerceEngine()) as fake:
        (known,) = fake.put("category", {"name": "Desks"})
        asked(fake, "POST", "/catalog/products", json={"sku": "D-1", "categories": [known, "65b0d13f"]})
        assert fake.foreign == [("category", "65b0d13f")]


def test_a_draft_is_known_until_it_has_content() -> None:
    with running(Prosperna()) as fake:
        token = {"token": fake.environment["PROSPERNA_TOKEN"]}
        made = asked(fake, "POST", "/v1/products/pre-create", params={**token, "product_type": "physical"})
        assert (made.status_code, made.json()["statusCode"]) == (201, 201)
        id = made.json()["data"]["id"]
        assert fake.blanks() == [id]
        asked(fake, "PUT", f"/v1/products/{id}", params=token, json={"product_specification": {"name": "Vinegar"}})
        assert fake.blanks() == []


def test_replies_are_sealed_as_the_vendor_prints_them() -> None:
    """Slashes are escaped in what is sealed, and are none in the values."""
    with running(Keevault()) as fake:
        fake.put("product", {"name": "A/B"})
        reply = asked(fake, "GET", "/api/v1/get-all-products")
        assert reply.json()["response"]["code"] == 810
        assert reply.json()["response"]["products"][0]["name"] == "A/B"
        vendors = {"code": 650, "message": "Product updated", "timestamp": 1709003049}
        sealed = fake.platform._sealed(650, "Product updated")  # type: ignore[attr-defined]
        assert sealed["response"] == vendors
        assert sealed["response_base64"] == (
            "eyJjb2RlIjo2NTAsIm1lc3NhZ2UiOiJQcm9kdWN0IHVwZGF0ZWQiLCJ0aW1lc3RhbXAiOjE3MDkwMDMwNDl9"
        )


def test_a_page_may_shift_while_a_list_is_read() -> None:
    with running(Axim()) as fake:
        fake.put("product", *[{"sku": f"D-{number}"} for number in range(3)])
        fake.before_page = lambda fake, kind, page: fake.put(kind, {"sku": f"new {page}"}) and None
        headers = {"accessToken": "Bearer " + fake.environment["AXIM_ACCESS_TOKEN"]}
        reply = httpx2.get(f"{fake.url}/products?limit=50", headers=headers, trust_env=False)
        assert [one["sku"] for one in reply.json()["data"]] == ["D-0", "D-1", "D-2", "new 1"]
