"""What stands around products: envelopes of answers, lists in them, and places inside a payload."""

from __future__ import annotations

from typing import Any

from catalens.account.codes import LossCode
from catalens.mapping.profile import LeafNode, ListNode, Names, Node, ObjectNode, Profile, is_type
from catalens.paths import MISSING, Pointer, leaves


def unwrap(payload: Any, profile: Profile) -> Any:
    """Return the product inside a profile's envelope; None where there is no such envelope.

    What stands beside it has no say: which leaves are lost must not decide what is read.
    """
    if not profile.envelope:
        return None
    found = inside(payload, profile.envelope)
    return found if isinstance(found, dict) and not _holds_list(found, profile) else None


def listed(payload: Any, profile: Profile) -> list[Any] | None:
    """Return the products of a list inside a profile's list envelope; None where there is no such list."""
    if not profile.listing or unwrap(payload, profile) is not None:
        return None
    found = inside(payload, profile.listing)
    return found if isinstance(found, list) else None


def _holds_list(found: Any, profile: Profile) -> bool:
    """Tell whether what stands in an envelope is no product, but holds the list of them."""
    depth = len(profile.envelope)
    names = profile.listing[depth:] if profile.listing[:depth] == profile.envelope else ()
    return bool(names) and names[0] not in profile.tree.members and isinstance(inside(found, names), list)


def is_around(at: Pointer, profile: Profile) -> bool:
    """Tell whether a place beside the product belongs to a known member of the envelope."""
    return any(at[: len(names)] == names for names in profile.around)


def code_beside(at: Pointer, profile: Profile) -> LossCode:
    """Return the code of what stands beside a product, and does not go with it."""
    return LossCode.DROPPED_READONLY if is_around(at, profile) else LossCode.DROPPED_UNKNOWN_FIELD


# -- which profile a payload is of ------------------------------------------------------------------------------


def likeness(payload: Any, profile: Profile) -> tuple[float, int]:
    """Return the share of a payload's leaves that a profile knows, its envelope's apart, and their number."""
    products, beside = _read_as(payload, profile)
    known = unknown = 0
    for product in products:
        one, other = known_leaves(product, profile.tree)
        known, unknown = known + one, unknown + other
    total = known + unknown + beside
    return (known / total if total else 0.0, known)


def _read_as(payload: Any, profile: Profile) -> tuple[list[Any], int]:
    """Return the products that a payload holds for a profile, and how many unknown leaves stand beside them."""
    for found, place in ((unwrap(payload, profile), profile.envelope), (listed(payload, profile), profile.listing)):
        if found is not None:
            shell = leaves(fill_shell(payload, place, None))
            beside = sum(at != place and not is_around(at, profile) for at, _ in shell)
            return (found if isinstance(found, list) else [found]), beside
    return [payload], 0


def known_leaves(value: Any, node: Node | None) -> tuple[int, int]:
    """Count the leaves of a value that a node of a profile knows, and those that it does not."""
    match node:
        case ObjectNode(members) if isinstance(value, dict) and value:
            pairs = [known_leaves(child, members.get(name)) for name, child in value.items()]
        case ListNode(_, item, _) if isinstance(value, list) and value:
            pairs = [known_leaves(child, item) for child in value]
        case None:
            return 0, _size(value)
        case LeafNode(field) if field.types != ("any",) and value is not MISSING:
            fits = field.item is not None if isinstance(value, list) else value is None or is_type(value, field.types)
            return (_size(value), 0) if fits else (0, _size(value))
        case _:
            return _size(value), 0
    return sum(known for known, _ in pairs), sum(unknown for _, unknown in pairs)


def _size(value: Any) -> int:
    return sum(1 for _ in leaves(value))


# -- places -----------------------------------------------------------------------------------------------------


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


def rewrap(given: Any, profile: Profile, product: Any) -> Any:
    """Put a product where ``given`` has one, beside all else that stands there."""
    return product if unwrap(given, profile) is None else fill_shell(given, profile.envelope, product)


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
