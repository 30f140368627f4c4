"""Lists that meet in one hub list: their items may come back in another of them, at any depth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalens.formats import Registry
from catalens.mapping.profile import Profile
from catalens.payloads import canonical, dumps, loads
from catalens.returning import are_entries, complement, digest, merge
from catalens.returning.slots import by_place

DRAWER = """
format: drawer
title: A format with lists beside each other
fields:
  title: {type: string, hub: title}
  shown.front.rows[]:
    hub: "attributes[?kind=='specification']"
    key: name
    fields:
      name: {type: string, hub: name}
      value: {type: string, hub: value}
      note: {type: string, only_here: true}
  hidden.rows[]:
    hub: "attributes[?kind=='meta']"
    key: code
    fields:
      code: {type: string, hub: name}
      text: {type: string, hub: value}
  parts[]:
    hub: variants[]
    key: name
    fields:
      name: {type: string, hub: name}
      left[]:
        hub: "media[?kind=='image']"
        key: url
        fields:
          url: {type: string, hub: url, cut: false}
      right[]:
        hub: "media[?kind=='video']"
        key: address
        fields:
          address: {type: string, hub: url, cut: false}
profiles: {write: {}}
"""


@pytest.fixture(scope="module")
def drawer(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    folder: Path = tmp_path_factory.mktemp("mappings")
    (folder / "drawer.yaml").write_text(DRAWER)
    return Registry([folder]).profile("drawer")


def joined(s: Any, r: Any, edited: Any, profile: Profile) -> Any:
    entries = loads(dumps(complement(s, r, profile)))
    assert are_entries(entries)
    return merge(edited, entries, profile)


FRONT = [{"name": "a", "value": "1", "note": "x"}, {"name": "b", "value": "2"}]
HIDDEN = [{"code": "a", "text": "1"}, {"code": "b", "text": "2"}]
S = {"shown": {"front": {"rows": FRONT}}}
R = {"hidden": {"rows": HIDDEN}}


def test_what_holds_the_list_comes_and_goes_with_its_items(drawer: Profile) -> None:
    done = joined(S, R, R, drawer)
    assert (done.value, done.stale, done.orphaned) == (S, [], [])
    assert done.restored == {("shown", "front", "rows", 0): None, ("shown", "front", "rows", 1): None}
    edited = {"hidden": {"rows": [HIDDEN[1]], "odd": 1}}
    done = joined(S, R, edited, drawer)
    assert done.value == {"shown": {"front": {"rows": FRONT[1:]}}, "hidden": {"odd": 1}}
    assert done.stale == ['/shown/front/rows/="a"']


@pytest.mark.parametrize("edited", [{}, {"hidden": None}, {"hidden": {}}, {"hidden": {"rows": []}}, {"hidden": 1}])
def test_where_all_is_gone_nothing_is_made(edited: Any, drawer: Profile) -> None:
    done = joined(S, R, edited, drawer)
    assert done.value == edited
    assert done.stale == ['/shown/front/rows/="a"', '/shown/front/rows/="b"']


def test_null_is_told_from_nothing(drawer: Profile) -> None:
    s, r = {**S, "hidden": None}, {**R, "shown": {"front": None}}
    assert joined(s, r, r, drawer).value == s
    assert joined(s, r, {"hidden": {"rows": HIDDEN[1:]}, "shown": {"front": None}}, drawer).value == {
        "shown": {"front": {"rows": FRONT[1:]}},
        "hidden": None,
    }


def test_an_item_made_meanwhile_in_the_old_place_keeps_both_as_they_are(drawer: Profile) -> None:
    mine = {"shown": {"front": {"rows": [{"name": "a", "value": "mine"}]}}}
    done = joined(S, R, {**R, **mine}, drawer)
    assert done.value == {
        "shown": {"front": {"rows": [mine["shown"]["front"]["rows"][0], FRONT[1]]}},
        "hidden": {"rows": [HIDDEN[0]]},
    }
    assert done.stale == ['/shown/front/rows/="a"']


def test_items_exchange_lists_within_their_own_item(drawer: Profile) -> None:
    s = {"parts": [{"name": one, "left": [{"url": "u"}, {"url": one}]} for one in "pq"]}
    r = {"parts": [{"name": one, "right": [{"address": "u"}, {"address": one}]} for one in "pq"]}
    assert joined(s, r, r, drawer).value == s
    edited = {"parts": [r["parts"][1], {"name": "p", "right": [{"address": "p"}]}]}
    assert joined(s, r, edited, drawer).value == {
        "parts": [s["parts"][1], {"name": "p", "left": [{"url": "p"}]}],
    }


WORDS = st.sampled_from(["a", "b", "c", "", None])


def objects(*names: str) -> st.SearchStrategy[Any]:
    return st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(names, WORDS)), max_size=4) | st.none()


def inside(name: str, what: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | st.fixed_dictionaries({}, optional={name: what})


PRODUCTS = st.fixed_dictionaries(
    {},
    optional={
        "shown": inside("front", inside("rows", objects("name", "value", "note"))),
        "hidden": inside("rows", objects("code", "text")),
        "parts": st.lists(
            st.fixed_dictionaries({}, optional={"name": WORDS, "left": objects("url"), "right": objects("address")}),
            max_size=2,
        ),
    },
)


@given(s=PRODUCTS, r=PRODUCTS)
def test_whatever_changed_its_list_comes_back(s: Any, r: Any, drawer: Profile) -> None:
    done = joined(s, r, r, drawer)
    assert canonical(done.value) == canonical(s)
    assert done.stale == done.orphaned == []


@given(s=PRODUCTS, r=PRODUCTS, edited=PRODUCTS)
def test_whatever_was_edited_can_be_joined(s: Any, r: Any, edited: Any, drawer: Profile) -> None:
    done = joined(s, r, edited, drawer)
    dumps(done.value)
    assert len({*done.stale, *done.orphaned}) == len(done.stale) + len(done.orphaned)


POINTERS = st.sampled_from(
    [
        "",
        "/",
        "/hidden",
        "/hidden/rows",
        '/hidden/rows/="a"',
        "/hidden/rows/0",
        "/hidden/rows/+0",
        "/shown/front/rows/0",
    ]
)
ENTRIES = st.lists(
    st.fixed_dictionaries(
        {"at": POINTERS},
        optional={
            "value": st.sampled_from([None, {}, [], "a", [{"code": "a"}]]),
            "was": st.sampled_from(["0" * 16, digest([]), digest({}), digest(HIDDEN[0])]),
            "with": st.lists(POINTERS, max_size=3),
        },
    )
    | st.fixed_dictionaries(
        {"at": POINTERS},
        optional={
            "key": st.just("code"),
            "of": st.lists(st.sampled_from(['="a"', digest(HIDDEN[0])]), max_size=2),
            "order": st.lists(st.sampled_from(['="a"', "+0", "0"]), max_size=2),
        },
    ),
    max_size=5,
)


@given(entries=ENTRIES.filter(are_entries), edited=PRODUCTS)
def test_no_entries_whatever_crash(entries: Any, edited: Any, drawer: Profile) -> None:
    dumps(merge(edited, entries, drawer).value)
    by_place(entries)
