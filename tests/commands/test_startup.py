"""What is slow to import is imported when it is needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "pydantic",
    "jinja2",
    "hypothesis",
    "rich",
    "ruamel",
    "yaml",
    "msgspec",
    "jmespath",
    "multiprocessing",
    "regex",
    "resiliparse",
    "gzip",
    "backports",
)

SAY = f"import sys; print(*[name for name in {HEAVY!r} if name in sys.modules])"

HELP = """
from catalens.cli import main
try:
    main({words!r}, prog_name="catalens")
except SystemExit as end:
    assert end.code == 0
"""


def loaded(code: str) -> str:
    """Return which heavy modules are there after a piece of code has run."""
    done = subprocess.run([sys.executable, "-c", f"{code}\n{SAY}"], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded("import catalens") == ""


@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], ["translate", "--help"], ["fields", "--help"], ["diff", "--help"]]
)
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    assert loaded(HELP.format(words=words)) == ""


def test_the_guard_sees_what_is_loaded() -> None:
    assert loaded("import catalens.mapping.model") == "pydantic"
