"""A partition of a disk, or what stands like one: what it holds, and why it can't be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectors.disk.things import NOT_REPLAYED
from collectors.system import makedev

if TYPE_CHECKING:
    from collectors.artifact import Reason
    from collectors.disk.filesystem import FileSystem
    from collectors.disk.reader import Reader
    from collectors.disk.shadows.shadow import Shadows
    from collectors.disk.tables.parts import Part
    from collectors.disk.volumes.arrays import Membership
    from collectors.disk.volumes.group import Group
    from collectors.disk.volumes.lvm import Volume


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """One partition: a partition, or the whole disk."""

    number: int
    part: Part
    content: Reader
    """Its bytes, or those of the array that it is a part of."""
    holds: str
    system: FileSystem | None
    reason: Reason | None = None
    """Why its files can't be read."""
    detail: str = ""
    lacks: str = ""
    """What of it is not there, though its table or its file system says so."""
    doubt: str = ""
    """What it may hold besides, and isn't read."""
    array: str = ""
    """Of what it is a part, where that doesn't change what is read of it."""
    told: Membership | None = None
    """What it says of that array, if it is one of Linux."""
    volume: Volume | None = None
    """The logical volume that it is; its part of the disk is then where it begins."""
    group: Group | None = None
    """The volume group that it belongs to, of a physical volume."""
    again: str = ""
    """Which partition shows the same bytes, where that one is read and this one is not."""
    unsettled: bool = False
    """Whether its journal was left with changes that are not replayed here."""
    label: str = ""
    uuid: str = ""
    shadows: Shadows | None = None
    """Of NTFS: earlier states of it."""

    @property
    def note(self) -> str:
        """All that is to be said of it."""
        said = [
            self.detail,
            self.again,
            self.lacks,
            self.doubt,
            f"part of an array ({self.array}): other disks may hold more" if self.array else "",
            NOT_REPLAYED if self.unsettled else "",
        ]
        return "; ".join(filter(None, said))

    @property
    def begins(self) -> int:
        """Where on the disk its content does: behind what an array keeps before it."""
        return self.part.offset + (self.told.first if self.told is not None else 0)

    @property
    def named(self) -> str:
        """What it is, and which."""
        number = f"partition {self.number}"
        return number if self.volume is None else f"logical volume {self.volume.path} ({number})"

    @property
    def device(self) -> int:
        """What stands as `device` in the records of its files: 0:number."""
        return makedev(0, self.number)
