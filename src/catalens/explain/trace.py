"""Follow one value on its way: wire -> codec -> hub -> codec -> wire, with what each step gave and the limits it met.

This is the slow and obvious walk for whoever asks why a value came out as it did: it runs the codecs one by one, from
the plan, beside the report of the same translation, which says the fate.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from catalens.account.codes import LossCode
from catalens.account.ledger import Fate
from catalens.account.report import Report
from catalens.carry.limits import fit
from catalens.codecs.base import SAME, Codec
from catalens.crosswalk import Ids
from catalens.errors import UsageError, did_you_mean
from catalens.mapping.profile import Correspondence, Field, Names, Profile, Scope, key_names
from catalens.paths import MISSING, Each, Key, Path, Pick, Pointer, pointer_text, show
from catalens.plan import ListFeed, ObjectPlan, Unit

#: leaves below one pointer that are followed
MOST = 20


@dataclass(frozen=True)
class Step:
    """One step of a value: what it is (wire, codec, hub, limit …), where, and what it gave, as it may be shown."""

    what: str
    where: str
    value: Any = MISSING
    #: the line of the mapping that says so
    mapping: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; a step that gave nothing has no value."""
        said: dict[str, Any] = {"what": self.what, "where": self.where}
        if self.value is not MISSING:
            said["value"] = self.value
        return said if self.mapping is None else {**said, "mapping": self.mapping}


@dataclass(frozen=True)
class Way:
    """The way of one source leaf, and its fate."""

    source: str
    code: LossCode
    targets: tuple[str, ...]
    remedy: str
    steps: tuple[Step, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "source": self.source,
            "fate": self.code.fate,
            "code": self.code.value,
            "says": self.code.says,
            "targets": list(self.targets),
            "remedy": self.remedy,
            "steps": [one.to_dict() for one in self.steps],
        }


@dataclass(frozen=True)
class Trace:
    """What became of the leaves at a pointer into the source, or where those at one into the target came from."""

    pointer: str
    ways: tuple[Way, ...]
    #: target leaf -> its origin and, for most origins, its sources
    origins: tuple[dict[str, Any], ...] = ()
    #: further leaves at the pointer that are not followed
    more: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "pointer": self.pointer,
            "origins": list(self.origins),
            "ways": [one.to_dict() for one in self.ways],
            "more": self.more,
        }


@dataclass(frozen=True)
class Tracer:
    """What a trace looks into: both profiles and their plan, the product as it came in, and the report."""

    source: Profile
    target: Profile
    #: None where both profiles are the same
    plan: ObjectPlan | None
    product: Any
    report: Report
    crosswalk: Ids | None
    foreign: bool

    def trace(self, pointer: str) -> Trace:
        """Follow what stands at a pointer into the source or the target. Raises UsageError where there is nothing."""
        fates = {pointer_text(one.source): one for one in self.report.fates}
        origins = [one for one in self.report.origins if _stands_in(one["target"], pointer)]
        followed = [at for at in fates if _stands_in(at, pointer)]
        if not followed and not origins:
            hint = did_you_mean(pointer, [*fates, *(one["target"] for one in self.report.origins)])
            hint = hint or "it is a JSON Pointer into the payload or the output, such as /name"
            raise UsageError(f"nothing stands at {pointer!r}, in the payload or in the output; {hint}")
        # a constant's source may be a whole item
        behind = {source for one in origins for source in one["sources"]}
        followed += [at for at in fates if at not in followed and any(_stands_in(at, source) for source in behind)]
        ways = [self.way(fates[at]) for at in followed[:MOST]]
        return Trace(pointer, tuple(ways), tuple(map(dict, origins[:MOST])), max(len(followed) - MOST, 0))

    def way(self, fate: Fate) -> Way:
        """Follow one source leaf."""
        targets = tuple(map(pointer_text, fate.targets))
        remedy = self.report.remedy(fate)
        return Way(pointer_text(fate.source), fate.code, targets, remedy, tuple(self._steps(fate)))

    def _steps(self, fate: Fate) -> Iterator[Step]:
        before = len(self.report.source_prefix)
        inside, at = fate.source[:before] == self.report.source_prefix, fate.source[before:]
        one = self.source.field_at(at) if inside else None
        yield Step("wire", pointer_text(fate.source), self.report.shown(fate), self.source.place_of(one))
        if one is None or self.plan is None or fate.code.fate == "withheld":
            return
        arrived = [part for target in fate.targets[:1] for part in target if isinstance(part, str)]
        found = _find(self.plan, one, at, tuple(arrived[len(self.report.target_prefix) :]))
        if found is not None:
            yield from _Conversion(self, *found, one).steps()
            return
        for each, owner in self.source.fields():
            if each is one and isinstance(owner, Correspondence) and owner.because:
                yield Step("because", owner.because)


@dataclass(frozen=True)
class _Conversion:
    """One unit at one place of the source: the values of all its fields, from wire to wire."""

    tracer: Tracer
    unit: Unit
    prefix: Pointer
    traced: Field

    def steps(self) -> Iterator[Step]:
        tracer, unit = self.tracer, self.unit
        fields = (*unit.source_fields, *unit.target_fields)
        hides, blob = any(one.secret for one in fields), any(one.blob for one in fields)

        def shown(value: Any) -> Any:
            return shown_value(value, hides, blob)

        wire = [_look_up(tracer.product, (*self.prefix, *one.at)) for one in unit.source_fields]
        for one, value in zip(unit.source_fields, wire, strict=True):
            if one is not self.traced:
                at = pointer_text((*self.prefix, *one.at))
                yield Step("beside", at, shown(value), tracer.source.place_of(one))
        hub: dict[Names, Any] = {}
        paths: dict[Names, Path] = {}
        places = dict(_hub_places(tracer.source.scope, ()))
        for line in unit.source:
            given, wire = wire[: len(line.fields)], wire[len(line.fields) :]
            yield from _through(line.codec, given, shown, writing=False)
            for names, got in zip(line.hub, line.codec.decode(*given), strict=True):
                paths[names] = (*places.get(line, ()), *map(Key, names))
                if hub.get(names, MISSING) is MISSING:
                    hub[names] = got
        for names, constant in unit.constants:
            if hub.get(names, MISSING) is MISSING:
                hub[names] = constant
        for names, got in hub.items():
            yield Step("hub", show(paths.get(names, tuple(map(Key, names)))), shown(got))
        yield from self._identifier(hub, shown)
        for line in unit.target:
            known = [hub.get(names, MISSING) for names in line.hub]
            yield from _through(line.codec, known, shown, writing=True)
            for one, got in zip(line.fields, line.codec.encode(*known), strict=True):
                yield Step("wire", one.name, shown(got), tracer.target.place_of(one))
                yield from _limits(one, got, shown)

    def _identifier(self, hub: dict[Names, Any], shown: Shown) -> Iterator[Step]:
        """Look an identifier up in the crosswalk, which goes before the target's codec."""
        kind = self.unit.source_fields[0].refers
        if not kind or not self.tracer.foreign:
            return
        for names, value in hub.items():
            known = None if self.tracer.crosswalk is None else self.tracer.crosswalk.get(kind, str(value))
            yield Step("crosswalk", kind, "no row for it" if known is None else shown(known))
            if known is not None:
                hub[names] = known


#: makes of a value what may be shown of it
Shown = Callable[[Any], Any]


def shown_value(value: Any, secret: bool, blob: bool) -> Any:
    """Return a value as it may be shown: no secret, no long content."""
    if value is MISSING:
        return MISSING
    if secret:
        return "***"
    if blob and isinstance(value, str) and len(value) > 40:
        return f"<{len(value)} characters, sha256 {hashlib.sha256(value.encode()).hexdigest()[:12]}>"
    if isinstance(value, dict):
        return {name: shown_value(one, secret, blob) for name, one in value.items()}
    return value


def _through(codec: Codec, given: Sequence[Any], shown: Shown, writing: bool) -> Iterator[Step]:
    """Yield what each step of a codec gives; the last one's values are those of the next place."""
    if codec is SAME:
        return
    values: Sequence[Any] = given
    for one in reversed(codec.steps) if writing else codec.steps:
        values = one.encode(*values) if writing else one.decode(*values)
        made = [shown(value) for value in values]
        gave = [None if value is MISSING else value for value in made]
        nothing = all(value is MISSING for value in made)
        yield Step("codec", one.name, MISSING if nothing else gave[0] if len(gave) == 1 else gave)


def _limits(one: Field, value: Any, shown: Shown) -> Iterator[Step]:
    """Yield which limits of a target field a value does not keep, and what is made of it."""
    if value is MISSING:
        return
    for item in value if one.item is not None and isinstance(value, list) else [value]:
        held = one.item or one
        check = fit(held)
        if check is None:
            continue
        arrived, code = check(item)
        if code is None:
            continue
        yield Step("limit", _worded_limits(held, item), shown(arrived))


def _worded_limits(one: Field, value: Any) -> str:
    """Say which limits a value is beyond, and by how much."""
    said = []
    if value is None:
        said.append("no null")
    if isinstance(value, str) and one.max_length is not None and len(value) > one.max_length:
        said.append(
            f"maxLength {one.max_length}, and {len(value)} characters: {len(value) - one.max_length} too many"
        )
    if isinstance(value, str) and one.min_length is not None and len(value) < one.min_length:
        said.append(f"minLength {one.min_length}, and {len(value)} characters")
    if one.enum is not None and value not in one.enum:
        said.append(f"one of {', '.join(map(str, one.enum))}")
    if one.pattern is not None:
        said.append(f"pattern {one.pattern}")
    bounds = (("minimum", one.minimum), ("maximum", one.maximum))
    said += [f"{word} {limit}" for word, limit in bounds if limit is not None]
    return "; ".join(said) or f"type {' or '.join(one.types)}"


# -- where a field stands --------------------------------------------------------------------------------------


def _hub_places(scope: Scope, at: Path) -> Iterator[tuple[Correspondence, Path]]:
    """Yield each line of a profile with the hub object that it stands beside."""
    for value in scope.values:
        yield value, at
    for each in scope.lists:
        yield from _hub_places(each.scope, (*at, *map(Key, each.hub), Each(each.where)))
    for pick in scope.picks:
        yield from _hub_places(pick.scope, (*at, *map(Key, pick.hub), Pick(pick.where)))


def _find(
    plan: ObjectPlan, one: Field, at: Pointer, arrived: tuple[str, ...], prefix: Pointer = ()
) -> tuple[Unit, Pointer] | None:
    """Return the unit that carries a field, and the place of the object that it stands in.

    Where an item can land in several places, it is the unit that writes to where the leaf arrived.
    """
    for unit in plan.units:
        if one in unit.source_fields:
            return unit, prefix
    found = []
    for feed in (feed for route in plan.routes for feed in route.feeds if isinstance(feed, ListFeed)):
        here = (*prefix, *feed.source.list.at)
        if at[: len(here)] == here and len(at) > len(here):
            inside = (*here, at[len(here)])
            inner = (_find(landing.plan, one, at, arrived, inside) for landing in feed.landings)
            found += [each for each in inner if each is not None]
            keys = [landing.key for landing in feed.landings if landing.key is not None]
            found += [(key, inside) for key in keys if one in key.source_fields]
    for each in found:
        if any(key_names(target.path) == arrived for target in each[0].target_fields):
            return each
    return next(iter(found), None)


def _look_up(value: Any, at: Pointer) -> Any:
    for part in at:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return MISSING
    return value


def _stands_in(at: str, pointer: str) -> bool:
    return at == pointer or at.startswith(pointer.rstrip("/") + "/")
