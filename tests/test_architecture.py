"""What holds of the source as a whole: which room may import which, which library lives where, whose names occur."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache, lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalens import Translator
from catalens.formats import Registry, registry
from catalens.mapping.model import MappingModel
from catalens.mapping.profile import Profile
from catalens.mapping.resolve import resolve

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src"
PACKAGE = SRC / "catalens"

#: Imports run down this list only, so each room knows nothing of those below it in the text. A room is a module or a
#: package. How long a file is nobody counts; which way the data flows is what this list is for.
ROOMS = (
    "_version",
    "account.codes",
    "errors",
    "arguments",
    "compression",
    "guide",
    "paths",
    "hub",
    "codecs",
    "payloads",
    "patterns",
    "mapping",
    "assumptions",
    "envelopes",
    "validate",
    "formats",
    "account",
    "lint",
    "crosswalk",
    "generated",
    "plan",
    "carry",
    "typed_json",
    "compiler",
    "explain",
    "products",
    "returning",
    "engine",
    "diff",
    "pipeline",
    "draft",
    "spark",
    "render",
    "strategies",
    "laws",
    "migrate.outcomes",
    "migrate",
    "cli",
)

#: library -> the rooms that may import it
LIBRARIES = {
    "jinja2": {"render"},
    "hypothesis": {"strategies", "laws"},
    "click": {"cli"},
    "rich": {"render"},
    "yaml": {"mapping"},
    "msgspec": {"payloads", "typed_json"},
    "jmespath": {"paths", "validate", "plan", "compiler", "lint", "migrate"},
    "pydantic": {"hub", "mapping", "migrate"},
    "regex": {"carry"},
    "re2": {"patterns"},
    "resiliparse": {"codecs"},
    "backports": {"compression"},
    "pyarrow": {"migrate", "spark"},
    "pyspark": {"spark"},
    "pint": set(),
    "httpx2": {"migrate"},
    "stamina": {"migrate"},
    "pyrate_limiter": {"migrate"},
    "cryptography": {"migrate"},
}

HEAVY = (
    "pydantic",
    "jinja2",
    "hypothesis",
    "rich",
    "yaml",
    "ruamel",
    "msgspec",
    "jmespath",
    "pint",
    "regex",
    "re2",
    "resiliparse",
    "backports",
    "httpx2",
    "stamina",
    "pyrate_limiter",
    "cryptography",
)


# -- imports --------------------------------------------------------------------------------------------------


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def imports(path: Path) -> list[tuple[str, ast.stmt]]:
    """Return every module that a file imports, at any depth, with the statement."""
    found: list[tuple[str, ast.stmt]] = []
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found += [(alias.name, node) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            wholes = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [(whole if whole in MODULES else str(node.module), node) for whole in wholes]
    return found


@cache
def for_types_only(path: Path) -> set[int]:
    """Return the lines of imports that never run."""
    return {
        line
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def room(module: str) -> str:
    """Return the room of one of our modules: the longest name of a room that it begins with."""
    name = module.removeprefix("catalens.")
    found = [one for one in ROOMS if name == one or name.startswith((f"{one}.", f"{one}_"))]
    assert found, f"{module} is in no room of the list"
    return max(found, key=len)


OURS = [module for module in MODULES if module != "catalens"]


@pytest.mark.parametrize("module", OURS)
def test_imports_run_down_the_list_of_rooms(module: str) -> None:
    own = ROOMS.index(room(module))
    for name, node in imports(MODULES[module]):
        if name.startswith("catalens."):
            assert ROOMS.index(room(name)) <= own, f"{module}, line {node.lineno}: {name} is a later room"


def test_every_room_is_there() -> None:
    assert {room(module) for module in OURS} == set(ROOMS)


def test_no_modules_import_each_other() -> None:
    graph = {
        module: {
            name
            for name, node in imports(MODULES[module])
            if name in MODULES and name != "catalens" and node.lineno not in for_types_only(MODULES[module])
        }
        for module in OURS
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_lives_in_its_rooms_only(library: str) -> None:
    users = {module for module in OURS for name, _ in imports(MODULES[module]) if name.split(".")[0] == library}
    assert {module for module in users if room(module) not in LIBRARIES[library]} == set()
    assert bool(users) == bool(LIBRARIES[library]), f"{library} lives nowhere"


def test_few_modules_know_http() -> None:
    users = {module for module in OURS for name, _ in imports(MODULES[module]) if name.split(".")[0] == "httpx2"}
    assert users == {f"catalens.migrate.{name}" for name in ("calls", "connections", "exchange", "pictures")}
    ours = MODULES["catalens.migrate.calls"]
    # to be given a client is not to call
    assert {node.lineno for name, node in imports(ours) if name == "httpx2"} <= for_types_only(ours)


def test_the_door_imports_no_room_before_it_is_asked() -> None:
    path = MODULES["catalens"]
    top = parsed(path).body
    eager = [node for node in top if isinstance(node, ast.Import | ast.ImportFrom)]
    assert {getattr(node, "module", None) for node in eager} <= {"__future__", "typing", "catalens._version"}


def test_reports_and_tables_are_imported_when_they_are_needed() -> None:
    for module in OURS:
        top = parsed(MODULES[module]).body
        for name, node in imports(MODULES[module]):
            if name.startswith("catalens.render") and room(module) != "render":
                assert node.lineno not in [one.lineno for one in top], f"{module}, line {node.lineno}"


def loaded(code: str) -> set[str]:
    """Run code in a fresh interpreter; return the heavy libraries that it loaded."""
    asked = f"import sys\n{code}\nprint('\\n' + ' '.join(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd="/")
    return set(done.stdout.splitlines()[-1].split()) & set(HEAVY)


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded("import catalens") == set()


@pytest.mark.parametrize("arguments", [["--help"], ["translate", "--help"], ["--version"]], ids=" ".join)
def test_asking_for_help_loads_nothing_heavy(arguments: list[str]) -> None:
    assert loaded(f"from catalens.cli import main\nmain({arguments!r}, standalone_mode=False)") == set()


def test_translating_loads_neither_reports_nor_laws() -> None:
    code = "import catalens\ncatalens.translate({'name': 'x'}, 'axim', 'commerce-engine').payload"
    assert loaded(code) & {"jinja2", "hypothesis", "rich", "pint", "regex", "resiliparse"} == set()


# -- platforms ------------------------------------------------------------------------------------------------


def names_of_platforms() -> list[re.Pattern[str]]:
    """Return what finds the name of any bundled format: as words, as an id, and in CamelCase."""
    found = []
    for format in registry().names():
        title = registry().mapping(format).title.partition(",")[0]
        for name in {format, title}:
            words = re.split(r"[^A-Za-z0-9]+", name)
            together = r"[-_ ]?".join(words)
            camel = "".join(word[:1].upper() + word[1:] for word in words)
            found += [re.compile(rf"(?<![a-z]){together}(?![a-z])", re.IGNORECASE), re.compile(camel)]
    return found


#: all that ships but the guide, which explains with the platforms that readers know
SOURCES = sorted(
    path
    for path in PACKAGE.rglob("*")
    if path.suffix in (".py", ".txt", ".md", ".html", ".typed")
    and (path.suffix, path.parent.name) != (".md", "guide")
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_platform_is_named_in_the_source(path: Path) -> None:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        for name in names_of_platforms():
            assert not name.search(line), f"{path.name}, line {number}: {line.strip()}"


def test_a_platforms_name_would_be_found() -> None:
    for text in ("axim", "AximCodec", "commerce_engine", "CommerceEngine", "Commerce Engine", "to-webcommander"):
        assert any(name.search(text) for name in names_of_platforms()), text
    for text in ("maximum", "the commerce platform", "search engine"):
        assert not any(name.search(text) for name in names_of_platforms()), text


# -- the tree -------------------------------------------------------------------------------------------------

TOP = {"pyproject.toml", "README.md", "mappings", "src", "tests", "benchmarks"}
#: what may stand beside them
BESIDE = {"LICENSE", "CHANGELOG.md", "CONTRIBUTING.md"}
LOCKS = {"uv.lock", "requirements.lock", "pylock.toml"}


def test_only_what_belongs_there_stands_at_the_top() -> None:
    there = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert there - LOCKS == TOP | BESIDE


def test_mappings_are_all_that_stands_with_the_mappings() -> None:
    there = {path.name for path in (ROOT / "mappings").iterdir()}
    assert there == {"README.md", "mapping.schema.json", *(f"{name}.yaml" for name in registry().names())}


@pytest.mark.parametrize("module", MODULES)
def test_every_module_says_what_it_is_for(module: str) -> None:
    assert ast.get_docstring(parsed(MODULES[module]))


@pytest.mark.parametrize("module", OURS)
def test_no_error_is_swallowed_whole(module: str) -> None:
    for node in ast.walk(parsed(MODULES[module])):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type is not None else "everything"
            raises = any(isinstance(one, ast.Raise) for one in ast.walk(node))
            # what stands for pieces that could not be read raises it where they are wanted, in another thread
            raises = raises or f"Broken({node.name})" in ast.unparse(node)
            assert raises or caught not in ("everything", "Exception", "BaseException"), (
                f"{module}, line {node.lineno}"
            )


def test_only_generated_code_is_executed() -> None:
    calls = {
        module
        for module in OURS
        for node in ast.walk(parsed(MODULES[module]))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("exec", "eval", "compile")
    }
    assert {room(module) for module in calls} <= {"generated", "typed_json", "account", "carry"}


# -- names of fields in generated code ------------------------------------------------------------------------


class Made(Registry):
    """Formats that stand in no file."""

    def __init__(self, *mappings: MappingModel) -> None:
        super().__init__()
        self.made = {mapping.format: mapping for mapping in mappings}

    def profile(self, spelled: str, assume: dict[str, str] | None = None) -> Profile:
        name = spelled.partition("/")[0]
        if name not in self.made:
            return super().profile(spelled, assume)
        profile, problems = resolve(self.made[name], "write", assume)
        assert problems == []
        return profile


@lru_cache(maxsize=1)
def plain_mapping() -> MappingModel:
    return mapping("plain", "text", "inner", "list", "item", "number")


def mapping(format: str, text: str, inner: str, outer: str, item: str, number: str) -> MappingModel:
    """Return a format with five names: a text, an object with a text in it, and a list of objects with a number."""
    fields: dict[str, Any] = {
        quoted(text): {"type": "string", "hub": "title"},
        f"{quoted(inner)}.{quoted(text)}": {"type": "string", "hub": "summary"},
        f"{quoted(outer)}[]": {
            "hub": "prices[]",
            "fields": {
                quoted(item): {"type": "string", "hub": "group"},
                f"{quoted(inner)}.{quoted(number)}": {"type": "number", "hub": "list"},
                quoted(number): {"type": "string", "only_here": True},
            },
        },
    }
    return MappingModel.model_validate(
        {"format": format, "title": format, "fields": fields, "profiles": {"write": {}}}
    )


def quoted(name: str) -> str:
    """Write a name as a quoted identifier of a path, in ASCII."""
    escaped = "".join(
        character
        if " " <= character <= "~" and character not in '"\\'
        else "".join(f"\\u{unit:04x}" for unit in units(character))
        for character in name
    )
    return f'"{escaped}"'


def units(character: str) -> Iterator[int]:
    data = character.encode("utf-16-be")
    for at in range(0, len(data), 2):
        yield int.from_bytes(data[at : at + 2], "big")


HOSTILE = st.sampled_from(
    [
        "",
        " ",
        "'",
        '"',
        '"""',
        "\\",
        "\n",
        "\r\n",
        "\t",
        "\0",
        "{x}",
        "{{ x }}",
        "%s",
        "$x",
        "#",
        "a.b",
        "a[]",
        "[0]",
        "a/b",
        "~",
        "~1",
        "__class__",
        "__builtins__",
        "None",
        "class",
        "lambda",
        "import os",
        "'); raise SystemExit  #",
        "M",
        "L",
        "R",
        "key",
        "v1",
        "copy",
        "ext",
        "x",
        "é",
        "ﬁ",
        "𝄞",
        "\u2028",
        "\u202e",
        "ª",
        "x" * 300,
    ]
)
NAMES = HOSTILE | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=150)
@given(st.lists(NAMES, min_size=5, max_size=5, unique=True), NAMES)
def test_a_mapping_compiles_for_any_text_as_a_field_name(names: list[str], unknown: str) -> None:
    formats = Made(plain_mapping(), mapping("hostile", *names))
    text, inner, outer, item, number = names
    row = {item: "trade", inner: {number: 5}, number: "only here"}
    payload = {text: "title", inner: {text: "summary"}, outer: [row]}
    plain = {"text": "title", "inner": {"text": "summary"}, "list": [{"item": "trade", "inner": {"number": 5}}]}
    there = Translator("hostile", "plain", formats=formats)
    done = there(payload)
    assert done.payload == plain
    assert {one.code for one in done.losses} == {"dropped.no_counterpart"}
    assert done.losses[0].pointer == (outer, 0, number)
    assert Translator("plain", "hostile", formats=formats)(plain).payload == {
        **payload,
        outer: [{item: "trade", inner: {number: 5}}],
    }
    assert len(done.report.to_dict()["leaves"]) == 5
    assert there.convert(payload) == plain
    if unknown not in payload:
        found = there({**payload, unknown: 1}).losses
        assert ((unknown,), "dropped.unknown_field") in [(one.pointer, one.code) for one in found]
