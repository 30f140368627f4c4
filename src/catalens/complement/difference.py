"""The difference between what was and what comes back."""

from __future__ import annotations

from typing import Any

from catalens.complement.entries import Entry, Parts, digest, digest_together, identical
from catalens.complement.items import KEYED, align, keys_of, names_of
from catalens.complement.shape import Groups, groups_of, item_of, member
from catalens.mapping.profile import LeafNode, ListNode, Node, Profile
from catalens.paths import MISSING, pointer_text


def complement(original: Any, returned: Any, profile: Profile) -> list[Entry]:
    """List what ``returned`` lacks to be ``original``, by place: the order of an object's keys means nothing."""
    found = Difference(groups_of(profile))
    found.compare(original, returned, profile.tree, (), returned)
    return sorted(found.entries, key=lambda entry: str(entry["at"]))


class Difference:
    def __init__(self, groups: Groups) -> None:
        self.groups = groups
        self.entries: list[Entry] = []

    def compare(self, original: Any, returned: Any, node: Node | None, at: Parts, scope: Any) -> None:
        """Enter what differs at a place; ``scope`` is R's product or list item in which it stands."""
        if identical(original, returned):
            return
        if isinstance(original, dict) and isinstance(returned, dict):
            for name in [*original, *(returned.keys() - original.keys())]:
                one, other = original.get(name, MISSING), returned.get(name, MISSING)
                self.compare(one, other, member(node, name), (*at, name), scope)
        elif isinstance(original, list) and isinstance(returned, list):
            self._items(original, returned, node, at)
        else:
            self._enter(original, returned, node, at, scope)

    def _enter(self, original: Any, returned: Any, node: Node | None, at: Parts, scope: Any) -> None:
        entry: Entry = {"at": pointer_text(at)}
        if original is not MISSING:
            entry["value"] = original
        if returned is not MISSING:
            entry["was"] = digest(returned)
        group = self.groups.get(node.field) if isinstance(node, LeafNode) else None
        if group is not None:
            entry["with"] = [pointer_text(one.at) for one in group]
            entry["was"] = digest_together(entry["with"], scope)
        self.entries.append(entry)

    def _items(self, original: list[Any], returned: list[Any], node: Node | None, at: Parts) -> None:
        plain = not any(isinstance(item, dict | list) for item in (*original, *returned))
        key = "." if plain else node.key if isinstance(node, ListNode) else None
        pairs = align(original, returned, key)
        theirs = [
            KEYED + name if name is not None else str(index) for index, name in enumerate(keys_of(returned, key))
        ]
        ours = names_of(original, key, pairs, theirs)
        known = set(ours)
        kept = [name for name in theirs if name in known]
        head: Entry = {"at": pointer_text(at)}
        if key is not None:
            head["key"] = key
        if ours != kept or not all(name.startswith(KEYED) for name in theirs):
            head["of"] = [
                name if name.startswith(KEYED) else digest(item) for name, item in zip(theirs, returned, strict=True)
            ]
        if ours != kept:
            head["order"] = ours
        self.entries.append(head)
        for item, name, pair in zip(original, ours, pairs, strict=True):
            other = MISSING if pair is None else returned[pair]
            self.compare(item, other, item_of(node), (*at, name), other)
        for item, name in zip(returned, theirs, strict=True):
            if name not in known:
                self.compare(MISSING, item, item_of(node), (*at, name), item)
