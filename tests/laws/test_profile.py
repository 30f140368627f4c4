"""Law 10, its other half: whatever the static profile says can happen to a field, some payload brings about."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from catalens.engine import Translator
from catalens.errors import InvalidPayload
from catalens.laws import codes_seen
from tests.laws.witnesses import of_other_shapes, witnesses
from tests.pairs import PROFILES, grouped

#: each target from one source: what a code says of a field does not depend on who wrote it, and looking takes long
FROM = {target: PROFILES[index - 3] for index, target in enumerate(PROFILES)}


@pytest.mark.parametrize(("source", "target"), grouped((source, target) for target, source in FROM.items()))
def test_profile_is_tight(source: str, target: str) -> None:
    is_tight(Translator(source, target))


#: what only comes about where an identifier stands beside something else
BESIDE_IDS = [
    {"groupedProducts": [{"productId": "p", "quantity": 2}]},
    {"groupedProducts": [{}, {"productId": None, "quantity": 2}]},
    {"relatedProducts": [{"code": "cross_sell", "products": ["p"]}, {"code": "upsell", "products": []}]},
    {"relatedProducts": [{"code": "upsell", "products": []}, {"code": "cross_sell", "products": []}]},
]


@pytest.mark.parametrize(
    ("source", "target"),
    grouped([("axim/write", "commerce-engine/write"), ("commerce-engine/write", "webcommander/write")]),
)
def test_profile_is_tight_where_unknown_ids_are_left_out(source: str, target: str) -> None:
    is_tight(Translator(source, target, foreign_ids="omit"), BESIDE_IDS if source.startswith("axim") else [])


def is_tight(translator: Translator, more: list[Any] | None = None) -> None:
    wanted: dict[str, set[str]] = defaultdict(set)
    for one in translator.profile.fields:
        wanted[one.path] |= set(one.codes)
    known = set(wanted)
    examples = [
        one.payload for one in translator.source.mapping.examples if one.profile in (None, translator.source.name)
    ]
    others = [*of_other_shapes(translator.source), *((None, payload) for payload in more or ())]
    for one, payload in [*((None, example) for example in examples), *witnesses(translator.plan), *others]:
        if one is not None and not wanted.get(one.name):
            continue
        try:
            seen = codes_seen(translator, payload, known)
        except InvalidPayload:
            continue
        for path, code in seen:
            wanted[path].discard(code)
    for one in translator.profile.fields:
        if one.container and wanted[one.path]:
            wanted[one.path] -= container_codes(translator, one.path, known)
    left = {path: codes for path, codes in wanted.items() if codes}
    assert not left, f"no payload was found for {left}"


def container_codes(translator: Translator, path: str, known: set[str]) -> set[str]:
    """Return what befalls a container that is empty, or null, or has empty objects in it."""
    found = set()
    for value in ({}, None, [], [{}], [{}, {}]):
        payload: Any = value
        for name in reversed(path.removesuffix("[]").split(".")):
            is_list = name.endswith("[]")
            payload = {name.removesuffix("[]"): [payload] if is_list else payload}
        try:
            found |= {code for at, code in codes_seen(translator, payload, known) if at == path}
        except InvalidPayload:
            continue
    return found
