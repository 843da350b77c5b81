"""E01 images: what libewf makes up is missing, and what is stored is given."""

import errno
import hashlib
import os
import struct
import zlib

import disks
import pytest
from imagefiles import CONTENT, ewf

from collectors.disk.collecting.files import DiskFiles
from collectors.disk.images.containers import open_image
from collectors.disk.images.ewf import Stored
from collectors.disk.reader import read_at


def test_an_e01_s_own_facts_are_kept(raw, tmp_path):
    path = ewf(raw, tmp_path)

    facts = open_image(str(path)).facts

    data = raw.read_bytes()
    assert facts["stored_hashes"] == {
        "MD5": hashlib.md5(data).hexdigest(), "SHA1": hashlib.sha1(data).hexdigest(),
    }  # fmt: skip
    assert (facts["header"]["case_number"], facts["header"]["description"]) == ("H-1", "ward PC")
    assert facts["zero_chunks_checked"] is True


@pytest.mark.parametrize("options", [("-c", "none"), ("-c", "fast")])
def test_a_damaged_chunk_is_missing_and_not_the_zeros_that_libewf_gives(raw, tmp_path, options):
    path = ewf(raw, tmp_path, *options)
    segments = [tmp_path / name for name in sorted(os.listdir(tmp_path))]
    wanted = CONTENT["/folder/big"][300_000:300_064]
    damaged = next(each for each in segments if wanted in each.read_bytes())
    data = bytearray(damaged.read_bytes())
    data[data.index(wanted)] ^= 1
    damaged.write_bytes(data)

    with disks.opened(path) as source:
        reading = source.file("/folder/big", "disk").open()
        room, got = memoryview(bytearray(32 << 10)), bytearray()
        while count := reading.readinto(room):
            got += room[:count]

    missing = sum(each.size for each in reading.missing)
    assert 0 < missing <= 32 << 10
    assert len(got) == 1_000_000 - missing
    place = 0
    for offset, size in reading.ranges:
        assert got[place : place + size] == CONTENT["/folder/big"][offset : offset + size]
        place += size
    assert "checksum of chunk" in reading.missing[0].error


def test_a_packed_chunk_whose_end_is_damaged_is_missing_and_no_zeros(tmp_path):
    """What then still unpacks goes on behind the chunk: no checksum was reached."""
    lines = tmp_path / "lines"
    lines.write_bytes(b"".join(b"%08d a line of a log\n" % number for number in range(10_000)))
    path = ewf(lines, tmp_path, "-c", "fast")
    data, (table,) = path.read_bytes(), Stored([str(path)], 32 << 10, 31)._tables
    start, end = (table.base + (entry & 0x7FFF_FFFF) for entry in table.entries[:2])
    assert table.entries[0] >> 31

    wrong = [bytearray(data) for _ in range(16 * 8)]
    for number, each in enumerate(wrong):
        each[end - 1 - number // 8] ^= 1 << number % 8
    endless = [each for each in wrong if never_ends(bytes(each[start:end]))]
    assert endless
    for each in endless:
        path.write_bytes(each)
        reader = open_image(str(path)).reader
        with pytest.raises(OSError, match="checksum of chunk 0 is wrong"):
            read_at(reader, 0, 512)
        reader.close()


def never_ends(packed):
    unpacker = zlib.decompressobj()
    try:
        unpacker.decompress(packed)
    except zlib.error:
        return False
    return not unpacker.eof


@pytest.mark.parametrize("place", [1 << 40, (1 << 63) - 20, 1 << 63, (1 << 64) - 1])
def test_an_e01_whose_sections_lead_nowhere_holds_nothing(tmp_path, place):
    section = struct.pack("<16sQQ", b"header", place, 0).ljust(76, b"\0")
    (tmp_path / "disk.E01").write_bytes(b"EVF\x09\x0d\x0a\xff\0\1\1\0\0\0" + section + bytes(999))

    assert open_image(str(tmp_path / "disk.E01")).reader.size == 0


def is_whole(path, base, end, entry):
    """What is said of the only chunk of a table that somebody wrote into an E01."""
    table = b"\0" * 76 + struct.pack("<I4xQ8x", 1, base) + struct.pack("<I", entry)
    stored = Stored([], 512, 1)
    with open(path, "ab") as file:
        at = file.tell()
        file.write(table)
    with open(path, "rb") as file:
        stored._tables = list(stored._of_table(file.fileno(), 0, at, end))
    stored._paths, stored._ends = [str(path)], [1]
    return stored.is_whole(0)


@pytest.mark.parametrize(
    ("base", "end", "packed"),
    [(0, 1 << 60, False), (0, 1 << 60, True), (1 << 63, 1 << 64, False), (900, 100, False)],
)
def test_a_chunk_that_lies_nowhere_in_its_file_is_not_whole(tmp_path, base, end, packed):
    path = tmp_path / "disk.E01"
    path.write_bytes(bytes(1000))

    assert not is_whole(path, base, end, packed << 31)


def test_a_packed_chunk_of_an_e01_that_unpacks_to_far_more_is_not_whole(tmp_path):
    path = tmp_path / "disk.E01"
    usual, bomb = zlib.compress(bytes(512)), zlib.compress(bytes(64 * disks.MIB))
    path.write_bytes(usual + bomb)

    assert is_whole(path, 0, len(usual), 1 << 31)
    assert not is_whole(path, len(usual), len(usual) + len(bomb), 1 << 31)


def test_an_e01_that_is_taken_away_while_it_is_read_can_t_be_read_and_is_not_absent(tmp_path):
    """What is absent is nothing to be told; libewf alone would go on, as its file is open."""
    path = ewf(disks.blank(tmp_path / "raw.img", disks.MIB), tmp_path)
    reader = open_image(str(path)).reader
    path.unlink()

    with pytest.raises(OSError, match="the image's file is gone") as told:
        read_at(reader, 0, 512)
    reader.close()

    assert told.value.errno == errno.EIO


def test_zeros_that_are_zeros_stay_content(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "zeros").write_bytes(bytes(300_000))
    raw = disks.ext(tmp_path / "raw.img", tree, size=4 * disks.MIB)

    with disks.opened(ewf(raw, tmp_path)) as source:
        assert disks.contents(DiskFiles(), source) == {"/zeros": bytes(300_000)}
