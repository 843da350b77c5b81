"""What the process of an image's library is asked beside what any is, and what it answers."""

from __future__ import annotations

from typing import NamedTuple

from collectors.disk.libraries import wire
from collectors.disk.libraries.wire import Said
from collectors.disk.reader import SECTOR


class OpenImage(wire.Open, frozen=True):
    """Open an image; what it is read from are its files, one behind the other."""

    module: str
    """The library's, as Python calls it."""
    files: list[int]
    """Bytes of each file."""


class Extent(NamedTuple):
    """A part of a VMDK, as its description has it."""

    name: str
    offset: int


class About(Said, frozen=True, kw_only=True):
    """What the library says of the image: what its format doesn't have is as it stands here."""

    version: str
    """The library's."""
    size: int
    """Of the disk, in bytes."""
    chunk: int = SECTOR
    """Bytes that are stored together."""
    base: str = ""
    """The image to which this one holds the changes."""
    is_changes: bool = False
    """Whether it holds nothing else, even where that has no name."""
    identifier: str = ""
    extents: list[Extent] = []  # noqa: RUF012 - a struct copies it
    hashes: dict[str, str] = {}  # noqa: RUF012
    header: dict[str, str] = {}  # noqa: RUF012


class Read(Said, frozen=True):
    """Give bytes of the disk."""

    image: int
    offset: int
    size: int


REQUESTS = OpenImage | Read | wire.Forget | wire.Needed | wire.Unread
ANSWERS = wire.Needs | wire.Failed | wire.Unread | wire.Missing | wire.Forgotten | About | wire.Held
