"""A sidecar survives prose: only what changes the meaning of a mapping changes its fingerprint."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from catalens import InvalidSidecar, Translator
from catalens.formats import Registry
from catalens.mapping.load import load_text
from catalens.mapping.model import Line, MappingModel, ProfileModel, Slot
from catalens.mapping.profile import Profile
from catalens.mapping.read import read_mapping
from catalens.mapping.resolve import resolve
from catalens.payloads import canonical
from catalens.returning.sidecar import PROSE, fingerprint

SHOP = """
format: shop
title: Shop
about: a shop
assume: {weight: g, currency: EUR}
equivalent: [measure-unit]
fields:
  name: {type: string, hub: title, maxLength: 40, doc: "what it is called", example: Desk}
  state: {type: string, hub: status, table: {live: active, hidden: [inactive, draft]}}
  price: {type: number, hub: "prices[0].list", assumes: currency}
  kilos: {type: number, hub: weight, codec: {measure: weight}}
  size: {type: [string, number], enum: [1, 2, L], only_here: true}
  since: {type: string, format: date-time, only_here: true}
  echo: {type: string, dropped: no_counterpart, because: "says the name again"}
  pictures[]:
    hub: "media[?kind=='image']"
    key: link
    fields:
      link: {type: string, hub: url}
      doc: {type: string, hub: title}
  rows[]:
    only_here: true
    fields:
      name: {type: string, only_here: true}
      value: {type: string, only_here: true}
slots:
  - {at: "rows[]", name: name, value: value, prefix: "x-"}
required:
  - {field: name, because: "nothing is sold without a name"}
profiles:
  write: {}
  read: {envelope: data, around: [status, code], fields: {stock: {type: integer, only_here: true}}}
endpoints: {things: {product: {update: {method: PUT, url: "/x", body: json}}}}
"""

#: what each word of a line is changed to, on the line ``name`` where it fits there
CHANGES: dict[str, tuple[str, Any]] = {
    "type": ("name", "any"),
    "format": ("name", "uri"),
    "min_length": ("name", 2),
    "max_length": ("name", 41),
    "minimum": ("kilos", 0),
    "maximum": ("kilos", 9),
    "enum": ("size", [1, 2]),
    "pattern": ("name", "^D"),
    "hub": ("name", "summary"),
    "only_here": ("size", False),
    "dropped": ("echo", "command"),
    "constant": ("echo", "new"),
    "withheld": ("echo", "credential"),
    "because": ("echo", "for no other reason"),
    "severity": ("size", "access"),
    "codec": ("kilos", None),
    "table": ("state", {"live": "active", "hidden": ["draft", "inactive"]}),
    "otherwise": ("state", "same"),
    "types": ("name", ["string"]),
    "readonly": ("name", True),
    "secret": ("name", True),
    "blob": ("name", True),
    "refers": ("name", "brand"),
    "assumes": ("name", "currency"),
    "key": ("pictures[]", "doc"),
    "keys": ("pictures[]", "title"),
    "order": ("pictures[]", "rank"),
    "first": ("pictures[]", "main"),
    "takes": ("pictures[]", ["video"]),
    "flattens": ("pictures[]", "names"),
    "needs": ("pictures[]", ["doc"]),
    "when": ("pictures[]", "link != `null`"),
    "on_write": ("pictures[]", "replaces"),
    "advisory": ("name", True),
    "cut": ("name", False),
    "nullable": ("name", False),
    "default": ("name", "none"),
    "doc": ("name", "otherwise"),
    "example": ("name", "Chair"),
    "fields": ("pictures[]", {}),
}


def mapping(text: str = SHOP) -> MappingModel:
    return read_mapping(load_text(text, "shop.yaml"))


def profile(given: MappingModel, name: str = "write") -> Profile:
    return resolve(given, name)[0]


def changed(line: str, word: str, value: Any) -> MappingModel:
    """Return the mapping with one word of one line set to another value."""
    shop = mapping()
    lines = {**shop.fields, line: shop.fields[line].model_copy(update={word: value})}
    return shop.model_copy(update={"fields": lines})


def test_every_word_of_a_line_is_tried() -> None:
    assert CHANGES.keys() == Line.model_fields.keys()
    assert CHANGES.keys() >= PROSE


@pytest.mark.parametrize("word", CHANGES)
def test_a_word_counts_unless_it_is_prose(word: str) -> None:
    line, value = CHANGES[word]
    before, after = fingerprint(profile(mapping())), fingerprint(profile(changed(line, word, value)))
    assert getattr(changed(line, word, value).fields[line], word) != getattr(mapping().fields[line], word)
    assert (before == after) == (word in PROSE)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("title: Shop", "title: The shop"),
        ("about: a shop", "about: the shop"),
        ("equivalent: [measure-unit]", "equivalent: []"),
        ("equivalent: [measure-unit]", "identity: [name]\nequivalent: [measure-unit]"),
        ("  write: {}", "  write: {identity: [name]}"),
        ("nothing is sold without a name", "a name is needed"),
        ("profiles:\n", "forbidden:\n  - {field: since, because: it is set by the shop}\nprofiles:\n"),
        ("method: PUT", "method: POST"),
        ("enum: [1, 2, L]", "enum: [L, 2, 1]"),
        ("type: [string, number]", "type: [number, string]"),
        ("around: [status, code]", "around: [code, status]"),
        ("{type: string, hub: url}", "{hub: url, type: string, doc: the address}"),
        ("fields: {stock: {type: integer", "fields: {stock: {type: number"),
        ("envelope: data", "envelope: product"),
        ("envelope: data", "envelope: data, list: rows"),
    ],
)
def test_what_says_nothing_of_the_profile_does_not_count(text: str, other: str) -> None:
    assert text in SHOP
    assert fingerprint(profile(mapping(SHOP.replace(text, other)))) == fingerprint(profile(mapping()))


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("format: shop", "format: store"),
        ("fields:\n  name", "nullable: false\nfields:\n  name"),
        ('prefix: "x-"', 'prefix: "y-"'),
        ("envelope: data", "envelope: product"),
        ("around: [status, code]", "around: [status]"),
        ("fields: {stock: {type: integer", "fields: {stock: {type: number"),
        ("doc: {type: string, hub: title}", "doc: {type: number, hub: title}"),
    ],
)
def test_what_the_profile_rests_on_counts(text: str, other: str) -> None:
    assert text in SHOP
    assert fingerprint(profile(mapping(SHOP.replace(text, other)), "read")) != fingerprint(profile(mapping(), "read"))


def test_words_of_the_other_models_are_known() -> None:
    """A new word there has to be weighed: does a sidecar rest on it?"""
    assert set(ProfileModel.model_fields) == {"envelope", "listing", "around", "identity", "any_shape", "fields"}
    assert set(Slot.model_fields) == {"at", "name", "value", "prefix", "profile", "create_first", "names"}
    assert set(MappingModel.model_fields) == {
        *("format", "title", "about", "assume", "nullable", "endpoints", "equivalent"),
        *("identity", "fields", "profiles", "slots", "required", "forbidden", "examples"),
    }


def test_a_stored_sidecar_is_taken_after_prose_was_edited(tmp_path: Any) -> None:
    sidecar = translators(tmp_path / "one", SHOP)[0]({"name": "Desk", "size": "L"}).sidecar
    edited = SHOP.replace("what it is called", "its name").replace("example: Desk", "example: Chair")
    back = translators(tmp_path / "two", edited)[1]
    assert back({"name": "Desk"}, restore=sidecar).payload == {"name": "Desk", "size": "L"}
    other = translators(tmp_path / "three", SHOP.replace("maxLength: 40", "maxLength: 39"))[1]
    with pytest.raises(InvalidSidecar, match="the mapping of shop has changed"):
        other({"name": "Desk"}, restore=sidecar)


def test_a_sidecar_of_an_earlier_version_is_taken_by_the_mapping_that_it_was_written_with(tmp_path: Any) -> None:
    there, back = translators(tmp_path, SHOP)
    sidecar = there({"name": "Desk", "size": "L"}).sidecar
    assert sidecar is not None
    for side, one in (("source", there.source), ("target", there.target)):
        later = {"identity": True, "endpoints": True, "profiles": {"__all__": {"identity"}}}
        left_out: Any = {"examples": True, "about": True, "title": True, **later}
        said = one.mapping.model_dump(mode="python", exclude=left_out, exclude_defaults=True)
        sidecar[side]["mapping"] = hashlib.sha256(canonical(said)).hexdigest()[:16]
    body = {name: value for name, value in sidecar.items() if name != "digest"}
    sidecar["digest"] = hashlib.sha256(canonical(body)).hexdigest()[:32]
    assert back({"name": "Desk"}, restore=sidecar).payload == {"name": "Desk", "size": "L"}


def translators(folder: Any, text: str) -> tuple[Translator, Translator]:
    folder.mkdir(exist_ok=True)
    (folder / "shop.yaml").write_text(text, encoding="utf-8")
    formats = Registry([folder])
    names = ("shop/write", "keevault/write")
    return Translator(*names, formats=formats), Translator(*reversed(names), formats=formats)
