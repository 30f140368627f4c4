"""All laws on small formats that spell "there is none" differently, and what becomes of each spelling."""

from __future__ import annotations

from typing import Any

import pytest

from catalens import translate
from catalens.formats import Registry
from catalens.laws import LAWS, Law, Pair, broken
from catalens.payloads import dumps
from tests.compliance.facts import assert_same, lost

HEAD = """\
format: {name}
title: A shop
assume: {{{assume}}}
equivalent: [{equivalent}]
profiles: {{write: {{}}}}
fields:
  full: {{type: [string, number], hub: "prices[0].list", codec: {number}, assumes: currency}}
  {sale}
  {since}
"""

#: how a format spells that there is no sale, and no day on which it begins
SPELLINGS = {
    "zero": (
        "numeric",
        'sale: {type: number, hub: "prices[0].sale", codec: {means-none: 0}, assumes: currency}',
        'since: {type: string, hub: "prices[0].sale_from", codec: [{means-none: "0000-00-00"}, local-time]}',
    ),
    "blank": (
        "decimal-string",
        'sale: {type: string, hub: "prices[0].sale", codec: [{means-none: ""}, decimal-string], assumes: currency}',
        'since: {type: string, hub: "prices[0].sale_from", codec: {means-none: ""}}',
    ),
    "minus": (
        "decimal-string",
        'sale: {type: string, hub: "prices[0].sale", codec: [decimal-string, {means-none: -1}], assumes: currency}',
        'since: {type: string, hub: "prices[0].sale_from", codec: {means-none: never}}',
    ),
    "nothing": (
        "numeric",
        'sale: {type: number, hub: "prices[0].sale", codec: {means-none: null}, assumes: currency}',
        'since: {type: string, hub: "prices[0].sale_from", codec: {means-none: null}}',
    ),
}
#: the two leaves that say so
NONE: dict[str, Any] = {
    "zero": {"sale": 0, "since": "0000-00-00"},
    "blank": {"sale": "", "since": ""},
    "minus": {"sale": "-1", "since": "never"},
    "nothing": {"sale": None, "since": None},
}

#: each spelling as source and as target
PAIRS = [
    *(("zero", "blank"), ("blank", "zero"), ("blank", "minus"), ("minus", "nothing"), ("nothing", "zero")),
    *(("zero", "hub"), ("blank", "blank")),
]


@pytest.fixture(scope="module")
def formats(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    folder = tmp_path_factory.mktemp("mappings")
    for name, (number, sale, since) in SPELLINGS.items():
        forgets = ["decimal-zeros", "quoted", *([] if name == "nothing" else ["none-spelling"])]
        assume = "currency: EUR, timezone: UTC" if "local-time" in since else "currency: EUR"
        words = {"number": number, "sale": sale, "since": since, "equivalent": ", ".join(forgets)}
        text = HEAD.format(name=name, assume=assume, **words)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return Registry([folder])


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_every_law_holds_however_none_is_spelled(source: str, target: str, law: Law, formats: Registry) -> None:
    pair = Pair(f"{source}/write", f"{target}/write", formats)
    if law.concerns(pair):
        assert broken(law, pair, 15) == ""


@pytest.mark.parametrize("source", NONE)
@pytest.mark.parametrize("target", NONE)
def test_none_arrives_in_the_spelling_of_the_target(source: str, target: str, formats: Registry) -> None:
    done = translate(NONE[source], source, target, formats=formats)
    assert_same(done.payload, NONE[target])
    assert lost(done) == {}


@pytest.mark.parametrize("source", SPELLINGS)
@pytest.mark.parametrize("target", SPELLINGS)
def test_what_is_absent_stays_absent(source: str, target: str, formats: Registry) -> None:
    full = 10 if source in ("zero", "nothing") else "10"
    done = translate({"full": full}, source, target, formats=formats)
    assert_same(done.payload, {"full": 10 if target in ("zero", "nothing") else "10"})


@pytest.mark.parametrize(
    ("source", "payload", "target"),
    [
        ("blank", {"sale": "0"}, "zero"),
        ("blank", {"sale": "0.00"}, "zero"),
        ("nothing", {"sale": 0.0}, "zero"),
        ("zero", {"sale": -1}, "minus"),
        ("nothing", {"since": ""}, "blank"),
        ("blank", {"since": "never"}, "minus"),
    ],
)
def test_a_value_that_would_be_taken_for_none_is_not_written(
    source: str, payload: dict[str, Any], target: str, formats: Registry
) -> None:
    done = translate(payload, source, target, formats=formats)
    assert_same(done.payload, {})
    ((pointer, code),) = lost(done).items()
    assert (pointer.strip("/") in payload, code) == (True, "dropped.condition")
    back = translate({}, target, source, restore=done.sidecar, formats=formats)
    assert_same(back.payload, payload)


@pytest.mark.parametrize("source", ["zero", "blank", "minus"])
def test_null_means_none_as_well_and_comes_back_with_the_sidecar(source: str, formats: Registry) -> None:
    payload = {"sale": None, "since": None}
    there = translate(payload, source, "nothing", formats=formats)
    assert_same(there.payload, payload)
    assert lost(there) == {}
    assert_same(translate(payload, "nothing", source, formats=formats).payload, NONE[source])
    again = translate(there.payload, "nothing", source, restore=there.sidecar, formats=formats)
    assert_same(again.payload, payload)


def test_an_edit_of_none_wins(formats: Registry) -> None:
    there = translate({"full": "10.00", "sale": "", "since": ""}, "blank", "zero", formats=formats)
    back = translate({**there.payload, "sale": 8}, "zero", "blank", restore=there.sidecar, formats=formats)
    assert_same(back.payload, {"full": "10.00", "sale": "8", "since": ""})


def test_a_text_that_is_no_number_is_unreadable_as_ever(formats: Registry) -> None:
    done = translate({"sale": "1,800"}, "blank", "zero", formats=formats)
    assert dumps(done.payload) == b"{}"
    assert lost(done) == {"/sale": "dropped.unreadable"}


@pytest.mark.parametrize("none", [0, 0.0, None])
def test_a_sale_of_zero_is_the_blank_of_another_platform(none: Any, formats: Registry) -> None:
    done = translate({"price": 10, "sale": none}, "axim", "blank", assume={"currency": "EUR"}, formats=formats)
    assert_same(done.payload, {"full": "10", "sale": ""})
    assert lost(done) == {}
    back = translate(done.payload, "blank", "axim", assume={"currency": "EUR"}, formats=formats)
    assert_same(back.payload, {"price": 10, "sale": 0})
