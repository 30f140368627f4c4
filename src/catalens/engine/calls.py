"""The door of the library: find the source, take the translator that is already compiled, call it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from catalens.assumptions import check_answers, check_names
from catalens.crosswalk import Crosswalks, are_ids, recall
from catalens.engine.faulty import refuse_faulty
from catalens.engine.translation import Translation
from catalens.engine.translator import ForeignIds, Translator
from catalens.errors import InvalidPayload, PayloadError, UsageError
from catalens.formats import Registry, registry
from catalens.mapping.hub_format import HUB
from catalens.mapping.profile import Profile
from catalens.payloads import json_errors
from catalens.returning.sidecar import assumed_back, check_sidecar, profile_told

_CACHE: dict[Any, Translator] = {}


@lru_cache(maxsize=4)
def _of_table(_: Crosswalks) -> dict[Any, Translator]:
    """Return the translators that go with a table; tables that say the same share theirs."""
    return {}


def _translator(source: str, target: str, formats: Registry, ids: Any, **options: Any) -> Translator:
    """Return a translator, the same one for the same question."""
    if are_ids(ids):
        return Translator(source, target, formats=formats, ids=ids, **options)
    table = None if ids is None else recall(ids)
    made = _CACHE if table is None else _of_table(table)
    key = (source, target, formats, repr(sorted(options.items())))
    if key not in made:
        made[key] = Translator(source, target, formats=formats, ids=table, **options)
    return made[key]


def translate(
    payload: Any,
    source: str | None = None,
    target: str | None = None,
    *,
    mode: str = "update",
    assume: Mapping[str, str] | None = None,
    ids: Any = None,
    foreign_ids: ForeignIds = "carry",
    fill: Mapping[str, Any] | None = None,
    park: bool = False,
    restore: Any = None,
    restore_anyway: bool = False,
    formats: Registry | None = None,
) -> Translation:
    """Translate one payload.

    ``source`` and ``target`` are spelled ``format`` or ``format/profile``. A source without profile (or none at
    all) is detected from the payload; a target without profile is the one that is sent (write). ``restore`` is the
    sidecar of the way there, which must belong to this product, unless ``restore_anyway``. Raises InvalidPayload,
    InvalidSidecar, UnknownFormat, UndecidableFormat, InvalidMapping, UsageError.
    """
    formats = formats or registry()
    if target is None:
        raise UsageError("a target format is needed")
    check_names(target=target, **({} if source is None else {"source": source}), mode=mode)
    check_answers(assume or {})
    if restore is not None:
        check_sidecar(restore)
        source = source and profile_told(restore, "target", source)
        target = profile_told(restore, "source", target)
        if assume is None:
            assume = assumed_back(restore)
    if source is None or "/" not in source:
        source = detect(payload, source, formats).spelled
    options = {"mode": mode, "assume": dict(sorted((assume or {}).items())), "foreign_ids": foreign_ids, "fill": fill}
    made = _translator(source, target, formats, ids, **options)
    return made(payload, restore, park, restore_anyway)


def detect(payload: Any, within: str | None, formats: Registry) -> Profile:
    """Return the profile of a payload. Raises InvalidPayload, UndecidableFormat, UnknownFormat."""
    if within is not None:
        first = formats.profile(within)
        if within == HUB or len(first.mapping.profiles) == 1:
            return first
    errors = json_errors(payload)
    if errors:
        raise InvalidPayload(errors)
    if not isinstance(payload, dict):
        if within is not None:
            return formats.profile(within)
        raise InvalidPayload([PayloadError("", "expected object")])
    # all that a payload may be of are used to tell which it is
    for name in formats.names() if within is None else [within]:
        refuse_faulty(formats, name)
    return formats.detect(payload, within)
