"""Compressed files, by their names: read and written piece by piece, however much is in them."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalens import CatalensError, MissingExtra, compression
from catalens.pipeline import files
from tests.commands.door import CUP, bare, run, spawn
from tests.commands.test_lines import text

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACKED: dict[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
    ".gz": (gzip.compress, gzip.decompress),
    ".zst": (zstd.compress, zstd.decompress),
}
WORDS = ("--from", "shop/write", "--to", "bazaar")
OUT = b'{"label":"Cup","sku":"C-1","heft":0.25,"words":["cold"]}\n'


@pytest.mark.parametrize("ending", PACKED)
def test_a_compressed_payload_is_one(tmp_path: Path, ending: str) -> None:
    pack, unpack = PACKED[ending]
    given, out = tmp_path / f"in.json{ending}", tmp_path / f"out.json{ending}"
    given.write_bytes(pack(json.dumps(CUP).encode()))
    assert run("translate", given, *WORDS, "-o", out).code == 0
    assert json.loads(unpack(out.read_bytes()))["label"] == "Cup"


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("ending", PACKED)
def test_compressed_lines_are_lines(tmp_path: Path, ending: str, jobs: int) -> None:
    pack, unpack = PACKED[ending]
    given = tmp_path / f"in.ndjson{ending}"
    given.write_bytes(pack(text(CUP, {"colour": "red"})) + pack(text(b"[]", CUP)))
    names = [tmp_path / f"{name}{ending}" for name in ("out", "rejects", "losses")]
    words = ("--lines", "--jobs", jobs, "-o", names[0], "--rejects", names[1], "--losses", names[2])
    assert spawn("translate", given, *WORDS, *words).code == 1
    out, rejects, losses = (unpack(name.read_bytes()) for name in names)
    assert out == OUT + b"{}\n" + OUT
    assert json.loads(rejects)["line"] == 3
    assert json.loads(losses)["line"] == 2


@pytest.mark.parametrize("ending", PACKED)
def test_the_same_output_is_the_same_file(tmp_path: Path, ending: str) -> None:
    names = [tmp_path / one for one in (f"a{ending}", f"b{ending}")]
    for name in names:
        run("translate", "-", "--lines", *WORDS, "-o", name, input=text(CUP))
    assert names[0].read_bytes() == names[1].read_bytes()


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("ending", PACKED)
def test_a_file_that_is_cut_off_is_an_error_behind_what_is_there(tmp_path: Path, ending: str, jobs: int) -> None:
    given = tmp_path / f"in{ending}"
    lines = [{**CUP, "code": f"{number:x}" * 5} for number in range(100_000)]
    packed = PACKED[ending][0](text(*lines))
    given.write_bytes(packed[: len(packed) // 2])
    said = spawn("translate", given, "--lines", *WORDS, "--jobs", jobs)
    assert said.code == 1
    assert 10_000 < len(said.lines) < 100_000
    assert f"{given} cannot be unpacked: " in said.err
    assert said.err.endswith("it is damaged, or not whole\n")


@pytest.mark.parametrize("ending", PACKED)
def test_what_is_not_compressed_is_an_error(tmp_path: Path, ending: str) -> None:
    given = tmp_path / f"in{ending}"
    given.write_bytes(text(CUP) * 10)
    for words in ([], ["--lines"]):
        said = run("translate", given, *WORDS, *words)
        assert (said.code, said.out) == (1, b"")
        assert f"Error: {given} cannot be unpacked: " in said.err


@pytest.mark.parametrize("ending", PACKED)
def test_a_small_file_that_unpacks_to_too_much_is_an_error(
    tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_UNPACKED", 5 << 20)
    given = tmp_path / f"in{ending}"
    given.write_bytes(PACKED[ending][0](b" " * (5 << 20)))
    assert len(files.read(str(given))) == 5 << 20
    given.write_bytes(PACKED[ending][0](b" " * (5 << 20) + b" "))
    with pytest.raises(CatalensError, match="unpacks to more than 5 MiB; unpack it first"):
        files.read(str(given))


#: runs a command in so little memory that what is unpacked has no room in it
IN_LITTLE_MEMORY = f"""
import resource
resource.setrlimit(resource.RLIMIT_AS, ({700 << 20}, {700 << 20}))
from catalens.cli import main
main()
"""


@pytest.mark.parametrize("ending", PACKED)
def test_a_line_without_end_is_an_error_in_little_memory(tmp_path: Path, ending: str) -> None:
    given = tmp_path / f"in{ending}"
    given.write_bytes(PACKED[ending][0](b"\n" + b" " * (300 << 20)))
    command = [sys.executable, "-c", IN_LITTLE_MEMORY, "translate", given, "--lines", "--from", "axim"]
    done = subprocess.run([*command, "--to", "keevault"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: line 2 is longer than 64 MiB\n"


def test_a_library_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "backports", None)
    monkeypatch.setitem(sys.modules, "compression", None)
    given = tmp_path / "in.zst"
    given.write_bytes(b"")
    with given.open("rb") as file, pytest.raises(MissingExtra, match=r"pip install 'catalens\[zstd\]'"):
        compression.unpacking(str(given), file)
    said = bare("translate", given, "--lines", "--from", "axim", "--to", "keevault")
    assert (said.code, said.err.count("catalens[zstd]")) == (2, 1)


def test_other_errors_of_a_library_are_not_hidden() -> None:
    class Faulty:
        def read(self, size: int) -> Any:
            raise KeyError(size)

        def close(self) -> None:
            pass

    with pytest.raises(KeyError):
        compression._stream("in.zst", Faulty()).read(1)
