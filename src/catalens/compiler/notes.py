"""What emitted code notes of each value: the second of the two axes that make the kind of a function.

Nothing; a compact entry for each loss, as many lines need it; or every leaf in a full ledger, as a report needs it.
Writers of objects, lists, values and groups say what happens, in the words of ``Notes``; which of it is worth a line
of code is decided here and nowhere else. Places are parts of a pointer as expressions (see ``text.At``).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalens.account.codes import SEVERITIES, LossCode
from catalens.account.compact import Kind, Left, LeftAttributes, LeftItems, LeftKeys, Place, Template
from catalens.account.ledger import LateIndex, Rule
from catalens.carry.groups import links
from catalens.carry.values import is_plain, same_codec
from catalens.codecs.base import SAME
from catalens.compiler.items import lose_list, moved
from catalens.compiler.text import At, Emitter, Out, pointer
from catalens.mapping.profile import Field, Names, ObjectNode, severity_of
from catalens.plan import Unit
from catalens.typed_json.structs import attributes

#: a place, and the variable of the value that stands there
Leaf = tuple[At, str]


@dataclass(frozen=True)
class Begun:
    """An item under way: its index in the target's list as an expression, and the variable of its mark, if any."""

    index: str
    mark: str


class Notes:
    """Note nothing; the other two override what they note."""

    #: the parameter of the emitted function that takes the notes
    parameter = ""
    #: something is noted, so members are counted and inverses are run
    wanted = False
    #: every leaf is noted, lost or not, so no value may take a short cut
    every_leaf = False

    def __init__(self, pen: Emitter) -> None:
        self.e = pen

    def begin(self) -> None:
        """Write the first lines of the function."""

    def end(self) -> None:
        """Write what is noted of the product itself, when all is translated."""

    # -- values -----------------------------------------------------------------------------------------------

    def lost(self, at: At, rule: str, code: LossCode, value: str) -> None:
        """Note that a value is lost whole."""

    def lost_as(self, at: At, rule: str, code: str, of_items: bool = False) -> None:
        """Note the loss of a plain value whose code a variable holds (``of_items``: maybe one code for each item)."""

    def plain(self, unit: Unit, at: At, value: str, to: At, arrived: str, code: str) -> None:
        """Note what became of a plain value, as far as ``lost`` and ``lost_as`` have not noted it."""

    def group(self, unit: Unit, sources: Sequence[Leaf], targets: Sequence[Leaf], codes: str) -> None:
        """Note what became of the values of a group; ``codes`` is the variable of their codes."""

    def read(self, at: At, rule: str, value: str, to: At, assumes: str | None) -> None:
        """Note a value that only decides about others, and that its place in the target, or the caller, implies."""

    # -- what is left of objects and lists ----------------------------------------------------------------------

    def left_keys(
        self,
        at: At,
        node: ObjectNode,
        names: Names,
        fetched: frozenset[str],
        fates: Mapping[Field, Kind],
        var: str,
    ) -> None:
        """Note the members of a dictionary that were not fetched."""

    def left_members(self, at: At, node: ObjectNode, lost: Sequence[tuple[str, Kind]], var: str) -> None:
        """Note the members (name, with rule and code) of a structure of which nothing arrives."""

    def left_items(self, at: At, kind: Kind, var: str) -> None:
        """Note that all items of a list of scalars are lost in the same way."""

    def empty_list(
        self, at: At, rule: str, value: str, arrived: Sequence[tuple[str, At]], alike: Sequence[bool] = ()
    ) -> None:
        """Note an empty list, or null in place of one: in which targets, by a test for each, it arrived.

        ``alike`` says of each target whether it holds the same there, and not an empty map for an empty list.
        """

    # -- items ------------------------------------------------------------------------------------------------

    def begin_item(self, into: str | None = None, key: str = "") -> Begun:
        """Begin an item; ``into`` is the target list that it will be added to, or the map, with the ``key`` there."""
        return Begun(key or "0", "")

    def span(self, begun: Begun) -> str:
        """Return what a list of landed items keeps of an item beside its index, with the comma before it."""
        return ""

    def condemned(self, begun: Begun, code: LossCode, lose_reads: Callable[[], None]) -> None:
        """Note that nothing arrived of an item: what would only have decided (``lose_reads`` notes it) is lost."""

    def implied_by(self, begun: Begun, to: At, places: Sequence[At]) -> None:
        """Note that the values of an item which only decided are implied by the places that it wrote to."""

    def constant(self, to: At, at: At) -> None:
        """Note a target value that the source's place implies for an item."""

    def strayed(self, at: At, rule: str, begun: Begun, item: str) -> None:
        """Note that an item which arrived does not come back to its list."""

    def in_order(self, pairs: str) -> None:
        """Note a list, as items with their indices, whose items are taken in the order that it says."""

    def strayed_among_lists(self, at: At, rule: str, landed: str, var: str, index: str) -> None:
        """Note the items of a list that went to several targets and come back in another order."""

    # -- items made of plain values -----------------------------------------------------------------------------

    def place_late(self, item: Out, at: At) -> None:
        """Give an item that values make up a place in the list ``at``, whose index is known only later."""

    def placed(self, item: Out, into: str) -> None:
        """Note that such an item is now added to its list."""

    def implied_constant(self, to: At, item: Out, places: Sequence[At], assumed: str) -> None:
        """Note a constant of such an item, which those source places imply that made it, or the caller assumes."""

    # -- rows that stand for one another ------------------------------------------------------------------------

    def gathered(self, unit: Unit, at: At, value: str, to: At, arrived: str, code: str) -> None:
        """Note one of the values that all rows make up together; a variable holds its code."""


class CompactNotes(Notes):
    """Note each loss as a compact entry: its place, with rule and code, and the indices of the items it is in."""

    parameter = ", L"
    wanted = True

    def __init__(self, pen: Emitter) -> None:
        super().__init__(pen)
        self._bound: dict[Place, str] = {}

    def begin(self) -> None:
        self.e.line("lost, left = L.append, L.left.append")

    def lost(self, at: At, rule: str, code: LossCode, value: str) -> None:
        place, indices = self._place_of(at, rule, code, value)
        # an entry without indices is always the same, and made once
        whole = place in self.e.names and not indices
        self.e.line(f"lost({self._entry(place)})" if whole else f"lost(({place}{indices or ','}))")

    def lost_as(self, at: At, rule: str, code: str, of_items: bool = False) -> None:
        place, indices = self._place(at, rule)
        if not of_items:
            self.e.line(f"lost((({place}, {code}),{indices[1:]}))")
            return
        self.e.names["lose_list"] = lose_list
        item, _ = self._place((*at, "i"), rule)
        self.e.line(f"lose_list(L, {place}, {item}, {code}{indices})")

    def group(self, unit: Unit, sources: Sequence[Leaf], targets: Sequence[Leaf], codes: str) -> None:
        with self.e.block(f"if {codes}:"):
            for index, ((at, _), ours) in enumerate(zip(sources, unit.source_fields, strict=True)):
                with self.e.block(f"if {codes}[{index}]:"):
                    self.lost_as(at, unit.rule_of(ours), f"{codes}[{index}]")

    def left_keys(
        self,
        at: At,
        node: ObjectNode,
        names: Names,
        fetched: frozenset[str],
        fates: Mapping[Field, Kind],
        var: str,
    ) -> None:
        self._left(at, lambda place: LeftKeys(place, node, names, fetched, fates), var)

    def left_members(self, at: At, node: ObjectNode, lost: Sequence[tuple[str, Kind]], var: str) -> None:
        within = self.e.source.within
        held = [(attributes(node)[name], name, kind, within(node.members[name])) for name, kind in lost]
        self._left(at, lambda place: LeftAttributes(place, held), var)

    def left_items(self, at: At, kind: Kind, var: str) -> None:
        self._left(at, lambda place: LeftItems(place, kind), var)

    def empty_list(
        self, at: At, rule: str, value: str, arrived: Sequence[tuple[str, At]], alike: Sequence[bool] = ()
    ) -> None:
        with self.e.block(f"if not ({' or '.join(test for test, _ in arrived) or 'False'}):"):
            self.lost(at, rule, LossCode.DROPPED_CONDITION, value)

    def condemned(self, begun: Begun, code: LossCode, lose_reads: Callable[[], None]) -> None:
        lose_reads()

    def strayed(self, at: At, rule: str, begun: Begun, item: str) -> None:
        self.lost(at, rule, LossCode.REDUCED_ORDER, item)

    def strayed_among_lists(self, at: At, rule: str, landed: str, var: str, index: str) -> None:
        self.e.names["moved"] = moved
        with self.e.block(f"for {index}, in moved({landed}):"):
            self.lost(at, rule, LossCode.REDUCED_ORDER, f"{var}[{index}]")

    def gathered(self, unit: Unit, at: At, value: str, to: At, arrived: str, code: str) -> None:
        with self.e.block(f"if {code}:"):
            self.lost_as(at, unit.rule, code)

    def _place(self, at: At, rule: str, code: LossCode | None = None) -> tuple[str, str]:
        """Return the name of a source place, and the index variables that complete it."""
        template, indices = _template(at)
        place = self.e.places.place(template, rule, code, severity_of(self.e.node_at(template)))
        if place not in self._bound:
            self._bound[place] = self.e.bind("at", place)
        return self._bound[place], indices

    def _place_of(self, at: At, rule: str, code: LossCode, value: str) -> tuple[str, str]:
        """Return the same for a value that is lost whole: the place is chosen by what it holds, where that counts."""
        template, indices = _template(at)
        node, owner = self.e.node_at(template), self.e.node_at(template[:-1])
        if template and template[-1] is None and isinstance(owner, ObjectNode):
            # a member whose name is known when it is met
            node, value = owner, f"{{{at[-1]}: {value}}}"
        within = self.e.source.within(node)
        if within is None:
            return self._place(at, rule, code)
        places = {one: self.e.places.place(template, rule, code, one) for one in SEVERITIES}
        return f"{self.e.bind('places', places)}[{self.e.bind('within', within)}({value})]", indices

    def _entry(self, place: str) -> str:
        """Return the name of the entry that is nothing but its place."""
        self.e.names[f"only_{place}"] = (self.e.names[place],)
        return f"only_{place}"

    def _left(self, at: At, make: Callable[[Template], Left], var: str) -> None:
        template, indices = _template(at)
        self.e.line(f"left(({self.e.bind('left', make(template))}{indices}, {var}))")


class LedgerNotes(Notes):
    """Note every leaf: what the emitted code calls are the methods of ``account.ledger.Ledger``."""

    parameter = ", R"
    wanted = True
    every_leaf = True

    def __init__(self, pen: Emitter) -> None:
        super().__init__(pen)
        self._rules: dict[str, str] = {}

    def end(self) -> None:
        self.e.line(f"R.root({self._rule('product')}, d, out)")

    def lost(self, at: At, rule: str, code: LossCode, value: str) -> None:
        self.e.line(f"R.lost({self._rule(rule)}, {pointer(at)}, {value}, {self._code(code)})")

    def plain(self, unit: Unit, at: At, value: str, to: At, arrived: str, code: str) -> None:
        facts = self._facts(unit, unit.source[0].rule)
        self.e.line(f"R.move({facts}, {pointer(at)}, {value}, {pointer(to)}, {arrived}, {code})")

    def group(self, unit: Unit, sources: Sequence[Leaf], targets: Sequence[Leaf], codes: str) -> None:
        sides = []
        for leaves in (sources, targets):
            places = "".join(f"{pointer(at)}, " for at, _ in leaves)
            sides.append(f"({places}), ({', '.join(value for _, value in leaves)},)")
        self.e.line(f"R.group({self._facts(unit, unit.rule)}, {sides[0]}, {sides[1]}, {codes})")

    def read(self, at: At, rule: str, value: str, to: At, assumes: str | None) -> None:
        self.e.line(f"R.read({self._rule(rule)}, {pointer(at)}, {value}, {pointer(to)})")
        if assumes is not None:
            self.e.line(f"R.assume({f'source.{assumes}'!r})")

    def left_keys(
        self,
        at: At,
        node: ObjectNode,
        names: Names,
        fetched: frozenset[str],
        fates: Mapping[Field, Kind],
        var: str,
    ) -> None:
        # whatever the profile knows was fetched
        known = self.e.bind("known", fetched)
        with self.e.block(f"for key in {var}.keys() - {known}:"):
            self.lost((*at, "key"), "unknown field", LossCode.DROPPED_UNKNOWN_FIELD, f"{var}[key]")

    def empty_list(
        self, at: At, rule: str, value: str, arrived: Sequence[tuple[str, At]], alike: Sequence[bool] = ()
    ) -> None:
        targets, same = self.e.var("g"), "" if all(alike) else self.e.var("g")
        self.e.line(f"{targets} = []")
        if same:
            self.e.line(f"{same} = False")
        for (test, to), is_alike in zip(arrived, alike or [True] * len(arrived), strict=True):
            with self.e.block(f"if {test}:"):
                self.e.line(f"{targets}.append({pointer(to)})")
                if same and is_alike:
                    self.e.line(f"{same} = True")
        with self.e.block(f"if {targets}:"):
            told = f", {same}" if same else ""
            self.e.line(f"R.container({self._rule(rule)}, {pointer(at)}, {value}, {targets}{told})")
        with self.e.block("else:"):
            self.lost(at, rule, LossCode.DROPPED_CONDITION, value)

    def begin_item(self, into: str | None = None, key: str = "") -> Begun:
        index = key or "0"
        if into is not None and not key:
            index = self.e.var("j")
            self.e.line(f"{index} = len({into})")
        mark = self.e.var("m")
        self.e.line(f"{mark} = R.mark()")
        return Begun(index, mark)

    def span(self, begun: Begun) -> str:
        return f", {begun.mark}, R.mark()"

    def condemned(self, begun: Begun, code: LossCode, lose_reads: Callable[[], None]) -> None:
        self.e.line(f"R.condemn({begun.mark}, R.mark(), {self._code(code)})")

    def implied_by(self, begun: Begun, to: At, places: Sequence[At]) -> None:
        self.e.line(f"R.say({begun.mark}, R.mark(), {pointer(to)}, {_pointers(places)})")

    def constant(self, to: At, at: At) -> None:
        self.e.line(f"R.constant({pointer(to)}, [{pointer(at)}])")

    def strayed(self, at: At, rule: str, begun: Begun, item: str) -> None:
        self.e.line(f"R.demote({begun.mark}, R.mark(), {self._code(LossCode.REDUCED_ORDER)})")

    def in_order(self, pairs: str) -> None:
        self.e.line(f"R.in_order([index for index, _ in {pairs}])")

    def strayed_among_lists(self, at: At, rule: str, landed: str, var: str, index: str) -> None:
        self.e.names["moved"] = moved
        start, stop = self.e.var("m"), self.e.var("m")
        with self.e.block(f"for {index}, {start}, {stop} in moved({landed}):"):
            self.e.line(f"R.demote({start}, {stop}, {self._code(LossCode.REDUCED_ORDER)})")

    def place_late(self, item: Out, at: At) -> None:
        self.e.names["LateIndex"] = LateIndex
        index = self.e.var("s")
        self.e.line(f"{index} = LateIndex()")
        item.at = (*at, index)

    def placed(self, item: Out, into: str) -> None:
        self.e.line(f"{item.at[-1]}.index = len({into})")

    def implied_constant(self, to: At, item: Out, places: Sequence[At], assumed: str) -> None:
        self.e.line(f"R.implied({pointer(to)}, {pointer(item.at)}, {_pointers(places)}, {assumed!r})")

    def gathered(self, unit: Unit, at: At, value: str, to: At, arrived: str, code: str) -> None:
        facts = self._facts(unit, unit.source[0].rule)
        self.e.line(f"R.gather({facts}, {pointer(at)}, {value}, {pointer(to)}, {arrived}, {code})")

    def _code(self, code: LossCode) -> str:
        """Return the name of a code."""
        self.e.names[code.name] = code
        return code.name

    def _rule(self, name: str) -> str:
        """Return the name of a rule that is nothing but its name."""
        if name not in self._rules:
            self._rules[name] = self.e.bind("rule", Rule(name))
        return self._rules[name]

    def _facts(self, unit: Unit, name: str) -> str:
        """Return the name of a unit's rule: what it is called, converts to, links, assumes and normalises."""
        return self.e.bind("rule", Rule(name, **rule_facts(unit, self.e)))


def rule_facts(unit: Unit, e: Emitter) -> dict[str, Any]:
    """Return what a unit's rule knows beside its name."""
    source, target = unit.source[0], unit.target[0]
    alike = is_plain(unit) and same_codec(unit)
    if e.sides.foreign_ids and unit.source_fields[0].refers:
        form = LossCode.CONVERTED_ID
    elif alike:
        form = source.codec.converted
    else:
        form = source.codec.converted if target.codec is SAME else target.codec.converted
    sides = (*unit.source, *unit.target)
    said = dict.fromkeys(name for one in sides for name in one.codec.normalises)
    names = [name for name in said if not alike or name != "measure-unit"]
    return {"form": form, "links": links(unit), "assumed": e.assumes(unit), "normalises": names}


def _template(at: At) -> tuple[Template, str]:
    """Return the names of a place, and the index variables that complete it."""
    template = tuple(None if part.isidentifier() else ast.literal_eval(part) for part in at)
    return template, "".join(f", {part}" for part in at if part.isidentifier())


def _pointers(places: Sequence[At]) -> str:
    return f"[{', '.join(map(pointer, places))}]"
