"""The law of drafts: whatever the samples are, the draft lints without errors, and takes each of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalens.account.codes import FATES
from catalens.draft import Draft, draft
from catalens.draft.shape import DEEPEST, LONGEST_NAME, MOST_MEMBERS
from catalens.engine import Translator
from catalens.envelopes import unwrap
from catalens.formats import Registry
from catalens.mapping.profile import Profile
from catalens.payloads import DEEPEST as DEEPEST_PAYLOAD
from catalens.payloads import loads
from catalens.validate import check_payload
from tests.draft.drafts import linted

#: names that are hard to spell, and names that mean something
NAMES = [
    *(
        "",
        " ",
        "a.b",
        "a[]",
        "x.[a, b",
        "[a, b]",
        "*",
        "a.*",
        "@",
        "$",
        "#",
        " # ?",
        "? ",
        "- a",
        "<<",
        "null",
        "true",
    ),
    *("'", '"', "\\", "`", "\n", "\t", "\0", "\x7f", "\x85", "\u2028", "\ufeff", "é", "𝄞", "ext", "x", "hub", "12"),
    *("id", "title", "sku", "price", "sale_price", "weight", "weight_unit", "unit", "length", "width", "height"),
    *("images", "url", "alt", "variants", "options", "values", "tags", "categories", "name", "description", "status"),
    *("active", "available", "stock", "quantity", "metadata", "keywords", "seo", "password", "handle", "data"),
    *("created_at", "products", "1.10", "~"),
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**25), 10**25),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.sampled_from(
        ["", "12.50", "true", "active", "2024-01-31", "2024-01-31T10:00:00", "https://example.com/a.png", "kg"]
    ),
    st.sampled_from(["/a/", "<p>a</p>", "red, blue", "# ? a", "cm", "a: b", "65b0d13f98539a33577ac4cb", 0, 1.0]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)),
    max_leaves=12,
)
PRODUCTS = st.dictionaries(
    st.sampled_from(NAMES) | st.text(st.characters(exclude_categories=["Cs"]), max_size=4), VALUES
)


def holds(samples: list[Any], made: Draft) -> None:
    errors, profiles = linted(made)
    assert not errors, f"{errors[0]}\n{made.text}"
    profile = profiles.get("read", profiles["write"])
    for sample in samples:
        inner = unwrap(sample, profile)
        products = [sample] if inner is None else [inner]
        if profile.listing:
            for name in profile.listing:
                sample = sample[name]
            products = sample
        for product in products:
            assert check_payload(product, profile) == ([], []), made.text


@given(st.lists(PRODUCTS, min_size=1, max_size=4))
@example([{}])
@example([{"": None, "a": []}, {"a": [[], [1]]}])
@example([{"a": {}}, {"a": None}, {"a": {"b": 1}}])
@example([{"a": [{"b": 1}, None]}])
@example([{"a": [{"b": 1}]}, {"a": "text"}])
@example([{"a.b": 1, "a": {"b": "text"}}])
@example([{"x.[a, b": [{"c": 1}]}])
@example([{"weight": {"value": 1, "unit": "kg"}, "size": {"length": 1, "width": 2, "height": 3, "unit": "cm"}}])
@example([{"status": "Active"}, {"status": "ACTIVE"}, {"status": " active"}])
def test_a_draft_lints_and_takes_each_sample(samples: list[Any]) -> None:
    holds(samples, draft("drafted", samples))


class Drafted(Registry):
    """The formats that ship, and one that is in no file."""

    def __init__(self, profile: Profile) -> None:
        super().__init__()
        self.drafted = profile

    def profile(self, spelled: str, assume: dict[str, str] | None = None) -> Profile:
        return self.drafted if spelled.partition("/")[0] == "drafted" else super().profile(spelled, assume)


@given(st.lists(PRODUCTS, min_size=1, max_size=3))
def test_each_sample_translates_into_another_format_and_comes_home(samples: list[Any]) -> None:
    made = draft("drafted", samples)
    _, profiles = linted(made)
    formats = Drafted(profiles["write"])
    there = Translator("drafted/write", "axim/write", formats=formats)
    home = Translator("drafted/write", "drafted/write", formats=formats)
    if "read" in profiles:
        return  # what stands around it is no product
    for sample in samples:
        counts = there(sample).report.to_dict()["counts"]
        assert counts["leaves_in"] == sum(counts[fate] for fate in FATES)
        assert home(sample).payload == sample


# -- without end --------------------------------------------------------------------------------------------------


def nested(depth: int, lists: bool) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value] if lists else {"a": value}
    return value


@pytest.mark.parametrize("lists", [True, False])
def test_what_nests_deep_is_taken_as_it_is(lists: bool) -> None:
    samples = [{"a": nested(DEEPEST_PAYLOAD - 12, lists)}]
    made = draft("drafted", samples)
    holds(samples, made)
    assert len(made.suggestions) == 1


def test_lists_of_objects_in_one_another_are_followed_so_far() -> None:
    value: Any = {"name": "a"}
    for _ in range(30):
        value = {"name": "a", "parts": [value]}
    made = draft("drafted", [value])
    holds([value], made)
    assert 2 < len(made.suggestions) <= 2 * DEEPEST


def test_an_object_with_very_many_names_is_taken_as_it_is_and_the_product_has_a_bound() -> None:
    keys = {f"k{number}": number for number in range(MOST_MEMBERS + 1)}
    samples: list[Any] = [{"inner": keys}, keys]
    made = draft("drafted", samples)
    holds(samples, made)
    assert made.left_out == 2
    assert [one.hub for one in made.suggestions if one.path == "inner"] == [None]
    assert len(made.suggestions) == MOST_MEMBERS


def test_a_very_long_name_is_left_out_and_said_so() -> None:
    made = draft("drafted", [{"n" * (LONGEST_NAME + 1): 1, "é" * LONGEST_NAME: 1, "name": "a"}])
    assert [one.path for one in made.suggestions] == ["name"]
    assert made.left_out == 2
    assert "# ? 2 more fields are left out" in made.text


def test_memory_holds_what_differs_and_not_what_is_there() -> None:
    many = ({"name": f"product {number}", "sizes": list(range(5))} for number in range(20_000))
    made = draft("drafted", many)
    assert len(made.text) < 2000


def test_the_values_of_secrets_are_not_in_it() -> None:
    made = draft("drafted", [{"api_token": "hush-hush", "password": "hush-hush", "owner": "hush@example.com"}])
    assert "hush" not in made.text
    assert made.text.count("secret: true") == 2


def test_numbers_keep_their_digits() -> None:
    sample = loads(b'{"price": 12.50, "code": 123456789012345678901234567890, "rate": 1e400}')
    made = draft("drafted", [sample])
    holds([sample], made)
    assert "123456789012345678901234567890" in made.text
    assert json.loads(json.dumps(made.text)) == made.text
