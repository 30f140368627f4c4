"""Tables, and progress, by rich; cells are shown as they are, never read as rich's markup."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from catalens.render.plain import visible

#: columns where the output is no terminal
WIDE = 160


def show_table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table to standard output; lists become lines of a cell, None becomes nothing."""
    table = Table(box=SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for name in header:
        table.add_column(name.strip(), overflow="fold", justify="right" if name.startswith(" ") else "left")
    for row in rows:
        table.add_row(*map(_cell, row))
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else WIDE, highlight=False).print(table)


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
            lambda text: bar.console.print(Text(text), highlight=False, soft_wrap=True),
        )
