"""The command ``catalens formats``."""

from __future__ import annotations

from catalens.cli.door import main
from catalens.cli.options import (
    known_formats,
)


@main.command()
def formats() -> None:
    """List the formats and their profiles."""
    from catalens.render.tables import show_formats

    show_formats(known_formats().profiles())
