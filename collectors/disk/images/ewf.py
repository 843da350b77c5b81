"""E01 images: read by libewf, which gives zeros where a chunk's checksum is wrong.

A chunk of nothing but zeros is therefore looked up as it is stored. Format: the public description
of the Expert Witness Compression Format (libewf's documentation), sections and tables of EWF-E01.
"""

from __future__ import annotations

import errno
import os
import struct
import sys
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from collectors import system
from collectors.disk.images.library import LibraryReader
from collectors.disk.reader import ImageError, beyond_the_end

_SECTION = struct.Struct("<16sQQ")
SECTION_SIZE = 76
_FIRST_SECTION = 13
_TABLE = struct.Struct("<I4xQ4x4x")
_MOST_ENTRIES = 16_777_216  # of one table
_PACKED = 0x8000_0000


class Section(NamedTuple):
    """A part of a segment file."""

    kind: bytes
    at: int
    size: int
    """Bytes, its own head with them."""


def sections(descriptor: int) -> Iterator[Section]:
    """The sections of a segment file, as far as they can be followed."""
    at, end = _FIRST_SECTION, os.fstat(descriptor).st_size
    while True:
        head = system.pread(descriptor, _SECTION.size, at)
        if len(head) < _SECTION.size:
            return
        name, following, size = _SECTION.unpack(head)
        kind = name.rstrip(b"\0")
        yield Section(kind, at, size)
        if kind in (b"next", b"done") or not at < following < end:
            return
        at = following


class _Table(NamedTuple):
    """The chunks that one table lists; packed, since an image of a terabyte has 30 million."""

    segment: int
    base: int
    end: int
    """Where the last of its chunks ends."""
    entries: array[int]


class Stored:
    """Where each chunk lies in the segment files, and whether it is whole there."""

    def __init__(self, paths: Sequence[str], chunk: int, most: int) -> None:
        """Read their tables.

        Args:
            paths: the segment files.
            chunk: bytes of a chunk.
            most: chunks that the disk has; a table with more than these is the last that is read.
        """
        self._paths, self._chunk = paths, chunk
        self._tables: list[_Table] = []
        self._ends: list[int] = []
        """Of each table, how many chunks it and those before it list."""
        for number, path in enumerate(paths):
            for table in self._of_segment(number, path):
                self._tables.append(table)
                self._ends.append(len(self) + len(table.entries))
                if len(self) > most:
                    return

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def _of_segment(self, number: int, path: str) -> Iterator[_Table]:
        with open(path, "rb") as file:
            data_end = 0
            for kind, at, size in sections(file.fileno()):
                if kind == b"sectors":
                    data_end = at + size
                elif kind == b"table":
                    yield from self._of_table(file.fileno(), number, at, data_end or at + size)

    @staticmethod
    def _of_table(descriptor: int, number: int, at: int, end: int) -> Iterator[_Table]:
        head = system.pread(descriptor, _TABLE.size, at + SECTION_SIZE)
        if len(head) < _TABLE.size:
            return
        count, base = _TABLE.unpack(head)
        if not 0 < count <= _MOST_ENTRIES:
            return
        raw = system.pread(descriptor, 4 * count, at + SECTION_SIZE + _TABLE.size)
        entries = array("I", raw[: len(raw) // 4 * 4])
        if sys.byteorder == "big":
            entries.byteswap()
        yield _Table(number, base, end, entries)

    def is_whole(self, chunk: int) -> bool:
        """Whether a chunk's checksum is right, or its compressed form unpacks."""
        which = bisect_right(self._ends, chunk)
        table, at = self._tables[which], chunk - self._ends[which]  # from the table's end
        entry = table.entries[at]
        start = table.base + (entry & ~_PACKED)
        end = table.end if at == -1 else table.base + (table.entries[at + 1] & ~_PACKED)
        size = min(end - start, 2 * self._chunk + SECTION_SIZE)  # none is stored larger
        with self._opened(table.segment) as file:
            if not start < end <= os.fstat(file.fileno()).st_size:
                return False
            data = system.pread(file.fileno(), size, start)
        if entry & _PACKED:
            return self._unpacks(data)
        return zlib.adler32(data[:-4]).to_bytes(4, "little") == data[-4:]

    def _opened(self, segment: int) -> BinaryIO:
        """A segment file; that it is gone doesn't mean that what it holds was never there."""
        try:
            return open(self._paths[segment], "rb")
        except OSError as error:
            raise OSError(errno.EIO, f"the image's file is gone: {error.strerror}") from error

    def _unpacks(self, data: bytes) -> bool:
        """Whether it does, to its checksum, and to a chunk: few bytes may stand for gigabytes."""
        unpacker = zlib.decompressobj()
        try:
            unpacker.decompress(data, self._chunk + 1)
        except zlib.error:
            return False
        return unpacker.eof


class EwfReader:
    """An E01 image; chunks fail as a whole."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._image = LibraryReader("pyewf", paths)
        self.about = self._image.about
        self.size, self.sector = self._image.size, self._image.sector
        try:
            self._stored = self._looked_up(paths)
        except BaseException:
            self.close()
            raise
        self.checked = len(self._stored) > 0
        """Whether chunks are looked up as they are stored; a version 2 image has other tables."""
        missing = -(-self.size // self.sector) - len(self._stored) if self.checked else 0
        self.lacks = f"{missing} chunks of it are in none of its files" if missing > 0 else ""
        self._known: dict[int, bool] = {}

    def _looked_up(self, paths: Sequence[str]) -> Stored:
        needed = -(-self.size // self.sector)
        stored = Stored(paths, self.sector, needed)
        if len(stored) > needed:
            raise ImageError("chunks_over", path=paths[0], found=len(stored), needed=needed)
        return stored

    def readinto(self, offset: int, buffer: memoryview, /) -> None:
        """Fill the buffer.

        Raises:
            OSError: EBADMSG where a chunk's checksum is wrong.
        """
        if offset < 0 or offset + len(buffer) > self.size:
            raise beyond_the_end()
        last = (offset + len(buffer) - 1) // self.sector
        if self.checked and last >= len(self._stored):
            chunk = max(offset // self.sector, len(self._stored))
            raise OSError(errno.EIO, f"chunk {chunk} is in none of the image's files")
        self._image.readinto(offset, buffer)
        if self.checked:
            self._require_whole(offset, buffer)

    def _require_whole(self, offset: int, buffer: memoryview) -> None:
        """Look up those of which nothing but zeros came."""
        filled = 0
        while filled < len(buffer):
            chunk, within = divmod(offset + filled, self.sector)
            given = buffer[filled : filled + self.sector - within]
            if _is_zeros(given) and not self._is_whole(chunk):
                raise OSError(errno.EBADMSG, f"the image's checksum of chunk {chunk} is wrong")
            filled += len(given)

    def _is_whole(self, chunk: int) -> bool:
        known = self._known.get(chunk)
        if known is None:
            if len(self._known) > 1 << 16:
                self._known.clear()
            known = self._known[chunk] = self._stored.is_whole(chunk)
        return known

    def close(self) -> None:
        """Close the image."""
        self._image.close()


def _is_zeros(data: memoryview) -> bool:
    """Whether it is nothing else: most of what isn't says so at either end."""
    return not (data[0] or data[-1] or bytes(data).strip(b"\0"))
