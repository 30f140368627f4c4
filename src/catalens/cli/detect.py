"""The command ``catalens detect``."""

from __future__ import annotations

import click

from catalens.cli.door import main
from catalens.cli.options import INPUT, known_formats
from catalens.cli.output import say


@main.command()
@click.argument("file", type=INPUT)
def detect(file: str) -> None:
    """Tell which format the payload in FILE is of."""
    from catalens.engine import detect
    from catalens.envelopes import listed
    from catalens.payloads import loads
    from catalens.pipeline.files import read

    payload = loads(read(file))
    profile = detect(payload, None, known_formats())
    click.echo(profile.spelled)
    products = listed(payload, profile)
    if products is not None:
        say(f"a list of {len(products)} products: translate it with --lines")
