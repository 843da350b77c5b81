"""A superblock of ext in bytes of our own making: where the inodes of very large ones lie, too."""

import struct

import pytest

from collectors.disk.ext.superblock import Superblock

BLOCK = 1024
IS_64BIT, META_BG = 0x80, 0x10
NEEDED = {"u32_20": 1, "u32_40": 100, "u32_76": 1, "u16_88": 256, "u16_254": 64}


class Memory:
    """A disk of these bytes."""

    sector = 512

    def __init__(self, data):
        self.data, self.size = data, len(data)

    def readinto(self, offset, buffer):
        buffer[:] = self.data[offset : offset + len(buffer)]


def superblock(*tables, size=32, **fields):
    """With groups whose tables of inodes begin at these blocks."""
    data = bytearray(2 * BLOCK)
    for name, value in (NEEDED | fields).items():
        kind, _, at = name.partition("_")
        struct.pack_into({"u16": "<H", "u32": "<I"}[kind], data, BLOCK + int(at), value)
    for table in tables:
        low, high = table & 0xFFFF_FFFF, table >> 32
        own = struct.pack("<8xI28xI", low, high) if size > 32 else struct.pack("<8xI", low)
        data += own.ljust(size, b"\xee")
    return Superblock(Memory(bytes(data)))


def test_inodes_lie_one_behind_the_other_in_the_table_of_their_group():
    found = superblock(50, 70)

    assert [found.inode_at(number, BLOCK) for number in (1, 2, 100, 101, 200)] == [
        50 * BLOCK, 50 * BLOCK + 256, 50 * BLOCK + 99 * 256, 70 * BLOCK, 70 * BLOCK + 99 * 256,
    ]  # fmt: skip
    assert found.inode_at(1, BLOCK) == 50 * BLOCK


def test_a_table_may_begin_behind_four_thousand_million_blocks():
    found = superblock(50, 3 << 32 | 70, size=64, u32_96=IS_64BIT)

    assert found.inode_at(101, BLOCK) == (3 << 32 | 70) * BLOCK
    assert found.tables(200, BLOCK) == [50 * BLOCK, (3 << 32 | 70) * BLOCK]


def test_a_group_that_is_not_described_any_more_is_an_error():
    with pytest.raises(OSError, match="behind the end"):
        superblock(50).inode_at(201, BLOCK)


@pytest.mark.parametrize(("inodes", "count"), [(1, 1), (100, 1), (101, 2), (200, 2)])
def test_tables_are_as_many_as_it_takes_for_so_many_inodes(inodes, count):
    assert superblock(50, 70, 90).tables(inodes, BLOCK) == [50 * BLOCK, 70 * BLOCK][:count]


@pytest.mark.parametrize(("features", "blocks"), [(0, 7), (IS_64BIT, 2 << 32 | 7)])
def test_the_high_half_of_the_count_of_blocks_stands_where_a_feature_says_so(features, blocks):
    assert superblock(u32_4=7, u32_336=2, u32_96=features).blocks() == blocks


def test_the_first_revision_has_inodes_of_128_bytes_whatever_stands_there():
    assert superblock(u32_76=0).inode_size == 128
    assert superblock().inode_size == 256


@pytest.mark.parametrize(
    ("fields", "last"),
    [
        ({}, None),
        ({"u32_96": META_BG, "u32_260": 2}, 2 * 32 * 100),
        ({"u32_96": META_BG}, 32 * 100),
        ({"u32_96": META_BG | IS_64BIT, "u32_260": 2}, 2 * 16 * 100),
    ],
    ids=["no such groups", "from the third block on", "from the first on", "of 64 bytes"],
)
def test_which_inode_is_the_last_before_meta_block_groups(fields, last):
    assert superblock(**fields).followed(BLOCK) == last


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, "ext2"), ({"u32_92": 4}, "ext3"), ({"u32_92": 4, "u32_96": 0x40}, "ext4"),
        ({"u32_96": 0x80}, "ext4"), ({"u32_96": 0x200}, "ext4"), ({"u32_96": 0x8000}, "ext4"),
        ({"u32_96": 0x2 | 0x4 | 0x10}, "ext2"),
    ],
)  # fmt: skip
def test_which_of_the_three_it_is_is_told_by_its_features(fields, kind):
    assert superblock(**fields).kind == kind


@pytest.mark.parametrize(
    "fields",
    [
        {"u32_0": 0xFFFF_FFF0, "u32_40": 8},
        {"u32_0": 0xFFFF_FFF0, "u32_40": 0},
        {"u32_0": 1 << 30, "u32_40": 8192, "u32_96": IS_64BIT, "u16_254": 0xFFFF},
    ],
)
def test_more_groups_than_any_disk_has_are_refused_before_anything_is_made_for_each(fields):
    with pytest.raises(OSError, match=r"\d+ groups of inodes: this version can't read them"):
        superblock(**fields).require_known()


def test_a_file_system_of_256_tib_is_none_of_these():
    superblock(u32_0=1 << 32 - 1, u32_40=2048, u32_96=IS_64BIT, u16_254=64).require_known()
