"""Files that are compressed, as their names say: ``.gz``, and with an extra ``.zst``.

What is read comes piece by piece, however much it unpacks to. Whoever wants it whole, or a line of it, sets a limit.
"""

from __future__ import annotations

import gzip
import io
import os
import sys
import zlib
from typing import Any, BinaryIO, cast

from catalens.errors import CatalensError, MissingExtra

#: a window of so many bits (128 MiB) is all that a frame may ask for
_WINDOW_LOG = 27
_LEVEL = 6


def is_compressed(name: str | os.PathLike[str]) -> bool:
    """Tell whether a file of this name is compressed."""
    return os.fspath(name).endswith((".gz", ".zst"))


def unpacking(name: str, file: BinaryIO) -> BinaryIO:
    """Return what a file holds, as a stream; the file itself where its name says nothing. Raises MissingExtra."""
    if name.endswith(".gz"):
        return _stream(name, gzip.GzipFile(fileobj=file, mode="rb"))
    if name.endswith(".zst"):
        zstd = _zstd()
        options = {zstd.DecompressionParameter.window_log_max: _WINDOW_LOG}
        return _stream(name, zstd.ZstdFile(file, "rb", options=options))
    return file


def packing(name: str, file: BinaryIO) -> BinaryIO:
    """Return what packs bytes into a file; the file itself where its name says nothing. Raises MissingExtra.

    To be closed before the file is. The same bytes give the same file: neither name nor time stand in it.
    """
    if name.endswith(".gz"):
        return cast(BinaryIO, gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=_LEVEL, mtime=0))
    if name.endswith(".zst"):
        return cast(BinaryIO, _zstd().ZstdFile(file, "wb"))
    return file


def _stream(name: str, packed: Any) -> BinaryIO:
    return io.BufferedReader(_Unpacked(name, packed), 1 << 16)


class _Unpacked(io.RawIOBase):
    """The bytes in a compressed file; what is not whole is an error of ours, which names the file."""

    def __init__(self, name: str, packed: Any) -> None:
        self._name, self._packed = name, packed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data: bytes = self._packed.read(len(buffer))
        except (EOFError, OSError, zlib.error) as error:
            raise self._damaged(error) from None
        except Exception as error:
            if type(error).__name__ != "ZstdError":  # of a library that need not be there
                raise
            raise self._damaged(error) from None
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._packed.close()
        super().close()

    def _damaged(self, error: Exception) -> CatalensError:
        return CatalensError(f"{self._name} cannot be unpacked: {error}; it is damaged, or not whole")


def _zstd() -> Any:
    """Return the library for ``.zst``: the standard one of Python 3.14, or the same for earlier ones."""
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
    except ImportError:
        raise MissingExtra("files that end with .zst", "zstd") from None
    return zstd
