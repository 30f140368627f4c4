"""The texts that the compiler emits for all pairs of bundled profiles, as digests.

``python -m tests.golden`` prints them, and with ``--write`` it refreshes the file that the test compares
them with. A change of a text is wanted or not: whoever refreshes the file says which, and why.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import get_args

from catalens.compiler.emit import Kind
from catalens.engine import Translator
from tests.pairs import PAIRS

FILE = Path(__file__).parent / "data" / "golden.json"


def digests() -> dict[str, str]:
    """Return the digest of each text that the compiler emits, by pair and kind."""
    found = {}
    for source, target in PAIRS:
        translator = Translator(source, target)
        for kind in get_args(Kind):
            text = translator.emitted(kind).text
            found[f"{source} -> {target}, {kind}"] = hashlib.sha256(text.encode()).hexdigest()[:16]
    return found


def written() -> str:
    return json.dumps(digests(), indent=0) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        FILE.write_text(written(), encoding="utf-8")
    else:
        print(written(), end="")
