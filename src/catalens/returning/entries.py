"""What a complement consists of, and when one of its entries holds."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from catalens.paths import MISSING, PathError, parse_pointer
from catalens.payloads import canonical

Entry = dict[str, Any]
Parts = tuple[str, ...]


def digest(value: Any) -> str:
    """Return a short digest of a JSON value, digits included."""
    return hashlib.sha256(canonical(value)).hexdigest()[:16]


def is_list_entry(entry: Entry) -> bool:
    """Tell whether an entry says how the items of a list are known, rather than what stands somewhere."""
    return entry.keys().isdisjoint({"value", "was", "from"})


def are_entries(value: Any) -> bool:
    """Tell whether a JSON value has the form of entries."""
    return isinstance(value, list) and all(isinstance(one, dict) and _is_entry(one) for one in value)


def _is_entry(entry: Entry) -> bool:
    more = entry.keys() - {"at"}
    if not entry.get("at") or not is_pointer(entry["at"]):
        # the whole product is never restored: it is always there
        return False
    if is_list_entry(entry):
        keys = (
            "key" not in entry or isinstance(entry["key"], str),
            "target_key" not in entry or is_pointer(entry["target_key"]),
            *(_are_names(entry.get(n, [])) for n in ("of", "order")),
        )
        return bool(more) and more <= {"key", "target_key", "of", "order"} and all(keys)
    if "from" in entry:
        return more == {"from"} and is_pointer(entry["from"])
    together = entry.get("with", [])
    pointers = isinstance(together, list) and all(map(is_pointer, together))
    condition = "was" not in entry or (isinstance(entry["was"], str) and bool(_DIGEST.fullmatch(entry["was"])))
    return more <= {"value", "was", "with"} and pointers and condition and ("was" in entry or "with" not in entry)


_DIGEST = re.compile("[0-9a-f]{16}")


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def is_pointer(value: Any) -> bool:
    """Tell whether a JSON value is a JSON Pointer."""
    try:
        return isinstance(value, str) and parse_pointer(value) is not None
    except PathError:
        return False


def condition(held: Mapping[str, Any]) -> Entry:
    """Return what an entry waits for: what R has at pointers from the product or item that the entry stands in."""
    return {"with": list(held), "was": digest({at: value for at, value in held.items() if value is not MISSING})}


def look_up(value: Any, names: Parts) -> Any:
    """Return what stands behind names; null where one of them holds null, MISSING where nothing does."""
    for name in names:
        value = value.get(name, MISSING) if isinstance(value, dict) else None if value is None else MISSING
    return value
