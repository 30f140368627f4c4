"""What a profile says of whole products: which fields never leave, and which have a documented default."""

from __future__ import annotations

from typing import Any

from catalens.account.codes import LossCode
from catalens.envelopes import inside
from catalens.mapping.profile import Correspondence, Profile
from catalens.paths import Pointer, parse_pointer
from catalens.payloads import copy_json
from catalens.validate import check_payload


def withheld_fields(profile: Profile) -> dict[Pointer, LossCode]:
    """Return the places of what never leaves, with their codes."""
    return {
        one.at: LossCode.withheld(value.withheld)
        for one, value in profile.fields()
        if isinstance(value, Correspondence) and value.withheld
    }


def without_withheld(product: Any, profile: Profile) -> Any:
    """Copy a product without what never leaves."""
    out = copy_json(product)
    for at in withheld_fields(profile):
        parent = inside(out, at[:-1])
        if isinstance(parent, dict):
            parent.pop(at[-1], None)
    return out


def without_invalid(product: Any, profile: Profile) -> Any:
    """Return a product without the values that its profile refuses: no translator takes them."""
    errors = check_payload(product, profile)[0]
    if not errors:
        return product
    out = copy_json(product)
    # backwards, so that the places of items are still theirs
    for error in reversed(errors):
        parent, place = None, out
        for name in parse_pointer(error.pointer):
            parent, key = place, int(name) if isinstance(place, list) else name
            place = parent[key]
        if parent is None:
            return {}
        del parent[key]
    return out


def fill_defaults(out: Any, profile: Profile) -> list[Pointer]:
    """Write documented defaults of absent fields into objects that have other fields; return their places."""
    filled: list[Pointer] = []
    for one, _ in profile.fields():
        if one.default is None or len(one.at) < len(one.path):
            continue
        parent = inside(out, one.at[:-1])
        if isinstance(parent, dict) and parent and one.at[-1] not in parent:
            parent[one.at[-1]] = copy_json(one.default)
            filled.append(one.at)
    return filled
