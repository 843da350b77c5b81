"""The one place that speaks with pytsk3; its errors become OSError."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from collectors.disk.reader import LibraryError, read_at

try:
    import pytsk3
except ImportError as error:
    raise LibraryError(
        f"reading disks needs pytsk3, which does not load here ({error}); "
        "install hozen with its disk extra: pip install 'hozen[disk]'"
    ) from error

if TYPE_CHECKING:
    from collectors.disk.reader import Reader

_PLACES_IN_SOURCES = re.compile(r"\w+: \(tsk3\.cpp:\d+\) ?")


class _Image(pytsk3.Img_Info):  # type: ignore[misc] # untyped
    """What libtsk reads from: a Reader."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        super().__init__("")

    def read(self, offset: int, size: int) -> bytes:
        """Bytes; fewer at the end of the disk."""
        return read_at(self._reader, offset, size)

    def get_size(self) -> int:
        """The disk's length in bytes."""
        return self._reader.size

    def close(self) -> None:
        """The reader is closed by who opened it."""


@contextmanager
def asked() -> Iterator[None]:
    """Around every call: libtsk's complaints are RuntimeError or OSError without a number."""
    try:
        yield
    except (RuntimeError, OSError) as error:
        words = " ".join(_PLACES_IN_SOURCES.sub("", str(error)).split())
        raise OSError(errno.EIO, f"libtsk: {words}") from error


def file_system(reader: Reader) -> Any:
    """The file system that fills a partition.

    Raises:
        OSError: libtsk finds none, or can't open it.
    """
    with asked():
        return pytsk3.FS_Info(_Image(reader))


def partition_table(reader: Reader) -> Any:
    """The disk's partition table.

    Raises:
        OSError: libtsk finds none, or can't read it.
    """
    with asked():
        return pytsk3.Volume_Info(_Image(reader))


def version() -> str:
    """What reads, for the record."""
    return str(pytsk3.get_version())
