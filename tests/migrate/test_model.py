"""One thing, and all that can happen to it, against a model that says only what must be true."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from catalens.migrate.events import Finished
from catalens.migrate.journal import ENDED, OPEN, Journal
from catalens.migrate.migration import Migration
from catalens.migrate.outcomes import Answer, Outcome
from tests.migrate.stores import Store, migration, product
from tests.migrate.test_kills import POINTS, Died, dies_at

#: what a call may end with: (what is known of it, whether it was carried out)
ENDS = {
    "done": (Outcome.DONE, True),
    "refused": (Outcome.REFUSED, False),
    "busy": (Outcome.BUSY, False),
    "unknown": (Outcome.UNKNOWN, False),
    "unknown but done": (Outcome.UNKNOWN, True),
    "denied": (Outcome.DENIED, False),
}


class Told(Store):
    """A store whose next calls end as they are told to."""

    def __init__(self) -> None:
        super().__init__(prefix="n")
        self.ends: list[str] = []

    def _write(self, verb: str, kind: str, key: str, does: Any) -> Answer:
        end = self.ends.pop(0) if self.ends else "done"
        outcome, carried_out = ENDS[end]
        answer = super()._write(verb, kind, key, does) if carried_out else None
        if outcome is Outcome.DONE:
            assert answer is not None
            return answer
        return Answer(outcome, code=end.split()[0], retry_after=0.0 if outcome is Outcome.BUSY else None)


class OneThing(RuleBasedStateMachine):
    """A thing of the source, which is changed, sent, and interrupted."""

    def __init__(self) -> None:
        super().__init__()
        self.there = Path(tempfile.mkdtemp())
        self.old, self.new = Store(prefix="o"), Told()
        self.old.put("product", **{**product(0, 1, 0), "akin": []})
        self.ended: Finished | None = None
        self.removed = False

    def teardown(self) -> None:
        shutil.rmtree(self.there)

    @property
    def migration(self) -> Migration:
        give_up = {"in_a_row": 4, "attempts": 3}
        return migration(self.there, self.old, self.new, to={"settle": "1ms", "timeout": "3ms"}, give_up=give_up)

    def run(self, one: Migration) -> None:
        last = [*one.run()][-1]
        assert isinstance(last, Finished)
        self.ended = last

    @rule(ends=st.lists(st.sampled_from(sorted(ENDS)), max_size=4))
    def runs(self, ends: list[str]) -> None:
        self.new.ends = [*ends]
        self.run(self.migration)
        self.new.ends = []

    @rule(
        point=st.sampled_from(POINTS),
        number=st.integers(1, 2),
        ends=st.lists(st.sampled_from(sorted(ENDS)), max_size=2),
    )
    def dies(self, point: str, number: int, ends: list[str]) -> None:
        self.new.ends = [*ends]
        one = self.migration
        one._point = dies_at(point, number)
        try:
            self.run(one)
        except Died:
            self.ended = None
        self.new.ends = []

    @rule(price=st.integers(1, 3))
    def changes(self, price: int) -> None:
        self.old.things["product"]["p0"]["price"] = price

    @precondition(lambda self: self.ended is not None)
    @rule()
    def is_tried_again(self) -> None:
        self.migration.retry(all=True)

    @precondition(lambda self: self.ended is not None and self.new.things["product"])
    @rule()
    def is_removed_by_somebody(self) -> None:
        self.new.things["product"].clear()
        self.removed = True

    @precondition(lambda self: self.ended is not None and not self.removed)
    @rule()
    def is_taken_back(self) -> None:
        self.migration.undo()

    @invariant()
    def it_is_there_at_most_once(self) -> None:
        assert len(self.new.things["product"]) <= 1

    @invariant()
    def what_is_said_is_true(self) -> None:
        if self.ended is None:
            return
        with Journal(self.there / "move.db", write=False) as journal:
            items = journal.all()
        assert [one.source_id for one in items] == ["p0"], "it is never lost"
        [item] = items
        assert item.state in (*ENDED, *OPEN, "gone")
        if item.target_id is not None and not self.removed:
            assert item.target_id in self.new.things["product"]

    @rule()
    def comes_to_an_end(self) -> None:
        """Whatever happened: when the store answers again, it is there once, as the source has it."""
        one = self.migration
        self.run(one)
        # what was read before it changed is sent first
        self.run(one)
        if self.ended is not None and self.ended.exit_code == 4:
            one.retry(all=True)
            self.run(one)
        assert self.ended is not None
        if self.removed:
            # nobody tells a run that something was removed: verify does
            return
        assert self.ended.exit_code == 0, self.ended
        [there] = self.new.things["product"].values()
        assert there["amount"] == self.old.things["product"]["p0"]["price"]


OneThing.TestCase.settings = settings(stateful_step_count=8, deadline=None)
TestOneThing = OneThing.TestCase
