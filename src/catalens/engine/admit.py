"""Admit a payload: take the product out of its envelope, and refuse what is not valid, each error at its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalens.envelopes import listed, unwrap
from catalens.errors import InvalidPayload, PayloadError
from catalens.mapping.profile import Profile
from catalens.paths import pointer_text
from catalens.payloads import dumps, is_too_deep, loads, may_be_long, plain
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
    value = plain(payload)
    admitted = Admitted(value, _inner(value, profile))
    check(admitted, profile)
    return admitted, dumps(value)


def admit_text(text: bytes, profile: Profile) -> Admitted:
    """Admit a payload that is there as JSON text. Raises InvalidPayload."""
    payload = loads(text, any_depth=True)
    admitted, is_certain = _look(payload, profile)
    if not is_certain:
        if is_too_deep(payload):
            loads(text)  # says where
        check(admitted, profile)
    return admitted


def admit_again(text: bytes, profile: Profile) -> Admitted:
    """Admit the text of a payload that was admitted before."""
    payload = loads(text)
    return Admitted(payload, _inner(payload, profile))


def product_of(payload: Any, profile: Profile) -> Any:
    """Take the product out of its envelope. Raises InvalidPayload where the payload is no JSON value."""
    return _inner(plain(payload), profile)


def no_product(payload: Any) -> InvalidPayload:
    """Return the error of a JSON value that is no object, with what the caller may have meant."""
    hints: dict[type, str] = {list: f"; {ONE_BY_ONE}", str: "; catalens.payloads.loads reads JSON text"}
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
