"""Clients of the HTTP library, which is imported when the first one is made."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from catalens.errors import MissingExtra

if TYPE_CHECKING:
    import ssl

    import httpx2


#: seconds for which an idle connection is kept: less than servers do, lest one is closed while it is written to, and
#: nobody knows whether that was read
_IDLE: Final = 2.0


def client(concurrency: int, timeout: float, *, proxies: bool) -> httpx2.Client:
    """Make a client for so many calls at a time; ``proxies``: those of the environment are used."""
    try:
        import httpx2
    except ImportError:
        raise MissingExtra("migrations", "migrate") from None
    return httpx2.Client(
        verify=_trusted(),
        timeout=timeout,
        limits=httpx2.Limits(max_connections=concurrency, keepalive_expiry=_IDLE),
        follow_redirects=False,
        trust_env=proxies,
    )


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """Read whom the system trusts, which takes longer than all else."""
    import httpx2

    return httpx2.create_ssl_context()
