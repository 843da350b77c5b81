"""Extended attributes of ext from bytes: in the inode, in a block, in an inode of their own."""

from __future__ import annotations

import struct

import pytest

from collectors.disk.ext.xattrs import xattrs_of

BLOCK = 1024
MAGIC = struct.pack("<I", 0xEA02_0000)


class Memory:
    """A file system in memory."""

    sector = 512

    def __init__(self, blocks=()):
        self.blocks, self.size = dict(blocks), 1 << 60

    def readinto(self, offset, buffer):
        buffer[:] = self.blocks[offset // BLOCK].ljust(BLOCK, b"\0")


def entries(*own, room: int, base: int = 0) -> bytes:
    """Entries from the front, and their values from the end of such a room on.

    Places of values count from so many bytes before it.
    """
    front, values = b"", b""
    for prefix, name, value, inode in own:
        stored = b"" if inode else value
        values = stored + values
        where = 0 if inode else base + room - len(values)
        front += struct.pack("<BBHIII", len(name), prefix, where, inode, len(value), 0)
        front += name.ljust(-(-len(name) // 4) * 4, b"\0")
    return front.ljust(room - len(values), b"\0") + values


def inode(*own, extra: int = 32, block: int = 0, size: int = 256, magic: bytes = MAGIC) -> bytes:
    raw = bytearray(size)
    raw[104:108] = struct.pack("<I", block & 0xFFFF_FFFF)
    raw[118:120] = struct.pack("<H", block >> 32)
    if size > 128:
        start = 128 + extra
        raw[128:132] = struct.pack("<HH", extra, 0xC5C5)  # then half of the inode's checksum
        raw[start : start + 4] = magic
        raw[start + 4 :] = entries(*own, room=size - start - 4)
    return bytes(raw)


def outside(*own) -> bytes:
    """A block of attributes: places of values count from its beginning."""
    head = MAGIC.ljust(32, b"\0")
    return head + entries(*own, room=BLOCK - len(head), base=len(head))


PLANTED = [
    (1, b"comment", b"of the user", 0), (6, b"capability", b"\1\0\0\2", 0),
    (2, b"", b"acl", 0), (9, b"odd", b"?", 0), (1, b"huge", b"x" * 70, 12),
]  # fmt: skip
READ = [
    ("user.comment", b"of the user", 11), ("security.capability", b"\1\0\0\2", 4),
    ("system.posix_acl_access", b"acl", 3), ("odd", b"?", 1), ("user.huge", None, 70),
]  # fmt: skip


@pytest.mark.parametrize("extra", [28, 32])
def test_those_in_an_inode_are_read_with_name_and_value(extra):
    raw = inode(*PLANTED[:3], PLANTED[4], extra=extra, size=512)

    assert xattrs_of(raw, Memory(), BLOCK) == [*READ[:3], READ[4]]


@pytest.mark.parametrize("number", [9, 5 << 32 | 9])
def test_those_in_a_block_of_their_own_are_read_wherever_it_lies(number):
    raw = inode(PLANTED[1], block=number)

    found = xattrs_of(raw, Memory({number: outside(*PLANTED)}), BLOCK)

    assert found == [READ[1], *READ]


@pytest.mark.parametrize(
    ("prefix", "name"),
    [
        (0, "x"), (1, "user.x"), (2, "system.posix_acl_accessx"), (3, "system.posix_acl_defaultx"),
        (4, "trusted.x"), (6, "security.x"), (7, "system.x"), (8, "system.richaclx"),
    ],
)  # fmt: skip
def test_a_name_begins_as_the_kernel_numbers_it(prefix, name):
    assert xattrs_of(inode((prefix, b"x", b"", 0)), Memory(), BLOCK) == [(name, b"", 0)]


def test_an_inode_without_room_or_without_any_has_none():
    assert xattrs_of(inode(size=128), Memory(), BLOCK) == []
    assert xattrs_of(inode(PLANTED[0], magic=b"\0\0\0\0"), Memory(), BLOCK) == []


def test_a_block_that_holds_none_is_an_error_and_not_no_attributes():
    with pytest.raises(OSError, match="no block of extended attributes"):
        xattrs_of(inode(block=9), Memory({9: bytes(BLOCK)}), BLOCK)


def test_a_list_without_end_ends_with_its_room():
    """Sixteen bytes each, without name: the last ends where the block does."""
    full = MAGIC + bytes(28) + struct.pack("<BBHIII", 0, 1, 0, 0, 0, 0) * ((BLOCK - 32) // 16)

    found = xattrs_of(inode(block=9, size=128), Memory({9: full}), BLOCK)

    assert found == [("user.", b"", 0)] * ((BLOCK - 32) // 16)
