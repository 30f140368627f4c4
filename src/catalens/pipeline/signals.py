"""Signals that end a command: what is under way is brought to its end first, and what had been done is said."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType
from typing import Final

#: what asks a process to end, as far as the system has it
ENDINGS: Final = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))

#: makes what no signal breaks into
Unbroken = Callable[[], AbstractContextManager[None]]


class Stopped(BaseException):
    """A signal has come. No error: nothing that handles errors shall take it for one."""

    def __init__(self, number: int) -> None:
        self.number, self.name = number, signal.Signals(number).name
        super().__init__(self.name)


class Watch:
    """Raises ``Stopped`` when a signal comes; while something must not be broken off, once it is done."""

    def __init__(self) -> None:
        self._holds, self._pending = False, 0

    def __call__(self, number: int, _: FrameType | None = None) -> None:
        if self._holds:
            self._pending = number
        else:
            raise Stopped(number)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let no signal break in before the block ends."""
        self._holds = True
        try:
            yield
        finally:
            self._holds = False
        if self._pending:
            raise Stopped(self._pending)


@contextmanager
def handled(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Let a handler take signals until the block ends; whoever has one ignored, as nohup does, goes on doing so."""
    heeded = [number for number in ENDINGS if signal.getsignal(number) != signal.SIG_IGN]
    before = [(number, signal.signal(number, handler)) for number in heeded]
    try:
        yield
    finally:
        for number, older in before:
            signal.signal(number, older)


@contextmanager
def stoppable() -> Iterator[Watch]:
    """Let signals end what is in the block, in good order."""
    watch = Watch()
    with handled(watch):
        yield watch
