"""The command ``catalens fields``."""

from __future__ import annotations

import click

from catalens.cli.door import main
from catalens.cli.options import (
    existing_format,
    known_formats,
)
from catalens.cli.output import write_json


@main.command()
@click.argument("format", callback=existing_format)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def fields(format: str, as_json: bool) -> None:
    """List the fields of a FORMAT (of all its profiles, or of the one that FORMAT/PROFILE names)."""
    from catalens.mapping.schema import field_rows

    known = known_formats()
    spelled = [format] if "/" in format else [f"{format}/{name}" for name in known.mapping(format).profiles]
    rows = [row for one in spelled for row in field_rows(known.profile(one))]
    if as_json:
        write_json(rows)
        return
    from catalens.render.tables import show_fields

    show_fields(rows)
