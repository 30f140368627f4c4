"""The door of the library: find the source, take the translator that is already compiled, call it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

from catalens.arguments import ForeignIds, check_arguments, check_given
from catalens.assumptions import checked_answers
from catalens.crosswalk import Crosswalks, are_ids, recall
from catalens.engine.admit import no_product
from catalens.engine.faulty import refuse_faulty
from catalens.engine.translation import Translation
from catalens.engine.translator import Translator
from catalens.errors import UsageError
from catalens.formats import Registry, registry
from catalens.mapping.hub_format import HUB
from catalens.mapping.profile import Profile
from catalens.payloads import DEEPEST, as_json, canonical, loads, plain
from catalens.returning.sidecar import assumed_back, check_sidecar, profile_told

#: so many translators are kept, those that were asked for last
MOST_KEPT = 128
#: so many tables of identifiers are kept, for they may be large
MOST_TABLES = 4


def _translator(source: str, target: str, ids: Any, fill: Any, assume: dict[str, str], **options: Any) -> Translator:
    """Return a translator, the same one for the same question."""
    values, faults = as_json({} if fill is None else fill)
    if faults or are_ids(ids):
        return Translator(source, target, ids=ids, fill=fill, assume=assume, **options)
    kept = _kept if ids is None else _kept_beside(recall(ids))
    return kept(source, target, fill=canonical(values), assume=tuple(sorted(assume.items())), **options)


def _made(
    ids: Crosswalks | None, source: str, target: str, fill: bytes, assume: tuple[tuple[str, str], ...], **options: Any
) -> Translator:
    return Translator(source, target, ids=ids, fill=loads(fill), assume=dict(assume), **options)


#: returns a translator without a table of identifiers
_kept = lru_cache(maxsize=MOST_KEPT)(partial(_made, None))


@lru_cache(maxsize=MOST_TABLES)
def _kept_beside(ids: Crosswalks) -> Callable[..., Translator]:
    """Return what returns translators with a table; tables that say the same share theirs."""
    return lru_cache(maxsize=MOST_KEPT)(partial(_made, ids))


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
    if target is None:
        raise UsageError(f"a target format is needed, such as target={registry().names()[0]!r}")
    check_arguments(target=target, mode=mode, foreign_ids=foreign_ids)
    check_given(source=source, fill=fill, formats=formats)
    formats = registry() if formats is None else formats
    answered = dict(sorted(checked_answers(assume).items()))
    if restore is not None:
        restore = check_sidecar(restore)
        source = source and profile_told(restore, "target", source)
        target = profile_told(restore, "source", target)
        if assume is None:
            answered = assumed_back(restore)
    if source is None or "/" not in source:
        source = detect(payload, source, formats).spelled
    made = _translator(source, target, ids, fill, answered, mode=mode, foreign_ids=foreign_ids, formats=formats)
    return made(payload, restore, park, restore_anyway)


def detect(payload: Any, within: str | None, formats: Registry) -> Profile:
    """Return the profile of a payload. Raises InvalidPayload, UndecidableFormat, UnknownFormat."""
    check_given(within=within)
    if within is not None:
        first = formats.profile(within)
        if within == HUB or len(first.mapping.profiles) == 1:
            return first
    payload = plain(payload, DEEPEST)
    if not isinstance(payload, dict):
        if within is not None:
            return formats.profile(within)
        raise no_product(payload)
    # all that a payload may be of are used to tell which it is
    for name in formats.names() if within is None else [within]:
        refuse_faulty(formats, name)
    return formats.likeliest(payload, within)
