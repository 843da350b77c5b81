"""Partition tables and the marks of what can't be read, made by the tools that make them."""

import json
import subprocess

import disks
import hosts
import pytest

from collectors.artifact import Gap, Reason
from collectors.disk.collecting.swap import SwapPartitions
from collectors.disk.marks.signatures import BLANK, MARKS, UNKNOWN, Readable, marks_of
from collectors.disk.reader import ImageError
from evidence.planning.choice import chosen
from evidence.planning.request import Request

LINUX, EFI = "0FC63DAF-8483-4772-8E79-3D69D8477DE4", "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"


class Held:
    """A few bytes as a disk."""

    sector = 512

    def __init__(self, data):
        self.data, self.size = data, len(data)

    def readinto(self, offset, buffer):
        buffer[:] = self.data[offset : offset + len(buffer)]


def ext_with(tmp_path, name, content):
    tree = tmp_path / f"{name}-tree"
    tree.mkdir()
    (tree / name).write_bytes(content)
    return disks.ext(tmp_path / f"{name}.img", tree, size=4 * disks.MIB)


@pytest.fixture
def crowded(tmp_path):
    """A GPT disk: ext4, FAT, and what can't be read."""
    made = {
        "xfs": disks.blank(tmp_path / "xfs", 320 * disks.MIB),
        "btrfs": disks.blank(tmp_path / "btrfs", 128 * disks.MIB),
        "swap": disks.blank(tmp_path / "swap", 2 * disks.MIB),
    }
    disks.tool("mkfs.xfs", "-q", made["xfs"])
    disks.tool("mkfs.btrfs", "-q", made["btrfs"])
    disks.tool("mkswap", made["swap"])
    luks = tmp_path / "luks"
    luks.write_bytes((b"LUKS\xba\xbe\x00\x02" + b"\1" * 4088).ljust(2 * disks.MIB, b"\xa5"))
    parts = [
        (ext_with(tmp_path, "one", b"1"), LINUX),
        (disks.fat(tmp_path / "fat", 16, size=16 * disks.MIB), EFI),
        *((made[name], LINUX) for name in ("xfs", "btrfs", "swap")),
        (luks, LINUX),
        (None, LINUX),
    ]
    return disks.divided(tmp_path / "disk.img", *parts)


def test_swap_is_taken_whole_in_profile_full_and_else_a_gap(tmp_path):
    swap = disks.blank(tmp_path / "swap", 2 * disks.MIB)
    disks.tool("mkswap", swap)
    with swap.open("r+b") as file:
        file.seek(disks.MIB)
        file.write(b"what was in memory")
    parts = (ext_with(tmp_path, "one", b"1"), LINUX), (swap, LINUX)
    disk = disks.divided(tmp_path / "disk.img", *parts)
    found = {}
    for profile in ("standard", "full"):
        request = Request(output=tmp_path, source=str(disk), profile=profile, skip=("yara",))
        with disks.opened(disk) as source:
            found[profile] = [
                one if isinstance(one, Gap) else hosts.read(one)
                for collector in chosen(request, source)
                if collector.name in ("disk", "swap-partitions")
                for one in collector.collect(source)
                if one.origin == "disk:/partition-2"
            ]

    (gap,), (item,) = found["standard"], found["full"]
    assert (gap.reason, gap.expected) == (Reason.SKIPPED, False)
    assert gap.detail.startswith("Linux swap: taken in the profile full")
    assert disks.whole(item) == swap.read_bytes()


@pytest.mark.parametrize(
    "mark", [b"S1SUSPEND\0", b"S2SUSPEND\0", b"ULSUSPEND\0", b"LINHIB0001", None]
)
def test_swap_that_holds_the_memory_of_a_hibernated_machine_is_swap(tmp_path, mark):
    """The mark of swap is another one meanwhile; `blkid` agrees."""
    swap = disks.blank(tmp_path / "swap", 2 * disks.MIB)
    disks.tool("mkswap", swap)
    with swap.open("r+b") as file:
        file.seek(4086 if mark else 0)
        file.write(mark or bytes.fromhex("edc302e99856e50c"))
    theirs = disks.tool("blkid", "-p", "-o", "value", "-s", "TYPE", swap)
    parts = (ext_with(tmp_path, "one", b"1"), LINUX), (swap, LINUX)
    with disks.opened(disks.divided(tmp_path / "disk.img", *parts)) as source:
        document, gaps = disks.facts(source)
        (item,) = SwapPartitions().collect(source)
        taken = disks.whole(hosts.read(item))

    assert theirs.strip() == b"swsuspend"
    assert document["partitions"][1]["holds"] == "Linux swap, hibernated"
    assert [gap.detail.partition(": ")[0] for gap in gaps] == ["Linux swap, hibernated"]
    assert taken == swap.read_bytes()


def test_what_can_t_be_read_is_a_gap_with_its_name_and_never_passed_over(crowded):
    with disks.opened(crowded) as source:
        document, gaps = disks.facts(source)

    held = [each["holds"] for each in document["partitions"]]
    assert held == ["ext4", "vfat", "XFS", "Btrfs", "Linux swap", "LUKS", "blank"]
    assert [(one.origin, one.reason, one.detail.split(":")[0]) for one in gaps] == [
        ("disk:/partition-3", "unsupported", "XFS"),
        ("disk:/partition-4", "unsupported", "Btrfs"),
        ("disk:/partition-5", "skipped", "Linux swap"),
        ("disk:/partition-6", "denied", "LUKS"),
    ]
    assert [one.kind for one in gaps] == ["image", "image", "memory", "image"]


def test_the_ranges_cover_the_disk_and_agree_with_mmls(crowded):
    with disks.opened(crowded) as source:
        document, _ = disks.facts(source)

    shown = disks.tool("mmls", crowded).decode().splitlines()
    rows = [line.split(maxsplit=5) for line in shown if line[:3].rstrip(":").isdigit()]
    theirs = sorted((int(row[2]) * 512, int(row[4]) * 512) for row in rows)
    assert sorted((each["offset"], each["size"]) for each in document["ranges"]) == theirs
    end = 0
    for each in sorted(document["ranges"], key=lambda one: one["offset"]):
        assert each["offset"] <= end
        end = max(end, each["offset"] + each["size"])
    assert end == crowded.stat().st_size
    assert any(each["use"] == "unallocated" for each in document["ranges"])


def test_a_gpt_s_type_and_number_are_kept_as_sfdisk_shows_them(crowded):
    with disks.opened(crowded) as source:
        document, _ = disks.facts(source)

    theirs = json.loads(disks.tool("sfdisk", "--json", crowded))["partitiontable"]["partitions"]
    ours = [each for each in document["ranges"] if each["use"] == "partition"]
    assert [(e["type_guid"].upper(), e["guid"].upper(), e["offset"]) for e in ours] == [
        (each["type"], each["uuid"], each["start"] * 512) for each in theirs
    ]
    assert document["table"]["scheme"] == "GPT"


def test_an_mbr_with_logical_partitions(tmp_path):
    images = [ext_with(tmp_path, name, name.encode()) for name in ("a", "b", "c")]
    disk = disks.blank(tmp_path / "disk.img", 32 * disks.MIB)
    script = (
        "label: dos\\nlabel-id: 0x1234abcd\\n"
        "start=2048, size=8192, type=83\\nstart=12288, size=40960, type=5\\n"
        "start=14336, size=8192, type=83\\nstart=26624, size=8192, type=83\\n"
    ).replace("\\n", "\n")
    disks.tool("sfdisk", "--quiet", disk, input=script.encode())
    with disk.open("r+b") as file:
        for image, start in zip(images, (2048, 14336, 26624), strict=True):
            file.seek(start * 512)
            file.write(image.read_bytes())

    with disks.opened(disk) as source:
        document, gaps = disks.facts(source)
        content = [hosts.read(source.file(f"/partition-{n}/{name}", "disk")).data
                   for n, name in ((1, "a"), (2, "b"), (3, "c"))]  # fmt: skip

    assert (document["table"]["scheme"], gaps) == ("MBR", [])
    assert content == [b"a", b"b", b"c"]
    assert document["ranges"][2]["guid"] == "1234abcd-01"


def test_a_gpt_whose_first_table_is_gone_is_read_from_its_backup(tmp_path):
    disk = disks.divided(tmp_path / "disk.img", (ext_with(tmp_path, "a", b"a"), LINUX))
    with disk.open("r+b") as file:
        file.write(bytes(34 * 512))

    with disks.opened(disk) as source:
        document, _ = disks.facts(source)
        assert hosts.read(source.file("/a", "disk")).data == b"a"

    assert document["table"]["note"] == "read from the backup at the disk's end"


def test_a_disk_without_a_table_is_one_partition(tmp_path):
    with disks.opened(ext_with(tmp_path, "a", b"a")) as source:
        document, gaps = disks.facts(source)

    assert (document["table"]["scheme"], len(document["partitions"]), gaps) == ("none", 1, [])


def test_a_boot_sector_is_no_partition_table(tmp_path):
    entry = bytes((0x80, 1, 1, 0, 6, 254, 255, 255)) + (64).to_bytes(4, "little") * 2
    for image in (disks.fat(tmp_path / "fat", 16), disks.ntfs(tmp_path / "ntfs")):
        with image.open("r+b") as file:  # boot code that looks like an entry
            file.seek(446)
            file.write(entry + bytes(48))
        with disks.opened(image) as source:
            assert disks.facts(source)[0]["table"]["scheme"] == "none"


def test_an_image_that_ends_too_early_says_by_how_much_and_gives_what_is_there(tmp_path):
    disk = disks.divided(tmp_path / "disk.img", (ext_with(tmp_path, "a", b"a"), LINUX))
    with disk.open("r+b") as file:
        file.truncate(3 * disks.MIB)

    with disks.opened(disk) as source:
        document, _ = disks.facts(source)
        assert hosts.read(source.file("/a", "disk")).data == b"a"

    assert document["partitions"][0]["note"] == "cut off: 2097152 of 4194304 bytes are in the image"


def test_a_damaged_file_system_is_a_gap_with_its_name(tmp_path):
    image = disks.ntfs(tmp_path / "ntfs")
    with image.open("r+b") as file:
        for sector in (0, image.stat().st_size - 512):  # and its copy
            file.seek(sector + 0x30)
            file.write(b"\xff" * 16)  # where the MFT lies

    with disks.opened(image) as source:
        _, (gap,) = disks.facts(source)

    assert (gap.reason, gap.detail.startswith("NTFS: damaged: ")) == ("unreadable", True)


def test_random_bytes_are_a_gap_and_not_silence(tmp_path):
    image = tmp_path / "veracrypt"
    image.write_bytes(bytes(n * 97 + (n >> 8) * 31 & 255 for n in range(300_032)))

    with disks.opened(image) as source:
        _, (gap,) = disks.facts(source)

    assert (gap.reason, gap.detail) == ("unsupported", "no known file system")


@pytest.mark.parametrize("content", [b"", b"a text, named by mistake\n"])
def test_what_is_no_disk_at_all_is_refused(tmp_path, content):
    (tmp_path / "notes.txt").write_bytes(content)

    with pytest.raises(ImageError, match="no disk image"), disks.opened(tmp_path / "notes.txt"):
        pass


def test_each_mark_is_known():
    data = bytearray(256 << 10)

    for mark in MARKS:
        place = slice(mark.offset, mark.offset + len(mark.magic))
        data[place] = mark.magic
        assert (marks_of(Held(bytes(data)))[0].name, mark.offset) == (mark.name, mark.offset)
        data[place] = bytes(len(mark.magic))


def test_vmfs_zeros_and_the_unknown():
    data = bytearray(2 << 20)
    assert marks_of(Held(bytes(data))) == [BLANK]
    data[1 << 20 : (1 << 20) + 4] = b"\x0d\xd0\x01\xc0"
    assert marks_of(Held(bytes(data)))[0].name == "VMFS"
    assert marks_of(Held(b"some text" * 100)) == [UNKNOWN]


def test_what_is_encrypted_is_denied_and_what_holds_no_files_is_no_loss():
    kinds = {mark.name: mark.readable for mark in MARKS}

    assert {name for name, kind in kinds.items() if kind is Readable.LOCKED} == {
        "BitLocker", "BitLocker To Go", "LUKS", "Apple CoreStorage (FileVault)",
    }  # fmt: skip
    assert kinds["Linux swap"] is Readable.NO_FILES


def test_blkid_calls_what_we_call_by_the_same_uuid_and_label(tmp_path):
    images = [
        disks.ext(tmp_path / "ext", options=("-L", "DATA")),
        disks.fat(tmp_path / "fat", 32), disks.ntfs(tmp_path / "ntfs", options=("-L", "WARD")),
    ]  # fmt: skip
    exfat = disks.blank(tmp_path / "exfat", 16 * disks.MIB)
    disks.tool("mkfs.exfat", exfat)

    for image in (*images, exfat):
        with disks.opened(image) as source:
            (ours,) = disks.facts(source)[0]["partitions"]
        shown = subprocess.run(
            ["blkid", "-p", "-o", "export", image], env=disks.SBIN, capture_output=True, text=True
        ).stdout
        theirs = dict(line.split("=", 1) for line in shown.splitlines())
        assert (ours["uuid"], ours["holds"]) == (theirs["UUID"], theirs["TYPE"])
        if ours["label"]:
            assert ours["label"] == theirs["LABEL"]
