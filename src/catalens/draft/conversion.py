"""What a line says of values: their types and limits, and how they are brought to a place of the hub."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from catalens.codecs.base import Codec
from catalens.codecs.numbers import as_decimal, is_number
from catalens.codecs.registry import make_codec
from catalens.draft.kinds import kind_of
from catalens.draft.known import Known
from catalens.draft.shape import SCALARS, Shape
from catalens.draft.targets import Target
from catalens.draft.words import alike, words
from catalens.lint.agreement import STAND_INS
from catalens.lint.lines import LONGEST
from catalens.mapping.profile import Names
from catalens.paths import Key, show
from catalens.patterns import PatternError, check_pattern

#: characters of a remark and of an example, and allowed words (and their characters), that a line repeats
MOST_DOC, MOST_EXAMPLE, MOST_WORDS, MOST_LETTERS = 160, 60, 60, 600
#: words of a code table that are taken from samples; more are names rather than codes
MOST_ROWS = 12
#: words are one when they are so much alike
_SAME = 0.88
#: a field with such a word in its name is shown nowhere
SECRETS = frozenset({"password", "secret", "token", "credential", "apikey"})
_NUMBERS = frozenset({"number", "integer"})
#: fields of a price that are amounts of money
_AMOUNTS = ("list", "sale", "cost")

Words = dict[str, Any]


# -- types and limits ---------------------------------------------------------------------------------------------


def types_of(shape: Shape) -> frozenset[str]:
    """Return the types that values have; null aside, and a whole number is one among numbers."""
    found = shape.types - {"null"}
    return frozenset(found - {"integer"} if "number" in found else found)


def type_words(types: frozenset[str]) -> Words:
    if not types or len(types) >= 5:
        return {"type": "any"}
    listed = sorted(types, key=("string", "number", "integer", "boolean", "object", "array").index)
    return {"type": listed[0] if len(listed) == 1 else listed}


def limit_words(shape: Shape, types: frozenset[str]) -> Words:
    """Return the limits that a schema says, as far as a mapping can say them of these types."""
    said, found = shape.limits, {}
    enum = _enum(said.get("enum"), types)
    if isinstance(said.get("format"), str) and len(said["format"]) <= MOST_EXAMPLE and "string" in types:
        found["format"] = said["format"]
    if "string" in types:
        low, high = (_length(said.get(word)) for word in ("minLength", "maxLength"))
        if low is not None and (high is None or low <= high):
            found["minLength"] = low
        if high is not None and (low is None or low <= high):
            found["maxLength"] = high
        if isinstance(said.get("pattern"), str) and _is_pattern(said["pattern"]):
            found["pattern"] = said["pattern"]
    if types & _NUMBERS:
        low, high = (said[word] if is_number(said.get(word)) else None for word in ("minimum", "maximum"))
        apart = low is None or high is None or as_decimal(low) <= as_decimal(high)
        found |= {word: one for word, one in (("minimum", low), ("maximum", high)) if one is not None and apart}
    if enum:
        found["enum"] = enum
    if found.keys() - {"format"} and said.get("advisory") is True:
        found["advisory"] = True
    return found


def _enum(said: Any, types: frozenset[str]) -> list[Any]:
    """Return the allowed words; none where a mapping cannot say all of them."""
    listed = [one for one in said if one is not None] if isinstance(said, list) else []
    if not listed or len(listed) > MOST_WORDS or sum(len(str(one)) for one in listed) > MOST_LETTERS:
        return []
    known = all(isinstance(one, str | int | bool) for one in listed)
    fit = all(
        ("boolean" if isinstance(one, bool) else "integer" if isinstance(one, int) else "string")
        in types | ({"integer"} if "number" in types else set())
        for one in listed
    )
    return listed if known and fit else []


def _length(said: Any) -> int | None:
    return said if isinstance(said, int) and not isinstance(said, bool) and 0 <= said <= LONGEST else None


def _is_pattern(text: str) -> bool:
    if len(text) > MOST_LETTERS:
        return False
    try:
        check_pattern(text)
    except PatternError:
        return False
    return True


def remarks(shape: Shape, doc: str | None, names: Names, in_list: bool, types: frozenset[str]) -> Words:
    """Return what a line says of a field besides: default, remark, example; or that its values must not be shown."""
    spoken = words(names[-1])
    if SECRETS & {*spoken, "".join(spoken)} and types <= SCALARS:
        return {"secret": True}
    found: Words = {}
    default = shape.limits.get("default")
    is_scalar = isinstance(default, str | bool | int | float | Decimal) and len(str(default)) <= MOST_DOC
    if is_scalar and not in_list:
        found["default"] = default
    if doc:
        found["doc"] = _one_line(doc)
    example = next(filter(_is_telling, shape.values), None)
    if example is not None:
        found["example"] = example
    return found


def _one_line(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= MOST_DOC else flat[: MOST_DOC - 1] + "…"


def _is_telling(value: Any) -> bool:
    if isinstance(value, str):
        # no addresses of people, and nothing that is too long to look at
        return len(value.strip()) > 0 and len(value) <= MOST_EXAMPLE and "@" not in value
    return is_number(value)


# -- how values arrive --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Conversion:
    """What a line says to bring values to a place; a guess if it rests on what nobody has said."""

    words: Words
    is_guess: bool = False


#: a field that has no counterpart
ONLY_HERE = Conversion({"only_here": True})


def conversion(
    values: Shape, whole: Shape, target: Target, witness: Known | None, known: Iterable[Known]
) -> Conversion | None:
    """Return what a line says to bring values of a shape to a place; None where nothing does.

    ``whole`` is the list of which they are the items, or they themselves. ``witness`` is the known field that is most
    like this one, ``known`` are all that go to the place.
    """
    types, line = types_of(values), None if witness is None else witness.line
    if target.item is not None:
        return Conversion({"hub": target.text}) if whole.is_list_of_objects else None
    if not types or not types <= SCALARS:
        return None
    if target.is_enumerated:
        return _table(values, types, target, known)
    if target.end.type == "array":
        return Conversion({"hub": f"{target.text}[]"} if whole is not values else _keywords(target))
    codecs = {"string": _text, "number": _number, "boolean": _truth}
    said = codecs.get(target.end.type, _measure)(values, types, target, line)
    if said is None:
        return None
    found: Words = {"hub": target.text, **said}
    last = target.path[-1]
    if Key("prices") in target.path and isinstance(last, Key) and last.name in _AMOUNTS:
        found["assumes"] = ["currency", "tax"]
    if line is not None:
        if line.refers is not None and last == Key("id"):
            found["refers"] = line.refers
        if not line.cut and "string" in types and "maxLength" in values.limits:
            found["cut"] = False
    return Conversion(found)


def _text(shape: Shape, types: frozenset[str], target: Target, line: Any) -> Words | None:
    last = target.path[-1]
    if types == {"string"}:
        looks = {kind_of(one) for one in shape.values} - {"empty"}
        if target.key == "description.value":
            html = "markup" in looks or not looks or shape.limits.get("format") == "html"
            hub = f"{show(target.path[:-1])}.[value, markup]"
            return {"hub": hub, "codec": {"markup": "html" if html else "text"}}
        if target.key == "handle" and looks == {"path"}:
            return {"codec": "slug-path"}
        if last == Key("url") and looks == {"content"}:
            return {"codec": "base64", "blob": True}
        if isinstance(last, Key) and last.name in _TIMES and looks & {"time", "day"} and not _zoned(shape.values):
            return {"codec": "local-time"}
        return {}
    if target.key == "description.value":
        return None
    if last == Key("id") and types <= {"integer", "string"}:
        return {"codec": "integer-id" if types == {"integer"} else "numeric-id"}
    return {"codec": "plain-text"}


_TIMES = ("created_at", "updated_at", "sale_from", "sale_to")


def _zoned(values: Iterable[Any]) -> bool:
    ends = [value[16:] for value in values if isinstance(value, str) and kind_of(value) == "time"]
    return any(end.endswith(("Z", "z")) or "+" in end or "-" in end for end in ends)


def _number(shape: Shape, types: frozenset[str], target: Target, line: Any) -> Words | None:
    ends = target.path[-1] == Key("sale")
    if "string" in types:
        codec = "decimal-string" if types == {"string"} else "numeric"
        return {"codec": [{"means-none": ""}, codec] if ends and "" in shape.values else codec}
    if ends:
        by_others = not shape.values and line is not None and line.codec == {"means-none": 0}
        if by_others or any(is_number(one) and one == 0 for one in shape.values):
            return {"codec": {"means-none": 0}}
    return {}


def _truth(shape: Shape, types: frozenset[str], target: Target, line: Any) -> Words | None:
    steps: list[str] = [] if types == {"boolean"} else ["boolean-string" if types == {"string"} else "boolean"]
    if line is not None and "negated" in str(line.codec):
        steps.append("negated")
    return {"codec": steps[0] if len(steps) == 1 else steps} if steps else {}


def _measure(shape: Shape, types: frozenset[str], target: Target, line: Any) -> Words | None:
    measure = {"measure": target.end.type}
    if "string" not in types:
        return {"codec": measure}
    return {"codec": ["decimal-string" if types == {"string"} else "numeric", measure]}


def _keywords(target: Target) -> Words:
    return {"hub": target.text, "codec": "keyword-text"}


def _table(shape: Shape, types: frozenset[str], target: Target, known: Iterable[Known]) -> Conversion | None:
    """Return the code table of a field's words, as far as they are known; what is not stays here."""
    said, hub = meanings(target, known), target.text
    if types <= {"boolean", "string"} and "boolean" in types:
        if "true" not in said or "false" not in said:
            return None
        table = {"true": said["true"], "false": said["false"]}
        return Conversion({"hub": hub, "table": table, **({} if len(types) == 1 else {"codec": "boolean-string"})})
    if types != {"string"}:
        return None
    enum = shape.limits.get("enum")
    seen = [one for one in (enum if isinstance(enum, list) else shape.values) if isinstance(one, str) and one.strip()]
    if len(seen) > MOST_ROWS and not isinstance(enum, list):
        return None
    found: dict[str, Any] = {}
    for word in seen:
        # words that differ in case and blanks only are one
        if (meaning := _meaning(word, said)) is not None and _plain(word) not in map(_plain, found):
            found[word] = meaning
    words = {"hub": hub, "table": found or {word: word for word in target.end.values}}
    missing = {_plain(word) for word in seen} - {_plain(word) for word in found}
    closed = isinstance(enum, list) and [one for one in enum if one is not None] == list(found)
    return Conversion(words if closed else {**words, "otherwise": "only_here"}, bool(missing) or not found)


def _plain(word: str) -> str:
    return word.strip().lower()


def meanings(target: Target, known: Iterable[Known]) -> dict[str, Any]:
    """Return what words stand for at a place: the hub's own, and those of the code tables of all mappings."""
    found: dict[str, Any] = {}
    for one in known:
        for word, row in ((one.line.table if one.line is not None else None) or {}).items():
            found.setdefault(word.lower(), row[0] if isinstance(row, list) and row else row)
    allowed = set(target.end.values)
    return {word: row for word, row in found.items() if row in allowed} | {word: word for word in target.end.values}


def _meaning(word: str, said: Mapping[str, Any]) -> Any:
    plain = _plain(word)
    if plain in said:
        return said[plain]
    best = max(said, key=lambda one: alike(plain, one), default="")
    return said[best] if alike(plain, best) >= _SAME else None


# -- what a mapping declares --------------------------------------------------------------------------------------


def codec_of(said: Words) -> Codec | None:
    """Return the codec that a line spells."""
    return make_codec(said["codec"], STAND_INS) if "codec" in said else None


__all__ = [
    "ONLY_HERE",
    "Conversion",
    "Words",
    "codec_of",
    "conversion",
    "limit_words",
    "remarks",
    "type_words",
    "types_of",
]
