"""What changed from one mapping of a format to the next, and whom it matters to."""

from __future__ import annotations

from catalens.diff.changes import Change, Side
from catalens.diff.comparing import Diff, SidecarVerdict, diff
from catalens.diff.kinds import IMPACTS, Impact, Kind
from catalens.diff.pairs import LossChange, PairChanges

__all__ = [
    "IMPACTS",
    "Change",
    "Diff",
    "Impact",
    "Kind",
    "LossChange",
    "PairChanges",
    "Side",
    "SidecarVerdict",
    "diff",
]
