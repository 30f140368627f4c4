"""No file of a migration is another one of it, and what it writes is whole or as it was."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.commands.door import Said, bare
from tests.migrate.stores import MAPPINGS, file_to_file

DESK = {"title": "Desk", "code": "D-1", "price": 499}
MOVED = {"name": "Desk", "sku": "D-1", "amount": 499}
IDS = "kind,old-shop,new-shop\n"


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """Make a directory with files of every role."""
    (tmp_path / "old.ndjson").write_text(json.dumps(DESK) + "\n")
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "000001.json").write_text(json.dumps(DESK))
    (tmp_path / "new").mkdir()
    (tmp_path / "ids.csv").write_text(IDS)
    shutil.copytree(MAPPINGS, tmp_path / "mappings")
    return tmp_path


def told(there: Path, source: str, target: str, **words: str) -> Path:
    (there / "move.yaml").write_text(yaml.safe_dump(file_to_file(source, target, **words)))
    return there / "move.yaml"


def migrate(word: str, config: Path, *words: object) -> Said:
    return bare("--mappings", config.parent / "mappings", "migrate", word, config, *words)


def contents(there: Path) -> dict[str, bytes]:
    return {str(one): one.read_bytes() for one in there.rglob("*") if one.is_file()}


def refused(there: Path, config: Path, *said: str, words: tuple[object, ...] = ("run",)) -> None:
    """See that a command is refused before anything is done."""
    before = contents(there)
    found = migrate(str(words[0]), config, *words[1:])
    assert (found.code, contents(there)) == (2, before)
    assert [one for one in said if one not in found.err] == [], found.err


LINKS: dict[str, Callable[[Path, Path], None]] = {
    "hard": lambda old, new: os.link(old, new),
    "symbolic": lambda old, new: new.symlink_to(old),
}


@pytest.mark.parametrize("how", LINKS)
def test_nothing_is_moved_into_itself(how: str, there: Path) -> None:
    refused(there, told(there, "old.ndjson", "old.ndjson"), "from and to are one file")
    refused(there, told(there, "old", "old"), "from and to are one directory")
    LINKS[how](there / "old.ndjson", there / "new.ndjson")
    refused(there, told(there, "old.ndjson", "new.ndjson"), "from and to are one file")
    LINKS[how](there / "old" / "000001.json", there / "new.json")
    refused(there, told(there, "old", "new.json"), "from and to are one file")
    LINKS[how](there / "old" / "000001.json", there / "new" / "000001.json")
    refused(there, told(there, "old", "new"), "from and to are one file")
    refused(there, told(there, "old/000001.json", "new"), "from and to are one file")
    LINKS[how](there / "old.ndjson", there / "it.ndjson.part")
    refused(there, told(there, "old.ndjson", "it.ndjson"), "from and the part that to is until all is done are one")
    (there / "link").symlink_to(there / "old")
    refused(there, told(there, "old", "link"), "from and to are one directory")


def test_a_directory_that_is_read_is_not_written_into(there: Path) -> None:
    refused(there, told(there, "old", "old/new.json"), "to, ", "is in the directory that from reads")
    refused(there, told(there, "old", "new", journal="old/move.json"), "journal, ", "is in the directory")
    refused(there, told(there, "old/000001.json", "old"), "from and to are one file")
    config = told(there, "old", "new")
    assert migrate("run", config).code == 0
    refused(there, config, "the report's losses.json, ", words=("report", "-o", there / "old"))


@pytest.mark.parametrize("how", LINKS)
@pytest.mark.parametrize(
    ("role", "name"),
    [("ids", "ids.csv"), ("the configuration", "move.yaml"), ("the mapping of old-shop", "mappings/old-shop.yaml")],
)
def test_what_says_how_to_migrate_is_not_written(role: str, name: str, how: str, there: Path) -> None:
    told(there, "old.ndjson", "new.ndjson")
    LINKS[how](there / name, there / "link.ndjson")
    refused(there, told(there, "old.ndjson", "link.ndjson", ids="ids.csv"), f"{role} and to are one file")
    words = {"journal": "link.ndjson", "ids": "ids.csv"}
    refused(there, told(there, "old.ndjson", "new.ndjson", **words), f"{role} and journal are one file")


def test_the_journal_is_no_other_file(there: Path) -> None:
    journal = {"journal": "old.ndjson"}
    for word in ("plan", "run", "status", "undo"):
        more = ("--yes",) if word == "undo" else ()
        refused(
            there, told(there, "old.ndjson", "new.ndjson", **journal), "from and journal are one", words=(word, *more)
        )
    journal["journal"] = "new.ndjson"
    refused(there, told(there, "old.ndjson", "new.ndjson", **journal), "journal and to are one file")
    journal["journal"] = "new.ndjson.part"
    refused(there, told(there, "old.ndjson", "new.ndjson", **journal), "journal and the part that to is")
    (there / "move.db.lock").write_text(IDS)
    refused(there, told(there, "old.ndjson", "new.ndjson", ids="move.db.lock"), "ids and journal are one file")


def test_a_report_takes_the_place_of_no_other_file(there: Path) -> None:
    config = told(there, "old.ndjson", "new.ndjson", ids="ids.csv")
    assert migrate("run", config).code == 0
    refused(there, config, "ids and the report's ids.csv are one file", words=("report", "-o", there))
    (there / "out").mkdir()
    (there / "out" / "work.csv").symlink_to(there / "new.ndjson")
    refused(there, config, "to and the report's work.csv are one file", words=("report", "-o", there / "out"))
    assert migrate("report", config, "-o", there / "elsewhere").code == 0
    assert stat.S_IMODE((there / "elsewhere" / "work.csv").stat().st_mode) == 0o600


def test_files_take_their_place_through_links_with_mode_and_without_what_else_was_there(there: Path) -> None:
    real, other = there / "real.ndjson", there / "other"
    real.write_text("old\n")
    real.chmod(0o640)
    (there / "link.ndjson").symlink_to(real)
    other.write_text("another's\n")
    os.link(other, there / "real.ndjson.part")
    assert migrate("run", told(there, "old.ndjson", "link.ndjson")).code == 0
    assert (there / "link.ndjson").is_symlink()
    assert json.loads(real.read_bytes()) == MOVED
    assert (stat.S_IMODE(real.stat().st_mode), other.read_text()) == (0o640, "another's\n")
    assert not list(there.rglob("*.part"))


def test_two_runs_do_not_write_one_file(there: Path) -> None:
    config, part = told(there, "old.ndjson", "new.ndjson"), there / "new.ndjson.part"
    with part.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        said = migrate("run", config)
        assert (said.code, (there / "new.ndjson").exists()) == (2, False)
        assert "is being written by another run" in said.err
    assert migrate("run", config).code == 0
    assert json.loads((there / "new.ndjson").read_bytes()) == MOVED
