"""What stands around a product: envelopes of answers, and places inside a payload."""

from __future__ import annotations

from typing import Any

from catalens.mapping.profile import Names, Profile


def unwrap(payload: Any, profile: Profile) -> Any:
    """Return the product inside a profile's envelope; None where there is no such envelope."""
    if not profile.envelope:
        return None
    node = payload
    for depth, name in enumerate(profile.envelope):
        if not isinstance(node, dict) or name not in node:
            return None
        if depth == 0 and set(node) - {name, *profile.around}:
            return None
        node = node[name]
    return node if isinstance(node, dict) else None


def inside(payload: Any, names: tuple[str | int, ...]) -> Any:
    """Return what stands under names inside one another; None where there is nothing."""
    for name in names:
        payload = payload.get(name) if isinstance(payload, dict) else None
    return payload


def without(payload: Any, names: Names) -> Any:
    """Return a payload without what stands at a place, and without the objects that this leaves empty."""
    copy = dict(payload)
    if len(names) > 1:
        copy[names[0]] = without(copy[names[0]], names[1:])
    if len(names) == 1 or not copy[names[0]]:
        del copy[names[0]]
    return copy


def wrap(product: Any, envelope: Names) -> Any:
    """Put a product into an envelope that has nothing else in it."""
    for name in reversed(envelope):
        product = {name: product}
    return product


def rewrap(given: Any, envelope: Names, product: Any) -> Any:
    """Put a product where ``given`` has one, beside all else that stands there."""
    if not envelope or inside(given, envelope) is None:
        return product
    return fill_shell(given, envelope, product)


def shell_of(given: Any, profile: Profile) -> Any:
    """Return an envelope with null in the product's place; {} where it was left out, None where there is none."""
    if not profile.envelope:
        return None
    return fill_shell(given, profile.envelope, None) if unwrap(given, profile) is not None else {}


def fill_shell(shell: Any, envelope: Names, product: Any) -> Any:
    """Return a shell with a product in its place; the bare product for the empty shell."""
    if not envelope or shell == {}:
        return product
    return {**shell, envelope[0]: fill_shell(shell[envelope[0]], envelope[1:], product) if envelope[1:] else product}
