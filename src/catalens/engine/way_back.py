"""The way back of a translation: what the output alone gives, what is missing then, and the sidecar that holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catalens.engine.admit import Admitted
from catalens.engine.work import Work
from catalens.envelopes import shell_of, unwrap, wrap
from catalens.mapping.hub_format import HUB
from catalens.paths import parse_pointer, pointer_text
from catalens.payloads import copy_json, identical
from catalens.products import without_invalid, without_withheld
from catalens.returning import Entry, complement
from catalens.returning.identity import arrivals, identity_of
from catalens.returning.sidecar import make_sidecar

if TYPE_CHECKING:
    from catalens.engine.translator import Translator


def returned(translator: Translator, product: Any) -> Any:
    """Return what the way back alone gives for an output product; what is not valid does not come back."""
    if translator.same:
        return product
    back = translator.back
    product = without_invalid(product, translator.target)
    payload = back.work(Admitted(product, product), quick=True).payload
    inner = unwrap(payload, translator.source)
    return payload if inner is None else inner


def complement_of(translator: Translator, work: Work) -> list[Entry]:
    """Return what the way back does not give, as entries of a complement."""
    if translator.same:
        return []
    original = without_withheld(work.given, translator.source)
    return complement(original, returned(translator, work.product_out), translator.source, translator.plan)


def lost_shell(translator: Translator, work: Work) -> Any:
    """Return what stands around the product, where the way back would put something else; None elsewhere."""
    source = translator.source
    shell = shell_of(work.payload_in, source)
    usual = shell_of(wrap({}, source.envelope), source)
    return None if shell is None or identical(shell, usual) else copy_json(shell)


def sidecar_of(translator: Translator, work: Work) -> dict[str, Any] | None:
    """Make the sidecar of a translation; None where nothing is lost."""
    if translator.same or translator.target.format == HUB:
        return None
    entries, shell = complement_of(translator, work), lost_shell(translator, work)
    if not entries and shell is None:
        return None
    source, target = translator.source, translator.target
    identity = identity_of(work.product_out, target, source, translator.plan)
    return make_sidecar(source, target, entries, shell, dict(translator.assume), identity)


def overtaken_identity(translator: Translator, work: Work) -> list[str]:
    """Return where fields of the product's identity arrive that were edited since the sidecar was written."""
    if work.identity is None or translator.same:
        return []
    edited = (tuple(parse_pointer(at)) for at in work.identity.differing)
    return [pointer_text(place) for at in edited for place in arrivals(translator.plan, at)]
