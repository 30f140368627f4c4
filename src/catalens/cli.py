"""The door: the command ``catalens``. Whatever is slow to import is imported inside the commands that use it."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeVar

import click

from catalens import __version__
from catalens.errors import CatalensError, InvalidMapping, LossError, UnknownFormat, UsageError, did_you_mean

if TYPE_CHECKING:
    from catalens.formats import Registry
    from catalens.pipeline.totals import Totals

Command = TypeVar("Command", bound=Callable[..., Any])

#: groups of losses that a run over lines lists on standard error, unless asked for all
LISTED = 20


# -- errors, files ------------------------------------------------------------------------------------------


class Door(click.Group):
    """A group that ends every error of ours, or of a file, as one message on standard error."""

    def invoke(self, ctx: click.Context) -> Any:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            return super().invoke(ctx)
        except CatalensError as error:
            text = str(error)
            ours = "" if isinstance(error, InvalidMapping) else "Error:\n" if "\n" in text else "Error: "
            _end(ctx, ours + text, error.exit_code)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # click ends quietly where nobody reads any more
            _end(
                ctx, f"Error: {error.filename or 'input or output'}: {error.strerror or error}", UsageError.exit_code
            )


def _end(ctx: click.Context, text: str, code: int) -> NoReturn:
    _say(text)
    ctx.exit(code)


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


def with_mappings(command: Command) -> Command:
    """Let a command take directories with mappings of formats."""
    option = click.option(
        "--mappings",
        multiple=True,
        metavar="DIR",
        type=click.Path(exists=True, file_okay=False),
        is_eager=True,
        expose_value=False,
        callback=_add_mappings,
        help="Add the formats of a directory of mappings; may be repeated.",
    )
    return option(command)


def _formats() -> Registry:
    from catalens.formats import registry

    return registry(_directories())


def _directories() -> tuple[str, ...]:
    return tuple(click.get_current_context().ensure_object(list))


def _format(_: click.Context, __: click.Parameter, given: Any) -> Any:
    """Refuse formats that do not exist."""
    for name in given if isinstance(given, tuple) else [given] if given is not None else []:
        try:
            _formats().profile(name)
        except UnknownFormat as error:
            raise click.BadParameter(str(error)) from None
    return given


def _schema_of(ctx: click.Context, param: click.Parameter, given: str) -> str:
    return given if given == "mapping" else str(_format(ctx, param, given))


def _assumptions(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    for text, (name, _equals, value) in zip(given, pairs, strict=True):
        if not (name and value):
            raise click.BadParameter(f"{text!r} is not of the form NAME=VALUE, such as weight=kg")
    return {name: value for name, _equals, value in pairs}


def _gate(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    if given:
        from catalens.pipeline.gate import check_gate

        return tuple(map(check_gate, given))
    return given


INPUT = click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True)
OUTPUT = click.Path(dir_okay=False, writable=True, allow_dash=True)


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="catalens")
@with_mappings
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

        for name in ("sidecar", "restore") if self.lines else ("rejects", "losses"):
            if getattr(self, name) is not None:
                raise UsageError(
                    f"--{name} " + ("is for one payload, not for --lines" if self.lines else "needs --lines")
                )
        if self.jobs > 1 and not self.lines:
            raise UsageError("--jobs needs --lines")
        roles = [("the input", self.file)] if self.lines else []
        roles += [(f"--{name}", getattr(self, name)) for name in ("output", "report", "sidecar", "rejects", "losses")]
        check_distinct(roles)


@main.command()
@with_mappings
@click.argument("file", type=INPUT)
@click.option(
    "--from", "source", metavar="FORMAT", callback=_format, help="Format of the input; detected if not given."
)
@click.option("--to", "target", metavar="FORMAT", callback=_format, required=True, help="Format of the output.")
@click.option("-o", "--output", type=OUTPUT, default="-", metavar="OUT", help="Where the payload goes.")
@click.option("--lines", is_flag=True, help="Translate NDJSON, a payload a line, in constant memory.")
@click.option("--report", type=OUTPUT, metavar="FILE", help="Write the report ('-': after the payload).")
@click.option(
    "--report-format",
    type=click.Choice(["text", "json", "html", "markdown"]),
    default="text",
    show_default=True,
    help="Form of the report.",
)
@click.option("--sidecar", type=OUTPUT, metavar="FILE", help="Write what the target does not hold, for the way back.")
@click.option("--restore", type=INPUT, metavar="FILE", help="Bring back what the sidecar of the way there holds.")
@click.option(
    "--mode",
    type=click.Choice(["update", "create"]),
    default="update",
    show_default=True,
    help="A partial update, or a whole product with the target's documented defaults.",
)
@click.option(
    "--assume",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_assumptions,
    help="Say what payloads leave unsaid: weight=kg.",
)
@click.option(
    "--ids",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="Id crosswalk: CSV with the header kind,FORMAT,FORMAT,…",
)
@click.option("--park", is_flag=True, help="Put what the target cannot hold into its slots.")
@click.option(
    "--on-loss",
    type=click.Choice(["report", "warn", "raise"]),
    default="report",
    show_default=True,
    help="Sum losses up; warn of each group; or write no payload that lost anything, and exit with 3.",
)
@click.option(
    "--fail-on",
    multiple=True,
    metavar="CODE",
    callback=_gate,
    help="Exit with 3 at this fate (dropped) or code (reduced.length) or worse, or at 'any' loss.",
)
@click.option("--losses", type=OUTPUT, metavar="FILE", help="With --lines: write each line's losses, as NDJSON.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="With --lines: processes to use.")
@click.option("--rejects", type=OUTPUT, metavar="FILE", help="With --lines: write bad lines there, as NDJSON.")
def translate(**options: Any) -> None:
    """Translate the payload in FILE ('-': standard input).

    The payload goes to standard output, the report's summary to standard error.
    """
    asked = Asked(**options)
    asked.check()
    if asked.lines:
        _translate_lines(asked)
    else:
        _translate_one(asked)


def _translate_one(asked: Asked) -> None:
    import catalens
    from catalens.losses import is_loss
    from catalens.payloads import loads
    from catalens.pipeline.files import read, write
    from catalens.pipeline.gate import check_losses, refusal
    from catalens.render.report import loss_groups, render_report, summary, warning

    translation = catalens.translate(
        loads(read(asked.file)),
        asked.source,
        asked.target,
        mode=asked.mode,
        assume=asked.assume or None,
        ids=asked.ids,
        park=asked.park,
        restore=None if asked.restore is None else loads(read(asked.restore)),
        formats=_formats(),
    )
    report = translation.report
    codes = [one.code for one in report.fates]
    refused = asked.on_loss == "raise" and not report.lossless
    if not refused:
        # the sidecar first: no payload without it
        if asked.sidecar is not None and translation.sidecar is not None:
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
    from catalens.compiler.crosswalk import Crosswalks
    from catalens.pipeline.files import reading, write, writing
    from catalens.pipeline.stream import Recipe, Sinks, blocks, drain, find_source, translate_blocks
    from catalens.render.report import render_totals, totals_summary

    with ExitStack() as stack:
        stream = stack.enter_context(reading(asked.file))
        source, work = asked.source, blocks(stream, eager=asked.jobs == 1)
        if source is None or "/" not in source:
            source, work = find_source(work, source, asked.target, _formats())
        recipe = Recipe(
            source,
            asked.target,
            asked.mode,
            asked.assume,
            None if asked.ids is None else Crosswalks.read(asked.ids).rows,
            _directories(),
            asked.park,
            asked.on_loss == "raise",
            asked.losses is not None,
        )
        results = translate_blocks(recipe, work, asked.jobs)
        output = stack.enter_context(writing(asked.output))
        rejects = None if asked.rejects is None else stack.enter_context(writing(asked.rejects, private=True))
        losses = None if asked.losses is None else stack.enter_context(writing(asked.losses))
        advance, complain = stack.enter_context(_watched(asked))
        totals = drain(results, Sinks(output, rejects, losses, complain, advance))
    if asked.report is not None:
        target = _formats().profile(asked.target).spelled
        write(asked.report, render_totals(totals, source, target, asked.report_format))
    _say("\n".join(totals_summary(totals, LISTED if asked.on_loss == "report" else None)))
    _end_lines(asked, totals)


def _end_lines(asked: Asked, totals: Totals) -> None:
    """Give the run over lines its exit code."""
    from catalens.pipeline.gate import check_losses

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
    from catalens.render.plain import visible_lines
    from catalens.render.tables import progress

    size = os.path.getsize(asked.file) if os.path.isfile(asked.file) else None
    with progress(size) as (advance, say):
        yield advance, lambda text: say(visible_lines(text))


# -- what there is ------------------------------------------------------------------------------------------


@main.command()
@with_mappings
def formats() -> None:
    """List the formats and their profiles."""
    from catalens.render.tables import show_formats

    show_formats(_formats().profiles())


@main.command()
@with_mappings
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
@with_mappings
@click.argument("file", type=INPUT)
def detect(file: str) -> None:
    """Tell which format the payload in FILE is of."""
    from catalens.engine import detect
    from catalens.payloads import loads
    from catalens.pipeline.files import read

    click.echo(detect(loads(read(file)), None, _formats()).spelled)


@main.command()
@with_mappings
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(exists=True, dir_okay=False))
def lint(files: tuple[str, ...]) -> None:
    """Check mapping FILES, or all bundled mappings and those of --mappings."""
    from catalens.mapping.lint import lint_file
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
@with_mappings
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def matrix(as_json: bool) -> None:
    """Tell, for each pair of profiles, which share of the source's fields the target can hold."""
    from catalens.engine import Translator

    known = _formats()
    names = [profile.spelled for profile in known.profiles()]
    table: dict[str, dict[str, dict[str, Any]]] = {}
    for source in names:
        for target in names:
            if source != target:
                found = [
                    one
                    for one in Translator(source, target, formats=known).profile.fields
                    if not one.container and not all(code.startswith("withheld") for code in one.codes)
                ]
                held = sum(one.held for one in found)
                share = round(held / len(found), 4) if found else 1.0
                table.setdefault(source, {})[target] = {"fields": len(found), "held": held, "share": share}
    if as_json:
        _write_json(table)
        return
    from catalens.render.tables import show_matrix

    show_matrix(table)


@main.command()
@with_mappings
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
@with_mappings
@click.argument("names", nargs=-1, metavar="[FORMAT]...", callback=_format)
@click.option(
    "--examples", type=click.IntRange(min=1), default=50, show_default=True, help="Payloads per law and pair."
)
def laws(names: tuple[str, ...], examples: int) -> None:
    """Try every law on every pair of profiles that touches the FORMATs (all, if none is named)."""
    from catalens.laws import run
    from catalens.render.plain import visible_lines

    broken = tried = 0
    for one in run(names, _formats(), examples=examples):
        tried, broken = tried + 1, broken + (not one.ok)
        ending = "" if one.ok else f": {one.message}"
        click.echo(
            visible_lines(f"{'ok' if one.ok else 'BROKEN':<7}{one.law:<14}{one.source} -> {one.target}{ending}")
        )
    _say(f"{tried} tried, {broken} broken")
    if broken:
        click.get_current_context().exit(1)


@main.command()
@with_mappings
@click.argument("what", metavar="mapping|hub|FORMAT", callback=_schema_of)
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
