"""Generated code can be read where it fails, and is made once, however many threads ask for it."""

from __future__ import annotations

import gc
import inspect
import linecache
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from catalens import Translator
from catalens.compiler.emit import KINDS
from catalens.generated import make_function


class Trap(dict[str, Any]):
    """A payload that fails when one of its members is read."""

    def __getitem__(self, name: str) -> Any:
        raise RuntimeError("sprung")


def test_a_traceback_shows_the_generated_line_and_its_rule_is_near() -> None:
    function = Translator("axim/write", "keevault/write").function("plain")
    with pytest.raises(RuntimeError, match="sprung") as caught:
        function(Trap(name="Desk"))
    frame = next(one for one in traceback.extract_tb(caught.tb) if one.name == "translate")
    assert frame.filename.startswith("<catalens axim/write to keevault/write, plain")
    assert frame.line == "v1 = d['name']"
    assert "# name -> name  (title)" in inspect.getsource(function)


def test_a_lookup_of_changed_files_keeps_the_lines() -> None:
    function = Translator("axim/write", "keevault/write").function("loss")
    linecache.checkcache()
    assert linecache.getline(function.__code__.co_filename, 1).startswith("def translate(d, L):")


def test_lines_are_kept_as_long_as_a_function_of_the_text_lives() -> None:
    one, other = (make_function("f", "def f():\n    return 1\n", {}, "f") for _ in range(2))
    filename = one.__code__.co_filename
    assert filename == other.__code__.co_filename
    del one
    gc.collect()
    assert linecache.getline(filename, 2) == "    return 1\n"
    del other
    gc.collect()
    assert filename not in linecache.cache


def test_a_title_may_hold_any_character() -> None:
    made = make_function("f", "def f(): pass\n", {}, "x\n\x1b[31m>")
    assert made.__code__.co_filename.isprintable()


def test_threads_share_one_function_and_one_table_of_places() -> None:
    translator = Translator("commerce-engine/read", "webcommander/write")
    with ThreadPoolExecutor(8) as pool:
        for kind in KINDS:
            made = list(pool.map(lambda _, kind=kind: translator.function(kind), range(16)))
            assert len({id(one) for one in made}) == 1


def test_the_same_loss_on_either_way_of_a_line_is_one_place() -> None:
    translator = Translator("axim/write", "commerce-engine/write")
    line = b'{"name":"' + b"x" * 300 + b'"}'
    fast, general = translator.fast, translator.read(line)
    assert fast is not None
    result = fast(1, line)
    assert result is not None
    assert result.compact is not None
    assert general.compact is not None
    assert [entry[0] for entry in result.compact] == [entry[0] for entry in general.compact[0]] != []
