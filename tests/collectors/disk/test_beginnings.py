"""What a partition's beginning says where it is wiped, on bad sectors, cut off, or lies."""

import json
import os

import disks
import hosts
import pytest
from disks import LINUX

from collectors.disk.collecting.facts import DiskFacts
from collectors.disk.device import RawDevice
from collectors.disk.images.containers import Image
from collectors.disk.partitions.division import open_partitions
from collectors.disk.source import DiskSource

CONTENT = {"/one": os.urandom(3000), "/folder/two": os.urandom(100_000)}
BITLOCKER = bytes.fromhex("3bd66749292ed84a8399f6a339e3d001")


def planted(root):
    for name, data in CONTENT.items():
        path = root / name[1:]
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(data)


def ext(place):
    planted(place / "tree")
    # Of several groups of blocks, so that there are copies of its superblock.
    return disks.ext(place / "img", place / "tree", size=24 * disks.MIB, options=("-b", "1024"))


def ntfs(place):
    image = disks.ntfs(place / "img")
    with disks.mounted_ntfs(image, place / "m") as root:
        planted(root)
    return image


def fat(place):
    image = disks.fat(place / "img", 32, options=("-s", "1"))
    planted(place / "tree")
    disks.tool("mcopy", "-s", "-i", image, place / "tree" / "one", place / "tree" / "folder", "::")
    return image


def exfat(place):
    image = disks.exfat(place / "img")
    with disks.mounted_exfat(image, place / "m") as root:
        planted(root)
    return image


MAKERS = {"ext4": ext, "ntfs": ntfs, "vfat": fat, "exfat": exfat}


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    return {
        kind: maker(tmp_path_factory.mktemp(kind)).read_bytes() for kind, maker in MAKERS.items()
    }


@pytest.fixture(params=MAKERS)
def kind(request):
    return request.param


def looked(data, bad=(), *, files=True):
    """The partitions' notes by what they hold, the files planted that were read, and the gaps."""
    reader = RawDevice(disks.Failing(bytes(data), bad))
    source = DiskSource(open_partitions(Image(path="x", container="raw", reader=reader, files=())))
    document, *gaps = DiskFacts(files=files).collect(source)
    partitions = json.loads(hosts.read(document).data)["partitions"]
    found = {}
    for name in CONTENT:
        for point, _ in source.readable():
            found[name] = hosts.read(source.file(point.rstrip("/") + name, "disk")).data
    return (
        {each["holds"]: each["note"] for each in partitions}, found,
        [(one.origin, one.reason.value, one.detail) for one in gaps],
    )  # fmt: skip


# Wiped.


def test_a_wiped_beginning_is_read_by_the_copy_that_the_file_system_keeps(images, kind):
    data = bytearray(images[kind])
    size = {"ext4": 3072}.get(kind, 512)  # with all that describes its groups of blocks
    data[:size] = bytes(size)

    holds, found, gaps = looked(data)

    assert (found, gaps) == (CONTENT, [])
    assert "read from the copy that it keeps" in holds[kind]


def test_the_copy_never_becomes_content(images):
    data = bytearray(images["ntfs"])
    data[:512] = bytes(512)
    reader = RawDevice(disks.Failing(bytes(data)))
    source = DiskSource(open_partitions(Image(path="x", container="raw", reader=reader, files=())))

    assert hosts.read(source.file("/$Boot", "disk")).data[:512] == bytes(512)


def test_a_wiped_first_mebibyte_is_a_gap_and_never_passed_over(images, kind):
    data = bytes(disks.MIB) + images[kind][disks.MIB :]

    _, found, gaps = looked(data)

    assert found == {}
    ((origin, reason, detail),) = gaps
    assert (origin, reason) == ("disk:/partition-1", "unreadable")
    assert "damaged" in detail or "its beginning is zeros" in detail


@pytest.mark.parametrize("wiped", [512, disks.MIB], ids=["table", "first mebibyte"])
def test_a_wiped_partition_table_is_a_gap(tmp_path, images, wiped):
    (tmp_path / "a").write_bytes(images["vfat"])
    disk = disks.divided(tmp_path / "disk", (tmp_path / "a", "0c"), scheme="dos")
    data = bytes(wiped) + disk.read_bytes()[wiped:]

    holds, _, gaps = looked(data)

    assert gaps == [
        ("disk:/partition-1", "unreadable",
         "wiped: its beginning is zeros, though there is data behind it"),
    ]  # fmt: skip
    assert list(holds) == ["wiped"]


@pytest.mark.parametrize("place", [disks.MIB, 97 * disks.MIB + 8192, 200 * disks.MIB - 1])
def test_one_byte_anywhere_where_samples_are_taken_makes_it_no_blank_disk(place):
    data = bytearray(200 * disks.MIB)
    assert looked(data) == ({"blank": "blank: holds no files"}, {}, [])

    data[place] = 1

    (gap,) = looked(data)[2]
    assert gap[1] == "unreadable"


def test_a_blank_that_can_t_be_read_to_its_end_is_a_gap():
    data = bytes(4 * disks.MIB)

    (gap,) = looked(data, [len(data) // 512 - 1])[2]

    assert gap[1:] == ("unreadable", "EIO: Input/output error")


# Bad sectors.


@pytest.mark.parametrize("sector", [0, 1, 2, 3, 7, 60, 383])
def test_a_bad_sector_at_the_beginning_doesn_t_close_the_partition(images, kind, sector):
    """Of each, but where its files themselves or their only folder would lie on it."""
    reader = RawDevice(disks.Failing(images[kind], [sector]))
    disk = open_partitions(Image(path="x", container="raw", reader=reader, files=()))

    (partition,) = disk.partitions

    assert (partition.holds, partition.reason) == (kind, None)
    assert partition.system is not None
    if sector in (0, 2):
        assert looked(images[kind], [sector])[1:] == (CONTENT, [])


# Cut off.


def test_a_file_system_that_ends_too_early_is_a_gap_whether_or_not_files_are_taken(images, kind):
    data = images[kind][: -5 * disks.MIB]

    _, found, gaps = looked(data)

    assert found == CONTENT
    ((origin, reason, detail),) = gaps
    assert (origin, reason) == ("disk:/partition-1", "unreadable")
    assert detail.startswith("cut off: its file system is of ")
    assert detail.endswith(f" bytes; {len(data)} are here")
    assert looked(data, files=False)[2] == gaps


def test_whole_ones_are_not_cut_off(images, kind):
    assert looked(images[kind]) == ({kind: ""}, CONTENT, [])


# Lies.


@pytest.mark.parametrize(
    ("kind", "place", "mark"),
    [
        ("vfat", 4086, b"SWAPSPACE2"), ("ntfs", 4086, b"SWAPSPACE2"),
        ("ext4", 0, b"LUKS\xba\xbe"), ("ext4", 0, b"XFSB"), ("ext4", 3, b"NTFS    "),
        ("ntfs", 160, BITLOCKER), ("vfat", 160, BITLOCKER), ("ext4", 0x10040, b"_BHRfS_M"),
        ("vfat", 24, b"LVM2 001"), ("ntfs", 1080, b"\x53\xef"),
    ],
    ids=str,
)  # fmt: skip
def test_a_planted_mark_hides_no_file_system_and_is_told(images, kind, place, mark):
    data = bytearray(images[kind])
    data[place : place + len(mark)] = mark

    holds, found, gaps = looked(data)

    assert (list(holds), found) == ([kind], CONTENT)
    if mark not in (b"SWAPSPACE2", b"NTFS    ", b"\x53\xef"):  # these hold no files that are lost
        ((_, _, detail),) = gaps
        assert "too: not read as such" in detail
    else:
        assert gaps == []


def test_a_mark_of_swap_passes_no_damaged_file_system_over(images):
    data = bytearray(images["ntfs"])
    for sector in (0, len(data) - 512):
        data[sector + 0x30 : sector + 0x40] = b"\xff" * 16
    data[4086:4096] = b"SWAPSPACE2"

    ((_, reason, detail),) = looked(data)[2]

    assert reason == "unreadable"
    assert detail.startswith("NTFS: damaged: ")


def test_what_bitlocker_itself_describes_stays_closed(images):
    """A volume of BitLocker To Go is a FAT whose files are nothing but its ciphertext."""
    data = bytearray(images["vfat"])
    data[424:440], data[440:448] = BITLOCKER, (1 << 20).to_bytes(8, "little")
    data[1 << 20 : (1 << 20) + 8] = b"-FVE-FS-"

    holds, _, ((_, reason, _),) = looked(data)

    assert (list(holds), reason) == (["BitLocker To Go"], "denied")


@pytest.mark.parametrize("mark", [b"LUKS\xba\xbe", b"XFSB"])
def test_a_planted_mark_in_the_first_sector_hides_no_partition_table(tmp_path, images, mark):
    (tmp_path / "a").write_bytes(images["ext4"])
    disk = disks.divided(tmp_path / "disk", (tmp_path / "a", LINUX))
    data = mark + disk.read_bytes()[len(mark) :]

    holds, found, _ = looked(data)

    assert (list(holds), found) == (["ext4"], CONTENT)
