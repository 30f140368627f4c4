"""What came of one payload: its output at once, its losses, sidecar and report when somebody reads them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from catalens.account.compact import CompactEntries, Loss
from catalens.account.report import Report
from catalens.account.restored import Restored
from catalens.mapping.profile import Names
from catalens.paths import Pointer
from catalens.returning import Entry

if TYPE_CHECKING:
    from catalens.engine.translator import Translator

#: compact entries; what was lost around the product; where the product stands
Compact = tuple[CompactEntries, list[Loss], Names]


@dataclass
class Work:
    """What one translation has seen and made; products are payloads without envelope."""

    payload_in: Any
    given: Any
    product: Any
    product_out: Any
    entries: CompactEntries
    merges: list[Restored]
    parked: list[tuple[list[Entry], Pointer]]
    defaults: list[Pointer]
    rows: list[tuple[Pointer, tuple[str, ...]]] = field(default_factory=list)
    to_do: list[dict[str, str]] = field(default_factory=list)
    payload: Any = None


class Translation:
    """What came of one payload."""

    def __init__(self, translator: Translator, payload: Any, replay: Callable[[], Work]) -> None:
        self._translator, self._replay = translator, replay
        self.payload: Any = payload

    @cached_property
    def _work(self) -> Work:
        return self._replay()

    @property
    def losses(self) -> list[Loss]:
        """Return the losses, compact: a tree that is lost whole is one of them."""
        if self._work.rows:
            return [Loss(one.source, one.code, one.rule) for one in self.report.fates if one.code.is_loss]
        return self._translator.losses(self._work)

    @property
    def found(self) -> list[Loss]:
        """Return what did not arrive as it was: the losses, and what was parked or withheld."""
        if self._work.rows:
            return [Loss(one.source, one.code, one.rule) for one in self.report.fates if one.code.severity]
        return self.losses

    @property
    def compact(self) -> Compact | None:
        """Return what ``found`` spells out, before it is; None where only ``found`` tells it."""
        return None if self._work.rows or self._translator.same else self._translator.compact(self._work)

    @cached_property
    def sidecar(self) -> dict[str, Any] | None:
        """Return what the output does not hold, for the way back; None when there is nothing."""
        return self._translator.sidecar(self._work)

    @cached_property
    def report(self) -> Report:
        """Return the full account, made when first read; later changes to payloads do not change it."""
        return self._translator.account(self._work)
