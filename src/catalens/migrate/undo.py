"""Take back what a migration did, where it is still as we left it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from catalens.mapping.endpoints import Verb
from catalens.migrate.journal import Item, Journal
from catalens.migrate.outcomes import Outcome
from catalens.migrate.pair import PRODUCT, Pair
from catalens.migrate.read import Point, look_through
from catalens.migrate.verify import differences, differing, is_sent

#: what is noted of a thing that can be taken back
FREE = "as it was sent"
#: what may become of a thing
DELETED, RESTORED, EDITED, BY_HAND, REFUSED = "deleted", "restored", "edited", "by hand", "refused"


@dataclass
class Undone:
    """What was taken back, and what was not."""

    #: what became of it -> things
    things: dict[str, list[str]] = field(default_factory=dict)

    def add(self, word: str, item: Item) -> None:
        """Note what became of a thing."""
        self.things.setdefault(word, []).append(f"{item.kind} {item.source_id}: {item.target_id}")

    @property
    def exit_code(self) -> int:
        """Return 4 where something is left to people, else 0."""
        return 4 if set(self.things) - {DELETED, RESTORED} else 0

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"things": self.things, "exit_code": self.exit_code}


class Undo:
    """Deletes what was created, and writes back what stood there before."""

    def __init__(self, pair: Pair, journal: Journal, point: Point) -> None:
        self.pair, self.journal, self.point = pair, journal, point

    def __call__(self) -> Iterator[tuple[str, Item]]:
        """Take everything back, what refers to others first; yield what became of each thing.

        All is compared before anything is deleted: what is deleted changes how what refers to it is shown.
        """
        kept: list[tuple[str, Item]] = []
        for kind in self.pair.kinds:
            there = self._there(kind)
            checked = [(self._check(item, there), item) for item in self.journal.all(kind) if is_sent(item)]
            kept += [(word, item) for word, item in checked if word is not None]
            with self.journal.transaction():
                for word, item in checked:
                    if word is None:
                        self.journal.set(item.seq, verified=FREE)
        yield from kept
        for kind in reversed(self.pair.kinds):
            for item in reversed(self.journal.all(kind)):
                if is_sent(item) and item.verified == FREE:
                    yield self._take_back(item), item

    def _there(self, kind: str) -> dict[str, Any] | None:
        """Return what stands in the target by id, where it cannot be asked for one thing."""
        if self.pair.target.can(kind, "one") or not self.pair.target.can(kind, "list"):
            return None
        return {id: item for id, _, item in look_through(self.pair, kind)}

    def _check(self, item: Item, there: dict[str, Any] | None) -> str | None:
        """Return why a thing cannot be taken back; None where it can."""
        target, kind, id = self.pair.target, item.kind, item.target_id or ""
        verb: Verb = "update" if item.origin == "before" else "delete"
        if not target.can(kind, verb) or (verb == "update" and self._restored(item) is None):
            return BY_HAND
        if item.verified == FREE:
            # compared by a process that died before it was done
            return None
        stands = self._stands(kind, id, there)
        if stands is None or not self._edited(item, stands):
            return None
        with self.journal.transaction():
            detail = "it was edited in the target since we sent it"
            self.journal.set(item.seq, state="conflict", code="edited", detail=detail)
        return EDITED

    def _restored(self, item: Item) -> Any:
        """Return what stood there before, in the form in which it is sent."""
        before = self.journal.before(item.kind, item.target_id or "")
        return None if before is None else self.pair.written(before)

    def _take_back(self, item: Item) -> str:
        assert item.target_id is not None
        target, kind, id = self.pair.target, item.kind, item.target_id
        self.point("undo send")
        if item.origin == "before":
            answer = target.update(kind, id, self._restored(item), f"undo-{item.seq}")
        else:
            answer = target.delete(kind, id)
        self.point("undo answer")
        if answer.outcome in (Outcome.DONE, Outcome.ABSENT):
            return self._forget(item, RESTORED if item.origin == "before" else DELETED)
        with self.journal.transaction():
            self.journal.set(item.seq, code=answer.code, detail=answer.detail)
        return REFUSED

    def _stands(self, kind: str, id: str, there: dict[str, Any] | None) -> Any:
        """Return what stands in the target now; None where nothing does."""
        if there is not None:
            return there.get(id)
        answer = self.pair.target.one(kind, id)
        return None if answer.outcome is Outcome.ABSENT else answer.body

    def _edited(self, item: Item, stands: Any) -> bool:
        sent = self.journal.sent(item.seq)
        if item.kind != PRODUCT:
            fields = self.pair.target.fields
            return any(differing(fields(item.kind, sent), fields(item.kind, stands), None))
        return bool(differences(self.pair, sent, stands))

    def _forget(self, item: Item, word: str) -> str:
        """Let a thing be as if it had never been sent."""
        self.point("undo O before")
        nothing = {"intent": None, "sent": None, "sent_hash": None, "verified": None, "code": None, "detail": None}
        with self.journal.transaction():
            again = {"state": "ready", "attempts": 0, "due": 0.0}
            if item.origin == "before":
                assert item.target_id is not None
                self.journal.forget_before(item.kind, item.target_id)
                self.journal.set(item.seq, step="update", **again, **nothing)
            else:
                self.journal.set(item.seq, step="create", target_id=None, origin=None, **again, **nothing)
        self.point("undo O after")
        return word
