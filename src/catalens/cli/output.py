"""What commands write: lines to standard error, JSON to standard output."""

from __future__ import annotations

from typing import Any

import click


def say(text: str) -> None:
    """Write lines to standard error."""
    from catalens.render.plain import visible_lines

    click.echo(visible_lines(text), err=True)


def write_json(value: Any) -> None:
    """Write a JSON value to standard output, indented, with every number's own digits."""
    from catalens.pipeline.files import standard_output

    output = standard_output()
    output.write(json_text(value))
    output.flush()


def json_text(value: Any) -> bytes:
    """Return a JSON value as it is written: indented, with every number's own digits."""
    from catalens.payloads import dumps

    return dumps(value, indent=2) + b"\n"
