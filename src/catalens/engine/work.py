"""What one translation has seen and made on its way: each step reads it and adds to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from catalens.account.compact import CompactEntries, Loss
from catalens.account.restored import Comparison, Restored
from catalens.crosswalk import Answers
from catalens.mapping.profile import Names
from catalens.paths import Pointer
from catalens.returning import Entry

#: compact entries; what was lost around the product; where the product stands
Compact = tuple[CompactEntries, list[Loss], Names]


class Wait(NamedTuple):
    """An identifier that was left out since nobody knows the target's yet.

    ``pointer`` is where it would stand in the output if all such were known, ``id`` the source's, as text.
    """

    pointer: str
    kind: str
    id: str


@dataclass
class Work:
    """What one translation has seen and made; products are payloads without envelope."""

    payload_in: Any
    #: the product in it, and the same without what was parked there
    given: Any
    product: Any
    product_out: Any
    #: what was lost, not counted where only the output was asked for
    entries: CompactEntries
    merges: list[Restored]
    #: entries that stood in slots, and the places of their rows
    parked: list[tuple[list[Entry], Pointer]]
    #: what is of a shape that the mapping does not know, with its places: no part of the product that is translated
    aside: list[tuple[Names, Any]]
    #: places of documented defaults that were filled in
    defaults: list[Pointer]
    #: what the crosswalk said of the identifiers in it
    answers: Answers
    #: places of what the caller filled in
    filled: Sequence[Pointer] = ()
    #: leaves of rows that were parked in the output, and what of the source they hold
    rows: list[tuple[Pointer, tuple[str, ...]]] = field(default_factory=list)
    to_do: list[dict[str, str]] = field(default_factory=list)
    payload: Any = None
    #: the product beside the one that the sidecar was written for, where there is a sidecar
    identity: Comparison | None = None
    #: where the output product stands in the payload
    envelope_out: Names = ()
