"""The complement: the difference between what was and what came back, and how it joins what was edited meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalens.complement import Entry, are_entries, complement, digest, merge
from catalens.formats import Registry
from catalens.mapping.profile import Profile
from catalens.payloads import canonical, dumps, loads

SHELF = """
format: shelf
title: A small format
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
      "[width, unit]": {types: [number, {type: string, enum: [g, kg]}], hub: "ext.shelf.[width, unit]", codec: {each: [same, same]}}
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
