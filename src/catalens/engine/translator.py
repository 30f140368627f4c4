"""The translator: two profiles, composed and compiled once, then called for each payload.

The way of a payload: admit -> unpark -> translate -> merge -> fill -> park -> wrap. Each step has a module or a
method of its name; accounts of it are made when somebody reads them, by going the way again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from threading import RLock
from typing import Any

from catalens.account.compact import CompactEntries, Places
from catalens.account.ledger import Ledger
from catalens.account.restored import Comparison
from catalens.arguments import ForeignIds, check_arguments, check_given
from catalens.assumptions import (
    Resting,
    assumptions_by_side,
    check_assumptions,
    checked_answers,
    other_side,
    resting,
)
from catalens.carry.sides import Sides
from catalens.compiler.emit import Emitted, Kind, emit
from catalens.crosswalk import NOTHING_KNOWN, Answers, Crosswalks, Ids, LookUp, Table, are_ids, inverse
from catalens.engine.admit import Admitted, admit, admit_again, admit_text, product_of
from catalens.engine.faulty import refuse_faulty
from catalens.engine.filling import fill_in, filling_of
from catalens.engine.lines import FastWay, LineOptions, LineResult, fast_way, translate_lines
from catalens.engine.parking import park, unpark
from catalens.engine.translation import Translation
from catalens.engine.words import Words, entries_of, in_texts
from catalens.engine.work import Work
from catalens.envelopes import fill_shell, inside, shell_of, wrap
from catalens.errors import UsageError
from catalens.explain.profile import LossProfile, loss_profile, same_profile
from catalens.formats import Registry, registry
from catalens.generated import make_function
from catalens.mapping.hub_format import HUB, hub_mapping
from catalens.mapping.profile import Names, Profile, in_words
from catalens.mapping.resolve import resolve
from catalens.payloads import copy_json, dumps, loads, plain
from catalens.plan import ObjectPlan, Unit, compose
from catalens.products import fill_defaults, without_withheld
from catalens.returning import merge
from catalens.returning.identity import compare, refuse_another
from catalens.returning.sidecar import IN_HUB, read_sidecar
from catalens.returning.sidecars import SidecarIndex, indexed
from catalens.returning.slots import Parking, parkings
from catalens.validate import set_aside


class Translator:
    """Translate payloads of one profile into another. Compiled when made; cheap to call, safe to share."""

    def __init__(
        self,
        source: str,
        target: str,
        *,
        mode: str = "update",
        assume: Mapping[str, str] | None = None,
        ids: Crosswalks | Ids | str | Path | Iterable[Any] | None = None,
        foreign_ids: ForeignIds = "carry",
        fill: Mapping[str, Any] | None = None,
        formats: Registry | None = None,
    ) -> None:
        check_arguments(source=source, target=target, mode=mode, foreign_ids=foreign_ids)
        check_given(fill=fill, formats=formats)
        self.formats = registry() if formats is None else formats
        self.mode = mode
        self.assume = checked_answers(assume)
        for side in (source, target):
            refuse_faulty(self.formats, side)
        sides_as_they_are = self.formats.profile(source), self.formats.profile(target)
        check_assumptions(self.assume, *sides_as_they_are, self.formats.assumptions)
        sides = assumptions_by_side(self.assume)
        self.source = self.formats.profile(source, sides["source"])
        self.target = self.formats.profile(target, sides["target"])
        self.source, self.target = _meet_hub(self.source, self.target)
        self.same = self.source.spelled == self.target.spelled
        foreign = self.source.format != self.target.format and HUB not in (self.source.format, self.target.format)
        by_hub = HUB in (self.source.format, self.target.format)
        self.filling = filling_of({} if fill is None else fill, self.target)
        self.fill = plain(fill or {})
        self.foreign_ids = foreign_ids
        self.sides = Sides(foreign, foreign_ids, by_hub, self.source.assume, self.target.assume)
        #: identifiers that the crosswalk does not know are left out
        self.omits = self.sides.omits
        self.places = Places()
        self._functions: dict[Kind, Callable[..., Any]] = {}
        self._compiling = RLock()
        self._take_ids(ids)

    def _take_ids(self, ids: Crosswalks | Ids | str | Path | Iterable[Any] | None) -> None:
        """Take a crosswalk for the way there and, as far as it knows it, for the way back."""
        self._ids_back: Crosswalks | Ids | Table | None = None
        self._crosswalk: Ids | Table | None = None
        if ids is None:
            pass
        elif are_ids(ids):
            self._crosswalk, self._ids_back = ids, inverse(ids)
        else:
            table = ids if isinstance(ids, Crosswalks) else Crosswalks.read(ids)
            table.check(self.formats, self.source.format, self.target.format)
            self._crosswalk = table.between(self.source.format, self.target.format)
            self._ids_back = table
        self.look_up = None if self._crosswalk is None else LookUp(self._crosswalk)

    @property
    def crosswalk(self) -> Ids | Table | None:
        """Return what identifiers are looked up in: an object with ``get(kind, id)``, or ids by (kind, id).

        What is changed in it holds from then on; for another one, the translator is compiled anew.
        """
        return self._crosswalk

    @crosswalk.setter
    def crosswalk(self, ids: Ids | Table | None) -> None:
        with self._compiling:
            self._crosswalk, self._ids_back = ids, inverse(ids)
            # an account of what was translated before rests on what was known then
            self.look_up = LookUp({} if ids is None else ids)
            self._functions.clear()
            for name in ("profile", "fast", "back", "_plain", "awaiting"):
                self.__dict__.pop(name, None)

    # -- copies and pickles: made anew from what it was made with, since compiled code does not travel --------------

    def __reduce__(self) -> tuple[Any, ...]:
        made = partial(
            type(self),
            mode=self.mode,
            assume=self.assume,
            foreign_ids=self.foreign_ids,
            fill=self.fill,
            formats=self.formats,
        )
        known = self._crosswalk, self._ids_back, self.look_up is not None
        return made, (self.source.spelled, self.target.spelled), known

    def __setstate__(self, known: tuple[Ids | Table | None, Crosswalks | Ids | Table | None, bool]) -> None:
        self._crosswalk, self._ids_back, asks = known
        self.look_up = LookUp({} if self._crosswalk is None else self._crosswalk) if asks else None

    def answering(self, answers: Answers) -> AbstractContextManager[None]:
        """Let the crosswalk answer as it did before, and keep what it is asked for the first time."""
        return nullcontext() if self.look_up is None else self.look_up.answering(answers)

    # -- compiled parts, each made when first needed ------------------------------------------------------------

    @cached_property
    def plan(self) -> ObjectPlan:
        """What becomes of a product, as far as it can be decided without one."""
        return compose(in_words(self.source.scope), in_words(self.target.scope))

    @cached_property
    def words(self) -> tuple[Words, Words] | None:
        """The texts of several words of source and target; None where neither has any."""
        sides = Words(self.source), Words(self.target)
        return sides if not self.same and any(one.texts for one in sides) else None

    @cached_property
    def profile(self) -> LossProfile:
        """What can become of each source field, whatever the payload."""
        if self.same:
            return same_profile(self.source)
        return loss_profile(self.source, self.target, self.plan, self.look_up, self.sides)

    @cached_property
    def slots_here(self) -> list[Parking]:
        """The slots of the source."""
        return parkings(self.source)

    @cached_property
    def slots_there(self) -> list[Parking]:
        """The slots of the target."""
        return parkings(self.target)

    @cached_property
    def fast(self) -> FastWay | None:
        """The fast way of lines from bytes to bytes, where there is one."""
        return fast_way(self)

    @cached_property
    def back(self) -> Translator:
        """The translator of the way back."""
        back = Translator(
            self.target.spelled,
            self.source.spelled,
            assume={other_side(name): value for name, value in self.assume.items()},
            ids=None if isinstance(self._ids_back, Mapping) else self._ids_back,
            foreign_ids=self.foreign_ids,
            formats=self.formats,
        )
        if isinstance(self._ids_back, Mapping):
            back.crosswalk = self._ids_back
        return back

    def emitted(self, kind: Kind) -> Emitted:
        """Return the generated Python of one kind, with what it refers to."""
        return emit(self.plan, kind, self.places, self.look_up, self.sides, _assumes)

    def function(self, kind: Kind) -> Callable[..., Any]:
        """Return the function of one kind, compiled when it is first asked for."""
        return self._functions.get(kind) or self._compiled(kind)

    @cached_property
    def _plain(self) -> Callable[..., Any]:
        """The function that every library call goes through, at hand without a look-up."""
        return self.function("plain")

    @cached_property
    def awaiting(self) -> Callable[..., Any]:
        """The function that gives the output with stand-ins for identifiers that are otherwise left out."""
        sides = replace(self.sides, unknown_ids="await")
        emitted = emit(self.plan, "plain", Places(), self.look_up, sides, _assumes)
        title = f"{self.source.spelled} to {self.target.spelled}, awaiting"
        return make_function("translate", emitted.text, dict(emitted.names), title)

    def _compiled(self, kind: Kind) -> Callable[..., Any]:
        with self._compiling:
            # another thread may have been faster
            if kind not in self._functions:
                emitted, title = self.emitted(kind), f"{self.source.spelled} to {self.target.spelled}, {kind}"
                self._functions[kind] = make_function("translate", emitted.text, dict(emitted.names), title)
            return self._functions[kind]

    # -- translating --------------------------------------------------------------------------------------------

    def __call__(
        self, payload: Any, restore: Any = None, park: bool = False, restore_anyway: bool = False
    ) -> Translation:
        """Translate one payload.

        ``restore`` is the sidecar of the way there, ``restore_anyway`` takes it even where it seems to belong to
        another product; ``park`` puts what the target cannot hold into its slots. Raises InvalidPayload,
        InvalidSidecar.
        """
        check_arguments(park=park, restore_anyway=restore_anyway)
        admitted, text = admit(payload, self.source)
        answers: Answers = NOTHING_KNOWN if self.look_up is None else {}
        sidecar = None if restore is None else loads(dumps(read_sidecar(restore, self.source, self.target)))
        if sidecar is not None and not restore_anyway:
            refuse_another(_compared(sidecar, admitted.product))
        # what the caller does to payloads from now on must not change what is said of them
        replay = partial(self._replay, text, sidecar, park, answers)
        return Translation(self, self.work(admitted, sidecar, park, not park, answers).payload, replay)

    def read(
        self,
        text: bytes,
        park: bool = False,
        find: Callable[[Any], dict[str, Any] | None] | None = None,
        answers: Answers | None = None,
    ) -> Translation:
        """Translate one payload from JSON text; ``find`` gives its product's sidecar.

        ``answers`` are what the crosswalk said of it before, if it did. Raises InvalidPayload.
        """
        check_arguments(text=text, park=park)
        admitted = admit_text(text, self.source)
        sidecar = None if find is None else find(admitted.product)
        work = self.work(admitted, sidecar, park, answers=answers)
        return Translation(self, work.payload, partial(self._replay, text, sidecar, park, work.answers), work)

    def lines(
        self,
        lines: Iterable[bytes | str],
        *,
        park: bool = False,
        sidecars: bool = False,
        restore: SidecarIndex | str | Path | Iterable[Any] | None = None,
        restore_anyway: bool = False,
    ) -> Iterator[LineResult]:
        """Translate lines of JSON (a file will do) from bytes to bytes, one by one; a bad one is a result, too.

        ``sidecars`` makes the sidecar of each. ``restore`` takes those of the way there, from the name of a file that
        has one a line, or any iterable: each product's own is found by the product's identity, and a product without
        one is translated plainly. ``restore_anyway`` goes by the number of the line where identity leaves it open.
        Raises InvalidSidecar where what is given holds something else, or is for another way.
        """
        check_arguments(lines=lines, park=park, sidecars=sidecars, restore_anyway=restore_anyway)
        return self._lines(lines, park, sidecars, restore, restore_anyway)

    def _lines(
        self, lines: Iterable[bytes | str], park: bool, sidecars: bool, restore: Any, restore_anyway: bool
    ) -> Iterator[LineResult]:
        with ExitStack() as stack:
            try:
                index = None if restore is None else stack.enter_context(indexed(restore))
            except (OSError, ValueError) as error:
                raise UsageError(f"restore: {error}") from None
            if index is not None:
                index.check(self.source, self.target)
            yield from translate_lines(self, lines, options=LineOptions(park, sidecars, index, restore_anyway))

    def _replay(self, text: bytes, sidecar: Any, park: bool, answers: Answers) -> Work:
        """Do a translation again, from the text of its payload, for whoever reads an account of it."""
        return self.work(admit_again(text, self.source), sidecar, park, answers=answers)

    # -- the steps of one payload -------------------------------------------------------------------------------

    def work(
        self,
        admitted: Admitted,
        sidecar: Any = None,
        parks: bool = False,
        quick: bool = False,
        answers: Answers | None = None,
    ) -> Work:
        """Take an admitted payload through all further steps; ``quick`` leaves losses uncounted."""
        answers = {} if answers is None else answers
        product, parked = unpark(self, admitted.product)
        product, aside = (product, []) if self.same else set_aside(product, self.source)
        if self.look_up is None:
            out, entries = self._translated(product, quick)
        else:
            with self.look_up.answering(answers):
                out, entries = self._translated(product, quick)
        defaults = fill_defaults(out, self.target) if self.mode == "create" else []
        work = Work(admitted.payload, admitted.product, product, out, entries, [], parked, aside, defaults, answers)
        if sidecar is not None:
            work.identity = _compared(sidecar, product)
        self._merge(work, sidecar)
        if self.filling:
            work.filled = fill_in(work.product_out, self.filling, work.defaults)
        if not self.same and (parks or self.target.format == HUB):
            park(self, work)
        work.payload, work.envelope_out = self._wrap(work, sidecar)
        return work

    def _translated(self, product: Any, quick: bool) -> tuple[Any, CompactEntries]:
        if quick or self.same:
            return self.convert(product), CompactEntries()
        return self.account_for(product)

    def convert(self, product: Any) -> Any:
        """Translate a valid product without envelope, and say nothing of losses."""
        if self.same:
            return without_withheld(product, self.source)
        if self.words is None:
            return self._plain(product)
        ours, theirs = self.words
        return theirs.together(self._plain(ours.apart(product)))

    def account_for(self, product: Any) -> tuple[Any, CompactEntries]:
        """Translate a valid product without envelope; what it lost is in compact entries."""
        entries = CompactEntries()
        if self.same:
            return without_withheld(product, self.source), entries
        if self.words is None:
            return self.function("loss")(product, entries), entries
        ledger = Ledger()
        out = self.enter(product, ledger)
        return out, entries_of(ledger, self.source, self.places)

    def enter(self, product: Any, ledger: Ledger) -> Any:
        """Translate a valid product without envelope, and enter every leaf in a ledger."""
        if self.words is None:
            return self.function("ledger")(product, ledger)
        ours, theirs = self.words
        out = theirs.together(self.function("ledger")(ours.apart(product), ledger))
        in_texts(ledger, product, out, ours, theirs)
        return out

    def _merge(self, work: Work, sidecar: Any) -> None:
        """Merge what was parked, and then what the sidecar holds, into the output."""
        parked = [entry for entries, _ in work.parked for entry in entries]
        for found in (parked, [] if sidecar is None else sidecar["entries"]):
            if found:
                work.merges.append(merge(work.product_out, found, self.target))
                work.product_out = work.merges[-1].value

    def _wrap(self, work: Work, sidecar: Any) -> tuple[Any, Names]:
        """Put the output product into an envelope: the source's own, the one that was kept, or a plain one.

        Return the payload, and where the product stands in it.
        """
        product, envelope = work.product_out, self.target.envelope
        shell = None
        if self.same:
            shell = shell_of(work.payload_in, self.target)
        elif sidecar is not None:
            shell = sidecar["shell"]
        elif work.parked:
            shell = inside(work.given, ("ext", self.target.format, IN_HUB, "shell"))
        if shell == {} or isinstance(inside(shell, envelope[:-1]), dict):
            return fill_shell(copy_json(shell), envelope, product), envelope if shell else ()
        return wrap(product, envelope), envelope

    def product(self, payload: Any) -> Any:
        """Take the product out of its envelope. Raises InvalidPayload."""
        return product_of(payload, self.source)


def _compared(sidecar: dict[str, Any], product: Any) -> Comparison:
    # sidecars of earlier versions have no identity
    return compare(sidecar.get("identity", {}), product)


def _assumes(unit: Unit) -> Resting:
    return resting(unit.source, unit.target)


def _meet_hub(source: Profile, target: Profile) -> tuple[Profile, Profile]:
    """Give the hub, on whichever side it is, the ``ext`` fields of its counterpart."""
    if source.format == HUB and target.format != HUB:
        source = resolve(hub_mapping(target), "write")[0]
    elif target.format == HUB and source.format != HUB:
        target = resolve(hub_mapping(source), "write")[0]
    return source, target
