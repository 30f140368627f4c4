"""Move the things of one store into another: stop anywhere, go on, and lose or double nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from catalens.migrate.migration import Migration, Status
    from catalens.migrate.plan import Plan

_WHERE = {"Migration": "migration", "Status": "migration", "Plan": "plan"}

__all__ = ["Migration", "Plan", "Status"]


def __getattr__(name: str) -> Any:
    """Import the migration when it is asked for: those who only want a word of it stay fast."""
    if name not in _WHERE:
        raise AttributeError(f"module 'catalens.migrate' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"catalens.migrate.{_WHERE[name]}"), name)
