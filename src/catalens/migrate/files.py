"""Files as the source or the target of a migration."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

from catalens.codecs.numbers import is_number, key_text
from catalens.compression import is_compressed, unpacking
from catalens.envelopes import inside, listed, unwrap
from catalens.errors import CatalensError, InvalidPayload, MissingExtra, PayloadError, UsageError
from catalens.mapping.profile import Correspondence, Names, Profile
from catalens.migrate.outcomes import Answer, Outcome, Page, Unreachable
from catalens.payloads import dumps, loads
from catalens.pipeline.files import MARK, Sink
from catalens.pipeline.outputs import replacing

#: items a page
PAGE: Final = 200
#: the kind of thing that files hold
KIND: Final = "product"
#: a column that holds whole payloads, as a table of a data lake has
PAYLOAD: Final = "payload"


class Files:
    """A file, or a directory of files, that a migration reads or writes.

    What is read gets its identifier from the profile's own, or from what tells its products apart. What is written is
    not written call by call: it is made whole from the journal, at the end of every run.
    """

    kinds = (KIND,)
    #: rows do not move while they are read
    steady = True

    def __init__(self, path: str, profile: Profile, *, writes: bool = False) -> None:
        self.path, self.profile, self.writes = Path(path), profile, writes
        self.form = _form(self.path)
        self._places = identifiers(profile)
        self._seen: set[str] = set()

    def can(self, kind: str, verb: str) -> bool:
        """A source can be listed; a target takes all that is new or changed."""
        return kind == KIND and verb in (("create", "update") if self.writes else ("list",))

    def pages(self, kind: str, cursor: str | None = None) -> Iterator[Page]:
        """Read the file from its beginning: that a row was read before costs next to nothing."""
        self._seen.clear()
        held: list[Any] = []
        count = 0
        try:
            for item in self._items():
                held.append(item)
                count += 1
                if len(held) == PAGE:
                    yield Page(tuple(held), str(count))
                    held = []
        except OSError as error:
            raise Unreachable(f"{self.path} cannot be read: {error.strerror or error}") from None
        yield Page(tuple(held), None)

    def _items(self) -> Iterator[Any]:
        for text in _READERS[self.form](self.path, self.profile):
            if isinstance(text, bytes):
                yield from self._products(text)
            else:
                yield text

    def _products(self, text: bytes) -> Iterator[Any]:
        """Yield what a JSON text holds: a product, bare or in its envelope, or a list of them."""
        try:
            found = loads(text)
        except InvalidPayload as error:
            # kept, so that it is counted, and rejected with the others
            yield {"not JSON": str(error), "text": text[:PAGE].decode("utf-8", "replace")}
            return
        products = found if isinstance(found, list) else listed(found, self.profile)
        for one in [found] if products is None else products:
            inner = unwrap(one, self.profile)
            yield one if inner is None else inner

    def id_of(self, kind: str, item: Any) -> str | None:
        """Return the identifier of a product; of one that has another's, one that says so."""
        found = next(filter(None, (_text(inside(item, at)) for at in self._places)), None)
        if found is None:
            return None
        number = 1
        name = found
        while name in self._seen:
            number += 1
            name = f"{found} ({number})"
        self._seen.add(name)
        return name

    def one(self, kind: str, id: str) -> Answer:
        """Nothing is read one by one."""
        return Answer(Outcome.ABSENT)

    def find(self, kind: str, key: Mapping[str, str]) -> tuple[Any, ...] | None:
        """Nothing is looked up in a file that is made from the journal."""
        return None

    def create(self, kind: str, payload: Any, intent: str) -> Answer:
        """Take a product; the file is written when the run ends."""
        return Answer(Outcome.DONE)

    def update(self, kind: str, id: str, payload: Any, intent: str) -> Answer:
        """Take a product; the file is written when the run ends."""
        return Answer(Outcome.DONE)

    def delete(self, kind: str, id: str) -> Answer:
        """A product that is left out of the journal is left out of the file."""
        return Answer(Outcome.DONE)

    def fields(self, kind: str, item: Any) -> dict[str, Any]:
        """Files hold products only."""
        return {}

    def body_of(self, kind: str, fields: Mapping[str, Any]) -> Any:
        """Files hold products only."""
        raise UsageError(f"a file holds no {kind}")

    def write(self, payloads: Iterable[Any]) -> None:
        """Write the whole file, or nothing of it."""
        _WRITERS[self.form](self.path, payloads, self.profile)

    def close(self) -> None:
        """Nothing is held."""


def identifiers(profile: Profile) -> list[Names]:
    """Return the places of what tells a product from others: its own identifier first."""
    own = [one.at for one, found in profile.fields() if isinstance(found, Correspondence) and found.hub == (("id",),)]
    return list(dict.fromkeys([*own, *profile.identity]))


def _text(value: Any) -> str | None:
    if is_number(value):
        return key_text(value)
    return value.strip() or None if isinstance(value, str) else None


def _form(path: Path) -> str:
    if path.is_dir():
        return "directory"
    name = path.name.removesuffix(".gz")
    form = name.rpartition(".")[2].lower()
    if form not in _READERS:
        raise UsageError(f"{path}: expected a file ending in {', '.join(_READERS)}, or a directory of JSON files")
    return form


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    with path.open("rb") as file, unpacking(str(path), file) as inner:
        yield inner


# -- reading ------------------------------------------------------------------------------------------------------


def _lines(path: Path, _: Profile) -> Iterator[bytes]:
    with _opened(path) as file:
        for number, line in enumerate(file):
            text = line.removeprefix(MARK) if number == 0 else line
            if text.strip():
                yield text


def _whole(path: Path, _: Profile) -> Iterator[bytes]:
    with _opened(path) as file:
        yield file.read().removeprefix(MARK)


def _directory(path: Path, _: Profile) -> Iterator[bytes]:
    for one in sorted(path.glob("*.json")):
        yield one.read_bytes().removeprefix(MARK)


def _table(path: Path, profile: Profile) -> Iterator[Any]:
    """Yield the rows of a CSV file whose columns are named after fields of the mapping."""
    with _opened(path) as file:
        rows = csv.reader(io.TextIOWrapper(file, encoding="utf-8-sig", newline=""), strict=True)
        try:
            header = next(rows, [])
            for row in rows:
                if row:
                    yield product_of_row(zip(header, row, strict=False), profile)
        except (csv.Error, UnicodeDecodeError) as error:
            raise InvalidPayload([PayloadError("", f"{path}, line {rows.line_num}: {error}")]) from None


def product_of_row(row: Iterable[tuple[str, str]], profile: Profile) -> dict[str, Any]:
    """Make a product of cells: a column is a field's path, lists are JSON texts, and an empty cell is nothing."""
    made: dict[str, Any] = {}
    for column, cell in row:
        if cell == "":
            continue
        names = tuple(column.split("."))
        field = profile.field_at(names)
        place = made
        for name in names[:-1]:
            place = place.setdefault(name, {})
        place[names[-1]] = cell if field is not None and set(field.types) == {"string"} else _value(cell)
    return made


def _value(cell: str) -> Any:
    try:
        return loads(cell.encode())
    except CatalensError:
        return cell


def _parquet(path: Path, profile: Profile) -> Iterator[Any]:
    try:
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise MissingExtra("Parquet files", "parquet") from None
    # what it holds is found from its end, which a compressed file does not show
    source = io.BytesIO(b"".join(_whole(path, profile))) if is_compressed(path) else path
    for batch in ParquetFile(source).iter_batches(PAGE):
        for row in batch.to_pylist():
            text = row.get(PAYLOAD)
            if isinstance(text, str | bytes):
                yield text.encode() if isinstance(text, str) else text
            elif text is None and PAYLOAD in row:
                continue
            else:
                yield json.loads(json.dumps(_there(row), default=str))


def _there(value: Any) -> Any:
    """Leave out what a table has to have a place for, and a payload has not."""
    if isinstance(value, dict):
        return {name: _there(child) for name, child in value.items() if child is not None}
    return [_there(child) for child in value] if isinstance(value, list) else value


_READERS: Final[Mapping[str, Callable[[Path, Profile], Iterator[Any]]]] = {
    "ndjson": _lines,
    "jsonl": _lines,
    "json": _whole,
    "csv": _table,
    "parquet": _parquet,
    "directory": _directory,
}


# -- writing ------------------------------------------------------------------------------------------------------


def _write_lines(path: Path, payloads: Iterable[Any], _: Profile) -> None:
    with replacing(path) as file:
        for one in payloads:
            file.write(dumps(one) + b"\n")


def _write_list(path: Path, payloads: Iterable[Any], _: Profile) -> None:
    with replacing(path) as file:
        before = b"[\n"
        for one in payloads:
            file.write(before + dumps(one))
            before = b",\n"
        file.write(b"[]\n" if before == b"[\n" else b"\n]\n")


def _write_directory(path: Path, payloads: Iterable[Any], _: Profile) -> None:
    count = 0
    for count, one in enumerate(payloads, 1):
        with replacing(path / f"{count:06}.json") as file:
            file.write(dumps(one, indent=2) + b"\n")
    for old in numbered(path):
        if int(old.stem) > count:
            old.unlink()


def numbered(path: Path) -> Iterator[Path]:
    """Yield the files of a directory that a migration into it has written, or may write over."""
    return (one for one in path.glob("*.json") if one.stem.isdecimal())


def is_of_directory(path: Path, directory: Path) -> bool:
    """Tell whether a file would be read with the others of a directory."""
    return path.suffix == ".json" and path.parent.resolve() == directory.resolve()


class _Utf8:
    """What text can be written to."""

    def __init__(self, file: Sink) -> None:
        self._file = file

    def write(self, text: str) -> None:
        self._file.write(text.encode())


def _write_table(path: Path, payloads: Iterable[Any], _: Profile) -> None:
    rows = [row_of_product(one) for one in payloads]
    header = list(dict.fromkeys(name for row in rows for name in row))
    with replacing(path) as file:
        table = csv.DictWriter(_Utf8(file), header, restval="", lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def row_of_product(product: Any, before: str = "") -> dict[str, str]:
    """Make cells of a product: the reverse of ``product_of_row``."""
    row: dict[str, str] = {}
    for name, value in product.items():
        if isinstance(value, dict) and value:
            row |= row_of_product(value, f"{before}{name}.")
        elif isinstance(value, str) and value:
            row[before + name] = value
        else:
            row[before + name] = dumps(value).decode()
    return row


def _write_parquet(path: Path, payloads: Iterable[Any], _: Profile) -> None:
    try:
        import pyarrow
        from pyarrow.parquet import write_table
    except ImportError:
        raise MissingExtra("Parquet files", "parquet") from None
    with replacing(path) as file:
        write_table(pyarrow.table({PAYLOAD: [dumps(one).decode() for one in payloads]}), file)


_WRITERS: Final[Mapping[str, Callable[[Path, Iterable[Any], Profile], None]]] = {
    "ndjson": _write_lines,
    "jsonl": _write_lines,
    "json": _write_list,
    "csv": _write_table,
    "parquet": _write_parquet,
    "directory": _write_directory,
}
