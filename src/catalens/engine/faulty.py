"""Refuse what the linter refuses: a faulty mapping could make a report say what is not so."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from catalens.errors import InvalidMapping
from catalens.formats import Registry, bundled_mappings
from catalens.lint.check import lint

#: the formats of a registry that have been looked at
_seen: WeakKeyDictionary[Registry, set[str]] = WeakKeyDictionary()


def refuse_faulty(formats: Registry, spelled: str) -> None:
    """Refuse a format, or a profile of it, whose mapping file has errors. Raises InvalidMapping with what lint says.

    The bundled mappings are linted by the tests.
    """
    name, seen = spelled.partition("/")[0], _seen.setdefault(formats, set())
    if name in seen or name not in formats.names():
        return
    source = formats.source(name)
    if source is not None and formats.path(name).parent != bundled_mappings():
        errors = [one for one in lint(source, formats.mapping(name)) if one.severity == "error"]
        if errors:
            raise InvalidMapping(errors)
    seen.add(name)
