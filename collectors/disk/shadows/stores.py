"""The shadow copies of a volume as libvshadow puts them together, in a process apart."""

from __future__ import annotations

import errno
from functools import partial
from typing import TYPE_CHECKING

from collectors.disk.libraries import wire as any_wire
from collectors.disk.libraries.library import Library
from collectors.disk.libraries.opened import NUMBERS, Opened
from collectors.disk.reader import SECTOR, beyond_the_end
from collectors.disk.shadows import wire

if TYPE_CHECKING:
    from collectors.disk.reader import Reader
    from collectors.disk.shadows.blocks import Blocks

ENTRY = "from collectors.disk.shadows.serving import serve; serve()"


def _missing(words: str) -> OSError:
    return OSError(errno.ENOTSUP, f"needs libvshadow-python, which does not load here ({words})")


libvshadow = partial(Library, "libvshadow", answers=wire.ANSWERS, missing=_missing)
"""A process of it, given what that runs."""
LIBVSHADOW = libvshadow(ENTRY)
"""The one for all volumes."""


class Stores(Opened):
    """Those of one volume."""

    def __init__(self, volume: Reader, library: Library = LIBVSHADOW) -> None:
        """Open them.

        Raises:
            OSError: the library can't, or isn't installed.
        """
        opening = any_wire.Open(next(NUMBERS), volume.size)
        super().__init__(volume, library, opening)
        found = self.ask(opening, wire.Stores).stores
        self._places = {each.identifier: at for at, each in enumerate(found) if each.is_here}

    def require(self, identifier: str) -> int:
        """The place of a shadow copy in the library's order.

        Raises:
            OSError: the library doesn't find it.
        """
        place = self._places.get(identifier)
        if place is None:
            raise OSError(errno.EIO, "libvshadow doesn't find its blocks")
        return place

    def read(self, place: int, offset: int, size: int) -> bytes:
        """Bytes of a shadow copy.

        Raises:
            OSError: they can't be had.
        """
        return self.ask(wire.Read(self.number, place, offset, size), any_wire.Held).data


class ShadowReader:
    """A shadow copy as a disk: what the library reads, and an error where it would make zeros up.

    It does so in the newest shadow copy only; of older ones it gives what lies there now.
    """

    def __init__(self, stores: Stores, place: int, blocks: Blocks | None, size: int) -> None:
        """A disk of this size.

        Args:
            stores: the library's.
            place: of this one among them.
            blocks: tells what wasn't kept; None where the library makes nothing up.
            size: bytes.
        """
        self.size = size
        self.sector = SECTOR
        self._stores, self._place, self._blocks = stores, place, blocks

    def readinto(self, offset: int, buffer: memoryview, /) -> None:
        """Fill the buffer."""
        if offset < 0 or offset + len(buffer) > self.size:
            raise beyond_the_end()
        if self._blocks is not None and self._blocks.lacks(offset, len(buffer)):
            raise OSError(errno.EIO, "the shadow copy didn't keep it: free when it was made")
        data = self._stores.read(self._place, offset, len(buffer))
        if len(data) != len(buffer):
            raise beyond_the_end()
        buffer[:] = data

    def close(self) -> None:
        """The disk is closed by who opened it."""
