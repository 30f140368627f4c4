"""The laws where some identifiers are translated: those that nobody knows are carried, or left out."""

from __future__ import annotations

from decimal import Decimal
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalens.engine import Translator
from catalens.laws.edits import editing
from catalens.laws.one_way import conservation, patch, removal
from catalens.laws.profile import soundness
from catalens.laws.there_and_back import honesty, stability
from catalens.laws.with_sidecar import restoration
from catalens.payloads import canonical
from catalens.strategies import EDITS, payloads
from catalens.validate import set_aside
from tests.oracle import interpret
from tests.pairs import PAIRS, drawn_for, grouped


class Half:
    """Knows every other identifier, and so many digits for it as any platform takes."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], str] = {}
        self.back = Learnt()

    def get(self, kind: str, id: str, /) -> str | None:
        number = crc32(f"{kind} {id}".encode("utf-8", "surrogatepass"))
        if number % 2:
            return None
        theirs = str(number % 10**8)
        if self.back.rows.setdefault((kind, theirs), id) != id:
            return None
        self.known[kind, id] = theirs
        return theirs

    def reverse(self) -> Learnt:
        return self.back


class Learnt:
    """Knows what ``Half`` was asked."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], str] = {}

    def get(self, kind: str, id: str, /) -> str | None:
        return self.rows.get((kind, id))


def spelled(value: object) -> str:
    """Return an identifier as the text that all spellings of it share: 5 and 5.0 are one number."""
    return str(int(value)) if isinstance(value, float | Decimal) and value == int(value) else str(value)


FOREIGN = [pair for pair in PAIRS if len({one.partition("/")[0] for one in pair} | {"hub"}) == 3]


@pytest.mark.parametrize("foreign_ids", ["carry", "omit"])
@pytest.mark.parametrize(("source", "target"), grouped(FOREIGN))
def test_the_laws_hold_with_half_of_the_identifiers_known(source: str, target: str, foreign_ids: str) -> None:
    ids = Half()
    there = Translator(source, target, ids=ids, foreign_ids=foreign_ids)
    back = Translator(target, source, ids=ids.back, foreign_ids=foreign_ids)

    @drawn_for(source, target)
    @given(payloads(there.source, there.target), st.just([]) | EDITS)
    def laws(payload: object, edits: list) -> None:
        product, _ = set_aside(there.product(payload), there.source)
        out = there.convert(product)
        expected = interpret(product, there.source, there.target, ids.known, omits=foreign_ids == "omit")
        assert canonical(out) == canonical(expected.payload)
        assert canonical(there.account_for(product)[0]) == canonical(out)
        conservation(there, payload)
        removal(there, payload)
        patch(there, payload)
        honesty(there, back, payload)
        stability(there, back, payload)
        restoration(there, back, payload)
        editing(there, back, payload, edits)
        soundness(there, payload)
        done = there(payload)
        left_out = [fate for fate in done.report.fates if fate.code == "dropped.unknown_id"]
        assert {one.id for one in done.waits} <= {spelled(fate.value) for fate in left_out}

    laws()
