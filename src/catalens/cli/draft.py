"""The command ``catalens draft``."""

from __future__ import annotations

import click

from catalens.cli.door import main
from catalens.cli.options import EXISTING, INPUT, OUTPUT, known_formats
from catalens.cli.output import say


@main.command()
@click.argument("name")
@click.option("--samples", metavar="FILE", type=INPUT, help="Payloads, one a line, an array of them, or an answer.")
@click.option("--json-schema", metavar="FILE", type=EXISTING, help="The JSON Schema of a payload.")
@click.option("--openapi", metavar="FILE", type=EXISTING, help="An OpenAPI document, JSON or YAML.")
@click.option("--schema", metavar="NAME", help="The schema in the OpenAPI document.")
@click.option("-o", "--output", metavar="FILE", type=OUTPUT, default="-", help="Where the mapping goes.")
def draft(
    name: str, samples: str | None, json_schema: str | None, openapi: str | None, schema: str | None, output: str
) -> None:
    """Write a first mapping of a format NAME, from samples or a schema, and from all mappings that are there."""
    from catalens.draft import draft as drafted
    from catalens.pipeline.outputs import Outputs

    if [samples, json_schema, openapi].count(None) != 2:
        raise click.UsageError("say one of --samples, --json-schema and --openapi")
    if schema is not None and openapi is None:
        raise click.UsageError("--schema goes with --openapi")
    made = drafted(name, samples, json_schema=json_schema, openapi=openapi, schema=schema, formats=known_formats())
    with Outputs() as outputs:
        outputs.open({"output": output})["output"].write(made.text.encode())
    placed = sum(one.hub is not None for one in made.suggestions)
    counted = f"{len(made.suggestions)} fields: {placed} with a counterpart in the hub"
    say(f"{counted}; {made.open} lines for a person to look at")
    if made.left_out:
        say(f"{made.left_out} more are left out")
