"""Lines that come little by little are answered so: no source that waits holds up what is done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pytest

from catalens.errors import CatalensError
from catalens.pipeline import blocks as pieces
from catalens.pipeline.blocks import Ahead, Block, blocks
from tests.commands.door import CUP
from tests.commands.test_outputs import TO_BAZAAR, running

ONE = json.dumps(CUP).encode()


@contextmanager
def translating(jobs: int, source: object = "-", **streams: Any) -> Iterator[subprocess.Popen[bytes]]:
    with running("translate", source, "--lines", *TO_BAZAAR, "--jobs", jobs, **streams) as process:
        yield process


def give(process: subprocess.Popen[bytes], text: bytes) -> None:
    assert process.stdin is not None
    process.stdin.write(text)
    process.stdin.flush()


def answers(process: subprocess.Popen[bytes], count: int) -> list[str]:
    """Wait for so many products, and return their names."""
    assert process.stdout is not None
    return [json.loads(line)["label"] for line in islice(process.stdout, count)]


def cup(name: str) -> bytes:
    return json.dumps({**CUP, "name": name}).encode()


@pytest.mark.parametrize("jobs", [1, 2])
def test_each_line_is_answered_before_the_next_one_comes(jobs: int) -> None:
    with translating(jobs) as process:
        # whoever asks for the first answer may have sent a line of garbage, and the half of a third line
        give(process, b"garbage\n" + cup("a") + b"\n" + cup("b")[:9])
        assert answers(process, 1) == ["a"]
        give(process, cup("b")[9:] + b"\n")
        assert answers(process, 1) == ["b"]
        give(process, b"".join(cup(name) + b"\n" for name in "cdefghij"))
        assert answers(process, 8) == [*"cdefghij"]
        # so many that they cannot all be under way at once
        sent = [f"n{number}" for number in range(3000)]
        sender = threading.Thread(target=give, args=(process, b"".join(cup(name) + b"\n" for name in sent)))
        sender.start()
        assert answers(process, 3000) == sent
        sender.join()
        out, said = process.communicate()
    assert (process.returncode, out) == (1, b"")
    assert b"3011 lines: 3010 translated, 1 rejected" in said


@pytest.mark.parametrize("jobs", [1, 2])
def test_each_page_of_a_list_is_answered_before_the_next_one_comes(jobs: int) -> None:
    with translating(jobs) as process:
        give(process, b"[" + cup("a") + b", " + cup("b") + b"]\n")
        assert answers(process, 2) == ["a", "b"]
        give(process, b"[" + cup("c") + b"]\n")
        assert answers(process, 1) == ["c"]
        process.communicate()
    assert process.returncode == 0


def test_a_long_list_is_answered_while_it_comes() -> None:
    with translating(1) as process:
        many = 25_000
        long = b"[\n" + b",\n".join(cup(f"n{number}") for number in range(many))
        assert len(long) > pieces.BLOCK
        sender = threading.Thread(target=give, args=(process, long))
        sender.start()
        # the last item may go on, and so may a piece that has begun
        assert answers(process, many - 1)[-1] == f"n{many - 2}"
        sender.join()
        give(process, b"]")
        process.communicate()
    assert process.returncode == 0


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_source_that_waits_holds_no_signal_up(jobs: int, number: signal.Signals, tmp_path: Path) -> None:
    fifo = tmp_path / "in.ndjson"
    os.mkfifo(fifo)
    for source in ("-", fifo):
        with translating(jobs, source) as process:
            stream = process.stdin if source == "-" else fifo.open("wb")
            assert stream is not None
            stream.write(ONE + b"\n")
            stream.flush()
            assert len(answers(process, 1)) == 1
            process.send_signal(number)
            assert process.wait(60) == 128 + number
            assert process.stderr is not None
            said = process.stderr.read()
            stream.close()
        assert b"done with 1 lines" in said
        assert b"Traceback" not in said
        assert b"Fatal" not in said


# -- what lies ahead ------------------------------------------------------------------------------------------------


def block(number: int, text: bytes = b"x\n") -> Block:
    return Block(number, 2 * number, text)


def test_blocks_that_nobody_has_taken_are_taken_as_one() -> None:
    given = threading.Event()

    def source() -> Iterator[Block]:
        yield from map(block, range(5))
        given.set()
        raise CatalensError("no more")

    ahead = Ahead(source())
    assert given.wait(60)
    taken = list(ahead)
    assert taken[0] == Block(0, 0, b"x\n" * 5)
    with pytest.raises(CatalensError, match="no more"):
        taken[1].read()
    assert len(taken) == 2


def test_no_more_is_read_ahead_than_a_block() -> None:
    read: list[int] = []

    def source() -> Iterator[Block]:
        for number in range(10):
            read.append(number)
            yield block(number, b"x" * pieces.BLOCK)

    ahead = Ahead(source())
    for count, piece in enumerate(ahead, 1):
        assert piece.size == pieces.BLOCK, "whole blocks stay as they are"
        assert len(read) <= count + 1
    assert len(read) == 10


def test_a_line_that_no_memory_may_hold_ends_the_stream_behind_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "MAX_LINE", 1000)

    class Slow:
        left = chain([b"a\nb\nc"], [b"d" * 100] * 20)

        def read(self, _: int) -> bytes:
            return next(self.left, b"")

    cut = blocks(Slow(), size=1)  # type: ignore[arg-type]
    assert next(cut) == Block(1, 0, b"a\nb\n")
    with pytest.raises(CatalensError, match="line 3 is longer than"):
        next(cut)
