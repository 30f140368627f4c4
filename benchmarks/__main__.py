"""Run all benchmarks: print tables and aims, write results.json and results.svg beside this file.

python -m benchmarks           about five minutes, streams of 200,000 lines
python -m benchmarks --quick   about half a minute, for checking; writes nothing
python -m benchmarks --full    also a stream of 1,000,000 lines
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import aims, catalogues, growth, present
from benchmarks.candidates import BY_HAND, BYTES_BY_HAND, EXACT, PLAIN, bytes_to_bytes, dict_to_dict
from benchmarks.measure import Candidate, Outcome, side_by_side
from benchmarks.pairs import PAIRS, Pair, differences
from benchmarks.peers import PEERS, make_peer
from catalens import Translator
from catalens.payloads import canonical, loads

HERE = Path(__file__).parent
LIBRARIES = ["msgspec", "orjson", "jsonschema-rs", "cattrs", "pydantic", "jmespath", "jq", "glom"]
LIBRARIES += ["jsonata-python", "linkml-map"]


@dataclass(frozen=True)
class Scale:
    """How much is measured."""

    name: str = "default"
    products: int = 150
    updates: int = 1000
    seconds: float = 6
    all_pairs: bool = True
    start_rounds: int = 11
    variants: Sequence[int] = (1, 2, 5, 10, 20, 50)
    records: Sequence[int] = (200, 1000, 5000)
    formats: Sequence[int] = (0, 10, 50)
    lines: Sequence[int] = (5_000,)
    jobs_on: int = 200_000


QUICK = Scale("quick", 30, 200, 0.5, False, 3, (2, 20), (100, 400), (0, 20), (), 4_000)
DEFAULT = Scale()
FULL = Scale("full", lines=(5_000, 1_000_000))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_const", dest="scale", const=QUICK, default=DEFAULT)
    parser.add_argument("--full", action="store_const", dest="scale", const=FULL)
    scale = parser.parse_args().scale
    results = measure(scale, lambda what: print(f"… {what}", file=sys.stderr, flush=True))
    judged = aims.judge(results)
    results["aims"] = [aim.to_dict() for aim in judged]
    present.show(results, judged)
    if scale is not QUICK:
        (HERE / "results.json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
        present.draw(results, HERE / "results.svg")
    return 0


def measure(scale: Scale, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure everything."""
    load = round(os.getloadavg()[0], 2)
    blocks, wrong = [], {}
    for pair in PAIRS:
        say(pair.name)
        products = catalogues.products(pair.source, scale.products)
        updates = catalogues.updates(pair.source, scale.updates)
        if next(differences(pair, [*products, *updates]), None) is not None:
            raise SystemExit(f"{pair.name}: hand-written code gives another output, so there is nothing to compare")
        adversarial = catalogues.adversarial(pair.source, 2 * scale.products)
        wrong[pair.name] = by_hand_on(pair, adversarial)
        for kind, records in (("products", products), ("updates", updates)):
            lines = [catalogues.as_line(pair.source, product) for product in records]
            blocks.append(block(pair, kind, side_by_side(dict_to_dict(pair, records), scale.seconds)))
            blocks.append(block(pair, kind, side_by_side(bytes_to_bytes(pair, lines), scale.seconds)))
        blocks.append(block(pair, "adversarial", side_by_side(bytes_to_bytes(pair, adversarial), scale.seconds)))
    say("peers")
    peers, cannot = measure_peers(scale)
    say("growth, compiling, starting")
    found = {
        "title": f"Catalens {version('catalens')} beside hand-written code and other libraries ({scale.name} run)",
        "machine": machine(),
        "load": load,
        "blocks": blocks,
        "adversarial": [{"pair": name, **counts} for name, counts in wrong.items()],
        "peers": peers,
        "cannot": cannot,
        "variants": growth.by_variants(list(scale.variants), scale.seconds / 6),
        "records": growth.by_records(list(scale.records)),
        "formats": growth.by_formats(list(scale.formats)),
        "compile": growth.compile_times(
            growth.all_pairs() if scale.all_pairs else [(pair.source, pair.target) for pair in PAIRS]
        ),
        "start": growth.start_times(scale.start_rounds),
    }
    say("streams of lines")
    return {**found, "streams": list(growth.streams(list(scale.lines), scale.jobs_on))}


def block(pair: Pair, catalogue: str, outcomes: list[Outcome]) -> dict[str, Any]:
    return {"pair": pair.name, "catalogue": catalogue, "outcomes": [one.to_dict() for one in outcomes]}


def measure_peers(scale: Scale) -> tuple[list[dict[str, Any]], dict[str, dict[str, str]]]:
    """Measure the other libraries on the first pair, slow ones on fewer records."""
    pair = PAIRS[0]
    translator = Translator(pair.source, pair.target)
    made = {name: make_peer(name) for name in PEERS}
    blocks = []
    same = {name: [] for name in PEERS}
    for kind, products in (
        ("products", catalogues.products(pair.source, scale.products)),
        ("updates", catalogues.updates(pair.source, scale.updates)),
    ):
        ours = [
            Candidate(BY_HAND, pair.by_hand, products),
            Candidate(PLAIN, translator.convert, products),
            Candidate(EXACT, translator.account_for, products),
        ]
        theirs = [Candidate(name, _careless(peer), products).shortened(0.05) for name, (peer, _) in made.items()]
        for one in theirs:
            equal = sum(canonical(one.function(record)) == canonical(pair.by_hand(record)) for record in one.records)
            same[one.name].append(f"{equal} of {len(one.records)} {kind}")
        blocks.append(block(pair, kind, side_by_side([*ours, *theirs], scale.seconds)))
    return blocks, {name: {"same": ", ".join(same[name]), "cannot": made[name][1]} for name in PEERS}


def _careless(peer: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Let a peer fail on a record (they take null in few places): it costs what it costs."""

    def translate(product: Any) -> Any:
        try:
            return peer(product)
        except Exception:
            return None

    return translate


def by_hand_on(pair: Pair, lines: list[bytes]) -> dict[str, int]:
    """Count what hand-written code, which checks nothing, makes of adversarial lines."""
    translator = Translator(pair.source, pair.target)
    by_hand = next(one for one in bytes_to_bytes(pair, lines) if one.name == BYTES_BY_HAND).function
    counts = {"lines": len(lines), "rejected": 0, "translated by hand though invalid": 0,
              "crashed by hand though valid": 0, "another output by hand": 0}  # fmt: skip
    for line in lines:
        (ours,) = translator.lines([line])
        theirs = by_hand(line)
        if ours.output is None:
            counts["rejected"] += 1
            counts["translated by hand though invalid"] += theirs is not None
        elif theirs is None:
            counts["crashed by hand though valid"] += 1
        else:
            counts["another output by hand"] += canonical(loads(ours.output)) != canonical(loads(theirs))
    return counts


def machine() -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"Python {platform.python_version()}, {processor()}, {os.cpu_count()} of them; {versions}"


def processor() -> str:
    """Name the processor, where the system says it."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


if __name__ == "__main__":
    sys.exit(main())
