"""The guide is executed, and has everything in it: each word, codec, code, command, option and name."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

import catalens
from catalens.account.codes import FATES, ORIGINS, LossCode
from catalens.cli import main
from catalens.codecs.registry import CODECS
from catalens.guide import topics
from catalens.lint.agreement import equivalences
from catalens.lint.findings import DIAGNOSTICS
from catalens.mapping import model
from catalens.mapping.endpoints import CALLS
from tests.commands.door import bare
from tests.documents import execute

ROOT = Path(__file__).resolve().parents[1]
TOPICS = {one.name: one for one in topics()}
MODELS = sorted(
    {one for one in vars(model).values() if isinstance(one, type) and issubclass(one, model.Words)} | {*CALLS},
    key=lambda one: one.__name__,
)

WORDS = sorted({info.alias or name for one in MODELS for name, info in one.model_fields.items()})


def said(topic: str) -> str:
    return TOPICS[topic].text


def prose(topic: str) -> str:
    """Return a topic without its blocks."""
    return re.sub(r"^```.*?^```$|``.*?``", "", said(topic), flags=re.DOTALL | re.MULTILINE)


def codes_in(topic: str) -> set[str]:
    """Return what a topic sets in code, alone or as the first word of it."""
    return {word for text in re.findall(r"`([^`]+)`", prose(topic)) for word in (text, text.split()[0].rstrip(":"))}


@pytest.mark.parametrize("topic", TOPICS)
def test_every_block_does_what_it_shows(topic: str, tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests" / "data" / "shirt.json", tmp_path)
    assert execute(said(topic), f"{topic}.md", tmp_path)


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_has_one_title_and_says_what_it_is_about(topic: str) -> None:
    assert re.findall(r"^# .*$", prose(topic), re.MULTILINE) == [f"# {TOPICS[topic].title}"]
    assert TOPICS[topic].about.endswith(".")


@pytest.mark.parametrize("topic", TOPICS)
def test_links_between_topics_lead_somewhere(topic: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)", said(topic)):
        assert target.removesuffix(".md") in TOPICS, target


# -- nothing is missing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", sorted({info.alias or name for one in MODELS for name, info in one.model_fields.items()})
)
def test_every_word_of_the_language_is_in_it(word: str) -> None:
    assert word in codes_in("mapping-language")


def test_the_words_are_those_of_all_models() -> None:
    assert {"Line", "Slot", "ProfileModel", "Endpoints", "Paging"} <= {one.__name__ for one in MODELS}
    assert all(issubclass(one, BaseModel) for one in MODELS)


@pytest.mark.parametrize("code", sorted(DIAGNOSTICS))
def test_every_diagnostic_is_in_it(code: str) -> None:
    assert code in codes_in("mapping-language")


@pytest.mark.parametrize("codec", [*CODECS, *sorted(equivalences())])
def test_every_codec_and_equivalence_is_in_it(codec: str) -> None:
    assert codec in codes_in("codecs")


@pytest.mark.parametrize("code", [*LossCode, *FATES, *ORIGINS])
def test_every_code_fate_and_origin_is_in_it(code: str) -> None:
    assert str(code) in codes_in("codes")


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_and_option_is_in_it(command: str) -> None:
    assert f"## `catalens {command}" in said("commands")
    section = said("commands").split(f"## `catalens {command}")[1].split("\n## ")[0]
    group = main.commands[command]
    inner = group.commands if isinstance(group, click.Group) else {}
    for name in inner:
        assert f"`catalens {command} {name} " in section, name
    for option in [*group.params, *(one for each in inner.values() for one in each.params)]:
        if isinstance(option, click.Option) and option.name != "mappings":
            assert any(name in section for name in option.opts), option.opts
    assert "--mappings" in said("commands")


@pytest.mark.parametrize("name", catalens.__all__)
def test_every_name_of_the_library_is_in_it(name: str) -> None:
    assert name in codes_in("library")


# -- the command ----------------------------------------------------------------------------------------------------


def test_without_a_topic_it_lists_them() -> None:
    listed = bare("guide").lines
    assert [line.split()[0] for line in listed if line.startswith("  ")] == list(TOPICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_beside_a_terminal_a_topic_is_its_markdown(topic: str) -> None:
    assert bare("guide", topic).out.decode() == said(topic)


def test_a_title_and_a_beginning_are_names_of_a_topic() -> None:
    assert (
        bare("guide", "Getting started").out == bare("guide", "getting").out == bare("guide", "getting-started").out
    )


def test_an_unknown_topic_names_the_nearest() -> None:
    done = bare("guide", "codex")
    assert done.code == 2
    assert "no topic 'codex'; did you mean 'codes'?" in done.err


@pytest.mark.parametrize("topic", TOPICS)
def test_no_cell_of_a_table_is_cut_on_a_terminal(topic: str) -> None:
    """A manual that cuts a value cannot be followed."""
    from catalens.render.guide import laid_out

    given = said(topic)
    for width in (60, 80, 100):
        assert laid_out(given, width).count("…") == given.count("…")


def test_on_a_terminal_it_is_laid_out() -> None:
    from catalens.render.guide import laid_out

    text = laid_out("# Title\n\nSome `code` and a [link](codes.md).\n\n```yaml\na: b\n```\n", width=60)
    assert "Title" in text
    assert "```" not in text
    assert "`code`" not in text
