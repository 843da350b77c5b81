"""One volume's shadow copies, opened: each a disk of its own that libvshadow puts together."""

from __future__ import annotations

import errno
import importlib
import os
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from collectors.disk.ntfs.filesystem import Ntfs
from collectors.disk.reader import PARSING, SECTOR, Reader, Window, beyond_the_end, read_at
from collectors.disk.shadows.blocks import Blocks
from collectors.disk.shadows.catalog import (
    Catalog,
    Details,
    ShadowCopy,
    Store,
    read_catalog,
    read_details,
)
from collectors.files.system import makedev, minor

if TYPE_CHECKING:
    from collections.abc import Mapping

_INNERMOST = re.compile(r"libvshadow_\w+: (?P<words>[^.]*?)(?: at offset: \d+ \(0x\w+\))?\.")


class _File:
    """A reader as the file that the library wants to read from."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._position = 0
        self.error: OSError | None = None
        """The last one, since the library keeps only its words."""

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> None:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._reader.size}
        self._position = start[whence] + offset

    def tell(self) -> int:
        return self._position

    def get_size(self) -> int:
        return self._reader.size

    def read(self, size: int) -> bytes:
        try:
            data = read_at(self._reader, self._position, size)
        except OSError as error:
            self.error = error
            raise
        if len(data) < size:
            self.error = beyond_the_end()
        self._position += len(data)
        return data


class _Opened:
    """What the library opened: the stores of one volume by their identifiers."""

    def __init__(self, volume: Reader) -> None:
        try:
            library = importlib.import_module("pyvshadow")
        except ImportError as error:
            raise OSError(
                errno.ENOTSUP, f"needs libvshadow-python, which does not load here ({error})"
            ) from error
        self.file = _File(volume)
        self._handle = library.volume()
        try:
            self._handle.open_file_object(self.file)
            stores = [self._handle.get_store(n) for n in range(self._handle.number_of_stores)]
            self.stores: Mapping[str, Any] = {each.identifier: each for each in stores}
        except OSError as error:
            raise said(error, self.file) from error


def said(error: OSError, file: _File) -> OSError:
    """What stopped the library: the disk's own error, or the first of its words.

    These come without names of functions and offsets, so that neighbours have the same fault.
    """
    behind, file.error = file.error, None
    if behind is not None:
        return OSError(behind.errno or errno.EIO, behind.strerror or str(behind))
    found = _INNERMOST.search(str(error))
    return OSError(errno.EIO, f"libvshadow: {found['words'] if found else error}")


class ShadowReader:
    """A shadow copy as a disk: what the library reads, and an error where it would make zeros up.

    It does so in the newest shadow copy only; of older ones it gives what lies there now.
    """

    def __init__(self, store: Any, file: _File, blocks: Blocks | None, size: int) -> None:
        """A disk of this size.

        Args:
            store: the library's.
            file: that it reads from.
            blocks: tells what wasn't kept; None where the library makes nothing up.
            size: bytes.
        """
        self.size = size
        self.sector = SECTOR
        self._store, self._file, self._blocks = store, file, blocks

    def readinto(self, offset: int, buffer: memoryview, /) -> None:
        """Fill the buffer."""
        if offset < 0 or offset + len(buffer) > self.size:
            raise beyond_the_end()
        if self._blocks is not None and self._blocks.lacks(offset, len(buffer)):
            raise OSError(errno.EIO, "the shadow copy didn't keep it: free when it was made")
        try:
            data = self._store.read_buffer_at_offset(len(buffer), offset)
        except OSError as error:
            raise said(error, self._file) from error
        if len(data) != len(buffer):
            raise beyond_the_end()
        buffer[:] = data

    def close(self) -> None:
        """The disk is closed by who opened it."""


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
    def _opened(self) -> _Opened:
        return _Opened(self._volume)

    def details(self, copy: ShadowCopy) -> Details:
        """What a shadow copy's own store says of it.

        Raises:
            OSError: it can't be read, or isn't here.
        """
        with PARSING:
            return read_details(self._volume, _here(copy))

    def store_of(self, copy: ShadowCopy) -> Any:
        """The library's store for a shadow copy.

        Raises:
            OSError: the library can't open it, or it isn't here.
        """
        _here(copy)
        store = self._opened.stores.get(copy.identifier)
        if store is None or not store.has_in_volume_data():
            raise OSError(errno.EIO, "libvshadow doesn't find its blocks")
        return store

    def shadow(self, copy: ShadowCopy) -> Shadow:
        """A shadow copy with its file system, opened anew: what it remembers can be much.

        Raises:
            OSError: it can't be read.
        """
        with PARSING:
            found = self.store_of(copy)
            blocks = Blocks(self._volume, _here(copy))
            made_up = blocks if copy is self.catalog.copies[-1] else None
            reader = ShadowReader(found, self._opened.file, made_up, self._volume.size)
            read_at(reader, 0, SECTOR)  # libtsk wouldn't say why it can't be read
            device = makedev(copy.number, minor(self.current.device))
            return Shadow(Ntfs(Window(reader, 0, reader.size), device), blocks)


def _here(copy: ShadowCopy) -> Store:
    """Where its blocks lie on its own volume."""
    if copy.store is None:
        raise OSError(errno.ENOTSUP, "its blocks lie on another volume")
    return copy.store
