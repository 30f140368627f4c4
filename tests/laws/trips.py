"""One payload there and back, with its sidecar: what every law about the way back starts from."""

from __future__ import annotations

from collections import Counter
from functools import cached_property, lru_cache
from typing import Any

from tests.laws.edits import Edit, edit_all

from catalens.engine import Translation, Translator
from catalens.envelopes import rewrap, unwrap
from catalens.formats import Registry, registry
from catalens.losses import fate_of
from catalens.paths import MISSING, Pointer, leaves, pointer_text
from catalens.payloads import canonical, dumps, loads
from catalens.strategies import changed

PROFILES = [profile.spelled for profile in registry().profiles()]
PAIRS = [(source, target) for source in PROFILES for target in PROFILES]
WITH_SLOTS = [profile.spelled for profile in registry().profiles() if profile.slots]


@lru_cache(maxsize=128)
def translators(source: str, target: str, formats: Registry | None = None) -> tuple[Translator, Translator]:
    """Return the translators of the way there and of the way back."""
    return Translator(source, target, formats=formats), Translator(target, source, formats=formats)


class Trip:
    """A payload of A, what arrived in B, what somebody made of it there, and what comes back."""

    def __init__(self, source: str, target: str, payload: Any, edits: list[Edit] | None = None, park: bool = False):
        self.there, self.back = translators(source, target)
        self.payload = payload
        self.done: Translation = self.there(payload, park=park)
        self.edits = edits or []

    @cached_property
    def sidecar(self) -> Any:
        """Return the sidecar as it comes out of its file."""
        return None if self.done.sidecar is None else loads(dumps(self.done.sidecar))

    @cached_property
    def arrived(self) -> Any:
        """Return what arrived, edited, as it comes out of its file."""
        product = edit_all(product_of(self.done.payload, self.there.target), self.edits, self.there.target)
        return loads(dumps(rewrap(self.done.payload, self.there.target.envelope, product)))

    @cached_property
    def original(self) -> Any:
        """Return the payload without what is withheld."""
        kept = self.payload
        for fate in self.done.report.fates:
            if fate_of(fate.code) == "withheld":
                kept = changed(kept, fate.source, MISSING)
        return kept

    @cached_property
    def returned(self) -> Translation:
        return self.back(self.arrived, restore=self.sidecar)

    @cached_property
    def s(self) -> Any:
        """Return the original product."""
        return product_of(self.original, self.there.source)

    @cached_property
    def r(self) -> Any:
        """Return what the way back alone gives for what arrived."""
        return product_of(self.back(self.done.payload).payload, self.there.source)

    @cached_property
    def r_edited(self) -> Any:
        """Return what the way back alone gives for what was made of it."""
        return product_of(self.back(self.arrived).payload, self.there.source)

    @cached_property
    def f(self) -> Any:
        """Return the product that the way back with the sidecar gives."""
        return product_of(self.returned.payload, self.there.source)

    def __str__(self) -> str:
        def shown(value: Any) -> str:
            return dumps(value).decode()

        return "\n".join(
            [
                f"{self.there.source.spelled} to {self.there.target.spelled}",
                f"original  {shown(self.payload)}",
                f"arrived   {shown(self.done.payload)}",
                f"edits     {[tuple(one) for one in self.edits]}",
                f"edited    {shown(self.arrived)}",
                f"sidecar   {shown((self.sidecar or {}).get('entries'))}",
                f"back      {shown(self.returned.payload)}",
            ]
        )


def product_of(payload: Any, profile: Any) -> Any:
    inner = unwrap(payload, profile)
    return payload if inner is None else inner


def texts(value: Any) -> dict[Pointer, bytes]:
    """Return every leaf as JSON text."""
    return {} if value is MISSING else {at: canonical(leaf) for at, leaf in leaves(value)}


def counts(value: Any) -> Counter[tuple[Pointer, bytes]]:
    """Count leaves by place, whichever item of a list they are in; scalars only, for what is empty may be filled."""
    return Counter(
        (tuple("*" if isinstance(part, int) else part for part in at), canonical(leaf))
        for at, leaf in leaves(value)
        if not isinstance(leaf, dict | list)
    )


def conservation(translation: Translation, given: Any) -> None:
    """Every leaf given has one fate, every leaf that arrived one origin."""
    report = translation.report
    fates = sorted(pointer_text(fate.source) for fate in report.fates)
    assert fates == sorted(pointer_text(at) for at, _ in leaves(given)), "fates are no partition of the leaves given"
    origins = sorted(origin["target"] for origin in report.origins)
    arrived = sorted(pointer_text(at) for at, _ in leaves(translation.payload))
    assert origins == arrived, f"origins are no partition: {set(origins) ^ set(arrived)}"
    assert report.counts["leaves_in"] == len(fates)
    assert report.counts["leaves_out"] == len(origins)
    known = {pointer_text(at) for at, _ in leaves(given)}
    for origin in report.origins:
        gone = [at for at in origin["sources"] if not any((one + "/").startswith(at + "/") for one in known)]
        assert not gone, f"{origin['target']} comes from {gone}, which is not there"
    for fate in report.fates:
        if fate_of(fate.code) in ("carried", "converted"):
            assert fate.targets, f"{pointer_text(fate.source)} is {fate.code}, to no place"
