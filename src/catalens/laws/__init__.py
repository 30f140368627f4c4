"""The laws that every pair of profiles keeps, and what tries them on a user's own formats.

Each law is a function of translators and a payload that raises AssertionError and says what broke it. Equal means
equal as JSON text: ``5`` is not ``5.0``, and ``12.50`` is not ``12.5``.
"""

from __future__ import annotations

from catalens.laws.edits import editing, edits_win
from catalens.laws.one_way import accounted, alteration, conservation, patch, removal, totality
from catalens.laws.profile import codes_seen, soundness
from catalens.laws.round_trips import RoundTrip
from catalens.laws.there_and_back import home, home_by_hub, honesty, stability
from catalens.laws.trials import LAWS, Law, LawResult, Pair, broken, pairs, run
from catalens.laws.with_sidecar import restoration, restoration_by_slots, small_sidecar

__all__ = [
    "LAWS",
    "Law",
    "LawResult",
    "Pair",
    "RoundTrip",
    "accounted",
    "alteration",
    "broken",
    "codes_seen",
    "conservation",
    "editing",
    "edits_win",
    "home",
    "home_by_hub",
    "honesty",
    "pairs",
    "patch",
    "removal",
    "restoration",
    "restoration_by_slots",
    "run",
    "small_sidecar",
    "soundness",
    "stability",
    "totality",
]
