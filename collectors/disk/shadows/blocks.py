"""Which blocks of its volume a shadow copy kept, and of which it knows that it kept nothing.

Windows keeps a block of the volume before it is overwritten for the first time. So what no block
was kept of is the same in the shadow copy and in the state after it, whatever times say; and what
was free when the shadow copy was made isn't kept at all.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from collectors.disk.shadows.catalog import BITMAP, BLOCK, DESCRIPTORS, Store, chain

if TYPE_CHECKING:
    from collectors.disk.reader import Reader

_FORWARDER, _OVERLAY, _UNUSED = 1, 2, 4  # flags of a descriptor
_DESCRIPTOR = struct.Struct("<QQQII")
_SECTOR = 512  # bytes: what one bit of an overlay stands for


class Blocks:
    """The blocks of one shadow copy; one bit for each block of the volume and list."""

    def __init__(self, volume: Reader, store: Store) -> None:
        """Read the store's bitmaps and its list of blocks.

        Raises:
            OSError: they can't be read.
        """
        count = -(-volume.size // BLOCK)
        self._free = _free(volume, store, count)
        self._touched = bytearray(-(-count // 8))
        self._whole = bytearray(len(self._touched))
        self._parts: dict[int, int] = {}
        """Of blocks that were free: which of their sectors were kept all the same."""
        for content in chain(volume, store.descriptors, DESCRIPTORS):
            for original, relative, place, flags, sectors in _DESCRIPTOR.iter_unpack(content):
                if (original or relative or place) and not flags & _UNUSED:
                    self._add(original // BLOCK, relative // BLOCK, flags, sectors)

    def _add(self, block: int, target: int, flags: int, sectors: int) -> None:
        _set(self._touched, block)
        if flags & _OVERLAY:
            if _between(self._free, block, block):
                self._parts[block] = self._parts.get(block, 0) | sectors
            return
        _set(self._whole, block)
        if flags & _FORWARDER:  # what was moved there is read from there
            _set(self._whole, target)

    def touched(self, offset: int, size: int) -> bool:
        """Whether something in this range of the volume was written after the shadow copy."""
        return bool(_between(self._touched, offset // BLOCK, (offset + size - 1) // BLOCK))

    def lacks(self, offset: int, size: int) -> bool:
        """Whether something in this range was free when the shadow copy was made, and not kept.

        libvshadow gives zeros for it in the newest shadow copy, Windows whatever it likes.
        """
        first, last = offset // BLOCK, (offset + size - 1) // BLOCK
        unkept = _between(self._free, first, last) & ~_between(self._whole, first, last)
        return bool(unkept) and any(
            self._lacks(block, max(offset, block * BLOCK), min(offset + size, (block + 1) * BLOCK))
            for block in range(first, last + 1)
            if unkept >> block - first & 1
        )

    def _lacks(self, block: int, start: int, end: int) -> bool:
        first, last = start % BLOCK // _SECTOR, (end - 1) % BLOCK // _SECTOR
        wanted = (2 << last) - (1 << first)
        return self._parts.get(block, 0) & wanted != wanted


def _free(volume: Reader, store: Store, count: int) -> bytes:
    """What the shadow copy needn't keep: free in it, and in the one before, if that is told."""
    current = _bitmap(volume, store.bitmap, count)
    if not store.previous_bitmap:
        return current
    both = int.from_bytes(current, "little")
    both &= int.from_bytes(_bitmap(volume, store.previous_bitmap, count), "little")
    return both.to_bytes(len(current), "little")


def _bitmap(volume: Reader, offset: int, count: int) -> bytes:
    """One bit for each block of the volume, cut or filled up with zeros to that length."""
    length = -(-count // 8)
    bits = bytearray()
    for content in chain(volume, offset, BITMAP):
        bits += content
        if len(bits) >= length:
            break
    return bytes(bits[:length].ljust(length, b"\0"))


def _between(bits: bytes | bytearray, first: int, last: int) -> int:
    """The bits from one number to another as a number; those behind the end are 0."""
    last = min(last, 8 * len(bits) - 1)
    if last < first:
        return 0
    found = int.from_bytes(bits[first >> 3 : (last >> 3) + 1], "little") >> (first & 7)
    return found & (1 << last - first + 1) - 1


def _set(bits: bytearray, number: int) -> None:
    if number >> 3 < len(bits):
        bits[number >> 3] |= 1 << (number & 7)
