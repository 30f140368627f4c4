"""The pairs that are measured, and the proof that hand-written code and Catalens give the same output for them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from catalens import CatalensError, InvalidPayload, Translator
from catalens.payloads import canonical, loads

from benchmarks import catalogues
from benchmarks.handwritten import axim_to_commerce_engine, commerce_engine_to_webcommander, webcommander_to_axim


@dataclass(frozen=True)
class Pair:
    """A source, a target, and the hand-written translator of its products (which stand without envelope)."""

    source: str
    target: str
    by_hand: Callable[[dict[str, Any]], dict[str, Any]]

    @property
    def name(self) -> str:
        return f"{self.source} → {self.target}"

    def product(self, payload: Any) -> Any:
        """Take the product out of its envelope."""
        for name in catalogues.ENVELOPES[self.source]:
            payload = payload[name]
        return payload


PAIRS = (
    Pair("axim/write", "commerce-engine/write", axim_to_commerce_engine.translate),
    Pair("webcommander/read", "axim/write", webcommander_to_axim.translate),
    Pair("commerce-engine/read", "webcommander/write", commerce_engine_to_webcommander.translate),
)


def differences(pair: Pair, products: Iterable[Any]) -> Iterator[tuple[Any, Any, Any]]:
    """Yield (product, by hand, ours) wherever the outputs are not the same JSON, down to 1 and 1.0."""
    translator = Translator(pair.source, pair.target)
    for product in products:
        ours = translator(catalogues.in_envelope(pair.source, product)).payload
        by_hand = pair.by_hand(product)
        if canonical(by_hand) != canonical(ours):
            yield product, by_hand, ours


def survivors(pair: Pair, lines: Iterable[bytes]) -> Iterator[Any]:
    """Yield the products of the lines that Catalens takes and whose every digit the standard parser keeps too."""
    translator = Translator(pair.source, pair.target)
    for line in lines:
        try:
            payload = loads(line)
            translator(payload)
        except InvalidPayload:
            continue
        if canonical(payload) == canonical(_plainly(line)):
            yield pair.product(payload)


def _plainly(line: bytes) -> Any:
    return json.loads(line, parse_constant=lambda text: None)


__all__ = ["PAIRS", "CatalensError", "Pair", "differences", "survivors"]
