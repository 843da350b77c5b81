"""A boot sector of NTFS that nobody wrote in earnest."""

from __future__ import annotations

import disks
import pytest

TOLD = [0xE1, 0xE8, 0xF3, 0x00, 0x40]


def with_records(path, told, *, everywhere):
    """An NTFS that tells another size of its records, in its copy, too."""
    image = disks.ntfs(path, size=4 * disks.MIB)
    with image.open("r+b") as file:
        copy = file.seek(-512, 2)
        for start in (0, copy) if everywhere else (0,):
            file.seek(start + 64)
            file.write(bytes([told]))
    return image


@pytest.mark.parametrize("told", TOLD)
def test_records_of_an_impossible_size_are_a_gap_before_libtsk_makes_room_for_one(tmp_path, told):
    image = with_records(tmp_path / "disk.img", told, everywhere=True)

    with disks.opened(image) as source:
        (partition,) = source.disk.partitions

    assert partition.system is None
    assert partition.detail == "NTFS: damaged: records of an impossible size"


@pytest.mark.parametrize("told", TOLD)
def test_where_the_copy_tells_another_size_it_is_read_by_that(tmp_path, told):
    image = with_records(tmp_path / "disk.img", told, everywhere=False)

    with disks.opened(image) as source:
        (partition,) = source.disk.partitions

    assert partition.system is not None
    assert "from the copy that it keeps: records of an impossible size" in partition.note
