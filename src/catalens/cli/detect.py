"""The command ``catalens detect``."""

from __future__ import annotations

import click

from catalens.cli.door import main
from catalens.cli.options import (
    INPUT,
    known_formats,
)


@main.command()
@click.argument("file", type=INPUT)
def detect(file: str) -> None:
    """Tell which format the payload in FILE is of."""
    from catalens.engine import detect
    from catalens.payloads import loads
    from catalens.pipeline.files import read

    click.echo(detect(loads(read(file)), None, known_formats()).spelled)
