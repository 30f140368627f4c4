"""Choose for each field of a shape where it goes: lists with what is in them, and no place twice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from catalens.draft.conversion import (
    ONLY_HERE,
    Conversion,
    Words,
    conversion,
    limit_words,
    remarks,
    type_words,
    types_of,
)
from catalens.draft.kinds import kinds_of
from catalens.draft.score import SURE, Asked, Choice, Scorer
from catalens.draft.shape import SCALARS, Shape, places
from catalens.draft.targets import Kind, overlaps
from catalens.draft.units import MINOR, are_units
from catalens.draft.words import name_of, remark, words
from catalens.hub import HubModel, Product
from catalens.mapping.profile import Names
from catalens.paths import Key, Path, show

#: fields of a draft, and characters of a path (those beyond ASCII count as their escapes)
MOST_FIELDS, LONGEST_KEY = 1000, 900
#: what a list's items are known by, best first: hub fields, and names
_KEYS = ("id", "sku", "url", "name", "label", "code", "key")


#: what a line still says when its counterpart is taken back
_KEPT: tuple[str, ...] = ("type", "format", "minLength", "maxLength", "minimum", "maximum", "pattern", "enum")
_KEPT += ("advisory", "nullable", "readonly", "secret", "default", "doc", "example", "key")


@dataclass(eq=False)
class DraftLine:
    """One line of a draft: what it says, how sure that is, and what else it may be."""

    #: the names of its field (several: of a group), from the product or the item that it stands in
    names: Names
    #: behind the names: ``[]`` for a list
    ending: str
    said: Words
    confidence: float = 1.0
    sure: bool = True
    runner_up: str | None = None
    runner_up_confidence: float = 0.0
    fields: list[DraftLine] = field(default_factory=list)
    #: of a group, the last names of its members
    members: tuple[str, ...] = ()
    #: it follows from another line, and nobody is asked
    follows: bool = False

    @property
    def key(self) -> str:
        """Return the path as a mapping has it."""
        if not self.members:
            return show(tuple(map(Key, self.names))) + self.ending
        above = show(tuple(map(Key, self.names)))
        return f"{above}{'.' if above else ''}[{', '.join(show((Key(one),)) for one in self.members)}]"

    @property
    def hub(self) -> str | None:
        return self.said.get("hub")

    def forget_hub(self) -> None:
        """Let it stay here, with all that is in it, for a person to look at."""
        self.said = {word: self.said[word] for word in _KEPT if word in self.said} | {"only_here": True}
        self.sure = self.follows
        for one in self.fields:
            one.forget_hub()


@dataclass(frozen=True, eq=False)
class _Place:
    """A field that waits for its counterpart."""

    names: Names
    shape: Shape
    asked: Asked


@dataclass(frozen=True)
class _Chosen:
    """Where a field goes, what its line says for that, and what else it may be."""

    choice: Choice
    said: Conversion
    other: Choice | None


#: places that are given away, and to whom
Taken = list[tuple[Names, Path]]


def _is_taken(choice: Choice, names: Names, taken: Taken) -> bool:
    """Tell whether another field has the place of a choice."""
    target = choice.target
    return target is not None and any(other != names and overlaps(target.path, path) for other, path in taken)


@dataclass(eq=False)
class Chooser:
    """Makes the lines of a draft."""

    scorer: Scorer
    #: say of each line whether it takes null, where the source says it
    nullable: bool | None = None
    #: how many fields have a line, and how many have none, since there are too many or their names are too long
    made: int = 0
    left_out: int = 0

    def lines(
        self,
        shape: Shape,
        owner: type[HubModel] | None = Product,
        root: Path = (),
        sure: bool = True,
        in_list: bool = False,
    ) -> list[DraftLine]:
        """Make the lines of an object's fields; ``owner`` is the hub model it stands beside, at ``root``.

        ``sure`` tells whether that is. None: nothing of it has a counterpart.
        """
        waiting = [_Place(names, child, asked_of(names, child)) for names, child in self._within_bounds(shape)]
        chosen = self._assign(waiting, owner, root)
        context = _Context(root, sure, in_list, follows=owner is None)
        return _with_units([self._line(place, chosen[place.names], context) for place in waiting], waiting)

    def _within_bounds(self, shape: Shape) -> Iterator[tuple[Names, Shape]]:
        for names, child in places(shape):
            if self.made >= MOST_FIELDS or len(json.dumps(show(tuple(map(Key, names))))) > LONGEST_KEY:
                self.left_out += 1
            else:
                self.made += 1
                yield names, child

    def _assign(self, waiting: Sequence[_Place], owner: type[HubModel] | None, root: Path) -> dict[Names, _Chosen]:
        """Give places to fields, the likeliest first; none is given twice."""
        if owner is None:
            return {place.names: _Chosen(Choice(None, 1.0), ONLY_HERE, None) for place in waiting}
        options = {place.names: self.scorer.choices(place.asked, owner, root) for place in waiting}
        ranked = sorted(
            ((choice, place) for place in waiting for choice in options[place.names]),
            key=lambda pair: -pair[0].confidence,
        )
        given: dict[Names, tuple[Choice, Conversion]] = {}
        taken: Taken = []
        for choice, place in ranked:
            if place.names in given or _is_taken(choice, place.names, taken):
                continue
            said = self._conversion(place, choice)
            if said is not None:
                given[place.names] = choice, said
                taken += [] if choice.target is None else [(place.names, choice.target.path)]
        return {names: self._chosen(names, options[names], *given[names], taken) for names in given}

    @staticmethod
    def _chosen(names: Names, options: Sequence[Choice], choice: Choice, said: Conversion, taken: Taken) -> _Chosen:
        """Say how sure a choice is among the places that are left for a field."""
        left = [one for one in options if not _is_taken(one, names, taken)]
        total = sum(one.confidence for one in left)
        shares = [replace(one, confidence=one.confidence / total) for one in left if one is not choice]
        return _Chosen(replace(choice, confidence=choice.confidence / total), said, shares[0] if shares else None)

    def _conversion(self, place: _Place, choice: Choice) -> Conversion | None:
        shape = place.shape
        if choice.target is None:
            return ONLY_HERE
        if Key("prices") in choice.target.path and MINOR & {*place.asked.name.own}:
            return None
        values = shape.item if _is_values(shape) and shape.item is not None else shape
        return conversion(values, shape, choice.target, choice.witness, self.scorer.known(choice.target))

    def _line(self, place: _Place, chosen: _Chosen, context: _Context) -> DraftLine:
        shape, choice, other = place.shape, chosen.choice, chosen.other
        made = DraftLine(
            place.names,
            "[]" if shape.is_list_of_objects or shape.is_list_of_values else "",
            {},
            choice.confidence,
            context.sure and choice.confidence >= SURE and not chosen.said.is_guess,
            None if other is None else "only_here" if other.target is None else other.target.text,
            0.0 if other is None else other.confidence,
            follows=context.follows,
        )
        takes_null = "null" in shape.types
        null = {} if self.nullable is None or self.nullable == takes_null else {"nullable": takes_null}
        readonly = {"readonly": True} if shape.readonly else {}
        if shape.is_list_of_objects and shape.item is not None:
            target = choice.target
            root = context.root if target is None else (*context.root, *target.path)
            made.fields = self.lines(shape.item, None if target is None else target.item, root, made.sure, True)
            key = _key(made.fields)
            made.said = {**chosen.said.words, **null, **readonly, **({} if key is None else {"key": key})}
            return made
        is_list = _is_values(shape) and shape.item is not None
        values = shape.item if is_list and shape.item is not None else shape
        types = types_of(values)
        made.said = {
            **type_words(types),
            **limit_words(values, types),
            **null,
            **chosen.said.words,
            **readonly,
            **remarks(values, shape.doc or values.doc, place.names, context.in_list or is_list, types),
        }
        return made


@dataclass(frozen=True)
class _Context:
    """Where lines stand: at a place of the hub, which is sure or not, within a list, or where all stays here."""

    root: Path
    sure: bool
    in_list: bool
    follows: bool


def _is_values(shape: Shape) -> bool:
    return shape.is_list_of_values and not shape.is_list_of_objects


def asked_of(names: Names, shape: Shape) -> Asked:
    """Return what is known of a field."""
    if shape.is_list_of_objects:
        assert shape.item is not None
        inner = frozenset(word for path, _ in places(shape.item) for word in words(path[-1]))
        return Asked(name_of(names), "objects", readonly=shape.readonly, doc=remark(shape.doc), inner=inner)
    # of a list that was always empty nobody knows what its items are
    kind: Kind = "values" if _is_values(shape) else "objects" if shape.types - {"null"} == {"array"} else "value"
    values = shape.item if kind == "values" and shape.item is not None else shape
    types = types_of(values)
    return Asked(
        name_of(names),
        kind,
        types if types <= SCALARS else frozenset(),
        shape.readonly,
        remark(shape.doc or values.doc),
        kinds_of(values.values, values.limits.get("format")),
    )


def all_names(shape: Shape) -> Iterator[Names]:
    """Yield the names of all fields of a shape, those in items of lists included."""
    for names, child in places(shape):
        yield names
        if child.is_list_of_objects and child.item is not None:
            yield from all_names(child.item)


def _key(lines: Sequence[DraftLine]) -> str | None:
    """Return what items are known by."""
    values = [
        one for one in lines if not one.fields and not one.ending and not one.members and not one.said.get("secret")
    ]
    ranked: list[tuple[int, str]] = []
    for one in values:
        scalar = one.said.get("type") in ("string", "integer", "number") or isinstance(one.said.get("type"), list)
        for name in ((one.hub or "").rpartition(".")[2], one.names[-1].lower()):
            if name in _KEYS and scalar and len(one.names) == 1:
                ranked.append((_KEYS.index(name), one.key))
    return min(ranked)[1] if ranked else None


# -- amounts and their units --------------------------------------------------------------------------------------


def _with_units(lines: list[DraftLine], waiting: Sequence[_Place]) -> list[DraftLine]:
    """Make groups of amounts and the unit that stands beside them."""
    shapes = {place.names: place.shape for place in waiting}
    for dimension, codec, hubs in (
        ("weight", "amount-and-unit", ("weight",)),
        ("length", "sides-and-unit", ("size.length", "size.width", "size.height")),
    ):
        amounts = [next((one for one in lines if one.hub == hub), None) for hub in hubs]
        found = [one for one in amounts if one is not None]
        if len(found) != len(hubs) or len({one.names[:-1] for one in found}) != 1:
            continue
        if any(one.said["type"] not in ("number", "integer") or one.ending for one in found):
            continue
        unit = _unit_beside(lines, found[0], dimension, shapes)
        if unit is None:
            continue
        members = [*found, unit]
        said: dict[str, Any] = {"types": [_member(one) for one in members]}
        said |= {"hub": hubs[0] if len(hubs) == 1 else f"size.[{', '.join(hub[5:] for hub in hubs)}]", "codec": codec}
        least = min(found, key=lambda one: one.confidence)
        group = DraftLine(
            found[0].names[:-1], "", said, least.confidence, all(one.sure for one in found), least.runner_up,
            least.runner_up_confidence, members=tuple(one.names[-1] for one in members),
        )  # fmt: skip
        lines = [group if one is found[0] else one for one in lines if one is found[0] or one not in members]
    return lines


def _unit_beside(
    lines: Sequence[DraftLine], amount: DraftLine, dimension: str, shapes: dict[Names, Shape]
) -> DraftLine | None:
    near = [
        one
        for one in lines
        if one.hub is None
        and not one.ending
        and one.names[:-1] == amount.names[:-1]
        and "unit" in words(one.names[-1])
        and one.names in shapes
        and are_units(shapes[one.names], dimension)
    ]
    spoken = {*words(amount.names[-1])}
    near.sort(key=lambda one: -len(spoken & {*words(one.names[-1])}))
    if len(near) > 1 and not spoken & {*words(near[0].names[-1])}:
        return None
    return near[0] if near else None


def _member(one: DraftLine) -> Any:
    said = {word: one.said[word] for word in ("type", "minimum", "maximum") if word in one.said}
    return said["type"] if len(said) == 1 else said


__all__ = ["Chooser", "DraftLine", "all_names", "asked_of"]
