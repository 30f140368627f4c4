"""Laws 1, 2, 3, 6, 7 and 9, on every ordered pair of profiles that they concern, the hub among them."""

from __future__ import annotations

import pytest
from hypothesis import settings

from catalens.laws import LAWS, Law, Pair, broken, pairs

CASES = [
    pytest.param(law, pair, id=f"{law.name}: {pair.source} -> {pair.target}")
    for law in LAWS
    for pair in pairs()
    if law.concerns(pair)
]


@pytest.mark.parametrize(("law", "pair"), CASES)
def test_law(law: Law, pair: Pair) -> None:
    assert broken(law, pair, settings.default.max_examples) == ""
