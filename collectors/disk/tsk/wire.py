"""What libtsk's process is asked beside what any library's is, and what it answers."""

from __future__ import annotations

from collectors.disk.libraries import wire
from collectors.disk.libraries.wire import Said
from collectors.disk.nodes import Entry
from collectors.disk.tsk.told import Inode, Row


class OpenSystem(wire.Open, frozen=True):
    """Open a file system."""

    kind: str
    """Which one, as libtsk calls it."""


class Names(Said, frozen=True):
    """List a folder."""

    system: int
    inode: int


class Look(Said, frozen=True):
    """Tell of inodes."""

    system: int
    inodes: list[int]


class Read(Said, frozen=True):
    """Give bytes of an attribute."""

    system: int
    inode: int
    attribute: int
    """Its type."""
    id: int
    offset: int
    size: int


class Divide(Said, frozen=True):
    """Tell of the partition table."""

    size: int


class Opened(Said, frozen=True):
    """The file system: its first folder, its blocks in bytes, its last inode."""

    root: int
    block: int
    last: int


class Listed(Said, frozen=True):
    """The names in a folder."""

    entries: list[Entry]


class Found(Said, frozen=True):
    """What inodes say, or why it can't be told; one of both for each."""

    inodes: list[Inode | str]


class Divided(Said, frozen=True):
    """The partition table: libtsk's number for its kind, bytes of a sector, what it names."""

    scheme: int
    sector: int
    rows: list[Row]


REQUESTS = OpenSystem | Names | Look | Read | Divide | wire.Forget | wire.Needed | wire.Unread
ANSWERS = (
    wire.Needs | wire.Failed | wire.Missing | wire.Forgotten
    | Opened | Listed | Found | wire.Held | Divided
)  # fmt: skip
