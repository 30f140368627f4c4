"""What differs between the sides of a translation, so that an id or amount arrives whole and means something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from catalens.account.codes import LossCode
from catalens.plan import Unit

#: the answer that says that it is the store's own business
STORE = "store"

#: what becomes of an identifier that the crosswalk does not know: it arrives as it is, is left out, or something
#: stands in for it (see ``crosswalk.Awaited``)
UnknownIds = Literal["carry", "omit", "await"]

#: what an amount may rest on -> the code of one that arrives where another answer holds, the worse first
_FOREIGN = {"currency": LossCode.CARRIED_FOREIGN_CURRENCY, "tax": LossCode.CARRIED_FOREIGN_TAX}


@dataclass(frozen=True)
class Sides:
    """How the two sides of a translation differ."""

    #: identifiers of the source are of another id space than the target's
    foreign_ids: bool = True
    #: what becomes of those that the crosswalk does not know
    unknown_ids: UnknownIds = "carry"
    #: one side is the hub, whose items are as whole as they were where they came from
    by_hub: bool = False
    #: what each side assumes
    source: Mapping[str, str] = field(default_factory=dict)
    target: Mapping[str, str] = field(default_factory=dict)

    @property
    def omits(self) -> bool:
        """Whether identifiers that the crosswalk does not know are left out."""
        return self.foreign_ids and self.unknown_ids != "carry"

    @property
    def one_format(self) -> bool:
        """Whether both sides are profiles of one format."""
        return not self.foreign_ids and not self.by_hub

    def foreign_amount(self, unit: Unit) -> LossCode | None:
        """Return the code of an amount that a unit carries whose currencies or tax bases are known and differ."""
        for what, code in _FOREIGN.items():
            answers = {self.source.get(what, STORE), self.target.get(what, STORE)}
            if len(answers) < 2 or STORE in answers:
                continue
            if all(any(what in one.assumes for one in fields) for fields in (unit.source_fields, unit.target_fields)):
                return code
        return None
