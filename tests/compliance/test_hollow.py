"""An object that is null, or empty, is neither absent nor a field that the target lacks."""

from __future__ import annotations

from typing import Any

import pytest

from catalens import translate
from tests.compliance.facts import CONDITION, arrived, assert_same, lost


@pytest.mark.parametrize("hollow", [None, {}])
@pytest.mark.parametrize(
    ("source", "target", "names"),
    [
        ("webcommander/read", "webcommander", ["product_page"]),
        ("webcommander", "webcommander/read", ["product_page"]),
        ("webcommander/read", "webcommander", ["product_pricing_and_stock"]),
        ("webcommander/read", "webcommander", ["advanced", "advance_information"]),
        ("commerce-engine/read", "commerce-engine", ["shipping"]),
        ("commerce-engine", "commerce-engine/read", ["seo"]),
        ("axim/read", "axim", ["customs"]),
        ("prosperna/read", "prosperna", ["product_seo", "primary"]),
    ],
)
def test_it_arrives_as_it_is_between_profiles_of_one_format(
    source: str, target: str, names: list[str], hollow: Any
) -> None:
    payload = hollow
    for name in reversed(names):
        payload = {name: payload}
    done = translate(payload, source, target)
    assert_same(arrived(done), payload)
    assert lost(done) == {}


@pytest.mark.parametrize("hollow", [None, {}])
@pytest.mark.parametrize(
    ("source", "target", "name"),
    [
        ("axim", "commerce-engine", "seo"),
        ("axim", "prosperna", "customs"),
        ("commerce-engine", "axim", "shipping"),
        ("webcommander", "axim", "product_page"),
        ("webcommander", "keevault", "advanced"),
        ("prosperna", "webcommander", "product_addons"),
    ],
)
def test_elsewhere_nothing_of_it_arrives(source: str, target: str, name: str, hollow: Any) -> None:
    done = translate({name: hollow}, source, target)
    assert_same(arrived(done), {})
    assert lost(done) == {f"/{name}": CONDITION}
    assert [(loss.pointer, loss.code) for loss in done.losses] == [((name,), CONDITION)]
