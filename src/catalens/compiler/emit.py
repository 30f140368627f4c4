"""Write an object plan as straight-line Python.

Three kinds of the same function come out of one emitter: ``plain`` translates; ``loss`` also counts keys and appends
a compact entry (place, code, indices) for each loss; ``ledger`` also enters every leaf in a Ledger. Names of fields
enter the text only through ``repr``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import jmespath

from catalens.codecs.base import SAME
from catalens.compiler.entries import Entry, Place, Rest
from catalens.compiler.ledger import Rule, Slot
from catalens.compiler.plan import ItemFeed, Landing, ListFeed, ObjectPlan, Route, Unit
from catalens.compiler.values import (
    CONDITION,
    LIMIT,
    Crosswalk,
    Way,
    carrier,
    group_carrier,
    is_plain,
    links,
    same_codec,
)
from catalens.mapping.profile import (
    Correspondence,
    Field,
    LeafNode,
    ListCorrespondence,
    ListNode,
    Names,
    Node,
    ObjectNode,
    Scope,
    wire_tree,
)
from catalens.paths import MISSING

Kind = Literal["plain", "loss", "ledger"]



@dataclass
class Emitted:
    """The text of a function, what it refers to, and what its compact entries mean."""

    text: str
    names: dict[str, Any]
    places: list[Place]


@dataclass
class Out:
    """A target object under construction: its variable, nested objects, and where it stands."""

    var: str
    at: tuple[str, ...]
    nested: dict[Names, str] = field(default_factory=dict)
    wrote: str | None = None


class Emitter:
    """Writes one function."""

    def __init__(
        self, kind: Kind, crosswalk: Crosswalk | None, foreign: bool, assumes: Callable[..., Any]
    ) -> None:
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
        return self.kind == "loss"

    @property
    def entering(self) -> bool:
        return self.kind == "ledger"

    # -- places -----------------------------------------------------------------------------------------------

    def place(self, at: tuple[str, ...], rule: str | Rest) -> tuple[str, str]:
        """Return the number of a source place and the index variables that complete it."""
        template = tuple(None if part.isidentifier() else ast.literal_eval(part) for part in at)
        indices = "".join(f", {part}" for part in at if part.isidentifier())
        place = (template, rule)
        if place not in self._cache:
            self._cache[place] = str(len(self.places))
            self.places.append(place)
        return self._cache[place], indices

    def loss(self, at: tuple[str, ...], rule: str | Rest, code: str) -> None:
        number, indices = self.place(at, rule)
        self.line(f"L.append(({number}, {code}{indices}))")

    def lost(self, at: tuple[str, ...], rule: str, code: str, value: str) -> None:
        """Write that a value is lost whole."""
        if self.losing:
            self.loss(at, rule, repr(code))
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

    # -- objects ----------------------------------------------------------------------------------------------

    def object(self, plan: ObjectPlan, var: str, at: tuple[str, ...], outs: dict[int, Out]) -> None:
        """Write what becomes of one source object (or one scalar item of a list)."""
        ObjectWriter(self, plan, at, outs).write(var)

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


class ObjectWriter:
    """Writes one source object: fetch its values, then its units, then its lists."""

    def __init__(self, emitter: Emitter, plan: ObjectPlan, at: tuple[str, ...], outs: dict[int, Out]) -> None:
        self.e, self.plan, self.at, self.outs = emitter, plan, at, outs
        self.vars: dict[Field, str] = {}
        self.root: tuple[str, str] = ("", "")
        self.units = list(plan.units)
        self.fates: dict[Field, tuple[Correspondence | ListCorrespondence, str]] = {}
        for value, code in plan.lost:
            for one in value.fields:
                self.fates[one] = (value, code)
        for each, code in plan.lost_lists:
            self.fates[each.list] = (each, code)
        self.reads = {one for value in plan.reads for one in value.fields}
        self.plain = {unit.source_fields[0]: unit for unit in self.units if is_plain(unit)}

    def write(self, var: str) -> None:
        e, plan = self.e, self.plan
        feeds = {feed.out: (route, feed) for route in plan.routes for feed in route.feeds if isinstance(feed, ItemFeed)}
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
        late = {one for unit in groups for one in unit.source_fields if self._home(unit) is None}
        late |= {feed.source.list for route in plan.routes for feed in route.feeds if isinstance(feed, ListFeed)}
        for one in late:
            if len(one.at) > 1:
                self.vars[one] = e.var("v")
                e.line(f"{self.vars[one]} = M")
        self.node(tree, var, ())
        for unit in groups:
            if self._home(unit) is None:
                self.group_unit(unit)
        for route in plan.routes:
            RouteWriter(self, route).write()
        if not self.outs[0].wrote:
            e.close(self.outs[0])

    def open_item(self, number: int, route: Route, feed: ItemFeed) -> None:
        """Begin a target list's item that values of this object make up."""
        e = self.e
        target = route.targets[feed.index]
        assert isinstance(target, ListCorrespondence)
        item = self.outs[number] = Out(e.var("it"), ())
        e.line(f"{item.var} = {'M' if is_scalar(target) else '{}'}")
        if e.entering:
            # its index is known only when the lists before it are
            e.names["Slot"] = Slot
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
        here = (*self.at, *map(repr, names))
        counting = e.losing or e.entering
        left = ""
        if counting:
            left = e.var("n")
            e.line(f"{left} = len({var})")
        for name, child in node.members.items():
            if not self.skips(child):
                self.member(child, var, (*names, name), left)
        if counting:
            with e.block(f"if {left}:"):
                self.rest(node, var, here)
        for unit in self.units:
            if not is_plain(unit) and self._home(unit) == names:
                self.group_unit(unit)

    def rest(self, node: ObjectNode, var: str, here: tuple[str, ...]) -> None:
        """Write what becomes of keys that were not fetched: the compact account looks at them only when it is read."""
        e = self.e
        fetched = frozenset(name for name, child in node.members.items() if not self.skips(child))
        if e.losing:
            fates = {one: (code, _rule_name(one, value)) for one, (value, code) in self.fates.items()}
            e.loss(here, Rest(node, fetched, fates), "None")
            return
        known = e.bind("known", fetched)
        with e.block(f"for key in {var}.keys() - {known}:"):
            rule = e.rule("unknown field")
            e.line(f"R.lost({rule}, {pointer((*here, 'key'))}, {var}[key], 'dropped.unknown_field')")

    def skips(self, child: Node) -> bool:
        """Tell whether a member need not be fetched, since nothing in it arrives."""
        if self.e.entering:
            return False
        if self.e.kind == "plain" and isinstance(child, LeafNode) and child.field in self.reads:
            return True
        if isinstance(child, ObjectNode):
            return all(self.skips(inner) for inner in child.members.values())
        return (child.list if isinstance(child, ListNode) else child.field) in self.fates

    def member(self, child: Node, var: str, names: Names, left: str) -> None:
        e = self.e
        at = (*self.at, *map(repr, names))
        if isinstance(child, ObjectNode):
            inner = e.var("d")
            e.line(f"{inner} = {var}.get({names[-1]!r}, M)")
            with e.block(f"if {inner}:"):
                if left:
                    e.line(f"{left} -= 1")
                self.node(child, inner, names)
            if left:
                with e.block(f"elif {inner} is not M:"):
                    e.line(f"{left} -= 1")
                    e.lost(at, dotted(names), "dropped.no_counterpart", inner)
            return
        one = child.list if isinstance(child, ListNode) else child.field
        value = self.vars.get(one)
        if value is None:
            value = self.vars[one] = e.var("v")
        e.line(f"{value} = {var}.get({names[-1]!r}, M)")
        if left or one in self.plain:
            with e.block(f"if {value} is not M:"):
                if left:
                    e.line(f"{left} -= 1")
                self.present(one, value)

    def present(self, one: Field, value: str) -> None:
        """Write what becomes of a value that is there, as far as it depends on nothing else."""
        self.fate(one, value)
        if one in self.plain:
            self.plain_unit(self.plain[one], value)

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
        elif carry.convert is not None and not e.entering:
            arrived = e.var("x")
            e.line(f"{arrived} = {e.bind('convert', carry.convert)}({value})")
            with e.block(f"if {arrived} is not M:"):
                self.put(out, theirs, arrived)
            if e.losing:
                with e.block("else:"):
                    e.loss(at, rule, repr(CONDITION))
        elif carry.always is not None and not e.entering:
            self.put(out, theirs, value)
            if e.losing:
                with e.block(f"if {value} is not None:"):
                    e.loss(at, rule, repr(carry.always))
        elif carry.longest is not None and not e.entering:
            self.text(unit, carry, value, at)
        else:
            arrived, code = e.var("x"), e.var("c")
            e.line(f"{arrived}, {code} = {e.bind('carry', carry.carry)}({value})")
            if e.losing:
                with e.block(f"if {code}:"):
                    self.lose_value(unit, at, code)
            with e.block(f"if {arrived} is not M:"):
                self.put(out, theirs, arrived)
        if e.entering:
            to = (*out.at, *map(repr, theirs.at))
            facts = e.rule(rule, **self.rule_facts(unit))
            e.line(f"R.move({facts}, {pointer(at)}, {value}, {pointer(to)}, {arrived}, {code})")

    def lose_value(self, unit: Unit, at: tuple[str, ...], code: str) -> None:
        """Write a loss of a value; that of a list may be one for each item."""
        e = self.e
        rule = unit.source[0].rule
        if unit.source_fields[0].item is None and unit.target_fields[0].item is None:
            e.loss(at, rule, code)
            return
        e.names["lose_list"] = lose_list
        (whole, indices), (item, _) = e.place(at, rule), e.place((*at, "i"), rule)
        e.line(f"lose_list(L, {whole}, {item}, {code}{indices})")

    def text(self, unit: Unit, way: Way, value: str, at: tuple[str, ...]) -> None:
        """Write the way of a text that nothing but its length can keep from arriving."""
        e = self.e
        out, theirs = self.outs[unit.out], unit.target_fields[0]
        with e.block(f"if {value} is not None and len({value}) > {way.longest}:"):
            if way.cut:
                self.put(out, theirs, f"{value}[:{way.longest}]")
            if e.losing:
                e.loss(at, unit.source[0].rule, repr("reduced.length" if way.cut else LIMIT))
        with e.block("else:"):
            self.put(out, theirs, value)

    def put(self, out: Out, theirs: Field, value: str) -> None:
        """Write a value into its target field; containers are copied, so that nothing is shared."""
        e = self.e
        if {"any", "object", "array"} & set(theirs.types) or theirs.item is not None:
            e.names["copy"] = copy_json
            value = f"copy({value})"
        if theirs.at:
            e.write(out, theirs.at, value)
        else:
            e.line(f"{out.var} = {value}")

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
                            e.loss((*self.at, *map(repr, ours.at)), self._rule_of(unit, ours), f"{codes}[{index}]")
            elif e.entering:
                ats = "".join(pointer((*self.at, *map(repr, one.at))) + ", " for one in unit.source_fields)
                tos = "".join(pointer((*out.at, *map(repr, one.at))) + ", " for one in unit.target_fields)
                rule = e.rule(rule_name, **self.rule_facts(unit))
                e.line(f"R.group({rule}, ({ats}), ({', '.join(values)},), ({tos}), ({', '.join(arrived)},), {codes})")

    @staticmethod
    def _rule_of(unit: Unit, one: Field) -> str:
        return next(value.rule for value in unit.source if one in value.fields)


def _rule_name(one: Field, value: Correspondence | ListCorrespondence) -> str:
    return value.rule if isinstance(value, Correspondence) else one.name


class RouteWriter:
    """Writes what becomes of the lists that meet in one hub list."""

    def __init__(self, owner: ObjectWriter, route: Route) -> None:
        self.owner, self.e, self.route = owner, owner.e, route
        self.out = owner.outs[route.out]
        self.lists: dict[int, str] = {}
        self.picked: dict[int, str] = {}
        self.skipped = self.marks = ""

    def write(self) -> None:
        e, route = self.e, self.route
        e.note(f"list {'.'.join(route.hub)}")
        feed = route.feeds[0]
        if isinstance(feed, ListFeed) and self._straight(feed) and not e.entering:
            self.straight(feed)
            return
        used = {landing.index for feed in route.feeds if isinstance(feed, ListFeed) for landing in feed.landings}
        used |= {feed.index for feed in route.feeds if isinstance(feed, ItemFeed)}
        for index, target in enumerate(route.targets):
            if index not in used:
                continue
            if isinstance(target, ListCorrespondence):
                self.lists[index] = e.var("t")
                e.line(f"{self.lists[index]} = None")
            else:
                self.picked[index] = e.var("w")
                e.line(f"{self.picked[index]} = None")
        for feed in route.feeds:
            if isinstance(feed, ItemFeed):
                self.item_feed(feed)
            else:
                self.list_feed(feed)
        self.empties()
        for index, var in self.lists.items():
            target = route.targets[index]
            assert isinstance(target, ListCorrespondence)
            with e.block(f"if {var} is not None:"):
                e.write(self.out, target.list.at, f"{var} if {var} is not M else None")

    # -- one item made of plain values --------------------------------------------------------------------------

    def item_feed(self, feed: ItemFeed) -> None:
        e = self.e
        item = self.owner.outs[feed.out]
        target = self.route.targets[feed.index]
        assert isinstance(target, ListCorrespondence)
        var = self.lists[feed.index]
        e.close(item)
        with e.block(f"if {item.var} is not M:" if is_scalar(target) else f"if {item.var}:"):
            with e.block(f"if {var} is None:"):
                e.line(f"{var} = []")
            if e.entering:
                e.line(f"{item.at[-1]}.index = len({var})")
            e.line(f"{var}.append({item.var})")
            for one, value in feed.constants:
                e.line(f"{item.var}[{one.at[-1]!r}] = {value!r}")
                if e.entering:
                    to = (*item.at, *map(repr, one.at))
                    e.line(f"R.constant({pointer(to)}, [{pointer(self.owner.at)}])")

    # -- a list ---------------------------------------------------------------------------------------------------

    def list_feed(self, feed: ListFeed) -> None:
        """Write one of several lists that meet, or one that feeds several."""
        e = self.e
        one = feed.source.list
        var = self.owner.vars[one]
        into = [self.lists[landing.index] for landing in feed.landings if landing.into_list]
        landed = e.var("p") if (e.losing or e.entering) and not self._straight(feed) else ""
        with e.block(f"if {var}:"):
            if landed:
                e.line(f"{landed} = []")
            for name in into:
                with e.block(f"if {name} is None:"):
                    e.line(f"{name} = []")
            self.loop(feed, var, (*self.owner.at, *map(repr, one.at)), landed)
            for name in into:
                with e.block(f"if not {name}:"):
                    e.line(f"{name} = None")

    def loop(self, feed: ListFeed, var: str, list_at: tuple[str, ...], landed: str) -> None:
        """Write the loop over the items, and the account of those whose index does not come back."""
        e = self.e
        index, item = e.var("i"), e.var("e")
        at = (*list_at, index)
        account = e.losing or e.entering
        skipped = e.var("q") if account and not landed else ""
        marks = e.var("r") if skipped and e.entering else ""
        for name in filter(None, (skipped, marks)):
            e.line(f"{name} = []")
        outer, self.skipped, self.marks = (self.skipped, self.marks), skipped, marks
        with e.block(f"for {index}, {item} in enumerate({var}):" if account else f"for {item} in {var}:"):
            if feed.source.when is not None:
                self.condition(feed.source, item, at, index)
            if feed.kind is not None:
                self.dispatch(feed, item, at, landed, index)
            else:
                self.land(feed, feed.landings[0], item, at, landed, index)
        self.skipped, self.marks = outer
        if landed:
            self.order(feed, landed, at, index)
        elif skipped:
            self.gaps(feed, skipped, marks, var, at, index)

    def straight(self, feed: ListFeed) -> None:
        """Write a list that feeds one list, in the two kinds that keep no full account."""
        e = self.e
        one, landing = feed.source.list, feed.landings[0]
        target = landing.target
        assert isinstance(target, ListCorrespondence)
        var, into = self.owner.vars[one], e.var("t")
        at = (*self.owner.at, *map(repr, one.at))
        self.lists[landing.index] = into
        with e.block(f"if {var}:"):
            e.line(f"{into} = []")
            self.loop(feed, var, at, "")
            with e.block(f"if {into}:"):
                e.write(self.out, target.list.at, into)
        with e.block(f"elif {var} is not M:"):
            if target.list.nullable:
                e.write(self.out, target.list.at, f"None if {var} is None else []")
                return
            with e.block(f"if {var} is not None:"):
                e.write(self.out, target.list.at, "[]")
            if e.losing:
                with e.block("else:"):
                    e.loss(at, one.name, repr(CONDITION))

    def _straight(self, feed: ListFeed) -> bool:
        """Tell whether items keep their index unless one before them does not arrive."""
        landing = feed.landings[0]
        return len(self.route.feeds) == len(feed.landings) == 1 and landing.into_list and landing.returns

    def condition(self, source: ListCorrespondence, item: str, at: tuple[str, ...], index: str) -> None:
        """Write that an item which is no product data is lost whole."""
        e = self.e
        with e.block(f"if {e.bind('when', condition(source.when or ''))}({item}) is not True:"):
            e.lost(at, source.list.name + "[]", "dropped.condition", item)
            if self.skipped:
                e.line(f"{self.skipped}.append({index})")
            e.line("continue")

    def dispatch(self, feed: ListFeed, item: str, at: tuple[str, ...], landed: str, index: str) -> None:
        """Write the choice of a landing by the item's own word for its kind."""
        e = self.e
        assert feed.kind is not None
        one = feed.kind.fields[0]
        codec = feed.kind.codec
        kind = e.var("k")
        decode = e.bind("decode", lambda value: codec.decode(value)[0]) if codec is not SAME else ""
        e.line(f"{kind} = {fetch(item, one.at)}")
        if codec is not SAME:
            e.line(f"{kind} = {decode}({kind}) if {kind} is not M else M")
        word = "if"
        for landing in feed.landings:
            condition = "True" if landing.when is None else f"{kind} == {landing.when[1]!r}"
            with e.block(f"{word} {condition}:"):
                self.land(feed, landing, item, at, landed, index)
            word = "elif"
        with e.block("else:"):
            e.lost(at, feed.source.list.name + "[]", "dropped.condition", item)
            if self.skipped:
                e.line(f"{self.skipped}.append({index})")

    def land(self, feed: ListFeed, landing: Landing, item: str, at: tuple[str, ...], landed: str, index: str) -> None:
        if landing.into_list:
            self.land_in_list(landing, item, at, landed, index)
        else:
            self.land_in_object(feed, landing, item, at, landed, index)

    def land_in_list(self, landing: Landing, item: str, at: tuple[str, ...], landed: str, index: str) -> None:
        e = self.e
        target = landing.target
        assert isinstance(target, ListCorrespondence)
        into = self.lists[landing.index]
        scalar = is_scalar(target)
        made = e.var("it")
        place = e.var("j") if e.entering else "0"
        if e.entering:
            e.line(f"{place} = len({into})")
        out = Out(made, (*self.out.at, *map(repr, target.list.at), place))
        start = e.var("m")
        if e.entering:
            e.line(f"{start} = R.mark()")
        e.line(f"{made} = {'M' if scalar else '{}'}")
        e.object(landing.plan, item, at, {0: out})
        stop = f", {start}, R.mark()" if e.entering else ""
        with e.block(f"if {made} is M:" if scalar else f"if not {made}:"):
            self.lose_bare(landing, item, at, target.list.name)
            if e.entering:
                e.line(f"R.condemn({start}, R.mark(), 'dropped.condition')")
            elif e.losing:
                self.lose_reads(landing.plan, item, at)
            if self.skipped:
                e.line(f"{self.skipped}.append({index})")
            e.line("continue")
        for one, value in landing.constants:
            e.line(f"{made}[{one.at[-1]!r}] = {value!r}")
            if e.entering:
                e.line(f"R.constant({pointer((*out.at, *map(repr, one.at)))}, [{pointer(at)}])")
        e.line(f"{into}.append({made})")
        if landed:
            e.line(f"{landed}.append(({landing.index}, {index}{stop}))")
        if self.marks:
            e.line(f"{self.marks}.append(({index}{stop}))")

    def lose_bare(self, landing: Landing, item: str, at: tuple[str, ...], rule: str) -> None:
        """Write that an item which is empty, and so a leaf of its own, is lost."""
        if not _is_scalar_scope(landing.plan.scope) and (self.e.losing or self.e.entering):
            with self.e.block(f"if {item} == {{}}:"):
                self.e.lost(at, rule, "dropped.condition", item)

    def lose_reads(self, plan: ObjectPlan, item: str, at: tuple[str, ...]) -> None:
        """Write that what would only have decided is lost, since nothing arrived that implies it."""
        for value in plan.reads:
            for one in value.fields:
                with self.e.block(f"if {fetch(item, one.at)} is not M:"):
                    self.e.lost((*at, *map(repr, one.at)), one.name, "dropped.condition", item)

    def gaps(
        self, feed: ListFeed, skipped: str, marks: str, var: str, at: tuple[str, ...], index: str
    ) -> None:
        """Write the account of items that stand behind one of which nothing arrived."""
        e = self.e
        e.names["strayed"] = strayed
        with e.block(f"if {skipped}:"):
            if e.losing:
                with e.block(f"for {index} in strayed({skipped}, len({var})):"):
                    e.loss(at, feed.source.list.name, repr("reduced.order"))
            else:
                start, stop = e.var("m"), e.var("m")
                with e.block(f"for {index}, {start}, {stop} in {marks}:"):
                    with e.block(f"if {index} > {skipped}[0]:"):
                        e.line(f"R.demote({start}, {stop}, 'reduced.order')")

    def land_in_object(
        self, feed: ListFeed, landing: Landing, item: str, at: tuple[str, ...], landed: str, index: str
    ) -> None:
        """Write the one item whose values go to the target object itself; further ones are lost as a list is cut."""
        e = self.e
        wrote = self.picked[landing.index]
        with e.block(f"if {wrote} is None:"):
            start = e.var("m")
            if e.entering:
                e.line(f"{start} = R.mark()")
            e.line(f"{wrote} = False")
            out = Out(self.out.var, self.out.at, self.out.nested, wrote)
            e.object(landing.plan, item, at, {0: out})
            if e.entering:
                with e.block(f"if not {wrote}:"):
                    e.line(f"R.condemn({start}, R.mark(), 'dropped.condition')")
            elif e.losing:
                with e.block(f"if not {wrote}:"):
                    self.lose_reads(landing.plan, item, at)
            self.lose_bare(landing, item, at, feed.source.list.name)
            if landed:
                stop = f", {start}, R.mark()" if e.entering else ""
                with e.block(f"if {wrote}:"):
                    e.line(f"{landed}.append(({landing.index}, {index}{stop}))")
        with e.block("else:"):
            e.lost(at, feed.source.list.name, "reduced.list", item)

    def order(self, feed: ListFeed, landed: str, at: tuple[str, ...], index: str) -> None:
        """Write the account of items that come back at another index than they had."""
        e = self.e
        returns = e.bind("returns", {landing.index: landing.returns for landing in feed.landings})
        e.names["moved"] = moved
        if e.losing:
            with e.block(f"for {index}, in moved({landed}, {returns}):"):
                e.loss(at, feed.source.list.name, repr("reduced.order"))
        else:
            start, stop = e.var("m"), e.var("m")
            with e.block(f"for {index}, {start}, {stop} in moved({landed}, {returns}):"):
                e.line(f"R.demote({start}, {stop}, 'reduced.order')")

    # -- empty lists and nulls ------------------------------------------------------------------------------------

    def empties(self) -> None:
        """Write what becomes of lists that are empty, or null: they arrive unless another list fills the target."""
        e = self.e
        feeds = [feed for feed in self.route.feeds if isinstance(feed, ListFeed)]
        reached = {
            id(feed): list(dict.fromkeys(one.index for one in feed.landings if one.into_list and one.returns))
            for feed in feeds
        }
        for value, condition in (("[]", "is not None and {0} is not M and not {0}"), ("M", "is None")):
            for feed in feeds:
                var = self.owner.vars[feed.source.list]
                for number in reached[id(feed)]:
                    target = self.route.targets[number]
                    assert isinstance(target, ListCorrespondence)
                    if value == "M" and not target.list.nullable:
                        continue
                    with e.block(f"if {self.lists[number]} is None and {var} {condition.format(var)}:"):
                        e.line(f"{self.lists[number]} = {value}")
        if not (e.losing or e.entering):
            return
        for feed in feeds:
            one = feed.source.list
            var = self.owner.vars[one]
            at = (*self.owner.at, *map(repr, one.at))
            for value, condition, arrived in (
                ("[]", f"{var} is not None and {var} is not M and not {var}", "{0} == []"),
                ("None", f"{var} is None", "{0} is M"),
            ):
                tests = [arrived.format(self.lists[number]) for number in reached[id(feed)]]
                with e.block(f"if {condition}:"):
                    if e.losing:
                        with e.block(f"if not ({' or '.join(tests) or 'False'}):"):
                            e.loss(at, one.name, repr("dropped.condition"))
                        continue
                    targets = e.var("g")
                    e.line(f"{targets} = []")
                    for number, test in zip(reached[id(feed)], tests, strict=True):
                        target = self.route.targets[number]
                        assert isinstance(target, ListCorrespondence)
                        with e.block(f"if {test}:"):
                            e.line(f"{targets}.append({pointer((*self.out.at, *map(repr, target.list.at)))})")
                    with e.block(f"if {targets}:"):
                        e.line(f"R.container({e.rule(one.name)}, {pointer(at)}, {value}, {targets})")
                    with e.block("else:"):
                        e.lost(at, one.name, "dropped.condition", value)


def is_scalar(target: ListCorrespondence) -> bool:
    """Tell whether a list's items are scalars."""
    return _is_scalar_scope(target.scope)


def _is_scalar_scope(scope: Scope) -> bool:
    return isinstance(wire_tree(scope), LeafNode)


def lose_list(entries: list[Entry], whole: int, item: int, codes: Any, *indices: int) -> None:
    """Enter the loss of a list: whole, or of its items."""
    if isinstance(codes, str):
        entries.append((whole, codes, *indices))
        return
    entries.extend((item, code, *indices, index) for index, code in enumerate(codes) if code)


def strayed(skipped: list[int], count: int) -> list[int]:
    """Return the items behind a gap, gaps left out: they come back at an earlier index."""
    gaps = set(skipped)
    return [index for index in range(skipped[0], count) if index not in gaps]


def moved(landed: list[tuple[int, ...]], returns: dict[int, bool]) -> list[tuple[int, ...]]:
    """Return the items that come back at another index: (index, …) of each, the landing's number taken off.

    On the way back the target's lists follow one another, so an item's index is its rank by (list, index).
    """
    if all(returns.values()):
        last = -1
        for rank, one in enumerate(landed):
            if one[1] != rank or one[0] < last:
                break
            last = one[0]
        else:
            return []
    back = sorted((one for one in landed if returns[one[0]]), key=lambda one: (one[0], one[1]))
    strayed = [one[1:] for rank, one in enumerate(back) if one[1] != rank]
    return strayed + [one[1:] for one in landed if not returns[one[0]]]


def condition(text: str) -> Callable[[Any], Any]:
    """Return what a JMESPath condition says of a value."""
    return jmespath.compile(text).search


def copy_json(value: Any) -> Any:
    """Copy a JSON value, so that the payload that comes out shares nothing with the one that went in."""
    if isinstance(value, dict):
        return {name: copy_json(child) for name, child in value.items()}
    if isinstance(value, list):
        return [copy_json(child) for child in value]
    return value


def fetch(var: str, names: Names) -> str:
    """Write the reading of a value that may be absent at any depth."""
    if not names:
        return var
    text = var
    for name in names[:-1]:
        text = f"({text}.get({name!r}) or {{}})"
    return f"{text}.get({names[-1]!r}, M)"


def pointer(parts: tuple[str, ...]) -> str:
    """Write a pointer as a tuple of literals and index variables."""
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def dotted(names: Names) -> str:
    return ".".join(names)


def _written(plan: ObjectPlan) -> list[Names]:
    """Return the targets that a landing in the target object itself writes to."""
    found = [one.at for unit in plan.units for one in unit.target_fields]
    for route in plan.routes:
        found.extend(target.list.at for target in route.targets if isinstance(target, ListCorrespondence))
    return found


def emit(
    plan: ObjectPlan,
    kind: Kind,
    crosswalk: Crosswalk | None = None,
    foreign: bool = True,
    assumes: Callable[..., Any] = lambda unit: None,
) -> Emitted:
    """Write the function of a plan: ``translate(d)``, ``translate(d, L)`` or ``translate(d, R)``.
    """
    emitter = Emitter(kind, crosswalk, foreign, assumes)
    extra = {"plain": "", "loss": ", L", "ledger": ", R"}[kind]
    emitter.line("out = {}")
    out = Out("out", ())
    emitter.object(plan, "d", (), {0: out})
    if kind == "ledger":
        emitter.line(f"R.root({emitter.rule('product')}, d, out)")
    emitter.line("return out")
    text = f"def translate(d{extra}):\n" + "\n".join(emitter.lines) + "\n"
    return Emitted(text, emitter.names, emitter.places)


__all__ = ["Emitted", "emit"]
