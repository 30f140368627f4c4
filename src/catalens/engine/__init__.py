"""Translate: two profiles, composed and compiled once, then called for each payload."""

from __future__ import annotations

from catalens.account.compact import Loss
from catalens.engine.calls import detect, translate
from catalens.engine.translation import Translation
from catalens.engine.translator import Translator

__all__ = ["Loss", "Translation", "Translator", "detect", "translate"]
