"""What stops a migration: losses (a severity, a code, a fate, or any), and what was not restored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from catalens.account.codes import FATES, SEVERITIES, LossCode, Overtaken, Severity
from catalens.errors import LossError, UsageError, known_names

ANY = "any"

#: fate -> the rank of the worst of its codes
_WORST = {fate: max(code.rank for code in LossCode if code.fate == fate) for fate in FATES}

#: what --fail-on may name: severities, and everything that has a rank
WORDS = (
    ANY,
    *SEVERITIES,
    *(fate for fate, rank in _WORST.items() if rank),
    *(code.value for code in LossCode if code.rank and code.value not in FATES),
    *(word.value for word in Overtaken),
)


def check_fail_on(wanted: str) -> str:
    """Return a word given to --fail-on. Raises UsageError where it names no loss."""
    if wanted in WORDS:
        return wanted
    if wanted in set(LossCode) or wanted in FATES:
        raise UsageError(f"{wanted!r} is no loss, so nothing can fail on it")
    raise UsageError(f"no severity, fate or code {wanted!r}; {known_names(wanted, WORDS)}")


def reaches(code: LossCode, severity: Severity, wanted: str) -> bool:
    """Tell whether a loss is at or above what --fail-on names.

    A severity names its own losses and all that are more severe. A code names itself and every loss of its rank or a
    higher one; a fate names its own codes and every loss worse than all of them.
    """
    if not code.rank:
        return False
    if wanted == ANY:
        return code.is_loss
    if wanted in SEVERITIES:
        return code.is_loss and SEVERITIES.index(severity) <= SEVERITIES.index(wanted)
    if code.matches(wanted):
        return True
    for fate, worst in _WORST.items():
        if wanted == fate:
            return code.is_loss and code.rank > worst
    return code.is_loss and code.rank >= LossCode.of(wanted).rank


def check_losses(found: Iterable[tuple[LossCode, Severity]], wanted: Iterable[str]) -> None:
    """Raise LossError where a loss, given by code and severity, reaches one of the words given to --fail-on."""
    bounds = [one for one in wanted if one not in set(Overtaken)]
    reached = sorted({code for code, severity in found if any(reaches(code, severity, bound) for bound in bounds)})
    if reached:
        raise LossError(f"loss at or above {' or '.join(bounds)}: {', '.join(reached)}")


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
