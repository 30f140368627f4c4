"""The group of all commands: what every command is given, and how each error ends."""

from __future__ import annotations

import errno
import io
import sys
from typing import Any

import click

from catalens._version import __version__
from catalens.cli.options import mappings_option
from catalens.cli.output import say
from catalens.errors import CatalensError, InvalidMapping


class Command(click.Command):
    """A command that takes directories with mappings of formats, as the group does before its name."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.params.append(mappings_option())


class Door(click.Group):
    """A group that ends every error of ours, or of a file, as one message on standard error."""

    command_class = Command

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.params.append(mappings_option())

    def invoke(self, ctx: click.Context) -> Any:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            return super().invoke(ctx)
        except CatalensError as error:
            text, code = str(error), error.exit_code
            if not isinstance(error, InvalidMapping):
                text = f"Error:\n{text}" if "\n" in text else f"Error: {text}"
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # click ends quietly where nobody reads any more
            text, code = f"Error: {error.filename or 'input or output'}: {error.strerror or error}", 2
        say(text)
        raise click.exceptions.Exit(code)


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="catalens")
def main() -> None:
    """Translate product payloads between commerce platforms, and account for every leaf of them.

    Exit codes: 0 done; 1 payload or mapping invalid; 2 usage; 3 loss at or above --fail-on.
    """
