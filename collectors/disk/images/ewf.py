"""E01 images: read by libewf, which gives zeros where a chunk's checksum is wrong.

A chunk of nothing but zeros is therefore looked up as it is stored. Format: the public description
of the Expert Witness Compression Format (libewf's documentation), sections and tables of EWF-E01.
"""

from __future__ import annotations

import errno
import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from collectors.disk.reader import ImageError, beyond_the_end
from collectors.files import system

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


class Stored:
    """Where each chunk lies in the segment files, and whether it is whole there."""

    def __init__(self, paths: Sequence[str], chunk: int) -> None:
        """Look them up.

        Args:
            paths: the segment files, in order.
            chunk: bytes that each stands for.
        """
        self._paths, self._chunk = paths, chunk
        self._spans: list[tuple[int, int, int, bool]] = []
        """Segment, offset, end, packed."""
        for number, path in enumerate(paths):
            self._spans += self._of_segment(number, path)

    def __len__(self) -> int:
        return len(self._spans)

    def _of_segment(self, number: int, path: str) -> Iterator[tuple[int, int, int, bool]]:
        with open(path, "rb") as file:
            data_end = 0
            for kind, at, size in sections(file.fileno()):
                if kind == b"sectors":
                    data_end = at + size
                elif kind == b"table":
                    yield from self._of_table(file.fileno(), number, at, data_end or at + size)

    @staticmethod
    def _of_table(
        descriptor: int, number: int, at: int, end: int
    ) -> Iterator[tuple[int, int, int, bool]]:
        head = system.pread(descriptor, _TABLE.size, at + SECTION_SIZE)
        if len(head) < _TABLE.size:
            return
        count, base = _TABLE.unpack(head)
        if not 0 < count <= _MOST_ENTRIES:
            return
        raw = system.pread(descriptor, 4 * count, at + SECTION_SIZE + _TABLE.size)
        entries = struct.unpack_from(f"<{len(raw) // 4}I", raw)
        starts = [base + (entry & ~_PACKED) for entry in entries]
        for entry, start, stop in zip(entries, starts, [*starts[1:], end], strict=True):
            yield number, start, stop, bool(entry & _PACKED)

    def is_whole(self, chunk: int) -> bool:
        """Whether a chunk's checksum is right, or its compressed form unpacks."""
        number, start, end, packed = self._spans[chunk]
        with open(self._paths[number], "rb") as file:
            if not start < end <= os.fstat(file.fileno()).st_size:
                return False
            data = system.pread(file.fileno(), min(end - start, 2 * self._chunk), start)
        if packed:
            return _unpacks(data, self._chunk)
        return zlib.adler32(data[:-4]).to_bytes(4, "little") == data[-4:]


def _unpacks(data: bytes, size: int) -> bool:
    """Whether it does, to the end with its checksum, and to no more than this size."""
    unpacker = zlib.decompressobj()
    try:
        unpacker.decompress(data, size + 1)
    except zlib.error:
        return False
    return unpacker.eof


class EwfReader:
    """An E01 image; chunks fail as a whole."""

    def __init__(self, handle: Any, paths: Sequence[str]) -> None:
        self._handle = handle
        self.size = int(handle.get_media_size())
        self.sector = int(handle.get_chunk_size())
        self._stored = Stored(paths, self.sector)
        self.checked = len(self._stored) > 0
        """Whether chunks are looked up as they are stored; a version 2 image has other tables."""
        needed, found = -(-self.size // self.sector), len(self._stored)
        if found > needed:
            raise ImageError("chunks_over", path=paths[0], found=found, needed=needed)
        missing = needed - found if self.checked else 0
        self.lacks = f"{missing} chunks of it are in none of its files" if missing > 0 else ""
        self._known: dict[int, bool] = {}

    def readinto(self, offset: int, buffer: memoryview, /) -> None:
        """Fill the buffer.

        Raises:
            OSError: EBADMSG where a chunk's checksum is wrong.
        """
        if offset < 0 or offset + len(buffer) > self.size:
            raise beyond_the_end()
        filled = 0
        while filled < len(buffer):
            data = self._some(offset + filled, len(buffer) - filled)
            buffer[filled : filled + len(data)] = data
            filled += len(data)

    def _some(self, offset: int, room: int) -> bytes:
        """Bytes of one chunk."""
        chunk = offset // self.sector
        count = min(room, (chunk + 1) * self.sector - offset)
        if self.checked and chunk >= len(self._stored):
            raise OSError(errno.EIO, f"chunk {chunk} is in none of the image's files")
        data: bytes = self._handle.read_buffer_at_offset(count, offset)
        if not data:
            raise OSError(errno.EIO, "libewf gave nothing here")
        if not data.strip(b"\0") and self.checked and not self._is_whole(chunk):
            raise OSError(errno.EBADMSG, f"the image's checksum of chunk {chunk} is wrong")
        return data

    def _is_whole(self, chunk: int) -> bool:
        known = self._known.get(chunk)
        if known is None:
            if len(self._known) > 1 << 16:
                self._known.clear()
            known = self._known[chunk] = self._stored.is_whole(chunk)
        return known

    def close(self) -> None:
        """Close the image."""
        self._handle.close()
