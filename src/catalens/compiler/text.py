"""The pen of the emitter: lines, names, and target objects under construction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from catalens.account.compact import Places, Template
from catalens.carry.inline import Script
from catalens.carry.sides import Sides
from catalens.crosswalk import Ids
from catalens.mapping.profile import Names, Node
from catalens.paths import MISSING

if TYPE_CHECKING:
    from catalens.compiler.notes import Notes
    from catalens.compiler.source import Source

#: the parts of a place as expressions: literals for names, variables for indices
At = tuple[str, ...]


@dataclass
class Out:
    """A target object under construction: its variable, nested objects, and where it stands."""

    var: str
    at: At
    nested: dict[Names, str] = field(default_factory=dict)
    wrote: str | None = None


class Emitter:
    """Writes one function, and knows the two axes that make its kind: how the source is read, and what is noted."""

    def __init__(
        self,
        source: Callable[[Emitter], Source],
        notes: Callable[[Emitter], Notes],
        places: Places,
        node_at: Callable[[Template], Node | None],
        crosswalk: Ids | None,
        sides: Sides,
        assumes: Callable[..., Any],
    ) -> None:
        self.places, self.node_at = places, node_at
        self.crosswalk, self.sides, self.assumes = crosswalk, sides, assumes
        self.lines: list[str] = []
        self.depth = 1
        self.count = 0
        self.names: dict[str, Any] = {"M": MISSING}
        self.notes = notes(self)
        self.source = source(self)

    # -- text -------------------------------------------------------------------------------------------------

    def line(self, text: str) -> None:
        """Write a line."""
        self.lines.append("    " * self.depth + text)

    def comment(self, text: str) -> None:
        """Write a comment; names of fields may hold any character."""
        self.line(f"# {ascii(text)[1:-1]}")

    def script(self, script: Script) -> None:
        """Take over what a script has written."""
        for line in script.lines:
            self.line(line)
        self.names.update(script.names)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Write a block; one in which nothing is written passes."""
        self.line(head)
        self.depth += 1
        before = len(self.lines)
        yield
        if len(self.lines) == before:
            self.line("pass")
        self.depth -= 1

    @contextmanager
    def optional(self, head: str) -> Iterator[None]:
        """Write a block that is left out where nothing is written in it."""
        self.line(head)
        self.depth += 1
        before = len(self.lines)
        yield
        if len(self.lines) == before:
            self.lines.pop()
        self.depth -= 1

    def var(self, prefix: str) -> str:
        """Return a name that is not in use."""
        self.count += 1
        return f"{prefix}{self.count}"

    def bind(self, prefix: str, value: Any) -> str:
        """Give a value a name in the function's globals."""
        name = self.var(prefix)
        self.names[name] = value
        return name

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


def below(at: At, *names: str) -> At:
    """Return the place of what stands under names in an object at a place."""
    return (*at, *map(repr, names))


def pointer(parts: At) -> str:
    """Write a pointer as a tuple of literals and index variables."""
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def dotted(names: Names) -> str:
    """Return names as one word."""
    return ".".join(names)
