"""What a journal is: private, locked, whole, of one version, on a disk that can be relied on."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from catalens.migrate import journal as module
from catalens.migrate.journal import Journal, JournalError, Wait
from tests.migrate.stores import Store, migration, old_store


@pytest.fixture
def made(tmp_path: Path) -> Path:
    with Journal(tmp_path / "move.db"):
        pass
    return tmp_path / "move.db"


def test_it_is_for_its_owners_eyes(made: Path) -> None:
    for name in (made, Path(f"{made}.lock")):
        assert stat.S_IMODE(os.stat(name).st_mode) == 0o600
    os.chmod(made, 0o644)
    with Journal(made):
        assert stat.S_IMODE(os.stat(made).st_mode) == 0o600


def test_it_loses_nothing_that_was_committed(made: Path) -> None:
    db = sqlite3.connect(made)
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    tables = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    assert set(tables) == {
        "meta",
        "page",
        "item",
        "wait",
        "given",
        "baseline",
        "before",
        "sidecar",
        "loss",
        "call",
    }
    with pytest.raises(sqlite3.IntegrityError):
        db.execute("INSERT INTO item(kind, source_id, state) VALUES ('product', 'a', 'nowhere')")
    db.close()
    with Journal(made) as journal:
        assert journal._value("PRAGMA synchronous") == 2


def test_only_one_writes_it(made: Path) -> None:
    with Journal(made):
        with pytest.raises(JournalError, match=f"in use by process {os.getpid()}"):
            Journal(made)
        with Journal(made, write=False) as reader:
            assert reader.count() == 0
    with Journal(made):
        pass


def test_one_that_is_not_there_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="plan first"):
        Journal(tmp_path / "none.db", write=False)
    assert not (tmp_path / "none.db").exists()


def test_one_that_is_damaged_or_of_another_version_is_refused(made: Path, tmp_path: Path) -> None:
    with Journal(made) as journal:
        journal.set_meta(version="99")
    with pytest.raises(JournalError, match="expected version 1, found 99"):
        Journal(made)
    other = tmp_path / "other.db"
    other.write_bytes(b"this is no database" * 100)
    with pytest.raises(JournalError, match="cannot be used: file is not a database") as found:
        Journal(other)
    assert found.value.exit_code == 5


def test_one_whose_pages_are_overwritten_is_refused(tmp_path: Path) -> None:
    one = migration(tmp_path, old_store(40, 0), Store(prefix="n"))
    one.plan()
    path = tmp_path / "move.db"
    data = bytearray(path.read_bytes())
    data[4096 * 3 : 4096 * 6] = os.urandom(4096 * 3)
    path.write_bytes(bytes(data))
    with pytest.raises(JournalError, match="cannot be used"):
        Journal(path)


def test_a_full_disk_stops_it_before_anything_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = old_store(60, 0), Store(prefix="n")
    one = migration(tmp_path, old, new)
    one.plan()
    opened = Journal._open

    def full(self: Journal, write: bool) -> sqlite3.Connection:
        db = opened(self, write)
        db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0]}")
        return db

    monkeypatch.setattr(Journal, "_open", full)
    with pytest.raises(JournalError, match="full") as found:
        list(one.run())
    assert found.value.exit_code == 5
    sent = len(new.writes)
    monkeypatch.undo()
    assert [*one.run()][-1].exit_code == 0  # type: ignore[attr-defined]
    assert set(new.keys("product").values()) == {1}
    assert sent < 60


def test_a_network_file_system_is_refused(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = f"proc /proc proc rw 0 0\nserver:/x {made.parent} nfs4 rw 0 0\n"
    monkeypatch.setattr(module, "_mounts", lambda: mounts)
    with pytest.raises(JournalError, match=r"network file system \(nfs4\)"):
        Journal(made)


def test_a_transaction_is_whole_or_nothing(made: Path) -> None:
    def break_off(journal: Journal) -> None:
        with journal.transaction():
            journal.store("product", "a", {"id": "a"}, None)
            raise ZeroDivisionError

    with Journal(made) as journal:
        with pytest.raises(ZeroDivisionError):
            break_off(journal)
        assert journal.count() == 0
        with journal.transaction():
            assert journal.store("product", "a", {"id": "a"}, None) == "new"
            assert journal.store("product", "a", {"id": "a"}, None) == "same"
            assert journal.store("product", "a", {"id": "a", "x": 1}, None) == "changed"
        assert journal.count() == 1


def test_two_things_of_the_source_never_become_one(made: Path) -> None:
    with Journal(made) as journal, journal.transaction():
        for id in ("a", "b"):
            journal.store("product", id, {"id": id}, None)
        first, second = journal.all()
        journal.set(first.seq, target_id="1")
        assert journal.is_taken("product", "1", second.seq)
        with pytest.raises(sqlite3.IntegrityError):
            journal.set(second.seq, target_id="1")


def test_what_people_decided_goes_first(made: Path) -> None:
    with Journal(made) as journal:
        with journal.transaction():
            journal.store("category", "a", {"id": "a"}, None)
            journal.set(journal.all()[0].seq, target_id="1")
        assert (journal.get("category", "a"), journal.source_of("category", "1")) == ("1", "a")
        journal.set_given([("category", "a", "2")])
        assert journal.get("category", "a") == "2"
        assert journal.ids() == [("category", "a", "2")]


def test_what_others_made_meanwhile_stood_there_before_only_if_we_cannot_have_made_it(made: Path) -> None:
    with Journal(made) as journal, journal.transaction():
        for id in ("a", "b"):
            journal.store("product", id, {"id": id}, None)
        first, second = journal.all()
        journal.set(first.seq, key="sku=1")
        journal.set(second.seq, key="sku=2", intent="x", attempts=1)
        assert journal.add_baseline("product", "1", "sku=1", again=True)
        assert not journal.add_baseline("product", "2", "sku=2", again=True)
        assert not journal.add_baseline("product", "3", None, again=True)
        assert journal.in_baseline("product", "sku=1") == ["1"]


def test_waits_are_replaced(made: Path) -> None:
    with Journal(made) as journal, journal.transaction():
        journal.set_waits(1, [Wait("/a", "product", "x"), Wait("/b", "product", "y")])
        journal.set_waits(1, [Wait("/a", "product", "x")])
        assert journal.waits(1) == [Wait("/a", "product", "x")]
