"""The index of a large folder of ext, from bytes: what stands in it alone is no name."""

from __future__ import annotations

import struct

import pytest

from collectors.disk.ext.htree import without_index
from collectors.disk.nodes import Entry

BLOCK = 1024


def named(name: bytes, inode: int) -> Entry:
    return Entry(name, inode, 0, "f", deleted=False)


def slot(entry: Entry) -> bytes:
    """A name as it lies in a block of names, and as libtsk would find one elsewhere."""
    head = struct.pack("<IHBB", entry.inode, 8 + len(entry.name), len(entry.name), 1)
    return head + entry.name.ljust(-(-len(entry.name) // 4) * 4, b"\0")


def _leads(*to: int) -> bytes:
    """Count and blocks, in place of the first hash."""
    first, *others = to
    return struct.pack("<HHI", 120, len(to), first) + b"".join(
        struct.pack("<II", 77, each) for each in others
    )


def root(*to: int, levels: int = 0, stale: bytes = b"", parent: int = BLOCK - 12) -> bytes:
    dots = struct.pack("<IHBB4s", 5, 12, 1, 2, b".") + struct.pack(
        "<IHBB4s", 2, parent, 2, 2, b".."
    )
    info = struct.pack("<4xBBBB", 1, 8, levels, 0)
    return (dots + info + _leads(*to) + stale).ljust(BLOCK, b"\0")


def step(*to: int, stale: bytes = b"", length: int = BLOCK) -> bytes:
    """A block of the index below its root: an entry without inode or name, as long as the block."""
    return (struct.pack("<IHH", 0, length, 0) + _leads(*to) + stale).ljust(BLOCK, b"\0")


def names(*entries: Entry) -> bytes:
    return b"".join(map(slot, entries)).ljust(BLOCK, b"\0")


LIVE, OTHER = named(b"live", 30), named(b"other", 31)
STALE = named(b"stale", 40)


def kept(entries, *blocks: bytes):
    return without_index(entries, len(blocks), lambda number: blocks[number])


def test_a_name_is_found_wherever_it_stands_in_a_block_and_however_long_it_is():
    long = named(b"n" * 255, 41)
    blocks = root(1, stale=bytes(500) + slot(long)), names(LIVE)

    assert kept([LIVE, long], *blocks) == [LIVE]
    assert kept([LIVE, long], blocks[0], bytes(700) + slot(long) + bytes(60)) == [LIVE, long]


def test_a_name_that_stands_in_the_index_alone_is_none():
    blocks = root(1, 2, stale=slot(STALE)), names(LIVE), names(OTHER)

    assert kept([LIVE, STALE, OTHER], *blocks) == [LIVE, OTHER]


def test_a_name_that_stands_among_the_names_too_is_one():
    blocks = root(1, 2, stale=slot(STALE)), names(LIVE), names(OTHER, STALE)

    assert kept([LIVE, STALE, OTHER], *blocks) == [LIVE, STALE, OTHER]


def test_a_name_that_stands_nowhere_in_the_index_is_not_doubted():
    """Where libtsk has it from is not asked."""
    assert kept([LIVE, STALE], root(1), names(LIVE)) == [LIVE, STALE]


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_the_blocks_below_the_root_are_of_the_index(levels):
    steps = [step(number + 1) for number in range(1, levels)]
    blocks = [root(1, levels=levels), *steps, step(levels + 1, stale=slot(STALE)), names(LIVE)]

    assert kept([LIVE, STALE], *blocks) == [LIVE]


def test_a_root_says_itself_how_many_steps_there_are():
    """What it leads to at once holds names, and is not looked at as an index."""
    assert kept([LIVE], root(1, stale=slot(LIVE)), names(LIVE)) == [LIVE]


def test_an_index_that_leads_back_to_itself_ends():
    blocks = root(1, levels=3, stale=slot(STALE)), step(0, 1, 2), step(1, 0)

    assert kept([STALE], *blocks) == []


def test_another_name_of_the_same_file_is_another():
    second = named(b"stale too", STALE.inode)
    blocks = root(1, stale=slot(second)), names(STALE)

    assert kept([STALE, second], *blocks) == [STALE]


@pytest.mark.parametrize(
    "blocks",
    [
        (root(1, parent=12), names(LIVE)), (root(1, levels=1), names(LIVE)),
        (root(1, levels=1), step(2, length=BLOCK - 4)), (root(7, levels=1), names(LIVE)),
    ],
    ids=["names behind", "names below", "a shorter one", "beyond the folder"],
)  # fmt: skip
def test_what_is_no_index_is_an_error_and_takes_no_name(blocks):
    with pytest.raises(LookupError):
        kept([LIVE], *blocks)


def test_every_block_that_the_index_leads_to_is_one_of_it():
    blocks = (
        root(1, 2, 3, levels=1), step(4), step(5), step(6, stale=slot(STALE)),
        names(LIVE), names(OTHER), names(),
    )  # fmt: skip

    assert kept([LIVE, OTHER, STALE], *blocks) == [LIVE, OTHER]
