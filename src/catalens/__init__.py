"""Translate product payloads between commerce platforms, with a lossiness report that cannot lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catalens._version import __version__

if TYPE_CHECKING:
    from catalens.crosswalk import Crosswalks
    from catalens.engine import Translation, Translator, translate
    from catalens.errors import (
        CatalensError,
        InvalidMapping,
        InvalidPayload,
        InvalidSidecar,
        LossError,
        MissingExtra,
        UndecidableFormat,
        UnknownFormat,
        UsageError,
    )

_WHERE = {
    "translate": "engine",
    "Translator": "engine",
    "Translation": "engine",
    "Crosswalks": "crosswalk",
    "CatalensError": "errors",
    "InvalidMapping": "errors",
    "InvalidPayload": "errors",
    "InvalidSidecar": "errors",
    "LossError": "errors",
    "MissingExtra": "errors",
    "UndecidableFormat": "errors",
    "UnknownFormat": "errors",
    "UsageError": "errors",
}

__all__ = [
    "CatalensError",
    "Crosswalks",
    "InvalidMapping",
    "InvalidPayload",
    "InvalidSidecar",
    "LossError",
    "MissingExtra",
    "Translation",
    "Translator",
    "UndecidableFormat",
    "UnknownFormat",
    "UsageError",
    "__version__",
    "translate",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: ``import catalens`` stays fast."""
    if name not in _WHERE:
        raise AttributeError(f"module 'catalens' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"catalens.{_WHERE[name]}"), name)
