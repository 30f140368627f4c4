"""The part of a generated function that concerns some fields: found by the comments that name its rules."""

from __future__ import annotations

import re

_RULE = re.compile(r"( *)# (?:list (?P<hub>.+)|(?P<fields>.+?) -> .*)")
_VARIABLE = re.compile(r"\b[a-z]+[0-9]+\b")


def excerpt(text: str, names: set[str]) -> str:
    """Return the blocks of a function whose rule is about one of the names, each with the heads that lead to it.

    ``names`` are field paths as rules write them (``on_sale``), and hub paths of lists.
    """
    lines = text.splitlines()
    kept: set[int] = set()
    for number, line in enumerate(lines):
        found = _RULE.fullmatch(line)
        if found is None or not names & set((found["hub"] or found["fields"]).split(" + ")):
            continue
        kept |= _heads(lines, number) | _block(lines, number)
    # where what the blocks use was read
    used = set(_VARIABLE.findall("\n".join(lines[number] for number in kept)))
    for number, line in enumerate(lines):
        target, is_assigned, _ = line.partition(" = ")
        if is_assigned and target.strip() in used and number not in kept:
            kept |= _heads(lines, number) | {number}
    return "\n".join(lines[number] for number in sorted(kept))


def _heads(lines: list[str], number: int) -> set[int]:
    """Return the lines that a line stands under."""
    depth, heads = _depth(lines[number]), set()
    for before in range(number - 1, -1, -1):
        if _depth(lines[before]) < depth:
            depth = _depth(lines[before])
            heads.add(before)
    return heads


def _block(lines: list[str], number: int) -> set[int]:
    """Return the lines from a comment on, up to the next comment beside it or the end of its block."""
    depth, block = _depth(lines[number]), {number}
    for after in range(number + 1, len(lines)):
        if _depth(lines[after]) < depth or (_depth(lines[after]) == depth and lines[after].lstrip().startswith("#")):
            break
        block.add(after)
    return block


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())
