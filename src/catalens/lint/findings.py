"""What is found wrong with a mapping, where, and which of its lines are out because of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from catalens.errors import Diagnostic
from catalens.mapping.load import Source
from catalens.mapping.model import Line, MappingModel
from catalens.mapping.resolve import Problem
from catalens.paths import PathError, expand_group, parse

Keys = tuple[str | int, ...]
Block = tuple[dict[str, Line], tuple[str, ...]]

#: code -> what is wrong; the codes of files that are no YAML of ours stand in ``load``
DIAGNOSTICS: Final = {
    # words
    "unknown-word": "the language has no such word here",
    "missing-word": "a word is missing",
    "value": "a word has a value that it cannot have",
    "profiles": "there is no profile",
    "format": "the file is not named after its format",
    "shadows": "a format of that name ships with the package",
    "reserved-name": "a format has the name of the hub",
    "stale-word": "a word says nothing where it stands",
    # counterparts
    "no-counterpart": "nothing is said of what becomes of a field",
    "two-counterparts": "two things are said of what becomes of a field",
    "missing-reason": "a field is dropped without a reason",
    # paths
    "path": "a text is no path, or no path of a payload",
    "fields": "inner lines without a list or map, or one of objects without inner lines",
    "hub": "a hub path that does not fit the lists on its way",
    "list": "one list corresponds to two hub lists",
    "map": "a map without a hub list, or whose keys stand for nothing",
    "unknown-hub-path": "the hub has nothing at a path",
    "unknown-hub-value": "the hub does not allow a word",
    "unknown-key": "a list's items have no such value to be known by",
    "needs": "a list's items have no such value to need",
    "order": "a list cannot be ordered by what is said to order it",
    "any-shape": "what may be of any shape is no object or list",
    "foreign-ext": "a place of another format whose name is nearly the same",
    # what is said twice
    "same-field": "two lines are of one field, or a field is a value and an object",
    "same-hub-field": "two lines of one profile correspond to one hub field",
    "ambiguous-list": "it is open where items of a hub list come from",
    "crossing": "two profiles put different things at one place of the hub",
    # types and limits
    "type-mismatch": "values do not arrive as what the hub holds",
    "types": "a group has more or fewer types than fields",
    "limits": "no value keeps these limits",
    "enum": "an allowed value is not of the field's type",
    "pattern": "a pattern is no regular expression, or none that is read alike everywhere",
    "invalid-default": "a default breaks the limits of its own line",
    "invalid-example": "an example is not valid",
    # codecs
    "unknown-codec": "there is no such codec",
    "codec": "a codec cannot be used like that",
    "none": "a field cannot hold what says that there is none",
    "group": "a codec relates another number of fields",
    "table": "a table cannot be read backwards",
    "undeclared-equivalence": "a codec, or a list's order, forgets a difference that the mapping does not declare",
    "unknown-equivalence": "nothing forgets a difference of that name",
    "stale-equivalence": "a difference is declared that nothing in the mapping forgets",
    # assumptions
    "missing-assumption": "a line rests on an assumption that the mapping does not give",
    "stale-assumption": "no line rests on an assumption",
    "unknown-unit": "there is no such unit",
    "unknown-timezone": "there is no such time zone",
    "unknown-markup": "a text is written in no such markup",
    # beside the lines
    "slot": "a slot is no list of objects with texts for name and value",
    "required": "what is required or forbidden is no field",
    "identity": "what should tell a product from others is no field, or must not be shown",
    "condition": "a condition cannot be asked, or asks for a field that there is not",
    "condition-fails": "a condition is neither true nor false of a value that the profile allows",
    "unknown-profile": "the mapping has no such profile",
    "unknown-format": "there is no such format",
    "unknown-code": "there is no such loss",
    # endpoints
    "expression": "what a reply is asked for cannot be asked",
    "url": "a text is no address of a call",
    "variable": "a name in braces has nothing to stand for",
    "unknown-kind": "nothing refers to things of that kind",
    "calls": "calls do not fit together",
    "set": "what a call sets or leaves out is no field",
    "at-least-once": "a thing may be made twice, for nobody can look whether it is there",
    # found by translating, where all else is right
    "expectation": "an example is not translated as it expects",
}


#: code of the resolver -> the word that it is about, where that is not the whole line
_WORDS: Final = {"hub": "hub", "list": "hub", "types": "types"}


class Findings:
    """Collects diagnostics of one mapping. Lines are known by their keys in the file."""

    def __init__(self, source: Source, mapping: MappingModel, assume: dict[str, str]) -> None:
        self.source, self.mapping = source, mapping
        #: an answer for every assumption, so that codecs can be made whatever is missing
        self.assume = assume
        self.diagnostics: list[Diagnostic] = []
        self.lines = {keys: line for block in self.blocks() for keys, line in _all_lines(*block)}
        #: lines that cannot be resolved
        self.out: set[Keys] = set()
        #: names of the assumptions and of the equivalences that lines make use of
        self.assumed: set[str] = set()
        self.normalised: set[str] = set()

    def blocks(self, profile: str | None = None) -> Iterator[Block]:
        """Yield the lines that stand at the root, with their keys: those of all profiles, then each one's own."""
        yield self.mapping.fields, ("fields",)
        for name, own in self.mapping.profiles.items():
            if profile in (None, name):
                yield own.fields, ("profiles", name, "fields")

    # -- reporting ----------------------------------------------------------------------------------------------

    def say(self, keys: Keys, code: str, message: str, hint: str | None = None) -> None:
        """Report an error: about a line at its name, about all else at the value."""
        assert code in DIAGNOSTICS, code
        self.diagnostics.append(self.source.diagnostic(keys, code, message, hint, at_value=keys not in self.lines))

    def say_word(self, keys: Keys, code: str, message: str, hint: str | None = None) -> None:
        """Report an error at a word (or other key) itself, and not at its value."""
        assert code in DIAGNOSTICS, code
        self.diagnostics.append(self.source.diagnostic(keys, code, message, hint))

    def warn(self, keys: Keys, code: str, message: str, hint: str | None = None) -> None:
        """Report what may be meant."""
        assert code in DIAGNOSTICS, code
        at_value = keys not in self.lines
        self.diagnostics.append(self.source.diagnostic(keys, code, message, hint, "warning", at_value=at_value))

    def refuse(self, line: Keys, keys: Keys, code: str, message: str, hint: str | None = None) -> None:
        """Report an error that keeps a line from being resolved."""
        self.out.add(line)
        self.say(keys, code, message, hint)

    def refuse_all(self, problems: Iterable[Problem]) -> None:
        """Report what the resolver found, each at the word that it is about; nothing within a list that is out."""
        for one in problems:
            keys = one.keys if one.keys in self.lines else one.keys[:-1]
            if self.is_out(keys[:-1]):
                continue
            word = _WORDS.get(one.code)
            hub = self.lines[keys].hub
            if one.code == "path" and hub is not None and not is_path(hub):
                word = "hub"
            at = one.keys if word is None else self.place(keys, word)
            self.refuse(keys, at, one.code, one.message, one.hint)

    def stale(self, keys: Keys, word: str, message: str, hint: str = "leave it out") -> None:
        """Report a word that says nothing where it stands."""
        self.say_word((*keys, spelled(word)), "stale-word", f"'{spelled(word)}' {message}", hint)

    # -- lines --------------------------------------------------------------------------------------------------

    def number(self, keys: Keys) -> int:
        """Return the number of a line in the file."""
        return self.source.where(keys)[0]

    def place(self, keys: Keys, word: str) -> Keys:
        """Return where a word of a line stands, or the line where it has none."""
        return (*keys, word) if getattr(self.lines[keys], word) is not None else keys

    def is_out(self, keys: Keys) -> bool:
        """Tell whether a line, or a list that it stands in, cannot be resolved."""
        return any(keys[:length] in self.out for length in range(1, len(keys) + 1))

    def sound(self) -> MappingModel:
        """Return the mapping without the lines that cannot be resolved."""
        blocks = [self._without_out(*block) for block in self.blocks()]
        profiles = {
            name: own.model_copy(update={"fields": fields})
            for (name, own), fields in zip(self.mapping.profiles.items(), blocks[1:], strict=True)
        }
        return self.mapping.model_copy(update={"fields": blocks[0], "profiles": profiles})

    def _without_out(self, lines: dict[str, Line], keys: Keys) -> dict[str, Line]:
        kept = {}
        for name, line in lines.items():
            here = (*keys, name)
            if here in self.out:
                continue
            if line.fields is not None:
                inner = self._without_out(line.fields, (*here, "fields"))
                line = line.model_copy(update={"fields": inner})
            kept[name] = line
        return kept


def spelled(word: str) -> str:
    """Return a word of the language as files write it."""
    known = Line.model_fields.get(word)
    return known.alias if known is not None and known.alias else word


def _all_lines(lines: dict[str, Line], keys: Keys) -> Iterator[tuple[Keys, Line]]:
    for name, line in lines.items():
        yield (*keys, name), line
        yield from _all_lines(line.fields or {}, (*keys, name, "fields"))


def is_path(text: str) -> bool:
    """Tell whether a text is a path, or a group of paths."""
    try:
        return all(parse(member) is not None for member in expand_group(text) or (text,))
    except PathError:
        return False
