"""A folder of ext4 that lies in its own inode (inline_data): libtsk lists none of large inodes.

Structures: the kernel's fs/ext4/inline.c and fs/ext4/ext4.h (struct ext4_dir_entry_2);
little-endian.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = struct.Struct("<IHBx")
"""Of an entry: its inode, 0 where none is left; bytes of all of it, and of its name."""
_WITHIN = 60  # bytes in the place of the list of blocks
_FIRST = slice(44, 100)  # of the inode, behind the folder's parent


def names_in(inode: bytes, further: bytes) -> Iterator[tuple[bytes, int]]:
    """Names and inodes, without those of the folder itself and of its parent.

    Args:
        inode: the folder's.
        further: the rest, which is the value of its attribute `system.data`.

    Raises:
        LookupError: entries of an impossible length, or less than the folder's.
        struct.error: the same.
    """
    if int.from_bytes(inode[4:8], "little") > _WITHIN + len(further):
        raise LookupError("not all of a folder within its inode is there")
    for area in (inode[_FIRST], further):
        yield from names_in_block(area)


def names_in_block(area: bytes) -> Iterator[tuple[bytes, int]]:
    """Names and inodes in a part of a folder; in the blocks of its index there are none.

    Raises:
        LookupError: entries of an impossible length.
        struct.error: the same.
    """
    at = 0
    while at < len(area):
        number, length, letters = _HEAD.unpack_from(area, at)
        start, at = at + _HEAD.size, at + length
        if start + letters > at or at > len(area):
            raise LookupError("an entry that ends elsewhere")
        if number:
            yield area[start : start + letters], number
