"""Read lines into the structures of a profile, when it is certain that nothing is left out and every digit kept.

That is so where the structure, written again, is the very line: then no key stood twice, and no number lost a digit,
though it is a float. It takes structures whose members stand in the order that the lines have, which is learned from
the lines. A line that is written in another way (with blanks, escapes, zeros at the end of numbers) is read into
structures with decimals instead, and its keys are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

from catalens.compiler.structs import Typed
from catalens.mapping.profile import ListNode, Node, ObjectNode, Profile
from catalens.payloads import is_whole, may_be_long

_untyped = msgspec.json.Decoder().decode

#: what a decoder raises of a line that it refuses, and an encoder of what cannot be written again
_REFUSED = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ArithmeticError)
#: learning an order takes as long as reading so many lines; a line read in vain, as long as two that are read well
_LEARNING, _IN_VAIN = 64, 2
#: how much of that is risked at once
_CREDIT = 200


class Reader:
    """Reads lines of one profile."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.orders: dict[Any, list[str]] = {}
        self.quick = Typed(profile, False, {})
        self.careful = Typed(profile, True, {})
        self.credit, self.wait, self.next_wait = _CREDIT, 0, 5 * _CREDIT

    def read(self, line: bytes) -> tuple[Any, dict[str, Any]] | None:
        """Return the product of a line, typed, and what stands around it; None where the general way has to say."""
        if self.wait:
            self.wait -= 1
            return self._read_carefully(line)
        quick = self.quick
        try:
            payload = quick.decode(line)
            again = quick.encode(payload)
        except _REFUSED:
            return None
        if again != line:
            self._learn(line)
            return self._read_carefully(line)
        self.credit = min(self.credit + 1, _CREDIT)
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
        """Learn the order of a line; where lines have no order in common, seldom and ever more seldom."""
        self.credit -= _IN_VAIN
        if self.credit < 0:
            self.credit, self.wait, self.next_wait = _LEARNING, self.next_wait, 2 * self.next_wait
            return
        orders = dict(self.orders)
        payload = _untyped(line)
        for depth, name in enumerate(self.profile.envelope):
            orders[depth] = _merged(list(payload), orders.get(depth, ()))
            payload = payload[name]
        _learn(self.profile.tree, payload, orders)
        if orders != self.orders:
            self.credit -= _LEARNING
            self.orders = orders
            self.quick = Typed(self.profile, False, orders)


@lru_cache(maxsize=64)
def reader(profile: Profile) -> Reader:
    """Return the reader of a profile."""
    return Reader(profile)


def _learn(node: Node, value: Any, orders: dict[Any, list[str]]) -> None:
    """Learn the order of the objects in a value."""
    if isinstance(node, ListNode):
        for item in value or ():
            _learn(node.item, item, orders)
    elif isinstance(node, ObjectNode) and value:
        orders[node] = _merged(list(value), orders.get(node, tuple(node.members)))
        for name, child in value.items():
            _learn(node.members[name], child, orders)


def _merged(seen: list[str], known: Sequence[str]) -> list[str]:
    """Return an order in which ``seen`` keeps its own; other names stay behind the neighbour that they had."""
    order = list(seen)
    at = 0
    for name in known:
        if name in seen:
            at = order.index(name) + 1
        else:
            order.insert(at, name)
            at += 1
    return order
