"""A trace says how one value came out as it did, and agrees with the report and the output."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalens import Translator, UsageError, translate
from catalens.explain.trace import Trace
from catalens.formats import registry
from catalens.paths import MISSING, leaves, pointer_text
from catalens.payloads import identical
from tests.commands.door import KETTLE, bare, run

PROFILES = [profile.spelled for profile in registry().profiles()]
#: each profile to the next one, and to the hub
PAIRS = [
    *((source, PROFILES[(index + 1) % len(PROFILES)]) for index, source in enumerate(PROFILES)),
    *((source, PROFILES[(index + 3) % len(PROFILES)]) for index, source in enumerate(PROFILES)),
    *((source, "hub") for source in PROFILES),
]


def examples(spelled: str) -> list[Any]:
    """Return the payloads that a mapping gives as examples of a profile."""
    mapping = registry().profile(spelled).mapping
    default = next(iter(mapping.profiles))
    name = spelled.partition("/")[2]
    return [one.payload for one in mapping.examples if (one.profile or default) == name]


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_every_leaf_can_be_followed_to_what_became_of_it(source: str, target: str) -> None:
    translator = Translator(source, target)
    for payload in examples(source):
        done = translator(payload)
        there = {pointer_text(at): value for at, value in leaves(done.payload)}
        for fate in done.report.fates:
            found = done.trace(pointer_text(fate.source))
            way = next(one for one in found.ways if one.source == pointer_text(fate.source))
            assert (way.code, way.targets) == (fate.code, tuple(map(pointer_text, fate.targets)))
            if fate.code.fate in ("carried", "converted") and fate.targets and len(way.steps) > 1:
                written = [step.value for step in way.steps if step.what == "wire"][1:]
                arrived = [there[at] for at in way.targets if at in there]
                assert any(_holds(one, other) for one in arrived for other in written), (way, arrived)


def _holds(arrived: Any, written: Any) -> bool:
    """Tell whether a leaf is what was written, or stands in it."""
    if written is MISSING:
        return False
    hidden = [leaf for _, leaf in leaves(written) if leaf == "***" or ", sha256 " in str(leaf)]
    return bool(hidden) or any(identical(arrived, leaf) for _, leaf in leaves(written))


@pytest.mark.parametrize(("source", "target"), PAIRS[: len(PROFILES)])
def test_every_output_leaf_says_where_it_came_from(source: str, target: str) -> None:
    translator = Translator(source, target)
    for payload in examples(source):
        done = translator(payload)
        for origin in done.report.origins:
            found = done.trace(origin["target"])
            assert origin in found.origins
            followed = [way.source for way in found.ways]
            assert all(any(at.startswith(source) for at in followed) for source in origin["sources"])


def test_a_way_goes_from_wire_through_the_hub_to_wire() -> None:
    done = translate({"price": 299.99, "sale": 249.99}, "axim", "commerce-engine")
    (way,) = done.trace("/sale").ways
    assert [(one.what, one.where, one.value) for one in way.steps] == [
        ("wire", "/sale", 249.99),
        ("beside", "/price", 299.99),
        ("codec", "numeric", 299.99),
        ("codec", "means-none: 0", 249.99),
        ("hub", "prices[?group==`null`].list", 299.99),
        ("hub", "prices[?group==`null`].sale", 249.99),
        ("codec", "charged-price: equal", [299.99, 249.99]),
        ("wire", "pricing[].listing_price", 299.99),
        ("wire", "pricing[].selling_price", 249.99),
    ]
    lines = registry().profile("axim").line_of(("sale",)), registry().profile("axim").line_of(("price",))
    assert [one.mapping for one in way.steps[:2]] == list(lines)


def test_a_limit_says_by_how_much_a_value_is_beyond_it() -> None:
    done = translate({"name": "x" * 150}, "axim", "commerce-engine")
    (way,) = done.trace("/name").ways
    (limit,) = [one for one in way.steps if one.what == "limit"]
    assert limit.where == "maxLength 128, and 150 characters: 22 too many"
    assert limit.value == "x" * 128
    assert (way.code, way.remedy) == ("reduced.length", "shorten the text, or keep the sidecar")


def test_an_identifier_says_whether_the_crosswalk_knows_it() -> None:
    ids = [["kind", "axim", "commerce-engine"], ["category", "65b0d13f98539a33577ac4cb", "01ARZ3"]]
    payload = {"categories": ["65b0d13f98539a33577ac4cb", "65b0d13f98539a33577ac4cc"]}
    done = translate(payload, "axim", "commerce-engine", ids=ids)
    said = [
        (step.where, step.value)
        for way in done.trace("/categories").ways
        for step in way.steps
        if step.what == "crosswalk"
    ]
    assert said == [("category", "01ARZ3"), ("category", "no row for it")]


def test_what_the_target_restored_says_so() -> None:
    there = translate({"name": "Desk", "mpn": "D-1"}, "axim", "keevault")
    back = translate(there.payload, "keevault", "axim", restore=there.sidecar)
    assert [one["origin"] for one in back.trace("/mpn").origins] == ["restored"]


def test_an_object_is_followed_leaf_by_leaf_up_to_a_bound() -> None:
    payload = {"searchKeyWords": [f"word {number}" for number in range(30)]}
    found = translate(payload, "axim", "keevault").trace("/searchKeyWords")
    assert (len(found.ways), found.more) == (20, 10)


def test_a_pointer_to_nothing_names_the_nearest() -> None:
    done = translate({"name": "Desk"}, "axim", "keevault")
    with pytest.raises(UsageError, match=r"nothing stands at '/nam'.*did you mean '/name'\?"):
        done.trace("/nam")
    with pytest.raises(UsageError, match="it is a JSON Pointer"):
        done.trace("sku?")


def test_the_json_form_is_json() -> None:
    done = translate({"name": "Desk", "price": 1}, "axim", "commerce-engine")
    said = done.trace("").to_dict()
    assert json.loads(json.dumps(said)) == said
    assert [way["source"] for way in said["ways"]] == ["/name", "/price"]


def test_no_secret_is_in_any_trace(tmp_path: Any) -> None:
    said = run("translate", "-", "--from", "shop", "--to", "bazaar", "--trace", "", input=json.dumps(KETTLE))
    assert said.code == 0
    assert "SECRET" not in said.err
    assert KETTLE["photo"] not in said.err
    assert "***" in said.err
    assert "trace of the payload" in said.err


def test_the_command_traces_a_source_and_a_target_pointer() -> None:
    payload = json.dumps({"name": "Desk \x1b[31m", "price": 5})
    words = ("--from", "axim", "--to", "commerce-engine", "--trace", "/name", "--trace", "/pricing/0/listing_price")
    said = bare("translate", "-", *words, input=payload)
    assert said.code == 0
    assert "\x1b" not in said.err
    assert "  origin of /pricing/0/listing_price: source of /price" in said.err.splitlines()
    assert "  fate      carried at /name: the same value at the same place" in said.err.splitlines()


def test_a_trace_is_of_one_payload() -> None:
    said = bare("translate", "-", "--from", "axim", "--to", "keevault", "--lines", "--trace", "/name", input="{}")
    assert said.code == 2
    assert "--trace is for one payload, not for --lines" in said.err


def test_a_trace_of_nothing_is_a_usage_error_and_writes_nothing(tmp_path: Any) -> None:
    out = tmp_path / "out.json"
    words = ("--from", "axim", "--to", "keevault", "--trace", "/nmae", "-o", out)
    said = bare("translate", "-", *words, input='{"name": "Desk"}')
    assert said.code == 2
    assert "did you mean '/name'?" in said.err
    assert not out.exists()


def test_a_trace_between_the_same_profile_is_short() -> None:
    done = translate({"name": "Desk"}, "axim/write", "axim/write")
    found: Trace = done.trace("/name")
    assert [step.what for step in found.ways[0].steps] == ["wire"]
    assert found.ways[0].code == "carried"
