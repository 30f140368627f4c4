"""Reading again what could not be read. Writes are never tried again here: the journal decides about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

from catalens.errors import MissingExtra


def attempts(
    again: Callable[[Exception], bool | float], most: int, longest: float
) -> Iterable[AbstractContextManager[None]]:
    """Return blocks of which each is one attempt, with growing pauses of up to ``longest`` seconds between them.

    ``again`` says of an exception whether there is another attempt, or in how many seconds. The last one is raised.
    """
    try:
        import stamina
        from stamina import instrumentation
    except ImportError:
        raise MissingExtra("migrations", "migrate") from None
    # what the library logs by itself holds what was called
    instrumentation.set_on_retry_hooks(())
    return stamina.retry_context(
        on=again, attempts=most, timeout=None, wait_initial=0.5, wait_max=longest, wait_jitter=0.5
    )
