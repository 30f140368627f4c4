"""What changes in the static profiles of all pairs that a format is in: losses that are new, losses that are gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from catalens.account.codes import REST, SEVERITIES, LossCode, Severity, worst
from catalens.engine import Translator
from catalens.formats import Registry

Sense = Literal["new", "gone"]
Way = Literal["from", "to"]
WAYS: Final[tuple[Way, ...]] = get_args(Way)


@dataclass(frozen=True)
class LossChange:
    """One code that is new, or gone, on the way from or to the format: of which fields, in which pairs.

    ``fields`` maps the fields of the source, as ``explain`` names them, to pairs ``source -> target``; on the way to
    the format, the source is another, and its profile stands before the field.
    """

    sense: Sense
    way: Way
    code: LossCode
    severity: Severity
    fields: dict[str, tuple[str, ...]]

    @property
    def pairs(self) -> tuple[str, ...]:
        """Return the pairs in which any of the fields is lost otherwise."""
        return tuple(dict.fromkeys(pair for pairs in self.fields.values() for pair in pairs))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        fields = {name: list(pairs) for name, pairs in self.fields.items()}
        return {
            "sense": self.sense,
            "way": self.way,
            "code": self.code.value,
            "severity": self.severity,
            "pairs": len(self.pairs),
            "fields": fields,
        }


@dataclass(frozen=True)
class PairChanges:
    """How many pairs were compared, and what is lost otherwise in them, the most severe first."""

    compared: int
    changes: list[LossChange]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"compared": self.compared, "changes": [one.to_dict() for one in self.changes]}


#: the losses of one pair: (field, code), with how severe they are
_Losses = dict[tuple[str, LossCode], Severity]


@dataclass
class _Found:
    severity: Severity = REST
    fields: dict[str, list[str]] = field(default_factory=dict)


def compare_pairs(
    old: tuple[str, Registry], new: tuple[str, Registry], profiles: Iterable[str], formats: Registry
) -> PairChanges:
    """Compare the static losses of profiles of a format with all profiles of all other formats, both ways.

    ``old`` and ``new`` are the format's id, and a registry that knows its mapping, before and after.
    """
    others = [one.spelled for one in formats.profiles() if one.format not in (old[0], new[0])]
    found: dict[tuple[Sense, Way, LossCode], _Found] = {}
    pairs = [(profile, other, way) for profile in profiles for other in others for way in WAYS]
    for profile, other, way in pairs:
        before, after = (_losses(f"{name}/{profile}", other, way, known) for name, known in (old, new))
        pair = " -> ".join(_ends(f"{new[0]}/{profile}", other, way))
        for sense, (name, code), severity in _changed(before, after):
            at = found.setdefault((sense, way, code), _Found())
            at.severity = worst([at.severity, severity])
            at.fields.setdefault(name, []).append(pair)
    made = [
        LossChange(*at, one.severity, {name: tuple(pairs) for name, pairs in one.fields.items()})
        for at, one in found.items()
    ]
    return PairChanges(len(pairs), sorted(made, key=_rank))


def _changed(before: _Losses, after: _Losses) -> Iterator[tuple[Sense, tuple[str, LossCode], Severity]]:
    yield from (("new", at, severity) for at, severity in after.items() if at not in before)
    yield from (("gone", at, severity) for at, severity in before.items() if at not in after)


def _losses(format: str, other: str, way: Way, formats: Registry) -> _Losses:
    source, target = _ends(format, other, way)
    profile = Translator(source, target, formats=formats).profile
    behind = f"{source} " if way == "to" else ""
    return {(behind + one.path, code): one.severity for one in profile.fields for code in one.losses}


def _ends(format: str, other: str, way: Way) -> tuple[str, str]:
    return (format, other) if way == "from" else (other, format)


def _rank(one: LossChange) -> tuple[Any, ...]:
    return one.sense == "gone", SEVERITIES.index(one.severity), -one.code.rank, one.code, one.way
