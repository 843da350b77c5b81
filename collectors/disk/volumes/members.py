"""What a disk or a partition is a part of, where that is said at its end: arrays and mirrors.

What lies before is then the array's content: all of it in a mirror, every so many blocks of it
where it is spread over several disks. There a file system seems to begin, and what would be read
as its files is other files' content.

Structures: mdadm's super-intel.c and super-ddf.c, drbd's metadata in versions 8 and 9, and what
`arrays` reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from collectors.disk.reader import SECTOR, all_of
from collectors.disk.volumes.arrays import membership_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.disk.reader import Reader
    from collectors.disk.volumes.arrays import Membership

SOFTWARE_RAID, DRBD = "Linux software RAID", "DRBD"
_DRBD_PLACE, _DRBD_MARK = 4096, 60
_DRBD_MAGICS = (bytes.fromhex("8374026b"), bytes.fromhex("8374026d"))
_OTHERS = (
    ("Intel RAID", 2 * SECTOR, b"Intel Raid ISM Cfg Sig. "),
    ("RAID (DDF)", SECTOR, bytes.fromhex("de11de11")),
)
"""By the firmware of a controller or a board: name, how far from the end, mark."""


class Member(NamedTuple):
    """What says on a disk or partition that it is a part of something."""

    name: str
    place: int
    """Where it says so, in bytes: the content ends before, if it doesn't begin behind it."""
    spread: bool | None
    """Whether the content is spread over several disks; None where that isn't known here."""
    told: Membership | None = None
    """All that it says, of an array of Linux."""

    def shuts(self, claimed: int, size: int) -> bool:
        """Whether what begins here can't be read from here alone.

        A mark that stands within what begins here is a remnant: an array keeps its own outside.

        Args:
            claimed: where what begins here says to end, in bytes; 0 where that isn't known.
            size: of the disk or partition.
        """
        if self.spread is None:
            return claimed > size
        return (self.spread or bool(self.why)) and not self.place < claimed <= size

    def content(self, reader: Reader) -> tuple[int, int] | None:
        """Where a mirror's content lies, if that isn't what all other members have here."""
        told = self.told
        if told is None or not told.sound or self.spread or told.unfit:
            return None
        if not told.first and told.recovered is None:
            return None
        sizes = (told.size, told.recovered, reader.size - told.first)
        return told.first, min(filter(None, sizes), default=0)

    @property
    def why(self) -> str:
        """Why nothing on it is the array's, or where it is can't be known."""
        if self.told is None:
            return ""
        return self.told.unfit or (self.told.doubt if self.told.first else "")

    @property
    def is_whole(self) -> bool:
        """Whether each member has all of the content, as far as is known."""
        return self.spread is False and not self.why

    @property
    def words(self) -> str:
        """Its name, and what it says of its array."""
        return self.name if self.told is None else f"{self.name}: {self.told.note}"


def member_of(reader: Reader) -> Member | None:
    """What a disk or partition is a part of."""
    return next(_found(reader), None)


def _found(reader: Reader) -> Iterator[Member]:
    end, told = reader.size, membership_of(reader)
    if told is not None:
        yield Member(SOFTWARE_RAID, told.place, told.is_spread, told)
    place = (end // _DRBD_PLACE - 1) * _DRBD_PLACE
    if all_of(reader, place, _DRBD_MARK + 4)[_DRBD_MARK:] in _DRBD_MAGICS:
        yield Member(DRBD, place, spread=False)
    for name, before, magic in _OTHERS:
        place = (end // SECTOR) * SECTOR - before
        if all_of(reader, place, len(magic)) == magic:
            yield Member(name, place, spread=None)
