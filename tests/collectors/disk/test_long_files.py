"""Files of ext2 and ext3 whose lists of blocks have several steps, and those nearly all hole."""

from __future__ import annotations

import os
import struct

import disks
import hosts
import pytest

from collectors.disk.collecting.files import DiskFiles
from collectors.disk.ext.pointers import Pointers, Shortened

KIB = 1 << 10
STEPS = {0: b"listed by the inode", 100 * KIB: b"one step", 10 << 20: b"two", 200 << 20: b"three"}
"""Where what lies, with blocks of one KiB."""


@pytest.fixture
def tree(tmp_path):
    """A file with data at each step, one that is all data, a short one, and a hole of 300 GB."""
    (tmp_path / "tree" / "log").mkdir(parents=True)
    with (tmp_path / "tree" / "log" / "steps").open("wb") as file:
        for place, data in STEPS.items():
            file.seek(place)
            file.write(data)
    (tmp_path / "tree" / "full").write_bytes(os.urandom(3_000_000))
    (tmp_path / "tree" / "short").write_bytes(b"short")
    return tmp_path / "tree"


@pytest.mark.parametrize("kind", ["ext2", "ext3"])
@pytest.mark.parametrize("inode", ["128", "256", "1024"])
def test_data_at_every_step_of_a_list_is_taken_and_holes_are_holes(tmp_path, tree, kind, inode):
    options = ("-t", kind, "-b", "1024", "-I", inode)
    image = disks.ext(tmp_path / "disk.img", tree, size=32 * disks.MIB, options=options)

    with disks.opened(image) as source:
        taken = disks.contents(DiskFiles(), source)
        ranges = hosts.read(source.file("/log/steps", "disk")).ranges

    assert taken["/full"] == (tree / "full").read_bytes()
    assert taken["/log/steps"] == (tree / "log" / "steps").read_bytes()
    assert taken["/short"] == b"short"
    assert sum(size for _, size in ranges) < 3 << 20


def test_a_log_of_three_hundred_gigabytes_that_is_nearly_all_hole_is_listed_and_read(tmp_path):
    """/var/log/lastlog where somebody has a large number; libtsk would count for hours."""
    (tmp_path / "tree").mkdir()
    with (tmp_path / "tree" / "lastlog").open("wb") as file:
        file.write(b"root")
        file.seek(292 * 4_294_967_294)
        file.write(b"nobody")
    size = (tmp_path / "tree" / "lastlog").stat().st_size
    options = ("-t", "ext3", "-b", "4096")
    image = disks.ext(
        tmp_path / "disk.img", tmp_path / "tree", size=32 * disks.MIB, options=options
    )

    with disks.opened(image) as source:
        names = [name for name, _ in source.listing("/")]
        taken = hosts.read(source.file("/lastlog", "disk"))

    assert "lastlog" in names
    assert taken.stat.size == size
    assert taken.data.startswith(b"root")
    assert taken.data.rstrip(b"\0").endswith(b"nobody")
    assert not taken.missing


@pytest.mark.parametrize("number", [2**32 - 1, 0], ids=["nowhere", "none"])
def test_a_broken_step_is_missing_and_no_hole(tmp_path, tree, number):
    options = ("-t", "ext2", "-b", "1024")
    image = disks.ext(tmp_path / "disk.img", tree, size=32 * disks.MIB, options=options)
    disks.debugfs(image, f"set_inode_field full block[IND] {number}")

    with disks.opened(image) as source:
        taken = hosts.read(source.file("/full", "disk"))

    data = (tree / "full").read_bytes()
    assert [(each.offset, each.size) for each in taken.missing] == [(12 * KIB, 256 * KIB)]
    assert taken.data == data[: 12 * KIB] + data[268 * KIB :]


def test_a_list_that_leads_to_itself_ends():
    listed = struct.pack("<256I", *[7] * 256)
    inode = bytes(40) + struct.pack("<15I", *[0] * 12, 0, 0, 7) + bytes(28)
    asked = []

    def read(number):
        asked.append(number)
        return listed

    laid = Pointers(read, 1024).of(inode)

    assert asked == [7]
    assert laid.runs == []


@pytest.mark.parametrize("kind", ["ext2", "ext3"])
def test_a_folder_and_a_link_of_an_impossible_size_are_gaps_and_the_others_are_taken(
    tmp_path, tree, kind
):
    (tree / "link").symlink_to("x" * 100)
    options = ("-t", kind, "-b", "1024")
    image = disks.ext(tmp_path / "disk.img", tree, size=32 * disks.MIB, options=options)
    disks.debugfs(image, "sif /log size 0xff000000", "sif /link size 0xff000000")

    with disks.opened(image) as source:
        found = disks.collected(DiskFiles(), source)
        taken = hosts.read(found.pop(("/short", None)))
        with pytest.raises(OSError, match="a link of an impossible size"):
            source.link("/link", "disk").open()

    assert taken.data == b"short"
    assert found["/log", None].detail == "EIO: a folder of an impossible size"


class Bytes:
    """A partition in memory."""

    sector = 512

    def __init__(self, data):
        self.data, self.size = data, len(data)

    def readinto(self, offset, buffer):
        buffer[:] = self.data[offset : offset + len(buffer)]


@pytest.mark.parametrize("inode", [128, 256, 1024])
def test_long_files_look_empty_wherever_a_read_begins_and_nothing_else_does(inode):
    long = struct.pack("<HHI", 0x81A4, 0, 1 << 30).ljust(40, b"\x05") + b"\x07" * 88
    long = long[:32] + bytes(4) + long[36:]
    short = long[:4] + struct.pack("<I", 9) + long[8:108] + bytes(4) + long[112:]
    folder = struct.pack("<H", 0x41ED) + long[2:]
    table = b"".join(each.ljust(inode, b"\x09") for each in (long, short, folder, long))
    data = long * 8 + bytes(1024 - len(long) * 8 % 1024) + table + long * 8
    start = data.index(table)
    shown = Shortened(Bytes(data), [start, 0], len(table), inode, 1024)

    whole = bytearray(len(data))
    shown.readinto(0, memoryview(whole))
    expected = bytearray(data)
    for number in (0, 3):
        for begin, end in ((4, 8), (40, 100), (108, 112)):
            place = start + number * inode
            expected[place + begin : place + end] = bytes(end - begin)

    assert whole == expected
    for step in (64, 100, 512):
        pieces = bytearray(len(data))
        for at in range(0, len(data), step):
            shown.readinto(at, memoryview(pieces)[at : at + step])
        assert pieces == expected


@pytest.mark.parametrize("kind", [0, 0x1000, 0x2000, 0x6000, 0x7000, 0xA000, 0xC000])
def test_what_has_no_list_of_blocks_never_looks_long_whatever_blocks_its_inode_counts(kind):
    inode = struct.pack("<HHI", kind, 0, 1 << 30).ljust(28, b"\x05") + struct.pack(
        "<II", 1 << 22, 0
    )
    inode = inode.ljust(128, b"\x07")
    shown = bytearray(128)

    Shortened(Bytes(bytes(1024) + inode), [1024], 128, 128, 1024).readinto(1024, memoryview(shown))

    assert shown[4:8] == bytes(4)
    assert shown[40:100] == bytes(60)
