"""The command ``catalens matrix``."""

from __future__ import annotations

import click

from catalens.cli.door import main
from catalens.cli.options import (
    known_formats,
)
from catalens.cli.output import write_json


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def matrix(as_json: bool) -> None:
    """Tell, for each pair of profiles, which share of the source's fields the target can hold."""
    from catalens.pipeline.matrix import coverage

    table = coverage(known_formats())
    if as_json:
        write_json(table)
        return
    from catalens.render.tables import show_matrix

    show_matrix(table)
