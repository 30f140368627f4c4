"""How costs grow, and what a run costs outside the loop over records: compiling, starting, memory, processes."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import permutations
from pathlib import Path
from typing import Any

from benchmarks import catalogues
from benchmarks.candidates import BY_HAND, EXACT
from benchmarks.measure import Candidate, side_by_side
from benchmarks.pairs import PAIRS
from catalens import Translator
from catalens.formats import Registry, bundled_mappings

PAIR = PAIRS[0]

#: runs a command, and prints its exit code, seconds on the clock, and the peak memory of its largest process in KiB.
#: a process of its own, because a child's peak counts from the memory of who starts it
LAUNCHER = """
import resource, subprocess, sys, time
start = time.perf_counter()
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(code, time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""

IMPORTED = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"

#: a translator compiles when it is first needed; the empty update needs all of it
COMPILED = """
import sys, time
from catalens.engine import Translator
from catalens.formats import Registry
start = time.process_time()
formats = Registry()
for name in sys.argv[1:]:
    formats.profile(name)
read = time.process_time()
Translator(*sys.argv[1:], formats=formats)({})
print(read - start, time.process_time() - read)
"""


def by_variants(counts: list[int], budget: float) -> list[dict[str, Any]]:
    """Measure one product against its number of variants."""
    lose = Translator(PAIR.source, PAIR.target).account_for
    found = []
    for count in counts:
        products = catalogues.products(PAIR.source, 40, (count, count))
        both = [Candidate(BY_HAND, PAIR.by_hand, products), Candidate(EXACT, lose, products)]
        outcomes = side_by_side(both, budget)
        found.append({"variants": count, **{one.name: round(one.micros.median, 2) for one in outcomes}})
    return found


def by_records(counts: list[int]) -> list[dict[str, Any]]:
    """Measure one product against the size of the catalogue that it stands in."""
    lose = Translator(PAIR.source, PAIR.target).account_for
    found = []
    for count in counts:
        outcomes = side_by_side([Candidate(EXACT, lose, catalogues.products(PAIR.source, count))], 0, least=3)
        found.append({"records": count, EXACT: round(outcomes[0].micros.median, 2)})
    return found


def by_formats(counts: list[int]) -> list[dict[str, Any]]:
    """Measure the making of one translator against the number of formats that there are beside its own."""
    found = []
    text = (bundled_mappings() / "prosperna.yaml").read_text()
    for count in counts:
        with tempfile.TemporaryDirectory() as directory:
            for number in range(count):
                name = f"copy-{number}"
                copy = text.replace("format: prosperna", f"format: {name}", 1)
                (Path(directory) / f"{name}.yaml").write_text(copy)
            start = time.process_time()
            formats = Registry([directory])
            Translator(PAIR.source, PAIR.target, formats=formats)({})
            found.append({"formats": len(formats.names()), "seconds": round(time.process_time() - start, 4)})
    return found


def compile_times(pairs: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Measure reading both mappings and compiling, each pair in a fresh process that has imported everything."""
    found = []
    for source, target in pairs:
        command = [sys.executable, "-c", COMPILED, source, target]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        read, compiled = map(float, done.stdout.split())
        found.append({
            "source": source, "target": target, "seconds": round(read + compiled, 4), "reading": round(read, 4),
            "compiling": round(compiled, 4),
        })  # fmt: skip
    return found


def all_pairs() -> list[tuple[str, str]]:
    """Return every two profiles."""
    return list(permutations([profile.spelled for profile in Registry().profiles()], 2))


def start_times(rounds: int) -> dict[str, float]:
    """Measure what imports and the command's start take on the clock: the least of several fresh processes."""

    def whole(*command: str) -> float:
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - start

    def inside(statement: str) -> float:
        command = [sys.executable, "-c", IMPORTED.format(statement)]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    imports = ("import catalens", "from catalens import translate")
    measured = {statement: partial(inside, statement) for statement in imports}
    measured |= {"python -c pass": partial(whole, sys.executable, "-c", "pass")}
    if command := command_path():
        measured["catalens --help"] = partial(whole, command, "--help")
        measured["catalens formats"] = partial(whole, command, "formats")
    return {name: round(min(run() for _ in range(rounds)), 4) for name, run in measured.items()}


def command_path() -> str | None:
    """Return the command that is installed beside this interpreter."""
    beside = Path(sys.executable).with_name("catalens")
    return str(beside) if beside.exists() else shutil.which("catalens")


def streams(counts: list[int], jobs_on: int) -> Iterator[dict[str, Any]]:
    """Measure the command over files of lines: one process for each count, then two for ``jobs_on`` lines."""
    command = command_path()
    if command is None:
        return
    with tempfile.TemporaryDirectory() as directory:
        for count in sorted({*counts, jobs_on}):
            path = Path(directory) / "lines.ndjson"
            size = write_lines(path, count)
            for jobs in (1, 2) if count == jobs_on else (1,):
                yield {"lines": count, "megabytes": round(size / 1e6, 1), "jobs": jobs, **run(command, path, jobs)}


def run(command: str, path: Path, jobs: int) -> dict[str, Any]:
    """Translate one file, in a process of its own."""
    with tempfile.TemporaryDirectory() as directory:
        out, losses = Path(directory) / "out", Path(directory) / "losses"
        arguments = [
            command, "translate", str(path), "--from", PAIR.source, "--to", PAIR.target, "--lines",
            "-o", str(out), "--losses", str(losses), "--jobs", str(jobs),
        ]  # fmt: skip
        launched = [sys.executable, "-c", LAUNCHER, *arguments]
        done = subprocess.run(launched, check=True, capture_output=True, text=True)
    code, seconds, peak = done.stdout.split()
    return {"exit": int(code), "seconds": round(float(seconds), 2), "peak_megabytes": round(int(peak) / 1024, 1)}


def write_lines(path: Path, count: int) -> int:
    """Write a file of so many lines, one whole product to four updates; return its size."""
    mixed = [*catalogues.products(PAIR.source, 400), *catalogues.updates(PAIR.source, 1600)]
    catalogues.Maker(4).random.shuffle(mixed)
    lines = [catalogues.as_line(PAIR.source, product) + b"\n" for product in mixed]
    with path.open("wb") as file:
        for _ in range(count // len(lines)):
            file.writelines(lines)
        file.writelines(lines[: count % len(lines)])
        return file.tell()
