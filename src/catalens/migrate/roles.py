"""Which files a migration reads and which it writes: none of them is both, and none is two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from catalens.errors import UsageError
from catalens.formats import Registry
from catalens.migrate.config import Config
from catalens.migrate.files import is_of_directory, numbered
from catalens.migrate.journal import BESIDE
from catalens.pipeline.distinct import check_distinct, parts


def check_roles(
    config: Config, formats: Registry, directory: Path, path: Path | None, report: Iterable[Path] = ()
) -> None:
    """Refuse that a file is written which is read, or is another one that is written. Raises UsageError.

    ``path``: where the configuration was read from; ``report``: the files of a report that is to be written.
    """
    source = None if config.from_.file is None else directory / config.from_.file
    target = None if config.to.file is None else directory / config.to.file
    reads = [(f"the mapping of {name}", str(formats.path(name))) for name in formats.names()]
    if path is not None:
        reads.append(("the configuration", str(path)))
    if config.ids is not None:
        reads.append(("ids", str(directory / config.ids)))
    if source is not None:
        reads += (("from", str(one)) for one in [source, *(source.glob("*.json") if source.is_dir() else ())])
    writes = [("journal", f"{directory / config.journal}{end}") for end in ("", *BESIDE)]
    writes += [("to", str(one)) for one in _written(target)]
    replaced = [(f"the report's {one.name}", str(one)) for one in report]
    writes += replaced
    if target is not None and not target.is_dir():
        replaced.append(("to", str(target)))
    check_distinct(reads, [*writes, *parts(replaced)])
    if source is not None and source.is_dir():
        for role, name in writes:
            if is_of_directory(Path(name), source):
                raise UsageError(f"{role}, {name}, is in the directory that from reads; write it elsewhere")


def _written(target: Path | None) -> Iterator[Path]:
    """Yield what is there of a target, or will be."""
    if target is not None:
        yield target
        if target.is_dir():
            yield from numbered(target)
