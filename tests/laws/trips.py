"""Trips of one payload between bundled formats, which many facts about the way back start from."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from catalens.engine import Translator
from catalens.formats import Registry
from catalens.laws import RoundTrip
from catalens.strategies import Edit


@lru_cache(maxsize=128)
def translators(source: str, target: str, formats: Registry | None = None) -> tuple[Translator, Translator]:
    """Return the translators of the way there and of the way back."""
    return Translator(source, target, formats=formats), Translator(target, source, formats=formats)


def round_trip(
    source: str, target: str, payload: Any, edits: list[Edit] | None = None, park: bool = False
) -> RoundTrip:
    return RoundTrip(*translators(source, target), payload, edits or (), park)
