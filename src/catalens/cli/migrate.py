"""The commands ``catalens migrate …``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from catalens.cli.door import Command, Door, main
from catalens.cli.options import EXISTING, existing_format, fails_on, known_formats
from catalens.cli.output import say, write_json
from catalens.errors import UsageError
from catalens.pipeline.signals import handled

if TYPE_CHECKING:
    from catalens.migrate.events import Event
    from catalens.migrate.migration import Migration
    from catalens.migrate.plan import Plan

#: seconds between two looks at the journal
LOOK = 2.0


class Group(Door):
    """The commands on one migration."""

    command_class = Command


@main.group(cls=Group)
def migrate() -> None:
    """Move a store into another: stop anywhere, go on, and lose or double nothing.

    Exit codes: 0 all that was planned is done; 1 config, mapping or payload invalid; 2 usage; 3 loss gate;
    4 ended, and something needs a person; 5 stopped, go on with run.
    """


def _config(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.argument("file", type=EXISTING)(command)


def _as_json(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--json", "as_json", is_flag=True, help="Write JSON.")(command)


def _read(file: str) -> Migration:
    from catalens.migrate.migration import Migration

    return Migration.read(file, formats=known_formats())


def _end(code: int) -> NoReturn:
    raise click.exceptions.Exit(code)


@contextmanager
def _stoppable(one: Migration) -> Iterator[None]:
    """Let the first signal end a run after the calls under way, and the second at once."""
    asked: list[int] = []

    def stop(number: int, _: Any) -> None:
        if asked:
            os._exit(5)
        asked.append(number)
        one.stop()
        say("stopping after the calls under way; once more: at once")

    with handled(stop):
        yield


# -- plan and run -------------------------------------------------------------------------------------------------


@migrate.command()
@_config
@_as_json
@click.option("--offline", is_flag=True, help="Do not ask the target what it has.")
@fails_on
def plan(file: str, as_json: bool, offline: bool, fail_on: tuple[str, ...]) -> None:
    """Read the source, translate it, ask the target what it has, and say what will happen. Nothing is sent."""
    from catalens.account.codes import LossCode
    from catalens.migrate.plan import Plan
    from catalens.pipeline.fail_on import check_losses

    one = _read(file)
    made: Plan | None = None
    with _stoppable(one):
        for told in _shown(one, one.planning(offline)):
            made = told if isinstance(told, Plan) else made
    assert made is not None
    if as_json:
        write_json(made.to_dict())
    else:
        _say_plan(made)
    click.echo(one.status().line, err=as_json)
    check_losses(((LossCode.of(each["code"]), each["severity"]) for each in made.losses), fail_on)
    _end(4 if made.held else 0)


def _say_plan(made: Plan) -> None:
    from catalens.render.migration import duration, show_plan

    show_plan(made.to_dict())
    took = "" if made.seconds is None else f", {duration(made.seconds)} at the pace given"
    click.echo(f"calls that write: {made.calls:,}{took}")
    waits = ", ".join(f"{word} {count:,}" for word, count in made.waits.items())
    click.echo(f"references: {waits}")
    if made.pictures:
        click.echo(f"pictures to fetch: {made.pictures:,}")
    if made.by_hand:
        click.echo(f"undo: the target cannot delete {', '.join(made.by_hand)}, so undo only lists what to remove")
    for name in made.variables:
        click.echo(f"not set: {name}")
    click.echo(f"guarantee: {made.guarantee}")
    click.echo(f"plan {made.digest}")


@migrate.command()
@_config
@_as_json
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Only so many products, and what they refer to.")
@click.option("--only", multiple=True, metavar="ID", help="Only the thing with this identifier; may be repeated.")
@click.option("--plan", "wanted", metavar="DIGEST", help="Refuse where it is no longer what was planned.")
def run(file: str, as_json: bool, limit: int | None, only: tuple[str, ...], wanted: str | None) -> None:
    """Do what is planned, from where it was left; plan first where there is no plan."""
    from catalens.migrate.events import Finished

    one = _read(file)
    last: Any = None
    with _stoppable(one):
        for event in _shown(one, one.run(limit, only, wanted)):
            last = event
    assert isinstance(last, Finished)
    status = one.status()
    if as_json:
        write_json({**status.to_dict(), "reason": last.reason, "exit_code": last.exit_code})
    else:
        from catalens.render.migration import show_states

        show_states(status.counts)
    if last.reason is not None:
        say(f"stopped: {last.reason}; go on with run")
    elif last.exit_code == 4:
        say("something needs a person: catalens migrate report lists what to do")
    click.echo(status.line, err=as_json)
    _end(last.exit_code)


def _shown(one: Migration, events: Iterable[Event | Plan]) -> Iterator[Any]:
    """Pass events on, and show how far it is."""
    from catalens.migrate.events import About, Again, Done, Paused, Read, Refused, Unknown, Waiting
    from catalens.render.migration import Pace, progress

    pace, totals, trouble = Pace(), {"read": 0, "done": 0}, {"refused": 0, "unknown": 0}
    total = 0
    with progress(say) as show:
        for told in events:
            yield told
            pause: tuple[float, str] | None = None
            step = "read"
            if isinstance(told, Read):
                totals["read"] += told.count
                show(pace.line(f"read {told.side}", totals["read"], totals["read"], {}, None))
                continue
            if isinstance(told, Paused):
                pause = (told.seconds, told.why)
            elif isinstance(told, About):
                step = told.step
                trouble["refused"] += isinstance(told, Refused)
                trouble["unknown"] += isinstance(told, Unknown)
                pace.done += isinstance(told, Done | Waiting)
                totals["done"] += isinstance(told, Done | Waiting)
                if isinstance(told, Again):
                    pause = (told.seconds, told.code)
            else:
                continue
            total = total or sum(one.status().states.values())
            show(pace.line(step, totals["done"], total, trouble, pause))


# -- looking at it ------------------------------------------------------------------------------------------------


@migrate.command()
@_config
@_as_json
@click.option("--watch", is_flag=True, help="Write it again whenever it changes, until the run has ended.")
def status(file: str, as_json: bool, watch: bool) -> None:
    """Say how far it is, from the journal alone, also while a run goes."""
    import time

    one = _read(file)
    found = one.status()
    while True:
        if as_json:
            write_json(found.to_dict())
        else:
            from catalens.render.migration import show_states

            show_states(found.counts)
            click.echo(found.line)
        if not watch or found.ended:
            return
        before = found.states
        while found.states == before and not found.ended:
            time.sleep(LOOK)
            found = one.status()


@migrate.command()
@_config
@click.option("--code", "codes", multiple=True, metavar="CODE", help="What has this code, such as 422.")
@click.option("--id", "ids", multiple=True, metavar="ID", help="The thing with this identifier.")
@click.option("--all", "every", is_flag=True, help="All of it.")
def retry(file: str, codes: tuple[str, ...], ids: tuple[str, ...], every: bool) -> None:
    """Make ready again what was refused, rejected, held, stuck, gone or in conflict; run does it."""
    one = _read(file)
    found = one.retry(codes, ids, every)
    click.echo(f"ready again: {len(found)}")
    click.echo(one.status().line)


@migrate.command()
@_config
@_as_json
@click.option("--sample", type=click.IntRange(1), metavar="N", help="Only so many things, drawn at random.")
@click.option("--deep", is_flag=True, help="Also translate back, with the sidecars: the source has to come out.")
def verify(file: str, as_json: bool, sample: int | None, deep: bool) -> None:
    """Read back what was sent, leaf by leaf, and hold the sums of source, sent and read back against each other."""
    found = _read(file).verify(sample, deep)
    if as_json:
        write_json(found.to_dict())
    else:
        from catalens.render.migration import show_verified

        show_verified(found.to_dict())
        parts = [f"same {found.same}", f"differs {len(found.differs)}", f"gone {len(found.gone)}"]
        click.echo(f"read back {found.same + len(found.differs) + len(found.gone)} = {' + '.join(parts)}")
    _end(found.exit_code)


@migrate.command()
@_config
@click.option("-o", "--output", "directory", required=True, metavar="DIR", type=click.Path(file_okay=False))
def report(file: str, directory: str) -> None:
    """Write what people work with: work.csv, redirects.csv, ids.csv, rejects.ndjson, losses.json, report.html."""
    one = _read(file)
    for name in one.report(directory):
        click.echo(str(Path(directory) / name))
    click.echo(one.status().line)


@migrate.command()
@_config
@_as_json
@click.option("--yes", is_flag=True, help="Do not ask.")
def undo(file: str, as_json: bool, yes: bool) -> None:
    """Delete what was created, and write back what stood there before, where it is still as it was left."""
    one = _read(file)
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("undo deletes things in the target; say --yes")
        click.confirm(f"{one.status().line}. Take it back?", abort=True, err=True)
    done = one.undo()
    if as_json:
        write_json(done.to_dict())
    else:
        for word, things in done.things.items():
            click.echo(f"{word} {len(things)}")
        for word in sorted(set(done.things) - {"deleted", "restored"}):
            for thing in done.things[word]:
                say(f"{word}: {thing}")
    _end(done.exit_code)


# -- beginning ----------------------------------------------------------------------------------------------------


@migrate.command()
@click.option("--from", "source", required=True, metavar="FORMAT", callback=existing_format, help="The old store's.")
@click.option("--to", "target", required=True, metavar="FORMAT", callback=existing_format, help="The new store's.")
def init(source: str, target: str) -> None:
    """Write a configuration with comments, to begin with."""
    from catalens.migrate.migration import starting_point

    click.echo(starting_point(source, target, known_formats()), nl=False)
