"""What changed from one mapping to another: each change once, with its place in both files and its impact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from catalens.diff.kinds import IMPACTS, Impact, Kind, worst
from catalens.diff.lines import Said, aligned, said_lines
from catalens.diff.words import CALLS, COMPARED, LINE, NEW_CALLS, Comparer, shape
from catalens.mapping.load import Source
from catalens.mapping.model import Forbidden, Limits, MappingModel, ProfileModel, Required, Slot
from catalens.mapping.words import Words
from catalens.payloads import canonical
from catalens.returning.sidecar import PROSE

Keys = tuple[str | int, ...]
Model = TypeVar("Model", bound=Words)
Pair = tuple[Keys | None, Model | None, Keys | None, Model | None]

#: the profile of what a platform answers, which nobody sends
ANSWER: Final = "read"

#: words beside the lines that sidecars rest on
_BINDING: Final[Mapping[type[Words], frozenset[str]]] = {
    MappingModel: frozenset({"format", "assume"}),
    ProfileModel: frozenset({"envelope", "around"}),
    Slot: frozenset({"name", "value", "prefix", "names"}),
}

#: words that say something of a field whichever way it is read
_WHOLE: Final = {
    word: LINE[word]
    for word in ("hub", "dropped", "withheld", "codec", "refers", "nullable", "default", "secret", "blob", "severity")
}


@dataclass(frozen=True)
class Change:
    """One difference between two mappings.

    ``path`` names the wire fields (several, joined by `` + ``, where one line is of several), or what else it is
    about; it is empty for what is said of the whole format. ``word`` is the word of the language, as files spell it;
    ``old`` and ``new`` are what they say there, as JSON values. ``old_place`` and ``new_place`` are ``file:line``.
    """

    kind: Kind
    path: str
    word: str
    old: Any
    new: Any
    #: the profiles that it holds of; none, where it is no matter of profiles
    profiles: tuple[str, ...]
    old_place: str | None
    new_place: str | None
    #: stored sidecars rest on it
    binding: bool = False

    @property
    def writers(self) -> Impact:
        """Return the impact on those who send payloads into the format; answers are sent by nobody."""
        return "compatible" if self.profiles == (ANSWER,) else self.kind.writers

    @property
    def readers(self) -> Impact:
        """Return the impact on those who take payloads of the format."""
        return self.kind.readers

    @property
    def impact(self) -> Impact:
        """Return the worse of both impacts."""
        return worst(self.writers, self.readers)

    @property
    def place(self) -> str:
        """Return the line of the new file, or of the old one for what is gone."""
        return self.new_place or self.old_place or ""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "kind": self.kind.value,
            "impact": self.impact,
            "writers": self.writers,
            "readers": self.readers,
            "why": self.kind.why,
            "path": self.path,
            "word": self.word,
            "profiles": list(self.profiles),
            "old": self.old,
            "new": self.new,
            "old_place": self.old_place,
            "new_place": self.new_place,
            "sidecars": self.binding,
        }


@dataclass(frozen=True)
class Side:
    """One of the two mappings, with the file that it was read from."""

    mapping: MappingModel
    source: Source

    def place(self, keys: Keys | None) -> str | None:
        """Return file and line of keys; None where there are none."""
        return None if keys is None else f"{self.source.name}:{self.source.where(keys)[0]}"


@dataclass(frozen=True)
class _Seen:
    """A change as it is seen at one place of one profile; both files' keys say which line it is of."""

    kind: Kind
    path: str
    word: str
    old: Any
    new: Any
    profiles: tuple[str, ...]
    old_keys: Keys | None
    new_keys: Keys | None
    binding: bool = False


def compare_mappings(old: Side, new: Side) -> list[Change]:
    """Return what changed, the worst first, kind by kind, and those of a kind in the order of the files."""
    together: dict[Any, list[_Seen]] = {}
    for one in _everything(old.mapping, new.mapping):
        at = (one.kind, one.word, one.old_keys, one.new_keys, canonical([one.old, one.new]))
        together.setdefault(at, []).append(one)
    found = [_once(group, old, new) for group in together.values()]
    # sorting is stable
    kinds = {kind: place for place, kind in enumerate(Kind)}
    return sorted(found, key=lambda one: (IMPACTS.index(one.impact), kinds[one.kind]))


def _once(group: Sequence[_Seen], old: Side, new: Side) -> Change:
    """Say once what is seen in several profiles, or of several fields of one line."""
    one = group[0]
    return Change(
        one.kind,
        " + ".join(dict.fromkeys(each.path for each in group)),
        one.word,
        one.old,
        one.new,
        tuple(dict.fromkeys(name for each in group for name in each.profiles)),
        old.place(one.old_keys),
        new.place(one.new_keys),
        one.binding,
    )


def _everything(old: MappingModel, new: MappingModel) -> Iterator[_Seen]:
    names = tuple(new.profiles)
    yield from _words(old, new, "", names, (), ())
    yield from _profiles(old, new)
    for name in old.profiles:
        if name in new.profiles:
            yield from _fields(old, new, name)
    yield from _members(_slots(old, new), "at", Kind.SLOT_ADDED, Kind.SLOT_REMOVED, names)
    sent = tuple(name for name in names if name != ANSWER)
    for word, added, removed in (
        ("required", Kind.REQUIRED_ADDED, Kind.REQUIRED_REMOVED),
        ("forbidden", Kind.FORBIDDEN_ADDED, Kind.FORBIDDEN_REMOVED),
    ):
        demands = _paired(word, getattr(old, word), getattr(new, word), _field_and_case, _field)
        yield from _members(demands, "field", added, removed, sent)
    examples = _paired("examples", old.examples, new.examples, lambda one: one.title)
    yield from _members(examples, "title", Kind.PROSE, Kind.PROSE, ())
    yield from _calls(old.endpoints, new.endpoints, ("endpoints",))


# -- words of one model -------------------------------------------------------------------------------------------


def _words(
    old: Words,
    new: Words,
    path: str,
    profiles: tuple[str, ...],
    old_keys: Keys,
    new_keys: Keys,
    compared: Mapping[str, Comparer] | None = None,
) -> Iterator[_Seen]:
    """Compare two models of one class, word by word."""
    binding = _BINDING.get(type(new), frozenset())
    for word, compare in (compared or COMPARED[type(new)]).items():
        at = _spelled(new, word)
        for kind, one, other in compare(word, old, new):
            keys = ((*old_keys, at), (*new_keys, at))
            yield _Seen(kind, path, at, _json(one), _json(other), profiles, *keys, binding=word in binding)


def _spelled(one: Words, word: str) -> str:
    return type(one).model_fields[word].alias or word


def _json(value: Any) -> Any:
    """Return what a mapping says as a JSON value."""
    if isinstance(value, Words):
        return value.model_dump(mode="python", by_alias=True, exclude_defaults=True)
    if isinstance(value, Mapping):
        return {name: _json(one) for name, one in value.items()}
    return [_json(one) for one in value] if isinstance(value, list | tuple) else value


# -- members of lists ---------------------------------------------------------------------------------------------


def _paired(
    word: str, olds: Sequence[Model], news: Sequence[Model], *same: Callable[[Model], Any]
) -> Iterator[Pair[Model]]:
    """Bring together the members of two lists: those that are alike by the first test, then by the next."""
    left, right = dict(enumerate(olds)), dict(enumerate(news))
    for alike in same:
        for index, one in list(left.items()):
            match = next((place for place, other in right.items() if alike(one) == alike(other)), None)
            if match is not None:
                yield (word, index), left.pop(index), (word, match), right.pop(match)
    yield from (((word, index), one, None, None) for index, one in left.items())
    yield from ((None, None, (word, index), one) for index, one in right.items())


def _members(
    pairs: Iterable[Pair[Any]], shown: str, added: Kind, removed: Kind, profiles: tuple[str, ...]
) -> Iterator[_Seen]:
    """Compare members that were brought together; ``shown`` is the word that names one."""
    for old_keys, old, new_keys, new in pairs:
        one: Any = new if old is None else old
        path = getattr(one, shown)
        word = str((old_keys or new_keys or ("",))[0])
        held = _held_by(one, profiles)
        if old is None:
            yield _Seen(added, path, word, None, _json(new), held, None, new_keys, isinstance(one, Slot))
        elif new is None:
            yield _Seen(removed, path, word, _json(old), None, held, old_keys, None, isinstance(one, Slot))
        else:
            yield from _words(old, new, path, held, old_keys or (), new_keys or ())


def _held_by(one: Words, profiles: tuple[str, ...]) -> tuple[str, ...]:
    """Return the profiles that a member is of: a slot can be one profile's own."""
    return (one.profile,) if isinstance(one, Slot) and one.profile is not None else profiles


def _slots(old: MappingModel, new: MappingModel) -> Iterator[Pair[Slot]]:
    return _paired("slots", old.slots, new.slots, lambda one: (one.at, one.profile, one.prefix), _place_of_slot)


def _place_of_slot(one: Slot) -> Any:
    return one.at, one.profile


def _field(one: Required | Forbidden) -> Any:
    return one.field


def _field_and_case(one: Required | Forbidden) -> Any:
    return one.field, one.when, one.mode


# -- profiles -----------------------------------------------------------------------------------------------------


def _profiles(old: MappingModel, new: MappingModel) -> Iterator[_Seen]:
    """Compare which profiles there are, and what each says but for its lines."""
    for name in dict.fromkeys((*old.profiles, *new.profiles)):
        keys = ("profiles", name)
        if name not in new.profiles:
            yield _Seen(Kind.PROFILE_REMOVED, name, "profiles", name, None, (name,), keys, None, True)
        elif name not in old.profiles:
            yield _Seen(Kind.PROFILE_ADDED, name, "profiles", None, name, (name,), None, keys)
        else:
            yield from _words(old.profiles[name], new.profiles[name], "", (name,), keys, keys)
    first, now = next(iter(old.profiles)), next(iter(new.profiles))
    if first != now:
        yield _Seen(Kind.PROFILE_FIRST, "", "profiles", first, now, (), ("profiles", first), ("profiles", now))


# -- fields -------------------------------------------------------------------------------------------------------


def _fields(old: MappingModel, new: MappingModel, profile: str) -> Iterator[_Seen]:
    """Compare the lines of one profile, by the wire fields that they are of."""
    olds, news = said_lines(old, profile), said_lines(new, profile)
    twins = {path: twin for path in olds.keys() - news.keys() if (twin := _twin(path, news.keys() - olds.keys()))}
    for path, one in olds.items():
        if path in news:
            yield from _line(one, aligned(one, news[path], olds, news), profile)
        elif path in twins:
            yield from _reshaped(one, news[twins[path]], profile)
        elif one.whole != path and one.whole in news:
            yield _seen(one, None, profile, "hub", _meeting(news[one.whole], Kind.MEETING_LOST))
        elif not _inside_of_another(one, olds, news):
            yield _seen(one, None, profile, "fields", _gone(one))
    for path, other in news.items():
        if path in olds or path in twins.values():
            continue
        if other.whole != path and other.whole in olds:
            yield _seen(None, other, profile, "hub", _meeting(olds[other.whole], Kind.MEETING_GAINED))
        elif not _inside_of_another(other, news, olds):
            yield _seen(None, other, profile, "fields", _come(other))


def _seen(old: Said | None, new: Said | None, profile: str, word: str, kind: Kind) -> _Seen:
    """Make what is said of a line that only one of the files has."""
    path = old.path if old is not None else new.path if new is not None else ""
    said = [None if one is None else one.line.hub if word == "hub" else _shown(one) for one in (old, new)]
    keys = [None if one is None else one.keys for one in (old, new)]
    return _Seen(kind, path, word, said[0], said[1], (profile,), keys[0], keys[1], True)


def _inside_of_another(one: Said, its: Mapping[str, Said], others: Mapping[str, Said]) -> bool:
    """Tell whether a field stands in a list that comes, or goes, as a whole."""
    return any(outer in its and outer not in others for outer in one.lists)


def _twin(path: str, others: Iterable[str]) -> str | None:
    """Return the path of the same field where it is read in another way: as a list, as a map, or whole."""
    ways = (f"{path}[]", f"{path}.*", path.removesuffix("[]"), path.removesuffix(".*"))
    return next((way for way in ways if way != path and way in others), None)


def _reshaped(old: Said, new: Said, profile: str) -> Iterator[_Seen]:
    """Compare a field that is read as a list or map in one mapping, and whole in the other."""
    compared = {"type": lambda *_: shape((old.path, old.line), (new.path, new.line)), **_WHOLE}
    found = [*_words(old.line, new.line, new.path, (profile,), old.keys, new.keys, compared)]
    rewritten = _Seen(Kind.LINES_REWRITTEN, new.path, "fields", None, None, (profile,), old.keys, new.keys)
    yield from (replace(one, binding=True) for one in found or [rewritten])


def _meeting(own: Said, alone: Kind) -> Kind:
    """Return the kind of a meeting of one item of a list, which else is what the list's own line makes of it."""
    return alone if own.line.hub is None else Kind.MEETING_CHANGED


def _line(old: Said, new: Said, profile: str) -> Iterator[_Seen]:
    grouped = old.line.types is not None or new.line.types is not None
    for one in _words(old.line, new.line, new.path, (profile,), old.keys, new.keys, LINE):
        # what is said of a member of a group counts whole; no word of prose is spelled otherwise in files
        yield replace(one, binding=one.word not in PROSE or (grouped and one.word in Limits.model_fields))


def _gone(one: Said) -> Kind:
    if one.line.withheld:
        return Kind.WITHHELD_LIFTED
    return Kind.FIELD_UNDECLARED if one.line.dropped else Kind.FIELD_REMOVED


def _come(one: Said) -> Kind:
    return Kind.FIELD_DECLARED if one.line.dropped or one.line.withheld else Kind.FIELD_ADDED


def _shown(one: Said) -> Any:
    """Return a line as the file says it, but for what is said for people, and for inner lines."""
    if one.raw is None:
        return None
    said = {"fields", "doc", "example"}
    return one.raw.model_dump(mode="python", by_alias=True, exclude_defaults=True, exclude=said)


# -- endpoints ----------------------------------------------------------------------------------------------------


def _calls(old: Any, new: Any, keys: Keys) -> Iterator[_Seen]:
    """Compare how the platform is called, down to the words that differ."""
    if old is None or new is None:
        if old is not new:
            kind = Kind.CALL_ADDED if old is None else Kind.CALL_CHANGED
            yield _call(kind, keys, keys, old, new)
        return
    for word, kind in CALLS[type(new)].items():
        here = (*keys, _spelled(new, word))
        yield from _call_word(getattr(old, word), getattr(new, word), here, kind, word in NEW_CALLS)


def _call_word(old: Any, new: Any, keys: Keys, kind: Kind, can_be_new: bool) -> Iterator[_Seen]:
    if old == new:
        return
    if isinstance(old, Words) and type(old) is type(new):
        yield from _calls(old, new, keys)
    elif keys[-1] == "things":
        for name in dict.fromkeys((*old, *new)):
            yield from _call_word(old.get(name), new.get(name), (*keys, name), kind, can_be_new)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new) and keys[-1] == "create":
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _call_word(one, other, (*keys, index), kind, can_be_new)
    else:
        yield _call(Kind.CALL_ADDED if old is None and can_be_new else kind, keys, keys, old, new)


def _call(kind: Kind, old_keys: Keys, new_keys: Keys, old: Any, new: Any) -> _Seen:
    path = ".".join(map(str, new_keys[1:-1]))
    places = (None if old is None else old_keys, None if new is None else new_keys)
    return _Seen(kind, path, str(new_keys[-1]), _json(old), _json(new), (), *places)
