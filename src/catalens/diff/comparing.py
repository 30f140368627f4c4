"""Two mapping files of one format, compared: what changed, for whom it matters, and what becomes of sidecars."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from catalens.arguments import check_arguments, check_given
from catalens.diff.changes import Change, Side, compare_mappings
from catalens.diff.kinds import IMPACTS, Impact, Kind
from catalens.diff.pairs import PairChanges, compare_pairs
from catalens.engine.examples import check_file
from catalens.errors import InvalidMapping
from catalens.formats import Registry, registry
from catalens.returning.sidecar import side_fault, side_of

VERSION = 1


@dataclass(frozen=True)
class SidecarVerdict:
    """Whether sidecars that were written with the old mapping, for one of its profiles, are taken by the new one."""

    profile: str
    #: why they are refused, in the words of the refusal; None where they are taken
    refusal: str | None
    #: the changes that are the reason
    reasons: tuple[Change, ...] = ()

    @property
    def valid(self) -> bool:
        """Tell whether they are taken."""
        return self.refusal is None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        reasons = [{"kind": one.kind.value, "path": one.path, "place": one.place} for one in self.reasons]
        return {"profile": self.profile, "valid": self.valid, "refusal": self.refusal, "reasons": reasons}


@dataclass(frozen=True)
class Diff:
    """What changed from one mapping file to another; what is lost otherwise is worked out when it is asked for."""

    old: Side
    new: Side
    changes: list[Change]
    sidecars: list[SidecarVerdict]
    _formats: Registry = field(repr=False)
    _known: tuple[tuple[str, Registry], tuple[str, Registry]] = field(repr=False)

    @cached_property
    def pairs(self) -> PairChanges:
        """What changes in the static profiles of all pairs with other formats; takes a second for some pairs."""
        touched = {name for one in self.changes if one.kind != Kind.PROSE for name in one.profiles}
        both = [name for name in self.old.mapping.profiles if name in self.new.mapping.profiles]
        return compare_pairs(*self._known, [name for name in both if name in touched], self._formats)

    def reaches(self, impact: Impact) -> bool:
        """Tell whether any change has this impact, or a worse one, on writers or readers."""
        return any(IMPACTS.index(one.impact) <= IMPACTS.index(impact) for one in self.changes)

    @property
    def counts(self) -> dict[str, int]:
        """Return how many changes have which impact."""
        return {impact: sum(one.impact == impact for one in self.changes) for impact in IMPACTS}

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "diff": VERSION,
            "old": {"file": self.old.source.name, "format": self.old.mapping.format},
            "new": {"file": self.new.source.name, "format": self.new.mapping.format},
            "counts": self.counts,
            "changes": [one.to_dict() for one in self.changes],
            "pairs": self.pairs.to_dict(),
            "sidecars": [one.to_dict() for one in self.sidecars],
        }


def diff(old: str | os.PathLike[str], new: str | os.PathLike[str], *, formats: Registry | None = None) -> Diff:
    """Compare two mapping files of one format; ``formats`` are those that pairs are made with.

    Raises InvalidMapping with what lint says of a file that it refuses.
    """
    check_arguments(old=old, new=new)
    check_given(formats=formats)
    known = registry() if formats is None else formats
    for path in (old, new):
        errors = [one for one in check_file(path, known) if one.severity == "error"]
        if errors:
            raise InvalidMapping(errors)
    before, after = (known.with_file(Path(path)) for path in (old, new))
    sides = _side(*before), _side(*after)
    changes = compare_mappings(*sides)
    refusals = {name: _refusal(name, before, after) for name in sides[0].mapping.profiles}
    unexplained = [name for name, refusal in refusals.items() if refusal and not _reasons(name, changes)]
    if unexplained:
        was, now = (side.place(("fields",)) for side in sides)
        changes.append(Change(Kind.LINES_REWRITTEN, "", "fields", None, None, tuple(unexplained), was, now, True))
    sidecars = [
        SidecarVerdict(f"{before[0]}/{name}", refusal, _reasons(name, changes) if refusal else ())
        for name, refusal in refusals.items()
    ]
    return Diff(*sides, changes, sidecars, known, (before, after))


def _side(name: str, formats: Registry) -> Side:
    source = formats.source(name)
    assert source is not None
    return Side(formats.mapping(name), source)


def _refusal(name: str, before: tuple[str, Registry], after: tuple[str, Registry]) -> str | None:
    """Return why a sidecar that was written with the old mapping is refused by the new one."""
    profiles = after[1].mapping(after[0]).profiles
    if name not in profiles:
        return f"format {after[0]!r} has no profile {name!r} any more"
    told = side_of(before[1].profile(f"{before[0]}/{name}"))
    return side_fault(told, after[1].profile(f"{after[0]}/{name}"), "back to")


def _reasons(name: str, changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(one for one in changes if one.binding and name in one.profiles)
