"""Write which row of a list stands for all, where the target has room for one, and what all rows make up together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalens.account.codes import LossCode
from catalens.carry.rows import Chooser, Gatherer, settled
from catalens.carry.values import CONDITION, carrier
from catalens.compiler.text import At, below
from catalens.mapping.profile import ObjectNode, wire_tree
from catalens.plan import Choice, ListFeed

if TYPE_CHECKING:
    from catalens.compiler.lists import RouteWriter


class ChoiceWriter:
    """Writes the choice before the loop over the rows, and what becomes of those that are not chosen in it."""

    def __init__(self, route: RouteWriter, feed: ListFeed, choice: Choice, var: str, pairs: str) -> None:
        self.e, self.notes, self.source = route.e, route.notes, route.source
        self.feed, self.choice, self.tree = feed, choice, wire_tree(feed.source.scope)
        e = self.e
        #: the index of the row that is chosen (-1: none), and the names in which rows that stand for all differ
        self.index, self.differing = e.var("c"), e.var("y")
        if choice.by is None:
            e.line(f"{self.index} = {f'{pairs}[0][0]' if pairs else 0}")
        else:
            chooser = e.bind("choose", Chooser(choice))
            said = self.source.fetch(self.tree, "e", choice.by.fields[0].at)
            members = ", ".join(self._get("e", name) for group in choice.members for name in group)
            rows = f"[e for _, e in {pairs}]" if pairs else var
            chosen = f"{chooser}({rows}, lambda e: {said}, lambda e: [{members}])"
            if not choice.asked_for or choice.wanted is None:
                # the only row stands for all, whatever it says
                chosen = f"(0, None) if len({var}) == 1 else {chosen}"
            e.line(f"{self.index}, {self.differing} = {chosen}")
            if pairs:
                e.line(f"{self.index} = {pairs}[{self.index}][0] if {self.index} >= 0 else -1")
        #: the chosen row, as a list of it alone
        self.alone = f"{var}[{self.index} : {self.index} + 1]"

    @property
    def _may_agree(self) -> bool:
        return self.choice.by is not None and bool(self.choice.agree)

    def _get(self, item: str, name: str) -> str:
        assert isinstance(self.tree, ObjectNode)
        return self.source.get(self.tree, item, name)

    def pass_over(self, item: str, at: At, index: str) -> None:
        """Write what becomes of a row that is not chosen, and what the chosen one does not say for all."""
        e, name = self.e, self.feed.source.list.name
        if self.notes.wanted:
            with e.block(f"if {index} != {self.index}:"):
                if self._may_agree:
                    with e.block(f"if {self.differing} is not None:"):
                        self._lose_alike(item, at)
                    with e.block("else:"):
                        self.notes.lost(at, name, self.choice.beyond, item)
                else:
                    self._lose(item, at)
                e.line("continue")
        if self._may_agree:
            assert isinstance(self.tree, ObjectNode)
            with e.block(f"if {self.differing}:"):
                for one in (name for group in self.choice.members for name in group):
                    with e.optional(f"if {one!r} in {self.differing} and {self._get(item, one)} is not M:"):
                        self.notes.lost((*at, repr(one)), name, CONDITION, self._get(item, one))
                without = e.bind("without", self.source.without(self.tree))
                e.line(f"{item} = {without}({item}, {self.differing})")

    def _lose(self, item: str, at: At) -> None:
        """Write the loss of a row, but for what all rows make up together."""
        names = {unit.source_fields[0].at[0] for unit, _ in self.choice.gathered}
        if not names or not isinstance(self.tree, ObjectNode):
            self.notes.lost(at, self.feed.source.list.name, self.choice.beyond, item)
            return
        self._lose_others(item, at, names)

    def _lose_alike(self, item: str, at: At) -> None:
        """Write the loss of a row whose price stands for all: what is alike in all rows has arrived."""
        names = {name for group in self.choice.members for name in group}
        for one in sorted(names):
            value = self._get(item, one)
            with self.e.block(f"if {value} is not M:"):
                with self.e.block(f"if {one!r} in {self.differing}:"):
                    self.notes.lost((*at, repr(one)), self.feed.source.list.name, CONDITION, value)
                with self.e.block("else:"):
                    self.notes.lost((*at, repr(one)), self.feed.source.list.name, LossCode.REDUCED_LIST, value)
        self._lose_others(item, at, names)

    def _lose_others(self, item: str, at: At, names: set[str]) -> None:
        rule, code = self.feed.source.list.name, self.choice.beyond
        assert isinstance(self.tree, ObjectNode)
        with self.e.block(f"if {self.source.is_empty(self.tree, item)}:"):
            self.notes.lost(at, rule, code, item)
        with self.e.block("else:"):
            self.source.others(
                self.tree, item, names, lambda part, value: self.notes.lost((*at, part), rule, code, value)
            )


def write_gathered(route: RouteWriter, feed: ListFeed, choice: Choice, var: str) -> None:
    """Write the values that all rows make up together."""
    e, tree, columns = route.e, wire_tree(feed.source.scope), []
    for unit, how in choice.gathered:
        ours, theirs = unit.source_fields[0], unit.target_fields[0]
        column, total, codes, arrived, lost = (e.var(name) for name in ("col", "x", "k", "x", "c"))
        gather = e.bind("gather", Gatherer(how, unit.source[0].codec))
        e.comment(f"{ours.name} -> {theirs.name}, of all rows: {how}")
        e.line(f"{column} = [{route.source.fetch(tree, 'e', ours.at)} for e in {var}]")
        e.line(f"{total}, {codes} = {gather}({column})")
        way = carrier(unit, e.crosswalk, e.sides)
        carried = f"({total}, None)" if way is None else f"{e.bind('carry', way.carry)}({total})"
        e.line(f"{arrived}, {lost} = (M, None) if {total} is M else {carried}")
        with e.block(f"if {arrived} is not M:"):
            route.owner.put(route.out, theirs, arrived)
        columns.append((unit, column, codes, arrived, lost))
    if not columns or not route.notes.wanted:
        return
    index, value, code = e.var("i"), e.var("v"), e.var("c")
    e.names["settled"] = settled
    rows = ", ".join(f"({codes}, {arrived}, {lost})" for _, _, codes, arrived, lost in columns)
    e.line(f"settled([{rows}])")
    for unit, column, codes, arrived, _ in columns:
        at = below((*below(route.owner.at, *feed.source.list.at), index), *unit.source_fields[0].at)
        to = below(route.out.at, *unit.target_fields[0].at)
        loop = e.block(f"for {index}, ({value}, {code}) in enumerate(zip({column}, {codes})):")
        with loop, e.block(f"if {value} is not M:"):
            route.notes.gathered(unit, at, value, to, arrived, code)
