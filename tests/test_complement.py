"""The complement: the difference between what was and what came back, and how it joins what was edited meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalens.formats import Registry
from catalens.mapping.profile import Profile
from catalens.payloads import canonical, dumps, loads
from catalens.returning import Entry, are_entries, complement, digest, is_list_entry, merge

SHELF = """
format: shelf
title: A small format
assume: {weight: kg}
equivalent: [measure-unit]
fields:
  title: {type: string, hub: title}
  state: {type: string, hub: status}
  "measures.[amount, unit]":
    types: [number, {type: string, enum: [g, kg]}]
    hub: weight
    codec: amount-and-unit
  tags[]: {type: string, hub: "tags[].name"}
  pictures[]:
    hub: "media[?kind=='image']"
    key: url
    fields:
      url: {type: string, hub: url, cut: false}
      alt: {type: string, only_here: true}
      "[load, unit]": {types: [number, {type: string, enum: [g, kg]}], hub: ext.shelf.load, codec: amount-and-unit}
      crops: {type: any, only_here: true}
  remarks[]:
    only_here: true
    fields:
      by: {type: string, only_here: true}
      text: {type: string, only_here: true}
  odd: {type: any, only_here: true}
profiles: {write: {}}
"""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    folder: Path = tmp_path_factory.mktemp("mappings")
    (folder / "shelf.yaml").write_text(SHELF)
    return Registry([folder]).profile("shelf")


def entries_of(s: Any, r: Any, profile: Profile) -> list[Entry]:
    """Return the complement as it comes out of a file."""
    found: list[Entry] = loads(dumps(complement(s, r, profile)))
    assert are_entries(found)
    return found


def joined(s: Any, r: Any, edited: Any, profile: Profile) -> Any:
    return merge(edited, entries_of(s, r, profile), profile).value


def held(entries: list[Entry]) -> list[tuple[str, Any]]:
    return [(entry["at"], entry["value"]) for entry in entries if "value" in entry]


# -- objects and leaves ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("s", "r", "entries"),
    [
        ({"title": "a"}, {"title": "a"}, []),
        ({"title": "a", "odd": 1}, {"title": "a"}, [{"at": "/odd", "value": 1}]),
        ({"title": "abc"}, {"title": "ab"}, [{"at": "/title", "value": "abc", "was": digest("ab")}]),
        ({}, {"title": "a"}, [{"at": "/title", "was": digest("a")}]),
        ({"title": None}, {"title": ""}, [{"at": "/title", "value": None, "was": digest("")}]),
        ({"odd": {}}, {}, [{"at": "/odd", "value": {}}]),
        ({"odd": {}}, {"odd": {"x": 1}}, [{"at": "/odd/x", "was": digest(1)}]),
        ({"odd": {"x": 1}}, {"odd": {}}, [{"at": "/odd/x", "value": 1}]),
        ({"odd": {"a/b": {"~": 1}}}, {"odd": {"a/b": {}}}, [{"at": "/odd/a~1b/~0", "value": 1}]),
        ({"odd": loads("12.50")}, {"odd": 12.5}, [{"at": "/odd", "value": loads("12.50"), "was": digest(12.5)}]),
    ],
)
def test_what_differs_is_entered_and_nothing_else(s: Any, r: Any, entries: list[Entry], shelf: Profile) -> None:
    assert canonical(complement(s, r, shelf)) == canonical(entries)
    assert canonical(joined(s, r, r, shelf)) == canonical(s)


KEYS = st.sampled_from(["", "a", "=", '="a"', "+0", "0", "~/"])
ANY = st.recursive(
    st.sampled_from([None, True, 1, 1.0, loads("1.00"), 1e22, "", "a", "=a", "0", "+0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(one=ANY, other=ANY)
def test_any_difference_can_be_merged_again(one: Any, other: Any, shelf: Profile) -> None:
    s, r = {"odd": one}, {"odd": other}
    assert canonical(joined(s, r, r, shelf)) == canonical(s)


@given(one=ANY, other=ANY, third=ANY)
def test_any_complement_joins_anything(one: Any, other: Any, third: Any, shelf: Profile) -> None:
    entries = entries_of({"odd": one}, {"odd": other}, shelf)
    for edited in ({"odd": third}, {}, {"odd": other, "title": third}):
        done = merge(edited, entries, shelf)
        dumps(done.value)
        if "title" in edited:
            assert canonical(done.value["title"]) == canonical(third)


@pytest.mark.parametrize(
    ("edited", "value", "stale"),
    [
        ({"title": "ab", "state": "on"}, {"title": "abc", "state": "on"}, []),
        ({"title": "xy"}, {"title": "xy"}, ["/title"]),
        ({"title": "abc"}, {"title": "abc"}, []),
        ({"title": ["ab"]}, {"title": ["ab"]}, ["/title"]),
        ({}, {}, ["/title"]),
    ],
)
def test_a_reduced_leaf_yields_to_an_edit(edited: Any, value: Any, stale: list[str], shelf: Profile) -> None:
    done = merge(edited, entries_of({"title": "abc"}, {"title": "ab"}, shelf), shelf)
    assert (done.value, done.stale, done.orphaned) == (value, stale, [])


def test_what_came_back_only_is_taken_away_unless_somebody_touched_it(shelf: Profile) -> None:
    entries = entries_of({}, {"state": "on"}, shelf)
    assert merge({"state": "on"}, entries, shelf).value == {}
    assert merge({"state": "off"}, entries, shelf).value == {"state": "off"}
    assert merge({}, entries, shelf).stale == []


def test_an_object_that_is_gone_orphans_what_was_in_it(shelf: Profile) -> None:
    s = {"odd": {"a": 1, "b": {"c": 2, "d": 3}}}
    entries = entries_of(s, {"odd": {"a": 1, "b": {"c": 2}}}, shelf)
    done = merge({"title": "x"}, entries, shelf)
    assert (done.value, done.orphaned) == ({"title": "x"}, ["/odd/b/d"])
    done = merge({"odd": {"a": 1, "b": 5}}, entries, shelf)
    assert (done.value, done.stale) == ({"odd": {"a": 1, "b": 5}}, ["/odd/b/d"])
    done = merge({"odd": {"a": 1, "b": [2]}}, entries, shelf)
    assert (done.value, done.stale) == ({"odd": {"a": 1, "b": [2]}}, ["/odd/b/d"])


def test_an_object_that_somebody_made_meanwhile_is_joined(shelf: Profile) -> None:
    s = {"odd": {"a": 1, "b": {"c": 2}, "l": [1]}}
    done = merge({"odd": {"a": 7, "b": {"x": 8}, "l": [9]}}, entries_of(s, {}, shelf), shelf)
    assert done.value == {"odd": {"a": 7, "b": {"x": 8, "c": 2}, "l": [9, 1]}}
    assert (done.stale, done.orphaned) == (["/odd/a"], [])


def test_fields_that_say_one_thing_together_hold_together(shelf: Profile) -> None:
    s, r = {"measures": {"amount": 450, "unit": "g"}}, {"measures": {"amount": 450, "unit": "kg"}}
    # the amount is the same, and still belongs to the unit
    entries = entries_of(s, r, shelf)
    assert held(entries) == [("/measures/unit", "g")]
    done = merge({"measures": {"amount": 2, "unit": "kg"}}, entries, shelf)
    assert (done.value, done.stale) == ({"measures": {"amount": 2, "unit": "kg"}}, ["/measures/unit"])
    assert merge({"measures": {"unit": "kg"}}, entries, shelf).value == {"measures": {"unit": "kg"}}
    assert merge({"title": "x", **r}, entries, shelf).value == {"title": "x", **s}


def test_fields_of_an_item_hold_together_in_that_item(shelf: Profile) -> None:
    s = {"pictures": [{"url": "a", "load": 5, "unit": "g"}, {"url": "b", "load": 6, "unit": "g"}]}
    r = {"pictures": [{"url": "a", "load": 5}, {"url": "b", "load": 6}]}
    edited = {"pictures": [{"url": "b", "load": 6}, {"url": "a", "load": 7}]}
    done = joined(s, r, edited, shelf)
    assert done == {"pictures": [{"url": "b", "load": 6, "unit": "g"}, {"url": "a", "load": 7}]}


def test_a_group_that_somebody_made_meanwhile_is_not_mixed(shelf: Profile) -> None:
    s = {"measures": {"unit": "g", "odd": 1}}
    done = merge({"measures": {"amount": 2}}, entries_of(s, {}, shelf), shelf)
    assert (done.value, done.stale) == ({"measures": {"amount": 2, "odd": 1}}, ["/measures/unit"])


# -- lists ----------------------------------------------------------------------------------------------------


PICTURES = [{"url": "a", "alt": "1"}, {"url": "b", "alt": "2"}, {"url": "c", "alt": "3"}]
URLS = [{"url": "a"}, {"url": "b"}, {"url": "c"}]


def pictures(*urls: str) -> list[dict[str, str]]:
    alts = {one["url"]: one for one in PICTURES}
    return [alts.get(url, {"url": url}) for url in urls]


@pytest.mark.parametrize("urls", ["abc", "cba", "bca", "ac", "c", "", "abxc", "xabc", "abcx", "cxab", "xyz", "xb"])
def test_items_with_keys_are_found_wherever_they_are(urls: str, shelf: Profile) -> None:
    edited = {"pictures": [{"url": url} for url in urls]}
    done = joined({"pictures": PICTURES}, {"pictures": URLS}, edited, shelf)
    assert done == {"pictures": pictures(*urls)}


@pytest.mark.parametrize(
    ("edited", "urls"),
    [
        ("cab", "abc"),  # nobody moved them: the original's order
        ("cabx", "abxc"),  # nor when something new stands behind the one before it
        ("acb", "acb"),
        ("ca", "ac"),
        ("ac", "ac"),
    ],
)
def test_an_order_that_was_reduced_comes_back_unless_somebody_moved_items(
    edited: str, urls: str, shelf: Profile
) -> None:
    came = [{"url": url} for url in "cab"]
    now = {"pictures": [{"url": url} for url in edited]}
    assert joined({"pictures": PICTURES}, {"pictures": came}, now, shelf) == {"pictures": pictures(*urls)}


@pytest.mark.parametrize(("edited", "urls"), [("ac", "abc"), ("ca", "cab"), ("c", "bc"), ("", "b"), ("axc", "axbc")])
def test_an_item_that_came_nowhere_stands_behind_its_neighbour(edited: str, urls: str, shelf: Profile) -> None:
    came = {"pictures": [{"url": "a"}, {"url": "c"}]}
    now = {"pictures": [{"url": url} for url in edited]}
    assert joined({"pictures": PICTURES}, came, now, shelf) == {"pictures": pictures(*urls)}


def test_an_item_made_meanwhile_joins_the_one_with_its_key_that_came_nowhere(shelf: Profile) -> None:
    came = {"pictures": [{"url": "a"}]}
    s = {"pictures": [PICTURES[0], {**PICTURES[1], "crops": 4}]}
    now = {"pictures": [{"url": "b", "alt": "mine"}, {"url": "a"}]}
    done = merge(now, entries_of(s, came, shelf), shelf)
    assert done.value["pictures"] == [PICTURES[0], {"url": "b", "alt": "mine", "crops": 4}]
    assert done.stale == ['/pictures/="b"/alt']


def test_a_key_that_was_reduced_still_names_its_item(shelf: Profile) -> None:
    s = {"pictures": [{"url": "long", "alt": "1"}, {"url": "b", "alt": "2"}]}
    r = {"pictures": [{"url": "lo"}, {"url": "b"}]}
    assert joined(s, r, r, shelf) == s
    # edited: the same item, with its key; deleted: gone for good, under either key
    assert joined(s, r, {"pictures": [{"url": "b"}, {"url": "lo", "crops": 1}]}, shelf)["pictures"] == [
        {"url": "b", "alt": "2"},
        {"url": "long", "alt": "1", "crops": 1},
    ]
    assert joined(s, r, {"pictures": [{"url": "b"}]}, shelf) == {"pictures": [{"url": "b", "alt": "2"}]}


def test_items_that_share_a_key_are_known_by_their_content(shelf: Profile) -> None:
    s = {"pictures": [{"url": "a", "alt": "1", "crops": 1}, {"url": "a", "alt": "2", "crops": 2}]}
    r = {"pictures": [{"url": "a", "alt": "1"}, {"url": "a", "alt": "2"}]}
    assert joined(s, r, {"pictures": r["pictures"][::-1]}, shelf) == {"pictures": s["pictures"][::-1]}
    assert joined(s, r, {"pictures": r["pictures"][1:]}, shelf) == {"pictures": s["pictures"][1:]}
    one = {"pictures": [{"url": "a", "alt": "1"}, {"url": "a", "alt": "x"}]}
    assert joined(s, r, one, shelf)["pictures"] == [s["pictures"][0], {"url": "a", "alt": "x", "crops": 2}]


REMARKS = [{"by": "A", "text": "1"}, {"by": "B", "text": "2"}, {"by": "B", "text": "3"}, {"by": "C", "text": "4"}]


@pytest.mark.parametrize(
    ("edited", "texts"),
    [
        (["A", "B", "B", "C"], ["1", "2", "3", "4"]),
        (["A", "B", "B", "X"], ["1", "2", "3", "4"]),  # by position, while length and order are as they were
        (["X", "B", "B", "Y"], ["1", "2", "3", "4"]),
        (["C", "A", "B", "B"], ["4", "1", "2", "3"]),  # else by content
        (["A", "X", "B", "B", "C"], ["1", None, "2", "3", "4"]),
        (["A", "C"], ["1", "4"]),
        (["A", "B", "C"], ["1", None, "4"]),  # one of two alike is gone, nobody can say which
        (["C", "X", "A", "Y"], ["4", None, "1", None]),
        ([], []),
    ],
)
def test_items_without_keys_are_found_by_content_or_position(
    edited: list[str], texts: list[str | None], shelf: Profile
) -> None:
    s, r = {"remarks": REMARKS}, {"remarks": [{"by": one["by"]} for one in REMARKS]}
    done = joined(s, r, {"remarks": [{"by": by} for by in edited]}, shelf)["remarks"]
    assert [one.get("text") for one in done] == texts
    assert [one["by"] for one in done] == edited


def test_an_item_without_key_that_came_nowhere_does_not_hold_up_the_others(shelf: Profile) -> None:
    s, r = {"remarks": REMARKS}, {"remarks": [{"by": "A"}, {"by": "C"}]}
    assert joined(s, r, r, shelf) == s
    done = joined(s, r, {"remarks": [{"by": "A"}, {"by": "X"}]}, shelf)["remarks"]
    assert done == [*REMARKS[:3], {"by": "X", "text": "4"}]
    assert len(held(entries_of(s, r, shelf))) == 4


@pytest.mark.parametrize(
    ("edited", "tags"),
    [
        (["ab", "c"], ["abc", "c"]),
        (["c", "ab"], ["c", "abc"]),
        (["c"], ["c"]),
        (["ax", "c"], ["ax", "c"]),
        (["ab", "x", "c"], ["abc", "x", "c"]),
        (["ab", "ab", "c"], ["abc", "ab", "c"]),
        ([], []),
    ],
)
def test_items_that_are_values_are_their_own_keys(edited: list[str], tags: list[str], shelf: Profile) -> None:
    assert joined({"tags": ["abc", "c"]}, {"tags": ["ab", "c"]}, {"tags": edited}, shelf) == {"tags": tags}


def test_a_value_that_was_cut_is_told_from_one_that_came_nowhere(shelf: Profile) -> None:
    s, r = {"tags": ["x", "abc"]}, {"tags": ["ab"]}
    assert joined(s, r, r, shelf) == s
    assert joined(s, r, {"tags": []}, shelf) == {"tags": ["x"]}


# -- what merging says of it ----------------------------------------------------------------------------------


def test_the_trail_says_where_everything_stood(shelf: Profile) -> None:
    s = {"title": "abc", "odd": {"x": 1}, "pictures": PICTURES}
    r = {"title": "ab", "odd": {}, "state": "on", "pictures": URLS[1:]}
    done = merge(r, entries_of(s, r, shelf), shelf)
    assert done.value == s
    assert done.trail == {
        ("pictures", 1, "url"): ("pictures", 0, "url"),
        ("pictures", 2, "url"): ("pictures", 1, "url"),
    }
    assert done.restored == {
        ("title",): ("title",),
        ("odd", "x"): ("odd",),
        ("pictures", 0): None,
        ("pictures", 1, "alt"): None,
        ("pictures", 2, "alt"): None,
    }


def test_what_is_restored_is_a_copy(shelf: Profile) -> None:
    entries = entries_of({"odd": {"a": [1]}}, {}, shelf)
    merge({}, entries, shelf).value["odd"]["a"].append(2)
    assert merge({}, entries, shelf).value == {"odd": {"a": [1]}}


@pytest.mark.parametrize(
    "entries",
    [
        None,
        {},
        [1],
        [{}],
        [{"at": 1, "value": 1}],
        [{"at": "a", "value": 1}],
        [{"at": "/a"}],
        [{"at": "/a", "value": 1, "more": 2}],
        [{"at": "/a", "was": 1}],
        [{"at": "/a", "was": "abc"}],
        [{"at": "/a", "value": 1, "with": ["/b"]}],
        [{"at": "/a", "value": 1, "was": "0" * 16, "with": "/b"}],
        [{"at": "/a", "value": 1, "was": "0" * 16, "with": ["b"]}],
        [{"at": "/a", "from": 1}],
        [{"at": "/a", "from": "b"}],
        [{"at": "/a", "from": "/b", "value": 1}],
        [{"at": "/a", "key": 1}],
        [{"at": "/a", "key": "k", "of": "x"}],
        [{"at": "/a", "of": [1]}],
        [{"at": "/a", "key": "k", "order": [None]}],
    ],
)
def test_what_has_no_form_of_entries_is_none(entries: Any) -> None:
    assert not are_entries(entries)


PLACES = st.sampled_from(
    ["", "/odd", "/odd/a", '/odd/="a"', "/odd/0", "/odd/+0", "/pictures", '/pictures/="a"', "/pictures/x/y"]
)
NAMES = st.lists(st.sampled_from(['="a"', '="b"', "=", "+0", "0", "7", digest("a"), digest({"url": "a"})]))
#: the whole product is always there, so no entry stands at it
BELOW = PLACES.filter(bool)
DIGESTS = st.sampled_from([digest(1), digest("a"), digest({})])
FORGED = st.lists(
    st.one_of(
        st.fixed_dictionaries({"at": BELOW, "value": ANY}, optional={"was": DIGESTS}),
        st.fixed_dictionaries({"at": BELOW, "was": DIGESTS}, optional={"with": st.lists(PLACES, max_size=2)}),
        st.fixed_dictionaries({"at": BELOW, "from": PLACES}),
        st.fixed_dictionaries(
            {"at": BELOW, "key": st.sampled_from(["url", "."])}, optional={"of": NAMES, "order": NAMES}
        ),
    ),
    max_size=5,
    unique_by=lambda one: (one["at"], is_list_entry(one)),
)


@given(entries=FORGED, value=ANY)
@example(entries=[{"at": "/odd", "from": ""}], value=[])
def test_forged_entries_never_break_anything(entries: list[Entry], value: Any, shelf: Profile) -> None:
    assert are_entries(entries)
    for edited in ({"odd": value}, {"pictures": value}, {"odd": ["a", {"url": "a"}], "pictures": URLS}):
        dumps(merge(edited, entries, shelf).value)
