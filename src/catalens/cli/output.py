"""What commands write: lines to standard error, JSON to a file or to standard output."""

from __future__ import annotations

from typing import Any

import click


def say(text: str) -> None:
    """Write lines to standard error."""
    from catalens.render.plain import visible_lines

    click.echo(visible_lines(text), err=True)


def write_json(value: Any, name: str = "-", private: bool = False) -> None:
    """Write a JSON value, indented, with every number's own digits."""
    from catalens.pipeline.files import write

    write(name, json_text(value), private)


def json_text(value: Any) -> bytes:
    """Return a JSON value as it is written: indented, with every number's own digits."""
    from catalens.payloads import dumps

    return dumps(value, indent=2) + b"\n"
