"""What the command takes for input that other programs have written, and which mappings it takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalens import InvalidMapping, Translator, UsageError, translate
from catalens.formats import Registry
from tests.commands.door import bare

MARK = b"\xef\xbb\xbf"
LINES = b'{"name": "Desk"}\n{"name": "Chair"}\n'


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_byte_order_mark_at_the_start_of_a_file_is_skipped(tmp_path: Path, jobs: str) -> None:
    (tmp_path / "one.json").write_bytes(MARK + b'{"name": "Desk"}')
    (tmp_path / "many.ndjson").write_bytes(MARK + LINES)
    words = ("--from", "axim", "--to", "keevault")
    assert bare("translate", tmp_path / "one.json", *words).json == {"name": "Desk"}
    said = bare("translate", tmp_path / "many.ndjson", *words, "--lines", "--jobs", jobs)
    assert (said.code, said.lines) == (0, ['{"name":"Desk"}', '{"name":"Chair"}'])


def test_a_byte_order_mark_elsewhere_is_refused() -> None:
    said = bare("translate", "-", "--from", "axim", "--to", "keevault", "--lines", input=LINES + MARK + LINES)
    assert said.code == 1
    assert len(said.lines) == 3


def test_an_answer_that_this_pair_does_not_need_is_no_error() -> None:
    done = translate({"name": "Desk"}, "keevault", "prosperna", assume={"timezone": "Asia/Manila", "length": "cm"})
    assert done.payload == translate({"name": "Desk"}, "keevault", "prosperna").payload


def test_an_answer_that_no_format_needs_is_one() -> None:
    with pytest.raises(UsageError, match=r"no format asks for an assumption 'wieght'; did you mean 'weight'\?"):
        Translator("axim", "keevault", assume={"wieght": "kg"})


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_mapping_that_lint_refuses_translates_nothing(tmp_path: Path, side: str) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(
        "format: shop\ntitle: Shop\nfields: {name: {type: string, hub: title}, size: {type: integer}}\n"
        "profiles: {write: {}}\n",
        encoding="utf-8",
    )
    names = ("shop", "axim") if side == "source" else ("axim", "shop")
    with pytest.raises(InvalidMapping) as caught:
        Translator(*names, formats=Registry([tmp_path]))
    assert str(caught.value).splitlines() == bare("lint", path).lines
    assert "error[no-counterpart]" in str(caught.value)


def test_a_warning_of_lint_refuses_nothing(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(
        "format: shop\ntitle: Shop\nfields: {name: {type: string, hub: title}}\n"
        "profiles:\n  write: {fields: {a: {type: string, hub: x.note}}}\n"
        "  read: {fields: {b: {type: integer, hub: x.note}}}\n",
        encoding="utf-8",
    )
    assert "warning[crossing]" in bare("lint", tmp_path / "shop.yaml").out.decode()
    done = Translator("shop/write", "axim", formats=Registry([tmp_path]))({"name": "Desk"})
    assert done.payload == {"name": "Desk"}


def test_a_whole_number_with_a_point_is_an_identifier() -> None:
    done = translate({"parents": [{"id": 1840.0}]}, "webcommander/write", "axim")
    assert done.payload == {"categories": ["1840"]}
    assert [str(loss.code) for loss in done.losses] == ["carried.foreign_id"]
