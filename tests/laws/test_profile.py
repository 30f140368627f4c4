"""Law 10: what the static profile says can happen to a field is what can happen, no less and no more."""

from __future__ import annotations

from collections import defaultdict
from itertools import permutations
from typing import Any

import pytest
from tests.laws.witnesses import witnesses

from catalens.engine import Translator
from catalens.errors import InvalidPayload
from catalens.formats import registry
from catalens.losses import fate_of, is_loss
from catalens.paths import Each, Key, Pointer, show

PAIRS = list(permutations([profile.spelled for profile in registry().profiles()], 2))


def path_of(at: Pointer) -> str:
    """Return the field path that a pointer is an instance of."""
    return show(tuple(Key(part) if isinstance(part, str) else Each() for part in at))


def known_path(at: Pointer, known: set[str]) -> str | None:
    """Return the path of the field that a leaf belongs to (a leaf inside an opaque value belongs to the value's)."""
    for depth in range(len(at), 0, -1):
        path = path_of(at[:depth])
        for spelled in (path, path + "[]"):
            if spelled in known:
                return spelled
    return None


def codes_seen(translator: Translator, payload: Any, known: set[str]) -> set[tuple[str, str]]:
    report = translator(payload).report
    prefix = len(translator.source.envelope)
    containers = {one.path for one in translator.profile.fields if one.container}
    seen = set()
    for fate in report.fates:
        lost = is_loss(fate.code) or fate_of(fate.code) == "withheld"
        if not lost or fate.rule == "envelope" or fate.code == "dropped.unknown_field":
            continue
        inside = fate.source[:prefix] == translator.source.envelope
        at = fate.source[prefix:] if inside and prefix else fate.source
        path = known_path(at, known)
        assert path is not None, f"{fate.source} ({fate.code}) is of no field in the profile"
        # unknown keys are of no field, wherever they stand
        whole = path in (path_of(at).removesuffix("[]"), path_of(at)) or path not in containers
        if whole:
            seen.add((path, fate.code))
    return seen


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_profile_is_tight(source: str, target: str) -> None:
    translator = Translator(source, target)
    wanted: dict[str, set[str]] = defaultdict(set)
    for one in translator.profile.fields:
        wanted[one.path] |= set(one.losses)
    known = set(wanted)
    examples = [
        one.payload for one in translator.source.mapping.examples if one.profile in (None, translator.source.name)
    ]
    for one, payload in [*((None, example) for example in examples), *witnesses(translator.plan)]:
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
