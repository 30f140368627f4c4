"""What a run tells while it goes on. Nothing in this package prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened."""


@dataclass(frozen=True, slots=True)
class Read(Event):
    """A page was read: of the source, or of what the target has."""

    side: str
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Paused(Event):
    """Nothing can be done for some seconds."""

    seconds: float
    why: str


@dataclass(frozen=True, slots=True)
class About(Event):
    """Something happened to a thing of the source."""

    kind: str
    source_id: str
    step: str


@dataclass(frozen=True, slots=True)
class Sent(About):
    """It is on its way: the intent is in the journal."""


@dataclass(frozen=True, slots=True)
class Done(About):
    """It is in the target, whole as far as that is possible."""

    target_id: str | None


@dataclass(frozen=True, slots=True)
class Waiting(About):
    """It is in the target, and refers to what is still to come."""

    target_id: str | None


@dataclass(frozen=True, slots=True)
class Adopted(About):
    """A call without an answer was carried out: the thing was found in the target."""

    target_id: str | None


@dataclass(frozen=True, slots=True)
class Again(About):
    """It was certainly not done, and will be tried again."""

    code: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Unknown(About):
    """Nobody knows whether it was done; it will be looked up."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Held(About):
    """It was held back, before anything was sent."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Refused(About):
    """The target said no, or a person has to decide: ``state`` is refused, conflict, stuck, rejected or gone."""

    state: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Finished(Event):
    """The run is over: why it stopped (None: it came to its end), what it ends with, and all states."""

    reason: str | None
    exit_code: int
    #: state -> how many things
    states: Mapping[str, int] = field(default_factory=dict)
