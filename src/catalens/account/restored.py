"""What became of a payload into which a complement was merged: where each value came from, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalens.paths import Pointer


@dataclass
class Restored:
    """A payload with its complement merged in."""

    value: Any
    #: final place -> place in the payload before; places that were restored are not in it
    trail: dict[Pointer, Pointer]
    #: final place of each restored value -> the place of what it replaced, or None
    restored: dict[Pointer, Pointer | None]
    stale: list[str]
    orphaned: list[str]
