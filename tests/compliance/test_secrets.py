"""Secrets: a credential goes nowhere at all, a password goes with its product and is never shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalens import CatalensError, InvalidPayload, translate
from catalens.render.report import render_report, summary
from tests.compliance.facts import arrived, at, codes, lost
from tests.pairs import PROFILES

KEY, ADDRESS, PASSWORD = "7b1e0d52-SECRET", "ADDRESS-77", "hunter2-SECRET"
FORMS = ("text", "json", "markdown", "html")

LICENCE = {"api_key": KEY, "product_id": ADDRESS, "name": "Backup Agent Pro", "status": "active"}


def everything_said(done: Any) -> str:
    """Return all that a translation says of itself, in each form."""
    report = done.report
    forms = [render_report(report, form).decode() for form in FORMS]  # type: ignore[arg-type]
    losses = [str(done.losses), str(report.assumptions), repr(report), *summary(report)]
    return "\n".join([*forms, *losses])


# -- credentials ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", [*PROFILES, "hub/write"])
def test_a_credential_is_withheld_from_everyone(target: str) -> None:
    done = translate(LICENCE, "keevault", target)
    assert codes(done)["/api_key"] == "withheld.credential"
    for text in (json.dumps(done.payload), json.dumps(done.sidecar), everything_said(done)):
        assert KEY not in text


@pytest.mark.parametrize("target", [one for one in PROFILES if not one.startswith("keevault")])
def test_the_calls_address_is_no_product_data(target: str) -> None:
    done = translate(LICENCE, "keevault", target)
    assert codes(done)["/product_id"] == "withheld.address"
    for text in (json.dumps(done.payload), json.dumps(done.sidecar), everything_said(done)):
        assert ADDRESS not in text


@pytest.mark.parametrize("how", [{"park": True}, {"mode": "create"}])
def test_no_option_lets_a_credential_out(how: dict[str, Any]) -> None:
    for target in ("axim", "commerce-engine", "webcommander", "hub/write"):
        done = translate(LICENCE, "keevault", target, **how)
        assert KEY not in json.dumps([done.payload, done.sidecar]) + everything_said(done)


def test_withholding_is_no_loss() -> None:
    done = translate({"api_key": KEY, "product_id": ADDRESS, "name": "Agent"}, "keevault", "axim")
    assert lost(done) == {"/api_key": "withheld.credential", "/product_id": "withheld.address"}
    assert done.report.lossless is True
    assert done.report.counts["withheld"] == 2


def test_a_credential_does_not_come_back() -> None:
    there = translate(LICENCE, "keevault", "axim")
    back = translate(there.payload, "axim", "keevault", restore=there.sidecar)
    assert KEY not in json.dumps(back.payload)
    assert "api_key" not in back.payload


@pytest.mark.parametrize("value", [KEY.encode(), [KEY], {"inner": KEY}, 1234567890, float("nan")])
def test_no_error_tells_a_credential(value: Any) -> None:
    with pytest.raises(InvalidPayload) as caught:
        translate({"api_key": value}, "keevault", "axim")
    assert caught.value.errors[0].pointer.startswith("/api_key")
    for part in (KEY, "1234567890"):
        assert part not in str(caught.value) + repr(caught.value) + repr(caught.value.errors)


def test_no_error_tells_the_calls_address() -> None:
    with pytest.raises(InvalidPayload) as caught:
        translate({"product_id": 987654321}, "keevault", "axim")
    assert "987654321" not in str(caught.value)


def test_a_sidecar_of_another_translation_does_not_tell_its_secrets() -> None:
    there = translate({"password": PASSWORD, "name": "Lamp"}, "webcommander", "axim")
    with pytest.raises(CatalensError) as caught:
        translate({"name": "Lamp"}, "commerce-engine", "webcommander", restore=there.sidecar)
    assert PASSWORD not in str(caught.value)


# -- the password of a page -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "payload"),
    [
        ("webcommander/write", {"name": "Lamp", "password": PASSWORD}),
        ("webcommander/read", {"product": {"name": "Lamp", "password": PASSWORD}}),
    ],
)
@pytest.mark.parametrize("target", PROFILES)
def test_a_password_is_never_shown(source: str, payload: Any, target: str) -> None:
    assert PASSWORD not in everything_said(translate(payload, source, target))


def test_a_password_is_shown_as_stars() -> None:
    done = translate({"password": PASSWORD}, "webcommander", "axim")
    assert [done.report.shown(one) for one in done.report.fates] == ["***"]
    assert "***" in render_report(done.report, "html").decode()


@pytest.mark.parametrize("pair", [("webcommander", "webcommander/read"), ("webcommander/read", "webcommander")])
def test_a_password_goes_with_its_product(pair: tuple[str, str]) -> None:
    source, target = pair
    payload: Any = {"password": PASSWORD}
    done = translate(payload if source == "webcommander" else {"product": payload}, source, target)
    assert at(arrived(done), "/password") == PASSWORD
    assert lost(done) == {}


@pytest.mark.parametrize("target", ["axim", "commerce-engine", "prosperna", "keevault"])
def test_a_password_has_no_place_elsewhere(target: str) -> None:
    done = translate({"password": PASSWORD}, "webcommander", target)
    assert lost(done) == {"/password": "dropped.no_counterpart"}
    assert PASSWORD not in json.dumps(done.payload)


@pytest.mark.parametrize("value", [1234567890, [PASSWORD], {"inner": PASSWORD}, True])
def test_no_error_tells_a_password(value: Any) -> None:
    for source, payload in (
        ("webcommander", {"password": value}),
        ("webcommander/read", {"product": {"password": value}}),
    ):
        with pytest.raises(InvalidPayload) as caught:
            translate(payload, source, "axim")
        for part in (PASSWORD, "1234567890"):
            assert part not in str(caught.value) + repr(caught.value.errors)


# -- blobs ----------------------------------------------------------------------------------------------------


def test_content_is_shown_as_size_and_digest() -> None:
    content = "iVBORw0KGgo" + "A" * 5001
    payload = {"product_specification": {"images": [{"image": content, "file_name": "a.png"}]}}
    done = translate(payload, "prosperna", "keevault")
    (shown,) = [done.report.shown(one) for one in done.report.fates if one.source[-1] == "image"]
    assert "5012" in shown
    assert "sha256" in shown
    assert "A" * 100 not in everything_said(done)
