"""Choose the row that stands for all rows of a list, and gather what they make up together.

Both work on the wire values of a source's rows; which rows there are, and how they are told apart, is the hub's to
say (``hub.Rows``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from catalens.account.codes import LossCode
from catalens.carry.limits import LIMIT
from catalens.codecs.base import Codec, one_way
from catalens.codecs.numbers import as_decimal, exact_sum, is_number, within
from catalens.codecs.units import same
from catalens.paths import MISSING
from catalens.plan import Choice

#: what becomes of the values of a column: None for one that fares as the whole does
Codes = list[LossCode | None]


class Chooser:
    """Chooses a row by the word that says for whom it is."""

    def __init__(self, choice: Choice) -> None:
        assert choice.by is not None
        self._decode = one_way(choice.by.codec)
        self._wanted, self._asked_for, self._agree = choice.wanted, choice.asked_for, choice.agree
        self._groups = choice.members
        self._names = [name for group in choice.members for name in group]

    def __call__(
        self, rows: Sequence[Any], word: Callable[[Any], Any], members: Callable[[Any], list[Any]]
    ) -> tuple[int, tuple[str, ...] | None]:
        """Return the index of the row, -1 for none; where rows had to agree, also the names in which they do not."""
        said = [self._decode(word(row)) for row in rows]
        silent = next((index for index, one in enumerate(said) if one is MISSING or one is None), -1)
        wanted = -1 if self._wanted is None else next((i for i, one in enumerate(said) if one == self._wanted), -1)
        first, second = (wanted, silent) if self._asked_for else (silent, wanted)
        if first >= 0 or second >= 0:
            return (first if first >= 0 else second), None
        if self._asked_for and self._wanted is not None:
            return -1, None
        return (0, None) if len(rows) == 1 else self._agreeing([members(row) for row in rows])

    def _agreeing(self, rows: list[list[Any]]) -> tuple[int, tuple[str, ...] | None]:
        """Let the first row stand for all in what they say alike, if that is what counts."""
        columns = dict(zip(self._names, zip(*rows, strict=True), strict=True))
        alike = {name for name, column in columns.items() if all(same(one, column[0]) for one in column)}
        said = any(one is not MISSING for name in self._agree for one in columns[name])
        if not said or not self._agree <= alike:
            return -1, None
        return 0, tuple(name for group in self._groups for name in group if not alike.issuperset(group))


class Gatherer:
    """Gathers the values of one field of all rows: their sum, the first, the least, or none of several."""

    def __init__(self, how: str, codec: Codec) -> None:
        self._how = how
        self._decode, self._encode = one_way(codec), one_way(codec, writing=True)

    def __call__(self, column: list[Any]) -> tuple[Any, Codes]:
        """Return the wire value (MISSING: none) and, for each row, what becomes of its own."""
        if len(column) == 1:
            return column[0], [None]
        if self._how == "none":
            return MISSING, [LossCode.DROPPED_CONDITION] * len(column)
        numbers = {index: hub for index, one in enumerate(column) if is_number(hub := self._decode(one))}
        if not numbers:
            index = next((index for index, one in enumerate(column) if one is not MISSING), 0)
            return column[index], self._alone(column, index, LossCode.DROPPED_CONDITION)
        if self._how != "sum" or len(numbers) == 1:
            least = min(numbers, key=lambda index: as_decimal(numbers[index]))
            index = least if self._how == "least" else next(iter(numbers))
            code = LIMIT if self._how == "first" else LossCode.DROPPED_CONDITION
            return column[index], self._alone(column, index, code)
        summed, total = _added(numbers)
        codes: Codes = [
            LossCode.REDUCED_LIST if index in summed else LIMIT if index in numbers else LossCode.DROPPED_CONDITION
            for index in range(len(column))
        ]
        first = next(iter(numbers))
        if same(numbers[first], total):
            codes[first] = None
            return column[first], codes
        return self._encode(total), codes

    @staticmethod
    def _alone(column: list[Any], index: int, code: LossCode) -> Codes:
        return [None if one == index else code for one in range(len(column))]


def _added(numbers: dict[int, Any]) -> tuple[set[int], Any]:
    """Add numbers, but for those that would make the sum longer than any number may be; return which, and the sum."""
    first, *others = numbers
    summed, total = {first}, numbers[first]
    for index in others:
        more = within(exact_sum([total, numbers[index]]))
        if more is not MISSING:
            summed.add(index)
            total = more
    return summed, total


def settled(columns: Sequence[tuple[Codes, Any, LossCode | None]]) -> None:
    """Settle what becomes of gathered values, now that it is known which of them arrive.

    A column is its codes, what arrives, and how that fared. One row comes back, in place of the first of which
    something arrived, so that what a later one said alone comes back in another row.
    """
    for codes, arrived, lost in columns:
        for index, code in enumerate(codes):
            if code is None or (arrived is MISSING and code.fate != "dropped"):
                codes[index] = lost or (LossCode.DROPPED_CONDITION if arrived is MISSING else None)
    rows = [
        index for codes, *_ in columns for index, code in enumerate(codes) if code is None or code.fate != "dropped"
    ]
    for codes, *_ in columns:
        for index, code in enumerate(codes):
            if code is None and index > min(rows):
                codes[index] = LossCode.REDUCED_ORDER
