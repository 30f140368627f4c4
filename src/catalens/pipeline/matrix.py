"""How much of each format every other one can hold, known without a payload."""

from __future__ import annotations

from typing import Any

from catalens.engine import Translator
from catalens.formats import Registry


def coverage(formats: Registry) -> dict[str, dict[str, dict[str, Any]]]:
    """Return, for each ordered pair of profiles, how many fields there are and how many the target can hold.

    Lists of objects are no fields of their own, and what is withheld was never meant to go.
    """
    names = [profile.spelled for profile in formats.profiles()]
    return {
        source: {target: _held(Translator(source, target, formats=formats)) for target in names if target != source}
        for source in names
    }


def _held(translator: Translator) -> dict[str, Any]:
    fields = [
        one
        for one in translator.profile.fields
        if not one.container and any(code.fate != "withheld" for code in one.codes)
    ]
    held = sum(one.held for one in fields)
    return {"fields": len(fields), "held": held, "share": round(held / len(fields), 4) if fields else 1.0}
