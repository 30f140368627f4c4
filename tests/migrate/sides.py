"""Fakes, and the sides that call them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from catalens.formats import registry
from catalens.migrate.calls import Http
from tests.migrate.fakes import Fake, Platform, running


@contextmanager
def side(fake: Fake, **options: Any) -> Iterator[Http]:
    """Call a fake as its bundled mapping says."""
    endpoints = registry().mapping(fake.platform.format).endpoints
    assert endpoints is not None
    given = {"environment": fake.environment, "timeout": 5.0, **options}
    called = Http(endpoints, fake.url, **given)
    try:
        yield called
    finally:
        called.close()


@contextmanager
def called(
    platform: Platform, *, timeout: float = 5.0, reads: int = 3, **options: Any
) -> Iterator[tuple[Fake, Http]]:
    """Run a fake and call it."""
    with running(platform, **options) as fake, side(fake, timeout=timeout, reads=reads) as http:
        yield fake, http


def product(format: str, **changes: Any) -> dict[str, Any]:
    """Return a product of a format's own, as it is sent: the first example without what is no product data."""
    examples = registry().mapping(format).examples
    payload = next(one.payload for one in examples if one.profile in (None, "write"))
    kept = {name: value for name, value in payload.items() if name not in ("api_key", "product_id")}
    return {**json.loads(json.dumps(kept, default=str)), **changes}
