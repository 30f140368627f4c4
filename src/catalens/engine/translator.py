"""The translator: two profiles, composed and compiled once, then called for each payload."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path
from threading import RLock
from typing import Any

from catalens.account.codes import LossCode
from catalens.account.compact import CompactEntries, Loss, Places, spell
from catalens.account.ledger import Ledger
from catalens.account.report import Account, Report
from catalens.assumptions import Resting, assumptions_by_side, check_assumptions, check_names, other_side, resting
from catalens.compiler.emit import Emitted, Kind, emit
from catalens.crosswalk import Crosswalks
from catalens.engine.lines import FastWay, LineResult, fast_way, translate_lines
from catalens.engine.translation import Compact, Translation, Work
from catalens.envelopes import fill_shell, inside, rewrap, shell_of, unwrap, without, wrap
from catalens.errors import InvalidPayload, PayloadError, UsageError
from catalens.explain.profile import LossProfile, loss_profile, same_profile
from catalens.formats import Registry, registry
from catalens.mapping.hub_format import HUB, hub_mapping
from catalens.mapping.profile import Names, Profile
from catalens.mapping.resolve import resolve
from catalens.paths import Pointer, leaves, parse_pointer, pointer_text
from catalens.payloads import dumps, identical, is_too_deep, json_errors, loads, may_be_long
from catalens.plan import ObjectPlan, Unit, compose
from catalens.products import fill_defaults, withheld_fields, without_invalid, without_withheld
from catalens.returning import Entry, are_entries, complement, merge
from catalens.returning.sidecar import IN_HUB, make_sidecar, read_sidecar
from catalens.returning.slots import Parking, by_place, holds_any, is_secret, parkings, places_of
from catalens.validate import check_payload, is_valid, missing_fields

MODES = ("update", "create")

#: what a parked row does to a list that the update would not have touched
REPLACES = "the rows parked there are all that the update has of this list: add the store's own, or they go"


class Translator:
    """Translate payloads of one profile into another. Compiled when made; cheap to call, safe to share."""

    def __init__(
        self,
        source: str,
        target: str,
        *,
        mode: str = "update",
        assume: Mapping[str, str] | None = None,
        ids: Crosswalks | str | Path | Iterable[Any] | None = None,
        formats: Registry | None = None,
    ) -> None:
        if mode not in MODES:
            raise UsageError(f"no mode {mode!r}; there are {' and '.join(MODES)}")
        self.formats = formats or registry()
        self.mode = mode
        check_names(source=source, target=target)
        check_assumptions(assume or {}, self.formats.profile(source), self.formats.profile(target))
        sides = assumptions_by_side(assume or {})
        self.source = self.formats.profile(source, sides["source"])
        self.target = self.formats.profile(target, sides["target"])
        self.source, self.target = _meet_hub(self.source, self.target)
        self.same = self.source.spelled == self.target.spelled
        self.foreign = self.source.format != self.target.format and HUB not in (
            self.source.format,
            self.target.format,
        )
        self._given_assume = dict(assume or {})
        self._table = ids if isinstance(ids, Crosswalks) or ids is None else Crosswalks.read(ids)
        if self._table is not None:
            self._table.check(self.formats, self.source.format, self.target.format)
        self.places = Places()
        self._functions: dict[Kind, Callable[..., Any]] = {}
        self._compiling = RLock()
        self.crosswalk = None if self._table is None else self._table.between(self.source.format, self.target.format)

    # -- compiled parts, each made when first needed ------------------------------------------------------------

    @cached_property
    def plan(self) -> ObjectPlan:
        return compose(self.source.scope, self.target.scope)

    @cached_property
    def profile(self) -> LossProfile:
        """Return what can become of each source field, whatever the payload."""
        if self.same:
            return same_profile(self.source)
        return loss_profile(self.source, self.target, self.plan, self.crosswalk, self.foreign)

    def emitted(self, kind: Kind) -> Emitted:
        """Return the generated Python of one kind, with what it refers to."""
        return emit(self.plan, kind, self.places, self.crosswalk, self.foreign, _assumes)

    @cached_property
    def slots_here(self) -> list[Parking]:
        return parkings(self.source)

    @cached_property
    def slots_there(self) -> list[Parking]:
        return parkings(self.target)

    def function(self, kind: Kind) -> Callable[..., Any]:
        """Return the function of one kind, compiled when it is first asked for."""
        return self._functions.get(kind) or self._compiled(kind)

    def _compiled(self, kind: Kind) -> Callable[..., Any]:
        with self._compiling:
            # another thread may have been faster
            if kind not in self._functions:
                emitted = self.emitted(kind)
                names = dict(emitted.names)
                label = f"<{self.source.spelled} to {self.target.spelled}, {kind}>"
                exec(compile(emitted.text, label, "exec"), names)
                self._functions[kind] = names["translate"]
            return self._functions[kind]

    # -- translating --------------------------------------------------------------------------------------------

    def __call__(self, payload: Any, restore: Any = None, park: bool = False) -> Translation:
        """Translate one payload.

        ``restore`` is the sidecar of the way there; ``park`` puts what the target cannot hold into its slots. Raises
        InvalidPayload, InvalidSidecar.
        """
        given, text = self._taken(payload)
        sidecar = None if restore is None else loads(dumps(read_sidecar(restore, self.source, self.target)))
        # what the caller does to payloads from now on must not change what is said of them
        replay = partial(self._replay, text, sidecar, park)
        return Translation(self, self._work(payload, given, sidecar, park, quick=not park).payload, replay)

    def read(self, text: bytes, park: bool = False) -> Translation:
        """Translate one payload from JSON text. Raises InvalidPayload."""
        payload = loads(text, any_depth=True)
        given, certain = self._looked_at(payload)
        if not certain:
            if is_too_deep(payload):
                loads(text)  # says where
            self._valid(payload, given)
        work = self._work(payload, given, None, park)
        return Translation(self, work.payload, lambda: work)

    def _taken(self, payload: Any) -> tuple[Any, bytes]:
        """Return the product in a payload, if it is valid, and the payload's text. Raises InvalidPayload."""
        given, certain = self._looked_at(payload)
        if certain:
            try:
                text = dumps(payload)
            except ValueError:
                pass  # what cannot be written is said at its place
            else:
                if not may_be_long(text):
                    return given, text
        return self._valid(payload, self.product(payload)), dumps(payload)

    def _looked_at(self, payload: Any) -> tuple[Any, bool]:
        """Return the product in a payload, and whether it is certainly valid as far as ``is_valid`` sees."""
        inner = unwrap(payload, self.source)
        given = payload if inner is None else inner
        return given, is_valid(payload, self.source, wrapped=inner is not None)

    def _valid(self, payload: Any, given: Any) -> Any:
        """Return the product in a payload, if it is valid. Raises InvalidPayload."""
        try:
            self.check(given)
        except InvalidPayload as error:
            if given is payload:
                raise
            before = pointer_text(self.source.envelope)
            raise InvalidPayload(PayloadError(before + one.pointer, one.message) for one in error.errors) from None
        return given

    def _replay(self, text: bytes, sidecar: Any, park: bool) -> Work:
        """Do a translation again, from the text of its payload, for whoever reads an account of it."""
        payload = loads(text)
        return self._work(payload, self._inner(payload), sidecar, park)

    def _work(self, payload: Any, given: Any, sidecar: Any, park: bool, quick: bool = False) -> Work:
        """Translate a valid payload, ``given`` being the product in it; ``quick`` leaves losses uncounted."""
        product, parked = self._unpark(given)
        entries = CompactEntries()
        if self.same or quick:
            out = self.convert(product)
        else:
            out = self.function("loss")(product, entries)
        defaults = fill_defaults(out, self.target) if self.mode == "create" else []
        merges = []
        for found in ([entry for rows in parked for entry in rows[0]], [] if sidecar is None else sidecar["entries"]):
            if found:
                merges.append(merge(out, found, self.target))
                out = merges[-1].value
        work = Work(payload, given, product, out, entries, merges, parked, defaults)
        if not self.same and (park or self.target.format == HUB):
            self._park(work)
        shell = (
            sidecar["shell"]
            if sidecar is not None
            else inside(given, ("ext", self.target.format, IN_HUB, "shell"))
            if parked
            else None
        )
        work.payload = self.wrap(work.product_out, payload, shell)
        return work

    def convert(self, product: Any) -> Any:
        """Translate a valid product without envelope, and say nothing of losses."""
        return without_withheld(product, self.source) if self.same else self.function("plain")(product)

    def account_for(self, product: Any) -> tuple[Any, CompactEntries]:
        """Translate a valid product without envelope; what it lost is in compact entries."""
        entries = CompactEntries()
        if self.same:
            return without_withheld(product, self.source), entries
        return self.function("loss")(product, entries), entries

    def lines(self, lines: Iterable[bytes | str], *, park: bool = False) -> Iterator[LineResult]:
        """Translate lines of JSON (a file will do) from bytes to bytes, one by one; a bad one is a result, too."""
        return translate_lines(self, lines, park=park)

    @cached_property
    def fast(self) -> FastWay | None:
        """The fast way from bytes to bytes, where there is one."""
        return fast_way(self)

    def product(self, payload: Any) -> Any:
        """Take the product out of its envelope. Raises InvalidPayload."""
        errors = json_errors(payload)
        if errors:
            raise InvalidPayload(errors)
        return self._inner(payload)

    def _inner(self, payload: Any) -> Any:
        inner = unwrap(payload, self.source)
        return payload if inner is None else inner

    def check(self, product: Any) -> list[PayloadError]:
        """Return what weakly sourced limits object to. Raises InvalidPayload for all that is certain."""
        errors, advice = check_payload(product, self.source)
        if errors:
            raise InvalidPayload(errors)
        return advice

    def wrap(self, product: Any, given: Any, shell: Any) -> Any:
        """Put a product of a read profile into its envelope (the source's own, where both are the same profile)."""
        if self.same:
            return rewrap(given, self.target.envelope, product)
        if shell == {} or isinstance(inside(shell, self.target.envelope[:-1]), dict):
            return fill_shell(shell, self.target.envelope, product)
        return wrap(product, self.target.envelope)

    # -- what the target cannot hold ------------------------------------------------------------------------------

    @cached_property
    def back(self) -> Translator:
        """The translator of the way back."""
        return Translator(
            self.target.spelled,
            self.source.spelled,
            assume={other_side(name): value for name, value in self._given_assume.items()},
            ids=self._table,
            formats=self.formats,
        )

    def _returned(self, product: Any) -> Any:
        """Return what the way back alone gives for an output product; what is not valid does not come back."""
        product = without_invalid(product, self.target)
        return self._inner(self.back._work(product, product, None, False, quick=True).payload)

    def _complement(self, work: Work) -> list[Entry]:
        if self.same:
            return []
        original, returned = without_withheld(work.given, self.source), self._returned(work.product_out)
        return complement(original, returned, self.source, self.plan)

    def _lost_shell(self, work: Work) -> Any:
        """Return what stands around the product, where the way back would put something else; None elsewhere."""
        shell = shell_of(work.payload_in, self.source)
        usual = shell_of(wrap({}, self.source.envelope), self.source)
        return None if shell is None or identical(shell, usual) else shell

    def _park(self, work: Work) -> None:
        """Put what the way back would not give into the target's own places for foreign data."""
        entries = self._complement(work)
        if self.target.format == HUB:
            shell = self._lost_shell(work)
            if entries or shell is not None:
                held = work.product_out.setdefault("ext", {}).setdefault(self.source.format, {})
                held[IN_HUB] = {"entries": entries, "shell": shell}
                place = ("ext", self.source.format, IN_HUB)
                work.rows += [(pointer, ("",)) for pointer, _ in leaves(held[IN_HUB], place)]
            return
        lost = [one.pointer for one in spell(work.entries)]
        for parking in self.slots_there:
            rows = self._rows(parking, entries, lost) if parking.has_room(work.product_out) else []
            filled = bool(parking.rows(work.product_out))
            if rows and parking.clear(work.product_out):
                filled, before = True, entries
                entries = self._complement(work)
                # the empty list arrived, and has just been lost to the rows
                lost += [parse_pointer(one["at"]) for one in entries if one not in before]
                rows = self._rows(parking, entries, lost)
            if rows and not filled and self.mode == "update":
                work.to_do.append({"slot": parking.slot.at, "why": REPLACES})
            put = parking.put(work.product_out, [row for row, _ in rows]) if rows else []
            for (row, found), where in zip(rows, put, strict=True):
                work.rows += [(pointer, places_of(found)) for pointer, _ in leaves(row, where)]
                if parking.slot.create_first:
                    work.to_do.append({"slot": parking.slot.at, "name": row[parking.slot.name]})
                entries = [entry for entry in entries if entry not in found]

    def _rows(
        self, parking: Parking, entries: list[Entry], lost: list[Pointer]
    ) -> list[tuple[dict[str, str], list[Entry]]]:
        """Return the rows that fit a slot, with what they hold of what is lost (another spelling is no loss).

        A shop may show rows, so no secret is among them.
        """
        rows = [
            (parking.row(self.source.format, at, found), found)
            for at, found in by_place(entries).items()
            if holds_any(found, lost) and not any(is_secret(place, self.source) for place in places_of(found))
        ]
        return [(row, found) for row, found in rows if row is not None]

    def _unpark(self, given: Any) -> tuple[Any, list[tuple[list[Entry], Pointer]]]:
        """Take out what was parked for the target's format."""
        if self.same:
            return given, []
        if self.source.format == HUB:
            place = ("ext", self.target.format, IN_HUB)
            kept = inside(given, (*place, "entries"))
            if not are_entries(kept):
                return given, []
            return without(given, place), [(kept, place)]
        found: list[tuple[list[Entry], Pointer]] = []
        product = given
        for parking in self.slots_here:
            product, rows = parking.take(product, self.target.format, self.target)
            found += rows
        return product, found

    def sidecar(self, work: Work) -> dict[str, Any] | None:
        """Make the sidecar of a translation."""
        if self.same or self.target.format == HUB:
            return None
        entries, shell = self._complement(work), self._lost_shell(work)
        if not entries and shell is None:
            return None
        return make_sidecar(self.source, self.target, entries, shell, dict(self._given_assume))

    # -- accounts -----------------------------------------------------------------------------------------------

    def losses(self, work: Work) -> list[Loss]:
        """Spell out what a translation lost."""
        if self.same:
            return []
        around, prefix = self._around(work)
        within = spell(work.entries)
        return [*(Loss((*prefix, *one.pointer), one.code, one.rule) for one in within), *around]

    def compact(self, work: Work) -> Compact:
        """Return what a translation of a line lost, hardly spelled out; not where both profiles are the same."""
        return work.entries, *self._around(work)

    def _around(self, work: Work) -> tuple[list[Loss], Names]:
        """Return what was lost around the product, and where the product stands."""
        if unwrap(work.payload_in, self.source) is None:
            return [], ()
        envelope = self.source.envelope
        there = {at for at, _ in leaves(work.payload)} if self.target.envelope else set()
        around = [
            at for at, _ in leaves(shell_of(work.payload_in, self.source)) if at != envelope and at not in there
        ]
        return [Loss(at, LossCode.DROPPED_READONLY, "envelope") for at in around], envelope

    def account(self, work: Work) -> Report:
        """Make the full report of a translation."""
        ledger = Ledger()
        if self.same:
            ledger.copy(work.product, without_withheld(work.product, self.source), withheld_fields(self.source))
        else:
            self.function("ledger")(work.product, ledger)
        for at in work.defaults:
            ledger.default(at)
        inner = unwrap(work.payload_in, self.source)
        source_prefix: Pointer = self.source.envelope if inner is not None else ()
        bare = inside(work.payload, self.target.envelope)
        target_prefix: Pointer = () if bare is None else self.target.envelope
        product_out = work.payload if bare is None else bare
        around = [
            (at, leaf)
            for at, leaf in leaves(work.payload_in)
            if inner is not None and at[: len(source_prefix)] != source_prefix
        ]
        return Report(
            Account(
                source=self.source,
                target=self.target,
                mode=self.mode,
                same=self.same,
                ledger=ledger,
                source_prefix=source_prefix,
                target_prefix=target_prefix,
                around=around,
                given=work.given,
                product_out=product_out,
                payload_out=work.payload,
                merges=work.merges,
                parked=work.parked,
                rows=work.rows,
                returned=(lambda: self._returned(work.product_out)) if not self.same else (lambda: work.product_out),
                restored=lambda alone: merge(alone, self._complement(work), self.source).value,
                to_do=work.to_do,
                advice=check_payload(work.given, self.source)[1],
                invalid=check_payload(product_out, self.target),
                missing=missing_fields(product_out, self.target, self.mode),
            )
        )


def _assumes(unit: Unit) -> Resting:
    return resting(unit.source, unit.target)


def _meet_hub(source: Profile, target: Profile) -> tuple[Profile, Profile]:
    """Give the hub, on whichever side it is, the ``ext`` fields of its counterpart."""
    if source.format == HUB and target.format != HUB:
        source = resolve(hub_mapping(target), "write")[0]
    elif target.format == HUB and source.format != HUB:
        target = resolve(hub_mapping(source), "write")[0]
    return source, target
