"""What a mapping says of one profile, resolved: fields, correspondences, lists, and how they nest.

A *scope* is one wire object (the product, or a list's item) beside one hub object. Inside a scope, correspondences
relate values; list correspondences relate the items of a wire list to the items of a hub list and hold a scope of
their own; picks relate this very wire object to the one item of a hub list that a key (or being first) marks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from pathlib import PurePath
from typing import Any, TypeVar

from catalens.account.codes import REST, Severity, worst
from catalens.codecs.base import Codec
from catalens.codecs.numbers import is_number
from catalens.hub import rows_of
from catalens.mapping.load import Source
from catalens.mapping.model import Forbidden, Line, MappingModel, OnWrite, Required, Slot
from catalens.paths import Each, Key, Path, Pointer, Where, leaves, parse, show

Names = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Field:
    """One wire field: where it stands, what it may hold."""

    at: Names
    path: Path
    types: tuple[str, ...]
    nullable: bool = True
    min_length: int | None = None
    max_length: int | None = None
    minimum: Any = None
    maximum: Any = None
    enum: tuple[Any, ...] | None = None
    pattern: str | None = None
    format: str | None = None
    advisory: bool = False
    cut: bool = True
    on_write: OnWrite = "unknown"
    readonly: bool = False
    secret: bool = False
    blob: bool = False
    refers: str | None = None
    severity: Severity = REST
    assumes: tuple[str, ...] = ()
    default: Any = None
    example: Any = None
    doc: str | None = None
    item: Field | None = None
    keys: tuple[str, ...] = ()

    @property
    def limits(self) -> tuple[Any, ...]:
        """Return what restricts values beyond their type."""
        return (self.min_length, self.max_length, self.minimum, self.maximum, self.enum, self.pattern)

    @property
    def limited(self) -> bool:
        """Tell whether anything restricts values beyond their type."""
        return any(limit is not None for limit in self.limits)

    @property
    def name(self) -> str:
        """Return the path as the field lists write it."""
        return show(self.path) + ("[]" if self.item is not None else "")


@dataclass(frozen=True, eq=False)
class Correspondence:
    """Wire fields and hub fields that say the same, by a codec; or fields declared dropped or withheld."""

    fields: tuple[Field, ...]
    hub: tuple[Names, ...]
    codec: Codec
    dropped: str | None = None
    withheld: str | None = None
    because: str | None = None
    #: what each item of the list that it stands in is written with
    constant: str | int | bool | None = None
    #: of a text of several words: the list that these are the items of
    words: ListCorrespondence | None = None

    @property
    def rule(self) -> str:
        """Return the name that reports use."""
        return " + ".join(part.name for part in self.fields)


#: the equivalence of lists that differ in wire order, and say the same order
LIST_ORDER = "list-order"


@dataclass(frozen=True, eq=False)
class Order:
    """The field of a list's items that says their order: a number, or (``marks_first``) true on the first of them."""

    field: Field
    marks_first: bool = False

    def place(self, value: Any) -> tuple[bool, Any]:
        """Return what items are sorted by, going by the field's value; those without one stand behind the others."""
        if self.marks_first:
            return value is not True, 0
        return (False, value) if is_number(value) else (True, 0)

    def of(self, items: list[Any]) -> list[int]:
        """Return the indices of items (JSON objects) in the order that is meant."""
        return sorted(range(len(items)), key=lambda index: self.place(self._value(items[index])))

    def _value(self, item: Any) -> Any:
        for name in self.field.at:
            item = item.get(name) if isinstance(item, dict) else None
        return item


@dataclass(frozen=True, eq=False)
class Place:
    """The item of a list that a word marks, of which members correspond to hub fields beside the list.

    ``where`` is the hub name of the key with its word, ``item`` stands beside the item, and ``members`` are those
    values of it whose hub fields are fields beside the list.
    """

    where: Where
    item: Scope
    members: list[Correspondence]
    #: the wire field that the word stands in, and the word
    key: Field
    word: Any

    @property
    def beside(self) -> set[Names]:
        """Return the hub fields beside the list."""
        return {names for one in self.members for names in one.hub}


@dataclass(eq=False)
class ListCorrespondence:
    """A wire list whose items correspond to those items of a hub list that ``where`` marks (all, if None).

    The list may be a map: an object whose entries are the items, each known by its key.
    """

    list: Field
    hub: Names
    where: Where | None
    scope: Scope
    key: str | None = None
    when: str | None = None
    takes: tuple[Where, ...] = ()
    #: places in an item without which it is none
    needs: tuple[Names, ...] = ()
    #: what the mapping, or the caller, answers to what the rows of hub lists leave open
    answers: Mapping[str, str] = field(default_factory=dict)
    order: Order | None = None
    #: the hub field whose list is written item by item, in place of what holds it
    flattens: str | None = None
    places: tuple[Place, ...] = ()
    #: what the keys of a map say, which stands in no place of its own; None for a list
    keys: Correspondence | None = None

    @property
    def items(self) -> str:
        """Return the path of the items, or entries, as the field lists write it."""
        return self.list.name + ("[]" if self.keys is None else ".*")

    def item_at(self, where: Where | None) -> Scope:
        """Return what an item of a kind stands beside."""
        return next((place.item for place in self.places if place.where == where), self.scope)


@dataclass(eq=False)
class PickCorrespondence:
    """The one item of a hub list (the first, or the one marked) to which this wire object corresponds."""

    hub: Names
    where: Where | None
    scope: Scope
    takes: tuple[Where, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def joins(self) -> bool:
        """Tell whether several items of a kind can stand here at once: there are only lists, which are joined."""
        kind = self.where is not None and self.where[1] is not None and self.where[0] != rows_of(self.hub).by
        return kind and bool(self.scope.lists) and not self.scope.values and not self.scope.picks


@dataclass(eq=False)
class Scope:
    """One wire object beside one hub object."""

    values: list[Correspondence] = field(default_factory=list)
    lists: list[ListCorrespondence] = field(default_factory=list)
    picks: list[PickCorrespondence] = field(default_factory=list)

    def wire_fields(self) -> Iterator[Field]:
        """Yield the fields of this very wire object, picks included, lists as themselves."""
        for value in self.values:
            yield from value.fields
        for each in self.lists:
            yield each.list
        for pick in self.picks:
            yield from pick.scope.wire_fields()

    def wire_lists(self) -> Iterator[ListCorrespondence]:
        """Yield the list correspondences of this very wire object, picks included."""
        yield from self.lists
        for pick in self.picks:
            yield from pick.scope.wire_lists()


def in_words(scope: Scope) -> Scope:
    """Return a scope in which each text of several words is a list of them; itself where there is none."""
    words = [value.words for value in scope.values if value.words is not None]
    lists = list(map(_in_words, scope.lists))
    picks = list(map(_in_words, scope.picks))
    if not words and lists == scope.lists and picks == scope.picks:
        return scope
    return Scope([value for value in scope.values if value.words is None], [*lists, *words], picks)


#: what holds a scope of its own
Scoped = TypeVar("Scoped", ListCorrespondence, PickCorrespondence)


def _in_words(one: Scoped) -> Scoped:
    inner = in_words(one.scope)
    return one if inner is one.scope else replace(one, scope=inner)


def texts_of_words(scope: Scope, at: tuple[str | None, ...] = ()) -> Iterator[tuple[tuple[str | None, ...], Codec]]:
    """Yield the places of texts of several words (None for an index) with their codecs."""
    for value in scope.values:
        if value.words is not None:
            yield (*at, *value.fields[0].at), value.codec
    for each in scope.lists:
        yield from texts_of_words(each.scope, (*at, *each.list.at, None))
    for pick in scope.picks:
        yield from texts_of_words(pick.scope, at)


@dataclass(frozen=True, eq=False)
class ObjectNode:
    """An object of the payload."""

    members: dict[str, Node]


@dataclass(frozen=True, eq=False)
class ListNode:
    """A list of the payload."""

    list: Field
    item: Node
    key: str | None
    order: Order | None = None


@dataclass(frozen=True, eq=False)
class MapNode:
    """An object of the payload whose keys say something, and whose values are of one shape, or are no entries."""

    map: Field
    entry: Node


@dataclass(frozen=True, eq=False)
class LeafNode:
    """A value of the payload (possibly a whole JSON tree, where the type says so)."""

    field: Field


Node = ObjectNode | ListNode | MapNode | LeafNode


@dataclass(frozen=True, eq=False)
class Profile:
    """One profile of a format, ready to be composed with another."""

    format: str
    name: str
    mapping: MappingModel
    scope: Scope
    tree: ObjectNode
    assume: dict[str, str]
    envelope: Names = ()
    #: where a list of products stands in an answer
    listing: Names = ()
    around: tuple[Names, ...] = ()
    #: the file that the mapping was read from
    source: Source | None = None

    @property
    def spelled(self) -> str:
        """Return ``format/profile``."""
        return f"{self.format}/{self.name}"

    @property
    def slots(self) -> list[Slot]:
        return [slot for slot in self.mapping.slots if slot.profile in (None, self.name)]

    @property
    def required(self) -> list[Required]:
        return [] if self.name == "read" else self.mapping.required

    @property
    def forbidden(self) -> list[Forbidden]:
        return [] if self.name == "read" else self.mapping.forbidden

    @property
    def identity(self) -> list[Names]:
        """Return the places of what tells a product from others: what all profiles share, and what this one adds."""
        said = (*self.mapping.identity, *self.mapping.profiles[self.name].identity)
        return [key_names(parse(path)) for path in dict.fromkeys(said)]

    @cached_property
    def any_shape(self) -> tuple[Names, ...]:
        """The objects and lists of a product that may be of another shape than the lines say."""
        return tuple(tuple(one.removesuffix("[]").split(".")) for one in self.mapping.profiles[self.name].any_shape)

    def field_at(self, at: Pointer) -> Field | None:
        """Return the field, or list, that a place in a product belongs to; None for objects and what is unknown."""
        node = node_at(self.tree, at)
        return None if node is None else field_of(node)

    def place_of(self, one: Field | None) -> str | None:
        """Return the line of the mapping that a field stands in, such as ``shop.yaml:41``; None without a file."""
        if one is None or self.source is None or not one.keys:
            return None
        if one not in self._places:
            self._places[one] = f"{PurePath(self.source.name).name}:{self.source.where(one.keys)[0]}"
        return self._places[one]

    @cached_property
    def _places(self) -> dict[Field, str]:
        return {}

    def line_of(self, at: Pointer) -> str | None:
        """Return the line of the mapping that a place in a payload, with or without envelope, falls under."""
        inside = at[: len(self.envelope)] == self.envelope
        return self.place_of(self.field_at(at[len(self.envelope) :] if inside else at))

    def fields(self) -> Iterator[tuple[Field, Correspondence | ListCorrespondence]]:
        """Yield every field, depth first, with the correspondence it belongs to."""
        yield from _fields(self.scope)


def _fields(scope: Scope) -> Iterator[tuple[Field, Correspondence | ListCorrespondence]]:
    for value in scope.values:
        for one in value.fields:
            yield one, value
    for each in scope.lists:
        yield each.list, each
        yield from _fields(each.scope)
    for pick in scope.picks:
        yield from _fields(pick.scope)


def wire_tree(scope: Scope) -> ObjectNode | LeafNode:
    """Return the shape of the wire object that a scope describes."""
    found: list[tuple[Names, Node]] = []
    for value in _own_values(scope):
        found.extend((one.at, LeafNode(one)) for one in value.fields)
    for each in scope.wire_lists():
        item = wire_tree(each.scope)
        is_map = each.keys is not None
        whole = MapNode(each.list, item) if is_map else ListNode(each.list, item, each.key, each.order)
        found.append((each.list.at, whole))
    if len(found) == 1 and found[0][0] == ():
        only = found[0][1]
        assert isinstance(only, LeafNode)
        return only
    members: dict[str, Any] = {}
    for at, node in found:
        parent = members
        for name in at[:-1]:
            parent = parent.setdefault(name, {})
        parent[at[-1]] = node
    return _freeze(members)


def _own_values(scope: Scope) -> Iterator[Correspondence]:
    yield from scope.values
    for pick in scope.picks:
        yield from _own_values(pick.scope)


def _freeze(members: dict[str, Any]) -> ObjectNode:
    return ObjectNode({name: _freeze(node) if isinstance(node, dict) else node for name, node in members.items()})


def field_of(node: Node) -> Field | None:
    """Return the field, list or map that a node is; None for an object."""
    match node:
        case LeafNode(one) | ListNode(one, _, _) | MapNode(one, _):
            return one
        case ObjectNode():
            return None


def path_in(tree: Node, at: Pointer) -> str:
    """Return the field path that a pointer into a payload is an instance of; what no line knows is no map."""
    steps: list[Key | Each] = []
    for depth, part in enumerate(at):
        keyed = isinstance(node_at(tree, at[:depth]), MapNode)
        steps.append(Key(part) if isinstance(part, str) and not keyed else Each(keyed=keyed))
    return show(tuple(steps))


def node_at(tree: Node, at: Sequence[str | int | None]) -> Node | None:
    """Return what stands at a place below a node, whatever its indices; None where it is unknown."""
    node: Node | None = tree
    for part in at:
        if isinstance(node, ObjectNode):
            node = node.members.get(part) if isinstance(part, str) else None
        elif isinstance(node, ListNode):
            node = node.item
        elif isinstance(node, MapNode):
            node = node.entry
    return node


def node_under(tree: Node, names: Names) -> Node | None:
    """Return what stands under names inside one another, which never lead into the items of a list."""
    node: Node | None = tree
    for name in names:
        node = node.members.get(name) if isinstance(node, ObjectNode) else None
    return node


def severity_of(node: Node | None) -> Severity:
    """Return how severe it is to lose a leaf: an empty object can be whatever it may hold."""
    match node:
        case LeafNode(one) | ListNode(one, _, _) | MapNode(one, _):
            return one.severity
        case ObjectNode(members):
            return worst(map(severity_of, members.values()))
        case None:
            return REST


def severity_within(node: Node | None, value: Any) -> Severity:
    """Return how severe it is to lose a value whole: as severe as the worst leaf in it."""
    match node:
        case ListNode(_, item, _) if value and isinstance(value, list):
            return worst(severity_within(item, one) for one in value)
        case MapNode(_, entry) if value and isinstance(value, dict):
            return worst(severity_within(entry, one) for one in value.values())
        case ObjectNode(members) if value and isinstance(value, dict):
            return worst(severity_within(members.get(name), one) for name, one in value.items())
        case ListNode() | MapNode() | ObjectNode() if value and isinstance(value, dict | list):
            # of another shape than it should be
            return worst(severity_of(node_at(node, at)) for at, _ in leaves(value))
        case _:
            return severity_of(node)


def severities(node: Node | None) -> frozenset[Severity]:
    """Return every severity that leaves of a value can have, as far as they are known."""
    match node:
        case ListNode(one, item, _) | MapNode(one, item):
            return severities(item) | {one.severity}
        case ObjectNode(members):
            return frozenset[Severity]().union(*map(severities, members.values()))
        case _:
            return frozenset({severity_of(node)})


def make_field(
    line: Line, at: Names, path: Path, nullable: bool, keys: tuple[str, ...], severity: Severity | None = None
) -> Field:
    """Make the field that a line describes."""
    types = line.type if isinstance(line.type, list) else [line.type] if line.type else ["any"]
    return Field(
        at=at,
        path=path,
        types=tuple(dict.fromkeys(types)),
        nullable=at != () and (nullable if line.nullable is None else line.nullable),
        min_length=line.min_length,
        max_length=line.max_length,
        minimum=line.minimum,
        maximum=line.maximum,
        enum=allowed_words(line),
        pattern=line.pattern,
        format=line.format,
        advisory=line.advisory,
        cut=line.cut,
        on_write=line.on_write,
        readonly=line.readonly,
        secret=line.secret or line.withheld is not None,
        blob=line.blob,
        refers=line.refers,
        severity=severity or REST,
        assumes=assumed_by(line),
        default=line.default,
        example=line.example,
        doc=line.doc,
        keys=keys,
    )


def assumed_by(line: Line) -> tuple[str, ...]:
    """Return the assumptions that a line says its values rest on."""
    return (line.assumes,) if isinstance(line.assumes, str) else tuple(line.assumes or ())


def allowed_words(line: Line) -> tuple[Any, ...] | None:
    """Return the words that a line allows: those of its enum, or of a table that knows all; None for any."""
    if line.enum is not None:
        return tuple(line.enum)
    if line.table is not None and line.otherwise is None and line.codec is None:
        return tuple(wire_value(name, line) for name in line.table)
    return None


def wire_value(name: str, line: Line) -> Any:
    """Return the wire value that a table's row is named after: YAML keys are text, wire values may be boolean."""
    types = line.type if isinstance(line.type, list) else [line.type]
    if name in ("true", "false") and ("boolean" in types or line.codec is not None):
        return name == "true"
    return name


def scalar_list(field_: Field) -> Field:
    """Make the field of a list of scalars that corresponds to its hub list as one value."""
    item = replace(field_, at=(), path=field_.path, nullable=False)
    return replace(field_, types=("array",), item=item, enum=None, pattern=None, min_length=None, max_length=None)


def key_names(path: Path) -> Names:
    """Return the names of a path that has nothing but names."""
    return tuple(step.name for step in path if isinstance(step, Key))


#: JSON Schema types -> classes whose values are certainly of the type
CLASSES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float, Decimal),
    "object": (dict,),
    "array": (list,),
}


def is_type(value: Any, types: tuple[str, ...]) -> bool:
    """Tell whether a JSON value is of one of the types."""
    if "any" in types:
        return True
    if isinstance(value, str):
        return "string" in types
    if isinstance(value, bool):
        return "boolean" in types
    if is_number(value):
        return "number" in types or ("integer" in types and value == int(value))
    if isinstance(value, dict):
        return "object" in types
    return "array" in types if isinstance(value, list) else False
