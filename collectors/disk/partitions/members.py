"""What a disk or a partition is a part of, where that is said at its end: arrays and mirrors.

What lies before is then the array's content: all of it in a mirror, every so many blocks of it
where it is spread over several disks. There a file system seems to begin, and what would be read
as its files is other files' content.

Structures: the kernel's linux/raid/md_p.h (versions 0.90 and 1), mdadm's super-intel.c and
super-ddf.c, and drbd's metadata in versions 8 and 9.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from collectors.disk.reader import SECTOR, all_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.disk.reader import Reader

SOFTWARE_RAID, DRBD = "Linux software RAID", "DRBD"
_MD = 0xA92B4EFC
_OLD_PLACE, _OLD = 64 << 10, "II20xi8xI"  # bytes from the end; mark, version, level, disks
_NEW_PLACE, _NEW = 8 << 10, struct.Struct("<II64xiI12xI48xQ")  # the same, and where it lies
_LINEAR, _MULTIPATH, _MIRROR, _MIRRORS = -1, -4, 1, 10  # levels
_DRBD_PLACE, _DRBD_MARK = 4096, 60
_DRBD_MAGICS = (bytes.fromhex("8374026b"), bytes.fromhex("8374026d"))
_OTHERS = (
    ("Intel RAID", 2 * SECTOR, b"Intel Raid ISM Cfg Sig. "),
    ("RAID (DDF)", SECTOR, bytes.fromhex("de11de11")),
)
"""By the firmware of a controller or a board: name, how far from the end, mark."""


class Member(NamedTuple):
    """What says at the end of a disk or partition that it is a part of something."""

    name: str
    place: int
    """Where it says so, in bytes: the content ends before."""
    spread: bool | None
    """Whether the content is spread over several disks; None where that isn't known here."""

    def is_spread(self, claimed: int, size: int) -> bool:
        """Whether what begins here can't be read from here alone.

        A mark that stands within what begins here is a remnant: an array keeps its own outside.

        Args:
            claimed: where what begins here says to end, in bytes; 0 where that isn't known.
            size: of the disk or partition.
        """
        if self.spread is None:
            return claimed > size
        return self.spread and not self.place < claimed <= size


def member_of(reader: Reader) -> Member | None:
    """What a disk or partition is a part of, by what stands at its end."""
    return next(_found(reader), None)


def _found(reader: Reader) -> Iterator[Member]:
    end = reader.size
    place = (end // _OLD_PLACE - 1) * _OLD_PLACE
    spread = _as_version_0(all_of(reader, place, struct.calcsize(_OLD)))
    if spread is not None:
        yield Member(SOFTWARE_RAID, place, spread)
    place = (end - _NEW_PLACE) // 4096 * 4096
    spread = _as_version_1(all_of(reader, place, _NEW.size), place)
    if spread is not None:
        yield Member(SOFTWARE_RAID, place, spread)
    place = (end // _DRBD_PLACE - 1) * _DRBD_PLACE
    if all_of(reader, place, _DRBD_MARK + 4)[_DRBD_MARK:] in _DRBD_MAGICS:
        yield Member(DRBD, place, spread=False)
    for name, before, magic in _OTHERS:
        place = (end // SECTOR) * SECTOR - before
        if all_of(reader, place, len(magic)) == magic:
            yield Member(name, place, spread=None)


def _as_version_0(head: bytes) -> bool | None:
    """Whether an array of version 0.90 is spread; None where this isn't its mark."""
    for order in "<>" if head else "":  # that of the machine that made it
        magic, major, level, disks = struct.unpack(order + _OLD, head)
        if (magic, major) == (_MD, 0):
            return _is_spread(level, disks, layout=0)
    return None


def _as_version_1(head: bytes, place: int) -> bool | None:
    """The same for version 1, which says where it lies."""
    if not head:
        return None
    magic, major, level, layout, disks, own = _NEW.unpack(head)
    if (magic, major, own * SECTOR) != (_MD, 1, place):
        return None
    return _is_spread(level, disks, layout)


def _is_spread(level: int, disks: int, layout: int) -> bool:
    near = layout & 0xFF  # copies side by side: as many as there are disks make a mirror
    if level == _MIRRORS and near == disks:
        return False
    return level not in (_LINEAR, _MULTIPATH, _MIRROR)
