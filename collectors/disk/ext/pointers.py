"""Where a file of ext2 or ext3 lies: its list of blocks, of up to three steps, holes stepped over.

libtsk counts every block that a hole could have, for each file of a folder that is listed: hours
for a log of 300 GB that is nearly all hole. So files for which it would are shown to it as empty,
and their lists are followed here. Structures: the kernel's fs/ext4/indirect.c and fs/ext4/ext4.h
(struct ext4_inode).
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from typing import TYPE_CHECKING

from collectors.disk.content import Run
from collectors.disk.ext.extents import Laid
from collectors.disk.reader import SECTOR, beyond_the_end, read_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from collectors.disk.reader import Reader

_DIRECT = 12  # blocks that an inode lists itself; then come lists of one, two and three steps
_LIST = struct.Struct("<15I")
_LIST_AT, _LIST_END = 40, 100  # of an inode
_HEAD = struct.Struct("<HHI24xI")
"""Mode, owner, size, flags of an inode."""
_SIZE, _SECTORS, _SIZE_HIGH = 4, 28, 108
_FILE, _FOLDER, _KIND = 0x8000, 0x4000, 0xF000
_OTHERWISE = 0x80000 | 0x1000_0000  # flags: in extents, in the inode itself
_INODE = 128  # bytes of an inode that count here
_GLANCE = 36  # bytes up to the end of its flags


def is_long(inode: bytes, block: int) -> bool:
    """Whether a file has a list of more than one step."""
    mode, _, size, flags = _HEAD.unpack_from(inode)
    if mode & _KIND != _FILE or flags & _OTHERWISE:
        return False
    high = inode[_SIZE_HIGH : _SIZE_HIGH + 4] != bytes(4)
    return high or size > (_DIRECT + block // 4) * block


def block_at(reader: Reader, size: int, number: int) -> bytes:
    """One block of this many bytes.

    Raises:
        OSError: it can't be had whole.
    """
    found = read_at(reader, number * size, size)
    if len(found) < size:
        raise beyond_the_end()
    return found


def is_hollow(inode: bytes, block: int) -> bool:
    """Whether what is no file says to be far longer than it can be, as no system makes it.

    A folder is as long as its blocks; a link has one; devices, pipes, sockets, and what of an
    overwritten inode is of no kind at all, have none, and libtsk counts theirs all the same.
    """
    mode, _, size, flags = _HEAD.unpack_from(inode)
    if mode & _KIND == _FILE or flags & _OTHERWISE:
        return False
    counted = inode[_SECTORS : _SECTORS + 4] if mode & _KIND == _FOLDER else b""
    sectors = int.from_bytes(counted, "little")
    return bool(size > max(sectors * SECTOR, (_DIRECT + block // 4) * block))


class Pointers:
    """Follows one list; a part that can't be read accounts for nothing."""

    def __init__(self, read: Callable[[int], bytes], block: int) -> None:
        """Follow a list.

        Args:
            read: gives a block by its number; may raise OSError.
            block: bytes.
        """
        self._read = read
        self._each = block // 4
        self._runs: list[Run] = []
        self._seen: set[int] = set()
        """Blocks of the list itself."""

    def of(self, inode: bytes) -> Laid:
        """All that an inode leads to."""
        listed = _LIST.unpack_from(inode, _LIST_AT)
        self._take(listed[:_DIRECT], 0)
        first = _DIRECT
        for steps, number in enumerate(listed[_DIRECT:]):
            self._further(number, steps, first)
            first += self._each ** (steps + 1)
        return Laid(self._runs, len(self._seen) + sum(run.length for run in self._runs))

    def _further(self, number: int, steps: int, first: int) -> None:
        """What a block of the list leads to, so many steps above the last one."""
        if not number or number in self._seen:
            return
        try:
            listed = struct.unpack(f"<{self._each}I", self._read(number))
        except OSError:
            return
        self._seen.add(number)
        if not steps:
            self._take(listed, first)
            return
        for at, below in enumerate(listed):
            self._further(below, steps - 1, first + at * self._each**steps)

    def _take(self, listed: Sequence[int], first: int) -> None:
        if listed == tuple(range(listed[0], listed[0] + len(listed))) and listed[0]:
            self._add(listed[0], len(listed), first)
            return
        for at, number in enumerate(listed):
            if number:
                self._add(number, 1, first + at)

    def _add(self, number: int, length: int, first: int) -> None:
        if self._runs:
            address, count, offset, _ = self._runs[-1]
            if (address + count, offset + count) == (number, first):
                self._runs[-1] = Run(address, count + length, offset, 0)
                return
        self._runs.append(Run(number, length, first, 0))


class Shortened:
    """A partition whose long files look empty: what libtsk is shown of it."""

    def __init__(
        self, reader: Reader, tables: Sequence[int], length: int, inode: int, block: int
    ) -> None:
        """Show it so.

        Args:
            reader: the partition.
            tables: where the tables of inodes begin.
            length: of each; bytes.
            inode: bytes of an inode.
            block: bytes of a block.
        """
        self._reader, self._block = reader, block
        self._tables, self._length, self._inode = sorted(filter(None, tables)), length, inode
        self._glance = struct.Struct(f"<H2xI24xI{inode - _GLANCE}x")  # mode, size and flags
        self.size, self.sector = reader.size, reader.sector

    def readinto(self, offset: int, buffer: memoryview, /) -> None:
        """As the partition, but for these inodes."""
        self._reader.readinto(offset, buffer)
        for place in self._doubtful(offset, buffer):
            at = place - offset
            whole = 0 <= at <= len(buffer) - _INODE
            inode = buffer[at : at + _INODE] if whole else read_at(self._reader, place, _INODE)
            if len(inode) == _INODE and self._is_empty(bytes(inode)):
                self._empty(buffer, at)

    def _is_empty(self, inode: bytes) -> bool:
        return is_long(inode, self._block) or is_hollow(inode, self._block)

    def _doubtful(self, start: int, buffer: memoryview) -> Iterator[int]:
        """Where the inodes begin that are to be looked at: mostly none, as all are in extents."""
        end, size = start + len(buffer), self._inode
        number = bisect_right(self._tables, end - 1) - 1
        while number >= 0 and self._tables[number] + self._length > start:
            table = self._tables[number]
            place = table + max(0, start - table) // size * size
            stop = min(end, table + self._length)
            if place < start:
                yield place
                place += size
            count = max(0, (stop - place) // size)
            among = buffer[place - start : place - start + count * size]
            for at, (mode, length, flags) in enumerate(self._glance.iter_unpack(among)):
                if (mode or length) and not flags & _OTHERWISE:
                    yield place + at * size
            if place + count * size < stop:
                yield place + count * size
            number -= 1

    @staticmethod
    def _empty(buffer: memoryview, at: int) -> None:
        for begin, end in ((_SIZE, _SIZE + 4), (_LIST_AT, _LIST_END), (_SIZE_HIGH, _SIZE_HIGH + 4)):
            low, high = max(0, at + begin), min(len(buffer), at + end)
            if low < high:
                buffer[low:high] = bytes(high - low)

    def close(self) -> None:
        """The partition is closed by who opened it."""
