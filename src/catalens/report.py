"""The report: every source leaf's fate, every target leaf's origin, and what they add up to."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from catalens.codecs.base import SAME
from catalens.compiler.ledger import Fate, Ledger
from catalens.errors import PayloadError
from catalens.losses import FATES, fate_of, is_loss
from catalens.mapping.profile import Profile
from catalens.paths import Pointer, pointer_text

VERSION = 1


@dataclass(frozen=True)
class Account:
    """What a report is made of."""

    source: Profile
    target: Profile
    mode: str
    same: bool
    ledger: Ledger
    source_prefix: Pointer
    target_prefix: Pointer
    around: list[tuple[Pointer, Any]]
    advice: list[PayloadError]
    invalid: tuple[list[PayloadError], list[PayloadError]]
    missing: list[tuple[str, str]]


class Report:
    """The account of one translation; ``to_dict`` gives the JSON form."""

    def __init__(self, account: Account) -> None:
        self._account = account
        ledger = account.ledger
        self.fates: list[Fate] = [
            Fate(
                (*account.source_prefix, *_settled(one.source)),
                one.value,
                one.code,
                one.rule,
                [(*account.target_prefix, *_settled(at)) for at in one.targets],
            )
            for one in ledger.fates
        ]
        self.fates += [
            Fate(at, value, "carried" if account.same else "dropped.readonly", "envelope", [at] if account.same else [])
            for at, value in account.around
        ]
        self.origins: list[dict[str, Any]] = [
            {
                "target": pointer_text((*account.target_prefix, *_settled(one.target))),
                "origin": one.origin,
                "sources": [pointer_text((*account.source_prefix, *_settled(at))) for at in one.sources],
            }
            for one in ledger.origins.values()
        ]
        if account.same:
            self.origins += [
                {"target": pointer_text(at), "origin": "source", "sources": [pointer_text(at)]}
                for at, _ in account.around
            ]

    @property
    def source(self) -> str:
        return self._account.source.spelled

    @property
    def target(self) -> str:
        return self._account.target.spelled

    @property
    def mode(self) -> str:
        return self._account.mode

    @cached_property
    def counts(self) -> dict[str, int]:
        """Return how many leaves fared how."""
        found = Counter(fate_of(one.code) for one in self.fates)
        return {
            "leaves_in": len(self.fates),
            **{fate: found.get(fate, 0) for fate in FATES},
            "leaves_out": len(self.origins),
        }

    @property
    def lossless(self) -> bool:
        return not any(is_loss(one.code) for one in self.fates)

    @property
    def valid_in(self) -> bool:
        return not self._account.advice

    @property
    def valid_out(self) -> bool:
        return not self._account.invalid[0] and not self._account.invalid[1] and not self._account.missing

    @property
    def errors(self) -> list[dict[str, str]]:
        """Return what keeps input or output from being valid, apart from missing fields."""
        found = [{"side": "in", **one.to_dict()} for one in self._account.advice]
        return found + [{"side": "out", **one.to_dict()} for part in self._account.invalid for one in part]

    @property
    def missing(self) -> list[dict[str, str]]:
        return [{"target": at, "why": why} for at, why in self._account.missing]

    @property
    def assumptions(self) -> list[dict[str, Any]]:
        """Return what the payload left unsaid, what was taken for it, and how many values rest on it."""
        merged: dict[tuple[str, str], int] = {}
        for name, leaves in sorted(self._account.ledger.assumed.items()):
            side, _, what = name.partition(".")
            profile = self._account.source if side == "source" else self._account.target
            key = (what, profile.assume.get(what, "unknown"))
            merged[key] = max(merged.get(key, 0), leaves)
        return [{"what": what, "value": value, "leaves": leaves} for (what, value), leaves in merged.items()]

    @property
    def equivalences(self) -> list[dict[str, Any]]:
        """Return the normalisations that may have changed the spelling of a converted value."""
        return [{"name": name, "leaves": count} for name, count in sorted(self._account.ledger.normalised.items())]

    @cached_property
    def _hidden(self) -> dict[str, str]:
        found = {}
        for field, value in self._account.source.fields():
            if field.secret or getattr(value, "withheld", None) == "credential":
                found[field.name] = "secret"
            elif field.blob:
                found[field.name] = "blob"
        return found

    def shown(self, fate: Fate) -> Any:
        """Return a leaf's value as a report may show it: no secret, no blob."""
        if fate.rule in self._hidden or fate.code == "withheld.credential":
            if self._hidden.get(fate.rule) == "blob" and isinstance(fate.value, str):
                digest = hashlib.sha256(fate.value.encode()).hexdigest()[:12]
                return f"<{len(fate.value)} characters, sha256 {digest}>"
            return "***"
        return fate.value

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
                    "fate": fate_of(one.code),
                    "code": one.code,
                    "targets": [pointer_text(at) for at in one.targets],
                    "rule": one.rule,
                }
                for one in self.fates
            ],
            "origins": list(self.origins),
            "assumptions": self.assumptions,
            "equivalences": self.equivalences,
            "missing": self.missing,
            "errors": self.errors,
        }


def _settled(at: Pointer) -> Pointer:
    """Replace places that were open while the account was made by their index."""
    return tuple(part if isinstance(part, str | int) else part.index for part in at)


__all__ = ["SAME", "Account", "Report"]
