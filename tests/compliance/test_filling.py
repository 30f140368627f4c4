"""What a target needs and nobody has: the caller's own values, only where nothing is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalens import Translator, UsageError, translate
from tests.compliance.facts import assert_balanced, assert_same

LAMP = {"name": "Lamp"}
FILL = {"source": "internal", "require_non_expired": "1"}


def test_a_value_stands_where_the_output_has_nothing() -> None:
    done = translate(LAMP, "axim", "keevault", mode="create", fill=FILL)
    assert_same(done.payload, {"name": "Lamp", **FILL})
    assert {one["target"]: one["origin"] for one in done.report.to_dict()["origins"]} == {
        "/name": "source",
        "/source": "context",
        "/require_non_expired": "context",
    }
    assert_balanced(LAMP, done)
    assert [one["target"] for one in done.missing] == ["/description", "/status"]
    assert done.missing == done.report.missing


@pytest.mark.parametrize("mode", ["update", "create"])
def test_what_is_there_stays(mode: str) -> None:
    done = translate(LAMP, "axim", "keevault", mode=mode, fill={"name": "Nothing"})
    assert_same(done.payload, LAMP)
    assert [one["origin"] for one in done.report.to_dict()["origins"]] == ["source"]


def test_null_is_there_too() -> None:
    done = translate({"name": None}, "axim", "commerce-engine", fill={"name": "Nothing"})
    assert_same(done.payload, {"name": None})


def test_a_documented_default_gives_way() -> None:
    translator = Translator("webcommander/write", "axim/write", mode="create")
    defaults = [
        one["target"]
        for one in translator(LAMP).report.to_dict()["origins"]
        if one["origin"] == "default" and one["target"].count("/") == 1
    ]
    for at in defaults:
        name, before = at[1:], translator(LAMP).payload[at[1:]]
        other = not before if isinstance(before, bool) else before
        filled = Translator("webcommander/write", "axim/write", mode="create", fill={name: other})
        done, [line] = filled(LAMP), filled.lines([json.dumps(LAMP)])
        assert (done.payload[name], json.loads(line.output or b"")[name]) == (other, other)
        assert {"target": at, "origin": "context", "sources": []} in done.report.to_dict()["origins"]
        assert_balanced(LAMP, done)


def test_a_value_may_stand_deep_and_be_a_list() -> None:
    fill = {
        "product_state.is_hide_stock": False,
        "product_categories[]": ["63e4f6c4bf61b3a5047d9daf"],
        "product_specification.images": [{"image": "AAAA", "file_name": "a.png"}],
    }
    done = translate(LAMP, "axim", "prosperna", mode="create", fill=fill)
    assert_same(
        done.payload,
        {
            "product_specification": {"name": "Lamp", "images": [{"image": "AAAA", "file_name": "a.png"}]},
            "product_state": {"is_hide_stock": False},
            "product_categories": ["63e4f6c4bf61b3a5047d9daf"],
        },
    )
    assert_balanced(LAMP, done)


@pytest.mark.parametrize("payload", [{}, {"mediaGallery": []}, {"brand": "b"}])
def test_an_output_of_nothing_is_filled_and_balanced(payload: Any) -> None:
    done = translate(payload, "axim/write", "keevault", fill=FILL)
    assert_same(done.payload, FILL)
    assert_balanced(payload, done)
    told = {leaf["source"] for leaf in done.report.to_dict()["leaves"] if leaf["fate"] == "dropped"}
    assert told == {"".join(f"/{part}" for part in loss.pointer) for loss in done.losses}


@pytest.mark.parametrize("source", ["axim/write", "webcommander/read", "keevault/write", "hub/write"])
def test_lines_are_filled_as_calls_are(source: str) -> None:
    payload: dict[str, Any] = {"title": "Lamp"} if source.startswith("hub") else LAMP
    translator = Translator(source, "keevault/write", mode="create", fill=FILL)
    [line] = translator.lines([json.dumps(payload)])
    assert_same(json.loads(line.output or b""), translator(payload).payload)
    assert translator(payload).payload.items() >= FILL.items()


def test_what_was_filled_in_is_taken_away_on_the_way_back() -> None:
    payload = {"name": "Lamp", "brand": "b"}
    fill = {"name": "No name", "seo.slug": "lamp", "packaging.pack_dry_weight": 5}
    there = translate(payload, "axim/write", "commerce-engine", fill=fill)
    assert there.payload == {"name": "Lamp", "seo": {"slug": "lamp"}, "packaging": {"pack_dry_weight": 5}}
    back = translate(there.payload, "commerce-engine", "axim/write", restore=there.sidecar)
    assert_same(back.payload, payload)


def test_a_value_that_the_sidecar_brings_back_goes_before() -> None:
    there = translate({"name": "Lamp", "mpn": "M-1"}, "axim/write", "keevault")
    back = translate(there.payload, "keevault", "axim/write", restore=there.sidecar, fill={"mpn": "none", "sku": "S"})
    assert_same(back.payload, {"name": "Lamp", "mpn": "M-1", "sku": "S"})
    assert_balanced(there.payload, back)


@pytest.mark.parametrize(
    ("target", "fill", "said"),
    [
        ("keevault", {"sorce": "x"}, "fill: no field 'sorce' in keevault/write; did you mean 'source'?"),
        ("keevault", {"source": 5}, "fill: source: expected string, found integer 5"),
        ("keevault", {"api_key": "x"}, "fill: api_key is withheld, and never part of a payload"),
        ("prosperna", {"product_state": {}}, "fill: product_state is an object; name a field in it: product_state."),
        ("prosperna", {"product_specification.images[].image": "x"}, "items of a list cannot be filled in"),
        ("prosperna", {"product_specification.images": [{"image": 5}]}, "at /0/image: expected string"),
        ("prosperna", {"product_price.stock_quantity": float("nan")}, "fill: product_price.stock_quantity"),
        ("commerce-engine", {"status": "on"}, "fill: status: expected one of"),
        ("axim", {"": "x"}, "fill: "),
        ("axim", {5: "x"}, "fill: "),
        ("axim", ["name"], "fill: expected values by the paths of target fields"),
    ],
)
def test_what_cannot_be_filled_in_is_refused_when_the_translator_is_made(target: str, fill: Any, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        Translator("webcommander/write", f"{target}/write", fill=fill)
    assert said in str(caught.value)


def test_a_value_changed_afterwards_changes_nothing() -> None:
    given = {"product_categories": ["63e4f6c4bf61b3a5047d9daf"]}
    translator = Translator("axim/write", "prosperna/write", fill=given)
    given["product_categories"].append("x")
    translator({}).payload["product_categories"].append("y")
    assert translator({}).payload == {"product_categories": ["63e4f6c4bf61b3a5047d9daf"]}
