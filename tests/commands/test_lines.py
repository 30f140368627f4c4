"""``catalens translate --lines``: a bad line goes to the rejects, and the rest goes on."""

from __future__ import annotations

import io
import json
import os
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catalens.engine import Translator
from catalens.engine.lines import translate_lines
from catalens.errors import CatalensError, InvalidPayload
from catalens.formats import registry
from catalens.pipeline import stream
from catalens.pipeline.stream import Recipe, Sinks, blocks, drain, spans, translate_blocks
from tests.commands.door import CUP, KETTLE, MAPPINGS, Said, run, spawn

BAD = [
    b'{"name": "Cup"',
    b'{"mass": "heavy", "code": 1}',
    b"[]",
    b'{"name": "\xff"}',
]


def text(*lines: Any) -> bytes:
    """Write payloads as JSON lines; bytes stand for themselves."""
    return b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines)


def records(data: bytes) -> list[Any]:
    return [json.loads(line) for line in data.splitlines()]


def lines(given: bytes, *words: object) -> Said:
    return run("translate", "-", "--lines", "--from", "shop/write", "--to", "bazaar", *words, input=given)


# -- lines in, lines out --------------------------------------------------------------------------------------


def test_each_line_is_a_payload() -> None:
    said = lines(text(CUP, {"name": "Jug", "code": "J-1"}))
    assert said.code == 0
    assert said.out == (b'{"label":"Cup","sku":"C-1","heft":0.25,"words":["cold"]}\n{"label":"Jug","sku":"J-1"}\n')
    assert said.err.splitlines() == ["2 lines: 2 translated, 0 rejected, 0 with loss", "no loss"]


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b""])
def test_the_last_line_may_end_anyhow(ending: bytes) -> None:
    assert lines(b'{"name": "Cup"}' + ending).out == b'{"label":"Cup"}\n'


def test_no_lines_are_no_failure() -> None:
    said = run("translate", "-", "--lines", "--to", "bazaar", input=b"")
    assert (said.code, said.out, said.err) == (0, b"", "0 lines: 0 translated, 0 rejected, 0 with loss\n")


def test_numbers_keep_their_own_digits() -> None:
    assert lines(b'{"mass": 1.50}\n').out == b'{"heft":1.50}\n'


def test_line_separators_inside_a_text_end_no_line() -> None:
    said = lines(text({"name": "a\u2028b\x0bc"}))
    assert records(said.out.replace(b"\xe2\x80\xa8", b" ").replace(b"\\u000b", b" ")) == [{"label": "a b c"}]


# -- bad lines ------------------------------------------------------------------------------------------------


def test_bad_lines_are_rejected_with_number_error_and_text_and_the_rest_goes_on(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.ndjson"
    said = lines(text(CUP, BAD[0], b"", BAD[1], CUP, BAD[2], BAD[3]), "--rejects", rejects)
    assert said.code == 1
    assert len(records(said.out)) == 2
    assert records(rejects.read_bytes()) == [
        {
            "line": 2,
            "error": "(the payload): not JSON: Expecting ',' delimiter at line 1, column 15",
            "errors": [{"pointer": "", "message": "not JSON: Expecting ',' delimiter at line 1, column 15"}],
            "text": '{"name": "Cup"',
        },
        {
            "line": 4,
            "error": "/mass: expected number, found string 'heavy'\n/code: expected string, found integer 1",
            "errors": [
                {"pointer": "/mass", "message": "expected number, found string 'heavy'"},
                {"pointer": "/code", "message": "expected string, found integer 1"},
            ],
            "text": '{"mass": "heavy", "code": 1}',
        },
        {
            "line": 6,
            "error": "(the payload): expected object, found array; translate its items one by one",
            "errors": [{"pointer": "", "message": "expected object, found array; translate its items one by one"}],
            "text": "[]",
        },
        {
            "line": 7,
            "error": "(the payload): not UTF-8: invalid start byte at byte 10",
            "errors": [{"pointer": "", "message": "not UTF-8: invalid start byte at byte 10"}],
            "text": '{"name": "\\xff"}',
        },
    ]
    assert said.err.splitlines()[0] == "6 lines, 1 blank: 2 translated, 4 rejected, 0 with loss"


def test_without_a_file_for_them_bad_lines_are_reported_and_counted() -> None:
    said = lines(text(CUP, BAD[2], CUP))
    assert said.code == 1
    assert said.err.splitlines() == [
        "line 2: (the payload): expected object, found array; translate its items one by one",
        "3 lines: 2 translated, 1 rejected, 0 with loss",
        "no loss",
    ]


def test_rejects_hold_originals_so_only_their_owner_reads_them(tmp_path: Path) -> None:
    lines(text(BAD[0]), "--rejects", tmp_path / "rejects")
    assert os.stat(tmp_path / "rejects").st_mode & 0o777 == 0o600


def test_a_bad_line_cannot_speak_to_the_terminal() -> None:
    said = lines(text({"mass": "\x1b[2J"}, {"mass": "\x9b2J"}))
    assert not set(said.err) & set("\x1b\x9b")


# -- losses ---------------------------------------------------------------------------------------------------


def test_the_totals_list_the_work_of_a_migration_worst_first() -> None:
    long = {"name": "Kettle, very large", "code": "K"}
    said = lines(text(CUP, long, {"colour": "red", "key": "k"}, b"", {"colour": "blue", "novel": 1}, long))
    assert said.err.splitlines() == [
        "5 lines, 1 blank: 5 translated, 0 rejected, 4 with loss",
        "identity: 2 × reduced.length (name, shop.yaml:8), e.g. line 2 /name; shorten the text, or keep the sidecar",
        "1 × dropped.unknown_field (unknown field), e.g. line 5 /novel; add a line to the mapping",
        "2 × dropped.no_counterpart (colour, shop.yaml:11), e.g. line 3 /colour; "
        "park it in a slot, or keep the sidecar",
    ]


def test_the_totals_are_a_report_of_their_own(tmp_path: Path) -> None:
    report = tmp_path / "totals.json"
    given = text({"colour": "red"}, BAD[2], b"", {"name": "Kettle, very large", "colour": "red"})
    lines(given, "--report", report, "--report-format", "json")
    assert json.loads(report.read_text()) == {
        "source": "shop/write",
        "target": "bazaar/write",
        "lines": 3,
        "blank": 1,
        "translated": 2,
        "rejected": 1,
        "lines_with_loss": 2,
        "losses": [
            {
                "severity": "identity",
                "rule": "name",
                "code": "reduced.length",
                "count": 1,
                "example": {"line": 4, "pointer": "/name"},
                "mapping": "shop.yaml:8",
            },
            {
                "severity": "rest",
                "rule": "colour",
                "code": "dropped.no_counterpart",
                "count": 2,
                "example": {"line": 1, "pointer": "/colour"},
                "mapping": "shop.yaml:11",
            },
        ],
    }


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_the_totals_have_every_form_of_a_report(tmp_path: Path, form: str) -> None:
    lines(text(KETTLE), "--report", tmp_path / "totals", "--report-format", form)
    said = (tmp_path / "totals").read_text().replace("\\", "")
    for part in ("shop/write", "bazaar/write", "dropped.unknown_field", "/novel", "add a line to the mapping"):
        assert part in said


def test_losses_are_listed_by_line(tmp_path: Path) -> None:
    losses = tmp_path / "losses.ndjson"
    lines(text({"colour": "red", "key": "k"}, CUP, b"", {"name": "Kettle, very large"}), "--losses", losses)
    assert losses.read_bytes() == (
        b'{"line":1,"losses":[["/colour","dropped.no_counterpart"]]}\n'
        b'{"line":4,"losses":[["/name","reduced.length"]]}\n'
    )


def test_what_is_parked_can_stop_a_run_and_is_no_loss(tmp_path: Path) -> None:
    given, losses = text({"name": "Cup", "colour": "red"}, CUP), tmp_path / "losses.ndjson"
    said = lines(given, "--park", "--losses", losses, "--fail-on", "parked")
    assert said.code == 3
    assert said.err.splitlines()[:2] == ["2 lines: 2 translated, 0 rejected, 0 with loss", "no loss"]
    assert losses.read_bytes() == b""
    assert lines(given, "--park", "--fail-on", "any").code == 0
    assert lines(text(CUP), "--park", "--fail-on", "parked").code == 0
    assert lines(given, "--park", "--on-loss", "raise").code == 0


def test_what_is_withheld_beside_parked_fields_can_stop_a_run() -> None:
    given = text({"name": "Cup", "colour": "red", "key": "k"})
    assert lines(given, "--park", "--fail-on", "withheld").code == lines(given, "--fail-on", "withheld").code == 3


def test_the_summary_is_short_unless_warnings_are_wanted(tmp_path: Path) -> None:
    fields = "\n".join(f"  f{number}: {{type: string, only_here: true}}" for number in range(30))
    (tmp_path / "wide.yaml").write_text(f"format: wide\ntitle: Wide\nfields:\n{fields}\nprofiles: {{write: {{}}}}\n")
    given = text({f"f{number}": "x" for number in range(30)})
    words = ["--mappings", tmp_path, "translate", "-", "--lines", "--from", "wide", "--to", "bazaar"]
    short, long = (run(*words, *more, input=given).err.splitlines() for more in ([], ["--on-loss", "warn"]))
    assert (len(short), short[-1]) == (22, "and 10 more kinds of loss; a report has all")
    assert len(long) == 31


# -- exit codes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "words", "code"),
    [
        ([CUP], ["--fail-on", "any"], 0),
        ([CUP, KETTLE], [], 0),
        ([CUP, KETTLE], ["--fail-on", "dropped"], 3),
        ([CUP, {"key": "k"}], ["--fail-on", "withheld"], 3),
        ([CUP, {"key": "k"}], ["--fail-on", "any"], 0),
        ([KETTLE, BAD[0]], ["--fail-on", "dropped"], 1),
        ([KETTLE, CUP], ["--on-loss", "raise"], 3),
        ([KETTLE, BAD[0]], ["--on-loss", "raise"], 1),
        ([CUP], ["--on-loss", "raise"], 0),
    ],
)
def test_the_exit_code_speaks_for_all_lines(given: list[Any], words: list[str], code: int) -> None:
    assert lines(text(*given), *words).code == code


def test_raise_rejects_lines_with_loss_and_writes_the_others(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.ndjson"
    said = lines(text({"colour": "red"}, CUP), "--on-loss", "raise", "--rejects", rejects)
    assert [one["label"] for one in records(said.out)] == ["Cup"]
    assert records(rejects.read_bytes()) == [
        {
            "line": 1,
            "error": "not translated, because it would lose: dropped.no_counterpart 1",
            "errors": [],
            "text": '{"colour": "red"}',
        }
    ]
    assert said.err.splitlines()[0] == "2 lines: 1 translated, 1 rejected, 1 with loss"
    assert said.err.splitlines()[-1] == "Error: 1 lines not translated, because they would lose something"


# -- detection ------------------------------------------------------------------------------------------------


def test_the_first_valid_line_tells_the_format() -> None:
    given = text(b"", BAD[0], b"[]", {"code": "K", "colour": "red", "echo": "e"}, CUP)
    said = run("translate", "-", "--lines", "--to", "bazaar", input=given)
    assert said.code == 1
    assert [one["sku"] for one in records(said.out)] == ["K", "C-1"]
    assert "4 lines, 1 blank: 2 translated, 2 rejected" in said.err


def test_where_no_line_is_valid_every_line_is_rejected(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects"
    said = run("translate", "-", "--lines", "--to", "bazaar", "--rejects", rejects, input=text(*BAD[::2]))
    assert (said.code, said.out) == (1, b"")
    assert [one["line"] for one in records(rejects.read_bytes())] == [1, 2]


def test_a_first_line_that_tells_nothing_ends_the_run(tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = run("translate", "-", "--lines", "--to", "bazaar", "-o", out, input=text(b"", {"qqq": 1}, CUP))
    assert said.code == 1
    assert said.err.startswith("Error: line 2: the payload has no field of any format")
    assert not out.exists()


# -- processes, memory, files ---------------------------------------------------------------------------------


def test_any_number_of_processes_gives_the_same_bytes(tmp_path: Path) -> None:
    given = tmp_path / "in.ndjson"
    cases = [CUP, KETTLE, b"", BAD[0], {"name": "x" * 4000, "colour": "red"}, BAD[1]]
    given.write_bytes(text(*(cases[number * 5 % 11 % 6] for number in range(12_000))))
    assert given.stat().st_size > 3 * stream.BLOCK, "more than one block for each process"
    seen = []
    for jobs, source, data in ((1, given, None), (2, given, None), (3, "-", given.read_bytes())):
        names = [tmp_path / f"{name}{jobs}" for name in ("out", "rejects", "losses", "report")]
        out, rejects, losses, report = names
        words = ["--lines", "--from", "shop/write", "--to", "bazaar", "--jobs", jobs, "-o", out]
        words += ["--rejects", rejects, "--losses", losses, "--report", report, "--report-format", "json"]
        said = spawn("translate", source, *words, input=data)
        seen.append((said, *(name.read_bytes() for name in names)))
    assert seen[0][0].code == 1
    assert all(seen[0][1:])
    assert seen[1] == seen[0]
    assert seen[2] == seen[0]


def test_processes_read_their_own_pieces_of_a_file(tmp_path: Path) -> None:
    given = tmp_path / "in.ndjson"
    given.write_bytes(text(*[CUP, KETTLE] * 40_000))
    with given.open("rb") as file:
        whole = list(blocks(file))
        file.seek(0)
        pieces = list(spans(blocks(file), file, str(given)))
    assert len(pieces) == len(whole) > 2
    assert [one.read() for one in pieces] == whole

    given.rename(tmp_path / "before.ndjson")
    given.write_bytes(b"".join(one.text for one in whole))
    with pytest.raises(CatalensError, match="changed while it was read"):
        pieces[1].read()


def test_a_file_that_shrinks_is_no_shorter_answer(tmp_path: Path) -> None:
    given = tmp_path / "in.ndjson"
    given.write_bytes(text(*[CUP] * 10))
    with given.open("rb") as file:
        (piece,) = spans(blocks(file), file, str(given))
    os.truncate(given, 20)
    with pytest.raises(CatalensError, match="changed while it was read"):
        piece.read()


def test_memory_stays_flat() -> None:
    class Endless(io.RawIOBase):
        """Long lines without end, until 64 MiB were read."""

        left = 64 << 20
        line = b'{"name": "' + b"x" * (1 << 18) + b'", "colour": "red"}\n'

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            size = min(len(buffer), self.left, len(self.line))
            start = self.left % len(self.line)
            piece = (self.line + self.line)[len(self.line) - start :][:size]
            buffer[: len(piece)] = piece
            self.left -= len(piece)
            return len(piece)

    recipe = Recipe("shop/write", "bazaar", directories=(str(MAPPINGS),))
    source = blocks(io.BufferedReader(Endless()))
    sinks = Sinks(io.BytesIO(), None, None, lambda text: None, lambda size: None)
    tracemalloc.start()
    totals = drain(translate_blocks(recipe, source), sinks)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert totals.translated >= 255
    assert peak < 16 << 20


def test_the_input_is_never_the_output(tmp_path: Path) -> None:
    given = tmp_path / "in.ndjson"
    given.write_bytes(text(CUP))
    said = run("translate", given, "--lines", "--to", "bazaar", "-o", given)
    assert said.code == 2
    assert "the input and --output are one file" in said.err
    assert given.read_bytes() == text(CUP)


def test_no_progress_is_shown_where_nobody_watches() -> None:
    said = spawn("translate", "-", "--lines", "--from", "shop", "--to", "bazaar", input=text(CUP) * 1000)
    assert said.err == "1000 lines: 1000 translated, 0 rejected, 0 with loss\nno loss\n"


def test_progress_is_shown_to_whoever_watches(tmp_path: Path) -> None:
    given = tmp_path / "in.ndjson"
    given.write_bytes(text(CUP, BAD[2]))
    ours, theirs = os.openpty()
    seen: list[bytes] = []

    def watch() -> None:
        while b"end of show" not in b"".join(seen):
            seen.append(os.read(ours, 4096))

    watcher = threading.Thread(target=watch)
    watcher.start()
    words = ["--lines", "--from", "shop", "--to", "bazaar", "-o", tmp_path / "out"]
    said = spawn("translate", given, *words, stderr=theirs)
    os.write(theirs, b"end of show")
    watcher.join()
    os.close(theirs)
    os.close(ours)
    shown = b"".join(seen).decode()
    assert said.code == 1
    assert "translating" in shown
    assert "line 2: (the payload): expected object, found array; translate its items one by one" in shown
    assert "2 lines: 1 translated, 1 rejected" in shown


def test_a_reader_who_leaves_ends_the_run_quietly(tmp_path: Path) -> None:
    given = tmp_path / "in.ndjson"
    given.write_bytes(text(CUP) * 1000)
    for jobs in (1, 2):
        read, write = os.pipe()
        os.close(read)
        said = spawn("translate", given, "--lines", "--from", "shop", "--to", "bazaar", "--jobs", jobs, stdout=write)
        os.close(write)
        assert (said.code, said.err) == (1, "")


def test_a_mapping_that_cannot_be_used_is_an_error_whatever_the_number_of_processes(tmp_path: Path) -> None:
    (tmp_path / "stall.yaml").write_text("format: stall\ntitle: A stall\nfields: {a: {type: string, hub: nope.}}\n")
    for jobs in (1, 2):
        words = ["--lines", "--from", "shop", "--to", "stall", "--jobs", jobs, "-o", tmp_path / "out"]
        said = run("--mappings", tmp_path, "translate", "-", *words, input=text(CUP))
        assert said.code == 1
        assert f"{tmp_path}/stall.yaml:1:1: error[profiles]" in said.err
        assert not (tmp_path / "out").exists()


# -- the library's door ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def translator() -> Translator:
    return Translator("shop/write", "bazaar", formats=registry((str(MAPPINGS),)))


def test_lines_are_translated_one_by_one(translator: Translator) -> None:
    def given() -> Iterator[bytes | str]:
        yield '{"name": "Cup"}\n'
        yield "\n"
        yield b'{"name": "Jug", "colour": "red"}'
        yield "[]"
        raise AssertionError("nobody asked for this line")

    results = translate_lines(translator, given())
    first, second, third = next(results), next(results), next(results)
    assert (first.line, first.output, first.losses, first.error) == (1, b'{"label":"Cup"}', [], None)
    assert (second.line, [one.code for one in second.losses]) == (3, ["dropped.no_counterpart"])
    assert (third.line, third.text, third.output) == (4, b"[]", None)
    assert isinstance(third.error, InvalidPayload)


def test_half_a_character_is_an_error_of_its_line(translator: Translator) -> None:
    (result,) = translate_lines(translator, ['{"name": "\ud800"}'])
    assert str(result.error).startswith("(the payload): not UTF-8")


def test_a_line_gives_bytes_or_an_error(translator: Translator) -> None:
    good, bad = translator.lines([b'{"key": "k"}', b"nonsense"])
    assert (good.output, good.error) == (b"{}", None)
    assert bad.output is None
    assert isinstance(bad.error, InvalidPayload)


@pytest.mark.parametrize(
    "line",
    [
        b'{"name": "\\ud800"}',
        b'{"name": "a", "name": "a"}',
        b'{"name": NaN}',
        b'{"novel": ' + b"[" * 101 + b"]" * 101 + b"}",
        b'{"novel": ' + b"9" * 1001 + b"}",
        b'\xef\xbb\xbf{"name": "a"}',
    ],
)
def test_a_line_that_is_no_json_for_us_is_rejected(translator: Translator, line: bytes) -> None:
    (result,) = translator.lines([line])
    assert result.output is None
    assert isinstance(result.error, InvalidPayload)


def test_one_configuration_serves_a_batch_of_all_pairs() -> None:
    assert lines(text(CUP), "--assume", "timezone=UTC").code == 0
    said = lines(text(CUP), "--assume", "timezome=UTC")
    assert said.code == 2
    assert "did you mean 'timezone'?" in said.err
