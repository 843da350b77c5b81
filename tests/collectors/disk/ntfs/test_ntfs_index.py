"""The index of a folder on NTFS, from bytes: which names count, and which are of former times."""

from __future__ import annotations

import errno
import struct

import pytest

from collectors.disk.nodes import Entry
from collectors.disk.ntfs import mft
from collectors.disk.ntfs.attributes import Gathered
from collectors.disk.ntfs.index import Nodes, index_of
from collectors.disk.ntfs.names import Look, _may_be, true_names

FOLDER, BLOCK = 5, 4096
LAST = struct.pack("<QHHI", 0, 16, 0, 2)


def file_name(name: str, parent: int = FOLDER) -> bytes:
    units = name.encode("utf-16-le", "surrogatepass")
    return struct.pack("<Q56xBB", 1 << 48 | parent, len(units) // 2, 1) + units


def stands(inode: int, name: str, *, sequence: int = 1) -> bytes:
    """An entry of the index."""
    own = file_name(name)
    length = -(-(16 + len(own)) // 8) * 8
    return (struct.pack("<QHHI", sequence << 48 | inode, length, len(own), 0) + own).ljust(
        length, b"\0"
    )


def node(*entries: bytes, last: bytes = LAST) -> bytes:
    own = b"".join(entries) + last
    return struct.pack("<II8x", 16, 16 + len(own)) + own


def block(*entries: bytes, mark: bytes = b"INDX") -> bytes:
    """Its fix-ups are zeros, as the ends of its sectors are."""
    head = (mark + struct.pack("<HH", BLOCK - 40, BLOCK // 512 + 1)).ljust(24, b"\0")
    return (head + node(*entries)).ljust(BLOCK, b"\0")


class Index:
    """A folder whose index has a root and blocks, and what its files' records say."""

    def __init__(self, root: bytes, blocks: list[bytes], bits: bytes, records=()) -> None:
        self.blocks, self.bits = blocks, bits
        self.root = bytes(8) + struct.pack("<I4x", BLOCK) + root
        self.records = dict(records)

    def record(self, number: int) -> mft.Record:
        if number == FOLDER:
            return mft.Record(FOLDER, 1, True, True, 0, ())
        if number not in self.records:
            raise OSError(errno.EIO, "Input/output error")
        sequence, in_use, _ = self.records[number]
        return mft.Record(number, sequence, in_use, False, 0, ())

    def gathered(self, record: mft.Record) -> Gathered:
        if record.number != FOLDER:
            names = self.records[record.number][2]
            return Gathered([mft.Attribute(mft.NAME, "", 0, each) for each in names], [], [])
        size = len(self.blocks) * BLOCK
        own = [
            mft.Attribute(mft.INDEX_ROOT, "$I30", 0, self.root),
            mft.Attribute(mft.BITMAP, "$I30", 0, self.bits),
            mft.Attribute(mft.BITMAP, "$other", 0, b"\xff"),
        ]
        if self.blocks:
            runs = ((len(self.blocks), 100),)
            own.append(mft.Attribute(mft.INDEX_BLOCKS, "$I30", 0, None, 0, runs, size, size))
        return Gathered(own, [], [])

    def read(self, offset: int, size: int) -> bytes:
        at = offset - 100 * BLOCK
        return b"".join(self.blocks)[at : at + size]

    def former(self, *entries: Entry) -> list[bytes]:
        look = Look(self.record, self.gathered, self.read)
        found = self.gathered(self.record(FOLDER))
        index = index_of(found, lambda each: each.value, BLOCK)
        return [each.name for each in true_names(FOLDER, entries, index, look) if each.deleted]


def told(name: bytes, inode: int, *, sequence: int = 1) -> Entry:
    return Entry(name, inode, sequence, "f", deleted=False)


GONE = {number: (2, False, []) for number in range(30, 40)}
"""Records that are free: of their names the index alone tells."""


def test_names_in_the_root_and_in_blocks_that_count_are_no_former_ones():
    blocks = [block(stands(31, "second")), block(stands(30, "gone")), block(stands(32, "third"))]
    index = Index(node(stands(33, "first")), blocks, b"\x05", GONE)

    found = index.former(
        told(b"first", 33), told(b"second", 31), told(b"third", 32), told(b"gone", 30)
    )

    assert found == [b"gone"]


def test_blocks_are_counted_over_all_bytes_of_the_bitmap():
    blocks = [block() for _ in range(17)] + [block(stands(31, "far")), block(stands(32, "free"))]
    index = Index(node(), blocks, b"\0\0\x02", GONE)

    assert index.former(told(b"far", 31), told(b"free", 32)) == [b"free"]


def test_a_node_ends_where_it_says_though_no_last_entry_tells():
    index = Index(node(stands(31, "name"), last=b""), [block()], b"\0", GONE)

    assert index.former(told(b"name", 31), told(b"gone", 30)) == [b"gone"]


def test_a_record_whose_name_lies_outside_it_tells_nothing():
    index = Index(node(), [block()], b"\0", {30: (1, True, [None])})

    assert index.former(told(b"name", 30)) == []


@pytest.mark.parametrize(
    ("record", "is_former"),
    [
        ((1, False, [file_name("name")]), True), ((2, True, [file_name("name")]), True),
        ((1, True, [file_name("name")]), False), ((1, True, [file_name("other")]), True),
        ((1, True, [file_name("name", parent=9)]), True),
        ((1, True, [file_name("other"), file_name("name")]), False), (None, False),
    ],
    ids=["deleted", "another file", "has it", "renamed", "moved", "has two", "not read"],
)  # fmt: skip
def test_a_name_in_a_free_block_is_former_where_its_record_has_it_no_more(record, is_former):
    index = Index(
        node(),
        [block(), block(stands(30, "name"))],
        b"\x01",
        {} if record is None else {30: record},
    )

    assert index.former(told(b"name", 30)) == [b"name"] * is_former


def test_a_name_of_another_sequence_does_not_count():
    index = Index(node(stands(30, "name", sequence=2)), [block()], b"\0", GONE)

    assert index.former(told(b"name", 30, sequence=1)) == [b"name"]


@pytest.mark.parametrize(
    ("blocks", "bits"),
    [
        ([], b"\0"), ([block()], b"\x01"), ([block(mark=b"BAAD"), block()], b"\x01"),
        ([block(bytes(16) + stands(31, "x")), block()], b"\x01"), ([block(), block()], b"\x04"),
    ],
    ids=["no blocks", "all count", "no block of an index", "damaged", "beyond its end"],
)  # fmt: skip
def test_where_nothing_tells_which_names_count_all_are_given(blocks, bits):
    assert Index(node(), blocks, bits, GONE).former(told(b"name", 30)) == []


@pytest.mark.parametrize(
    ("told", "name", "fits"),
    [
        (b"a^c", b"a\xed\xa0\x80c", True), (b"a^c", b"a\xed\xa0\x80d", False),
        (b"a^c", b"b\xed\xa0\x80c", False), (b"a^b^c", b"a1b2c", True),
        (b"a^b^c", b"a12c", False), (b"a^b^c^d", b"a1c2b3d", False), (b"aa^aa", b"aaa", False),
        (b"a^b^b", b"a1b", False), (b"^", b"\xed\xa0\x80", True),
    ],
)  # fmt: skip
def test_a_name_may_be_what_is_told_with_a_mark_where_all_else_stands_in_order(told, name, fits):
    assert _may_be(told, name) is fits


def nodes_of(world: Index) -> Nodes:
    found = world.gathered(world.record(FOLDER))
    index = index_of(found, lambda each: each.value, BLOCK)
    assert index is not None
    return Nodes(index, world.read)


def spelled(found) -> list[bytes]:
    return [mft.name_in(file_name)[1] for _, file_name in found]


def test_names_of_blocks_that_count_and_of_others_are_told_apart():
    blocks = [block(stands(31, "one")), block(stands(32, "gone")), block(stands(33, "two"))]
    nodes = nodes_of(Index(node(stands(30, "root")), blocks, b"\x05"))

    assert spelled(nodes.counting()) == [b"root", b"one", b"two"]
    assert spelled(nodes.free()) == [b"gone"]
    assert nodes.lost == 0


@pytest.mark.parametrize(
    ("bits", "counting", "free"),
    [(b"\x01\x80", [0, 15], range(1, 15)), (b"\x81", [0, 7], range(1, 7))],
)
def test_each_block_that_has_a_bit_is_looked_at_and_no_other(bits, counting, free):
    blocks = [block(stands(30 + number, str(number))) for number in range(16)]
    nodes = nodes_of(Index(node(), blocks, bits))

    assert spelled(nodes.counting()) == [b"%d" % each for each in counting]
    assert spelled(nodes.free()) == [b"%d" % each for each in free]


def test_blocks_that_count_and_cannot_be_read_are_counted_and_others_are_not():
    damaged = block(stands(31, "before"), bytes(16) + stands(32, "behind"))
    blocks = [block(mark=b"BAAD"), damaged, block(stands(33, "last")), block(mark=b"BAAD")]
    nodes = nodes_of(Index(node(), blocks, b"\x37"))

    assert spelled(nodes.counting()) == [b"before", b"last"]
    assert spelled(nodes.free()) == []
    assert nodes.lost == 4  # two that are damaged, two that lie behind the end


def test_an_entry_that_is_shorter_than_its_name_costs_the_rest_of_its_block():
    entry = bytearray(stands(31, "name"))
    entry[16 + 64] = 9  # letters, of which there is room for six
    whole = bytearray(stands(32, "sixsix"))
    nodes = nodes_of(Index(node(), [block(bytes(whole), bytes(entry), bytes(whole))], b"\x01"))

    assert spelled(nodes.counting()) == [b"sixsix"]
    assert nodes.lost == 1


@pytest.mark.parametrize(
    ("size", "known"), [(0, False), (256, False), (512, True), (3000, False), (65536, True),
                        (131072, False)],
)  # fmt: skip
def test_blocks_have_one_of_few_sizes(size, known):
    world = Index(node(), [block()] * 32, b"\0")
    world.root = bytes(8) + struct.pack("<I4x", size) + world.root[16:]

    if known:
        assert nodes_of(world).lost == 0
    else:
        with pytest.raises(OSError, match="impossible size"):
            nodes_of(world)
