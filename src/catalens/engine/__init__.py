"""Translate: two profiles, composed and compiled once, then called for each payload."""

from __future__ import annotations

from catalens.account.compact import Loss
from catalens.arguments import ForeignIds
from catalens.engine.calls import detect, translate
from catalens.engine.filling import fill_from_texts
from catalens.engine.translation import Translation
from catalens.engine.translator import Translator
from catalens.engine.work import Wait

__all__ = [
    "ForeignIds",
    "Loss",
    "Translation",
    "Translator",
    "Wait",
    "detect",
    "fill_from_texts",
    "translate",
]
