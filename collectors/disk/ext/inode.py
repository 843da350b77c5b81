"""An inode of ext: owner, mode, size and times, the latter before 1970 and after 2038, too.

Structures: the kernel's fs/ext4/ext4.h (struct ext4_inode); little-endian.
"""

from __future__ import annotations

import struct

from collectors.artifact import Stat
from collectors.disk.reader import SECTOR

_INODE = struct.Struct("<HHIiii4xHH80xI8xHH")
"""Mode, owner, size, times of access, change and writing, group, links; then the high halves."""
_FINER = struct.Struct("<III")
_BORN = struct.Struct("<iI")
_NS = 10**9
_LATER = (0, 1 << 32, 2 << 32, 3 << 32)
"""Seconds that the lowest two bits of a time's further word stand for."""


_COUNTED = struct.Struct("<28xII68xI8xHH")
"""Blocks, flags, block of extended attributes; the high halves of the first and the last."""
_ROOM = 60  # bytes where else a list of blocks stands
_HUGE, _IN_EXTENTS, _WITHIN = 0x40000, 0x80000, 0x1000_0000  # flags


def in_extents(raw: bytes) -> bool:
    """Whether what an inode holds lies in a tree of extents."""
    flags = int.from_bytes(raw[32:36], "little")
    return flags & (_IN_EXTENTS | _WITHIN) == _IN_EXTENTS


def is_within(raw: bytes) -> bool:
    """Whether it lies in the inode itself."""
    return bool(int.from_bytes(raw[32:36], "little") & _WITHIN)


def target_in(raw: bytes, size: int, block: int) -> bytes:
    """Where a link points that has no block, as the kernel tells those; empty of any other."""
    held = 0 < size < _ROOM and not is_within(raw) and not occupied_by(raw, block)
    return raw[40 : 40 + size] if held else b""


def occupied_by(raw: bytes, block: int) -> int:
    """Bytes of the blocks that an inode counts for its content and the way there."""
    low, flags, attributes, high, attributes_high = _COUNTED.unpack_from(raw)
    unit = block if flags & _HUGE else SECTOR
    others = block if attributes or attributes_high else 0
    return int(high << 32 | low) * unit - others


def stat_in(raw: bytes, device: int, inode: int) -> Stat:
    """What an inode says, as stat(2) would."""
    mode, uid, size, a, c, m, gid, nlink, size_high, uid_high, gid_high = _INODE.unpack_from(raw)
    extra = int.from_bytes(raw[128:130], "little") if len(raw) > 128 else 0
    more_c, more_m, more_a, born, more_b = 0, 0, 0, None, 0
    if extra >= 16:
        more_c, more_m, more_a = _FINER.unpack_from(raw, 132)
    if extra >= 24:
        born, more_b = _BORN.unpack_from(raw, 144)
    return Stat(
        size_high << 32 | size, mode, uid_high << 16 | uid, gid_high << 16 | gid, nlink,
        device, inode,
        # Signed seconds, two more bits above them, and nanoseconds (ext4_decode_extra_time).
        (m + _LATER[more_m & 3]) * _NS + (more_m >> 2),
        (a + _LATER[more_a & 3]) * _NS + (more_a >> 2),
        (c + _LATER[more_c & 3]) * _NS + (more_c >> 2),
        None if born is None else (born + _LATER[more_b & 3]) * _NS + (more_b >> 2),
    )  # fmt: skip
