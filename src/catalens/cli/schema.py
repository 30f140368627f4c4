"""The command ``catalens schema``."""

from __future__ import annotations

import click

from catalens.cli.door import main
from catalens.cli.options import (
    existing_format,
    known_formats,
)
from catalens.cli.output import write_json


@main.command()
@click.argument("what", metavar="mapping|migration|hub|FORMAT", callback=existing_format)
def schema(what: str) -> None:
    """Write the JSON Schema of mapping files, of migrations, of the hub, or of a format's payload."""
    if what == "mapping":
        from catalens.mapping.model import mapping_schema

        write_json(mapping_schema())
    elif what == "migration":
        from catalens.migrate.config import config_schema

        write_json(config_schema())
    elif what == "hub":
        from catalens.hub import Product

        write_json(Product.model_json_schema())
    else:
        from catalens.mapping.schema import payload_schema

        write_json(payload_schema(known_formats().profile(what)))
