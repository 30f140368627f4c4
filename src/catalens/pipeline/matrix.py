"""How much of each format every other one can hold, known without a payload."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from catalens.account.codes import SEVERITIES
from catalens.engine import Translator
from catalens.formats import Registry


def coverage(formats: Registry, names: Iterable[str] = ()) -> dict[str, dict[str, dict[str, Any]]]:
    """Return, for each ordered pair of profiles, how many fields there are and how many the target can hold.

    ``names`` are the formats that one of a pair has to be of; any format, if there are none. ``lost`` counts the
    fields that the target cannot hold by severity. Lists of objects are no fields of their own, and what is withheld
    was never meant to go. Raises UnknownFormat, InvalidMapping.
    """
    wanted = {formats.profile(name).format for name in names}
    profiles = list(formats.profiles())
    return {
        source.spelled: {
            target.spelled: _held(Translator(source.spelled, target.spelled, formats=formats))
            for target in profiles
            if target is not source and (not wanted or wanted & {source.format, target.format})
        }
        for source in profiles
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
