"""What other tools read of the project: versions, schemas, hooks, extras."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from catalens import __version__
from catalens.cli import main
from catalens.errors import InvalidMapping
from catalens.formats import registry
from catalens.mapping.load import load_file
from catalens.mapping.read import read_mapping

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = ROOT / "mappings" / "mapping.schema.json"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PINNED = (ROOT / ".ci" / "constraints.txt").read_text("utf-8").splitlines()
#: what runs the command in a fresh interpreter
COMMAND = [sys.executable, "-c", "from catalens.cli import main; main()"]


def pinned(library: str) -> str:
    """Return the version of a library that CI installs."""
    return dict(line.split("==") for line in PINNED)[library]


# -- the schema of mappings ---------------------------------------------------------------------------------------


def words(schema: Any) -> Iterator[str]:
    """Yield the words of the language that a schema knows, each with the object it stands in."""
    for name, inner in [("", schema), *schema["$defs"].items()]:
        yield from (f"{name}.{word}" for word in inner.get("properties", ()))


def test_the_schema_beside_the_mappings_is_current() -> None:
    written = subprocess.run([*COMMAND, "schema", "mapping"], capture_output=True, check=True).stdout
    refresh = "refresh it: catalens schema mapping > mappings/mapping.schema.json"
    assert set(words(json.loads(written))) == set(words(json.loads(SCHEMA.read_bytes()))), refresh
    if metadata.version("pydantic") == pinned("pydantic"):  # others write the same in other words
        assert written == SCHEMA.read_bytes(), refresh


@pytest.mark.parametrize("name", registry().names())
def test_a_mapping_names_the_schema_and_fits_it(name: str) -> None:
    path = registry().path(name)
    first = path.read_text("utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=./mapping.schema.json"
    jsonschema.validate(load_file(path).data, json.loads(SCHEMA.read_text("utf-8")))


def test_the_schema_accepts_whatever_the_program_reads() -> None:
    schema = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
    seen = {True: 0, False: 0}
    for path in (ROOT / "tests").rglob("*.yaml"):
        try:
            source = load_file(path)
        except InvalidMapping:  # no YAML, or not of the kind that mappings are written in
            continue
        try:
            read_mapping(source)
            read = True
        except InvalidMapping:
            read = False
        seen[read] += 1
        assert schema.is_valid(source.data) or not read, path
    assert all(seen.values())


@pytest.mark.parametrize(
    "wrong",
    [
        {"fields": {"a": {"tipe": "string"}}},
        {"fields": {"a": {"type": "text"}}},
        {"fields": {"a": {"maxLength": -1}}},
        {"fields": {"a": {"readonly": "yes"}}},
        {"format": "Not An Id"},
        {"title": None},
        {"slots": [{"at": "rows"}]},
        {"unheard": 1},
    ],
)
def test_the_schema_refuses_what_is_wrong(wrong: dict[str, Any]) -> None:
    good = {"format": "shop", "title": "Shop", "fields": {"a": {"type": "string", "hub": "title"}}, "profiles": {}}
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.validate(good, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**good, **wrong}, schema)


# -- version ------------------------------------------------------------------------------------------------------


def test_one_place_says_the_version() -> None:
    assert "version" not in PROJECT["project"]
    assert metadata.version("catalens") == __version__
    said = subprocess.run([*COMMAND, "--version"], capture_output=True, text=True)
    assert said.stdout == f"catalens, version {__version__}\n"
    places = [path for path in (ROOT / "src").rglob("*.py") if f'"{__version__}"' in path.read_text("utf-8")]
    assert [path.name for path in places] == ["_version.py"]


def test_the_changelog_knows_the_version() -> None:
    said = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    releases = [one for one in said if one != "[Unreleased]"]
    assert said.index("[Unreleased]") == 0
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", one) for one in releases)
    assert releases[0].startswith(f"[{__version__}]")


# -- hooks --------------------------------------------------------------------------------------------------------


def test_the_hook_lints_the_files_that_it_is_given(tmp_path: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    command, *words = hook["entry"].split()
    assert (command, hook["language"]) == ("catalens", "python")
    assert re.search(hook["files"], "mappings/shop.yaml")
    assert re.search(hook["files"], "shops/formats/shop.yaml")
    assert not re.search(hook["files"], "docker-compose.yaml")
    faulty = tmp_path / "shop.yaml"
    faulty.write_text("format: shop\ntitle: Shop\nfields: {a: {type: string}}\nprofiles: {write: {}}\n", "utf-8")
    assert subprocess.run([*COMMAND, *words, registry().path("keevault")], capture_output=True).returncode == 0
    done = subprocess.run([*COMMAND, *words, faulty], capture_output=True, text=True)
    assert done.returncode == 1
    assert "shop.yaml:3:" in done.stdout


def test_the_hooks_of_this_repository_run_the_ruff_of_ci() -> None:
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    assert [hook["entry"].split()[:2] for hook in local["hooks"]] == [["ruff", "check"], ["ruff", "format"]]
    for hook in local["hooks"]:
        assert hook["additional_dependencies"] == [f"ruff=={pinned('ruff')}"]


# -- extras -------------------------------------------------------------------------------------------------------

#: what makes an interpreter unable to import a library
WITHOUT = """
import sys
from importlib.abc import MetaPathFinder

class Refuse(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "hypothesis":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Refuse())
"""

SHIRT = "tests/data/shirt.json"
TRANSLATE = ("translate", SHIRT, "--from", "axim", "--to", "keevault")
#: each command but laws, with arguments that make it do what it is for
WORKING = [
    ("migrate", "init", "--from", "axim", "--to", "keevault"),
    ("detect", SHIRT),
    ("diff", "mappings/keevault.yaml", "mappings/keevault.yaml"),
    ("draft", "shirts", "--samples", SHIRT),
    ("explain", "keevault", "axim"),
    ("explain", "keevault", "axim", "--python"),
    ("fields", "keevault"),
    ("formats",),
    ("guide",),
    ("guide", "architecture"),
    ("lint",),
    ("matrix", "keevault"),
    ("schema", "mapping"),
    ("schema", "hub"),
    ("schema", "keevault"),
    (*TRANSLATE, "--report", "-", "--park"),
    (*TRANSLATE, "--trace", "/name"),
]


def without_hypothesis(*words: str, code: str = "from catalens.cli import main; main()") -> Any:
    command = [sys.executable, "-c", WITHOUT + code, *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)


def test_hypothesis_is_no_dependency_of_the_core() -> None:
    assert not any(one.startswith("hypothesis") for one in PROJECT["project"]["dependencies"])
    assert any(one.startswith("hypothesis") for one in PROJECT["project"]["optional-dependencies"]["laws"])


def test_without_hypothesis_the_laws_say_what_to_install() -> None:
    done = without_hypothesis("laws", "keevault", "--examples", "1")
    assert done.returncode == 2
    assert done.stderr == (
        "Error: laws and strategies need libraries that are not installed; pip install 'catalens[laws]'\n"
    )


@pytest.mark.parametrize("module", ["catalens.laws", "catalens.strategies", "catalens.laws.trials"])
def test_without_hypothesis_importing_laws_says_what_to_install(module: str) -> None:
    code = f"""
import catalens
try:
    import {module}
except ImportError as error:
    assert isinstance(error, catalens.CatalensError), repr(error)
    print(error)
"""
    assert "pip install 'catalens[laws]'" in without_hypothesis(code=code).stdout


@pytest.mark.parametrize("words", WORKING, ids=" ".join)
def test_without_hypothesis_everything_else_works(words: tuple[str, ...]) -> None:
    done = without_hypothesis(*words)
    assert done.returncode == 0, done.stderr


def test_every_command_is_tried_without_hypothesis() -> None:
    assert {words[0] for words in WORKING} | {"laws"} == set(main.commands)


def test_every_dependency_has_a_lower_bound() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    for one in (*PROJECT["project"]["dependencies"], *(one for extra in extras.values() for one in extra)):
        assert ">=" in one or one.startswith("catalens["), one


# -- tests import one way -------------------------------------------------------------------------------------------


TESTS = sorted((ROOT / "tests").rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Yield the first name of each module that a file imports; relative imports begin with a point."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." if node.level else str(node.module).partition(".")[0]


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_tests_import_each_other_from_the_root(path: Path) -> None:
    otherwise = {path.stem for path in TESTS} | {path.parent.name for path in TESTS} | {"."}
    assert (otherwise - {"tests"}) & set(imported(path)) == set()


def test_the_environment_of_ci_is_pinned() -> None:
    assert all(re.fullmatch(r"[\w.-]+==[\w.+!]+", line) for line in PINNED)
    names = {line.partition("==")[0].lower().replace("_", "-") for line in PINNED}
    wanted = PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["dev"]
    bare = {re.split(r"[><=\[]", one)[0].lower() for one in wanted} - {"catalens"}
    assert bare <= names
