"""The laws that every pair of profiles keeps, and what tries them on a user's own formats.

Each law is a function of translators and a payload that raises AssertionError and says what broke it. Equal means
equal as JSON text: ``5`` is not ``5.0``, and ``12.50`` is not ``12.5``.
"""

from __future__ import annotations

from catalens.laws.one_way import alteration, conservation, patch, removal, totality
from catalens.laws.there_and_back import home, home_by_hub, honesty, stability
from catalens.laws.trials import LAWS, Law, LawResult, Pair, broken, pairs, run

__all__ = [
    "LAWS",
    "Law",
    "LawResult",
    "Pair",
    "alteration",
    "broken",
    "conservation",
    "home",
    "home_by_hub",
    "honesty",
    "pairs",
    "patch",
    "removal",
    "run",
    "stability",
    "totality",
]
