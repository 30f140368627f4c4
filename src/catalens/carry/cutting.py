"""Cut a text at a limit without breaking what is one sign to whoever reads it, or the HTML that it holds."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

#: what stands between texts in HTML; a comment that does not end goes on to the end
_TAG = re.compile(
    r"""<!--(?:.*?-->|.*)|<(?P<end>/?)(?P<name>[A-Za-z][^\s<>/"']*)(?:[^<>"']|"[^"]*"|'[^']*')*>""", re.DOTALL
)
_SIGN = re.compile(r"&(?:#\d+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);|.", re.DOTALL)

#: what can be more than one sign with what follows, in a text that is ASCII
_JOINING = frozenset("<&\r")


@dataclass(frozen=True)
class Piece:
    """What is cut off as a whole, or not at all: a tag, an entity, a sign."""

    text: str
    #: the element that it opens, or closes, where that has both tags
    opens: str = ""
    closes: bool = False
    is_tag: bool = False


def cut(text: str, limit: int) -> str:
    """Return the longest beginning of a text that fits, with what it opened closed; "" where none says anything."""
    if text.isascii() and _JOINING.isdisjoint(text):
        # each character is a sign
        return text[:limit]
    best, made, length = "", "", 0
    opened: list[str] = []
    says = False
    for piece in _pieces(text, limit):
        opened += [f"</{piece.opens}>"] * bool(piece.opens)
        del opened[len(opened) - piece.closes :]
        length += len(piece.text)
        if length + sum(map(len, opened)) > limit:
            break
        made += piece.text
        says = says or not piece.is_tag
        if says and not piece.opens:
            best = made + "".join(reversed(opened))
    return best


def _pieces(text: str, limit: int) -> Iterator[Piece]:
    """Split a text; what stands between tags only to its first piece that is beyond a limit of length."""
    tags = list(_TAG.finditer(text))
    ends = _pairs(tags)
    at = 0
    for tag in tags:
        yield from map(Piece, _signs(text, at, tag.start(), limit))
        opens = tag["name"] if tag.start() in ends else ""
        yield Piece(tag[0], opens, tag.start() in ends.values(), True)
        at = tag.end()
    yield from map(Piece, _signs(text, at, len(text), limit))


def _pairs(tags: list[re.Match[str]]) -> dict[int, int]:
    """Return where an element with both tags begins, and where its end tag stands."""
    ends: dict[int, int] = {}
    begun: list[tuple[str, int]] = []
    for tag in tags:
        if not tag["name"]:
            continue
        name = tag["name"].lower()
        if not tag["end"]:
            begun.append((name, tag.start()))
            continue
        depth = next((depth for depth in reversed(range(len(begun))) if begun[depth][0] == name), None)
        if depth is not None:
            ends[begun[depth][1]] = tag.start()
            del begun[depth:]
    return ends


def _signs(text: str, start: int, stop: int, limit: int) -> Iterator[str]:
    """Split what has no tags into what a reader takes for one sign each, whether spelled out or as entities."""
    # asleep until there is a text that is too long
    import regex

    written: list[str] = []
    length = 0
    for found in _SIGN.finditer(text, start, stop):
        written.append(found[0])
        length += len(found[0])
        if length > limit:
            break
    shown = [html.unescape(one) for one in written]
    borders = {one.end() for one in regex.finditer(r"\X", "".join(shown))}
    sign, at = "", 0
    for one, said in zip(written, shown, strict=True):
        sign += one
        at += len(said)
        if at in borders:
            yield sign
            sign = ""
