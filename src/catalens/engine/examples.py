"""Check a mapping file whole: what lint says of it, and whether its examples are translated as they expect."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalens.engine.translator import Translator
from catalens.errors import CatalensError, Diagnostic
from catalens.formats import Registry
from catalens.lint.check import lint_file
from catalens.lint.findings import Keys
from catalens.mapping.load import Source
from catalens.mapping.model import Expectation
from catalens.paths import leaves, pointer_text
from catalens.payloads import canonical

#: what is said of an example that is not translated as it expects
CODE = "expectation"
#: of one expectation, so many differences are said
MOST = 3


def check_file(path: str | os.PathLike[str], formats: Registry) -> list[Diagnostic]:
    """Say all that is wrong with a mapping file, in the order of the file; nothing for a good one.

    Its examples are translated if nothing else is wrong, into ``formats`` and what stands beside the file.
    """
    found = lint_file(path)
    if any(one.severity == "error" for one in found):
        return found
    name, beside = formats.beside(Path(path))
    return sorted([*found, *check_examples(name, beside)], key=lambda one: (one.line, one.column))


def check_examples(name: str, formats: Registry) -> list[Diagnostic]:
    """Say which examples of a format are not translated as they expect."""
    mapping, source = formats.mapping(name), formats.source(name)
    first = next(iter(mapping.profiles))
    found: list[Diagnostic] = []
    for index, example in enumerate(mapping.examples):
        spelled = f"{name}/{example.profile or first}"
        for target, expected in example.expect.items():
            at: Keys = ("examples", index, "expect", target)
            assert source is not None
            found += _differences(source, at, spelled, example.payload, target, expected, formats)
    return found


def _differences(
    source: Source, at: Keys, spelled: str, payload: Any, target: str, expected: Expectation, formats: Registry
) -> Iterator[Diagnostic]:
    try:
        done = Translator(spelled, target, assume=expected.assume, formats=formats)(payload)
        report = done.report
    except CatalensError as error:
        said = str(error).splitlines()[0]
        yield source.diagnostic(at, CODE, f"the example cannot be translated: {said}")
        return
    if "payload" in expected.model_fields_set and canonical(done.payload) != canonical(expected.payload):
        for message in _unlike(expected.payload, done.payload)[:MOST]:
            yield source.diagnostic((*at, "payload"), CODE, message)
    lost = {
        pointer_text(one.source): one.code for one in report.fates if one.code.is_loss or one.code.fate == "withheld"
    }
    for pointer, code in expected.losses.items():
        if lost.get(pointer) != code:
            became = f"is {lost[pointer]}" if pointer in lost else "is not lost"
            yield source.diagnostic((*at, "losses", pointer), CODE, f"{pointer} {became}, expected {code}")
    unsaid = {pointer: code for pointer, code in lost.items() if pointer not in expected.losses}
    for pointer, code in list(unsaid.items())[:MOST]:
        message, hint = f"{pointer} is {code}, expected no loss", f"write '{pointer}: {code}'"
        yield source.diagnostic((*at, "losses"), CODE, message, hint)


def _unlike(expected: Any, found: Any) -> list[str]:
    """Say at which places two payloads differ, and how."""
    one, other = ({pointer_text(at): _text(leaf) for at, leaf in leaves(value)} for value in (expected, found))
    return [
        f"{pointer or 'the payload'} is {other.get(pointer, 'absent')}, expected {one.get(pointer, 'nothing')}"
        for pointer in dict.fromkeys((*one, *other))
        if one.get(pointer) != other.get(pointer)
    ]


def _text(leaf: Any) -> str:
    text = canonical(leaf).decode()
    return text if len(text) <= 40 else f"{text[:37]}…"


__all__ = ["check_examples", "check_file"]
