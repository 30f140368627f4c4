"""Translate a stream of lines block by block; several processes give, byte for byte, what one gives."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import chain
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any, BinaryIO

from catalens.compression import is_compressed
from catalens.crosswalk import Crosswalks
from catalens.engine import ForeignIds, Translator, detect
from catalens.engine.lines import LineOptions, LineResult, translate_lines
from catalens.errors import CatalensError, InvalidPayload, UndecidableFormat, UsageError
from catalens.formats import registry
from catalens.paths import parse_pointer
from catalens.payloads import dumps, loads
from catalens.pipeline.blocks import BLOCK, Ahead, Block, Piece, blocks, packed, spans
from catalens.pipeline.fail_on import refusal
from catalens.pipeline.files import Sink, reading
from catalens.pipeline.listings import Beginning, find_listing
from catalens.pipeline.outputs import PRIVATE, Outputs
from catalens.pipeline.records import Records
from catalens.pipeline.repeats import Identified, Repeats, identities
from catalens.pipeline.signals import ENDINGS, Stopped, Unbroken
from catalens.pipeline.totals import Remark, Tally, Totals
from catalens.returning.sidecar import assumed_back, profile_told
from catalens.returning.sidecars import SidecarIndex, indexed

#: how far to look for a line that tells its format
SEARCH = 10 * BLOCK


@dataclass(frozen=True)
class Recipe:
    """What a run does with each line, in a form that can be sent to another process.

    ``strict`` rejects lines with a loss, ``keep_losses`` lists each line's losses, ``sidecars`` makes what the output
    does not hold, ``identify`` tells by what each product is known. ``restore`` has the sidecars of the way there.
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
    sidecars: bool = False
    restore: SidecarIndex | None = None
    restore_anyway: bool = False
    identify: bool = False

    @property
    def options(self) -> LineOptions:
        """What is done with each line beside translating it."""
        return LineOptions(self.park, self.sidecars, self.restore, self.restore_anyway)

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
    """What came of one block: its size in bytes and lines; NDJSON for output, sidecars and losses; rejects, sums."""

    size: int
    lines: int
    output: bytes
    sidecars: bytes
    losses: bytes
    rejects: list[dict[str, Any]]
    identified: list[Identified]
    totals: Totals


class Worker:
    """Translates blocks; made once in each process."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe, self.translator = recipe, recipe.translator()

    def __call__(self, given: Piece) -> BlockResult:
        block, recipe = given.read(), self.recipe
        lines = block.text.count(b"\n") + (not block.text.endswith(b"\n"))
        output, sidecars, losses, rejects, totals, tally = (
            bytearray(),
            bytearray(),
            bytearray(),
            [],
            Totals(),
            Tally(),
        )
        records, keep_losses, strict = Records(), recipe.keep_losses, recipe.strict
        identified: list[Identified] = []
        options = recipe.options
        for result in translate_lines(self.translator, BytesIO(block.text), block.number, options):
            lossy = tally.add(result)
            if result.more:
                lossy = lossy or any(one.code.is_loss for one in result.more)
                for one in result.more:
                    totals.count(one, result.line)
            totals.overtaken.update(result.overtaken or {})
            totals.lines += 1
            if recipe.identify and result.output is not None:
                identified += identities(result, self.translator.source)
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
                if recipe.sidecars:
                    sidecars += dumps(result.sidecar) + b"\n"
                if not options.is_plain:
                    totals.remarks.update(_remarks(result, recipe))
        totals.rejected = len(rejects)
        totals.translated = totals.lines - totals.rejected
        totals.blank = lines - totals.lines
        tally.into(totals)
        written = bytes(output), bytes(sidecars), bytes(losses)
        return BlockResult(len(block.text), lines, *written, rejects, identified, totals)


def _remarks(result: LineResult, recipe: Recipe) -> dict[Remark, int]:
    """Count of a line what was asked for."""
    found: dict[Remark, int] = {}
    if recipe.restore is not None:
        found = dict.fromkeys((Remark.RESTORED, Remark.PLAIN), 0)
        compared = result.restored
        if compared is None:
            found[Remark.PLAIN] = 1
        else:
            found[Remark.RESTORED if compared.agreeing else Remark.UNCHECKED] = 1
    if recipe.sidecars:
        found[Remark.UNIDENTIFIED] = int(result.sidecar is not None and not result.sidecar["identity"])
    return found


def translate_blocks(recipe: Recipe, source: Iterator[Piece], jobs: int = 1) -> Iterator[BlockResult]:
    """Translate blocks, in order, in this process or in ``jobs`` others, each as soon as it is there."""
    ahead = Ahead(source)
    try:
        yield from map(Worker(recipe), ahead) if jobs == 1 else _spread(recipe, ahead, jobs)
    finally:
        ahead.close()


def _spread(recipe: Recipe, ahead: Ahead, jobs: int) -> Iterator[BlockResult]:
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _prepare, (recipe,))
    waiting: deque[Future[BlockResult]] = deque()
    ended = False
    try:
        while waiting or not ended:
            # what is done goes on, whatever the source waits for
            ahead.wait(lambda: bool(waiting) and waiting[0].done(), not ended and len(waiting) <= 2 * jobs)
            if waiting and waiting[0].done():
                yield waiting.popleft().result()
            elif (piece := ahead.take()) is None:
                ended = True
            else:
                waiting.append(pool.submit(_work, piece))
                waiting[-1].add_done_callback(ahead.wake)
    except BrokenProcessPool:
        raise CatalensError("a process of this run was ended from outside; the output is incomplete") from None
    finally:
        pool.shutdown(cancel_futures=True)


_WORKERS: list[Worker] = []


def _prepare(recipe: Recipe) -> None:
    # a signal reaches every process of the terminal; only the first one answers, and the others end with it
    for number in ENDINGS:
        signal.signal(number, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _WORKERS.append(Worker(recipe))


def _end_with_parent() -> None:
    """End when the first process does, however it does."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(given: Piece) -> BlockResult:
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

    ``files`` are those that are written, by role, as they take their place, the output among them; the report is only
    opened here. Without rejects a complaint is made for each rejected line; ``progress`` takes bytes read.
    ``restore`` names the file of the sidecars of the way there.
    """

    input: str
    files: Mapping[str, str]
    jobs: int
    complain: Callable[[str], None]
    progress: Callable[[int], None]
    restore: str | None = None


def translate_file(recipe: Recipe, job: Job, outputs: Outputs) -> Totals:
    """Translate a file of lines. No output is touched before it is known that there is a translator."""
    with ExitStack() as stack:
        if job.restore is not None:
            recipe = _for_way_back(recipe, stack.enter_context(indexed(job.restore)))
        # what comes little by little is answered so; a file is there
        is_file = os.path.isfile(job.input)
        stream = stack.enter_context(reading(job.input, as_it_comes=not is_file))
        recipe, source, is_listing = _begin(stream, recipe, BLOCK if is_file else 1)
        made = recipe.translator()  # what cannot be made is an error here, not the death of another process
        if recipe.restore is not None:
            recipe.restore.check(made.source, made.target)
        if recipe.identify and not made.source.identity:
            raise UsageError(f"the mapping of {made.source.format} declares no identity that products could share")
        stays = is_file and job.jobs > 1 and not is_listing and not is_compressed(job.input)
        pieces = spans(source, stream, job.input) if stays else source
        results = translate_blocks(recipe, pieces, job.jobs)
        totals = drain(results, _open_sinks(job, recipe, outputs))
    slots = bool(made.target.slots)
    for group in totals.groups.values():
        if group.rule != "envelope":
            group.mapping = made.source.line_of(parse_pointer(group.pointer))
    return replace(totals, source=made.source.spelled, target=made.target.spelled, slots=slots)


def _begin(stream: BinaryIO, recipe: Recipe, size: int) -> tuple[Recipe, Iterator[Block], bool]:
    """Return a recipe with the profile of a stream, its blocks, and whether they stand otherwise in the stream.

    A block has ``size`` bytes or more, unless it is the last.
    """
    begun = Beginning(stream, BLOCK)

    def source() -> Iterator[Block]:
        return blocks(stream, begun.text, size)

    listing = find_listing(begun, lambda: (one.text for one in source()), recipe.source, registry(recipe.directories))
    pieces = source() if listing is None else packed(listing.products, size)
    if listing is not None and listing.profile is not None:
        recipe = replace(recipe, source=listing.profile.spelled)
    if recipe.source is None or "/" not in recipe.source:
        spelled, pieces = find_source(pieces, recipe)
        recipe = replace(recipe, source=spelled)
    return recipe, pieces, listing is not None


def _for_way_back(recipe: Recipe, index: SidecarIndex) -> Recipe:
    """Return a recipe with sidecars to restore: what it leaves open is as it was on the way there."""
    first = index.first
    if first is None:
        return replace(recipe, restore=index)
    source = recipe.source and profile_told(first, "target", recipe.source)
    target = profile_told(first, "source", recipe.target)
    return replace(recipe, source=source, target=target, assume=recipe.assume or assumed_back(first), restore=index)


def _open_sinks(job: Job, recipe: Recipe, outputs: Outputs) -> Sinks:
    """Open all that a run writes."""
    sinks = outputs.open(job.files, PRIVATE)
    return Sinks(
        sinks["output"],
        sinks.get("rejects"),
        sinks.get("losses"),
        job.complain,
        job.progress,
        sinks.get("sidecar"),
        Repeats() if recipe.identify else None,
        outputs.unbroken,
    )


@dataclass(frozen=True)
class Sinks:
    """Where a run's results go; without ``rejects`` a complaint is made for each rejected line.

    ``repeats`` knows the products that were there before; each that comes again is complained of.
    """

    output: Sink
    rejects: Sink | None
    losses: Sink | None
    complain: Callable[[str], None]
    progress: Callable[[int], None]
    sidecars: Sink | None = None
    repeats: Repeats | None = None
    unbroken: Unbroken = nullcontext


def drain(results: Iterator[BlockResult], sinks: Sinks) -> Totals:
    """Write results out as they come, and add them up."""
    totals, read = Totals(), 0
    try:
        for result in results:
            with sinks.unbroken():
                _put(result, sinks, totals)
                # a signal that came meanwhile is raised when the block ends, and these lines are done
                read += result.lines
    except (Stopped, KeyboardInterrupt) as error:
        error.add_note(f"done with {read} lines; what comes behind them was not read")
        raise
    return totals


def _put(result: BlockResult, sinks: Sinks, totals: Totals) -> None:
    """Write what came of one block, the output last: there is none without what belongs to it."""
    rejects = b"".join(dumps(reject) + b"\n" for reject in result.rejects)
    beside = (sinks.rejects, rejects), (sinks.losses, result.losses), (sinks.sidecars, result.sidecars)
    for sink, text in beside:
        if sink is not None and text:
            sink.write(text)
            sink.flush()
    sinks.output.write(result.output)
    sinks.output.flush()
    for reject in result.rejects if sinks.rejects is None else ():
        sinks.complain(f"line {reject['line']}: {reject['error']}")
    totals.add(result.totals)
    if sinks.repeats is not None:
        found = sinks.repeats.among(result.identified)
        totals.remarks[Remark.REPEATED] += len({line for line, _ in found})
        for line, said in found:
            sinks.complain(f"line {line}: {said}")
    sinks.progress(result.size)
