"""What a migration shows: its plan, its states, and how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import Progress, TextColumn

from catalens.render.plain import visible
from catalens.render.tables import show_rows

#: seconds between two lines, where nobody looks at a terminal
EVERY = 30.0
#: rows of losses on one screen
ROWS = 12


#: what takes in, in one line, how far it is
Told = Callable[[str], None]


def show_states(counts: Sequence[tuple[str, str, str, int]]) -> None:
    """Write how many things of a kind are at a step in a state."""
    show_rows(("kind", "step", "state", " things"), [(*row[:3], f"{row[3]:,}") for row in counts])


def show_plan(plan: Mapping[str, Any]) -> None:
    """Write what will happen."""
    rows = [(kind, word, f"{count:,}") for kind, each in plan["counts"].items() for word, count in each.items()]
    show_rows(("kind", "what will happen", " things"), rows)
    if plan["held"]:
        show_rows(("held or rejected", " things"), [(code, f"{count:,}") for code, count in plan["held"].items()])
    if plan["losses"]:
        names = ("kind", "code", "rule", "count", "example")
        losses = [tuple(one[name] for name in names) for one in plan["losses"][:ROWS]]
        show_rows(("kind", "loss", "rule", " count", "for example"), losses)
        if len(plan["losses"]) > ROWS:
            print(f"… and {len(plan['losses']) - ROWS} rules more; --json has all")


def show_verified(found: Mapping[str, Any]) -> None:
    """Write what reading back gave."""
    for name in ("differs", "deep"):
        if found[name]:
            rows = [(thing, pointers) for thing, pointers in found[name].items()]
            show_rows((name, "at"), rows)
    for name in ("gone", "orphans"):
        if found[name]:
            show_rows((name,), [(one,) for one in found[name]])
    if found["unreadable"]:
        rows = sorted(found["unreadable"].items(), key=lambda one: (-one[1], one[0]))[:ROWS]
        show_rows(("cannot be read back", " things"), [(at, f"{count:,}") for at, count in rows])
    if found["totals"]:
        show_rows(("control total", " source", " sent", " read back", "explained by", "unexplained"), _totals(found))


def _totals(found: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for row in found["totals"]:
        why = [f"{reason}: {count}" for reason, count in row["explained"].items()]
        numbers = [f"{row[name]:,}" for name in ("source", "sent", "read back")]
        yield (row["measure"], *numbers, why, row["unexplained"])


class Pace:
    """How fast it goes, and how long it will take."""

    def __init__(self) -> None:
        self.began, self.done = time.monotonic(), 0

    def line(
        self, step: str, done: int, total: int, states: Mapping[str, int], pause: tuple[float, str] | None
    ) -> str:
        """Write how far it is in one line."""
        seconds = time.monotonic() - self.began
        rate = self.done / seconds if seconds > 0 else 0.0
        parts = [f"{step} {done:,}/{total:,}", f"{rate:.1f}/s"]
        parts += [f"{count:,} {state}" for state, count in states.items() if count]
        if rate > 0 and total > done:
            parts.append(f"about {duration((total - done) / rate)} left")
        if pause is not None:
            parts.append(f"waiting {pause[0]:.0f} s: {pause[1]}")
        return " · ".join(parts)


def duration(seconds: float) -> str:
    """Write seconds as people say them."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


@contextmanager
def progress(say: Told) -> Iterator[Told]:
    """Show one line on a terminal, and a line now and then elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _now_and_then(say)
        return
    with Progress(TextColumn("{task.description}", markup=False), console=console, transient=True) as bar:
        task = bar.add_task("")
        yield lambda line: bar.update(task, description=visible(line))


def _now_and_then(say: Told) -> Told:
    last = time.monotonic()

    def told(line: str) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY:
            last = time.monotonic()
            say(line)

    return told
