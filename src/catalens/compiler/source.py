"""How emitted code reads the source: the first of the two axes that make the kind of a function.

A *dictionary* may hold members that the profile does not know, so members are counted, and looked at where some are
left over. A *structure* holds the members of the profile and no others, each in an attribute, so that what is lost is
known by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from functools import partial
from typing import TYPE_CHECKING, Any

from catalens.account.codes import REST
from catalens.account.compact import Within
from catalens.compiler.text import Emitter
from catalens.mapping.profile import Field, LeafNode, Names, Node, ObjectNode, severities, severity_within
from catalens.paths import MISSING
from catalens.payloads import copy_json
from catalens.typed_json.structs import attributes, untyped
from catalens.validate import condition

if TYPE_CHECKING:
    from catalens.compiler.objects import ObjectWriter


class Source:
    """What differs between dictionaries and structures; a *present* member is one that the payload holds."""

    #: an object may hold members that the profile does not know
    may_hold_more: bool

    def __init__(self, pen: Emitter) -> None:
        self.e = pen

    def get(self, node: ObjectNode, var: str, name: str) -> str:
        """Return the expression of a member that may be absent."""
        raise NotImplementedError

    @contextmanager
    def reading(self, node: ObjectNode, var: str, name: str, into: str, used_later: bool = False) -> Iterator[None]:
        """Write the reading of a member into a variable, and then what is done where it is present.

        A variable that is ``used_later`` holds MISSING where the member is absent.
        """
        raise NotImplementedError
        yield

    def tested(self, node: ObjectNode, var: str, name: str) -> tuple[str, str]:
        """Return the expressions of a member, and of the test that it is present."""
        raise NotImplementedError

    def is_empty(self, node: ObjectNode, var: str) -> str:
        """Return the test whether an object, which is present, says nothing at all."""
        raise NotImplementedError

    def in_object(self, node: ObjectNode, var: str, write: Callable[[], None], lose: Callable[[], None]) -> None:
        """Write what is done with an object that says something (``write``), and with one that is empty or null."""
        raise NotImplementedError

    def others(self, node: ObjectNode, var: str, names: set[str], lose: Callable[[str, str], None]) -> None:
        """Write what is done with all present members but some: ``lose`` takes a part of a place, and the value."""
        raise NotImplementedError

    def without(self, node: Node) -> Callable[[Any, Iterable[str]], Any]:
        """Return what makes an object without some of its members."""
        raise NotImplementedError

    def copied(self, field: Field, value: str) -> str:
        """Return the expression of a value that the output may keep."""
        raise NotImplementedError

    def condition(self, text: str) -> Callable[[Any], bool]:
        """Return what a JMESPath condition says of an item."""
        raise NotImplementedError

    def within(self, node: Node | None) -> Within | None:
        """Return what tells the severity of losing a value whole; None where the place says it."""
        raise NotImplementedError

    def begin(self, writer: ObjectWriter, node: ObjectNode, var: str, names: Names) -> str:
        """Begin the account of an object's members; return the variable that counts those not fetched yet, or ''."""
        raise NotImplementedError

    def end(self, writer: ObjectWriter, node: ObjectNode, var: str, names: Names, left: str) -> None:
        """Write the account of the members that were not fetched."""
        raise NotImplementedError

    def account_for_literal(self, writer: ObjectWriter, node: ObjectNode, var: str, count: int) -> None:
        """Write the account of an item that was made in one step from so many of its members."""
        raise NotImplementedError

    def fetch(self, node: Node, var: str, names: Names) -> str:
        """Return the expression of a value that may be absent at any depth."""
        text = var
        for depth, name in enumerate(names):
            assert isinstance(node, ObjectNode)
            if depth == 0:
                text = self.get(node, var, name)
            else:
                outer = self.e.var("d")
                text = f"({self.get(node, outer, name)} if ({outer} := {text}) else M)"
            node = node.members[name]
        return text


class DictSource(Source):
    """The source is a dictionary, as any JSON reader gives it."""

    may_hold_more = True

    def get(self, node: ObjectNode, var: str, name: str) -> str:
        return f"{var}.get({name!r}, M)"

    @contextmanager
    def reading(self, node: ObjectNode, var: str, name: str, into: str, used_later: bool = False) -> Iterator[None]:
        if used_later:
            self.e.line(f"{into} = M")
        with self.e.block(f"if {name!r} in {var}:"):
            self.e.line(f"{into} = {var}[{name!r}]")
            yield

    def tested(self, node: ObjectNode, var: str, name: str) -> tuple[str, str]:
        return f"{var}[{name!r}]", f"{name!r} in {var}"

    def is_empty(self, node: ObjectNode, var: str) -> str:
        return f"not {var}"

    def in_object(self, node: ObjectNode, var: str, write: Callable[[], None], lose: Callable[[], None]) -> None:
        with self.e.block(f"if {var}:"):
            write()
        with self.e.optional("else:"):
            lose()

    def others(self, node: ObjectNode, var: str, names: set[str], lose: Callable[[str, str], None]) -> None:
        key = self.e.var("y")
        with self.e.block(f"for {key} in {var}.keys() - {self.e.bind('deciding', names)}:"):
            lose(key, f"{var}[{key}]")

    def without(self, node: Node) -> Callable[[Any, Iterable[str]], Any]:
        return lambda item, names: {name: value for name, value in item.items() if name not in names}

    def copied(self, field: Field, value: str) -> str:
        if not {"any", "object", "array"} & set(field.types) and field.item is None:
            return value
        # containers are copied, so that the output shares nothing with the payload
        self.e.names["copy"] = copy_json
        return f"copy({value})"

    def condition(self, text: str) -> Callable[[Any], bool]:
        return condition(text)

    def within(self, node: Node | None) -> Within | None:
        # what is unknown in a list or an object is of the rest
        uniform = node is None or isinstance(node, LeafNode) or severities(node) <= {REST}
        return None if uniform else partial(severity_within, node)

    def begin(self, writer: ObjectWriter, node: ObjectNode, var: str, names: Names) -> str:
        if not self.e.notes.wanted:
            return ""
        left = self.e.var("n")
        self.e.line(f"{left} = len({var})")
        return left

    def end(self, writer: ObjectWriter, node: ObjectNode, var: str, names: Names, left: str) -> None:
        if left:
            with self.e.block(f"if {left}:"):
                writer.lose_rest(node, var, names)

    def account_for_literal(self, writer: ObjectWriter, node: ObjectNode, var: str, count: int) -> None:
        with self.e.optional(f"if len({var}) > {count}:"):
            writer.lose_rest(node, var, ())


class StructSource(Source):
    """The source is a structure that a decoder made: all members are known, and nothing else holds what is in it."""

    may_hold_more = False

    def get(self, node: ObjectNode, var: str, name: str) -> str:
        return f"{var}.{attributes(node)[name]}"

    @contextmanager
    def reading(self, node: ObjectNode, var: str, name: str, into: str, used_later: bool = False) -> Iterator[None]:
        self.e.line(f"{into} = {self.get(node, var, name)}")
        with self.e.optional(f"if {into} is not M:"):
            yield

    def tested(self, node: ObjectNode, var: str, name: str) -> tuple[str, str]:
        value = self.e.var("v")
        self.e.line(f"{value} = {self.get(node, var, name)}")
        return value, f"{value} is not M"

    def is_empty(self, node: ObjectNode, var: str) -> str:
        return " and ".join(f"{var}.{attribute} is M" for attribute in attributes(node).values()) or "True"

    def in_object(self, node: ObjectNode, var: str, write: Callable[[], None], lose: Callable[[], None]) -> None:
        with self.e.block(f"if {var} is None or ({self.is_empty(node, var)}):"):
            lose()
        with self.e.block("else:"):
            write()

    def others(self, node: ObjectNode, var: str, names: set[str], lose: Callable[[str, str], None]) -> None:
        for name in node.members:
            if name not in names:
                value = self.get(node, var, name)
                with self.e.block(f"if {value} is not M:"):
                    lose(repr(name), value)

    def without(self, node: Node) -> Callable[[Any, Iterable[str]], Any]:
        assert isinstance(node, ObjectNode)
        known = attributes(node)

        def emptied(item: Any, names: Iterable[str]) -> Any:
            item = copy(item)
            for name in names:
                setattr(item, known[name], MISSING)
            return item

        return emptied

    def copied(self, field: Field, value: str) -> str:
        return value

    def condition(self, text: str) -> Callable[[Any], bool]:
        holds = condition(text)
        return lambda item: holds(untyped(item))

    def within(self, node: Node | None) -> Within | None:
        return None if len(severities(node)) < 2 else lambda value: severity_within(node, untyped(value))

    def begin(self, writer: ObjectWriter, node: ObjectNode, var: str, names: Names) -> str:
        writer.lose_members(node, var, names)
        return ""

    def end(self, writer: ObjectWriter, node: ObjectNode, var: str, names: Names, left: str) -> None:
        # all was said at the beginning
        pass

    def account_for_literal(self, writer: ObjectWriter, node: ObjectNode, var: str, count: int) -> None:
        writer.lose_members(node, var, ())
