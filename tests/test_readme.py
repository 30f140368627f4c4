"""The README is executed: what it shows is what happens."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.documents import blocks, execute

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_block_does_what_it_shows(tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests" / "data" / "shirt.json", tmp_path)
    assert execute(README, "README.md", tmp_path) >= 5


def test_set_up_is_two_commands() -> None:
    install, test = [block.text for block in blocks(README) if block.language == "sh"]
    assert "catalens translate tests/data/shirt.json" in install
    assert test.strip().endswith("-m pytest -n 2")
    assert "requires-python" in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_it_is_short() -> None:
    assert len(README.splitlines()) < 230
