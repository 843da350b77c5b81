"""A reading that is listened to: its digest, and of small files the bytes."""

from __future__ import annotations

import stat as modes
from collections.abc import Callable, Sequence
from hashlib import sha256

from collectors.artifact import Interval, Method, MissingRange, Reading, Stat

_ZEROS = bytes(1 << 20)
_HOLES = 16 << 30  # bytes of zeros that are digested for a file: a name may stand for 8 EiB of them


class Watched:
    """Passes a reading on unchanged; at its end says what it came to.

    The digest is of the file as its reader sees it, holes as zeros: that is what others listed.
    """

    ended = False  # the last call is the one at which the end is noticed
    stat: Stat | None
    method: Method
    taken: Interval | None
    ranges: Sequence[tuple[int, int]]
    missing: Sequence[MissingRange]
    changed: bool | None
    errors: Sequence[str]

    def __init__(
        self, inner: Reading, ended: Callable[[Watched], Sequence[str]], *, keep: int = 0
    ) -> None:
        """Listen to a reading.

        Args:
            inner: what is read.
            ended: called once at the end; gives what is to be said of the item.
            keep: bytes from the beginning that are kept in memory.
        """
        self._inner = inner
        self._ended = ended
        self._keep = keep
        self._hasher = sha256()
        self._position = 0
        self._holes = 0
        self._said: Sequence[str] | None = None
        self.kept = bytearray()
        self._repeat()

    @property
    def whole(self) -> bool:
        """Whether it is an ordinary file of which every byte was read and digested."""
        read = not self.missing and self._holes <= _HOLES
        return read and self.stat is not None and modes.S_ISREG(self.stat.mode)

    @property
    def cut(self) -> bool:
        """Whether more was read than is kept."""
        return self._position > len(self.kept)

    @property
    def sha256(self) -> str | None:
        """Of what was read so far; None where its holes are beyond our limit."""
        return self._hasher.hexdigest() if self._holes <= _HOLES else None

    def _repeat(self) -> None:
        """Say what the reading says of itself now."""
        inner = self._inner
        self.stat, self.method, self.taken = inner.stat, inner.method, inner.taken
        self.ranges, self.missing, self.changed = inner.ranges, inner.missing, inner.changed
        self.errors = (*inner.errors, *(self._said or ()))

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer from its start; 0 means the end."""
        try:
            count = self._inner.readinto(buffer)
        finally:
            self._repeat()
        if count:
            self._see(buffer[:count])
        elif self._said is None:
            self._see_hole(self._end())
            self._said = self._ended(self)
            self._repeat()
        return count

    def _see(self, data: memoryview) -> None:
        if self.ranges:
            self._see_hole(sum(self.ranges[-1]) - len(data))
        self._hasher.update(data)
        self._position += len(data)
        if len(self.kept) < self._keep:
            self.kept += data[: self._keep - len(self.kept)]

    def _see_hole(self, until: int) -> None:
        self._holes += max(until - self._position, 0)
        while self._position < until and self._holes <= _HOLES:
            zeros = _ZEROS[: until - self._position]
            self._hasher.update(zeros)
            self._position += len(zeros)

    def _end(self) -> int:
        """Where the file ends; behind the last data there may be one more hole."""
        return self.stat.size if self.ranges and self.stat is not None else self._position

    def close(self) -> None:
        """Close the reading."""
        self._inner.close()
