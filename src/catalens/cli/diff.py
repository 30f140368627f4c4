"""The command ``catalens diff``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from catalens.cli.door import main
from catalens.cli.options import EXISTING, known_formats
from catalens.cli.output import write_json

if TYPE_CHECKING:
    from catalens.diff import Impact


@main.command()
@click.argument("old", metavar="OLD.yaml", type=EXISTING)
@click.argument("new", metavar="NEW.yaml", type=EXISTING)
@click.option(
    "--fail-on", type=click.Choice(["breaking", "lossy"]), help="Exit with 1 at such a change, or a worse one."
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def diff(old: str, new: str, fail_on: Impact | None, as_json: bool) -> None:
    """Tell what changed from the mapping file OLD to NEW: for writers, for readers, in losses, for sidecars."""
    from catalens.diff import diff as compare

    found = compare(old, new, formats=known_formats())
    if as_json:
        write_json(found.to_dict())
    else:
        from catalens.render.diff import diff_lines

        for line in diff_lines(found):
            click.echo(line)
    if fail_on is not None and found.reaches(fail_on):
        click.get_current_context().exit(1)
