"""Read lines into the structures of a profile, when it is certain that nothing is left out and every digit kept.

That is so where the structure, written again, is the very line: then no key stood twice, and no number lost a digit,
though it is a float. It takes structures whose members stand in the order that the lines have, which is learned from
the lines. A line that is written in another way (with blanks, escapes, zeros at the end of numbers) is read into
structures with decimals instead, and its keys are counted.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import pairwise
from threading import Lock
from typing import Any

import msgspec

from catalens.mapping.profile import ListNode, Node, ObjectNode, Profile
from catalens.payloads import is_whole, may_be_long
from catalens.typed_json.structs import Typed

_untyped = msgspec.json.Decoder().decode

#: what a decoder raises of a line that it refuses, and an encoder of what cannot be written again
_REFUSED = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ArithmeticError)
#: how many lines may be read in vain, and how many are not even tried after that, at first
_IN_VAIN, _WAIT = 300, 2000
#: making structures takes as long as reading a hundred lines: after so many lines in another order they are made
_MADE_AFTER = frozenset(4**power for power in range(20))

#: how often a name was seen right behind another, by the object (of what is around a product: by its depth)
Neighbours = dict[Any, Counter[tuple[str, str]]]


class Reader:
    """Reads lines of one profile."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.neighbours: Neighbours = {}
        self.quick = Typed(profile, False, {})
        self.careful = Typed(profile, True, {})
        self.learning = Lock()
        self.noted = self.good = 0
        self.example = b""
        self.credit, self.wait, self.next_wait = _IN_VAIN, 0, _WAIT

    def read(self, line: bytes) -> tuple[Any, dict[str, Any]] | None:
        """Return the product of a line, typed, and what stands around it; None where the general way has to say."""
        if self.wait > 0:
            self.wait -= 1
            return self._read_carefully(line)
        quick = self.quick
        try:
            payload = quick.decode(line)
            again = quick.encode(payload)
        except _REFUSED:
            return None
        if again != line:
            if len(again) == len(line):
                with self.learning:
                    self._learn(line)
            return self._read_carefully(line)
        self.credit = min(self.credit + 1, _IN_VAIN)
        self.good, self.example = self.good + 1, line
        return None if may_be_long(line) else quick.open(payload)

    def _read_carefully(self, line: bytes) -> tuple[Any, dict[str, Any]] | None:
        try:
            payload = self.careful.decode(line)
            again = self.careful.encode(payload)
        except _REFUSED:
            return None
        return self.careful.open(payload) if is_whole(line, again) else None

    # -- the order of members -----------------------------------------------------------------------------------

    def _learn(self, line: bytes) -> None:
        """Learn from the order of a line; where lines have none in common, seldom and ever more seldom."""
        self.credit -= 1
        if self.credit < 0:
            self.credit, self.wait, self.next_wait = _IN_VAIN // 10, self.next_wait, 2 * self.next_wait
            return
        # the lines that are in order count, too, as many as there were
        if self.good:
            self._note(self.example, self.good)
            self.good = 0
        self._note(line, 1)
        self.noted += 1
        if self.noted in _MADE_AFTER:
            orders = {node: _order(node, found) for node, found in self.neighbours.items()}
            self.quick = Typed(self.profile, False, orders)

    def _note(self, line: bytes, times: int) -> None:
        """Note which names stand right behind which in a line, as if it had been there so many times."""
        seen: list[tuple[Any, list[str]]] = []
        payload = _untyped(line)
        for depth, name in enumerate(self.profile.envelope):
            seen.append((depth, list(payload)))
            payload = payload[name]
        _objects(self.profile.tree, payload, seen)
        for node, names in seen:
            counts = self.neighbours.setdefault(node, Counter())
            for pair in pairwise(names):
                counts[pair] += times


@lru_cache(maxsize=64)
def reader(profile: Profile) -> Reader:
    """Return the reader of a profile."""
    return Reader(profile)


def _objects(node: Node, value: Any, seen: list[tuple[Any, list[str]]]) -> None:
    """Find the objects in a value, and the names in each of them."""
    if isinstance(node, ListNode):
        for item in value or ():
            _objects(node.item, item, seen)
    elif isinstance(node, ObjectNode) and value:
        seen.append((node, list(value)))
        for name, child in value.items():
            _objects(node.members[name], child, seen)


def _order(node: Any, seen: Counter[tuple[str, str]]) -> list[str]:
    """Return an order in which names stand before those that are mostly behind them, else as the profile has them."""
    named = dict.fromkeys(name for pair in seen for name in pair)
    waiting = dict.fromkeys((*node.members, *named) if isinstance(node, ObjectNode) else named)
    order: list[str] = []
    while waiting:
        before = dict.fromkeys(waiting, 0)
        for (name, one), times in seen.items():
            if name in waiting and one in waiting:
                before[one] += max(times - seen[one, name], 0)
        first = min(before, key=before.__getitem__)
        order.append(first)
        del waiting[first]
    return order
