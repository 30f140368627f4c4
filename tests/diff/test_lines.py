"""Lines are compared by the fields that they are of, however they are written."""

from __future__ import annotations

import pytest

from catalens.diff import Kind
from tests.diff.test_changes import changes, side

HEAD = "format: shop\ntitle: Shop\nassume: {weight: g, length: cm}\nequivalent: [measure-unit]\n"
NESTED = """\
fields:
  name: {type: string, hub: title}
  photos[]:
    hub: "media[?kind=='image']"
    fields:
      link: {type: string, hub: url}
      alt: {type: string, hub: alt}
profiles: {write: {}, read: {}}
"""
FLAT = """\
fields:
  name: {type: string, hub: title}
  photos[].link: {type: string, hub: "media[?kind=='image'].url"}
  photos[].alt: {type: string, hub: "media[?kind=='image'].alt"}
profiles: {write: {}, read: {}}
"""
OWN = """\
fields:
  photos[].link: {type: string, hub: "media[?kind=='image'].url"}
  photos[].alt: {type: string, hub: "media[?kind=='image'].alt"}
profiles:
  write: {fields: {name: {type: string, hub: title}}}
  read: {fields: {name: {type: string, hub: title}}}
"""
GROUP = """\
fields:
  name: {type: string, hub: title}
  "box.[wide, deep]": {types: [number, {type: number, minimum: 0}], hub: "size.[width, length]"}
profiles: {write: {}, read: {}}
"""


@pytest.mark.parametrize("old", [NESTED, FLAT, OWN])
@pytest.mark.parametrize("new", [NESTED, FLAT, OWN])
def test_how_lines_are_written_is_no_change(old: str, new: str) -> None:
    assert changes(HEAD + old, HEAD + new) == []


def seen(old: str, new: str) -> list[tuple[Kind, str, tuple[str, ...]]]:
    return [(one.kind, one.path, one.profiles) for one in changes(HEAD + old, HEAD + new)]


def test_another_hub_list_is_said_once_and_not_of_each_line_in_it() -> None:
    both = ("write", "read")
    assert seen(NESTED, NESTED.replace("image", "video")) == [(Kind.MEETING_CHANGED, "photos[]", both)]
    moved = NESTED.replace("image", "video").replace("hub: alt", "hub: title")
    assert seen(NESTED, moved) == [
        (Kind.MEETING_CHANGED, "photos[]", both),
        (Kind.MEETING_CHANGED, "photos[].alt", both),
    ]


def test_a_list_comes_and_goes_as_one() -> None:
    without = NESTED[: NESTED.index("  photos")] + "profiles: {write: {}, read: {}}\n"
    assert seen(NESTED, without) == [(Kind.FIELD_REMOVED, "photos[]", ("write", "read"))]
    assert seen(without, FLAT) == [(Kind.FIELD_ADDED, "photos[]", ("write", "read"))]


def test_a_line_of_a_list_comes_alone() -> None:
    assert seen(NESTED.replace("      alt: {type: string, hub: alt}\n", ""), NESTED) == [
        (Kind.FIELD_ADDED, "photos[].alt", ("write", "read"))
    ]


def test_what_only_one_profile_says_is_a_change_of_that_profile() -> None:
    longer = OWN.replace("read: {fields: {name: {type: string,", "read: {fields: {name: {type: string, maxLength: 9,")
    (one,) = changes(HEAD + OWN, HEAD + longer)
    assert (one.kind, one.profiles, one.writers, one.readers) == (
        Kind.LENGTH_NARROWED,
        ("read",),
        "compatible",  # nobody sends an answer
        "compatible",
    )


def test_each_member_of_a_group_has_limits_of_its_own() -> None:
    assert seen(GROUP, GROUP.replace("minimum: 0", "minimum: 1")) == [
        (Kind.LIMIT_NARROWED, "box.deep", ("write", "read"))
    ]


def test_what_one_line_says_of_several_fields_is_said_once() -> None:
    assert seen(GROUP, GROUP.replace('hub: "size', 'refers: x, hub: "size')) == [
        (Kind.MEANING_CHANGED, "box.wide + box.deep", ("write", "read"))
    ]


def test_the_place_is_that_of_the_word_in_the_new_file_or_of_the_line_that_is_gone() -> None:
    new = "\n" + HEAD + NESTED.replace("hub: alt", "\n          hub: title").replace("      link", "\n      link")
    (one,) = changes(HEAD + NESTED, new.replace("alt: {", "alt: {\n          "))
    assert (one.old_place, one.new_place, one.place) == ("old.yaml:11", "new.yaml:15", "new.yaml:15")
    (one,) = changes(HEAD + NESTED, HEAD + NESTED.replace("  name: {type: string, hub: title}\n", ""))
    assert (one.old_place, one.new_place, one.place) == ("old.yaml:6", None, "old.yaml:6")


def test_two_fields_on_one_line_of_the_file_are_two_changes() -> None:
    text = HEAD + "fields: {a: {type: string, hub: title}, b: {type: string, hub: sku}}\nprofiles: {write: {}}\n"
    found = changes(text, text.replace("string", "any"))
    assert [(one.path, one.place) for one in found] == [("a", "new.yaml:5"), ("b", "new.yaml:5")]


def test_values_are_those_of_the_files() -> None:
    (one,) = changes(HEAD + NESTED, HEAD + NESTED.replace("hub: title", "hub: sku"))
    assert one.to_dict() == {
        "kind": "meeting.changed",
        "impact": "lossy",
        "writers": "lossy",
        "readers": "lossy",
        "why": Kind.MEETING_CHANGED.why,
        "path": "name",
        "word": "hub",
        "profiles": ["write", "read"],
        "old": "title",
        "new": "sku",
        "old_place": "old.yaml:6",
        "new_place": "new.yaml:6",
        "sidecars": True,
    }
    assert side(HEAD + NESTED).mapping.fields["name"].hub == "title"


PLACED = """\
fields:
  texts[]:
    hub: "attributes[?kind=='meta']"
    key: name
    fields:
      name: {type: string, hub: name}
      value: {type: string, hub: value}
  rows[]:
    only_here: true
    fields:
      name: {type: string, only_here: true}
      value: {type: string, only_here: true}
profiles: {write: {}}
"""


@pytest.mark.parametrize(
    ("listed", "there", "back"),
    [
        ("texts", Kind.MEETING_CHANGED, Kind.MEETING_CHANGED),
        ("rows", Kind.MEETING_GAINED, Kind.MEETING_LOST),
    ],
)
def test_one_item_of_a_list_meets_something_else_than_the_others(listed: str, there: Kind, back: Kind) -> None:
    placed = PLACED.replace("profiles", f"  \"{listed}[?name=='t'].value\": {{hub: title}}\nprofiles")
    at = (f"{listed}[?name=='t'].value", ("write",))
    assert seen(PLACED, placed) == [(there, *at)]
    assert seen(placed, PLACED) == [(back, *at)]


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        (
            "tags: {type: array, only_here: true}",
            'tags[]: {type: string, hub: "tags[].name"}',
            [Kind.TYPE_NARROWED, Kind.MEETING_GAINED],
        ),
        (
            "tags: {type: string, hub: title}",
            'tags[]: {type: string, hub: "tags[].name"}',
            [Kind.TYPE_CHANGED, Kind.MEETING_CHANGED],
        ),
        (
            "tags: {type: object, only_here: true}",
            "tags.*: {hub: 'selections[].label', keys: name}",
            [Kind.MEETING_GAINED],
        ),
        ("tags: {type: any, only_here: true}", "tags[]: {type: any, only_here: true}", [Kind.TYPE_NARROWED]),
        ("tags[]: {type: any, only_here: true}", "tags: {type: array, only_here: true}", [Kind.TYPE_WIDENED]),
    ],
)
def test_a_field_that_is_read_as_a_list_or_map_is_the_same_field(old: str, new: str, kinds: list[Kind]) -> None:
    before, after = (f"fields:\n  {line}\nprofiles: {{write: {{}}}}\n" for line in (old, new))
    assert [kind for kind, _, _ in seen(before, after)] == kinds


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        # all words are known: those that are allowed tell it
        ("table: {a: draft}", "table: {a: draft, b: active}", [Kind.ENUM_WIDENED]),
        ("table: {a: draft}", "table: {b: draft}", [Kind.ENUM_CHANGED]),
        # others pass, travel, or are dropped
        ("table: {a: draft}, otherwise: same", "table: {a: draft, b: active}, otherwise: same", [Kind.WORD_CHANGED]),
        ("table: {a: draft}, otherwise: only_here", "table: {}, otherwise: only_here", [Kind.WORD_LOST]),
        ("table: {a: draft}, otherwise: {drop: x}", "table: {a: draft}, otherwise: {drop: y}", [Kind.PROSE]),
        ("table: {a: draft}, otherwise: {drop: x}", "table: {a: draft}, otherwise: same", [Kind.MEANING_CHANGED]),
        ("table: {a: draft}, otherwise: same", "table: {a: draft}", [Kind.ENUM_NARROWED, Kind.MEANING_CHANGED]),
        # behind a codec, nobody knows which words are allowed
        ("codec: trim, table: {a: draft}", "codec: trim, table: {a: draft, b: active}", [Kind.WORD_GAINED]),
        # a table where words stood for themselves
        (
            "enum: [draft, active]",
            "enum: [draft, active], table: {draft: active, active: draft}",
            [Kind.WORD_CHANGED] * 2,
        ),
    ],
)
def test_tables_are_compared_row_by_row(old: str, new: str, kinds: list[Kind]) -> None:
    before, after = (
        f"fields:\n  a: {{type: string, hub: status, {said}}}\nprofiles: {{write: {{}}}}\n" for said in (old, new)
    )
    assert [kind for kind, _, _ in seen(before, after)] == kinds
