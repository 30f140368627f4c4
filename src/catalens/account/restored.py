"""What became of a payload into which a complement was merged: where each value came from, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalens.paths import Pointer
from catalens.payloads import dumps


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
    #: those of the restored places whose value is new: it says the order that edits have made
    computed: set[Pointer] = field(default_factory=set)


@dataclass(frozen=True)
class Comparison:
    """The product that a sidecar was written for, beside the one that it is restored onto.

    Fields of the identity that stand on one side only are in neither part.
    """

    agreeing: tuple[str, ...]
    #: pointer -> what was there, and what is there now
    differing: Mapping[str, tuple[Any, Any]]

    @property
    def is_another(self) -> bool:
        """Tell whether all that can be compared speaks of another product."""
        return bool(self.differing) and not self.agreeing

    @property
    def rank(self) -> tuple[int, int]:
        """Return how well the two fit: the more that agrees, and then the less that differs, the better."""
        return len(self.agreeing), -len(self.differing)

    @property
    def word(self) -> str:
        """Return the word that a report has for it."""
        return "agrees" if self.agreeing else "differs" if self.differing else "unchecked"

    def __str__(self) -> str:
        said = (f"{at} was {_shown(was)} and is now {_shown(now)}" for at, (was, now) in self.differing.items())
        return ", ".join(said)


#: characters of a value in a message
_WIDTH = 80


def _shown(value: Any) -> str:
    text = dumps(value).decode()
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"
