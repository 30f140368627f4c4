"""Two small formats: one that knows more, and one with a slot for it."""

from __future__ import annotations

from pathlib import Path

from catalens.formats import Registry

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


def shelves(folder: Path) -> Registry:
    """Return a registry that knows both, beside the bundled formats."""
    (folder / "shelf.yaml").write_text(SHELF)
    (folder / "rack.yaml").write_text(RACK)
    return Registry([folder])
