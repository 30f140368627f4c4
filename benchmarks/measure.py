"""Take times side by side: every round runs every candidate once, forwards and backwards in turn (ABBA).

What a round's machine was busy with hits all candidates alike, so a candidate's ratio is taken round by round
and its median stands for it. Processor time of this process is what counts; the collector of cycles rests meanwhile.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Candidate:
    """A function of one record, and the records that it is called with."""

    name: str
    function: Callable[[Any], Any]
    records: Sequence[Any]

    def seconds(self) -> float:
        """Return the processor time of one record, averaged over all."""
        function = self.function
        start = time.process_time_ns()
        for record in self.records:
            function(record)
        return (time.process_time_ns() - start) / 1e9 / len(self.records)

    def shortened(self, seconds: float, least: int = 8) -> Candidate:
        """Return the candidate with so few records, evenly taken, that a run keeps within a time."""
        sample = Candidate(self.name, self.function, self.records[:least]).seconds()
        step = max(1, int(len(self.records) * sample / seconds))
        records = self.records[::step]
        return Candidate(self.name, self.function, records if len(records) >= least else self.records[:least])


@dataclass(frozen=True)
class Spread:
    """A median and the quartiles around it."""

    median: float
    low: float
    high: float

    def to_dict(self, digits: int) -> dict[str, float]:
        return {
            "median": round(self.median, digits),
            "low": round(self.low, digits),
            "high": round(self.high, digits),
        }


def spread(values: Sequence[float]) -> Spread:
    """Return the median and the quartiles."""
    low, median, high = statistics.quantiles(values, n=4) if len(values) > 1 else [values[0]] * 3
    return Spread(median, low, high)


@dataclass(frozen=True)
class Outcome:
    """What one candidate took: microseconds a record, and the ratio to the base in the same round."""

    name: str
    records: int
    rounds: int
    micros: Spread
    ratio: Spread

    def to_dict(self) -> dict[str, Any]:
        return {
            "candidate": self.name,
            "records": self.records,
            "rounds": self.rounds,
            "microseconds": self.micros.to_dict(3),
            "ratio": self.ratio.to_dict(4),
        }


def side_by_side(candidates: Sequence[Candidate], budget: float, least: int = 7) -> list[Outcome]:
    """Measure candidates for ``budget`` seconds, but ``least`` rounds; the first one is the base of the ratios."""
    for one in candidates:
        one.seconds()
    times: list[list[float]] = [[] for _ in candidates]
    end = time.perf_counter() + budget
    gc.collect()
    gc.disable()
    try:
        while len(times[0]) < least or time.perf_counter() < end:
            order = range(len(candidates)) if len(times[0]) % 2 else reversed(range(len(candidates)))
            for index in order:
                times[index].append(candidates[index].seconds())
            gc.collect()
    finally:
        gc.enable()
    return [
        Outcome(
            name=one.name,
            records=len(one.records),
            rounds=len(taken),
            micros=spread([value * 1e6 for value in taken]),
            ratio=spread([value / base for value, base in zip(taken, times[0], strict=True)]),
        )
        for one, taken in zip(candidates, times, strict=True)
    ]
