"""Remembers the tables that were read from files, as long as the files say the same."""

from __future__ import annotations

import os
import stat
import time
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import Any

from catalens.crosswalk.table import Crosswalks

#: tables that are remembered
KEPT = 4
#: for so long after a change, in nanoseconds, another one may leave no trace but the content: clocks of files tick
UNSURE = 2 * 10**9

#: by the names of their files, each with the state that the file had
_TABLES: dict[str, tuple[Any, Crosswalks]] = {}
_LOCK = Lock()


def recall(given: Any) -> Crosswalks:
    """Return a table; a file that is as it was when it was last read is not read again. Raises UsageError.

    Rows are read each time, since whoever holds them may have changed them.
    """
    if isinstance(given, Crosswalks):
        return given
    if not isinstance(given, str | Path):
        return Crosswalks.read(given)
    path = os.path.abspath(given)
    state = _state(path)
    known, table = _TABLES.get(path, (None, None))
    if table is None or state is None or state != known:
        table = Crosswalks.read(given)
        # of what was changed while it was read nobody knows what was read
        if state is not None and state == _state(path):
            _keep(path, state, table)
    return table


def _keep(path: str, state: Any, table: Crosswalks) -> None:
    with _LOCK:
        _TABLES.pop(path, None)
        while len(_TABLES) >= KEPT:
            del _TABLES[next(iter(_TABLES))]
        _TABLES[path] = state, table


def _state(path: str) -> Any:
    """Return what a file has to have in common with what was read; None for what cannot be read twice."""
    now = time.time_ns()
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            return None
        if now - max(found.st_mtime_ns, found.st_ctime_ns) > UNSURE:
            return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
        digest = blake2b()
        with open(path, "rb") as file:
            while part := file.read(1 << 20):
                digest.update(part)
        return digest.digest()
    except (OSError, ValueError):
        return None
