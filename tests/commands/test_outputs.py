"""Files are whole or as they were, whatever ends the command; and no output takes the input's place."""

from __future__ import annotations

import io
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from catalens.pipeline.signals import Stopped, Watch
from catalens.pipeline.stream import Recipe, Sinks, blocks, drain, translate_blocks
from tests.commands.door import CUP, KETTLE, MAPPINGS, run, spawn

#: whoever runs the tests may have had SIGHUP ignored, as nohup does, and the command would go on doing so
_BEGIN = "import signal; signal.signal(signal.SIGHUP, signal.SIG_DFL); from catalens.cli import main; main()"
COMMAND = [sys.executable, "-c", _BEGIN, "--mappings", str(MAPPINGS)]
TO_BAZAAR = ("--from", "shop/write", "--to", "bazaar")
ROLES = ("output", "report", "sidecar", "rejects", "losses")
OLD = b"what was there before\n"


def cups(count: int) -> bytes:
    return b"".join(json.dumps({**CUP, "code": f"C-{n}", "key": "k"}).encode() + b"\n" for n in range(count))


@contextmanager
def running(*words: object, **streams: Any) -> Iterator[subprocess.Popen[bytes]]:
    given = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    with subprocess.Popen([*COMMAND, *map(str, words)], **given) as process:
        try:
            yield process
        finally:
            process.kill()


def until(met: Any) -> None:
    """Wait for what has to come."""
    end = time.monotonic() + 60
    while not met():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


# -- roles ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def linked(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Path, Path]:
    """Make a file, and another name of it."""
    one, other = tmp_path / "in.nd", tmp_path / "other.nd"
    one.write_bytes(cups(2))
    {"hard": os.link, "symbolic": os.symlink}[request.param](one, other)
    return one, other


@pytest.mark.parametrize("linked", ["hard", "symbolic"], indirect=True)
@pytest.mark.parametrize("role", ROLES)
def test_the_input_is_never_written(role: str, linked: tuple[Path, Path]) -> None:
    one, _ = linked
    for first, second in (linked, reversed(linked)):
        said = run("translate", first, "--lines", *TO_BAZAAR, f"--{role}", second)
        assert (said.code, one.read_bytes()) == (2, cups(2))
        assert f"the input and --{role} are one file" in said.err


@pytest.mark.parametrize("linked", ["hard", "symbolic"], indirect=True)
@pytest.mark.parametrize(("first", "second"), [*combinations(ROLES, 2)])
def test_no_two_outputs_are_one_file(first: str, second: str, linked: tuple[Path, Path]) -> None:
    one, other = linked
    said = run("translate", "-", "--lines", *TO_BAZAAR, f"--{first}", one, f"--{second}", other, input=b"{}")
    assert (said.code, one.read_bytes()) == (2, cups(2))
    assert f"--{first} and --{second} are one file" in said.err


@pytest.mark.parametrize("role", ["input", *ROLES])
def test_standard_output_may_lead_into_a_file(role: str, tmp_path: Path) -> None:
    file = tmp_path / "it.nd"
    file.write_bytes(cups(2))
    names = ["-", "--rejects", file] if role == "output" else ["-", f"--{role}", "/dev/stdout"]
    words = [file] if role == "input" else names
    with file.open("ab") as out:
        said = spawn("translate", *words, "--lines", *TO_BAZAAR, input=b"{}", stdout=out.fileno())
    assert (said.code, file.read_bytes()) == (2, cups(2))
    assert "are one file" in said.err


# -- whole, or as they were -----------------------------------------------------------------------------------------


def test_files_take_their_place_with_mode_and_through_links(tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_bytes(OLD)
    real.chmod(0o640)
    link.symlink_to(real)
    said = run("translate", "-", *TO_BAZAAR, "-o", link, "--sidecar", tmp_path / "s.json", input=json.dumps(CUP))
    assert said.code == 0
    assert link.is_symlink()
    assert json.loads(real.read_bytes()) != OLD
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "s.json").stat().st_mode) == 0o600
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("lines", [False, True])
def test_nothing_is_replaced_before_all_is_written(lines: bool, tmp_path: Path) -> None:
    """A file that may have no byte more ends the command; the others are as they were."""
    names = ("output", "sidecar", "report", *(("rejects", "losses") if lines else ()))
    files = {name: tmp_path / name for name in names}
    for file in files.values():
        file.write_bytes(OLD)
    (tmp_path / "in").write_bytes(cups(20_000) if lines else cups(1))
    words = [word for name, file in files.items() for word in (f"--{name}", str(file))]
    limit = 100_000 if lines else 60
    code = (
        f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}));"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); from catalens.cli import main; main()"
    )
    given = [
        "--mappings",
        MAPPINGS,
        "translate",
        tmp_path / "in",
        *(["--lines"] if lines else []),
        *TO_BAZAAR,
        *words,
    ]
    done = subprocess.run([sys.executable, "-c", code, *map(str, given)], capture_output=True, check=False)
    assert done.returncode == 2, done.stderr
    assert {file.read_bytes() for file in files.values()} == {OLD}
    assert b".part" in done.stderr


def test_a_full_device_takes_no_older_sidecar_with_it(tmp_path: Path) -> None:
    sidecar = tmp_path / "old.json"
    sidecar.write_bytes(OLD)
    said = spawn("translate", "-", *TO_BAZAAR, "-o", "/dev/full", "--sidecar", sidecar, input=cups(1))
    assert (said.code, sidecar.read_bytes()) == (2, OLD)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_signal_leaves_older_files_as_they_were(number: signal.Signals, tmp_path: Path) -> None:
    out, rejects = tmp_path / "out.nd", tmp_path / "rejects.nd"
    for file in (out, rejects):
        file.write_bytes(OLD)
    with running("translate", "-", "--lines", *TO_BAZAAR, "-o", out, "--rejects", rejects) as process:
        assert process.stdin is not None
        process.stdin.write(cups(3) + b"no payload\n")
        process.stdin.flush()
        part = tmp_path / "out.nd.part"
        until(lambda: part.exists() and part.read_bytes().count(b"\n") == 3)
        process.send_signal(number)
        _, said = process.communicate()
    assert process.returncode == (-9 if number == signal.SIGKILL else 128 + number)
    assert (out.read_bytes(), rejects.read_bytes()) == (OLD, OLD)
    # all that was read is in one of the two
    assert (tmp_path / "rejects.nd.part").read_bytes().count(b"\n") == 1
    if number != signal.SIGKILL:
        assert f"stopped by {number.name}" in said.decode()
        assert "done with 4 lines" in said.decode()
        assert str(part) in said.decode()
    # what was left is no hindrance
    assert run("translate", "-", "--lines", *TO_BAZAAR, "-o", out, input=cups(1)).code == 0
    assert out.read_bytes().count(b"\n") == 1
    assert not part.exists()


def test_two_runs_do_not_write_one_file(tmp_path: Path) -> None:
    out = tmp_path / "out.nd"
    with running("translate", "-", "--lines", *TO_BAZAAR, "-o", out) as process:
        assert process.stdin is not None
        process.stdin.write(cups(1))
        process.stdin.flush()
        until((tmp_path / "out.nd.part").exists)
        said = run("translate", "-", "--lines", *TO_BAZAAR, "-o", out, input=cups(2))
        assert said.code == 2
        assert "another run" in said.err
        process.stdin.close()
        assert process.wait() == 0
    assert out.read_bytes().count(b"\n") == 1


def test_a_part_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(OLD)
    (tmp_path / "out.json.part").symlink_to(elsewhere)
    said = run("translate", "-", *TO_BAZAAR, "-o", tmp_path / "out.json", input=json.dumps(CUP))
    assert (said.code, elsewhere.read_bytes()) == (2, OLD)
    assert "is a link" in said.err
    assert "--in-place" in said.err
    said = run("translate", "-", *TO_BAZAAR, "--in-place", "-o", tmp_path / "out.json", input=json.dumps(CUP))
    assert said.code == 0
    assert (tmp_path / "out.json").exists()
    assert elsewhere.read_bytes() == OLD


def test_who_follows_a_stream_sees_all_its_files_grow(tmp_path: Path) -> None:
    rejects, losses = tmp_path / "rejects.nd", tmp_path / "losses.nd"
    with running("translate", "-", "--lines", *TO_BAZAAR, "--rejects", rejects, "--losses", losses) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(KETTLE).encode() + b"\nno payload\n")
        process.stdin.flush()
        assert process.stdout.readline()
        # they were there before the line was
        assert rejects.read_bytes().count(b"\n") == 1
        assert losses.read_bytes().count(b"\n") == 1


# -- processes ------------------------------------------------------------------------------------------------------


def children(of: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{of}/task/{of}/children").read_text().split()]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="there is no /proc")
def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    with spread_over_two(tmp_path / "in.nd", 200_000) as process:
        workers = children(process.pid)
        assert len(workers) >= 2
        process.kill()
        process.wait()
        until(lambda: not any(_runs(one) for one in workers))
        assert process.stderr is not None
        process.stderr.read()  # nobody holds it open


@contextmanager
def spread_over_two(file: Path, count: int) -> Iterator[subprocess.Popen[bytes]]:
    """Translate a file of so many cups in two workers, which have begun."""
    file.write_bytes(cups(count))
    with running("translate", file, "--lines", *TO_BAZAAR, "--jobs", 2, stdin=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.read(1)
        yield process


def _runs(process: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False


def test_a_file_that_is_written_over_while_it_is_read_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "in.nd"
    with spread_over_two(file, 150_000) as process:
        with file.open("r+b") as again:
            again.seek(-10, os.SEEK_END)
            again.write(b" ")
        _, said = process.communicate()
    assert process.returncode == 1
    assert b"was changed while it was read" in said


# -- standard error, and standard output ----------------------------------------------------------------------------


@pytest.mark.parametrize(("given", "code"), [(json.dumps(CUP).encode(), 0), (b"{", 1), (b'{"name": 5}', 1)])
def test_nobody_needs_to_read_standard_error(given: bytes, code: int) -> None:
    with open("/dev/full", "wb") as full:
        said = spawn("translate", "-", *TO_BAZAAR, input=given, stderr=full.fileno())
    assert said.code == code
    assert bool(said.out) == (code == 0)
    with open("/dev/full", "wb") as full:
        assert spawn("translate", "--no-such-option", stderr=full.fileno()).code == 2


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["formats"], ["translate", "--help"]])
def test_a_full_standard_output_is_a_message(words: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        said = spawn(*words, stdout=full.fileno())
    assert said.code == 2
    assert said.err == "Error: input or output: No space left on device\n"


class StoppedWhile(io.BytesIO):
    """An output while which is written a signal comes."""

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self.watch = watch

    def write(self, data: Any, /) -> int:
        self.watch(signal.SIGTERM)
        return super().write(data)


def test_lines_that_were_being_written_when_a_signal_came_are_done() -> None:
    watch = Watch()
    output = StoppedWhile(watch)
    recipe = Recipe("shop/write", "bazaar", directories=(str(MAPPINGS),))
    results = translate_blocks(recipe, blocks(io.BytesIO(cups(3))))
    with pytest.raises(Stopped) as stopped:
        drain(results, Sinks(output, None, None, print, lambda size: None, unbroken=watch.held))
    assert output.getvalue().count(b"\n") == 3
    assert stopped.value.__notes__ == ["done with 3 lines; what comes behind them was not read"]
