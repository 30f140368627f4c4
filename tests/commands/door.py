"""Run the command, in this process or as one of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from catalens.cli import main

#: begins the command as a process of its own that heeds signals: whoever runs the tests may have them ignored, as
#: nohup does and a shell for what is in the background, and the command would go on doing so
HEEDING = (
    "import signal; [signal.signal(one, signal.SIG_DFL) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)];"
    "from catalens.cli import main; main()"
)
MAPPINGS = Path(__file__).parent / "mappings"

#: a payload of the format ``shop`` of which ``bazaar`` keeps some: every kind of fate that the two can bring about
KETTLE: dict[str, Any] = {
    "key": "SECRET-KEY",
    "name": "Kettle, very large",
    "code": "K-1",
    "mass": 1.5,
    "colour": "red",
    "pin": "SECRET-PIN",
    "photo": "aGVsbG8gaGVsbG8=",
    "echo": "Kettle",
    "labels": ["hot", "new"],
    "pictures": [{"address": "https://example.org/1", "caption": "front"}],
    "novel": 1,
}

#: one that bazaar holds whole
CUP = {"name": "Cup", "code": "C-1", "mass": 0.25, "labels": ["cold"]}


@dataclass(frozen=True)
class Said:
    """What a run left behind."""

    code: int
    out: bytes
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.decode().splitlines()


def run(*words: object, input: str | bytes | None = None) -> Said:
    """Run the command in this process, with the formats of the tests."""
    return bare("--mappings", MAPPINGS, *words, input=input)


def bare(*words: object, input: str | bytes | None = None) -> Said:
    """Run the command in this process, with nothing added."""
    given = [*map(str, words)]
    result = CliRunner().invoke(main, given, input=input, catch_exceptions=False)
    return Said(result.exit_code, result.stdout_bytes, result.stderr)


def spawn(
    *words: object,
    input: bytes | None = None,
    stdin: int | None = None,
    stdout: int = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
) -> Said:
    """Run the command as a process of its own, with the formats of the tests."""
    given = [sys.executable, "-c", "from catalens.cli import main; main()", "--mappings", str(MAPPINGS)]
    streams: dict[str, Any] = {"input": input} if stdin is None else {"stdin": stdin}
    done = subprocess.run([*given, *map(str, words)], **streams, stdout=stdout, stderr=stderr, check=False)
    return Said(done.returncode, done.stdout or b"", (done.stderr or b"").decode())


def shop_to_bazaar(payload: Any, *words: object) -> Said:
    """Translate a payload from shop to bazaar."""
    return run("translate", "-", "--from", "shop/write", "--to", "bazaar", *words, input=json.dumps(payload))
