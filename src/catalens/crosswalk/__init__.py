"""The id crosswalk: which identifiers of two platforms denote the same thing."""

from __future__ import annotations

from catalens.crosswalk.asking import (
    NOTHING_KNOWN,
    Answers,
    Awaited,
    Ids,
    LookUp,
    Table,
    are_ids,
    inverse,
)
from catalens.crosswalk.remembered import recall
from catalens.crosswalk.table import Crosswalks

__all__ = [
    "NOTHING_KNOWN",
    "Answers",
    "Awaited",
    "Crosswalks",
    "Ids",
    "LookUp",
    "Table",
    "are_ids",
    "inverse",
    "recall",
]
