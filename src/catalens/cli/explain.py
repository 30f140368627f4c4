"""The command ``catalens explain``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from catalens.cli.door import main
from catalens.cli.options import (
    existing_format,
    known_formats,
    one_of,
)
from catalens.cli.output import say, write_json
from catalens.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from catalens.compiler.emit import Kind

if TYPE_CHECKING:
    pass


@main.command()
@click.argument("source", metavar="FROM", callback=existing_format)
@click.argument("target", metavar="TO", callback=existing_format)
@click.argument("path", required=False)
@click.option("--python", is_flag=True, help="Write the generated Python instead (with PATH: what concerns it).")
@one_of("--kind", ["loss", "plain", "typed", "ledger"], "With --python: the kind of function.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def explain(
    source: str,
    target: str,
    path: str | None,
    python: bool,
    kind: Kind,
    as_json: bool,
) -> None:
    """Tell, without a payload, what becomes of each field of FROM (or of those at PATH) in TO, and why."""
    from catalens.engine import Translator
    from catalens.explain.excerpt import excerpt

    translator = Translator(source, target, formats=known_formats())
    found = translator.profile.fields
    if path is not None:
        found = [one for one in found if one.path == path or one.path.startswith((f"{path}.", f"{path}["))]
        if not found:
            names = [one.path for one in translator.profile.fields]
            hint = did_you_mean(path, names)
            raise UsageError(f"{translator.source.spelled} has no field {path!r}" + (f"; {hint}" if hint else ""))
    if python:
        text = translator.emitted(kind).text if not translator.same else ""
        _write_python(
            text if path is None else excerpt(text, {name for one in found for name in (one.path, *one.hub)})
        )
        return
    if as_json:
        write_json({**translator.profile.to_dict(), "fields": [one.to_dict() for one in found]})
        return
    from catalens.render.tables import show_explanation

    show_explanation(found)


def _write_python(text: str) -> None:
    if text:
        click.echo(text)
    else:
        say("no code of its own: the value is copied, or lost as part of what holds it")
