"""Content for links: pictures (and documents) are downloaded, for targets that take no link.

What can go wrong is part of what comes back: no picture stops a product. A link is somebody else's text, so it leads
nowhere inside of our network: each address is looked up once, checked, and connected to as it was checked.
"""

from __future__ import annotations

import base64
import ipaddress
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit, urlunsplit

from catalens._version import __version__
from catalens.migrate.addresses import is_public
from catalens.migrate.connections import client
from catalens.migrate.retries import attempts

if TYPE_CHECKING:
    import httpx2

_REDIRECTS: Final = 5
_ATTEMPTS: Final = 3
_PIECE: Final = 65536
#: content types that say nothing
_ANY_TYPE: Final = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-download"})
#: what content begins with -> its type
_MAGIC: Final = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"....ftypavi[fs]", re.DOTALL), "image/avif"),
    (re.compile(rb"%PDF-"), "application/pdf"),
)
_HOST: Final = re.compile(r"[A-Za-z0-9._:%-]+")
#: what may become good by itself
_PASSING: Final = frozenset({"timeout", "unreachable", "429", "500", "502", "503", "504"})

Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Picture:
    """What came of a link: a ``data:`` URI, or else ``code`` and ``detail`` say why there is none.

    Codes: ``address`` (none, or none of HTTP), ``private`` (inside of a network), ``unreachable``, ``timeout``, the
    HTTP status, ``redirects``, ``too-large``, ``type`` (no picture, or not what it is said to be), ``empty``.
    """

    link: str
    uri: str | None = None
    type: str | None = None
    size: int = 0
    code: str = ""
    detail: str = ""


class _Fault(Exception):
    """Why there is no content."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


@dataclass(slots=True)
class _Host:
    """What belongs to one host: its turn, and its connections, which nobody else may use."""

    turn: threading.Lock
    client: httpx2.Client


class Pictures:
    """Downloads content, one at a time from each host; safe to be used by several threads.

    ``most`` is in bytes. ``own``: hosts that may lie in a private network, as the source's; ``private``: all may.
    """

    def __init__(
        self,
        *,
        most: float = 8e6,
        own: Iterable[str] = (),
        private: bool = False,
        timeout: float = 30.0,
        resolve: Resolve | None = None,
    ) -> None:
        self._most, self._own, self._private = int(most), {one.lower() for one in own}, private
        self._timeout, self._resolve = timeout, resolve or _resolve
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    def fetch(self, link: str) -> Picture:
        """Download what a link leads to."""
        return self._asked("GET", link)

    def measure(self, link: str) -> Picture:
        """Ask how large what a link leads to is, and download nothing; size 0 where its host does not say."""
        return self._asked("HEAD", link)

    def _asked(self, method: str, link: str) -> Picture:
        try:
            for attempt in attempts(_may_pass, _ATTEMPTS, longest=5.0):
                with attempt:
                    return self._followed(method, link)
        except _Fault as fault:
            return Picture(link, code=fault.code, detail=fault.detail)
        raise AssertionError("there is at least one attempt")

    def close(self) -> None:
        """Give back connections."""
        with self._lock:
            for host in self._hosts.values():
                host.client.close()
            self._hosts.clear()

    # -- one link -----------------------------------------------------------------------------------------------

    def _followed(self, method: str, link: str) -> Picture:
        url = link
        for _ in range(_REDIRECTS + 1):
            with self._answer(method, url) as response:
                # reckoned from here: to wait for one's turn takes as long as it takes
                ends = time.monotonic() + self._timeout
                if response.has_redirect_location:
                    url = urljoin(url, response.headers["Location"])
                    continue
                if response.status_code != 200:
                    raise _Fault(str(response.status_code), f"the status is {response.status_code}")
                size = self._told_size(response)
                return Picture(link, size=size) if method == "HEAD" else self._picture(link, response, ends)
        raise _Fault("redirects", f"redirected more than {_REDIRECTS} times")

    def _told_size(self, response: httpx2.Response) -> int:
        told = response.headers.get("Content-Length", "")
        size = int(told) if told.isdigit() else 0
        if size > self._most:
            raise _Fault("too-large", f"{size:,} bytes, and {self._most:,} are allowed")
        return size

    def _picture(self, link: str, response: httpx2.Response, ends: float) -> Picture:
        content = self._content(response, ends)
        declared = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        type = _type_of(content, declared)
        encoded = base64.b64encode(content).decode("ascii")
        return Picture(link, f"data:{type};base64,{encoded}", type, len(content))

    def _content(self, response: httpx2.Response, ends: float) -> bytes:
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise _Fault("type", "packed, though nobody asked for that")
        pieces, size = [], 0
        # as it comes: what is packed may unfold to any size
        for piece in response.iter_raw(_PIECE):
            size += len(piece)
            if size > self._most:
                raise _Fault("too-large", f"more than {self._most:,} bytes")
            if time.monotonic() > ends:
                raise _Fault("timeout", f"not whole within {self._timeout:g} s")
            pieces.append(piece)
        if not size:
            raise _Fault("empty", "there is nothing in it")
        return b"".join(pieces)

    # -- connections --------------------------------------------------------------------------------------------

    @contextmanager
    def _answer(self, method: str, url: str) -> Iterator[httpx2.Response]:
        """Ask for an address when it is its host's turn, and connect to nothing but what was checked."""
        import httpx2

        scheme, host, port, path = _parts(url)
        address = _bracketed(self._address(host, port))
        headers = {
            "Host": f"{_bracketed(host)}:{port}",
            "User-Agent": f"catalens/{__version__}",
            "Accept": "image/*, application/pdf",
            "Accept-Encoding": "identity",
        }
        known = self._host(host)
        with known.turn:
            try:
                with known.client.stream(
                    method, f"{scheme}://{address}:{port}{path}", headers=headers, extensions={"sni_hostname": host}
                ) as response:
                    yield response
            except httpx2.TimeoutException:
                raise _Fault("timeout", f"nothing within {self._timeout:g} s") from None
            except (httpx2.HTTPError, httpx2.StreamError) as error:
                raise _Fault("unreachable", f"no connection: {error}".rstrip(": ")) from None
            except (httpx2.InvalidURL, UnicodeError):
                raise _Fault("address", "no address can be made of it") from None

    def _address(self, host: str, port: int) -> str:
        """Look a host up, and return an address of it that may be called."""
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError):
            raise _Fault("unreachable", f"there is no host {host!r}") from None
        allowed = [one for one in found if self._private or host in self._own or is_public(one)]
        if not allowed:
            raise _Fault("private", f"{host!r} lies inside of a private network")
        return allowed[0]

    def _host(self, name: str) -> _Host:
        with self._lock:
            if name not in self._hosts:
                # no proxy: it would look the host up once more
                self._hosts[name] = _Host(threading.Lock(), client(1, self._timeout, proxies=False))
            return self._hosts[name]


def _may_pass(error: Exception) -> bool:
    return isinstance(error, _Fault) and error.code in _PASSING


def _parts(url: str) -> tuple[str, str, int, str]:
    """Return scheme, host, port and the rest of an address of HTTP."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = (parts.hostname or "").encode("idna").decode("ascii").lower()
    except (ValueError, UnicodeError):
        raise _Fault("address", "no address can be made of it") from None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        raise _Fault("address", "the link is no address of HTTP")
    return parts.scheme, host, port, urlunsplit(("", "", parts.path or "/", parts.query, ""))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _resolve(host: str, port: int) -> list[str]:
    """Look a host up, in the system's own way."""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(one[4][0]) for one in found))


def _type_of(content: bytes, declared: str) -> str:
    """Return the type that content has, if it is one of ours and of the sort that it is said to be."""
    found = next((type for magic, type in _MAGIC if magic.match(content)), None)
    if found is None:
        raise _Fault("type", f"it is no picture, and is said to be {declared or 'of no type'}")
    # that a JPEG is called a PNG happens; that a picture is called a page does not
    if declared not in _ANY_TYPE and declared.partition("/")[0] != found.partition("/")[0]:
        raise _Fault("type", f"it is {found}, and is said to be {declared}")
    return found
