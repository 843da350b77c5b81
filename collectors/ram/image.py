"""The image as it is read: LiME version 1, one record for each run, unreadable pages as zeros.

Format: LiME, doc/README.md: magic, version, first and last address (inclusive), eight bytes of
nothing; then the memory. Volatility 3 and others open it as it is.
"""

from __future__ import annotations

import mmap
import struct
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate

from collectors.artifact import Interval, Method, MissingRange, Stat
from collectors.files.pages import PAGE, Unread
from collectors.ram.opened import Memory
from collectors.ram.ranges import Run, bytes_of

MAGIC = 0x4C69_4D45
HEADER = struct.Struct("<IIQQQ")
CHUNK = 1 << 20  # bytes a read: kcore gives six times as much a second as with a page
_LISTED = 10_000  # unreadable ranges that are named one by one

_OWN = Method(door="system call")
_OVER = "over the limit of this collector"


class Refused:
    """What could not be read: the first ranges by name, of the others how many there are."""

    def __init__(self) -> None:
        self._named: list[Unread] = []
        self._others: list[Unread] = []
        """One at most: from the first of them to the end of the last."""
        self.bytes = self.unnamed_bytes = self.unnamed = 0

    def add(self, start: int, size: int, error: str) -> None:
        """Note a range; they come ascending."""
        self.bytes += size
        last = self._named[-1] if self._named else None
        if last and last.end == start and last.error == error:
            self._named[-1] = Unread(last.start, start + size, error)
        elif len(self._named) < _LISTED:
            self._named.append(Unread(start, start + size, error))
        else:
            self._add_other(start, size, error)

    def _add_other(self, start: int, size: int, error: str) -> None:
        last = self._others[-1] if self._others else None
        self.unnamed_bytes += size
        self.unnamed += not (last and last.end == start and last.error == error)
        self._others = [Unread(last.start if last else start, start + size, error)]

    @property
    def ranges(self) -> list[Unread]:
        """Those with a name; one more, with what was read between them, for all others."""
        told = f"in here {self.unnamed_bytes} bytes in {self.unnamed} ranges could not be read"
        others = [
            Unread(start, end, f"{told}, too many to name one by one")
            for start, end, _ in self._others
        ]
        return self._named + others


class MemoryReading:
    """Memory while it is read: once, run by run, through one small buffer that never grows."""

    stat: Stat | None = None
    taken: Interval | None = None
    ranges: Sequence[tuple[int, int]] = ()
    changed: bool | None = None
    ended = False

    def __init__(
        self, memory: Memory, runs: Sequence[Run], left_out: int = 0, method: Method = _OWN,
    ) -> None:  # fmt: skip
        """Read these runs.

        Args:
            memory: through its door; closed with the reading.
            runs: ascending, not overlapping.
            left_out: bytes of memory that are not read, since they are too many.
            method: of the door.
        """
        self.method = method
        self._left_out = left_out
        self._memory = memory
        self._runs = list(runs)
        sizes = (HEADER.size + end - start for start, end, _ in self._runs)
        self._begins = list(accumulate(sizes, initial=0))
        self._buffer = memoryview(mmap.mmap(-1, CHUNK))
        self._ready = memoryview(b"")
        self._run = -1
        self._at = self._end = 0
        self.refused = Refused()
        self.read_bytes = 0
        self.missing: Sequence[MissingRange] = ()
        self.errors: Sequence[str] = ()

    @property
    def size(self) -> int:
        """Bytes that the image will have."""
        return HEADER.size * len(self._runs) + bytes_of(self._runs)

    @property
    def told(self) -> Sequence[str]:
        """What was left out, or did not answer."""
        return self._memory.told

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer from its start; 0 means the end."""
        if not self._ready:
            self._ready = self._next()
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _next(self) -> memoryview:
        """A record's header, or the next piece of its memory; nothing at the end."""
        if self._at < self._end:
            return self._piece()
        if self._run + 1 >= len(self._runs):
            self._conclude()
            return memoryview(b"")
        self._run += 1
        self._at, self._end, _ = self._runs[self._run]
        return memoryview(HEADER.pack(MAGIC, 1, self._at, self._end - 1, 0))

    def _piece(self) -> memoryview:
        within = self._at % PAGE  # a run may begin within a page, and pages are refused whole
        room = self._buffer[: min(PAGE - within if within else CHUNK, self._end - self._at)]
        run = self._runs[self._run]
        self._fill(room, run.offset + self._at - run.start)
        self._at += len(room)
        return room

    def _fill(self, room: memoryview, offset: int) -> None:
        """The piece, zeros in it for what is refused."""
        self.read_bytes += len(room)
        for start, end, error in self._memory.fill(room, offset):
            self.refused.add(self._at + start, end - start, error)
            self.read_bytes -= end - start

    def _conclude(self) -> None:
        """Say where in the image zeros stand for what could not be read, and what is not in it."""
        missing = [
            MissingRange(offset=at, size=self._place(end - 1) + 1 - at, error=error)
            for start, end, error in self.refused.ranges
            for at in (self._place(start),)
        ]
        errors = []
        if self.refused.bytes:
            said = f"{self.refused.bytes} bytes of memory could not be read: zeros stand for them"
            errors += [said, *self.told]
        if self._left_out:
            missing.append(MissingRange(offset=self.size, size=self._left_out, error=_OVER))
            errors.append(f"{self._left_out} bytes of memory were not read: {_OVER}")
        self.missing, self.errors = missing, tuple(errors)

    def address(self, place: int) -> int:
        """The address of a byte of the image; of one of a run's header, that of the run.

        Raises:
            ValueError: the image has no such byte.
        """
        number = bisect(self._begins, place) - 1
        if number == len(self._runs):
            raise ValueError("beyond the image")
        return self._runs[number].start + max(0, place - self._begins[number] - HEADER.size)

    def _place(self, address: int) -> int:
        """Where in the image the byte of an address is; runs and what was refused are many."""
        number = bisect(self._runs, address, key=lambda run: run.start) - 1
        return self._begins[number] + HEADER.size + address - self._runs[number].start

    def close(self) -> None:
        """Let the door go."""
        self._memory.close()
