"""``catalens translate``, one payload: what goes where, and how it ends."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.commands.door import CUP, KETTLE, MAPPINGS, bare, run, shop_to_bazaar, spawn

KEPT = {"label": "Kettle, very", "sku": "K-1", "heft": 1.5, "words": ["hot", "new"]}


@pytest.fixture
def kettle(tmp_path: Path) -> Path:
    path = tmp_path / "kettle.json"
    path.write_text(json.dumps(KETTLE))
    return path


# -- payload and summary --------------------------------------------------------------------------------------


def test_the_payload_goes_to_standard_output_and_the_summary_to_standard_error(kettle: Path) -> None:
    said = run("translate", kettle, "--from", "shop/write", "--to", "bazaar")
    assert said.code == 0
    assert said.json == KEPT
    assert said.err.splitlines() == [
        "shop/write -> bazaar/write: 13 leaves in (carried 4, reduced 1, dropped 7, withheld 1), 5 out",
        "severity: identity 1, content 2, rest 5",
        "lost: reduced.length 1, dropped.no_counterpart 6, dropped.unknown_field 1",
    ]


def test_a_payload_is_indented_by_two_and_ends_with_a_line_end() -> None:
    assert shop_to_bazaar({"name": "Cup"}).out == b'{\n  "label": "Cup"\n}\n'


def test_numbers_keep_their_own_digits() -> None:
    said = run("translate", "-", "--from", "shop", "--to", "bazaar", input='{"mass": 1.5000000000000000000001}')
    assert b'"heft": 1.5000000000000000000001' in said.out


def test_a_clean_run_says_no_loss() -> None:
    said = shop_to_bazaar(CUP)
    assert said.err.splitlines() == ["shop/write -> bazaar/write: 4 leaves in (carried 4), 4 out", "no loss"]


def test_a_missing_field_of_the_target_is_named_and_no_failure() -> None:
    said = shop_to_bazaar({"name": "Cup"})
    assert said.code == 0
    assert "output incomplete, missing /sku" in said.err


def test_input_beyond_a_weak_limit_is_named_and_no_failure() -> None:
    said = shop_to_bazaar({"pictures": [{"caption": "c" * 21}]})
    assert said.code == 0
    assert "input beyond documented limits: /pictures/0/caption" in said.err


def test_output_goes_to_a_file(kettle: Path, tmp_path: Path) -> None:
    said = run("translate", kettle, "--from", "shop", "--to", "bazaar", "-o", tmp_path / "out.json")
    assert said.out == b""
    assert json.loads((tmp_path / "out.json").read_text()) == KEPT


def test_the_source_is_detected(kettle: Path) -> None:
    said = run("translate", kettle, "--to", "bazaar")
    assert said.json == KEPT
    assert said.err.startswith("shop/write -> bazaar/write")


def test_an_envelope_tells_the_profile() -> None:
    wrapped = json.dumps({"ok": True, "data": {"item": {"name": "Cup"}}})
    said = run("translate", "-", "--from", "shop", "--to", "bazaar", input=wrapped)
    assert said.err.startswith("shop/read -> bazaar/write")
    assert said.json == {"label": "Cup"}


def test_assumptions_of_one_side_convert() -> None:
    said = shop_to_bazaar({"mass": 1.5}, "--assume", "target.weight=g")
    assert said.json == {"heft": 1500}


def test_mappings_are_accepted_after_the_subcommand(kettle: Path) -> None:
    said = bare("translate", "--mappings", MAPPINGS, kettle, "--from", "shop", "--to", "bazaar")
    assert (said.code, said.json) == (0, KEPT)


# -- sidecar --------------------------------------------------------------------------------------------------


def test_the_sidecar_brings_back_what_bazaar_does_not_hold(kettle: Path, tmp_path: Path) -> None:
    sidecar, out = tmp_path / "sidecar.json", tmp_path / "out.json"
    run("translate", kettle, "--from", "shop", "--to", "bazaar", "--sidecar", sidecar, "-o", out)
    back = run("translate", out, "--from", "bazaar", "--to", "shop", "--restore", sidecar)
    assert back.json == {name: value for name, value in KETTLE.items() if name != "key"}


def test_a_sidecar_is_readable_by_its_owner_only_even_where_a_file_was_open_to_all(tmp_path: Path) -> None:
    sidecar = tmp_path / "sidecar.json"
    sidecar.write_text("old")
    sidecar.chmod(0o644)
    shop_to_bazaar(KETTLE, "--sidecar", sidecar)
    assert stat.S_IMODE(os.stat(sidecar).st_mode) == 0o600
    assert json.loads(sidecar.read_text())["sidecar"] == 1


def test_where_nothing_is_lost_the_sidecar_is_null_and_restores_nothing(tmp_path: Path) -> None:
    sidecar = tmp_path / "sidecar.json"
    # of another product, from before
    shop_to_bazaar(KETTLE, "--sidecar", sidecar)
    shop_to_bazaar(CUP, "--sidecar", sidecar)
    assert sidecar.read_text() == "null\n"
    out = shop_to_bazaar(CUP).out
    assert run("translate", "-", "--from", "bazaar", "--to", "shop", "--restore", sidecar, input=out).json == CUP


@pytest.mark.parametrize("text", ['{"sidecar": 1, "entr', "", "\x00"])
def test_a_sidecar_that_is_no_json_is_named(text: str, tmp_path: Path) -> None:
    file = tmp_path / "trunc.json"
    file.write_text(text)
    said = shop_to_bazaar(CUP, "--restore", file)
    assert said.code == 1
    assert said.err.startswith(f"Error: {file}: the sidecar is truncated, or is none: not JSON")


def test_a_broken_sidecar_is_refused(kettle: Path, tmp_path: Path) -> None:
    (tmp_path / "sidecar.json").write_text("{}")
    said = run("translate", kettle, "--from", "shop", "--to", "bazaar", "--restore", tmp_path / "sidecar.json")
    assert (said.code, said.out) == (1, b"")
    assert said.err.startswith("Error: this is no sidecar")


def test_parked_fields_come_back_from_the_payload_alone() -> None:
    said = shop_to_bazaar({"name": "Cup", "colour": "red"}, "--park")
    assert "parked 1" in said.err
    back = run("translate", "-", "--from", "bazaar", "--to", "shop", input=said.out)
    assert back.json == {"name": "Cup", "colour": "red"}


# -- losses ---------------------------------------------------------------------------------------------------


def test_warn_says_a_line_for_each_group_of_losses_worst_first() -> None:
    said = shop_to_bazaar(KETTLE, "--on-loss", "warn")
    assert said.code == 0
    assert said.err.splitlines()[3:7] == [
        "identity: 1 × reduced.length (name, shop.yaml:8), e.g. /name; shorten the text, or keep the sidecar",
        "content: 2 × dropped.no_counterpart (pictures, shop.yaml:20), e.g. /pictures/0/address; "
        "park it in a slot, or keep the sidecar",
        "1 × dropped.unknown_field (unknown field), e.g. /novel; add a line to the mapping",
        "1 × dropped.no_counterpart (colour, shop.yaml:11), e.g. /colour; park it in a slot, or keep the sidecar",
    ]


def test_raise_writes_no_payload(tmp_path: Path) -> None:
    out, sidecar, report = tmp_path / "out.json", tmp_path / "sidecar.json", tmp_path / "report.txt"
    said = shop_to_bazaar(KETTLE, "--on-loss", "raise", "-o", out, "--sidecar", sidecar, "--report", report)
    assert said.code == 3
    assert not out.exists()
    assert not sidecar.exists()
    assert "lossless   no" in report.read_text()
    assert said.err.splitlines()[-1] == (
        "Error: not translated, because it would lose: "
        "dropped.no_counterpart 6, dropped.unknown_field 1, reduced.length 1"
    )
    assert shop_to_bazaar(KETTLE, "--on-loss", "raise").out == b""


def test_raise_lets_a_clean_payload_pass() -> None:
    said = shop_to_bazaar(CUP, "--on-loss", "raise")
    assert (said.code, said.json["label"]) == (0, "Cup")


CUT = {"name": "Kettle, very large", "code": "K-1"}
DROPPED = {"name": "Kettle", "code": "K-1", "colour": "red"}


@pytest.mark.parametrize(
    ("payload", "gate", "code"),
    [
        (CUP, "any", 0),
        (CUP, "carried", 0),
        (CUT, "any", 3),
        (CUT, "reduced", 3),
        (CUT, "reduced.length", 3),
        (CUT, "reduced.enum", 3),  # as bad as a text that is cut
        (CUT, "reduced.list", 0),  # worse than a text that is cut
        (CUT, "dropped", 0),
        (DROPPED, "dropped", 3),
        (DROPPED, "reduced", 3),
        (DROPPED, "dropped.no_counterpart", 3),
        (DROPPED, "dropped.unknown_field", 0),
        (CUT, "identity", 3),
        (CUT, "content", 3),  # less than identity
        (CUT, "money", 0),
        (DROPPED, "rest", 3),
        (DROPPED, "content", 0),
        (CUP, "rest", 0),
        ({"key": "k"}, "any", 0),
        ({"key": "k"}, "withheld", 3),
    ],
)
def test_fail_on_ends_with_three_at_or_above_what_it_names(payload: Any, gate: str, code: int) -> None:
    said = shop_to_bazaar(payload, "--fail-on", gate)
    assert said.code == code
    assert said.out, "the payload is written all the same"


def test_one_gate_of_several_is_enough() -> None:
    said = shop_to_bazaar(CUT, "--fail-on", "dropped", "--fail-on", "reduced.length")
    assert said.code == 3
    assert said.err.splitlines()[-1] == "Error: loss at or above dropped or reduced.length: reduced.length"


@pytest.mark.parametrize(
    ("gate", "message"),
    [
        ("droped", "no severity, fate or code 'droped'; did you mean 'dropped'?"),
        ("reduced.lenght", "no severity, fate or code 'reduced.lenght'; did you mean 'reduced.length'?"),
        ("converted", "'converted' is no loss, so nothing can fail on it"),
        ("carried.moved", "'carried.moved' is no loss, so nothing can fail on it"),
    ],
)
def test_fail_on_takes_losses_only(gate: str, message: str) -> None:
    said = shop_to_bazaar(CUP, "--fail-on", gate)
    assert (said.code, said.out) == (2, b"")
    assert said.err == f"Error: {message}\n"


# -- what is refused ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b'{"mass": "heavy"}', "/mass: expected number, found string 'heavy'"),
        (b'{"mass": -1}', "/mass: expected at least 0, found -1"),
        (b"[]", "(the payload): expected object, found array"),
        (b"", "not JSON"),
        (b'{"name": ', "not JSON"),
        (b'{"name": "a", "name": "b"}', "/name: this key stands more than once"),
        (b'{"mass": NaN}', "NaN is no JSON number"),
        (b"\x7fELF\x02\x01\x00\xff\xfe", "not UTF-8"),
        (b"[" * 100_000, "nested deeper"),
    ],
)
def test_an_invalid_payload_ends_with_one_and_says_where(text: bytes, message: str) -> None:
    said = run("translate", "-", "--from", "shop/write", "--to", "bazaar", input=text)
    assert (said.code, said.out) == (1, b"")
    assert said.err.startswith("Error: ")
    assert message in said.err


def test_several_errors_stand_on_lines_of_their_own() -> None:
    said = shop_to_bazaar({"mass": "heavy", "code": 1})
    assert said.err == (
        "Error:\n/mass: expected number, found string 'heavy'\n/code: expected string, found integer 1\n"
    )


def test_control_characters_of_a_payload_do_not_reach_the_terminal() -> None:
    said = shop_to_bazaar({"\x1b[2J": 1, "pictures": [{"address": "\x9b31m\u202e"}]}, "--on-loss", "warn")
    assert not set(said.err) & set("\x1b\x9b\u202e")
    assert "/\\x1b[2J" in said.err


def test_an_undecidable_source_names_the_candidates() -> None:
    said = run("translate", "-", "--to", "bazaar", input='{"qqq": 1}')
    assert said.code == 1
    assert said.err.startswith("Error: the payload has no field of any format: ")
    assert "shop" in said.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--from", "shp", "--to", "bazaar"], "'--from': no format 'shp'; did you mean 'shop'?"),
        (["--from", "shop", "--to", "bazar"], "'--to': no format 'bazar'; did you mean 'bazaar'?"),
        (["--from", "shop/wrote", "--to", "bazaar"], "no profile 'wrote'; did you mean 'write'?"),
        (["--from", "shop"], "Missing option '--to'"),
        (["--to", "bazaar", "--assume", "weight"], "'weight' is not of the form NAME=VALUE"),
        (["--to", "bazaar", "--mode", "replace"], "'replace' is not one of"),
        (["--to", "bazaar", "--restore", "nowhere.json"], "'nowhere.json' does not exist"),
        (["--to", "bazaar", "--ids", "nowhere.csv"], "'nowhere.csv' does not exist"),
        (["--to", "bazaar", "--jobs", "2"], "--jobs needs --lines"),
        (["--to", "bazaar", "--rejects", "r"], "--rejects needs --lines"),
        (["--to", "bazaar", "--losses", "r"], "--losses needs --lines"),
        (["--to", "bazaar", "--lines", "--sidecar", "s"], "--sidecar is for one payload, not for --lines"),
        (["--to", "bazaar", "--jobs", "0", "--lines"], "0 is not in the range"),
    ],
)
def test_wrong_usage_ends_with_two(words: list[str], message: str) -> None:
    said = run("translate", "-", *words, input="{}")
    assert (said.code, said.out) == (2, b"")
    assert message in " ".join(said.err.split())


@pytest.mark.parametrize(
    ("name", "message"), [("nowhere.json", "'nowhere.json' does not exist"), (".", "'.' is a directory")]
)
def test_an_input_that_is_no_file_ends_with_two(name: str, message: str) -> None:
    said = run("translate", name, "--to", "bazaar")
    assert said.code == 2
    assert message in said.err


def test_an_output_in_no_directory_ends_with_two(tmp_path: Path) -> None:
    said = shop_to_bazaar(CUP, "-o", tmp_path / "nowhere" / "out.json")
    assert said.code == 2
    assert said.err.endswith("nowhere/out.json: No such file or directory\n")


def test_two_outputs_are_not_one_file(tmp_path: Path) -> None:
    said = shop_to_bazaar(CUP, "-o", tmp_path / "x", "--report", tmp_path / "." / "x")
    assert said.code == 2
    assert "--output and --report are one file" in said.err
    assert not (tmp_path / "x").exists()


def test_a_payload_may_be_translated_in_place(kettle: Path) -> None:
    assert run("translate", kettle, "--from", "shop", "--to", "bazaar", "-o", kettle).code == 0
    assert json.loads(kettle.read_text()) == KEPT


def test_a_broken_mapping_is_shown_as_a_compiler_shows_it(tmp_path: Path) -> None:
    (tmp_path / "stall.yaml").write_text("format: stall\ntitle: A stall\nfeilds: {}\n")
    said = run("--mappings", tmp_path, "translate", "-", "--to", "stall", input="{}")
    assert said.code == 1
    assert said.err.startswith(f"{tmp_path}/stall.yaml:3:1: error[unknown-word]: ")


def test_a_directory_may_not_replace_a_format(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text("format: shop\n")
    said = run("--mappings", tmp_path, "translate", "-", "--to", "shop", input="{}")
    assert said.code == 2
    assert "format 'shop' stands in" in " ".join(said.err.split())


def test_nothing_is_said_where_nobody_reads_any_more(kettle: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    said = spawn("translate", kettle, "--from", "shop", "--to", "bazaar", stdout=write)
    os.close(write)
    assert (said.code, said.err) == (1, "")


# -- ids that nobody knows, and values that nobody has ---------------------------------------------------------


def test_ids_that_are_not_known_are_left_out_on_request() -> None:
    translating = ("translate", "-", "--from", "axim", "--to", "commerce-engine")
    payload = '{"name": "Cup", "categories": ["c-1"]}'
    assert run(*translating, input=payload).json == {"name": "Cup", "categories": ["c-1"]}
    said = run(*translating, "--foreign-ids", "omit", "--report", "-", "--report-format", "json", input=payload)
    assert b'"waits"' in said.out
    assert "lost: dropped.unknown_id 1" in said.err
    lines = run(*translating, "--foreign-ids", "omit", "--lines", input=payload)
    assert lines.out == b'{"name":"Cup"}\n'


@pytest.mark.parametrize("lines", [[], ["--lines"]], ids=["one", "lines"])
def test_a_value_is_filled_in_as_the_type_that_its_field_takes(lines: list[str]) -> None:
    filled = ["source=internal", "require_non_expired=1", "name=5"]
    options = [part for one in filled for part in ("--fill", one)]
    said = run("translate", "-", "--from", "axim", "--to", "keevault", *options, *lines, input="{}")
    assert said.json["source"] == "internal"
    assert said.json["name"] == "5"
    said = run("translate", "-", "--from", "axim", "--to", "prosperna", "--fill", "product_categories=[]", input="{}")
    assert said.json == {"product_categories": []}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("source", "is not of the form PATH=VALUE"),
        ("=x", "is not of the form PATH=VALUE"),
        ("sorce=x", "no field 'sorce' in keevault/write; did you mean 'source'?"),
        ("meta={}", "no field 'meta'"),
    ],
)
def test_what_cannot_be_filled_in_ends_with_2(given: str, message: str) -> None:
    said = run("translate", "-", "--from", "axim", "--to", "keevault", "--fill", given, input="{}")
    assert said.code == 2
    assert message in said.err
    assert said.out == b""
