"""Take back what a migration did, where it is still as we left it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from catalens.mapping.endpoints import Verb
from catalens.migrate.journal import Item, Journal
from catalens.migrate.outcomes import Answer, Outcome
from catalens.migrate.pair import PRODUCT, Pair
from catalens.migrate.read import Point, look_through
from catalens.migrate.verify import differences, differing

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
        """Take everything back, what refers to others first; yield what became of each thing."""
        for kind in reversed(self.pair.kinds):
            there = self._there(kind)
            for item in reversed(self.journal.all(kind)):
                if item.target_id is not None and item.intent is not None:
                    yield self._one(item, there), item

    def _there(self, kind: str) -> dict[str, Any] | None:
        """Return what stands in the target by id, where it cannot be asked for one thing."""
        if self.pair.target.can(kind, "one") or not self.pair.target.can(kind, "list"):
            return None
        return {id: item for id, _, item in look_through(self.pair, kind)}

    def _one(self, item: Item, there: dict[str, Any] | None) -> str:
        assert item.target_id is not None
        target, kind, id = self.pair.target, item.kind, item.target_id
        verb: Verb = "update" if item.origin == "before" else "delete"
        before = self.journal.before(kind, id)
        if not target.can(kind, verb) or (verb == "update" and before is None):
            return BY_HAND
        stands = self._stands(item, there)
        if stands is None:
            return self._forget(item, DELETED)
        restored = None if before is None else self.pair.written(before)
        # a process that died may have written it back already
        if self._edited(item, stands) and (restored is None or differences(self.pair, restored, stands)):
            self._put(item, state="conflict", code="edited", detail="it was edited in the target since we sent it")
            return EDITED
        self.point("undo send")
        answer = self._call(item, restored)
        self.point("undo answer")
        if answer.outcome is Outcome.DONE or (verb == "delete" and answer.outcome is Outcome.ABSENT):
            return self._forget(item, DELETED if verb == "delete" else RESTORED)
        self._put(item, code=answer.code, detail=answer.detail)
        return REFUSED

    def _call(self, item: Item, restored: Any) -> Answer:
        assert item.target_id is not None
        if item.origin == "before":
            return self.pair.target.update(item.kind, item.target_id, restored, f"undo-{item.seq}")
        return self.pair.target.delete(item.kind, item.target_id)

    def _stands(self, item: Item, there: dict[str, Any] | None) -> Any:
        """Return what stands in the target now; None where nothing does."""
        assert item.target_id is not None
        if there is not None:
            return there.get(item.target_id)
        answer = self.pair.target.one(item.kind, item.target_id)
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

    def _put(self, item: Item, **values: Any) -> None:
        with self.journal.transaction():
            self.journal.set(item.seq, **values)
