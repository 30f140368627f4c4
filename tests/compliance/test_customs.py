"""Codes of customs: which row counts depends on the country of whoever reads."""

from __future__ import annotations

from typing import Any

from catalens import translate
from tests.compliance.facts import CONDITION, assert_same, assumed, validate_all


def axim(*rows: tuple[str | None, str]) -> dict[str, Any]:
    said = [{"country": country, "code": code} if country else {"code": code} for country, code in rows]
    return {"customs": {"hsCodes": said}}


def test_the_code_of_the_targets_country_arrives() -> None:
    losses = {f"/customs/hsCodes/0/{name}": CONDITION for name in ("country", "code")}
    payload = axim(("US", "6205.20"), ("IN", "62052000"))
    expected = {"commerce-engine": ({"hsn_code": "62052000"}, losses)}
    done = validate_all("axim", payload, expected)["commerce-engine"]
    assert assumed(done)["country"] == ["IN"]
    expected = {"commerce-engine": ({"hsn_code": "6205.20"}, {one.replace("0", "1"): CONDITION for one in losses})}
    validate_all("axim", payload, expected, assume={"target.country": "US"})


def test_else_one_that_holds_in_all_countries_arrives() -> None:
    losses = {f"/customs/hsCodes/1/{name}": CONDITION for name in ("country", "code")}
    expected = {"commerce-engine": ({"hsn_code": "1"}, losses)}
    validate_all("axim", axim((None, "1"), ("US", "2")), expected)


def test_else_none_does() -> None:
    losses = {f"/customs/hsCodes/0/{name}": CONDITION for name in ("country", "code")}
    validate_all("axim", axim(("US", "6205.20")), {"commerce-engine": ({}, losses)})


def test_the_country_is_written_on_the_way_back() -> None:
    expected = {"axim": (axim(("IN", "62052000")), {})}
    done = validate_all("commerce-engine", {"hsn_code": "62052000"}, expected)["axim"]
    origins = {one["target"]: one["origin"] for one in done.report.origins}
    assert origins["/customs/hsCodes/0/country"] == "constant"


def test_codes_of_other_countries_come_back_from_the_sidecar() -> None:
    payload = axim(("US", "6205.20"), ("IN", "62052000"))
    there = translate(payload, "axim", "commerce-engine")
    back = translate({"hsn_code": "62052090"}, "commerce-engine", "axim", restore=there.sidecar)
    assert_same(back.payload, axim(("US", "6205.20"), ("IN", "62052090")))
