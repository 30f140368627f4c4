"""The plan: what will happen to each thing, and what will not, before anything is written."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from catalens.account.codes import SEVERITIES, LossCode, Severity
from catalens.account.compact import Loss
from catalens.errors import CatalensError, InvalidPayload
from catalens.migrate.journal import OPEN, Item, Journal, Wait
from catalens.migrate.pair import PRODUCT, Outgoing, Pair
from catalens.migrate.read import NO_ID, Point, found_by_key
from catalens.paths import pointer_text
from catalens.payloads import loads
from catalens.pipeline.fail_on import reaches

#: what is planned for an item, by step and state
_WORDS = {
    ("create", "ready"): "create",
    ("link", "ready"): "link",
    ("update", "ready"): "update",
}

EXACTLY = "exactly once"
AT_LEAST = "at least once"


class StalePlan(CatalensError):
    """Config, mappings or source are no longer what was planned."""


@dataclass(frozen=True)
class Plan:
    """What will happen."""

    #: kind -> what will happen -> how many
    counts: dict[str, dict[str, int]]
    #: reason -> how many are held back or rejected for it
    held: dict[str, int]
    #: one row a rule: kind, code, rule, severity (the worst of its losses), count, example
    losses: list[dict[str, Any]]
    #: references that wait for something, and that nothing will resolve
    waits: dict[str, int]
    #: links to pictures that are fetched
    pictures: int
    guarantee: str
    #: calls that write, and how long they take at the pace that was given; None without a pace
    calls: int
    seconds: float | None
    digest: str
    #: environment variables that are not set
    variables: list[str] = field(default_factory=list)
    #: what can only be undone by hand
    by_hand: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return asdict(self)


def digest(pair: Pair) -> str:
    """Return the digest of all that a plan rests on: config, mappings, and the source as it was read."""
    return hashlib.sha256(f"{recipe(pair)} {pair.journal.snapshot()}".encode()).hexdigest()[:16]


def recipe(pair: Pair) -> str:
    """Return the digest of config and mappings."""
    text = pair.config.digest().encode()
    for side in (pair.config.from_, pair.config.to):
        text += pair.formats.path(side.format.partition("/")[0]).read_bytes()
    return hashlib.sha256(text).hexdigest()[:16]


class Planner:
    """Decides what will happen to each thing."""

    def __init__(self, pair: Pair, journal: Journal, point: Point) -> None:
        self.pair, self.journal, self.point = pair, journal, point
        self.losses: Counter[tuple[str, str, str]] = Counter()
        self.pictures = 0
        self.examples: dict[tuple[str, str, str], str] = {}
        self.severities: dict[tuple[str, str, str], Severity] = {}
        config = pair.config.losses
        self.stop, self.accept = config.stop, config.accept

    def translate(self) -> None:
        """Translate everything once: for keys, losses, and references that will wait."""
        for item in (item for kind in self.pair.kinds for item in self._in_order(kind)):
            try:
                out, pictures = self.pair.planned(item)
            except InvalidPayload as error:
                if item.state == "ready":
                    self._end(item, "rejected", "invalid", str(error).splitlines()[0])
                continue
            self._count(item, self._lasting(out))
            self.pictures += pictures
            if item.state != "ready":
                continue
            self.journal.set(item.seq, key=out.key, **self._redirect(item, out))
            self.journal.set_waits(item.seq, out.waits)
            reason = self._reason(item, out)
            if reason is not None:
                self._end(item, "held", *reason)
        self.journal.set_losses((*key, count, self.examples[key]) for key, count in self.losses.items())

    def decide(self) -> None:
        """Hold what would not be found again, and say of what stands in the target what becomes of it."""
        for kind in self.pair.kinds:
            twice = {key: self.journal.with_key(kind, key) for key in self.journal.all_keys_twice(kind)}
            for item in self._in_order(kind, ["ready"]):
                self._decide(item, twice)

    def _decide(self, item: Item, twice: dict[str, list[Item]]) -> None:
        given = self.journal.get(item.kind, item.source_id) if not self.pair.derived else None
        if item.target_id is None and self.journal.is_given(item.kind, item.source_id):
            self.journal.set(
                item.seq, state="left", origin="given", code="given", detail=f"it is {given}, as ids says"
            )
            return
        if item.key is not None and item.kind != PRODUCT:
            # a parent that stood there before is known by now
            key = self.pair.outgoing(item).key
            self.journal.set(item.seq, key=key)
            item = self.journal.item(item.seq)
        if item.key in twice:
            others = ", ".join(repr(one.source_id) for one in twice[item.key] if one.seq != item.seq)
            self._end(item, "held", "key-twice", f"{item.key} is the key of {others}, too")
        elif item.target_id is None and not self.pair.derived and item.key is not None:
            self._meet(item, item.key)
        elif item.origin == "before" and self.pair.config.when_exists == "leave":
            self.journal.set(item.seq, state="left", code="exists", detail="it stood in the target before")

    def _meet(self, item: Item, key: str) -> None:
        """Say what becomes of a thing whose key stands in the target."""
        there = self.journal.in_baseline(item.kind, key)
        if not there and not self.pair.target.can(item.kind, "list"):
            there = found_by_key(self.pair, item.kind, key) or []
            for id in there:
                self.journal.add_baseline(item.kind, id, key, again=False)
        if there:
            meet(self.pair, item, there)

    def _in_order(self, kind: str, states: Sequence[str] = ()) -> Iterator[Item]:
        if kind != PRODUCT:
            yield from parents_first(self.pair, self.journal.all(kind, states))
            return
        for some in self.journal.walk(kind, states):
            yield from some

    def _count(self, item: Item, losses: Iterable[Loss]) -> None:
        for one in losses:
            key = (item.kind, one.code.value, one.rule)
            self.losses[key] += 1
            self.examples.setdefault(key, f"{item.source_id}{pointer_text(one.pointer)}")
            self.severities[key] = min(one.severity, self.severities.get(key, one.severity), key=SEVERITIES.index)

    def _lasting(self, out: Outgoing) -> list[Loss]:
        """Return what is lost for good: a reference that comes later is no loss."""
        later = sum(may_come(self.pair, one) for one in out.waits)
        left_out = [one for one in out.losses if one.code == LossCode.DROPPED_UNKNOWN_ID]
        return [one for one in out.losses if one.code != LossCode.DROPPED_UNKNOWN_ID] + left_out[later:]

    def _reason(self, item: Item, out: Outgoing) -> tuple[str, str] | None:
        """Return why a thing is held back: a code, and a sentence."""
        if item.source_id.startswith(NO_ID):
            return "no-id", "the source gives it no identifier"
        lacking = [(at, why) for at, why in out.missing if not self._comes(at, out.waits)]
        if lacking:
            return "missing", "; ".join(f"{at}: {why}" for at, why in lacking)
        if out.key is None and not self.pair.derived:
            return "no-key", f"it has none of {', '.join(self.pair.config.match)}, so it could not be found again"
        stopped = sorted({one.code.value for one in self._lasting(out) if self._stops(one)})
        if stopped:
            return "loss", f"it would lose: {', '.join(stopped)}"
        return None

    def _comes(self, at: str, waits: Iterable[Wait]) -> bool:
        """Tell whether a reference that will be known later fills what is missing."""
        return any(f"{one.pointer}/".startswith(f"{at}/") and may_come(self.pair, one) for one in waits)

    def _stops(self, loss: Loss) -> bool:
        accepted = any(loss.code.matches(one) or loss.severity == one for one in self.accept)
        return not accepted and any(reaches(loss.code, loss.severity, one) for one in self.stop)

    def _redirect(self, item: Item, out: Outgoing) -> dict[str, str | None]:
        config = self.pair.config.redirects
        if config is None or item.kind != PRODUCT:
            return {}
        was = self.pair.hub_of_source(loads(self.journal.payload(item.seq)))
        now = self.pair.hub_of_sent(out.payload)
        old, new = ({name: str(one.get(name) or "") for name in ("url", "handle", "sku", "id")} for one in (was, now))
        return {"old_url": filled(config.from_, old), "new_url": filled(config.to, {**old, **_there(new)})}

    def _end(self, item: Item, state: str, code: str, detail: str) -> None:
        self.journal.set(item.seq, state=state, code=code, detail=detail)

    def plan(self, variables: list[str]) -> Plan:
        """Say what was decided."""
        counts: dict[str, dict[str, int]] = {kind: {} for kind in self.pair.kinds}
        for kind, step, state, count in self.journal.counts():
            word = _WORDS.get((step, state), state)
            counts.setdefault(kind, {})[word] = counts.get(kind, {}).get(word, 0) + count
        later, never = self.journal.count_waits(() if self.pair.derived else self.pair.kinds)
        writes = sum(count for each in counts.values() for word, count in each.items() if word in _WORDS.values())
        calls = writes + later
        pace = self.pair.config.to.pace
        return Plan(
            counts=counts,
            held=self.journal.reasons(),
            losses=[
                {
                    "kind": kind,
                    "code": code,
                    "rule": rule,
                    "severity": self.severities[kind, code, rule],
                    "count": count,
                    "example": example,
                }
                for kind, code, rule, count, example in self.journal.losses()
            ],
            waits={"resolved later": later, "never resolved": never},
            guarantee=guarantee(self.pair),
            pictures=self.pictures,
            calls=calls,
            seconds=None if pace is None else calls / pace,
            digest=digest(self.pair),
            variables=variables,
            by_hand=[
                kind for kind in self.pair.kinds if not self.pair.derived and not self.pair.target.can(kind, "delete")
            ],
        )


def may_come(pair: Pair, wait: Wait) -> bool:
    """Tell whether a reference that was left out may be known later."""
    if wait.kind not in pair.kinds or pair.derived:
        return False
    item = pair.journal.of_source(wait.kind, wait.source_id)
    return item is not None and (item.state in OPEN or item.target_id is not None)


def meet(pair: Pair, item: Item, there: list[str]) -> str:
    """Say what becomes of a thing of the source whose key stood in the target before; return its state."""
    ids = ", ".join(there)
    taken = len(there) == 1 and pair.journal.is_taken(item.kind, there[0], item.seq)
    if len(there) > 1 or taken:
        why = "is another thing already" if taken else "have its key"
        pair.journal.set(item.seq, state="conflict", code="several", detail=f"{ids} in the target {why}")
        return "conflict"
    found = {"target_id": there[0], "origin": "before"}
    match pair.config.when_exists:
        case "update":
            pair.journal.set(item.seq, step="update", state="ready", attempts=0, due=0.0, **found)
            return "ready"
        case "leave":
            said = {"code": "exists", "detail": "it stood in the target before"}
            pair.journal.set(item.seq, state="left", **found, **said)
            return "left"
        case _:
            said = {"code": "exists", "detail": f"{ids} in the target has its key"}
            pair.journal.set(item.seq, state="held", **said)
            return "held"


def guarantee(pair: Pair) -> str:
    """Say how often a thing of the source can become one of the target, and on which conditions."""
    if pair.derived:
        return f"{EXACTLY}: the file is written from the journal"
    blind = [kind for kind in pair.kinds if not pair.target.can(kind, "list") and not pair.target.can(kind, "find")]
    if blind:
        return f"{AT_LEAST}: the target cannot be asked for what it has of {', '.join(blind)}"
    seconds = f"{pair.config.to.settled:g} s"
    return f"{EXACTLY}, where no call is carried out later than {seconds} (settle) after it was given up"


def parents_first(pair: Pair, items: list[Item]) -> list[Item]:
    """Put things that refer to their own kind after their parents; in a cycle somebody begins."""
    known = {one.source_id: one for one in items}
    placed: dict[str, Item] = {}
    for one in items:
        line, at = [], one.source_id
        while at in known and at not in placed and known[at] not in line:
            line.append(known[at])
            at = pair.parent_of(known[at]) or ""
        placed.update({item.source_id: item for item in reversed(line)})
    return list(placed.values())


def filled(template: str, values: dict[str, str]) -> str | None:
    """Put values into an address; None where one of them is not known."""
    for name, value in values.items():
        if f"{{{name}}}" in template:
            if not value:
                return None
            template = template.replace(f"{{{name}}}", value)
    return template


def _there(values: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}
