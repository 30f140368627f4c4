"""Run a document: each of its blocks, in order, in one directory, and hold what it shows against what happens."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: the first line of a block that stands in a file of its own
_FILE = re.compile(r"# file: (\S+)\n")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and the number of its first line."""

    language: str
    text: str
    line: int


def blocks(document: str) -> Iterator[Block]:
    """Yield the fenced blocks of a Markdown text."""
    for found in re.finditer(r"^```(\w*)\n(.*?)^```$", document, re.DOTALL | re.MULTILINE):
        yield Block(found[1], found[2], document.count("\n", 0, found.start()) + 2)


def execute(document: str, name: str, there: Path) -> int:
    """Execute the blocks of a document in a directory; return how many there were.

    Python runs in one namespace; a console block shows commands (after ``$``) and what they print; JSON is read,
    and YAML that begins with ``# file: NAME`` is written to that file, for the commands that follow.
    """
    names: dict[str, Any] = {}
    count = 0
    for block in blocks(document):
        count += 1
        with chdir(there):
            match block.language:
                case "python":
                    exec(compile("\n" * (block.line - 1) + block.text, name, "exec"), names)
                case "console":
                    for command, expected in sessions(block.text):
                        assert run(command, there) == expected, f"{name}, line {block.line}: {command}"
                case "yaml":
                    write(block.text, there)
                case "json":
                    json.loads(block.text)
                case "sh" | "text":
                    pass
                case language:
                    raise AssertionError(f"{name}, line {block.line}: nobody executes {language!r}")
    return count


def write(text: str, there: Path) -> None:
    """Write a block to the file that its first line names, if it does."""
    found = _FILE.match(text)
    if found is not None:
        path = there / found[1]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text[found.end() :], encoding="utf-8")


def sessions(block: str) -> list[tuple[str, str]]:
    """Take a console block apart into commands and what they print."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)[1:]
    return [(command, tidy(printed)) for command, printed in zip(parts[::2], parts[1::2], strict=True)]


def run(command: str, there: Path) -> str:
    """Run a shell command with this environment's ``catalens``; return what it prints, errors included."""
    path = str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"]
    done = subprocess.run(
        command,
        shell=True,
        cwd=there,
        env={**os.environ, "PATH": path, "COLUMNS": "100"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return tidy(done.stdout)


def tidy(text: str) -> str:
    """Forget blanks at the ends of lines, and empty lines at the end."""
    return "\n".join(line.rstrip() for line in text.rstrip().splitlines())
