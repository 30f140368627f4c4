"""A topic of the guide as a terminal shows it, by rich."""

from __future__ import annotations

import sys
from io import StringIO

from rich.console import Console
from rich.markdown import Markdown

#: lines are read best at about this length
WIDTH = 100


def show_topic(text: str) -> None:
    """Write a Markdown text to the terminal."""
    console = Console(file=sys.stdout)
    console.print(Markdown(text), width=min(console.width, WIDTH))


def laid_out(text: str, width: int = WIDTH) -> str:
    """Return a Markdown text as a terminal of some width would show it, without colours."""
    written = StringIO()
    Console(file=written, width=width, highlight=False).print(Markdown(text))
    return written.getvalue()
