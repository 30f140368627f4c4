"""Which formats exist: the bundled mappings, and those of directories that the caller adds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from catalens.arguments import check_arguments, check_given
from catalens.envelopes import likeness, listed, unwrap
from catalens.errors import Diagnostic, InvalidMapping, UndecidableFormat, UnknownFormat, did_you_mean
from catalens.mapping.hub_format import HUB, hub_mapping
from catalens.mapping.load import Source, load_file
from catalens.mapping.model import Line, MappingModel
from catalens.mapping.profile import Profile
from catalens.mapping.read import read_mapping
from catalens.mapping.resolve import resolve
from catalens.payloads import DEEPEST, plain

#: a registry keeps so many profiles, under whatever assumptions, at hand
MOST_PROFILES = 256


def bundled_mappings() -> Path:
    """Return the directory of the mappings that ship with the package."""
    packaged = Path(str(resources.files("catalens"))) / "mappings"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "mappings"


class Registry:
    """Formats by id. A directory that comes later may not replace a format that is there."""

    def __init__(self, directories: Iterable[Path | str] = ()) -> None:
        self.directories = (bundled_mappings(), *map(Path, _checked(directories)))
        self._files: dict[str, Path] = {}
        for directory in self.directories:
            if not directory.is_dir():
                raise UnknownFormat(f"no directory of mappings at {directory}")
            for path in sorted(directory.glob("*.yaml")):
                if path.stem == HUB:
                    raise UnknownFormat(f"{path}: {HUB!r} is the name of the hub itself; name the format otherwise")
                if path.stem in self._files:
                    raise UnknownFormat(
                        f"format {path.stem!r} stands in {self._files[path.stem]} and again in {path}"
                    )
                self._files[path.stem] = path
        self._mappings: dict[str, tuple[MappingModel, Source | None]] = {HUB: (hub_mapping(), None)}
        self._profiles: dict[tuple[str, str, tuple[tuple[str, str], ...]], Profile] = {}

    # -- copies and pickles: with the user's mappings as they were read, since their files may change ---------------

    def __reduce__(self) -> tuple[Any, ...]:
        own = {name: path for name, path in self._files.items() if path.parent != self.directories[0]}
        if not own:
            return registry, ()
        read = {name: self._mappings[name] for name in own if name in self._mappings}
        return _with_mappings, (type(self), self.directories[1:], own, read)

    def beside(self, path: Path) -> tuple[str, Registry]:
        """Return a registry that knows a mapping file, too, and those beside it; and the id of its format.

        The file stands in for one of the same name; of those beside it, names that are known stay what they are.
        """
        name, made = self.with_file(path)
        for one in sorted(path.absolute().parent.glob("*.yaml")):
            if one.stem != HUB:
                made._files.setdefault(one.stem, one)
        return name, made

    def with_file(self, path: Path) -> tuple[str, Registry]:
        """Return a registry that knows a mapping file, too, whatever its name; and the id of its format.

        The file stands in for one of the same format. Raises InvalidMapping.
        """
        name = read_mapping(load_file(path)).format
        made = Registry(self.directories[1:])
        made._files[name] = path
        return name, made

    def names(self) -> list[str]:
        """Return the ids of all formats."""
        return sorted(self._files)

    def path(self, name: str) -> Path:
        """Return the mapping file of a format. Raises UnknownFormat."""
        self._known(name)
        return self._files[name]

    def mapping(self, name: str) -> MappingModel:
        """Return the mapping of a format. Raises UnknownFormat, InvalidMapping."""
        return self._load(name)[0]

    def source(self, name: str) -> Source | None:
        """Return the file of a format, read; None for the hub. Raises UnknownFormat, InvalidMapping."""
        return self._load(name)[1]

    def _known(self, name: str) -> None:
        check_arguments(format=name)
        if name not in self._files and name != HUB:
            hint = did_you_mean(name, [*self._files, HUB])
            raise UnknownFormat(f"no format {name!r}; {hint or 'there are ' + ', '.join(self.names())}")

    def _load(self, name: str) -> tuple[MappingModel, Source | None]:
        self._known(name)
        if name not in self._mappings:
            source = load_file(self._files[name])
            mapping = read_mapping(source)
            if mapping.format != name:
                raise InvalidMapping(
                    [
                        source.diagnostic(
                            ("format",), "format", f"the file is named {name!r}, the format {mapping.format!r}"
                        )
                    ]
                )
            self._mappings[name] = (mapping, source)
        return self._mappings[name]

    def profile(self, spelled: str, assume: dict[str, str] | None = None) -> Profile:
        """Return the profile that ``format`` or ``format/profile`` names; without one, the first.

        Raises UnknownFormat, InvalidMapping.
        """
        check_arguments(format=spelled)
        name, _, wanted = spelled.partition("/")
        mapping, source = self._load(name)
        profile = wanted or next(iter(mapping.profiles))
        if profile not in mapping.profiles:
            hint = did_you_mean(profile, mapping.profiles)
            known = ", ".join(f"{name}/{one}" for one in mapping.profiles)
            raise UnknownFormat(f"format {name!r} has no profile {profile!r}; {hint or 'there are ' + known}")
        key = (name, profile, tuple(sorted((assume or {}).items())))
        found = self._profiles.get(key)
        if found is None:
            made, problems = resolve(mapping, profile, assume)
            if problems and source is not None:
                raise InvalidMapping(problem_diagnostics(source, problems))
            found = self._profiles[key] = replace(made, source=source)
            # answers may be any text; the oldest make room, in one step since other threads look, too
            for oldest in list(self._profiles)[:-MOST_PROFILES]:
                self._profiles.pop(oldest, None)
        return found

    def kinds(self) -> frozenset[str]:
        """Return the kinds of things that fields of any format are identifiers of; a broken mapping has none."""
        found: set[str] = set()
        for name in self.names():
            try:
                mapping = self.mapping(name)
            except InvalidMapping:
                continue
            for fields in (mapping.fields, *(profile.fields for profile in mapping.profiles.values())):
                found |= _kinds(fields)
        return frozenset(found)

    def assumptions(self) -> frozenset[str]:
        """Return the names of what any format assumes; a broken mapping assumes nothing."""
        found: set[str] = set()
        for name in self.names():
            try:
                found |= self.mapping(name).assume.keys()
            except InvalidMapping:
                continue
        return frozenset(found)

    def profiles(self) -> Iterator[Profile]:
        """Yield every profile of every format."""
        for name in self.names():
            for profile in self.mapping(name).profiles:
                yield self.profile(f"{name}/{profile}")

    def detect(self, payload: Any, within: str | None = None) -> Profile:
        """Return the one profile that a payload is of: the one that knows most of what stands in its envelope.

        Where none knows anything, an envelope that only one format has decides. ``within`` keeps to the profiles
        of one format. Raises UndecidableFormat, which names the candidates.
        """
        check_given(within=within)
        return self.likeliest(plain(payload, DEEPEST), within)

    def likeliest(self, payload: Any, within: str | None = None) -> Profile:
        """Do what ``detect`` does for a plain JSON value."""
        candidates = [profile for profile in self.profiles() if within is None or profile.format == within]
        scores = [(likeness(payload, profile), profile) for profile in candidates]
        best = max((score for score, _ in scores), default=(0.0, 0))
        found = [profile for score, profile in scores if score == best and best[1] > 0]
        if not found:
            found = [one for one in candidates if (unwrap(payload, one), listed(payload, one)) != (None, None)]
        if len({profile.format for profile in found}) == 1:
            return found[0]
        if within is not None and candidates:
            return candidates[0]
        if not found:
            raise UndecidableFormat("the payload has no field of any format", self.names())
        raise UndecidableFormat("the payload fits several formats", [profile.spelled for profile in found])


def _kinds(fields: Mapping[str, Line]) -> set[str]:
    own = {line.refers for line in fields.values() if line.refers is not None}
    return own.union(*(_kinds(line.fields) for line in fields.values() if line.fields))


def problem_diagnostics(source: Source, problems: Iterable[Any]) -> list[Diagnostic]:
    """Give problems their places in the file."""
    return [source.diagnostic(one.keys, one.code, one.message, one.hint, severity=one.severity) for one in problems]


def _with_mappings(
    kind: type[Registry],
    directories: tuple[Path, ...],
    files: dict[str, Path],
    read: dict[str, tuple[MappingModel, Source | None]],
) -> Registry:
    """Return a registry of the bundled formats and of further files, some of which were read before."""
    made = kind()
    made.directories = (*made.directories, *directories)
    made._files |= files
    made._mappings |= read
    return made


def _checked(directories: Iterable[Path | str]) -> Iterable[Path | str]:
    """Return directories that can be walked more than once. Raises UsageError where they are none."""
    given = tuple(directories) if isinstance(directories, Iterator) else directories
    check_arguments(directories=given)
    return given


def registry(directories: Iterable[Path | str] = ()) -> Registry:
    """Return the registry of the bundled formats and further directories; made once."""
    return _registry(tuple(map(str, _checked(directories))))


@lru_cache(maxsize=8)
def _registry(directories: tuple[str, ...]) -> Registry:
    return Registry(directories)
