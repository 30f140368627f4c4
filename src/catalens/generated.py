"""Generated code: compiled under a name of its own, so that tracebacks and debuggers show its lines."""

from __future__ import annotations

import hashlib
import linecache
import weakref
from collections import Counter
from collections.abc import Callable
from threading import Lock
from typing import Any

#: how many functions that are alive were made of a text, by the file name that stands for it
_alive: Counter[str] = Counter()
_lock = Lock()


def make_function(name: str, text: str, names: dict[str, Any], title: str) -> Callable[..., Any]:
    """Run generated text and return the function of that name; ``title`` says what it is for.

    ``names`` become the globals of the function. Its lines can be looked up (``linecache``, ``inspect.getsource``)
    as long as it lives; functions of the same text share them.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    filename = f"<catalens {ascii(title)[1:-1]}, {digest}>"
    exec(compile(text, filename, "exec"), names)
    made: Callable[..., Any] = names[name]
    with _lock:
        _alive[filename] += 1
        # without a time of modification, an entry is never checked against a file
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    weakref.finalize(made, _forget, filename).atexit = False
    return made


def _forget(filename: str) -> None:
    with _lock:
        _alive[filename] -= 1
        if not _alive[filename]:
            del _alive[filename]
            linecache.cache.pop(filename, None)
