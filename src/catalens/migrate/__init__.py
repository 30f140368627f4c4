"""Move the things of one store into another: stop anywhere, go on, and lose or double nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from catalens.migrate.migration import Migration

__all__ = ["Migration"]


def __getattr__(name: str) -> Any:
    """Import the migration when it is asked for: those who only want a word of it stay fast."""
    if name not in __all__:
        raise AttributeError(f"module 'catalens.migrate' has no attribute {name!r}")
    from catalens.migrate.migration import Migration

    return Migration
