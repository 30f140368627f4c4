"""Write a draft as a mapping file: a field a line, and behind it how sure its counterpart is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalens.codecs.units import UNITS
from catalens.draft.choose import DraftLine
from catalens.draft.conversion import codec_of
from catalens.draft.samples import Samples
from catalens.draft.units import unit_named
from catalens.lint.open import MARK
from catalens.mapping.profile import Names
from catalens.payloads import dumps

_HEAD = """\
# A draft. Behind each line stands where the field seems to go, how sure that is (0 to 1), and what else it may be.
# A line marked with a question mark is for a person to decide: mend it, and take the mark away. What is left:
#     catalens lint --open {file}
"""
#: texts that need no quotes, as words and as keys
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*(?:\[\])?")
_READ_AS_SUCH = frozenset({"true", "false", "null"})
#: what is assumed where nothing says it: of money that it is the store's own
_ASSUMED = {"currency": "store", "tax": "store", "timezone": "UTC", "weight": "kg", "length": "cm", "markup": "html"}


@dataclass(eq=False)
class Written:
    """A mapping's text, and which line of it is of which field."""

    text: str = ""
    owners: dict[int, DraftLine] = field(default_factory=dict)
    #: lines that are marked
    open: int = 0


@dataclass(frozen=True)
class Told:
    """What a draft says beside its fields."""

    name: str
    samples: Samples
    #: whether fields take null unless they say so
    nullable: bool | None = None
    required: tuple[Names, ...] = ()
    #: members that the samples have, and the draft has not
    left_out: int = 0


def write(told: Told, lines: Sequence[DraftLine]) -> Written:
    """Write a mapping."""
    made = Written()
    body = list(_fields(lines, "  "))
    found = list(_all(lines))
    head = _HEAD.format(file=f"{told.name}.yaml").splitlines()
    head += [f"format: {told.name}", f"title: {told.name}, product"]
    if told.nullable is False:
        head.append("nullable: false")
    if assume := _assumed(found):
        head.append(f"assume: {_flow(assume)}    # {MARK} guesses at what payloads leave unsaid")
    if equivalent := list(dict.fromkeys(name for one in found for name in _forgotten(one))):
        head.append(f"equivalent: {_flow(equivalent)}")
    head += ["", "fields:" if body else "fields: {}"]
    made.owners = {len(head) + at: owner for at, (_, owner) in enumerate(body, 1) if owner is not None}
    made.open = sum(not one.sure and not one.follows for one in found) + bool(assume) + bool(told.left_out)
    rows = [*head, *(row for row, _ in body)]
    if told.left_out:
        rows.append(f"  # {MARK} {told.left_out} more fields are left out, being too many, or with too long names")
    made.text = "\n".join([*rows, "", *_profiles(told), *_identity(lines), *_required(told, lines)]) + "\n"
    return made


def _all(lines: Iterable[DraftLine]) -> Iterator[DraftLine]:
    for one in lines:
        yield one
        yield from _all(one.fields)


# -- fields -------------------------------------------------------------------------------------------------------


def _fields(lines: Iterable[DraftLine], indent: str) -> Iterator[tuple[str, DraftLine | None]]:
    for one in lines:
        key = _key(one.key)
        if not one.fields:
            yield f"{indent}{key}: {_flow(one.said)}{_remark(one)}", one
            continue
        yield f"{indent}{key}:{_remark(one)}", one
        for word, value in one.said.items():
            yield f"{indent}  {word}: {_flow(value)}", one
        yield f"{indent}  fields:", one
        yield from _fields(one.fields, indent + "    ")


def _remark(one: DraftLine) -> str:
    if one.follows:
        return ""
    where = one.hub or "only_here"
    other = f", or {one.runner_up} {one.runner_up_confidence:.2f}" if one.runner_up is not None else ""
    return f"    # {'' if one.sure else MARK + ' '}{where} {one.confidence:.2f}{other}"


# -- YAML ---------------------------------------------------------------------------------------------------------


def _key(text: str) -> str:
    return text if _PLAIN_KEY.fullmatch(text) and text not in _READ_AS_SUCH else _quoted(text)


def _flow(value: Any) -> str:
    """Write a value in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_plain(str(name))}: {_flow(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _plain(value) if isinstance(value, str) else dumps(value).decode()


def _plain(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and text not in _READ_AS_SUCH else _quoted(text)


def _quoted(text: str) -> str:
    """Quote a text so that it is ASCII, and no character of it stands for another one in YAML."""
    escaped = dumps(text).decode()
    return "".join(one if " " <= one <= "~" else "".join(f"\\u{unit:04x}" for unit in _units(one)) for one in escaped)


def _units(character: str) -> Iterator[int]:
    data = character.encode("utf-16-be")
    for at in range(0, len(data), 2):
        yield int.from_bytes(data[at : at + 2], "big")


# -- what stands beside the fields --------------------------------------------------------------------------------


def _assumed(lines: Iterable[DraftLine]) -> dict[str, str]:
    """Return what the lines rest on; the unit of a measure is the one that a name or a remark says."""
    found: dict[str, str] = {}
    for one in lines:
        codec = codec_of(one.said)
        names = [*one.said.get("assumes", ()), *([codec.assumes] if codec is not None and codec.assumes else ())]
        for name in names:
            if name in UNITS:
                spoken = unit_named(name, [*one.names, *one.members, str(one.said.get("doc", ""))])
                if spoken is not None or name not in found:
                    found[name] = spoken or _ASSUMED[name]
            elif name in _ASSUMED:
                found.setdefault(name, _ASSUMED[name])
    return found


def _forgotten(one: DraftLine) -> tuple[str, ...]:
    codec = codec_of(one.said)
    return () if codec is None else tuple(codec.normalises)


def _profiles(told: Told) -> list[str]:
    samples = told.samples
    if not samples.envelope and not samples.listing:
        return ["profiles:", "  write: {}"]
    said: dict[str, Any] = {}
    if samples.envelope:
        said["envelope"] = ".".join(samples.envelope)
    if samples.listing:
        said["list"] = ".".join(samples.listing)
    if samples.around:
        said["around"] = [".".join(names) for names in samples.around]
    return ["profiles:", "  write: {}", f"  read: {_flow(said)}"]


def _identity(lines: Sequence[DraftLine]) -> list[str]:
    """Tell products apart by what surely is an identifier."""
    found = [
        one.key
        for hub in ("id", "sku", "handle")
        for one in lines
        if one.hub == hub and one.sure and not one.said.get("secret")
    ]
    return ["", f"identity: {_flow(found)}"] if found else []


def _required(told: Told, lines: Sequence[DraftLine]) -> list[str]:
    groups = {(*one.names, member) for one in lines for member in one.members}
    there = {one.names: one for one in lines}
    rows = []
    for names in told.required:
        if names in there or names in groups:
            path = DraftLine(names, "", {}).key
            rows.append(f"  - {_flow({'field': path, 'because': 'the schema requires it', 'mode': 'create'})}")
    return ["", "required:", *rows] if rows else []


__all__ = ["Told", "Written", "write"]
