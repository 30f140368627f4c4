"""Text that a terminal, a Markdown reader or a browser shows and obeys none of."""

from __future__ import annotations

from typing import Any

from catalens.payloads import dumps

#: what Markdown obeys in the middle of a line
_MARKDOWN = str.maketrans({**{mark: "\\" + mark for mark in "\\`*_[]|~$"}, "<": "&lt;", ">": "&gt;", "&": "&amp;"})


def visible(value: Any) -> str:
    """Write a value as text in which control characters and the like are escaped."""
    text = str(value)
    if text.isprintable():
        return text
    return "".join(ch if ch.isprintable() else ch.encode("unicode_escape").decode() for ch in text)


def visible_lines(text: str) -> str:
    """Write a text of several lines, each of them visible."""
    return "\n".join(map(visible, text.split("\n")))


def markdown(value: Any) -> str:
    """Write a value as text that Markdown shows as it is, anywhere but at the beginning of a line."""
    return visible(value).translate(_MARKDOWN)


def clip(text: Any, width: int) -> str:
    """Cut a visible text to a width; the end, which tells most of a path, stays."""
    shown = visible(text)
    if len(shown) <= width:
        return shown
    tail = width * 2 // 3
    return shown[: width - tail - 1] + "…" + shown[-tail:]


def json_text(value: Any) -> str:
    """Write a value as JSON on one line."""
    return dumps(value).decode()
