"""The sidecar as a document, and the slots as another place for what it holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalens import translate
from catalens.complement import digest
from catalens.engine import Translator
from catalens.errors import InvalidSidecar
from catalens.formats import Registry, registry
from catalens.payloads import canonical, dumps, loads
from catalens.render.report import render_report
from catalens.sidecar import Parking, by_place, check_sidecar, is_secret, make_sidecar, parkings, read_sidecar

SHELF = """
format: shelf
title: A format that knows more
assume: {weight: kg}
equivalent: [measure-unit]
fields:
  title: {type: string, hub: title}
  note: {type: string, only_here: true}
  long: {type: string, only_here: true}
  code: {type: string, only_here: true, secret: true}
  weight: {type: number, hub: weight, codec: {measure: weight}}
  rows[]:
    hub: "attributes[?kind=='meta']"
    key: name
    fields:
      name: {type: string, hub: name}
      value: {type: string, hub: value}
      extra: {type: string, only_here: true}
profiles: {write: {}}
"""

RACK = """
format: rack
title: A format with a slot
fields:
  title: {type: string, hub: title}
  inner.rows[]:
    hub: "attributes[?kind=='meta']"
    key: name
    fields:
      name: {type: string, hub: name, maxLength: 16, cut: false}
      value: {type: string, hub: value, maxLength: 40}
profiles: {write: {}}
slots:
  - {at: "inner.rows[]", name: name, value: value, prefix: "p.", create_first: true, names: {"shelf:note": remark}}
"""


@pytest.fixture(scope="module")
def formats(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    folder: Path = tmp_path_factory.mktemp("mappings")
    (folder / "shelf.yaml").write_text(SHELF)
    (folder / "rack.yaml").write_text(RACK)
    return Registry([folder])


@pytest.fixture(scope="module")
def there(formats: Registry) -> Translator:
    return Translator("shelf", "rack", formats=formats)


@pytest.fixture(scope="module")
def back(formats: Registry) -> Translator:
    return Translator("rack", "shelf", formats=formats)


# -- the document ---------------------------------------------------------------------------------------------


PAYLOAD = {"title": "Lamp", "note": "n", "code": "s3cret", "odd": {"big": [1e22, loads("12.50")]}}


def sidecar_of(there: Translator) -> dict[str, Any]:
    found: dict[str, Any] = loads(dumps(there(PAYLOAD).sidecar))
    return found


def test_a_sidecar_says_what_it_belongs_to(there: Translator, back: Translator) -> None:
    sidecar = sidecar_of(there)
    assert sidecar["sidecar"] == 1
    assert [sidecar[side]["profile"] for side in ("source", "target")] == ["shelf/write", "rack/write"]
    assert [entry["at"] for entry in sidecar["entries"]] == ["/code", "/note", "/odd"]
    assert canonical(back({"title": "Lamp"}, restore=sidecar).payload) == canonical(PAYLOAD)


def test_nothing_lost_no_sidecar(there: Translator) -> None:
    assert there({"title": "Lamp"}).sidecar is None
    assert there({}).sidecar is None


@pytest.mark.parametrize("given", [None, [], "text", 7, {}, {"entries": []}, {"sidecar": None}, {"report": 1}])
def test_what_is_no_sidecar_is_refused(given: Any, back: Translator) -> None:
    with pytest.raises(InvalidSidecar, match=r"no sidecar|of version"):
        read_sidecar(given, back.source, back.target)


@pytest.mark.parametrize("version", [0, 2, "1", None, [], 1.5])
def test_another_version_is_refused(version: Any, there: Translator, back: Translator) -> None:
    with pytest.raises(InvalidSidecar, match=r"is of version .*; this program reads 1"):
        back({"title": "Lamp"}, restore={**sidecar_of(there), "sidecar": version})


CHANGES: list[Callable[[dict[str, Any]], Any]] = [
    *(
        lambda s, name=name: s.pop(name)
        for name in ("catalens", "source", "target", "assume", "shell", "entries", "digest")
    ),
    *(
        lambda s, name=name: s.update({name: 1})
        for name in ("catalens", "source", "target", "assume", "shell", "entries", "digest")
    ),
    lambda s: s["source"].update(profile="rack/write"),
    lambda s: s["target"].update(mapping="0" * 16),
    lambda s: s["source"]["assume"].update(weight="g"),
    lambda s: s["entries"].pop(),
    lambda s: s["entries"].append({"at": "/x", "value": 1}),
    lambda s: s["entries"][0].update(at="/title"),
    lambda s: s["entries"][0].update(value="m"),
    lambda s: s["entries"][0].update(was=digest(1)),
    lambda s: s["entries"][2]["value"]["big"].pop(),
    lambda s: s.update(more=1),
    lambda s: s.update(shell=object()),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_sidecar_that_was_changed_is_refused(
    change: Callable[[dict[str, Any]], Any], there: Translator, back: Translator
) -> None:
    sidecar = sidecar_of(there)
    change(sidecar)
    with pytest.raises(InvalidSidecar, match="truncated or was changed"):
        back({"title": "Lamp"}, restore=sidecar)
    with pytest.raises(InvalidSidecar, match="truncated or was changed"):
        translate({"title": "Lamp"}, source="rack", target="shelf", restore=sidecar, formats=back.formats)


@given(number=st.integers(0, 10_000))
def test_no_part_of_the_text_can_be_left_out(number: int, there: Translator, back: Translator) -> None:
    sidecar = sidecar_of(there)
    places = [(sidecar, name) for name in sidecar] + [(one, name) for one in sidecar["entries"] for name in one]
    node, name = places[number % len(places)]
    del node[name]
    with pytest.raises(InvalidSidecar):
        back({"title": "Lamp"}, restore=sidecar)


def resealed(sidecar: dict[str, Any]) -> dict[str, Any]:
    """Return a changed sidecar with a digest that fits, as somebody who knows the form can."""
    from catalens.sidecar import _digest

    return {**sidecar, "digest": _digest(sidecar)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.pop("source"), "does not say which profiles"),
        (lambda s: s.update(target=[]), "does not say which profiles"),
        (lambda s: s["source"].update(profile=None), "does not say which profiles"),
        (lambda s: s["source"].pop("mapping"), "mapping of shelf has changed"),
        (lambda s: s["source"].pop("assume"), "other assumptions for shelf"),
        (lambda s: s.update(entries=None), "entries have no form"),
        (lambda s: s["entries"][0].pop("at"), "entries have no form"),
        (lambda s: s["entries"].append({"at": "/rows", "key": 7}), "entries have no form"),
        (lambda s: s.update(assume={"weight": ["kg"]}), "entries have no form"),
        (lambda s: s.pop("shell"), "entries have no form"),
        (lambda s: s.update(shell=float("nan")), "entries have no form"),
        (
            lambda s: s["source"].update(profile="axim/write"),
            "for the way back to axim/write, not back to shelf/write",
        ),
        (
            lambda s: s["target"].update(profile="keevault/write"),
            "for the way from keevault/write, not from rack/write",
        ),
    ],
)
def test_even_a_resealed_sidecar_must_make_sense(
    change: Callable[[dict[str, Any]], Any], message: str, there: Translator, back: Translator
) -> None:
    sidecar = sidecar_of(there)
    change(sidecar)
    with pytest.raises(InvalidSidecar, match=message):
        back({"title": "Lamp"}, restore=resealed(sidecar))


def test_a_sidecar_of_other_formats_is_refused_and_names_them() -> None:
    sidecar = Translator("axim", "keevault")({"name": "Lamp", "odd": 1}).sidecar
    with pytest.raises(InvalidSidecar, match="for the way back to axim/write, not back to commerce-engine/write"):
        Translator("keevault", "commerce-engine")({"name": "Lamp"}, restore=sidecar)
    with pytest.raises(InvalidSidecar, match="for the way from keevault/write, not from prosperna/write"):
        Translator("prosperna", "axim")({}, restore=sidecar)
    # there and back are not the same way
    with pytest.raises(InvalidSidecar, match="not back to keevault/write"):
        Translator("axim", "keevault")({"name": "Lamp"}, restore=sidecar)


def test_a_sidecar_of_another_mapping_is_refused(there: Translator, tmp_path: Path) -> None:
    (tmp_path / "shelf.yaml").write_text(SHELF.replace("note: {type: string", "note: {type: string, maxLength: 9"))
    (tmp_path / "rack.yaml").write_text(RACK)
    changed = Translator("rack", "shelf", formats=Registry([tmp_path]))
    with pytest.raises(InvalidSidecar, match="mapping of shelf has changed since the sidecar was written"):
        changed({"title": "Lamp"}, restore=sidecar_of(there))
    (tmp_path / "shelf.yaml").write_text(SHELF)
    same = Translator("rack", "shelf", formats=Registry([tmp_path]))
    assert same({"title": "Lamp"}, restore=sidecar_of(there)).payload["note"] == "n"


def test_examples_of_a_mapping_may_change(there: Translator, tmp_path: Path) -> None:
    (tmp_path / "shelf.yaml").write_text(SHELF + "examples: [{title: x, profile: write, payload: {}}]\n")
    (tmp_path / "rack.yaml").write_text(RACK.replace("A format with a slot", "Another title"))
    same = Translator("rack", "shelf", formats=Registry([tmp_path]))
    assert same({"title": "Lamp"}, restore=sidecar_of(there)).payload["note"] == "n"


def test_a_sidecar_under_other_assumptions_is_refused(formats: Registry, there: Translator) -> None:
    other = Translator("rack", "shelf", assume={"weight": "lb"}, formats=formats)
    with pytest.raises(InvalidSidecar, match="other assumptions for shelf"):
        other({"title": "Lamp"}, restore=sidecar_of(there))


# -- slots ----------------------------------------------------------------------------------------------------


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
    assert edited.payload == {**payload, "images": [{"url_standard": "c"}, payload["images"][1]]}
    assert edited.report.orphaned == ['/images/="a"/sort_order']


FIELDS = st.text(st.sampled_from('ab#/~.=" é0'), max_size=5)


@given(
    at=st.lists(FIELDS, min_size=1, max_size=2),
    value=st.sampled_from([None, "", "a", [], {}, 1e22, [{"at": "/a"}]]),
    mark=st.sampled_from(["", "#list", "#item", "#list#item"]),
)
def test_every_row_can_be_read_again(at: list[str], value: Any, mark: str) -> None:
    from catalens.paths import pointer_text

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


def test_the_hub_keeps_what_a_sidecar_would() -> None:
    there, back = Translator("webcommander/read", "hub"), Translator("hub", "webcommander/read")
    payload = {"product": {"name": "Lamp", "zzz": [1]}, "odd": 1}
    done = there(payload)
    assert done.sidecar is None
    assert back(loads(dumps(done.payload))).payload == payload


def test_made_and_checked_are_the_same(there: Translator) -> None:
    sidecar = make_sidecar(there.source, there.target, [], None, {})
    assert check_sidecar(sidecar) is sidecar
    assert isinstance(Parking(there.target.slots[0], there.target), Parking)


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
