"""Members of mirrors: what mdadm's own tool says of them is said, and what they hold is read."""

import disks
import pytest
import volumes
from disks import MIB

from collectors.artifact import Reason
from collectors.disk.collecting.files import DiskFiles

RAID = "A19D880F-05FC-4D3B-A006-743F0F84911E"
SIZE = 20 * MIB
TREE = {"/etc/passwd": b"root:x:0:0::/root:/bin/sh\n", "/srv/large": bytes(range(256)) * 20_000}


@pytest.fixture
def content(tmp_path):
    folder = tmp_path / "tree"
    for name, data in TREE.items():
        (folder / name[1:]).parent.mkdir(parents=True, exist_ok=True)
        (folder / name[1:]).write_bytes(data)
    return disks.ext(tmp_path / "content", folder)


def looked(image):
    with disks.opened(image) as source:
        document, gaps = volumes.told(source)
        source.withholds = False
        return document["partitions"], gaps, disks.contents(DiskFiles(), source)


def examined(image):
    """What mdadm says of it."""
    lines = disks.tool("mdadm", "--examine", image).decode().splitlines()
    return {
        name.strip(): value.strip() for name, _, value in (one.partition(" : ") for one in lines)
    }


@pytest.mark.parametrize("minor", [0, 1, 2])
def test_a_member_is_read_and_told_as_mdadm_tells_of_it(tmp_path, content, minor):
    image = volumes.member(tmp_path / "disk", content, SIZE, minor=minor, slot=1, events=4711)

    (partition,), gaps, found = looked(image)

    theirs, ours = examined(image), partition["array"]
    assert theirs["Checksum"].endswith("correct")
    assert ours["checksum_right"]
    assert (ours["metadata"], ours["level"]) == (theirs["Version"], theirs["Raid Level"])
    assert (ours["uuid"], ours["events"]) == (theirs["Array UUID"], theirs["Events"])
    assert (ours["name"], ours["disks"]) == (theirs["Name"], int(theirs["Raid Devices"]))
    assert f"Active device {ours['role'][-1]}" == theirs["Device Role"]
    if minor:
        assert f"{ours['content_offset'] // 512} sectors" == theirs["Data Offset"]
    assert (partition["holds"], gaps, found) == ("ext4", [], TREE)
    assert "part of an array (Linux software RAID: raid1 of 2" in partition["note"]


@pytest.mark.parametrize("order", "<>")
def test_a_member_with_the_old_metadata_is_told_as_mdadm_tells_of_it(tmp_path, content, order):
    place, head = volumes.version_0(SIZE, 1, 2, order=order, slot=1, events=(1 << 32) + 9)
    image = disks.blank(tmp_path / "disk", SIZE)
    with image.open("r+b") as file:
        file.write(content.read_bytes())
        file.seek(place)
        file.write(head)

    (partition,), gaps, found = looked(image)

    ours = partition["array"]
    assert (gaps, found) == ([], TREE)
    assert (ours["metadata"], ours["role"], ours["events"]) == (
        "0.90",
        "disk 1",
        str((1 << 32) + 9),
    )
    assert ours["checksum_right"]
    if order == "<":  # the order of bytes of this machine, which alone mdadm reads
        theirs = examined(image)
        assert (theirs["UUID"].split()[0], theirs["State"]) == (ours["uuid"], "clean")
        assert theirs["Checksum"].endswith("correct")


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"slot": 0xFFFF}, "a spare of an array: what lies on it is not the array's content"),
        ({"slot": 0xFFFD}, "a journal of an array: what lies on it is not the array's content"),
        ({"recovered": 0}, "it was being filled from the other members, and had nothing as yet"),
        ({"features": 4}, "its array was being changed in shape, which this version can't read"),
        ({"level": -1, "slot": 1}, "its array's content begins on another disk"),
    ],
)
@pytest.mark.parametrize("minor", [0, 1, 2])
def test_what_is_not_the_arrays_content_is_not_read(tmp_path, content, minor, told, why):
    image = volumes.member(tmp_path / "disk", content, SIZE, minor=minor, **told)

    (partition,), (gap,), found = looked(image)

    assert (partition["read"], found) == (False, {})
    assert (gap.reason, gap.detail) == (Reason.UNREADABLE, f"Linux software RAID: {why}")


@pytest.mark.parametrize("minor", [0, 2])
def test_of_a_member_that_was_being_filled_only_that_is_read(tmp_path, content, minor):
    image = volumes.member(tmp_path / "disk", content, SIZE, minor=minor, recovered=8 * MIB)

    (partition,), (gap,), _ = looked(image)

    assert partition["read"]
    assert gap.detail == (
        f"cut off: its file system is of {16 * MIB} bytes; {8 * MIB} are here; "
        f"it was being filled from the other members: {8 * MIB} bytes were"
    )


def test_a_member_that_its_array_gave_up_is_read_and_said_to_be_older(tmp_path, content):
    image = volumes.member(tmp_path / "disk", content, SIZE, slot=0xFFFE)

    _, (gap,), found = looked(image)

    assert found == TREE
    assert gap.detail == "its array had given it up: what lies on it may be older"


def test_a_wrong_checksum_is_told_and_where_content_would_be_is_not_believed(tmp_path, content):
    for minor in (0, 2):
        image = volumes.member(tmp_path / "disk", content, SIZE, minor=minor)
        place, _ = volumes.version_1(SIZE, 1, 2, minor=minor)
        with image.open("r+b") as file:
            file.seek(place + 200)
            file.write(b"\xff")

        _, (gap,), found = looked(image)

        told = "the checksum of what it says of its array is wrong"
        assert gap.detail == (told if not minor else f"Linux software RAID: {told}")
        assert found == ({} if minor else TREE)


@pytest.mark.parametrize("level", [0, 4, 5, 6, 10])
def test_an_array_over_several_disks_is_a_gap_by_its_name(tmp_path, content, level):
    image = volumes.member(tmp_path / "disk", content, SIZE, level=level, count=4)

    (partition,), (gap,), _ = looked(image)

    assert not partition["read"]
    assert gap.detail == (
        f"Linux software RAID (raid{level}): one of several disks over which its content is "
        "spread: put them together first"
    )


def test_an_array_of_one_disk_is_read_whatever_its_level(tmp_path, content):
    assert looked(volumes.member(tmp_path / "disk", content, SIZE, level=0, count=1))[2] == TREE


def test_both_members_of_a_mirror_are_read_once_the_one_kept_up_longer(tmp_path, content):
    old = volumes.member(tmp_path / "old", content, SIZE, slot=0, events=10)
    new = volumes.member(tmp_path / "new", content, SIZE, slot=1, events=12)
    disk = disks.divided(tmp_path / "disk", (old, RAID), (new, RAID))

    found, (gap,), files = looked(disk)

    assert [each["read"] for each in found] == [True, False]
    assert [each["number"] for each in found] == [2, 1]  # the system's own comes first
    assert (gap.origin, gap.reason) == ("disk:/partition-1", Reason.SKIPPED)
    assert gap.detail == "a copy of partition 2, by their mirror: not read again"
    assert files == TREE


@pytest.mark.parametrize(
    ("data", "boot"),
    [
        ("/dev/mapper/my--vg-da--ta", "/dev/md0"), ("/dev/my-vg/da-ta", "/dev/md/0"),
        ("/dev/disk/by-id/dm-uuid-LVM-{}", "/dev/disk/by-id/md-name-hospital:0"),
        ("/dev/disk/by-id/dm-name-my--vg-da--ta", "/dev/disk/by-label/BOOT"),
        ("UUID={}", '"LABEL=BOOT"'),
    ],
)  # fmt: skip
def test_logical_volumes_on_a_mirror_stand_where_fstab_has_them(tmp_path, data, boot):
    pv = disks.blank(tmp_path / "pv", 40 * MIB)
    volumes.group(tmp_path / "lvm", {"root": 16, "da-ta": 16}, pv, name="my-vg")
    with volumes.lvm(tmp_path / "lvm", pv) as run:
        told = run("lvs", "--noheadings", "-o", "vg_uuid,lv_uuid", "my-vg/da-ta").split()
    number = (
        "".join(told).replace("-", "") if "/" in data else "1b4e28ba-2fa1-11d2-883f-0016d3cca427"
    )
    etc = tmp_path / "root/etc"
    etc.mkdir(parents=True)
    (etc / "passwd").write_bytes(TREE["/etc/passwd"])
    (etc / "fstab").write_text(f"{data.format(number)} /data ext4\n{boot} /boot ext4\n")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/file").write_bytes(b"there")
    root = disks.ext(tmp_path / "root.img", tmp_path / "root")
    kept = disks.ext(tmp_path / "data.img", tmp_path / "other",
                     options=("-U", "1b4e28ba-2fa1-11d2-883f-0016d3cca427"))  # fmt: skip
    started = disks.ext(tmp_path / "boot.img", tmp_path / "other", options=("-L", "BOOT"))
    volumes.fill(tmp_path / "lvm", "my-vg/root", root.read_bytes(), pv)
    volumes.fill(tmp_path / "lvm", "my-vg/da-ta", kept.read_bytes(), pv)
    one = volumes.member(tmp_path / "one", started, SIZE, uuid=b"\3" * 16)
    two = volumes.member(tmp_path / "two", pv, 41 * MIB, name=b"hospital:1")
    disk = disks.divided(tmp_path / "disk", (one, RAID), (two, RAID))

    found, gaps, files = looked(disk)

    assert gaps == []
    assert [(each["at"], each["number"], each["holds"]) for each in found] == [
        ("/", 3, "ext4"), ("/boot", 1, "ext4"), ("/partition-2", 2, "LVM2 physical volume"),
        ("/data", 4, "ext4"),
    ]  # fmt: skip
    assert found[-1]["offset"] == (1 + 20 + 1 + 1 + 17) * MIB  # behind what the mirror keeps, too
    assert (files["/boot/file"], files["/data/file"]) == (b"there", b"there")


def test_a_mirror_of_whole_disks_has_its_table_inside(tmp_path, content):
    inner = disks.divided(tmp_path / "inner", (content, disks.LINUX), (content, disks.LINUX))
    image = volumes.member(tmp_path / "disk", inner, 64 * MIB, first=2 * MIB)

    with disks.opened(image) as source:
        document, _ = disks.facts(source)

    assert [each["offset"] for each in document["partitions"]] == [3 * MIB, 20 * MIB]
    assert document["table"]["scheme"] == "GPT"
    assert [each["read"] for each in document["partitions"]] == [True, True]


def test_what_was_made_over_a_former_member_is_read_and_the_mark_is_told(tmp_path):
    """FAT leaves the place of the description as it was."""
    image = disks.fat(tmp_path / "disk", 32)
    size = image.stat().st_size
    disks.tool("mcopy", "-i", image, "-", "::after.txt", input=b"after")
    place, head = volumes.version_1(size, 1, 2, minor=2, first=8 * MIB)
    with image.open("r+b") as file:
        file.seek(place)
        file.write(head)

    _, (gap,), found = looked(image)

    assert found == {"/after.txt": b"after"}
    assert gap.detail == "it bears marks of Linux software RAID, too: not read as such"
