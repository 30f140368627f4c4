"""The laws that every pair of profiles keeps, and what tries them on a user's own formats.

Each law is a function of translators and a payload that raises AssertionError and says what broke it. Equal means
equal as JSON text: ``5`` is not ``5.0``, and ``12.50`` is not ``12.5``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy, one_of

from catalens.codecs.numbers import number_text, parse_number
from catalens.codecs.units import same
from catalens.compiler.ledger import Fate
from catalens.engine import Loss, Translator
from catalens.envelopes import unwrap
from catalens.errors import CatalensError, InvalidPayload
from catalens.formats import Registry, registry
from catalens.losses import FATES, LOST_FATES, fate_of, is_loss
from catalens.mapping.hub_format import HUB
from catalens.mapping.profile import Correspondence, Field, Names, Profile, Scope
from catalens.paths import MISSING, Missing, Pointer, leaves, pointer_text
from catalens.payloads import dumps
from catalens.strategies import anything, changed, near_payloads, payloads, valid_value
from catalens.validate import check_payload

#: leaves of one payload that are taken away, or changed, to see what follows
SAMPLE = 6

#: leaves and their JSON text
Texts = dict[Pointer, bytes]


def conservation(translator: Translator, payload: Any) -> None:
    """Fates partition the source leaves, origins the target leaves; counts and compact losses say the same."""
    done = translator(payload)
    report = done.report
    _partition("fates", [fate.source for fate in report.fates], payload)
    _partition("origins", [origin["target"] for origin in report.origins], done.payload, text=True)
    counts = report.counts
    held = {"leaves_in": len(list(leaves(payload))), "leaves_out": len(list(leaves(done.payload)))}
    for name, count in held.items():
        assert counts[name] == count, f"the report counts {counts[name]} {name}, there are {count}"
    total = sum(counts[fate] for fate in FATES)
    assert total == counts["leaves_in"], f"fates add up to {total} of {counts['leaves_in']} leaves"
    told = {fate.source: fate.code for fate in report.fates if is_loss(fate.code)}
    spelled = _spelled_out(done.losses, payload)
    for at in told.keys() | spelled.keys():
        ours, theirs = told.get(at), spelled.get(at)
        assert ours == theirs, f"{pointer_text(at)}: {ours} in the report, {theirs} among the compact losses"
    assert report.lossless == (not told), f"lossless is {report.lossless} beside {len(told)} losses"


def _partition(what: str, found: list[Any], payload: Any, text: bool = False) -> None:
    places = [pointer_text(at) if text else at for at, _ in leaves(payload)]
    twice = {at for at in found if found.count(at) > 1} if len(set(found)) < len(found) else set()
    assert not twice, f"{what} name {_places(twice)} more than once"
    assert not set(places) - set(found), f"{what} leave out {_places(set(places) - set(found))}"
    assert not set(found) - set(places), f"{what} name {_places(set(found) - set(places))}, which is no leaf"


def _places(found: Iterable[Any]) -> str:
    return ", ".join(sorted(at if isinstance(at, str) else pointer_text(at) for at in found)) or "''"


def _spelled_out(losses: list[Loss], payload: Any) -> dict[Pointer, str]:
    """Spell compact losses out to leaves: an item's order concerns all that is otherwise kept of it."""
    places = [at for at, _ in leaves(payload)]
    found: dict[Pointer, str] = {}
    for loss in sorted(losses, key=lambda one: one.code == "reduced.order"):
        for at in places:
            if at[: len(loss.pointer)] != loss.pointer or not is_loss(loss.code):
                continue
            kept = found.get(at) in (None, "carried.foreign_id")
            assert kept or loss.code == "reduced.order", f"{pointer_text(at)}: {found[at]} and {loss.code}"
            if kept:
                found[at] = loss.code
    return found


def patch(translator: Translator, payload: Any) -> None:
    """Nothing arrives without a source, and what is carried arrives as it is: absent, null, "" and [] stay apart."""
    done = translator(payload)
    there = {pointer_text(at) for at in _containers(payload)}
    out = {pointer_text(at): dumps(value) for at, value in leaves(done.payload)}
    for origin in done.report.origins:
        parked = origin["origin"] == "parked"
        assert origin["sources"] or parked, f"{origin['target']} has no source ({origin['origin']})"
        gone = set(origin["sources"]) - there
        assert not gone, f"{origin['target']} comes from {_places(gone)}, which is not in the payload"
    for fate in done.report.fates:
        if fate_of(fate.code) != "carried":
            continue
        assert fate.targets, f"{pointer_text(fate.source)} is {fate.code}, to no place"
        arrived = [out[pointer_text(at)] for at in fate.targets]
        value = dumps(fate.value)
        if fate.code == "carried.foreign_id":
            # an identifier is no more than its characters
            value, arrived = value.strip(b'"'), [one.strip(b'"') for one in arrived]
        assert value in arrived, f"{pointer_text(fate.source)} is {fate.code}: {value!r} arrived as {arrived}"


def _containers(value: Any, at: Pointer = ()) -> Iterator[Pointer]:
    yield at
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, child in children:
        yield from _containers(child, (*at, name))


# -- there and back ---------------------------------------------------------------------------------------------


def honesty(there: Translator, back: Translator, payload: Any) -> None:
    """What differs after the way there and back is exactly what was reported lost on the way there."""
    done = there(payload)
    returned = back(done.payload)
    trip = _Trip(there, back, payload, done, returned)
    for fate in done.report.fates:
        trip.judge(fate)
    for at in trip.after.keys() - trip.before.keys():
        assert trip.explained(at), f"{pointer_text(at)} came back and was not in the payload"


def removal(translator: Translator, payload: Any) -> None:
    """What is reported dropped can be taken away, and the same arrives."""
    done = translator(payload)
    out = _texts(done.payload)
    dropped = [one for one in done.report.fates if fate_of(one.code) == "dropped"]
    for fate in _some([one for one in dropped if _stands_alone(one, payload, translator.source)]):
        less = changed(payload, fate.source, MISSING)
        arrived = _texts(translator(less).payload)
        difference = _difference(out, arrived)
        assert not difference, f"{pointer_text(fate.source)} is {fate.code}; without it, {difference}"


def alteration(translator: Translator, payload: Any) -> None:
    """Change what is reported carried, and something else arrives, or the report says why it does not."""
    done = translator(payload)
    out = _texts(done.payload)
    prefix = _prefix(payload, translator.source)
    for fate in _some([one for one in done.report.fates if fate_of(one.code) == "carried"]):
        found = _lines(translator.source).find(fate.source[len(prefix) :])
        other = _another(fate.value, found)
        if other is MISSING or fate.source[: len(prefix)] != prefix:
            continue
        differs = changed(payload, fate.source, other)
        if check_payload(_product(differs, translator.source), translator.source)[0]:
            continue
        again = translator(differs)
        if not _difference(out, _texts(again.payload)):
            code = next(one.code for one in again.report.fates if one.source == fate.source)
            shown = f"{pointer_text(fate.source)} is {fate.code}; with {dumps(other)!r} there"
            assert fate_of(code) in LOST_FATES, f"{shown}, the same arrives and it is {code}"


def _stands_alone(fate: Fate, payload: Any, profile: Profile) -> bool:
    """Tell whether a leaf can be taken away without saying anything else.

    To take an item away moves those behind it, and the last one leaves an empty list; to take away what makes an
    item no product data lets all of that item in.
    """
    at = fate.source[len(_prefix(payload, profile)) :]
    return bool(at) and isinstance(at[-1], str) and not _lines(profile).conditional(at)


def _another(value: Any, found: _Found | None) -> Any:
    """Return another value of a leaf's field; MISSING where there is none at hand."""
    candidates: list[Any] = []
    if found is not None and not found.opaque:
        field = found.field
        examples = [one[found.index] if isinstance(one, tuple) else one for one in found.value.codec.examples]
        candidates = [*(field.enum or ()), *examples, "other", 7, True]
    if isinstance(value, bool):
        candidates.insert(0, not value)
    elif isinstance(value, str):
        candidates.insert(0, "?" + value[1:] if value[:1] != "?" else "!" + value[1:])
    elif value is not None and not isinstance(value, dict | list):
        candidates.insert(0, 3 if value != 3 else 4)
    for other in candidates:
        fits = found is None or found.opaque or valid_value(found.field, other)
        if fits and other is not MISSING and other is not None and dumps(other) != dumps(value):
            return other
    return MISSING


@dataclass
class _Trip:
    """A payload, what arrived, and what came back."""

    there: Translator
    back: Translator
    payload: Any
    done: Any
    returned: Any

    @cached_property
    def given(self) -> Any:
        return _product(self.payload, self.there.source)

    @cached_property
    def came(self) -> Any:
        return _product(self.returned.payload, self.there.source)

    @cached_property
    def prefix(self) -> Pointer:
        return _prefix(self.payload, self.there.source)

    @cached_property
    def before(self) -> Texts:
        return _texts(self.given)

    @cached_property
    def after(self) -> Texts:
        return _texts(self.came)

    @cached_property
    def fates(self) -> dict[str, Fate]:
        return {pointer_text(fate.source): fate for fate in self.done.report.fates}

    @cached_property
    def sources(self) -> dict[str, Any]:
        """Return the origins of the way there, by target."""
        return {one["target"]: one for one in self.done.report.origins}

    @cached_property
    def origins(self) -> dict[str, Any]:
        """Return the origins of the way back, by target."""
        return {one["target"]: one for one in self.returned.report.origins}

    def judge(self, fate: Fate) -> None:
        """Hold one fate against what came back."""
        at = fate.source[len(self.prefix) :]
        lost = fate_of(fate.code) in LOST_FATES
        shown = f"{pointer_text(fate.source)} is {fate.code}"
        if fate.source[: len(self.prefix)] != self.prefix:
            came = _texts(self.returned.payload).get(fate.source)
            assert lost == (came != dumps(fate.value)), f"{shown}, and {came!r} came back"
            return
        came = self.after.get(at)
        if came == self.before[at]:
            excused = not lost or self.by_chance(at) or self.of_a_whole(at)
            assert excused, f"{shown}, and came back all the same: {came!r}"
            return
        if not lost and fate.source not in self.suspect:
            assert self.alike(at), f"{shown}, and {self.before[at]!r} came back as {came!r}"

    @cached_property
    def suspect(self) -> list[Pointer]:
        return _suspect(self.payload, self.there.source)

    def by_chance(self, at: Pointer) -> bool:
        """Tell whether a leaf's double stands at its place: items of a list have moved up."""
        lists = [at[:depth] for depth, part in enumerate(at) if isinstance(part, int)]
        moved = any(_texts(_at(self.given, one)) != _texts(_at(self.came, one)) for one in lists)
        return moved and pointer_text((*self.prefix, *at)) not in self.first_sources(at)

    def of_a_whole(self, at: Pointer) -> bool:
        """Tell whether a leaf is a part of one value, such as an amount with its unit, that came back changed."""
        found = _lines(self.there.source).find(at)
        if found is None or not found.opaque:
            return False
        return _texts(_at(self.given, found.whole)) != _texts(_at(self.came, found.whole))

    def first_sources(self, at: Pointer) -> set[str]:
        """Return the places in the payload from which a leaf that came back was made."""
        origin = self.origins[pointer_text((*_prefix(self.returned.payload, self.there.source), *at))]
        middle = [self.sources[one] for one in origin["sources"] if one in self.sources]
        return {first for one in middle for first in one["sources"]}

    def alike(self, at: Pointer) -> bool:
        """Tell whether a declared equivalence makes both spellings of a leaf the same."""
        found = _lines(self.there.source).find(at)
        if found is None or not self._normalises(found):
            return False
        before = found.value.codec.decode(*(_at(self.given, one) for one in found.places))
        after = found.value.codec.decode(*(_at(self.came, one) for one in found.places))
        return all(map(same, before, after))

    def _normalises(self, found: _Found) -> bool:
        names = {*found.value.codec.normalises}
        for hub in found.hubs:
            names.update(_lines(self.there.target).normalises.get(hub, ()))
        declared = {*self.there.source.mapping.equivalent, *self.there.target.mapping.equivalent}
        undeclared = names - declared
        assert not undeclared, f"no mapping declares {', '.join(sorted(undeclared))} as equivalent"
        return bool(names)

    def explained(self, at: Pointer) -> bool:
        """Tell whether a leaf may have come back new: emptied, one of several that say one thing, or reduced."""
        origin = self.origins[pointer_text((*_prefix(self.returned.payload, self.there.source), *at))]
        emptied = any(place[: len(at)] == at for place in self.before)
        if emptied or origin["origin"] != "source":
            return True
        middle = [fate for fate in self.returned.report.fates if pointer_text(fate.source) in origin["sources"]]
        if any(len(fate.targets) > 1 for fate in middle):
            return True
        fates = [self.fates.get(first) for first in self.first_sources(at)]
        return any(fate is None or is_loss(fate.code) for fate in fates)


def stability(there: Translator, back: Translator, payload: Any) -> None:
    """The second crossing gives what the first gave, and loses nothing that the first did not.

    Zeros at a number's end may be gone where the target's mapping declares numbers equal without them.
    """
    for at in _suspect(payload, there.source):
        payload = changed(payload, at, MISSING)
    first = there(payload)
    second = there(back(first.payload).payload)
    once, again = first.payload, second.payload
    if "decimal-zeros" in there.target.mapping.equivalent:
        once, again = _without_zeros(once), _without_zeros(again)
    difference = _difference(_texts(once), _texts(again))
    assert not difference, f"the second time, {difference}"
    known = {fate.rule for fate in first.report.fates if is_loss(fate.code)}
    for fate in second.report.fates:
        told = fate.rule in known or not is_loss(fate.code)
        assert told, f"{pointer_text(fate.source)} is {fate.code} the second time only"


def _without_zeros(value: Any) -> Any:
    """Replace every text that is a plain number by the number's shortest text."""
    if isinstance(value, dict):
        return {name: _without_zeros(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_without_zeros(child) for child in value]
    number = parse_number(value) if isinstance(value, str) else MISSING
    return value if isinstance(number, Missing) else number_text(number)


def home(translator: Translator, payload: Any) -> None:
    """A profile's payload translated to the same profile is the payload, but for what is withheld."""
    done = translator(payload)
    _came_home(payload, done.report.fates, done.payload)


def home_by_hub(there: Translator, back: Translator, payload: Any) -> None:
    """A payload that went to the hub and back is the payload, but for what is withheld."""
    done = there(payload)
    _came_home(payload, done.report.fates, back(done.payload).payload)


def _came_home(payload: Any, fates: list[Fate], came: Any) -> None:
    expected = payload
    for fate in fates:
        if fate_of(fate.code) == "withheld":
            expected = changed(expected, fate.source, MISSING)
    difference = _difference(_texts(expected), _texts(came))
    assert not difference, difference


def totality(translator: Translator, payload: Any) -> None:
    """Anything at all is translated with a report, or refused with an error of ours that names places."""
    try:
        done = translator(payload)
    except CatalensError as error:
        refusal: CatalensError = error
    else:
        dumps(done.payload)
        dumps(done.report.to_dict())
        dumps([pointer_text(loss.pointer) for loss in done.losses])
        return
    assert str(refusal), f"{type(refusal).__name__} without a word"
    if isinstance(refusal, InvalidPayload):
        assert refusal.errors, "refused without a place"
        assert all(isinstance(one.pointer, str) and one.message for one in refusal.errors), refusal.errors


def _suspect(payload: Any, profile: Profile) -> list[Pointer]:
    """Return the leaves that break limits which are weakly sourced: nothing is promised of their way back."""
    prefix = pointer_text(_prefix(payload, profile))
    advice = {prefix + one.pointer for one in check_payload(_product(payload, profile), profile)[1]}
    return [at for at, _ in leaves(payload) if pointer_text(at) in advice] if advice else []


# -- places -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Found:
    """The line that a leaf falls under: its fields' places in this payload, and its hub paths."""

    value: Correspondence
    index: int
    places: tuple[Pointer, ...]
    hubs: tuple[Names, ...]
    whole: Pointer
    opaque: bool

    @property
    def field(self) -> Field:
        field = self.value.fields[self.index]
        return field if field.item is None else field.item


class _Lines:
    """The value lines of a profile, by place."""

    def __init__(self, profile: Profile) -> None:
        self._table: dict[tuple[str | None, ...], tuple[Correspondence, int, int, Names]] = {}
        #: hub path -> the normalisations of the codecs that write it
        self.normalises: dict[Names, set[str]] = {}
        #: the items of lists that have a condition
        self._conditions: set[tuple[str | None, ...]] = set()
        self._learn(profile.scope, (), ())

    def _learn(self, scope: Scope, at: tuple[str | None, ...], hub: Names) -> None:
        for value in scope.values:
            for index, one in enumerate(value.fields):
                self._table[(*at, *one.at)] = (value, index, len(at), hub)
            for names in value.hub:
                self.normalises.setdefault((*hub, *names), set()).update(value.codec.normalises)
        for each in scope.lists:
            inner = (*at, *each.list.at, None)
            if each.when is not None:
                self._conditions.add(inner)
            self._learn(each.scope, inner, (*hub, *each.hub))
        for pick in scope.picks:
            self._learn(pick.scope, at, (*hub, *pick.hub))

    def conditional(self, at: Pointer) -> bool:
        """Tell whether a leaf stands in an item that a condition may keep out."""
        return any(_pattern(at[:depth]) in self._conditions for depth in range(len(at)))

    def find(self, at: Pointer) -> _Found | None:
        """Return the line of a leaf; None for what the profile does not know."""
        for depth in range(len(at), -1, -1):
            found = self._table.get(_pattern(at[:depth]))
            if found is not None:
                value, index, length, hub = found
                item = value.fields[index].item is not None
                return _Found(
                    value,
                    index,
                    tuple((*at[:length], *one.at) for one in value.fields),
                    tuple((*hub, *names) for names in value.hub),
                    at[: depth + item],
                    opaque=len(at) != depth + item,
                )
        return None


def _pattern(at: Pointer) -> tuple[str | None, ...]:
    return tuple(None if isinstance(part, int) else part for part in at)


@lru_cache(maxsize=256)
def _lines(profile: Profile) -> _Lines:
    return _Lines(profile)


def _prefix(payload: Any, profile: Profile) -> Pointer:
    return () if unwrap(payload, profile) is None else profile.envelope


def _product(payload: Any, profile: Profile) -> Any:
    return _at(payload, _prefix(payload, profile))


def _at(payload: Any, at: Pointer) -> Any:
    """Return what stands at a place; MISSING where nothing does."""
    for part in at:
        if isinstance(part, int):
            payload = payload[part] if isinstance(payload, list) and part < len(payload) else MISSING
        else:
            payload = payload.get(part, MISSING) if isinstance(payload, dict) else MISSING
    return payload


def _texts(payload: Any) -> Texts:
    return {} if payload is MISSING else {at: dumps(value) for at, value in leaves(payload)}


def _difference(one: Texts, other: Texts) -> str:
    """Say where two payloads differ first; nothing where they do not."""
    for at in (*one, *other):
        if one.get(at) != other.get(at):
            ours, theirs = (text.get(at, b"nothing").decode() for text in (one, other))
            return f"{theirs} stands at {pointer_text(at) or 'the top'} instead of {ours}"
    return ""


def _some(fates: list[Fate]) -> list[Fate]:
    """Return a few, spread over all."""
    return fates[:: max(1, len(fates) // SAMPLE)][:SAMPLE]


# -- trying them ------------------------------------------------------------------------------------------------


class Pair:
    """Two profiles (spelled ``format/profile``), and the translators between them."""

    def __init__(self, source: str, target: str, formats: Registry) -> None:
        self.source, self.target, self.formats = source, target, formats

    def __str__(self) -> str:
        return f"{self.source} to {self.target}"

    @cached_property
    def there(self) -> Translator:
        return Translator(self.source, self.target, formats=self.formats)

    @cached_property
    def back(self) -> Translator:
        return Translator(self.target, self.source, formats=self.formats)

    @cached_property
    def payloads(self) -> SearchStrategy[Any]:
        """Return valid payloads of the source, which the target's words and limits concern."""
        return payloads(self.there.source, self.there.target)

    @cached_property
    def junk(self) -> SearchStrategy[Any]:
        """Return anything, much of it nearly valid."""
        return one_of(near_payloads(self.there.source), anything())


@dataclass(frozen=True)
class Law:
    """A law: its name, what it says of a payload, what payloads it is about, and which pairs."""

    name: str
    holds: Callable[[Pair, Any], None]
    of: Callable[[Pair], SearchStrategy[Any]] = lambda pair: pair.payloads
    concerns: Callable[[Pair], bool] = lambda pair: True


_HUB = f"{HUB}/write"

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
    Law("stability", lambda pair, payload: stability(pair.there, pair.back, payload)),
    Law("totality", lambda pair, payload: totality(pair.there, payload), of=lambda pair: pair.junk),
    Law("patch", lambda pair, payload: patch(pair.there, payload)),
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


def run(formats: Iterable[str] = (), known: Registry | None = None, *, examples: int = 50) -> Iterator[LawResult]:
    """Try every law on every pair that touches the formats. Raises UnknownFormat, InvalidMapping."""
    for pair in pairs(formats, known):
        for law in LAWS:
            if law.concerns(pair):
                message = broken(law, pair, examples)
                yield LawResult(law.name, pair.source, pair.target, not message, message)


def broken(law: Law, pair: Pair, examples: int) -> str:
    """Say what breaks a law, with the smallest payload found; nothing where the law held."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(law.of(pair))
    def attempt(payload: Any) -> None:
        try:
            law.holds(pair, payload)
        except Exception as error:
            raise AssertionError(f"{_said(error)}\n{_shown(payload)}") from error

    try:
        attempt()
    except AssertionError as error:
        return str(error)
    return ""


def _said(error: Exception) -> str:
    return str(error) if isinstance(error, AssertionError) else f"{type(error).__name__}: {error}"


def _shown(payload: Any) -> str:
    try:
        return dumps(payload).decode()
    except (TypeError, ValueError, OverflowError, RecursionError):
        return repr(payload)


__all__ = [
    "LAWS",
    "Law",
    "LawResult",
    "Pair",
    "alteration",
    "broken",
    "conservation",
    "home",
    "home_by_hub",
    "honesty",
    "pairs",
    "patch",
    "removal",
    "run",
    "stability",
    "totality",
]
