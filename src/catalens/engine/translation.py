"""What came of one payload: its output at once, its losses, sidecar and report when somebody reads them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from catalens.account.codes import Overtaken
from catalens.account.compact import Loss
from catalens.account.report import Report
from catalens.account.restored import Comparison
from catalens.arguments import check_arguments
from catalens.engine.accounts import compact_losses, losses_of, missing_of, report_of, waits_of
from catalens.engine.way_back import sidecar_of
from catalens.engine.work import Compact, Wait, Work
from catalens.explain.trace import Trace, Tracer

if TYPE_CHECKING:
    from catalens.engine.translator import Translator


class Translation:
    """What came of one payload."""

    def __init__(
        self, translator: Translator, payload: Any, replay: Callable[[], Work], work: Work | None = None
    ) -> None:
        self._translator, self._replay = translator, replay
        self.payload: Any = payload
        if work is not None:
            self._work = work

    def __getstate__(self) -> dict[str, Any]:
        # what was made of it is made again where somebody reads it
        return {name: self.__dict__[name] for name in ("_translator", "_replay", "payload")}

    @cached_property
    def _work(self) -> Work:
        return self._replay()

    @property
    def losses(self) -> list[Loss]:
        """Return the losses, compact: a tree that is lost whole is one of them."""
        if self._work.rows:
            return [one for one in self.found if one.code.is_loss]
        return losses_of(self._translator, self._work)

    @property
    def found(self) -> list[Loss]:
        """Return what did not arrive as it was: the losses, and what was parked or withheld."""
        if self._work.rows:
            report = self.report
            return [
                Loss(one.source, one.code, one.rule, report.severity(one)) for one in report.fates if one.code.rank
            ]
        return self.losses

    @property
    def compact(self) -> Compact | None:
        """Return what ``found`` spells out, before it is; None where only ``found`` tells it."""
        if self._work.rows or self._translator.same:
            return None
        return compact_losses(self._translator, self._work)

    @property
    def overtaken(self) -> dict[Overtaken, int]:
        """Return how much of what slots and a sidecar hold was not restored."""
        counts = dict.fromkeys(Overtaken, 0)
        for one in self._work.merges:
            counts[Overtaken.STALE] += len(one.stale)
            counts[Overtaken.ORPHANED] += len(one.orphaned)
        return counts

    @property
    def missing(self) -> list[dict[str, str]]:
        """Return the fields that the output lacks, and those that it has and must not have, as the report does."""
        return [{"target": at, "why": why} for at, why in missing_of(self._translator, self._work)]

    @cached_property
    def waits(self) -> list[Wait]:
        """Return the identifiers that were left out since the crosswalk does not know them (foreign_ids: omit)."""
        work = self._work
        return waits_of(self._translator, work.product, work.answers, work.envelope_out)

    @property
    def restored(self) -> Comparison | None:
        """Return the product beside the one that the sidecar was written for; None where there was no sidecar."""
        return self._work.identity

    @cached_property
    def sidecar(self) -> dict[str, Any] | None:
        """Return what the output does not hold, for the way back; None when there is nothing."""
        return sidecar_of(self._translator, self._work)

    @cached_property
    def report(self) -> Report:
        """Return the full account, made when first read; later changes to payloads do not change it."""
        return report_of(self._translator, self._work)

    def trace(self, pointer: str) -> Trace:
        """Follow the value at a JSON Pointer into the payload or the output on its whole way.

        Raises UsageError where nothing stands there.
        """
        check_arguments(pointer=pointer)
        one = self._translator
        plan = None if one.same else one.plan
        tracer = Tracer(
            one.source, one.target, plan, self._work.given, self.report, one.look_up, one.sides.foreign_ids
        )
        with one.answering(self._work.answers):
            return tracer.trace(pointer)
