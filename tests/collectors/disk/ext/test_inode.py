"""An inode of ext, in bytes of our own making: each number, where it ends, and what it counts."""

import struct

import disks
import pytest

from collectors.artifact import Stat
from collectors.disk.ext.inode import in_extents, is_within, occupied_by, stat_in

SECONDS = 10**9


def inode(size=256, extra=32, **fields):
    """One of these bytes, with numbers at offsets: `u32_100=7`, `i16_4=-1`."""
    raw = bytearray(size)
    if size > 128:
        struct.pack_into("<H", raw, 128, extra)
    for name, value in fields.items():
        kind, _, at = name.partition("_")
        struct.pack_into({"u16": "<H", "u32": "<I", "i32": "<i"}[kind], raw, int(at), value)
    return bytes(raw)


def test_each_number_has_its_place():
    raw = inode(
        u16_0=0o100644, u16_2=1, u32_4=2, i32_8=-3, i32_12=4, i32_16=5, u16_24=6, u16_26=7,
        u32_108=8, u16_120=9, u16_122=10, i32_144=11,
        u32_132=12 << 2 | 1, u32_136=13 << 2 | 2, u32_140=14 << 2 | 3, u32_148=15 << 2,
    )  # fmt: skip

    assert stat_in(raw, 77, 78) == Stat(
        size=8 << 32 | 2, mode=0o100644, uid=9 << 16 | 1, gid=10 << 16 | 6, nlink=7,
        device=77, inode=78, modified_ns=(5 + (2 << 32)) * SECONDS + 13,
        accessed_ns=(-3 + (3 << 32)) * SECONDS + 14, changed_ns=(4 + (1 << 32)) * SECONDS + 12,
        born_ns=11 * SECONDS + 15,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("extra", "finer", "born"),
    [(0, False, False), (15, False, False), (16, True, False), (23, True, False), (24, True, True)],
)
def test_a_time_is_as_fine_as_the_inode_says_that_it_has_room(extra, finer, born):
    raw = inode(extra=extra, i32_16=5, u32_136=9 << 2, i32_144=11)
    found = stat_in(raw, 0, 1)

    assert found.modified_ns == 5 * SECONDS + 9 * finer
    assert found.born_ns == (11 * SECONDS if born else None)


def test_an_inode_of_128_bytes_has_whole_seconds_and_no_birth():
    found = stat_in(inode(128, i32_16=-1), 0, 1)

    assert (found.modified_ns, found.born_ns) == (-SECONDS, None)


@pytest.mark.parametrize(
    ("fields", "occupied"),
    [
        ({"u32_28": 24}, 24 * 512),
        ({"u32_28": 24, "u32_32": 0x40000}, 24 * 1024),
        ({"u32_28": 24, "u32_32": 1 | 0x20000 | 0x80000}, 24 * 512),
        ({"u32_28": 2, "u16_116": 3}, (3 << 32 | 2) * 512),
        ({"u32_28": 24, "u32_104": 9}, 24 * 512 - 1024),
        ({"u32_28": 24, "u16_118": 9}, 24 * 512 - 1024),
    ],
    ids=["sectors", "blocks", "other flags", "many", "attributes", "attributes far away"],
)
def test_what_a_file_occupies_is_what_its_inode_counts(fields, occupied):
    assert occupied_by(inode(**fields), 1024) == occupied


@pytest.mark.parametrize(
    ("flags", "extents", "within"),
    [
        (0, False, False), (0x80000, True, False), (0x1000_0000, False, True),
        (0x1008_0000, False, True), (0xEFF7_FFFF, False, False), (0xEFFF_FFFF, True, False),
    ],
)  # fmt: skip
def test_a_flag_says_how_the_content_is_found(flags, extents, within):
    raw = inode(u32_32=flags)

    assert (in_extents(raw), is_within(raw)) == (extents, within)


# On a disk in use.


def written(image, at, value):
    with image.open("r+b") as file:
        file.seek(at)
        file.write(value)


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        (0, False), (4, True), (7, True), (8, False), (11, False), (12, True), (15, True),
        (16, True), (19, True), (20, True), (26, True), (28, True), (32, True), (40, True),
        (99, True), (100, False), (108, True), (111, True), (132, True), (135, True), (136, True),
        (139, True), (140, False),
    ],
)  # fmt: skip
def test_a_file_is_in_another_state_if_size_change_or_place_differ(tmp_path, at, counts):
    """Not if its rights do, which change its time, too; nor if it was read: we are not alone."""
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "f").write_bytes(b"x" * 5000)
    image = disks.ext(tmp_path / "disk.img", tree, options=("-I", "256"))
    with disks.opened(image) as source:
        system, entry = source.entry_at("/f")
        place = system._super.inode_at(entry.inode, system.block) + at
        before = system.state(entry.inode)
        assert system.state(entry.inode) == before
        old = image.read_bytes()[place]
        written(image, place, bytes([old ^ 0x55]))

        assert (system.state(entry.inode) != before) is counts


def test_of_meta_block_groups_the_last_inode_that_is_found_is_read(tmp_path):
    options = ("-O", "meta_bg,^resize_inode", "-g", "1024", "-N", "1500")
    image = disks.ext(tmp_path / "disk.img", size=48 * disks.MIB, options=options)

    with disks.opened(image) as source:
        ((_, system),) = source.readable()
        last = system._followed

        assert last < system.last_inode - 1
        assert not system.node(last).in_use()
        with pytest.raises(OSError, match="meta block group"):
            system.node(last + 1)
