"""One event log as two doors give it, held together record by record.

Windows writes to a log while it is read. That changes the headers of the file and of a chunk, and
adds records; when a log is full, its oldest chunk is written over. A record that is there stays as
it is. So chunks that differ are taken apart into their records, and these are compared.
"""

from __future__ import annotations

import struct
from hashlib import sha256
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from collectors.two_doors.beside import pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from collectors.artifact import Reading

HEAD = 4096  # bytes of a file's own header
CHUNK = 64 << 10
_RECORDS = 512  # where the records of a chunk begin
_CHUNK = struct.Struct("<8s16x2Q8xI")  # mark, first and last record, where its free room begins
_RECORD = struct.Struct("<4sIQQ")  # mark, size, number, when it was written
_MOST = 1024  # chunks that differ


class Record(NamedTuple):
    """One record; or all of a chunk that can't be taken apart, under a negative number."""

    written: int
    """100 ns since 1601."""
    digest: bytes


class Records(NamedTuple):
    """Records of one log that both doors should show alike, and don't."""

    many: int
    first: int
    last: int
    earliest: int
    """When the first of them was written: 100 ns since 1601."""
    latest: int

    @classmethod
    def of(cls, found: dict[int, Record]) -> Records | None:
        """All of these; None where there are none."""
        if not found:
            return None
        times = [each.written for each in found.values()]
        return cls(len(found), min(found), max(found), min(times), max(times))


class Parting(NamedTuple):
    """In what two views of a log differ."""

    shown: Records | None
    """Those that the system alone shows."""
    on_disk: Records | None
    """Those that the disk alone has."""
    other: Records | None
    """Those of which each has other bytes; the times are the disk's."""
    is_behind: bool
    """Whether those that the system alone shows are newer than all that the disk has."""

    def is_late(self, since: int) -> bool:
        """Whether all of it may be what a door doesn't know yet."""
        if self.other is not None or (self.on_disk and self.on_disk.earliest <= since):
            return False
        return self.shown is None or self.is_behind or self.shown.earliest > since


class _Side:
    """What one door shows of a log."""

    def __init__(self) -> None:
        self.records: dict[int, Record] = {}
        """Of the chunks that differ."""
        self.lowest, self.highest = 1 << 64, 0

    def reaches(self, chunk: bytes) -> None:
        """Know from where to where the whole log goes."""
        if _is_chunk(chunk):
            _, first, last, _ = _CHUNK.unpack_from(chunk)
            self.lowest, self.highest = min(self.lowest, first), max(self.highest, last)

    def without(self, other: _Side) -> dict[int, Record]:
        """What the other one hasn't got, but for the oldest, which newer ones took the room of."""
        is_behind = other.highest > self.highest
        return {
            number: record
            for number, record in self.records.items()
            if number not in other.records and not (is_behind and 0 <= number < other.lowest)
        }


def parting(shown: Reading, lies: Reading) -> Parting | None:
    """In what the system's view of a log and the disk's differ; None where in nothing.

    Raises:
        OSError: not all of it can be read through one of the doors.
        OverflowError: it differs in more chunks than are taken apart.
    """
    sides, differing = (_Side(), _Side()), 0
    pairs = zip_longest(_chunks(shown), _chunks(lies), fillvalue=b"")
    for number, pair in enumerate(pairs, 1):
        for side, chunk in zip(sides, pair, strict=True):
            side.reaches(chunk)
        if pair[0] == pair[1]:
            continue
        differing += 1
        if differing > _MOST:
            raise OverflowError(f"more than {_MOST} chunks of it differ")
        for side, chunk in zip(sides, pair, strict=True):
            side.records.update(_records(chunk, number))
    return _parting(*sides)


def _parting(ours: _Side, theirs: _Side) -> Parting | None:
    both = ours.records.keys() & theirs.records.keys()
    shown, on_disk = Records.of(ours.without(theirs)), Records.of(theirs.without(ours))
    other = Records.of({n: theirs.records[n] for n in both if ours.records[n] != theirs.records[n]})
    if (shown, on_disk, other) == (None, None, None):
        return None
    return Parting(shown, on_disk, other, shown is not None and shown.first > theirs.highest)


def _chunks(reading: Reading) -> Iterator[bytes]:
    """The chunks behind the file's header, the last one as long as it is."""
    return _cut(pieces(reading))


def _cut(found: Iterable[bytes]) -> Iterator[bytes]:
    held, start = bytearray(), HEAD
    for piece in found:
        held += piece
        while len(held) >= start + CHUNK:
            yield bytes(held[start : start + CHUNK])
            del held[: start + CHUNK]
            start = 0
    if len(held) > start:
        yield bytes(held[start:])


def _is_chunk(chunk: bytes) -> bool:
    return chunk.startswith(b"ElfChnk\0") and len(chunk) >= _RECORDS


def _records(chunk: bytes, number: int) -> Iterator[tuple[int, Record]]:
    """A chunk's records by their numbers; none of what is no chunk."""
    if not _is_chunk(chunk):
        return
    end = min(_CHUNK.unpack_from(chunk)[3], len(chunk))
    at = _RECORDS
    while at + _RECORD.size <= end:
        mark, size, which, written = _RECORD.unpack_from(chunk, at)
        if mark != b"**\0\0" or not _RECORD.size <= size <= end - at:
            break
        yield which, Record(written, sha256(chunk[at : at + size]).digest())
        at += size
    if at != end:
        yield -number, Record(0, sha256(chunk[at:end]).digest())
