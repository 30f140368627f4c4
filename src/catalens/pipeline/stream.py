"""Translate a stream of lines block by block; several processes give, byte for byte, what one gives."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import chain
from multiprocessing import get_context
from typing import Any, BinaryIO

from catalens.crosswalk import Crosswalks
from catalens.engine import ForeignIds, Translator, detect
from catalens.engine.lines import translate_lines
from catalens.errors import CatalensError, InvalidPayload, UndecidableFormat, UsageError
from catalens.formats import registry
from catalens.paths import parse_pointer
from catalens.payloads import dumps, loads
from catalens.pipeline.fail_on import refusal
from catalens.pipeline.files import MARK, Sink, reading, writing
from catalens.pipeline.listings import find_listing
from catalens.pipeline.records import Records
from catalens.pipeline.totals import Tally, Totals

BLOCK = 3 << 19
#: how far to look for a line that tells its format
SEARCH = 10 * BLOCK


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines: the number of the first, the byte of the stream that it begins at, and the text."""

    number: int
    start: int
    text: bytes

    def read(self) -> Block:
        return self


@dataclass(frozen=True, slots=True)
class Span:
    """A block where it stands in a file, for another process to read; ``identity`` tells the file from others."""

    number: int
    start: int
    size: int
    path: str
    identity: tuple[int, int]

    def read(self) -> Block:
        """Read the block. Raises CatalensError where the file is no longer the one that was cut into spans."""
        with open(self.path, "rb") as file:
            file.seek(self.start)
            text = file.read(self.size)
            if _identity(file) != self.identity or len(text) != self.size:
                raise CatalensError(f"{self.path} was changed while it was read; the output is incomplete")
        return Block(self.number, self.start, text)


def _identity(file: BinaryIO) -> tuple[int, int]:
    found = os.fstat(file.fileno())
    return found.st_dev, found.st_ino


def blocks(stream: BinaryIO, eager: bool = False) -> Iterator[Block]:
    """Cut a stream into blocks at line ends; ``eager`` takes what is there instead of waiting for more."""
    take: Callable[[int], bytes] = getattr(stream, "read1", stream.read) if eager else stream.read
    number, start = 1, 0
    while text := take(BLOCK):
        if not text.endswith(b"\n"):
            text += stream.readline()
        if start == 0 and text.startswith(MARK):
            start, text = len(MARK), text.removeprefix(MARK)
        yield Block(number, start, text)
        number += text.count(b"\n")
        start += len(text)


def packed(lines: Iterable[bytes]) -> Iterator[Block]:
    """Put lines together to blocks."""
    number, held, size = 1, [], 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= BLOCK:
            yield Block(number, 0, b"\n".join(held) + b"\n")
            number, held, size = number + len(held), [], 0
    if held:
        yield Block(number, 0, b"\n".join(held) + b"\n")


def spans(source: Iterator[Block], file: BinaryIO, path: str) -> Iterator[Span]:
    """Leave the text of blocks where it stands, in a file."""
    place, identity = os.path.abspath(path), _identity(file)
    for block in source:
        yield Span(block.number, block.start, len(block.text), place, identity)


@dataclass(frozen=True)
class Recipe:
    """What a run does with each line, in a form that can be sent to another process.

    ``strict`` rejects lines with a loss, ``keep_losses`` lists each line's losses.
    """

    source: str | None
    target: str
    mode: str = "update"
    assume: dict[str, str] = field(default_factory=dict)
    ids: Crosswalks | None = None
    directories: tuple[str, ...] = ()
    park: bool = False
    strict: bool = False
    keep_losses: bool = False
    foreign_ids: ForeignIds = "carry"
    fill: dict[str, Any] | None = None

    def translator(self) -> Translator:
        """Make the translator. Raises UnknownFormat, InvalidMapping, UsageError."""
        if self.source is None:
            raise UsageError("a source format is needed")
        formats = registry(self.directories)
        return Translator(
            self.source,
            self.target,
            mode=self.mode,
            assume=self.assume,
            ids=self.ids,
            foreign_ids=self.foreign_ids,
            fill=self.fill,
            formats=formats,
        )


@dataclass(slots=True)
class BlockResult:
    """What came of one block: NDJSON for the output and for the losses, records of rejected lines, sums."""

    size: int
    output: bytes
    losses: bytes
    rejects: list[dict[str, Any]]
    totals: Totals


class Worker:
    """Translates blocks; made once in each process."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe, self.translator = recipe, recipe.translator()

    def __call__(self, given: Block | Span) -> BlockResult:
        block = given.read()
        lines = block.text.count(b"\n") + (not block.text.endswith(b"\n"))
        output, losses, rejects, totals, tally = bytearray(), bytearray(), [], Totals(), Tally()
        records, keep_losses, strict = Records(), self.recipe.keep_losses, self.recipe.strict
        for result in translate_lines(
            self.translator, BytesIO(block.text), start=block.number, park=self.recipe.park
        ):
            lossy = tally.add(result)
            if result.more:
                lossy = lossy or any(one.code.is_loss for one in result.more)
                for one in result.more:
                    totals.count(one, result.line)
            totals.overtaken.update(result.overtaken or {})
            totals.lines += 1
            if lossy:
                totals.lossy += 1
                if keep_losses:
                    losses += records.write(result)
                if strict:
                    result = replace(result, output=None, error=refusal(one.code for one in result.losses))
                    totals.refused += 1
            if result.output is None:
                rejects.append(result.reject())
            else:
                output += result.output + b"\n"
        totals.rejected = len(rejects)
        totals.translated = totals.lines - totals.rejected
        totals.blank = lines - totals.lines
        tally.into(totals)
        return BlockResult(len(block.text), bytes(output), bytes(losses), rejects, totals)


def translate_blocks(recipe: Recipe, source: Iterator[Block | Span], jobs: int = 1) -> Iterator[BlockResult]:
    """Translate blocks, in order, in this process or in ``jobs`` others."""
    return map(Worker(recipe), source) if jobs == 1 else _spread(recipe, source, jobs)


def _spread(recipe: Recipe, source: Iterator[Block | Span], jobs: int) -> Iterator[BlockResult]:
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _prepare, (recipe,))
    waiting: deque[Future[BlockResult]] = deque()
    try:
        for block in source:
            waiting.append(pool.submit(_work, block))
            if len(waiting) > 2 * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        raise CatalensError("a process of this run was ended from outside; the output is incomplete") from None
    finally:
        pool.shutdown(cancel_futures=True)


_WORKERS: list[Worker] = []


def _prepare(recipe: Recipe) -> None:
    # Ctrl-C reaches every process of the terminal; only the first one answers
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _WORKERS.append(Worker(recipe))


def _work(given: Block | Span) -> BlockResult:
    return _WORKERS[0](given)


def find_source(source: Iterator[Block], recipe: Recipe) -> tuple[str, Iterator[Block]]:
    """Tell the source profile by the first line that holds a payload; give the blocks back whole.

    Where no line holds one, each will be rejected under any profile: the target's is as good as another.
    Raises UndecidableFormat.
    """
    formats, within = registry(recipe.directories), recipe.source
    seen: list[Block] = []
    for block in source:
        seen.append(block)
        for number, line in enumerate(block.text.split(b"\n"), block.number):
            try:
                if line.strip():
                    return detect(loads(line), within, formats).spelled, chain(seen, source)
            except InvalidPayload:
                continue
            except UndecidableFormat as error:
                raise UndecidableFormat(f"line {number}: {error.message}", error.candidates) from None
        if sum(len(one.text) for one in seen) > SEARCH:
            raise UndecidableFormat(f"the first {SEARCH >> 20} MiB hold no payload that tells its format")
    return within or recipe.target, iter(seen)


@dataclass(frozen=True)
class Job:
    """Where a run reads and writes, by name ('-': a standard stream), and what it tells on the way.

    Without ``rejects`` a complaint is made for each rejected line; ``progress`` takes bytes read.
    """

    input: str
    output: str
    rejects: str | None
    losses: str | None
    jobs: int
    complain: Callable[[str], None]
    progress: Callable[[int], None]


def translate_file(recipe: Recipe, job: Job) -> Totals:
    """Translate a file of lines. No output is touched before it is known that there is a translator."""
    with ExitStack() as stack:
        # what comes little by little is answered so; a file is there
        is_file = os.path.isfile(job.input)
        stream = stack.enter_context(reading(job.input))
        source = blocks(stream, eager=job.jobs == 1 and not is_file)
        listing = find_listing(source, recipe.source, registry(recipe.directories))
        if isinstance(listing, tuple):
            recipe, source = replace(recipe, source=listing[0].spelled), packed(listing[1])
        elif recipe.source is None or "/" not in recipe.source:
            spelled, source = find_source(listing, recipe)
            recipe = replace(recipe, source=spelled)
        else:
            source = listing
        made = recipe.translator()  # what cannot be made is an error here, not the death of another process
        stays = is_file and job.jobs > 1 and not isinstance(listing, tuple)
        pieces = spans(source, stream, job.input) if stays else source
        results = translate_blocks(recipe, pieces, job.jobs)
        output = stack.enter_context(writing(job.output))
        rejects = None if job.rejects is None else stack.enter_context(writing(job.rejects, private=True))
        losses = None if job.losses is None else stack.enter_context(writing(job.losses))
        totals = drain(results, Sinks(output, rejects, losses, job.complain, job.progress))
    slots = bool(made.target.slots)
    for group in totals.groups.values():
        if group.rule != "envelope":
            group.mapping = made.source.line_of(parse_pointer(group.pointer))
    return replace(totals, source=made.source.spelled, target=made.target.spelled, slots=slots)


@dataclass(frozen=True)
class Sinks:
    """Where a run's results go; without ``rejects`` a complaint is made for each rejected line."""

    output: Sink
    rejects: Sink | None
    losses: Sink | None
    complain: Callable[[str], None]
    progress: Callable[[int], None]


def drain(results: Iterator[BlockResult], sinks: Sinks) -> Totals:
    """Write results out as they come, and add them up."""
    totals = Totals()
    for result in results:
        sinks.output.write(result.output)
        sinks.output.flush()
        if sinks.losses is not None:
            sinks.losses.write(result.losses)
        for reject in result.rejects:
            if sinks.rejects is not None:
                sinks.rejects.write(dumps(reject) + b"\n")
            else:
                sinks.complain(f"line {reject['line']}: {reject['error']}")
        totals.add(result.totals)
        sinks.progress(result.size)
    return totals
