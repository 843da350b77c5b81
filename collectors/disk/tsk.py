"""The one place that speaks with pytsk3; its errors become OSError."""

from __future__ import annotations

import errno
import re
from typing import TYPE_CHECKING, Any

from collectors.disk.reader import LibraryError, read_at

try:
    import pytsk3
except ImportError as error:
    raise LibraryError("pytsk3", why=error) from error

if TYPE_CHECKING:
    from collectors.disk.reader import Reader

_PLACES_IN_SOURCES = re.compile(r"\w+: \(tsk3\.cpp:\d+\) ?")


class _Image(pytsk3.Img_Info):  # type: ignore[misc] # untyped
    """What libtsk reads from: a Reader."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        super().__init__("")

    def read(self, offset: int, size: int) -> bytes:
        """Bytes; fewer at the end of the disk, and before a sector that can't be read.

        libtsk asks for 64 KiB where it needs a few bytes: a bad sector behind these costs nothing.
        """
        try:
            return read_at(self._reader, offset, size)
        except OSError:
            return _up_to_the_fault(self._reader, offset, size)

    def get_size(self) -> int:
        """The disk's length in bytes."""
        return self._reader.size

    def close(self) -> None:
        """The reader is closed by who opened it."""


def _up_to_the_fault(reader: Reader, offset: int, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        at = offset + len(data)
        step = min(size - len(data), reader.sector - at % reader.sector)
        try:
            piece = read_at(reader, at, step)
        except OSError:
            if not data:
                raise
            break
        data += piece
        if len(piece) < step:
            break
    return bytes(data)


class Asking:
    """Around every call: libtsk's complaints are RuntimeError or OSError without a number."""

    def __enter__(self) -> None:
        """Nothing is kept: one object serves all."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is not None and isinstance(error, (RuntimeError, OSError)):
            words = " ".join(_PLACES_IN_SOURCES.sub("", str(error)).split())
            raise OSError(errno.EIO, f"libtsk: {words}") from error


ASKING = Asking()  # made once: several are entered for each file


def file_system(reader: Reader, kind: str) -> Any:
    """The file system that fills a partition.

    Args:
        reader: the partition.
        kind: which one; left to itself, libtsk would look in places that it doesn't need.

    Raises:
        OSError: libtsk finds none, or can't open it.
    """
    with ASKING:
        return pytsk3.FS_Info(_Image(reader), 0, getattr(pytsk3, f"TSK_FS_TYPE_{kind}"))


def partition_table(reader: Reader) -> Any:
    """The disk's partition table.

    Raises:
        OSError: libtsk finds none, or can't read it.
    """
    with ASKING:
        return pytsk3.Volume_Info(_Image(reader))


def version() -> str:
    """What reads, for the record."""
    return str(pytsk3.get_version())
