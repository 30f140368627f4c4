"""The group of all commands: what every command is given, and how each error ends."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import click

from catalens._version import __version__
from catalens.cli.options import mappings_option
from catalens.cli.output import say
from catalens.errors import CatalensError, InvalidMapping
from catalens.pipeline.signals import Stopped


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

    def main(self, *given: Any, **named: Any) -> Any:
        with _stderr_that_may_fail():
            try:
                return super().main(*given, **named)
            except OSError as error:
                # also of what click writes itself, such as the version
                told = f"Error: {error.filename or 'input or output'}: {error.strerror or error}"
                say("\n".join([told, *_notes(error)]))
                if error.filename is None:
                    _give_up(sys.stdout)
                sys.exit(2)

    def invoke(self, ctx: click.Context) -> Any:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            return super().invoke(ctx)
        except CatalensError as error:
            text, code = str(error), error.exit_code
            if not isinstance(error, InvalidMapping):
                text = f"Error:\n{text}" if "\n" in text else f"Error: {text}"
            notes = _notes(error)
        except Stopped as error:
            text, code, notes = f"stopped by {error.name}", 128 + error.number, _notes(error)
        say("\n".join([text, *notes]))
        raise click.exceptions.Exit(code)


def _notes(error: BaseException) -> list[str]:
    return getattr(error, "__notes__", [])


class _Forgiving(io.RawIOBase):
    """Standard error that takes everything: what nobody can read is no reason to end otherwise."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self._number = stream.fileno()

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._number

    def isatty(self) -> bool:
        return os.isatty(self._number)

    def write(self, data: Any) -> int:
        with suppress(OSError):
            return os.write(self._number, data)
        return len(data)


@contextmanager
def _stderr_that_may_fail() -> Iterator[None]:
    """Let standard error fail, on a full disk or where nobody reads it, without a consequence."""
    before = sys.stderr
    if not isinstance(before, io.TextIOWrapper) or not isinstance(before.buffer, io.BufferedWriter | io.FileIO):
        yield  # it is closed, or somebody has put another in its place
        return
    raw = io.BufferedWriter(_Forgiving(before))
    sys.stderr = io.TextIOWrapper(raw, before.encoding, "backslashreplace", line_buffering=True, write_through=True)
    try:
        yield
    finally:
        sys.stderr.flush()
        sys.stderr = before


def _give_up(stream: Any) -> None:
    """Drop what a stream still holds and cannot write, so that ending does not try it again."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="catalens")
def main() -> None:
    """Translate product payloads between commerce platforms, and account for every leaf of them.

    Exit codes: 0 done; 1 payload or mapping invalid; 2 usage, input or output; 3 loss at or above --fail-on;
    128 and its number where a signal ends it.
    """
