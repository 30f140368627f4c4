"""A first mapping for a platform that nobody has described yet: drafted from samples or from a schema."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalens.draft.choose import Chooser, DraftLine, all_names
from catalens.draft.known import Knowledge
from catalens.draft.samples import Samples, gather, read_samples
from catalens.draft.schema import read_openapi, read_schema
from catalens.draft.score import Scorer
from catalens.draft.shape import Shape, places
from catalens.draft.words import name_of
from catalens.draft.write import Told, Written, write
from catalens.errors import Diagnostic, InvalidMapping, UsageError
from catalens.formats import Registry, registry
from catalens.lint.check import lint
from catalens.mapping.hub_format import HUB
from catalens.mapping.load import load_text
from catalens.mapping.profile import Names
from catalens.mapping.read import read_mapping
from catalens.paths import expand_group

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
#: a draft is mended so often; what is wrong then, the linter says
_ROUNDS = 20


@dataclass(frozen=True)
class Suggestion:
    """Where one field seems to go: the field's path, the hub path (None: nowhere), and what speaks for it."""

    path: str
    hub: str | None
    #: from 0 to 1
    confidence: float
    #: nobody need look at it
    sure: bool
    runner_up: str | None


@dataclass(frozen=True)
class Draft:
    """A mapping as text, which lints, and what it suggests for each field."""

    text: str
    suggestions: tuple[Suggestion, ...]
    #: lines that are marked for a person
    open: int = 0
    #: fields that are not in it, since there are too many or their names are too long
    left_out: int = 0


def draft(
    name: str,
    samples: str | os.PathLike[str] | Iterable[Any] | None = None,
    *,
    json_schema: str | os.PathLike[str] | Mapping[str, Any] | None = None,
    openapi: str | os.PathLike[str] | None = None,
    schema: str | None = None,
    formats: Registry | None = None,
    without: Sequence[str] = (),
) -> Draft:
    """Draft the mapping of a format from what is known of its payloads, and from all mappings that are there.

    One of ``samples`` (a file with a payload a line, an array or an answer; or the payloads themselves),
    ``json_schema`` (a file, or what is in it) and ``openapi`` (a file; ``schema`` names the schema in it) is given.
    What comes out lints, and takes each of the samples. ``without`` are formats that nothing is learned from.

    Raises UsageError where it is not clear what is asked for, InvalidPayload and CatalensError for what cannot be
    read, with the place, OSError.
    """
    known = registry() if formats is None else formats
    _check_name(name, known, without)
    given = [one for one in (samples, json_schema, openapi) if one is not None]
    if len(given) != 1:
        raise UsageError("a draft is made from one of samples, a JSON Schema and an OpenAPI document")
    if schema is not None and openapi is None:
        raise UsageError("a schema is named in an OpenAPI document, and none is given")
    if openapi is not None:
        found = read_openapi(os.fspath(openapi), schema)
    elif json_schema is not None:
        found = read_schema(json_schema if isinstance(json_schema, Mapping) else os.fspath(json_schema))
    elif isinstance(samples, str | os.PathLike):
        found = read_samples(os.fspath(samples))
    else:
        assert samples is not None
        found = gather(samples)
    return _drafted(name, found, samples is None, Knowledge.of(known, without))


def _check_name(name: str, formats: Registry, without: Sequence[str]) -> None:
    if not _NAME.fullmatch(name) or name == HUB:
        near = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        hint = f"; try {near!r}" if near and near != HUB else ""
        raise UsageError(f"{name!r} is no name of a format: small letters, digits and '-', and not 'hub'{hint}")
    if name in formats.names() and name not in without:
        raise UsageError(f"there is a format {name!r} already, in {formats.path(name)}; give the draft another name")


def _drafted(name: str, samples: Samples, from_schema: bool, knowledge: Knowledge) -> Draft:
    shape = samples.product
    scorer = Scorer(knowledge, (name_of(names) for names in all_names(shape)))
    nullable = _nullable(shape) if from_schema else None
    chooser = Chooser(scorer, nullable)
    lines = chooser.lines(shape)
    required = tuple(_required(shape)) if from_schema else ()
    told = Told(name, samples, nullable, required, _left_out(shape) + chooser.left_out)
    written, lines = _mended(told, lines)
    return Draft(written.text, tuple(_suggestions(lines)), written.open, told.left_out)


def _nullable(shape: Shape) -> bool:
    """Tell whether most fields take null."""
    found = ["null" in child.types for child in _all_places(shape)]
    return sum(found) * 2 > len(found)


def _all_places(shape: Shape) -> Iterator[Shape]:
    for _, child in places(shape):
        yield child
        if child.is_list_of_objects and child.item is not None:
            yield from _all_places(child.item)


def _required(shape: Shape, at: Names = ()) -> Iterator[Names]:
    """Yield the fields outside of lists that a whole product has."""
    for name in shape.required:
        child = shape.members.get(name)
        if child is not None and child.is_object:
            yield from _required(child, (*at, name))
        elif child is not None and not child.readonly:
            yield (*at, name)


def _left_out(shape: Shape) -> int:
    inner = [*shape.members.values(), *([shape.item] if shape.item is not None else [])]
    return shape.left_out + sum(map(_left_out, inner))


def _suggestions(lines: Iterable[DraftLine], above: str = "") -> Iterator[Suggestion]:
    for one in lines:
        before = f"{above}." if above else ""
        for key in expand_group(one.key) or (one.key,):
            yield Suggestion(before + key, one.hub, one.confidence, one.sure, one.runner_up)
        yield from _suggestions(one.fields, before + one.key)


# -- the linter has the last word ---------------------------------------------------------------------------------


def _mended(told: Told, lines: list[DraftLine]) -> tuple[Written, list[DraftLine]]:
    """Write lines, and take back what the linter refuses, until it is content; return them, and what is in them."""
    errors: list[Diagnostic] = []
    for _ in range(_ROUNDS):
        written = write(told, lines)
        source = load_text(written.text, f"{told.name}.yaml")
        errors = [one for one in lint(source, read_mapping(source)) if one.severity == "error"]
        if not errors:
            return written, lines
        blamed = {id(owner): (owner, one.code) for one in errors if (owner := written.owners.get(one.line))}
        if not blamed:
            break
        for owner, code in blamed.values():
            if not _mend(owner, code):
                lines = _without(lines, owner)
    raise InvalidMapping(errors)


def _mend(line: DraftLine, code: str) -> bool:
    """Take back what a line says too much; False where nothing is left to take back."""
    extra = {"invalid-example": ("example",), "invalid-default": ("default",)}.get(code)
    if extra is None and line.said.get("only_here") is None:
        line.forget_hub()
        return True
    kept = {"type", "only_here", "nullable"}
    removed = [word for word in (extra or [*line.said]) if word in line.said and word not in kept]
    for word in removed:
        del line.said[word]
    return bool(removed)


def _without(lines: list[DraftLine], gone: DraftLine) -> list[DraftLine]:
    left = [one for one in lines if one is not gone]
    for one in left:
        had_fields = bool(one.fields)
        one.fields = _without(one.fields, gone)
        if had_fields and not one.fields:
            return _without(left, one)
    return left


__all__ = ["Draft", "Suggestion", "draft"]
