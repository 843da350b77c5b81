"""One volume's shadow copies, opened: each a disk of its own that libvshadow puts together."""

from __future__ import annotations

import errno
from functools import cached_property
from typing import NamedTuple

from collectors.disk.ntfs.filesystem import Ntfs
from collectors.disk.reader import PARSING, SECTOR, Window, read_at
from collectors.disk.shadows.blocks import Blocks
from collectors.disk.shadows.catalog import (
    Catalog,
    Details,
    ShadowCopy,
    Store,
    read_catalog,
    read_details,
)
from collectors.disk.shadows.stores import ShadowReader, Stores
from collectors.system import makedev, minor


class Shadow(NamedTuple):
    """A shadow copy whose files can be read."""

    system: Ntfs
    """Its files' `device` is copy:partition, so that they are never taken for those of now."""
    blocks: Blocks
    """Those that were kept of it: what the next newer state may hold differently."""


class Shadows:
    """The shadow copies of one NTFS partition; nothing is read before it is asked for."""

    def __init__(self, current: Ntfs) -> None:
        """Those of a file system, which itself is the newest state."""
        self.current = current
        self._volume = current.reader

    @cached_property
    def catalog(self) -> Catalog:
        """What the volume says of them."""
        try:
            with PARSING:
                return read_catalog(self._volume)
        except OSError as error:
            fault = f"whether there are shadow copies: {error.strerror or error}"
            return Catalog(enabled=False, fault=fault)

    @cached_property
    def _stores(self) -> Stores:
        return Stores(self._volume)

    def details(self, copy: ShadowCopy) -> Details:
        """What a shadow copy's own store says of it.

        Raises:
            OSError: it can't be read, or isn't here.
        """
        with PARSING:
            return read_details(self._volume, _here(copy))

    def require(self, copy: ShadowCopy) -> int:
        """See that the library can read a shadow copy; its place among the library's.

        Raises:
            OSError: the library can't open it, or it isn't here.
        """
        _here(copy)
        return self._stores.require(copy.identifier)

    def shadow(self, copy: ShadowCopy) -> Shadow:
        """A shadow copy with its file system, opened anew: what it remembers can be much.

        Raises:
            OSError: it can't be read.
        """
        with PARSING:
            place = self.require(copy)
            blocks = Blocks(self._volume, _here(copy))
            made_up = blocks if copy is self.catalog.copies[-1] else None
            reader = ShadowReader(self._stores, place, made_up, self._volume.size)
            read_at(reader, 0, SECTOR)  # libtsk wouldn't say why it can't be read
            device = makedev(copy.number, minor(self.current.device))
            return Shadow(Ntfs(Window(reader, 0, reader.size), device), blocks)


def _here(copy: ShadowCopy) -> Store:
    """Where its blocks lie on its own volume."""
    if copy.store is None:
        raise OSError(errno.ENOTSUP, "its blocks lie on another volume")
    return copy.store
