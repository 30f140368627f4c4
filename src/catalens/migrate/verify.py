"""Read back what was sent, leaf by leaf, and reconcile the sums of source, sent and read back."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, Final

from catalens.codecs.numbers import as_decimal, is_number
from catalens.codecs.units import UNITS
from catalens.errors import CatalensError
from catalens.mapping.profile import ListNode, Node, ObjectNode
from catalens.migrate.journal import Item, Journal
from catalens.migrate.outcomes import Outcome
from catalens.migrate.pair import PRODUCT, Pair
from catalens.migrate.read import look_through
from catalens.paths import MISSING, Pointer, pointer_text
from catalens.payloads import canonical, loads

#: what a store may give back for one another where nothing stands
_NOTHING: Final[tuple[Any, ...]] = (MISSING, None, "", [], {})
#: verdicts that are written down together
_AT_ONCE: Final = 200
#: weights that were converted agree up to this share
_EXACT: Final = Decimal("0.000001")


def differing(expected: Any, found: Any, node: Node | None, at: Pointer = ()) -> Iterator[Pointer]:
    """Yield where something that was expected is not, or is another; what stands beside it has no say."""
    if expected in _NOTHING and found in _NOTHING:
        return
    if isinstance(expected, dict) and isinstance(found, dict):
        members = node.members if isinstance(node, ObjectNode) else {}
        for name, value in expected.items():
            yield from differing(value, found.get(name, MISSING), members.get(name), (*at, name))
    elif isinstance(expected, list) and isinstance(found, list):
        yield from _items(expected, found, node, at)
    elif not _alike(expected, found):
        yield at


def _items(expected: list[Any], found: list[Any], node: Node | None, at: Pointer) -> Iterator[Pointer]:
    """Compare lists: items by key where there is one, values in any order."""
    key = node.key if isinstance(node, ListNode) else None
    inner = node.item if isinstance(node, ListNode) else None
    if len(expected) != len(found):
        yield at
        return
    if not any(isinstance(one, dict | list) for one in (*expected, *found)):
        if Counter(map(_plain, expected)) != Counter(map(_plain, found)):
            yield at
        return
    by_key = {canonical(one[key]): one for one in found if key and isinstance(one, dict) and key in one}
    for index, one in enumerate(expected):
        known = canonical(one[key]) if key and isinstance(one, dict) and key in one else b""
        yield from differing(one, by_key.get(known, found[index]), inner, (*at, index))


def _plain(value: Any) -> Any:
    return as_decimal(value) if is_number(value) else value


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(_plain(one) == _plain(other))


def differences(pair: Pair, sent: Any, item: Any) -> list[str]:
    """Return the pointers of what the target does not give back as it was sent, though it could."""
    target = pair.sent_to_hub.source
    expected, found = pair.comes_back(sent), pair.written(item)
    return [pointer_text(at) for at in differing(expected, found, target.tree)]


def unreadable(pair: Pair, sent: Any) -> list[str]:
    """Return the pointers of what was sent and cannot be read back."""
    tree = pair.sent_to_hub.source.tree
    return [pointer_text(at) for at in differing(sent, pair.comes_back(sent), tree)]


@dataclass
class Verified:
    """What reading back gave."""

    same: int = 0
    differs: dict[str, list[str]] = field(default_factory=dict)
    #: pointer -> in how many things it cannot be read back
    unreadable: dict[str, int] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    #: in the target, not there before, and made by nobody we know: empty drafts, or what others made meanwhile
    orphans: list[str] = field(default_factory=list)
    #: things that do not come back as they were: with ``deep``
    deep: dict[str, list[str]] | None = None
    #: one row a measure: source, sent, read back, and what explains each difference
    totals: list[dict[str, Any]] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """Return 4 where a person has to look, else 0."""
        unexplained = any(row["unexplained"] for row in self.totals)
        return 4 if self.differs or self.gone or self.orphans or self.deep or unexplained else 0

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {**asdict(self), "exit_code": self.exit_code}


class Verifier:
    """Reads back what was sent."""

    def __init__(self, pair: Pair, journal: Journal, deep: bool) -> None:
        self.pair, self.journal, self.deep = pair, journal, deep
        self.found = Verified(deep={} if deep else None)
        self.totals = Totals(pair)
        self.verdicts: list[tuple[int, str]] = []

    def __call__(self, sample: int | None = None) -> Verified:
        """Read back everything that was sent, or a sample."""
        for kind in self.pair.kinds:
            asks, lists = self.pair.target.can(kind, "one"), self.pair.target.can(kind, "list")
            if lists and not (sample is not None and asks):
                self._whole(kind)
            else:
                self._one_by_one(kind, sample)
        self._keep()
        if sample is None:
            self.found.totals = self.totals.rows()
            self.journal.set_meta(orphans=json.dumps(self.found.orphans))
        return self.found

    def _one_by_one(self, kind: str, sample: int | None) -> None:
        items = [one for some in self.journal.walk(kind) for one in some if is_sent(one)]
        if sample is not None:
            items = random.sample(items, min(sample, len(items)))
        for item in items:
            self._look_at(item)
        if sample is None:
            for some in self.journal.walk(kind):
                for item in some:
                    if not is_sent(item):
                        self.totals.add(item, None, None)

    def _whole(self, kind: str) -> None:
        seen: set[int] = set()
        for id, _, there in look_through(self.pair, kind):
            item = self.journal.of_target(kind, id)
            if item is not None and is_sent(item):
                seen.add(item.seq)
                self._compare(item, there)
            elif item is None and not self.journal.stood_before(kind, id) and not self._is_given(kind, id):
                self.found.orphans.append(f"{kind} {id}")
        for some in self.journal.walk(kind):
            for item in some:
                if item.seq in seen:
                    continue
                if is_sent(item):
                    self._look_at(item)
                else:
                    self.totals.add(item, None, None)

    def _is_given(self, kind: str, id: str) -> bool:
        return self.journal.source_of(kind, id) is not None

    def _look_at(self, item: Item) -> None:
        """Ask for one thing, which a list did not have."""
        if self.pair.target.can(item.kind, "one"):
            answer = self.pair.target.one(item.kind, item.target_id or "")
            if answer.outcome is Outcome.DONE:
                self._compare(item, answer.body)
                return
        self.found.gone.append(f"{item.kind} {item.source_id}: {item.target_id}")
        self.totals.add(item, self.journal.sent(item.seq), None)
        with self.journal.transaction():
            said = {"code": "gone", "detail": f"{item.target_id} is not in the target any more"}
            self.journal.set(item.seq, state="gone", verified="gone", **said)

    def _compare(self, item: Item, there: Any) -> None:
        sent = self.journal.sent(item.seq)
        if item.kind != PRODUCT:
            fields = self.pair.target.fields
            wrong = [pointer_text(at) for at in differing(fields(item.kind, sent), fields(item.kind, there), None)]
        else:
            wrong = self._differences(sent, there)
            for at in unreadable(self.pair, sent):
                self.found.unreadable[at] = self.found.unreadable.get(at, 0) + 1
            if self.deep and (ways := self._deep(item, sent, there)):
                assert self.found.deep is not None
                self.found.deep[item.source_id] = ways
        self.totals.add(item, sent, there)
        if wrong:
            self.found.differs[f"{item.kind} {item.source_id}"] = wrong
        else:
            self.found.same += 1
        self._note(item, f"differs: {', '.join(wrong)}" if wrong else "same")

    def _differences(self, sent: Any, there: Any) -> list[str]:
        try:
            return differences(self.pair, sent, there)
        except CatalensError as error:
            return [str(error).splitlines()[0]]

    def _note(self, item: Item, verdict: str) -> None:
        self.verdicts.append((item.seq, verdict))
        if len(self.verdicts) >= _AT_ONCE:
            self._keep()

    def _keep(self) -> None:
        """Write verdicts down, some at a time: each commit waits for the disk."""
        with self.journal.transaction():
            for seq, verdict in self.verdicts:
                self.journal.set(seq, verified=verdict)
        self.verdicts.clear()

    def _deep(self, item: Item, sent: Any, there: Any) -> list[str]:
        """Return where what comes back through the reverse mapping is not what the source had, though it could be."""
        back, sidecar = self.pair.back, self.journal.sidecar(item.seq)
        was = loads(self.journal.payload(item.seq))
        tree = self.pair.creating.source.tree

        def lost(payload: Any) -> set[str]:
            home = back(payload, restore=sidecar, restore_anyway=True).payload
            return {pointer_text(at) for at in differing(was, self.pair.bare(home, back.target), tree)}

        return sorted(lost(self.pair.written(there)) - lost(self.pair.comes_back(sent)))


def is_sent(item: Item) -> bool:
    """Tell whether a thing was sent, and where it is known."""
    return item.target_id is not None and item.intent is not None


# -- control totals -----------------------------------------------------------------------------------------------

#: measure -> the hub fields that it is made of
MEASURES: Final[Mapping[str, tuple[str, ...]]] = {
    "products": (),
    "variants": ("variants",),
    "images": ("media",),
    "categories": ("categories",),
    "relations": ("relations",),
    "list prices": ("prices",),
    "stock": ("inventory", "stock"),
    "weight in kg": ("weight",),
}


def measure(product: Mapping[str, Any]) -> dict[str, Decimal]:
    """Return the measures of a hub product."""
    whole = [product, *(one for one in product.get("variants") or () if isinstance(one, dict))]
    found = dict.fromkeys(MEASURES, Decimal(0))
    found["products"] = Decimal(1)
    found["variants"] = Decimal(len(whole) - 1)
    found["categories"] = Decimal(len(product.get("categories") or ()))
    found["relations"] = Decimal(sum(len(one.get("products") or ()) for one in product.get("relations") or ()))
    for one in whole:
        images = (each for each in one.get("media") or () if each.get("kind") in (None, "image"))
        found["images"] += sum(1 for _ in images)
        found["list prices"] += _sum(one.get("prices"), "list")
        found["stock"] += _sum(one.get("inventory"), "count")
        found["weight in kg"] += _kilograms(one.get("weight"))
    return found


def _sum(rows: Any, name: str) -> Decimal:
    return sum([_decimal(row.get(name)) for row in rows or () if isinstance(row, dict)], Decimal(0))


def _decimal(value: Any) -> Decimal:
    return as_decimal(value) if is_number(value) else Decimal(0)


def _kilograms(weight: Any) -> Decimal:
    if not isinstance(weight, dict):
        return Decimal(0)
    return _decimal(weight.get("value")) * UNITS["weight"].get(weight.get("unit") or "", Decimal(0))


class Totals:
    """Sums of source, sent and read back; each difference with what explains it."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.sums = {side: dict.fromkeys(MEASURES, Decimal(0)) for side in ("source", "sent", "read back")}
        self.why: dict[str, Counter[str]] = {name: Counter() for name in MEASURES}
        self.unexplained: dict[str, list[str]] = {name: [] for name in MEASURES}

    def add(self, item: Item, sent: Any, there: Any) -> None:
        """Add a thing: what was sent of it, and what was read back; None where nothing was."""
        if item.kind != PRODUCT or item.state == "left":
            return
        nothing = dict.fromkeys(MEASURES, Decimal(0))
        had = self._measured(self.pair.hub_of_source, loads(self.pair.journal.payload(item.seq)))
        went = nothing if sent is None else self._measured(self.pair.hub_of_sent, sent)
        came = nothing if there is None else self._measured(self.pair.hub_of_answered, there)
        can = nothing if sent is None else self._measured(self.pair.hub_of_echo, sent)
        for side, values in zip(self.sums, (had, went, came), strict=True):
            for name, value in values.items():
                self.sums[side][name] += value
        for name in MEASURES:
            if not _equal(had[name], went[name]):
                self._explain(item, name, self._reason(item, name, sent, had[name]))
            if sent is not None and not _equal(went[name], came[name]):
                # what cannot be read back is no difference of the store's
                reason = "not readable" if not _equal(went[name], can[name]) else ""
                reason = "gone" if there is None else reason
                self._explain(item, name, reason)

    @staticmethod
    def _measured(hub: Any, payload: Any) -> dict[str, Decimal]:
        try:
            return measure(hub(payload))
        except CatalensError:
            # one that cannot be read is one all the same
            return {**dict.fromkeys(MEASURES, Decimal(0)), "products": Decimal(1)}

    def _explain(self, item: Item, name: str, reason: str) -> None:
        if reason:
            self.why[name][reason] += 1
        else:
            self.unexplained[name].append(item.source_id)

    def _reason(self, item: Item, name: str, sent: Any, had: Decimal) -> str:
        """Return why less was sent than the source has, or more: in one word."""
        if sent is None:
            return f"{item.state}: {item.code}" if item.code else item.state
        if not had:
            return "default or fill"
        roots = MEASURES[name]
        losses = self.pair.outgoing(item).losses
        codes = {one.code.value for one in losses if set(roots) & self.pair.roots.get(one.rule, set())}
        if codes:
            return ", ".join(sorted(codes))
        kinds = {"categories": "category", "relations": PRODUCT}
        waits = self.pair.journal.waits(item.seq)
        return "left out: unknown id" if any(one.kind == kinds.get(name) for one in waits) else ""

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a measure."""
        return [
            {
                "measure": name,
                **{side: _number(self.sums[side][name]) for side in self.sums},
                "explained": dict(self.why[name]),
                "unexplained": self.unexplained[name],
            }
            for name in MEASURES
        ]


def _equal(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= _EXACT * max(abs(one), abs(other))


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
