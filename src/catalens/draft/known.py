"""What mappings that are there say of fields: each line as evidence for what a field of another platform may be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from catalens.draft.kinds import kinds_of
from catalens.draft.shape import Shape
from catalens.draft.targets import Kind, Target, key_of, model_at, one_list, own_targets
from catalens.draft.words import Name, name_of, remark
from catalens.envelopes import listed, unwrap
from catalens.errors import CatalensError
from catalens.formats import Registry
from catalens.hub import HubModel, Product
from catalens.mapping.model import Line
from catalens.mapping.profile import Correspondence, Field, Names, ObjectNode, Profile, Scope, wire_tree
from catalens.mapping.schema import line_at
from catalens.paths import Each, Key, Path, Pick, show

#: who says what the hub's own names say
HUB = "hub"
#: what the unit beside an amount stands for
UNIT = "#unit"


@dataclass(frozen=True, eq=False)
class Known:
    """One field that a mapping (or the hub itself) knows, and what it says of it."""

    format: str
    #: the path in the payload, as lists of fields write it
    path: str
    name: Name
    kind: Kind
    #: where it goes, from the model that it stands in (``key_of``); None: no counterpart
    key: str | None
    hub: Path = ()
    owner: type[HubModel] | None = None
    types: frozenset[str] = frozenset()
    readonly: bool = False
    doc: frozenset[str] = frozenset()
    kinds: Counter[str] = field(default_factory=Counter)
    #: of a list of objects, the names in its items
    inner: frozenset[str] = frozenset()
    line: Line | None = None


@dataclass(frozen=True, eq=False)
class Knowledge:
    """All that is known, ready to be asked."""

    lines: tuple[Known, ...]

    @classmethod
    def of(cls, formats: Registry, without: Iterable[str] = ()) -> Knowledge:
        """Learn from the mappings of a registry but some; one that cannot be read teaches nothing."""
        left_out = set(without)
        found = [*_hub_lines()]
        for name in formats.names():
            if name not in left_out:
                found += _format_lines(formats, name)
        return cls(tuple(found))

    @cached_property
    def by_key(self) -> dict[tuple[str | None, bool], list[Known]]:
        """The lines by where they lead, and whether they are lists of objects."""
        found: dict[tuple[str | None, bool], list[Known]] = {}
        for line in self.lines:
            key = None if line.key is None else one_list(line.key) if line.kind != "objects" else line.key
            found.setdefault((key, line.kind == "objects"), []).append(line)
        return found

    def paths(self, owner: type[HubModel]) -> list[Path]:
        """Return the hub paths, relative to a model, that its fields are known to go to."""
        found = {show(one.hub): one.hub for one in self.lines if one.owner is owner and one.hub}
        return list(found.values())


# -- the lines of mappings ----------------------------------------------------------------------------------------


def _format_lines(formats: Registry, name: str) -> list[Known]:
    try:
        profiles = [formats.profile(f"{name}/{one}") for one in formats.mapping(name).profiles]
    except CatalensError:
        return []
    found: dict[tuple[str, str | None], Known] = {}
    for profile in profiles:
        for line in lines_of(profile):
            found.setdefault((line.path, line.key), line)
    return list(found.values())


def lines_of(profile: Profile) -> Iterator[Known]:
    """Yield what a profile says of each of its fields, lists of objects included."""
    yield from _scope(profile, profile.scope, (), Product, _illustrated(profile))


def _illustrated(profile: Profile) -> Shape:
    """Return the shape of the profile's examples."""
    shape, first = Shape(), next(iter(profile.mapping.profiles))
    for example in profile.mapping.examples:
        if (example.profile or first) != profile.name:
            continue
        inner = unwrap(example.payload, profile)
        products = listed(example.payload, profile) if inner is None else [inner]
        for product in [example.payload] if products is None else products:
            shape.observe(product)
    return shape


def _scope(
    profile: Profile, scope: Scope, at: Path, owner: type[HubModel] | None, examples: Shape
) -> Iterator[Known]:
    for value in scope.values:
        for one, names in counterparts(value):
            yield _value(profile, one, names, at, owner, examples)
    for each in scope.lists:
        path = (*at, *map(Key, each.hub), Each(each.where))
        if not isinstance(wire_tree(each.scope), ObjectNode) and each.keys is None:
            # a list of values: the item is the value
            yield from _scope(profile, each.scope, path, owner, examples)
            continue
        is_here = bool(each.hub) and each.hub[0] == "ext"
        model = None if owner is None or is_here else model_at(path, owner)
        inner = list(_scope(profile, each.scope, (), model, examples))
        yield Known(
            profile.format,
            each.list.name + ("[]" if each.keys is None else ""),
            name_of(_own_names(each.list)),
            "objects",
            None if model is None else key_of(path),
            () if model is None else path,
            owner,
            readonly=each.list.readonly,
            doc=remark(each.list.doc),
            inner=frozenset(word for one in inner for word in one.name.own),
            line=line_at(profile.mapping, each.list.keys),
        )
        yield from inner
    for pick in scope.picks:
        yield from _scope(profile, pick.scope, (*at, *map(Key, pick.hub), Pick(pick.where)), owner, examples)


def _value(
    profile: Profile, one: Field, names: Names | None, at: Path, owner: type[HubModel] | None, examples: Shape
) -> Known:
    is_unit = names is not None and names[-1:] == (UNIT,)
    path: Path = () if names is None else (*at, *map(Key, names[:-1] if is_unit else names))
    gone = names is None or owner is None or Key("ext") in path or Key("x") in path
    inner, shape = one.item or one, _shape_at(examples, one.path)
    values = [*(shape.values if shape is not None else ()), *([] if one.example is None else [one.example])]
    in_list = isinstance(one.path[-1], Each) if one.path else False
    return Known(
        profile.format,
        one.name,
        name_of(_own_names(one)),
        "values" if one.item is not None or in_list else "value",
        None if gone else key_of(path) + (UNIT if is_unit else ""),
        () if gone or is_unit else path,
        owner,
        frozenset(inner.types),
        one.readonly,
        remark(one.doc),
        kinds_of(values, inner.format),
        line=line_at(profile.mapping, one.keys),
    )


def counterparts(value: Correspondence) -> Iterator[tuple[Field, Names | None]]:
    """Yield each wire field of a correspondence with the hub field that it stands for, as far as one does."""
    fields, hub = value.fields, value.hub
    if value.dropped or value.withheld or not hub:
        yield from ((one, None) for one in fields)
    elif len(fields) == 1 or len(fields) == len(hub):
        yield from zip(fields, hub, strict=False)
    elif any("ext" in names for names in hub):
        # a number behind a switch, and what belongs to the switch
        for one in fields:
            yield one, hub[0] if {"number", "integer"} & {*one.types} else None
    elif len(fields) % len(hub) == 0 and value.codec.name.startswith("alias"):
        yield from ((one, hub[index % len(hub)]) for index, one in enumerate(fields))
    else:
        for index, one in enumerate(fields):
            yield one, hub[index] if index < len(hub) else (*hub[0], UNIT)


def _own_names(one: Field) -> Names:
    """Return the names that lead to a field from the item of a list that it stands in, or from the product."""
    names: list[str] = []
    for index, step in enumerate(one.path):
        if isinstance(step, Key):
            names.append(step.name)
        elif index < len(one.path) - 1:
            names.clear()
    return tuple(names)


def _shape_at(shape: Shape | None, path: Path) -> Shape | None:
    for step in path:
        if shape is None:
            return None
        shape = shape.members.get(step.name) if isinstance(step, Key) else shape.item
    return shape.item if shape is not None and shape.item is not None else shape


# -- the hub's own names ------------------------------------------------------------------------------------------


def _hub_lines() -> Iterator[Known]:
    seen: set[type[HubModel]] = set()
    waiting: list[type[HubModel]] = [Product]
    while waiting:
        model = waiting.pop()
        if model in seen:
            continue
        seen.add(model)
        for target in own_targets(model):
            if target.item is not None:
                waiting.append(target.item)
            yield _hub_line(model, target)


def _hub_line(model: type[HubModel], target: Target) -> Known:
    steps = [step for step in target.path if isinstance(step, Key)]
    kinds = [str(step.where[1]) for step in target.path if not isinstance(step, Key) and step.where and step.where[1]]
    names = (*kinds, *(step.name for step in steps))
    inner = frozenset(target.item.model_fields) - {"ext", "x"} if target.item is not None else frozenset()
    return Known(
        HUB,
        f"{model.__name__}.{target.text}",
        name_of(names),
        "objects" if target.item is not None else "value",
        target.key,
        target.path,
        model,
        doc=remark(target.doc),
        inner=frozenset(word for one in inner for word in name_of((one,)).own),
    )


__all__ = ["HUB", "UNIT", "Knowledge", "Known", "counterparts", "lines_of"]
