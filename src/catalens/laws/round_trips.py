"""One payload there and back, with its sidecar: what every law about restoring starts from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from types import TracebackType
from typing import Any

from catalens.engine import Translation, Translator
from catalens.envelopes import rewrap
from catalens.laws.leaf_lookup import product_of, without_withheld
from catalens.payloads import dumps, loads
from catalens.strategies import Edit, edit_all


class RoundTrip:
    """A payload of A, what arrived in B, what somebody made of it there, and what comes back.

    S is the original, R what the way back alone gives, R' the same after B was edited, F what it gives with the
    sidecar: all products, without envelope. As a context manager it adds to an error what is known of the trip.
    """

    def __init__(
        self, there: Translator, back: Translator, payload: Any, edits: Sequence[Edit] = (), park: bool = False
    ) -> None:
        self.there, self.back = there, back
        self.payload, self.edits = payload, edits
        self.done: Translation = there(payload, park=park)

    def __enter__(self) -> RoundTrip:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: TracebackType | None) -> None:
        if error is not None:
            error.add_note(str(self))

    @cached_property
    def sidecar(self) -> Any:
        """Return the sidecar as it comes out of its file."""
        return None if self.done.sidecar is None else loads(dumps(self.done.sidecar))

    @cached_property
    def entries(self) -> list[Any]:
        """Return what the sidecar holds."""
        return self.sidecar["entries"] if self.sidecar else []

    @cached_property
    def arrived(self) -> Any:
        """Return what arrived, edited, as it comes out of its file."""
        product = edit_all(product_of(self.done.payload, self.there.target), self.edits, self.there.target)
        return loads(dumps(rewrap(self.done.payload, self.there.target.envelope, product)))

    @cached_property
    def original(self) -> Any:
        """Return the payload without what is withheld."""
        return without_withheld(self.payload, self.done.report.fates)

    @cached_property
    def alone(self) -> Translation:
        """Return what the way back gives of what arrived, without the sidecar."""
        return self.back(self.arrived)

    @cached_property
    def returned(self) -> Translation:
        """Return what the way back gives of what arrived, with the sidecar."""
        return self.back(self.arrived, restore=self.sidecar)

    @cached_property
    def s(self) -> Any:
        return product_of(self.original, self.there.source)

    @cached_property
    def r(self) -> Any:
        return product_of(self.back(self.done.payload).payload, self.there.source)

    @cached_property
    def r_edited(self) -> Any:
        return product_of(self.alone.payload, self.there.source)

    @cached_property
    def f(self) -> Any:
        return product_of(self.returned.payload, self.there.source)

    def __str__(self) -> str:
        """Show as much as was worked out by now: what broke a law may break what comes after it, too."""
        known = vars(self)
        stages = {"arrived": self.done.payload}
        if self.edits and "arrived" in known:
            stages["edited"] = self.arrived
        if "sidecar" in known:
            stages["sidecar"] = self.entries
        if "returned" in known:
            stages["back"] = self.returned.payload
        return "\n".join(f"{name:<8}{dumps(value).decode()}" for name, value in stages.items())
