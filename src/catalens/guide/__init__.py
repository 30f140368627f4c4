"""The manual: one Markdown file a topic, readable here, on the web, and through ``catalens guide``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

#: the topics, in the order in which a newcomer reads them
ORDER = (
    "getting-started",
    "mapping-language",
    "your-own-platform",
    "changes",
    "codecs",
    "codes",
    "commands",
    "migrations",
    "library",
    "architecture",
)


@dataclass(frozen=True)
class Topic:
    """One topic: its name, its Markdown text, its title, and its first sentence."""

    name: str
    text: str

    @property
    def title(self) -> str:
        return self.text.partition("\n")[0].removeprefix("# ")

    @property
    def about(self) -> str:
        first = self.text.split("\n\n")[1].replace("\n", " ")
        return re.sub(r"[*`]", "", first.partition(". ")[0].removesuffix(".") + ".")


@lru_cache(maxsize=1)
def topics() -> tuple[Topic, ...]:
    """Return all topics."""
    folder = resources.files("catalens") / "guide"
    return tuple(Topic(name, (folder / f"{name}.md").read_text(encoding="utf-8")) for name in ORDER)


def find_topic(wanted: str) -> Topic | None:
    """Return the topic of a name, a title, or the only one whose name begins so; None where there is none."""
    name = wanted.strip().lower().replace(" ", "-")
    found = [one for one in topics() if name in (one.name, one.title.lower().replace(" ", "-"))]
    found = found or [one for one in topics() if one.name.startswith(name)]
    return found[0] if len(found) == 1 else None
