"""The command as people have it: what it says, how it ends, and that it can be killed."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import random
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalens.account.codes import LossCode
from tests.commands.door import Said, bare
from tests.migrate.commands import KILLS, started
from tests.migrate.fakes import CommerceEngine, Fake, Prosperna, WebCommander, running


def told(there: Path, old: Fake, new: Fake, **words: Any) -> str:
    """Write a configuration; return its name."""
    to = {"format": new.platform.format, "url": new.url, "timeout": "500ms", "settle": "700ms", **words.pop("to", {})}
    config = {
        "migration": 1,
        "from": {"format": old.platform.format, "url": old.url},
        "to": to,
        "journal": "move.db",
        "give_up": {"in_a_row": 60, "attempts": 60},
        **words,
    }
    (there / "move.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    return str(there / "move.yaml")


def stock(old: Fake, count: int) -> None:
    """Put products into a store that refer to one another and to categories."""
    outer, second = old.put("category", {"name": "Outer"}, {"name": "Second"})
    [inner] = old.put("category", {"name": "Inner", "parent_id": outer})
    ids: list[str] = []
    for number in range(count):
        body = {
            "name": f"Thing {number}",
            "sku": f"T-{number}",
            "status": "active",
            "pricing": [{"listing_price": 10 + number, "selling_price": 10 + number}],
            "categories": [(inner, second)[number % 2]],
        }
        ids += old.put("product", body)
    with old.lock:
        for number, id in enumerate(ids):
            later = ids[(number + 1) % count]
            old.things["product"][id].written["related_products"] = {"cross_sell": [later]}


@pytest.fixture
def stores(monkeypatch: pytest.MonkeyPatch) -> Any:
    with running(CommerceEngine()) as old, running(WebCommander(), unique=False, seconds=0.6) as new:
        for name, value in {**old.environment, **new.environment}.items():
            monkeypatch.setenv(name, value)
        yield old, new


def check_whole(old: Fake, new: Fake) -> None:
    """Hold that each product is there once, with its category and the product that it refers to."""
    there = {str(one["id"]): one for one in new.items("product")}
    skus = [one["sku"] for one in there.values()]
    assert sorted(skus) == sorted(one["sku"] for one in old.items("product"))
    assert sorted(one["name"] for one in new.items("category")) == ["Inner", "Outer", "Second"]
    count = len(skus)
    for one in there.values():
        number = int(one["sku"][2:])
        assert [each["name"] for each in one["parents"]] == [("Inner", "Second")[number % 2]]
        related = [there[str(each["id"])]["sku"] for each in one["related_products"]]
        assert related == [f"T-{(number + 1) % count}"]
    assert new.foreign == []


def last(said: Said) -> str:
    return said.lines[-1]


def test_a_migration_from_beginning_to_end(stores: tuple[Fake, Fake], tmp_path: Path) -> None:
    old, new = stores
    stock(old, 6)
    file = told(tmp_path, old, new)
    planned = bare("migrate", "plan", file)
    assert planned.code == 0, planned.err
    assert last(planned) == "read 9 = ready 9"
    digest = next(line.split()[1] for line in planned.lines if line.startswith("plan "))
    assert new.count("create") == 0
    done = bare("migrate", "run", file, "--plan", digest)
    assert (done.code, last(done)) == (0, "read 9 = done 9")
    check_whole(old, new)
    assert bare("migrate", "status", file, "--json").json["states"] == {"done": 9}
    assert last(bare("migrate", "status", file)) == "read 9 = done 9"
    verified = bare("migrate", "verify", file, "--deep")
    assert (verified.code, last(verified)) == (0, "read back 9 = same 9 + differs 0 + gone 0")
    assert bare("migrate", "verify", file, "--sample", 2, "--json").json["same"] == 2 + 3
    reported = bare("migrate", "report", file, "-o", tmp_path / "out")
    assert [Path(line).name for line in reported.lines[:-1]] == [
        "work.csv",
        "redirects.csv",
        "ids.csv",
        "rejects.ndjson",
        "losses.json",
        "report.html",
    ]
    writes = new.count("create") + new.count("update")
    again = bare("migrate", "run", file)
    assert (again.code, new.count("create") + new.count("update")) == (0, writes)
    assert bare("migrate", "undo", file).code == 2
    assert bare("migrate", "undo", file, "--yes").code == 4, "nobody knows how categories are deleted"
    assert new.items("product") == []


def test_a_plan_fails_on_losses_that_nobody_wants(stores: tuple[Fake, Fake], tmp_path: Path) -> None:
    old, new = stores
    stock(old, 2)
    file = told(tmp_path, old, new)
    losses = bare("migrate", "plan", file, "--json").json["losses"]
    some = losses[0]["code"]
    for word in (some, losses[0]["severity"], "any"):
        failed = bare("migrate", "plan", file, "--fail-on", word)
        assert failed.code == 3
        assert some in failed.err.splitlines()[-1]
    unheard = next(
        code.value for code in LossCode if code.rank > max(LossCode.of(one["code"]).rank for one in losses)
    )
    assert bare("migrate", "plan", file, "--fail-on", unheard).code == 0
    assert bare("migrate", "plan", file, "--fail-on", "no-code").code == 2
    assert new.count("create") == 0


def test_what_needs_a_person_is_said_and_listed(stores: tuple[Fake, Fake], tmp_path: Path) -> None:
    old, new = stores
    stock(old, 4)
    new.objects = lambda kind, body: {"name": ["is not liked"]} if body.get("sku") == "T-2" else None
    file = told(tmp_path, old, new)
    done = bare("migrate", "run", file, "--json")
    assert (done.code, done.json["exit_code"]) == (4, 4)
    assert done.err.splitlines()[-1] == "read 7 = done 6 + refused 1"
    assert "something needs a person" in done.err
    bare("migrate", "report", file, "-o", tmp_path / "out")
    work = (tmp_path / "out" / "work.csv").read_text()
    assert "is not liked" in work
    assert "What it refers to was not moved" in work
    assert last(bare("migrate", "retry", file, "--code", "422")) == "read 7 = done 6 + ready 1"
    new.objects = lambda kind, body: None
    assert bare("migrate", "run", file).code == 0
    check_whole(old, new)


def test_three_products_first(stores: tuple[Fake, Fake], tmp_path: Path) -> None:
    old, new = stores
    stock(old, 8)
    file = told(tmp_path, old, new)
    some = bare("migrate", "run", file, "--limit", 3)
    assert some.code == 5
    assert len(new.items("product")) == 3
    assert bare("migrate", "run", file, "--only", "nobody").code == 5
    assert bare("migrate", "run", file).code == 0
    check_whole(old, new)


@pytest.mark.parametrize(
    ("line", "said", "code"),
    [
        ("match: [skuu]", "did you mean 'sku'?", 1),
        ("jurnal: x", "did you mean 'journal'?", 1),
        ("journal: [", "move.yaml:", 1),
    ],
)
def test_a_config_that_is_wrong(line: str, said: str, code: int, stores: tuple[Fake, Fake], tmp_path: Path) -> None:
    file = told(tmp_path, *stores)
    with Path(file).open("a") as out:
        out.write(line + "\n")
    done = bare("migrate", "plan", file)
    assert done.code == code
    assert said in done.err


def test_a_variable_that_is_not_set_is_named(
    stores: tuple[Fake, Fake], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = told(tmp_path, *stores)
    monkeypatch.delenv("COMMERCE_ENGINE_TOKEN")
    done = bare("migrate", "plan", file)
    assert done.code == 2
    assert "COMMERCE_ENGINE_TOKEN" in done.err


def test_a_target_that_is_gone(stores: tuple[Fake, Fake], tmp_path: Path) -> None:
    old, new = stores
    stock(old, 3)
    file = told(tmp_path, old, new, give_up={"in_a_row": 3, "attempts": 2})
    assert bare("migrate", "plan", file).code == 0
    port = new.url
    new.faults.rate, new.faults.words = 1.0, ("drop",)
    done = bare("migrate", "run", file)
    assert done.code == 5
    assert "go on with run" in done.err
    assert port not in bare("migrate", "status", file).out.decode()
    new.faults.rate = 0.0
    assert bare("migrate", "run", file).code == 0
    check_whole(old, new)


def test_nobody_calls_while_the_store_wants_to_be_left_alone(stores: tuple[Fake, Fake], tmp_path: Path) -> None:
    old, new = stores
    stock(old, 6)
    new.asks = 0.5
    new.fail("create", "-", "-", "-", "429", "-", "429-date")
    assert bare("migrate", "run", told(tmp_path, old, new)).code == 0
    assert new.inside_window == 0
    check_whole(old, new)


def test_no_file_and_no_word_has_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token of one of the two stands in every address that is called."""
    with running(CommerceEngine()) as old, running(Prosperna()) as new:
        environment = {**old.environment, **new.environment}
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        stock(old, 3)
        new.fail("create", "+500", "422", "+drop")
        new.fail("update", "html-200", "500")
        words = []
        file = told(tmp_path, old, new, match=["handle", "title"])
        for command in (["plan"], ["run"], ["status"], ["retry", "--all"], ["run"], ["verify"], ["status", "--json"]):
            done = (
                bare("migrate", *command, file)
                if len(command) == 1
                else bare("migrate", command[0], file, command[1])
            )
            words.append(done.out + done.err.encode())
        bare("migrate", "report", file, "-o", tmp_path / "out")
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert len(files) >= 7
        for value in environment.values():
            for found in (value, value.replace(" ", "%20"), value.replace("=", "%3D")):
                assert all(found.encode() not in text for text in (*words, *(path.read_bytes() for path in files)))


# -- ends -----------------------------------------------------------------------------------------------------------


def writes(new: Fake) -> int:
    return new.count("create") + new.count("update")


def until(new: Fake, wanted: int, process: Any) -> None:
    """Wait until a store has seen so many more writes."""
    while writes(new) < wanted and process.is_alive():
        time.sleep(0.002)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_after_the_calls_under_way(
    number: signal.Signals, stores: tuple[Fake, Fake], tmp_path: Path
) -> None:
    old, new = stores
    stock(old, 30)
    file = told(tmp_path, old, new, to={"pace": "40/s"})
    with started(["migrate", "run", file], tmp_path / "said", {}) as process:
        until(new, 5, process)
        os.kill(process.pid or 0, number)
        process.join(20)
        assert process.exitcode == 5
    said = (tmp_path / "said").read_text()
    assert "stopped: interrupted; go on with run" in said
    assert bare("migrate", "status", file, "--json").json["states"].get("sending") is None
    assert bare("migrate", "run", told(tmp_path, old, new)).code == 0
    check_whole(old, new)


def test_a_signal_that_is_ignored_ends_nothing(stores: tuple[Fake, Fake], tmp_path: Path) -> None:
    old, new = stores
    stock(old, 12)
    file = told(tmp_path, old, new, to={"pace": "20/s"})
    with started(["migrate", "run", file], tmp_path / "said", {}, ignored=(signal.SIGHUP,)) as process:
        until(new, 3, process)
        os.kill(process.pid or 0, signal.SIGHUP)
        process.join(60)
        assert process.exitcode == 0
    check_whole(old, new)


def test_it_can_be_watched_until_it_has_ended(stores: tuple[Fake, Fake], tmp_path: Path) -> None:
    old, new = stores
    stock(old, 12)
    file = told(tmp_path, old, new, to={"pace": "6/s"})
    with started(["migrate", "run", file], tmp_path / "said", {}) as process:
        until(new, 3, process)
        watched = bare("migrate", "status", file, "--watch")
        process.join(20)
        assert process.exitcode == 0
    sums = [line for line in watched.lines if line.startswith("read 15 = ")]
    assert len(sums) >= 2, "it is written again when it changes"
    assert sums[-1] == "read 15 = done 15"
    assert len(set(sums)) == len(sums)


def on_a_terminal(words: list[str]) -> tuple[int, str]:
    """Run the command where standard error is a terminal of 100 columns; return its exit code, and what it showed."""
    mine, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    command = [sys.executable, "-c", "from catalens.cli import main; main()", *words]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    shown = b""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs, env=environment) as process:
        os.close(theirs)
        with suppress(OSError):  # the other end is closed
            while piece := os.read(mine, 4096):
                shown += piece
        code = process.wait()
    os.close(mine)
    return code, shown.decode()


def test_a_terminal_shows_how_far_it_is(stores: tuple[Fake, Fake], tmp_path: Path) -> None:
    old, new = stores
    stock(old, 12)
    code, shown = on_a_terminal(["migrate", "run", told(tmp_path, old, new, to={"pace": "20/s"})])
    assert code == 0
    found = re.findall(r"create (\d+)/15 · [\d.]+/s", shown)
    assert len(set(found)) >= 2, shown
    assert "left" in shown
    assert "\x1b[2K" in shown, "it is one line, which is taken away at the end"


def test_it_can_be_killed_at_any_time(stores: tuple[Fake, Fake], tmp_path: Path) -> None:
    """One call in five fails, half of those after it was done; a key may be there twice; and it is killed."""
    old, new = stores
    stock(old, 4 * KILLS)
    new.faults.rate = 0.2
    file = told(tmp_path, old, new, to={"concurrency": 4})
    drawn = random.Random(KILLS)
    kills = 0
    while kills < KILLS:
        with started(["migrate", "run", file], tmp_path / "said", {}) as process:
            until(new, writes(new) + drawn.randint(1, 6), process)
            time.sleep(drawn.random() * 0.02)
            if not process.is_alive():
                break
            os.kill(process.pid or 0, signal.SIGKILL)
            process.join()
            kills += 1
    assert kills >= KILLS / 2, "it had ended before"
    new.faults.rate = 0.0
    done = bare("migrate", "run", file)
    assert (done.code, done.lines[-1]) == (0, f"read {4 * KILLS + 3} = done {4 * KILLS + 3}"), done.err
    check_whole(old, new)
    found = bare("migrate", "verify", file, "--json").json
    assert (found["exit_code"], found["same"], found["orphans"]) == (0, 4 * KILLS + 3, [])


def test_a_configuration_to_begin_with_is_one(tmp_path: Path) -> None:
    text = bare("migrate", "init", "--from", "axim", "--to", "keevault").out
    (tmp_path / "move.yaml").write_bytes(text)
    assert b"match: [title]" in text
    assert b"AXIM_ACCESS_TOKEN" in text
    assert "there is no journal" in bare("migrate", "status", tmp_path / "move.yaml").err
    assert json.loads(bare("schema", "migration").out)["properties"]["from"]
