"""What the facts are stated with: one payload, many targets, everything that arrives and everything that is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from catalens import InvalidPayload, translate
from catalens.account.codes import FATES, LossCode
from catalens.engine import Translation
from catalens.formats import registry
from catalens.payloads import canonical

NO_COUNTERPART = "dropped.no_counterpart"
CONDITION = "dropped.condition"
FOREIGN = "carried.foreign_id"
NO_ID_THERE = "dropped.foreign_id"
READONLY = "dropped.readonly"

Losses = dict[str, LossCode]


def validate_all(
    source: str, payload: Any, expected: Mapping[str, tuple[Any, Losses]], **how: Any
) -> dict[str, Translation]:
    """Hold all that arrives and all that is lost in each target against what is expected, and the books against both.

    ``expected`` has the product without envelope and the codes of lost (or withheld) leaves by JSON Pointer.
    """
    done = {}
    for target, (product, losses) in expected.items():
        done[target] = translate(payload, source, target, **how)
        assert_same(arrived(done[target]), product, target)
        assert lost(done[target]) == losses, target
        assert_balanced(payload, done[target])
    return done


def assert_same(found: Any, wanted: Any, where: str = "") -> None:
    """Two JSON values are the same text: 5 is not 5.0, 12.5 is not 12.50, true is not "true"."""
    assert canonical(found).decode() == canonical(wanted).decode(), where


def assert_balanced(payload: Any, done: Translation) -> None:
    """Each leaf of the input has one fate, each leaf of the output one origin, and the counts are their sums."""
    report = done.report.to_dict()
    counts = report["counts"]
    assert sorted(leaf["source"] for leaf in report["leaves"]) == sorted(pointers(payload))
    assert sorted(origin["target"] for origin in report["origins"]) == sorted(pointers(done.payload))
    assert counts["leaves_in"] == len(report["leaves"]) == sum(counts[fate] for fate in FATES)
    assert counts["leaves_out"] == len(report["origins"])
    for fate in FATES:
        assert counts[fate] == sum(leaf["fate"] == fate for leaf in report["leaves"])


def pointers(value: Any, at: str = "") -> list[str]:
    """Return the JSON Pointer of every leaf."""
    if isinstance(value, dict) and value:
        return [one for name, child in value.items() for one in pointers(child, f"{at}/{escaped(name)}")]
    if isinstance(value, list) and value:
        return [one for index, child in enumerate(value) for one in pointers(child, f"{at}/{index}")]
    return [at]


def escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def at(value: Any, pointer: str) -> Any:
    """Return what stands at a JSON Pointer."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        value = value[int(name)] if isinstance(value, list) else value[name]
    return value


def arrived(done: Translation) -> Any:
    """Return the product that arrived, without the envelope of an answer."""
    value = done.payload
    for name in registry().profile(done.report.target).envelope:
        value = value[name]
    return value


def codes(done: Translation) -> Losses:
    """Return the code of every source leaf."""
    return {leaf["source"]: LossCode.of(leaf["code"]) for leaf in done.report.to_dict()["leaves"]}


def lost(done: Translation) -> Losses:
    """Return the codes of what is lost or withheld."""
    found = {source: code for source, code in codes(done).items() if code.is_loss or code.fate == "withheld"}
    assert done.report.lossless == (not any(code.is_loss for code in found.values()))
    return found


def all_lost(payload: Any, code: str = NO_COUNTERPART) -> tuple[Any, Losses]:
    """Return what to expect where nothing arrives and every leaf has the same code."""
    return {}, dict.fromkeys(pointers(payload), code)


def assumed(done: Translation) -> dict[str, list[str]]:
    """Return what was assumed, by what it was assumed for."""
    found: dict[str, list[str]] = {}
    for one in done.report.assumptions:
        found.setdefault(one["what"], []).append(one["value"])
    return found


def refused(payload: Any, source: str, target: str) -> list[tuple[str, str]]:
    """Return the (pointer, message) pairs with which a payload is refused."""
    with pytest.raises(InvalidPayload) as caught:
        translate(payload, source, target)
    return [(one.pointer, one.message) for one in caught.value.errors]


def examples() -> Iterator[tuple[str, str, Any]]:
    """Yield profile, title and payload of every example that a mapping documents."""
    for profile in registry().profiles():
        for example in profile.mapping.examples:
            if example.profile in (None, profile.name):
                yield profile.spelled, example.title, example.payload
