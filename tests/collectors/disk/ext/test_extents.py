"""Trees of extents as nobody but a damaged disk or an attacker has them: what they still tell."""

from __future__ import annotations

import errno
import struct

import pytest

from collectors.disk.content import SPARSE, Run
from collectors.disk.ext.extents import Extents

MAGIC = 0xF30A
BLOCK = 1024


def node(depth: int, *entries: bytes, magic: int = MAGIC, count: int | None = None) -> bytes:
    stated = len(entries) if count is None else count
    return struct.pack("<HHHH4x", magic, stated, 4, depth) + b"".join(entries)


def extent(first: int, length: int, place: int) -> bytes:
    return struct.pack("<IHHI", first, length, place >> 32, place & 0xFFFF_FFFF)


def leads_to(number: int) -> bytes:
    return struct.pack("<IIHH", 0, number & 0xFFFF_FFFF, number >> 32, 0)


def laid(root: bytes, blocks=()):
    """What is laid out by a root of 60 bytes, and by blocks that are read below it."""
    below = dict(blocks)

    def read(number: int) -> bytes:
        if number not in below:
            raise OSError(errno.EIO, "Input/output error")
        return below[number].ljust(BLOCK, b"\0")

    return Extents(read).of(root.ljust(60, b"\0"))


def test_runs_come_in_the_order_of_the_file_with_all_bits_of_their_places():
    found = laid(node(0, extent(9, 2, 1 << 40 | 7), extent(0, 3, 500)))

    assert found.runs == [Run(500, 3, 0, 0), Run(1 << 40 | 7, 2, 9, 0)]
    assert found.blocks == 5


@pytest.mark.parametrize(
    ("length", "blocks", "flags"),
    [(0x7FFF, 0x7FFF, 0), (0x8000, 0x8000, 0), (0x8001, 1, SPARSE), (0xFFFF, 0x7FFF, SPARSE)],
)
def test_an_extent_longer_than_32768_blocks_was_set_aside_and_holds_nothing(length, blocks, flags):
    found = laid(node(0, extent(0, length, 500)))

    assert found == ([Run(500, blocks, 0, flags)], blocks)


def test_of_two_extents_for_one_place_the_first_counts():
    found = laid(node(0, extent(0, 4, 500), extent(3, 4, 600), extent(4, 1, 700)))

    assert found == ([Run(500, 4, 0, 0), Run(700, 1, 4, 0)], 5)


def test_the_blocks_of_the_tree_count_with_those_of_the_file():
    leaves = {30: node(0, extent(0, 1, 500)), 1 << 33 | 31: node(0, extent(1, 1, 600))}
    below = {20: node(1, *map(leads_to, leaves)), **leaves}

    assert laid(node(2, leads_to(20)), below) == ([Run(500, 1, 0, 0), Run(600, 1, 1, 0)], 2 + 3)


def test_a_block_that_can_not_be_read_or_is_none_of_a_tree_tells_nothing():
    below = {
        20: node(0, extent(0, 1, 500)), 22: node(0, extent(1, 1, 600), magic=MAGIC ^ 1),
        23: bytes(BLOCK),
    }  # fmt: skip

    found = laid(node(1, *map(leads_to, (20, 21, 22, 23))), below)

    assert found == ([Run(500, 1, 0, 0)], 1 + 3)


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_a_block_that_is_no_nearer_to_the_leaves_is_not_followed(depth):
    """A tree that leads back to itself ends."""
    below = {20: node(depth, leads_to(21), leads_to(20)), 21: node(0, extent(0, 1, 500))}

    assert laid(node(1, leads_to(20)), below) == ([], 1)


def test_a_block_that_is_named_twice_is_read_and_counted_once():
    """A tree of five levels, each with four ways to the next, is no thousand blocks."""
    below = {each: node(each, *[leads_to(each - 1)] * 4) for each in range(1, 5)}
    below[0], asked = node(0, extent(0, 1, 500)), []

    def read(number: int) -> bytes:
        asked.append(number)
        return below[number]

    assert Extents(read).of(node(5, *[leads_to(4)] * 4)) == ([Run(500, 1, 0, 0)], 1 + 5)
    assert asked == [4, 3, 2, 1, 0]


@pytest.mark.parametrize(("depth", "found"), [(5, 1), (6, 0)])
def test_a_tree_is_not_deeper_than_the_kernel_makes_one(depth, found):
    below = {each: node(each, leads_to(each - 1)) for each in range(1, depth)}
    below[0] = node(0, extent(0, 1, 500))

    assert len(laid(node(depth, leads_to(depth - 1)), below).runs) == found


def test_a_node_that_counts_more_than_it_holds_is_read_as_far_as_it_goes():
    four = [extent(each, 1, 500 + 2 * each) for each in range(4)]

    assert laid(node(0, *four, count=5)).blocks == 4
    assert laid(node(0, *four, count=0xFFFF)).blocks == 4
    assert laid(node(0, *four, count=2)).blocks == 2


def test_a_node_further_down_is_found_by_all_bits_of_its_number():
    far = 1 << 40 | 7

    found = laid(node(1, leads_to(far)), {far: node(0, extent(0, 3, 500))})

    assert found == ([Run(500, 3, 0, 0)], 4)
