"""The door: the command ``catalens``. Whatever is slow to import is imported inside the commands that use it."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from catalens._version import __version__
from catalens.errors import CatalensError, InvalidMapping, LossError, UnknownFormat, UsageError, did_you_mean

if TYPE_CHECKING:
    from catalens.formats import Registry

#: groups of losses that a run over lines lists on standard error, unless asked for all
LISTED = 20


# -- errors, files ------------------------------------------------------------------------------------------


class Command(click.Command):
    """A command that takes directories with mappings of formats, as the group does before its name."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.params.append(_mappings_option())


class Door(click.Group):
    """A group that ends every error of ours, or of a file, as one message on standard error."""

    command_class = Command

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.params.append(_mappings_option())

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
        _say(text)
        raise click.exceptions.Exit(code)


def _say(text: str) -> None:
    """Write lines to standard error."""
    from catalens.render.plain import visible_lines

    click.echo(visible_lines(text), err=True)


def _write_json(value: Any, name: str = "-", private: bool = False) -> None:
    """Write a JSON value, indented, with every number's own digits."""
    from catalens.payloads import dumps
    from catalens.pipeline.files import write

    write(name, dumps(value, indent=2) + b"\n", private)


# -- options ------------------------------------------------------------------------------------------------


def _add_mappings(ctx: click.Context, _: click.Parameter, given: tuple[str, ...]) -> None:
    ctx.ensure_object(list).extend(given)


def _mappings_option() -> click.Option:
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


def _formats() -> Registry:
    from catalens.formats import registry

    return registry(_directories())


def _directories() -> tuple[str, ...]:
    return tuple(click.get_current_context().ensure_object(list))


def _format(ctx: click.Context, _: click.Parameter, given: Any) -> Any:
    """Refuse formats that do not exist; ``schema`` knows one name more."""
    for name in given if isinstance(given, tuple) else [given]:
        if name is None or (ctx.info_name, name) == ("schema", "mapping"):
            continue
        try:
            _formats().profile(name)
        except UnknownFormat as error:
            raise click.BadParameter(str(error)) from None
    return given


def _assumptions(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    for text in given:
        if not all(text.partition("=")):
            raise click.BadParameter(f"{text!r} is not of the form NAME=VALUE, such as weight=kg")
    return dict(text.split("=", 1) for text in given)


def _gate(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    from catalens.pipeline.fail_on import check_gate

    return tuple(map(check_gate, given))


def _one_of(name: str, words: list[str], help: str) -> Callable[[Any], Any]:
    """Make an option that takes one of some words; the first, if not given."""
    return click.option(name, type=click.Choice(words), default=words[0], show_default=True, help=help)


INPUT = click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True)
EXISTING = click.Path(exists=True, dir_okay=False)
OUTPUT = click.Path(dir_okay=False, writable=True, allow_dash=True)


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="catalens")
def main() -> None:
    """Translate product payloads between commerce platforms, and account for every leaf of them.

    Exit codes: 0 done; 1 payload or mapping invalid; 2 usage; 3 loss at or above --fail-on.
    """


# -- translate ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What the command line of ``translate`` says."""

    file: str
    source: str | None
    target: str
    output: str
    lines: bool
    report: str | None
    report_format: Literal["text", "json", "html", "markdown"]
    sidecar: str | None
    restore: str | None
    mode: str
    assume: dict[str, str]
    ids: str | None
    park: bool
    on_loss: Literal["report", "warn", "raise"]
    fail_on: tuple[str, ...]
    losses: str | None
    jobs: int
    rejects: str | None

    def check(self) -> None:
        """Refuse what does not go together. Raises UsageError."""
        from catalens.pipeline.files import check_distinct

        wrong = "is for one payload, not for --lines" if self.lines else "needs --lines"
        for name in ("sidecar", "restore") if self.lines else ("rejects", "losses"):
            if getattr(self, name) is not None:
                raise UsageError(f"--{name} {wrong}")
        if self.jobs > 1 and not self.lines:
            raise UsageError("--jobs needs --lines")
        roles = [("the input", self.file)] if self.lines else []
        roles += [(f"--{name}", getattr(self, name)) for name in ("output", "report", "sidecar", "rejects", "losses")]
        check_distinct(roles)


@main.command()
@click.argument("file", type=INPUT)
@click.option("--from", "source", metavar="FORMAT", callback=_format, help="Format of the input; else detected.")
@click.option("--to", "target", metavar="FORMAT", callback=_format, required=True, help="Format of the output.")
@click.option("-o", "--output", type=OUTPUT, default="-", metavar="OUT", help="Where the payload goes.")
@click.option("--lines", is_flag=True, help="Translate NDJSON, a payload a line, in constant memory.")
@click.option("--report", type=OUTPUT, metavar="FILE", help="Write the report ('-': after the payload).")
@_one_of("--report-format", ["text", "json", "html", "markdown"], "Form of the report.")
@click.option("--sidecar", type=OUTPUT, metavar="FILE", help="Write what the target does not hold, for the way back.")
@click.option("--restore", type=INPUT, metavar="FILE", help="Bring back what the sidecar of the way there holds.")
@_one_of("--mode", ["update", "create"], "A partial update, or a product with the target's documented defaults.")
@click.option("--assume", multiple=True, metavar="NAME=VALUE", callback=_assumptions, help="Such as weight=kg.")
@click.option("--ids", type=EXISTING, metavar="FILE", help="Id crosswalk: CSV with the header kind,FORMAT,FORMAT,…")
@click.option("--park", is_flag=True, help="Put what the target cannot hold into its slots.")
@_one_of("--on-loss", ["report", "warn", "raise"], "Sum losses up, list them, or write nothing that lost any.")
@click.option("--fail-on", multiple=True, metavar="CODE", callback=_gate, help="Exit with 3 at such a loss or worse.")
@click.option("--losses", type=OUTPUT, metavar="FILE", help="With --lines: write each line's losses, as NDJSON.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="With --lines: processes to use.")
@click.option("--rejects", type=OUTPUT, metavar="FILE", help="With --lines: write bad lines there, as NDJSON.")
def translate(**options: Any) -> None:
    """Translate the payload in FILE ('-': standard input).

    The payload goes to standard output, the report's summary to standard error. --fail-on takes a fate (dropped),
    a code (reduced.length) or 'any'.
    """
    asked = Asked(**options)
    asked.check()
    if asked.lines:
        _translate_lines(asked)
    else:
        _translate_one(asked)


def _translate_one(asked: Asked) -> None:
    import catalens
    from catalens.account.codes import is_loss
    from catalens.errors import InvalidPayload, InvalidSidecar
    from catalens.payloads import loads
    from catalens.pipeline.fail_on import check_losses, refusal
    from catalens.pipeline.files import read, write
    from catalens.render.report import loss_groups, render_report, summary, warning

    payload = loads(read(asked.file))
    try:
        restore = None if asked.restore is None else loads(read(asked.restore))
    except InvalidPayload as error:
        told = error.errors[0].message
        raise InvalidSidecar(f"{asked.restore}: the sidecar is truncated, or is none: {told}") from None
    translation = catalens.translate(
        payload,
        asked.source,
        asked.target,
        mode=asked.mode,
        assume=asked.assume or None,
        ids=asked.ids,
        park=asked.park,
        restore=restore,
        formats=_formats(),
    )
    report = translation.report
    codes = [one.code for one in report.fates]
    refused = asked.on_loss == "raise" and not report.lossless
    if not refused:
        # the sidecar first: no payload without it; where nothing was lost, null stands in place of any older one
        if asked.sidecar is not None:
            _write_json(translation.sidecar, asked.sidecar, private=True)
        _write_json(translation.payload, asked.output)
    if asked.report is not None:
        write(asked.report, render_report(report, asked.report_format))
    lines = summary(report)
    if asked.on_loss == "warn":
        lines += map(warning, loss_groups(report))
    _say("\n".join(lines))
    if refused:
        raise refusal(code for code in codes if is_loss(code))
    check_losses(codes, asked.fail_on)


def _translate_lines(asked: Asked) -> None:
    from catalens.crosswalk import Crosswalks
    from catalens.pipeline.fail_on import check_losses
    from catalens.pipeline.files import write
    from catalens.pipeline.stream import Job, Recipe, translate_file
    from catalens.render.report import render_totals, totals_summary

    recipe = Recipe(
        asked.source,
        asked.target,
        asked.mode,
        asked.assume,
        None if asked.ids is None else Crosswalks.read(asked.ids),
        _directories(),
        asked.park,
        strict=asked.on_loss == "raise",
        keep_losses=asked.losses is not None,
    )
    with _watched(asked) as (advance, complain):
        job = Job(asked.file, asked.output, asked.rejects, asked.losses, asked.jobs, complain, advance)
        totals = translate_file(recipe, job)
    if asked.report is not None:
        write(asked.report, render_totals(totals, asked.report_format))
    _say("\n".join(totals_summary(totals, LISTED if asked.on_loss == "report" else None)))
    if totals.rejected > totals.refused:
        click.get_current_context().exit(1)
    if totals.refused:
        raise LossError(f"{totals.refused} lines not translated, because they would lose something")
    check_losses(totals.codes(), asked.fail_on)


@contextmanager
def _watched(asked: Asked) -> Iterator[tuple[Callable[[int], None], Callable[[str], None]]]:
    """Give what advances the progress, which only a terminal shows, and what says a line beside it."""
    if not sys.stderr.isatty() or (asked.output == "-" and sys.stdout.isatty()):
        yield (lambda size: None), _say
        return
    from catalens.render.tables import progress

    with progress(os.path.getsize(asked.file) if os.path.isfile(asked.file) else None) as watching:
        yield watching


# -- what there is ------------------------------------------------------------------------------------------


@main.command()
def formats() -> None:
    """List the formats and their profiles."""
    from catalens.render.tables import show_formats

    show_formats(_formats().profiles())


@main.command()
@click.argument("format", callback=_format)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def fields(format: str, as_json: bool) -> None:
    """List the fields of a FORMAT (of all its profiles, or of the one that FORMAT/PROFILE names)."""
    from catalens.mapping.schema import field_rows

    known = _formats()
    spelled = [format] if "/" in format else [f"{format}/{name}" for name in known.mapping(format).profiles]
    rows = [row for one in spelled for row in field_rows(known.profile(one))]
    if as_json:
        _write_json(rows)
        return
    from catalens.render.tables import show_fields

    show_fields(rows)


@main.command()
@click.argument("file", type=INPUT)
def detect(file: str) -> None:
    """Tell which format the payload in FILE is of."""
    from catalens.engine import detect
    from catalens.payloads import loads
    from catalens.pipeline.files import read

    click.echo(detect(loads(read(file)), None, _formats()).spelled)


@main.command()
@click.argument("files", nargs=-1, metavar="[FILE]...", type=EXISTING)
def lint(files: tuple[str, ...]) -> None:
    """Check mapping FILES, or all bundled mappings and those of --mappings."""
    from catalens.lint.check import lint_file
    from catalens.render.plain import visible_lines

    known = _formats()
    paths = [Path(file) for file in files] or [known.path(name) for name in known.names()]
    found = [one for path in paths for one in lint_file(path)]
    errors = sum(one.severity == "error" for one in found)
    for one in found:
        click.echo(visible_lines(str(one)))
    _say(f"{len(paths)} mappings: {errors} errors, {len(found) - errors} warnings")
    if errors:
        click.get_current_context().exit(1)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def matrix(as_json: bool) -> None:
    """Tell, for each pair of profiles, which share of the source's fields the target can hold."""
    from catalens.pipeline.matrix import coverage

    table = coverage(_formats())
    if as_json:
        _write_json(table)
        return
    from catalens.render.tables import show_matrix

    show_matrix(table)


@main.command()
@click.argument("source", metavar="FROM", callback=_format)
@click.argument("target", metavar="TO", callback=_format)
@click.argument("path", required=False)
@click.option("--python", is_flag=True, help="Write the generated Python instead.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def explain(source: str, target: str, path: str | None, python: bool, as_json: bool) -> None:
    """Tell, without a payload, what becomes of each field of FROM (or of those at PATH) in TO, and why."""
    from catalens.engine import Translator

    translator = Translator(source, target, formats=_formats())
    if python:
        click.echo(translator.emitted("loss").text)
        return
    found = translator.profile.fields
    if path is not None:
        found = [one for one in found if one.path == path or one.path.startswith((f"{path}.", f"{path}["))]
        if not found:
            names = [one.path for one in translator.profile.fields]
            hint = did_you_mean(path, names)
            raise UsageError(f"{translator.source.spelled} has no field {path!r}" + (f"; {hint}" if hint else ""))
    if as_json:
        _write_json({**translator.profile.to_dict(), "fields": [one.to_dict() for one in found]})
        return
    from catalens.render.tables import show_explanation

    show_explanation(found)


@main.command()
@click.argument("names", nargs=-1, metavar="[FORMAT]...", callback=_format)
@click.option("--examples", type=click.IntRange(min=1), default=50, help="Payloads for each law and pair; 50.")
def laws(names: tuple[str, ...], examples: int) -> None:
    """Try every law on every pair of profiles that touches the FORMATs (all, if none is named)."""
    from catalens.laws import run
    from catalens.render.plain import visible_lines

    broken = tried = 0
    for one in run(names, _formats(), examples=examples):
        tried, broken = tried + 1, broken + (not one.ok)
        verdict, ending = ("ok", "") if one.ok else ("BROKEN", f": {one.message}")
        click.echo(visible_lines(f"{verdict:<7}{one.law:<14}{one.source} -> {one.target}{ending}"))
    _say(f"{tried} tried, {broken} broken")
    if broken:
        click.get_current_context().exit(1)


@main.command()
@click.argument("what", metavar="mapping|hub|FORMAT", callback=_format)
def schema(what: str) -> None:
    """Write the JSON Schema of mapping files, of the hub, or of a format's payload."""
    if what == "mapping":
        from catalens.mapping.model import mapping_schema

        _write_json(mapping_schema())
    elif what == "hub":
        from catalens.hub import Product

        _write_json(Product.model_json_schema())
    else:
        from catalens.mapping.schema import payload_schema

        _write_json(payload_schema(_formats().profile(what)))
