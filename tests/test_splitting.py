"""Long lists of products are split as they are read, byte by byte into what a reader of the whole would find."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalens import InvalidPayload
from catalens.payloads import dumps, items_in
from catalens.pipeline import splitting, stream
from catalens.pipeline.outputs import Outputs
from catalens.pipeline.splitting import Splitter
from catalens.pipeline.stream import Job, Recipe, translate_file
from tests.commands.door import MAPPINGS

TEXTS = st.text(st.sampled_from('a"\\{}[]:,\n\t/é\u2028products'), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(TEXTS, inside, max_size=3),
    max_leaves=8,
)
PATHS = [(), ("products",), ("content", "products"), ("a", "a", "a")]


class Slow:
    """A stream that gives a few bytes at once, whatever it is asked for."""

    def __init__(self, text: bytes, sizes: list[int]) -> None:
        self.pieces = self.cut(text, sizes)

    def cut(self, text: bytes, sizes: list[int]) -> Iterator[bytes]:
        while text:
            for size in sizes:
                yield text[:size]
                text = text[size:]

    def read(self, size: int) -> bytes:
        return next((piece for piece in self.pieces if piece), b"")


def split(text: bytes, names: tuple[str, ...], sizes: list[int]) -> list[bytes]:
    head = text[: sizes[0] // 2]
    return list(Splitter(Slow(text[len(head) :], sizes), head, names).products())  # type: ignore[arg-type]


@st.composite
def answers(draw: st.DrawFn) -> tuple[str, tuple[str, ...], list[Any]]:
    """Draw an answer, the path of the list in it, and the items of the list."""
    names, items = draw(st.sampled_from(PATHS)), draw(st.lists(VALUES, max_size=4))
    value: Any = items
    for name in reversed(names):
        before, behind = (
            draw(st.dictionaries(TEXTS.filter(lambda one, name=name: one != name), VALUES, max_size=2)) for _ in "12"
        )
        value = {**before, name: value, **{key: one for key, one in behind.items() if key not in before}}
    indent, ascii_only = draw(st.sampled_from([None, 0, 2])), draw(st.booleans())
    return json.dumps(value, indent=indent, ensure_ascii=ascii_only), names, items


SIZES = st.lists(st.integers(1, 9), min_size=1, max_size=4)


@given(answers(), SIZES)
def test_items_are_those_of_the_whole(answer: tuple[str, tuple[str, ...], list[Any]], sizes: list[int]) -> None:
    text, names, items = answer
    found = split(text.encode(), names, sizes)
    assert found == items_in(text.encode(), names)
    assert [json.loads(one) for one in found] == items


@given(st.lists(answers(), min_size=2, max_size=3), SIZES)
def test_answers_stand_behind_one_another(
    several: list[tuple[str, tuple[str, ...], list[Any]]], sizes: list[int]
) -> None:
    names = several[0][1]
    text = "\n".join(one for one, _, _ in several).encode()
    expected: list[bytes] = []
    for one, _, _ in several:
        items = items_in(one.encode(), names)
        expected += [one.encode()] if items is None else items
    assert split(text, names, sizes) == expected


@given(answers(), SIZES, st.data())
def test_an_answer_that_is_cut_off_is_an_error_behind_whole_items(
    answer: tuple[str, tuple[str, ...], list[Any]], sizes: list[int], data: st.DataObject
) -> None:
    text, names, _ = answer
    cut = text.encode()[: data.draw(st.integers(1, max(1, len(text.encode()) - 1)))]
    splitter = Splitter(Slow(cut, sizes), b"", names)  # type: ignore[arg-type]
    found: list[bytes] = []
    with pytest.raises(InvalidPayload):
        found.extend(splitter.products())
    assert found == (items_in(text.encode(), names) or [])[: len(found)]


@pytest.mark.parametrize(
    ("text", "count", "message"),
    [
        (b'{"products": [{"a": 1}, {"b": 2}', 2, "/products: expected ',' or ']' at byte 32, behind 2 products"),
        (b'{"products": [{"a": 1}, {"b": 2', 1, "/products: expected the end of an object or list at byte 24"),
        (b'{"products": [{"a": 1},', 1, "/products: expected an item at byte 23"),
        (b'{"products": [12, 3', 1, "/products: expected the end of an item at byte 19"),
        (b'{"products": [{"a": 1},]}', 1, "/products: expected an item at byte 24"),
        (b'{"products": [{"a": 1} {"b": 2}]}', 1, "/products: expected ',' or ']' at byte 24"),
        (
            b'{"products": [{"a": "x\ny"}]}',
            0,
            "/products: expected the end of a text (unterminated string) at byte 14",
        ),
        (b'{"products": [{"a": 1}]', 1, "/products: expected ',' or '}' at byte 23"),
        (b'{"products": [{"a": 1}], "b": tru}', 1, "(the payload): not JSON: Expecting value"),
        (b'{"products": [{"a": 1}], "products": []}', 1, "/products: this key stands more than once"),
        (b'{"b": 1, "products": [{"a": 1}], "b": 2}', 1, "/b: this key stands more than once"),
        (b'{"products": [{"a": 1}],}', 1, "(the payload): not JSON"),
        (b'{"products" [{"a": 1}]}', 0, "/products: expected ':' at byte 13"),
        (b'{products: [{"a": 1}]}', 0, "/products: expected a key at byte 9"),
    ],
)
def test_an_error_says_where_and_behind_what(text: bytes, count: int, message: str) -> None:
    found: list[bytes] = []
    with pytest.raises(InvalidPayload) as caught:
        found.extend(Splitter(BytesIO(text), b"", ("products",)).products())
    assert len(found) == count
    assert str(caught.value).startswith(message)


def test_what_is_wrong_within_an_item_is_found_when_it_is_read() -> None:
    text = b'{"products": [{"a": tru}, {"a": 1, "a": 2}, 1.50, "x", {"a": 1.50}]}'
    assert split(text, ("products",), [7]) == [b'{"a": tru}', b'{"a": 1, "a": 2}', b"1.50", b'"x"', b'{"a": 1.50}']


@pytest.mark.parametrize("around", [b'{"b": "%s", "products": []}', b'{"products": [{"a": "%s"}]}'])
def test_nothing_is_longer_than_memory_may_hold(around: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "MAX_LINE", 3000)
    monkeypatch.setattr(splitting, "SIZE", 1000)
    splitter = Splitter(BytesIO(around % (b"x" * 10_000)), b"", ("products",))
    with pytest.raises(InvalidPayload, match="longer than"):
        list(splitter.products())
    assert splitter._before < 9000


# -- in a run --------------------------------------------------------------------------------------------------------


def write_long_answer(path: Path, around: tuple[bytes, bytes], between: bytes) -> int:
    item = b'{"name":"Kettle","code":"K-%d","colour":"' + b"x" * (1 << 16) + b'"}'
    with path.open("wb") as file:
        file.write(around[0] + between.join(item % number for number in range(1000)) + around[1])
    return 1000


@pytest.mark.parametrize(
    ("around", "between"),
    [
        ((b"[", b"]"), b","),
        ((b"[\n  ", b"\n]\n"), b",\n  "),
        ((b'{"ok":true,"data":{"items":[', b'],"n":1000}}'), b", "),
    ],
    ids=["array on a line", "array on many", "answer on a line"],
)
def test_memory_stays_flat_however_long_a_list_is(tmp_path: Path, around: Any, between: bytes) -> None:
    mapping = (
        (MAPPINGS / "shop.yaml").read_text().replace("    around: [ok]\n", "    around: [ok]\n    list: data.items\n")
    )
    (tmp_path / "shop.yaml").write_text(mapping)
    (tmp_path / "bazaar.yaml").write_text((MAPPINGS / "bazaar.yaml").read_text())
    count = write_long_answer(tmp_path / "in.json", around, between)
    recipe = Recipe("shop", "bazaar", directories=(str(tmp_path),))
    job = Job(str(tmp_path / "in.json"), {"output": str(tmp_path / "out")}, 1, print, lambda size: None)
    tracemalloc.start()
    with Outputs() as outputs:
        totals = translate_file(recipe, job, outputs)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (tmp_path / "in.json").stat().st_size > 60 << 20
    assert (totals.translated, totals.rejected) == (count, 0)
    assert peak < 24 << 20


def test_a_list_that_is_cut_off_gives_what_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "BLOCK", 200)
    given = tmp_path / "in.json"
    given.write_bytes(b"[" + b",\n".join(dumps({"name": f"Cup {number}"}) for number in range(100)))
    job = Job(str(given), {"output": str(tmp_path / "out")}, 1, print, lambda size: None)
    with pytest.raises(InvalidPayload, match="behind 100 products; the output is incomplete"), Outputs() as outputs:
        translate_file(Recipe("shop/write", "bazaar", directories=(str(MAPPINGS),)), job, outputs)
    assert len((tmp_path / "out.part").read_bytes().splitlines()) == 100
