"""Disks that are parts of an array, by what stands at their end, as its makers write it.

What is written here has the fields that mdadm and drbdmeta write.
"""

import disks
import pytest
import volumes

from collectors.artifact import Gap, Reason
from collectors.disk.collecting.facts import DiskFacts
from collectors.disk.collecting.files import DiskFiles

SIZE = 8 * disks.MIB
WHOLE = SIZE - (128 << 10)  # the largest file system that any of these arrays has room for
TREE = {"/a": b"a" * 5000, "/b": b"b" * 200_000}


@pytest.fixture
def tree(tmp_path):
    folder = tmp_path / "tree"
    folder.mkdir()
    for name, data in TREE.items():
        (folder / name[1:]).write_bytes(data)
    return folder


def version_0(*told, **more):
    return volumes.version_0(SIZE, *told, **more)


def version_1(*told, **more):
    return volumes.version_1(SIZE, *told, **more)


def drbd(version):
    head = bytes(60) + bytes.fromhex(f"837402{0x63 + version:02x}")
    return SIZE - 4096, head


INTEL = SIZE - 1024, b"Intel Raid ISM Cfg Sig. 1.3.00"
DDF = SIZE - 512, bytes.fromhex("de11de11")
SPREAD = {
    "0.90 raid5": version_0(5, 3), "0.90 raid0": version_0(0, 2),
    "0.90 big-endian": version_0(5, 3, order=">"), "0.90 raid10": version_0(10, 4),
    "1.0 raid5": version_1(5, 3), "1.0 raid0": version_1(0, 2), "1.0 raid6": version_1(6, 4),
    "1.0 raid10": version_1(10, 4, layout=0x102),
}  # fmt: skip
LIKE = {
    "0.90 mirror": version_0(1, 2), "0.90 linear": version_0(-1, 2), "1.0 mirror": version_1(1, 2),
    "1.0 raid10 of two": version_1(10, 2, layout=0x102), "drbd 8": drbd(8), "drbd 9": drbd(10),
}  # fmt: skip


def member(tmp_path, tree, mark, *, claimed=WHOLE):
    """A member whose first bytes are a file system's that says to have a size."""
    image = disks.ext(tmp_path / "disk", tree, size=claimed)
    with image.open("r+b") as file:
        file.truncate(SIZE)
        file.seek(mark[0])
        file.write(mark[1])
    return image


def looked(path):
    with disks.opened(path) as source:
        document, gaps = disks.facts(source)
        return document, gaps, disks.contents(DiskFiles(), source) if not gaps else {}


@pytest.mark.parametrize("kind", SPREAD)
@pytest.mark.parametrize("claimed", [2 * SIZE, 4 * disks.MIB])
def test_of_an_array_that_is_spread_nothing_is_read_as_files(tmp_path, tree, kind, claimed):
    """Behind its first blocks lie those of another place: other files' content, and no error."""
    document, (gap,), _ = looked(member(tmp_path, tree, SPREAD[kind], claimed=claimed))

    (partition,) = document["partitions"]
    assert (partition["holds"], partition["read"]) == ("Linux software RAID", False)
    assert (gap.origin, gap.reason) == ("disk:/partition-1", Reason.UNSUPPORTED)
    assert "its content is spread" in gap.detail


@pytest.mark.parametrize("kind", LIKE)
def test_a_copy_of_a_mirror_is_read_and_told_and_no_gap(tmp_path, tree, kind):
    document, gaps, found = looked(member(tmp_path, tree, LIKE[kind]))

    (partition,) = document["partitions"]
    assert (partition["holds"], gaps) == ("ext4", [])
    assert "part of an array" in partition["note"]
    assert found == TREE


def test_what_was_left_of_an_array_does_not_close_the_file_system_that_came_after(tmp_path, tree):
    """It reaches over the mark, which an array keeps outside of what it holds."""
    image = disks.ext(tmp_path / "disk", tree, size=SIZE)
    with image.open("r+b") as file:
        file.seek(SPREAD["0.90 raid5"][0])
        file.write(SPREAD["0.90 raid5"][1])

    with disks.opened(image) as source:
        document, (gap,) = disks.facts(source)
        assert disks.contents(DiskFiles(), source) == TREE

    assert document["partitions"][0]["holds"] == "ext4"
    assert gap.detail == "it bears marks of Linux software RAID, too: not read as such"


@pytest.mark.parametrize(("mark", "name"), [(INTEL, "Intel RAID"), (DDF, "RAID (DDF)")])
def test_an_array_whose_kind_is_not_told_is_read_only_as_far_as_it_can_be_one_disk(
    tmp_path, tree, mark, name
):
    fits = looked(member(tmp_path, tree, mark))
    (tmp_path / "disk").unlink()
    beyond = looked(member(tmp_path, tree, mark, claimed=2 * SIZE))

    assert [each["partitions"][0]["holds"] for each in (fits[0], beyond[0])] == ["ext4", name]
    assert [gap.detail.partition(":")[0] for gap in (*fits[1], *beyond[1])] == [
        f"it bears marks of {name}, too", name,
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [*SPREAD, *LIKE])
def test_a_member_in_which_nothing_begins_has_its_name(tmp_path, kind):
    place, mark = {**SPREAD, **LIKE}[kind]
    image = disks.blank(tmp_path / "disk", SIZE)
    with image.open("r+b") as file:
        file.seek(place)
        file.write(mark)

    _, (gap,), _ = looked(image)

    assert gap.detail.startswith("DRBD: " if "drbd" in kind else "Linux software RAID")
    theirs = disks.tool("blkid", "-p", "-o", "value", "-s", "TYPE", image).decode().strip()
    assert theirs == ("drbd" if "drbd" in kind else "linux_raid_member")


@pytest.mark.parametrize("mark", [*SPREAD.values(), INTEL])
def test_the_table_of_a_whole_array_is_not_taken_for_that_of_its_first_disk(tmp_path, tree, mark):
    part = disks.ext(tmp_path / "part", tree, size=4 * disks.MIB)
    other = disks.blank(tmp_path / "other", SIZE)
    disk = disks.divided(tmp_path / "disk", (part, disks.LINUX), (other, disks.LINUX))
    with disk.open("r+b") as file:
        file.truncate(SIZE)
        file.seek(mark[0])
        file.write(mark[1])

    document, (gap,), _ = looked(disk)

    assert [each["read"] for each in document["partitions"]] == [False]
    assert (gap.origin, gap.reason) == ("disk:/partition-1", Reason.UNSUPPORTED)


def test_a_dynamic_disk_of_windows_says_that_volumes_may_be_missing(tmp_path, tree):
    part = disks.ext(tmp_path / "part", tree, size=4 * disks.MIB)
    by_type = disks.divided(tmp_path / "type", (part, "42"), scheme="dos")
    by_guid = disks.divided(tmp_path / "guid", (part, "AF9B60A0-1431-4F62-BC68-3311714A69AD"))
    by_head = disks.divided(tmp_path / "head", (part, "83"), scheme="dos")
    with by_head.open("r+b") as file:
        file.seek(6 * 512)
        file.write(b"PRIVHEAD")

    for disk in (by_type, by_guid, by_head):
        document, (gap,), _ = looked(disk)
        assert document["partitions"][0]["holds"] == "ext4"
        assert (gap.origin, gap.reason) == ("disk:/partition-table", Reason.UNREADABLE)
        assert gap.detail.startswith("a dynamic disk of Windows")
        with disks.opened(disk) as source:  # whose image is whole all the same
            assert not [x for x in DiskFacts(files=False).collect(source) if isinstance(x, Gap)]
