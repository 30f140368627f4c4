"""What is made in one step: items of which all that can arrive is there, as it is in most, and lists of scalars.

That is possible where each member goes to a place of its own as it is. Items that lack a member are made step by
step, as all others are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalens.carry.values import carrier, is_plain
from catalens.compiler.items import is_scalar_scope
from catalens.mapping.profile import Field, LeafNode, ObjectNode, wire_tree
from catalens.plan import Landing, ListFeed, Unit

if TYPE_CHECKING:
    from catalens.compiler.objects import ObjectWriter


@dataclass(frozen=True)
class ItemLiteral:
    """The making of a whole item: the test that it is one (empty: it always is), and what it becomes."""

    test: str
    made: str
    node: ObjectNode | None
    count: int

    def account(self, writer: ObjectWriter, var: str) -> None:
        """Write what is lost of the item."""
        if self.node is not None:
            writer.source.account_for_literal(writer, self.node, var, self.count)


def item_literal(writer: ObjectWriter, var: str) -> ItemLiteral | None:
    """Write the reading of an item's members, as far as it takes any; None where items are not made in one step."""
    e, plan = writer.e, writer.plan
    alike = all(is_plain(unit) and carrier(unit, e.crosswalk, e.sides) is None for unit in plan.units)
    flat = all(len(unit.target_fields[0].at) == 1 for unit in plan.units)
    if any(codec.folds for codec in writer.reads.values()):
        return None
    if writer.notes.every_leaf or not alike or not flat or plan.routes or plan.outs > 1:
        return None
    tree = wire_tree(plan.scope)
    if isinstance(tree, LeafNode):
        return ItemLiteral("", _object(writer, {tree.field: var}), None, 0) if plan.units else None
    members = [(name, child) for name, child in tree.members.items() if not writer.skips(child, (name,))]
    leaves = [(name, child.field) for name, child in members if isinstance(child, LeafNode)]
    if len(leaves) < len(members) or not any(one in writer.plain for _, one in leaves):
        return None
    values: dict[Field, str] = {}
    tests: list[str] = []
    for name, one in leaves:
        values[one], test = writer.source.tested(tree, var, name)
        tests.append(test)
    return ItemLiteral(" and ".join(tests), _object(writer, values), tree, len(leaves))


def _object(writer: ObjectWriter, values: dict[Field, str]) -> str:
    """Write the object that values make up; those that only decide are not among them."""
    units = [(writer.plain[one].target_fields[0], value) for one, value in values.items() if one in writer.plain]
    return f"{{{', '.join(f'{theirs.at[0]!r}: {writer.source.copied(theirs, value)}' for theirs, value in units)}}}"


def list_copied_whole(feed: ListFeed, landing: Landing) -> Unit | None:
    """Return the unit that carries each item of a list of scalars, where that is all there is to its items."""
    plan = landing.plan
    rest = (plan.lost, plan.lost_lists, plan.reads, plan.routes, landing.constants, feed.source.when)
    if is_scalar_scope(landing.target.scope) and is_scalar_scope(plan.scope) and not any(rest):
        return plan.units[0] if len(plan.units) == 1 and is_plain(plan.units[0]) else None
    return None
