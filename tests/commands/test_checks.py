"""``lint`` and ``laws``: what they say, and how they end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import catalens.laws
from catalens.formats import bundled_mappings
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


STALL = """\
format: stall
title: A stall
fields: {name: {type: string, hub: title}}
profiles: {write: {}}
examples:
  - title: a lamp
    payload: {name: Lamp}
    expect: {TARGET: {payload: {OUT}}}
"""


@pytest.mark.parametrize(
    ("target", "out", "errors"),
    [
        ("axim", "name: Lamp", []),
        ("booth", "label: Lamp", []),
        ("stall", "name: Lamp", []),
        ("axim", "name: lamp", ['/name is "Lamp", expected "lamp"']),
        ("booth", "name: Lamp", ['/name is absent, expected "Lamp"', '/label is "Lamp", expected nothing']),
    ],
)
def test_lint_translates_examples_also_into_what_stands_beside_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, out: str, errors: list[str]
) -> None:
    stall = STALL.replace("TARGET", target).replace("OUT", out)
    booth = "format: booth\ntitle: A booth\nfields: {label: {type: string, hub: title}}\nprofiles: {write: {}}\n"
    (tmp_path / "stall.yaml").write_text(stall)
    (tmp_path / "booth.yaml").write_text(booth)
    monkeypatch.chdir(tmp_path)
    for words in (["lint", "stall.yaml"], ["--mappings", MAPPINGS, "lint", tmp_path / "stall.yaml"]):
        said = bare(*words)
        assert said.code == (1 if errors else 0)
        heads = [line for line in said.lines if "error[" in line]
        assert [one.partition("error[expectation]: ")[2] for one in heads] == errors
        assert all(re.match(r".*stall\.yaml:8:\d+: ", one) for one in heads)


def test_lint_takes_a_changed_copy_of_a_known_format_for_what_it_is(tmp_path: Path) -> None:
    text = (bundled_mappings() / "keevault.yaml").read_text()
    (tmp_path / "keevault.yaml").write_text(text.replace("/source: dropped.no_counterpart", "/source: dropped.limit"))
    said = bare("lint", tmp_path / "keevault.yaml")
    assert said.code == 1
    assert said.out.count(b"/source is dropped.no_counterpart, expected dropped.limit") == 2


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
