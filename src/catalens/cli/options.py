"""Options and arguments that several commands share, and what checks their values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from catalens.errors import UnknownFormat

if TYPE_CHECKING:
    from catalens.formats import Registry


def _add_mappings(ctx: click.Context, _: click.Parameter, given: tuple[str, ...]) -> None:
    ctx.ensure_object(list).extend(given)


def mappings_option() -> click.Option:
    return click.Option(
        ["--mappings"],
        multiple=True,
        metavar="DIR",
        type=click.Path(exists=True, file_okay=False),
        is_eager=True,
        expose_value=False,
        callback=_add_mappings,
        help="Add the formats of a directory of mappings; may be repeated.",
    )


def known_formats() -> Registry:
    from catalens.formats import registry

    return registry(directories())


def directories() -> tuple[str, ...]:
    return tuple(click.get_current_context().ensure_object(list))


def existing_format(ctx: click.Context, _: click.Parameter, given: Any) -> Any:
    """Refuse formats that do not exist, and faulty mappings; ``schema`` knows two names more."""
    from catalens.engine.faulty import refuse_faulty

    for name in given if isinstance(given, tuple) else [given]:
        if name is None or (ctx.info_name == "schema" and name in ("mapping", "migration")):
            continue
        try:
            known = known_formats()
            refuse_faulty(known, name)
            known.profile(name)
        except UnknownFormat as error:
            raise click.BadParameter(str(error)) from None
    return given


def assumptions(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    for text in given:
        if not all(text.partition("=")):
            raise click.BadParameter(f"{text!r} is not of the form NAME=VALUE, such as weight=kg")
    return dict(text.split("=", 1) for text in given)


def filled_in(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    for text in given:
        if not text.partition("=")[0] or "=" not in text:
            raise click.BadParameter(f"{text!r} is not of the form PATH=VALUE, such as source=internal")
    return dict(text.split("=", 1) for text in given)


def _fail_on_words(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    from catalens.pipeline.fail_on import check_fail_on

    return tuple(map(check_fail_on, given))


def fails_on(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command end with 3 at losses that the caller does not want."""
    told = "Exit with 3 at such a loss or worse."
    return click.option("--fail-on", multiple=True, metavar="CODE", callback=_fail_on_words, help=told)(command)


def one_of(name: str, words: list[str], help: str) -> Callable[[Any], Any]:
    """Make an option that takes one of some words; the first, if not given."""
    return click.option(name, type=click.Choice(words), default=words[0], show_default=True, help=help)


INPUT = click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True)
EXISTING = click.Path(exists=True, dir_okay=False)
OUTPUT = click.Path(dir_okay=False, writable=True, allow_dash=True)
