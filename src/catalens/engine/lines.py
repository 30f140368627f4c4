"""Translate lines of JSON from bytes to bytes, one payload each: a bad line is a result like any other.

Most lines take the fast way: decoded into structures that the profile's own types are, translated by code that was
written for them, encoded. What the decoder refuses goes the general way, whose answer counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from catalens.account.codes import LossCode, Overtaken
from catalens.account.compact import CompactEntries, CompactEntry, Loss, spell, spell_one
from catalens.account.restored import Comparison
from catalens.arguments import shown
from catalens.crosswalk import NOTHING_KNOWN, Answers
from catalens.engine.filling import fill_in
from catalens.engine.work import Wait
from catalens.envelopes import wrap
from catalens.errors import CatalensError, InvalidPayload, PayloadError
from catalens.mapping.hub_format import HUB
from catalens.paths import leaves
from catalens.payloads import dumps
from catalens.products import fill_defaults
from catalens.returning.sidecars import SidecarIndex
from catalens.typed_json.reader import reader
from catalens.typed_json.structs import member_of

if TYPE_CHECKING:
    from catalens.engine.translator import Translator


#: gives what was left out of a line
Waiting = Callable[[], list[Wait]]


@dataclass(slots=True)
class LineResult:
    """What came of one line: its output, or the error that rejected it. Lines count from 1.

    ``compact`` is the account as it was made, ``more`` gives what it does not hold; ``found`` spells both out.
    """

    line: int
    text: bytes
    output: bytes | None
    error: CatalensError | None = None
    compact: CompactEntries | None = None
    more: Sequence[Loss] = ()
    prefix: tuple[str, ...] = ()
    #: how much of what was parked in it, or stood in its sidecar, was not restored
    overtaken: Mapping[Overtaken, int] | None = None
    #: gives ``waits``; None where nothing is ever left out
    waiting: Waiting | None = None
    #: what the output does not hold, where that was asked for; None where nothing was lost
    sidecar: dict[str, Any] | None = None
    #: the product beside the one that the sidecar was written for that was restored; None where there was none
    restored: Comparison | None = None

    @property
    def found(self) -> list[Loss]:
        """Return what did not arrive as it was, what was withheld included."""
        if self.compact is None:
            return [*self.more]
        return [*(self._inside(one) for one in spell(self.compact)), *self.more]

    def spell_one(self, entry: CompactEntry) -> list[Loss]:
        """Spell one of the compact entries out."""
        return [self._inside(one) for one in spell_one(entry)]

    def _inside(self, one: Loss) -> Loss:
        return one._replace(pointer=(*self.prefix, *one.pointer))

    @property
    def losses(self) -> list[Loss]:
        """Return what the line lost; what was withheld is no loss."""
        return [one for one in self.found if one.code.is_loss]

    @property
    def lossy(self) -> bool:
        """Tell whether the line lost anything."""
        return any(one.code.is_loss for one in self.found)

    @property
    def waits(self) -> list[Wait]:
        """Return the identifiers that were left out since the crosswalk does not know them (foreign_ids: omit)."""
        return [] if self.waiting is None else self.waiting()

    def reject(self) -> dict[str, Any]:
        """Return the record of a rejected line."""
        errors = self.error.errors if isinstance(self.error, InvalidPayload) else []
        return {
            "line": self.line,
            "error": str(self.error),
            "errors": [one.to_dict() for one in errors],
            "text": self.text.decode("utf-8", "backslashreplace"),
        }


@dataclass(frozen=True, slots=True)
class LineOptions:
    """What is done with each line beside translating it.

    ``sidecars`` makes one of each; ``restore`` has those of the way there, and with ``restore_anyway`` the number of
    a line decides where the identity of its product does not.
    """

    park: bool = False
    sidecars: bool = False
    restore: SidecarIndex | None = None
    restore_anyway: bool = False

    @property
    def is_plain(self) -> bool:
        """Tell whether lines are only translated, so that they can go the fast way."""
        return not (self.park or self.sidecars or self.restore)


PLAIN = LineOptions()


class FastWay:
    """Translates lines that are certainly valid, and in which nothing is parked."""

    def __init__(self, translator: Translator) -> None:
        self.translator = translator
        # by far the most lines have nothing but themselves to go by
        extras = (translator.look_up is not None, translator.omits, translator.filling, translator.mode == "create")
        self.usual = not any(extras)
        self.read = reader(translator.source).read
        self.translate = translator.function("typed")
        self.target_envelope = translator.target.envelope
        self.envelope = translator.source.envelope
        self.parked = [
            (member_of(translator.source.tree, one.at, one.slot.name), one.prefixes(translator.target.format))
            for one in translator.slots_here
        ]

    def __call__(self, number: int, line: bytes) -> LineResult | None:
        """Translate one line; None where the general way has to."""
        read = self.read(line)
        if read is None:
            return None
        product, around = read
        for names, prefixes in self.parked:
            for name in names(product):
                if isinstance(name, str) and name.startswith(prefixes):
                    return None
        entries, waiting = CompactEntries(), None
        if self.usual:
            out = self.translate(product, entries)
        else:
            out, waiting = self._unusual(product, entries, line)
        beside = [Loss(at, LossCode.DROPPED_READONLY, "envelope") for at, _ in leaves(around)] if around else ()
        output = dumps(wrap(out, self.target_envelope) if self.target_envelope else out)
        return LineResult(number, line, output, None, entries, beside, self.envelope, None, waiting)

    def _unusual(self, product: Any, entries: CompactEntries, line: bytes) -> tuple[Any, Waiting | None]:
        """Translate with a crosswalk, defaults, or what the caller fills in; return what gives ``waits``, too."""
        translator = self.translator
        answers: Answers = NOTHING_KNOWN if translator.look_up is None else {}
        with translator.answering(answers):
            out = self.translate(product, entries)
        defaults = fill_defaults(out, translator.target) if translator.mode == "create" else []
        fill_in(out, translator.filling, defaults)
        return out, partial(_waits, translator, line, answers) if translator.omits else None


def _waits(translator: Translator, line: bytes, answers: Answers) -> list[Wait]:
    """Return what was left out of a line, from the answers that the crosswalk gave then."""
    return translator.read(line, answers=answers).waits


def fast_way(translator: Translator) -> FastWay | None:
    """Return the fast way of a translator; None where only the general way knows what to do."""
    hub = HUB in (translator.source.format, translator.target.format)
    return None if translator.same or hub or translator.words is not None else FastWay(translator)


def general_way(translator: Translator, number: int, line: bytes, options: LineOptions = PLAIN) -> LineResult:
    """Translate one line as any payload is translated."""
    find = None
    if options.restore is not None:
        find = partial(_sidecar_of, translator, options.restore, number, options.restore_anyway)
    try:
        done = translator.read(line, options.park, find)
        output, compact = dumps(done.payload), done.compact
        waiting = partial(getattr, done, "waits") if translator.omits else None
        sidecar = done.sidecar if options.sidecars else None
        entries, around, prefix = (None, done.found, ()) if compact is None else compact
        return LineResult(
            number, line, output, None, entries, around, prefix, done.overtaken, waiting, sidecar, done.restored
        )
    except CatalensError as error:
        return LineResult(number, line, None, error)


def _sidecar_of(
    translator: Translator, index: SidecarIndex, number: int, anyway: bool, product: Any
) -> dict[str, Any] | None:
    found = index.find(product, number, translator.source, translator.target, anyway)
    return None if found is None else found.sidecar


def _bytes_of(given: Any) -> bytes | None:
    """Return a line that is no bytes as bytes; None where it is no text at all."""
    if isinstance(given, str):
        return given.encode("utf-8", "surrogatepass")
    return bytes(given) if isinstance(given, bytearray | memoryview) else None


def translate_lines(
    translator: Translator, lines: Iterable[bytes | str], start: int = 1, options: LineOptions = PLAIN
) -> Iterator[LineResult]:
    """Translate lines one by one; blank ones are numbered and give nothing."""
    fast = translator.fast if options.is_plain else None
    for number, given in enumerate(lines, start):
        line = given if isinstance(given, bytes) else _bytes_of(given)
        if line is None:
            error = PayloadError("", f"expected a line of JSON text, found {shown(given)}")
            yield LineResult(number, shown(given).encode(), None, InvalidPayload([error]))
        elif (text := line.rstrip(b"\r\n")) and not text.isspace():
            result = None if fast is None else fast(number, text)
            yield general_way(translator, number, text, options) if result is None else result
