"""How likely it is that a field goes to a place of the hub: one sum of evidence for each place, compared.

Evidence are likenesses between 0 and 1, each with a weight. The weights say how much a likeness counts; they are the
ones under which the shipped mappings are the likeliest, each drafted from all others (``python -m benchmarks.draft
--tune``), and none of them knows a platform. The exponential of the sums, made to add up to 1, are the confidences.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from catalens.codecs.units import UNITS
from catalens.draft.kinds import shared
from catalens.draft.known import HUB, Knowledge, Known
from catalens.draft.targets import Kind, Target, one_list, own_targets, target_at, wire_lists
from catalens.draft.units import unit_named
from catalens.draft.words import Name, Vocabulary
from catalens.hub import HubModel, Product
from catalens.paths import Each, Key, Path

#: a confidence from which on nobody need look, as measured: of such lines so many are right as the guide says
SURE = 0.7


@dataclass(frozen=True, eq=False)
class Asked:
    """What is known of a field of which nobody has said where it goes."""

    name: Name
    kind: Kind
    types: frozenset[str] = frozenset()
    readonly: bool = False
    doc: frozenset[str] = frozenset()
    kinds: Counter[str] = field(default_factory=Counter)
    inner: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Choice:
    """A place where a field may go (None: nowhere), how likely that is, and the known field that speaks for it."""

    target: Target | None
    confidence: float
    witness: Known | None = None


#: evidence -> its weight; that a name says a unit is not tuned, for no shipped field says one
WEIGHTS: Mapping[str, float] = {
    "hub name": 1.7,
    "inner names": 1.8,
    "name": 2.71,
    "name in remark": 1.92,
    "names agree": 2.23,
    "other model": -1.02,
    "remark": 2.89,
    "remark has name": 0.9,
    "same name": 1.55,
    "type": 0.32,
    "unit": 3.0,
    "values": 1.58,
    "nowhere: field": 3.56,
    "nowhere: in a list": -1.38,
    "nowhere: names agree": 1.52,
    "nowhere: readonly": 1.64,
    "nowhere: remark": 1.57,
    "nowhere: remark has name": 1.64,
}


class Scorer:
    """Asks what is known about fields; remembers likenesses."""

    def __init__(
        self, knowledge: Knowledge, names: Iterable[Name] = (), weights: Mapping[str, float] | None = None
    ) -> None:
        """``names`` are those of the fields that it will be asked for: what many have in common tells little."""
        self.knowledge, self.weights = knowledge, WEIGHTS if weights is None else weights
        self.words = Vocabulary([*(one.name for one in knowledge.lines), *names])
        self._candidates = lru_cache(maxsize=None)(self._candidates_of)

    def choices(self, asked: Asked, owner: type[HubModel] | None, root: Path) -> list[Choice]:
        """Return where a field of a model may go, likeliest first; ``root`` leads to the model in the product."""
        scored = [(target, *self.evidence(asked, target, owner)) for target in self.targets(asked, owner, root)]
        sums = [sum(self.weights.get(name, 0.0) * value for name, value in found.items()) for _, found, _ in scored]
        most = max(sums)
        shares = [math.exp(one - most) for one in sums]
        total = sum(shares)
        found = [
            Choice(target, share / total, witness) for (target, _, witness), share in zip(scored, shares, strict=True)
        ]
        return sorted(found, key=lambda one: -one.confidence)

    def known(self, target: Target) -> list[Known]:
        """Return all that is known to go to a place."""
        is_list = target.item is not None
        return self.knowledge.by_key.get((target.key if is_list else one_list(target.key), is_list), [])

    def targets(self, asked: Asked, owner: type[HubModel] | None, root: Path) -> list[Target | None]:
        """Return the places that a field of these types can go to, and None."""
        if owner is None:
            return [None]
        return [None, *(one for one in self._candidates(owner, root) if takes(one, asked.kind, asked.types))]

    def _candidates_of(self, owner: type[HubModel], root: Path) -> list[Target]:
        known = (target_at(path, owner, root) for path in self.knowledge.paths(owner))
        found: dict[tuple[str, bool], Target] = {}
        # as mappings spell it, rather than as we would
        for one in (*known, *own_targets(owner)):
            if one is not None:
                found.setdefault((one.key, wire_lists(one.path) > 0), one)
        return list(found.values())

    # -- evidence ---------------------------------------------------------------------------------------------------

    def evidence(
        self, asked: Asked, target: Target | None, owner: type[HubModel] | None
    ) -> tuple[dict[str, float], Known | None]:
        """Return what speaks for a place, by name, and the known field that is most like the asked one."""
        nowhere = self.knowledge.by_key.get((None, asked.kind == "objects"), [])
        lines = nowhere if target is None else self.known(target)
        best, second, own = self._by_name(asked, lines)
        witness, most = best if best is not None else (None, 0.0)
        remarks = {one.doc for one in lines if one.doc}
        found = {
            "names agree": second,
            "remark": _most(_common(asked.doc, doc) for doc in remarks),
            "remark has name": _most(self.words.share(one.name, asked.doc) for one in lines) if asked.doc else 0.0,
        }
        if target is None:
            in_item = float(owner is not Product)
            found |= {"field": 1.0, "readonly": float(asked.readonly), "in a list": in_item}
            return {f"nowhere: {name}": value for name, value in found.items()}, witness
        values = _values(asked.kinds, lines)
        found |= {
            "name": most,
            "same name": float(most > 0.95),
            "hub name": own,
            "name in remark": _most(self.words.share(asked.name, doc) for doc in remarks),
            "inner names": _most(_common(asked.inner, one.inner) for one in lines) if asked.inner else 0.0,
            "values": 0.0 if values is None else values - 0.5,
            "type": float(is_natural(target, asked.kind, asked.types)),
            "unit": float(target.end.type in UNITS and unit_named(target.end.type, asked.name.own) is not None),
            "other model": float(witness is not None and witness.owner is not owner),
        }
        return found, witness

    def _by_name(self, asked: Asked, lines: Sequence[Known]) -> tuple[tuple[Known, float] | None, float, float]:
        """Return the most alike line, how alike the most alike of another format is, and the hub's own name."""
        best: dict[str, tuple[Known, float]] = {}
        for one in lines:
            alike = self.words.likeness(asked.name, one.name)
            if one.format not in best or alike > best[one.format][1]:
                best[one.format] = one, alike
        own = best[HUB][1] if HUB in best else 0.0
        ranked = sorted(best.values(), key=lambda one: -one[1])
        return (ranked[0] if ranked else None), (ranked[1][1] if len(ranked) > 1 else 0.0), own


def _most(likenesses: Iterable[float]) -> float:
    return max(likenesses, default=0.0)


def _common(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how much two sets of words have in common, 0 to 1."""
    return len(one & other) / math.sqrt(len(one) * len(other)) if one and other else 0.0


def _values(kinds: Counter[str], lines: Iterable[Known]) -> float | None:
    found = [value for one in lines if (value := shared(kinds, one.kinds)) is not None]
    return max(found) if found else None


# -- types --------------------------------------------------------------------------------------------------------

_NUMBERS = frozenset({"number", "integer"})
_READ: Mapping[str, frozenset[str]] = {
    "string": frozenset({"string", "number", "integer", "boolean"}),
    "number": _NUMBERS | {"string"},
    "weight": _NUMBERS | {"string"},
    "length": _NUMBERS | {"string"},
    "boolean": frozenset({"boolean", "string"}),
    "array": frozenset({"string"}),
}
_NATURAL: Mapping[str, frozenset[str]] = {
    **_READ,
    "string": frozenset({"string"}),
    "number": _NUMBERS,
    "boolean": frozenset({"boolean"}),
}


def takes(target: Target, kind: Kind, types: frozenset[str]) -> bool:
    """Tell whether values of these types can be brought to a place."""
    if kind == "objects" or target.item is not None:
        return kind == "objects" and target.item is not None
    if not types <= _READ.get(target.end.type, frozenset()):
        return False
    if target.is_enumerated and not types <= {"string", "boolean"}:
        return False
    if not types and kind == "value":
        # nobody knows what they are
        return wire_lists(target.path) == 0 and target.end.type != "array"
    lists, steps = wire_lists(target.path), sum(not isinstance(step, Key) for step in target.path)
    if kind == "value":
        return lists == 0 and not (steps and isinstance(target.path[-1], Each))
    if target.end.type == "array":
        return steps == 0
    return lists <= 1 <= steps and any(isinstance(step, Each) for step in target.path)


def is_natural(target: Target, kind: Kind, types: frozenset[str]) -> bool:
    """Tell whether they stand there as they are."""
    if target.item is not None:
        return True
    if target.end.type == "array":
        return kind == "values"
    return types <= _NATURAL[target.end.type]


__all__ = ["SURE", "Asked", "Choice", "Scorer", "is_natural", "takes"]
