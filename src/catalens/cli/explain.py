"""The command ``catalens explain``."""

from __future__ import annotations

import click

from catalens.cli.door import main
from catalens.cli.options import (
    existing_format,
    known_formats,
)
from catalens.cli.output import write_json
from catalens.errors import UsageError, did_you_mean


@main.command()
@click.argument("source", metavar="FROM", callback=existing_format)
@click.argument("target", metavar="TO", callback=existing_format)
@click.argument("path", required=False)
@click.option("--python", is_flag=True, help="Write the generated Python instead.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def explain(source: str, target: str, path: str | None, python: bool, as_json: bool) -> None:
    """Tell, without a payload, what becomes of each field of FROM (or of those at PATH) in TO, and why."""
    from catalens.engine import Translator

    translator = Translator(source, target, formats=known_formats())
    if python:
        click.echo(translator.emitted("loss").text)
        return
    found = translator.profile.fields
    if path is not None:
        found = [one for one in found if one.path == path or one.path.startswith((f"{path}.", f"{path}["))]
        if not found:
            names = [one.path for one in translator.profile.fields]
            hint = did_you_mean(path, names)
            raise UsageError(f"{translator.source.spelled} has no field {path!r}" + (f"; {hint}" if hint else ""))
    if as_json:
        write_json({**translator.profile.to_dict(), "fields": [one.to_dict() for one in found]})
        return
    from catalens.render.tables import show_explanation

    show_explanation(found)
