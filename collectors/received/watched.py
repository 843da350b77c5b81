"""A reading that is listened to: its digest, and of small files the bytes."""

from __future__ import annotations

import stat as modes
from collections.abc import Callable, Sequence
from hashlib import sha256

from collectors.artifact import Interval, Method, MissingRange, Reading, Stat

_ZEROS = bytes(1 << 20)


class Watched:
    """Passes a reading on unchanged; at its end says what it came to.

    The digest is of the file as its reader sees it, holes as zeros: that is what others listed.
    """

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
        self._said: Sequence[str] | None = None
        self.kept = bytearray()

    @property
    def whole(self) -> bool:
        """Whether it is an ordinary file of which every byte was read."""
        stat = self._inner.stat
        return not self._inner.missing and stat is not None and modes.S_ISREG(stat.mode)

    @property
    def sha256(self) -> str:
        """Of what was read so far."""
        return self._hasher.hexdigest()

    @property
    def ended(self) -> bool:
        """Always False: the last call is the one at which the end is noticed."""
        return False

    @property
    def stat(self) -> Stat | None:
        """As the reading says."""
        return self._inner.stat

    @property
    def method(self) -> Method:
        """As the reading says."""
        return self._inner.method

    @property
    def taken(self) -> Interval | None:
        """As the reading says."""
        return self._inner.taken

    @property
    def ranges(self) -> Sequence[tuple[int, int]]:
        """As the reading says."""
        return self._inner.ranges

    @property
    def missing(self) -> Sequence[MissingRange]:
        """As the reading says."""
        return self._inner.missing

    @property
    def changed(self) -> bool | None:
        """As the reading says."""
        return self._inner.changed

    @property
    def errors(self) -> Sequence[str]:
        """What the reading says, and what the listener has to say of the item."""
        return (*self._inner.errors, *(self._said or ()))

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer from its start; 0 means the end."""
        count = self._inner.readinto(buffer)
        if count:
            self._see(buffer[:count])
        elif self._said is None:
            self._see_hole(self._end())
            self._said = self._ended(self)
        return count

    def _see(self, data: memoryview) -> None:
        if self._inner.ranges:
            self._see_hole(sum(self._inner.ranges[-1]) - len(data))
        self._hasher.update(data)
        self._position += len(data)
        if len(self.kept) < self._keep:
            self.kept += data[: self._keep - len(self.kept)]

    def _see_hole(self, until: int) -> None:
        while self._position < until:
            zeros = _ZEROS[: until - self._position]
            self._hasher.update(zeros)
            self._position += len(zeros)

    def _end(self) -> int:
        """Where the file ends; behind the last data there may be one more hole."""
        stat = self._inner.stat
        return stat.size if self._inner.ranges and stat is not None else self._position

    def close(self) -> None:
        """Close the reading."""
        self._inner.close()
