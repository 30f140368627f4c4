"""What a worker of Spark makes of a text, and what is said where there is no Spark."""

from __future__ import annotations

import inspect
import pickle
import sys

import pytest

from catalens import MissingExtra, Translator, UnknownFormat, spark
from catalens.paths import pointer_text
from catalens.payloads import dumps
from catalens.pipeline.stream import Recipe

RECIPE = Recipe("axim", "commerce-engine", assume={"source.weight": "lb"}, sidecars=True)


@pytest.mark.parametrize(
    "text", [b'{"sku": "S-1", "mpn": "M", "weight": 2}', b'{"name": 5}', b'{"name": "a",\n"x": 1}']
)
def test_a_row_is_what_a_line_is(text: bytes) -> None:
    (line,) = Translator("axim", "commerce-engine", assume=RECIPE.assume).lines([text], sidecars=True)
    assert spark._row(text, pickle.dumps(RECIPE)) == {
        "payload": None if line.output is None else line.output.decode(),
        "error": None if line.error is None else str(line.error),
        "losses": [{"pointer": pointer_text(one.pointer), "code": one.code} for one in line.losses],
        "sidecar": None if line.sidecar is None else dumps(line.sidecar).decode(),
    }
    assert (line.output is None) == (text == b'{"name": 5}')


@pytest.mark.parametrize("text", [None, b"", b" \n"])
def test_nothing_gives_nothing(text: bytes | None) -> None:
    assert spark._row(text, pickle.dumps(RECIPE)) == {}


def test_whatever_a_translator_is_told_can_be_said_of_a_frame() -> None:
    told = {*inspect.signature(Translator).parameters} - {"formats"}
    assert told < {*inspect.signature(spark.translated).parameters}


def test_a_worker_makes_a_translator_once() -> None:
    assert spark._made(pickle.dumps(RECIPE)) is spark._made(pickle.dumps(RECIPE))


def test_without_spark_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pyspark", "pyspark.sql", "pyspark.sql.types"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtra, match=r"pip install 'catalens\[spark\]'"):
        spark.translated(None, "axim", "keevault")
    with pytest.raises(UnknownFormat):
        spark.translated(None, "axim", "keevualt")
