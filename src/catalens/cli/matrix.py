"""The command ``catalens matrix``."""

from __future__ import annotations

import click

from catalens.cli.door import main
from catalens.cli.options import existing_format, known_formats
from catalens.cli.output import write_json


@main.command()
@click.argument("names", nargs=-1, metavar="[FORMAT]...", callback=existing_format)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def matrix(names: tuple[str, ...], as_json: bool) -> None:
    """Tell, for each pair of profiles that touches the FORMATs (any, if none is named), which share of the source's
    fields the target can hold.
    """
    from catalens.pipeline.matrix import coverage

    table = coverage(known_formats(), names)
    if as_json:
        write_json(table)
        return
    from catalens.render.tables import show_matrix

    show_matrix(table)
