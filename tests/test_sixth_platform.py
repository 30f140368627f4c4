"""A sixth platform is one YAML file, and so is a seventh: every command and law works on them, without any Python."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from catalens import InvalidMapping, Translator, translate
from catalens.cli import main
from catalens.formats import Registry
from catalens.mapping.schema import field_rows

BAZAAR = """\
format: bazaar
title: Bazaar, goods of a stall
assume: {weight: g, currency: EUR}
equivalent: [decimal-zeros, quoted, measure-unit]
fields:
  sku: {type: string, maxLength: 8, cut: false, hub: sku}
  label: {type: string, maxLength: 20, hub: title}
  state: {type: string, hub: status, table: {selling: active, resting: [inactive, draft]}}
  price: {type: [string, number], hub: "prices[0].list", codec: decimal-string, assumes: currency}
  grams: {type: number, minimum: 0, hub: weight, codec: {measure: weight}}
  stall: {type: string, only_here: true, doc: where it is sold}
  token: {type: string, withheld: credential}
  allergens[]: {type: string, hub: "x.allergens[]"}
  shelves[]: {type: string, hub: "categories[].id", refers: category}
  pictures[]:
    hub: "media[?kind=='image']"
    key: link
    fields:
      link: {type: string, format: uri, hub: url}
      caption: {type: string, hub: title}
      frame: {type: string, only_here: true}
  notes[]:
    hub: "attributes[?kind=='meta']"
    key: name
    fields:
      name: {type: string, hub: name}
      text: {type: string, hub: value}
profiles:
  write: {}
slots:
  - {at: "notes[]", name: name, value: text, prefix: "x-"}
required:
  - {field: sku, because: a stall sells nothing without a number}
examples:
  - title: olives
    payload: {"sku": "OL-1", "label": "Olives", "state": "selling", "price": "3.20", "allergens": ["sulphite"]}
"""

SOUK = """\
format: souk
title: Souk, goods of a shop
assume: {weight: kg, currency: EUR}
equivalent: [decimal-zeros, measure-unit]
fields:
  title: {type: string, hub: title}
  "[was, now]": {types: [number, number], hub: "prices[0].[list, sale]", codec: charged-price, assumes: currency}
  kilos: {type: number, hub: weight, codec: {measure: weight}}
  contains[]: {type: string, hub: "x.allergens[]"}
profiles:
  write: {}
"""

OLIVES = {
    "sku": "OL-1",
    "label": "Olives",
    "state": "selling",
    "price": "3.20",
    "grams": 250,
    "stall": "7",
    "token": "SECRET",
    "allergens": ["sulphite"],
    "shelves": ["oils"],
    "pictures": [{"link": "https://x.example/1.png", "caption": "Jar", "frame": "oak"}],
    "notes": [{"name": "origin", "text": "Crete"}],
}

AS_SHIRT = {
    "sku": "OL-1",
    "name": "Olives",
    "status": "active",
    "weight": 0.25,
    "price": 3.2,
    "categories": ["oils"],
    "mediaGallery": [{"url": "https://x.example/1.png", "label": "Jar", "type": "image"}],
    "metaFields": [{"code": "origin", "value": "Crete"}],
}

LOSSES = {
    "/stall": "dropped.no_counterpart",
    "/token": "withheld.credential",
    "/allergens/0": "dropped.no_counterpart",
    "/shelves/0": "carried.foreign_id",
    "/pictures/0/frame": "dropped.no_counterpart",
}


@pytest.fixture
def mappings(tmp_path: Path) -> Path:
    folder = tmp_path / "mappings"
    folder.mkdir()
    (folder / "bazaar.yaml").write_text(BAZAAR, "utf-8")
    (folder / "souk.yaml").write_text(SOUK, "utf-8")
    return folder


@pytest.fixture
def formats(mappings: Path) -> Registry:
    return Registry([mappings])


@pytest.fixture
def olives(tmp_path: Path) -> Path:
    file = tmp_path / "olives.json"
    file.write_text(json.dumps(OLIVES), "utf-8")
    return file


def catalens(*arguments: object, given: str = "") -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments], input=given, catch_exceptions=False)


def done(*arguments: object, given: str = "") -> Any:
    """Run a command that must succeed and write JSON."""
    result = catalens(*arguments, given=given)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


# -- library --------------------------------------------------------------------------------------------------


def losses(translation: Any) -> dict[str, str]:
    leaves = translation.report.to_dict()["leaves"]
    kept = ("carried", "carried.moved", "read")
    return {one["source"]: one["code"] for one in leaves if one["code"] not in kept and one["fate"] != "converted"}


def test_it_goes_into_the_bundled_formats(formats: Registry) -> None:
    translation = translate(OLIVES, "bazaar", "axim", formats=formats)
    assert translation.payload == AS_SHIRT
    assert losses(translation) == LOSSES
    assert {(one["what"], one["value"]) for one in translation.report.assumptions} >= {
        ("weight", "g"),
        ("weight", "kg"),
    }


def test_the_bundled_formats_go_into_it(formats: Registry) -> None:
    translation = translate({"name": "n" * 21, "sku": "k" * 9, "status": "active"}, "axim", "bazaar", formats=formats)
    assert translation.payload == {"label": "n" * 20, "state": "selling"}
    assert losses(translation) == {"/name": "reduced.length", "/sku": "dropped.limit"}
    assert translation.report.to_dict()["missing"] == [
        {"target": "/sku", "why": "a stall sells nothing without a number"}
    ]
    translation = translate({"status": "draft"}, "commerce-engine", "bazaar", formats=formats)
    assert losses(translation) == {"/status": "reduced.enum"}


def test_two_new_formats_meet_on_free_ground(formats: Registry) -> None:
    payload = {"label": "Olives", "allergens": ["sulphite"], "price": "3.20", "grams": 250}
    there = translate(payload, "bazaar", "souk", formats=formats)
    assert there.payload == {"title": "Olives", "contains": ["sulphite"], "was": 3.2, "kilos": 0.25}
    assert losses(there) == {}
    back = translate(there.payload, "souk", "bazaar", formats=formats)
    assert back.payload == {"label": "Olives", "allergens": ["sulphite"], "price": "3.2", "grams": 250}
    assert losses(back) == {}


def test_the_bundled_formats_do_not_know_that_ground(formats: Registry) -> None:
    translation = translate({"contains": ["nuts"]}, "souk", "commerce-engine", formats=formats)
    assert losses(translation) == {"/contains/0": "dropped.no_counterpart"}


def test_it_is_at_home_and_comes_back_from_the_hub(formats: Registry) -> None:
    expected = {name: value for name, value in OLIVES.items() if name != "token"}
    assert translate(OLIVES, "bazaar", "bazaar", formats=formats).payload == expected
    hub = translate(OLIVES, "bazaar", "hub", formats=formats).payload
    assert hub["x"] == {"allergens": ["sulphite"]}
    assert hub["ext"]["bazaar"]["stall"] == "7"
    assert translate(hub, "hub/write", "bazaar", formats=formats).payload == expected


def test_it_is_detected(formats: Registry) -> None:
    assert translate(OLIVES, target="axim", formats=formats).report.source == "bazaar/write"


def test_its_slots_hold_what_others_cannot(formats: Registry) -> None:
    payload = {"name": "Shirt", "taxcode": "T1"}
    there = translate(payload, "axim", "bazaar", park=True, formats=formats)
    assert [one["text"] for one in there.payload["notes"]] == ["T1"]
    assert translate(there.payload, "bazaar", "axim", formats=formats).payload == payload


def test_its_sidecar_brings_everything_back(formats: Registry) -> None:
    there = translate(OLIVES, "bazaar", "commerce-engine", formats=formats)
    back = translate(there.payload, "commerce-engine", "bazaar", restore=there.sidecar, formats=formats)
    assert back.payload == {name: value for name, value in OLIVES.items() if name != "token"}


def test_it_has_a_static_profile(formats: Registry) -> None:
    profile = Translator("bazaar", "axim", formats=formats).profile
    codes = {one.path: one.codes for one in profile.fields}
    assert set(codes["stall"]) == {"dropped.no_counterpart"}
    assert set(codes["token"]) == {"withheld.credential"}


def test_its_errors_are_pointed_at(mappings: Path) -> None:
    (mappings / "bazaar.yaml").write_text(BAZAAR.replace("decimal-string", "decimal-strng"), "utf-8")
    with pytest.raises(
        InvalidMapping, match=r"bazaar\.yaml:9:\d+: error\[unknown-codec\].*did you mean 'decimal-string'"
    ):
        Registry([mappings]).profile("bazaar")


def test_it_may_not_replace_a_bundled_format(tmp_path: Path) -> None:
    (tmp_path / "axim.yaml").write_text(BAZAAR, "utf-8")
    result = catalens("formats", "--mappings", tmp_path)
    assert result.exit_code == 2
    assert "axim" in result.stderr


# -- commands -------------------------------------------------------------------------------------------------


def test_translate(mappings: Path, olives: Path, tmp_path: Path) -> None:
    output, report = tmp_path / "out.json", tmp_path / "report.json"
    result = catalens(
        *("translate", olives, "--from", "bazaar", "--to", "axim", "--mappings", mappings, "-o", output),
        *("--report", report, "--report-format", "json", "--assume", "source.weight=kg"),
    )
    assert result.exit_code == 0, result.output
    assert json.loads(output.read_text("utf-8")) == {**AS_SHIRT, "weight": 250}
    assert json.loads(report.read_text("utf-8"))["source"] == "bazaar/write"
    assert "SECRET" not in result.output + report.read_text("utf-8")


def test_translate_from_standard_input_by_detection(mappings: Path) -> None:
    given = json.dumps(OLIVES)
    assert done("translate", "-", "--to", "axim", "--mappings", mappings, given=given) == AS_SHIRT


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_translate_reports_in_every_form(form: str, mappings: Path, olives: Path) -> None:
    result = catalens(
        *("translate", olives, "--to", "souk", "--mappings", mappings, "-o", "/dev/null"),
        *("--report", "-", "--report-format", form),
    )
    assert result.exit_code == 0, result.output
    assert "bazaar" in result.stdout
    assert "stall" in result.stdout
    assert "dropped" in result.stdout


def test_translate_with_a_crosswalk(mappings: Path, olives: Path, tmp_path: Path) -> None:
    ids = tmp_path / "ids.csv"
    ids.write_text("kind,bazaar,axim\ncategory,oils,65b0d13f\n", "utf-8")
    payload = done("translate", olives, "--to", "axim", "--mappings", mappings, "--ids", ids)
    assert payload["categories"] == ["65b0d13f"]


def test_translate_there_and_back_with_a_sidecar(mappings: Path, olives: Path, tmp_path: Path) -> None:
    there, sidecar = tmp_path / "there.json", tmp_path / "sidecar.json"
    result = catalens("translate", olives, "--to", "axim", "--mappings", mappings, "-o", there, "--sidecar", sidecar)
    assert result.exit_code == 0, result.output
    back = done("translate", there, "--from", "axim", "--to", "bazaar", "--mappings", mappings, "--restore", sidecar)
    assert back == {name: value for name, value in OLIVES.items() if name != "token"}


def test_translate_into_its_slots(mappings: Path) -> None:
    given = json.dumps({"name": "Shirt", "taxcode": "T1"})
    payload = done(
        "translate", "-", "--from", "axim", "--to", "bazaar", "--mappings", mappings, "--park", given=given
    )
    assert len(payload["notes"]) == 1


def test_translate_lines(mappings: Path, tmp_path: Path) -> None:
    lines, rejects = tmp_path / "lines.ndjson", tmp_path / "rejects.ndjson"
    lines.write_text("\n".join([json.dumps(OLIVES), "{", '{"label": 5}', '{"label": "Salt"}']) + "\n", "utf-8")
    result = catalens(
        *("translate", lines, "--lines", "--from", "bazaar", "--to", "axim", "--mappings", mappings),
        *("--rejects", rejects),
    )
    assert result.exit_code == 1
    assert [json.loads(line)["name"] for line in result.stdout.splitlines()] == ["Olives", "Salt"]
    assert [json.loads(line)["line"] for line in rejects.read_text("utf-8").splitlines()] == [2, 3]


@pytest.mark.parametrize(("gate", "code"), [("dropped", 3), ("reduced.length", 3), ("dropped.unknown_field", 0)])
def test_translate_gates(gate: str, code: int, mappings: Path, olives: Path) -> None:
    result = catalens("translate", olives, "--to", "axim", "--mappings", mappings, "--fail-on", gate)
    assert result.exit_code == code, result.output


def test_formats_lists_it(mappings: Path) -> None:
    listed = catalens("formats", "--mappings", mappings).stdout
    assert "bazaar/write" in listed
    assert "Souk, goods of a shop" in listed


def test_fields_lists_its_fields(mappings: Path, formats: Registry) -> None:
    rows = done("fields", "bazaar", "--json", "--mappings", mappings)
    assert [row["path"] for row in rows] == [row["path"] for row in field_rows(formats.profile("bazaar"))]
    found = {row["path"]: row for row in rows}
    assert found["allergens[]"]["hub"] == "x.allergens[]"
    assert found["pictures[].link"]["profile"] == "write"
    assert found["stall"]["counterpart"] == "only_here"
    assert "where it is sold" in catalens("fields", "bazaar", "--mappings", mappings).stdout


def test_detect_tells_it(mappings: Path, olives: Path) -> None:
    assert catalens("detect", olives, "--mappings", mappings).stdout == "bazaar/write\n"


def test_lint_finds_nothing(mappings: Path) -> None:
    result = catalens("lint", "--mappings", mappings)
    assert result.exit_code == 0, result.output
    assert "7 mappings: 0 errors, 0 warnings" in result.stderr


def test_lint_finds_what_is_wrong(mappings: Path) -> None:
    (mappings / "souk.yaml").write_text(SOUK.replace("hub: title", "hub: titel"), "utf-8")
    result = catalens("lint", mappings / "souk.yaml")
    assert result.exit_code == 1
    assert "souk.yaml:6:" in result.stdout
    assert "'title'" in result.stdout


def test_matrix_has_it(mappings: Path) -> None:
    table = done("matrix", "bazaar", "--json", "--mappings", mappings)
    assert table["bazaar/write"]["axim/write"]["fields"] > table["bazaar/write"]["axim/write"]["held"] > 0
    assert "souk/write" in table["bazaar/write"]
    assert set(table["axim/write"]) == set(table["souk/write"]) == {"bazaar/write"}


def test_explain_tells_what_becomes_of_its_fields(mappings: Path) -> None:
    found = done("explain", "bazaar", "axim", "pictures[]", "--json", "--mappings", mappings)
    assert {"pictures[].link", "pictures[].caption", "pictures[].frame"} <= {one["path"] for one in found["fields"]}
    assert "def translate" in catalens("explain", "bazaar", "souk", "--python", "--mappings", mappings).stdout
    assert "stall" in catalens("explain", "bazaar", "axim", "--mappings", mappings).stdout


def test_schema_describes_its_payloads(mappings: Path) -> None:
    schema = done("schema", "bazaar", "--mappings", mappings)
    assert schema["properties"]["label"]["maxLength"] == 20
    assert schema["properties"]["pictures"]["items"]["properties"]["frame"]["type"] == ["string", "null"]


def test_laws_hold_of_it(mappings: Path) -> None:
    # the same payloads in each run, as in all of the suite
    command = "from catalens.cli import main; main()"
    arguments = ["laws", "bazaar", "souk", "--examples", "3", "--seed", "1", "--mappings", str(mappings)]
    result = subprocess.run(
        [sys.executable, "-c", command, *arguments], capture_output=True, text=True, timeout=600, check=False
    )
    assert "Traceback" not in result.stderr, result.stderr
    broken = [line for line in result.stdout.splitlines() if line.startswith("BROKEN")]
    assert broken == []
    assert result.returncode == 0
    assert sum("bazaar/write -> " in line for line in result.stdout.splitlines()) > 50
