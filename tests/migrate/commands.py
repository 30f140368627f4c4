"""The command in processes of its own, which begin quickly: all that is imported is there already."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

from catalens.cli import main
from catalens.migrate import migration  # noqa: F401 (what takes long to import)
from catalens.pipeline.signals import ENDINGS
from catalens.render import tables  # noqa: F401

#: how often the command is killed; where it is more than usual, all pairs of platforms are tried, too
USUAL = 10
KILLS = int(os.environ.get("CATALENS_KILLS", USUAL))

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.migrate.commands"])


def run(words: list[str], output: str, environment: dict[str, str], ignored: tuple[int, ...]) -> None:
    """Be the command; what it says goes into a file. Whoever runs the tests may have other signals ignored."""
    for number in ENDINGS:
        signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)
    os.environ.update(environment)
    handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(handle, stream)
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    main(words)


@contextmanager
def started(
    words: list[str], output: Path, environment: dict[str, str], ignored: tuple[int, ...] = ()
) -> Iterator[BaseProcess]:
    """Run the command until the block ends; it has some signals ``ignored``."""
    process = _CONTEXT.Process(target=run, args=(words, str(output), environment, ignored))
    process.start()
    try:
        yield process
    finally:
        if process.is_alive():
            process.kill()
        process.join()
        process.close()
