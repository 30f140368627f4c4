"""The report: every source leaf's fate, every target leaf's origin, and what they add up to."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from catalens.account.codes import FATES, REST, LossCode, Overtaken, Severity
from catalens.account.conditions import Condition, condition_of
from catalens.account.effects import FedLists, effects_of
from catalens.account.ledger import Fate, Ledger
from catalens.account.restored import Comparison, Restored
from catalens.envelopes import code_beside
from catalens.errors import PayloadError
from catalens.mapping.hub_format import HUB
from catalens.mapping.profile import Correspondence, Names, Profile, node_at, path_in, severity_of
from catalens.paths import MISSING, Pointer, leaves, pointer_text
from catalens.payloads import dumps, identical
from catalens.validate import set_aside

VERSION = 1


@dataclass(frozen=True)
class Account:
    """What a report is made of; products are payloads without envelope."""

    source: Profile
    target: Profile
    mode: str
    same: bool
    ledger: Ledger
    source_prefix: Pointer
    target_prefix: Pointer
    around: list[tuple[Pointer, Any]]
    given: Any
    product_out: Any
    payload_out: Any
    merges: list[Restored]
    #: the product beside the one that the sidecar was written for, and where edited fields of its identity arrive
    identity: Comparison | None
    edited: list[str]
    parked: list[tuple[list[dict[str, Any]], Pointer]]
    #: (pointer, kind, id) of identifiers that were left out until they are known
    waits: Sequence[tuple[str, str, str]]
    #: places of what the caller filled in
    filled: Sequence[Pointer]
    rows: list[tuple[Pointer, tuple[str, ...]]]
    #: what the way back gives, of the output alone and with the complement
    returned: Callable[[], Any]
    restored: Callable[[Any], Any]
    to_do: list[dict[str, str]]
    #: target list -> the source lists whose items it is made of
    fed: FedLists
    advice: list[PayloadError]
    invalid: tuple[list[PayloadError], list[PayloadError]]
    #: (pointer, reason) of fields that the target needs, and of those with which it is refused
    missing: list[tuple[str, str]]
    forbidden: list[tuple[str, str]]


class Report:
    """The account of one translation; ``to_dict`` gives the JSON form."""

    def __init__(self, account: Account) -> None:
        self._account = account
        fates = [
            Fate(_settled(one.source), one.value, one.code, one.rule, [_settled(at) for at in one.targets])
            for one in account.ledger.fates
        ]
        origins = {
            _settled(at): (one.origin, [_settled(at) for at in one.sources])
            for at, one in account.ledger.origins.items()
        }
        for one in account.merges:
            fates, origins = _after_merge(fates, origins, one)
        fates += _parked_rows(account, fates, origins)
        if account.merges:
            origins = {at: origins.get(at, ("restored", [])) for at, _ in leaves(account.product_out)}
        if account.filled:
            _fill(account, fates, origins)
        if account.rows:
            _park(account, fates, origins)
        self.fates: list[Fate] = [
            Fate(
                (*account.source_prefix, *one.source),
                one.value,
                one.code,
                one.rule,
                [(*account.target_prefix, *at) for at in one.targets],
            )
            for one in fates
        ]
        self._origins = origins
        there = {at for at, _ in leaves(account.payload_out)}
        # beside a product without an envelope, a place of the same name is the product's own
        beside = there if account.target.envelope else set()
        self.fates += [_around(account, at, value, beside) for at, value in account.around]
        self.origins: list[dict[str, Any]] = [
            {
                "target": pointer_text((*account.target_prefix, *at)),
                "origin": origin,
                "sources": [pointer_text((*account.source_prefix, *source)) for source in sources],
            }
            for at, (origin, sources) in origins.items()
        ]
        around = {at for at, _ in account.around} if account.target.envelope else set()
        self.origins += [
            {
                "target": pointer_text(at),
                "origin": "source" if at in around else "restored",
                "sources": [pointer_text(at)] if at in around else [],
            }
            for at in there
            if at[: len(account.target_prefix)] != account.target_prefix
        ]

    @property
    def source(self) -> str:
        return self._account.source.spelled

    @property
    def target(self) -> str:
        return self._account.target.spelled

    @property
    def has_slots(self) -> bool:
        """Tell whether the target has slots."""
        return bool(self._account.target.slots)

    @property
    def source_prefix(self) -> Pointer:
        """Return where the product stands in the payload."""
        return self._account.source_prefix

    @property
    def target_prefix(self) -> Pointer:
        """Return where the product stands in the output."""
        return self._account.target_prefix

    @property
    def mode(self) -> str:
        return self._account.mode

    @cached_property
    def counts(self) -> dict[str, int]:
        """Return how many leaves fared how."""
        found = Counter(one.code.fate for one in self.fates)
        return {
            "leaves_in": len(self.fates),
            **{fate: found.get(fate, 0) for fate in FATES},
            "leaves_out": len(self.origins),
        }

    @property
    def lossless(self) -> bool:
        return not any(one.code.is_loss for one in self.fates)

    @property
    def knows_nothing(self) -> bool:
        """Tell whether the source's mapping knows no leaf of the payload."""
        return all(one.code is LossCode.DROPPED_UNKNOWN_FIELD for one in self.fates)

    @property
    def valid_in(self) -> bool:
        return not self._account.advice

    @property
    def valid_out(self) -> bool:
        account = self._account
        return not any((*account.invalid, account.missing, account.forbidden))

    @property
    def errors(self) -> list[dict[str, str]]:
        """Return what keeps input or output from being valid, apart from missing fields."""
        sides = (
            ("in", self._account.source_prefix, self._account.advice),
            *(("out", self._account.target_prefix, part) for part in self._account.invalid),
        )
        return [
            {"side": side, "pointer": pointer_text(prefix) + one.pointer, "message": one.message}
            for side, prefix, found in sides
            for one in found
        ]

    @property
    def missing(self) -> list[dict[str, str]]:
        """Return the fields that the output lacks, and those that it has and must not have."""
        return [{"target": at, "why": why} for at, why in (*self._account.missing, *self._account.forbidden)]

    @property
    def forbidden(self) -> list[dict[str, str]]:
        """Return the part of ``missing`` that stands in the output and must not."""
        return [{"target": at, "why": why} for at, why in self._account.forbidden]

    @property
    def assumptions(self) -> list[dict[str, Any]]:
        """Return what the payload left unsaid, what was taken for it, and how many values rest on it."""
        merged: dict[tuple[str, str], int] = {}
        counted = ((*name.partition("."), count) for name, count in self._account.ledger.assumed.items())
        for side, _, what, count in sorted(counted, key=lambda one: (one[2], one[0])):
            profile = self._account.source if side == "source" else self._account.target
            key = (what, profile.assume.get(what, "unknown"))
            merged[key] = max(merged.get(key, 0), count)
        return [{"what": what, "value": value, "leaves": count} for (what, value), count in merged.items()]

    @property
    def equivalences(self) -> list[dict[str, Any]]:
        """Return the normalisations that may have changed the spelling of a converted value."""
        return [{"name": name, "leaves": count} for name, count in sorted(self._account.ledger.normalised.items())]

    @cached_property
    def _hidden(self) -> dict[str, bool]:
        """Return the fields whose values are not shown, and whether they are blobs (else secrets)."""
        return {one.name: one.blob for one, _ in self._account.source.fields() if one.secret or one.blob}

    def shown(self, fate: Fate) -> Any:
        """Return a leaf's value as a report may show it: no secret, no blob."""
        at = fate.source[len(self._account.source_prefix) :]
        blob = self._hidden.get(path_in(self._account.source.tree, at))
        if blob and isinstance(fate.value, str):
            digest = hashlib.sha256(fate.value.encode()).hexdigest()[:12]
            return f"<{len(fate.value)} characters, sha256 {digest}>"
        return "***" if blob is not None or fate.code.fate == "withheld" else fate.value

    def remedy(self, fate: Fate) -> str:
        """Return what would remove the loss of a leaf; empty where nothing would."""
        meant, condition = self._meant(fate), self.condition(fate)
        if condition is not None and condition.remedy is not None:
            return condition.remedy
        return fate.code.remedy(self.has_slots) if meant is MISSING else f"write {dumps(meant).decode()}"

    def condition(self, fate: Fate) -> Condition | None:
        """Return the condition that a dropped leaf did not meet; None where nothing states one."""
        account, prefix = self._account, self._account.source_prefix
        if fate.code is not LossCode.DROPPED_CONDITION or fate.source[: len(prefix)] != prefix:
            return None
        return condition_of(
            account.source, account.target, account.given, fate.source[len(prefix) :], self._set_aside
        )

    @cached_property
    def _set_aside(self) -> list[Names]:
        """Return the places of what has another shape than the source's mapping knows."""
        return [names for names, _ in set_aside(self._account.given, self._account.source)[1]]

    def _meant(self, fate: Fate) -> Any:
        """Return what a text that cannot be read was most likely meant to be; MISSING for no guess."""
        profile, prefix = self._account.source, len(self._account.source_prefix)
        field = profile.field_at(fate.source[prefix:]) if fate.code is LossCode.DROPPED_UNREADABLE else None
        if field is None or field.secret or field.blob:
            return MISSING
        for value in (value for one, value in profile.fields() if one is field):
            if isinstance(value, Correspondence):
                return value.codec.reader(value.fields.index(field)).meant(fate.value)
        return MISSING

    def mapping_line(self, fate: Fate) -> str | None:
        """Return the line of the source's mapping that a leaf falls under, such as ``shop.yaml:41``."""
        return None if fate.rule == "envelope" else self._account.source.line_of(fate.source)

    def severity(self, fate: Fate) -> Severity:
        """Return what is at stake where a leaf is lost."""
        prefix = self._account.source_prefix
        if fate.source[: len(prefix)] != prefix:
            return REST
        return severity_of(node_at(self._account.source.tree, fate.source[len(prefix) :]))

    def _of_loss(self, fate: Fate) -> dict[str, str]:
        """Return what the JSON form says of a lost leaf alone."""
        if not fate.code.is_loss:
            return {}
        said: dict[str, str | None] = {"severity": self.severity(fate), "mapping": self.mapping_line(fate)}
        condition = self.condition(fate)
        if condition is not None:
            said |= {"condition": condition.says, "remedy": condition.remedy}
        if self._meant(fate) is not MISSING:
            said["remedy"] = self.remedy(fate)
        return {name: one for name, one in said.items() if one is not None}

    @property
    def effects(self) -> list[dict[str, str]]:
        """Return what an update does beside what it says, at which places of the target."""
        account = self._account
        if account.mode != "update" or account.same or account.target.format == HUB:
            return []
        found = effects_of(account.source, account.target, self._origins, account.product_out, account.fed)
        return [{"target": pointer_text((*account.target_prefix, *at)), "what": str(effect)} for at, effect in found]

    @property
    def identity(self) -> Comparison | None:
        """Return the product beside the one that the sidecar was written for; None where nothing is restored."""
        return self._account.identity

    @property
    def stale(self) -> list[str]:
        """Return the places whose restored value, or whose part of the product's identity, an edit has overtaken."""
        found = (at for one in self._account.merges for at in one.stale)
        return list(dict.fromkeys([*self._account.edited, *found]))

    @property
    def orphaned(self) -> list[str]:
        """Return the places whose parent was deleted, or is known by another key now."""
        return [at for one in self._account.merges for at in one.orphaned]

    @property
    def overtaken(self) -> dict[Overtaken, list[str]]:
        """Return the places of what was not restored, by what became of it."""
        return {Overtaken.STALE: self.stale, Overtaken.ORPHANED: self.orphaned}

    @cached_property
    def recovery(self) -> dict[str, float]:
        """Return which share of the source's leaves arrives, comes back from the target alone, and with the sidecar.

        The last two are measured: the way back is gone.
        """
        account = self._account
        total = len(self.fates) or 1
        arrived = sum(self.counts[fate] for fate in ("carried", "converted", "read")) - sum(
            one.code.fate == "carried" and one.code.is_loss for one in self.fates
        )
        product = [(at, value) for at, value in leaves(account.given)]
        alone = account.returned()
        whole = account.restored(alone)
        shares = []
        for value in (alone, whole):
            back = dict(leaves(value))
            shares.append(sum(identical(leaf, back.get(at, MISSING)) for at, leaf in product) + len(account.around))
        equal = (
            sum(
                one.code.fate == "converted"
                and not identical(
                    one.value, dict(leaves(alone)).get(one.source[len(account.source_prefix) :], MISSING)
                )
                for one in self.fates
            )
            if not account.same
            else 0
        )
        return {
            "carried": round(arrived / total, 4),
            "target": round((shares[0] + equal) / total, 4),
            "sidecar": round(shares[1] / total, 4),
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form (version 1)."""
        return {
            "report": VERSION,
            "source": self.source,
            "target": self.target,
            "mode": self.mode,
            "verdicts": {"valid_in": self.valid_in, "valid_out": self.valid_out, "lossless": self.lossless},
            "counts": dict(self.counts),
            "leaves": [
                {
                    "source": pointer_text(one.source),
                    "fate": one.code.fate,
                    "code": str(one.code),
                    "targets": [pointer_text(at) for at in one.targets],
                    "rule": one.rule,
                    "recover": recover(one.code),
                    **self._of_loss(one),
                }
                for one in self.fates
            ],
            "origins": list(self.origins),
            "assumptions": self.assumptions,
            "equivalences": self.equivalences,
            "missing": self.missing,
            "waits": [{"target": at, "kind": kind, "id": one} for at, kind, one in self._account.waits],
            "errors": self.errors,
            "recovery": self.recovery,
            "identity": None if self.identity is None else self.identity.word,
            "stale": self.stale,
            "orphaned": self.orphaned,
            "to_do": list(self._account.to_do),
            "effects": self.effects,
        }


def recover(code: LossCode) -> str:
    """Return what brings a leaf back: the target itself, a slot in it, the sidecar, or nothing."""
    if code is LossCode.PARKED:
        return "slot"
    if code.fate == "withheld":
        return "nothing"
    return "sidecar" if code.fate in ("reduced", "dropped") else "target"


# -- restored and parked ----------------------------------------------------------------------------------------

Origins = dict[Pointer, tuple[str, list[Pointer]]]


def _after_merge(fates: list[Fate], origins: Origins, merged: Restored) -> tuple[list[Fate], Origins]:
    """Return fates and origins with the pointers that hold after a complement was merged in."""
    kept = {before: after for after, before in merged.trail.items()}
    replaced = {before: after for after, before in merged.restored.items() if before is not None}

    def move(at: Pointer, places: dict[Pointer, Pointer]) -> Pointer | None:
        for depth in range(len(at), -1, -1):
            if at[:depth] in places:
                return (*places[at[:depth]], *at[depth:])
        return None

    moved = []
    for one in fates:
        targets = [after for at in one.targets if (after := move(at, kept)) is not None]
        code = one.code
        if len(targets) < len(one.targets) and not targets:
            inside = [after for at in one.targets if (after := move(at, replaced)) is not None]
            targets = inside[:1]
            if code.is_kept:
                code = LossCode.CONVERTED_FORM if targets else LossCode.DROPPED_CONDITION
        moved.append(Fate(one.source, one.value, code, one.rule, targets))
    after_origins: Origins = {}
    for at, (origin, sources) in origins.items():
        after = move(at, kept)
        if after is not None:
            after_origins[after] = (origin, sources)
    for after, before in merged.restored.items():
        sources = [
            source
            for at, (_, found) in origins.items()
            if before is not None and at[: len(before)] == before
            for source in found
        ]
        origin = "computed" if after in merged.computed else "restored"
        for at, _ in leaves(_at(merged.value, after), after):
            after_origins[at] = (origin, list(dict.fromkeys(sources)))
    return moved, after_origins


def _at(value: Any, at: Pointer) -> Any:
    for part in at:
        value = value[part]
    return value


def _around(account: Account, at: Pointer, value: Any, there: set[Pointer]) -> Fate:
    """Return the fate of a leaf that stands around the product."""
    if at in there:
        return Fate(at, value, LossCode.CARRIED, "envelope", [at])
    if account.target.format == HUB:
        return Fate(at, value, LossCode.PARKED, "envelope", [row for row, _ in account.rows])
    return Fate(at, value, code_beside(at, account.source), "envelope", [])


def _parked_rows(account: Account, fates: list[Fate], origins: Origins) -> list[Fate]:
    """Return the fates of what was parked in the source, and give the source leaves behind it their old places."""
    if not account.parked:
        return []
    found = []
    lost = {*account.merges[0].stale, *account.merges[0].orphaned} if account.merges else set()
    restored = list(account.merges[0].restored) if account.merges else []
    gone = {at for _, at in account.parked}
    # a product of which nothing is left without the rows was no empty product
    fates[:] = [one for one in fates if one.source]
    for one in fates:
        one.source = _before_taking(one.source, gone)
    for at, (origin, sources) in origins.items():
        origins[at] = (origin, [_before_taking(source, gone) for source in sources])
    for entries, at in account.parked:
        good = not all(entry["at"] in lost for entry in entries)
        places = [place for place in restored if good and any(_covers(entry["at"], place) for entry in entries)]
        # entries that only take something away have no place in the end
        code = LossCode.CONVERTED_FORM if places else LossCode.READ if good else LossCode.DROPPED_CONDITION
        for source, value in leaves(_at(account.given, at), at):
            found.append(Fate(source, value, code, "parked", list(places)))
        for place in places:
            for leaf, _ in leaves(_at(account.merges[0].value, place), place):
                if leaf in origins:
                    origins[leaf] = ("restored", [*origins[leaf][1], at])
    return found


def _covers(at: str, place: Pointer) -> bool:
    return (pointer_text(place) + "/").startswith(at + "/")


def _before_taking(at: Pointer, gone: set[Pointer]) -> Pointer:
    """Return where a source leaf stood before rows that were parked were taken out of its list."""
    for depth, part in enumerate(at):
        if isinstance(part, int):
            taken = sorted(int(one[-1]) for one in gone if one[:-1] == at[:depth] and isinstance(one[-1], int))
            index = part
            for row in taken:
                if row <= index:
                    index += 1
            return (*at[:depth], index, *at[depth + 1 :])
    return at


def _fill(account: Account, fates: list[Fate], origins: Origins) -> None:
    """Give what the caller filled in its origin; an object that was empty without it is no leaf any more."""
    around = {at[:depth] for at in account.filled for depth in range(len(at))}
    for at in around & set(origins):
        del origins[at]
    filled = [at for place in account.filled for at, _ in leaves(_at(account.product_out, place), place)]
    origins |= dict.fromkeys(filled, ("context", []))
    for one in fates:
        if not around.isdisjoint(one.targets):
            # it arrived, and holds what stands in it now
            inside = (at for at in filled if any(at[: len(to)] == to for to in one.targets))
            one.code, one.targets = LossCode.CARRIED_MOVED, list(inside)


def _park(account: Account, fates: list[Fate], origins: Origins) -> None:
    """Turn what the slots bring back into parked leaves, and give the slots' rows their origin."""
    returned = dict(leaves(account.returned()))
    here = {at for at, _ in leaves(account.product_out)}
    for one in fates:
        lost = one.code.is_loss and one.code.fate != "carried"
        # where rows came to stand in a list that was empty, it no longer is
        overwritten = one.code.fate == "carried" and here.isdisjoint(one.targets)
        if (lost or overwritten) and identical(one.value, returned.get(one.source, MISSING)):
            rows = [at for at, places in account.rows if any(_stands_in(one.source, place) for place in places)]
            one.code, one.targets = LossCode.PARKED, [*(at for at in one.targets if at in here), *rows]
    for at, _ in account.rows:
        held = [one.source for one in fates if one.code is LossCode.PARKED and at in one.targets]
        origins[at] = ("parked", held)
    for at in here - set(origins):
        origins[at] = ("parked", [])
    for at in set(origins) - here:
        del origins[at]


def _stands_in(at: Pointer, place: str) -> bool:
    return not place or (pointer_text(at) + "/").startswith(place + "/")


def _settled(at: Pointer) -> Pointer:
    """Return a pointer in which each index that was left open has its number."""
    return tuple(part if isinstance(part, str | int) else part.index for part in at)


__all__ = ["Account", "Report"]
