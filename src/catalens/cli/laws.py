"""The command ``catalens laws``."""

from __future__ import annotations

import click

from catalens.cli.door import main
from catalens.cli.options import (
    existing_format,
    known_formats,
)
from catalens.cli.output import say


@main.command()
@click.argument("names", nargs=-1, metavar="[FORMAT]...", callback=existing_format)
@click.option("--examples", type=click.IntRange(min=1), default=50, help="Payloads for each law and pair; 50.")
@click.option("--seed", type=click.IntRange(min=0), help="Try the payloads of an earlier run, which named this seed.")
def laws(names: tuple[str, ...], examples: int, seed: int | None) -> None:
    """Try every law on every pair of profiles that touches the FORMATs (all, if none is named)."""
    from random import randrange

    from catalens.engine.faulty import refuse_faulty
    from catalens.laws import run
    from catalens.render.plain import visible_lines

    known = known_formats()
    for name in names or known.names():
        refuse_faulty(known, name)
    seed = randrange(2**32) if seed is None else seed
    broken = tried = 0
    for one in run(names, known, examples=examples, seed=seed):
        tried, broken = tried + 1, broken + (not one.ok)
        verdict, ending = ("ok", "") if one.ok else ("BROKEN", f": {one.message}")
        click.echo(visible_lines(f"{verdict:<7}{one.law:<14}{one.source} -> {one.target}{ending}"))
    say(f"{tried} tried, {broken} broken, seed {seed}")
    if broken:
        click.get_current_context().exit(1)
