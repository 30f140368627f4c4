"""The journal of a migration: the one truth about it, in SQLite. Every other file is made from it.

Three transactions carry a run. P: the rows of a page, with the cursor of the page after it. I: intents, committed
before the first byte leaves. O: what came of a call. A process that dies between two of them leaves a state from
which ``run`` goes on.
"""

from __future__ import annotations

import fcntl
import os
import socket
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, ClassVar, Final, Self

from catalens.errors import CatalensError
from catalens.payloads import dumps, loads

VERSION: Final = "1"

#: states in which nothing more happens by itself; ``retry`` leads out of the last five
ENDED: Final = ("done", "left", "rejected", "held", "refused", "conflict", "stuck")
#: those in which a person is needed
TROUBLE: Final = (*ENDED[2:], "gone")
OPEN: Final = ("ready", "sending", "unknown", "waiting")

_TABLES: Final = """
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT) STRICT;
CREATE TABLE page(kind TEXT PRIMARY KEY, cursor TEXT, ended INTEGER) STRICT;
CREATE TABLE item(
  seq INTEGER PRIMARY KEY, kind TEXT, source_id TEXT, hash BLOB, payload BLOB, key TEXT,
  step TEXT CHECK(step IN ('create', 'link', 'update')),
  state TEXT CHECK(state IN ('ready', 'sending', 'unknown', 'waiting', 'done', 'left', 'rejected', 'held', 'refused',
                             'conflict', 'stuck', 'gone')),
  target_id TEXT, origin TEXT, intent TEXT, sent BLOB, sent_hash BLOB, attempts INTEGER, due REAL, since REAL,
  code TEXT, detail TEXT, old_url TEXT, new_url TEXT, verified TEXT,
  UNIQUE(kind, source_id)) STRICT;
CREATE UNIQUE INDEX item_target ON item(kind, target_id) WHERE target_id IS NOT NULL;
CREATE INDEX item_todo ON item(kind, step, state, due);
CREATE INDEX item_key ON item(kind, key);
CREATE TABLE wait(seq INTEGER, pointer TEXT, kind TEXT, source_id TEXT) STRICT;
CREATE INDEX wait_thing ON wait(kind, source_id);
CREATE INDEX wait_seq ON wait(seq);
CREATE TABLE given(kind TEXT, source_id TEXT, target_id TEXT, PRIMARY KEY(kind, source_id)) STRICT;
CREATE TABLE baseline(kind TEXT, target_id TEXT, key TEXT, PRIMARY KEY(kind, target_id)) STRICT;
CREATE INDEX baseline_key ON baseline(kind, key);
CREATE TABLE before(kind TEXT, target_id TEXT, body BLOB, PRIMARY KEY(kind, target_id)) STRICT;
CREATE TABLE sidecar(seq INTEGER PRIMARY KEY, body BLOB) STRICT;
CREATE TABLE loss(kind TEXT, code TEXT, rule TEXT, count INTEGER, example TEXT) STRICT;
CREATE TABLE call(
  id INTEGER PRIMARY KEY, seq INTEGER, step TEXT, at REAL, took REAL, status INTEGER, outcome TEXT, detail TEXT
) STRICT;
"""

_COLUMNS: Final = (
    "seq, kind, source_id, key, step, state, target_id, origin, intent, attempts, due, since, code, detail, old_url, "
    "new_url, verified"
)
#: file systems on which a lock, or what was written, is not to be relied on
_REMOTE: Final = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "fuse.sshfs")


class JournalError(CatalensError):
    """The journal cannot be used: damaged, full, of another version, or somebody else's at this moment."""

    exit_code: ClassVar[int] = 5


@dataclass(frozen=True, slots=True)
class Item:
    """A thing to move, and how far it is; its payload is read when it is needed."""

    seq: int
    kind: str
    source_id: str
    key: str | None
    step: str
    state: str
    target_id: str | None
    origin: str | None
    intent: str | None
    attempts: int
    due: float
    since: float | None
    code: str | None
    detail: str | None
    old_url: str | None
    new_url: str | None
    verified: str | None


@dataclass(frozen=True, slots=True)
class Wait:
    """A reference that was left out of what was sent, because nobody knew the identifier yet."""

    pointer: str
    kind: str
    source_id: str


#: what the names of the files beside a journal end with: its lock, and what the database keeps there
_LOCK: Final = ".lock"
BESIDE: Final = (_LOCK, "-wal", "-shm", "-journal")


class Journal:
    """An open journal. One process may write it at a time, for as long as it lives; anybody may read."""

    def __init__(self, path: str | Path, *, write: bool = True) -> None:
        self.path = Path(path)
        self._lock: int | None = None
        self._depth = 0
        if not write and not self.path.exists():
            raise JournalError(f"there is no journal {self.path} yet; plan first")
        if write:
            _refuse_remote(self.path)
            self._take_lock()
        try:
            with self._said():
                self._db = self._open(write)
        except BaseException:
            self._free_lock()
            raise

    def _open(self, write: bool) -> sqlite3.Connection:
        if write and not self.path.exists():
            os.close(os.open(self.path, os.O_CREAT | os.O_WRONLY, 0o600))
        mode = "rw" if write else "ro"
        db = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=5
        )
        db.execute("PRAGMA trusted_schema = OFF")
        if not write:
            self._check_version(db)
            return db
        os.chmod(self.path, 0o600)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        if db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0:
            db.executescript(f"BEGIN; {_TABLES} INSERT INTO meta VALUES ('version', '{VERSION}'); COMMIT;")
        self._check_version(db)
        found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(found)
        who = f"process {os.getpid()} on {socket.gethostname()}"
        db.execute("INSERT OR REPLACE INTO meta VALUES ('owner', ?)", (who,))
        return db

    def _check_version(self, db: sqlite3.Connection) -> None:
        found = db.execute("SELECT value FROM meta WHERE name = 'version'").fetchone()
        if found is None or found[0] != VERSION:
            said = "none" if found is None else found[0]
            raise JournalError(f"journal {self.path}: expected version {VERSION}, found {said}")

    def close(self) -> None:
        """Give the journal free."""
        self._db.close()
        self._free_lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take_lock(self) -> None:
        place = f"{self.path}{_LOCK}"
        self._lock = os.open(place, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._free_lock()
            raise JournalError(f"the journal {self.path} is in use by {self._owner()}") from None

    def _owner(self) -> str:
        try:
            with Journal(self.path, write=False) as other:
                return other.meta("owner") or "another process"
        except CatalensError:
            return "another process"

    def _free_lock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @contextmanager
    def _said(self) -> Iterator[None]:
        """Turn what SQLite says into what it means here."""
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise JournalError(f"the journal {self.path} cannot be used: {error}") from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all that is written within, or nothing of it."""
        if self._depth:
            yield
            return
        self._run("BEGIN IMMEDIATE")
        self._depth = 1
        try:
            yield
            self._run("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        finally:
            self._depth = 0

    def _run(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> sqlite3.Cursor:
        with self._said():
            return self._db.execute(sql, values)

    def _rows(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
        with self._said():
            return self._db.execute(sql, values).fetchall()

    def _value(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
        found = self._rows(sql, values)
        return found[0][0] if found else None

    # -- what holds of the whole ----------------------------------------------------------------------------------

    def meta(self, name: str) -> str | None:
        """Return a fact about the migration."""
        found: str | None = self._value("SELECT value FROM meta WHERE name = ?", (name,))
        return found

    def set_meta(self, **facts: str | None) -> None:
        """Keep facts about the migration."""
        with self.transaction():
            for name, value in facts.items():
                self._run("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def counts(self) -> list[tuple[str, str, str, int]]:
        """Return how many things of a kind are at a step in a state."""
        return self._rows("SELECT kind, step, state, count(*) FROM item GROUP BY kind, step, state")

    def count_lost(self) -> int:
        """Count the things that arrived without some of their pictures."""
        return int(self._value(f"SELECT count(*) FROM item WHERE {_LOST}"))

    def troubled(self) -> list[Item]:
        """Return the things that need a person."""
        marks = ", ".join("?" * len(TROUBLE))
        return self._items(f"state IN ({marks}) OR ({_LOST})", TROUBLE)

    def differing(self) -> list[Item]:
        """Return the things that did not come back as they were sent, when they were last read."""
        return self._items("verified LIKE 'differs%' AND state = 'done'", ())

    def reasons(self) -> dict[str, int]:
        """Return why things are held back or rejected, and how many."""
        sql = "SELECT code, count(*) FROM item WHERE state IN ('held', 'rejected') GROUP BY code ORDER BY 2 DESC, 1"
        return dict(self._rows(sql))

    def has_sent(self) -> bool:
        """Tell whether anything was ever sent."""
        return bool(self._rows("SELECT 1 FROM item WHERE intent IS NOT NULL LIMIT 1"))

    def size(self) -> int:
        """Return the bytes of the journal."""
        pages, size = self._value("PRAGMA page_count"), self._value("PRAGMA page_size")
        return int(pages) * int(size)

    def snapshot(self) -> str:
        """Return the digest of the source, as it was read."""
        digest = blake2b(digest_size=8)
        for kind, source_id, text in self._run("SELECT kind, source_id, hash FROM item ORDER BY kind, source_id"):
            digest.update(b"\0".join((kind.encode(), source_id.encode(), text)))
        return digest.hexdigest()

    # -- P: reading -----------------------------------------------------------------------------------------------

    def page(self, name: str) -> tuple[str | None, bool]:
        """Return from where a list is read on, and whether it was read to its end."""
        found = self._rows("SELECT cursor, ended FROM page WHERE kind = ?", (name,))
        return (found[0][0], bool(found[0][1])) if found else (None, False)

    def set_page(self, name: str, cursor: str | None, ended: bool) -> None:
        """Keep from where a list is read on."""
        self._run("INSERT OR REPLACE INTO page VALUES (?, ?, ?)", (name, cursor, int(ended)))

    def read_again(self) -> None:
        """Let all lists be read from their beginning."""
        self._run("DELETE FROM page")

    def store(self, kind: str, source_id: str, payload: Any, old_url: str | None) -> str:
        """Keep a thing of the source: it is ``new``, ``changed`` or ``same``."""
        text = dumps(payload)
        digest = digest_of(text)
        found = self._rows("SELECT seq, hash FROM item WHERE kind = ? AND source_id = ?", (kind, source_id))
        if not found:
            self._run(
                "INSERT INTO item(kind, source_id, hash, payload, step, state, attempts, due, old_url) "
                "VALUES (?, ?, ?, ?, 'create', 'ready', 0, 0, ?)",
                (kind, source_id, digest, zlib.compress(text), old_url),
            )
            return "new"
        seq, before = found[0]
        if before == digest:
            return "same"
        # of a call that nobody knows the end of, the end comes first
        self._run(
            "UPDATE item SET hash = ?, payload = ?, old_url = ?, verified = NULL, "
            "step = CASE WHEN target_id IS NULL THEN 'create' ELSE 'update' END, "
            "state = CASE WHEN state IN ('sending', 'unknown') THEN state ELSE 'ready' END, "
            "attempts = 0, due = CASE WHEN state = 'unknown' THEN due ELSE 0 END, code = NULL, detail = NULL "
            "WHERE seq = ?",
            (digest, zlib.compress(text), old_url, seq),
        )
        return "changed"

    def add_baseline(self, kind: str, target_id: str, key: str | None, again: bool) -> bool:
        """Keep what stands in the target; tell whether it is new.

        ``again``: calls were made meanwhile, so only what no call of ours can have made stood there before.
        """
        ours = "SELECT 1 FROM item WHERE kind = ? AND target_id = ?"
        if self._rows(ours, (kind, target_id)):
            return False
        if again and (
            key is None
            or not self._rows(
                "SELECT 1 FROM item WHERE kind = ? AND key = ? AND attempts = 0 AND intent IS NULL", (kind, key)
            )
        ):
            return False
        return self._run("INSERT OR IGNORE INTO baseline VALUES (?, ?, ?)", (kind, target_id, key)).rowcount > 0

    def set_given(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Keep the pairs of identifiers that people decided, instead of those that were there."""
        with self.transaction():
            self._run("DELETE FROM given")
            for row in rows:
                self._run("INSERT OR REPLACE INTO given VALUES (?, ?, ?)", row)

    # -- items ----------------------------------------------------------------------------------------------------

    def _items(self, where: str, values: Sequence[Any], order: str = "seq", most: int = -1) -> list[Item]:
        sql = f"SELECT {_COLUMNS} FROM item WHERE {where} ORDER BY {order} LIMIT ?"
        return [Item(*row) for row in self._rows(sql, (*values, most))]

    def walk(self, kind: str | None = None, states: Sequence[str] = (), size: int = 500) -> Iterator[list[Item]]:
        """Yield items, some at a time, in the order in which they were read."""
        where, values = _within(kind, states)
        last = -1
        while found := self._items(f"{where} AND seq > ?", (*values, last), most=size):
            yield found
            last = found[-1].seq

    def all(self, kind: str | None = None, states: Sequence[str] = ()) -> list[Item]:
        """Return items, in the order in which they were read."""
        return [one for some in self.walk(kind, states) for one in some]

    def item(self, seq: int) -> Item:
        """Return an item."""
        return self._items("seq = ?", (seq,))[0]

    def with_key(self, kind: str, key: str) -> list[Item]:
        """Return the items that have a key."""
        return self._items("kind = ? AND key = ?", (kind, key))

    def of_source(self, kind: str, source_id: str) -> Item | None:
        """Return the item of a thing of the source."""
        return next(iter(self._items("kind = ? AND source_id = ?", (kind, source_id))), None)

    def of_target(self, kind: str, target_id: str) -> Item | None:
        """Return the item that a thing of the target is."""
        return next(iter(self._items("kind = ? AND target_id = ?", (kind, target_id))), None)

    def payload(self, seq: int) -> bytes:
        """Return the JSON text of a thing, as the source has it."""
        return zlib.decompress(self._value("SELECT payload FROM item WHERE seq = ?", (seq,)))

    def sent(self, seq: int) -> Any:
        """Return what was sent last; None where nothing was."""
        found = self._value("SELECT sent FROM item WHERE seq = ?", (seq,))
        return None if found is None else loads(zlib.decompress(found))

    def set(self, seq: int, **values: Any) -> None:
        """Change columns of an item."""
        names = ", ".join(f"{name} = :{name}" for name in values)
        self._run(f"UPDATE item SET {names} WHERE seq = :seq_", {**values, "seq_": seq})

    def set_all(self, states: Sequence[str], **columns: Any) -> int:
        """Change columns of all items in some states; return how many there were."""
        where, values = _within(None, states)
        return self._set_where(where, values, columns)

    def _set_where(self, where: str, values: Sequence[Any], columns: Mapping[str, Any]) -> int:
        names = ", ".join(f"{name} = ?" for name in columns)
        return self._run(f"UPDATE item SET {names} WHERE {where}", (*columns.values(), *values)).rowcount

    def count(self, kind: str | None = None, states: Sequence[str] = ()) -> int:
        """Count items."""
        where, values = _within(kind, states)
        return int(self._value(f"SELECT count(*) FROM item WHERE {where}", values))

    def make_ready(self, item: Item) -> None:
        """Let an item be tried again: what is gone is made anew, and what may have been made is looked up first."""
        values: dict[str, Any] = {"state": "ready", "attempts": 0, "due": 0.0, "code": None, "detail": None}
        if item.state == "gone":
            values |= {"step": "create", "target_id": None, "origin": None}
        elif item.target_id is not None:
            values["step"] = "update" if item.step == "create" else item.step
        elif item.intent is not None and item.state in ("stuck", "conflict"):
            values["state"] = "unknown"
        self.set(item.seq, **values)

    def recover(self, settle: float, repeat: bool = False) -> None:
        """Take up what a process that died was sending.

        Nobody knows whether a create was carried out, or still will be; other calls say all their members whole, and
        so does what is written from here (``repeat``). What was not answered is no failed attempt.
        """
        self._run("UPDATE item SET attempts = max(attempts - 1, 0) WHERE state = 'sending'")
        if not repeat:
            columns = {"state": "unknown", "due": time.time() + settle, "code": "died"}
            self._set_where("state = 'sending' AND step = 'create'", (), columns)
        self._set_where("state = 'sending'", (), {"state": "ready", "due": 0.0})

    def intend(self, seq: int, intent: str, sent: Any, key: str | None, sidecar: Any = None) -> None:
        """I: say that something is about to be sent, and what."""
        text = dumps(sent)
        self._run(
            "UPDATE item SET state = 'sending', attempts = attempts + 1, intent = ?, sent = ?, sent_hash = ?, "
            "key = coalesce(?, key), since = ?, verified = NULL WHERE seq = ?",
            (intent, zlib.compress(text), digest_of(text), key, time.time(), seq),
        )
        if sidecar is not None:
            self._run("INSERT OR REPLACE INTO sidecar VALUES (?, ?)", (seq, zlib.compress(dumps(sidecar))))

    def add_call(self, seq: int, step: str, took: float, status: int | None, outcome: str, detail: str) -> None:
        """Keep what came of a call."""
        self._run(
            "INSERT INTO call(seq, step, at, took, status, outcome, detail) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (seq, step, time.time(), took, status, outcome, detail),
        )

    def is_taken(self, kind: str, target_id: str, seq: int) -> bool:
        """Tell whether another thing of the source is this thing of the target."""
        found = self.of_target(kind, target_id)
        return found is not None and found.seq != seq

    # -- identifiers ----------------------------------------------------------------------------------------------

    def get(self, kind: str, id: str) -> str | None:
        """Return the target's identifier of a thing, as a crosswalk does: what people decided goes first."""
        found: str | None = self._value(
            "SELECT target_id FROM given WHERE kind = ?1 AND source_id = ?2 UNION ALL "
            "SELECT target_id FROM item WHERE kind = ?1 AND source_id = ?2 AND target_id IS NOT NULL",
            (kind, id),
        )
        return found

    def source_of(self, kind: str, target_id: str) -> str | None:
        """Return the source's identifier of a thing of the target."""
        found: str | None = self._value(
            "SELECT source_id FROM item WHERE kind = ?1 AND target_id = ?2 UNION ALL "
            "SELECT source_id FROM given WHERE kind = ?1 AND target_id = ?2",
            (kind, target_id),
        )
        return found

    def is_given(self, kind: str, id: str) -> bool:
        """Tell whether people decided what a thing is in the target."""
        return bool(self._rows("SELECT 1 FROM given WHERE kind = ? AND source_id = ?", (kind, id)))

    def ids(self) -> list[tuple[str, str, str]]:
        """Return all pairs of identifiers: kind, source, target."""
        return self._rows(
            "SELECT kind, source_id, target_id FROM given UNION "
            "SELECT kind, source_id, target_id FROM item WHERE target_id IS NOT NULL "
            "AND NOT EXISTS (SELECT 1 FROM given g WHERE g.kind = item.kind AND g.source_id = item.source_id) "
            "ORDER BY 1, 2"
        )

    def set_waits(self, seq: int, waits: Iterable[Wait]) -> None:
        """Keep which references were left out of a thing."""
        self._run("DELETE FROM wait WHERE seq = ?", (seq,))
        for one in waits:
            self._run("INSERT INTO wait VALUES (?, ?, ?, ?)", (seq, one.pointer, one.kind, one.source_id))

    def waits(self, seq: int) -> list[Wait]:
        """Return the references that were left out of a thing."""
        return [Wait(*row) for row in self._rows("SELECT pointer, kind, source_id FROM wait WHERE seq = ?", (seq,))]

    def left_out(self) -> Iterator[tuple[Item, str]]:
        """Yield the things of the target that lack a reference to a thing of the source which is not there."""
        sql = (
            "SELECT w.seq, group_concat(w.kind || ' ' || w.source_id || ' (' || w.pointer || ')', ', ') FROM wait w "
            "JOIN item t ON t.kind = w.kind AND t.source_id = w.source_id JOIN item i ON i.seq = w.seq "
            "WHERE t.target_id IS NULL AND i.target_id IS NOT NULL GROUP BY w.seq ORDER BY w.seq"
        )
        for seq, said in self._rows(sql):
            yield self.item(seq), said

    def redirects(self) -> list[tuple[str, str]]:
        """Return the old and the new address of each thing that is in the target."""
        sql = (
            "SELECT old_url, new_url FROM item WHERE old_url IS NOT NULL AND new_url IS NOT NULL "
            "AND state IN ('done', 'left', 'waiting') ORDER BY seq"
        )
        return self._rows(sql)

    def count_waits(self, kinds: Sequence[str]) -> tuple[int, int]:
        """Return how many things wait for references that may come, and how many references never will."""
        marks = ", ".join("?" * len(kinds))
        comes = (
            f"w.kind IN ({marks}) AND EXISTS (SELECT 1 FROM item t WHERE t.kind = w.kind "
            "AND t.source_id = w.source_id AND (t.target_id IS NOT NULL "
            "OR t.state IN ('ready', 'sending', 'unknown')))"
        )
        later = self._value(f"SELECT count(DISTINCT w.seq) FROM wait w WHERE {comes}", kinds)
        return int(later), int(self._value(f"SELECT count(*) FROM wait w WHERE NOT ({comes})", kinds))

    def in_baseline(self, kind: str, key: str) -> list[str]:
        """Return what stood in the target with a key."""
        return [
            row[0] for row in self._rows("SELECT target_id FROM baseline WHERE kind = ? AND key = ?", (kind, key))
        ]

    def stood_before(self, kind: str, target_id: str) -> bool:
        """Tell whether a thing stood in the target before."""
        return bool(self._rows("SELECT 1 FROM baseline WHERE kind = ? AND target_id = ?", (kind, target_id)))

    def all_keys_twice(self, kind: str) -> list[str]:
        """Return the keys that several things of the source have."""
        sql = "SELECT key FROM item WHERE kind = ? AND key IS NOT NULL GROUP BY key HAVING count(*) > 1"
        return [row[0] for row in self._rows(sql, (kind,))]

    # -- the target's own state, sidecars, losses -----------------------------------------------------------------

    def keep_before(self, kind: str, target_id: str, body: Any) -> None:
        """Keep what stood in the target before our first update."""
        self._run("INSERT OR IGNORE INTO before VALUES (?, ?, ?)", (kind, target_id, zlib.compress(dumps(body))))

    def before(self, kind: str, target_id: str) -> Any:
        """Return what stood in the target before our first update; None where nothing was kept."""
        found = self._value("SELECT body FROM before WHERE kind = ? AND target_id = ?", (kind, target_id))
        return None if found is None else loads(zlib.decompress(found))

    def forget_before(self, kind: str, target_id: str) -> None:
        """Forget what stood there, for it stands there again."""
        self._run("DELETE FROM before WHERE kind = ? AND target_id = ?", (kind, target_id))

    def sidecar(self, seq: int) -> Any:
        """Return the sidecar of a thing; None where nothing was lost."""
        found = self._value("SELECT body FROM sidecar WHERE seq = ?", (seq,))
        return None if found is None else loads(zlib.decompress(found))

    def set_losses(self, rows: Iterable[tuple[str, str, str, int, str]]) -> None:
        """Keep the losses of the whole: kind, code, rule, count, example."""
        self._run("DELETE FROM loss")
        for row in rows:
            self._run("INSERT INTO loss VALUES (?, ?, ?, ?, ?)", row)

    def losses(self) -> list[tuple[str, str, str, int, str]]:
        """Return the losses of the whole, the most frequent first."""
        return self._rows("SELECT kind, code, rule, count, example FROM loss ORDER BY count DESC, code, rule")

    # -- what to do next ------------------------------------------------------------------------------------------

    def choose(self, seqs: Iterable[int] | None) -> None:
        """Confine a run to some things; None: to no fewer than all."""
        self._run("CREATE TEMP TABLE IF NOT EXISTS chosen(seq INTEGER PRIMARY KEY)")
        self._run("DELETE FROM chosen")
        for seq in seqs or ():
            self._run("INSERT OR IGNORE INTO chosen VALUES (?)", (seq,))

    def wanted(self, seqs: Iterable[int]) -> list[int]:
        """Return what things of other kinds some things refer to, over and over."""
        self.choose(seqs)
        sql = (
            "WITH RECURSIVE need(seq, kind) AS ("
            "SELECT seq, kind FROM item WHERE seq IN (SELECT seq FROM chosen) UNION "
            "SELECT t.seq, t.kind FROM need n JOIN wait w ON w.seq = n.seq JOIN item t "
            "ON t.kind = w.kind AND t.source_id = w.source_id "
            "WHERE t.kind NOT IN (SELECT kind FROM item WHERE seq IN (SELECT seq FROM chosen))) SELECT seq FROM need"
        )
        return [row[0] for row in self._rows(sql)]

    def ready(self, kind: str, step: str, most: int, *, chosen: bool, first: bool = False) -> list[Item]:
        """Return what can be sent now; ``first``: without those whose parent is still to come."""
        where = "kind = ? AND step = ? AND state = 'ready' AND due <= ?"
        if chosen:
            where += " AND seq IN (SELECT seq FROM chosen)"
        if first:
            where += (
                " AND NOT EXISTS (SELECT 1 FROM wait w JOIN item p ON p.kind = w.kind AND p.source_id = w.source_id "
                "WHERE w.seq = item.seq AND w.kind = item.kind AND p.seq != item.seq AND p.step = 'create' "
                "AND p.state IN ('ready', 'sending'))"
            )
        # in the order of the index, so that nothing has to be sorted
        return self._items(where, (kind, step, time.time()), "due, seq", most)

    def unknown(self, chosen: bool, due: bool = False) -> list[Item]:
        """Return the creates of which nobody knows whether they were carried out."""
        where = "state = 'unknown'" + (" AND seq IN (SELECT seq FROM chosen)" if chosen else "")
        return self._items(where + " AND due <= ?", (time.time() if due else 1e18,))

    def next_due(self, states: Sequence[str], chosen: bool) -> tuple[float, float] | None:
        """Return when the first and the last thing in some states is due; None where there is none."""
        marks = ", ".join("?" * len(states))
        only = " AND seq IN (SELECT seq FROM chosen)" if chosen else ""
        found = self._rows(f"SELECT min(due), max(due) FROM item WHERE state IN ({marks}){only}", states)[0]
        return None if found[0] is None else (found[0], found[1])

    def release(self, kinds: Sequence[str]) -> tuple[int, int]:
        """Let go on what waits for nothing that may still come: to be linked where that says more, else done."""
        marks = ", ".join("?" * len(kinds))
        comes = (
            "EXISTS (SELECT 1 FROM wait w JOIN item t ON t.kind = w.kind AND t.source_id = w.source_id "
            f"WHERE w.seq = item.seq AND w.kind IN ({marks}) AND t.target_id IS NULL "
            "AND t.state IN ('ready', 'sending', 'unknown'))"
        )
        waiting = f"state = 'waiting' AND NOT {comes}"
        linked = self._set_where(
            f"{waiting} AND (origin = 'adopted' OR {_LEARNT})",
            kinds,
            {"state": "ready", "step": "link", "attempts": 0, "due": 0.0},
        )
        return linked, self._set_where(waiting, kinds, {"state": "done"})

    def learn(self) -> int:
        """Make ready what is done without a reference whose identifier is known meanwhile."""
        return self._set_where(
            f"state = 'done' AND {_LEARNT}", (), {"state": "ready", "step": "update", "attempts": 0, "due": 0.0}
        )


#: the code of what arrived without some of its pictures
PICTURE: Final = "picture"
_LOST: Final = f"code = '{PICTURE}' AND state IN ('done', 'waiting')"
_LEARNT: Final = (
    "EXISTS (SELECT 1 FROM wait w LEFT JOIN item t ON t.kind = w.kind AND t.source_id = w.source_id "
    "LEFT JOIN given g ON g.kind = w.kind AND g.source_id = w.source_id "
    "WHERE w.seq = item.seq AND (t.target_id IS NOT NULL OR g.target_id IS NOT NULL))"
)


def _within(kind: str | None, states: Sequence[str]) -> tuple[str, list[str]]:
    """Write the condition that items are of a kind, and in one of some states."""
    parts, values = ["1"], [*states]
    if states:
        parts.append(f"state IN ({', '.join('?' * len(states))})")
    if kind is not None:
        parts.append("kind = ?")
        values.append(kind)
    return " AND ".join(parts), values


def digest_of(text: bytes) -> bytes:
    """Return what tells a text from others."""
    return blake2b(text, digest_size=8).digest()


def _mounts() -> str:
    """Return what is mounted where, on systems that tell."""
    try:
        return Path("/proc/self/mounts").read_text("utf-8", "replace")
    except OSError:
        return ""


def _refuse_remote(path: Path) -> None:
    """Refuse a file system on which a lock, or what was written, is not to be relied on."""
    place = os.path.realpath(path) + "/"
    fields = [line.split(" ") for line in _mounts().splitlines()]
    within = [one for one in fields if place.startswith(one[1].replace("\\040", " ").rstrip("/") + "/")]
    kind = max(within, key=lambda one: len(one[1]), default=["", "", ""])[2]
    if kind in _REMOTE:
        raise JournalError(f"the journal {path} stands on a network file system ({kind}); expected a local disk")
