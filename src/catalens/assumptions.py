"""Answers to what payloads leave unsaid: for both sides of a translation, or for one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from catalens.arguments import check_given, shown
from catalens.codecs.numbers import parse_number
from catalens.codecs.registry import ANSWERS
from catalens.codecs.units import UNITS
from catalens.errors import UsageError, did_you_mean
from catalens.hub import ASSUMPTIONS, TAX_BASES
from catalens.mapping.profile import Correspondence, Profile
from catalens.paths import MISSING

#: values of the source's fields, values of the target's, which of the first are lost -> the assumption of each value
#: that rests on one
Resting: TypeAlias = Callable[[Sequence[Any], Sequence[Any], Sequence[bool]], list[str]]


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


def checked_answers(given: Mapping[str, str] | None) -> dict[str, str]:
    """Return what is answered. Raises UsageError where that is no table of texts."""
    check_given(assume=given)
    for name, value in (given or {}).items():
        if not isinstance(name, str) or not isinstance(value, str):
            found = f"{shown(name)}: {shown(value)}"
            raise UsageError(f"assume: expected texts, such as {{'weight': 'kg'}}, found {found}")
    return {str.__str__(name): str.__str__(value) for name, value in (given or {}).items()}


def check_assumptions(
    given: Mapping[str, str], source: Profile, target: Profile, elsewhere: Callable[[], Collection[str]]
) -> None:
    """Refuse answers to what no mapping asks, and units and time zones that are none. Raises UsageError.

    A batch has one configuration for all its pairs, so what only mappings ``elsewhere`` ask is no error.
    """
    asked = {*source.mapping.assume, *target.mapping.assume, *ASSUMPTIONS}
    for name, value in given.items():
        side, dot, rest = name.partition(".")
        what = rest if dot and side in ("source", "target") else name
        if what not in asked and what not in (known := elsewhere()):
            names = sorted({*asked, *known})
            hint = did_you_mean(what, names) or f"there are {', '.join(names) or 'none'}"
            raise UsageError(f"no format asks for an assumption {what!r}; {hint}")
        if what in ANSWERS and value not in ANSWERS[what]:
            hint = did_you_mean(value, ANSWERS[what]) or f"there are {', '.join(ANSWERS[what])}"
            found = f"unit {value!r} of {what}" if what in UNITS else f"{what} {value!r}"
            raise UsageError(f"assumption {name}: no {found}; {hint}")
        words = TAX_BASES if what == "tax" else ASSUMPTIONS.get(what)
        if words is not None and value not in words:
            hint = did_you_mean(value, words) or f"there are {', '.join(words)}"
            raise UsageError(f"assumption {name}: no answer {value!r}; {hint}")
        if what == "timezone" and not _is_timezone(value):
            raise UsageError(
                f"assumption {name}: no time zone {value!r}; there are names such as Asia/Manila and UTC"
            )


def _is_timezone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def other_side(name: str) -> str:
    """Turn the name of an assumption round for the way back."""
    side, dot, rest = name.partition(".")
    return (
        {"source": "target", "target": "source"}[side] + dot + rest if dot and side in ("source", "target") else name
    )


def resting(source: Sequence[Correspondence], target: Sequence[Correspondence]) -> Resting:
    """Return the function that names the assumptions on which each carried value rests.

    An assumption is named ``source.weight`` or ``target.weight``, once for each value.
    """

    def names(given: Sequence[Any], arrived: Sequence[Any], lost: Sequence[bool]) -> list[str]:
        found = [f"source.{one}" for one in _of_side(source, given, lost)]
        return found + [f"target.{one}" for one in _of_side(target, arrived, None)]

    return names


def _of_side(lines: Sequence[Correspondence], values: Sequence[Any], lost: Sequence[bool] | None) -> Iterator[str]:
    """Yield the assumptions of one side's values; ``lost`` says which are, and is None where they are written."""
    start = 0
    for line in lines:
        stop = start + len(line.fields)
        own, gone = values[start:stop], [False] * len(line.fields) if lost is None else lost[start:stop]
        start = stop
        # several fields may say the unit that they are written in
        several = lost is not None or line.codec.wires > 1
        measured = line.codec.assumed(*own) if several else line.codec.assumes
        for one, value, is_lost in zip(line.fields, own, gone, strict=True):
            if not is_lost and _rests(value, alone=len(own) == 1):
                yield from {what for what in (measured, *one.assumes) if what is not None}


def _rests(value: Any, alone: bool) -> bool:
    """Tell whether a value can rest on an assumption: switches cannot, nor words that stand beside a number."""
    if value is MISSING or value is None or isinstance(value, bool):
        return False
    return alone or not isinstance(value, str) or parse_number(value) is not MISSING
