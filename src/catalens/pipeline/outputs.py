"""The files that a run writes: each is whole, or as it was before.

A file is written beside itself, as ``FILE.part``, and takes its place when all files are done: whoever is killed in
between leaves the older files as they were, and what had been done in the parts. Pipes, devices and standard output
are written straight, for nothing can be put in their place.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import BinaryIO, Final, Self

from catalens.compression import packing
from catalens.errors import UsageError
from catalens.pipeline.files import STANDARD, Sink, writing

#: in which order files take their place: nobody shall find an output without what belongs to it
ORDER: Final = ("rejects", "losses", "report", "sidecar", "output")

#: what those files may be read by: the owner alone, or whoever the user lets
_PRIVATE, _USUAL = 0o600, 0o666


def is_straight(name: str) -> bool:
    """Tell whether nothing can be put in a file's place: standard output, a pipe, a device."""
    return name == STANDARD or (os.path.exists(name) and not os.path.isfile(name))


class Outputs:
    """The files of one run, by role. They take their place at the end of the block, if it ends well.

    ``straight`` writes all files as they are, so that others see them grow, or where one cannot be replaced.
    """

    def __init__(self, straight: bool = False) -> None:
        self._straight = straight
        self._parts: dict[str, _Part] = {}
        self._open = ExitStack()

    def open(self, role: str, name: str, private: bool = False) -> Sink:
        """Open the file of a role to write; a ``private`` one is for its owner's eyes.

        Raises UsageError where it could not be replaced, or another run writes it; OSError.
        """
        if self._straight or is_straight(name):
            return self._open.enter_context(writing(name, private))
        part = _Part(name, private)
        self._parts[role] = part
        return part.sink

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._open.close()
            if error is None:
                self._replace()
        except BaseException as found:
            self._leave(found)
            raise
        if error is not None:
            self._leave(error)

    def _replace(self) -> None:
        """Let all files take their place, once nothing can fail any more but that."""
        parts = [self._parts[role] for role in ORDER if role in self._parts]
        for part in parts:
            part.finish()
        for part in parts:
            part.replace()

    def _leave(self, error: BaseException) -> None:
        """Leave what had been done where it is, and say so."""
        left = [name for part in self._parts.values() if (name := part.leave()) is not None]
        if left:
            error.add_note(f"what had been done is in {', '.join(left)}")


class _Part:
    """A file that is not in its place yet."""

    def __init__(self, name: str, private: bool) -> None:
        self._name, self._place = name, os.path.realpath(name)
        self._part = f"{self._place}.part"
        self._is_there = False
        older = _older(name, self._place)
        handle = self._begin()
        try:
            mode = _PRIVATE if private else _USUAL & ~_umask() if older is None else stat.S_IMODE(older.st_mode)
            if older is not None and (older.st_uid, older.st_gid) != _owner(handle):
                os.chown(handle, older.st_uid, older.st_gid)
            os.chmod(handle, mode)
            os.ftruncate(handle, 0)
        except PermissionError:
            os.close(handle)
            os.unlink(self._part)
            raise _irreplaceable(name, "its owner could not be kept") from None
        self._file: BinaryIO = open(handle, "wb")  # noqa: SIM115 (closed when it takes its place)
        self.sink: BinaryIO = packing(name, self._file)

    def _begin(self) -> int:
        """Open the part, and let no other run have it."""
        while True:
            try:
                flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
                handle = os.open(self._part, flags, _PRIVATE)
            except OSError as error:
                if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG, errno.ELOOP):
                    raise OSError(error.errno, error.strerror, self._name) from None
                why = "is a link" if error.errno == errno.ELOOP else f"cannot be written: {error.strerror}"
                raise _irreplaceable(self._name, f"{self._part} {why}") from None
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                os.close(handle)
                raise _irreplaceable(self._name, f"{self._part} is no file")
            if not _locked(handle):
                os.close(handle)
                raise UsageError(f"{self._name} is being written by another run, in {self._part}")
            # whoever had it before may have put it in its place meanwhile
            with suppress(FileNotFoundError):
                if os.path.samestat(found, os.stat(self._part)):
                    return handle
            os.close(handle)

    def finish(self) -> None:
        """Bring all bytes to the disk."""
        if self.sink is not self._file:
            self.sink.close()
        self._file.flush()
        os.fsync(self._file.fileno())

    def replace(self) -> None:
        os.replace(self._part, self._place)
        self._is_there = True
        self._file.close()

    def leave(self) -> str | None:
        """Close the part, and return its name; None where it is in its place, or there is nothing in it."""
        if self._is_there:
            return None
        for stream in (self.sink, self._file):
            with suppress(OSError):
                stream.close()
        with suppress(OSError):
            if os.path.getsize(self._part) == 0:
                os.unlink(self._part)
                return None
        return self._part


def _older(name: str, place: str) -> os.stat_result | None:
    """Return what stands in a file's place. Raises UsageError, OSError where it cannot be replaced."""
    try:
        older = os.stat(place)
    except FileNotFoundError:
        return None
    if older.st_dev != os.stat(os.path.dirname(place)).st_dev:
        raise _irreplaceable(name, "it is mounted by itself")
    if not os.access(place, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), name)
    return older


def _irreplaceable(name: str, why: str) -> UsageError:
    return UsageError(f"{name} cannot be replaced when all is done: {why}; --in-place writes into it straight")


def _owner(handle: int) -> tuple[int, int]:
    found = os.fstat(handle)
    return found.st_uid, found.st_gid


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _locked(handle: int) -> bool:
    """Lock a file for as long as it is open; False where somebody else has it."""
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
