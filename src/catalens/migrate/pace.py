"""How fast a store is called: at a pace, and not at all while it asks to be left alone."""

from __future__ import annotations

import re
import threading
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from catalens.errors import MissingExtra

if TYPE_CHECKING:
    from pyrate_limiter import Limiter

#: calls per second up to which one at a time goes out; where more do, a late one may be followed by the next at once
_SINGLE: Final = 20
#: seconds after which whoever waits for the pace looks whether he still should
_LOOK: Final = 1.0


class Pace:
    """Lets calls through, whichever thread makes them: ``rate`` a second at most, and none before ``reopens``."""

    def __init__(self, rate: float | None = None) -> None:
        self._limiter = None if rate is None else _limiter(rate)
        self._opened = threading.Condition()
        self._reopens = 0.0
        self._is_over = False

    @property
    def is_over(self) -> bool:
        """Tell whether no call goes out any more."""
        return self._is_over

    @property
    def closed_for(self) -> float:
        """Return the seconds for which no call may go out."""
        return max(0.0, self._reopens - time.monotonic())

    def close_for(self, seconds: float) -> None:
        """Let no call out for some seconds: all that wait and all that come wait longer."""
        with self._opened:
            self._reopens = max(self._reopens, time.monotonic() + seconds)

    def end(self) -> None:
        """Let nothing out any more, and send home whoever waits."""
        with self._opened:
            self._is_over = True
            self._opened.notify_all()

    def wait(self, patience: float) -> bool:
        """Wait until a call may go out; False where it may not: the wait is too long, or there are no calls any more.

        Whether the store wants to be left alone is looked at last: nothing lies between it and the call.
        """
        while self._opens_within(patience) and self._acquire():
            if not self.closed_for:
                return not self._is_over
        return False

    def _opens_within(self, patience: float) -> bool:
        with self._opened:
            while not self._is_over and 0 < self.closed_for <= patience:
                self._opened.wait(self.closed_for)
            return not self._is_over and not self.closed_for

    def _acquire(self) -> bool:
        while self._limiter is not None and not self._limiter.try_acquire(timeout=_LOOK):
            if self._is_over:
                return False
        return True


def _limiter(rate: float) -> Limiter:
    try:
        from pyrate_limiter import GCRA, Limiter, MonotonicClock, Rate, SingleBucketFactory, StateBucket
    except ImportError:
        raise MissingExtra("migrations", "migrate") from None
    burst = 1 + int(rate // _SINGLE)
    # the interval is told in whole milliseconds; many calls make for an exact one
    calls = max(1, round(rate * 1000))
    bucket = StateBucket([Rate(calls, 1_000_000, burst=burst)], GCRA(), clock=MonotonicClock())
    # nothing has to leak: the state is one number
    return Limiter(SingleBucketFactory(bucket, schedule_leak=False), buffer_ms=0)


def seconds_of(value: str | None, date: str | None = None) -> float | None:
    """Read the header Retry-After, seconds or a date; None where it says nothing.

    A date is reckoned from the sender's own ``date``, whose clock may be another than ours.
    """
    if value is None:
        return None
    if re.fullmatch(r"\s*\d{1,9}(\.\d*)?\s*", value):
        return float(value)
    try:
        until = parsedate_to_datetime(value).timestamp()
        now = parsedate_to_datetime(date).timestamp() if date else time.time()
    except (ValueError, OverflowError):
        return None
    return max(0.0, until - now)
