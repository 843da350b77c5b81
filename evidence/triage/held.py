"""A file's bytes while examiners look into them: held against the digest that was signed."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from evidence.triage.examiner import Examined

SMALL = 32 << 20  # bytes: such a file is held in memory, so that what was hashed is what is seen
_PIECE = 1 << 20  # bytes at once
Stretch = tuple[int, int]
"""Where a piece of a file begins and ends."""
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class HeldError(Exception):
    """A file that can't be looked into, or that isn't what was taken; says why."""


@dataclass(frozen=True, slots=True)
class Held:
    """An open file, with the digest of its bytes and their number."""

    file: BinaryIO
    sha256: str
    size: int
    holes: int
    """Bytes more that the file claims and that nobody wrote; they are in neither of the two."""


@contextmanager
def held(examined: Examined) -> Iterator[Held]:
    """Open a file, and hash it; of an item, the digest must be its record's.

    A small file is read once, and looked into in memory. Of a larger one it is seen at the end
    whether it changed in between.

    Raises:
        HeldError: it is no file, isn't there, differs, or changed while it was looked into.
    """
    descriptor = _opened(examined.path)
    with os.fdopen(descriptor, "rb") as file:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise HeldError("no regular file")
        yield _hashed(file, before.st_size, examined)
        if _state(os.fstat(descriptor)) != _state(before):
            raise HeldError("changed while it was looked into")


def _opened(path: Path) -> int:
    """A descriptor, by which no access time is set where that can be helped; open(2)."""
    try:
        return os.open(path, _READ | os.O_NOATIME)
    except PermissionError:  # of a file of somebody else's: only its owner may ask for that
        pass
    except OSError as error:
        raise HeldError(error.strerror) from error
    try:
        return os.open(path, _READ)
    except OSError as error:
        raise HeldError(error.strerror) from error


def _hashed(file: BinaryIO, size: int, examined: Examined) -> Held:
    try:
        if size <= SMALL:
            file = io.BytesIO(_all_of(file))
        found, hashed = _digest(file, examined)
    except OSError as error:
        raise HeldError(error.strerror or str(error)) from error
    expected = examined.record.content.sha256 if examined.record is not None else found
    if found != expected:
        raise HeldError(f"differs from its record: expected sha256 {expected}, found {found}")
    file.seek(0)
    return Held(file, found, hashed, max(0, size - hashed))


def _all_of(file: BinaryIO) -> bytes:
    data = file.read(SMALL + 1)
    if len(data) > SMALL:  # of /proc, or somebody's file system: it says less than it has
        raise HeldError(f"says that it is small, and has more than {SMALL} bytes")
    return data


def _digest(file: BinaryIO, examined: Examined) -> tuple[str, int]:
    """Of a file with holes, it is over its data: an item's record says where that was."""
    digest, total = hashlib.sha256(), 0
    for start, size in _ranges(examined, file):
        file.seek(start)
        rest = size
        while rest and (piece := file.read(min(rest, _PIECE))):
            digest.update(piece)
            rest -= len(piece)
            total += len(piece)
    return digest.hexdigest(), total


def _ranges(examined: Examined, file: BinaryIO) -> list[tuple[int, int]]:
    """Where to read, and how many bytes."""
    if examined.record is None:
        return [(start, end - start) for start, end in stretches(file)]
    ranges = examined.record.content.ranges
    return [(int(each.offset), each.size) for each in ranges] or [(0, sys.maxsize)]


def _state(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def spread(offset: int, pieces: Sequence[Stretch]) -> int:
    """Where a byte of the data of a file with holes lies in the file.

    Args:
        offset: bytes into the data, one piece after the other.
        pieces: of the file; none where it has no holes.
    """
    rest = offset
    for start, end in pieces:
        if rest < end - start:
            return start + rest
        rest -= end - start
    return offset


def stretches(file: BinaryIO) -> Iterator[Stretch]:
    """Where a file holds data: offset and end; a hole reads as zeros, and says nothing."""
    file.seek(0, os.SEEK_END)
    end = file.tell()
    try:
        descriptor = file.fileno()
    except io.UnsupportedOperation:
        yield 0, end
        return
    at = 0
    while at < end:
        try:
            start = os.lseek(descriptor, at, os.SEEK_DATA)
            hole = os.lseek(descriptor, start, os.SEEK_HOLE)
        except OSError as error:
            if error.errno != errno.ENXIO:  # a file system that doesn't tell where holes are
                yield at, end
            return  # else only a hole follows
        at = min(hole, end)
        yield start, at


def stored(file: BinaryIO) -> int:
    """How many bytes of a file are data; it is at its beginning again afterwards."""
    total = sum(end - start for start, end in stretches(file))
    file.seek(0)
    return total
