"""Partition tables that are damaged, cut off or on bad sectors: read all the same, or a gap."""

import json
import struct
import zlib

import disks
import hosts
import pytest
from disks import LINUX

from collectors.artifact import Gap
from collectors.disk.collecting.facts import DiskFacts
from collectors.disk.collecting.swap import SwapPartitions
from collectors.disk.device import RawDevice
from collectors.disk.images.containers import Image
from collectors.disk.partitions.division import open_partitions
from collectors.disk.source import DiskSource
from collectors.disk.tables.mbr import read_mbr

SECTOR = 512


@pytest.fixture(scope="module", params=["gpt", "dos"])
def disk(request, tmp_path_factory):
    """A disk with two file systems of a file each."""
    place = tmp_path_factory.mktemp(request.param)
    kind = LINUX if request.param == "gpt" else "83"
    images = [(with_file(place, name), kind) for name in ("a", "b")]
    return disks.divided(place / "disk.img", *images, scheme=request.param)


def with_file(place, name):
    tree = place / f"{name}-tree"
    tree.mkdir()
    (tree / name).write_bytes(name.encode())
    return disks.ext(place / f"{name}.img", tree, size=4 * disks.MIB)


def looked(data, bad=()):
    """The scheme, the files that can be read, and the gaps, of a disk with bad sectors."""
    reader = RawDevice(disks.Failing(bytes(data), bad))
    source = DiskSource(open_partitions(Image(path="x", container="raw", reader=reader, files=())))
    document, *gaps = DiskFacts().collect(source)
    scheme = json.loads(hosts.read(document).data)["table"]["scheme"]
    return scheme, files(source), {one.origin: one.detail for one in gaps if isinstance(one, Gap)}


def files(source):
    found = {}
    for point, _ in source.readable():
        for name, kind in source.listing(point):
            if kind == "f":
                path = point.rstrip("/") + "/" + name
                found[name] = hosts.read(source.file(path, "disk")).data
    return found


BOTH = {"a": b"a", "b": b"b"}
SCHEMES = {b"\xee": "GPT", b"\x83": "MBR"}


def scheme_of(data):
    return SCHEMES[data[450:451]]


@pytest.mark.parametrize("bad", [(1,), (2,), (33,), (-1,), (-33,), (1, -34), (0, 2)], ids=str)
def test_a_bad_sector_of_one_copy_of_a_table_costs_nothing(disk, bad):
    data = disk.read_bytes()
    if scheme_of(data) == "MBR":
        bad = [each for each in bad if each]  # there is no other copy of it
    sectors = [each % (len(data) // SECTOR) for each in bad]

    assert looked(data, sectors) == (scheme_of(data), BOTH, {})


@pytest.fixture
def gpt(tmp_path):
    image = with_file(tmp_path, "a"), with_file(tmp_path, "b")
    return bytearray(
        disks.divided(tmp_path / "disk.img", *((each, LINUX) for each in image)).read_bytes()
    )


@pytest.mark.parametrize(
    ("offset", "wiped"),
    [(SECTOR, SECTOR), (2 * SECTOR, 32 * SECTOR), (0, SECTOR), (SECTOR + 72, 8), (2 * SECTOR, 1)],
    ids=["header", "entries", "protective MBR", "place of the entries", "a bit of the entries"],
)
def test_a_table_whose_first_copy_was_wiped_is_read_from_the_other(gpt, offset, wiped):
    gpt[offset : offset + wiped] = bytes(wiped)

    assert looked(gpt) == ("GPT", BOTH, {})


def test_a_disk_that_was_copied_to_a_larger_one_is_read_from_where_it_ended(gpt):
    gpt[SECTOR : 2 * SECTOR] = bytes(SECTOR)

    assert looked(gpt + bytes(disks.MIB)) == ("GPT", BOTH, {})


def test_a_protective_mbr_without_a_gpt_is_a_gap(gpt):
    gpt[SECTOR : 34 * SECTOR] = bytes(33 * SECTOR)
    gpt[-33 * SECTOR :] = bytes(33 * SECTOR)

    _, found, gaps = looked(gpt)

    assert found == {}
    assert gaps["disk:/partition-table"].startswith("a protective MBR without a GPT")


def test_a_table_with_wrong_checksums_alone_is_read_and_told(gpt):
    gpt[SECTOR + 56] ^= 1  # the disk's own number
    gpt[-SECTOR:] = bytes(SECTOR)

    scheme, found, gaps = looked(gpt)

    assert (scheme, found) == ("GPT", BOTH)
    assert "checksum is wrong" in gaps["disk:/partition-table"]


def test_a_disk_that_ends_before_its_table_says_is_a_gap(gpt):
    scheme, found, gaps = looked(gpt[: -disks.MIB])

    size = len(gpt)
    assert (scheme, found) == ("GPT", BOTH)
    assert gaps == {
        "disk:/partition-table": f"the partition table is of a disk of {size} bytes; "
        f"{size - disks.MIB} are here"
    }


@pytest.fixture
def logical(tmp_path):
    """An MBR with one partition, and two in a chain."""
    path, starts = disks.blank(tmp_path / "disk.img", 32 * disks.MIB), (2048, 14336, 26624)
    script = (
        "label: dos\nstart=2048, size=8192, type=83\nstart=12288, size=40960, type=5\n"
        "start=14336, size=8192, type=83\nstart=26624, size=8192, type=83\n"
    )
    disks.tool("sfdisk", "--quiet", path, input=script.encode())
    data = bytearray(path.read_bytes())
    for name, start in zip("abc", starts, strict=True):
        image = with_file(tmp_path, name).read_bytes()
        data[start * SECTOR : start * SECTOR + len(image)] = image
    (second,) = struct.unpack_from("<I", data, 12288 * SECTOR + 446 + 16 + 8)
    return data, 12288 + second


def test_a_bad_sector_in_the_chain_costs_what_is_behind_it_and_is_told(logical):
    data, second = logical

    scheme, found, gaps = looked(data, [second])

    assert (scheme, found) == ("MBR", BOTH)
    assert "chain of logical partitions breaks off: EIO" in gaps["disk:/partition-table"]


def test_a_chain_that_is_whole_gives_all_of_it_and_the_ranges_agree_with_mmls(logical, tmp_path):
    data, _ = logical
    (tmp_path / "copy.img").write_bytes(data)

    assert looked(data) == ("MBR", {**BOTH, "c": b"c"}, {})
    shown = disks.tool("mmls", tmp_path / "copy.img").decode().splitlines()
    rows = [line.split(maxsplit=5) for line in shown if line[:3].rstrip(":").isdigit()]
    theirs = [(int(row[2]) * SECTOR, int(row[4]) * SECTOR) for row in rows if row[1][0].isdigit()]
    with disks.opened(tmp_path / "copy.img") as source:
        parts = source.disk.table.parts
    assert [(p.offset, p.size) for p in parts if p.use == "partition"] == theirs


def test_a_partition_of_which_a_part_is_not_there_is_a_gap(disk):
    data = disk.read_bytes()
    with_both = 6 * disks.MIB + 3 * disks.MIB  # one MiB of the second is missing

    scheme, found, gaps = looked(data[:with_both])

    assert (scheme, found) == (scheme_of(data), BOTH)
    assert gaps["disk:/partition-2"] == "cut off: 3145728 of 4194304 bytes are in the image"


def with_planted(data, tmp_path):
    """The same with a small file system from the first sector on, around the table's entries."""
    small = disks.fat(tmp_path / "small", 12, size=disks.MIB // 4).read_bytes()
    planted = bytearray(small[:446] + bytes(data[446:512]) + small[512:])
    return planted + data[len(planted) :]


def test_a_file_system_planted_before_a_table_hides_none_of_its_partitions(disk, tmp_path):
    data = with_planted(disk.read_bytes(), tmp_path)
    scheme = scheme_of(bytes(data))
    if scheme == "GPT":
        data[446:462] = bytes(16)  # only the copy at the end is left

    assert looked(data) == (scheme, BOTH, {})


def test_a_partition_inside_a_file_system_that_claims_all_of_the_disk_is_read_too(tmp_path):
    image = with_file(tmp_path, "a")
    data = bytearray(disks.divided(tmp_path / "d", (image, "83"), scheme="dos").read_bytes())
    whole = disks.fat(tmp_path / "all", 12, size=len(data)).read_bytes()
    data[:446], data[512:65536] = whole[:446], whole[512:65536]

    assert looked(data)[:2] == ("MBR", {"a": b"a"})


def test_a_partition_beside_a_planted_file_system_that_can_t_be_read_is_a_gap(disk, tmp_path):
    data = with_planted(disk.read_bytes(), tmp_path)
    data[disks.MIB : 5 * disks.MIB] = b"LUKS\xba\xbe".ljust(4 * disks.MIB, b"\0")

    _, found, gaps = looked(data)

    assert found == {"b": b"b"}
    assert gaps["disk:/partition-1"].startswith("LUKS")


def test_the_copy_that_a_last_partition_keeps_at_the_disk_s_end_is_no_damage(tmp_path):
    image = disks.ntfs(tmp_path / "ntfs", size=8 * disks.MIB).read_bytes()
    data = bytearray(disks.MIB) + image
    entry = bytes((0, 0, 0, 0, 7, 0, 0, 0))
    data[446:462] = entry + struct.pack("<II", 2048, len(image) // SECTOR)
    data[510:512] = b"\x55\xaa"

    reader = RawDevice(disks.Failing(bytes(data), ()))
    found = open_partitions(Image(path="x", container="raw", reader=reader, files=()))

    assert (found.table.note, [each.holds for each in found.partitions]) == ("", ["ntfs"])


def emptied(gpt, header, array, keep=0):
    """A copy of a table without its entries but the first ones, and with right checksums."""
    (count, size) = struct.unpack_from("<II", gpt, header + 80)
    gpt[array + keep * size : array + count * size] = bytes((count - keep) * size)
    struct.pack_into("<I", gpt, header + 88, zlib.crc32(gpt[array : array + count * size]))
    gpt[header + 16 : header + 20] = bytes(4)
    struct.pack_into("<I", gpt, header + 16, zlib.crc32(gpt[header : header + 92]))


def noted(data):
    reader = RawDevice(disks.Failing(bytes(data), ()))
    return open_partitions(Image(path="x", container="raw", reader=reader, files=())).table.note


def test_a_copy_with_partitions_goes_before_an_emptied_one_and_the_difference_is_noted(gpt):
    emptied(gpt, SECTOR, 2 * SECTOR)

    assert looked(gpt) == ("GPT", BOTH, {})
    assert noted(gpt) == "read from the backup at the disk's end; the copies of the table differ"


def test_of_copies_that_differ_what_only_the_other_names_is_a_gap(gpt):
    emptied(gpt, SECTOR, 2 * SECTOR, keep=1)

    assert looked(gpt) == (
        "GPT", {"a": b"a"},
        {"disk:/partition-table": "another copy of the partition table names 1 more"},
    )  # fmt: skip


def filled(gpt, shorter=0):
    """Both copies of a table, all their free entries such as the first one; with right checksums.

    Args:
        gpt: the disk.
        shorter: by how many sectors each of them is shorter than the one before.
    """
    first = gpt[2 * SECTOR : 2 * SECTOR + 128]
    (last,) = struct.unpack_from("<Q", first, 40)
    for header, array in ((SECTOR, 2 * SECTOR), (len(gpt) - SECTOR, len(gpt) - 33 * SECTOR)):
        for number in range(2, 128):
            at = array + number * 128
            gpt[at : at + 128] = first[:16] + number.to_bytes(16, "little") + first[32:]
            struct.pack_into("<Q", gpt, at + 40, last - shorter * (128 - number))
        struct.pack_into("<I", gpt, header + 88, zlib.crc32(gpt[array : array + 128 * 128]))
        gpt[header + 16 : header + 20] = bytes(4)
        struct.pack_into("<I", gpt, header + 16, zlib.crc32(gpt[header : header + 92]))


def test_entries_of_one_range_are_read_once_and_each_other_one_is_a_gap(gpt):
    filled(gpt)
    reader = RawDevice(disks.Failing(bytes(gpt), ()))
    source = DiskSource(open_partitions(Image(path="x", container="raw", reader=reader, files=())))

    (scheme, found, gaps), readable = looked(gpt), list(source.readable())

    assert (scheme, found, len(readable)) == ("GPT", BOTH, 2)
    said = "the same range of the disk as partition 1: not read again"
    assert gaps == {f"disk:/partition-{number}": said for number in range(2, 128)}


def test_of_entries_with_one_beginning_the_one_that_reaches_furthest_is_read(gpt):
    filled(gpt, shorter=1)
    reader = RawDevice(disks.Failing(bytes(gpt), ()))
    source = DiskSource(open_partitions(Image(path="x", container="raw", reader=reader, files=())))

    (scheme, found, gaps), readable = looked(gpt), list(source.readable())

    assert (scheme, found, len(readable)) == ("GPT", BOTH, 2)
    said = "the same file system, from the same place on, as partition 1: not read again"
    assert gaps == {f"disk:/partition-{number}": said for number in range(2, 128)}


def test_swap_that_two_entries_name_is_taken_once(tmp_path):
    swap = disks.blank(tmp_path / "swap", 2 * disks.MIB)
    disks.tool("mkswap", swap)
    data = bytearray(disks.divided(tmp_path / "disk.img", (swap, "82"), scheme="dos").read_bytes())
    data[462:478] = data[446:462]
    reader = RawDevice(disks.Failing(bytes(data), ()))
    source = DiskSource(open_partitions(Image(path="x", container="raw", reader=reader, files=())))

    taken = [each.origin for each in SwapPartitions().collect(source)]

    assert taken == ["disk:/partition-1"]
    assert list(looked(data)[2]) == ["disk:/partition-1", "disk:/partition-2"]


def test_without_a_gpt_what_stands_beside_a_protective_entry_is_read(gpt):
    gpt[SECTOR : 34 * SECTOR] = bytes(33 * SECTOR)
    gpt[-33 * SECTOR :] = bytes(33 * SECTOR)
    kind = bytes((0, 0, 0, 0, 0x83, 0, 0, 0))
    gpt[462:478] = kind + struct.pack("<II", disks.MIB // SECTOR, 4 * disks.MIB // SECTOR)

    scheme, found, gaps = looked(gpt)

    assert (scheme, found) == ("MBR", {"a": b"a"})
    assert gaps["disk:/partition-table"].startswith("a protective MBR without a GPT")


@pytest.mark.parametrize("logical", [False, True])
def test_an_mbr_that_counts_in_sectors_of_4096_bytes_is_read_by_these(tmp_path, logical):
    """As disks in boxes for USB have it, and their raw images, which don't say so."""
    holds = with_file(tmp_path, "a").read_bytes()
    data = bytearray(2 * disks.MIB) + holds + bytes(disks.MIB)
    size = len(holds) // 4096
    if logical:
        data[446:462] = struct.pack("<B3xB3xII", 0, 0x05, 256, size + 256)
        data[510:512] = data[disks.MIB + 510 : disks.MIB + 512] = b"\x55\xaa"
        entry = struct.pack("<B3xB3xII", 0, 0x83, 256, size)
        data[disks.MIB + 446 : disks.MIB + 462] = entry
    else:
        data[446:462] = struct.pack("<B3xB3xII", 0, 0x83, 512, size)
        data[510:512] = b"\x55\xaa"

    scheme, found, gaps = looked(data)

    assert (scheme, set(found), gaps) == ("MBR", {"a"}, {})


def links(sectors, size):
    """A disk whose sectors hold entries: kind, start, length."""
    data = bytearray(size * SECTOR)
    for at, entries in sectors.items():
        packed = b"".join(struct.pack("<4xB3xII", *each)[:16] for each in entries)
        data[at * SECTOR + 446 : at * SECTOR + 446 + len(packed)] = packed
        data[(at + 1) * SECTOR - 2 : (at + 1) * SECTOR] = b"\x55\xaa"
    return RawDevice(disks.Failing(bytes(data), ()))


def test_a_chain_that_runs_in_a_circle_is_followed_once():
    found = read_mbr(
        links(
            {
                0: [(0x83, 1, 10), (0x05, 100, 100)], 100: [(0x83, 5, 10), (0x05, 50, 10)],
                150: [(0x83, 7, 3), (0x05, 0, 10)],
            },
            300,
        )
    )  # fmt: skip

    assert [(each.number, each.start) for each in found.partitions] == [(1, 1), (5, 105), (6, 157)]
    assert found.tables == (0, 100, 150)
    assert found.fault.startswith("the chain of logical partitions breaks off: it runs in a circle")


def test_a_chain_without_end_is_given_up():
    chain = {at: [(0x83, 1, 1), (0x0F, at - 9, 1)] for at in range(10, 1200)}
    found = read_mbr(links({0: [(0x0F, 10, 1190)], **chain}, 1200))

    assert len(found.partitions) == 1024
    assert found.fault
