"""Lines of one item of a list, which a word marks: ``rows[?code=='title'].text``.

Such an item corresponds to hub fields beside the list, where another format has these as fields of the product. Its
other fields are those of the list's own lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from catalens.errors import did_you_mean
from catalens.mapping.model import Limits, Line
from catalens.mapping.profile import Correspondence, Names, Place, Scope, key_names
from catalens.paths import MISSING, Each, Key, Path, Where, plain, show

if TYPE_CHECKING:
    from catalens.mapping.resolve import PlacedLine, Resolver


def is_marked(path: Path) -> bool:
    """Tell whether a wire path leads to an item that a word marks."""
    return any(isinstance(step, Each) and step.where is not None for step in path)


def mark_at(path: Path, depth: int) -> Where | None:
    """Return the word that marks one item of the list at a depth of a wire path; None for all items."""
    step = path[depth]
    return step.where if isinstance(step, Each) else None


def make_places(
    resolver: Resolver, marked: Sequence[PlacedLine], lines: Sequence[PlacedLine], items: Scope, cut: int
) -> tuple[Place, ...]:
    """Make the places of a list, whose items begin at a depth of wire paths; ``lines`` are the list's own."""
    own = {key_names(one.wire[0][cut:]): one.line for one in lines if len(one.wire) == 1 and one.wire[0][cut:]}
    entries: dict[Where, list[PlacedLine]] = {}
    for entry in marked:
        entries.setdefault(mark_at(entry.wire[0], cut - 1) or ("", None), []).append(entry)
    found = (_place(resolver, mark, members, own, items, cut) for mark, members in entries.items())
    return tuple(place for place in found if place is not None)


def _place(
    resolver: Resolver, mark: Where, entries: list[PlacedLine], own: dict[Names, Line], items: Scope, cut: int
) -> Place | None:
    name, word = mark
    key = next((one for one in items.values if _is_alone_at(one, (name,))), None)
    said: Any = MISSING if key is None else key.codec.decode(word)[0]
    if key is None or said is MISSING:
        problem = f"have no field {name!r}" if key is None else f"never have {word!r} as {name!r}"
        hint = did_you_mean(name, map(".".join, own)) if key is None else None
        resolver.problem(entries[0].keys, "path", f"items of the list {problem}, which should mark one of them", hint)
        return None
    item = replace(items, values=list(items.values))
    members: list[Correspondence] = []
    for entry in entries:
        member = _member(resolver, replace(entry, wire=tuple(path[cut:] for path in entry.wire)), own, key)
        if member is not None:
            members.append(member)
            places = {one.at for one in member.fields}
            item.values = [one for one in item.values if places.isdisjoint(field.at for field in one.fields)]
    return Place((key.hub[0][0], said), replace(item, values=[*item.values, *members]), members, key.fields[0], word)


def _member(
    resolver: Resolver, entry: PlacedLine, own: dict[Names, Line], key: Correspondence
) -> Correspondence | None:
    """Make what a line says of the item; None, and a problem, where the item has no such fields, or no hub field."""
    for path in entry.wire:
        names = key_names(path)
        if names not in own or names == key.fields[0].at:
            why = "says which item it is" if names in own else "is no value that the list's own lines know"
            hint = did_you_mean(show(path), map(".".join, own)) if names not in own else None
            resolver.problem(entry.keys, "path", f"{show(path)!r} {why}", hint)
            return None
    if entry.hub is None or not all(isinstance(step, Key) for path in entry.hub for step in path):
        message = "what is said of one item of a list corresponds to hub fields beside the list, and in no list"
        if entry.hub or entry.line.only_here or entry.line.dropped or entry.line.withheld:
            resolver.problem(entry.keys, "hub", message)
        return None
    limits = own[key_names(entry.wire[0])]
    inherited = {
        name: getattr(limits, name) for name in Limits.model_fields if name not in entry.line.model_fields_set
    }
    line = entry.line.model_copy(update=inherited)
    # reports name the field as they name that of all items
    return resolver.value(replace(entry, line=line, full=tuple(map(plain, entry.full))), in_ext=False)


def _is_alone_at(value: Correspondence, at: Names) -> bool:
    """Tell whether a correspondence is that of one field, which stands at a place, and of one hub field."""
    return len(value.fields) == len(value.hub) == 1 and value.fields[0].at == at
