"""The command ``catalens``, one file a command. What is slow to import is imported by the command that uses it."""

from __future__ import annotations

from catalens.cli import (  # noqa: F401 (each adds its command to the group)
    detect,
    diff,
    draft,
    explain,
    fields,
    formats,
    guide,
    laws,
    lint,
    matrix,
    migrate,
    schema,
    translate,
)
from catalens.cli.door import main

__all__ = ["main"]
