"""Show results: a table for the terminal, a picture for the README."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import candidates as named
from benchmarks.aims import Aim

Results = dict[str, Any]

OURS, OTHERS, HAND = "#0b6e4f", "#8a8f98", "#d1495b"


def show(results: Results, aims: list[Aim]) -> None:
    """Print everything that was measured."""
    console = Console(width=132)
    console.print(f"\n[bold]{results['title']}[/bold]\n{results['machine']}")
    if results["load"] > 0.5:
        console.print(f"[red]busy machine (load {results['load']}): mind the spread; clock times say little[/red]")
    for block in [*results["blocks"], *results["peers"]]:
        table = Table(title=f"{block['pair']}, {block['catalogue']}", title_justify="left", title_style="bold")
        for head in ("", "µs a record", "ratio", "quartiles", "records × rounds"):
            table.add_column(head, justify="left" if not head else "right")
        for row in block["outcomes"]:
            ratio, micros = row["ratio"], row["microseconds"]["median"]
            around = f"{ratio['low']:.3f} to {ratio['high']:.3f}"
            count = f"{row['records']} × {row['rounds']}"
            table.add_row(row["candidate"], f"{micros:,.2f}", f"{ratio['median']:.3f}", around, count)
        console.print(table)
    for peer, words in results["cannot"].items():
        console.print(f"{peer}: same output for {words['same']}; cannot {words['cannot']}")
    for name in ("adversarial", "variants", "records", "formats", "streams", "start"):
        _rows(console, name, results[name])
    slowest = sorted(results["compile"], key=lambda one: -one["seconds"])[:5]
    _rows(console, f"compile, the slowest of {len(results['compile'])} pairs", slowest)
    table = Table(title="aims", title_justify="left", title_style="bold")
    for head in ("", "aim", "measured", "", "missed by", "worst at"):
        table.add_column(head)
    for aim in aims:
        sign = "≤" if aim.at_most else "≥"
        verdict = "[green]met[/green]" if aim.met else "[red]missed[/red]"
        bound, value = f"{sign} {aim.bound:g} {aim.unit}", f"{aim.value:g} {aim.unit}"
        table.add_row(aim.what, bound, value, verdict, aim.off, aim.where)
    console.print(table)


def _rows(console: Console, title: str, rows: Any) -> None:
    rows = [rows] if isinstance(rows, dict) else rows
    if not rows:
        console.print(f"{title}: not measured")
        return
    table = Table(title=title, title_justify="left", title_style="bold")
    for head in rows[0]:
        table.add_column(str(head), justify="right")
    for row in rows:
        table.add_row(*(f"{value:,}" if isinstance(value, int | float) else str(value) for value in row.values()))
    console.print(table)


def draw(results: Results, path: Path) -> None:
    """Draw the ratios as a picture that is the same for the same results."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "catalens", "svg.fonttype": "none", "font.size": 9})
    from matplotlib import pyplot
    from matplotlib.ticker import FuncFormatter

    panels = [
        ("dict to dict, hand-written Python = 1", _ratios(results, named.BY_HAND)),
        ("bytes to bytes, hand-written Python with orjson = 1", _ratios(results, named.BYTES_BY_HAND)),
    ]
    heights = [len(rows) for _, rows in panels]
    figure, axes = pyplot.subplots(
        2, 1, figsize=(8.4, 0.34 * sum(heights) + 1.7), height_ratios=heights, layout="constrained"
    )
    for axis, (title, rows) in zip(axes, panels, strict=True):
        for place, (name, found) in enumerate(rows.items()):
            colour = OURS if name.startswith("Catalens") else HAND if "hand-written" in name else OTHERS
            values = [ratio["median"] for ratio in found]
            axis.plot([min(values), max(values)], [place, place], color=colour, linewidth=6, alpha=0.25)
            for ratio in found:
                axis.plot([ratio["low"], ratio["high"]], [place, place], color=colour, linewidth=1.5)
                axis.plot(ratio["median"], place, "o", color=colour, markersize=4.5)
            axis.annotate(
                " to ".join(dict.fromkeys(map(_short, (min(values), max(values))))),
                (max(ratio["high"] for ratio in found), place), xytext=(6, 0), textcoords="offset points",
                va="center", color=colour, fontsize=8,
            )  # fmt: skip
        axis.set_yticks(range(len(rows)), list(rows))
        axis.invert_yaxis()
        axis.set_xscale("log")
        axis.set_title(title, loc="left", fontsize=10, fontweight="bold")
        axis.axvline(1, color=HAND, linewidth=0.8)
        axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.margins(x=0.14)
        axis.grid(axis="x", which="major", color="#dddddd", linewidth=0.6)
        axis.set_axisbelow(True)
        for side in ("top", "right", "left"):
            axis.spines[side].set_visible(False)
        axis.tick_params(axis="y", length=0)
    note = "times as long, log scale: a dot for each pair and catalogue, a line for its quartiles"
    axes[-1].set_xlabel(f"{note}\n* cannot give the same output: does part of the work")
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    pyplot.close(figure)


def _ratios(results: Results, base: str) -> dict[str, list[dict[str, float]]]:
    """Return the ratios of every candidate that was measured against a base, controls and doubles left out."""
    rows: dict[str, list[dict[str, float]]] = {}
    for block in [*results["blocks"], *results["peers"]]:
        outcomes = block["outcomes"]
        if outcomes[0]["candidate"] != base or block["catalogue"] == "adversarial":
            continue
        for row in outcomes[1:]:
            if block in results["peers"] and row["candidate"].startswith("Catalens"):
                continue
            star = " *" if results["cannot"].get(row["candidate"], {}).get("same", "").startswith("0 of") else ""
            rows.setdefault(row["candidate"] + star, []).append(row["ratio"])
    return rows


def _short(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:,.0f}"
