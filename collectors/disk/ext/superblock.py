"""The superblock of ext2, ext3 and ext4: what it says of them all, and where their inodes lie.

Structures: the kernel's fs/ext4/ext4.h (struct ext4_super_block, ext4_group_desc); little-endian.
"""

from __future__ import annotations

import errno
import struct
import uuid
from typing import TYPE_CHECKING

from collectors.disk.reader import beyond_the_end, read_at

if TYPE_CHECKING:
    from collectors.disk.reader import Reader

_JOURNAL = 0x4  # of the features that any kernel may ignore
_JOURNAL_DEVICE, _NOT_REPLAYED, _META_BG, _IS_64BIT = 0x8, 0x4, 0x10, 0x80  # that it may not
_XATTR_INODES = 0x400
_MOST_DESCRIBED = 128 << 20  # bytes of the groups' descriptions: of file systems of 256 TiB
_WITH_HIGH_HALF = 44  # bytes of one that tells a table behind 2^32 blocks
_BIGALLOC = 0x200  # of those that it may ignore where it only reads
_EXTENTS_OR_LATER = 0x40 | 0x80 | 0x200 | 0x8000  # features that only ext4 has


class Superblock:
    """What it says; its numbers are taken as they stand."""

    def __init__(self, reader: Reader) -> None:
        """Read it.

        Raises:
            OSError: it can't be read.
        """
        self._reader = reader
        self._raw = read_at(reader, 1024, 1024)
        features = self._number(96)
        self.kind = "ext3" if self._number(92) & _JOURNAL else "ext2"
        if features & _EXTENTS_OR_LATER:
            self.kind = "ext4"
        self.is_unsettled = bool(features & _NOT_REPLAYED)
        self.has_xattr_inodes = bool(features & _XATTR_INODES)
        self._is_64bit = bool(features & _IS_64BIT)
        self.has_meta_groups = bool(features & _META_BG)
        self.inodes_per_group = self._number(40)
        self.inode_size = self._number(88, 2) if self._number(76) else 128  # revision 0 has none
        self._descriptor_size = self._number(254, 2) if self._is_64bit else 32
        self._tables: dict[int, int] = {}

    def _number(self, offset: int, size: int = 4) -> int:
        return int.from_bytes(self._raw[offset : offset + size], "little")

    def require_known(self) -> None:
        """Refuse what libtsk reads wrongly, or what holds no files.

        Raises:
            OSError: ENOTSUP, saying what it is.
        """
        if self._number(100) & _BIGALLOC:
            words = "clusters of several blocks (bigalloc): this version can't read them"
            raise OSError(errno.ENOTSUP, words)
        if self._number(96) & _JOURNAL_DEVICE:
            raise OSError(errno.ENOTSUP, "the journal of another file system: it holds no files")
        groups = -(-self._number(0) // max(1, self.inodes_per_group))
        if groups * self._descriptor_size > _MOST_DESCRIBED:
            raise OSError(errno.ENOTSUP, f"{groups} groups of inodes: this version can't read them")

    def label(self) -> str:
        """The file system's name."""
        return self._raw[120:136].split(b"\0")[0].decode("utf-8", "replace")

    def uuid(self) -> str:
        """The file system's UUID."""
        return str(uuid.UUID(bytes=self._raw[104:120]))

    def blocks(self) -> int:
        """How many there are to be."""
        high = self._number(336) if self._is_64bit else 0
        return high << 32 | self._number(4)

    def followed(self, block: int) -> int | None:
        """The last inode that libtsk finds, by the bytes of a block; None where it finds all.

        The groups behind are described in meta block groups (meta_bg). It takes what lies in the
        usual place for their descriptions, and other bytes for inodes.
        """
        if not self.has_meta_groups:
            return None
        groups = max(1, self._number(260)) * (block // self._descriptor_size)
        return groups * self.inodes_per_group

    # Where inodes lie.

    def inode_at(self, number: int, block: int) -> int:
        """The offset of an inode.

        Raises:
            OSError: the description of its group can't be read.
        """
        group, index = divmod(number - 1, self.inodes_per_group)
        table = self._tables.get(group)
        if table is None:
            place = self._descriptors(block) + group * self._descriptor_size
            found = self._tables_in(place, 1, block)
            if not found:
                raise beyond_the_end()
            table = self._tables[group] = found[0]
        return table + index * self.inode_size

    def tables(self, inodes: int, block: int) -> list[int]:
        """Where the tables of so many inodes begin.

        Raises:
            OSError: the descriptions of the groups can't be read.
        """
        groups = -(-inodes // self.inodes_per_group)
        return self._tables_in(self._descriptors(block), groups, block)

    def _descriptors(self, block: int) -> int:
        return (self._number(20) + 1) * block

    def _tables_in(self, place: int, groups: int, block: int) -> list[int]:
        size = self._descriptor_size
        found = read_at(self._reader, place, groups * size)
        whole = memoryview(found)[: len(found) // size * size]
        if size < _WITH_HIGH_HALF:
            return [low * block for (low,) in struct.iter_unpack(f"<8xI{size - 12}x", whole)]
        halves = struct.iter_unpack(f"<8xI28xI{size - _WITH_HIGH_HALF}x", whole)
        return [(high << 32 | low) * block for low, high in halves]
