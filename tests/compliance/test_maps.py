"""The entries of a map, an object whose keys say something, are the rows of a list elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, seed, settings

from catalens import Translator, translate
from catalens.formats import Registry, registry
from catalens.laws import LAWS, Pair, broken
from catalens.mapping.schema import field_rows
from catalens.payloads import canonical, dumps, loads
from catalens.strategies import payloads
from tests.compliance.facts import (
    CONDITION,
    NO_COUNTERPART,
    arrived,
    assert_balanced,
    assert_same,
    codes,
    lost,
    validate_all,
)
from tests.oracle import interpret

LIMIT = "dropped.limit"
SIZE = {"name": "Size", "type": "single-select", "value": "M"}
COLOUR = {"name": "Color", "type": "color", "value": {"name": "Indigo", "hexcode": "#3F51B5"}}


def answered(choices: Any) -> dict[str, Any]:
    return {"variants": [{"name": "Kurta M", "associated_options": choices}]}


def chosen(*rows: dict[str, str]) -> dict[str, Any]:
    return {"variants": [{"name": "Kurta M", "options": list(rows)}]}


ANSWER = answered({"size": SIZE, "color": COLOUR})
REQUEST = answered({"size": "M", "color": "Indigo"})
AT = "/variants/0/associated_options"
STAYS = {f"{AT}/{key}/{name}": NO_COUNTERPART for key in ("size", "color") for name in ("name", "type")}


# -- the choice that makes a variant ----------------------------------------------------------------------------


def test_choices_of_an_answer_are_sent_under_their_keys_and_arrive_as_rows() -> None:
    colour = {f"{AT}/color/value/{name}": "reduced.enum" for name in ("name", "hexcode")}
    size = {"optionName": "size", "optionValueLabel": "M"}
    indigo = {"optionName": "color", "optionValueLabel": "Indigo", "optionValue": "#3F51B5"}
    expected = {"commerce-engine": (REQUEST, STAYS | colour), "axim": (chosen(size, indigo), STAYS)}
    validate_all("commerce-engine/read", ANSWER, expected)


def test_rows_become_entries_under_the_name_of_the_option() -> None:
    rows = ({"optionName": "size", "optionValueLabel": "M"}, {"optionName": "color", "optionValueLabel": "Indigo"})
    done = validate_all("axim", chosen(*rows), {"commerce-engine": (REQUEST, {})})["commerce-engine"]
    assert codes(done)["/variants/0/options/0/optionName"] == "read"
    assert_same(translate(done.payload, "commerce-engine", "axim").payload, chosen(*rows))


def test_what_an_option_is_known_by_besides_stays_behind_a_request() -> None:
    row = {"optionName": "color", "optionValueLabel": "Indigo", "optionValue": "#3F51B5"}
    there = translate(chosen(row), "axim", "commerce-engine")
    assert lost(there) == {"/variants/0/options/0/optionValue": NO_COUNTERPART}
    back = translate(there.payload, "commerce-engine", "axim", restore=there.sidecar)
    assert_same(back.payload, chosen(row))


def test_a_row_without_a_key_or_without_more_or_of_a_key_that_is_taken_is_no_entry() -> None:
    rows = (
        {"optionName": "size", "optionValueLabel": "M"},
        {"optionName": "size", "optionValueLabel": "L"},
        {"optionValueLabel": "Linen"},
        {"optionName": "fit"},
        {"optionName": "color", "optionValueLabel": "Indigo"},
    )
    at = "/variants/0/options"
    losses = {
        f"{at}/1/optionName": LIMIT,
        f"{at}/1/optionValueLabel": LIMIT,
        f"{at}/2/optionValueLabel": CONDITION,
        f"{at}/3/optionName": CONDITION,
    }
    there = validate_all("axim", chosen(*rows), {"commerce-engine": (REQUEST, losses)})["commerce-engine"]
    back = translate(there.payload, "commerce-engine", "axim", restore=there.sidecar)
    assert_same(back.payload, chosen(*rows))


# -- what is no entry -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("odd", ["text", 5, [], ["M"], [{"name": "size"}], True, ""])
@pytest.mark.parametrize("source", ["commerce-engine", "commerce-engine/read"])
def test_what_stands_in_place_of_a_map_is_not_refused_and_comes_back(odd: Any, source: str) -> None:
    payload = answered(odd)
    there = translate(payload, source, "axim")
    assert_same(arrived(there), {"variants": [{"name": "Kurta M"}]})
    assert set(lost(there).values()) == {CONDITION}
    assert_balanced(payload, there)
    back = translate(there.payload, "axim", source, restore=there.sidecar)
    assert_same(back.payload, payload)


def test_what_is_no_entry_stays_at_home_whole() -> None:
    odd = {"size": SIZE, "cut": "slim", "fit": None, "hem": {}, "seam": {"value": 5, "name": "Seam"}, "cuff": [[]]}
    there = translate(answered(odd), "commerce-engine/read", "commerce-engine")
    assert_same(there.payload, answered({"size": "M"}))
    wanted = {f"{AT}/{one}": CONDITION for one in ("cut", "fit", "hem", "seam/value", "seam/name", "cuff/0")}
    assert lost(there) == wanted | {f"{AT}/size/{name}": NO_COUNTERPART for name in ("name", "type")}
    back = translate(there.payload, "commerce-engine", "commerce-engine/read", restore=there.sidecar)
    assert_same(back.payload, answered(odd))


@pytest.mark.parametrize(("empty", "there"), [({}, []), (None, None)])
def test_an_empty_map_is_an_empty_list(empty: Any, there: Any) -> None:
    done = translate(answered(empty), "commerce-engine", "axim")
    assert_same(done.payload, {"variants": [{"name": "Kurta M", "options": there}]})
    assert codes(done)[AT] == ("carried.moved" if empty is None else "converted.type")
    assert_same(translate(done.payload, "axim", "commerce-engine").payload, answered(empty))


# -- the account of keys ----------------------------------------------------------------------------------------


def test_a_key_is_no_leaf_and_the_entry_stands_for_what_it_became() -> None:
    done = translate(REQUEST, "commerce-engine", "axim")
    assert set(codes(done)) == {"/variants/0/name", f"{AT}/size", f"{AT}/color"}
    origins = {one["target"]: (one["origin"], one["sources"]) for one in done.report.to_dict()["origins"]}
    assert origins["/variants/0/options/0/optionName"] == ("constant", [f"{AT}/size"])
    back = translate(done.payload, "axim", "commerce-engine").report.to_dict()
    fates = {one["source"]: (one["fate"], one["targets"]) for one in back["leaves"]}
    assert fates["/variants/0/options/1/optionName"] == ("read", [f"{AT}/color"])


def test_the_condition_that_an_entry_did_not_meet_is_named() -> None:
    rows = ({"optionName": "size", "optionValueLabel": "M"}, {"optionValueLabel": "Linen"}, {"optionName": "fit"})
    choices = {"size": SIZE, "cut": "slim"}
    said = {}
    for payload, source, target in (
        (chosen(*rows), "axim", "commerce-engine"),
        (answered(choices), "commerce-engine/read", "axim"),
        (answered([]), "commerce-engine", "axim"),
    ):
        leaves = translate(payload, source, target).report.to_dict()["leaves"]
        said |= {one["source"]: one["condition"] for one in leaves if "condition" in one}
    assert said == {
        "/variants/0/options/1/optionValueLabel": "an entry of variants[].associated_options needs a text for a key, "
        "and variants[].options[].optionName holds none",
        "/variants/0/options/2/optionName": "an entry of variants[].associated_options is more than a key",
        f"{AT}/cut": "only an entry of the shape that the mapping knows has a counterpart",
        AT: "only a map, which is an object, has entries",
    }


# -- restoring --------------------------------------------------------------------------------------------------


def test_entries_are_found_again_by_their_keys_wherever_they_stand() -> None:
    there = translate(ANSWER, "commerce-engine/read", "axim")
    options = there.payload["variants"][0]["options"]
    options.reverse()
    options[1]["optionValueLabel"] = "L"
    options.append({"optionName": "cut", "optionValueLabel": "slim"})
    back = translate(there.payload, "axim", "commerce-engine/read", restore=there.sidecar)
    edited = {"color": COLOUR, "size": {**SIZE, "value": "L"}, "cut": {"value": "slim"}}
    assert_same(back.payload, answered(edited))


def test_an_entry_under_another_key_is_another_one() -> None:
    there = translate(ANSWER, "commerce-engine/read", "commerce-engine")
    choices = there.payload["variants"][0]["associated_options"]
    choices["colour"] = choices.pop("color")
    back = translate(there.payload, "commerce-engine", "commerce-engine/read", restore=there.sidecar)
    assert_same(back.payload, answered({"size": SIZE, "colour": {"value": "Indigo"}}))
    assert [at.rsplit("/", 2)[-2] for at in back.report.orphaned] == ["color"] * len(back.report.orphaned)
    assert back.report.orphaned


# -- elsewhere --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["axim", "commerce-engine", "prosperna"])
def test_lines_that_hold_maps_say_what_a_call_says(target: str) -> None:
    translator = Translator("commerce-engine/read", target)
    given = [ANSWER, answered({}), answered(None), answered("text"), {"name": "Kurta"}]
    for payload, line in zip(given, translator.lines([dumps(one) for one in given]), strict=True):
        assert line.output is not None
        done = translator(payload)
        assert_same(loads(line.output), done.payload)
        assert sorted(line.losses) == sorted(done.losses)


def test_a_map_is_listed_by_its_path_and_its_entries_below_it() -> None:
    rows = {row["path"]: row["hub"] for row in field_rows(registry().profile("commerce-engine/read"))}
    assert rows["variants[].associated_options"] == "variants[].selections[]"
    assert rows["variants[].associated_options.*.value"] == [
        "variants[].selections[].label",
        "variants[].selections[].value",
    ]


# -- maps of any shape, anywhere --------------------------------------------------------------------------------

SHELF = """
format: shelf
title: Maps of objects and of texts
equivalent: [quoted, decimal-zeros]
fields:
  name: {type: string, hub: title}
  facts.*:
    hub: "attributes[?kind=='specification']"
    keys: name
    fields:
      text: {type: string, maxLength: 6, hub: value}
      shown: {type: boolean, only_here: true}
      code: {type: string, secret: true, only_here: true}
      "deep.sort": {type: number, only_here: true}
  "more.meta.*": {type: string, hub: "attributes[?kind=='meta'].value", keys: name}
  rows[]:
    hub: variants[]
    key: id
    fields:
      id: {type: string, hub: id}
      choices.*: {type: [string, number], hub: "selections[].label", keys: name, codec: plain-text}
profiles: {write: {}}
"""
BENCH = """
format: bench
title: Lists where the other has maps
fields:
  name: {type: string, hub: title}
  attributes[]:
    hub: attributes[]
    key: code
    fields:
      kind: {type: string, hub: kind, enum: [specification, meta, defined]}
      code: {type: string, maxLength: 5, hub: name}
      value: {type: string, hub: value}
  variants[]:
    hub: variants[]
    fields:
      id: {type: string, hub: id}
      options[]:
        hub: selections[]
        fields:
          option.name: {type: string, hub: name}
          label: {type: string, hub: label}
profiles: {write: {}}
"""
CRATE = """
format: crate
title: Maps of other shapes
fields:
  name: {type: string, hub: title}
  specs.*: {type: string, hub: "attributes[?kind=='specification'].value", keys: name}
  other.*: {hub: "attributes[?kind=='meta']", keys: name, fields: {v: {type: string, hub: value}}}
  rows[]:
    hub: variants[]
    key: id
    fields:
      id: {type: string, hub: id}
      choices.*:
        hub: selections[]
        keys: name
        needs: [says]
        fields:
          says: {type: string, hub: label}
          behind: {type: string, hub: value}
profiles: {write: {}}
"""
PAIRS = [(one, other) for one in ("shelf", "bench", "crate") for other in ("shelf", "bench", "crate") if one != other]


@pytest.fixture(scope="module")
def formats(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    there = tmp_path_factory.mktemp("formats")
    for name, text in (("shelf", SHELF), ("bench", BENCH), ("crate", CRATE)):
        Path(there / f"{name}.yaml").write_text(text, encoding="utf-8")
    return Registry([there])


def test_a_key_that_is_cut_is_not_sent(formats: Registry) -> None:
    payload = {"facts": {"Wood": {"text": "Oak", "code": "x"}, "Surface": {"text": "oiled"}}}
    done = Translator("shelf", "bench", formats=formats)(payload)
    assert_same(done.payload, {"attributes": [{"code": "Wood", "value": "Oak", "kind": "specification"}]})
    assert lost(done) == {"/facts/Wood/code": NO_COUNTERPART, "/facts/Surface/text": CONDITION}
    assert {done.report.shown(one) for one in done.report.fates if one.source[-1] == "code"} == {"***"}


def test_maps_exchange_entries_by_their_keys(formats: Registry) -> None:
    payload = {"facts": {"Wood": {"text": "Oak"}}, "more": {"meta": {"erp": "7"}}}
    done = Translator("shelf", "crate", formats=formats)(payload)
    assert_same(done.payload, {"specs": {"Wood": "Oak"}, "other": {"erp": {"v": "7"}}})
    assert lost(done) == {}


def test_an_entry_that_lacks_what_it_needs_is_none(formats: Registry) -> None:
    payload = {"rows": [{"choices": {"size": {"behind": "m"}, "cut": {"says": "slim"}}}]}
    done = Translator("crate", "shelf", formats=formats)(payload)
    assert_same(done.payload, {"rows": [{"choices": {"cut": "slim"}}]})
    assert lost(done) == {"/rows/0/choices/size/behind": "dropped.content"}


@pytest.mark.parametrize(("source", "target"), PAIRS)
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_laws_hold_for_maps(formats: Registry, law: Any, source: str, target: str) -> None:
    pair = Pair(f"{source}/write", f"{target}/write", formats)
    if law.concerns(pair):
        assert broken(law, pair, 12, 1) == ""


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_compiled_equals_interpreted_for_maps(formats: Registry, source: str, target: str) -> None:
    translator = Translator(source, target, formats=formats)

    @seed(1)
    @settings(max_examples=40, deadline=None, database=None)
    @given(payloads(translator.source, translator.target))
    def law(payload: Any) -> None:
        expected = interpret(payload, translator.source, translator.target).payload
        assert canonical(translator.account_for(payload)[0]) == canonical(expected)
        assert canonical(translator.convert(payload)) == canonical(expected)

    law()
