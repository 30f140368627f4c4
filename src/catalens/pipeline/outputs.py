"""The files that a run writes: each is whole, or as it was before.

A file is written beside itself, as ``FILE.part``, and takes its place when all files are done: whoever is killed in
between leaves the older files as they were, and what had been done in the parts. Pipes, devices and standard output
are written straight, for nothing can be put in their place.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from types import TracebackType
from typing import BinaryIO, Final, Self

from catalens.compression import packing
from catalens.errors import UsageError
from catalens.pipeline.files import STANDARD, Sink, standard_output
from catalens.pipeline.signals import Unbroken

#: the files of a translation, as they take their place: nobody shall find an output without what belongs to it
ORDER: Final = ("rejects", "losses", "report", "sidecar", "output")
#: those that hold what was sent, and are for their owner's eyes
PRIVATE: Final = frozenset({"rejects", "sidecar"})

#: what a new file may be read by: the owner alone, or whoever the user lets
_OWNER, _USUAL = 0o600, 0o666
_FLAGS: Final = os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_DENIED: Final = frozenset((errno.EACCES, errno.EPERM, errno.EROFS))
#: why no part can be made, where that is not the fault of the name that the user gave
_NO_PART: Final = _DENIED | {errno.ENAMETOOLONG, errno.ELOOP, errno.EISDIR, errno.ENXIO}
#: so many links may lead from one to another
_LINKS: Final = 40
_STDOUT: Final = 1


class Irreplaceable(UsageError):
    """Nothing can be put in the place of a file."""


class Outputs:
    """The files of one run. They take their place at the end of the block, if it ends well.

    ``straight`` writes all files as they are, so that others see them grow, or where one cannot be replaced. While
    they take their places nothing breaks in: ``unbroken`` sees to that.
    """

    def __init__(self, straight: bool = False, unbroken: Unbroken = nullcontext) -> None:
        self.unbroken = unbroken
        #: what is open, by role
        self.sinks: dict[str, Sink] = {}
        self._straight = straight
        self._files: list[_Straight | _Part] = []
        self._is_done = False

    def open(self, names: Mapping[str, str], private: Container[str] = ()) -> Mapping[str, Sink]:
        """Open files by role, all before one of them is touched; they take their place in this order.

        The roles that are ``private`` are for their owner's eyes. Raises Irreplaceable, UsageError where another run
        writes one of them, OSError.
        """
        for role, name in names.items():
            kind = _Straight if self._straight or is_straight(name) else _Part
            self._files.append(kind(name, role in private))
        self.sinks = {role: file.begin() for role, file in zip(names, self._files, strict=True)}
        return self.sinks

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._leave(error)
            return
        try:
            self._replace()
        except BaseException as found:
            self._leave(found)
            raise

    def _replace(self) -> None:
        """Let all files take their place, once nothing can fail any more but that."""
        for file in self._files:
            file.finish()
        with self.unbroken():
            for file in self._files:
                file.replace()
            self._is_done = True

    def _leave(self, error: BaseException) -> None:
        """Leave what had been done where it is, and say so."""
        left = [name for file in self._files if (name := file.leave()) is not None]
        if left:
            error.add_note(f"what had been done is in {', '.join(left)}")
        elif self._is_done:
            error.add_note("all files are whole, and in their place")


@contextmanager
def replacing(name: str | os.PathLike[str]) -> Iterator[Sink]:
    """Write one file, which takes its place at the end of the block, if it ends well; its directory is made."""
    os.makedirs(os.path.dirname(os.path.abspath(name)), exist_ok=True)
    with Outputs() as outputs:
        yield outputs.open({"output": os.fspath(name)})["output"]


def is_straight(name: str) -> bool:
    """Tell whether nothing can be put in a file's place: standard output, a pipe, a device, what is open already."""
    return name == STANDARD or _descriptor(name) is not None or (os.path.exists(name) and not os.path.isfile(name))


def part_of(name: str) -> str:
    """Return as what a file is written until it takes its place, which is where links lead."""
    return f"{os.path.realpath(name)}.part"


def _descriptor(name: str) -> int | None:
    """Return the number of the open file that a name stands for, as ``/dev/stdout`` does; None for other names."""
    for _ in range(_LINKS):
        directory, last = os.path.split(name)
        name = os.path.join(os.path.realpath(directory), last)
        found = re.fullmatch(rf"/(?:dev|proc/{os.getpid()}(?:/task/\d+)?)/fd/(\d+)", name)
        if found is not None:
            return int(found[1])
        if not os.path.islink(name):
            return None
        name = os.path.join(os.path.dirname(name), os.readlink(name))
    return None


class _Straight:
    """A file that is written as it stands there."""

    def __init__(self, name: str, private: bool) -> None:
        self._name, self._private = name, private
        number = _STDOUT if name == STANDARD else _descriptor(name)
        #: whoever opened it before says where in it we are
        self._goes_on = number is not None
        self._sink: Sink | None = standard_output() if number == _STDOUT else None
        self._closes: list[BinaryIO] = []
        if number == _STDOUT:
            return
        try:
            usual = _OWNER if private else _USUAL
            handle = os.open(name, os.O_WRONLY | os.O_CREAT, usual) if number is None else os.dup(number)
        except OSError as error:
            raise OSError(error.errno, error.strerror, name) from None
        self._closes.append(open(handle, "wb"))  # noqa: SIM115 (closed when all is done)

    def begin(self) -> Sink:
        """Take away what stands in it; return what is to be written to."""
        if self._sink is not None:
            return self._sink
        [file] = self._closes
        if not self._goes_on and stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            os.ftruncate(file.fileno(), 0)
            if self._private:
                os.chmod(file.fileno(), _OWNER)
        self._sink = packing(self._name, file)
        if self._sink is not file:
            self._closes.insert(0, self._sink)
        return self._sink

    def finish(self) -> None:
        """Write what is left, and close it."""
        if self._sink is not None and not self._closes:
            self._sink.flush()
        for stream in self._closes:
            stream.close()

    def replace(self) -> None:
        """It is in its place."""

    def leave(self) -> None:
        """Close it as it is."""
        for stream in self._closes:
            with suppress(OSError):
                stream.close()


class _Part:
    """A file that is not in its place yet."""

    def __init__(self, name: str, private: bool) -> None:
        self._name, self._private = name, private
        self._place, self._part = os.path.realpath(name), part_of(name)
        self._older = _older(name, self._place)
        self._file: BinaryIO | None = None
        self._sink: BinaryIO | None = None
        self._is_there = False
        self._handle = self._taken()

    def _taken(self) -> int:
        """Open the part, and let no other run have it."""
        while True:
            try:
                handle = os.open(self._part, os.O_WRONLY | _FLAGS, _OWNER)
            except OSError as error:
                raise self._no_part(error) from None
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                os.close(handle)
                raise _irreplaceable(self._name, f"{self._part} is no file")
            if not _locked(handle):
                os.close(handle)
                raise self._busy()
            # whoever had it before may have put it in its place meanwhile
            with suppress(FileNotFoundError):
                if os.path.samestat(found, os.lstat(self._part)):
                    return handle
            os.close(handle)

    def begin(self) -> Sink:
        """Put a new part in the older one's place; return what is to be written to.

        The older one may have other names, or be open somewhere: it is not written into.
        """
        older, taken = self._older, self._handle
        try:
            os.unlink(self._part)
            # nobody else reads it before it has the older file's owner and mode
            mode = _USUAL if older is None and not self._private else _OWNER
            handle = os.open(self._part, os.O_WRONLY | os.O_EXCL | _FLAGS, mode)
        except FileExistsError:
            raise self._busy() from None
        except OSError as error:
            raise self._no_part(error) from None
        if not _locked(handle):
            os.close(handle)
            raise self._busy()
        self._handle, self._file = handle, open(handle, "wb")  # noqa: SIM115 (closed when it takes its place)
        os.close(taken)
        if older is not None:
            self._dress(older)
        self._sink = packing(self._name, self._file)
        return self._sink

    def _dress(self, older: os.stat_result) -> None:
        """Give the part the older file's owner and mode."""
        try:
            made = os.fstat(self._handle)
            if (older.st_uid, older.st_gid) != (made.st_uid, made.st_gid):
                os.chown(self._handle, older.st_uid, older.st_gid)
            if not self._private:
                os.chmod(self._handle, stat.S_IMODE(older.st_mode))
        except PermissionError:
            raise _irreplaceable(self._name, "its owner could not be kept") from None

    def finish(self) -> None:
        """Bring all bytes to the disk."""
        if self._file is None:
            return
        if self._sink is not None and self._sink is not self._file:
            self._sink.close()
        self._file.flush()
        os.fsync(self._file.fileno())

    def replace(self) -> None:
        """Take the place."""
        os.replace(self._part, self._place)
        self._is_there = True
        if self._file is not None:
            self._file.close()

    def leave(self) -> str | None:
        """Close the part, and return its name; None where it is in its place, or there is nothing of ours in it."""
        if self._is_there:
            return None
        is_empty = self._is_empty()
        if is_empty:
            # as long as it is open, no other run has it
            with suppress(OSError):
                os.unlink(self._part)
        if self._file is None:
            os.close(self._handle)
            return None
        for stream in (self._sink, self._file):
            with suppress(OSError):
                if stream is not None:
                    stream.close()
        return None if is_empty else self._part

    def _is_empty(self) -> bool:
        if self._sink is None:
            return os.fstat(self._handle).st_size == 0
        # what is packed has bytes of its own, even without content; when it is closed, it is whole
        return not self._sink.closed and self._sink.tell() == 0

    def _no_part(self, error: OSError) -> Exception:
        # a new file that nobody may make is no matter of replacing
        if error.errno not in _NO_PART or (self._older is None and error.errno in _DENIED):
            return OSError(error.errno, error.strerror, self._name)
        why = {errno.ELOOP: "is a link", errno.EISDIR: "is a directory"}.get(error.errno or 0)
        return _irreplaceable(self._name, f"{self._part} {why or f'cannot be written: {error.strerror}'}")

    def _busy(self) -> UsageError:
        return UsageError(f"{self._name} is being written by another run, in {self._part}")


def _older(name: str, place: str) -> os.stat_result | None:
    """Return what stands in a file's place. Raises Irreplaceable, OSError."""
    try:
        older = os.stat(place)
    except FileNotFoundError:
        return None
    if _mount(place) != _mount(os.path.dirname(place)):
        raise _irreplaceable(name, "it is mounted by itself")
    if not os.access(place, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), name)
    return older


def _mount(path: str) -> object:
    """Return what tells the mount that a path is in from others: the system's number for it, or the device."""
    with suppress(AttributeError, OSError):
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            with open(f"/proc/self/fdinfo/{handle}") as told:
                return next(line for line in told if line.startswith("mnt_id:"))
        finally:
            os.close(handle)
    return os.stat(path).st_dev


def _irreplaceable(name: str, why: str) -> Irreplaceable:
    return Irreplaceable(f"{name} cannot be replaced when all is done: {why}")


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
