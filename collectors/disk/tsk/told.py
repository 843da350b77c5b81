"""What libtsk tells, as values: an inode, its attributes, their runs, a partition table."""

from __future__ import annotations

import errno
from typing import NamedTuple

import msgspec

from collectors.disk.content import Run

ALLOCATED = 1  # pytsk3.TSK_FS_NAME_FLAG_ALLOC and TSK_FS_META_FLAG_ALLOC
MADE_BY_LIBTSK = (10, 11)  # types of names and inodes that stand on no disk


def fault(words: str) -> OSError:
    """What libtsk did not tell, and why."""
    return OSError(errno.EIO, f"libtsk: {words}")


class Attribute(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """One of a file's contents, or of what else it has; numbers are libtsk's own."""

    type: int
    id: int
    flags: int
    size: int
    name: bytes
    told_runs: list[Run]
    fault: str = ""
    """Why its runs can't be told."""

    @property
    def runs(self) -> list[Run]:
        """Its runs, in order.

        Raises:
            OSError: libtsk can't follow them.
        """
        if self.fault:
            raise fault(self.fault)
        return self.told_runs


class Time(NamedTuple):
    """Seconds since 1970 and nanoseconds; all zero where the file system has none."""

    seconds: int
    nanoseconds: int


class Inode(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """A file, folder or link; numbers are libtsk's own."""

    address: int
    type: int
    mode: int
    uid: int
    gid: int
    nlink: int
    size: int
    flags: int
    modified: Time
    accessed: Time
    changed: Time
    born: Time
    link: bytes | None
    told_attributes: list[Attribute]
    fault: str = ""
    """Why its attributes can't be told."""

    @property
    def attributes(self) -> list[Attribute]:
        """What it has, in order.

        Raises:
            OSError: libtsk can't tell.
        """
        if self.fault:
            raise fault(self.fault)
        return self.told_attributes


class Row(NamedTuple):
    """A range of a disk, in sectors."""

    start: int
    length: int
    flags: int
    words: bytes
