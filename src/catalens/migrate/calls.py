"""Calls over HTTP, as a mapping's endpoints say: one store as a side of a migration.

A read is tried again; a write is sent once, and what is known about it afterwards is its outcome. What to do then is
decided elsewhere. Whatever comes out of this module has no secret in it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from catalens._version import __version__
from catalens.errors import InvalidPayload, UsageError
from catalens.mapping.endpoints import (
    ID,
    TOKEN,
    Call,
    Endpoints,
    ListCall,
    Login,
    Scalar,
    Thing,
    Verb,
    is_environment,
    variables,
)
from catalens.migrate import connections
from catalens.migrate.addresses import is_safe, origin, store_address
from catalens.migrate.bodies import FORM, JSON, address, body_of, filled, form_bytes, json_bytes, members, put
from catalens.migrate.expressions import ask, holds, text_of, texts_of
from catalens.migrate.outcomes import Answer, Outcome, Page, Unreachable
from catalens.migrate.pace import Pace, seconds_of
from catalens.migrate.retries import attempts
from catalens.migrate.seals import Seal
from catalens.migrate.secrets import HidingFilter, Secrets
from catalens.paths import Key, parse
from catalens.payloads import loads

if TYPE_CHECKING:
    import httpx2

LOG: Final = logging.getLogger(__name__)

#: seconds for which a call waits where the store asks to be left alone; whoever has to wait longer is told so
PATIENCE: Final = 300.0
#: attempts at reading something
ATTEMPTS: Final = 8
#: seconds for which nothing is sent after a 429 that does not say for how long
_BREATH: Final = 1.0
_REDIRECTS: Final = 5
#: characters of what a store says that are kept
_TOLD: Final = 400
#: of a token's life, the part at its end in which it is renewed, and how many seconds that is at most
_LAST_PART, _LAST_SECONDS = 0.1, 30.0


@dataclass(frozen=True, slots=True)
class _Request:
    """A call before it has credentials. ``encoding`` None: there is no body."""

    method: str
    url: str
    query: Mapping[str, Scalar] = field(default_factory=dict)
    body: Any = None
    encoding: Literal["json", "form"] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    #: whether it only reads: then it may be redirected
    reads: bool = False


@dataclass(frozen=True, slots=True)
class _Reply:
    """What came back. Where nothing did, ``failure`` says what is known about the call."""

    status: int = 0
    body: Any = None
    #: whether there is something to be asked: JSON, or nothing at all
    is_json: bool = False
    is_empty: bool = False
    failure: Outcome | None = None
    code: str = ""
    detail: str = ""
    retry_after: float | None = None
    #: where the headers say that the next page, or the thing itself, is
    following: str | None = None
    location: str | None = None
    took: float = 0.0

    @property
    def told(self) -> dict[str, Any]:
        """Return what expressions are asked of."""
        return {"status": self.status, "body": self.body}

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


def environment_names(endpoints: Endpoints) -> list[str]:
    """Return the names of the environment variables that endpoints ask for."""
    found = (name for blanks in endpoints.templates() for name in variables(blanks.text) if is_environment(name))
    return list(dict.fromkeys(found))


def missing_variables(endpoints: Endpoints, environment: Mapping[str, str]) -> list[str]:
    """Return the names of the environment variables that have to be set, and are not."""
    needed = [name for one in endpoints.templates() if not one.optional for name in variables(one.text)]
    return [name for name in dict.fromkeys(needed) if is_environment(name) and not environment.get(name)]


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
        self._endpoints, self._url, self._insecure = endpoints, store_address(url, insecure), insecure
        self._names = _values(endpoints, environment)
        self._secrets = Secrets(self._names.values())
        self._timeout, self._attempts, self._patience = timeout, reads, patience
        sealed = endpoints.sealed
        self._seal = None if sealed is None else Seal(sealed, self._seal_key(sealed.key))
        self._pace = Pace(pace)
        self._owns_client = client is None
        # one more than there are workers, for whoever reads meanwhile
        self._client = connections.client(concurrency + 1, timeout, proxies=True) if client is None else client
        login = None if endpoints.auth is None else endpoints.auth.login
        self._login = None if login is None else _Token(self, login)
        #: things that were made, and have got no content yet, by kind
        self._blanks: dict[str, list[str]] = {}
        self._lock = threading.Lock()
        self._filter = HidingFilter(self._secrets)
        self._filter.watch()

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
        reply = self._fetch(_Request("GET", url, query, reads=True), call.success)
        items = ask(call.items, reply.told)
        if not isinstance(items, list):
            raise Unreachable(f"{self._shown(call.url)}: no list stands at {call.items!r} of the reply")
        return items, self._following(call, cursor, reply, items)

    def _following(self, call: ListCall, cursor: str | None, reply: _Reply, items: list[Any]) -> str | None:
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
        request = _Request("GET", self._address(call.url, names), members(call.query, names), reads=True)
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
        reply = self._fetch(_Request("GET", self._address(call.url, {}), query, reads=True), None)
        items = ask(call.items, reply.told)
        if items is None:
            return ()
        return tuple(items) if isinstance(items, list) else (items,)

    def _fetch(self, request: _Request, success: str | None) -> _Reply:
        """Read something that must be there. Raises Unreachable."""
        answer, reply = self._read(request, success)
        if answer.outcome is Outcome.DONE:
            return reply
        raise Unreachable(f"{self._shown(request.url)}: {answer.detail}")

    def _read(self, request: _Request, success: str | None, named: bool = False) -> tuple[Answer, _Reply]:
        """Read something, several times where it is not known whether the store can."""
        try:
            for attempt in attempts(_retries, self._attempts, longest=30.0):
                with attempt:
                    reply = self._call(request)
                    answer = self._judge(reply, success, named=named)
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

        Where a later step fails, the thing is there without content: if the step was certainly not carried out, the
        next thing of this kind gets it; else the answer has its id.
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
            if answer.outcome is not Outcome.DONE:
                known = self._left_over(kind, answer, known if is_blank else None)
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
    ) -> tuple[Answer, _Reply]:
        shared = {} if thing is None else thing.set
        body = None if call.body is None else body_of(payload, call, shared, names)
        mark = self._endpoints.idempotency
        headers = {} if mark is None or intent is None else {mark.header: intent}
        url, query = self._address(call.url, names), members(call.query, names)
        reply = self._call(_Request(call.method, url, query, body, call.body, headers))
        return self._judge(reply, call.success, creating, named), reply

    # -- what a reply means -------------------------------------------------------------------------------------

    def _judge(self, reply: _Reply, success: str | None, creating: bool = False, named: bool = False) -> Answer:
        """Say what is known about a call, now that its reply is there, or will never be."""
        outcome, code, detail = self._outcome(reply, success, creating, named)
        said = self._endpoints
        if not code:
            code = (said.code and text_of(ask(said.code, reply.told))) or str(reply.status)
            detail = (said.error and text_of(ask(said.error, reply.told))) or f"the status is {reply.status}"
        errors = texts_of(ask(said.errors, reply.told)) if said.errors and reply.failure is None else {}
        is_done = outcome is Outcome.DONE
        return Answer(
            outcome,
            body=reply.body,
            status=reply.status or None,
            code=self._told(code),
            detail="" if is_done else self._told(detail),
            errors={} if is_done else {self._told(name): tuple(map(self._told, one)) for name, one in errors.items()},
            retry_after=reply.retry_after,
            took=reply.took,
        )

    def _outcome(self, reply: _Reply, success: str | None, creating: bool, named: bool) -> tuple[Outcome, str, str]:
        """Return outcome, code and detail; the latter empty where the reply says them itself."""
        said, told = self._endpoints, reply.told
        if reply.failure is not None:
            return reply.failure, reply.code, reply.detail
        if reply.status == 429 or (said.busy and reply.is_json and holds(said.busy, told)):
            return Outcome.BUSY, "", ""
        if self._is_denied(reply):
            return Outcome.DENIED, "", ""
        if reply.is_good:
            if not reply.is_json:
                return Outcome.UNKNOWN, "no-json", "the reply is no JSON"
            fault = None if self._seal is None or reply.is_empty else self._seal.fault(told)
            if fault is not None:
                return Outcome.UNKNOWN, "sealed", fault
        if creating and (holds(said.exists, told) if said.exists else reply.status == 409):
            return Outcome.EXISTS, "", ""
        if named and (holds(said.absent, told) if said.absent else reply.status in (404, 410)):
            return Outcome.ABSENT, "", ""
        if reply.is_good:
            wanted = success or said.success
            if wanted is None or reply.status == 204 or holds(wanted, told):
                return Outcome.DONE, "", ""
            return (Outcome.UNKNOWN, "no-json", "the reply is empty") if reply.is_empty else (Outcome.REFUSED, "", "")
        return _by_status(reply)

    def _is_denied(self, reply: _Reply) -> bool:
        denied = self._endpoints.denied
        if reply.failure is not None:
            return reply.failure is Outcome.DENIED
        return holds(denied, reply.told) if denied else reply.status == 401

    def _told(self, text: str) -> str:
        """Return what may be shown of what a store says: one line, without secrets."""
        shown = " ".join(self._secrets.hide(text).split())
        return shown if len(shown) <= _TOLD else shown[: _TOLD - 1] + "…"

    def _shown(self, url: str) -> str:
        return self._told(urlsplit(url).path)

    # -- sending ------------------------------------------------------------------------------------------------

    def _address(self, template: str, names: Mapping[str, str]) -> str:
        return self._url + address(template, {**self._names, **names})

    def _seal_key(self, template: str | None) -> str | None:
        """Return the key that replies are signed with; None where its variable is not set."""
        if template is None or any(name not in self._names for name in variables(template)):
            return None
        return filled(template, self._names)

    def _call(self, request: _Request) -> _Reply:
        """Make one call with our credentials; where they are refused, renew what can be renewed, and repeat it."""
        if self._login is None:
            return self._exchange(request, self._names)
        reply = _Reply()
        for _ in range(2):
            token = self._login.get()
            if isinstance(token, _Reply):
                return token
            reply = self._exchange(request, {**self._names, TOKEN: token})
            if not self._is_denied(reply):
                break
            self._login.forget(token)
        return reply

    def _exchange(self, request: _Request, names: Mapping[str, str]) -> _Reply:
        """Send a request with credentials; follow where a read is sent to."""
        auth = self._endpoints.auth
        headers = {**request.headers}
        query, body = dict(request.query), request.body
        if auth is not None:
            headers |= {name: filled(value, names) for name, value in auth.headers.items()}
            query |= members(auth.query, names)
            if request.encoding == "form":
                body = {**(body or {}), **members(auth.form, names)}
        url = _with_query(request.url, query)
        reply = self._transmit(request.method, url, headers, body, request.encoding)
        for _ in range(_REDIRECTS):
            if not request.reads or reply.location is None:
                return reply
            target = urljoin(url, reply.location)
            fault = self._redirect_fault(target)
            if fault is not None:
                return replace(reply, failure=Outcome.REFUSED, code=str(reply.status), detail=fault)
            # credentials are the store's own; whoever else is asked gets none
            ours = headers if origin(target) == origin(self._url) else {}
            url, reply = target, self._transmit("GET", target, ours, None, None)
        return replace(reply, failure=Outcome.REFUSED, code=str(reply.status), detail="redirected in circles")

    def _log_in(self, login: Login) -> _Reply:
        """Make the call that gives a token."""
        url = self._address(login.url, {})
        if login.form is not None:
            return self._transmit(login.method, url, {}, members(login.form, self._names), "form")
        return self._transmit(login.method, url, {}, members(login.body or {}, self._names), "json")

    def _redirect_fault(self, target: str) -> str | None:
        try:
            host = origin(target)
        except ValueError:
            return "redirected to what is no address"
        if host == origin(self._url):
            return None
        if self._secrets.are_in(target):
            return f"redirected to another host, {host[1]!r}, with our credentials in the address"
        if host[0] not in ("http", "https") or not (self._insecure or is_safe(target)):
            return f"redirected to {host[0]}://{host[1]}, which is not safe"
        return None

    def _transmit(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: Any,
        encoding: Literal["json", "form"] | None,
    ) -> _Reply:
        """Send what is complete, when its time has come; every failure is a reply."""
        import httpx2

        content = None if encoding is None else json_bytes(body) if encoding == "json" else form_bytes(body)
        kind = {} if encoding is None else {"Content-Type": JSON if encoding == "json" else FORM}
        sent = {"Accept": JSON, "User-Agent": f"catalens/{__version__}", **kind, **headers}
        if not self._pace.wait(self._patience):
            return self._not_sent()
        began = time.monotonic()
        try:
            with self._client.stream(
                method, url, content=content, headers=sent, timeout=self._timeout, auth=None, follow_redirects=False
            ) as response:
                reply = self._reply(response, self._content(response, began))
        except httpx2.TransportError as error:
            reply = _failure(error, self._timeout)
        except httpx2.InvalidURL:
            reply = _Reply(failure=Outcome.REFUSED, code="url", detail="no address can be made of it")
        except (httpx2.StreamError, httpx2.DecodingError):
            reply = _Reply(failure=Outcome.UNKNOWN, code="no-json", detail="the reply cannot be read")
        took = time.monotonic() - began
        said = reply.code or str(reply.status)
        LOG.debug("%s %s: %s, %.3f s", method, self._secrets.hide(url), said, took)
        return replace(reply, took=took)

    def _not_sent(self) -> _Reply:
        if self._pace.is_over:
            return _Reply(failure=Outcome.BUSY, code="ended", detail="no more calls are made")
        seconds = self.closed_for
        detail = f"the store asks to be left alone for {seconds:.0f} s"
        return _Reply(failure=Outcome.BUSY, code="429", detail=detail, retry_after=seconds)

    def _content(self, response: httpx2.Response, began: float) -> bytes:
        """Read a reply to its end; the time-out is of the whole, and not of each piece."""
        import httpx2

        pieces = []
        for piece in response.iter_bytes():
            if time.monotonic() - began > self._timeout:
                raise httpx2.ReadTimeout("the reply takes too long")
            pieces.append(piece)
        return b"".join(pieces)

    def _reply(self, response: httpx2.Response, content: bytes) -> _Reply:
        status = response.status_code
        asked = seconds_of(response.headers.get("Retry-After"), response.headers.get("Date"))
        if status == 429 or (status == 503 and asked is not None):
            self._pace.close_for(_BREATH if asked is None else asked)
        body, is_json = None, not content.strip()
        with suppress(InvalidPayload):
            body, is_json = (None, True) if is_json else (loads(content), True)
        following = response.links.get("next", {}).get("url")
        location = response.headers.get("Location") if response.is_redirect else None
        return _Reply(
            status, body, is_json, not content.strip(), retry_after=asked, following=following, location=location
        )

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
        self._filter.leave()
        if self._owns_client:
            self._client.close()


class _Again(Exception):
    """Something could not be read, and may be readable later."""

    def __init__(self, answer: Answer, reply: _Reply) -> None:
        super().__init__(answer.code)
        self.answer, self.reply = answer, reply


def _retries(error: Exception) -> bool | float:
    """Say whether to read again; where the store says when, the pace sees to it."""
    if not isinstance(error, _Again):
        return False
    return True if error.answer.retry_after is None else 0.001


def _by_status(reply: _Reply) -> tuple[Outcome, str, str]:
    """Judge a reply that is neither good nor of a kind that the mapping names."""
    if reply.status in (301, 307, 308):
        return Outcome.REFUSED, str(reply.status), "redirected, and a write is not sent anywhere else"
    if reply.status < 400 or reply.status == 408 or reply.status >= 500:
        return Outcome.UNKNOWN, "", ""
    return Outcome.REFUSED, "", ""


def _failure(error: httpx2.TransportError, timeout: float) -> _Reply:
    """Say what is known of a call that got no reply."""
    import httpx2

    unsent = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
    if isinstance(error, unsent):
        return _Reply(failure=Outcome.BUSY, code="refused", detail=f"no connection: {error}".rstrip(": "))
    if isinstance(error, httpx2.UnsupportedProtocol):
        return _Reply(failure=Outcome.REFUSED, code="url", detail="the address is not one of HTTP")
    if isinstance(error, httpx2.TimeoutException):
        return _Reply(failure=Outcome.UNKNOWN, code="timeout", detail=f"no whole reply within {timeout:g} s")
    return _Reply(failure=Outcome.UNKNOWN, code="reset", detail=f"the connection broke: {error}".rstrip(": "))


def _login_fault(reply: _Reply) -> _Reply:
    """Say what becomes of a call for which there is no token: it is not sent."""
    if reply.failure is None and (
        (reply.is_good and reply.is_json) or (400 <= reply.status < 500 and reply.status != 429)
    ):
        detail = f"the login is refused, with status {reply.status}"
        return replace(reply, failure=Outcome.DENIED, code="login", detail=detail)
    detail = f"there is no login: {reply.detail or f'the status is {reply.status}'}"
    return replace(reply, failure=Outcome.BUSY, code="login", detail=detail)


def _with_query(url: str, query: Mapping[str, Scalar]) -> str:
    if not query:
        return url
    said = {name: str(value).lower() if isinstance(value, bool) else value for name, value in query.items()}
    return url + ("&" if "?" in url else "?") + urlencode(said, quote_via=quote)


def _member(item: Any, path: str | None) -> Any:
    """Return the member at a plain path; None where there is none."""
    for step in parse(path) if path is not None else ():
        item = item.get(step.name) if isinstance(item, dict) and isinstance(step, Key) else None
    return None if path is None else item


def _values(endpoints: Endpoints, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the values of environment variables. Raises UsageError, which names those that are unset or unusable."""
    missing = missing_variables(endpoints, environment)
    if missing:
        raise UsageError(f"set {', '.join(missing)}: the environment has no such variable")
    optional = {name for one in endpoints.templates() if one.optional for name in variables(one.text)}
    found = {name: environment[name] for name in environment_names(endpoints) if environment.get(name)}
    for name, value in found.items():
        if name not in optional and not (value.isprintable() and value.isascii()):
            raise UsageError(f"{name} holds a character that no header can hold; a line break at its end?")
    return found


class _Token:
    """What a login gives, until it ends. One thread at a time logs in."""

    def __init__(self, side: Http, login: Login) -> None:
        self._side, self._login = side, login
        self._lock = threading.Lock()
        self._token: str | None = None
        self._ends = float("inf")

    def get(self) -> str | _Reply:
        """Return a token that is good, or else the reply that says why there is none."""
        with self._lock:
            if self._token is None or time.monotonic() >= self._ends:
                fault = self._renew()
                if fault is not None:
                    return fault
            return self._token or _Reply()

    def forget(self, token: str) -> None:
        """Renew a token at its next use, unless somebody has done so meanwhile."""
        with self._lock:
            if self._token == token:
                self._token = None

    def _renew(self) -> _Reply | None:
        reply = self._side._log_in(self._login)
        token = text_of(ask(self._login.token, reply.told)) if reply.failure is None and reply.is_good else None
        if token is None or not (token.isascii() and token.isprintable()):
            return _login_fault(reply)
        self._side._secrets.add(token)
        lives = float("inf")
        if self._login.seconds is not None:
            with suppress(TypeError, ValueError):
                lives = float(ask(self._login.seconds, reply.told))
        self._token = token
        self._ends = time.monotonic() + lives - min(_LAST_SECONDS, lives * _LAST_PART)
        return None
