"""The product that a sidecar belongs to: what the target held of its identity when the sidecar was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalens.account.restored import Comparison
from catalens.codecs.numbers import is_number, key_text
from catalens.errors import InvalidSidecar
from catalens.mapping.profile import Names, Profile
from catalens.paths import parse_pointer, pointer_text
from catalens.plan import ObjectPlan
from catalens.returning.entries import is_pointer, look_up

#: JSON Pointers into a product, and what stands there
Identity = Mapping[str, Any]


def identity_of(product: Any, profile: Profile, source: Profile, plan: ObjectPlan) -> dict[str, Any]:
    """Return what an output product holds of its identity: as its own profile says, and as the source's does."""
    places = dict.fromkeys([*profile.identity, *(at for one in source.identity for at in arrivals(plan, one))])
    found = {pointer_text(at): look_up(product, at) for at in places}
    return {at: value for at, value in found.items() if _said(value) is not None}


def said_by(identity: Identity) -> Iterator[tuple[str, str]]:
    """Yield the places of an identity that say something, and what they say as text: 5 and "5" say the same."""
    for at, value in identity.items():
        text = _said(value)
        if text is not None:
            yield at, text


def said_at(product: Any, places: Mapping[str, Names]) -> Iterator[tuple[str, str]]:
    """Yield the places, given by their pointers, where a product says something, and what it says as text."""
    return said_by({at: look_up(product, names) for at, names in places.items()})


def is_identity(value: Any) -> bool:
    """Tell whether a JSON value has the form of an identity."""
    return isinstance(value, dict) and all(is_pointer(at) for at in value)


def arrivals(plan: ObjectPlan, at: Names) -> list[Names]:
    """Return where a field outside of lists arrives outside of lists, secrets apart."""
    units = (one for one in plan.units if one.out == 0 and any(field.at == at for field in one.source_fields))
    return [field.at for one in units for field in one.target_fields if not field.secret]


def refuse_another(found: Comparison) -> None:
    """Refuse the sidecar of another product. Raises InvalidSidecar."""
    if found.is_another:
        raise InvalidSidecar(
            f"the sidecar belongs to another product: {found}; give the sidecar of this product, "
            "or restore it anyway (--restore-anyway, restore_anyway=True)"
        )


def compare(identity: Identity, product: Any) -> Comparison:
    """Hold the identity that a sidecar was written for against a product that came back."""
    now = {at: look_up(product, parse_pointer(at)) for at in identity}
    both = {at: (was, now[at]) for at, was in identity.items() if None not in (_said(was), _said(now[at]))}
    differing = {at: pair for at, pair in both.items() if _said(pair[0]) != _said(pair[1])}
    return Comparison(tuple(at for at in both if at not in differing), differing)


def _said(value: Any) -> str | None:
    """Return the text of an identifier, which is a number or a text, as the case may be; None where there is none."""
    if is_number(value):
        return key_text(value)
    return value if isinstance(value, str) and value.strip() else None
