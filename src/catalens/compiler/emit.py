"""Write an object plan as one straight-line Python function.

Four kinds of the same function come out of one emitter: ``plain`` translates; ``loss`` also counts keys and appends
a compact entry for each loss; ``typed`` does so for a structure, all of whose members are known; ``ledger`` enters
every leaf in a Ledger.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from catalens.account.compact import Meaning
from catalens.carry.values import Crosswalk
from catalens.compiler.objects import ObjectWriter
from catalens.compiler.text import Emitted, Emitter, Kind, Out
from catalens.plan import ObjectPlan


def emit(
    plan: ObjectPlan,
    kind: Kind,
    crosswalk: Crosswalk | None = None,
    foreign: bool = True,
    assumes: Callable[..., Any] = lambda unit: None,
) -> Emitted:
    """Write the function of a plan: ``translate(d)``, ``translate(d, L)`` (twice) or ``translate(d, R)``."""
    emitter = Emitter(kind, crosswalk, foreign, assumes)
    extra = {"plain": "", "loss": ", L", "typed": ", L", "ledger": ", R"}[kind]
    emitter.line("out = {}")
    if emitter.losing:
        emitter.line("lost, left = L.append, L.left.append")
    out = Out("out", ())
    ObjectWriter(emitter, plan, (), {0: out}).write("d")
    if kind == "ledger":
        emitter.line(f"R.root({emitter.rule('product')}, d, out)")
    emitter.line("return out")
    text = f"def translate(d{extra}):\n" + "\n".join(emitter.lines) + "\n"
    return Emitted(text, emitter.names, Meaning(emitter.places))
