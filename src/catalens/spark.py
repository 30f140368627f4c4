"""Translate columns of Spark frames, on as many machines as a cluster has (``pip install 'catalens[spark]'``).

It pays from some ten million products, or where they lie in a lake already; one machine has done others sooner. Only
translating is spread: what pushes products to a platform keeps one pace, and one journal.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalens.arguments import ForeignIds, check_arguments, check_given
from catalens.crosswalk import Crosswalks
from catalens.engine import Translator
from catalens.engine.lines import LineResult, translate_lines
from catalens.errors import MissingExtra, UsageError, known_names
from catalens.paths import pointer_text
from catalens.payloads import dumps
from catalens.pipeline.stream import Recipe

if TYPE_CHECKING:
    from pyarrow import Array, RecordBatch
    from pyspark.sql import DataFrame

#: what comes of each row
MADE = ("payload", "error", "losses")
#: what is said of each loss
LOSS = ("pointer", "code")


def translated(
    frame: DataFrame,
    source: str,
    target: str,
    column: str = "payload",
    *,
    mode: str = "update",
    assume: Mapping[str, str] | None = None,
    ids: Crosswalks | str | Path | Iterable[Any] | None = None,
    foreign_ids: ForeignIds = "carry",
    fill: Mapping[str, Any] | None = None,
    park: bool = False,
    sidecars: bool = False,
    mappings: Iterable[str | Path] = (),
) -> DataFrame:
    """Translate the JSON texts in a column of a frame, of a batch or a stream.

    Each row gives one: its other columns, and instead of ``column`` the columns ``payload`` (null for a bad one),
    ``error`` (null for a good one) and ``losses`` (pointers and codes), with ``sidecars`` also ``sidecar``. A text
    that is null or blank gives nulls. ``mappings`` are directories of formats, which every machine has. Raises
    UsageError, UnknownFormat, InvalidMapping and MissingExtra at once, and nothing later.
    """
    check_arguments(column=column, park=park, sidecars=sidecars, mappings=mappings)
    check_given(assume=assume, fill=fill)
    table = ids if isinstance(ids, Crosswalks) or ids is None else Crosswalks.read(ids)
    directories = tuple(str(one) for one in mappings)
    recipe = Recipe(
        source,
        target,
        mode,
        dict(assume or {}),
        table,
        directories,
        park,
        foreign_ids=foreign_ids,
        fill=None if fill is None else dict(fill),
        sidecars=sidecars,
    )
    recipe.translator()  # what cannot be made is an error here, not the death of a job
    made = (*MADE, "sidecar") if sidecars else MADE
    schema = _schema(frame, column, made)
    return frame.mapInArrow(_mapper(pickle.dumps(recipe), column, made), schema)


def _schema(frame: DataFrame, column: str, made: Iterable[str]) -> Any:
    """Return the schema of what comes of a frame. Raises UsageError."""
    try:
        import pyarrow  # noqa: F401  # what mapInArrow needs
        from pyspark.sql.types import ArrayType, BinaryType, StringType, StructField, StructType
    except ImportError:
        raise MissingExtra("frames of Spark", "spark") from None
    names = frame.columns
    if column not in names:
        raise UsageError(f"the frame has no column {column!r}; {known_names(column, names)}")
    if not isinstance(frame.schema[column].dataType, StringType | BinaryType):
        raise UsageError(f"column {column!r}: expected texts, found {frame.schema[column].dataType.simpleString()}")
    kept = [one for one in frame.schema.fields if one.name != column]
    for one in kept:
        if one.name in made:
            raise UsageError(f"the frame has a column {one.name!r} already, which the translation makes; rename it")
    losses = ArrayType(StructType([StructField(name, StringType()) for name in LOSS]))
    return StructType([*kept, *(StructField(name, losses if name == "losses" else StringType()) for name in made)])


def _mapper(
    recipe: bytes, column: str, made: tuple[str, ...]
) -> Callable[[Iterator[RecordBatch]], Iterator[RecordBatch]]:
    """Return what a worker does with its part of the rows."""

    def translate(batches: Iterator[RecordBatch]) -> Iterator[RecordBatch]:
        return (_translate(batch, recipe, column, made) for batch in batches)

    return translate


def _translate(batch: RecordBatch, recipe: bytes, column: str, made: tuple[str, ...]) -> RecordBatch:
    import pyarrow

    rows = [_row(text, recipe) for text in batch.column(column).cast(pyarrow.binary()).to_pylist()]
    columns: dict[str, Array] = {
        name: array for name, array in zip(batch.schema.names, batch.columns, strict=True) if name != column
    }
    losses = pyarrow.list_(pyarrow.struct([(name, pyarrow.string()) for name in LOSS]))
    for name in made:
        columns[name] = pyarrow.array(
            [row.get(name) for row in rows], losses if name == "losses" else pyarrow.string()
        )
    return pyarrow.RecordBatch.from_arrays(list(columns.values()), names=list(columns))


def _row(text: bytes | None, recipe: bytes) -> dict[str, Any]:
    """Return what comes of one text."""
    known, translator = _made(recipe)
    results: Iterator[LineResult] = translate_lines(translator, [text or b""], options=known.options)
    result = next(results, None)
    if result is None:
        return {}
    return {
        "payload": None if result.output is None else result.output.decode(),
        "error": None if result.error is None else str(result.error),
        "losses": [{"pointer": pointer_text(one.pointer), "code": one.code.value} for one in result.losses],
        "sidecar": None if result.sidecar is None else dumps(result.sidecar).decode(),
    }


@lru_cache(maxsize=8)
def _made(recipe: bytes) -> tuple[Recipe, Translator]:
    """Return a recipe and its translator, which each worker makes once."""
    known: Recipe = pickle.loads(recipe)
    return known, known.translator()
