"""Run every block of the README: what it shows is what happens."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the directory that the README's commands stand in."""
    there = tmp_path_factory.mktemp("shop")
    shutil.copy(ROOT / "tests" / "data" / "shirt.json", there)
    (there / "formats").mkdir()
    (there / "formats" / "acme.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    return there


def test_python_blocks_run() -> None:
    names: dict[str, Any] = {}
    found = blocks("python")
    assert found
    for block in found:
        exec(compile(block, "README.md", "exec"), names)


def test_console_blocks_print_what_they_show(shop: Path) -> None:
    found = blocks("console")
    assert found
    for block in found:
        for command, expected in sessions(block):
            assert run(command, shop) == expected, command


def sessions(block: str) -> list[tuple[str, str]]:
    """Take a console block apart into commands and what they print."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)[1:]
    return [(command, tidy(printed)) for command, printed in zip(parts[::2], parts[1::2], strict=True)]


def run(command: str, there: Path) -> str:
    path = str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"]
    done = subprocess.run(
        command,
        shell=True,
        cwd=there,
        env={**os.environ, "PATH": path, "COLUMNS": "100"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=True,
    )
    return tidy(done.stdout)


def tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.rstrip().splitlines())


def test_set_up_is_two_commands() -> None:
    install, test = blocks("sh")
    assert "catalens translate tests/data/shirt.json" in install
    assert test.strip().endswith("-m pytest -n 2")
    assert "requires-python" in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
