"""Tables, and progress, by rich; cells are shown as they are, never read as rich's markup."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from catalens.errors import UsageError
from catalens.explain.profile import FieldProfile
from catalens.mapping.profile import Profile
from catalens.mapping.schema import field_rows
from catalens.render.plain import visible, visible_lines

#: columns where the output is no terminal
WIDE = 160
#: more columns than any table of short cells has; names that are folded could not be looked for
UNFOLDED = 10_000


def show_formats(profiles: Iterable[Profile]) -> None:
    """Write the list of profiles to standard output."""
    rows = [(one.spelled, len(field_rows(one)), one.mapping.title) for one in profiles]
    show_rows(("format", " fields", "title"), rows)


def show_fields(fields: Iterable[dict[str, Any]]) -> None:
    """Write the rows of ``field_rows`` to standard output."""
    names = ("path", "profile", "type", "codec")
    rows = [
        (
            *(one[name] for name in names),
            one["hub"] or one["counterpart"],
            [f"{word} {limit}" for word, limit in one["limits"].items()] + _words(one["table"]),
            one["doc"],
        )
        for one in fields
    ]
    show_rows(("field", *names[1:], "hub", "limits", "about"), rows, UNFOLDED)


def _words(table: dict[str, Any] | None) -> list[str]:
    """Return the rows of a code table, as text: the wire's word, and what it stands for."""
    return [f"{wire} = {json.dumps(hub, ensure_ascii=False)}" for wire, hub in (table or {}).items()]


def show_explanation(fields: Iterable[FieldProfile]) -> None:
    """Write what becomes of fields to standard output."""
    rows = [(one.path, one.codes, one.severity, one.codec, one.mapping, one.why) for one in fields]
    show_rows(("field", "becomes", "severity", "codec", "mapping", "why"), rows)


def show_matrix(table: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Write the share of fields that each pair holds to standard output."""
    rows = [
        (source, *(f"{int(row[target]['share'] * 100)} %" if target in row else "" for target in table))
        for source, row in table.items()
    ]
    show_rows(("from \\ to", *(f" {name}" for name in table)), rows, UNFOLDED)


def show_rows(header: Sequence[str], rows: Iterable[Sequence[Any]], wide: int = WIDE) -> None:
    """Write a table; a heading that begins with a space stands over numbers, a list becomes lines of its cell.

    ``wide`` is how many columns there are where the output is no terminal.
    """
    if sys.stdout is None:
        raise UsageError("standard output is closed")
    table = Table(box=SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for name in header:
        table.add_column(name.strip(), overflow="fold", justify="right" if name.startswith(" ") else "left")
    for row in rows:
        table.add_row(*map(_cell, row))
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else wide, highlight=False).print(table)


def _cell(value: Any) -> Text:
    parts = value if isinstance(value, list | tuple) else [] if value is None else [value]
    return Text("\n".join(map(visible, parts)))


@contextmanager
def progress(total: int | None) -> Iterator[tuple[Callable[[int], None], Callable[[str], None]]]:
    """Show progress on standard error; give what advances it by bytes, and what says a line above it."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("translating", total=total)
        yield (
            lambda size: bar.advance(task, size),
            lambda text: bar.console.print(Text(visible_lines(text)), highlight=False, soft_wrap=True),
        )
