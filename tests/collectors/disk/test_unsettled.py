"""File systems that nobody closed, and kinds of ext that aren't read: told as what they are."""

import json
import struct

import disks
import hosts
import pytest

from collectors.disk.collecting.facts import DiskFacts
from collectors.disk.reader import SECTOR

CLEAN, NO_CLIENT = 2, 0xFFFF


def looked(image, *, files=True):
    """The note on the only partition, and the gaps."""
    with disks.opened(image) as source:
        document, *gaps = DiskFacts(files=files).collect(source)
    (partition,) = json.loads(hosts.read(document).data)["partitions"]
    return partition["note"], gaps


def told(image):
    note, (gap,) = looked(image)
    assert (gap.origin, gap.reason, gap.remark) == (
        "disk:/partition-1/journal", "skipped", "journal",
    )  # fmt: skip
    assert note == gap.detail
    assert looked(image, files=False)[1] == []  # in an image of the disk the journal is there
    return note


def test_a_journal_of_ext4_that_waits_to_be_replayed_is_told(tmp_path):
    image = disks.ext(tmp_path / "disk.img", size=32 * disks.MIB)
    assert looked(image) == ("", [])
    changes = "journal_open\njournal_write -b 333 /dev/zero\njournal_close\n"
    disks.tool("debugfs", "-w", "-f", "-", image, input=changes.encode())

    assert "not replayed" in told(image)


def in_record(data, number):
    """Where a record of the MFT lies, of an NTFS as mkntfs makes it."""
    cluster = data[13] * SECTOR
    return int.from_bytes(data[48:56], "little") * cluster + number * 1024


def test_an_ntfs_that_is_marked_to_be_checked_is_told(tmp_path):
    image = disks.ntfs(tmp_path / "disk.img")
    data = bytearray(image.read_bytes())
    at = in_record(data, 3)
    information = data.index(struct.pack("<I", 0x70), at, at + 1024)
    (value,) = struct.unpack_from("<H", data, information + 20)
    data[information + value + 10] |= 1
    image.write_bytes(data)

    assert "not replayed" in told(image)


def restart_page(number, client, flags):
    page = bytearray(4096)
    page[:8], page[24:26] = b"RSTR" + struct.pack("<HH", 30, 9), struct.pack("<H", 64)
    struct.pack_into("<QHHHH", page, 64, number, 1, NO_CLIENT, client, flags)
    return bytes(page)


@pytest.mark.parametrize(
    ("pages", "is_open"),
    [
        ([restart_page(9, 0, 0)], True),
        ([restart_page(9, NO_CLIENT, 0)], False),
        ([restart_page(9, 0, CLEAN)], False),
        ([restart_page(9, 0, 0), restart_page(10, NO_CLIENT, 0)], False),
        ([restart_page(9, 0, CLEAN), restart_page(10, 0, 0)], True),
        ([b"\xff" * 8192], False),
    ],
    ids=["client", "no client", "clean", "closed later", "opened later", "emptied"],
)
def test_a_logfile_with_changes_left_is_told_by_its_newest_page(tmp_path, pages, is_open):
    image = disks.ntfs(tmp_path / "disk.img")
    place = image.read_bytes().index(b"\xff" * 65536)  # mkntfs leaves it empty
    with image.open("r+b") as file:
        file.seek(place)
        file.write(b"".join(pages))

    if is_open:
        told(image)
    else:
        assert looked(image) == ("", [])


@pytest.mark.parametrize(
    ("feature", "words"),
    [
        ("bigalloc", "ext: clusters of several blocks (bigalloc): this version can't read them"),
        ("journal_dev", "ext: the journal of another file system: it holds no files"),
    ],
)
def test_kinds_of_ext_that_are_not_read_are_unsupported_in_our_words(tmp_path, feature, words):
    image = disks.ext(tmp_path / "disk.img", options=("-O", feature, "-b", "4096"))

    _, (gap,) = looked(image)

    assert (gap.reason, gap.detail) == ("unsupported", words)


def test_an_ntfs_with_clusters_that_are_not_read_is_unsupported_and_not_damaged(tmp_path):
    """Windows makes them of up to 2 MiB."""
    image = disks.ntfs(tmp_path / "disk.img", size=128 * disks.MIB, options=("-c", "131072"))

    _, (gap,) = looked(image)

    words = "NTFS: clusters of more than 64 KiB: this version can't read them"
    assert (gap.reason, gap.detail) == ("unsupported", words)
