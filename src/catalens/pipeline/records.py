"""Records of what lines lost: a place is written once, and the indices of an entry are put into it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import compress

from catalens.account.codes import LossCode
from catalens.account.compact import CompactEntry, LeftAttributes, LeftItems, Loss
from catalens.engine.lines import LineResult
from catalens.mapping.profile import Names
from catalens.paths import pointer_text
from catalens.payloads import dumps

#: what stands for the first, second, … index until it is known
_MARKS = [chr(0xE000 + number) for number in range(16)]


class Records:
    """Writes the records of lines that one translator translated."""

    def __init__(self) -> None:
        # by what stands around the products: not all lines of a file have an envelope
        self.places: dict[tuple[Names, object], str | None] = {}
        self.members: dict[tuple[Names, LeftAttributes], list[str] | None] = {}

    def write(self, result: LineResult) -> bytes:
        """Write what a line lost, as a line of JSON."""
        found: list[str] = []
        if result.compact is not None:
            entries = result.compact
            found += [self._entry(result, entry) for entry in entries]
            found += [self._left(result, entry) for entry in entries.left]
        found.append(_losses(result.more))
        return f'{{"line":{result.line},"losses":[{",".join(filter(None, found))}]}}\n'.encode()

    def _entry(self, result: LineResult, entry: CompactEntry) -> str:
        known = result.prefix, entry[0]
        if known not in self.places:
            marked = (entry[0], *_MARKS[: len(entry) - 1])
            self.places[known] = _losses(result.spell_one(marked)) if _is_plain(result.spell_one(entry)) else None
        text = self.places[known]
        # an unknown name stands where an index stands elsewhere
        if text is None or str in map(type, entry[1:]):
            return _losses(result.spell_one(entry))
        return _put(text, entry[1:])

    def _left(self, result: LineResult, entry: CompactEntry) -> str:
        left = entry[0]
        if isinstance(left, LeftItems) and not left.kind[1].is_loss:
            return ""
        if isinstance(left, LeftAttributes):
            known = result.prefix, left
            if known not in self.members:
                self.members[known] = _members(left, result.prefix)
            members = self.members[known]
            if members is not None:
                return _put(",".join(filter(None, compress(members, left.key(entry[-1])[1:]))), entry[1:-1])
        return _losses(result.spell_one(entry))


def _members(left: LeftAttributes, prefix: Names) -> list[str] | None:
    """Write the loss of each member of an object, with marks for indices; None where names have marks in them."""
    bare, at = (*prefix, *left.filled(range(len(_MARKS)))), (*prefix, *left.filled(_MARKS))
    lost = [Loss((name,), kind.code, kind.rule) for name, kind in left.members]
    if not _is_plain([Loss(bare, LossCode.CARRIED, ""), *lost]):
        return None
    return [_losses([Loss((*at, *one.pointer), one.code, one.rule)]) for one in lost]


def _is_plain(found: Iterable[Loss]) -> bool:
    """Tell whether no name has a character that stands for an index."""
    return not any(mark in str(part) for one in found for part in one.pointer for mark in _MARKS)


def _losses(found: Iterable[Loss]) -> str:
    return ",".join(dumps([pointer_text(one.pointer), one.code.value]).decode() for one in found if one.code.is_loss)


def _put(text: str, indices: CompactEntry) -> str:
    for mark, index in zip(_MARKS, indices, strict=False):
        text = text.replace(mark, str(index))
    return text
