"""The lines of a profile by their wire paths, whether they are written flat or nested, shared or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from catalens.mapping.model import Line, MappingModel
from catalens.mapping.profile import allowed_words
from catalens.mapping.resolve import Keys, PlacedLine, Resolver
from catalens.paths import Each, Path, is_every, plain, show


@dataclass(frozen=True)
class Said:
    """What a mapping says of one wire field.

    ``line`` is effective: with the limits of this member of a group, the whole hub path, the words that are allowed
    and whether null is. ``raw`` is the line as it stands in the file, at ``keys``; None for a list that has no line
    of its own.
    """

    path: str
    #: the path without the words that mark one item of a list
    whole: str
    line: Line
    raw: Line | None
    keys: Keys
    #: the paths of the lists that it stands in, outermost first
    lists: tuple[str, ...]
    #: hub paths; None where the field has no counterpart
    hub: tuple[Path, ...] | None = None


def said_lines(mapping: MappingModel, profile: str) -> dict[str, Said]:
    """Return what a mapping says of each wire field of a profile."""
    resolver = Resolver(mapping, mapping.assume)
    placed = resolver.placed_lines(mapping.fields, ("fields",))
    placed += resolver.placed_lines(mapping.profiles[profile].fields, ("profiles", profile, "fields"))
    found = {one.path: one for entry in placed for one in _of_entry(resolver, entry)}
    for entry in placed:
        # a list of which only inner lines are written is one, too
        for depth, step in enumerate(entry.wire[0][:-1]):
            path = entry.wire[0][: depth + 1]
            if is_every(step) and show(path) not in found:
                bare = Line(nullable=mapping.nullable)
                found[show(path)] = Said(show(path), show(path), bare, None, entry.keys, _lists(path))
    return found


def _of_entry(resolver: Resolver, entry: PlacedLine) -> Iterator[Said]:
    for wire, line in zip(entry.wire, resolver.member_limits(entry) or (), strict=True):
        nullable = resolver.mapping.nullable if line.nullable is None else line.nullable
        hub = None if entry.hub is None else _group(entry.hub)
        words = allowed_words(line)
        effective = line.model_copy(
            update={"nullable": nullable, "hub": hub, "enum": None if words is None else list(words)}
        )
        yield Said(show(wire), show(plain(wire)), effective, entry.line, entry.keys, _lists(wire), entry.hub)


def _lists(path: Path) -> tuple[str, ...]:
    return tuple(show(path[: depth + 1]) for depth, step in enumerate(path[:-1]) if isinstance(step, Each))


def _group(paths: tuple[Path, ...]) -> str:
    return show(paths[0]) if len(paths) == 1 else f"[{', '.join(map(show, paths))}]"


def aligned(old: Said, new: Said, olds: dict[str, Said], news: dict[str, Said]) -> Said:
    """Return ``new`` as far as it changed by itself: what its list says, or nobody, is no change of its own."""
    if old.raw is None or new.raw is None:
        line = new.line.model_copy(update={"hub": old.line.hub})
        return replace(new, line=line)
    outer = (olds.get(old.lists[-1]), news.get(new.lists[-1])) if old.lists else (None, None)
    tails = [_behind(said, one) for said, one in zip((old, new), outer, strict=True)]
    if None in tails or tails[0] != tails[1]:
        return new
    return replace(new, line=new.line.model_copy(update={"hub": old.line.hub}))


def _behind(said: Said, outer: Said | None) -> tuple[Path, ...] | None:
    """Return the hub paths of a field from its list's on; None where one of them has none."""
    if said.hub is None or outer is None or outer.hub is None:
        return None
    return tuple(path[len(outer.hub[0]) :] for path in said.hub)
