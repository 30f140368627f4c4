"""No file of a run is another one of it: nothing is lost by being written over, and nothing is written twice."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Container, Iterable
from typing import TextIO

from catalens.errors import UsageError
from catalens.pipeline.files import STANDARD
from catalens.pipeline.outputs import part_of

#: (role, name) of each file
Named = Iterable[tuple[str, str]]


def check_distinct(reads: Named, writes: Named, may_be_one: Container[tuple[str, str]] = ()) -> None:
    """Refuse that two of the files that are written are one, or that one of them is read.

    Files are told apart by device and inode, so that links of both kinds are seen, and standard streams that lead
    into files. Pairs of roles that ``may_be_one`` are let be. Raises UsageError.
    """
    seen: dict[object, str] = {}
    for role, name in reads:
        if (key := _file_of(name, sys.stdin)) is not None:
            seen.setdefault(key, role)
    for role, name in writes:
        if (key := _file_of(name, sys.stdout)) is None:
            continue
        other = seen.setdefault(key, role)
        if other != role and (other, role) not in may_be_one:
            what = "directory" if os.path.isdir(name) else "file"
            raise UsageError(f"{other} and {role} are one {what}, {name}; give each one of its own")


def parts(replaced: Named) -> Named:
    """Return the parts of files, which are written, too."""
    return ((f"the part that {role} is until all is done", part_of(name)) for role, name in replaced)


def _file_of(name: str, standard: TextIO) -> object:
    """Return what tells a file from all others; None for pipes and devices, which may be written twice."""
    try:
        found = os.fstat(standard.fileno()) if name == STANDARD else os.stat(name)
    except FileNotFoundError:
        return os.path.realpath(name)
    except (AttributeError, OSError, ValueError):
        return None  # a stream that is closed, or none of the system's
    is_one = stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)
    return (found.st_dev, found.st_ino) if is_one else None
