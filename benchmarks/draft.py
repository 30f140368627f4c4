"""How much of a first draft is right: each shipped platform is drafted as if nobody had described it yet.

python -m benchmarks.draft          about half a minute: prints the table that stands in the guide
python -m benchmarks.draft --tune   some minutes: finds the weights anew, and says how they do on platforms left out

A platform is drafted from the JSON Schema of each of its profiles and its examples; all others are what is learned
from. A line is right if it goes to the very place of the hub that the shipped line goes to, or stays here as that
does (dropped and withheld lines have no counterpart either). Fields that the draft has no line for are wrong.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalens.draft import draft
from catalens.draft.choose import all_names, asked_of
from catalens.draft.known import Knowledge, Known, lines_of
from catalens.draft.schema import read_schema
from catalens.draft.score import SURE, WEIGHTS, Scorer
from catalens.draft.shape import Shape, places
from catalens.draft.targets import one_list
from catalens.draft.words import name_of
from catalens.formats import registry
from catalens.mapping.load import load_text
from catalens.mapping.profile import Profile
from catalens.mapping.read import read_mapping
from catalens.mapping.resolve import resolve
from catalens.mapping.schema import payload_schema
from catalens.paths import Key, Path, show


@dataclass
class Score:
    """How a platform was drafted: fields, right ones, sure ones, and right ones among the sure."""

    platform: str
    fields: int = 0
    right: int = 0
    sure: int = 0
    right_of_sure: int = 0

    def add(self, right: bool, sure: bool) -> None:
        self.fields, self.right = self.fields + 1, self.right + right
        self.sure, self.right_of_sure = self.sure + sure, self.right_of_sure + (sure and right)

    @property
    def row(self) -> str:
        shares = (self.right / self.fields, self.sure / self.fields, self.right_of_sure / max(self.sure, 1))
        return f"| {self.platform} | {self.fields} | " + " | ".join(f"{100 * one:.0f} %" for one in shares) + " |"


HEAD = "| platform left out | fields | right at first | marked sure | right among these |\n|---|---|---|---|---|"


def measure() -> list[Score]:
    """Draft each platform from all others; the last row is of all of them."""
    found = [_platform(name) for name in registry().names()]
    total = Score("all")
    for one in found:
        for word in ("fields", "right", "sure", "right_of_sure"):
            setattr(total, word, getattr(total, word) + getattr(one, word))
    return [*found, total]


def _platform(name: str) -> Score:
    known, score = registry(), Score(name)
    for spelled in known.mapping(name).profiles:
        profile = known.profile(f"{name}/{spelled}")
        made = draft("drafted", json_schema=payload_schema(profile), without=[name])
        sure = {one.path for one in made.suggestions if one.sure}
        mapping = read_mapping(load_text(made.text, "drafted.yaml"))
        drafted, _ = resolve(mapping, list(mapping.profiles)[-1])
        ours = {one.path: place(one) for one in lines_of(drafted)}
        for path, one in shipped(profile).items():
            score.add(path in ours and ours[path] == place(one), path in sure)
    return score


def shipped(profile: Profile) -> dict[str, Known]:
    return {one.path: one for one in lines_of(profile)}


def place(one: Known) -> str | None:
    """Return where a line goes; a text with all words of a list goes where a list of them goes."""
    return one.key if one.key is None or one.kind == "objects" else one_list(one.key)


# -- weights ------------------------------------------------------------------------------------------------------

#: what speaks for each place that a field may go to, and which one is the shipped
Case = tuple[list[dict[str, float]], int | None]


def cases(name: str) -> Iterator[Case]:
    """Yield the fields of a platform, lists taken as shipped, with the evidence of all other platforms."""
    known = registry()
    knowledge = Knowledge.of(known, [name])
    for spelled in known.mapping(name).profiles:
        profile = known.profile(f"{name}/{spelled}")
        shape = read_schema(payload_schema(profile)).product
        scorer = Scorer(knowledge, (name_of(names) for names in all_names(shape)))
        yield from _cases(scorer, shape, shipped(profile), "", ())


def _cases(scorer: Scorer, shape: Shape, there: Mapping[str, Known], above: str, root: Path) -> Iterator[Case]:
    for names, child in places(shape):
        path = above + show(tuple(map(Key, names))) + ("[]" if child.item is not None else "")
        line, asked = there.get(path), asked_of(names, child)
        if line is None or line.owner is None:
            continue
        targets = scorer.targets(asked, line.owner, root)
        keys = [None if one is None else one.key if one.item is not None else one_list(one.key) for one in targets]
        right = keys.index(place(line)) if place(line) in keys else None
        yield [scorer.evidence(asked, one, line.owner)[0] for one in targets], right
        if child.is_list_of_objects and child.item is not None:
            inner = (*root, *line.hub) if line.key is not None else root
            yield from _cases(scorer, child.item, there, f"{path}.", inner)


def tune(steps: int) -> None:
    """Print the weights that make the shipped lines likeliest, and how such weights do on what they never saw."""
    data = {name: list(cases(name)) for name in registry().names()}
    weights = fit(data.values(), steps)
    print({name: round(value, 2) for name, value in sorted(weights.items())})
    print("platform by platform, with the weights that ship | these | those of the four others:")
    for name, found in data.items():
        others = fit((one for other, one in data.items() if other != name), steps)
        print(
            name,
            *(
                "| {:.0%} right, {:.0%} sure, {:.0%} of these".format(*judged(w, found))
                for w in (WEIGHTS, weights, others)
            ),
        )


def judged(weights: Mapping[str, float], found: Sequence[Case]) -> tuple[float, float, float]:
    right = sure = both = 0
    for evidence, wanted in found:
        shares = _shares(weights, evidence)
        best = max(range(len(shares)), key=shares.__getitem__)
        right, sure = right + (best == wanted), sure + (shares[best] >= SURE)
        both += best == wanted and shares[best] >= SURE
    return right / len(found), sure / len(found), both / max(sure, 1)


def _shares(weights: Mapping[str, float], evidence: Iterable[Mapping[str, float]]) -> list[float]:
    sums = [sum(weights.get(name, 0.0) * value for name, value in one.items()) for one in evidence]
    powers = [math.exp(one - max(sums)) for one in sums]
    return [one / sum(powers) for one in powers]


def fit(data: Iterable[Sequence[Case]], steps: int, rate: float = 0.1, pull: float = 0.003) -> dict[str, float]:
    """Climb to the likeliest weights, each platform counting as much; ``pull`` keeps them near 0."""
    platforms = [[(evidence, right) for evidence, right in found if right is not None] for found in data]
    names = sorted({name for found in platforms for evidence, _ in found for one in evidence for name in one})
    weights, squares = dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0)
    for step in range(steps):
        slope = {name: -pull * value for name, value in weights.items()}
        for found in platforms:
            for evidence, right in found:
                for index, (one, share) in enumerate(zip(evidence, _shares(weights, evidence), strict=True)):
                    error = ((index == right) - share) / len(found) / len(platforms)
                    if abs(error) > 1e-7:
                        for name, value in one.items():
                            slope[name] += error * value
        for name in names:
            squares[name] = 0.9 * squares[name] + 0.1 * slope[name] ** 2
            weights[name] += rate * (1 if step < steps // 2 else 0.3) * slope[name] / math.sqrt(squares[name] + 1e-6)
    return weights


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.draft", description=__doc__.split("\n")[0])
    parser.add_argument("--tune", nargs="?", type=int, const=60, metavar="STEPS", help="find the weights anew")
    given = parser.parse_args()
    if given.tune is not None:
        tune(given.tune)
    else:
        print("\n".join([HEAD, *(one.row for one in measure())]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
