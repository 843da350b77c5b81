"""Files that NTFS keeps compressed: each unit as it lies there, and what is damaged is missing."""

from __future__ import annotations

import os
import random

import disks
import hosts
import pytest

from collectors.artifact import Artifact, Stat
from collectors.disk.content import LOST, SPARSE, Run
from collectors.disk.ntfs.lznt1 import UnpackingReading, packed, unpacked
from collectors.disk.reader import beyond_the_end

DICE = random.Random(5)
BLOCK, UNIT = 4096, 16 * 4096
TEXT = b"".join(b"line %d of what packs well\n" % n for n in range(30_000))
NOISE = DICE.randbytes(3 * UNIT)
FAR = 200 << 20  # behind the end of the file system, so that a hole is larger than this
STAT = Stat(0, 0, 0, 0, 1, 0, 0, None, None, None, None)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A volume with compressed files, and what the system reads from them."""
    place = tmp_path_factory.mktemp("packed")
    image = disks.ntfs(place / "disk.img")
    with disks.mounted_ntfs(image, place / "mounted") as root:
        folder = root / "packed"
        folder.mkdir()
        os.setxattr(folder, "system.ntfs_attrib_be", bytes.fromhex("00000810"))
        (folder / "text").write_bytes(TEXT)
        (folder / "mixed").write_bytes(TEXT[:70_000] + NOISE + bytes(UNIT) + TEXT[:999])
        with (folder / "far").open("wb") as file:
            file.write(TEXT[:100_000])
            file.seek(FAR)
            file.write(TEXT[:100_000])
        (folder / "far:stream").write_bytes(TEXT)
    with disks.mounted_ntfs(image, place / "mounted") as root:
        names = ["text", "mixed", "far", "far:stream"]
        return image, {name: (root / "packed" / name).read_bytes() for name in names}


@pytest.mark.parametrize("name", ["text", "mixed", "far", "far:stream"])
def test_what_the_system_reads_is_what_comes_out(world, name):
    image, expected = world
    path, _, stream = name.partition(":")

    with disks.opened(image) as source:
        node = source.node_at(f"/packed/{path}")[1]
        (content,) = [each for each in node.contents if (each.stream or "") == stream]
        taken = read(node.open(content))

    assert disks.whole(taken) == expected[name]


def test_a_hole_that_is_larger_than_the_file_system_is_mapped(world):
    image, _ = world

    with disks.opened(image) as source:
        taken = hosts.read(source.file("/packed/far", "disk"))

    assert sum(size for _, size in taken.ranges) < 8 * UNIT


def read(reading):
    return hosts.read(Artifact(origin="/x", kind="disk", open=lambda: reading))


class Disk:
    """Bytes in memory."""

    sector = 512

    def __init__(self, data):
        self.data, self.size = data, len(data)

    def readinto(self, offset, buffer):
        if offset + len(buffer) > self.size:
            raise beyond_the_end()
        buffer[:] = self.data[offset : offset + len(buffer)]

    def close(self):
        pass


def test_a_unit_that_does_not_unpack_is_missing_and_the_others_are_read():
    disk = Disk(NOISE[:UNIT] + b"\xff\xbf" + bytes(BLOCK - 2) + NOISE[UNIT : 2 * UNIT])
    runs = [
        Run(0, 16, 0, 0), Run(16, 1, 16, 0), Run(0, 15, 17, SPARSE), Run(17, 16, 32, 0),
    ]  # fmt: skip
    where = packed(runs, block=BLOCK, unit=UNIT, size=3 * UNIT, written=3 * UNIT)

    taken = read(UnpackingReading(disk, where, UNIT, STAT))

    assert [(each.offset, each.size) for each in taken.missing] == [(UNIT, UNIT)]
    assert taken.data == NOISE[: 2 * UNIT]


@pytest.mark.parametrize("runs", [[Run(0, 16_000, 0, 0)], []], ids=["in one run", "in none"])
def test_a_file_that_says_to_be_huge_takes_no_place_for_each_of_its_units(runs):
    """A damaged record may say any size."""
    size = 1000 * UNIT

    where = packed(runs, block=BLOCK, unit=UNIT, size=size, written=size)

    assert where == ([(0, size, 0 if runs else LOST)], {})


def test_a_unit_of_which_no_run_tells_is_missing():
    where = packed([Run(0, 16, 0, 0)], block=BLOCK, unit=UNIT, size=2 * UNIT, written=2 * UNIT)

    taken = read(UnpackingReading(Disk(NOISE[:UNIT]), where, UNIT, STAT))

    assert [(each.offset, each.size) for each in taken.missing] == [(UNIT, UNIT)]


def test_a_unit_that_lies_there_whole_ends_where_the_file_was_written_to():
    """Behind that are zeros, whatever the rest of its clusters holds."""
    runs = [Run(0, 16, 0, 0), Run(100, 16, 16, 0)]
    where = packed(runs, block=BLOCK, unit=UNIT, size=3 * UNIT, written=UNIT + 5000)

    assert where.segments == [
        (0, UNIT, 0), (UNIT, 5000, 100 * BLOCK), (UNIT + 5000, 2 * UNIT - 5000, None),
    ]  # fmt: skip


ONE_IS_PACKED = [Run(0, 16, 0, 0), Run(100, 3, 16, 0), Run(0, 13, 19, SPARSE)]
ACROSS = [Run(0, 8, 0, 0), Run(100, 16, 8, 0), Run(200, 24, 24, 0)]


@pytest.mark.parametrize(
    ("runs", "size", "written", "blocks"),
    [
        ([Run(0, 16, 0, SPARSE), Run(5, 16, 16, 0)], 32, 32, [(0, 16, None), (16, 16, 5)]),
        (ONE_IS_PACKED, 32, 16, [(0, 16, 0), (16, 16, None)]),
        (ACROSS, 48, 48, [(0, 8, 0), (8, 8, 100), (16, 8, 108), (24, 8, 200), (32, 16, 208)]),
        (ACROSS, 48, 24, [(0, 8, 0), (8, 8, 100), (16, 8, 108), (24, 24, None)]),
        (ACROSS, 48, 20, [(0, 8, 0), (8, 8, 100), (16, 4, 108), (20, 28, None)]),
    ],
    ids=["a hole first", "written to one's end", "across", "to a piece's end", "within a piece"],
)  # fmt: skip
def test_where_units_lie_there_whole_pieces_cover_the_file_once(runs, size, written, blocks):
    where = packed(runs, block=BLOCK, unit=UNIT, size=size * BLOCK, written=written * BLOCK)

    assert where == (
        [
            (offset * BLOCK, count * BLOCK, None if place is None else place * BLOCK)
            for offset, count, place in blocks
        ],
        {},
    )


def test_what_is_lost_from_within_a_unit_on_is_lost_in_all_that_follow():
    where = packed([Run(0, 20, 0, 0)], block=BLOCK, unit=UNIT, size=4 * UNIT, written=4 * UNIT)

    assert where == ([(0, UNIT, 0), (UNIT, UNIT, LOST), (2 * UNIT, 2 * UNIT, LOST)], {})


@pytest.mark.parametrize("kept", [0, BLOCK])
def test_a_unit_behind_the_end_of_a_cut_off_image_is_missing_and_no_zeros(kept):
    chunk = b"\x02\xb0\x00ab"
    disk = Disk(NOISE[:UNIT] + (chunk + bytes(BLOCK))[:BLOCK] + bytes(2 * BLOCK))
    disk.data, disk.size = disk.data[: UNIT + kept], UNIT + kept
    runs = [Run(0, 16, 0, 0), Run(16, 3, 16, 0), Run(0, 13, 19, SPARSE)]
    where = packed(runs, block=BLOCK, unit=UNIT, size=2 * UNIT, written=2 * UNIT)

    taken = read(UnpackingReading(disk, where, UNIT, STAT))

    assert [(each.offset, each.size) for each in taken.missing] == [(UNIT, UNIT)]
    assert taken.data == NOISE[:UNIT]


def test_a_file_of_units_that_do_not_unpack_is_given_up_in_the_end(monkeypatch):
    monkeypatch.setattr("collectors.disk.laid.MOST_BAD", 5)
    disk = Disk(NOISE[:UNIT] + b"\xff\xbf" + bytes(BLOCK - 2))
    runs = [Run(0, 16, 0, 0)]
    for number in range(1, 40):
        runs += [Run(16, 1, 16 * number, 0), Run(0, 15, 16 * number + 1, SPARSE)]
    where = packed(runs, block=BLOCK, unit=UNIT, size=40 * UNIT, written=40 * UNIT)

    taken = read(UnpackingReading(disk, where, UNIT, STAT))

    assert taken.missing[-1].size is None
    assert taken.missing[-1].error.startswith("given up after 5 bad")


BACKS = (1, 2, 3, 17, 64, 1000, 4095)
"""How far back is looked for what stands there already."""


def longest(data: bytes, at: int, most: int) -> tuple[int, int]:
    """How many bytes stand some way back, too, and how far that is."""
    found = (0, 0)
    for back in (*(each for each in BACKS if each <= at), at):
        length = 0
        while length < min(most, len(data) - at) and data[at + length] == data[at + length - back]:
            length += 1
        found = max(found, (length, back))
    return found


def squeezed(data: bytes) -> bytes:
    """A chunk, packed by the book and not well."""
    at, out = 0, bytearray()
    while at < len(data):
        kinds, group = 0, bytearray()
        for number in range(8):
            if at >= len(data):
                break
            bits = next(each for each in range(4, 13) if at <= 1 << each)
            length, back = longest(data, at, (1 << 16 - bits) + 2) if at else (0, 0)
            if length >= 3:
                kinds |= 1 << number
                group += (back - 1 << 16 - bits | length - 3).to_bytes(2, "little")
            else:
                group.append(data[at])
            at += length if length >= 3 else 1
        out += bytes([kinds]) + group
    return (0xB000 | len(out) - 1).to_bytes(2, "little") + out


def repetitive(seed: int) -> bytes:
    dice, data = random.Random(seed), bytearray()
    while len(data) < BLOCK:
        back = dice.choice([*(each for each in BACKS if each <= len(data)), 0])
        if back and dice.random() < 0.5:
            for _ in range(dice.choice([3, 18, 19, 200])):
                data.append(data[-back])
        else:
            data += dice.randbytes(dice.randrange(1, 30))
    return bytes(data[:BLOCK])


@pytest.mark.parametrize("seed", range(8))
def test_what_was_packed_by_the_book_comes_out(seed):
    first, second = repetitive(seed), repetitive(seed + 100)
    plain = b"\xff\x3f" + NOISE[:BLOCK]

    assert unpacked(squeezed(first) + plain + squeezed(second), UNIT) == (
        first + NOISE[:BLOCK] + second
    ).ljust(UNIT, b"\0")


def test_what_stands_behind_a_full_unit_is_not_looked_at():
    """The rest of its last cluster is whatever the disk held before."""
    chunks = (NOISE[at : at + BLOCK] for at in range(0, UNIT, BLOCK))
    full = b"".join(b"\xff\x3f" + chunk for chunk in chunks)

    assert unpacked(full + b"\xff\xb0no chunk", UNIT) == NOISE[:UNIT]


def test_a_chunk_that_holds_less_stands_for_a_whole_one():
    assert unpacked(squeezed(b"ab" * 50) + squeezed(b"next" * 9), UNIT) == (
        (b"ab" * 50).ljust(BLOCK, b"\0") + b"next" * 9
    ).ljust(UNIT, b"\0")


@pytest.mark.parametrize(
    "data",
    [b"\x02\xb0\x01\0\0", b"\x03\xb0\x02a\0\x10", b"\xff\xb0ends", b"\x01\xb0\x01\0",
     b"\x03\xb0\x02a\xff\x0f"],
    ids=["nothing to refer to", "before its beginning", "cut off", "half a reference", "too long"],
)  # fmt: skip
def test_nonsense_is_an_error_and_never_content(data):
    with pytest.raises((OSError, LookupError)):
        unpacked(data, UNIT)
