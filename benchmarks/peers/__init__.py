"""Other libraries on the same fields: Axim to Commerce Engine, dict to dict, each in its own language.

Each module has ``make()``, which returns the translator, and says in ``CANNOT`` what its language cannot express.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

#: name -> module
PEERS = {
    "cattrs": "with_cattrs",
    "pydantic": "with_pydantic",
    "jmespath": "with_jmespath",
    "jq": "with_jq",
    "glom": "with_glom",
    "JSONata (Python)": "with_jsonata",
    "LinkML-Map": "with_linkml",
}


def make_peer(name: str) -> tuple[Callable[[dict[str, Any]], Any], str]:
    """Return a peer's translator and what it cannot express."""
    module = import_module(f"benchmarks.peers.{PEERS[name]}")
    return module.make(), module.CANNOT
