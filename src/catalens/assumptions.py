"""Answers to what payloads leave unsaid: for both sides of a translation, or for one."""

from __future__ import annotations

from collections.abc import Mapping

from catalens.codecs.units import UNITS
from catalens.errors import UsageError, did_you_mean
from catalens.mapping.profile import Profile


def assumptions_by_side(given: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Split ``weight=kg`` (both sides) and ``source.weight=lb`` (one side)."""
    sides: dict[str, dict[str, str]] = {"source": {}, "target": {}}
    for name, value in given.items():
        side, dot, rest = name.partition(".")
        if dot and side in sides:
            sides[side][rest] = value
        else:
            sides["source"].setdefault(name, value)
            sides["target"].setdefault(name, value)
    return sides


def check_assumptions(given: Mapping[str, str], source: Profile, target: Profile) -> None:
    """Refuse answers to what neither mapping asks, and units that are none. Raises UsageError."""
    asked = {*source.mapping.assume, *target.mapping.assume}
    for name, value in given.items():
        side, dot, rest = name.partition(".")
        what = rest if dot and side in ("source", "target") else name
        if what not in asked:
            hint = did_you_mean(what, asked) or f"there are {', '.join(sorted(asked)) or 'none'}"
            raise UsageError(f"no assumption {what!r} between {source.spelled} and {target.spelled}; {hint}")
        if what in UNITS and value not in UNITS[what]:
            hint = did_you_mean(value, UNITS[what]) or f"there are {', '.join(UNITS[what])}"
            raise UsageError(f"assumption {name}: no unit {value!r} of {what}; {hint}")


def other_side(name: str) -> str:
    """Turn the name of an assumption round for the way back."""
    side, dot, rest = name.partition(".")
    return (
        {"source": "target", "target": "source"}[side] + dot + rest if dot and side in ("source", "target") else name
    )
