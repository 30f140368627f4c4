"""The command ``catalens lint``."""

from __future__ import annotations

from pathlib import Path

import click

from catalens.cli.door import main
from catalens.cli.options import EXISTING, known_formats
from catalens.cli.output import say


@main.command()
@click.argument("files", nargs=-1, metavar="[FILE]...", type=EXISTING)
@click.option("--open", "is_open", is_flag=True, help="List what a draft leaves for a person to decide, instead.")
def lint(files: tuple[str, ...], is_open: bool) -> None:
    """Check mapping FILES, or all bundled mappings and those of --mappings; translate their examples."""
    from catalens.engine.examples import check_file
    from catalens.render.plain import visible_lines

    known = known_formats()
    paths = [Path(file) for file in files] or [known.path(name) for name in known.names()]
    if is_open:
        _list_open(paths)
        return
    found = [one for path in paths for one in check_file(path, known)]
    errors = sum(one.severity == "error" for one in found)
    for one in found:
        click.echo(visible_lines(str(one)))
    say(f"{len(paths)} mappings: {errors} errors, {len(found) - errors} warnings")
    if errors:
        click.get_current_context().exit(1)


def _list_open(paths: list[Path]) -> None:
    from catalens.lint.open import open_questions
    from catalens.render.plain import visible_lines

    found = [one for path in paths for one in open_questions(path)]
    for one in found:
        click.echo(visible_lines(str(one)))
    say(f"{len(found)} left to decide" if found else "nothing is left to decide")
