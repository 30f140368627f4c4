"""The command ``catalens guide``."""

from __future__ import annotations

import sys

import click

from catalens.cli.door import main
from catalens.errors import UsageError, known_names


@main.command()
@click.argument("topic", required=False)
def guide(topic: str | None) -> None:
    """Read the manual: TOPIC, or the list of topics."""
    from catalens.guide import find_topic, topics

    if topic is None:
        click.echo("Topics of the guide (catalens guide TOPIC):\n")
        width = max(len(one.name) for one in topics())
        for one in topics():
            click.echo(f"  {one.name:<{width}}  {one.about}")
        return
    found = find_topic(topic)
    if found is None:
        names = [one.name for one in topics()]
        raise UsageError(f"no topic {topic!r}; {known_names(topic, names)}")
    if sys.stdout.isatty():
        from catalens.render.guide import show_topic

        show_topic(found.text)
    else:
        click.echo(found.text, nl=False)
