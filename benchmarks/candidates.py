"""What is measured for one pair and one catalogue: Catalens, hand-written code, and the floors under both."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import msgspec
import orjson

from benchmarks import catalogues
from benchmarks.measure import Candidate
from benchmarks.pairs import Pair
from catalens import Translator
from catalens.mapping.schema import payload_schema
from catalens.pipeline.totals import Tally, Totals

BY_HAND = "hand-written"
CONTROL = "hand-written again (A/A)"
PLAIN = "Catalens: translate only"
EXACT = "Catalens: with exact loss"
CALLED = "Catalens: validated, exact loss"
BYTES = "Catalens: bytes to bytes, validated, exact loss"
BYTES_BY_HAND = "hand-written with orjson"
BYTES_CONTROL = "hand-written with orjson again (A/A)"
BYTES_CHECKED = "hand-written with orjson and jsonschema-rs"
FLOOR = "floor: orjson loads and dumps"
MSGSPEC = "floor: msgspec loads and dumps"


def dict_to_dict(pair: Pair, products: list[Any]) -> list[Candidate]:
    """Return the candidates that take a parsed product and give a dict; the base comes first."""
    translator = Translator(pair.source, pair.target)
    payloads = [catalogues.in_envelope(pair.source, product) for product in products]
    return [
        Candidate(BY_HAND, pair.by_hand, products),
        Candidate(PLAIN, translator.convert, products),
        Candidate(EXACT, translator.account_for, products),
        Candidate(CALLED, translator, payloads),
        Candidate(CONTROL, pair.by_hand, products),
    ]


def bytes_to_bytes(pair: Pair, lines: list[bytes]) -> list[Candidate]:
    """Return the candidates that take a line of JSON and give one; the base comes first."""
    translator = Translator(pair.source, pair.target)
    source = translator.formats.profile(pair.source)
    valid = jsonschema_rs.validator_for(json.loads(json.dumps(payload_schema(source)))).is_valid
    translate = pair.by_hand_whole

    # what a run over lines does: each line's losses enter the sums of the run
    tally, totals = Tally(), Totals()
    # one stream of lines, each taken when it is asked for
    at_hand = [b""]
    results = translator.lines(iter(lambda: at_hand[0], None))

    def ours(line: bytes) -> Any:
        at_hand[0] = line
        result = next(results)
        tally.add(result)
        for one in result.more:
            totals.count(one, 1)
        return result.output

    def by_hand(line: bytes) -> Any:
        # broken lines are skipped by hand, too: what they raise is caught and forgotten
        try:
            return orjson.dumps(translate(orjson.loads(line)))
        except Exception:
            return None

    def checked(line: bytes) -> Any:
        try:
            payload = orjson.loads(line)
            return orjson.dumps(translate(payload)) if valid(payload) else None
        except Exception:
            return None

    def floor(line: bytes) -> Any:
        try:
            return orjson.dumps(orjson.loads(line))
        except (ValueError, TypeError):
            return None

    decode, encode = msgspec.json.Decoder().decode, msgspec.json.Encoder().encode

    def msgspec_floor(line: bytes) -> Any:
        try:
            return encode(decode(line))
        except (ValueError, RecursionError):
            return None

    return [
        Candidate(BYTES_BY_HAND, by_hand, lines),
        Candidate(BYTES, ours, lines),
        Candidate(BYTES_CHECKED, checked, lines),
        Candidate(FLOOR, floor, lines),
        Candidate(MSGSPEC, msgspec_floor, lines),
        Candidate(BYTES_CONTROL, by_hand, lines),
    ]
