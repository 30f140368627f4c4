"""What values look like, whatever their field is called: addresses, dates, amounts, markup, codes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

#: kind -> what the whole text looks like; the first that fits
_TEXTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.DOTALL))
    for kind, pattern in (
        ("empty", r"\s*"),
        ("truth", r"(?i:true|false|yes|no|on|off)"),
        ("picture", r"(?i:(?:https?:)?//\S+\.(?:png|jpe?g|gif|webp|avif|svg)(?:\?\S*)?)"),
        ("address", r"(?i:(?:https?:)?//\S+)"),
        ("time", r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*"),
        ("day", r"\d{4}-\d\d-\d\d"),
        ("whole", r"-?\d{1,9}"),
        ("long whole", r"\d{10,}"),
        ("decimal", r"-?\d+\.\d+"),
        ("uid", r"(?i:[0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9A-HJKMNP-TV-Z]{26})"),
        ("markup", r".*</?[a-zA-Z][^>]*>.*"),
        ("file", r"(?i:[\w .-]+\.(?:png|jpe?g|gif|webp|pdf|mp4|svg|txt|docx?))"),
        ("path", r"/[\w/-]*"),
        ("content", r"[A-Za-z0-9+/]{60,}={0,2}"),
        ("colour", r"#[0-9a-fA-F]{3,8}"),
        ("slug", r"[a-z0-9]+(?:-[a-z0-9]+)+"),
        ("code", r"(?=.*\d)[A-Z0-9][A-Za-z0-9_./-]*"),
        ("word", r"[A-Za-z_]+"),
        ("words", r".*,.*"),
        ("long", r".{60,}"),
        ("phrase", r".*"),
    )
)


def kind_of(value: Any) -> str:
    """Return what one scalar looks like."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return next(kind for kind, pattern in _TEXTS if pattern.fullmatch(value))
    if isinstance(value, float | Decimal):
        return "fraction"
    return "number" if abs(value) < 10**6 else "long number"


#: word of JSON Schema -> what such texts look like
FORMATS: Mapping[str, str] = {
    "uri": "address",
    "url": "address",
    "date-time": "time",
    "date": "day",
    "html": "markup",
}


def kinds_of(values: Iterable[Any], format: str | None = None) -> Counter[str]:
    """Count what values look like; empty ones say nothing."""
    found = Counter(kind for kind in map(kind_of, values) if kind != "empty")
    if format is not None and format in FORMATS:
        found[FORMATS[format]] += 1
    return found


def shared(one: Counter[str], other: Counter[str]) -> float | None:
    """Return which share of two counts is of the same kinds; None where one of them says nothing."""
    mine, theirs = one.total(), other.total()
    if not mine or not theirs:
        return None
    return sum(min(one[kind] / mine, other[kind] / theirs) for kind in one)


__all__ = ["kind_of", "kinds_of", "shared"]
