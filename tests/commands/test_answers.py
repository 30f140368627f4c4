"""Answers at the command line: lists of products, and payloads of another format than was said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from catalens.pipeline import stream
from tests.commands.door import bare, run

PRODUCTS = [{"name": "Tea", "base_price": 5}, {"name": "Cup", "base_price": 6.50, "novel": 1}, {"name": 7}]
ARRIVED = b'{"name":"Tea","price":5}\n{"name":"Cup","price":6.5}\n'
SAID = [
    "line 3: /name: expected string, found integer 7",
    "3 lines: 2 translated, 1 rejected, 1 with loss",
    "1 × dropped.unknown_field (unknown field), e.g. line 2 /novel; add a line to the mapping",
]


def lists(*words: object, given: bytes) -> Any:
    return bare("translate", "-", "--lines", "--to", "axim", *words, input=given)


@pytest.fixture(params=[stream.BLOCK, 100], ids=["short", "long"])
def block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Set the length behind which an answer is read piece by piece."""
    size: int = request.param
    monkeypatch.setattr(stream, "BLOCK", size)
    return size


@pytest.mark.usefixtures("block")
@pytest.mark.parametrize("indent", [None, 0, 2], ids=str)
@pytest.mark.parametrize("source", [[], ["--from", "webcommander"], ["--from", "webcommander/read"]], ids=str)
def test_a_list_is_read_as_lines_of_products(indent: int | None, source: list[str]) -> None:
    said = lists(*source, given=json.dumps({"products": PRODUCTS, "page": 1}, indent=indent).encode())
    assert (said.code, said.out, said.err.splitlines()) == (1, ARRIVED, SAID)


@pytest.mark.usefixtures("block")
def test_a_list_deeper_in_an_answer_is_read_too() -> None:
    products = [{"name": "Tea", "sku": "T-1"}]
    given = {"message": "m", "content": {"pagination": {"page": 1}, "products": products, "more": "x" * 100}}
    said = lists(given=json.dumps(given, indent=1).encode())
    assert (said.code, said.out) == (0, b'{"name":"Tea","sku":"T-1"}\n')


@pytest.mark.usefixtures("block")
@pytest.mark.parametrize("indent", [None, 0, 2], ids=str)
@pytest.mark.parametrize("source", [[], ["--from", "webcommander"], ["--from", "webcommander/read"]], ids=str)
def test_an_array_of_products_is_read_as_lines_of_them(indent: int | None, source: list[str]) -> None:
    said = lists(*source, given=json.dumps(PRODUCTS, indent=indent).encode())
    assert (said.code, said.out, said.err.splitlines()) == (1, ARRIVED, SAID)


def test_each_line_may_be_an_array() -> None:
    given = b"".join(json.dumps(one).encode() + b"\n" for one in ([], PRODUCTS[:1], PRODUCTS[1], PRODUCTS[2:]))
    for first in (given, given.removeprefix(b"[]\n")):
        said = lists("--from", "webcommander/read", given=first)
        assert (said.out, said.err.splitlines()) == (ARRIVED, SAID)


@pytest.mark.parametrize("given", [b"[1, 2]\n", b'["a"]\n'])
def test_an_array_of_something_else_is_a_bad_line(given: bytes) -> None:
    said = lists("--from", "webcommander/read", given=given + b'{"name": "Tea"}\n')
    assert (said.code, said.lines) == (1, ['{"name":"Tea"}'])
    assert "line 1: (the payload): expected object, found array" in said.err


def test_each_line_may_be_a_page() -> None:
    pages = [{"products": PRODUCTS[:1]}, {"products": []}, {"product": PRODUCTS[1]}, {"products": PRODUCTS[2:]}]
    said = lists(given=b"".join(json.dumps(one).encode() + b"\n\n" for one in pages))
    assert said.out == ARRIVED
    assert [line.replace("/product/novel", "/novel") for line in said.err.splitlines()] == SAID


def test_an_empty_list_has_no_products() -> None:
    said = lists(given=b'{"products": []}\n')
    assert (said.code, said.out, said.err) == (0, b"", "0 lines: 0 translated, 0 rejected, 0 with loss\n")


@pytest.mark.usefixtures("block")
def test_several_processes_give_what_one_gives(tmp_path: Path) -> None:
    given = tmp_path / "list.json"
    given.write_text(json.dumps({"products": PRODUCTS}, indent=2))
    one, two = (bare("translate", given, "--lines", "--to", "axim", "--jobs", jobs) for jobs in (1, 2))
    assert (one.out, one.err) == (two.out, two.err) == (ARRIVED, "\n".join(SAID) + "\n")


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (b'{"products": [\n{"name": "a\nb"}\n]}', "unterminated string"),
        (b'{"products": [\n{"name": "a"}],\n"products": [\n{"name": "b"}]}', "more than once"),
        (b'{"products": [{"name": "a", "name": "b"}]}', "/name: this key stands more than once"),
    ],
)
def test_nothing_of_a_list_is_lost_in_silence(given: bytes, error: str) -> None:
    said = lists("--from", "webcommander/read", given=given)
    assert (said.code, said.out) == (1, b"")
    assert error in said.err.lower()


def test_what_is_wrong_around_a_long_list_is_said_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "BLOCK", 30)
    given = b'{"products": [\n{"name": "a"},\n{"name": "b"}],\n"products": [\n{"name": "c"}]}'
    for jobs in (1, 2):
        said = lists("--from", "webcommander/read", "--jobs", jobs, given=given)
        assert (said.code, said.lines) == (1, ['{"name":"a"}', '{"name":"b"}'])
        assert said.err == "Error: /products: this key stands more than once in its object\n"


@pytest.mark.usefixtures("block")
def test_a_bad_first_line_hides_no_others() -> None:
    said = lists("--from", "webcommander/read", given=b'{"name": \n{"name": "Tea"}\n{"name": "Cup"}\n')
    assert (said.code, said.out) == (1, b'{"name":"Tea"}\n{"name":"Cup"}\n')
    assert said.err.startswith("line 1: (the payload): not JSON")


def test_a_list_is_no_single_payload(tmp_path: Path) -> None:
    given = json.dumps({"products": PRODUCTS})
    said = bare("translate", "-", "--to", "axim", input=given)
    assert (said.code, said.out) == (1, b"")
    assert "/products: expected one product, found a list of 3" in said.err
    assert "--lines" in said.err


def test_detect_says_that_there_is_a_list() -> None:
    said = bare("detect", "-", input=json.dumps({"products": PRODUCTS}))
    assert (said.out, said.err) == (b"webcommander/read\n", "a list of 3 products: translate it with --lines\n")


# -- another format than was said -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "fix"),
    [
        ({"product": {"name": "Tea", "base_price": 5}}, "it looks like webcommander/read: say so with --from"),
        ({"colour": "red"}, "'catalens detect' tells formats apart, --from names one"),
    ],
)
def test_a_payload_of_which_nothing_is_known_is_an_error(tmp_path: Path, payload: Any, fix: str) -> None:
    out, report = tmp_path / "out.json", tmp_path / "report.json"
    words = ("translate", "-", "--from", "axim", "--to", "keevault")
    said = bare(*words, "-o", out, "--report", report, "--report-format", "json", input=json.dumps(payload))
    assert said.code == 1
    assert f"expected fields of axim/write, found none; {fix}" in said.err
    assert not out.exists()
    assert json.loads(report.read_text())["counts"]["dropped"] > 0
    allowed = bare(*words, "--allow-empty", input=json.dumps(payload))
    assert (allowed.code, allowed.json) == (0, {})


def test_an_empty_payload_is_no_mistake() -> None:
    assert bare("translate", "-", "--from", "axim", "--to", "keevault", input="{}").code == 0


def test_lines_of_which_nothing_is_known_are_translated() -> None:
    assert run("translate", "-", "--lines", "--from", "shop", "--to", "bazaar", input='{"odd": 1}\n').code == 0


def test_what_only_stays_at_home_is_no_mistake() -> None:
    assert bare("translate", "-", "--from", "axim", "--to", "axim", input='{"colour": 1}').json == {"colour": 1}
