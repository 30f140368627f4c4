"""Law 8: the compiled translator equals a slow, obvious interpreter."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from catalens.engine import Translator
from catalens.payloads import canonical
from catalens.strategies import payloads
from catalens.validate import set_aside
from tests.oracle import interpret
from tests.pairs import PAIRS, PROFILES, drawn_for, grouped


@pytest.mark.parametrize(("source", "target"), grouped([*PAIRS, *zip(PROFILES, PROFILES, strict=True)]))
def test_compiled_equals_interpreted(source: str, target: str) -> None:
    translator = Translator(source, target)

    @drawn_for(source, target)
    @given(payloads(translator.source, translator.target))
    def law(payload: Any) -> None:
        product, _ = set_aside(translator.product(payload), translator.source)
        expected = interpret(product, translator.source, translator.target)
        assert canonical(translator.account_for(product)[0]) == canonical(expected.payload)
        assert canonical(translator.convert(product)) == canonical(translator.account_for(product)[0])

    law()
