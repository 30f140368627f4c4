"""Run the examples of the bundled mappings: what they expect is what comes out, and what is lost."""

from __future__ import annotations

import pytest

from catalens.engine import translate
from catalens.engine.examples import check_examples
from catalens.formats import registry


@pytest.mark.parametrize("name", registry().names())
def test_examples_are_translated_as_they_expect(name: str) -> None:
    assert list(map(str, check_examples(name, registry()))) == []


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
