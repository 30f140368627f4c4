"""``lint`` and ``laws``: what they say, and how they end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import catalens.laws
from catalens.laws import LawResult
from tests.commands.door import MAPPINGS, bare, run

BROKEN = """\
format: stall
title: A stall
fields:
  name: {type: string, hub: title, codec: decimal-strng}
profiles: {write: {}}
"""


def test_lint_is_content_with_the_bundled_mappings_and_those_of_the_tests() -> None:
    said = run("lint")
    assert (said.code, said.out) == (0, b"")
    assert said.err == "7 mappings: 0 errors, 0 warnings\n"


def test_lint_keeps_to_the_files_that_are_named() -> None:
    assert bare("lint", MAPPINGS / "shop.yaml").err == "1 mappings: 0 errors, 0 warnings\n"


def test_lint_says_what_is_wrong_and_where_and_ends_with_one(tmp_path: Path) -> None:
    (tmp_path / "stall.yaml").write_text(BROKEN)
    for words in (["lint", tmp_path / "stall.yaml"], ["--mappings", tmp_path, "lint"]):
        said = bare(*words)
        assert said.code == 1
        head, source, caret = said.lines
        assert head == (
            f"{tmp_path}/stall.yaml:4:43: error[unknown-codec]: no codec 'decimal-strng'; "
            "did you mean 'decimal-string'?"
        )
        assert source == "  name: {type: string, hub: title, codec: decimal-strng}"
        assert caret.index("^") == source.index("decimal-strng")
        assert said.err.endswith("1 errors, 0 warnings\n")


def test_lint_of_no_file_ends_with_two() -> None:
    assert bare("lint", "nowhere.yaml").code == 2


def test_laws_hold_for_a_format_of_the_tests() -> None:
    said = run("laws", "bazaar", "--examples", "1")
    assert said.code == 0
    words = [line.split() for line in said.lines]
    assert {word[0] for word in words} == {"ok"}
    assert all("bazaar/write" in word for word in words)
    assert re.fullmatch(rf"{len(words)} tried, 0 broken, seed \d+\n", said.err)


def test_a_broken_law_ends_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def run_laws(*_: object, **__: object) -> Iterator[LawResult]:
        yield LawResult("home", "shop/write", "shop/write", True)
        yield LawResult("honesty", "shop/write", "bazaar/write", False, "/a: \x1b[2J came back")

    monkeypatch.setattr(catalens.laws, "run", run_laws)
    said = run("laws")
    assert said.code == 1
    assert said.lines == [
        "ok     home          shop/write -> shop/write",
        "BROKEN honesty       shop/write -> bazaar/write: /a: \\x1b[2J came back",
    ]
    assert re.fullmatch(r"2 tried, 1 broken, seed \d+\n", said.err)


def test_laws_of_an_unknown_format_end_with_two() -> None:
    assert run("laws", "shpo").code == 2
