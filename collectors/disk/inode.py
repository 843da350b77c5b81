"""An inode of ext: owner, mode, size and times, the latter before 1970 and after 2038, too.

Structures: the kernel's fs/ext4/ext4.h (struct ext4_inode); little-endian.
"""

from __future__ import annotations

import struct

from collectors.artifact import Stat

_INODE = struct.Struct("<HHIiii4xHH80xI8xHH")
"""Mode, owner, size, times of access, change and writing, group, links; then the high halves."""
_FINER = struct.Struct("<III")
_BORN = struct.Struct("<iI")


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
        device, inode, _time(m, more_m), _time(a, more_a), _time(c, more_c),
        None if born is None else _time(born, more_b),
    )  # fmt: skip


def _time(seconds: int, extra: int) -> int:
    """Signed seconds, two more bits above them, and nanoseconds (ext4_decode_extra_time)."""
    return (seconds + ((extra & 3) << 32)) * 10**9 + (extra >> 2)
