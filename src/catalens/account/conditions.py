"""Name the condition under which a leaf was dropped, and what would let it arrive.

A condition is one that a mapping states (``when:`` of a list, a word that a table leaves out), the hub (which row
stands for all), or a codec (a sale that is switched off). It follows from the two profiles and the payload.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from catalens.codecs.base import SAME
from catalens.hub import ASSUMPTIONS, rows_of
from catalens.mapping.profile import Correspondence, ListCorrespondence, Names, Profile, Scope, wire_tree
from catalens.paths import Pointer
from catalens.validate import entry_test, failure, meets


@dataclass(frozen=True)
class Condition:
    """What a mapping, the hub or a codec asks of a value; ``remedy`` is what would let it arrive, if anything is."""

    says: str
    remedy: str | None = None


def condition_of(
    source: Profile, target: Profile, product: Any, at: Pointer, aside: Collection[Names]
) -> Condition | None:
    """Return the condition that a leaf of a product did not meet; None where nothing states one.

    ``aside`` are the places of what was set aside before the product was translated.
    """
    if any(at[: len(names)] == names for names in aside):
        return Condition("only a value of the shape that the mapping knows has a counterpart")
    scopes, beside = [source.scope], [target.scope]
    while True:
        found = next(((each, len(each.list.at)) for each in _lists(scopes) if _leads(each, at)), None)
        if found is None:
            break
        each, depth = found
        if each.keys is not None and not isinstance(_inside(product, at[:depth]), dict):
            return NO_MAP
        product = _inside(product, at[: depth + 1])
        if each.keys is not None and not entry_test(wire_tree(each.scope))(product):
            return Condition("only an entry of the shape that the mapping knows has a counterpart")
        unkeyed = _without_key(each, beside, product, at[depth + 1 :])
        if unkeyed is not None:
            return unkeyed
        if each.when is not None and not meets(each.when, product):
            said = f"only items of {each.list.name} where {each.when} are product data"
            why = failure(each.when, product)
            return Condition(said if why is None else f"{said}, and that cannot be asked of this one: {why}")
        chosen = _one_for_all(each, beside, at[depth + 1 :])
        if chosen is not None:
            return chosen
        at, scopes = at[depth + 1 :], [each.scope]
        beside = [other.scope for other in _lists(beside) if other.hub == each.hub]
    if any(each.keys is not None and each.list.at == at for each in _lists(scopes)):
        return NO_MAP
    line = next((line for line in _values(scopes) if any(one.at == at[: len(one.at)] for one in line.fields)), None)
    if line is None or (line.because is None and line.codec is SAME):
        return None
    step = line.codec.steps[-1].name
    alone = f"no value that {line.codec.name} reads" if len(line.fields) == 1 else ""
    return Condition(line.because or alone or f"{step}: it says nothing beside the values around it")


#: what stands where a map should be
NO_MAP = Condition("only a map, which is an object, has entries")


def _without_key(each: ListCorrespondence, beside: list[Scope], item: Any, at: Pointer) -> Condition | None:
    """Return the condition that an item of a list does not meet, of which an entry of a map should be made."""
    for other in _lists(beside) if each.keys is None else ():
        if other.keys is None or other.hub != each.hub:
            continue
        keys = [one for line in each.scope.values if line.hub == other.keys.hub for one in line.fields]
        for one in keys:
            value = item
            for name in one.at:
                value = value.get(name) if isinstance(value, dict) else None
            if not isinstance(value, str):
                return Condition(f"an entry of {other.list.name} needs a text for a key, and {one.name} holds none")
            if at == one.at:
                return Condition(f"an entry of {other.list.name} is more than a key")
    return None


def _one_for_all(each: ListCorrespondence, beside: list[Scope], at: Pointer) -> Condition | None:
    """Return the condition of a list of which the target has room for one row."""
    picks = [pick for scope in beside for pick in _picks(scope) if pick[0] == each.hub]
    rows = rows_of(each.hub)
    if not picks or any(other.hub == each.hub for other in _lists(beside)):
        return None
    name, hub = each.list.name, ".".join(each.hub)
    if rows.by is not None and rows.answer is not None:
        said = f"one row of {name} stands for all: {rows.says}"
        return Condition(said, f"assume {rows.answer}=…, or keep the sidecar")
    hubs = [hub[0] for line in each.scope.values if any(one.at == at for one in line.fields) for hub in line.hub]
    for how in (rows.gathered[one] for one in hubs if one in rows.gathered):
        words = ASSUMPTIONS.get(how)
        if words is not None:
            return Condition(f"{hub} of several rows: what counts is assumed", f"assume {how}={'|'.join(words[1:])}")
    return None


def _leads(each: ListCorrespondence, at: Pointer) -> bool:
    here = each.list.at
    return at[: len(here)] == here and len(at) > len(here)


def _lists(scopes: list[Scope]) -> Iterator[ListCorrespondence]:
    for scope in scopes:
        yield from scope.wire_lists()


def _values(scopes: list[Scope]) -> Iterator[Correspondence]:
    for scope in scopes:
        yield from scope.values
        yield from _values([pick.scope for pick in scope.picks])


def _picks(scope: Scope) -> Iterator[tuple[Names, Scope]]:
    for pick in scope.picks:
        yield pick.hub, pick.scope
        yield from _picks(pick.scope)


def _inside(value: Any, at: Pointer) -> Any:
    for part in at:
        value = value[part]
    return value
