"""Admit a payload: take the product out of its envelope, and refuse what is not valid, each error at its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalens.envelopes import inside, listed, unwrap, without
from catalens.errors import InvalidPayload, PayloadError
from catalens.mapping.hub_format import HUB
from catalens.mapping.profile import Profile
from catalens.paths import pointer_text
from catalens.payloads import DEEPEST, MAX_DEPTH, as_json, dumps, is_too_deep, json_errors, loads, may_be_long
from catalens.returning.sidecar import IN_HUB
from catalens.validate import check_payload, describe, is_valid

#: what to do with a list of products
ONE_BY_ONE = "translate its items one by one (the command does so with --lines)"


@dataclass(frozen=True, slots=True)
class Admitted:
    """A valid payload, and the product in it."""

    payload: Any
    product: Any


def admit(payload: Any, profile: Profile) -> tuple[Admitted, bytes]:
    """Admit a payload that is there as values; return it with its JSON text. Raises InvalidPayload."""
    admitted, is_certain = _look(payload, profile)
    if is_certain:
        try:
            text = dumps(payload)
        except ValueError:
            pass  # the walk over all values says where it cannot be written
        else:
            if not may_be_long(text):
                return admitted, text
    admitted = _taken(payload, profile)
    check(admitted, profile)
    return admitted, dumps(admitted.payload)


def admit_text(text: bytes, profile: Profile) -> Admitted:
    """Admit a payload that is there as JSON text. Raises InvalidPayload."""
    payload = loads(text, any_depth=True)
    admitted, is_certain = _look(payload, profile)
    if not is_certain:
        if is_too_deep(payload, MAX_DEPTH):
            admitted = _taken(payload, profile)
        check(admitted, profile)
    return admitted


def admit_again(text: bytes, profile: Profile) -> Admitted:
    """Admit the text of a payload that was admitted before."""
    payload = loads(text)
    return Admitted(payload, _inner(payload, profile))


def product_of(payload: Any, profile: Profile) -> Any:
    """Take the product out of its envelope. Raises InvalidPayload where the payload is no JSON value."""
    return _taken(payload, profile).product


def no_product(payload: Any) -> InvalidPayload:
    """Return the error of a JSON value that is no object, with what the caller may have meant."""
    hints: dict[type, str] = {
        list: "; translate its items one by one",
        str: "; catalens.payloads.loads reads JSON text",
    }
    hint = hints.get(type(payload), "")
    return InvalidPayload([PayloadError("", f"expected object, found {describe(payload)}{hint}")])


def check(admitted: Admitted, profile: Profile) -> None:
    """Refuse a product that is certainly not valid, at its place in the payload. Raises InvalidPayload."""
    if not isinstance(admitted.payload, dict):
        raise no_product(admitted.payload)
    errors, _ = check_payload(admitted.product, profile)
    if not errors:
        return
    before = "" if admitted.product is admitted.payload else pointer_text(profile.envelope)
    raise InvalidPayload(PayloadError(before + one.pointer, one.message) for one in errors)


def _taken(payload: Any, profile: Profile) -> Admitted:
    """Take a payload for the plain value that it stands for. Raises InvalidPayload.

    How deep it may nest is counted from the product, so that what was put into an envelope, or into the hub's
    ``ext``, is still taken; what is around a complement there does not count either.
    """
    value, errors = as_json(payload, DEEPEST)
    product = _inner(value, profile)
    counted, most = payload, MAX_DEPTH + (0 if product is value else len(profile.envelope))
    if profile.format == HUB and not errors:
        counted, most = _without_complements(value), MAX_DEPTH + len(("ext", "format"))
    if errors or is_too_deep(value if counted is payload else counted, most):
        raise InvalidPayload(json_errors(counted, most))
    return Admitted(value, product)


def _without_complements(value: Any) -> Any:
    ext = value.get("ext") if isinstance(value, dict) else None
    if not isinstance(ext, dict):
        return value
    bare = {name: without(held, (IN_HUB,)) if inside(held, (IN_HUB,)) else held for name, held in ext.items()}
    return {**value, "ext": bare}


def _look(payload: Any, profile: Profile) -> tuple[Admitted, bool]:
    """Return a payload with its product, and whether a quick look finds it certainly valid."""
    product = _inner(payload, profile)
    return Admitted(payload, product), is_valid(payload, profile, wrapped=product is not payload)


def _inner(payload: Any, profile: Profile) -> Any:
    """Return the product in a payload. Raises InvalidPayload for a list of products."""
    inner = unwrap(payload, profile)
    if inner is not None:
        return inner
    products = listed(payload, profile)
    if products is not None:
        message = f"expected one product, found a list of {len(products)}; {ONE_BY_ONE}"
        raise InvalidPayload([PayloadError(pointer_text(profile.listing), message)])
    return payload
