"""The pen of the emitter: lines, names, places, and target objects under construction."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from catalens.account.compact import Left, Meaning, Place, Template
from catalens.account.ledger import Rule
from catalens.carry.inline import Script
from catalens.carry.values import Crosswalk
from catalens.mapping.profile import Names, Node, ObjectNode
from catalens.paths import MISSING
from catalens.typed_json.structs import attributes

Kind = Literal["plain", "loss", "typed", "ledger"]


@dataclass
class Emitted:
    """The text of a function, what it refers to, and what its compact entries mean."""

    text: str
    names: dict[str, Any]
    meaning: Meaning


@dataclass
class Out:
    """A target object under construction: its variable, nested objects, and where it stands."""

    var: str
    at: tuple[str, ...]
    nested: dict[Names, str] = field(default_factory=dict)
    wrote: str | None = None


class Emitter:
    """Writes one function."""

    def __init__(self, kind: Kind, crosswalk: Crosswalk | None, foreign: bool, assumes: Callable[..., Any]) -> None:
        self.kind = kind
        self.crosswalk, self.foreign, self.assumes = crosswalk, foreign, assumes
        self.lines: list[str] = []
        self.depth = 1
        self.count = 0
        self.names: dict[str, Any] = {"M": MISSING}
        self.places: list[Place] = []
        self._cache: dict[Any, str] = {}

    # -- text -------------------------------------------------------------------------------------------------

    def line(self, text: str) -> None:
        self.lines.append("    " * self.depth + text)

    def note(self, text: str) -> None:
        """Write a comment; names of fields may hold any character."""
        self.line(f"# {ascii(text)[1:-1]}")

    def script(self, script: Script) -> None:
        """Take over what a script has written."""
        for line in script.lines:
            self.line(line)
        self.names.update(script.names)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        self.line(head)
        self.depth += 1
        before = len(self.lines)
        yield
        if len(self.lines) == before:
            self.line("pass")
        self.depth -= 1

    def var(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def bind(self, prefix: str, value: Any) -> str:
        """Give a value a name in the function's globals."""
        name = self.var(prefix)
        self.names[name] = value
        return name

    @property
    def losing(self) -> bool:
        return self.kind in ("loss", "typed")

    @property
    def typed(self) -> bool:
        """Tell whether the source is a structure with all keys known, rather than a dictionary."""
        return self.kind == "typed"

    @property
    def entering(self) -> bool:
        return self.kind == "ledger"

    # -- places -----------------------------------------------------------------------------------------------

    def place(self, at: tuple[str, ...], rule: str, code: str | None = None) -> tuple[str, str]:
        """Return the number of a source place and the index variables that complete it."""
        template, indices = self.template(at)
        place = (template, rule, code)
        if place not in self._cache:
            self._cache[place] = str(len(self.places))
            self.places.append(place)
        return self._cache[place], indices

    @staticmethod
    def template(at: tuple[str, ...]) -> tuple[Template, str]:
        """Return the names of a place, and the index variables that complete it."""
        template = tuple(None if part.isidentifier() else ast.literal_eval(part) for part in at)
        return template, "".join(f", {part}" for part in at if part.isidentifier())

    def loss(self, at: tuple[str, ...], rule: str, code: str) -> None:
        """Write the entry of a loss whose code is known by now."""
        number, indices = self.place(at, rule, code)
        self.line(f"lost(({number},{indices[1:]}))")

    def left(self, at: tuple[str, ...], make: Callable[[Template], Left], var: str) -> None:
        """Write the entry of what is left of an object."""
        template, indices = self.template(at)
        self.line(f"left(({self.bind('left', make(template))}{indices}, {var}))")

    def found_loss(self, at: tuple[str, ...], rule: str, code: str) -> None:
        """Write the entry of a loss whose code a variable holds."""
        number, indices = self.place(at, rule)
        self.line(f"lost((({number}, {code}),{indices[1:]}))")

    def lost(self, at: tuple[str, ...], rule: str, code: str, value: str) -> None:
        """Write that a value is lost whole."""
        if self.losing:
            self.loss(at, rule, code)
        elif self.entering:
            self.line(f"R.lost({self.rule(rule)}, {pointer(at)}, {value}, {code!r})")

    def rule(self, name: str, **more: Any) -> str:
        key = ("rule", name) if not more else None
        if key is not None and key in self._cache:
            return self._cache[key]
        bound = self.bind("rule", Rule(name, **more))
        if key is not None:
            self._cache[key] = bound
        return bound

    # -- source objects ---------------------------------------------------------------------------------------

    def get(self, node: ObjectNode, var: str, name: str) -> str:
        """Write the reading of a member that may be absent."""
        return f"{var}.{attributes(node)[name]}" if self.typed else f"{var}.get({name!r}, M)"

    @contextmanager
    def reading(self, node: ObjectNode, var: str, name: str, into: str) -> Iterator[None]:
        """Write the reading of a member into a variable, and then what is done where it is there."""
        if not self.typed:
            with self.block(f"if {name!r} in {var}:"):
                self.line(f"{into} = {var}[{name!r}]")
                yield
            return
        self.line(f"{into} = {self.get(node, var, name)}")
        self.line(f"if {into} is not M:")
        before = len(self.lines)
        self.depth += 1
        yield
        self.depth -= 1
        if len(self.lines) == before:
            self.lines.pop()

    def fetch(self, node: Node, var: str, names: Names) -> str:
        """Write the reading of a value that may be absent at any depth."""
        text = var
        for depth, name in enumerate(names):
            assert isinstance(node, ObjectNode)
            if depth == 0:
                text = self.get(node, var, name)
            else:
                outer = self.var("d")
                text = f"({self.get(node, outer, name)} if ({outer} := {text}) else M)"
            node = node.members[name]
        return text

    def is_empty(self, node: ObjectNode, var: str) -> str:
        """Write the test whether an object, which is there, says nothing at all."""
        if not self.typed:
            return f"not {var}"
        return " and ".join(f"{var}.{attribute} is M" for attribute in attributes(node).values()) or "True"

    # -- target objects ---------------------------------------------------------------------------------------

    def open(self, out: Out, targets: list[Names]) -> None:
        """Create the nested objects that the targets need."""
        for at in targets:
            for depth in range(1, len(at)):
                if at[:depth] not in out.nested:
                    out.nested[at[:depth]] = self.var("o")
                    self.line(f"{out.nested[at[:depth]]} = {{}}")

    def close(self, out: Out) -> None:
        """Attach the nested objects that something was written to."""
        for at, var in sorted(out.nested.items(), key=lambda pair: (-len(pair[0]), self._order(pair[1]))):
            parent = out.nested.get(at[:-1], out.var)
            with self.block(f"if {var}:"):
                self.line(f"{parent}[{at[-1]!r}] = {var}")

    @staticmethod
    def _order(var: str) -> int:
        return int(var[1:])

    def write(self, out: Out, at: Names, value: str) -> None:
        """Write a value into a target object."""
        parent = out.nested.get(at[:-1], out.var)
        self.line(f"{parent}[{at[-1]!r}] = {value}")
        if out.wrote is not None:
            self.line(f"{out.wrote} = True")


def pointer(parts: tuple[str, ...]) -> str:
    """Write a pointer as a tuple of literals and index variables."""
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def dotted(names: Names) -> str:
    return ".".join(names)
