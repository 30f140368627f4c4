"""On which pairs of profiles laws are tried, and with how many payloads: the suite has to stay within minutes.

Most is drawn for what people do: from one write profile to another, from a platform's answer to its own write
profile, and to the hub and back. Of all other pairs each is tried with a payload of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar
from zlib import crc32

import pytest
from hypothesis import seed, settings

from catalens.formats import registry
from catalens.mapping.hub_format import HUB

Test = TypeVar("Test", bound=Callable[..., None])

PROFILES = tuple(profile.spelled for profile in registry().profiles())

#: profiles that repeat the fields of their write profile: other formats would find nothing new in them
REPEATING = ("axim/read",)

#: the payloads of a case without further ado; the profile ``thorough`` draws as many for all pairs
USUAL = 5


def _format(spelled: str) -> str:
    return spelled.partition("/")[0]


def is_tried(source: str, target: str) -> bool:
    """Tell whether laws are tried on a pair."""
    formats = {_format(source), _format(target)}
    return len(formats) == 1 or HUB in formats or not {source, target} & {*REPEATING}


#: all ordered pairs of different profiles that laws are tried on
PAIRS = tuple(
    (source, target) for source in PROFILES for target in PROFILES if source != target and is_tried(source, target)
)


def count(source: str, target: str) -> int:
    """Return how many payloads are drawn for a pair; the first that Hypothesis draws is always the smallest."""
    most = settings.default.max_examples
    formats = {_format(source), _format(target)}
    trodden = target.endswith("/write") and (source.endswith("/write") or len(formats) == 1)
    return most if most > USUAL or trodden or HUB in formats else 2


def seed_of(source: str, target: str) -> int | None:
    """Return what the payloads of a pair are drawn from; None where each run draws others."""
    return crc32(f"{source} to {target}".encode()) if settings.default.derandomize else None


def drawn_for(source: str, target: str) -> Callable[[Test], Test]:
    """Return the decorator of a law that draws as many payloads as the pair deserves."""

    def decorate(law: Test) -> Test:
        number = seed_of(source, target)
        counted: Test = settings(max_examples=count(source, target))(law)
        return counted if number is None else seed(number)(counted)

    return decorate


def grouped(pairs: Iterable[tuple[str, str]]) -> list[object]:
    """Return pairs as parameters; under ``--dist loadgroup`` one worker does all that concerns a pair."""
    return [
        pytest.param(source, target, id=f"{source}-{target}", marks=pytest.mark.xdist_group(f"{source}-{target}"))
        for source, target in pairs
    ]
