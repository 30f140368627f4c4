"""The slots of a target, as another place for what a sidecar holds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalens.engine import Translator
from catalens.formats import Registry, registry
from catalens.paths import pointer_text
from catalens.payloads import canonical, dumps, loads
from catalens.products import without_invalid
from catalens.render.report import render_report
from catalens.returning import digest
from catalens.returning.slots import by_place, is_secret, parkings
from tests.shelves import shelves


@pytest.fixture(scope="module")
def formats(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    return shelves(tmp_path_factory.mktemp("mappings"))


@pytest.fixture(scope="module")
def there(formats: Registry) -> Translator:
    return Translator("shelf", "rack", formats=formats)


@pytest.fixture(scope="module")
def back(formats: Registry) -> Translator:
    return Translator("rack", "shelf", formats=formats)


def rows(payload: Any) -> list[Any]:
    found: list[Any] = payload["inner"]["rows"]
    return found


def test_rows_are_parked_behind_the_users_own(there: Translator, back: Translator) -> None:
    payload = {"title": "Lamp", "note": "n", "odd": [1, loads("2.50")], "rows": [{"name": "own", "value": "1"}]}
    done = there(payload, park=True)
    assert rows(done.payload) == [
        {"name": "own", "value": "1"},
        {"name": "remark", "value": "n"},
        {"name": "p.shelf/odd", "value": "[1,2.50]"},
    ]
    assert done.sidecar is None
    assert done.report.lossless
    assert done.report.to_dict()["to_do"] == [
        {"slot": "inner.rows[]", "name": "remark"},
        {"slot": "inner.rows[]", "name": "p.shelf/odd"},
    ]
    assert canonical(back(loads(dumps(done.payload))).payload) == canonical(payload)


def test_the_report_tells_what_came_from_which_row(there: Translator, back: Translator) -> None:
    done = there({"title": "Lamp", "note": "n"}, park=True)
    leaves = {leaf["source"]: leaf for leaf in done.report.to_dict()["leaves"]}
    assert (leaves["/note"]["code"], leaves["/note"]["recover"]) == ("parked", "slot")
    assert leaves["/note"]["targets"] == ["/inner/rows/0/name", "/inner/rows/0/value"]
    report = back(done.payload).report
    origins = {origin["target"]: origin for origin in report.origins}
    assert origins["/note"]["origin"] == "restored"
    assert "/inner/rows/0" in origins["/note"]["sources"]


@pytest.mark.parametrize("empty", [[], None])
def test_a_list_that_was_empty_comes_back_empty(empty: Any, there: Translator, back: Translator) -> None:
    payload = {"note": "n", "rows": empty}
    done = there(payload, park=True)
    assert len(rows(done.payload)) == 2
    assert back(done.payload).payload == payload
    assert {fate.code for fate in done.report.fates} == {"parked"}


def test_what_is_not_lost_is_not_parked(there: Translator) -> None:
    for payload in ({"title": "Lamp"}, {"rows": []}, {"rows": None}, {"rows": [{"name": "a"}]}):
        done = there(payload, park=True)
        assert not any(fate.code == "parked" for fate in done.report.fates)
        assert canonical(done.payload) == canonical(there(payload).payload)


def test_limits_of_the_slot_are_kept_and_the_sidecar_has_the_rest(there: Translator, back: Translator) -> None:
    payload = {"long": "x" * 60, "note": "n", "a name that is too long": 1, "odd": "y" * 38}
    done = there(payload, park=True)
    assert [row["name"] for row in rows(done.payload)] == ["remark", "p.shelf/odd"]
    assert [entry["at"] for entry in done.sidecar["entries"]] == ["/a name that is too long", "/long"]  # type: ignore[index]
    assert back(done.payload).payload == {"note": "n", "odd": "y" * 38}
    assert back(done.payload, restore=done.sidecar).payload == payload
    codes = {str(fate.source[0]): fate.code for fate in done.report.fates}
    assert codes["long"] == "dropped.no_counterpart"
    assert codes["note"] == "parked"


def test_a_secret_is_not_parked(there: Translator, back: Translator) -> None:
    done = there({"note": "n", "code": "s3cret"}, park=True)
    assert b"s3cret" not in dumps(done.payload)
    assert b"s3cret" in dumps(done.sidecar)
    assert back(done.payload, restore=done.sidecar).payload == {"note": "n", "code": "s3cret"}
    assert is_secret("/code", there.source)
    assert is_secret("", there.source)
    assert not is_secret("/codes", there.source)


def test_a_list_is_parked_as_one_row(there: Translator, back: Translator) -> None:
    payload = {"rows": [{"name": "a", "extra": "1"}, {"name": "b"}]}
    slots = Translator("shelf", "axim", formats=there.formats)
    done = slots(payload, park=True)
    parked = [row for row in done.payload["metaFields"] if row["code"].startswith("x_")]
    assert [row["code"] for row in parked] == ["x_shelf/rows#list"]
    assert Translator("axim", "shelf", formats=there.formats)(done.payload).payload == payload


def test_a_row_of_another_foreign_format_is_left_alone(there: Translator, back: Translator) -> None:
    row = {"name": "p.other/note", "value": '"n"'}
    assert back({"inner": {"rows": [row]}}).payload == {"rows": [row]}
    # and a row for this one is one only in its own slot
    assert there({"rows": [{"name": "p.shelf/note", "value": "1"}]}).payload == {
        "inner": {"rows": [{"name": "p.shelf/note", "value": "1"}]}
    }


@pytest.mark.parametrize(
    "row",
    [
        {"name": "p.shelf/note", "value": None},
        {"name": "p.shelf/note"},
        {"name": "p.shelf/note", "value": '"n"', "more": 1},
        {"name": "p.shelf", "value": '"n"'},
        {"name": "p.shelfnote", "value": '"n"'},
        {"name": "shelf/note", "value": '"n"'},
        {"name": "p.shelf/a#list", "value": '"n"'},
        {"name": "p.shelf/a#list", "value": "no JSON"},
        {"name": "p.shelf/a#list", "value": "[1]"},
        {"name": "p.shelf/a#list", "value": '[{"at":"/a"}]'},
        {"name": "p.shelf/a#list", "value": '[{"at":"/a","value":1,"was":"x"}]'},
        {"name": None, "value": '"n"'},
        {},
    ],
)
def test_a_row_that_only_looks_like_ours_stays_an_ordinary_row(row: dict[str, Any], formats: Registry) -> None:
    [parking] = parkings(formats.profile("rack"))
    payload = {"inner": {"rows": [row, {"name": "own", "value": "1"}]}}
    assert parking.take(payload, "shelf") == (payload, [])


@pytest.mark.parametrize(
    "payload", [{}, {"inner": None}, {"inner": {}}, {"inner": {"rows": None}}, {"inner": {"rows": [7, None]}}]
)
def test_no_rows_to_take(payload: Any, formats: Registry) -> None:
    [parking] = parkings(formats.profile("rack"))
    assert parking.take(payload, "shelf") == (payload, [])


def test_a_row_edited_by_hand_counts_as_it_stands(there: Translator, back: Translator) -> None:
    done = there({"note": "n", "odd": {"a": 1}}, park=True)
    remark, odd = rows(done.payload)
    remark["value"], odd["value"] = '"m"', '{"b":2}'
    assert back(done.payload).payload == {"note": "m", "odd": {"b": 2}}
    remark["value"], odd["value"] = "m and more", "{b: 2}"
    assert back(done.payload).payload == {"note": "m and more", "odd": "{b: 2}"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("M", "M"),
        ('two words, "quoted"', 'two words, "quoted"'),
        ("", ""),
        (" ", " "),
        ("42", '"42"'),
        ("true", '"true"'),
        (" null", '" null"'),
        ('"M"', '"\\"M\\""'),
        ("NaN", "NaN"),
        ('{"a":1,"a":2}', '{"a":1,"a":2}'),
        ("[" * 150 + "]" * 150, "[" * 150 + "]" * 150),
        ("[" * 9000, "[" * 9000),
        (42, "42"),
        (None, "null"),
        (["M"], '["M"]'),
    ],
)
def test_a_text_is_parked_as_it_is_unless_it_reads_as_json(value: Any, text: str) -> None:
    [parking] = parkings(registry().profile("commerce-engine/write"))
    row = parking.row("axim", "/odd", [{"at": "/odd", "value": value}])
    assert row == {"key": "x-axim/odd", "value": text}
    assert parking.entries("axim", row) == [{"at": "/odd", "value": value}]


def test_an_edit_of_a_parked_text_comes_back() -> None:
    there, back = Translator("axim", "commerce-engine"), Translator("commerce-engine", "axim")
    b = loads(dumps(there({"name": "Mug", "mpn": "M"}, park=True).payload))
    assert b["metadata"] == [{"key": "x-axim/mpn", "value": "M"}]
    # a field of text holds text, whatever it looks like
    for text in ("NEW", "42", "4.20", "true", "[]", ""):
        b["metadata"][0]["value"] = text
        assert back(b).payload == {"name": "Mug", "mpn": text}
    # what such a field had otherwise is in a row of entries
    draft = {"name": "Mug", "status": "draft"}
    assert there(back(draft, park=True).payload).payload == draft
    assert there({"mpn": "42"}, park=True).payload == {"metadata": [{"key": "x-axim/mpn", "value": '"42"'}]}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("variants", "none"),
        ("variants", "7"),
        ("variants", "[7]"),
        ("variants", "[null]"),
        ("variants", '[{"options":[1]}]'),
        ("seo", "Lamp"),
        ("categories", "a, b"),
        ("variants#list", '[{"at":"/variants/=1","value":[]}]'),
        ("a#list", '[{"at":"","value":7,"was":"44136fa355b3678a"}]'),
    ],
)
def test_what_could_stand_nowhere_is_no_parked_row(name: str, value: str) -> None:
    row = {"key": f"x-axim/{name}", "value": value}
    done = Translator("commerce-engine", "axim")({"metadata": [row]})
    assert done.payload == {"metaFields": [{"code": row["key"], "value": value}]}
    assert done.report.to_dict()["verdicts"]["valid_out"]
    assert done.sidecar is None


@pytest.mark.parametrize("text", ["7", "[[]]", '[{"a":1}]', "{}", '"42"', "text", "[null]", '{"a":[1]}'])
def test_a_row_that_somebody_spoiled_never_crashes(text: str) -> None:
    for profile in registry().profiles():
        if profile.format != "commerce-engine":
            back = Translator("commerce-engine", profile.spelled)
            for name in profile.tree.members:
                done = back({"metadata": [{"key": f"x-{profile.format}/{name}", "value": text}]})
                done.report.to_dict()
                dumps(done.sidecar)


TEXTS = st.text(st.sampled_from('"\\{}[]:,.-+0123456789eEtruefalsn \t\n\x00\u2028é'), max_size=6)
JSON = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)


@given(value=JSON | TEXTS | st.text())
def test_whatever_is_parked_reads_again_as_it_was(value: Any) -> None:
    [parking] = parkings(registry().profile("commerce-engine/write"))
    row = parking.row("axim", "/odd", [{"at": "/odd", "value": value}])
    assert row is not None
    assert canonical(parking.entries("axim", row)) == canonical([{"at": "/odd", "value": value}])


def test_edits_win_over_parked_rows() -> None:
    there, back = Translator("commerce-engine", "axim"), Translator("axim", "commerce-engine")
    payload = {
        "name": "Mug",
        "images": [{"url_standard": "a", "sort_order": 1}, {"url_standard": "b", "sort_order": 2}],
    }
    b = loads(dumps(there(payload, park=True).payload))
    assert [row["code"] for row in b["metaFields"]] == ["x_commerce-engine/images#list"]
    assert back(b).payload == payload
    b["mediaGallery"] = [{"url": "c", "type": "image"}, b["mediaGallery"][1]]
    edited = back(b)
    assert edited.payload == {**payload, "images": [{"url_standard": "c", "sort_order": 1}, payload["images"][1]]}
    assert edited.report.orphaned == ['/images/="a"/sort_order']


FIELDS = st.text(st.sampled_from('ab#/~.=" é0'), max_size=5)


@given(
    at=st.lists(FIELDS, min_size=1, max_size=2),
    value=st.sampled_from([None, "", "a", [], {}, 1e22, [{"at": "/a"}]]),
    mark=st.sampled_from(["", "#list", "#item", "#list#item"]),
)
def test_every_row_can_be_read_again(at: list[str], value: Any, mark: str) -> None:
    [parking] = parkings(registry().profile("commerce-engine/write"))
    place = pointer_text([*at[:-1], at[-1] + mark])
    for entry in (
        {"at": place, "value": value},
        {"at": place, "value": value, "was": digest(value)},
        {"at": place, "was": digest(value)},
    ):
        row = parking.row("axim", place, [entry])
        assert row is not None
        read = parking.entries("axim", loads(dumps(row)))
        assert canonical(read) == canonical([entry])


def test_fields_that_hold_together_are_parked_together() -> None:
    entries = [
        {"at": "/m/amount", "value": 450, "was": "0" * 16, "with": ["/m/amount", "/m/unit"]},
        {"at": "/note", "value": 1},
        {"at": "/m/unit", "value": "g", "was": "0" * 16, "with": ["/m/amount", "/m/unit"]},
        {"at": "/rows", "key": "name"},
        {"at": '/rows/="a"/unit', "value": "g", "was": "0" * 16, "with": ["/m/amount", "/m/unit"]},
    ]
    assert list(by_place(entries)) == ["/m/amount", "/note", "/rows"]
    assert [len(found) for found in by_place(entries).values()] == [2, 1, 2]


def test_names_of_the_mapping_hold_for_their_format_only(formats: Registry) -> None:
    [parking] = parkings(formats.profile("rack"))
    assert parking.name("shelf", "/note") == "remark"
    assert parking.name("axim", "/note") == "p.axim/note"
    assert parking.entries("axim", {"name": "remark", "value": "1"}) is None
    assert parking.entries("shelf", {"name": "remark", "value": "1"}) == [{"at": "/note", "value": 1}]
    assert parking.entries("shelf", {"name": "p.shelf/note", "value": "1"}) == [{"at": "/note", "value": 1}]


@pytest.mark.parametrize("inner", [None, "x"])
def test_where_there_is_no_room_nothing_is_parked(inner: Any, formats: Registry, there: Translator) -> None:
    [parking] = parkings(formats.profile("rack"))
    assert not parking.has_room({"inner": inner})
    assert parking.has_room({})
    assert parking.has_room({"inner": {"rows": None}})


def to_do(payload: Any, **options: Any) -> list[Any]:
    translator = Translator("axim", "commerce-engine", **options)
    found: list[Any] = translator(payload, park=True).report.to_dict()["to_do"]
    return found


def test_a_row_in_a_list_that_the_update_would_not_have_touched_is_work_to_do() -> None:
    [told] = to_do({"name": "Mug", "mpn": "M"})
    assert told["slot"] == "metadata[]"
    assert "add the store's own" in told["why"]
    done = Translator("axim", "commerce-engine")({"name": "Mug", "mpn": "M"}, park=True)
    assert b"add the store's own" in render_report(done.report, "text")
    # where the list comes from the source, it is replaced anyway, and a new product has none
    assert to_do({"mpn": "M", "metaFields": [{"code": "own", "value": "1"}]}) == []
    assert to_do({"mpn": "M", "metaFields": []}) == []
    assert to_do({"name": "Mug"}) == []
    assert to_do({"name": "Mug", "mpn": "M"}, mode="create") == []


def test_another_spelling_is_not_parked_and_the_sidecar_has_it() -> None:
    there, back = Translator("axim", "commerce-engine"), Translator("commerce-engine", "axim")
    payload = {"name": "Mug", "price": "12.50", "mpn": "M"}
    done = there(payload, park=True)
    assert [row["key"] for row in done.payload["metadata"]] == ["x-axim/mpn"]
    assert back(done.payload).payload == {**payload, "price": 12.5}
    assert back(done.payload, restore=done.sidecar).payload == payload
    assert "metadata" not in there({"price": "12.50"}, park=True).payload


@pytest.mark.parametrize("target", ["axim", "commerce-engine", "webcommander"])
def test_every_row_has_the_leaves_that_it_holds_as_its_sources(target: str) -> None:
    tried = 0
    for profile in registry().profiles():
        for example in profile.mapping.examples:
            if profile.format == target or example.profile != profile.name:
                continue
            tried += 1
            report = Translator(profile.spelled, target)(example.payload, park=True).report
            rows = [origin for origin in report.origins if origin["origin"] == "parked"]
            there = {pointer_text(fate.source) for fate in report.fates if fate.code == "parked"}
            assert all(origin["sources"] and there.issuperset(origin["sources"]) for origin in rows)
    assert tried > 5


def test_what_is_not_valid_is_left_out_and_all_else_stays() -> None:
    profile = registry().profile("commerce-engine/write")
    product = {"name": 7, "sku": "A", "metadata": [{"key": 1}, {"key": "k", "value": "v"}, 3], "packaging": []}
    assert without_invalid(product, profile) == {"sku": "A", "metadata": [{}, {"key": "k", "value": "v"}]}
    assert without_invalid([], profile) == {}
    assert without_invalid({"sku": "A"}, profile) == {"sku": "A"}
