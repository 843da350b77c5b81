"""What is asked of libtsk's process, and what it answers.

To read, it asks back: it has neither the evidence nor any other file of ours. So an answer may be
`Needs`, and what is said next is then what was needed, until it has what it was asked for.
"""

from __future__ import annotations

import msgspec

from collectors.disk.nodes import Entry
from collectors.disk.tsk.told import Inode, Row


class _Said(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Anything that passes."""


class Open(_Said, frozen=True):
    """Open a file system."""

    system: int
    kind: str
    size: int


class Names(_Said, frozen=True):
    """List a folder."""

    system: int
    inode: int


class Look(_Said, frozen=True):
    """Tell of inodes."""

    system: int
    inodes: list[int]


class Read(_Said, frozen=True):
    """Give bytes of an attribute."""

    system: int
    inode: int
    attribute: int
    """Its type."""
    id: int
    offset: int
    size: int


class Divide(_Said, frozen=True):
    """Tell of the partition table."""

    size: int


class Forget(_Said, frozen=True):
    """Let file systems go."""

    systems: list[int]


class Needed(_Said, frozen=True):
    """Bytes of the disk that were needed; fewer at its end, or before a bad sector."""

    data: bytes


class Unread(_Said, frozen=True):
    """Why they can't be had."""

    errno: int
    words: str


Request = Open | Names | Look | Read | Divide | Forget | Needed | Unread


class Needs(_Said, frozen=True):
    """Bytes of the disk are needed."""

    offset: int
    size: int


class Failed(_Said, frozen=True):
    """It can't be told; libtsk's words."""

    words: str


class Missing(_Said, frozen=True):
    """The library does not load."""

    words: str


class Opened(_Said, frozen=True):
    """The file system: its first folder, its blocks in bytes, its last inode."""

    root: int
    block: int
    last: int


class Listed(_Said, frozen=True):
    """The names in a folder."""

    entries: list[Entry]


class Found(_Said, frozen=True):
    """What inodes say, or why it can't be told; one of both for each."""

    inodes: list[Inode | str]


class Held(_Said, frozen=True):
    """Bytes of an attribute."""

    data: bytes


class Divided(_Said, frozen=True):
    """The partition table: libtsk's number for its kind, bytes of a sector, what it names."""

    scheme: int
    sector: int
    rows: list[Row]


class Forgotten(_Said, frozen=True):
    """They were let go."""


Answer = Needs | Failed | Missing | Opened | Listed | Found | Held | Divided | Forgotten
