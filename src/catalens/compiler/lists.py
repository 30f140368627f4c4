"""Write what becomes of lists: which items land where, and which come back in another order."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from catalens.account.codes import LossCode
from catalens.account.compact import Kind
from catalens.carry.inline import Script
from catalens.carry.needs import KEYLESS, key_carrier, key_units, keyless
from catalens.carry.values import CONDITION, carrier
from catalens.compiler.choice import ChoiceWriter, write_gathered
from catalens.compiler.empty_lists import empty, write_empty_lists
from catalens.compiler.item_literals import item_literal, list_copied_whole
from catalens.compiler.items import is_scalar, put
from catalens.compiler.notes import Begun
from catalens.compiler.text import At, Out, below
from catalens.mapping.profile import (
    Field,
    ListCorrespondence,
    ObjectNode,
    Scope,
    wire_tree,
)
from catalens.plan import ItemFeed, Landing, ListFeed, ObjectPlan, Route, Unit, deciding_fields
from catalens.validate import entry_test

if TYPE_CHECKING:
    from catalens.compiler.objects import ObjectWriter


class RouteWriter:
    """Writes what becomes of the lists that meet in one hub list."""

    def __init__(self, owner: ObjectWriter, route: Route) -> None:
        self.owner, self.e, self.route = owner, owner.e, route
        self.notes, self.source = owner.notes, owner.source
        self.out = owner.outs[route.out]
        self.lists: dict[int, str] = {}
        self.picked: dict[int, str] = {}
        #: the lists that several items write to which land in one object
        self.joined: dict[int, dict[Field, str]] = {}
        #: variables: whether items behind here come back further up, and how many items have arrived
        self.shift = self.count = ""

    def write(self) -> None:
        e, route = self.e, self.route
        e.comment(f"list {'.'.join(route.hub)}")
        feed = route.feeds[0]
        by_item = isinstance(feed, ListFeed) and self._is_item_by_item(feed) and not self.notes.every_leaf
        if isinstance(feed, ListFeed) and by_item and not self.owner.joined:
            self.item_by_item(feed)
            return
        used = {landing.index for feed in route.feeds if isinstance(feed, ListFeed) for landing in feed.landings}
        used |= {feed.index for feed in route.feeds if isinstance(feed, ItemFeed)}
        lengths: dict[str, str] = {}
        for index, target in enumerate(route.targets):
            if index not in used:
                continue
            if isinstance(target, ListCorrespondence):
                known = self.owner.joined.get(target.list)
                self.lists[index] = known or e.var("t")
                if known is None:
                    e.line(f"{self.lists[index]} = None")
                else:
                    # of a list that items before this one have begun, only what comes new is this one's
                    lengths[known] = e.var("n")
                    e.line(f"{lengths[known]} = 0 if {known} is None else len({known})")
                continue
            self.picked[index] = e.var("w")
            e.line(f"{self.picked[index]} = None")
            if target.joins:
                self.joined[index] = {each.list: e.var("t") for each in target.scope.lists}
                e.line(f"{' = '.join(self.joined[index].values())} = None")
        for feed in route.feeds:
            if isinstance(feed, ItemFeed):
                self.item_feed(feed)
            else:
                self.list_feed(feed)
        write_empty_lists(self)
        for index, var in self.lists.items():
            target = route.targets[index]
            assert isinstance(target, ListCorrespondence)
            test = f"{var} is not None"
            if var in lengths:
                test += f" and (not {var} or len({var}) > {lengths[var]})"
            with e.block(f"if {test}:"):
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
            self.notes.placed(item, var)
            e.line(f"{var}.append({item.var})")
            places = _places(feed.source.scope, self.owner.at)
            for one, value in (*feed.constants, *feed.context):
                e.line(f"{item.var}[{one.at[-1]!r}] = {value!r}")
                assumed = feed.assumed if (one, value) in feed.context else ""
                self.notes.implied_constant(below(item.at, *one.at), item, places, assumed)

    # -- a list ---------------------------------------------------------------------------------------------------

    def list_feed(self, feed: ListFeed) -> None:
        """Write one of several lists that meet, or one that feeds several."""
        e = self.e
        one = feed.source.list
        var = self.owner.vars[one]
        into = [self.lists[landing.index] for landing in feed.landings if landing.into_list]
        # entries of a map have no order that could be another one when they come back
        ordered = feed.kind is not None and len(feed.landings) > 1 and feed.source.keys is None
        landed = e.var("p") if self.notes.wanted and ordered else ""
        if feed.source.keys is not None:
            with e.block(f"if {var} is not M and {var} is not None and {var}.__class__ is not dict:"):
                self.notes.lost(below(self.owner.at, *one.at), one.name, CONDITION, var)
                e.line(f"{var} = M")
        with e.block(f"if {var}:"):
            if feed.choice is not None:
                write_gathered(self, feed, feed.choice, var)
            if landed:
                e.line(f"{landed} = []")
            for landing in feed.landings:
                if isinstance(landing.target, ListCorrespondence):
                    with e.block(f"if {self.lists[landing.index]} is None:"):
                        e.line(f"{self.lists[landing.index]} = {empty(landing.target)}")
            self.loop(feed, var, below(self.owner.at, *one.at), landed)
            for name in into:
                with e.block(f"if not {name}:"):
                    e.line(f"{name} = None")

    def loop(self, feed: ListFeed, var: str, list_at: At, landed: str) -> None:
        """Write the loop over the items, and the account of those that come back in another order."""
        e = self.e
        index, item = e.var("i"), e.var("e")
        at = (*list_at, index)
        account = self.notes.wanted
        pairs = self.in_order(feed, var)
        choice = feed.choice
        chosen = ChoiceWriter(self, feed, choice, var, pairs) if choice is not None else None
        items = var if chosen is None or account else chosen.alone
        outer = self.shift, self.count
        self.shift = e.var("h") if account and any(landing.joins for landing in feed.landings) else ""
        self.count = e.var("h") if account and feed.landings[0].flat is not None else ""
        for name, value in ((self.shift, "False"), (self.count, "0")):
            if name:
                e.line(f"{name} = {value}")
        if feed.source.keys is not None:
            head = f"for {index}, {item} in {var}.items():"
        elif account or (pairs and chosen is None):
            head = f"for {index}, {item} in {pairs or f'enumerate({var})'}:"
        else:
            head = f"for {item} in {items}:"
        with e.block(head):
            if feed.source.when is not None:
                self.condition(feed.source, item, at)
            if feed.source.keys is not None:
                test = e.bind("is_entry", entry_test(wire_tree(feed.source.scope)))
                with e.block(f"if not {test}({item}):"):
                    self.notes.lost(at, feed.source.list.name, CONDITION, item)
                    e.line("continue")
            if chosen is not None:
                chosen.pass_over(item, at, index)
                self.land(feed, feed.landings[0], item, at, landed, index)
            elif feed.kind is not None:
                self.dispatch(feed, item, at, landed, index)
            else:
                self.land(feed, feed.landings[0], item, at, landed, index)
        self.shift, self.count = outer
        if landed:
            self.notes.strayed_among_lists(at, feed.source.list.name, landed, var, index)

    def in_order(self, feed: ListFeed, var: str) -> str:
        """Write the items with their indices in the order that the list says; return their variable, or ''."""
        e, order = self.e, feed.source.order
        if order is None:
            return ""
        pairs, pair = e.var("o"), e.var("o")
        value = self.source.fetch(wire_tree(feed.source.scope), f"{pair}[1]", order.field.at)
        e.line(f"{pairs} = sorted(enumerate({var}), key=lambda {pair}: {e.bind('place', order.place)}({value}))")
        self.notes.in_order(pairs)
        return pairs

    def item_by_item(self, feed: ListFeed) -> None:
        """Write a list whose items go to one list, one by one, where no full account is kept."""
        e = self.e
        one, landing = feed.source.list, feed.landings[0]
        target = landing.target
        assert isinstance(target, ListCorrespondence)
        var, into = self.owner.vars[one], e.var("t")
        at = below(self.owner.at, *one.at)
        self.lists[landing.index] = into
        unit = list_copied_whole(feed, landing)
        way = carrier(unit, e.crosswalk, e.sides) if unit is not None else None
        with e.block(f"if {var}:"):
            if unit is not None and (way is None or (way.always is not None and way.write is None)):
                e.write(self.out, target.list.at, f"{var}.copy()")
                if way is not None and way.always is not None:
                    self.notes.left_items(at, Kind(unit.rule, way.always, one.severity), var)
            else:
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
            with e.optional("else:"):
                self.notes.lost(at, one.name, CONDITION, var)

    def _is_item_by_item(self, feed: ListFeed) -> bool:
        """Tell whether one list feeds one list, item by item."""
        landing = feed.landings[0]
        one_by_one = landing.into_list and landing.returns and landing.flat is None and landing.key is None
        return len(self.route.feeds) == len(feed.landings) == 1 and one_by_one

    def condition(self, source: ListCorrespondence, item: str, at: At) -> None:
        """Write the test whether an item is product data, and the loss of one that is not."""
        e = self.e
        with e.block(f"if {e.bind('when', self.source.condition(source.when or ''))}({item}) is not True:"):
            if self.notes.wanted:
                self.keep_out(source, item, at)
            e.line("continue")

    def keep_out(self, source: ListCorrespondence, item: str, at: At) -> None:
        """Write the loss of an item that a condition keeps out; the fields that decide are more than dropped."""
        e, lost = self.e, self.notes.lost
        rule, tree, deciding = source.items, wire_tree(source.scope), deciding_fields(source)
        if not isinstance(tree, ObjectNode) or not deciding:
            lost(at, rule, CONDITION, item)
            return
        with e.block(f"if {self.source.is_empty(tree, item)}:"):
            lost(at, rule, CONDITION, item)
        for one in deciding:
            value = self.source.fetch(tree, item, one.at)
            with e.block(f"if {value} is not M:"):
                lost(below(at, *one.at), one.name, LossCode.REDUCED_RANGE, value)
        names = {one.at[0] for one in deciding}
        self.source.others(tree, item, names, lambda part, value: lost((*at, part), rule, CONDITION, value))

    def dispatch(self, feed: ListFeed, item: str, at: At, landed: str, index: str) -> None:
        """Write the choice of a landing by the item's own word for its kind."""
        e = self.e
        assert feed.kind is not None
        one = feed.kind.fields[0]
        codec = feed.kind.codec
        said = e.var("k")
        e.line(f"{said} = {self.source.fetch(wire_tree(feed.source.scope), item, one.at)}")
        script = Script(f"{said}_")
        kind = script.convert(codec, [said], False)[0]
        e.script(script)
        word = "if"
        for landing in feed.landings:
            condition = "True"
            if landing.when is not None:
                condition = f"{kind} == {landing.when[1]!r}"
                if landing.when[1] is None:
                    condition = f"{said} is M or {kind} is None"
            with e.block(f"{word} {condition}:"):
                self.land(feed, landing, item, at, landed, index)
            word = "elif"
        with e.block("else:"):
            self.notes.lost(at, feed.source.items, feed.others, item)

    def land(self, feed: ListFeed, landing: Landing, item: str, at: At, landed: str, index: str) -> None:
        if landing.flat is not None:
            self.land_flat(feed, landing, item, at, index)
        elif landing.into_list:
            self.land_in_list(feed, landing, item, at, landed, index)
        else:
            self.land_in_object(feed, landing, item, at, landed, index)

    def land_in_list(self, feed: ListFeed, landing: Landing, item: str, at: At, landed: str, index: str) -> None:
        e = self.e
        target = landing.target
        assert isinstance(target, ListCorrespondence)
        if landing.needs and not e.sides.by_hub:
            self.keep_out_hollow(feed, landing, item, at)
        self.keep_out_keyless(feed, landing, item, at)
        into = self.lists[landing.index]
        made = e.var("it")
        key = self.key(feed, landing, item, at, index) if landing.key is not None else ""
        begun = self.notes.begin_item(into, key if target.keys is not None else "")
        out = Out(made, (*below(self.out.at, *target.list.at), begun.index))
        writer = self.owner.inner(landing.plan, at, {0: out})
        whole = None if is_scalar(target) else item_literal(writer, item)
        if whole is None:
            self.make_item(landing, writer, item, begun)
        else:
            with e.block(f"if {whole.test}:") if whole.test else nullcontext():
                e.line(f"{made} = {whole.made}")
                whole.account(writer, item)
            if whole.test:
                with e.block("else:"):
                    self.make_item(landing, writer, item, begun)
        for one, value in landing.constants:
            e.line(f"{made}[{one.at[-1]!r}] = {value!r}")
            self.notes.constant(below(out.at, *one.at), at)
        if landing.key is not None:
            self.write_key(landing.key, landing, item, at, out, key)
        e.line(f"{into}.append({made})" if target.keys is None else f"{into}[{key}] = {made}")
        if self.count:
            # what stands behind a list that was flattened comes back further down
            with e.optional(f"if len({into}) - 1 != {self.count}:"):
                self.notes.strayed(at, feed.source.list.name, begun, item)
            return
        self.come_back(feed, landing, item, at, landed, index, begun)

    def key(self, feed: ListFeed, landing: Landing, item: str, at: At, index: str) -> str:
        """Write what becomes of an entry's key, and the loss of an item without one, or of one that is there."""
        e, unit, target = self.e, landing.key, landing.target
        assert unit is not None
        assert isinstance(target, ListCorrespondence)
        is_map, into = target.keys is not None, self.lists[landing.index]
        said = index
        if feed.source.keys is None:
            said = self.source.fetch(wire_tree(landing.plan.scope), item, unit.source_fields[0].at)
        key = e.var("k")
        e.line(f"{key} = {e.bind('key', key_carrier(unit, e.crosswalk, e.sides, is_map))}({said})")
        with e.block(f"if {key} is M:"):
            self.notes.lost(at, feed.source.items, CONDITION, item)
            e.line("continue")
        if is_map:
            with e.block(f"if {key} in {into}:"):
                self.notes.lost(at, feed.source.items, LossCode.DROPPED_LIMIT, item)
                e.line("continue")
        return key

    def write_key(self, unit: Unit, landing: Landing, item: str, at: At, out: Out, key: str) -> None:
        """Write an entry's key into the item that it becomes, or the account of a value that became a key."""
        ours, theirs = unit.source_fields[0], unit.target_fields[0]
        if theirs.at:
            self.e.names["put"] = put
            self.e.line(f"{out.var} = put({out.var}, {theirs.at!r}, {key})")
            self.notes.constant(below(out.at, *theirs.at), at)
        if ours.at:
            said = self.source.fetch(wire_tree(landing.plan.scope), item, ours.at)
            self.notes.read(below(at, *ours.at), unit.rule, said, out.at, None)

    def come_back(
        self, feed: ListFeed, landing: Landing, item: str, at: At, landed: str, index: str, begun: Begun
    ) -> None:
        """Write what is known of the place that an item which arrived comes back at."""
        e = self.e
        if self.shift:
            with e.block(f"if {self.shift}:"):
                self.notes.strayed(at, feed.source.list.name, begun, item)
        with e.optional("else:") if self.shift else nullcontext():
            if landed:
                e.line(f"{landed}.append(({landing.index}, {index}{self.notes.span(begun)}))")
            elif not landing.returns:
                self.notes.strayed(at, feed.source.list.name, begun, item)

    def land_flat(self, feed: ListFeed, landing: Landing, item: str, at: At, index: str) -> None:
        """Write an item as the values of the list in it; one without values as itself."""
        e, flat = self.e, landing.flat
        assert flat is not None
        assert isinstance(landing.target, ListCorrespondence)
        values = e.var("v")
        e.line(f"{values} = {self.source.fetch(wire_tree(landing.plan.scope), item, flat.values.at)}")
        with e.block(f"if {values} is not M and {values}:"):
            self.owner.inner(flat.rest, at, {0: Out(e.var("it"), ())}).write(item)
            number, value, made, before = e.var("i"), e.var("e"), e.var("it"), e.var("b")
            place = (*below(at, *flat.values.at), number)
            into = self.lists[landing.index]
            if self.count:
                e.line(f"{before} = len({into})")
            with e.block(f"for {number}, {value} in enumerate({values}):"):
                begun = self.notes.begin_item(into)
                out = Out(made, (*below(self.out.at, *landing.target.list.at), begun.index))
                e.line(f"{made} = M")
                self.owner.inner(flat.each, place, {0: out}).write(value)
                with e.block(f"if {made} is not M:"):
                    e.line(f"{into}.append({made})")
                    # it comes back as an item, and not as one of a list in it
                    self.notes.strayed(place, flat.values.name, begun, value)
            if self.count:
                e.line(f"{self.count} += len({into}) > {before}")
        with e.block("else:"):
            self.land_in_list(feed, landing, item, at, "", index)
            if self.count:
                e.line(f"{self.count} += 1")

    def keep_out_hollow(self, feed: ListFeed, landing: Landing, item: str, at: At) -> None:
        """Write the loss of an item that lacks what makes it one in the target, such as a picture's content."""
        e = self.e
        with e.block(f"if not {self.owner.has(landing.needs, wire_tree(feed.source.scope), item)}:"):
            self.notes.lost(at, feed.source.items, LossCode.DROPPED_CONTENT, item)
            e.line("continue")

    def keep_out_keyless(self, feed: ListFeed, landing: Landing, item: str, at: At) -> None:
        """Write the loss of an item which is known by an identifier that does not arrive, where ids are left out."""
        e, tree = self.e, wire_tree(feed.source.scope)
        assert isinstance(landing.target, ListCorrespondence)
        for unit in key_units(landing.target, landing.plan.units, e.sides):
            value = self.source.fetch(tree, item, unit.source_fields[0].at)
            why = e.var("c")
            e.line(f"{why} = {e.bind('keyless', keyless(unit, e.crosswalk, e.sides))}({value})")
            with e.block(f"if {why} is not None:"):
                for code in KEYLESS if self.notes.wanted else ():
                    with e.block(f"if {why} == {code.value!r}:"):
                        self.notes.lost(at, feed.source.items, code, item)
                e.line("continue")

    def make_item(self, landing: Landing, writer: ObjectWriter, item: str, begun: Begun) -> None:
        """Write the making of an item step by step, and what becomes of one of which nothing arrives."""
        e, made, at = self.e, writer.outs[0].var, writer.at
        assert isinstance(landing.target, ListCorrespondence)
        scalar = is_scalar(landing.target)
        e.line(f"{made} = {'M' if scalar else '{}'}")
        writer.write(item)
        with e.block(f"if {made} is M:" if scalar else f"if not {made}:"):
            self.lose_bare(landing, item, at, landing.target.list.name)
            self.notes.condemned(begun, CONDITION, lambda: self.lose_reads(landing.plan, item, at, CONDITION))
            if landing.key is not None and landing.key.source_fields[0].at:
                one = landing.key.source_fields[0]
                said = self.source.fetch(wire_tree(landing.plan.scope), item, one.at)
                self.notes.lost(below(at, *one.at), one.name, CONDITION, said)
            e.line("continue")

    def lose_bare(self, landing: Landing, item: str, at: At, rule: str) -> None:
        """Write that an item which is empty, and so a leaf of its own, is lost."""
        tree = wire_tree(landing.plan.scope)
        if isinstance(tree, ObjectNode):
            with self.e.optional(f"if {self.source.is_empty(tree, item)}:"):
                self.notes.lost(at, rule, CONDITION, item)

    def lose_reads(self, plan: ObjectPlan, item: str, at: At, code: LossCode) -> None:
        """Write that what would only have decided is lost, since nothing arrived that implies it.

        In the one place that there is, the item keeps others out, so its word is more than dropped.
        """
        for value in plan.reads:
            for one in value.fields:
                said = self.source.fetch(wire_tree(plan.scope), item, one.at)
                test = f"{said} is not M"
                if value.codec.folds:
                    # a word that does not come back has been lost already
                    test += f" and {self.e.bind('given_back', value.codec.given_back)}({said})"
                with self.e.block(f"if {test}:"):
                    self.notes.lost(below(at, *one.at), one.name, code, item)

    def land_in_object(self, feed: ListFeed, landing: Landing, item: str, at: At, landed: str, index: str) -> None:
        """Write the one item whose values go to the target object itself; further ones are lost as a list is cut."""
        e = self.e
        if landing.needs and not e.sides.by_hub:
            self.keep_out_hollow(feed, landing, item, at)
        if landing.joins:
            self.land_joined(feed, landing, item, at, landed, index)
            return
        wrote = self.picked[landing.index]
        with e.block(f"if {wrote} is None:"):
            begun = self.notes.begin_item()
            e.line(f"{wrote} = False")
            out = Out(self.out.var, self.out.at, self.out.nested, wrote)
            self.owner.inner(landing.plan, at, {0: out}).write(item)
            if self.notes.wanted:
                with e.block(f"if not {wrote}:"):
                    code = CONDITION if landing.choice is not None else LossCode.REDUCED_RANGE
                    self.notes.condemned(begun, code, lambda: self.lose_reads(landing.plan, item, at, code))
            if landing.plan.reads:
                self.notes.implied_by(begun, self.out.at, _places(landing.target.scope, self.out.at))
            self.lose_bare(landing, item, at, feed.source.list.name)
            with e.optional(f"if {wrote}:"):
                self.come_back(feed, landing, item, at, landed, index, begun)
        with e.optional("else:"):
            self.notes.lost(at, feed.source.list.name, LossCode.DROPPED_LIMIT, item)

    def land_joined(self, feed: ListFeed, landing: Landing, item: str, at: At, landed: str, index: str) -> None:
        """Write an item whose lists are joined to those of the items before it, unless one has emptied them."""
        e, wrote, joined = self.e, self.picked[landing.index], self.joined[landing.index]
        emptied = " or ".join(f"({into} is not None and not {into})" for into in joined.values())
        with e.block(f"if {emptied}:"):
            self.notes.lost(at, feed.source.list.name, LossCode.DROPPED_LIMIT, item)
        with e.block("else:"):
            begun, arrived = self.notes.begin_item(), e.var("w")
            e.line(f"{arrived} = False")
            writer = self.owner.inner(landing.plan, at, {0: Out(self.out.var, self.out.at, self.out.nested, arrived)})
            writer.joined = joined
            writer.write(item)
            if self.notes.wanted:
                with e.block(f"if not {arrived}:"):
                    self.notes.condemned(begun, CONDITION, lambda: self.lose_reads(landing.plan, item, at, CONDITION))
                self.lose_bare(landing, item, at, feed.source.list.name)
            if landing.plan.reads:
                self.notes.implied_by(begun, self.out.at, _places(landing.target.scope, self.out.at))
            with e.block(f"if {arrived}:"):
                # all that is joined comes back as one item, and moves up what stands behind it
                if self.shift:
                    with e.block(f"if {wrote}:"):
                        e.line(f"{self.shift} = True")
                self.come_back(feed, landing, item, at, landed, index, begun)
                e.line(f"{wrote} = True")


def _places(scope: Scope, at: At) -> list[At]:
    """Return the places of the fields and lists of an object that stands at a place."""
    return [below(at, *one.at) for one in scope.wire_fields()]
