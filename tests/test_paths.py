"""Field paths and JSON Pointers are read and written back, whatever they name."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalens.paths import (
    MISSING,
    Each,
    Key,
    Missing,
    Path,
    PathError,
    Pick,
    expand_group,
    leaves,
    parse,
    parse_pointer,
    pick_filters,
    plain,
    pointer_text,
    show,
    split_group,
)

WORDS = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]*", fullmatch=True)
HOSTILE = st.sampled_from(["", "'", '"', "\\", "\\'", "`", "a'b", "\n", "\0", "]", ".", "é", "𝄞"])
TEXTS = HOSTILE | st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.builds(Key, WORDS | TEXTS)
WHERES = st.tuples(WORDS | TEXTS, WORDS | TEXTS)


@st.composite
def paths(draw: st.DrawFn) -> Path:
    """Draw a path that begins with a name; [0] and filters come behind names, as they do in mappings."""
    steps: list[Any] = []
    for _ in range(draw(st.integers(1, 4))):
        steps.append(draw(KEYS))
        behind = draw(st.sampled_from(["", "", "[]", ".*", "[0]", "[?]"]))
        if behind in ("[]", ".*"):
            steps.append(Each(keyed=behind == ".*"))
        elif behind == "[0]":
            steps.append(Pick())
        elif behind == "[?]":
            steps.append(Each(draw(WHERES)))
    return tuple(steps)


@given(paths())
def test_a_path_is_read_as_it_was_written(path: Path) -> None:
    assert parse(show(path)) == path


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("name", (Key("name"),)),
        ("seo.slug", (Key("seo"), Key("slug"))),
        ("tags[]", (Key("tags"), Each())),
        ("choices.*", (Key("choices"), Each(keyed=True))),
        ("rows[].choices.*.label", (Key("rows"), Each(), Key("choices"), Each(keyed=True), Key("label"))),
        ("variants[].images[].title", (Key("variants"), Each(), Key("images"), Each(), Key("title"))),
        ("prices[0].list", (Key("prices"), Pick(), Key("list"))),
        ("prices[?group==`null`].list", (Key("prices"), Each(("group", None)), Key("list"))),
        ("media[?kind=='image'].url", (Key("media"), Each(("kind", "image")), Key("url"))),
        ('ext."commerce-engine".x', (Key("ext"), Key("commerce-engine"), Key("x"))),
    ],
)
def test_what_mappings_write(text: str, path: Path) -> None:
    assert parse(text) == path
    assert show(path) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.",
        ".a",
        "a[1]",
        "a[-1]",
        "a[0:2]",
        "a[*]",
        "*",
        "*.a",
        "a || b",
        "a | b",
        "a[?b]",
        "a[?b!='c']",
        "length(a)",
        "`1`",
        "{a: b}",
        "@",
    ],
)
def test_what_cannot_be_walked_both_ways_is_no_path(text: str) -> None:
    with pytest.raises(PathError) as caught:
        parse(text)
    assert repr(text) in str(caught.value)


def test_a_filter_can_be_read_as_the_one_item_it_marks() -> None:
    path = parse("relations[?kind=='related'].products[].id")
    assert pick_filters(path)[1] == Pick(("kind", "related"))
    assert pick_filters(path)[3] == Each()
    assert show(pick_filters(path)) == show(path)


def test_the_place_of_a_value_forgets_which_item_it_is() -> None:
    assert show(plain(parse("prices[0].list"))) == "prices[].list"
    assert show(plain(parse("media[?kind=='image'].url"))) == "media[].url"


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("[a, b]", ("a", "b")),
        ("size.[length, width]", ("size.length", "size.width")),
        ("a.b.[c,d,e]", ("a.b.c", "a.b.d", "a.b.e")),
        ("[a.b, c]", ("a.b", "c")),
        ("prices[0].[sale, ext.x]", ("prices[0].sale", "prices[0].ext.x")),
    ],
)
def test_a_group_names_several_places(text: str, members: tuple[str, ...]) -> None:
    assert expand_group(text) == members


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "a[]",
        "a.b",
        "media[?kind=='image'].url",
        "a[?b=='null'].c",
        "a[?b==`null`].c",
        "prices[0].list",
        "tags[].values[]",
    ],
)
def test_what_is_no_group(text: str) -> None:
    assert split_group(text) is None
    assert expand_group(text) is None


# -- pointers -------------------------------------------------------------------------------------------------


@given(st.lists(TEXTS | st.integers(0, 10**9)))
def test_a_pointer_is_read_as_it_was_written(parts: list[str | int]) -> None:
    assert parse_pointer(pointer_text(parts)) == tuple(map(str, parts))


@pytest.mark.parametrize(
    ("parts", "text"),
    [((), ""), (("",), "/"), (("a/b",), "/a~1b"), (("m~n",), "/m~0n"), (("~1",), "/~01"), (("foo", 0), "/foo/0")],
)
def test_pointers_of_the_standard(parts: tuple[str | int, ...], text: str) -> None:
    assert pointer_text(parts) == text


def test_a_pointer_begins_with_a_slash() -> None:
    with pytest.raises(PathError, match="begin with"):
        parse_pointer("a/b")


# -- leaves ---------------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(JSON)
def test_leaves_are_the_scalars_and_the_empty_containers_in_order(value: Any) -> None:
    def slow(node: Any, at: tuple[Any, ...]) -> list[tuple[Any, Any]]:
        if isinstance(node, dict) and node:
            return [leaf for name, child in node.items() for leaf in slow(child, (*at, name))]
        if isinstance(node, list) and node:
            return [leaf for index, child in enumerate(node) for leaf in slow(child, (*at, index))]
        return [(at, node)]

    assert list(leaves(value)) == slow(value, ())


def test_leaves_of_a_deep_value_need_no_stack() -> None:
    value: Any = 1
    for _ in range(5_000):
        value = [value]
    ((at, leaf),) = leaves(value)
    assert (len(at), leaf) == (5_000, 1)


# -- nothing --------------------------------------------------------------------------------------------------


def test_missing_is_one_thing_and_not_null() -> None:
    assert Missing() is MISSING
    assert pickle.loads(pickle.dumps(MISSING)) is MISSING
    assert copy.deepcopy([MISSING])[0] is MISSING
    assert MISSING is not None
    assert not MISSING
    assert repr(MISSING) == "MISSING"
    with pytest.raises(TypeError):
        json.dumps(MISSING)
