"""A topic of the guide as a terminal shows it, by rich."""

from __future__ import annotations

import sys
from io import StringIO
from typing import ClassVar

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import Markdown, MarkdownElement, TableElement
from rich.table import Table

#: lines are read best at about this length
WIDTH = 100


class _WholeTable(TableElement):
    """A table whose cells go on in the next line, and lose nothing, where they are too long."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for table in super().__rich_console__(console, options):
            if isinstance(table, Table):
                for column in table.columns:
                    column.overflow = "fold"
            yield table


class _Manual(Markdown):
    elements: ClassVar[dict[str, type[MarkdownElement]]] = {**Markdown.elements, "table_open": _WholeTable}


def show_topic(text: str) -> None:
    """Write a Markdown text to the terminal."""
    console = Console(file=sys.stdout)
    console.print(_Manual(text), width=min(console.width, WIDTH))


def laid_out(text: str, width: int = WIDTH) -> str:
    """Return a Markdown text as a terminal of some width would show it, without colours."""
    written = StringIO()
    Console(file=written, width=width, highlight=False).print(_Manual(text))
    return written.getvalue()
