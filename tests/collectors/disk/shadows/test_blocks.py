"""What a shadow copy kept, block by block, from structures made here."""

from __future__ import annotations

import struct

import pytest
import shadow_copies
from shadow_copies import BLOCK

from collectors.disk.shadows.blocks import Blocks
from collectors.disk.shadows.catalog import Store

SIZE = 64 * BLOCK
BITMAP, PREVIOUS, LIST, MORE = (n * BLOCK for n in (60, 61, 62, 63))
FORWARDER, OVERLAY, UNUSED = 1, 2, 4


class Memory:
    """A volume in memory."""

    sector = 512

    def __init__(self):
        self.data = bytearray(SIZE)
        self.size = SIZE

    def readinto(self, offset, buffer):
        assert offset + len(buffer) <= self.size
        buffer[:] = self.data[offset : offset + len(buffer)]

    def put(self, kind, place, content, following=0):
        whole = shadow_copies.head(kind, 0, place, following) + content
        self.data[place : place + len(whole)] = whole


def descriptor(block, *, flags=0, sectors=0, target=50):
    return struct.pack("<QQQII", block * BLOCK, target * BLOCK, 51 * BLOCK, flags, sectors)


def bits(*blocks):
    return sum(1 << block for block in blocks).to_bytes(8, "little")


def blocks(*descriptors, free=(), previous=None, more=()):
    volume = Memory()
    volume.put(6, BITMAP, bits(*free))
    if previous is not None:
        volume.put(6, PREVIOUS, bits(*previous))
    volume.put(3, LIST, b"".join(descriptors), MORE if more else 0)
    volume.put(3, MORE, b"".join(more))
    return Blocks(volume, Store(
        header=0, descriptors=LIST, bitmap=BITMAP,
        previous_bitmap=0 if previous is None else PREVIOUS,
    ))  # fmt: skip


def touched(found):
    return [n for n in range(64) if found.touched(n * BLOCK, BLOCK)]


def lacking(found):
    return [n for n in range(64) if found.lacks(n * BLOCK, BLOCK)]


def test_every_kept_block_is_touched_and_no_other_from_all_of_the_list():
    found = blocks(descriptor(3), descriptor(5, flags=OVERLAY, sectors=1), more=[descriptor(9)])

    assert touched(found) == [3, 5, 9]


def test_a_descriptor_that_is_not_used_says_nothing():
    found = blocks(descriptor(3, flags=UNUSED), bytes(32), free=[0, 3])

    assert (touched(found), lacking(found)) == ([], [0, 3])


def test_where_a_kept_block_went_is_kept_only_if_it_was_moved_there():
    """Without the flag nothing says that the place in the volume holds it."""
    assert lacking(blocks(descriptor(3, target=50), free=[3, 50])) == [50]
    assert lacking(blocks(descriptor(3, flags=FORWARDER, target=50), free=[3, 50])) == []


def test_of_a_free_block_no_sector_was_kept_but_those_that_its_overlay_names():
    found = blocks(descriptor(3, flags=OVERLAY, sectors=0b110), free=[3])

    assert [found.lacks(3 * BLOCK + 512 * n, 512) for n in range(4)] == [True, False, False, True]


@pytest.mark.parametrize(
    ("offset", "size", "expected"),
    [
        (3 * BLOCK - 1, 1, False), (3 * BLOCK - 1, 2, True), (3 * BLOCK, 1, True),
        (4 * BLOCK - 1, 1, True), (4 * BLOCK, 1, False), (0, SIZE, True),
        (4 * BLOCK, 1 << 62, False), (0, 1 << 62, True), (1 << 62, 1 << 62, False),
    ],
)  # fmt: skip
def test_a_range_is_touched_by_its_blocks_however_large_it_says_to_be(offset, size, expected):
    assert blocks(descriptor(3)).touched(offset, size) == expected


def test_what_was_free_is_lacking_unless_it_was_kept():
    found = blocks(descriptor(7), free=[6, 7, 8])

    assert lacking(found) == [6, 8]


def test_it_must_have_been_free_in_the_one_before_too_where_that_is_told():
    assert lacking(blocks(free=[6, 7, 8], previous=[8, 9])) == [8]


def test_of_a_block_kept_in_parts_the_other_sectors_are_lacking():
    found = blocks(
        descriptor(6, flags=OVERLAY, sectors=0x0000_00FF),
        descriptor(6, flags=OVERLAY, sectors=0x0000_0F00), free=[6],
    )  # fmt: skip

    lost = [n for n in range(32) if found.lacks(6 * BLOCK + 512 * n, 512)]
    assert lost == list(range(12, 32))
    assert not found.lacks(6 * BLOCK, 12 * 512)
    assert found.lacks(6 * BLOCK, 12 * 512 + 1)
    assert not found.lacks(5 * BLOCK, BLOCK + 12 * 512)
    assert found.lacks(7 * BLOCK - 1, 2)


def test_where_a_moved_block_went_to_is_not_lacking():
    found = blocks(descriptor(6, flags=FORWARDER, target=8), free=[6, 8, 10])

    assert lacking(found) == [10]


def test_a_list_that_leads_back_to_itself_is_an_error():
    volume = Memory()
    volume.put(6, BITMAP, bits())
    volume.put(3, LIST, descriptor(1), MORE)
    volume.put(3, MORE, descriptor(2), LIST)

    with pytest.raises(OSError, match="lead back to byte"):
        Blocks(volume, Store(header=0, descriptors=LIST, bitmap=BITMAP, previous_bitmap=0))


def test_a_structure_of_another_kind_is_an_error():
    volume = Memory()
    volume.put(3, BITMAP, bits())

    with pytest.raises(OSError, match="a structure of type 3, not 6, at byte"):
        Blocks(volume, Store(header=0, descriptors=0, bitmap=BITMAP, previous_bitmap=0))


def test_a_block_behind_the_volume_s_end_is_left_to_the_library():
    found = blocks(descriptor(1 << 40), descriptor(2))

    assert touched(found) == [2]
