"""One file as two doors give it, held together byte by byte, whatever its size."""

from __future__ import annotations

import errno
from contextlib import closing
from hashlib import sha256
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.artifact import Reading

PIECE = 64 << 10  # bytes that are compared at once
_PAGE = 4096  # bytes: of a file's last ones, some may not lie on the disk yet, but as zeros


def pieces(reading: Reading) -> Iterator[bytes]:
    """All bytes of a file, holes as zeros: the two doors don't agree on what is a hole.

    Each piece but the last is of the same size.

    Raises:
        OSError: not all of it can be read.
    """
    held = bytearray()
    for data in _filled(reading):
        held += data
        while len(held) >= PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
    if held:
        yield bytes(held)


def _filled(reading: Reading) -> Iterator[bytes]:
    with closing(reading):
        room, end = memoryview(bytearray(PIECE)), 0
        while count := reading.readinto(room):
            start = sum(reading.ranges[-1]) - count if reading.ranges else end
            yield from _zeros(start - end)
            yield bytes(room[:count])
            end = start + count
        if reading.missing:
            raise OSError(errno.EIO, reading.missing[0].error)
        if reading.ranges and reading.stat is not None:
            yield from _zeros(reading.stat.size - end)


def _zeros(count: int) -> Iterator[bytes]:
    while count > 0:
        yield bytes(min(count, PIECE))
        count -= PIECE


def digest(reading: Reading) -> str:
    """SHA-256 of a file with its holes as zeros.

    Raises:
        OSError: not all of it can be read.
    """
    found = sha256()
    for piece in pieces(reading):
        found.update(piece)
    return found.hexdigest()


def parting(shown: Reading, lies: Reading) -> int | None:
    """Where the disk has other bytes than a file that only grows; None where it has the same.

    The system may show more at its end; the disk may not. Of the disk's last page what is zeros
    may not have been written yet.

    Raises:
        OSError: not all of it can be read through one of the doors.
    """
    at, disk = 0, pieces(lies)
    following = next(disk, b"")
    for one in pieces(shown):
        other, following = following, next(disk, b"")
        if one[: len(other)] != other:
            found = _first(one, other)
            if following or len(one) < len(other) or not _is_unwritten(other, found):
                return at + found
        at += len(other)
    return at if following else None


def _first(one: bytes, other: bytes) -> int:
    """The first place where two pieces differ, or the shorter one's end."""
    pairs = enumerate(zip_longest(one, other))
    return next(at for at, (a, b) in pairs if a != b)


def _is_unwritten(lies: bytes, found: int) -> bool:
    """Whether what differs is the zeros at the end of the disk's last page."""
    page = (len(lies) - 1) // _PAGE * _PAGE
    return found >= page and not any(lies[found:])
