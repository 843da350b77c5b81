"""A live disk or partition, read raw: in aligned pieces, its size found out, bad sectors told."""

from __future__ import annotations

import errno
import os
import struct
from typing import Protocol

from collectors.disk.reader import SECTOR, beyond_the_end

_BLKSSZGET, _BLKGETSIZE64 = 0x1268, 0x8008_1272  # linux/fs.h
_LARGEST = 1 << 60  # bytes: no disk is larger


class Handle(Protocol):
    """What an operating system gives for a device."""

    sector: int
    """Bytes: offsets and sizes of reads have to be multiples of it."""

    def stated_size(self) -> int:
        """Bytes, or 0 where it doesn't tell."""
        ...

    def readinto(self, offset: int, buffer: memoryview, /) -> int:
        """As preadv(2): how much came; 0 behind the end.

        Raises:
            OSError: a bad sector, or a refusal.
        """
        ...

    def close(self) -> None:
        """Let it go."""
        ...


class BlockDevice:
    """A block device of Linux."""

    def __init__(self, path: str) -> None:
        """Open it for reading.

        Raises:
            OSError: as open(2).
        """
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        self.sector = self._asked(_BLKSSZGET, "I") or SECTOR

    def _asked(self, request: int, form: str) -> int:
        import fcntl  # Linux' own

        room = bytes(struct.calcsize(form))
        try:
            return int(struct.unpack(form, fcntl.ioctl(self._descriptor, request, room))[0])
        except OSError:
            return 0

    def stated_size(self) -> int:
        """From where a seek to the end comes to, else from the driver."""
        try:
            end = os.lseek(self._descriptor, 0, os.SEEK_END)
        except OSError:
            end = 0
        return end or self._asked(_BLKGETSIZE64, "Q")

    def readinto(self, offset: int, buffer: memoryview, /) -> int:
        """As preadv(2)."""
        return os.preadv(self._descriptor, (buffer,), offset)

    def close(self) -> None:
        """Close it."""
        os.close(self._descriptor)


class RawDevice:
    """A device as a disk that may be read at any offset; the device sees aligned reads only."""

    def __init__(self, handle: Handle) -> None:
        """Find out its size.

        Raises:
            OSError: not one sector can be read, and it tells no size.
        """
        self._handle = handle
        self.sector = handle.sector
        self.size = self.size_now()

    def readinto(self, offset: int, buffer: memoryview, /) -> None:
        """Fill the buffer, from whole sectors."""
        end = offset + len(buffer)
        if offset < 0 or end > self.size:
            raise beyond_the_end()
        start, stop = offset - offset % self.sector, -(-end // self.sector) * self.sector
        if (start, stop) == (offset, end):
            self._fill(offset, buffer)
            return
        room = memoryview(bytearray(stop - start))
        self._fill(start, room)
        buffer[:] = room[offset - start : end - start]

    def _fill(self, offset: int, buffer: memoryview) -> None:
        filled = 0
        while filled < len(buffer):
            count = self._handle.readinto(offset + filled, buffer[filled:])
            if count <= 0:
                raise OSError(errno.EIO, "the device gave nothing here")
            filled += count

    def _measured(self) -> int:
        """The size by trying: double until nothing comes, then halve the difference."""
        if not self._there(0):
            raise OSError(errno.EIO, "its first sector can't be read, and it tells no size")
        beyond = 1
        while beyond * self.sector < _LARGEST and self._there(beyond):
            beyond *= 2
        there = beyond // 2
        while beyond - there > 1:
            middle = (there + beyond) // 2
            if self._there(middle):
                there = middle
            else:
                beyond = middle
        return beyond * self.sector

    def _there(self, sector: int) -> bool:
        """Whether anything comes from a sector."""
        room = memoryview(bytearray(self.sector))
        try:
            return self._handle.readinto(sector * self.sector, room) > 0
        except OSError:
            return False

    def size_now(self) -> int:
        """Bytes that it says to have now.

        Raises:
            OSError: not one sector can be read, and it tells no size.
        """
        return self._handle.stated_size() or self._measured()

    def goes_on(self) -> bool:
        """Whether something can be read behind what it says is its end."""
        return self._there(-(-self.size // self.sector))

    def close(self) -> None:
        """Close the device."""
        self._handle.close()
