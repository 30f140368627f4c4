"""What a complement consists of, and when one of its entries holds."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from catalens.paths import MISSING, PathError, parse_pointer
from catalens.payloads import MAX_DEPTH, canonical

#: the parts of a pointer into the deepest payload: an item is named in one more than the list that it stands in
MAX_PLACES = 2 * MAX_DEPTH
#: of a pointer in a message
LONGEST = 200

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
    return entries_fault(value) is None


def entries_fault(value: Any) -> tuple[str, str] | None:
    """Return where a JSON value has not the form of entries, as a JSON Pointer into it, and what is wrong there."""
    if not isinstance(value, list):
        return "", "expected a list"
    seen: dict[tuple[str, bool], int] = {}
    for index, one in enumerate(value):
        if not isinstance(one, dict):
            return f"/{index}", "expected an object"
        for name in ("at", "from", "target_key"):
            fault = _pointer_fault(one[name]) if name in one else None
            if fault is not None:
                return f"/{index}/{name}", fault
        if not _is_entry(one):
            return f"/{index}", "this is no entry that this program knows"
        # what a list's items are known by may stand beside what becomes of the list itself
        first = seen.setdefault((one["at"], is_list_entry(one)), index)
        if first != index:
            return f"/{index}/at", f"/{first} is about the same place, {one['at'][:LONGEST]}"
    return None


def _pointer_fault(value: Any) -> str | None:
    if not isinstance(value, str):
        return "expected a JSON Pointer"
    if value.count("/") > MAX_PLACES:
        return f"a pointer of more than {MAX_PLACES} parts leads into no payload"
    try:
        parse_pointer(value)
    except PathError as error:
        return str(error)
    return None


def _is_entry(entry: Entry) -> bool:
    more = entry.keys() - {"at"}
    if not entry.get("at"):
        # the whole product is never restored: it is always there
        return False
    if is_list_entry(entry):
        keys = (
            "key" not in entry or isinstance(entry["key"], str),
            *(_are_names(entry.get(n, [])) for n in ("of", "order")),
        )
        return bool(more) and more <= {"key", "target_key", "of", "order"} and all(keys)
    if "from" in entry:
        return more == {"from"}
    together = entry.get("with", [])
    pointers = isinstance(together, list) and all(map(is_pointer, together))
    condition = "was" not in entry or (isinstance(entry["was"], str) and bool(_DIGEST.fullmatch(entry["was"])))
    return more <= {"value", "was", "with"} and pointers and condition and ("was" in entry or "with" not in entry)


_DIGEST = re.compile("[0-9a-f]{16}")


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def is_pointer(value: Any) -> bool:
    """Tell whether a JSON value is a JSON Pointer into a payload."""
    return _pointer_fault(value) is None


def condition(held: Mapping[str, Any]) -> Entry:
    """Return what an entry waits for: what R has at pointers from the product or item that the entry stands in."""
    return {"with": list(held), "was": digest({at: value for at, value in held.items() if value is not MISSING})}


def look_up(value: Any, names: Parts) -> Any:
    """Return what stands behind names; null where one of them holds null, MISSING where nothing does."""
    for name in names:
        value = value.get(name, MISSING) if isinstance(value, dict) else None if value is None else MISSING
    return value
