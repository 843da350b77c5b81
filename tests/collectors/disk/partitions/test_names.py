"""What can't be read has its name: also beside an older mark, and by a copy of its beginning."""

import os
import random
import struct

import disks
import pytest

from collectors.artifact import Reason
from collectors.disk.collecting.files import DiskFiles
from collectors.disk.device import RawDevice
from collectors.disk.marks.backups import ZFS
from collectors.disk.marks.signatures import marks_of

UNKNOWN = "no known file system"


def told(path):
    """What the only partition holds, whether it is read, and what its gap says."""
    with disks.opened(path) as source:
        document, gaps = disks.facts(source)
    (partition,) = document["partitions"]
    return partition["holds"], partition["read"], [(gap.reason, gap.detail) for gap in gaps]


def filled(path, size, *pieces):
    """A disk with these bytes at these places."""
    disks.blank(path, size)
    with path.open("r+b") as file:
        for place, data in pieces:
            file.seek(place)
            file.write(data)
    return path


@pytest.mark.parametrize("options", [("-1",), ("-1", "-n", "14"), ("-2",), ("-3",)])
def test_every_version_of_minix_is_named(tmp_path, options):
    image = disks.blank(tmp_path / "disk", 4 * disks.MIB)
    disks.tool("mkfs.minix", *options, image)

    assert told(image) == (
        "Minix", False, [(Reason.UNSUPPORTED, "Minix: this version can't read it")],
    )  # fmt: skip


def test_an_ext4_with_as_many_free_inodes_as_the_mark_of_minix_is_ext4_alone(tmp_path):
    image = disks.ext(tmp_path / "disk", size=8 * disks.MIB, options=("-O", "^metadata_csum"))
    with image.open("r+b") as file:
        file.seek(1024 + 16)
        file.write(struct.pack("<I", 0x137F))

    assert told(image) == ("ext4", True, [])


@pytest.mark.parametrize("magic", ZFS)
@pytest.mark.parametrize("place", [128 << 10, 200 << 10, 255 << 10])
def test_a_pool_that_was_made_over_swap_is_no_swap(tmp_path, place, magic):
    """ZFS leaves the first 8 KiB as they are; blkid calls it ambivalent."""
    image = disks.blank(tmp_path / "disk", 64 * disks.MIB)
    disks.tool("mkswap", image)
    with image.open("r+b") as file:
        file.seek(place)
        file.write(magic)

    holds, _, gaps = told(image)

    assert (holds, gaps) == ("ZFS", [(Reason.UNSUPPORTED, "ZFS: this version can't read it")])


def test_a_disc_that_is_udf_too_says_so(tmp_path):
    """What only UDF tells of, as on discs of Windows, is not to be had of ISO 9660."""
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "a").write_bytes(b"a")
    alone, both = tmp_path / "alone", tmp_path / "both"
    disks.tool("genisoimage", "-quiet", "-R", "-o", alone, tmp_path / "tree")
    disks.tool("genisoimage", "-quiet", "-R", "-udf", "-o", both, tmp_path / "tree")

    assert told(alone) == ("iso9660", True, [])
    assert told(both) == (
        "iso9660", True,
        [(Reason.UNREADABLE, "it bears marks of UDF, too: not read as such")],
    )  # fmt: skip


def test_of_two_that_can_t_be_read_both_are_named(tmp_path):
    image = disks.blank(tmp_path / "disk", 128 * disks.MIB)
    disks.tool("mkfs.btrfs", "-q", image)
    with image.open("r+b") as file:
        file.seek(1024)
        file.write(b"BD")

    assert told(image) == (
        "Btrfs", False,
        [(
            Reason.UNSUPPORTED,
            "Btrfs: this version can't read it; it bears marks of HFS, too: not read as such",
        )],
    )  # fmt: skip


@pytest.mark.parametrize("gone", [512, 128 << 10])
def test_an_xfs_whose_beginning_is_gone_is_named_by_its_second_group(tmp_path, gone):
    image = disks.blank(tmp_path / "disk", 320 * disks.MIB)
    disks.tool("mkfs.xfs", "-q", image)
    with image.open("r+b") as file:
        file.write(bytes(gone))

    assert told(image)[0] == "XFS"


SIZE = 128 * disks.MIB
COPIES = {
    "LUKS": (16 << 10, b"SKUL\xba\xbe"), "LUKS ": (4 << 20, b"SKUL\xba\xbe"),
    "Btrfs": ((64 << 20) + 64, b"_BHRfS_M"), "APFS": (4096 + 32, b"NXSB"),
    "HFS": (SIZE - 1024, b"BD"), "HFS+": (SIZE - 1024, b"H+"),
    "F2FS": (5120, b"\x10\x20\xf5\xf2"), "JFS": (61440, b"JFS1"),
    "NILFS2": (SIZE - 4096 + 6, b"\x34\x34"), "ReFS": (SIZE - 509, b"ReFS\0\0\0\0"),
    "ZFS": (384 << 10, ZFS[0]), "ZFS ": (SIZE - (128 << 10), ZFS[1]),
    "ZFS  ": (SIZE - (384 << 10), ZFS[0]),
}  # fmt: skip


@pytest.mark.parametrize("name", COPIES)
def test_what_lost_its_beginning_is_named_by_a_copy_of_its_mark(tmp_path, name):
    image = filled(tmp_path / "disk", SIZE, (3000, b"what was written over it"), COPIES[name])

    holds, read, ((_, detail),) = told(image)

    assert (holds, read) == (name.strip(), False)
    assert detail.startswith(f"{name.strip()}: ")


def test_a_first_sector_that_can_t_be_read_hides_no_name():
    data = bytearray(b"x" * disks.MIB)
    data[16 << 10 : (16 << 10) + 6] = b"SKUL\xba\xbe"

    assert [mark.name for mark in marks_of(RawDevice(disks.Failing(bytes(data), [0])))] == ["LUKS"]


def test_bytes_that_look_random_are_said_to_look_encrypted(tmp_path):
    """VeraCrypt, plain dm-crypt and LUKS with its header elsewhere have no mark at all."""
    noise = tmp_path / "noise"
    noise.write_bytes(random.Random(7).randbytes(1 << 20))
    text = tmp_path / "text"
    text.write_bytes(b"a line of a log\n" * 32_000)
    head = tmp_path / "head"
    head.write_bytes(os.urandom(256 << 10) + bytes(256 << 10) + b"an end" + bytes(506))

    details = {path.name: told(path)[2][0][1] for path in (noise, text, head)}

    assert details["noise"].startswith(f"{UNKNOWN}; its bytes look random, as encrypted ones do")
    assert details["text"] == details["head"] == UNKNOWN


@pytest.mark.parametrize("scheme", ["gpt", "dos"])
def test_what_can_t_be_read_is_named_in_every_partition_of_both_tables(tmp_path, scheme):
    """Marks by the makers' descriptions; those that makers write are tried beside them."""
    marks = {
        "GFS2": (64 << 10, "0116197000000001"), "OCFS2": (2048, b"OCFSV2".hex()),
        "Stratis": (516, b"!Stra0tis\x86\xff\x02^\x41rh".hex()),
        "Storage Spaces": (4096, b"SPACEDB ".hex()),
    }  # fmt: skip
    kind = disks.LINUX if scheme == "gpt" else "83"
    parts = [
        (filled(tmp_path / name, 2 * disks.MIB, (at, bytes.fromhex(magic))), kind)
        for name, (at, magic) in marks.items()
    ]
    disk = disks.divided(tmp_path / "disk", *parts, scheme=scheme)

    with disks.opened(disk) as source:
        document, gaps = disks.facts(source)
        assert disks.contents(DiskFiles(), source) == {}

    assert [each["holds"] for each in document["partitions"]] == list(marks)
    assert [gap.detail for gap in gaps] == [f"{name}: this version can't read it" for name in marks]
