"""Write what becomes of one source object: fetch its values, then its units, then its lists.

Names of fields enter the text only through ``repr``.
"""

from __future__ import annotations

from typing import Any

from catalens.account.compact import LeftAttributes, LeftKeys
from catalens.account.ledger import LateIndex
from catalens.carry.groups import group_carrier, links
from catalens.carry.inline import Script
from catalens.carry.values import CONDITION, Way, carrier, is_plain, same_codec
from catalens.compiler.items import is_scalar, lose_list
from catalens.compiler.lists import RouteWriter
from catalens.compiler.text import Emitter, Out, dotted, pointer
from catalens.mapping.profile import (
    Correspondence,
    Field,
    LeafNode,
    ListCorrespondence,
    ListNode,
    Names,
    Node,
    ObjectNode,
    wire_tree,
)
from catalens.payloads import copy_json
from catalens.plan import ItemFeed, ListFeed, ObjectPlan, Route, Unit
from catalens.typed_json.structs import attributes


class ObjectWriter:
    """Writes one source object: fetch its values, then its units, then its lists."""

    def __init__(self, emitter: Emitter, plan: ObjectPlan, at: tuple[str, ...], outs: dict[int, Out]) -> None:
        self.e, self.plan, self.at, self.outs = emitter, plan, at, outs
        self.vars: dict[Field, str] = {}
        self.units = list(plan.units)
        self.fates: dict[Field, tuple[Correspondence | ListCorrespondence, str]] = {}
        for value, code in plan.lost:
            for one in value.fields:
                self.fates[one] = (value, code)
        for each, code in plan.lost_lists:
            self.fates[each.list] = (each, code)
        self.reads = {one for value in plan.reads for one in value.fields}
        self.plain = {unit.source_fields[0]: unit for unit in self.units if is_plain(unit)}
        #: lists that feed a route alone, so that where there is none, there is nothing to write
        self.alone: dict[Field, Route] = {}
        #: fields that are read before what they go into can be written, in the order of the mapping: a set of objects
        #: that hash by identity would give each process a text of its own
        self.later = dict.fromkeys(one for unit in self.units if not is_plain(unit) for one in unit.source_fields)
        for route in plan.routes:
            lists = [feed.source.list for feed in route.feeds if isinstance(feed, ListFeed)]
            if len(route.feeds) == len(lists) == 1 and not emitter.entering:
                self.alone[lists[0]] = route
            else:
                self.later |= dict.fromkeys(lists)

    def write(self, var: str) -> None:
        e, plan = self.e, self.plan
        feeds = {
            feed.out: (route, feed) for route in plan.routes for feed in route.feeds if isinstance(feed, ItemFeed)
        }
        for number in range(1, plan.outs):
            self.open_item(number, *feeds[number])
        tree = wire_tree(plan.scope)
        if isinstance(tree, LeafNode):
            self.vars[tree.field] = var
            self.present(tree.field, var)
            for unit in self.units:
                if not is_plain(unit):
                    self.group_unit(unit)
            return
        by_out: dict[int, list[Names]] = {}
        for unit in plan.units:
            by_out.setdefault(unit.out, []).extend(one.at for one in unit.target_fields)
        for route in plan.routes:
            by_out.setdefault(route.out, []).extend(
                target.list.at for target in route.targets if isinstance(target, ListCorrespondence)
            )
            for feed in route.feeds:
                if isinstance(feed, ListFeed):
                    for landing in feed.landings:
                        if not landing.into_list:
                            by_out.setdefault(route.out, []).extend(_written(landing.plan))
        for number, targets in by_out.items():
            e.open(self.outs[number], targets)
        groups = [unit for unit in self.units if not is_plain(unit)]
        at_home = {one for unit in groups for one in unit.source_fields if self._home(unit) is not None}
        for one in self.later:
            if one not in at_home and len(one.at) > 1:
                self.vars[one] = e.var("v")
                e.line(f"{self.vars[one]} = M")
        self.node(tree, var, ())
        for unit in groups:
            if self._home(unit) is None:
                self.group_unit(unit)
        for route in plan.routes:
            if route not in self.alone.values():
                RouteWriter(self, route).write()
        if not self.outs[0].wrote:
            e.close(self.outs[0])

    def inner(self, plan: ObjectPlan, at: tuple[str, ...], outs: dict[int, Out]) -> ObjectWriter:
        """Return the writer of an item of a list."""
        return ObjectWriter(self.e, plan, at, outs)

    def open_item(self, number: int, route: Route, feed: ItemFeed) -> None:
        """Begin a target list's item that values of this object make up."""
        e = self.e
        target = route.targets[feed.index]
        assert isinstance(target, ListCorrespondence)
        item = self.outs[number] = Out(e.var("it"), ())
        e.line(f"{item.var} = {'M' if is_scalar(target) else '{}'}")
        if e.entering:
            # its index is known only when the lists before it are
            e.names["Slot"] = LateIndex
            slot = e.var("s")
            e.line(f"{slot} = Slot()")
            item.at = (*self.outs[route.out].at, *map(repr, target.list.at), slot)

    def _home(self, unit: Unit) -> Names | None:
        """Return the nested object that holds all source fields of a unit; None for several or none."""
        homes = {one.at[:-1] for one in unit.source_fields}
        return homes.pop() if len(homes) == 1 else None

    # -- fetching ---------------------------------------------------------------------------------------------

    def node(self, node: ObjectNode, var: str, names: Names) -> None:
        """Write the reading of one object node of the source."""
        e = self.e
        counting = (e.losing or e.entering) and not e.typed
        left = ""
        if counting:
            left = e.var("n")
            e.line(f"{left} = len({var})")
        if e.typed:
            self.lost_members(node, var, names)
        for name, child in node.members.items():
            if not self.skips(child):
                self.member(node, child, var, (*names, name), left)
        if counting:
            with e.block(f"if {left}:"):
                self.rest(node, var, names)
        for unit in self.units:
            if not is_plain(unit) and self._home(unit) == names:
                self.group_unit(unit)

    def rest(self, node: ObjectNode, var: str, names: Names) -> None:
        """Write what becomes of keys that were not fetched; the compact account looks closer when it is read."""
        e = self.e
        here = (*self.at, *map(repr, names))
        fetched = frozenset(name for name, child in node.members.items() if not self.skips(child))
        if e.losing:
            fates = {one: self.kind(one) for one in self.fates}
            e.left(here, lambda at: LeftKeys(at, node, names, fetched, fates), var)
            return
        known = e.bind("known", fetched)
        with e.block(f"for key in {var}.keys() - {known}:"):
            rule = e.rule("unknown field")
            e.line(f"R.lost({rule}, {pointer((*here, 'key'))}, {var}[key], 'dropped.unknown_field')")

    def lost_members(self, node: ObjectNode, var: str, names: Names) -> None:
        """Write the entry of the members of a structure of which nothing arrives, whatever they hold."""
        held = {name: _field(child) for name, child in node.members.items() if not isinstance(child, ObjectNode)}
        lost = [(attributes(node)[name], name, self.kind(one)) for name, one in held.items() if one in self.fates]
        if lost:
            self.e.left((*self.at, *map(repr, names)), lambda at: LeftAttributes(at, lost), var)

    def kind(self, one: Field) -> tuple[str, str]:
        """Return the rule and the code of a field of which nothing arrives."""
        value, code = self.fates[one]
        return _rule_name(one, value), code

    def skips(self, child: Node) -> bool:
        """Tell whether a member need not be fetched, since nothing in it arrives."""
        if self.e.entering:
            return False
        if self.e.typed:
            return not isinstance(child, ObjectNode) and (_field(child) in self.fates or _field(child) in self.reads)
        if self.e.kind == "plain" and isinstance(child, LeafNode) and child.field in self.reads:
            return True
        if isinstance(child, ObjectNode):
            return all(self.skips(inner) for inner in child.members.values())
        return _field(child) in self.fates

    def member(self, node: ObjectNode, child: Node, var: str, names: Names, left: str) -> None:
        """Write the reading of one member, and what becomes of it; ``left`` counts those that are left."""
        e = self.e
        at = (*self.at, *map(repr, names))
        if isinstance(child, ObjectNode):
            inner = e.var("d")
            with e.reading(node, var, names[-1], inner):
                if left:
                    e.line(f"{left} -= 1")
                if e.typed:
                    with e.block(f"if {inner} is None or ({e.is_empty(child, inner)}):"):
                        e.lost(at, dotted(names), "dropped.no_counterpart", inner)
                    with e.block("else:"):
                        self.node(child, inner, names)
                    return
                with e.block(f"if {inner}:"):
                    self.node(child, inner, names)
                if left:
                    with e.block("else:"):
                        e.lost(at, dotted(names), "dropped.no_counterpart", inner)
            return
        one = _field(child)
        known = one in self.vars
        value = self.vars.setdefault(one, self.vars.get(one) or e.var("v"))
        if not known and one in self.later and not e.typed:
            e.line(f"{value} = M")
        with e.reading(node, var, names[-1], value):
            if left:
                e.line(f"{left} -= 1")
            self.present(one, value)

    def present(self, one: Field, value: str) -> None:
        """Write what becomes of a value that is there, as far as it depends on nothing else."""
        self.fate(one, value)
        if one in self.plain:
            self.plain_unit(self.plain[one], value)
        if one in self.alone:
            RouteWriter(self, self.alone[one]).write()

    def fate(self, one: Field, value: str) -> None:
        """Write the fate of a field that the plan alone decides."""
        e = self.e
        at = (*self.at, *map(repr, one.at))
        found = self.fates.get(one)
        if found is not None:
            e.lost(at, _rule_name(one, found[0]), found[1], value)
        elif one in self.reads and e.entering:
            e.line(f"R.read({e.rule(one.name)}, {pointer(at)}, {value}, {pointer(self.outs[0].at)})")

    # -- units ------------------------------------------------------------------------------------------------

    def plain_unit(self, unit: Unit, value: str) -> None:
        """Write the way of one value that is there."""
        e = self.e
        ours, theirs = unit.source_fields[0], unit.target_fields[0]
        out = self.outs[unit.out]
        at = (*self.at, *map(repr, ours.at))
        rule = unit.source[0].rule
        e.note(f"{ours.name} -> {theirs.name}  ({'.'.join(unit.source[0].hub[0])})")
        carry = carrier(unit, e.crosswalk, e.foreign)
        code = "None"
        if carry is None:
            self.put(out, theirs, value)
            arrived = value
        elif e.entering or not self.quickly(unit, carry, value, at):
            arrived, code = self.carried(unit, carry, value, at)
        if e.entering:
            to = (*out.at, *map(repr, theirs.at))
            facts = e.rule(rule, **self.rule_facts(unit))
            e.line(f"R.move({facts}, {pointer(at)}, {value}, {pointer(to)}, {arrived}, {code})")

    def lose_value(self, unit: Unit, at: tuple[str, ...], code: str) -> None:
        """Write a loss of a value; that of a list may be one for each item."""
        e = self.e
        rule = unit.source[0].rule
        if unit.source_fields[0].item is None and unit.target_fields[0].item is None:
            e.found_loss(at, rule, code)
            return
        e.names["lose_list"] = lose_list
        (whole, indices), (item, _) = e.place(at, rule), e.place((*at, "i"), rule)
        e.line(f"lose_list(L, {whole}, {item}, {code}{indices})")

    def quickly(self, unit: Unit, way: Way, value: str, at: tuple[str, ...]) -> bool:
        """Write the way of values of which a test tells what becomes of them, where there is such a test."""
        e = self.e
        out, theirs, rule = self.outs[unit.out], unit.target_fields[0], unit.source[0].rule
        arrived, test = value, ""
        if way.write is not None:
            script = Script(f"{value}_")
            arrived = way.write(script, value)
            e.script(script)
            test = f"{arrived} is not M" if way.sure is None else f"{arrived}.__class__ in {e.bind('sure', way.sure)}"
        elif way.lengths is not None:
            test = f"{value} is None or {way.lengths[0]} <= len({value}) <= {way.lengths[1]}"
        elif way.always is None:
            return False
        if not test:
            self.put(out, theirs, value)
            if e.losing:
                with e.block(f"if {value} is not None:"):
                    e.loss(at, rule, str(way.always))
            return True
        with e.block(f"if {test}:"):
            self.put(out, theirs, arrived)
            if e.losing and way.always is not None:
                e.loss(at, rule, way.always)
        if way.write is not None and way.sure is None:
            if e.losing:
                with e.block("else:"):
                    e.loss(at, rule, CONDITION)
            return True
        if way.write is not None and e.losing:
            with e.block(f"elif {arrived} is M:"):
                e.loss(at, rule, CONDITION)
        with e.block("else:" if way.write is None or e.losing else f"elif {arrived} is not M:"):
            self.carried(unit, way, value, at)
        return True

    def carried(self, unit: Unit, way: Way, value: str, at: tuple[str, ...]) -> tuple[str, str]:
        """Write the way of a value by its carrier, and return the names of what arrives and of the code."""
        e = self.e
        arrived, code = e.var("x"), e.var("c")
        whole = e.bind("carry", way.carry)
        known = "" if way.table is None or e.entering else f"{e.bind('table', way.table)}.get({value}) or "
        e.line(f"{arrived}, {code} = {known}{whole}({value})")
        lossless = way.table is not None and way.closed and all(code is None for _, code in way.table.values())
        if e.losing and not lossless:
            with e.block(f"if {code}:"):
                self.lose_value(unit, at, code)
        with e.block(f"if {arrived} is not M:"):
            self.put(self.outs[unit.out], unit.target_fields[0], arrived)
        return arrived, code

    def put(self, out: Out, theirs: Field, value: str) -> None:
        """Write a value into its target field."""
        if theirs.at:
            self.e.write(out, theirs.at, self.copied(theirs, value))
        else:
            self.e.line(f"{out.var} = {self.copied(theirs, value)}")

    def copied(self, theirs: Field, value: str) -> str:
        """Write a value; containers are copied, so that nothing is shared."""
        if self.e.typed or not ({"any", "object", "array"} & set(theirs.types) or theirs.item is not None):
            return value
        self.e.names["copy"] = copy_json
        return f"copy({value})"

    def rule_facts(self, unit: Unit) -> dict[str, Any]:
        """Return what the ledger's rule knows beside its name."""
        source, target = unit.source[0], unit.target[0]
        if self.e.foreign and unit.source_fields[0].refers:
            form = "id"
        elif is_plain(unit) and same_codec(unit):
            form = source.codec.form
        else:
            form = target.codec.form if target.codec.name != "same" else source.codec.form
        alike = is_plain(unit) and same_codec(unit)
        sides = (*unit.source, *unit.target)
        said = dict.fromkeys(name for one in sides for name in one.codec.normalises)
        names = [name for name in said if not alike or name != "measure-unit"]
        return {"form": form, "links": links(unit), "assumed": self.e.assumes(unit), "normalises": names}

    def group_unit(self, unit: Unit) -> None:
        e = self.e
        out = self.outs[unit.out]
        values = [self.vars[one] for one in unit.source_fields]
        arrived = [e.var("x") for _ in unit.target_fields]
        codes = e.var("c")
        rule_name = " + ".join(one.rule for one in unit.source)
        carry = e.bind("carry", group_carrier(unit, measured=e.kind != "plain"))
        e.note(f"{rule_name} -> {' + '.join(one.name for one in unit.target_fields)}")
        present = " or ".join(f"{value} is not M" for value in values)
        with e.block(f"if {present}:"):
            e.line(f"({', '.join(arrived)},), {codes} = {carry}({', '.join(values)})")
            for value, theirs in zip(arrived, unit.target_fields, strict=True):
                with e.block(f"if {value} is not M:"):
                    self.put(out, theirs, value)
            if e.losing:
                with e.block(f"if {codes}:"):
                    for index, ours in enumerate(unit.source_fields):
                        with e.block(f"if {codes}[{index}]:"):
                            at = (*self.at, *map(repr, ours.at))
                            e.found_loss(at, self._rule_of(unit, ours), f"{codes}[{index}]")
            elif e.entering:
                ats = "".join(pointer((*self.at, *map(repr, one.at))) + ", " for one in unit.source_fields)
                tos = "".join(pointer((*out.at, *map(repr, one.at))) + ", " for one in unit.target_fields)
                rule = e.rule(rule_name, **self.rule_facts(unit))
                e.line(f"R.group({rule}, ({ats}), ({', '.join(values)},), ({tos}), ({', '.join(arrived)},), {codes})")

    @staticmethod
    def _rule_of(unit: Unit, one: Field) -> str:
        return next(value.rule for value in unit.source if one in value.fields)


def _field(child: LeafNode | ListNode) -> Field:
    return child.list if isinstance(child, ListNode) else child.field


def _rule_name(one: Field, value: Correspondence | ListCorrespondence) -> str:
    return value.rule if isinstance(value, Correspondence) else one.name


def _written(plan: ObjectPlan) -> list[Names]:
    """Return the targets that a landing in the target object itself writes to."""
    found = [one.at for unit in plan.units for one in unit.target_fields]
    for route in plan.routes:
        found.extend(target.list.at for target in route.targets if isinstance(target, ListCorrespondence))
    return found
