"""Translate: two profiles, composed and compiled once, then called for each payload."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from catalens.codecs.base import Codec
from catalens.compiler.crosswalk import Crosswalks
from catalens.compiler.emit import Emitted, Kind, copy_json, emit
from catalens.compiler.ledger import Ledger
from catalens.compiler.plan import ObjectPlan, Unit, compose
from catalens.errors import CatalensError, InvalidPayload, PayloadError, UsageError
from catalens.formats import Registry, registry, unwrap
from catalens.losses import is_loss
from catalens.mapping.hub_format import HUB, hub_mapping
from catalens.mapping.profile import Profile
from catalens.mapping.resolve import resolve
from catalens.paths import Pointer, leaves
from catalens.payloads import json_errors
from catalens.report import Account, Report
from catalens.validate import check_payload, missing_fields

MODES = ("update", "create")


@dataclass(frozen=True)
class Loss:
    """One loss, compact: where (a pointer to the leaf or to the tree that is lost whole), and its code."""

    pointer: Pointer
    code: str
    rule: str


class Translation:
    """What came of one payload."""

    def __init__(self, translator: Translator, given: Any, product: Any, payload: Any, entries: list[Any]) -> None:
        self._translator, self._given, self._product = translator, given, product
        self.payload: Any = payload
        self._entries = entries

    @property
    def losses(self) -> list[Loss]:
        """Return the losses, compact: a tree that is lost whole is one of them."""
        return self._translator.losses(self._entries)

    @cached_property
    def report(self) -> Report:
        """Return the full account, made when first read. Raises CatalensError if the payload changed meanwhile."""
        return self._translator.account(self._given, self._product, self.payload, self._entries)


class Translator:
    """Translate payloads of one profile into another. Compiled when made; cheap to call, safe to share."""

    def __init__(
        self,
        source: str,
        target: str,
        *,
        mode: str = "update",
        assume: Mapping[str, str] | None = None,
        ids: Crosswalks | str | Path | Iterable[Any] | None = None,
        formats: Registry | None = None,
    ) -> None:
        if mode not in MODES:
            raise UsageError(f"no mode {mode!r}; there are {' and '.join(MODES)}")
        self.formats = formats or registry()
        self.mode = mode
        sides = _assumptions(assume or {})
        self.source = self.formats.profile(source, sides["source"])
        self.target = self.formats.profile(target, sides["target"])
        self.source, self.target = _meet_hub(self.source, self.target)
        self.same = self.source.spelled == self.target.spelled
        self.foreign = self.source.format != self.target.format and HUB not in (self.source.format, self.target.format)
        table = ids if isinstance(ids, Crosswalks) or ids is None else Crosswalks.read(ids)
        self.crosswalk = table.between(self.source.format, self.target.format) if table is not None else None

    # -- compiled parts, each made when first needed ------------------------------------------------------------

    @cached_property
    def plan(self) -> ObjectPlan:
        return compose(self.source.scope, self.target.scope)

    def emitted(self, kind: Kind) -> Emitted:
        """Return the generated Python of one kind, with what it refers to."""
        return emit(
            self.plan, kind, self.crosswalk, self.foreign, self._assumes, hollow=self.target.format == HUB
        )

    def _function(self, kind: Kind) -> tuple[Callable[..., Any], Emitted]:
        emitted = self.emitted(kind)
        names = dict(emitted.names)
        label = f"<{self.source.spelled} to {self.target.spelled}, {kind}>"
        exec(compile(emitted.text, label, "exec"), names)  # noqa: S102 - our own text, keys only as literals
        return names["translate"], emitted

    @cached_property
    def _plain(self) -> Callable[..., Any]:
        return self._function("plain")[0]

    @cached_property
    def _losing(self) -> tuple[Callable[..., Any], Emitted]:
        return self._function("loss")

    @cached_property
    def _entering(self) -> Callable[..., Any]:
        return self._function("ledger")[0]

    # -- translating --------------------------------------------------------------------------------------------

    def __call__(self, payload: Any) -> Translation:
        """Translate one payload. Raises InvalidPayload."""
        product = self.product(payload)
        self.check(product)
        entries: list[Any] = []
        if self.same:
            out = without_withheld(product, self.source)
        else:
            out = self._losing[0](product, entries)
        if self.mode == "create":
            fill_defaults(out, self.target)
        return Translation(self, payload, product, self.wrap(out, payload), entries)

    def convert(self, product: Any) -> Any:
        """Translate a valid product without envelope, and say nothing of losses."""
        return copy_json(product) if self.same else self._plain(product)

    def product(self, payload: Any) -> Any:
        """Take the product out of its envelope. Raises InvalidPayload."""
        errors = json_errors(payload)
        if errors:
            raise InvalidPayload(errors)
        inner = unwrap(payload, self.source)
        return payload if inner is None else inner

    def check(self, product: Any) -> list[PayloadError]:
        """Return what weakly sourced limits object to. Raises InvalidPayload for all that is certain."""
        errors, advice = check_payload(product, self.source)
        if errors:
            prefix = "".join("/" + name for name in self.source.envelope)
            del prefix
            raise InvalidPayload(errors)
        return advice

    def wrap(self, product: Any, given: Any) -> Any:
        """Put a product of a read profile into its envelope (the source's own, where both are the same profile)."""
        if self.same:
            return _rewrap(given, self.target, product)
        for name in reversed(self.target.envelope):
            product = {name: product}
        return product

    # -- accounts -----------------------------------------------------------------------------------------------

    def losses(self, entries: list[Any]) -> list[Loss]:
        """Spell compact entries out."""
        if self.same:
            return []
        places = self._losing[1].places
        return [self._loss(places[entry[0]], entry) for entry in entries]

    @staticmethod
    def _loss(place: Any, entry: tuple[Any, ...]) -> Loss:
        indices = iter(entry[2:])
        return Loss(tuple(next(indices) if part is None else part for part in place[0]), entry[1], place[1])

    def account(self, given: Any, product: Any, payload: Any, entries: list[Any]) -> Report:
        """Make the full report of a translation."""
        ledger = Ledger()
        if self.same:
            ledger.copy(product, without_withheld(product, self.source))
        else:
            again: list[Any] = []
            self._losing[0](product, again)
            if repr(again) != repr(entries):
                raise CatalensError("the source payload was changed after it was translated, before its report was read")
            self._entering(product, ledger)
        if self.mode == "create":
            for at in fill_defaults(without_withheld(product, self.source) if self.same else self._plain(product), self.target):
                ledger.default(at)
        inner = unwrap(given, self.source)
        source_prefix: Pointer = self.source.envelope if inner is not None else ()
        target_prefix: Pointer = self.target.envelope if not self.same or inner is not None else ()
        around = [
            (at, leaf) for at, leaf in leaves(given) if inner is not None and at[: len(source_prefix)] != source_prefix
        ]
        return Report(
            Account(
                source=self.source,
                target=self.target,
                mode=self.mode,
                same=self.same,
                ledger=ledger,
                source_prefix=source_prefix,
                target_prefix=target_prefix,
                around=around,
                advice=check_payload(product, self.source)[1],
                invalid=check_payload(_unprefixed(payload, target_prefix), self.target),
                missing=missing_fields(_unprefixed(payload, target_prefix), self.target, self.mode),
            )
        )

    def _assumes(self, unit: Unit) -> Callable[[tuple[Any, ...]], list[str]]:
        """Say, for the values of a unit, which assumptions carry them."""
        spans: list[tuple[int, int, Codec]] = []
        at = 0
        for value in unit.source:
            spans.append((at, at + len(value.fields), value.codec))
            at += len(value.fields)
        fixed = [value.codec.assumes for value in unit.target if value.codec.assumes and value.codec.wires == 1]
        named = [one.assumes for one in (*unit.source_fields, *unit.target_fields) if one.assumes]

        def assumed(values: tuple[Any, ...]) -> list[str]:
            found = [codec.assumed(*values[start:stop]) for start, stop, codec in spans]
            sides = {f"source.{one}" for one in found if one} | {f"target.{one}" for one in fixed}
            return sorted(sides | {f"source.{one}" for one in named})

        return assumed


def _assumptions(given: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Split ``weight=kg`` (both sides) and ``source.weight=lb`` (one side)."""
    sides: dict[str, dict[str, str]] = {"source": {}, "target": {}}
    for name, value in given.items():
        side, dot, rest = name.partition(".")
        if dot and side in sides:
            sides[side][rest] = value
        else:
            sides["source"].setdefault(name, value)
            sides["target"].setdefault(name, value)
    return sides


def _meet_hub(source: Profile, target: Profile) -> tuple[Profile, Profile]:
    """Give the hub, on whichever side it is, the ``ext`` fields of its counterpart."""
    if source.format == HUB and target.format != HUB:
        source = resolve(hub_mapping(target), "write")[0]
    elif target.format == HUB and source.format != HUB:
        target = resolve(hub_mapping(source), "write")[0]
    return source, target


def _rewrap(given: Any, profile: Profile, product: Any) -> Any:
    if unwrap(given, profile) is None:
        return product
    out = copy_json(given)
    node = out
    for name in profile.envelope[:-1]:
        node = node[name]
    node[profile.envelope[-1]] = product
    return out


def _unprefixed(payload: Any, prefix: Pointer) -> Any:
    for name in prefix:
        payload = payload[name]
    return payload


def without_withheld(product: Any, profile: Profile) -> Any:
    """Copy a product without what never leaves."""
    out = copy_json(product)
    for field, value in profile.fields():
        if getattr(value, "withheld", None) and isinstance(out, dict):
            parent = out
            for name in field.at[:-1]:
                parent = parent.get(name) or {}
            parent.pop(field.at[-1], None)
    return out


def fill_defaults(out: Any, profile: Profile) -> list[Pointer]:
    """Write the documented defaults of absent fields beside fields that are there; return their places."""
    filled: list[Pointer] = []
    for field, _ in profile.fields():
        if field.default is None or any(name.endswith("[]") for name in [field.name[: len(field.name)]][:0]):
            continue
        if "[" in field.name:
            continue
        parent = out
        for name in field.at[:-1]:
            parent = parent.get(name) if isinstance(parent, dict) else None
        if isinstance(parent, dict) and field.at[-1] not in parent and (parent or len(field.at) == 1):
            parent[field.at[-1]] = copy_json(field.default)
            filled.append(field.at)
    return filled


_CACHE: dict[Any, Translator] = {}


def translator(
    source: str, target: str, mode: str, assume: Mapping[str, str] | None, ids: Any, formats: Registry
) -> Translator:
    """Return a translator, the same one for the same question."""
    key = (source, target, mode, tuple(sorted((assume or {}).items())), formats)
    if ids is not None:
        return Translator(source, target, mode=mode, assume=assume, ids=ids, formats=formats)
    if key not in _CACHE:
        _CACHE[key] = Translator(source, target, mode=mode, assume=assume, formats=formats)
    return _CACHE[key]


def translate(
    payload: Any,
    source: str | None = None,
    target: str | None = None,
    *,
    mode: str = "update",
    assume: Mapping[str, str] | None = None,
    ids: Any = None,
    formats: Registry | None = None,
) -> Translation:
    """Translate one payload.

    ``source`` and ``target`` are spelled ``format`` or ``format/profile``. A source without profile (or none at
    all) is detected from the payload; a target without profile is the one that is sent (write). Raises
    InvalidPayload, UnknownFormat, UndecidableFormat, InvalidMapping, UsageError.
    """
    formats = formats or registry()
    if target is None:
        raise UsageError("a target format is needed")
    if source is None or "/" not in source:
        source = detect(payload, source, formats).spelled
    return translator(source, target, mode, assume, ids, formats)(payload)


def detect(payload: Any, within: str | None, formats: Registry) -> Profile:
    """Return the profile of a payload. Raises InvalidPayload, UndecidableFormat, UnknownFormat."""
    if within is not None:
        first = formats.profile(within)
        if within == HUB or len(first.mapping.profiles) == 1:
            return first
    errors = json_errors(payload)
    if errors:
        raise InvalidPayload(errors)
    if not isinstance(payload, dict):
        if within is not None:
            return formats.profile(within)
        raise InvalidPayload([PayloadError("", "expected object")])
    return formats.detect(payload, within)


__all__ = ["Loss", "Translation", "Translator", "detect", "is_loss", "translate", "translator"]
