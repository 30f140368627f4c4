"""Which losses stop a migration: a code, a fate, or any."""

from __future__ import annotations

from collections.abc import Iterable

from catalens.account.codes import CODES, fate_of, is_loss, matches
from catalens.errors import LossError, UsageError, did_you_mean

ANY = "any"

_WORST: dict[str, int] = {}
for _code, _what in CODES.items():
    _WORST[fate_of(_code)] = max(_what.severity, _WORST.get(fate_of(_code), 0))

#: what a gate may name: everything that has a severity
WORDS = (
    ANY,
    *(fate for fate, severity in _WORST.items() if severity),
    *(code for code, what in CODES.items() if what.severity and code not in _WORST),
)


def check_fail_on(wanted: str) -> str:
    """Return the word of a gate. Raises UsageError where it names no loss."""
    if wanted in WORDS:
        return wanted
    if wanted in CODES or wanted in _WORST:
        raise UsageError(f"{wanted!r} is no loss, so nothing can fail on it")
    hint = did_you_mean(wanted, WORDS)
    raise UsageError(f"no fate or code {wanted!r}; {hint or 'there are ' + ', '.join(WORDS)}")


def reaches(code: str, wanted: str) -> bool:
    """Tell whether a code is at or above what a gate names.

    A code names itself and every loss of its severity or a higher one; a fate names its own codes and every
    loss worse than all of them.
    """
    severity = CODES[code].severity
    if not severity:
        return False
    if wanted == ANY:
        return is_loss(code)
    if matches(code, wanted):
        return True
    if wanted in _WORST:
        return is_loss(code) and severity > _WORST[wanted]
    return is_loss(code) and severity >= CODES[wanted].severity


def check_losses(codes: Iterable[str], gates: Iterable[str]) -> None:
    """Raise LossError where a code reaches one of the gates."""
    gates = list(gates)
    found = sorted({code for code in codes if any(reaches(code, wanted) for wanted in gates)})
    if found:
        raise LossError(f"loss at or above {' or '.join(gates)}: {', '.join(found)}")


def refusal(codes: Iterable[str]) -> LossError:
    """Make the error of a payload that is not translated, because of what it would lose."""
    codes = list(codes)
    counts = ", ".join(f"{code} {codes.count(code)}" for code in sorted(set(codes)))
    return LossError(f"not translated, because it would lose: {counts}")
