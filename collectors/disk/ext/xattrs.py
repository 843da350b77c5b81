"""Extended attributes of ext2, ext3 and ext4.

Structures: the kernel's fs/ext4/xattr.h; all little-endian.
"""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING, NamedTuple

from collectors.disk.reader import read_at
from collectors.pathtext import to_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from collectors.disk.reader import Reader

_MAGIC = (0xEA02_0000).to_bytes(4, "little")
_BLOCK = struct.Struct("<I10xH")
_ENTRY = struct.Struct("<BBHIII")
_PREFIXES = {
    1: "user.", 2: "system.posix_acl_access", 3: "system.posix_acl_default", 4: "trusted.",
    6: "security.", 7: "system.", 8: "system.richacl",
}  # fmt: skip


class Xattr(NamedTuple):
    """One extended attribute."""

    name: str
    value: bytes | None
    """None where it lies in an inode of its own."""
    size: int


def xattrs_of(inode: bytes, reader: Reader, block: int) -> list[Xattr]:
    """Those behind an inode's fields, and those in a block of their own.

    Raises:
        OSError: that block can't be read, or is none.
    """
    found: list[Xattr] = []
    start = 128 + int.from_bytes(inode[128:130], "little")
    if inode[start : start + 4] == _MAGIC:
        found += _xattrs(inode, start + 4, start + 4)
    low, high = _BLOCK.unpack_from(inode, 104)
    if low or high:
        found += _outside(reader, high << 32 | low, block)
    return found


def in_own_inodes(found: Iterable[Xattr], block: int) -> int:
    """Bytes of the blocks of those with an inode each: they count as the file's own."""
    return sum(-(-each.size // block) * block for each in found if each.value is None)


def _outside(reader: Reader, number: int, size: int) -> Iterator[Xattr]:
    block = read_at(reader, number * size, size)
    if block[:4] != _MAGIC:
        raise OSError(errno.EIO, "no block of extended attributes")
    yield from _xattrs(block, 32, 0)


def _xattrs(data: bytes, at: int, base: int) -> Iterator[Xattr]:
    while at + _ENTRY.size <= len(data) and data[at : at + 4] != b"\0\0\0\0":
        length, prefix, where, inode, size, _ = _ENTRY.unpack_from(data, at)
        at += _ENTRY.size
        name = to_text(data[at : at + length])
        at += (length + 3) & ~3
        value = None if inode else data[base + where : base + where + size]
        yield Xattr(_PREFIXES.get(prefix, "") + name, value, size)
