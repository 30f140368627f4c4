"""Requests out and replies in: with credentials, at a pace, once. Nothing else sends anything to a store."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

from catalens._version import __version__
from catalens.errors import InvalidPayload
from catalens.mapping.endpoints import TOKEN, Auth, Login, Scalar
from catalens.migrate.addresses import is_loopback, is_safe, origin
from catalens.migrate.bodies import FORM, JSON, address, filled, form_bytes, json_bytes, members
from catalens.migrate.expressions import ask, text_of
from catalens.migrate.outcomes import Outcome
from catalens.migrate.pace import Pace, seconds_of
from catalens.migrate.replies import Encoding, Reply, Request
from catalens.migrate.secrets import HidingFilter, Secrets
from catalens.payloads import loads

if TYPE_CHECKING:
    import httpx2

LOG: Final = logging.getLogger(__name__)

#: seconds for which nothing is sent after a 429 that does not say for how long
_BREATH: Final = 1.0
_REDIRECTS: Final = 5
#: bytes of a reply, unpacked: a page of some hundred products with their texts has a hundredth of it
MOST_BYTES = 64 * 1024 * 1024
#: of a token's life, the part at its end in which it is renewed, and how many seconds that is at most
_LAST_PART, _LAST_SECONDS = 0.1, 30.0


class Exchange:
    """The way to one store and back. Every failure is a reply; no exception of the library gets out."""

    def __init__(
        self,
        url: str,
        auth: Auth | None,
        names: Mapping[str, str],
        secrets: Secrets,
        client: httpx2.Client,
        pace: Pace,
        is_denied: Callable[[Reply], bool],
        *,
        timeout: float,
        patience: float,
        insecure: bool,
    ) -> None:
        self._url, self._auth, self._names, self._secrets = url, auth, names, secrets
        self._client, self._pace, self._is_denied = client, pace, is_denied
        self._timeout, self._patience, self._insecure = timeout, patience, insecure
        self._login = None if auth is None or auth.login is None else _Token(self, auth.login, secrets)
        self._filter = HidingFilter(secrets)
        self._filter.watch()

    def close(self) -> None:
        """Look no longer at what the library logs."""
        self._filter.leave()

    def call(self, request: Request) -> Reply:
        """Make one call with our credentials; where they are refused, renew what can be renewed, and repeat it."""
        if self._login is None:
            return self._send(request, self._names)
        reply = Reply()
        for _ in range(2):
            token = self._login.get()
            if isinstance(token, Reply):
                return token
            reply = self._send(request, {**self._names, TOKEN: token})
            if not self._is_denied(reply):
                break
            self._login.forget(token)
        return reply

    def _send(self, request: Request, names: Mapping[str, str]) -> Reply:
        """Send a request with credentials; follow where a read is sent to."""
        auth = self._auth
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
            # credentials are for the store; whoever else is asked gets none
            is_ours = origin(target) == origin(self._url)
            url = _with_query(target, {} if auth is None or not is_ours else members(auth.query, names))
            reply = self._transmit("GET", url, headers if is_ours else {}, None, None)
        return replace(reply, failure=Outcome.REFUSED, code=str(reply.status), detail="redirected in circles")

    def log_in(self, login: Login) -> Reply:
        """Make the call that gives a token."""
        url = self._url + address(login.url, self._names)
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
        # a store elsewhere has no business on this machine
        leads_in = is_loopback(host[1]) and not is_loopback(origin(self._url)[1])
        if host[0] not in ("http", "https") or leads_in or not (self._insecure or is_safe(target)):
            return f"redirected to {host[0]}://{host[1]}, which is not safe"
        return None

    def _transmit(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: Any,
        encoding: Encoding | None,
    ) -> Reply:
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
            reply = Reply(failure=Outcome.REFUSED, code="url", detail="no address can be made of it")
        except (httpx2.StreamError, httpx2.DecodingError):
            reply = Reply(failure=Outcome.UNKNOWN, code="no-json", detail="the reply cannot be read")
        except _TooLong:
            # as with every reply that is not understood, what was asked for may have been done
            reply = Reply(failure=Outcome.UNKNOWN, code="too-long", detail=f"the reply has over {MOST_BYTES:,} bytes")
        took = time.monotonic() - began
        said = reply.code or str(reply.status)
        LOG.debug("%s %s: %s, %.3f s", method, self._secrets.hide(url), said, took)
        return replace(reply, took=took)

    def _not_sent(self) -> Reply:
        if self._pace.is_over:
            return Reply(failure=Outcome.BUSY, code="ended", detail="no more calls are made")
        seconds = self._pace.closed_for
        detail = f"the store asks to be left alone for {seconds:.0f} s"
        return Reply(failure=Outcome.BUSY, code="429", detail=detail, retry_after=seconds)

    def _content(self, response: httpx2.Response, began: float) -> bytes:
        """Read a reply to its end; the time-out is of the whole, and not of each piece."""
        import httpx2

        content = bytearray()
        for piece in response.iter_bytes():
            if time.monotonic() - began > self._timeout:
                raise httpx2.ReadTimeout("the reply takes too long")
            content += piece
            if len(content) > MOST_BYTES:
                raise _TooLong
        return bytes(content)

    def _reply(self, response: httpx2.Response, content: bytes) -> Reply:
        status = response.status_code
        asked = seconds_of(response.headers.get("Retry-After"), response.headers.get("Date"))
        if status == 429 or (status == 503 and asked is not None):
            self._pace.close_for(_BREATH if asked is None else asked)
        body, is_json = None, not content.strip()
        with suppress(InvalidPayload):
            body, is_json = (None, True) if is_json else (loads(content), True)
        following = response.links.get("next", {}).get("url")
        location = response.headers.get("Location") if response.is_redirect else None
        return Reply(
            status, body, is_json, not content.strip(), retry_after=asked, following=following, location=location
        )


class _TooLong(Exception):
    """A reply has more bytes than any page of things."""


class _Token:
    """What a login gives, until it ends. One thread at a time logs in."""

    def __init__(self, exchange: Exchange, login: Login, secrets: Secrets) -> None:
        self._exchange, self._login, self._secrets = exchange, login, secrets
        self._lock = threading.Lock()
        self._token: str | None = None
        self._ends = float("inf")

    def get(self) -> str | Reply:
        """Return a token that is good, or else the reply that says why there is none."""
        with self._lock:
            if self._token is None or time.monotonic() >= self._ends:
                fault = self._renew()
                if fault is not None:
                    return fault
            return self._token or Reply()

    def forget(self, token: str) -> None:
        """Renew a token at its next use, unless somebody has done so meanwhile."""
        with self._lock:
            if self._token == token:
                self._token = None

    def _renew(self) -> Reply | None:
        reply = self._exchange.log_in(self._login)
        token = text_of(ask(self._login.token, reply.told)) if reply.failure is None and reply.is_good else None
        if token is None or not (token.isascii() and token.isprintable()):
            return _login_fault(reply)
        self._secrets.add(token)
        lives = float("inf")
        if self._login.seconds is not None:
            with suppress(TypeError, ValueError):
                lives = float(ask(self._login.seconds, reply.told))
        self._token = token
        self._ends = time.monotonic() + lives - min(_LAST_SECONDS, lives * _LAST_PART)
        return None


def _failure(error: httpx2.TransportError, timeout: float) -> Reply:
    """Say what is known of a call that got no reply."""
    import httpx2

    unsent = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
    if isinstance(error, unsent):
        return Reply(failure=Outcome.BUSY, code="refused", detail=f"no connection: {error}".rstrip(": "))
    if isinstance(error, httpx2.UnsupportedProtocol):
        return Reply(failure=Outcome.REFUSED, code="url", detail="the address is not one of HTTP")
    if isinstance(error, httpx2.TimeoutException):
        return Reply(failure=Outcome.UNKNOWN, code="timeout", detail=f"no whole reply within {timeout:g} s")
    return Reply(failure=Outcome.UNKNOWN, code="reset", detail=f"the connection broke: {error}".rstrip(": "))


def _login_fault(reply: Reply) -> Reply:
    """Say what becomes of a call for which there is no token: it is not sent."""
    if reply.failure is None and (
        (reply.is_good and reply.is_json) or (400 <= reply.status < 500 and reply.status != 429)
    ):
        detail = f"the login is refused, with status {reply.status}"
        return replace(reply, failure=Outcome.DENIED, code="login", detail=detail)
    detail = f"there is no login: {reply.detail or f'the status is {reply.status}'}"
    return replace(reply, failure=Outcome.BUSY, code="login", detail=detail)


def _with_query(url: str, query: Mapping[str, Scalar]) -> str:
    """Add parameters to an address, but for those that it has."""
    there = {name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
    said = {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in query.items()
        if name not in there
    }
    return url + ("&" if there else "?") + urlencode(said, quote_via=quote) if said else url
