"""Values that nobody may read: what calls are signed with, taken out of everything that is said, logged or kept."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, quote_plus

HIDDEN: Final = "***"
#: a shorter value is no secret, and texts without it would be unreadable
LEAST: Final = 4
#: loggers of the HTTP library and of what it stands on: they write whole addresses and headers
_TALKATIVE: Final = (
    "httpx2",
    "httpcore2.connection",
    "httpcore2.http11",
    "httpcore2.http2",
    "httpcore2.proxy",
    "httpcore2.socks",
)


class Secrets:
    """Values to hide, however they are spelled: as they are, in an address, in a form, in JSON."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._spellings: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        for value in values:
            self.add(value)

    def __repr__(self) -> str:
        return f"Secrets({len(self._spellings)} spellings)"

    def add(self, value: str) -> None:
        """Hide a value from now on."""
        if len(value) < LEAST:
            return
        self._spellings |= {value, quote(value), quote(value, safe=""), quote_plus(value), repr(value)[1:-1]}
        self._spellings |= {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
        # the longest first: one spelling may be the beginning of another
        longest = sorted(self._spellings, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest)))

    def hide(self, text: str) -> str:
        """Return a text without the values."""
        return text if self._pattern is None else self._pattern.sub(HIDDEN, text)

    def are_in(self, text: str) -> bool:
        """Tell whether a text holds one of the values."""
        return self._pattern is not None and self._pattern.search(text) is not None


class HidingFilter(logging.Filter):
    """Takes secrets out of what the libraries below log, which they would write out."""

    def __init__(self, secrets: Secrets) -> None:
        super().__init__()
        self._secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without the secrets in it."""
        said = record.getMessage()
        if self._secrets.are_in(said):
            record.msg, record.args = self._secrets.hide(said), ()
        return True

    def watch(self) -> None:
        """Look at what is logged from now on."""
        for name in _TALKATIVE:
            logging.getLogger(name).addFilter(self)

    def leave(self) -> None:
        """Look no longer."""
        for name in _TALKATIVE:
            logging.getLogger(name).removeFilter(self)
