"""What follows from the end of a call, or of a look-up: the table of states, as functions without effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from catalens.migrate.journal import Item
from catalens.migrate.outcomes import Answer, Outcome

Change = dict[str, Any]

#: the longest wait between two attempts
MOST_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Rules:
    """How long to wait, and how often to try."""

    settle: float
    attempts: int
    #: seconds before the second attempt; twice as many before each further one
    pause: float

    def back_off(self, attempts: int) -> float:
        """Return the seconds to wait after some attempts."""
        return min(MOST_SECONDS, self.pause * 2.0 ** min(attempts, 16))


def after_call(item: Item, answer: Answer, pending: bool, now: float, rules: Rules, derived: bool = False) -> Change:
    """Return what becomes of an item that was sent, as it was before; ``pending``: references may come."""
    said = {"code": answer.code, "detail": _detail(answer)}
    in_target: Change = {"state": "waiting" if pending else "done", "attempts": 0, "code": None, "detail": None}
    match answer.outcome:
        case Outcome.DONE if item.step != "create" or derived:
            return in_target
        case Outcome.DONE if answer.id:
            return {**in_target, "target_id": answer.id, "origin": "created"}
        case Outcome.BUSY:
            # certainly not done, so no attempt was made
            wait = rules.back_off(item.attempts) if answer.retry_after is None else answer.retry_after
            return {"state": "ready", "attempts": item.attempts, "due": now + wait, **said}
        case Outcome.DENIED:
            return {"state": "ready", "attempts": item.attempts, "due": 0.0, **said}
        case Outcome.ABSENT if item.step != "create":
            return {"state": "gone", **said}
        case Outcome.REFUSED | Outcome.ABSENT:
            return {"state": "refused", **said}
        case Outcome.EXISTS if item.step != "create":
            return {"state": "refused", **said}
        case Outcome.EXISTS | Outcome.DONE if item.step == "create":
            return {"state": "unknown", "due": now, **said}
        case _ if item.step == "create":
            return {"state": "unknown", "due": now + rules.settle, **said}
        case _ if item.attempts + 1 >= rules.attempts:
            return {"state": "stuck", **said}
        case _:
            # an update says all its members whole: it may be repeated
            return {"state": "ready", "due": now + rules.back_off(item.attempts), **said}


def after_look_up(item: Item, found: Sequence[str] | None, now: float, rules: Rules) -> Change:
    """Return what becomes of a create of which nobody knew the end; ``found``: None where the target cannot be asked.

    What stood in the target before is not meant here.
    """
    if found is None:
        return {"state": "conflict", "code": "no-look-up", "detail": "the target cannot be asked whether it was made"}
    if len(found) > 1:
        return {"state": "conflict", "code": "several", "detail": f"{', '.join(found)} have its key {item.key}"}
    if found:
        # it holds what was sent then, perhaps by a process that is dead: it is always updated
        return {
            "state": "waiting",
            "origin": "adopted",
            "target_id": found[0],
            "attempts": 0,
            "code": None,
            "detail": None,
        }
    if item.attempts >= rules.attempts:
        return {"state": "stuck"}
    pause = rules.back_off(item.attempts) if item.code == "exists" else 0.0
    return {"state": "ready", "due": now + pause}


def _detail(answer: Answer) -> str:
    """Write in one line what a side said."""
    parts = [answer.detail, *(f"{name}: {', '.join(texts)}" for name, texts in answer.errors.items())]
    return "; ".join(part for part in parts if part)
