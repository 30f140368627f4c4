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
from itertools import combinations, permutations
from pathlib import Path
from shutil import copytree, which
from typing import Any

import pytest

from catalens.errors import MissingExtra
from catalens.pipeline.signals import Stopped, Watch
from catalens.pipeline.stream import Recipe, Sinks, blocks, drain, translate_blocks
from tests.commands.door import CUP, HEEDING, KETTLE, MAPPINGS, bare, run, spawn

COMMAND = [sys.executable, "-c", HEEDING, "--mappings", str(MAPPINGS)]
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


READ = ("the input", "--restore", "--ids", "the mapping of shop")


PAIRS = [
    *[(read, role, True) for read in READ for role in ROLES],
    # of one payload there are no rejects and losses of lines, and it may be replaced
    *[(read, role, False) for read in READ for role in ROLES[:3] if (read, role) != ("the input", "output")],
]


@pytest.mark.parametrize(("read", "role", "lines"), PAIRS)
def test_what_is_read_is_never_written(read: str, role: str, lines: bool, tmp_path: Path) -> None:
    mappings = tmp_path / "mappings"
    copytree(MAPPINGS, mappings)
    names = {"the input": tmp_path / "in", "--restore": tmp_path / "sidecars", "--ids": tmp_path / "ids.csv"}
    for file in names.values():
        file.write_bytes(cups(1))
    file = names.get(read, mappings / "shop.yaml")
    before, link = file.read_bytes(), tmp_path / "link"
    os.link(file, link)
    words = [word for option in ("--restore", "--ids") for word in (option, names[option])]
    given = ["--mappings", mappings, "translate", names["the input"], *words, *(["--lines"] if lines else [])]
    for in_place in ([], ["--in-place"]):
        said = bare(*given, *TO_BAZAAR, *in_place, f"--{role}", link)
        assert (said.code, file.read_bytes()) == (2, before)
        assert f"{read} and --{role} are one file" in said.err


def test_one_payload_may_be_replaced_and_is_not_written_into(tmp_path: Path) -> None:
    file = tmp_path / "cup.json"
    file.write_bytes(cups(1))
    said = run("translate", file, *TO_BAZAAR, "--in-place", "-o", file)
    assert (said.code, file.read_bytes()) == (2, cups(1))
    with file.open("ab") as out:
        assert spawn("translate", file, *TO_BAZAAR, stdout=out.fileno()).code == 2
    assert file.read_bytes() == cups(1)
    whole = run("translate", file, *TO_BAZAAR)
    assert run("translate", file, *TO_BAZAAR, "-o", file).code == 0
    assert file.read_bytes() == whole.out


@pytest.mark.parametrize("lines", [["--lines"], []])
@pytest.mark.parametrize("how", ["name", "hard", "symbolic", "standard"])
def test_no_part_is_the_input(how: str, lines: list[str], tmp_path: Path) -> None:
    out, part, given = tmp_path / "out", tmp_path / "out.part", tmp_path / "given"
    file = part if how in ("name", "standard") else given
    file.write_bytes(cups(1))
    if how in ("hard", "symbolic"):
        {"hard": os.link, "symbolic": os.symlink}[how](given, part)
    words = ("translate", "-" if how == "standard" else file, *lines, *TO_BAZAAR, "-o", out)
    if how == "standard":
        with file.open("rb") as stream:
            said = spawn(*words, stdin=stream.fileno())
    else:
        said = run(*words)
    assert (said.code, file.read_bytes()) == (2, cups(1))
    assert "the input and the part that --output is until all is done are one file" in said.err


@pytest.mark.parametrize(("first", "second"), [*permutations(ROLES, 2)])
def test_no_output_is_the_part_of_another(first: str, second: str, tmp_path: Path) -> None:
    one, other = tmp_path / "x", tmp_path / "x.part"
    other.write_bytes(OLD)
    words = [f"--{first}", one, f"--{second}", other]
    if "output" not in (first, second):
        words += ["-o", tmp_path / "out"]
    said = run("translate", "-", "--lines", *TO_BAZAAR, *words, input=cups(1))
    assert (said.code, other.read_bytes(), one.exists()) == (2, OLD, False)
    assert f"--{second} and the part that --{first} is until all is done are one file" in said.err
    # what is written straight has no part
    assert run("translate", "-", "--lines", "--in-place", *TO_BAZAAR, *words, input=cups(1)).code == 0


@pytest.mark.parametrize("lines", [["--lines"], []])
def test_a_report_stands_behind_the_payload_also_in_a_file(lines: list[str], tmp_path: Path) -> None:
    file = tmp_path / "both"
    with file.open("wb") as out:
        said = spawn("translate", "-", *lines, *TO_BAZAAR, "--report", "-", input=cups(1), stdout=out.fileno())
    assert said.code == 0
    assert file.read_bytes().startswith(run("translate", "-", *lines, *TO_BAZAAR, input=cups(1)).out)
    assert b"\nshop/write -> bazaar/write" in file.read_bytes()


def test_standard_output_by_name_goes_on_where_it_is(tmp_path: Path) -> None:
    file, link = tmp_path / "log", tmp_path / "link"
    link.symlink_to("/dev/stdout")
    file.write_bytes(OLD)
    for name, lines in (("/dev/stdout", ["--lines"]), (link, [])):
        before, inode = file.read_bytes(), file.stat().st_ino
        with file.open("ab") as out:
            said = spawn("translate", "-", *lines, *TO_BAZAAR, "-o", name, input=cups(1), stdout=out.fileno())
        assert said.code == 0
        assert (file.read_bytes().startswith(before), file.stat().st_ino) == (True, inode)
        assert len(file.read_bytes()) > len(before)


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


def test_a_part_with_another_name_is_not_written_into(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(OLD)
    os.link(other, tmp_path / "out.json.part")
    said = run("translate", "-", *TO_BAZAAR, "-o", tmp_path / "out.json", input=json.dumps(CUP))
    assert (said.code, other.read_bytes()) == (0, OLD)
    assert json.loads((tmp_path / "out.json").read_bytes())["label"] == "Cup"


def test_a_part_that_is_a_directory_is_refused_for_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "out.json.part").mkdir()
    said = run("translate", "-", *TO_BAZAAR, "-o", tmp_path / "out.json", input=json.dumps(CUP))
    assert said.code == 2
    assert "out.json.part is a directory" in said.err


@pytest.mark.parametrize("straight", [True, False])
@pytest.mark.parametrize("role", ROLES)
def test_all_files_are_open_before_one_is_touched(role: str, straight: bool, tmp_path: Path) -> None:
    files = {one: tmp_path / one for one in ROLES} | {role: tmp_path / "nowhere" / role}
    parts = [tmp_path / f"{one}.part" for one in ROLES]
    for file in [*files.values(), *parts]:
        if file.parent.exists():
            file.write_bytes(OLD)
    words = [word for one, file in files.items() for word in (f"--{one}", file)]
    mode = ["--in-place"] if straight else []
    said = run("translate", "-", "--lines", *TO_BAZAAR, *mode, *words, input=cups(1))
    assert said.code == 2
    assert f"nowhere/{role}: No such file or directory" in said.err
    left = [file for file in [*files.values(), *parts] if file.parent.exists()]
    assert [file for file in left if file.read_bytes() != OLD] == []


def test_nothing_is_left_of_parts_that_were_not_written(tmp_path: Path) -> None:
    words = ("--losses", tmp_path / "losses.nd.gz", "--report", tmp_path / "nowhere" / "report")
    said = run("translate", "-", "--lines", *TO_BAZAAR, "-o", tmp_path / "out", *words, input=cups(1))
    assert (said.code, [*tmp_path.iterdir()]) == (2, [])


def test_nothing_is_left_of_a_form_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise MissingExtra("files that end with .zst", "zstd")

    monkeypatch.setattr("catalens.compression._zstd", missing)
    said = run("translate", "-", *TO_BAZAAR, "-o", tmp_path / "out.zst", input=json.dumps(CUP))
    assert (said.code, [*tmp_path.iterdir()]) == (2, [])


@pytest.mark.parametrize("lines", [["--lines"], []])
def test_no_signal_breaks_in_while_files_take_their_place(
    lines: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ROLES if lines else ROLES[:3]
    files = {name: tmp_path / name for name in names}
    for file in files.values():
        file.write_bytes(OLD)
    replace, order = os.replace, []

    def replaced(part: str, place: str) -> None:
        order.append(Path(place).name)
        replace(part, place)
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(os, "replace", replaced)
    words = [word for name, file in files.items() for word in (f"--{name}", file)]
    said = run("translate", "-", *lines, *TO_BAZAAR, *words, input=cups(1))
    assert said.code == 128 + signal.SIGTERM
    assert "all files are whole, and in their place" in said.err
    assert OLD not in [file.read_bytes() for file in files.values()]
    assert order == [one for one in ("rejects", "losses", "report", "sidecar", "output") if one in names]
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_owners_are_kept(tmp_path: Path) -> None:
    out, sidecar = tmp_path / "out.json", tmp_path / "sidecar.json"
    for file in (out, sidecar):
        file.write_bytes(OLD)
        os.chown(file, 12345, 12346)
        file.chmod(0o664)
    said = run("translate", "-", *TO_BAZAAR, "-o", out, "--sidecar", sidecar, input=json.dumps(CUP))
    found = [file.stat() for file in (out, sidecar)]
    assert said.code == 0
    assert [(one.st_uid, one.st_gid) for one in found] == [(12345, 12346)] * 2
    # a sidecar is for its owner's eyes, whoever could read it before
    assert [stat.S_IMODE(one.st_mode) for one in found] == [0o664, 0o600]


@pytest.mark.skipif(os.geteuid() != 0 or which("setpriv") is None, reason="only root becomes somebody else")
def test_who_cannot_keep_the_owner_is_told_beforehand(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    out.write_bytes(OLD)
    out.chmod(0o666)
    given = [*COMMAND, "translate", "-", *TO_BAZAAR, "-o", str(out)]
    # to own what is new, and nothing that is there, is to be root without the right to give it away
    begin = ["setpriv", "--bounding-set=-chown", "--inh-caps=-chown", "--"]
    os.chown(out, 12345, 12346)
    done = subprocess.run([*begin, *given], input=cups(1), capture_output=True, check=False)
    assert (done.returncode, out.read_bytes()) == (2, OLD)
    assert b"its owner could not be kept" in done.stderr
    assert b"--in-place" in done.stderr
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.skipif(os.geteuid() != 0 or which("setpriv") is None, reason="only root becomes somebody else")
def test_a_new_file_that_nobody_may_make_is_no_matter_of_replacing(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    begin = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override", "--"]
    given = [*begin, *COMMAND, "translate", "-", *TO_BAZAAR, "-o", str(tmp_path / "out.json")]
    done = subprocess.run(given, input=cups(1), capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr.decode() == f"Error: {tmp_path / 'out.json'}: Permission denied\n"


def _can_mount(there: Path) -> bool:
    file = there / "mounted"
    file.touch()
    words = ["unshare", "-m", "mount", "--bind", str(file), str(file)]
    return which("unshare") is not None and subprocess.run(words, capture_output=True, check=False).returncode == 0


def test_what_is_mounted_by_itself_is_refused_beforehand(tmp_path: Path) -> None:
    if not _can_mount(tmp_path):
        pytest.skip("only root mounts")
    out = tmp_path / "out.json"
    out.write_bytes(OLD)
    script = 'mount --bind "$0" "$0" && exec "$@"'
    begin = ["unshare", "-m", "sh", "-c", script, str(out)]
    given = [*begin, *COMMAND, "translate", "-", *TO_BAZAAR, "-o", str(out)]
    done = subprocess.run(given, input=cups(1), capture_output=True, check=False)
    assert (done.returncode, out.read_bytes()) == (2, OLD)
    assert b"it is mounted by itself" in done.stderr
    done = subprocess.run([*given, "--in-place"], input=cups(1), capture_output=True, check=False)
    assert (done.returncode, json.loads(out.read_bytes())["label"]) == (0, "Cup")


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


def test_signals_that_are_ignored_stay_so(tmp_path: Path) -> None:
    out = tmp_path / "out.nd"
    code = HEEDING.replace("SIG_DFL", "SIG_IGN")
    given = [sys.executable, "-c", code, *COMMAND[3:], "translate", "-", "--lines", *TO_BAZAAR, "-o", str(out)]
    with subprocess.Popen(given, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(cups(1))
        process.stdin.flush()
        until((tmp_path / "out.nd.part").exists)
        process.send_signal(signal.SIGHUP)
        process.communicate(cups(1))
    assert process.returncode == 0
    assert out.read_bytes().count(b"\n") == 2


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
    assert process.returncode == 2
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
