"""The sidecar as a document: what it belongs to, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalens import translate
from catalens.engine import Translator
from catalens.errors import InvalidSidecar
from catalens.formats import Registry
from catalens.payloads import canonical, dumps, loads
from catalens.returning import digest
from catalens.returning.sidecar import check_sidecar, make_sidecar, read_sidecar, seal
from catalens.returning.slots import Parking
from tests.shelves import RACK, SHELF, shelves


@pytest.fixture(scope="module")
def formats(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    return shelves(tmp_path_factory.mktemp("mappings"))


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


@pytest.mark.parametrize(
    "given", [None, [], "text", 7, {}, {"entries": []}, {"sidecar": None}, {"report": 1}, {"shell": object()}]
)
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
    from catalens.returning.sidecar import seal

    return {**sidecar, "digest": seal(sidecar)}


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
        (lambda s: s.update(shell=float("nan")), "/shell: nan is no JSON number"),
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


def test_the_hub_keeps_what_a_sidecar_would() -> None:
    there, back = Translator("webcommander/read", "hub"), Translator("hub", "webcommander/read")
    payload = {"product": {"name": "Lamp", "zzz": [1]}, "odd": 1}
    done = there(payload)
    assert done.sidecar is None
    assert back(loads(dumps(done.payload))).payload == payload


def test_made_and_checked_are_the_same(there: Translator) -> None:
    sidecar = make_sidecar(there.source, there.target, [], None, {}, {"/title": "Lamp"})
    assert check_sidecar(sidecar) is sidecar
    assert isinstance(Parking(there.target.slots[0], there.target), Parking)


@pytest.mark.parametrize(
    ("entries", "place"),
    [
        (None, "/entries: expected a list"),
        ([{"at": "/mpn", "value": 1}, 5], "/entries/1: expected an object"),
        ([{"at": "/a" * 5000, "value": 1}], "/entries/0/at: a pointer of more than 200 parts leads into no payload"),
        ([{"at": "/mpn", "value": 1}, {"at": "/mpn", "value": 2}], "/entries/1/at: /0 is about the same place, /mpn"),
        ([{"at": "/mp~2n", "value": 1}], "/entries/0/at: '/mp~2n' is not a JSON Pointer: behind '~' stands 0"),
        ([{"at": "/mpn~", "value": 1}], "/entries/0/at: '/mpn~' is not a JSON Pointer"),
        ([{"at": 5, "value": 1}], "/entries/0/at: expected a JSON Pointer"),
        ([{"at": "/mpn", "from": "x"}], "/entries/0/from: 'x' is not a JSON Pointer: it must begin with '/'"),
        ([{"at": "/mpn", "key": "a", "target_key": "~3"}], "/entries/0/target_key: "),
        ([{"at": "/mpn", "was": "0"}], "/entries/0: this is no entry that this program knows"),
        ([{"at": "", "value": 1}], "/entries/0: this is no entry"),
    ],
)
def test_a_forged_entry_is_refused_with_its_place(entries: Any, place: str) -> None:
    """Whoever forges a sidecar can make its digest, too."""
    done = Translator("axim", "commerce-engine")({"name": "Desk", "sku": "D-1", "mpn": "x"})
    forged = {**done.sidecar, "entries": entries}
    with pytest.raises(InvalidSidecar) as refused:
        Translator("commerce-engine", "axim")(done.payload, restore={**forged, "digest": seal(forged)})
    assert place in str(refused.value)
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize("version", [True, 1.0, "1", None, 2, [1]])
def test_a_sidecar_of_another_version_is_refused(version: Any) -> None:
    done = Translator("axim", "commerce-engine")({"name": "Desk", "sku": "D-1", "mpn": "x"})
    forged = {**done.sidecar, "sidecar": version}
    with pytest.raises(InvalidSidecar, match="is of version"):
        Translator("commerce-engine", "axim")(done.payload, restore={**forged, "digest": seal(forged)})
