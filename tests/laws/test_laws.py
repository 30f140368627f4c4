"""The laws that the library offers, on every ordered pair of profiles that they concern, the hub among them.

Left to tests of their own are law 8, for which there is an interpreter, and what only facts can show of the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st

from catalens.engine import Translator
from catalens.explain.profile import LossProfile, same_profile
from catalens.formats import registry
from catalens.laws import LAWS, Law, Pair, RoundTrip, broken, pairs
from catalens.strategies import Edit, payloads
from tests.pairs import count, is_tried, seed_of

#: the same for all laws: each compiles its translators once
PAIRS = [pair for pair in pairs() if is_tried(pair.source, pair.target)]
CASES = [
    pytest.param(
        law,
        pair,
        id=f"{law.name}: {pair.source} -> {pair.target}",
        marks=pytest.mark.xdist_group(f"{pair.source}-{pair.target}"),
    )
    for law in LAWS
    for pair in PAIRS
    if law.concerns(pair)
]


@pytest.mark.parametrize(("law", "pair"), CASES)
def test_law(law: Law, pair: Pair) -> None:
    assert broken(law, pair, count(pair.source, pair.target), seed_of(pair.source, pair.target)) == ""


#: answers that the mappings do not give themselves: clocks that change, other units on either side
ASSUMED = [
    *({"timezone": zone} for zone in ("Europe/London", "America/New_York", "Asia/Kolkata")),
    {"source.tax": "included", "target.tax": "excluded"},
    {"source.weight": "lb", "target.weight": "g", "source.length": "in", "target.length": "mm"},
]


OTHERWISE = Pair("webcommander/read", "commerce-engine/read", registry())


@pytest.mark.parametrize("assume", ASSUMED, ids=str)
@pytest.mark.parametrize("law", [law for law in LAWS if law.concerns(OTHERWISE)], ids=lambda law: law.name)
def test_law_under_other_assumptions(law: Law, assume: dict[str, str]) -> None:
    pair = Pair(OTHERWISE.source, OTHERWISE.target, registry(), assume)
    assert broken(law, pair, settings.default.max_examples) == ""


@pytest.mark.parametrize("seed", [1, 2])
def test_two_runs_with_one_seed_agree(seed: int) -> None:
    drawn: list[list[Any]] = []

    def note(pair: Pair, payload: Any) -> None:
        drawn[-1].append(payload)

    law = replace(LAWS[0], holds=note)
    for _ in range(2):
        drawn.append([])
        assert broken(law, PAIRS[1], 5, seed) == ""
    assert drawn[0] == drawn[1] != []


# -- laws can be broken ---------------------------------------------------------------------------------------


LAMP = {"name": "Lamp", "status": "draft", "shipping": {"mid_code": "7"}}


def found(name: str, drawn: Any, **changes: Any) -> str:
    """Say what breaks a law with one payload."""
    law = next(one for one in LAWS if one.name == name)
    pair = Pair("commerce-engine/write", "keevault/write", registry())
    return broken(replace(law, of=lambda pair: st.just(drawn), **changes), pair, 1)


def lost(trip: RoundTrip) -> None:
    return None


def whole_copy(trip: RoundTrip) -> dict[str, Any]:
    return {"entries": [{"at": "", "value": trip.original}]}


def snapshot(trip: RoundTrip) -> Any:
    return trip.s


def spotless(translator: Translator) -> LossProfile:
    return same_profile(translator.source)


LIES: list[tuple[str, Any, type, str, Callable[[Any], Any], str]] = [
    ("return", LAMP, RoundTrip, "sidecar", lost, 'with the sidecar, "inactive" stands at /status instead of "draft"'),
    ("slots", LAMP, RoundTrip, "sidecar", lost, 'with the sidecar, "inactive" stands at /status instead of "draft"'),
    ("small sidecar", LAMP, RoundTrip, "sidecar", whole_copy, "is wrong about what was there: True"),
    ("edits", (LAMP, [Edit("set", 0, 0)]), RoundTrip, "f", snapshot, "before the edits,"),
    ("profile", LAMP, Translator, "profile", spotless, "dropped.no_counterpart befell shipping.mid_code"),
]


@pytest.mark.parametrize(("name", "drawn", "owner", "attribute", "lie", "said"), LIES, ids=[one[0] for one in LIES])
def test_a_lie_breaks_the_law(
    monkeypatch: pytest.MonkeyPatch, name: str, drawn: Any, owner: type, attribute: str, lie: Any, said: str
) -> None:
    assert found(name, drawn) == ""
    monkeypatch.setattr(owner, attribute, property(lie))
    assert said in found(name, drawn).splitlines()[0]


def test_what_breaks_a_law_is_shown_with_all_that_was_known_by_then() -> None:
    def refuses(pair: Pair, drawn: Any) -> None:
        with RoundTrip(pair.there, pair.back, *drawn) as trip:
            raise KeyError(trip.arrived["name"])

    payload = {"name": "Lamp", "status": "draft"}
    assert found("edits", (payload, [Edit("set", 0, 0), Edit("empty", 5, 0)]), holds=refuses).splitlines() == [
        "KeyError: 'Lamp!'",
        '{"name":"Lamp","status":"draft"}',
        "edits   set at place 0, value 0; empty at place 5, value 0",
        'arrived {"name":"Lamp","status":"inactive"}',
        'edited  {"name":"Lamp!","status":"inactive"}',
    ]


@pytest.mark.parametrize("spelled", [profile.spelled for profile in registry().profiles()])
def test_what_is_drawn_from_is_shown_in_few_words(spelled: str) -> None:
    # Hypothesis shows it where a draw is tried again, and warns of what is too long to be read
    assert len(repr(payloads(registry().profile(spelled), registry().profile("webcommander/write")))) < 5000
