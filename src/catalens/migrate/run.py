"""Carry out a plan: intents before calls, outcomes after them, look-ups where nobody knows, links at the end."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from catalens.account.codes import LossCode
from catalens.errors import InvalidPayload
from catalens.migrate.config import Directory, Images
from catalens.migrate.content import put_into
from catalens.migrate.events import (
    About,
    Adopted,
    Again,
    Done,
    Event,
    Held,
    Paused,
    Refused,
    Sent,
    Unknown,
    Waiting,
)
from catalens.migrate.journal import PICTURE, Item, Journal, digest_of
from catalens.migrate.outcomes import Answer, Outcome, Unreachable
from catalens.migrate.pair import PRODUCT, Outgoing, Pair
from catalens.migrate.pictures import Picture, Pictures
from catalens.migrate.plan import may_come, meet
from catalens.migrate.read import Point, found_by_key, look_through
from catalens.migrate.settle import Change, Rules, after_call, after_look_up
from catalens.migrate.update import is_edited, merged, needs_look
from catalens.paths import Pointer
from catalens.payloads import dumps
from catalens.pipeline.fail_on import reaches

#: seconds after which it is asked whether somebody wants the run to end
TICK: Final = 0.2


Does = Literal["send", "look", "find", "fetch"]


#: what becomes of a thing that would be written again, where the target has no call for it
_DONE: Final[Change] = {"state": "done", "attempts": 0, "code": None, "detail": None}
_NO_UPDATE: Final[Change] = {
    "state": "conflict",
    "code": "no-update",
    "detail": "the target has no call to change it",
}


@dataclass(frozen=True, slots=True)
class Task:
    """A call under way."""

    item: Item
    does: Does
    out: Outgoing | None = None
    #: what stands in the target now, where an update rests on it
    there: Any = None
    #: links of pictures, by place
    links: Mapping[Pointer, str] = field(default_factory=dict)
    #: why pictures are lost
    lost: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """Pictures that stand in for their links, and why others do not."""

    links: tuple[Pointer, ...] = ()
    pictures: Mapping[str, str] = field(default_factory=dict)
    lost: str = ""


class Run:
    """One run over a journal. This thread alone writes the journal; calls are made by others."""

    def __init__(
        self,
        pair: Pair,
        journal: Journal,
        point: Point,
        stop: threading.Event,
        directory: Path,
        limit: int | None = None,
        only: Sequence[str] = (),
    ) -> None:
        self.pair, self.journal, self.point, self.stop = pair, journal, point, stop
        config = pair.config
        self.rules = Rules(config.to.settled, config.give_up.attempts, config.to.timeout / 30)
        self.under_way: dict[Future[Any], Task] = {}
        images = config.images or Images()
        own = [urlsplit(config.from_.url or "").hostname or ""]
        self.pictures = Pictures(most=images.most, own=own, private=images.private, timeout=config.to.timeout)
        self.directory = directory
        losses = config.losses
        lost = LossCode.DROPPED_CONTENT
        self.stops_lost = any(reaches(lost, "content", one) for one in losses.stop) and not any(
            lost.matches(one) or one == "content" for one in losses.accept
        )
        #: why the run stops before its end
        self.reason: str | None = None
        #: what failed since something last succeeded, with the attempts made before
        self.row: list[tuple[int, int]] = []
        self.chosen = limit is not None or bool(only)
        self.most = config.to.concurrency
        if self.chosen:
            self._choose(limit, only)

    def _choose(self, limit: int | None, only: Sequence[str]) -> None:
        """Confine the run to some things of the last kind, and to what they refer to."""
        last = self.pair.kinds[-1]
        items = self.journal.all(None if only else last, ["ready", "unknown", "sending", "waiting"])
        picked = [one.seq for one in items if not only or one.source_id in only]
        self.journal.choose(self.journal.wanted(picked[:limit]))

    # -- the loop -------------------------------------------------------------------------------------------------

    def events(self) -> Iterator[Event]:
        """Do what is planned, and tell it."""
        with self.journal.transaction():
            self.journal.recover(0.0 if self.pair.derived else self.rules.settle, repeat=self.pair.derived)
        with ThreadPoolExecutor(self.most, "call") as pool:
            while True:
                if self._stops():
                    # whoever waits for his turn need not
                    getattr(self.pair.target, "end", _nothing)()
                else:
                    yield from self._begin(pool)
                if self.under_way:
                    done, _ = wait(self.under_way, timeout=TICK, return_when=FIRST_COMPLETED)
                    closed: float = getattr(self.pair.target, "closed_for", 0.0)
                    if closed and not done:
                        yield Paused(closed, "Retry-After")
                    yield from self._end([(self.under_way.pop(one), one) for one in done])
                    continue
                if self._stops():
                    break
                more = yield from self._idle()
                if not more:
                    break
        self.pictures.close()
        if self.stop.is_set() and self.reason is None:
            self.reason = "interrupted"

    def _stops(self) -> bool:
        return self.stop.is_set() or self.reason is not None

    def _idle(self) -> Generator[Event, None, bool]:
        """Do what is left when nothing is under way; return whether there is more to do."""
        unknown = self.journal.unknown(self.chosen)
        due = self.journal.next_due(["ready"], self.chosen)
        now = time.time()
        if due is not None and due[0] <= now:
            return True
        wakes = [] if due is None else [due[0]]
        if unknown:
            last = max(one.due for one in unknown)
            if last <= now:
                yield from self._look_through(unknown)
                return True
            # a look through the whole list is made once, when nothing can come any more
            wakes.append(min(one.due for one in unknown) if self._asks(unknown[0].kind) else last)
        if not wakes:
            return self._release()
        seconds = min(wakes) - now
        yield Paused(seconds, "calls without an answer may still be carried out" if unknown else "a pause")
        self.stop.wait(min(seconds, max(TICK, 1.0)))
        return True

    def _release(self) -> bool:
        """Begin the second pass; tell whether there is anything in it."""
        with self.journal.transaction():
            linked, _ = self.journal.release(self.pair.kinds)
            linked += self.journal.learn()
        return linked > 0 and self.journal.next_due(["ready"], self.chosen) is not None

    # -- before calls ---------------------------------------------------------------------------------------------

    def _begin(self, pool: ThreadPoolExecutor) -> Iterator[Event]:
        """Begin as many calls as may be made at once."""
        free = self.most - len(self.under_way)
        if free <= 0:
            return
        begun: list[Task] = []
        found: list[Event] = []
        busy = {task.item.seq for task in self.under_way.values()}
        items = self._next(free, busy)
        if not items:
            return
        self.point("I before")
        with self.journal.transaction():
            for item, does in items:
                if does == "send":
                    ended = self._prepare(item, None)
                    if isinstance(ended, Event):
                        found.append(ended)
                        continue
                    begun.append(ended)
                else:
                    begun.append(Task(item, does))
        self.point("I after")
        yield from found
        for task in begun:
            if task.does == "send":
                yield Sent(task.item.kind, task.item.source_id, task.item.step)
            self._submit(pool, task)

    def _submit(self, pool: ThreadPoolExecutor, task: Task) -> None:
        self.pool = pool
        self.under_way[pool.submit(self._call, task)] = task

    def _next(self, free: int, busy: set[int]) -> list[tuple[Item, Does]]:
        """Choose what to do next: look-ups, creates kind by kind, then updates, then links."""
        found: list[tuple[Item, Does]] = []
        for item in self.journal.unknown(self.chosen, due=True):
            if item.seq not in busy and self._asks(item.kind):
                found.append((item, "find"))
        for step in ("create", "update", "link"):
            for kind in self.pair.kinds:
                if len(found) >= free:
                    return found[:free]
                plain = kind != PRODUCT and step == "create"
                items = self.journal.ready(kind, step, free + len(busy), chosen=self.chosen, first=plain)
                sending = any(one.item.kind == kind and one.item.step == step for one in self.under_way.values())
                if plain and not items and not sending:
                    # parents that refer to one another: one of them begins
                    items = self.journal.ready(kind, step, 1, chosen=self.chosen)
                found += [(one, "look" if self._must_look(one) else "send") for one in items if one.seq not in busy]
                if plain and (items or sending):
                    return found[:free]
        return found[:free]

    def _asks(self, kind: str) -> bool:
        """Tell whether the target can be asked for one key at a time."""
        return self.pair.target.can(kind, "find")

    def _must_look(self, item: Item) -> bool:
        """Tell whether an update rests on what stands in the target now."""
        if item.step != "update" or item.target_id is None or not self.pair.target.can(item.kind, "one"):
            return False
        first = item.origin == "before" and self.journal.before(item.kind, item.target_id) is None
        asks = self.pair.config.when_exists != "update" and self.journal.sent(item.seq) is not None
        return first or asks or (item.kind == PRODUCT and needs_look(self.pair.creating.target))

    def _prepare(self, item: Item, there: Any, fetched: Fetched | None = None) -> Task | Event:
        """Make what is to be sent, and say in the journal that it will be; or say why it will not."""
        found = fetched or Fetched()
        try:
            out = self.pair.outgoing(item, found.links, found.pictures)
        except InvalidPayload as error:
            return self._put(item, {"state": "rejected", "code": "invalid", "detail": str(error).splitlines()[0]})
        lacking = [] if item.step != "create" else list(out.missing)
        if lacking:
            detail = "; ".join(f"{at}: {why}" for at, why in lacking)
            return self._put(item, {"state": "held", "code": "missing", "detail": detail})
        links = {} if fetched is not None else self.pair.links(item, out)
        if links:
            return Task(item, "fetch", there=there, links=links)
        if found.lost and self.stops_lost:
            return self._put(item, {"state": "held", "code": PICTURE, "detail": found.lost})
        payload = out.payload
        before = self.journal.sent(item.seq)
        if there is not None and item.kind == PRODUCT:
            payload = merged(payload, self.pair.written(there), before, self.pair.creating.target)
        kept = self.pair.kept(item.kind, payload)
        is_same = before is not None and digest_of(dumps(before)) == digest_of(dumps(kept))
        if item.step != "create" and not self.pair.derived and not self.pair.target.can(item.kind, "update"):
            return self._put(item, _DONE if is_same else _NO_UPDATE)
        intent = item.intent if is_same and item.intent else uuid.uuid4().hex
        self.journal.intend(item.seq, intent, kept, out.key, out.sidecar)
        self.journal.set_waits(item.seq, out.waits)
        sent = Outgoing(payload, out.waits, key=out.key)
        return Task(replace(item, intent=intent), "send", sent, lost=found.lost)

    def _call(self, task: Task) -> Any:
        """Make a call; not in the thread that owns the journal."""
        item, target = task.item, self.pair.target
        match task.does:
            case "find":
                return found_by_key(self.pair, item.kind, item.key or "")
            case "fetch":
                return {link: self.pictures.fetch(link) for link in dict.fromkeys(task.links.values())}
            case "look":
                return target.one(item.kind, item.target_id or "")
            case _:
                assert task.out is not None
                self.point("send")
                if item.step == "create":
                    answer = target.create(item.kind, task.out.payload, item.intent or "")
                else:
                    answer = target.update(item.kind, item.target_id or "", task.out.payload, item.intent or "")
                self.point("answer")
                return answer

    # -- after calls ----------------------------------------------------------------------------------------------

    def _end(self, ended: list[tuple[Task, Future[Any]]]) -> Iterator[Event]:
        """Take in what came of calls."""
        results: list[tuple[Task, Any]] = []
        for task, future in ended:
            try:
                results.append((task, future.result()))
            except Unreachable as error:
                self.reason = self.reason or str(error)
        if not results:
            return
        events: list[Event] = []
        again: list[Task] = []
        self.point("O before")
        with self.journal.transaction():
            for task, result in results:
                if task.does == "find":
                    events.append(self._looked_up(task.item, result))
                elif task.does == "look":
                    found = self._looked(task.item, result)
                    again.append(found) if isinstance(found, Task) else events.append(found)
                elif task.does == "fetch":
                    found = self._prepare(task.item, task.there, self._fetched(task, result))
                    again.append(found) if isinstance(found, Task) else events.append(found)
                else:
                    events.append(self._answered(task, result))
        self.point("O after")
        for task in again:
            events.append(Sent(task.item.kind, task.item.source_id, task.item.step))
            self._submit(self.pool, task)
        yield from events

    def _answered(self, task: Task, answer: Answer) -> Event:
        item, out = task.item, task.out
        assert out is not None
        self.journal.add_call(item.seq, item.step, answer.took, answer.status, answer.outcome.value, answer.code)
        self._count(item, answer)
        pending = any(may_come(self.pair, one) for one in out.waits) and item.step != "link"
        change = after_call(item, answer, pending, time.time(), self.rules, self.pair.derived)
        if task.lost and change["state"] in ("done", "waiting"):
            change |= {"code": PICTURE, "detail": task.lost}
        id = change.get("target_id")
        if id is not None and self.journal.is_taken(item.kind, id, item.seq):
            detail = f"the target says that it made {id}, which is another thing already"
            change = {"state": "conflict", "code": "taken", "detail": detail}
        return self._put(item, change)

    def _count(self, item: Item, answer: Answer) -> None:
        """Stop where credentials are refused, or where nothing succeeds any more; no attempt is used up by that."""
        if answer.outcome is Outcome.DENIED:
            self.reason = self.reason or f"the target refuses our credentials: {answer.detail or answer.code}"
        if answer.outcome not in (Outcome.BUSY, Outcome.UNKNOWN):
            self.row.clear()
            return
        self.row.append((item.seq, item.attempts))
        if len(self.row) >= self.pair.config.give_up.in_a_row and self.reason is None:
            self.reason = f"{len(self.row)} calls failed one after the other, the last with {answer.code}"

    def give_back(self) -> None:
        """Take attempts back that a target used up which was gone."""
        if self.reason is not None:
            with self.journal.transaction():
                for seq, attempts in reversed(self.row):
                    self.journal.set(seq, attempts=attempts)

    def _fetched(self, task: Task, result: Mapping[str, Picture]) -> Fetched:
        """Take in pictures; those that cannot be had are no reason to leave a product behind."""
        images = self.pair.config.images
        assert images is not None
        found = {link: one.uri for link, one in result.items() if one.uri is not None}
        if isinstance(images.as_, Directory):
            found = {
                link: put_into(self.directory / images.as_.directory, images.as_.url, uri)
                for link, uri in found.items()
            }
        lost = [f"{one.link}: {one.detail}" for one in result.values() if one.uri is None]
        return Fetched(tuple(task.links), found, "; ".join(lost))

    def _looked(self, item: Item, answer: Answer) -> Task | Event:
        """Take in what stands in the target before it is updated."""
        if answer.outcome is not Outcome.DONE:
            self.journal.add_call(item.seq, "one", answer.took, answer.status, answer.outcome.value, answer.code)
            self._count(item, answer)
            return self._put(item, after_call(item, answer, False, time.time(), self.rules))
        assert item.target_id is not None
        sent = self.journal.sent(item.seq)
        if sent is not None and self.pair.config.when_exists != "update" and is_edited(self.pair, sent, answer.body):
            detail = "it was edited in the target since we sent it"
            return self._put(item, {"state": "conflict", "code": "edited", "detail": detail})
        if item.origin == "before":
            self.journal.keep_before(item.kind, item.target_id, answer.body)
        return self._prepare(item, answer.body)

    def _looked_up(self, item: Item, found: list[str] | None) -> Event:
        """Take in what was found of a create without an answer."""
        if found is not None:
            ours = [one for one in found if not self.journal.is_taken(item.kind, one, item.seq)]
            stood = [one for one in ours if self.journal.stood_before(item.kind, one)]
            if stood and len(ours) == 1:
                meet(self.pair, item, ours)
                return self._event(self.journal.item(item.seq))
            found = ours
        return self._put(item, after_look_up(item, found, time.time(), self.rules))

    def _look_through(self, unknown: list[Item]) -> Iterator[Event]:
        """Look creates without an answer up in the whole list of the target."""
        for kind in dict.fromkeys(one.kind for one in unknown):
            asked = [one for one in unknown if one.kind == kind]
            found: dict[str, list[str]] = {one.key or "": [] for one in asked}
            try:
                if self.pair.target.can(kind, "list"):
                    for id, key, _ in look_through(self.pair, kind):
                        if key in found:
                            found[key].append(id)
                else:
                    found = {}
            except Unreachable as error:
                self.reason = str(error)
                return
            self.point("O before")
            with self.journal.transaction():
                events = [self._looked_up(one, found.get(one.key or "")) for one in asked]
            self.point("O after")
            yield from events

    def _put(self, item: Item, change: Change) -> Event:
        self.journal.set(item.seq, **change)
        return self._event(self.journal.item(item.seq))

    def _event(self, item: Item) -> Event:
        """Say what became of an item."""
        about = (item.kind, item.source_id, item.step)
        code, detail = item.code or "", item.detail or ""
        found: About
        match item.state:
            case "done" | "left":
                found = Done(*about, item.target_id)
            case "waiting":
                found = (Adopted if item.origin == "adopted" else Waiting)(*about, item.target_id)
            case "ready":
                found = Again(*about, code, max(0.0, item.due - time.time()))
            case "unknown":
                found = Unknown(*about, code, detail)
            case "held":
                found = Held(*about, code, detail)
            case state:
                found = Refused(*about, state, code, detail)
        return found


def _nothing() -> None:
    """There is nobody who waits."""
