"""Folders of ext: what libtsk tells of them, and what it can't, or not in time."""

from __future__ import annotations

import errno
import struct
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING

from collectors.disk.ext.htree import without_index
from collectors.disk.ext.inlined import names_in, names_in_block
from collectors.disk.ext.inode import is_within, stat_in
from collectors.disk.ext.pointers import is_hollow
from collectors.disk.ext.xattrs import xattrs_of
from collectors.disk.filesystem import FileSystem
from collectors.disk.folder import kept
from collectors.disk.nodes import Entry
from collectors.disk.reader import PARSING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from collectors.disk.ext.superblock import Superblock

LONG = 4 << 20  # bytes, some 150,000 names: libtsk takes as many steps as their square
_INDEXED = 0x1000  # inode flag
_FLAGS = struct.Struct("<I")


class ExtFolders(FileSystem):
    """What of ext2, ext3 and ext4 is about names and the inodes that they lead to."""

    _super: Superblock
    _followed: int
    """The last inode that this version reads."""
    _unsearched: set[int]
    """Folders of which only names that count were read."""

    def _inode(self, number: int) -> bytes:
        """The bytes of an inode.

        Raises:
            OSError: they can't be read, or are where this version doesn't look.
        """
        place = self._super.inode_at(number, self.block)
        return self.structures.read(place, self._super.inode_size)

    def _require_known(self, inode: int) -> None:
        """Refuse an inode whose group is described where libtsk doesn't look (meta_bg)."""
        if inode < self.last_inode and inode > self._followed:
            raise OSError(errno.ENOTSUP, "its inode is described in a meta block group")

    def names_of(self, inode: int) -> Iterable[Entry]:
        """By libtsk, but where it can't, or compares each name with all before it for hours."""
        self._require_known(inode)
        if inode >= self.last_inode:
            return super().names_of(inode)
        with PARSING:
            raw = self._inode(inode)
            if is_hollow(raw, self.block):
                raise OSError(errno.EIO, "a folder of an impossible size")
        size = stat_in(raw, 0, inode).size
        if size > LONG:
            with suppress(OSError), PARSING:  # one that is damaged is left to libtsk
                return self._long(inode, size)
        try:
            return super().names_of(inode)
        except OSError:
            if not is_within(raw):
                raise
        with PARSING:
            found = {each.name: each.value for each in xattrs_of(raw, self.reader, self.block)}
            return list(self._alive(names_in(raw, found.get("system.data") or b"")))

    def _long(self, folder: int, size: int) -> Iterable[Entry]:
        if self.live:
            self.structures.forget()
        blocks = self._blocks(folder)[: -(-size // self.block)]  # libtsk fills up its last run
        if len(blocks) * self.block < size:
            raise OSError(errno.EIO, "not all of a folder is where it says")
        parts = map(names_in_block, map(self._block, blocks))
        found = kept(self._alive(chain.from_iterable(parts)))
        self._unsearched.add(folder)
        return found

    def _alive(self, names: Iterable[tuple[bytes, int]]) -> Iterator[Entry]:
        """The entries of names that count; deleted ones were not looked for."""
        for name, number in names:
            if name not in (b".", b".."):
                yield Entry(name, number, 0, self._letter(number), deleted=False)

    def unsearched(self, inode: int) -> bool:
        """Whether a folder was too long to look for deleted names in it, too."""
        return inode in self._unsearched

    def _letter(self, inode: int) -> str:
        try:
            return self.read_node(inode).letter
        except OSError:
            return "o"  # a gap says so where it is taken

    def true_names(self, folder: int, entries: list[Entry]) -> list[Entry]:
        """Without what libtsk takes for names, live ones too, in the index of a large folder."""
        if folder == self.last_inode:
            return entries
        if self.live:
            self.structures.forget()
        with suppress(OSError), PARSING:  # an index that can't be followed takes no name away
            if _FLAGS.unpack_from(self._inode(folder), 32)[0] & _INDEXED:
                blocks = self._blocks(folder)
                return without_index(entries, len(blocks), lambda at: self._block(blocks[at]))
        return entries

    def _blocks(self, folder: int) -> list[int]:
        """Where each block of a folder lies; folders have no holes."""
        data, *_ = self._fs.look(folder).attributes
        return [run.address + at for run in data.runs for at in range(run.length)]

    def _block(self, number: int) -> bytes:
        return self.structures.read(number * self.block, self.block)
