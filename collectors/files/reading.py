"""How bytes come out of a file: read by ourselves, or by the guarded child."""

from __future__ import annotations

import errno
import os
import stat as modes
from typing import TYPE_CHECKING

from collectors.artifact import Interval, Method, MissingRange, Stat, detail_of
from collectors.files.attributed import kept
from collectors.files.descriptors import open_evidence, what_is
from collectors.files.stat import stat_descriptor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from collectors.files.guard import Answer, Guard

HOLE_FLOOR = 1 << 20  # bytes: smaller holes are read as zeros, which costs less than mapping them
MOST_RANGES = 8192  # a file: a record line holds no more than 4 MiB
MOST_SEEKS = 100_000  # a file, then the rest is read as it is: mapping must end, too
BLOCK = 4096  # bytes: what is left out where a disk can't be read
MOST_BLOCKS = 256  # a file, then it is given up: a dying disk takes many seconds for each
_SECTOR = 512
GROWTH = 1 << 30  # bytes over the stated size: a file that grows for ever must end, too
_BAD_BLOCK = {errno.EIO, errno.EBADMSG, getattr(errno, "EUCLEAN", errno.EIO), errno.ENODATA}

_OPENED = Method(door="system call", noatime=True)
_OPENED_ATIME = Method(door="system call", noatime=False)
_GUARDED = Method(door="guarded system call", noatime=True)
_GUARDED_ATIME = Method(door="guarded system call", noatime=False)


def require_file(found: Stat) -> None:
    """Refuse what has no content of its own to read.

    Raises:
        OSError: ENOTSUP, saying what it is.
    """
    if not modes.S_ISREG(found.mode):
        raise OSError(errno.ENOTSUP, f"{what_is(found.mode)}; not read")


def note_given(noted: list[tuple[int, int]], position: int, count: int) -> None:
    """Add `count` bytes at `position` to the ranges that were given; there is one at least."""
    offset, size = noted[-1]
    if offset + size == position:
        noted[-1] = (offset, size + count)
    elif size == 0:
        noted[-1] = (position, count)
    else:
        noted.append((position, count))


class FileReading:
    """A regular file on a local file system; holes are mapped, bad blocks left out.

    `ranges` is filled while the file is read, so it always describes the bytes that were given.
    """

    taken: Interval | None = None
    ranges: Sequence[tuple[int, int]] = ()
    missing: Sequence[MissingRange] = ()
    errors: Sequence[str] = ()
    changed: bool | None = None
    ended = False
    _position = 0
    _further: Iterator[tuple[int, int]] = iter(())
    _pieces = False  # whether there is anything to say in `ranges`

    def __init__(self, path: str, *, listed: bool = False, sparse: bool = True) -> None:
        """Open it.

        Args:
            path: where it is on this machine.
            listed: whether a listing has just said that it is a regular file.
            sparse: whether holes are mapped; else they are read as zeros.

        Raises:
            OSError: as open(2); ENOTSUP when it is no regular file.
        """
        self._descriptor, noatime = open_evidence(path, listed=listed)
        self.method = _OPENED if noatime else _OPENED_ATIME
        try:
            found, blocks = stat_descriptor(self._descriptor)
            require_file(found)
            self.stat: Stat | None = found
            self._before = found
            self._end = found.size + GROWTH  # of the range that is read now
            if sparse and found.size - blocks * _SECTOR >= HOLE_FLOOR:
                self._map_holes(found.size)
            self._look_for_xattrs()
        except BaseException:
            os.close(self._descriptor)
            raise

    def _look_for_xattrs(self) -> None:
        try:
            names = os.listxattr(self._descriptor)
            if names:
                each = ((name, os.getxattr(self._descriptor, name)) for name in sorted(names))
                some, said = kept(each)
                self.stat = self._before._replace(xattrs=some)
                self.errors = (*self.errors, *filter(None, [said]))
        except OSError as error:
            if error.errno != errno.ENOTSUP:
                self._err(f"extended attributes: {detail_of(error)}")

    def _err(self, text: str) -> None:
        self.errors = (*self.errors, text)

    def _map_holes(self, size: int) -> None:
        try:
            data = _data_ranges(self._descriptor, size)
        except OSError as error:
            self._err(f"holes could not be mapped: {detail_of(error)}")
            return
        if data == [(0, size)]:  # compressed by the file system, not sparse
            return
        self._note_pieces([(0, 0)])  # stays when there is nothing but a hole
        self._further = iter(data)
        self._next_range()

    def _note_pieces(self, noted: list[tuple[int, int]]) -> None:
        """From now on `ranges` tells which bytes were given."""
        self._pieces = True
        self.ranges = self._noted = noted

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer from its start; 0 means the end."""
        while not self.ended:
            room = self._end - self._position
            part = buffer if len(buffer) <= room else buffer[:room]
            try:
                count = os.preadv(self._descriptor, (part,), self._position)
            except OSError as error:
                self._step_over(error)
                continue
            if not count:
                self._ends_here()
                continue
            if self._pieces:
                note_given(self._noted, self._position, count)
            self._position += count
            if count < len(part):
                self._look_for_end()
            elif count == room:
                self._range_is_read()
            return count
        return 0

    def _look_for_end(self) -> None:
        """After fewer bytes than asked for: this may be the end, or a bad block comes next."""
        if not self._pieces:
            now = os.fstat(self._descriptor)
            if now.st_size == self._position:
                self._settle(now)

    def _range_is_read(self) -> None:
        if not self._pieces:
            self._miss(None, "grew by more than our limit while it was read")
        self._next_range()

    def _next_range(self) -> None:
        found = next(self._further, None)
        if found is None:
            self._settle()
        else:
            self._position, size = found
            self._end = self._position + size

    def _ends_here(self) -> None:
        """Nothing came at all: the end of the file, also where more was expected."""
        if not self._pieces:
            self._settle()
            return
        self._miss(self._end - self._position, "the file ends before this range")
        self._next_range()

    def _step_over(self, error: OSError) -> None:
        """Leave out a block that can't be read, and go on behind it."""
        size = self._before.size
        step = min(BLOCK - self._position % BLOCK, size - self._position)
        if error.errno not in _BAD_BLOCK or step <= 0 or len(self.missing) >= MOST_BLOCKS:
            self._miss(None, detail_of(error))
            self._settle()
            raise error
        if not self._pieces:
            self._note_pieces([(0, self._position)])
            self._end = size
        self._miss(step, detail_of(error))
        self._position += step
        if self._position >= self._end:
            self._next_range()

    def _miss(self, size: int | None, error: str) -> None:
        missing = MissingRange(offset=self._position, size=size, error=error)
        self.missing = (*self.missing, missing)

    def _settle(self, now: os.stat_result | None = None) -> None:
        """Compare with what the file system says now; there is no more to read."""
        self.ended = True
        now, before = now or os.fstat(self._descriptor), self._before
        self.changed = (
            now.st_ctime_ns != before.changed_ns
            or now.st_mtime_ns != before.modified_ns
            or now.st_size != before.size
        )
        if now.st_nlink == 0 and before.nlink > 0:
            self._err("deleted while it was read")
        if not self._pieces and not self.missing and self._position != before.size:
            self._err(f"size stated {before.size} bytes, read {self._position} bytes")

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


def _data_ranges(descriptor: int, size: int) -> list[tuple[int, int]]:
    """Where a file has data (offset, size), small holes counted as data; lseek(2)."""
    floor = max(HOLE_FLOOR, size // MOST_RANGES)
    found: list[tuple[int, int]] = []
    offset = 0
    for _ in range(MOST_SEEKS):
        try:
            start = os.lseek(descriptor, offset, os.SEEK_DATA)
        except OSError as error:
            if error.errno != errno.ENXIO:  # ENXIO: no data behind the offset
                raise
            return found
        offset = os.lseek(descriptor, start, os.SEEK_HOLE)
        if found and start - sum(found[-1]) < floor:
            start = found.pop()[0]
        found.append((start, offset - start))
        if offset >= size:
            return found
    start = found.pop()[0]
    return [*found, (start, size - start)]


class GuardedReading:
    """A file that is read by the child process: what may hang, and what has no true size."""

    taken: Interval | None = None
    ranges: Sequence[tuple[int, int]] = ()
    errors: Sequence[str] = ()
    changed: bool | None = None
    ended = False

    def __init__(
        self, guard: Guard, path: str, *, follow: bool = False, limit: int = 1 << 62
    ) -> None:
        """Ask the child to open it.

        Raises:
            OSError: as open(2), or TimeoutError.
        """
        self._answer: Answer = guard.send("read", path, follow=follow, limit=limit)
        noatime, found = self._answer.opened()
        self.stat: Stat | None = found
        self.method = _GUARDED if noatime else _GUARDED_ATIME
        self.missing: Sequence[MissingRange] = ()
        self._rest = memoryview(b"")
        self._ended = False
        self._given = 0

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer from its start; 0 means the end."""
        if not self._rest and not self._ended:
            self._next()
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        self._given += count
        return count

    def _next(self) -> None:
        try:
            kind, payload = self._answer.frame()
        except OSError as error:
            self._ended = True
            self._miss(detail_of(error))
            raise
        if kind == b"D":
            self._rest = memoryview(payload)
            return
        self._ended = True
        if payload == b"limit":
            self._miss("our limit for this item")

    def _miss(self, error: str) -> None:
        self.missing = (MissingRange(offset=self._given, size=None, error=error),)

    def close(self) -> None:
        """Let the child go if it still has something to say."""
        if not self._ended:
            self._answer.abandon()
