"""Say all that is wrong with a mapping: what no line can mean, what lines say twice, and what says nothing.

Three passes, each over what the one before left standing: the lines one by one (``lint_lines``), the lines of each
profile beside one another (``lint_profiles``), the profile as it is resolved (``lint_hub``). A line that cannot be
resolved is reported once and left out of what follows. Examples and what belongs to no line are checked here.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from catalens.account.codes import LossCode
from catalens.codecs.registry import ANSWERS
from catalens.codecs.units import UNITS
from catalens.envelopes import unwrap
from catalens.errors import Diagnostic, InvalidMapping, did_you_mean, known_names
from catalens.formats import bundled_mappings
from catalens.hub import TAX_BASES
from catalens.lint.agreement import STAND_INS, equivalences
from catalens.lint.conditions import check_conditions
from catalens.lint.endpoints import check_endpoints
from catalens.lint.findings import Findings, Keys
from catalens.lint.hub import check_crossing, check_hub_side
from catalens.lint.lines import check_lines
from catalens.lint.profiles import check_identity, check_profile_name, check_required, check_slots, claim_fields
from catalens.mapping.hub_format import HUB
from catalens.mapping.load import Source, load_file
from catalens.mapping.model import MappingModel
from catalens.mapping.profile import (
    LeafNode,
    ListCorrespondence,
    ListNode,
    Names,
    Node,
    ObjectNode,
    Profile,
    field_of,
    node_under,
)
from catalens.mapping.read import read_mapping
from catalens.mapping.resolve import resolve
from catalens.paths import parse_pointer
from catalens.payloads import json_errors
from catalens.validate import check_payload


def lint_file(path: str | os.PathLike[str]) -> list[Diagnostic]:
    """Say all that is wrong with a mapping file, in the order of the file; nothing for a good one."""
    try:
        source = load_file(path)
        mapping = read_mapping(source)
    except InvalidMapping as error:
        return error.diagnostics
    found = lint(source, mapping)
    if mapping.format != Path(path).stem:
        message = f"as {Path(path).name!r} the file is not found when format {mapping.format!r} is asked for"
        hint = f"name it '{mapping.format}.yaml'"
        found.append(source.diagnostic(("format",), "format", message, hint, "warning", at_value=True))
    shipped = bundled_mappings() / f"{mapping.format}.yaml"
    # a copy is no other: in the repository lies what an installed package ships
    if shipped.exists() and shipped.read_bytes() != Path(path).read_bytes():
        message = f"format {mapping.format!r} ships with the package, and --mappings takes no other of that name"
        hint = "give the format a name of its own"
        found.append(source.diagnostic(("format",), "shadows", message, hint, "warning", at_value=True))
    return _in_order(found)


def lint(source: Source, mapping: MappingModel) -> list[Diagnostic]:
    """Say all that is wrong with a mapping, in the order of its file."""
    findings = Findings(source, mapping, {**STAND_INS, **_usable(mapping.assume)})
    check_lines(findings)
    claims = {name: claim_fields(findings, name) for name in mapping.profiles}
    check_slots(findings, claims)
    check_identity(findings, claims)
    check_required(findings, claims)
    check_endpoints(findings, claims)
    arrivals = []
    for name in mapping.profiles:
        profile, problems = resolve(findings.sound(), name, findings.assume)
        findings.refuse_all(problems)
        arrivals.append(check_hub_side(findings, claims[name], profile.scope))
        _check_values(findings, profile)
        _check_any_shape(findings, profile)
        check_conditions(findings, profile)
        _check_examples(findings, profile)
    for one, other in combinations(arrivals, 2):
        check_crossing(findings, one, other)
    _check_the_rest(findings)
    return _in_order(findings.diagnostics)


def _in_order(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    return sorted(dict.fromkeys(found), key=lambda one: (one.line, one.column))


# -- values of the mapping's own --------------------------------------------------------------------------------


def _check_values(findings: Findings, profile: Profile) -> None:
    """Hold defaults and examples against the limits of their own lines."""
    fields: dict[str, Any] = {}
    values: dict[str, Any] = {}
    places: dict[str, tuple[Keys, str]] = {}
    for one, owner in profile.fields():
        if isinstance(owner, ListCorrespondence):
            continue
        line = findings.lines[one.keys]
        for word, value, held in (
            ("default", line.default, one),
            ("constant", line.constant, one),
            ("example", line.example, one.item or one),
        ):
            if value is not None:
                name = str(len(places))
                fields[name], values[name] = LeafNode(held), value
                places[name] = ((*one.keys, word), f"invalid-{word}")
    for pointer, message in _objections(values, replace(profile, tree=ObjectNode(fields)), advice=True):
        keys, code = places[parse_pointer(pointer)[0]]
        findings.say(keys, code, message)


def _check_examples(findings: Findings, profile: Profile) -> None:
    default = next(iter(findings.mapping.profiles))
    for index, example in enumerate(findings.mapping.examples):
        if (example.profile or default) != profile.name:
            continue
        inner = unwrap(example.payload, profile)
        product, envelope = (example.payload, ()) if inner is None else (inner, profile.envelope)
        for pointer, message in _objections(product, profile):
            at = ("examples", index, "payload", *envelope, *_follow(product, parse_pointer(pointer)))
            findings.say(at, "invalid-example", f"{pointer or 'the payload'}: {message}")


def _objections(value: Any, profile: Profile, advice: bool = False) -> list[tuple[str, str]]:
    """Return pointer and message of all that keeps a value from being a payload of a profile."""
    errors = json_errors(value)
    if not errors:
        errors, weak = check_payload(value, profile)
        errors = [*errors, *weak] if advice else errors
    return [(one.pointer, one.message) for one in errors]


def _follow(value: Any, parts: Iterable[str]) -> Iterator[str | int]:
    """Yield the parts of a pointer, the places in lists as numbers."""
    for part in parts:
        yield int(part) if isinstance(value, list) else part
        value = value[int(part)] if isinstance(value, list) else value[part]


# -- what belongs to no line ------------------------------------------------------------------------------------


def _check_any_shape(findings: Findings, profile: Profile) -> None:
    """Check that what may be of any shape is an object or a list outside of other lists."""
    words = findings.mapping.profiles[profile.name].any_shape
    for index, (text, names) in enumerate(zip(words, profile.any_shape, strict=True)):
        node = node_under(profile.tree, names)
        if not isinstance(node, ObjectNode | ListNode) and not (isinstance(node, LeafNode) and node.field.item):
            known = [".".join(one) for one in _containers(profile.tree, ())]
            hint = did_you_mean(text, known)
            at = ("profiles", profile.name, "any_shape", index)
            findings.say(at, "any-shape", f"profile {profile.name!r} has no object or list {text!r}", hint)


def _containers(node: Node, at: Names) -> Iterator[Names]:
    for name, child in node.members.items() if isinstance(node, ObjectNode) else ():
        whole = field_of(child)
        if isinstance(child, ObjectNode | ListNode) or (whole is not None and whole.item is not None):
            yield (*at, name)
        yield from _containers(child, (*at, name))


def _check_the_rest(findings: Findings) -> None:
    mapping = findings.mapping
    if mapping.format == HUB:
        message = f"{HUB!r} is the name of the hub itself"
        findings.say(("format",), "reserved-name", message, "give the format another name")
    for index, example in enumerate(mapping.examples):
        if example.profile is not None:
            check_profile_name(findings, ("examples", index, "profile"), example.profile)
        _check_expectations(findings, ("examples", index, "expect"))
    for name, profile in mapping.profiles.items():
        if profile.around and profile.envelope is None and profile.listing is None:
            findings.stale(("profiles", name), "around", "goes with an envelope, and the profile has none")
    _check_assumptions(findings)
    known = equivalences()
    for index, name in enumerate(mapping.equivalent):
        if name not in known:
            message = f"nothing forgets a difference {name!r}"
            findings.say(("equivalent", index), "unknown-equivalence", message, known_names(name, sorted(known)))
    # where a line is out, it may have been the one that makes use of them
    if not findings.out:
        _check_unused(findings, known)


def _check_expectations(findings: Findings, at: Keys) -> None:
    expect = findings.mapping.examples[int(at[1])].expect
    known = _known_formats(findings.source.name) | {findings.mapping.format, HUB} if expect else set()
    for target, expected in expect.items():
        name = target.partition("/")[0]
        if name not in known:
            findings.say_word((*at, target), "unknown-format", f"no format {name!r}", did_you_mean(name, known))
        for pointer, code in expected.losses.items():
            if code not in set(LossCode):
                hint = did_you_mean(code, list(LossCode))
                findings.say((*at, target, "losses", pointer), "unknown-code", f"no loss is called {code!r}", hint)


def _known_formats(name: str) -> set[str]:
    """Return the ids of the bundled formats and of those beside a file."""
    return {path.stem for folder in (bundled_mappings(), Path(name).parent) for path in folder.glob("*.yaml")}


def _usable(assume: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in assume.items() if not _answers(name) or value in _answers(name)}


@lru_cache(maxsize=64)
def _answers(name: str) -> tuple[str, ...]:
    """Return what can be assumed, where not any text will do."""
    if name == "timezone":
        return "UTC", *sorted(available_timezones())
    return TAX_BASES if name == "tax" else ANSWERS.get(name, ())


def _check_assumptions(findings: Findings) -> None:
    usable = _usable(findings.mapping.assume)
    for name, value in findings.mapping.assume.items():
        if name in usable:
            continue
        hint = did_you_mean(value, _answers(name))
        if name == "timezone":
            findings.say(("assume", name), "unknown-timezone", f"no time zone {value!r}", hint)
        elif name == "tax":
            hint = hint or f"there are {', '.join(TAX_BASES)}"
            findings.say(("assume", name), "value", f"no tax basis {value!r}", hint)
        else:
            hint = hint or f"there are {', '.join(_answers(name))}"
            what = f"unit of {name}" if name in UNITS else name
            code = "unknown-unit" if name in UNITS else "unknown-markup"
            findings.say(("assume", name), code, f"no {what} {value!r}", hint)


def _check_unused(findings: Findings, known: set[str]) -> None:
    """Report assumptions and equivalences that no line makes use of."""
    for name in findings.mapping.assume:
        if name not in findings.assumed:
            hint = did_you_mean(name, findings.assumed) or "leave it out"
            findings.say_word(("assume", name), "stale-assumption", f"no line rests on {name!r}", hint)
    for index, name in enumerate(findings.mapping.equivalent):
        if name in known and name not in findings.normalised:
            message = f"nothing in this mapping forgets {name!r}"
            findings.say(("equivalent", index), "stale-equivalence", message, "leave it out")
