"""The pairs that are measured, and the proof that hand-written code and Catalens give the same output for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from benchmarks import catalogues
from benchmarks.handwritten import axim_to_commerce_engine, commerce_engine_to_webcommander, webcommander_to_axim
from catalens import InvalidPayload, Translator
from catalens.payloads import canonical, loads


@dataclass(frozen=True)
class Pair:
    """A source, a target, and the hand-written translators of its products and of its whole payloads."""

    source: str
    target: str
    by_hand: Callable[[dict[str, Any]], dict[str, Any]]
    by_hand_whole: Callable[[dict[str, Any]], dict[str, Any]]

    @property
    def name(self) -> str:
        return f"{self.source} → {self.target}"

    def product(self, payload: Any) -> Any:
        """Take the product out of its envelope."""
        for name in catalogues.ENVELOPES[self.source]:
            payload = payload[name]
        return payload


def _pair(source: str, target: str, module: ModuleType) -> Pair:
    return Pair(source, target, module.translate, module.translate_payload)


PAIRS = (
    _pair("axim/write", "commerce-engine/write", axim_to_commerce_engine),
    _pair("webcommander/read", "axim/write", webcommander_to_axim),
    _pair("commerce-engine/read", "webcommander/write", commerce_engine_to_webcommander),
)


def differences(pair: Pair, products: Iterable[Any]) -> Iterator[tuple[Any, Any, Any]]:
    """Yield (product, by hand, ours) wherever the outputs are not the same JSON, down to 1 and 1.0."""
    translator = Translator(pair.source, pair.target)
    for product in products:
        ours = translator(catalogues.in_envelope(pair.source, product)).payload
        by_hand = pair.by_hand(product)
        if canonical(by_hand) != canonical(ours):
            yield product, by_hand, ours


def taken(pair: Pair, lines: Iterable[bytes]) -> Iterator[Any]:
    """Yield the products of the lines that Catalens takes."""
    translator = Translator(pair.source, pair.target)
    for line in lines:
        try:
            payload = loads(line)
            translator(payload)
        except InvalidPayload:
            continue
        yield pair.product(payload)
