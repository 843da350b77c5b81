"""A small writer of NTFS volumes with shadow copies, from states of one volume.

After "Volume Shadow Snapshot (VSS) format" in the documentation of libvshadow. What differs from
one state to the next is kept in blocks, as Windows would have kept it; structures and blocks lie
in the clusters of a file that is there in all states, as they do on a real volume.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from uuid import UUID

BLOCK = 16 << 10
MARK = UUID("3808876b-c176-4e48-b7ae-04046e6cc752").bytes_le
HEADER = 0x1E00
FIRST = 130_305_261_097_363_787  # FILETIME of the oldest one; each is a minute later
MINUTE = 600_000_000
ATTRIBUTES = 0x0042_0009
AREA_NAME = f"{{{UUID(int=1)}}}{{{UUID(bytes_le=MARK)}}}"
OVERLAY = 2


@dataclass
class Written:
    """The volume, and where what was written lies in it."""

    image: bytearray
    catalog: int
    headers: list[int] = field(default_factory=list)
    lists: list[int] = field(default_factory=list)
    bitmaps: list[int] = field(default_factory=list)
    kept: list[dict[int, int]] = field(default_factory=list)
    """Of each shadow copy: the kept block's place by its original offset."""
    area: range = range(0)


def area_content(size: int) -> bytes:
    """What the file that shadow copies shall lie in is filled with, to be found again."""
    return b"".join(b"AREA%012d" % number for number in range(size // 16))


def find_area(image: bytes) -> range:
    """The whole blocks of the file's clusters."""
    start = image.index(b"AREA%012d" % 0)
    end = image.index(b"AREA%012d" % 1, start)
    number = 0
    while image[end : end + 16] == b"AREA%012d" % (number + 1):
        number, end = number + 1, end + 16
    return range(-(-start // BLOCK) * BLOCK, end // BLOCK * BLOCK)


def identifier(number: int, what: int = 0) -> UUID:
    return UUID(int=(0x600F << 112) + (what << 64) + number)


def head(kind: int, relative: int, place: int, following: int = 0, size: int = 0) -> bytes:
    head = MARK + struct.pack("<IIQQQQ", 1, kind, relative, place, following, size)
    return head.ljust(128, b"\0")


class Writer:
    """Puts shadow copies of earlier states into the last one."""

    def __init__(self, states, *, free=(), overlaid=()):
        """Written for these states of one volume, the oldest first, the last as it is now.

        Args:
            states: bytes of equal length.
            free: original offsets of blocks that every shadow copy says were free, unkept.
            overlaid: original offsets of blocks of which only the second half is kept.
        """
        self.states, self.free, self.overlaid = states, set(free), set(overlaid)
        self.done = Written(bytearray(states[-1]), 0, area=find_area(states[-1]))
        self._next = self.done.area.start

    def _block(self) -> int:
        place, self._next = self._next, self._next + BLOCK
        assert self._next <= self.done.area.stop, "the area is too small"
        return place

    def _put(self, place: int, data: bytes) -> None:
        assert len(data) <= BLOCK
        self.done.image[place : place + BLOCK] = data.ljust(BLOCK, b"\0")

    def write(self) -> Written:
        done = self.done
        done.catalog = self._block()
        entries = b"".join(
            self._store(number, older, newer)
            for number, (older, newer) in enumerate(
                zip(self.states, self.states[1:], strict=False), start=1
            )
        )
        self._put(done.catalog, head(2, 0, done.catalog) + entries)
        volume = MARK + struct.pack("<IIQQQQQ", 1, 1, HEADER, HEADER, 0, done.catalog, 0)
        done.image[HEADER : HEADER + 512] = volume.ljust(512, b"\0")
        return done

    def _store(self, number: int, older: bytes, newer: bytes) -> bytes:
        header, blocks, ranges, bitmap = (self._block() for _ in range(4))
        self._put(header, head(4, 0, header, size=256) + self._information(number))
        self._put(ranges, head(5, 2 * BLOCK, ranges))
        self._put(bitmap, head(6, 3 * BLOCK, bitmap) + self._bits())
        kept: dict[int, int] = {}
        self._put(blocks, head(3, BLOCK, blocks) + self._descriptors(older, newer, kept))
        self.done.headers.append(header)
        self.done.lists.append(blocks)
        self.done.bitmaps.append(bitmap)
        self.done.kept.append(kept)
        name = identifier(number).bytes_le
        what = struct.pack("<QQ16sQQQ", 2, len(older), name, number, 0x40, FIRST + number * MINUTE)
        where = struct.pack(
            "<QQ16sQQQQQQ", 3, blocks, name, header, ranges, bitmap, 0, BLOCK * 64, 0
        )
        return what.ljust(128, b"\0") + where.ljust(128, b"\0")

    def _information(self, number: int) -> bytes:
        names = [identifier(number, what).bytes_le for what in (1, 2, 3)]
        machine = "host".encode("utf-16-le")
        told = struct.pack("<H", len(machine)) + machine
        return b"".join(names) + struct.pack("<IIII", 0xD, 1, ATTRIBUTES, 0) + told * 2

    def _bits(self) -> bytes:
        bits = bytearray(BLOCK - 128)
        for offset in [*self.free, *self.done.area[::BLOCK]]:
            bits[offset // BLOCK // 8] |= 1 << offset // BLOCK % 8
        return bytes(bits)

    def _descriptors(self, older: bytes, newer: bytes, kept: dict[int, int]) -> bytes:
        found = b""
        for offset in range(0, len(older), BLOCK):
            before = older[offset : offset + BLOCK]
            if before == newer[offset : offset + BLOCK] or offset in self.done.area:
                continue
            if offset in self.free and offset not in self.overlaid:
                continue
            place = kept[offset] = self._block()
            self._put(place, before)
            half = offset in self.overlaid
            flags, sectors = (OVERLAY, 0xFFFF_0000) if half else (0, 0)
            relative = place - self.done.headers[-1] if self.done.headers else place
            found += struct.pack("<QQQII", offset, relative, place, flags, sectors)
        return found
