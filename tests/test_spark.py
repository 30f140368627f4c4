"""Frames of Spark are translated as lines are, and a stream that is killed loses and doubles nothing.

Spark runs in processes of its own: what it warns of is none of ours, and one of them is killed.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from catalens import Translator
from catalens.paths import pointer_text
from catalens.payloads import dumps

pytestmark = pytest.mark.spark

for is_there, what in (
    (shutil.which("java") or os.environ.get("JAVA_HOME"), "no Java"),
    (importlib.util.find_spec("pyspark"), "no pyspark: pip install 'catalens[spark]'"),
):
    if not is_there:
        pytest.skip(f"frames of Spark are not tried, for there is {what}", allow_module_level=True)

CATEGORY = "65b0d13f98539a33577ac4cb"

#: what every program begins with
SPARK = """
import json, sys
from pyspark.sql import SparkSession, functions as f
from catalens.spark import translated
there = sys.argv[1]
settings = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2", "spark.driver.memory": "1g",
            "spark.local.dir": f"{there}/tmp", "spark.sql.warehouse.dir": f"{there}/house"}
builder = SparkSession.builder.master("local[2]")
for name, value in settings.items():
    builder = builder.config(name, value)
spark = builder.getOrCreate()
"""

BATCH = """
given = json.load(open(f"{there}/given.json"))
frame = spark.createDataFrame(list(enumerate(given["lines"])), "number int, body string").repartition(3)
done = translated(frame, "axim", "commerce-engine", column="body", sidecars=True, **given["options"])
found = [row.asDict(recursive=True) for row in done.orderBy("number").collect()]
refused = []
for wrong, more in (
    (frame, {"column": "boddy"}),
    (frame, {"column": "number"}),
    (frame.withColumn("error", f.lit(1)), {}),
    (frame, {"target": "aximm"}),
    (frame, {"assume": {"weight": "stone"}}),
):
    try:
        translated(wrong, "axim", **{"target": "keevault", "column": "body", **more})
    except Exception as error:
        refused.append(f"{type(error).__name__}: {error}")
json.dump({"columns": done.columns, "rows": found, "refused": refused}, open(f"{there}/found.json", "w"))
"""

STREAM = """
lines = spark.readStream.option("maxFilesPerTrigger", 1).text(f"{there}/in")
done = translated(lines, "axim", "commerce-engine", column="value")
places = {"path": f"{there}/out", "checkpointLocation": f"{there}/checkpoint"}
query = done.writeStream.format("parquet").options(**places)
query.trigger(availableNow=True).start().awaitTermination()
rows = [[row.payload, row.error] for row in spark.read.parquet(f"{there}/out").collect()]
json.dump(rows, open(f"{there}/found.json", "w"))
"""


def start(program: str, there: Path) -> subprocess.Popen[bytes]:
    """Start a program in a group of processes of its own, so that its Java machine ends with it."""
    python = dict.fromkeys(("PYSPARK_PYTHON", "PYSPARK_DRIVER_PYTHON"), sys.executable)
    environment = {**os.environ, **python, "SPARK_LOCAL_IP": "127.0.0.1"}
    command = [sys.executable, "-c", SPARK + program, str(there)]
    with (there / "said").open("ab") as said:
        return subprocess.Popen(command, env=environment, stdout=said, stderr=said, start_new_session=True)


def finish(program: str, there: Path) -> Any:
    """Run a program to its end, and return what it found."""
    running = start(program, there)
    try:
        code = running.wait(timeout=400)
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
    assert code == 0, (there / "said").read_text()[-3000:]
    return json.loads((there / "found.json").read_text())


def product(number: int) -> dict[str, Any]:
    found: dict[str, Any] = {"sku": f"S-{number}", "name": f"Desk {number}", "price": 12.5, "weight": 2, "mpn": "M"}
    return {**found, "categories": [CATEGORY]}


def test_a_batch_gives_what_lines_give(tmp_path: Path) -> None:
    lines = [dumps(product(number)).decode() for number in range(20_000)]
    lines[3:6] = ['{"name": 5}', '{"price": 1.50, "price": 2}', '{"name": "Desk",\n "novel": [1e-400]}']
    ids = [["kind", "axim", "commerce-engine"], ["category", CATEGORY, "01ARZ3NDEKTSV4RRFFQ69G5FAV"]]
    options: dict[str, Any] = {"assume": {"source.weight": "lb"}, "ids": ids}
    (tmp_path / "given.json").write_text(json.dumps({"lines": [*lines, None, " "], "options": options}))
    found = finish(BATCH, tmp_path)
    translator = Translator("axim", "commerce-engine", **options)
    expected = [
        {
            "number": number,
            "payload": None if one.output is None else one.output.decode(),
            "error": None if one.error is None else str(one.error),
            "losses": [{"pointer": pointer_text(loss.pointer), "code": loss.code.value} for loss in one.losses],
            "sidecar": None if one.sidecar is None else dumps(one.sidecar).decode(),
        }
        for number, one in enumerate(translator.lines(lines, sidecars=True))
    ]
    nothing = dict.fromkeys(("payload", "error", "losses", "sidecar"))
    expected += [{"number": len(lines), **nothing}, {"number": len(lines) + 1, **nothing}]
    assert found["columns"] == ["number", "payload", "error", "losses", "sidecar"]
    assert found["rows"] == expected
    assert [one["payload"] is None for one in found["rows"][3:6]] == [True, True, False]
    assert found["refused"] == [
        "UsageError: the frame has no column 'boddy'; did you mean 'body'?",
        "UsageError: column 'number': expected texts, found int",
        "UsageError: the frame has a column 'error' already, which the translation makes; rename it",
        "UnknownFormat: no format 'aximm'; did you mean 'axim'?",
        "UsageError: assumption weight: no unit 'stone' of weight; there are g, kg, oz, lb",
    ]


def test_a_stream_that_is_killed_loses_and_doubles_nothing(tmp_path: Path) -> None:
    files, rows = 8, 2500
    (tmp_path / "in").mkdir()
    lines = [dumps(product(number)) for number in range(files * rows)]
    lines[7] = b'{"name": 5}'
    for number in range(files):
        data = b"\n".join(lines[number * rows : (number + 1) * rows])
        (tmp_path / "in" / f"{number:02}.txt").write_bytes(data)

    commits = tmp_path / "checkpoint" / "commits"
    for enough in (2, 5):
        running = start(STREAM, tmp_path)
        until = time.monotonic() + 300
        while committed(commits) < enough and running.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        assert enough <= committed(commits) < files, (tmp_path / "said").read_text()[-3000:]

    found = finish(STREAM, tmp_path)
    results = Translator("axim", "commerce-engine").lines(lines)
    expected = [
        [None if one.output is None else one.output.decode(), None if one.error is None else str(one.error)]
        for one in results
    ]
    assert committed(commits) == files
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert len({str(one) for one in found}) == files * rows


def committed(commits: Path) -> int:
    return len([one for one in commits.glob("*") if one.name.isdigit()])
