"""The table of laws, and what tries them on pairs of profiles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import seed as seeded
from hypothesis.strategies import SearchStrategy, one_of, tuples

from catalens.assumptions import other_side
from catalens.engine import Translator
from catalens.formats import Registry, registry
from catalens.laws.edits import editing
from catalens.laws.one_way import alteration, conservation, patch, removal, totality
from catalens.laws.profile import soundness
from catalens.laws.there_and_back import home, home_by_hub, honesty, stability
from catalens.laws.with_sidecar import restoration, restoration_by_slots, small_sidecar
from catalens.mapping.hub_format import HUB
from catalens.payloads import dumps
from catalens.strategies import EDITS, anything, near_payloads, payloads


class Pair:
    """Two profiles (spelled ``format/profile``), and the translators between them, under some assumptions."""

    def __init__(self, source: str, target: str, formats: Registry, assume: Mapping[str, str] | None = None) -> None:
        self.source, self.target, self.formats, self.assume = source, target, formats, dict(assume or {})

    def __str__(self) -> str:
        return f"{self.source} to {self.target}"

    @cached_property
    def there(self) -> Translator:
        return Translator(self.source, self.target, assume=self.assume, formats=self.formats)

    @cached_property
    def back(self) -> Translator:
        turned = {other_side(name): value for name, value in self.assume.items()}
        return Translator(self.target, self.source, assume=turned, formats=self.formats)

    @cached_property
    def payloads(self) -> SearchStrategy[Any]:
        """Return valid payloads of the source, which the target's words and limits concern."""
        return payloads(self.there.source, self.there.target)

    @cached_property
    def junk(self) -> SearchStrategy[Any]:
        """Return anything, much of it nearly valid."""
        return one_of(near_payloads(self.there.source), anything())

    @cached_property
    def edited(self) -> SearchStrategy[Any]:
        """Return payloads of the source, each with edits to make in what arrives."""
        return tuples(self.payloads, EDITS)

    @property
    def direct(self) -> bool:
        """Tell whether neither side is the hub, which holds all there is and needs no sidecar."""
        return _HUB not in (self.source, self.target)

    @property
    def has_slots(self) -> bool:
        return bool(self.formats.profile(self.target).slots)


_HUB = f"{HUB}/write"


def _shown(payload: Any) -> str:
    try:
        return dumps(payload).decode()
    except (TypeError, ValueError, OverflowError, RecursionError):
        return repr(payload)


def _shown_with_edits(drawn: Any) -> str:
    payload, edits = drawn
    return f"{_shown(payload)}\n{'edits':<8}{'; '.join(map(str, edits))}"


@dataclass(frozen=True)
class Law:
    """A law: its name, what it says of a payload, what payloads it is about, which pairs, and how to show one."""

    name: str
    holds: Callable[[Pair, Any], None]
    of: Callable[[Pair], SearchStrategy[Any]] = lambda pair: pair.payloads
    concerns: Callable[[Pair], bool] = lambda pair: True
    shown: Callable[[Any], str] = _shown


LAWS: tuple[Law, ...] = (
    Law("conservation", lambda pair, payload: conservation(pair.there, payload)),
    Law("honesty", lambda pair, payload: honesty(pair.there, pair.back, payload)),
    Law("removal", lambda pair, payload: removal(pair.there, payload)),
    Law("alteration", lambda pair, payload: alteration(pair.there, payload)),
    Law("home", lambda pair, payload: home(pair.there, payload), concerns=lambda pair: pair.source == pair.target),
    Law(
        "home by hub",
        lambda pair, payload: home_by_hub(pair.there, pair.back, payload),
        concerns=lambda pair: pair.target == _HUB and pair.source != _HUB,
    ),
    Law(
        "return",
        lambda pair, payload: restoration(pair.there, pair.back, payload),
        concerns=lambda pair: pair.direct,
    ),
    Law(
        "small sidecar",
        lambda pair, payload: small_sidecar(pair.there, pair.back, payload),
        concerns=lambda pair: pair.direct,
    ),
    Law(
        "slots",
        lambda pair, payload: restoration_by_slots(pair.there, pair.back, payload),
        concerns=lambda pair: pair.has_slots and pair.direct,
    ),
    Law(
        "edits",
        lambda pair, drawn: editing(pair.there, pair.back, *drawn),
        of=lambda pair: pair.edited,
        concerns=lambda pair: pair.direct,
        shown=_shown_with_edits,
    ),
    Law("stability", lambda pair, payload: stability(pair.there, pair.back, payload)),
    Law("totality", lambda pair, payload: totality(pair.there, payload), of=lambda pair: pair.junk),
    Law("patch", lambda pair, payload: patch(pair.there, payload)),
    Law("profile", lambda pair, payload: soundness(pair.there, payload), concerns=lambda pair: pair.direct),
)


@dataclass(frozen=True)
class LawResult:
    """What trying one law on one pair showed; ``message`` says what broke it, with the smallest payload found."""

    law: str
    source: str
    target: str
    ok: bool
    message: str = ""


def pairs(formats: Iterable[str] = (), known: Registry | None = None) -> list[Pair]:
    """Return all ordered pairs of profiles, the hub among them, that touch one of the formats (of any, if none)."""
    known = known or registry()
    profiles = [*known.profiles(), known.profile(HUB)]
    wanted = {known.profile(one).format for one in formats}
    return [
        Pair(source.spelled, target.spelled, known)
        for source in profiles
        for target in profiles
        if not wanted or wanted & {source.format, target.format}
    ]


def run(
    formats: Iterable[str] = (), known: Registry | None = None, *, examples: int = 50, seed: int | None = None
) -> Iterator[LawResult]:
    """Try every law on every pair that touches the formats; two runs with one seed try the same payloads.

    Raises UnknownFormat, InvalidMapping.
    """
    for pair in pairs(formats, known):
        for law in LAWS:
            if law.concerns(pair):
                message = broken(law, pair, examples, seed)
                yield LawResult(law.name, pair.source, pair.target, not message, message)


def broken(law: Law, pair: Pair, examples: int, seed: int | None = None) -> str:
    """Say what breaks a law, with the smallest payload found; nothing where the law held."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        # payloads of a hundred fields are slow and large to draw, which says nothing about the law
        suppress_health_check=list(HealthCheck),
    )
    @given(law.of(pair))
    def attempt(drawn: Any) -> None:
        try:
            law.holds(pair, drawn)
        except Exception as error:  # a crash breaks a law as well, and is raised with the payload
            notes = getattr(error, "__notes__", ())
            raise AssertionError("\n".join([_said(error), law.shown(drawn), *notes])) from error

    if seed is not None:
        attempt = seeded(seed)(attempt)
    try:
        attempt()
    except AssertionError as error:
        return str(error)
    return ""


def _said(error: Exception) -> str:
    return str(error) if isinstance(error, AssertionError) else f"{type(error).__name__}: {error}"
