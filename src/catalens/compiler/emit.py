"""Write an object plan as one straight-line Python function of one of four kinds, each a pair of two axes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from catalens.account.compact import Places
from catalens.carry.sides import Sides
from catalens.compiler.notes import CompactNotes, LedgerNotes, Notes
from catalens.compiler.objects import ObjectWriter
from catalens.compiler.source import DictSource, Source, StructSource
from catalens.compiler.text import Emitter, Out
from catalens.crosswalk import Ids
from catalens.mapping.profile import node_at, wire_tree
from catalens.plan import ObjectPlan

Kind = Literal["plain", "loss", "typed", "ledger"]

#: kind of function -> how it reads the source, and what it notes
KINDS: dict[Kind, tuple[type[Source], type[Notes]]] = {
    "plain": (DictSource, Notes),
    "loss": (DictSource, CompactNotes),
    "typed": (StructSource, CompactNotes),
    "ledger": (DictSource, LedgerNotes),
}


@dataclass
class Emitted:
    """The text of a function, and what it refers to."""

    text: str
    names: dict[str, Any]


def emit(
    plan: ObjectPlan,
    kind: Kind,
    places: Places,
    crosswalk: Ids | None = None,
    sides: Sides | None = None,
    assumes: Callable[..., Any] = lambda unit: None,
) -> Emitted:
    """Write the function of a plan: ``translate(d)``, with ``L`` for compact entries, or with ``R`` for a ledger."""
    source, notes = KINDS[kind]
    at = partial(node_at, wire_tree(plan.scope))
    emitter = Emitter(source, notes, places, at, crosswalk, sides or Sides(), assumes)
    emitter.line("out = {}")
    emitter.notes.begin()
    ObjectWriter(emitter, plan, (), {0: Out("out", ())}).write("d")
    emitter.notes.end()
    emitter.line("return out")
    text = f"def translate(d{emitter.notes.parameter}):\n" + "\n".join(emitter.lines) + "\n"
    return Emitted(text, emitter.names)
