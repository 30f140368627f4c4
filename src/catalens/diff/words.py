"""How each word of the mapping language is compared: for every model, every word and what tells its changes apart.

A test holds the tables against the models: a word that the language learns has to be given its row here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from catalens.diff.kinds import Kind
from catalens.mapping import endpoints as calls
from catalens.mapping import model
from catalens.mapping.profile import wire_value
from catalens.mapping.words import Words

#: what changed: its kind, and what the old file and the new one say
Found = tuple[Kind, Any, Any]
#: compares one word (the name of an attribute) of two models of one class
Comparer = Callable[[str, Any, Any], Iterator[Found]]


def elsewhere(word: str, old: Any, new: Any) -> Iterator[Found]:
    """Say nothing: what the word holds is compared on its own, or is what the models are found by."""
    yield from ()


def differs(kind: Kind) -> Comparer:
    """Make what says of any difference that it is of a kind."""

    def compare(word: str, old: Any, new: Any) -> Iterator[Found]:
        one, other = getattr(old, word), getattr(new, word)
        if one != other:
            yield kind, one, other

    return compare


def flag(raised: Kind, lowered: Kind) -> Comparer:
    """Make what tells apart whether a flag is raised or lowered."""

    def compare(word: str, old: Any, new: Any) -> Iterator[Found]:
        one, other = getattr(old, word), getattr(new, word)
        if one != other:
            yield raised if other else lowered, one, other

    return compare


def members(added: Kind, removed: Kind) -> Comparer:
    """Make what says of each member of a list that it is new, or gone; their order means nothing."""

    def compare(word: str, old: Any, new: Any) -> Iterator[Found]:
        one, other = getattr(old, word), getattr(new, word)
        yield from ((removed, member, None) for member in one if member not in other)
        yield from ((added, None, member) for member in other if member not in one)

    return compare


def first_said(added: Kind, changed: Kind) -> Comparer:
    """Make what tells apart whether something is said for the first time, or otherwise, or no more."""

    def compare(word: str, old: Any, new: Any) -> Iterator[Found]:
        one, other = getattr(old, word), getattr(new, word)
        if one != other:
            yield added if not one else changed, one or None, other or None

    return compare


# -- types and limits ---------------------------------------------------------------------------------------------


def types(word: str, old: model.Line, new: model.Line) -> Iterator[Found]:
    """Compare the types that a value may be of; the order of a list of them means nothing."""
    one, other = types_of(old), types_of(new)
    if set(one) != set(other):
        yield type_kind(_taken(one, other), _taken(other, one)), old.type, new.type


def type_kind(more: bool, less: bool) -> Kind:
    """Return the kind of another type, which takes all that the old one did, or of which the old one takes all."""
    return Kind.TYPE_WIDENED if more else Kind.TYPE_NARROWED if less else Kind.TYPE_CHANGED


def shape(old: tuple[str, model.Line], new: tuple[str, model.Line]) -> Iterator[Found]:
    """Compare the types of a field (path and line) that is, or was, read as a list or map, and was not, or is not."""
    (one, before), (other, after) = ((_whole_types(path, line), path) for path, line in (old, new))
    # a list that is read as one says what its items may be
    more = _taken(one, other) and not after.endswith("[]")
    less = _taken(other, one) and not before.endswith("[]")
    if not (more and less):
        yield type_kind(more, less), one, other


def _whole_types(path: str, line: model.Line) -> list[str]:
    return ["array"] if path.endswith("[]") else ["object"] if path.endswith(".*") else types_of(line)


def types_of(line: model.Line) -> list[str]:
    return list(line.type) if isinstance(line.type, list) else [line.type or "any"]


def _taken(some: list[str], by: list[str]) -> bool:
    """Tell whether every value of some types is of one of the others."""
    return "any" in by or all(one in by or (one == "integer" and "number" in by) for one in some)


def bound(lower: bool) -> Comparer:
    """Make what tells whether a lower or upper bound lets more through, or less."""

    def compare(word: str, old: model.Line, new: model.Line) -> Iterator[Found]:
        one, other = getattr(old, word), getattr(new, word)
        if one == other:
            return
        higher = one is None or (other is not None and _exact(other) > _exact(one))
        narrowed = other is not None and (one is None or higher is lower)
        yield (_narrowed(word, new) if narrowed else _widened(old)), one, other

    return compare


def _exact(number: model.Number) -> Decimal:
    return Decimal(str(number))


def _narrowed(word: str, new: model.Line) -> Kind:
    """Return the kind of a limit that lets less through than before."""
    if new.advisory:
        return Kind.ADVICE_NARROWED
    return Kind.LENGTH_NARROWED if word == "max_length" and new.cut else Kind.LIMIT_NARROWED


def _widened(old: model.Line) -> Kind:
    """Return the kind of a limit that lets more through than before."""
    return Kind.ADVICE_WIDENED if old.advisory else Kind.LIMIT_WIDENED


def pattern(word: str, old: model.Line, new: model.Line) -> Iterator[Found]:
    """Compare patterns, of which nobody knows whether one takes all that the other does."""
    if old.pattern == new.pattern:
        return
    if old.pattern is None:
        kind = _narrowed(word, new)
    elif new.pattern is None:
        kind = _widened(old)
    else:
        kind = Kind.ADVICE_NARROWED if new.advisory else Kind.LIMIT_CHANGED
    yield kind, old.pattern, new.pattern


def allowed(word: str, old: model.Line, new: model.Line) -> Iterator[Found]:
    """Compare the words that are allowed: those of ``enum``, or of a table that knows all of them."""
    one, other = ({(type(value), value): value for value in line.enum or ()} for line in (old, new))
    if one.keys() == other.keys() and (old.enum is None) == (new.enum is None):
        return
    less = old.enum is None or (new.enum is not None and bool(one.keys() - other.keys()))
    more = new.enum is None or (old.enum is not None and bool(other.keys() - one.keys()))
    if less and more:
        kind = Kind.ADVICE_NARROWED if new.advisory else Kind.ENUM_CHANGED
    elif less:
        kind = Kind.ADVICE_NARROWED if new.advisory else Kind.ENUM_NARROWED
    else:
        kind = Kind.ADVICE_WIDENED if old.advisory else Kind.ENUM_WIDENED
    yield kind, old.enum, new.enum


def advisory(word: str, old: model.Line, new: model.Line) -> Iterator[Found]:
    """Compare whether limits are advice, which says nothing where there are none."""
    if old.advisory != new.advisory:
        words = ("min_length", "max_length", "minimum", "maximum", "enum", "pattern")
        limited = any(getattr(line, one) is not None for line in (old, new) for one in words)
        kind = Kind.LIMIT_ADVISORY if new.advisory else Kind.LIMIT_BINDING
        yield kind if limited else Kind.PROSE, old.advisory, new.advisory


# -- meetings -----------------------------------------------------------------------------------------------------


def withheld(word: str, old: model.Line, new: model.Line) -> Iterator[Found]:
    """Compare whether a value never leaves."""
    if old.withheld != new.withheld:
        both = old.withheld and new.withheld
        kind = Kind.LOSS_REASON if both else Kind.WITHHELD_DECLARED if new.withheld else Kind.WITHHELD_LIFTED
        yield kind, old.withheld, new.withheld


def dropped(word: str, old: model.Line, new: model.Line) -> Iterator[Found]:
    """Compare whether a value is dropped; what is, or was, withheld is no matter of this word."""
    if old.dropped != new.dropped and not (old.withheld or new.withheld):
        both = old.dropped and new.dropped
        kind = Kind.LOSS_REASON if both else Kind.DROPPED_DECLARED if new.dropped else Kind.DROPPED_LIFTED
        yield kind, old.dropped, new.dropped


def hub(word: str, old: model.Line, new: model.Line) -> Iterator[Found]:
    """Compare what a field meets in the hub, where it is carried before and after."""
    if old.hub != new.hub and not any(line.dropped or line.withheld for line in (old, new)):
        gained, lost = old.hub is None, new.hub is None
        kind = Kind.MEETING_GAINED if gained else Kind.MEETING_LOST if lost else Kind.MEETING_CHANGED
        yield kind, old.hub or "only_here", new.hub or "only_here"


def table(word: str, old: model.Line, new: model.Line) -> Iterator[Found]:
    """Compare what words stand for, row by row; which words are allowed is compared as ``enum``."""
    one, other = old.table or {}, new.table or {}
    for name in dict.fromkeys((*one, *other)):
        kind = _row_kind(name, old, new)
        if kind is not None:
            yield kind, {name: one[name]} if name in one else None, {name: other[name]} if name in other else None


def _row_kind(name: str, old: model.Line, new: model.Line) -> Kind | None:
    one, other = old.table or {}, new.table or {}
    if name in one and name in other:
        return _meaning_kind(_as_list(one[name]), _as_list(other[name]))
    if _allows(old, name) != _allows(new, name):
        return None  # the word comes, or is refused
    there, without = (old, new) if name in one else (new, old)
    if without.otherwise == "same" or without.table is None:
        return Kind.WORD_CHANGED  # elsewhere the word stands for itself
    return Kind.WORD_LOST if there is old else Kind.WORD_GAINED


def _allows(line: model.Line, name: str) -> bool:
    return line.enum is None or wire_value(name, line) in line.enum


def _meaning_kind(one: list[Any], other: list[Any]) -> Kind | None:
    """Compare what one word stands for; the first of several is what it is read as."""
    if one[:1] != other[:1]:
        return Kind.WORD_CHANGED
    if any(meaning not in other for meaning in one):
        return Kind.WORD_NARROWED
    return Kind.WORD_GAINED if len(other) > len(one) else None


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def otherwise(word: str, old: model.Line, new: model.Line) -> Iterator[Found]:
    """Compare what becomes of words that are in no table; the reason why some are dropped is prose."""
    if old.otherwise != new.otherwise:
        reasons = isinstance(old.otherwise, model.Drop) and isinstance(new.otherwise, model.Drop)
        yield Kind.PROSE if reasons else Kind.MEANING_CHANGED, old.otherwise, new.otherwise


def on_write(word: str, old: model.Line, new: model.Line) -> Iterator[Found]:
    """Compare what an update does with a list that is there."""
    if old.on_write != new.on_write:
        kind = Kind.UPDATE_REPLACES if new.on_write == "replaces" else Kind.UPDATE_CHANGED
        yield kind, old.on_write, new.on_write


# -- demands ------------------------------------------------------------------------------------------------------


def demand(more: Kind, less: Kind, other: Kind) -> Comparer:
    """Make what tells whether a demand holds in more cases (of nothing: in all), in fewer, or in others."""

    def compare(word: str, old: Any, new: Any) -> Iterator[Found]:
        was, now = getattr(old, word), getattr(new, word)
        if was != now:
            yield more if now is None else less if was is None else other, was, now

    return compare


def assumptions(word: str, old: model.MappingModel, new: model.MappingModel) -> Iterator[Found]:
    """Compare what is assumed, one answer at a time."""
    for name in dict.fromkeys((*old.assume, *new.assume)):
        was, now = ({name: side.assume[name]} if name in side.assume else None for side in (old, new))
        if was != now:
            first, last = was is None, now is None
            yield (
                Kind.ASSUMPTION_ADDED if first else Kind.ASSUMPTION_REMOVED if last else Kind.ASSUMPTION_CHANGED,
                was,
                now,
            )


def alike(kind: Kind) -> Comparer:
    """Make what says once of a list that it has other members, in whatever order."""

    def compare(word: str, old: Any, new: Any) -> Iterator[Found]:
        one, other = getattr(old, word), getattr(new, word)
        if set(one) != set(other):
            yield kind, one, other

    return compare


# -- the tables ---------------------------------------------------------------------------------------------------

_prose, _meaning = differs(Kind.PROSE), differs(Kind.MEANING_CHANGED)
_shown, _ordered = differs(Kind.REPORT_CHANGED), differs(Kind.ORDER_CHANGED)
_same_product, _in_slot = alike(Kind.IDENTITY_CHANGED), differs(Kind.SLOT_CHANGED)
_required = demand(Kind.REQUIRED_ADDED, Kind.REQUIRED_REMOVED, Kind.REQUIRED_CHANGED)
_forbidden = demand(Kind.FORBIDDEN_ADDED, Kind.FORBIDDEN_REMOVED, Kind.FORBIDDEN_CHANGED)

#: of a line, whose limits, counterpart and allowed words are effective: as ``lines`` brings them together
LINE: Final[Mapping[str, Comparer]] = {
    "type": types,
    "format": _prose,
    "min_length": bound(lower=True),
    "max_length": bound(lower=False),
    "minimum": bound(lower=True),
    "maximum": bound(lower=False),
    "enum": allowed,
    "pattern": pattern,
    "hub": hub,
    "only_here": elsewhere,  # a field without a hub path: see hub
    "dropped": dropped,
    "constant": _meaning,
    "withheld": withheld,
    "because": _prose,
    "severity": _shown,
    "codec": _meaning,
    "table": table,
    "otherwise": otherwise,
    "types": elsewhere,  # each member of a group is compared as a line of its own
    "readonly": flag(Kind.READONLY_SET, Kind.READONLY_LIFTED),
    "secret": _shown,
    "blob": _shown,
    "refers": _meaning,
    "assumes": _meaning,
    "key": differs(Kind.KEY_CHANGED),
    "keys": _meaning,
    "order": _ordered,
    "first": _ordered,
    "takes": members(Kind.TAKES_ADDED, Kind.TAKES_REMOVED),
    "flattens": _meaning,
    "needs": members(Kind.NEEDS_ADDED, Kind.NEEDS_REMOVED),
    "when": differs(Kind.ITEMS_CHANGED),
    "on_write": on_write,
    "advisory": advisory,
    "cut": flag(Kind.CUT_BEGUN, Kind.CUT_STOPPED),
    "nullable": flag(Kind.NULL_ALLOWED, Kind.NULL_REFUSED),
    "default": differs(Kind.DEFAULT_CHANGED),
    "doc": _prose,
    "example": _prose,
    "fields": elsewhere,  # each is a line of its own
}

_CONDITIONS: Final = {"field": elsewhere, "because": _prose}

COMPARED: Final[Mapping[type[Words], Mapping[str, Comparer]]] = {
    model.Limits: {word: LINE[word] for word in model.Limits.model_fields},
    model.Line: LINE,
    model.Drop: {"drop": elsewhere},  # see otherwise
    model.ProfileModel: {
        "envelope": differs(Kind.ENVELOPE_CHANGED),
        "listing": first_said(Kind.LISTING_ADDED, Kind.LISTING_CHANGED),
        "around": members(Kind.AROUND_ADDED, Kind.AROUND_REMOVED),
        "identity": _same_product,
        "any_shape": members(Kind.SHAPE_OPENED, Kind.SHAPE_CLOSED),
        "fields": elsewhere,
    },
    model.Slot: {
        "at": elsewhere,
        "name": _in_slot,
        "value": _in_slot,
        "prefix": _in_slot,
        "profile": elsewhere,
        "create_first": flag(Kind.SLOT_DEMANDS, Kind.SLOT_FREED),
        "names": _in_slot,
    },
    model.Required: {**_CONDITIONS, "when": _required, "mode": _required},
    model.Forbidden: {**_CONDITIONS, "when": _forbidden, "mode": _forbidden},
    model.Expectation: dict.fromkeys(("payload", "losses", "assume"), elsewhere),  # whole, with the example
    model.Example: {"title": elsewhere, **dict.fromkeys(("profile", "payload", "expect"), _prose)},
    model.MappingModel: {
        "format": differs(Kind.FORMAT_RENAMED),
        "title": _prose,
        "about": _prose,
        "assume": assumptions,
        "nullable": elsewhere,  # each field's own
        "endpoints": elsewhere,
        "identity": _same_product,
        "equivalent": alike(Kind.EQUIVALENCE_CHANGED),
        **dict.fromkeys(("fields", "profiles", "slots", "required", "forbidden", "examples"), elsewhere),
    },
}

_R, _W, _BOTH, _TOLD = Kind.CALL_READS, Kind.CALL_WRITES, Kind.CALL_CHANGED, Kind.CALL_TOLD

#: of how a platform is called: what it means that a word of a model is said otherwise, or no more
CALLS: Final[Mapping[type[Words], Mapping[str, Kind]]] = {
    calls.Endpoints: {
        **dict.fromkeys(("auth", "success", "exists", "absent", "busy", "denied", "things"), _BOTH),
        **dict.fromkeys(("error", "errors", "code"), _TOLD),
        "sealed": _R,
        "idempotency": _W,
    },
    calls.Auth: dict.fromkeys(("header", "query", "form", "login"), _BOTH),
    calls.Login: dict.fromkeys(("method", "url", "body", "form", "token", "seconds"), _BOTH),
    calls.Sealed: dict.fromkeys(("value", "base64", "signature", "algorithm", "key"), _R),
    calls.Thing: {
        **dict.fromkeys(("id", "name", "parent"), _BOTH),
        **dict.fromkeys(("list_", "one"), _R),
        "find": _BOTH,
        **dict.fromkeys(("create", "update", "delete", "set"), _W),
    },
    calls.ListCall: dict.fromkeys(("url", "query", "page", "items", "brief", "success"), _R),
    calls.Paging: {**dict.fromkeys(("by", "at", "size", "first", "next", "total"), _R), "limit": _TOLD},
    calls.OneCall: dict.fromkeys(("url", "query", "item", "success"), _R),
    calls.FindCall: dict.fromkeys(("by", "url", "query", "items"), _BOTH),
    calls.Call: dict.fromkeys(("method", "url", "query", "body", "set", "without", "success"), _W),
    calls.Step: dict.fromkeys(("method", "url", "query", "body", "set", "without", "success", "id", "blank"), _W),
    calls.Idempotency: {"header": _W},
}

#: the words that say for the first time how something is done, which changes nothing that was done before
NEW_CALLS: Final = frozenset({"things", "list_", "one", "find", "create", "update", "delete"})
