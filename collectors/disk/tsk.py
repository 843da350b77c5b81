"""The one place that speaks with pytsk3; its errors become OSError."""

from __future__ import annotations

import errno
import re
from typing import TYPE_CHECKING, Any

from collectors.disk.nodes import Entry
from collectors.disk.reader import LibraryError, read_at

try:
    import pytsk3
except ImportError as error:
    raise LibraryError("pytsk3", why=error) from error

if TYPE_CHECKING:
    from collectors.disk.reader import Reader

# pytsk3.TSK_FS_NAME_TYPE_*: undefined 0, pipe 1, character 2, folder 3, block 4, file 5, link 6,
# socket 7, shadow 8, whiteout 9, made by libtsk 10 and 11.
_LETTERS = {3: "d", 5: "f", 6: "l"}
MADE_BY_LIBTSK = (10, 11)
_LETTERS_OF_INODES = {1: "f", 2: "d", 6: "l", 7: "f", 9: "f", 10: "f"}  # TSK_FS_META_TYPE_*
_TYPES = range(1, 11)
ALLOCATED = 1  # pytsk3.TSK_FS_NAME_FLAG_ALLOC and TSK_FS_META_FLAG_ALLOC
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


def entry(info: Any) -> Entry | None:
    """A name, by the type that its inode has: of a name's own, nothing has to be true."""
    name, meta = info.name, info.meta
    kind, spelled = int(name.type), name.name
    if kind in MADE_BY_LIBTSK or spelled is None:
        return None
    deleted = not int(name.flags) & ALLOCATED
    letter = _LETTERS.get(kind, "o")
    if meta is not None and not deleted and (own := int(meta.type)) in _TYPES:
        letter = _LETTERS_OF_INODES.get(own, "o")
    return Entry(spelled, int(name.meta_addr), int(name.meta_seq), letter, deleted)
