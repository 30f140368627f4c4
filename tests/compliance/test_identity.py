"""A sidecar belongs to one product: what it brings back must not come to another one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from catalens import InvalidSidecar, Translation, translate
from catalens.formats import Registry, registry
from catalens.paths import show
from catalens.payloads import dumps, loads
from catalens.returning.sidecar import seal
from tests.commands.door import bare

SHIRT = {"name": "Shirt", "sku": "A-1", "customUrl": "/shirt/", "brand": "65b0d13f98539a33577ac4cd"}
IN_PROSPERNA = {"product_specification": {"name": "Shirt", "slug": "shirt", "brand": "Oak & Sons"}}
IN_WEBCOMMANDER = {
    "product": {"id": 1902, "name": "Shirt", "sku": "A-1", "urls": {"url": "shirt"}, "heading": "New in spring"}
}
IN_ENGINE = {
    "content": {"product": {"id": "01ARZ", "name": "Shirt", "sku": "A-1", "seo": {"slug": "shirt"}, "on_offer": True}}
}


def there(payload: Any, source: str, target: str) -> Translation:
    done = translate(payload, source, target)
    assert done.sidecar is not None
    return done


def back(payload: Any, done: Translation, anyway: bool = False, **changes: Any) -> Translation:
    """Take a payload back with the sidecar of another one."""
    sidecar = loads(dumps({**(done.sidecar or {}), **changes}))
    if changes:
        sidecar["digest"] = seal(sidecar)
    source, target = done.report.target, done.report.source
    return translate(payload, source, target, restore=sidecar, restore_anyway=anyway)


# -- whose sidecar it is --------------------------------------------------------------------------------------

OTHERS = [
    (SHIRT, "axim", "commerce-engine", {"name": "Shirt", "sku": "B-1"}, '/sku was "A-1" and is now "B-1"'),
    (SHIRT, "axim", "commerce-engine", {"seo": {"slug": "b"}}, '/seo/slug was "shirt" and is now "b"'),
    (SHIRT, "axim", "webcommander", {"name": "Shirt", "sku": "B-1"}, '/sku was "A-1" and is now "B-1"'),
    (
        SHIRT,
        "axim",
        "prosperna",
        {"product_specification": {"slug": "b"}},
        '/product_specification/slug was "shirt" and is now "b"',
    ),
    (IN_PROSPERNA, "prosperna", "axim", {"customUrl": "/b/"}, '/customUrl was "/shirt/" and is now "/b/"'),
    (IN_PROSPERNA, "prosperna", "commerce-engine", {"seo": {"slug": "b"}}, '/seo/slug was "shirt" and is now "b"'),
    (
        IN_WEBCOMMANDER,
        "webcommander/read",
        "axim",
        {"sku": "B-1", "customUrl": "/b/"},
        '/sku was "A-1" and is now "B-1", /customUrl was "/shirt/" and is now "/b/"',
    ),
    (IN_WEBCOMMANDER, "webcommander/read", "webcommander", {"sku": "B-1"}, '/sku was "A-1" and is now "B-1"'),
    (
        IN_WEBCOMMANDER,
        "webcommander/read",
        "commerce-engine/read",
        {"content": {"product": {"id": "1903"}}},
        '/id was "1902" and is now "1903"',
    ),
    (IN_ENGINE, "commerce-engine/read", "axim", {"sku": "B-1"}, '/sku was "A-1" and is now "B-1"'),
    (IN_ENGINE, "commerce-engine/read", "prosperna", {"product_specification": {"slug": "b"}}, "shirt"),
]


@pytest.mark.parametrize(("payload", "source", "target", "other", "said"), OTHERS, ids=str)
def test_the_sidecar_of_another_product_is_refused(
    payload: Any, source: str, target: str, other: Any, said: str
) -> None:
    done = there(payload, source, target)
    with pytest.raises(InvalidSidecar, match="belongs to another product") as refused:
        back(other, done)
    assert said in str(refused.value)
    assert "--restore-anyway" in str(refused.value)
    assert "restore_anyway=True" in str(refused.value)
    anyway = back(other, done, anyway=True)
    assert anyway.report.identity is not None
    assert anyway.report.identity.is_another
    assert anyway.report.stale


def test_what_the_sidecar_of_one_product_holds_does_not_come_to_another() -> None:
    done = there(SHIRT, "axim", "commerce-engine")
    with pytest.raises(InvalidSidecar):
        back({"name": "Shirt", "sku": "B-1"}, done)
    assert back({"name": "Shirt", "sku": "B-1"}, done, anyway=True).payload["brand"] == SHIRT["brand"]


def test_where_a_part_agrees_the_rest_was_edited() -> None:
    done = there(SHIRT, "axim", "commerce-engine")
    edited = back({**done.payload, "seo": {"slug": "linen-shirt"}}, done)
    assert edited.payload == {**SHIRT, "customUrl": "/linen-shirt/"}
    assert edited.report.stale == ["/customUrl"]
    assert edited.report.to_dict()["identity"] == "agrees"
    renumbered = back({**done.payload, "sku": "A-2"}, done)
    assert (renumbered.payload["sku"], renumbered.report.stale) == ("A-2", ["/sku"])


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_what_is_empty_tells_nothing(nothing: str | None) -> None:
    done = there({"sku": "A-1", "brand": "b"}, "axim", "commerce-engine")
    assert back({"sku": nothing}, done).report.to_dict()["identity"] == "unchecked"


def test_a_title_tells_nothing() -> None:
    done = there({"name": "Shirt", "brand": "b"}, "axim", "commerce-engine")
    assert back({"name": "Trousers"}, done).payload == {"name": "Trousers", "brand": "b"}


def test_a_number_and_its_text_are_one_identifier() -> None:
    done = there(
        {"content": {"product": {"id": "1902", "on_offer": True}}}, "commerce-engine/read", "webcommander/read"
    )
    assert done.sidecar is not None
    assert done.sidecar["identity"] == {"/id": 1902}
    wrapped = {"product": {"id": loads("1902.0")}}
    assert back(wrapped, done).report.to_dict()["identity"] == "agrees"


def test_nothing_that_is_withheld_is_in_the_identity() -> None:
    payload = {"product_id": "17", "api_key": "k", "name": "Plugin", "source": "envato", "external_reference": "99"}
    done = there(payload, "keevault", "axim")
    assert done.sidecar is not None
    assert done.sidecar["identity"] == {}


# -- where nothing can be compared ----------------------------------------------------------------------------


def test_a_sidecar_of_an_earlier_version_is_taken_unchecked() -> None:
    done = there(SHIRT, "axim", "commerce-engine")
    sidecar = {name: value for name, value in (done.sidecar or {}).items() if name != "identity"}
    sidecar["digest"] = seal(sidecar)
    taken = translate({"sku": "B-1"}, "commerce-engine", "axim", restore=sidecar)
    assert taken.payload["brand"] == SHIRT["brand"]
    assert taken.report.to_dict()["identity"] == "unchecked"


def test_without_a_sidecar_there_is_nothing_to_compare() -> None:
    assert translate(SHIRT, "axim", "commerce-engine").report.to_dict()["identity"] is None


@pytest.mark.parametrize("identity", [[], "A-1", {"sku": "A-1"}])
def test_an_identity_of_another_form_is_refused(identity: Any) -> None:
    with pytest.raises(InvalidSidecar, match="no form that this program knows"):
        back({"sku": "A-1"}, there(SHIRT, "axim", "commerce-engine"), identity=identity)


CORNER = """
format: corner
title: A shop whose mapping says nothing of identity
fields:
  label: {type: string, hub: title}
  number: {type: string, hub: sku}
profiles: {write: {}}
"""


def test_what_the_source_says_of_identity_holds_for_a_target_that_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "corner.yaml").write_text(CORNER)
    formats = Registry([tmp_path])
    done = translate(SHIRT, "axim", "corner", formats=formats)
    with pytest.raises(InvalidSidecar, match='/number was "A-1" and is now "B-1"'):
        translate({"number": "B-1"}, "corner", "axim", restore=done.sidecar, formats=formats)


@pytest.mark.parametrize("profile", [one.spelled for one in registry().profiles()])
def test_every_bundled_profile_says_what_tells_its_products_apart(profile: str) -> None:
    known = registry().profile(profile)
    fields = {one.at: one for one, _ in known.fields() if len(one.at) == len(one.path)}
    assert known.identity
    assert all(not fields[at].secret and show(fields[at].path) for at in known.identity)


# -- at the command line --------------------------------------------------------------------------------------


@pytest.fixture
def sidecar(tmp_path: Path) -> Path:
    path = tmp_path / "side.json"
    words = ["translate", "-", "--from", "axim", "--to", "commerce-engine", "--sidecar", path]
    assert bare(*words, input=json.dumps(SHIRT)).code == 0
    return path


def home(payload: Any, sidecar: Path, *more: str) -> Any:
    words = ["translate", "-", "--from", "commerce-engine", "--to", "axim", "--restore", sidecar]
    return bare(*words, *more, input=json.dumps(payload))


def test_the_command_refuses_and_takes_it_anyway(sidecar: Path) -> None:
    said = home({"sku": "B-1"}, sidecar)
    assert (said.code, said.out) == (1, b"")
    assert said.err.startswith('Error: the sidecar belongs to another product: /sku was "A-1" and is now "B-1"; ')
    said = home({"sku": "B-1"}, sidecar, "--restore-anyway")
    assert said.code == 0
    assert said.err.splitlines()[2:] == [
        'restored anyway, though the sidecar seems to belong to another product: /sku was "A-1" and is now "B-1"',
        "stale: /sku; edited meanwhile, so not restored; where the former value is meant, set it by hand: "
        "it stands in the sidecar, or in the slot",
    ]


def test_the_summary_says_what_was_not_checked(sidecar: Path) -> None:
    assert "restored unchecked: no field of the product's identity" in home({"name": "Shirt"}, sidecar).err
    assert "unchecked" not in home({"sku": "A-1"}, sidecar).err


def test_restore_anyway_goes_with_a_sidecar() -> None:
    said = bare("translate", "-", "--to", "axim", "--restore-anyway", input="{}")
    assert (said.code, said.err) == (2, "Error: --restore-anyway needs --restore\n")


# -- what was overtaken ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "word", "code", "says"),
    [
        ({"sku": "A-1", "seo": {"slug": "x"}}, "stale", 3, "Error: not everything was restored: stale 1"),
        ({"sku": "A-1", "seo": {"slug": "x"}}, "orphaned", 0, ""),
        ({"sku": "A-1", "seo": {"slug": "x"}}, "any", 0, ""),
        ({"sku": "A-1", "seo": {"slug": "shirt"}}, "stale", 0, ""),
    ],
)
def test_what_was_overtaken_can_stop_a_migration(
    sidecar: Path, payload: Any, word: str, code: int, says: str
) -> None:
    said = home(payload, sidecar, "--fail-on", word)
    assert said.code == code
    assert says in said.err
    assert said.json["brand"] == SHIRT["brand"]


def test_what_was_orphaned_stands_in_the_summary(tmp_path: Path) -> None:
    side = tmp_path / "side.json"
    lamp = {"sku": "L-1", "mediaGallery": [{"url": "https://x.example/1.jpg", "type": "image", "format": "jpeg"}]}
    words = ["translate", "-", "--from", "axim", "--to", "commerce-engine", "--sidecar", side]
    assert bare(*words, input=json.dumps(lamp)).code == 0
    said = home({"sku": "L-1", "images": []}, side, "--fail-on", "orphaned")
    assert said.code == 3
    (line,) = [one for one in said.err.splitlines() if one.startswith("orphaned: ")]
    assert "/format; what it belonged to was deleted, or has another key now, so not restored; where it is" in line
    assert said.err.endswith("Error: not everything was restored: orphaned 1\n")


def test_lines_count_what_was_overtaken_in_slots() -> None:
    row = {"key": "x-axim/shortDescription", "value": "parked"}
    given = json.dumps({"short_description": "edited", "metadata": [row]}) + "\n"
    words = ["translate", "-", "--lines", "--from", "commerce-engine", "--to", "axim"]
    said = bare(*words, "--fail-on", "stale", "--report", "-", "--report-format", "text", input=given * 2)
    assert said.code == 3
    assert "stale: 2; edited meanwhile, so not restored; where" in said.err
    assert b"        2  stale: edited meanwhile" in said.out
