"""What stops a migration: losses (a code, a fate, or any), and what was not restored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from catalens.account.codes import FATES, LossCode, Overtaken
from catalens.errors import LossError, UsageError, did_you_mean

ANY = "any"

#: fate -> the severity of the worst of its codes
_WORST = {fate: max(code.severity for code in LossCode if code.fate == fate) for fate in FATES}

#: what --fail-on may name: everything that has a severity
WORDS = (
    ANY,
    *(fate for fate, severity in _WORST.items() if severity),
    *(code.value for code in LossCode if code.severity and code.value not in FATES),
    *(word.value for word in Overtaken),
)


def check_fail_on(wanted: str) -> str:
    """Return a word given to --fail-on. Raises UsageError where it names no loss."""
    if wanted in WORDS:
        return wanted
    if wanted in set(LossCode) or wanted in FATES:
        raise UsageError(f"{wanted!r} is no loss, so nothing can fail on it")
    hint = did_you_mean(wanted, WORDS)
    raise UsageError(f"no fate or code {wanted!r}; {hint or 'there are ' + ', '.join(WORDS)}")


def reaches(code: LossCode, wanted: str) -> bool:
    """Tell whether a code is at or above what --fail-on names.

    A code names itself and every loss of its severity or a higher one; a fate names its own codes and every
    loss worse than all of them.
    """
    if not code.severity:
        return False
    if wanted == ANY:
        return code.is_loss
    if code.matches(wanted):
        return True
    for fate, worst in _WORST.items():
        if wanted == fate:
            return code.is_loss and code.severity > worst
    return code.is_loss and code.severity >= LossCode.of(wanted).severity


def check_losses(codes: Iterable[LossCode], wanted: Iterable[str]) -> None:
    """Raise LossError where a code reaches one of the words given to --fail-on."""
    bounds = [one for one in wanted if one not in set(Overtaken)]
    found = sorted({code for code in codes if any(reaches(code, bound) for bound in bounds)})
    if found:
        raise LossError(f"loss at or above {' or '.join(bounds)}: {', '.join(found)}")


def check_overtaken(found: Mapping[Overtaken, int], wanted: Iterable[str]) -> None:
    """Raise LossError where something is stale or orphaned, as far as words given to --fail-on name it."""
    named = set(wanted)
    counts = [f"{word} {count}" for word, count in found.items() if count and word in named]
    if counts:
        raise LossError(f"not everything was restored: {', '.join(counts)}")


def refusal(codes: Iterable[LossCode]) -> LossError:
    """Make the error of a payload that is not translated, because of what it would lose."""
    codes = list(codes)
    counts = ", ".join(f"{code} {codes.count(code)}" for code in sorted(set(codes)))
    return LossError(f"not translated, because it would lose: {counts}")
