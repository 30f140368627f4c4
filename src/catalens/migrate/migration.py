"""A migration as a library knows it: plan, run, status, retry, verify, report, undo."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

from catalens.crosswalk import Crosswalks
from catalens.errors import CatalensError, UsageError
from catalens.formats import Registry, registry
from catalens.mapping.profile import Profile
from catalens.migrate.calls import Http
from catalens.migrate.config import Config, SideSettings, read_config, starting_config
from catalens.migrate.events import Event, Finished, Read
from catalens.migrate.files import Files
from catalens.migrate.journal import ENDED, OPEN, TROUBLE, Item, Journal
from catalens.migrate.outcomes import Side, Unreachable
from catalens.migrate.pair import CannotMigrate, Known, Pair, keys_of, profile_of, refuse_same, spelled
from catalens.migrate.plan import Plan, Planner, StalePlan, digest, recipe
from catalens.migrate.read import read_source, read_target
from catalens.migrate.report import FILES, states_of, sums_line, write_report
from catalens.migrate.roles import check_roles
from catalens.migrate.run import Run
from catalens.migrate.undo import Undo, Undone
from catalens.migrate.variables import environment_names, missing_variables
from catalens.migrate.verify import Verified, Verifier

#: makes a side: (settings, the profile of what it gives or takes) -> the side
Opener = Callable[[SideSettings, Profile], Side]


@dataclass(frozen=True)
class Status:
    """How far a migration is, from the journal alone."""

    #: (kind, step, state, how many)
    counts: list[tuple[str, str, str, int]]
    states: dict[str, int]
    line: str
    plan: str | None
    ended: bool
    owner: str | None = None
    #: things that arrived without some of their pictures
    lost: int = 0

    @property
    def exit_code(self) -> int:
        """Return what a run would end with if it ended now."""
        return exit_code(self.states, self.lost)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        names = ("kind", "step", "state", "count")
        return {
            "counts": [dict(zip(names, row, strict=True)) for row in self.counts],
            "states": self.states,
            "line": self.line,
            "plan": self.plan,
            "ended": self.ended,
            "exit_code": self.exit_code,
        }


def exit_code(states: dict[str, int], lost: int = 0) -> int:
    """Return 5 where there is more to do, 4 where a person is needed, else 0.

    ``lost``: how many things arrived without some of their pictures.
    """
    if any(states.get(state) for state in OPEN):
        return 5
    return 4 if lost or any(states.get(state) for state in TROUBLE) else 0


class Interrupted(CatalensError):
    """Somebody wanted it to end; it goes on from where it was."""

    exit_code: ClassVar[int] = 5


class Migration:
    """A migration: a configuration, two sides, and the journal that holds how far it is."""

    def __init__(
        self,
        config: Config,
        *,
        formats: Registry | None = None,
        http: Any = None,
        directory: str | Path = ".",
        open_side: Opener | None = None,
        path: str | Path | None = None,
    ) -> None:
        self.config, self.formats = config, formats or registry()
        self.directory, self._path = Path(directory), None if path is None else Path(path)
        self._http, self._open_side = http, open_side or self._side
        self._stop = threading.Event()
        self._known = Known(given_only=config.to.file is not None)
        self._point: Callable[[str], None] = _nothing
        refuse_same(config)
        check_roles(config, self.formats, self.directory, self._path)

    @classmethod
    def read(cls, path: str | Path, http: Any = None, formats: Registry | None = None) -> Self:
        """Read a configuration; paths in it are beside it. Raises InvalidMapping, UsageError.

        ``http``: an ``httpx2.Client`` to make calls with, for tests.
        """
        known = formats or registry()
        return cls(read_config(path, known), formats=known, http=http, directory=Path(path).parent, path=path)

    # -- sides ----------------------------------------------------------------------------------------------------

    @property
    def journal(self) -> Path:
        """The file that holds the state."""
        return self.directory / self.config.journal

    def _side(self, settings: SideSettings, profile: Profile) -> Side:
        if settings.file is not None:
            return Files(str(self.directory / settings.file), profile, writes=settings is self.config.to)
        endpoints = profile.mapping.endpoints
        if endpoints is None:
            raise CannotMigrate(
                f"{profile.format}: its mapping has no endpoints, so it cannot be called; give a 'file'"
            )
        return Http(
            endpoints,
            settings.url or "",
            client=self._http,
            environment=os.environ,
            pace=settings.pace,
            concurrency=settings.concurrency,
            timeout=settings.timeout,
            insecure=settings.insecure,
        )

    @contextmanager
    def _opened(self) -> Iterator[tuple[Pair, Journal]]:
        """Open journal and sides, and close them whatever happens."""
        config, sides = self.config, []
        with Journal(self.journal) as journal:
            try:
                for settings, usual in ((config.from_, "read"), (config.to, "write")):
                    profile = self.formats.profile(spelled(settings, self.formats, usual))
                    sides.append(self._open_side(settings, profile))
                yield Pair(config, self.formats, sides[0], sides[1], journal, self._known), journal
            finally:
                for side in sides:
                    side.close()

    def variables(self) -> list[str]:
        """Return the environment variables that are needed and not set."""
        found: list[str] = []
        for side in (self.config.from_, self.config.to):
            endpoints = self.formats.mapping(side.format.partition("/")[0]).endpoints
            if side.url is not None and endpoints is not None:
                found += missing_variables(endpoints, os.environ)
        return list(dict.fromkeys(found))

    def stop(self) -> None:
        """Let a run end after the calls that are under way. Safe to call from a signal's handler, or a thread."""
        self._stop.set()

    # -- plan -----------------------------------------------------------------------------------------------------

    def plan(self, offline: bool = False) -> Plan:
        """Read both sides, translate, and say what will happen; nothing is written to the target.

        ``offline``: the target is not asked either. Raises Unreachable, CannotMigrate, JournalError.
        """
        made: Plan | None = None
        with self._opened() as (pair, journal):
            for one in self._plan(pair, journal, offline):
                made = one if isinstance(one, Plan) else made
        assert made is not None
        return made

    def planning(self, offline: bool = False) -> Iterator[Event | Plan]:
        """Plan as ``plan`` does, and tell how far it is; the plan comes last."""
        with self._opened() as (pair, journal):
            yield from self._plan(pair, journal, offline)

    def _plan(self, pair: Pair, journal: Journal, offline: bool = False) -> Iterator[Event | Plan]:
        if not pair.derived:
            pair.check_keys()
        if journal.meta("digest") is not None:
            # what was planned before is old: everything is read again, and what is the same stays as it is
            with journal.transaction():
                journal.read_again()
                journal.set_meta(digest=None)
        journal.set_given(self._given(pair))
        for kind, count in read_source(pair, journal, self._point):
            self._check_stop()
            yield Read("source", kind, count)
        planner = Planner(pair, journal, self._point)
        self._point("L before")
        with journal.transaction():
            blank = {"code": None, "detail": None, "attempts": 0, "due": 0.0}
            journal.set_all(["held", "rejected"], state="ready", **blank)
            planner.translate()
        if not offline:
            for kind, count in read_target(pair, journal, self._point):
                self._check_stop()
                yield Read("target", kind, count)
        with journal.transaction():
            journal.learn()
            planner.decide()
            journal.set_meta(
                digest=digest(pair),
                recipe=recipe(pair),
                ended=None,
                formats=f"{pair.from_} {pair.to}",
                offline=_flag(offline),
            )
        self._point("L after")
        yield planner.plan(self.variables())

    def _check_stop(self) -> None:
        if self._stop.is_set():
            raise Interrupted("interrupted")

    def _given(self, pair: Pair) -> list[tuple[str, str, str]]:
        """Return the pairs of identifiers that people decided. Raises UsageError."""
        if self.config.ids is None:
            return []
        table = Crosswalks.read(self.directory / self.config.ids)
        source, target = pair.from_.partition("/")[0], pair.to.partition("/")[0]
        table.check(self.formats, source, target)
        return [(kind, id, known) for (kind, id), known in table.between(source, target).items()]

    # -- run ------------------------------------------------------------------------------------------------------

    def run(self, limit: int | None = None, only: Sequence[str] = (), plan: str | None = None) -> Iterator[Event]:
        """Do what is planned, from where it was left; the last event says how it ended.

        ``limit``: only so many products, and what they refer to; ``only``: those with these identifiers; ``plan``:
        the digest of the plan that was agreed to. Raises StalePlan, JournalError, CannotMigrate.
        """
        self._stop.clear()
        with self._opened() as (pair, journal):
            reason: str | None = None
            try:
                yield from self._prepared(pair, journal, plan)
            except (Unreachable, Interrupted) as error:
                reason = str(error)
            if reason is None:
                run = Run(pair, journal, self._point, self._stop, self.directory, limit, only)
                try:
                    yield from run.events()
                finally:
                    run.give_back()
                reason = run.reason
            if pair.derived:
                self._write(pair, journal)
            states = states_of(journal)
            code = 5 if reason is not None else exit_code(states, journal.count_lost())
            if code != 5:
                journal.set_meta(ended="1")
            yield Finished(reason, code, states)

    def _prepared(self, pair: Pair, journal: Journal, wanted: str | None) -> Iterator[Event]:
        """See that there is a plan, and that it is of what there is now. Raises StalePlan."""
        planned = journal.meta("digest")
        if wanted is not None and (planned != wanted or digest(pair) != wanted):
            raise StalePlan(f"stale plan: {wanted} was asked for, {digest(pair)} is what there is now; plan again")
        if planned is not None and journal.meta("ended") is None and not journal.meta("offline"):
            if journal.meta("recipe") != recipe(pair):
                raise StalePlan("stale plan: config or mappings were changed since; plan again")
            return
        for one in self._plan(pair, journal):
            if isinstance(one, Event):
                yield one

    def _write(self, pair: Pair, journal: Journal) -> None:
        """Write the file that a migration into a file is about."""
        assert isinstance(pair.target, Files)
        sent = (
            journal.sent(item.seq)
            for some in journal.walk(states=["done", "waiting"])
            for item in some
            if item.intent
        )
        pair.target.write(sent)

    # -- what comes after -----------------------------------------------------------------------------------------

    def status(self) -> Status:
        """Say how far the migration is, from the journal alone, also while a run goes."""
        with Journal(self.journal, write=False) as journal:
            states = states_of(journal)
            return Status(
                sorted(journal.counts()),
                states,
                sums_line(states),
                journal.meta("digest"),
                journal.meta("ended") is not None,
                journal.meta("owner"),
                journal.count_lost(),
            )

    def retry(self, codes: Sequence[str] = (), ids: Sequence[str] = (), all: bool = False) -> list[Item]:
        """Make ready again what was rejected, held, refused, stuck, in conflict or gone; return it."""
        if not (codes or ids or all):
            raise UsageError("retry what? Name codes or identifiers, or say all")
        with Journal(self.journal) as journal, journal.transaction():
            found = [one for one in journal.troubled() if all or one.code in codes or one.source_id in ids]
            for one in found:
                journal.make_ready(one)
            # what is ready again is planned again: it may have been held back for good reasons
            journal.set_meta(ended="1")
            return found

    def verify(self, sample: int | None = None, deep: bool = False) -> Verified:
        """Read back what was sent, and reconcile the sums. Raises Unreachable."""
        with self._opened() as (pair, journal):
            if pair.derived:
                raise UsageError("the target is a file that was written from the journal: there is nothing to verify")
            self._point("verify")
            return Verifier(pair, journal, deep)(sample)

    def report(self, directory: str | Path) -> list[str]:
        """Write what people work with into a directory; return the names of the files."""
        files = [Path(directory) / name for name in FILES]
        check_roles(self.config, self.formats, self.directory, self._path, files)
        source, target = (one.format.partition("/")[0] for one in (self.config.from_, self.config.to))
        with Journal(self.journal, write=False) as journal:
            return write_report(journal, source, target, directory)

    def undo(self) -> Undone:
        """Delete what was created, and write back what stood there before, where it is as we left it."""
        with self._opened() as (pair, journal):
            done = Undone()
            for word, item in Undo(pair, journal, self._point)():
                done.add(word, item)
            if pair.derived:
                journal.set_all(ENDED[:1], state="ready", intent=None, sent=None, sent_hash=None, step="create")
                self._write(pair, journal)
            return done


def _nothing(_: str) -> None:
    """Go on: nobody wants the process to die here."""


def _flag(value: bool) -> str | None:
    return "1" if value else None


def starting_point(source: str, target: str, formats: Registry) -> str:
    """Write a configuration with comments, to begin with."""
    from_ = source if "/" in source else profile_of(source, formats, "read")
    held = keys_of(formats.profile(profile_of(target.partition("/")[0], formats, "write")))
    names: list[str] = []
    for side in (source, target):
        endpoints = formats.mapping(side.partition("/")[0]).endpoints
        names += [] if endpoints is None else environment_names(endpoints)
    match: list[str] = [one for one in ("sku", "handle") if one in held] or held[:1] or ["sku"]
    return starting_config(from_, target.partition("/")[0], match, list(dict.fromkeys(names)))
