"""The command ``catalens translate``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import click

from catalens.cli.door import main
from catalens.cli.options import (
    EXISTING,
    INPUT,
    OUTPUT,
    assumptions,
    directories,
    existing_format,
    fails_on,
    filled_in,
    known_formats,
    one_of,
)
from catalens.cli.output import json_text, say
from catalens.errors import CatalensError, LossError, UsageError
from catalens.pipeline.signals import Watch, stoppable

if TYPE_CHECKING:
    from catalens.pipeline.outputs import Outputs

#: groups of losses that a run over lines lists on standard error, unless asked for all
LISTED = 20


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
    restore_anyway: bool
    mode: str
    assume: dict[str, str]
    ids: str | None
    foreign_ids: Literal["carry", "omit"]
    fill: dict[str, str]
    park: bool
    on_loss: Literal["report", "warn", "raise"]
    fail_on: tuple[str, ...]
    losses: str | None
    jobs: int
    trace: tuple[str, ...]
    rejects: str | None
    allow_empty: bool
    warn_repeated: bool
    in_place: bool

    def check(self) -> None:
        """Refuse what does not go together. Raises UsageError."""
        wrong = "is for one payload, not for --lines" if self.lines else "needs --lines"
        for name in () if self.lines else ("rejects", "losses"):
            if getattr(self, name) is not None:
                raise UsageError(f"--{name} {wrong}")
        if self.lines and self.restore == "-":
            raise UsageError("--restore - is for one payload; with --lines, name the file of the sidecars")
        if self.warn_repeated and not self.lines:
            raise UsageError(f"--warn-repeated {wrong}")
        if self.lines and self.trace:
            raise UsageError(f"--trace {wrong}")
        if self.restore_anyway and self.restore is None:
            raise UsageError("--restore-anyway needs --restore")
        if self.jobs > 1 and not self.lines:
            raise UsageError("--jobs needs --lines")
        if self.allow_empty and self.lines:
            raise UsageError(f"--allow-empty {wrong}")
        self._check_files()

    def _check_files(self) -> None:
        """Refuse that a file is written which is another one of the run. Raises UsageError."""
        from catalens.pipeline.distinct import check_distinct, parts
        from catalens.pipeline.outputs import is_straight

        formats = known_formats()
        reads = [("the input", self.file), ("--restore", self.restore), ("--ids", self.ids)]
        reads += [(f"the mapping of {name}", str(formats.path(name))) for name in formats.names()]
        roles = ("output", "report", "sidecar", "rejects", "losses")
        writes = [(f"--{role}", name) for role in roles if (name := getattr(self, role)) is not None]
        if self.output == self.report == "-":
            writes.remove(("--report", "-"))  # it stands behind the payload
        replaced = [] if self.straight else [(role, name) for role, name in writes if not is_straight(name)]
        # one payload is read whole before anything is written, and may be replaced by what it becomes
        whole = {("the input", "--output")} if not self.lines and ("--output", self.output) in replaced else set()
        check_distinct([(role, name) for role, name in reads if name is not None], [*writes, *parts(replaced)], whole)

    def files(self) -> dict[str, str]:
        """Return the names of the files that are to be written, by role, as they take their place."""
        from catalens.pipeline.outputs import ORDER

        return {role: name for role in ORDER if (name := getattr(self, role)) is not None}

    @property
    def straight(self) -> bool:
        """Whether files are written as they stand there: who follows the payload of lines follows the others, too."""
        from catalens.pipeline.outputs import is_straight

        return self.in_place or (self.lines and is_straight(self.output))

    @contextmanager
    def outputs(self, watch: Watch) -> Iterator[Outputs]:
        """Give what the run's files are written with."""
        from catalens.pipeline.outputs import Irreplaceable, Outputs

        try:
            with Outputs(self.straight, watch.held) as outputs:
                yield outputs
        except Irreplaceable as error:
            error.add_note("--in-place writes straight into what cannot be replaced")
            raise


@main.command()
@click.argument("file", type=INPUT)
@click.option(
    "--from", "source", metavar="FORMAT", callback=existing_format, help="Format of the input; else detected."
)
@click.option(
    "--to", "target", metavar="FORMAT", callback=existing_format, required=True, help="Format of the output."
)
@click.option("-o", "--output", type=OUTPUT, default="-", metavar="OUT", help="Where the payload goes.")
@click.option("--in-place", is_flag=True, help="Write into files that cannot be replaced.")
@click.option("--lines", is_flag=True, help="Translate NDJSON, a payload a line, in constant memory.")
@click.option("--report", type=OUTPUT, metavar="FILE", help="Write the report ('-': after the payload).")
@one_of("--report-format", ["text", "json", "html", "markdown"], "Form of the report.")
@click.option("--sidecar", type=OUTPUT, metavar="FILE", help="Write what the target does not hold, for the way back.")
@click.option("--restore", type=INPUT, metavar="FILE", help="Bring back what the sidecar of the way there holds.")
@click.option("--restore-anyway", is_flag=True, help="Even where the sidecar seems to belong to another product.")
@one_of("--mode", ["update", "create"], "A partial update, or a product with the target's documented defaults.")
@click.option("--assume", multiple=True, metavar="NAME=VALUE", callback=assumptions, help="Such as weight=kg.")
@click.option("--ids", type=EXISTING, metavar="FILE", help="Id crosswalk: CSV with the header kind,FORMAT,FORMAT,…")
@one_of("--foreign-ids", ["carry", "omit"], "Ids that no crosswalk translates: as they are, or left out.")
@click.option(
    "--fill", multiple=True, metavar="PATH=VALUE", callback=filled_in, help="Where the output has nothing there."
)
@click.option("--park", is_flag=True, help="Put what the target cannot hold into its slots.")
@one_of("--on-loss", ["report", "warn", "raise"], "Sum losses up, list them, or write nothing that lost any.")
@fails_on
@click.option("--losses", type=OUTPUT, metavar="FILE", help="With --lines: write each line's losses, as NDJSON.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="With --lines: processes to use.")
@click.option("--trace", multiple=True, metavar="POINTER", help="Say how a value came out as it did.")
@click.option("--allow-empty", is_flag=True, help="Take a payload of which the format knows no field.")
@click.option("--rejects", type=OUTPUT, metavar="FILE", help="With --lines: write bad lines there, as NDJSON.")
@click.option("--warn-repeated", is_flag=True, help="With --lines: say where a product stands on several lines.")
def translate(**options: Any) -> None:
    """Translate the payload in FILE ('-': standard input).

    The payload goes to standard output, the report's summary to standard error. --fail-on takes a severity (access,
    money, …), a fate (dropped), a code (reduced.length), 'any', or what a sidecar could not restore ('stale',
    'orphaned').
    """
    asked = Asked(**options)
    asked.check()
    with stoppable() as watch:
        if asked.lines:
            _translate_lines(asked, watch)
        else:
            _translate_one(asked, watch)


def _translate_one(asked: Asked, watch: Watch) -> None:
    import catalens
    from catalens.errors import InvalidPayload, InvalidSidecar
    from catalens.payloads import loads
    from catalens.pipeline.fail_on import check_losses, check_overtaken, refusal
    from catalens.pipeline.files import read
    from catalens.pipeline.outputs import PRIVATE
    from catalens.render.report import loss_groups, render_report, summary, warning
    from catalens.render.trace import trace_lines

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
        foreign_ids=asked.foreign_ids,
        fill=_filling(asked),
        park=asked.park,
        restore=restore,
        restore_anyway=asked.restore_anyway,
        formats=known_formats(),
    )
    report = translation.report
    traces = [translation.trace(pointer) for pointer in asked.trace]
    refused = asked.on_loss == "raise" and not report.lossless
    mistaken = report.knows_nothing and not asked.allow_empty
    texts: dict[str, bytes] = {}
    if not refused and not mistaken:
        # the sidecar first: no payload without it; where nothing was lost, null stands in place of any older one
        if asked.sidecar is not None:
            texts["sidecar"] = json_text(translation.sidecar)
        texts["output"] = json_text(translation.payload)
    if asked.report is not None:
        texts["report"] = render_report(report, asked.report_format)
    with asked.outputs(watch) as outputs:
        sinks = outputs.open({role: name for role, name in asked.files().items() if role in texts}, PRIVATE)
        for role, text in texts.items():
            sinks[role].write(text)
            sinks[role].flush()
    lines = summary(report)
    if asked.on_loss == "warn":
        lines += map(warning, loss_groups(report))
    for one in traces:
        lines += trace_lines(one)
    say("\n".join(lines))
    if mistaken:
        raise _mistaken(payload, report.source)
    if refused:
        raise refusal(one.code for one in report.fates if one.code.is_loss)
    check_losses(((one.code, report.severity(one)) for one in report.fates), asked.fail_on)
    check_overtaken({word: len(places) for word, places in report.overtaken.items()}, asked.fail_on)


def _filling(asked: Asked) -> dict[str, Any] | None:
    """Return the values of ``--fill``, each in the type that its field takes; None where there is none."""
    from catalens.engine import fill_from_texts

    return fill_from_texts(asked.fill, known_formats().profile(asked.target)) if asked.fill else None


def _mistaken(payload: Any, source: str) -> CatalensError:
    """Make the error for a payload that is most likely of another format."""
    from catalens.engine import detect
    from catalens.errors import InvalidPayload, PayloadError, UndecidableFormat

    try:
        fix = f"it looks like {detect(payload, None, known_formats()).spelled}: say so with --from"
    except UndecidableFormat:
        fix = "'catalens detect' tells formats apart, --from names one"
    message = f"expected fields of {source}, found none; {fix} (--allow-empty translates it all the same)"
    return InvalidPayload([PayloadError("", message)])


def _translate_lines(asked: Asked, watch: Watch) -> None:
    from catalens.crosswalk import Crosswalks
    from catalens.pipeline.fail_on import check_losses, check_overtaken
    from catalens.pipeline.stream import Job, Recipe, translate_file
    from catalens.render.report import render_totals, totals_summary

    recipe = Recipe(
        asked.source,
        asked.target,
        asked.mode,
        asked.assume,
        None if asked.ids is None else Crosswalks.read(asked.ids),
        directories(),
        asked.park,
        strict=asked.on_loss == "raise",
        keep_losses=asked.losses is not None,
        foreign_ids=asked.foreign_ids,
        fill=_filling(asked),
        sidecars=asked.sidecar is not None,
        restore_anyway=asked.restore_anyway,
        identify=asked.warn_repeated,
    )
    with _watched(asked) as (advance, complain):
        job = Job(asked.file, asked.files(), asked.jobs, complain, advance, asked.restore)
        with asked.outputs(watch) as outputs:
            totals = translate_file(recipe, job, outputs)
            if asked.report is not None:
                sink = outputs.sinks["report"]
                sink.write(render_totals(totals, asked.report_format))
                sink.flush()
    say("\n".join(totals_summary(totals, LISTED if asked.on_loss == "report" else None)))
    if totals.rejected > totals.refused:
        click.get_current_context().exit(1)
    if totals.refused:
        raise LossError(f"{totals.refused} lines not translated, because they would lose something")
    check_losses(totals.kinds(), asked.fail_on)
    check_overtaken(totals.overtaken, asked.fail_on)


@contextmanager
def _watched(asked: Asked) -> Iterator[tuple[Callable[[int], None], Callable[[str], None]]]:
    """Give what advances the progress, which only a terminal shows, and what says a line beside it."""
    if not sys.stderr.isatty() or (asked.output == "-" and sys.stdout.isatty()):
        yield (lambda size: None), say
        return
    from catalens.compression import is_compressed
    from catalens.render.tables import progress

    # of a compressed file nobody knows how much is in it
    known = os.path.isfile(asked.file) and not is_compressed(asked.file)
    with progress(os.path.getsize(asked.file) if known else None) as watching:
        yield watching
