"""What an update takes from what stands in the target: the items of lists that it would replace."""

from __future__ import annotations

from typing import Any

from catalens.envelopes import rewrap, unwrap
from catalens.mapping.profile import ListNode, Node, ObjectNode, Profile
from catalens.migrate.pair import Pair
from catalens.migrate.verify import differences
from catalens.payloads import canonical, copy_json


def needs_look(profile: Profile) -> bool:
    """Tell whether an update of a profile replaces lists whole."""
    return any(one.on_write == "replaces" for one, _ in profile.fields())


def is_edited(pair: Pair, sent: Any, item: Any) -> bool:
    """Tell whether an item of the target is no longer what was sent."""
    return bool(differences(pair, sent, item))


def merged(payload: Any, there: Any, before: Any, profile: Profile) -> Any:
    """Return an update that keeps what others put into lists which it replaces whole.

    ``there``: what the target holds, in the form in which it is sent; ``before``: what we sent last, or None. What we
    sent before and no longer send is gone; what we never sent stays.
    """
    ours = _inner(payload, profile)
    made = _merge(copy_json(ours), _inner(there, profile), _inner(before, profile), profile.tree)
    return rewrap(payload, profile, made)


def _inner(payload: Any, profile: Profile) -> Any:
    found = unwrap(payload, profile)
    return payload if found is None else found


def _merge(ours: Any, there: Any, before: Any, node: Node | None) -> Any:
    if isinstance(node, ListNode):
        if node.list.on_write != "replaces" or not isinstance(ours, list) or not isinstance(there, list):
            return ours
        known = {_name(one, node.key) for one in (*ours, *(before if isinstance(before, list) else ()))}
        return [*ours, *(one for one in there if _name(one, node.key) not in known)]
    if isinstance(node, ObjectNode) and isinstance(ours, dict) and isinstance(there, dict):
        past = before if isinstance(before, dict) else {}
        return {
            name: _merge(value, there.get(name), past.get(name), node.members.get(name))
            for name, value in ours.items()
        }
    return ours


def _name(item: Any, key: str | None) -> bytes:
    """Return what an item of a list is known by: its key, or all that it says."""
    if key is not None and isinstance(item, dict) and item.get(key) is not None:
        return canonical(item[key])
    return canonical(item)
