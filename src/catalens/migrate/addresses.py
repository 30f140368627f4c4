"""Addresses: who can read what is sent to one, and whether it lies inside of somebody's network."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from catalens.errors import UsageError

#: where networks that have only newer addresses put older ones (RFC 6052)
_TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")


def origin(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port: what credentials are for. Raises ValueError."""
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").lower(), port


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_safe(url: str) -> bool:
    """Tell whether nobody on the way reads what is sent to an address."""
    scheme, host, _ = origin(url)
    return scheme == "https" or (scheme == "http" and is_loopback(host))


def is_public(address: str) -> bool:
    """Tell whether an IP address lies in the public network: not loopback, private, link-local or reserved."""
    found = ipaddress.ip_address(address)
    return all(one.is_global and not one.is_multicast for one in (found, *_inside(found)))


def _inside(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    """Yield the older addresses that a newer one stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return
    if address in _TRANSLATED:
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo or ()
    yield from (one for one in (address.ipv4_mapped, address.sixtofour, *teredo) if one is not None)


def store_address(url: str, insecure: bool = False) -> str:
    """Check the address of a store, and return it without a slash at the end. Raises UsageError."""
    try:
        scheme, host, _ = origin(url)
    except ValueError:
        scheme = host = ""
    if scheme not in ("http", "https") or not host:
        raise UsageError(f"expected the address of a store, such as https://shop.example, found {url!r}")
    if urlsplit(url).query or urlsplit(url).fragment or "@" in urlsplit(url).netloc:
        raise UsageError("the address of a store has neither credentials nor a query nor a fragment")
    if not insecure and not is_safe(url):
        raise UsageError(f"{url!r}: credentials would be read on the way; use https, or say insecure: true")
    return url.rstrip("/")
