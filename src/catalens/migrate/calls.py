"""Calls over HTTP, as a mapping's endpoints say: one store as a side of a migration.

A read is tried again; a write is sent once, and what is known about it afterwards is its outcome. What to do then is
decided elsewhere. Whatever comes out of this module has no secret in it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from catalens.mapping.endpoints import ID, Call, Endpoints, ListCall, Thing, Verb, variables
from catalens.migrate import connections
from catalens.migrate.addresses import is_loopback, origin, store_address
from catalens.migrate.bodies import address, body_of, filled, members, put
from catalens.migrate.exchange import Exchange
from catalens.migrate.expressions import ask, text_of
from catalens.migrate.outcomes import Answer, Outcome, Page, Unreachable
from catalens.migrate.pace import Pace
from catalens.migrate.replies import Judge, Reply, Request
from catalens.migrate.retries import attempts
from catalens.migrate.seals import Seal
from catalens.migrate.secrets import Secrets
from catalens.migrate.variables import missing_variables, values
from catalens.paths import Key, parse

if TYPE_CHECKING:
    import httpx2

__all__ = ["Http", "missing_variables"]

#: seconds for which a call waits where the store asks to be left alone; whoever has to wait longer is told so
PATIENCE: Final = 300.0
#: attempts at reading something
ATTEMPTS: Final = 8


class Http:
    """A store that is called over HTTP: a ``Side``. Safe to be used by several threads.

    ``pace`` is in calls per second, ``reads`` how often something is read before it is unreachable. A client that is
    given stays the giver's own; its redirects and credentials are not used. Raises UsageError for an address or a
    variable that cannot be used.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        url: str,
        *,
        client: httpx2.Client | None = None,
        environment: Mapping[str, str],
        pace: float | None = None,
        concurrency: int = 4,
        timeout: float = 30.0,
        insecure: bool = False,
        reads: int = ATTEMPTS,
        patience: float = PATIENCE,
    ) -> None:
        self._endpoints, self._url = endpoints, store_address(url, insecure)
        self._reads, self._patience = reads, patience
        self._names = values(endpoints, environment)
        self._secrets = Secrets(self._names.values())
        self._pace = Pace(pace)
        self._judge = Judge(endpoints, self._seal(), self._secrets)
        self._owns_client = client is None
        # what goes to this machine goes through nobody's hands
        proxies = not is_loopback(origin(self._url)[1])
        # one more than there are workers, for whoever reads meanwhile
        self._client = client or connections.client(concurrency + 1, timeout, proxies=proxies)
        self._exchange = Exchange(
            self._url,
            endpoints.auth,
            self._names,
            self._secrets,
            self._client,
            self._pace,
            self._judge.is_denied,
            timeout=timeout,
            patience=patience,
            insecure=insecure,
        )
        #: things that were made, and have got no content yet, by kind
        self._blanks: dict[str, list[str]] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"Http({self._secrets.hide(self._url)!r})"

    # -- what there is ------------------------------------------------------------------------------------------

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of things there, those that others refer to first."""
        return self._endpoints.kinds

    @property
    def closed_for(self) -> float:
        """Seconds for which the store asked to be left alone."""
        return self._pace.closed_for

    def can(self, kind: str, verb: Verb) -> bool:
        """Say whether there is a call for it; to look through the list is not ``find``."""
        calls = self._thing(kind).calls(verb) if kind in self._endpoints.things else ()
        return any(call.url is not None for call in calls)

    def id_of(self, kind: str, item: Any) -> str | None:
        """Return the identifier of an item of the list."""
        return text_of(ask(self._thing(kind).id, item))

    def fields(self, kind: str, item: Any) -> dict[str, Any]:
        """Return name and parent of an item whose kind is no product."""
        thing = self._thing(kind)
        parent = _member(item, thing.parent)
        return {
            "name": text_of(_member(item, thing.name)),
            "parent": text_of(parent.get("id") if isinstance(parent, dict) else parent),
        }

    def body_of(self, kind: str, fields: Mapping[str, Any]) -> Any:
        """Return the body that creates such a thing."""
        thing = self._thing(kind)
        body: dict[str, Any] = {}
        for path, value in ((thing.name, fields.get("name")), (thing.parent, fields.get("parent"))):
            if path is not None and value is not None:
                put(body, parse(path), value)
        return body

    def _thing(self, kind: str) -> Thing:
        return self._endpoints.things[kind]

    # -- reading ------------------------------------------------------------------------------------------------

    def pages(self, kind: str, cursor: str | None = None, *, brief: bool = False) -> Iterator[Page]:
        """Read the list, from the beginning or from a page's cursor on. Raises Unreachable.

        ``brief``: items that lack members are taken as they are.
        """
        thing = self._thing(kind)
        call = thing.list_
        if call is None:
            return
        seen = {cursor}
        before: list[Any] = []
        while True:
            items, following = self._page(call, cursor)
            if items and items == before:
                return  # it gives the same page whatever it is asked for
            whole = items if brief or not call.brief else self._whole(kind, items)
            yield Page(tuple(whole), following)
            if following is None:
                return
            if following in seen:
                raise Unreachable(f"{self._shown(call.url)}: the list goes in circles, at {following!r}")
            seen.add(following)
            cursor, before = following, items

    def _page(self, call: ListCall, cursor: str | None) -> tuple[list[Any], str | None]:
        paging = call.page
        query = dict(members(call.query, self._names))
        if paging.size is not None and paging.limit is not None:
            query[paging.size] = paging.limit
        url = self._address(call.url, {})
        if paging.by == "link" and cursor is not None:
            url, query = self._link(cursor), {}
        elif paging.at is not None:
            first = {"number": str(paging.first), "offset": "0"}.get(paging.by)
            at = cursor or first
            query |= {} if at is None else {paging.at: at}
        reply = self._fetch(Request("GET", url, query, reads=True), call.success)
        items = ask(call.items, reply.told)
        if not isinstance(items, list):
            raise Unreachable(f"{self._shown(call.url)}: no list stands at {call.items!r} of the reply")
        return items, self._following(call, cursor, reply, items)

    def _following(self, call: ListCall, cursor: str | None, reply: Reply, items: list[Any]) -> str | None:
        """Return the text from which the next page is read."""
        paging = call.page
        said = None if paging.next is None else text_of(ask(paging.next, reply.told))
        if paging.by == "link":
            link = said if paging.next is not None else reply.following
            return None if link is None else self._without_credentials(urljoin(self._address(call.url, {}), link))
        if paging.next is not None:
            # there is no page 0 behind another one
            return None if paging.by == "none" or (paging.by == "number" and said == "0") else said
        if paging.by == "none" or not items:
            return None
        if paging.by == "offset":
            read = int(cursor or 0) + len(items)
            following = read
        else:
            page = int(cursor or paging.first)
            read = (page - paging.first + 1) * (paging.limit or len(items))
            following = page + 1
        total = None if paging.total is None else text_of(ask(paging.total, reply.told))
        return None if total is not None and total.isdigit() and read >= int(total) else str(following)

    def _link(self, cursor: str) -> str:
        """Return the address that a cursor stands for."""
        for name, value in self._names.items():
            cursor = cursor.replace(f"{{{name}}}", quote(value, safe=""))
        if origin(cursor) != origin(self._url):
            raise Unreachable(f"the list goes on at another host, {origin(cursor)[1]!r}, which gets no credentials")
        return cursor

    def _without_credentials(self, link: str) -> str:
        """Turn a link into a cursor, which is kept: what every call carries anyway is left out, and secrets named."""
        parts = urlsplit(link)
        ours = self._endpoints.auth.query if self._endpoints.auth is not None else {}
        query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in ours]
        cursor = urlunsplit(parts._replace(query=urlencode(query, quote_via=quote)))
        for name, value in self._names.items():
            cursor = cursor.replace(quote(value, safe=""), f"{{{name}}}").replace(quote(value), f"{{{name}}}")
        return self._secrets.hide(cursor)

    def _whole(self, kind: str, items: list[Any]) -> Iterator[Any]:
        """Yield items with all their members; what was deleted meanwhile is left out."""
        for item in items:
            id = self.id_of(kind, item)
            answer = Answer(Outcome.DONE, body=item) if id is None else self.one(kind, id)
            if answer.outcome is Outcome.DONE:
                yield answer.body
            elif answer.outcome is not Outcome.ABSENT:
                raise Unreachable(f"{kind} {id}: {answer.detail}")

    def one(self, kind: str, id: str) -> Answer:
        """Read one thing; the answer's body is the item. Where there is no such call, the outcome is REFUSED."""
        call = self._thing(kind).one
        if call is None:
            return Answer(Outcome.REFUSED, code="no-call", detail=f"there is no call for one {kind}")
        names = {**self._names, ID: id}
        request = Request("GET", self._address(call.url, names), members(call.query, names), reads=True)
        answer, reply = self._read(request, call.success, named=True)
        if answer.outcome is not Outcome.DONE:
            return answer
        item = ask(call.item, reply.told)
        if item is None:
            return replace(answer, outcome=Outcome.ABSENT, body=None, detail="the reply has no such thing")
        return replace(answer, id=id, body=item)

    def find(self, kind: str, key: Mapping[str, str]) -> tuple[Any, ...] | None:
        """Return what the store finds for a natural key; None where it cannot be asked for it. Raises Unreachable.

        What it finds may be more than what was asked for: the key of each item has to be looked at.
        """
        call = self._thing(kind).find
        if call is None or call.url is None or call.items is None or not key.keys() >= set(call.query.values()):
            return None
        query = {parameter: key[part] for parameter, part in call.query.items()}
        reply = self._fetch(Request("GET", self._address(call.url, {}), query, reads=True), None)
        items = ask(call.items, reply.told)
        if items is None:
            return ()
        return tuple(items) if isinstance(items, list) else (items,)

    def _fetch(self, request: Request, success: str | None) -> Reply:
        """Read something that must be there. Raises Unreachable."""
        answer, reply = self._read(request, success)
        if answer.outcome is Outcome.DONE:
            return reply
        raise Unreachable(f"{self._shown(request.url)}: {answer.detail}")

    def _read(self, request: Request, success: str | None, named: bool = False) -> tuple[Answer, Reply]:
        """Read something, several times where it is not known whether the store can."""
        try:
            for attempt in attempts(_retries, self._reads, longest=30.0):
                with attempt:
                    reply = self._exchange.call(request)
                    answer = self._judge.answer(reply, success, named=named)
                    if answer.outcome in (Outcome.UNKNOWN, Outcome.BUSY) and self._is_worth_another(answer):
                        raise _Again(answer, reply)
                    return answer, reply
        except _Again as again:
            return again.answer, again.reply
        raise AssertionError("there is at least one attempt")

    def _is_worth_another(self, answer: Answer) -> bool:
        return not self._pace.is_over and (answer.retry_after or 0.0) <= self._patience

    # -- writing ------------------------------------------------------------------------------------------------

    def create(self, kind: str, payload: Any, intent: str) -> Answer:
        """Create a thing, with all steps that it takes, once; the answer has the new thing's id.

        Where a later step fails, something is there. If it is blank, and the step was certainly not carried out, the
        next thing of this kind gets it; if it is not, the outcome is UNKNOWN, for whoever looks will find it.
        """
        thing = self._thing(kind)
        began = time.monotonic()
        known = spare = self._spare(kind)
        answer = Answer(Outcome.REFUSED, code="no-call", detail=f"there is no call that creates a {kind}")
        is_blank = known is not None
        for index, step in enumerate(thing.steps):
            if spare is not None and any(one.blank for one in thing.steps[index:]):
                continue  # this was done for the thing that is there
            names = self._names if known is None else {**self._names, ID: known}
            mark = intent if len(thing.steps) == 1 else f"{intent}-{index + 1}"
            answer, reply = self._write(step, thing, payload, names, mark, creating=True)
            if answer.outcome is Outcome.DONE and step.id is not None:
                known = text_of(ask(step.id, reply.told))
                if known is None:
                    detail = "the reply does not say which identifier the new thing has"
                    answer = replace(answer, outcome=Outcome.UNKNOWN, code="no-id", detail=detail)
            if answer.outcome is not Outcome.DONE and index and not is_blank:
                answer = replace(answer, outcome=Outcome.UNKNOWN, detail=f"made, but not all of it: {answer.detail}")
            if answer.outcome is not Outcome.DONE:
                known = self._left_over(kind, answer, known)
                break
            is_blank = step.blank
        return replace(answer, id=known, took=time.monotonic() - began)

    def _spare(self, kind: str) -> str | None:
        """Return a thing that was made before and got no content."""
        with self._lock:
            spare = self._blanks.get(kind)
            return spare.pop() if spare else None

    def _left_over(self, kind: str, answer: Answer, known: str | None) -> str | None:
        """Keep a thing that certainly got no content for the next one; return the id of one that may have got it."""
        if known is None or answer.outcome is Outcome.UNKNOWN:
            return known
        if answer.status in (404, 410):
            return None  # somebody has deleted it
        with self._lock:
            self._blanks.setdefault(kind, []).append(known)
        return None

    def update(self, kind: str, id: str, payload: Any, intent: str) -> Answer:
        """Write a thing that is there, once."""
        thing = self._thing(kind)
        if thing.update is None:
            return Answer(Outcome.REFUSED, id, code="no-call", detail=f"there is no call that updates a {kind}")
        names = {**self._names, ID: id}
        answer, _ = self._write(thing.update, thing, payload, names, intent, named=True)
        return replace(answer, id=id)

    def delete(self, kind: str, id: str) -> Answer:
        """Delete a thing, once."""
        call = self._thing(kind).delete
        if call is None:
            return Answer(Outcome.REFUSED, id, code="no-call", detail=f"there is no call that deletes a {kind}")
        answer, _ = self._write(call, None, {}, {**self._names, ID: id}, None, named=True)
        return replace(answer, id=id)

    def _write(
        self,
        call: Call,
        thing: Thing | None,
        payload: Any,
        names: Mapping[str, str],
        intent: str | None,
        creating: bool = False,
        named: bool = False,
    ) -> tuple[Answer, Reply]:
        shared = {} if thing is None else thing.set
        body = None if call.body is None else body_of(payload, call, shared, names)
        mark = self._endpoints.idempotency
        headers = {} if mark is None or intent is None else {mark.header: intent}
        url, query = self._address(call.url, names), members(call.query, names)
        reply = self._exchange.call(Request(call.method, url, query, body, call.body, headers))
        return self._judge.answer(reply, call.success, creating, named), reply

    # -- addresses ----------------------------------------------------------------------------------------------

    def _shown(self, url: str) -> str:
        return self._judge.told(urlsplit(url).path)

    def _address(self, template: str, names: Mapping[str, str]) -> str:
        return self._url + address(template, {**self._names, **names})

    def _seal(self) -> Seal | None:
        """Return what checks replies: their signatures, too, where the variable of the key is set."""
        sealed = self._endpoints.sealed
        if sealed is None:
            return None
        is_set = sealed.key is not None and all(name in self._names for name in variables(sealed.key))
        return Seal(sealed, filled(sealed.key or "", self._names) if is_set else None)

    # -- the end ------------------------------------------------------------------------------------------------

    def end(self) -> None:
        """Make no call any more: whoever waits for his turn is told that nothing was done."""
        self._pace.end()

    def close(self) -> None:
        """Delete what was made and got no content, where there is a call for it, and give back connections."""
        for kind, ids in self._blanks.items():
            while ids and self.can(kind, "delete") and not self._pace.is_over and not self.closed_for:
                self.delete(kind, ids.pop())
        self.end()
        self._exchange.close()
        if self._owns_client:
            self._client.close()


class _Again(Exception):
    """Something could not be read, and may be readable later."""

    def __init__(self, answer: Answer, reply: Reply) -> None:
        super().__init__(answer.code)
        self.answer, self.reply = answer, reply


def _retries(error: Exception) -> bool | float:
    """Say whether to read again; where the store says when, the pace sees to it."""
    if not isinstance(error, _Again):
        return False
    return True if error.answer.retry_after is None else 0.001


def _member(item: Any, path: str | None) -> Any:
    """Return the member at a plain path; None where there is none."""
    for step in parse(path) if path is not None else ():
        item = item.get(step.name) if isinstance(item, dict) and isinstance(step, Key) else None
    return None if path is None else item
