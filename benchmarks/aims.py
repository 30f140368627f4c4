"""What the numbers are to be, and how far they are from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks import candidates as named

Results = dict[str, Any]

#: peer -> how many times faster than it Catalens is to be, exact loss included
PEER_AIMS = {"cattrs": 3, "jq": 8, "glom": 100, "JSONata (Python)": 100, "LinkML-Map": 100}


@dataclass(frozen=True)
class Aim:
    """One number that is to keep to a bound; ``where`` says which measurement was the worst."""

    what: str
    bound: float
    value: float
    unit: str
    where: str
    at_most: bool = True

    @property
    def met(self) -> bool:
        return self.value <= self.bound if self.at_most else self.value >= self.bound

    @property
    def off(self) -> str:
        """Say by how much the aim is missed."""
        if self.met:
            return ""
        return f"{self.value / self.bound if self.at_most else self.bound / self.value:.2f} times"

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "met": self.met}


def judge(results: Results) -> list[Aim]:
    """Hold what was measured against the aims; where several numbers count, the worst of them does."""
    return [*_ratios(results), *_peers(results), *_rest(results)]


def _ratios(results: Results) -> Iterator[Aim]:
    clean, hard, by_hand = ("products", "updates"), ("adversarial",), named.BYTES_BY_HAND
    yield _worst(results, "dict to dict, translate only / hand-written", 0.75, named.PLAIN, named.BY_HAND, clean)
    yield _worst(results, "dict to dict, exact loss / hand-written", 0.95, named.EXACT, named.BY_HAND, clean)
    yield _worst(results, "bytes to bytes / hand-written with orjson", 0.85, named.BYTES, by_hand, clean)
    yield _worst(results, "bytes to bytes / orjson floor", 1.75, named.BYTES, named.FLOOR, clean)
    yield _worst(results, "adversarial lines / hand-written with orjson", 1.15, named.BYTES, by_hand, hard)


def _worst(results: Results, what: str, bound: float, one: str, base: str, kinds: tuple[str, ...]) -> Aim:
    found = []
    for block in results["blocks"]:
        ratios = {row["candidate"]: row["ratio"]["median"] for row in block["outcomes"]}
        if block["catalogue"] in kinds and one in ratios:
            found.append((ratios[one] / ratios[base], f"{block['pair']}, {block['catalogue']}"))
    value, where = max(found)
    return Aim(what, bound, round(value, 3), "", where)


def _peers(results: Results) -> Iterator[Aim]:
    for peer, bound in PEER_AIMS.items():
        found = []
        for block in results["peers"]:
            ratios = {row["candidate"]: row["ratio"]["median"] for row in block["outcomes"]}
            if peer in ratios:
                found.append((ratios[peer] / ratios[named.EXACT], f"{block['pair']}, {block['catalogue']}"))
        if found:
            value, where = min(found)
            yield Aim(f"times faster than {peer}, exact loss included", bound, round(value, 1), "", where, False)


def _rest(results: Results) -> Iterator[Aim]:
    runs = results["streams"]
    if runs:
        two = next(run for run in runs if run["jobs"] == 2)
        one = next(run for run in runs if run["jobs"] == 1 and run["lines"] == two["lines"])
        speedup = round(one["seconds"] / two["seconds"], 2)
        yield Aim("--jobs 2 / --jobs 1", 1.75, speedup, "", f"{two['lines']} lines", at_most=False)
        largest = max((run for run in runs if run["jobs"] == 1), key=lambda run: run["lines"])
        yield Aim("peak memory", 64, largest["peak_megabytes"], "MB", f"{largest['lines']} lines")
    start = results["start"]
    used = f"it imports what is used: {start['from catalens import translate']} s with translate"
    yield Aim("import catalens", 0.150, start["import catalens"], "s", used)
    slowest = max(results["compile"], key=lambda one: one["seconds"])
    yield Aim("compile a pair", 0.3, slowest["seconds"], "s", f"{slowest['source']} → {slowest['target']}")
