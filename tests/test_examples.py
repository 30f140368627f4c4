"""Run the examples of the bundled mappings: what they expect is what comes out, and what is lost."""

from __future__ import annotations

import pytest

from catalens.engine import Translator, translate
from catalens.formats import registry
from catalens.mapping.model import Example, Expectation
from catalens.paths import pointer_text
from catalens.payloads import canonical

CASES = [
    pytest.param(name, example, target, expected, id=f"{name}: {example.title} -> {target}")
    for name in registry().names()
    for example in registry().mapping(name).examples
    for target, expected in example.expect.items()
]


@pytest.mark.parametrize(("name", "example", "target", "expected"), CASES)
def test_example(name: str, example: Example, target: str, expected: Expectation) -> None:
    source = f"{name}/{example.profile}" if example.profile else name
    done = Translator(source, target, assume=expected.assume)(example.payload)
    assert canonical(done.payload) == canonical(expected.payload)
    lost = {
        pointer_text(one.source): one.code
        for one in done.report.fates
        if one.code.is_loss or one.code.fate == "withheld"
    }
    assert lost == expected.losses


@pytest.mark.parametrize("name", registry().names())
def test_every_example_expects_something(name: str) -> None:
    examples = registry().mapping(name).examples
    assert examples
    assert all(example.expect for example in examples)


@pytest.mark.parametrize("name", registry().names())
def test_examples_are_detected(name: str) -> None:
    """An example with fields of its own is recognised without a word about its format."""
    for example in registry().mapping(name).examples:
        if len(example.payload) > 6:
            assert translate(example.payload, target="hub").report.source.startswith(f"{name}/")
