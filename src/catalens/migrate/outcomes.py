"""What comes of a call, whoever is called: the words in which the sides of a migration answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

from catalens.errors import CatalensError
from catalens.mapping.endpoints import Verb

_NO_ERRORS: Mapping[str, tuple[str, ...]] = MappingProxyType({})


class Outcome(Enum):
    """What is known about a call once it is over."""

    DONE = "done"
    #: the target says that it has such a thing already
    EXISTS = "exists"
    #: certainly not done, and worth another try: 429, the platform's own ``busy``, connection refused
    BUSY = "busy"
    #: the target says no
    REFUSED = "refused"
    #: done or not, nobody knows: time-out, reset, 5xx, no JSON, a seal that is not right
    UNKNOWN = "unknown"
    #: there is no such thing: 404 or 410 for a thing that was named by its id
    ABSENT = "absent"
    #: the credentials are refused, also after they were renewed: the run stops
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one call. Secrets of ours stand nowhere in it."""

    outcome: Outcome
    #: the thing's identifier on this side
    id: str | None = None
    #: of ``one`` the item, of other calls the whole body
    body: Any = field(default=None, repr=False)
    status: int | None = None
    #: a short word for the journal: "422", "timeout", "reset", "refused" (the connection), "no-json", "too-long",
    #: "sealed", or the platform's own code of a reply
    code: str = ""
    #: a sentence for people
    detail: str = ""
    #: field: what is wrong with it
    errors: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NO_ERRORS)
    #: seconds for which the side asked to be left alone
    retry_after: float | None = None
    #: seconds
    took: float = 0.0


@dataclass(frozen=True, slots=True)
class Page:
    """Some items of a list, and the text from which the page after it is read: None after the last."""

    items: tuple[Any, ...]
    cursor: str | None


class Unreachable(CatalensError):
    """A side could not be read, after all retries: it is gone, or refuses our credentials. The run stops."""

    exit_code: ClassVar[int] = 5


class Side(Protocol):
    """One end of a migration: a store that is called, or files."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of things there, those that others refer to first."""

    def can(self, kind: str, verb: Verb) -> bool:
        """Say whether this side has a way to ``list``, ``one``, ``find``, ``create``, ``update`` or ``delete``."""

    def pages(self, kind: str, cursor: str | None = None) -> Iterator[Page]:
        """Read the list, from the beginning or from a page's cursor on. Raises Unreachable."""

    def id_of(self, kind: str, item: Any) -> str | None:
        """Return the identifier of an item of the list."""

    def one(self, kind: str, id: str) -> Answer:
        """Read one thing; the answer's body is the item."""

    def find(self, kind: str, key: Mapping[str, str]) -> tuple[Any, ...] | None:
        """Return the items with a natural key; None where there is no way to look up. Raises Unreachable."""

    def create(self, kind: str, payload: Any, intent: str) -> Answer:
        """Create a thing, with all steps that it takes, once; the answer has the new thing's id."""

    def update(self, kind: str, id: str, payload: Any, intent: str) -> Answer:
        """Write a thing that is there, once."""

    def delete(self, kind: str, id: str) -> Answer:
        """Delete a thing, once."""

    def fields(self, kind: str, item: Any) -> dict[str, Any]:
        """Return name and parent of an item whose kind is no product."""

    def body_of(self, kind: str, fields: Mapping[str, Any]) -> Any:
        """Return the body that creates such a thing."""

    def close(self) -> None:
        """Give back what is held."""
