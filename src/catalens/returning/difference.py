"""The difference between what was and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from catalens.mapping.profile import (
    Field,
    LeafNode,
    ListCorrespondence,
    ListNode,
    MapNode,
    Node,
    ObjectNode,
    Profile,
    field_of,
    node_under,
)
from catalens.paths import MISSING, pointer_text
from catalens.payloads import identical
from catalens.plan import ObjectPlan
from catalens.returning.entries import Entry, Parts, condition, digest, look_up
from catalens.returning.items import KEYED, Aligned, Keys, Pair, align
from catalens.returning.shape import Shape, Siblings, item_of, member, shape_of


def complement(original: Any, returned: Any, profile: Profile, plan: ObjectPlan | None = None) -> list[Entry]:
    """List what ``returned`` lacks to be ``original``, by place: the order of an object's keys means nothing.

    ``plan`` is the way there, which tells what arrives as one.
    """
    found = Difference(shape_of(profile, plan))
    found.compare(original, returned, profile.tree, (), found.around(original, returned, None, ()))
    return sorted(found.entries, key=lambda entry: str(entry["at"]))


@dataclass
class Around:
    """A product or list item: where it stands, R's value of it, and those of its lists that exchanged items."""

    at: Parts
    returned: Any
    lists: dict[Parts, Aligned] = field(default_factory=dict)


class Difference:
    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.entries: list[Entry] = []

    def compare(self, original: Any, returned: Any, node: Node | None, at: Parts, around: Around) -> None:
        """Enter what differs at a place; ``around`` is the product or list item in which it stands."""
        if identical(original, returned):
            return
        if self._is_hollow(original, returned, node) and self._exchanges(at, around):
            kind = dict if isinstance(node, ObjectNode) else list
            ours, theirs = (kind() if isinstance(one, kind) else one for one in (original, returned))
            self.entries.append(_entry(at, ours, theirs))
            original, returned = (one if isinstance(one, kind) else kind() for one in (original, returned))
        if isinstance(original, dict) and isinstance(returned, dict):
            for name in [*original, *(returned.keys() - original.keys())]:
                one, other = original.get(name, MISSING), returned.get(name, MISSING)
                if isinstance(node, MapNode):
                    self._item(one, other, None, node, (*at, name))
                else:
                    self.compare(one, other, member(node, name), (*at, name), around)
        elif isinstance(original, list) and isinstance(returned, list):
            self._items(original, returned, node, at, around)
        else:
            self._enter(original, returned, node, at, around)

    def _enter(self, original: Any, returned: Any, node: Node | None, at: Parts, around: Around) -> None:
        entry = _entry(at, original, returned)
        group = self.shape.groups.get(node.field) if isinstance(node, LeafNode) else None
        if group is not None:
            entry |= condition({pointer_text(one.at): look_up(around.returned, one.at) for one in group})
        self.entries.append(entry)

    def _items(self, original: list[Any], returned: list[Any], node: Node | None, at: Parts, around: Around) -> None:
        one = around.lists.get(at[len(around.at) :])
        if one is None:
            [one], _ = align([self._pair(original, returned, node)])
        known = set(one.ours)
        kept = [name for name in one.theirs if name in known]
        head: Entry = {"at": pointer_text(at)}
        if one.keys.own is not None:
            head["key"] = one.keys.own
        if one.ours != kept or one.come or one.left or not all(name.startswith(KEYED) for name in one.theirs):
            if one.keys.target is not None:
                # an item that has got such a key meanwhile is another one
                head["target_key"] = one.keys.target
            head["of"] = one.of
        if one.ours != kept:
            head["order"] = one.ours
        self.entries.append(head)
        total = self._total(one, node, at[len(around.at) :])
        joined = self._joined(one, node, at)
        for index, (item, name, pair) in enumerate(zip(original, one.ours, one.pairs, strict=True)):
            other = MISSING if pair is None else returned[pair]
            waits = one.gone.get(index) or (total if pair is None else None)
            if index in one.moved:
                source, other = one.moved[index]
                self.entries.append({"at": pointer_text((*at, name)), "from": source})
            self._item(item, other, waits, node, (*at, name), joined.get(index))
        for index, (item, name) in enumerate(zip(returned, one.theirs, strict=True)):
            if name not in known and index not in one.left:
                self._item(MISSING, item, one.come.get(index), node, (*at, name))

    def _total(self, one: Aligned, node: Node | None, inside: Parts) -> Entry | None:
        """Return what rows wait for that came back as one: a total that was edited is no longer theirs."""
        names = self.shape.gathered.get(node.list, ()) if isinstance(node, ListNode) else ()
        if not names or len(one.theirs) != 1:
            return None
        row = (*inside, one.theirs[0])
        return condition({pointer_text((*row, name)): look_up(one.returned[0], (name,)) for name in names})

    def _item(
        self,
        original: Any,
        returned: Any,
        waits: Entry | None,
        node: Node | None,
        at: Parts,
        lists: dict[Parts, Aligned] | None = None,
    ) -> None:
        """Enter what differs in an item; ``lists`` are those in it of which R has items elsewhere, or S has."""
        if waits is not None:
            self.entries.append(_entry(at, original, returned) | waits)
            return
        owner = field_of(node) if isinstance(node, ListNode | MapNode) else None
        around = Around(at, returned) if owner is None else self.around(original, returned, owner, at)
        around.lists |= lists or {}
        if lists and returned is MISSING:
            # it is made for the items that come into it
            self.entries.append(_entry(at, {}, MISSING))
            returned = {}
        self.compare(original, returned, item_of(node), at, around)

    # -- items that came back as one ------------------------------------------------------------------------------

    def _joined(self, one: Aligned, node: Node | None, at: Parts) -> dict[int, dict[Parts, Aligned]]:
        """Align the inner lists of items that came back as one, and return those that lost or got items by it."""
        found: dict[int, dict[Parts, Aligned]] = {}
        if not isinstance(node, ListNode) or None not in one.pairs:
            return found
        rows = [
            (MISSING if index in one.gone else item, MISSING if pair is None else one.returned[pair])
            for index, (item, pair) in enumerate(zip(one.original, one.pairs, strict=True))
        ]
        for inside in self.shape.joined.get(node.list, ()):
            inner = node_under(node.item, inside)
            lists = [self._pair(look_up(ours, inside), look_up(theirs, inside), inner) for ours, theirs in rows]
            aligned, moves = align(lists)
            for (here, i), (there, j) in moves.items():
                source = (*at, one.ours[there], *inside, aligned[there].theirs[j])
                aligned[here].moved[i] = (pointer_text(source), aligned[there].returned[j])
                aligned[there].left.add(j)
            for index, each in enumerate(aligned):
                if each.moved or each.left:
                    found.setdefault(index, {})[inside] = each
        return found

    # -- lists that exchange items --------------------------------------------------------------------------------

    def around(self, original: Any, returned: Any, owner: Field | None, at: Parts) -> Around:
        """Look into a product, or an item of the list ``owner``, for lists whose items came back in a sibling."""
        around = Around(at, returned)
        if isinstance(original, dict) and isinstance(returned, dict):
            for siblings in self.shape.siblings.get(owner, ()):
                around.lists |= self._exchanged(original, returned, siblings)
        return around

    def _pair(self, original: Any, returned: Any, of: Node | ListCorrespondence | None) -> Pair:
        """Return lists of S and R to be aligned; what is no list has no items."""
        s, r = (side if isinstance(side, list) else [] for side in (original, returned))
        return s, r, self._keys(s, r, of), of.order if isinstance(of, ListNode | ListCorrespondence) else None

    def _keys(self, original: list[Any], returned: list[Any], of: Node | ListCorrespondence | None) -> Keys:
        """Return what the items of a list are known by: values are their own key."""
        if not any(isinstance(item, dict | list) for item in (*original, *returned)):
            return Keys(".")
        if not isinstance(of, ListNode | ListCorrespondence):
            return Keys()
        return Keys(of.key, self.shape.target_keys.get(of.list))

    def _exchanged(self, original: Any, returned: Any, siblings: Siblings) -> dict[Parts, Aligned]:
        """Align sibling lists, and return those between which items went from S to R.

        An item that changed its list is restored in the one and taken from the other, both or neither: both entries
        wait for what R has in both places.
        """
        pairs = [[look_up(side, one.list.at) for side in (original, returned)] for one in siblings]
        if all(identical(*pair) for pair in pairs):
            return {}
        aligned, moves = align([self._pair(s, r, one) for (s, r), one in zip(pairs, siblings, strict=True)])
        for (here, i), (there, j) in moves.items():
            home, refuge = siblings[here].list.at, siblings[there].list.at
            own, other = (*home, aligned[here].ours[i]), (*refuge, aligned[there].theirs[j])
            nothing = None if look_up(returned, home) is None else MISSING
            waits = condition({pointer_text(own): nothing, pointer_text(other): aligned[there].returned[j]})
            aligned[here].gone[i] = aligned[there].come[j] = waits
        return {one.list.at: found for one, found in zip(siblings, aligned, strict=True) if found.gone or found.come}

    @staticmethod
    def _exchanges(at: Parts, around: Around) -> bool:
        """Tell whether a list that exchanged items stands at or below a place."""
        inside = at[len(around.at) :]
        return any(place[: len(inside)] == inside for place in around.lists)

    @staticmethod
    def _is_hollow(original: Any, returned: Any, node: Node | None) -> bool:
        """Tell whether S or R has nothing, or null, where the other has an object or list."""
        kind = dict if isinstance(node, ObjectNode) else list if isinstance(node, ListNode) else ()
        sides = [isinstance(one, kind) for one in (original, returned)]
        return any(sides) and not all(sides) and (original in (None, MISSING) or returned in (None, MISSING))


def _entry(at: Parts, original: Any, returned: Any) -> Entry:
    entry: Entry = {"at": pointer_text(at)}
    if original is not MISSING:
        entry["value"] = original
    if returned is not MISSING:
        entry["was"] = digest(returned)
    return entry
