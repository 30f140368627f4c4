"""From a file's data to a MappingModel, with every complaint at its line and column."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError

from catalens.errors import Diagnostic, InvalidMapping, did_you_mean
from catalens.mapping.endpoints import CALLS
from catalens.mapping.load import Source
from catalens.mapping.model import Example, Expectation, Forbidden, Line, MappingModel, ProfileModel, Slot

Keys: TypeAlias = tuple[str | int, ...]
Said = TypeVar("Said", bound=BaseModel)
#: models, and what people call the part of a file that each describes
Parts: TypeAlias = Mapping[type[BaseModel], str]

_PARTS: Final[Parts] = {
    MappingModel: "the head of a mapping",
    ProfileModel: "a profile",
    Line: "a field",
    Slot: "a slot",
    Forbidden: "what is required or forbidden",
    Example: "an example",
    Expectation: "what an example expects",
}

#: what other languages of configuration take for a truth value
_TRUTHS = {"yes": "true", "on": "true", "no": "false", "off": "false"}


def read_mapping(source: Source) -> MappingModel:
    """Read a mapping. Raises InvalidMapping with all that is wrong."""
    mapping = read_words(source, MappingModel, "mapping language", _PARTS)
    if not mapping.profiles:
        raise InvalidMapping([source.diagnostic((), "profiles", "a mapping has at least one profile")])
    return mapping


def read_words(source: Source, model: type[Said], language: str, parts: Parts) -> Said:
    """Read a file as a model says. Raises InvalidMapping with all that is wrong.

    ``parts`` are the models whose words may be meant where a word is unknown, and what people call each.
    """
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        raise InvalidMapping(_diagnostics(source, error.errors(), language, parts)) from None


def _diagnostics(source: Source, errors: Iterable[Any], language: str, parts: Parts) -> list[Diagnostic]:
    """Say once of each place what is wrong there.

    Of a value that may be of several kinds, pydantic says of each kind why it is none of it.
    """
    places: dict[Keys, list[Any]] = {}
    for error in errors:
        places.setdefault(_keys(source, error), []).append(error)
    deepest = [keys for keys in places if not any(_within(other, keys) for other in places)]
    found = [_diagnostic(source, keys, places[keys], language, parts) for keys in deepest]
    return sorted(found, key=lambda one: (one.line, one.column))


def _within(keys: Keys, outer: Keys) -> bool:
    return len(keys) > len(outer) and keys[: len(outer)] == outer


def _keys(source: Source, error: Any) -> Keys:
    """Return where in the file an error is; pydantic names the members of unions too."""
    keys: list[str | int] = []
    node: Any = source.data
    for part in error["loc"]:
        if (isinstance(node, dict) and part in node) or (
            isinstance(node, list) and isinstance(part, int) and part < len(node)
        ):
            node = node[part]
            keys.append(part)
    # several words that are missing are several complaints
    return (*keys, error["loc"][-1]) if error["type"] == "missing" else tuple(keys)


def _meant(word: str, parts: Parts) -> str | None:
    """Return what may be meant by a word that does not stand where it may."""
    places: dict[str, list[str]] = {}
    for model, part in parts.items():
        for name, info in model.model_fields.items():
            places.setdefault(info.alias or name, []).append(part)
    if word in places:
        return f"it is a word of {' and of '.join(places[word])}"
    return did_you_mean(word, places)


def _diagnostic(source: Source, keys: Keys, errors: list[Any], language: str, parts: Parts) -> Diagnostic:
    kinds = {error["type"]: error for error in errors}
    if "extra_forbidden" in kinds:
        word = str(keys[-1])
        message = f"the {language} has no word {word!r} here"
        return source.diagnostic(
            keys, "unknown-word", message, _meant(word, CALLS if keys[0] == "endpoints" else parts)
        )
    if "missing" in kinds:
        return source.diagnostic(keys[:-1], "missing-word", f"{keys[-1]!r} is missing")
    value = errors[0]["input"]
    shown = json.dumps(value, ensure_ascii=False, default=str)
    if "literal_error" in kinds:
        allowed = re.findall(r"'([^']*)'", kinds["literal_error"]["ctx"]["expected"])
        hint = did_you_mean(value, allowed) if isinstance(value, str) else None
        message = f"expected one of {', '.join(allowed)}, found {shown}"
        return source.diagnostic(keys, "value", message, hint, at_value=True)
    if "bool_type" in kinds and len(kinds) == 1:
        truth = _TRUTHS.get(value.lower()) if isinstance(value, str) else None
        hint = f"write {truth}" if truth else None
        return source.diagnostic(keys, "value", f"expected true or false, found {shown}", hint, at_value=True)
    said = list(dict.fromkeys(str(error["msg"]).removeprefix("Input should be ") for error in errors))
    if len(said) == 1:
        return source.diagnostic(keys, "value", str(errors[0]["msg"]), at_value=True)
    wanted = " or ".join(one.partition(",")[0] for one in said)
    return source.diagnostic(keys, "value", f"expected {wanted}, found {shown}", at_value=True)
