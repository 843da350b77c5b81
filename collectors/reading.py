"""How bytes come out of a source: from a file, from the guarded child, from memory, as they are made."""

from __future__ import annotations

import errno
import os
import stat as modes
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from collectors.artifact import Interval, Method, MissingRange, Stat, detail_of
from collectors.guard import Answer, Guard, open_evidence, what_is
from collectors.stat import stat_descriptor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HOLE_FLOOR = 1 << 20  # bytes: smaller holes are read as zeros, which costs less than mapping them
_BLOCK = 512

_OPENED = Method(door="system call", noatime=True)
_OPENED_ATIME = Method(door="system call", noatime=False)
_GUARDED = Method(door="guarded system call", noatime=True)
_GUARDED_ATIME = Method(door="guarded system call", noatime=False)
MADE_HERE = Method(door="made here")


def _xattrs(descriptor: int) -> tuple[tuple[str, bytes], ...]:
    names = os.listxattr(descriptor)
    if not names:
        return ()
    return tuple((name, os.getxattr(descriptor, name)) for name in sorted(names))


class FileReading:
    """A regular file on a local file system, holes mapped instead of read."""

    __slots__ = (
        "_descriptor", "_left", "_position", "_reads", "changed", "errors", "method", "missing",
        "ranges", "stat", "taken",
    )  # fmt: skip

    def __init__(self, path: str) -> None:
        """Open it.

        Raises:
            OSError: as open(2); ENOTSUP when it is no regular file.
        """
        self._descriptor, noatime = open_evidence(path)
        self.method = _OPENED if noatime else _OPENED_ATIME
        self.taken: Interval | None = None
        self.ranges: list[tuple[int, int]] = []
        self.missing: list[MissingRange] = []
        self.errors: list[str] = []
        self.changed: bool | None = None
        self._position = 0
        self._reads = 0
        self._left: list[tuple[int, int]] | None = None
        self.stat: Stat | None = None
        try:
            self._look()
        except BaseException:
            os.close(self._descriptor)
            raise

    def _look(self) -> None:
        found, blocks = stat_descriptor(self._descriptor)
        if not modes.S_ISREG(found.mode):
            raise OSError(errno.ENOTSUP, f"{what_is(found.mode)}; not read")
        try:
            xattrs = _xattrs(self._descriptor)
        except OSError as error:
            xattrs = ()
            if error.errno != errno.ENOTSUP:
                self.errors.append(f"extended attributes: {detail_of(error)}")
        self.stat = replace(found, xattrs=xattrs) if xattrs else found
        if found.size - blocks * _BLOCK >= HOLE_FLOOR:
            self._map_holes(found.size)

    def _map_holes(self, size: int) -> None:
        offset = 0
        try:
            while offset < size:
                start = os.lseek(self._descriptor, offset, os.SEEK_DATA)
                offset = os.lseek(self._descriptor, start, os.SEEK_HOLE)
                self.ranges.append((start, offset - start))
        except OSError as error:
            if error.errno != errno.ENXIO:  # ENXIO: no data behind the offset, lseek(2)
                self.ranges = []
                self.errors.append(f"holes could not be mapped: {detail_of(error)}")
                return
        if self.ranges == [(0, size)]:  # compressed by the file system, not sparse
            self.ranges = []
            return
        self._left = list(self.ranges)
        if not self.ranges:
            self.ranges = [(0, 0)]  # nothing but a hole

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer from its start; 0 means the end."""
        if self._left is not None:
            return self._read_range(buffer)
        count = self._pread(buffer, self._position)
        self._position += count
        # A short count of a regular file means its end was met: nothing more to ask.
        if count < len(buffer) and self._reads > 1:
            self._settle()
        return count

    def _pread(self, buffer: memoryview, offset: int) -> int:
        self._reads += 1
        try:
            return os.preadv(self._descriptor, [buffer], offset)
        except OSError as error:
            self.missing.append(MissingRange(offset=offset, size=None, error=detail_of(error)))
            self._settle()
            raise

    def _read_range(self, buffer: memoryview) -> int:
        while self._left:
            offset, size = self._left[0]
            count = self._pread(buffer[:size], offset)
            if count == size or count == 0:
                self._left.pop(0)
                if count == 0:
                    self.missing.append(
                        MissingRange(
                            offset=offset, size=size, error="the file ends before this range"
                        )
                    )
                    continue
            else:
                self._left[0] = (offset + count, size - count)
            return count
        self._settle()
        return 0

    def _settle(self) -> None:
        """Compare with what the file system says now."""
        if self.stat is None:
            return
        now, _ = stat_descriptor(self._descriptor)
        before = self.stat
        self.changed = (now.size, now.modified_ns) != (before.size, before.modified_ns)
        if now.nlink == 0 and before.nlink > 0:
            self.errors.append("deleted while it was read")

    def close(self) -> None:
        """Close the file, and note when it gave more or less than was stated."""
        os.close(self._descriptor)


class GuardedReading:
    """A file that is read by the child process: what may hang, and what has no true size."""

    def __init__(
        self, guard: Guard, path: str, *, follow: bool = False, limit: int = 1 << 62
    ) -> None:
        """Ask the child to open it.

        Raises:
            OSError: as open(2), or TimeoutError.
        """
        self._guard = guard
        self._answer: Answer = guard.send("read", path, follow=follow, limit=limit)
        noatime, self.stat = self._opened()
        self.method = _GUARDED if noatime else _GUARDED_ATIME
        self.taken: Interval | None = None
        self.ranges: list[tuple[int, int]] = []
        self.missing: list[MissingRange] = []
        self.errors: list[str] = []
        self.changed: bool | None = None
        self._rest = memoryview(b"")
        self._ended = False
        self._given = 0

    def _opened(self) -> tuple[bool, Stat | None]:
        noatime, found = self._answer.opened()
        return noatime, found

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
            self.missing.append(MissingRange(offset=self._given, size=None, error=detail_of(error)))
            raise
        if kind == b"D":
            self._rest = memoryview(payload)
            return
        self._ended = True
        if payload == b"limit":
            self.missing.append(
                MissingRange(offset=self._given, size=None, error="our limit for this item")
            )

    def close(self) -> None:
        """Let the child go if it still has something to say."""
        if not self._ended:
            self._guard.close()


class Snapshot:
    """Bytes that were read a moment ago, or made here."""

    def __init__(
        self,
        data: bytes,
        *,
        method: Method = MADE_HERE,
        taken: Interval | None = None,
        stat: Stat | None = None,
        missing: Iterable[MissingRange] = (),
        errors: Iterable[str] = (),
    ) -> None:
        self.data = data
        self.method = method
        self.taken = taken
        self.stat = stat
        self.ranges: list[tuple[int, int]] = []
        self.missing = list(missing)
        self.errors = list(errors)
        self.changed: bool | None = None
        self._position = 0

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer from its start; 0 means the end."""
        piece = self.data[self._position : self._position + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def close(self) -> None:
        """Be ready to be read again: the bytes are ours."""
        self._position = 0


class Stream:
    """Bytes that are made while they are read, for what doesn't fit into memory."""

    def __init__(self, pieces: Iterator[bytes], *, errors: list[str] | None = None) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")
        self.method = MADE_HERE
        self.taken: Interval | None = None
        self.stat: Stat | None = None
        self.ranges: list[tuple[int, int]] = []
        self.missing: list[MissingRange] = []
        self.errors: list[str] = errors if errors is not None else []
        self.changed: bool | None = None

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer from its start; 0 means the end."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def close(self) -> None:
        """Stop making."""
        close = getattr(self._pieces, "close", None)
        if close is not None:
            close()


class Stopwatch:
    """Begin and end of a reading, by both clocks."""

    __slots__ = ("_mono", "_wall")

    def __init__(self) -> None:
        self._wall = time.time_ns()
        self._mono = time.monotonic_ns()

    def stop(self) -> Interval:
        """The interval from the making of this watch until now."""
        return Interval(
            start_ns=self._wall,
            end_ns=time.time_ns(),
            mono_start_ns=self._mono,
            mono_end_ns=time.monotonic_ns(),
        )
