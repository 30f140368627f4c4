"""How much of each format every other one can hold, known without a payload."""

from __future__ import annotations

from collections import Counter
from typing import Any

from catalens.account.codes import SEVERITIES
from catalens.engine import Translator
from catalens.formats import Registry


def coverage(formats: Registry) -> dict[str, dict[str, dict[str, Any]]]:
    """Return, for each ordered pair of profiles, how many fields there are and how many the target can hold.

    ``lost`` counts those that it cannot hold by severity. Lists of objects are no fields of their own, and what is
    withheld was never meant to go.
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
    lost = Counter(one.severity for one in fields if not one.held)
    return {
        "fields": len(fields),
        "held": held,
        "share": round(held / len(fields), 4) if fields else 1.0,
        "lost": {severity: lost[severity] for severity in SEVERITIES},
    }
