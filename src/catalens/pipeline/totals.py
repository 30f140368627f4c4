"""What a run adds up to: lines, and losses grouped by rule and code."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain
from typing import Any

from catalens.account.codes import SEVERITIES, LossCode, Overtaken, Severity
from catalens.account.compact import CompactEntry, Kind, Loss, kinds_of
from catalens.engine.lines import LineResult
from catalens.paths import pointer_text


@dataclass(slots=True)
class Group:
    """The losses of one rule with one code and severity: how many, and where the first of them is.

    ``slots``: the target has slots; ``mapping`` is the line of the source's mapping, such as ``shop.yaml:41``;
    ``hint`` is what would remove the first of them, where that is known better than of the code alone, and
    ``condition`` the one that it did not meet.
    """

    rule: str
    code: LossCode
    severity: Severity
    count: int
    pointer: str
    line: int | None = None
    value: Any = None
    slots: bool = True
    mapping: str | None = None
    hint: str | None = None
    condition: str | None = None

    @property
    def remedy(self) -> str:
        """Return what would remove these losses; empty where nothing would."""
        return self.code.remedy(self.slots) if self.hint is None else self.hint

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        example = {"line": self.line, "pointer": self.pointer}
        said = {"severity": self.severity, "rule": self.rule, "code": self.code.value, "count": self.count}
        said["example"] = example
        return said if self.mapping is None else {**said, "mapping": self.mapping}


def worst_first(groups: Iterable[Group]) -> list[Group]:
    """Sort groups: the most severe first, of these the worst code, and of one code the most frequent."""

    def order(one: Group) -> tuple[Any, ...]:
        return SEVERITIES.index(one.severity), -one.code.rank, one.code, -one.count, one.rule

    return sorted(groups, key=order)


class Remark(StrEnum):
    """What a run counts beside losses, where it was asked for; ``says`` is the wording of reports."""

    says: str

    RESTORED = ("restored", "lines whose sidecar was found by the product's identity, and restored")
    UNCHECKED = ("restored_unchecked", "lines with the sidecar of the same line, which may belong to another product")
    PLAIN = ("without_sidecar", "lines translated plainly, for no sidecar has the product's identity")
    UNIDENTIFIED = (
        "without_identity",
        "sidecars that hold no identity, so that the way back does not find them; restore them by line, with "
        "--restore-anyway",
    )
    REPEATED = ("repeated", "lines whose product, by its identity, stands on an earlier line, too")

    def __new__(cls, word: str, says: str) -> Remark:
        self = str.__new__(cls, word)
        self._value_, self.says = word, says
        return self


class Tally:
    """Counts compact entries without spelling them out: one of each kind stands for all that are like it."""

    def __init__(self) -> None:
        self.counts: defaultdict[Any, int] = defaultdict(int)
        #: where entries of a kind were first, in the order of lines, and what they say
        self.first: dict[Any, tuple[LineResult, CompactEntry, list[Kind]]] = {}
        #: kinds of entries that are no losses
        self.lossless: set[Any] = set()

    def add(self, result: LineResult) -> bool:
        """Count the compact entries of a line; return whether there is a loss among them."""
        if result.compact is None:
            return False
        entries = result.compact
        keys = [entry[0] for entry in entries]
        keys += [entry[0].key(entry[-1]) for entry in entries.left]
        counts = self.counts
        before = len(counts)
        for key in keys:
            counts[key] += 1
        if len(counts) != before:
            for key, entry in zip(keys, chain(entries, entries.left), strict=True):
                if key not in self.first:
                    kinds = kinds_of(key, entry)
                    self.first[key] = result, entry, kinds
                    if not any(kind.code.is_loss for kind in kinds):
                        self.lossless.add(key)
        return not self.lossless.issuperset(keys)

    def into(self, totals: Totals) -> None:
        """Enter what was counted."""
        for key, count in self.counts.items():
            result, entry, kinds = self.first[key]
            for kind in kinds:
                group = totals.groups.get(kind)
                if group is not None and group.line is not None and group.line <= result.line:
                    group.count += count
                else:
                    example = next(one for one in result.spell_one(entry) if one.kind == kind)
                    totals.count(example, result.line, count)


@dataclass(slots=True)
class Totals:
    """The exact sums of a run over lines.

    ``lines`` are those that hold something, each translated or rejected; ``refused`` are the rejected ones
    whose only fault is a loss; ``lossy`` are those with a loss; ``slots``: the target has slots.
    """

    source: str = ""
    target: str = ""
    lines: int = 0
    blank: int = 0
    translated: int = 0
    rejected: int = 0
    refused: int = 0
    lossy: int = 0
    slots: bool = True
    #: how much of what was parked was not restored
    overtaken: Counter[Overtaken] = field(default_factory=Counter)
    #: what was asked for, though there may be none of it
    remarks: Counter[Remark] = field(default_factory=Counter)
    groups: dict[Kind, Group] = field(default_factory=dict)

    def count(self, loss: Loss, line: int, times: int = 1) -> None:
        """Enter what one line says of one place, and how often the like of it was said."""
        group = self.groups.get(loss.kind)
        if group is None:
            self.groups[loss.kind] = Group(*loss.kind, times, pointer_text(loss.pointer), line)
            return
        group.count += times
        if group.line is not None and line < group.line:
            group.line, group.pointer = line, pointer_text(loss.pointer)

    def add(self, later: Totals) -> None:
        """Add the sums of lines that come later."""
        for name in ("lines", "blank", "translated", "rejected", "refused", "lossy"):
            setattr(self, name, getattr(self, name) + getattr(later, name))
        self.overtaken.update(later.overtaken)
        self.remarks.update(later.remarks)
        for key, group in later.groups.items():
            known = self.groups.setdefault(key, group)
            if known is not group:
                known.count += group.count

    def losses(self) -> list[Group]:
        """Return the groups that are losses, worst first."""
        found = (group for group in self.groups.values() if group.code.is_loss)
        return worst_first(replace(group, slots=self.slots) for group in found)

    def kinds(self) -> Iterator[tuple[LossCode, Severity]]:
        """Yield code and severity of all that was seen and is not plainly carried."""
        yield from {(kind.code, kind.severity) for kind in self.groups}

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "source": self.source,
            "target": self.target,
            "lines": self.lines,
            "blank": self.blank,
            "translated": self.translated,
            "rejected": self.rejected,
            "lines_with_loss": self.lossy,
            **{word.value: count for word, count in self.overtaken.items() if count},
            **{word.value: self.remarks[word] for word in Remark if word in self.remarks},
            "losses": [group.to_dict() for group in self.losses()],
        }
