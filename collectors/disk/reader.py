"""A disk as bytes at offsets: filled as asked for, or an error. Nothing is ever made up."""

from __future__ import annotations

import errno
import os
import struct
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import ClassVar, Protocol

from collectors import system
from collectors.artifact import Method
from collectors.sentences import SENTENCES
from collectors.told import ToldError

SECTOR = 512
_PIECE = 16 << 10  # bytes read at once where small structures lie side by side
_PIECES = 64  # of these that are remembered
RAW = Method(door="raw file system", noatime=True)


class ImageError(ToldError):
    """An image that can't be opened; says what and why."""

    exit_code: ClassVar[int] = 2
    table = SENTENCES


class LibraryError(ToldError):
    """A library that reads this kind of image isn't installed, or doesn't load."""

    exit_code: ClassVar[int] = 4
    table = SENTENCES


class Reader(Protocol):
    """Random access to a disk."""

    size: int
    """Bytes."""
    sector: int
    """Bytes that fail together: how finely a bad place is looked for."""

    def readinto(self, offset: int, buffer: memoryview, /) -> None:
        """Fill the whole buffer from this offset on.

        Raises:
            OSError: not all of it can be had; the buffer's content then means nothing.
        """
        ...

    def close(self) -> None:
        """Let the image go."""
        ...


def read_at(reader: Reader, offset: int, size: int) -> bytes:
    """A few bytes; fewer at the end of the disk.

    Raises:
        OSError: as `Reader.readinto`.
    """
    data = bytearray(max(0, min(size, reader.size - offset)))
    if data:
        reader.readinto(offset, memoryview(data))
    return bytes(data)


def all_of(reader: Reader, offset: int, size: int) -> bytes:
    """Bytes, or none where not all of them can be had."""
    try:
        data = read_at(reader, offset, size) if offset >= 0 else b""
    except OSError:
        return b""
    return data if len(data) == size else b""


class Structures:
    """Small structures of a disk, read with their neighbours, which are mostly asked for next."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._pieces: dict[int, bytes] = {}

    def read(self, offset: int, size: int) -> bytes:
        """As `read_at`.

        Raises:
            OSError: as `Reader.readinto`, of these very bytes.
        """
        number, within = offset // _PIECE, offset % _PIECE
        piece = self._pieces.get(number)
        if piece is None:
            piece = self._piece(number)
        data = piece[within : within + size]
        return data if len(data) == size else read_at(self._reader, offset, size)

    def _piece(self, number: int) -> bytes:
        """All neighbours, or none where a bad sector is among them: then each is read alone."""
        if len(self._pieces) >= _PIECES:
            self.forget()
        try:
            found = read_at(self._reader, number * _PIECE, _PIECE)
        except OSError:
            found = b""
        self._pieces[number] = found
        return found

    def forget(self) -> None:
        """Read anew what is asked for from now on: the disk is in use."""
        self._pieces.clear()


_NONSENSE = (struct.error, ValueError, ArithmeticError, LookupError)


class Parsing:
    """Around our own readers of structures: whatever nonsense these hold becomes an OSError."""

    def __enter__(self) -> None:
        """Nothing is kept: one object serves all."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is not None and isinstance(error, _NONSENSE):
            raise OSError(errno.EIO, f"damaged structure: {error}") from error


PARSING = Parsing()  # made once: several are entered for each file


def beyond_the_end() -> OSError:
    """What a structure gets that points behind the end of its disk: a cut-off image."""
    return OSError(errno.EIO, "behind the end of the image")


class Files:
    """One file, or several that follow one another: raw and split raw images."""

    sector = SECTOR

    def __init__(self, paths: Sequence[str]) -> None:
        """Open them.

        Raises:
            OSError: as open(2).
        """
        self._descriptors: list[int] = []
        self._starts = [0]
        try:
            for path in paths:
                self._descriptors.append(os.open(path, system.READ))
                length = os.fstat(self._descriptors[-1]).st_size
                self._starts.append(self._starts[-1] + length)
        except OSError:
            self.close()
            raise
        self.size = self._starts[-1]

    def readinto(self, offset: int, buffer: memoryview, /) -> None:
        """Fill the buffer, from as many files as it takes."""
        if offset < 0 or offset + len(buffer) > self.size:
            raise beyond_the_end()
        while buffer:
            number = bisect_right(self._starts, offset) - 1
            left = self._starts[number + 1] - offset
            part = buffer if len(buffer) <= left else buffer[:left]
            place = offset - self._starts[number]
            count = system.preadv(self._descriptors[number], (part,), place)
            if count == len(buffer):
                return
            if count <= 0:
                raise OSError(errno.EIO, "the image file became shorter")
            offset, buffer = offset + count, buffer[count:]

    @property
    def sizes(self) -> list[int]:
        """Bytes of each file, as they were when it was opened."""
        return [after - start for start, after in pairwise(self._starts)]

    def size_now(self) -> int:
        """Bytes that the files have now."""
        return sum(os.fstat(descriptor).st_size for descriptor in self._descriptors)

    def data(self, offset: int, size: int) -> Iterator[tuple[int, int]]:
        """Where a range has data (offset, size), in order; the rest of it is holes, lseek(2).

        Raises:
            OSError: the file system can't say.
        """
        end = offset + size
        while offset < end:
            number = bisect_right(self._starts, offset) - 1
            base, stop = self._starts[number], min(end, self._starts[number + 1])
            for start, length in _data(self._descriptors[number], offset - base, stop - base):
                yield base + start, length
            offset = stop

    def close(self) -> None:
        """Close the files; a medium that was pulled takes nothing of what was read."""
        while self._descriptors:
            with suppress(OSError):
                os.close(self._descriptors.pop())


def _data(descriptor: int, offset: int, end: int) -> Iterator[tuple[int, int]]:
    """Where a part of one file has data; Windows doesn't tell: all of it is."""
    if not hasattr(os, "SEEK_DATA"):
        if offset < end:
            yield offset, end - offset
        return
    while offset < end:
        try:
            start = os.lseek(descriptor, offset, os.SEEK_DATA)
        except OSError as error:
            if error.errno != errno.ENXIO:  # ENXIO: no data behind the offset
                raise
            there = max(offset, os.fstat(descriptor).st_size)
            if there < end:  # it became shorter: no hole, but what can't be read any more
                yield there, end - there
            return
        if start >= end:
            return
        offset = min(end, os.lseek(descriptor, start, os.SEEK_HOLE))
        yield start, offset - start


class Window:
    """A part of a disk as a disk of its own: one partition."""

    def __init__(self, reader: Reader, offset: int, size: int) -> None:
        self._reader = reader
        self.offset = offset
        self.size = max(0, min(size, reader.size - offset))
        self.sector = reader.sector

    def readinto(self, offset: int, buffer: memoryview, /) -> None:
        """Fill the buffer from within the part."""
        if offset < 0 or offset + len(buffer) > self.size:
            raise beyond_the_end()
        self._reader.readinto(self.offset + offset, buffer)

    def close(self) -> None:
        """The disk is closed by who opened it."""
