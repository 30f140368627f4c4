"""The law of the static profile: what it says can happen to a field is all that happens."""

from __future__ import annotations

from typing import Any

from catalens.account.codes import LossCode
from catalens.engine import Translator
from catalens.mapping.profile import ObjectNode, path_in
from catalens.paths import Pointer, pointer_text


def soundness(translator: Translator, payload: Any) -> None:
    """Whatever befalls a field, the static profile says that it may."""
    told = {(one.path, code) for one in translator.profile.fields for code in one.codes}
    known = {path for path, _ in told}
    for path, code in sorted(codes_seen(translator, payload, known) - told):
        raise AssertionError(f"{code} befell {path}, and the static profile does not say so")


def codes_seen(translator: Translator, payload: Any, known: set[str]) -> set[tuple[str, LossCode]]:
    """Return what became of a payload's leaves, by the known paths of the fields that they belong to."""
    report = translator(payload).report
    prefix = len(translator.source.envelope)
    containers = {one.path for one in translator.profile.fields if one.container}
    seen: set[tuple[str, LossCode]] = set()
    for fate in report.fates:
        if fate.rule == "envelope" or fate.code in (LossCode.DROPPED_UNKNOWN_FIELD, LossCode.PARKED):
            continue
        inside = fate.source[:prefix] == translator.source.envelope
        at = fate.source[prefix:] if inside and prefix else fate.source
        tree = translator.source.tree
        path = _known_path(at, known, tree)
        if path is None and fate.code is LossCode.CARRIED:
            continue  # an empty product, or what only stays the same because it stays at home
        assert path is not None, f"{pointer_text(fate.source)} ({fate.code}) is of no field in the profile"
        # unknown keys are of no field, wherever they stand
        own = path_in(tree, at)
        whole = path in (own.removesuffix("[]"), own) or path not in containers
        if whole:
            seen.add((path, fate.code))
    return seen


def _known_path(at: Pointer, known: set[str], tree: ObjectNode) -> str | None:
    """Return the path of the field that a leaf belongs to (a leaf inside an opaque value belongs to the value's)."""
    for depth in range(len(at), 0, -1):
        path = path_in(tree, at[:depth])
        for spelled in (path, path + "[]"):
            if spelled in known:
                return spelled
    return None
