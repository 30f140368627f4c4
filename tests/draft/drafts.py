"""What tests of drafts have in common."""

from __future__ import annotations

from typing import Any

from catalens.draft import Draft
from catalens.errors import Diagnostic
from catalens.lint.check import lint
from catalens.mapping.load import load_text
from catalens.mapping.profile import Profile
from catalens.mapping.read import read_mapping
from catalens.mapping.resolve import resolve


def linted(made: Draft) -> tuple[list[Diagnostic], dict[str, Profile]]:
    """Return the errors of a draft, and its profiles by their names."""
    source = load_text(made.text, "drafted.yaml")
    mapping = read_mapping(source)
    errors = [one for one in lint(source, mapping) if one.severity == "error"]
    return errors, {name: resolve(mapping, name)[0] for name in mapping.profiles}


def said(made: Draft) -> dict[str, Any]:
    """Return the fields of a draft as data. Fails where it does not lint."""
    errors, _ = linted(made)
    assert not errors, f"{errors[0]}\n{made.text}"
    return load_text(made.text, "drafted.yaml").data["fields"]


def whole(made: Draft) -> dict[str, Any]:
    """Return a draft as data."""
    assert said(made)
    return load_text(made.text, "drafted.yaml").data
