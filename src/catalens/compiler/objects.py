"""Write what becomes of one source object: fetch its values, then its units, then its lists.

Names of fields enter the text only through ``repr``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from catalens.account.codes import LossCode
from catalens.account.compact import Kind
from catalens.carry.groups import group_carrier
from catalens.carry.inline import Script
from catalens.carry.needs import holds, unit_carrier
from catalens.carry.values import CONDITION, Way, carrier, is_plain
from catalens.compiler.items import is_scalar
from catalens.compiler.lists import RouteWriter
from catalens.compiler.text import At, Emitter, Out, below, dotted
from catalens.mapping.profile import (
    Field,
    LeafNode,
    ListCorrespondence,
    Names,
    Node,
    ObjectNode,
    field_of,
    node_under,
    wire_tree,
)
from catalens.plan import ItemFeed, ListFeed, Need, ObjectPlan, Route, Unit


class ObjectWriter:
    """Writes one source object: fetch its values, then its units, then its lists."""

    def __init__(self, emitter: Emitter, plan: ObjectPlan, at: At, outs: dict[int, Out]) -> None:
        self.e, self.notes, self.source = emitter, emitter.notes, emitter.source
        self.plan, self.at, self.outs = plan, at, outs
        self.vars: dict[Field, str] = {}
        self.units = list(plan.units)
        #: lists of the target that items before this one have written to, with the variables that hold them
        self.joined: dict[Field, str] = {}
        #: fields of which nothing arrives, whatever they hold, with the kind of the loss
        self.fates: dict[Field, Kind] = {}
        for value, code in plan.lost:
            for one in value.fields:
                self.fates[one] = Kind(value.rule, code, one.severity)
        for each, code in plan.lost_lists:
            self.fates[each.list] = Kind(each.list.name, code, each.list.severity)
        #: fields that only decide about others, with their codecs
        self.reads = {one: value.codec for value in plan.reads for one in value.fields}
        self.plain = {unit.source_fields[0]: unit for unit in self.units if is_plain(unit)}
        #: variables: whether an item that values of this object make up, by its number, has what it needs
        self.whole: dict[int, str] = {}
        #: lists that feed a route alone, so that where there is none, there is nothing to write
        self.alone: dict[Field, Route] = {}
        #: fields that are read before what they go into can be written, in the order of the mapping: a set of objects
        #: that hash by identity would give each process a text of its own
        self.later = dict.fromkeys(one for unit in self.units if not is_plain(unit) for one in unit.source_fields)
        for route in plan.routes:
            lists = [feed.source.list for feed in route.feeds if isinstance(feed, ListFeed)]
            if len(route.feeds) == len(lists) == 1 and not self.notes.every_leaf:
                self.alone[lists[0]] = route
            else:
                self.later |= dict.fromkeys(lists)

    def write(self, var: str) -> None:
        """Write the object that a variable holds."""
        e, plan = self.e, self.plan
        feeds = {
            feed.out: (route, feed) for route in plan.routes for feed in route.feeds if isinstance(feed, ItemFeed)
        }
        for number in range(1, plan.outs):
            self.open_item(number, *feeds[number])
            if feeds[number][1].needs and not e.sides.by_hub:
                self.whole[number] = e.var("n")
                e.line(f"{self.whole[number]} = {self.has(feeds[number][1].needs, wire_tree(plan.scope), var)}")
        tree = wire_tree(plan.scope)
        if isinstance(tree, LeafNode):
            self.write_scalar(tree.field, var)
            return
        for number, targets in self.targets_by_out().items():
            e.open(self.outs[number], targets)
        groups = [unit for unit in self.units if not is_plain(unit)]
        at_home = {one for unit in groups for one in unit.source_fields if _home(unit) is not None}
        for one in self.later:
            if one not in at_home and len(one.at) > 1:
                self.vars[one] = e.var("v")
                e.line(f"{self.vars[one]} = M")
        self.node(tree, var, ())
        for unit in groups:
            if _home(unit) is None:
                self.group_unit(unit)
        for route in plan.routes:
            if route not in self.alone.values():
                RouteWriter(self, route).write()
        if not self.outs[0].wrote:
            e.close(self.outs[0])

    def write_scalar(self, one: Field, var: str) -> None:
        """Write an item that is a value itself."""
        self.vars[one] = var
        self.present(one, var)
        for unit in self.units:
            if not is_plain(unit):
                self.group_unit(unit)

    def targets_by_out(self) -> dict[int, list[Names]]:
        """Return the places that are written to, by the number of the target object."""
        found: dict[int, list[Names]] = {}
        for unit in self.plan.units:
            found.setdefault(unit.out, []).extend(one.at for one in unit.target_fields)
        found.setdefault(0, []).extend(self.hollow_members(wire_tree(self.plan.scope), ()))
        for route in self.plan.routes:
            found.setdefault(route.out, []).extend(
                target.list.at for target in route.targets if isinstance(target, ListCorrespondence)
            )
            for feed in route.feeds:
                for landing in feed.landings if isinstance(feed, ListFeed) else ():
                    if not landing.into_list:
                        found.setdefault(route.out, []).extend(_written(landing.plan))
        return found

    def hollow_members(self, node: Node, names: Names) -> Iterator[Names]:
        """Yield the objects that may arrive though they are empty."""
        for name, child in node.members.items() if isinstance(node, ObjectNode) else ():
            if isinstance(child, ObjectNode) and self.keeps_hollow((*names, name)):
                yield (*names, name)
                yield from self.hollow_members(child, (*names, name))

    def inner(self, plan: ObjectPlan, at: At, outs: dict[int, Out]) -> ObjectWriter:
        """Return the writer of an item of a list."""
        return ObjectWriter(self.e, plan, at, outs)

    def open_item(self, number: int, route: Route, feed: ItemFeed) -> None:
        """Begin a target list's item that values of this object make up."""
        target = route.targets[feed.index]
        assert isinstance(target, ListCorrespondence)
        item = self.outs[number] = Out(self.e.var("it"), ())
        self.e.line(f"{item.var} = {'M' if is_scalar(target) else '{}'}")
        self.notes.place_late(item, below(self.outs[route.out].at, *target.list.at))

    def has(self, needs: Sequence[Need], tree: Node, var: str) -> str:
        """Write the test whether an item that is made of a source object has what makes it one."""
        tests = dict.fromkeys(" or ".join(self.holds(need, tree, var)) or "False" for need in needs)
        return f"(({') and ('.join(tests)}))"

    def holds(self, need: Need, tree: Node, var: str) -> Iterator[str]:
        """Write the tests whether units write something."""
        e = self.e
        for unit, places in need:
            values = [self.source.fetch(tree, var, one.at) for one in unit.source_fields]
            plain = is_plain(unit) and unit.source_fields[0].types == ("string",)
            if plain and carrier(unit, e.crosswalk, e.sides) is None:
                # the text itself arrives; null, absence and an empty text are nothing
                yield values[0]
                continue
            carry = unit_carrier(unit, e.crosswalk, e.sides)
            yield f"{e.bind('holds', holds(carry, places))}({', '.join(values)})"

    # -- fetching ---------------------------------------------------------------------------------------------

    def node(self, node: ObjectNode, var: str, names: Names) -> None:
        """Write the reading of one object node of the source."""
        left = self.source.begin(self, node, var, names)
        for name, child in node.members.items():
            if not self.skips(child, (*names, name)):
                self.member(node, child, var, (*names, name), left)
        self.source.end(self, node, var, names, left)
        for unit in self.units:
            if not is_plain(unit) and _home(unit) == names:
                self.group_unit(unit)

    def lose_rest(self, node: ObjectNode, var: str, names: Names) -> None:
        """Write what becomes of members that were not fetched; a compact account looks closer when it is read."""
        fetched = frozenset(name for name, child in node.members.items() if not self.skips(child, (*names, name)))
        self.notes.left_keys(below(self.at, *names), node, names, fetched, dict(self.fates), var)

    def lose_members(self, node: ObjectNode, var: str, names: Names) -> None:
        """Write the loss of the members of a structure of which nothing arrives, whatever they hold."""
        held = {name: field_of(child) for name, child in node.members.items()}
        lost = [(name, self.fates[one]) for name, one in held.items() if one is not None and one in self.fates]
        if lost:
            self.notes.left_members(below(self.at, *names), node, lost, var)

    def skips(self, child: Node, names: Names) -> bool:
        """Tell whether a member need not be fetched, since nothing in it arrives."""
        if self.notes.every_leaf:
            return False
        if isinstance(child, ObjectNode):
            if self.keeps_hollow(names):
                return False
            # what a structure loses is noted where it stands
            within = ((inner, (*names, name)) for name, inner in child.members.items())
            return self.source.may_hold_more and all(self.skips(*one) for one in within)
        one, counted = field_of(child), self.source.may_hold_more and self.notes.wanted
        assert one is not None
        noted = counted or (self.notes.wanted and one in self.reads and self.reads[one].folds)
        return one in self.fates or (one in self.reads and not noted)

    def member(self, node: ObjectNode, child: Node, var: str, names: Names, left: str) -> None:
        """Write the reading of one member, and what becomes of it; ``left`` counts those that are left."""
        if isinstance(child, ObjectNode):
            self.object_member(node, child, var, names, left)
            return
        one = field_of(child)
        assert one is not None
        known = one in self.vars
        value = self.vars.setdefault(one, self.vars.get(one) or self.e.var("v"))
        with self.source.reading(node, var, names[-1], value, used_later=not known and one in self.later):
            if left:
                self.e.line(f"{left} -= 1")
            self.present(one, value)

    def object_member(self, node: ObjectNode, child: ObjectNode, var: str, names: Names, left: str) -> None:
        """Write the reading of an object inside this one."""
        inner = self.e.var("d")
        with self.source.reading(node, var, names[-1], inner):
            if left:
                self.e.line(f"{left} -= 1")
            self.source.in_object(
                child,
                inner,
                lambda: self.node(child, inner, names),
                lambda: self.hollow_member(inner, names),
            )

    def hollow_member(self, inner: str, names: Names) -> None:
        """Write what becomes of an object that is empty, or null: it arrives where the target has the same object."""
        at, rule = below(self.at, *names), dotted(names)
        if not self.keeps_hollow(names):
            self.notes.lost(at, rule, CONDITION, inner)
            return
        out = self.outs[0]
        self.e.write(out, names, f"None if {inner} is None else {{}}")
        self.notes.empty_list(at, rule, inner, [("True", below(out.at, *names))])

    def keeps_hollow(self, names: Names) -> bool:
        """Tell whether the target has the same object: between the profiles of one format, and outside of lists."""
        if self.at or not self.e.sides.one_format:
            return False
        return isinstance(node_under(wire_tree(self.plan.target), names), ObjectNode)

    def present(self, one: Field, value: str) -> None:
        """Write what becomes of a value that is present, as far as it depends on nothing else."""
        at = below(self.at, *one.at)
        if one in self.fates:
            rule, code, _ = self.fates[one]
            self.notes.lost(at, rule, code, value)
        elif one in self.reads:
            self.read(one, value, at)
        if one in self.plain:
            self.plain_unit(self.plain[one], value)
        if one in self.alone:
            RouteWriter(self, self.alone[one]).write()

    def read(self, one: Field, value: str, at: At) -> None:
        """Write the fate of a value that only decides: its place says the same, unless another word comes back."""
        codec = self.reads[one]
        if not codec.folds:
            self.notes.read(at, one.name, value, self.outs[0].at, None)
            return
        with self.e.block(f"if {self.e.bind('given_back', codec.given_back)}({value}):"):
            self.notes.read(at, one.name, value, self.outs[0].at, codec.assumes)
        with self.e.optional("else:"):
            self.notes.lost(at, one.name, codec.loss, value)

    # -- units ------------------------------------------------------------------------------------------------

    def plain_unit(self, unit: Unit, value: str) -> None:
        """Write the way of one value that is present."""
        with self.unless_hollow(unit, [value]):
            self.plain_unit_of_whole(unit, value)

    @contextmanager
    def unless_hollow(self, unit: Unit, values: list[str]) -> Iterator[None]:
        """Write a unit's values; where they make up an item that lacks what it needs, they are lost with it."""
        if unit.out not in self.whole:
            yield
            return
        with self.e.block(f"if {self.whole[unit.out]}:"):
            yield
        with self.e.optional("else:"):
            for one, value in zip(unit.source_fields, values, strict=True):
                with self.e.optional(f"if {value} is not M:"):
                    self.notes.lost(below(self.at, *one.at), unit.rule, LossCode.DROPPED_CONTENT, value)

    def plain_unit_of_whole(self, unit: Unit, value: str) -> None:
        """Write the way of one value that is present, and part of nothing that could be hollow."""
        e = self.e
        ours, theirs = unit.source_fields[0], unit.target_fields[0]
        out, at = self.outs[unit.out], below(self.at, *ours.at)
        e.comment(f"{ours.name} -> {theirs.name}  ({'.'.join(unit.source[0].hub[0])})")
        carry = carrier(unit, e.crosswalk, e.sides)
        arrived, code = value, "None"
        if carry is None:
            self.put(out, theirs, value)
        elif self.notes.every_leaf or not self.quickly(unit, carry, value, at):
            arrived, code = self.carried(unit, carry, value, at)
        self.notes.plain(unit, at, value, below(out.at, *theirs.at), arrived, code)

    def quickly(self, unit: Unit, way: Way, value: str, at: At) -> bool:
        """Write the way of values of which a test tells what becomes of them, where there is such a test."""
        e, notes = self.e, self.notes
        out, theirs, rule = self.outs[unit.out], unit.target_fields[0], unit.rule
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
        if not test and way.always is not None:
            self.put(out, theirs, value)
            with e.optional(f"if {value} is not None:"):
                notes.lost(at, rule, way.always, value)
            return True
        with e.block(f"if {test}:"):
            self.put(out, theirs, arrived)
            if way.always is not None:
                notes.lost(at, rule, way.always, value)
        told = way.plainly and not (way.reads_texts and notes.wanted)
        if way.write is not None and way.sure is None and told:
            with e.optional("else:"):
                notes.lost(at, rule, CONDITION, value)
            return True
        gone = way.write is not None and told
        if gone:
            with e.optional(f"elif {arrived} is M:"):
                notes.lost(at, rule, CONDITION, value)
        with e.block(f"elif {arrived} is not M:" if gone and not notes.wanted else "else:"):
            self.carried(unit, way, value, at)
        return True

    def carried(self, unit: Unit, way: Way, value: str, at: At) -> tuple[str, str]:
        """Write the way of a value by its carrier, and return the names of what arrives and of the code."""
        e = self.e
        arrived, code = e.var("x"), e.var("c")
        whole = e.bind("carry", way.carry)
        looks_up = way.table is not None and not self.notes.every_leaf
        known = f"{e.bind('table', way.table)}.get({value}) or " if looks_up else ""
        e.line(f"{arrived}, {code} = {known}{whole}({value})")
        if not way.lossless:
            of_items = unit.source_fields[0].item is not None or unit.target_fields[0].item is not None
            with e.optional(f"if {code}:"):
                self.notes.lost_as(at, unit.rule, code, of_items)
        with e.block(f"if {arrived} is not M:"):
            self.put(self.outs[unit.out], unit.target_fields[0], arrived)
        return arrived, code

    def put(self, out: Out, theirs: Field, value: str) -> None:
        """Write a value into its target field."""
        copied = self.source.copied(theirs, value)
        if theirs.at:
            self.e.write(out, theirs.at, copied)
        else:
            self.e.line(f"{out.var} = {copied}")

    def group_unit(self, unit: Unit) -> None:
        """Write the way of values that are carried together."""
        e, out = self.e, self.outs[unit.out]
        values = [self.vars[one] for one in unit.source_fields]
        arrived = [e.var("x") for _ in unit.target_fields]
        codes = e.var("c")
        carry = e.bind("carry", group_carrier(unit, e.sides, self.notes.wanted))
        e.comment(f"{unit.rule} -> {' + '.join(one.name for one in unit.target_fields)}")
        present = " or ".join(f"{value} is not M" for value in values)
        with e.block(f"if {present}:"), self.unless_hollow(unit, values):
            e.line(f"({', '.join(arrived)},), {codes} = {carry}({', '.join(values)})")
            for value, theirs in zip(arrived, unit.target_fields, strict=True):
                with e.block(f"if {value} is not M:"):
                    self.put(out, theirs, value)
            sources = [(below(self.at, *one.at), var) for one, var in zip(unit.source_fields, values, strict=True)]
            targets = [(below(out.at, *one.at), var) for one, var in zip(unit.target_fields, arrived, strict=True)]
            self.notes.group(unit, sources, targets, codes)


def _home(unit: Unit) -> Names | None:
    """Return the nested object that holds all source fields of a unit; None for several or none."""
    homes = {one.at[:-1] for one in unit.source_fields}
    return homes.pop() if len(homes) == 1 else None


def _written(plan: ObjectPlan) -> list[Names]:
    """Return the targets that a landing in the target object itself writes to."""
    found = [one.at for unit in plan.units for one in unit.target_fields]
    for route in plan.routes:
        found.extend(target.list.at for target in route.targets if isinstance(target, ListCorrespondence))
    return found
