"""Tables of identifiers: what is no table is refused where it stands, and none is read or compiled twice."""

from __future__ import annotations

import csv
import os
import pickle
import re
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zlib import crc32

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalens import Translator, UsageError, translate
from catalens.crosswalk import Crosswalks, reading, recall, remembered
from catalens.engine import calls
from catalens.formats import registry
from catalens.pipeline.stream import Recipe

HEADER = "kind,axim,commerce-engine\n"
ROWS = [["kind", "axim", "commerce-engine"], ["category", "a", "A"], ["product", "a", "P"]]


def checked(given: Any, source: str = "axim", target: str = "commerce-engine") -> dict[tuple[str, str], str]:
    """Read a table as a translator does, and return what it knows."""
    table = Crosswalks.read(given)
    table.check(registry(), source, target)
    return dict(table.between(source, target))


# -- what is no table -----------------------------------------------------------------------------------------

EXPECTED = "expected the header kind,FORMAT,FORMAT,…, found "

#: a file, and what is said of it behind its name
BROKEN = {
    "empty": (b"", f": {EXPECTED}nothing"),
    "blank lines": (b"\n\n", f": {EXPECTED}nothing"),
    "data for a header": (b"category,a,A\nproduct,a,P\n", f", line 1: {EXPECTED}'category,a,A'"),
    "long data for a header": (b"x" * 200, f", line 1: {EXPECTED}'{'x' * 80}…'"),
    "header behind blank lines": (b"\n\naxim,b\n", f", line 3: {EXPECTED}'axim,b'"),
    "capital": (b"Kind,axim\n", f", line 1: {EXPECTED}'Kind,axim'; did you mean 'kind'?"),
    "misspelt": (b" KINDS,axim\n", f", line 1: {EXPECTED}' KINDS,axim'; did you mean 'kind'?"),
    "kind elsewhere": (b"axim,kind\n", f", line 1: {EXPECTED}'axim,kind'; put the column 'kind' first"),
    "semicolons": (b"kind;axim\n", f", line 1: {EXPECTED}'kind;axim'; cells are separated by ',', not by ';'"),
    "tabs": (b"kind\taxim\n", f", line 1: {EXPECTED}'kind\\taxim'; cells are separated by ',', not by '\\t'"),
    "column twice": (
        b"kind,axim,webcommander,axim\n",
        ", line 1: column 'axim' stands twice, as column 2 and as column 4",
    ),
    "kind twice": (b"kind,axim,kind\n", ", line 1: column 'kind' stands twice, as column 1 and as column 3"),
    "no name": (b"kind,axim, \n", ", line 1: column 3 has no name; the header is kind,FORMAT,FORMAT,…"),
    "kind only": (b"kind\ncategory\n", ", line 1: expected a column 'axim' or 'commerce-engine', found kind;"),
    "other formats": (
        b"kind,webcommander,prosperna\ncategory,a,b\n",
        ", line 1: expected a column 'axim' or 'commerce-engine', found kind, webcommander, prosperna;",
    ),
    "longer": (HEADER.encode() + b"category,a,b,c\n", ", line 2: 4 cells, more than the header has (3)"),
    "shorter": (HEADER.encode() + b"\ncategory,a\n", ", line 3: 2 cells, fewer than the header has (3)"),
    "no kind": (HEADER.encode() + b"category,a,A\n,b,B\n", ", line 3: no 'kind'; the header is"),
    "blank kind": (HEADER.encode() + b" ,b,B\n", ", line 2: no 'kind'; the header is"),
    "blank id": (
        HEADER.encode() + b"category,a,A\ncategory,b, \t\n",
        ", line 3: expected an id of 'commerce-engine', found ' \\t'; leave the cell empty where there is none",
    ),
    "no-break space": (
        HEADER.encode() + b"category,\xc2\xa0,B\n",
        ", line 2: expected an id of 'axim', found '\\xa0'",
    ),
    "NUL": (HEADER.encode() + b"category,a,A\ncategory,b\0,B\n", ", line 3: expected text, found a NUL character"),
    "Latin-1": (
        HEADER.encode() + b"category,a,A\ncategory,caf\xe9,B\n",
        ", line 3: expected UTF-8, found the byte 0xe9; save the file as UTF-8",
    ),
    "UTF-16": (HEADER.encode("utf-16"), ", line 1: expected UTF-8, found the byte 0xff; save the file as UTF-8"),
    "open quote": (
        HEADER.encode() + b'category,a,A\n\ncategory,"b,B\ncategory,c,C\n',
        ", line 4: a quote opens here, and none closes it",
    ),
    "open quote, long": (
        HEADER.encode() + b'category,a,A\ncategory,"b,B\n' + b"category,c,C\n" * 20_000,
        ", line 3: a cell begins here that has more than 131072 characters; does a quote open in it that none "
        "closes?",
    ),
    "text behind a quote": (HEADER.encode() + b'category,"a"b,A\n', ", line 2: ',' expected after '\"'"),
    "unknown kind": (
        HEADER.encode() + b"category,a,A\ncatgory,b,B\n",
        ", line 3: no format has identifiers of the kind 'catgory'; did you mean 'category'?",
    ),
    "header again": (HEADER.encode() * 2, ", line 2: no format has identifiers of the kind 'kind'"),
    "two for one": (
        HEADER.encode() + b"category,a,A\n\ncategory,b,B\ncategory,a,C\n",
        ", line 5: category axim 'a' = commerce-engine 'C' contradicts line 2: axim 'a' = commerce-engine 'A'; "
        "one thing has one id on each platform",
    ),
    "one for two": (
        HEADER.encode() + b"category,a,A\ncategory,b,A\n",
        ", line 3: category axim 'b' = commerce-engine 'A' contradicts line 2: axim 'a' = commerce-engine 'A'",
    ),
    "lines within cells": (
        HEADER.encode() + b'category,"a\nb",A\ncategory,c\n',
        ", line 4: 2 cells, fewer than the header has (3)",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_where_it_is_broken(name: str, tmp_path: Path) -> None:
    file = tmp_path / "ids.csv"
    data, said = BROKEN[name]
    file.write_bytes(data)
    with pytest.raises(UsageError) as error:
        checked(file)
    assert str(error.value).startswith(f"id crosswalk {file}{said}")


ROW = {"kind": "category", "axim": "a", "commerce-engine": "A"}

BROKEN_ROWS: dict[str, tuple[Callable[[], Any], str]] = {
    "no header": (lambda: ROWS[1:], f", row 0: {EXPECTED}'category,a,A'"),
    "column twice": (lambda: [["kind", "axim", "axim"]], ", row 0: column 'axim' stands twice, as column 2 and"),
    "longer": (lambda: [*ROWS, ("category", "b", "B", "C")], ", row 3: 4 cells, more than the header has (3)"),
    "empty row": (lambda: [*ROWS, []], ", row 3: 0 cells, fewer than the header has (3)"),
    "text for a row": (lambda: iter([*ROWS, "category,b,B"]), ", row 3: expected a list of cells, or a mapping"),
    "mapping behind lists": (lambda: [*ROWS, ROW], ", row 3: expected a list of cells, or a mapping"),
    "list behind mappings": (lambda: [ROW, ["category", "b", "B"]], ", row 2: expected a mapping, as in the rows"),
    "no kind": (lambda: iter([ROW, {"axim": "b"}]), ", row 2: no 'kind'; the header is kind,FORMAT,FORMAT,…"),
    "name": (lambda: [ROW, {"kind": "category", 5: "b"}], ", row 2: expected 'kind' and names of formats, found 5"),
    "missing value": (
        lambda: [ROW, {**ROW, "axim": float("nan")}],
        ", row 2: expected text or an integer as an id, found nan",
    ),
    "truth value": (lambda: [*ROWS, ["category", True, "B"]], ", row 3: expected text or an integer as an id, found"),
    "NUL": (lambda: [ROW, {**ROW, "axim": "b\0"}], ", row 2: expected text, found a NUL character"),
    "contradiction": (
        lambda: (one for one in [ROW, {**ROW, "axim": "b"}]),
        ", row 2: category axim 'b' = commerce-engine 'A' contradicts row 1: axim 'a' = commerce-engine 'A'",
    ),
    "other formats": (
        lambda: [{"kind": "category", "prosperna": "a"}],
        ": expected a column 'axim' or 'commerce-engine', found kind, prosperna",
    ),
}


@pytest.mark.parametrize("name", BROKEN_ROWS)
def test_broken_rows_are_refused_where_they_are_broken(name: str) -> None:
    rows, said = BROKEN_ROWS[name]
    with pytest.raises(UsageError) as error:
        checked(rows())
    assert str(error.value).startswith(f"id crosswalk{said}")


def test_rows_that_contradict_each_other_elsewhere_are_of_no_concern() -> None:
    rows = [{**ROW, "prosperna": "1"}, {"kind": "category", "axim": "b", "prosperna": "1"}]
    assert checked(rows) == {("category", "a"): "A"}
    for source, target in (("axim", "prosperna"), ("prosperna", "axim")):
        with pytest.raises(UsageError, match="row 2: category axim 'b' = prosperna '1' contradicts row 1: axim 'a'"):
            checked(rows, source, target)


# -- what is one ----------------------------------------------------------------------------------------------


def as_file(directory: Path) -> Path:
    file = directory / "ids.csv"
    file.write_text("kind,axim,commerce-engine\ncategory,a,A\nproduct,a,P\n", "utf-8")
    return file


FORMS: dict[str, Callable[[Path], Any]] = {
    "file": as_file,
    "name of a file": lambda directory: str(as_file(directory)),
    "lists": lambda _: ROWS,
    "tuples": lambda _: tuple(map(tuple, ROWS)),
    "generator": lambda _: (row for row in ROWS),
    "mappings": lambda _: [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]],
    "generator of mappings": lambda _: (dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]),
    "reader": lambda directory: csv.reader(as_file(directory).read_text("utf-8").splitlines()),
    "reader of mappings": lambda directory: csv.DictReader(as_file(directory).read_text("utf-8").splitlines()),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_table_comes_in_many_forms(form: str, tmp_path: Path) -> None:
    assert checked(FORMS[form](tmp_path)) == {("category", "a"): "A", ("product", "a"): "P"}


def test_tables_that_say_the_same_are_equal(tmp_path: Path) -> None:
    tables = [Crosswalks.read(make(tmp_path)) for make in FORMS.values()]
    assert len({*tables}) == 1
    assert tables[0] != Crosswalks.read(ROWS[:2])
    assert tables[0] != ROWS


@pytest.mark.parametrize("nothing", ["file", "rows", "mappings"])
def test_a_table_may_know_nothing_yet(nothing: str, tmp_path: Path) -> None:
    file = tmp_path / "ids.csv"
    file.write_text(HEADER, "utf-8")
    assert checked({"file": file, "rows": ROWS[:1], "mappings": []}[nothing]) == {}


def test_each_mapping_may_bring_new_columns() -> None:
    rows = [
        {"kind": "category", "axim": "a"},
        {"commerce-engine": "B", "kind": "category", "axim": "b"},
        {"kind": "category", "webcommander": 7, "commerce-engine": "C"},
        {"kind": "category", "axim": "ä", "commerce-engine": None, "webcommander": "8"},
    ]
    assert checked(rows) == {("category", "b"): "B"}
    assert checked(rows, "webcommander") == {("category", "7"): "C"}
    assert checked(rows, "axim", "webcommander") == {("category", "ä"): "8"}


def test_cells_may_be_quoted_and_hold_lines(tmp_path: Path) -> None:
    file = tmp_path / "ids.csv"
    file.write_bytes(b'"kind",axim,commerce-engine\r\n\r\ncategory,"a, ""b""\r\nc",A\r\n')
    assert checked(file) == {("category", 'a, "b"\r\nc'): "A"}


def of_file(file: Path) -> list[Any]:
    """Return all that is read of a file, or what is said of it."""
    try:
        rows = reading.read_rows(file)
    except UsageError as error:
        return [str(error)]
    places = [rows.place(rows.number(row)) for row in range(len(rows))]
    return [rows.head, rows.kinds, places, *map(bytes, rows.content())]


CELLS = ("category", "product", "a", "b", "ä", "", " ", '"a"', '"a,b"', '"a\nb"', '"', "a\0", "\ufeff", "x" * 40)
PLAIN = st.lists(
    st.tuples(st.just(["category", "a", "b"]) | st.just(["product", "ä", ""]), st.just("\n")), max_size=4
)
THREE = st.lists(st.sampled_from(CELLS), min_size=3, max_size=3)
ODD = st.tuples(THREE | st.lists(st.sampled_from(CELLS), max_size=4), st.sampled_from(["\n", "\r\n", "\r", ""]))


@pytest.mark.parametrize("block", [16, 40, 1 << 20])
@settings(max_examples=100)
@example("", ([], [(["category", '"a"', "b"], "\n")], []), b"")
@example("", ([], [(["category"], "\r"), (["a", "b", "c"], "\n")], []), b"")
@given(
    st.sampled_from(["", "\ufeff", "\n"]),
    st.tuples(PLAIN, st.lists(ODD, max_size=2), PLAIN),
    st.sampled_from([b"", b"category,\xff,B\n"]),
)
def test_plain_lines_are_read_as_any_line_is(
    block: int, head: str, parts: tuple[list[Any], ...], tail: bytes
) -> None:
    text = head + HEADER + "".join(",".join(cells) + end for cells, end in chain(*parts))
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        file = Path(folder, "ids.csv")
        file.write_bytes(text.encode() + tail)
        patch.setattr(reading, "BLOCK", block)
        limit = csv.field_size_limit(30)
        try:
            found = of_file(file)
            patch.setattr(reading, "_plain_head", lambda *_: None)
            assert found == of_file(file)
        finally:
            csv.field_size_limit(limit)


def test_plain_lines_are_taken_as_they_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "ids.csv"
    file.write_text(HEADER + "".join(f"category,a{number},b{number}\n" for number in range(1000)), "utf-8")
    monkeypatch.setattr(reading, "BLOCK", 1000)
    monkeypatch.setattr(reading, "_lines", None)
    assert len(checked(file)) == 1000


IDS = st.text(st.characters(exclude_characters="\0"), min_size=1, max_size=4).filter(str.strip)


@given(st.dictionaries(st.tuples(st.sampled_from(["category", "product"]), IDS), IDS, max_size=40))
def test_the_table_knows_what_a_dictionary_would(wanted: dict[tuple[str, str], str]) -> None:
    one_to_one = {(kind, theirs): (kind, ours) for (kind, ours), theirs in wanted.items()}
    wanted = {key: theirs for (_, theirs), key in one_to_one.items()}
    rows = [{"kind": kind, "axim": ours, "commerce-engine": theirs} for (kind, ours), theirs in wanted.items()]
    table = Crosswalks.read(rows)
    there, back = table.between("axim", "commerce-engine"), table.between("commerce-engine", "axim")
    assert dict(there) == wanted
    assert dict(back) == {(kind, theirs): ours for (kind, ours), theirs in wanted.items()}
    assert len(there) == len(back) == len(wanted)
    assert there.get(("category", "not there")) is None
    sent = pickle.loads(pickle.dumps(table))
    assert (sent, dict(sent.between("axim", "commerce-engine"))) == (table, wanted)


def test_identifiers_with_one_checksum_are_told_apart() -> None:
    # "plumless" and "buckeroo" are words with one CRC-32
    assert crc32(b"plumless") == crc32(b"buckeroo")
    rows = [ROWS[0], ["category", "plumless", "1"], ["category", "buckeroo", "2"]]
    assert checked(rows) == {("category", "plumless"): "1", ("category", "buckeroo"): "2"}
    assert checked(rows[:2]).get(("category", "buckeroo")) is None


def test_many_rows_are_read_in_steps() -> None:
    rows: list[Any] = [ROWS[0], *(["category", f"a{n}", f"b{n}" if n % 3 else ""] for n in range(10_000))]
    assert checked(rows) == {("category", f"a{n}"): f"b{n}" for n in range(10_000) if n % 3}
    with pytest.raises(UsageError, match="row 10001: category axim 'a1' = commerce-engine 'x' contradicts row 2:"):
        checked([*rows, ["category", "a1", "x"]])


def test_what_one_translator_learns_no_other_knows() -> None:
    table = Crosswalks.read(ROWS)
    one, other = (Translator("axim", "commerce-engine", ids=table) for _ in range(2))
    assert one.crosswalk is not None
    # a table can be changed; other crosswalks, which it may be for its type, need not be
    one.crosswalk["category", "b"] = "B"  # type: ignore[index]
    del one.crosswalk["category", "a"]  # type: ignore[attr-defined]
    assert one({"categories": ["a", "b"]}).payload == {"categories": ["a", "B"]}
    assert other({"categories": ["a", "b"]}).payload == {"categories": ["A", "b"]}
    assert dict(one.crosswalk) == {("category", "b"): "B", ("product", "a"): "P"}  # type: ignore[call-overload]
    with pytest.raises(KeyError):
        del one.crosswalk["category", "a"]  # type: ignore[attr-defined]


def test_a_recipe_takes_to_another_process_what_was_made_of_a_table() -> None:
    recipe = Recipe("axim/write", "commerce-engine/write", ids=Crosswalks.read(ROWS))
    recipe.translator()
    assert recipe.ids is not None
    made = pickle.loads(pickle.dumps(recipe)).ids._sides
    assert set(made) == {("axim", "commerce-engine")} == set(recipe.ids._sides)


# -- once, and not with each call -----------------------------------------------------------------------------

PAYLOAD = {"categories": ["a"]}


@pytest.fixture(autouse=True)
def forgetful() -> None:
    """Let each test begin without tables that others read."""
    remembered._TABLES.clear()
    calls._kept_beside.cache_clear()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return what translators are made of, as it grows."""
    made: list[Any] = []

    def make(*args: Any, **options: Any) -> Translator:
        made.append(options["ids"])
        return Translator(*args, **options)

    monkeypatch.setattr(calls, "Translator", make)
    return made


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return what tables are read from, as it grows."""
    read: list[Any] = []
    really = Crosswalks.read

    def reading(given: Any) -> Crosswalks:
        read.append(given)
        return really(given)

    monkeypatch.setattr(Crosswalks, "read", reading)
    return read


def said(ids: Any) -> Any:
    return translate(PAYLOAD, "axim", "commerce-engine", ids=ids).payload["categories"]


@pytest.mark.parametrize("form", FORMS)
def test_a_translator_with_a_table_is_compiled_once(form: str, tmp_path: Path, made: list[Any]) -> None:
    for _ in range(3):
        assert said(FORMS[form](tmp_path)) == ["A"]
    table = Crosswalks.read(ROWS)
    assert said(table) == ["A"]
    assert made == [table]


def test_a_table_that_changes_is_never_answered_from_what_it_was(made: list[Any]) -> None:
    rows = [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]
    assert said(rows) == ["A"]
    rows[0]["commerce-engine"] = "B"
    assert said(rows) == ["B"]
    rows.pop(0)
    assert said(rows) == ["a"]
    rows.append({"kind": "category", "axim": "a", "commerce-engine": "C"})
    assert said(rows) == ["C"]
    assert len(made) == 4
    rows.append({"kind": "category", "axim": "a", "commerce-engine": "D"})
    with pytest.raises(UsageError, match=r"row 3: .* contradicts row 2"):
        said(rows)


@pytest.fixture(params=["now", "later"])
def sure(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files have been changed a moment ago, or long before: then their times are believed."""
    if request.param == "later":
        monkeypatch.setattr(remembered, "UNSURE", -(10**18))


@pytest.mark.usefixtures("sure")
def test_a_file_is_read_once_as_long_as_it_is_the_same(tmp_path: Path, read: list[Any]) -> None:
    file = as_file(tmp_path)
    assert [said(file), said(str(file)), said(file)] == [["A"]] * 3
    assert read == [file]
    # another directory, the same name
    (tmp_path / "other").mkdir()
    other = as_file(tmp_path / "other")
    other.write_text(HEADER + "category,a,X\n", "utf-8")
    assert [said(other), said(file)] == [["X"], ["A"]]
    assert read == [file, other]


def test_a_file_that_is_written_within_one_tick_of_its_clock_is_read_again(tmp_path: Path) -> None:
    file = as_file(tmp_path)
    before = file.stat()
    for name in "ABCABC":
        file.write_text(HEADER + f"category,a,{name}\n", "utf-8")
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert said(file) == [name]


@pytest.mark.usefixtures("sure")
def test_a_file_that_is_replaced_is_read_again(tmp_path: Path) -> None:
    file = as_file(tmp_path)
    assert said(file) == ["A"]
    new = tmp_path / "new.csv"
    new.write_text(HEADER + "category,a,ABC\n", "utf-8")
    new.replace(file)
    assert said(file) == ["ABC"]
    file.unlink()
    with pytest.raises(UsageError, match=r"ids\.csv: .*No such file"):
        said(file)


def test_a_file_that_changes_while_it_is_read_is_not_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = as_file(tmp_path)
    really = Crosswalks.read

    def reading(given: Any) -> Crosswalks:
        file.write_text(HEADER + "category,a,changed\n", "utf-8")
        return really(given)

    with monkeypatch.context() as patched:
        patched.setattr(Crosswalks, "read", reading)
        assert said(file) == ["changed"]
    as_file(tmp_path)
    assert said(file) == ["A"]


def test_a_pipe_is_read_and_not_remembered(tmp_path: Path) -> None:
    from threading import Thread

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for name in "AB":
        writer = Thread(target=pipe.write_text, args=(HEADER + f"category,a,{name}\n",))
        writer.start()
        assert said(pipe) == [name]
        writer.join()


def test_few_tables_are_remembered(tmp_path: Path) -> None:
    for number in range(3 * remembered.KEPT):
        file = tmp_path / f"{number}.csv"
        file.write_text(HEADER + f"category,a,{number}\n", "utf-8")
        assert said(file) == [str(number)]
    assert len(remembered._TABLES) == remembered.KEPT
    assert calls._kept_beside.cache_info().currsize == calls._kept_beside.cache_info().maxsize


def test_a_table_that_was_read_is_recalled_as_it_is() -> None:
    table = Crosswalks.read(ROWS)
    assert recall(table) is table
    with pytest.raises(UsageError, match=re.escape("ids: expected the name of a CSV file or rows")):
        recall(5)
