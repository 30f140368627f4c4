"""The emitted code changes only on purpose, and is the same in every process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests import golden

ROOT = Path(__file__).resolve().parents[1]


def test_the_compiler_emits_the_texts_that_it_is_known_to_emit() -> None:
    known, found = json.loads(golden.FILE.read_text("utf-8")), golden.digests()
    changed = [name for name in {**known, **found} if known.get(name) != found.get(name)]
    assert changed == [], "if the change is meant: python -m tests.golden --write"


def test_another_process_emits_the_same_texts() -> None:
    # sets of texts have another order there, and objects that hash by identity stand at other addresses
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.golden"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == golden.FILE.read_text("utf-8")
