"""What lies on what, as /sys tells it."""

from __future__ import annotations

import os

import pytest

from evidence.surroundings import devices


def test_a_destination_on_a_partition_below_mappings_lies_on_the_disk(tmp_path, monkeypatch):
    """A destination on LUKS on a partition of the disk, as /sys shows it."""
    sys_, disk = tmp_path / "sys", tmp_path / "sys/devices/sda"
    for place, number in ((disk, "8:0"), (disk / "sda2", "8:2"), (sys_ / "devices/dm-0", "252:0")):
        (place / "slaves").mkdir(parents=True)
        (place / "dev").write_text(f"{number}\n")
        (sys_ / "dev/block").mkdir(parents=True, exist_ok=True)
        (sys_ / "dev/block" / number).symlink_to(place)
    (disk / "sda2/partition").write_text("2\n")
    (sys_ / "devices/dm-0/slaves/sda2").symlink_to(disk / "sda2")
    monkeypatch.setattr(devices, "SYS", sys_)

    assert devices.below(os.makedev(252, 0)) >= {"252:0", "8:2", "8:0"}


@pytest.fixture
def laid(tmp_path, monkeypatch):
    """Says where in sysfs the device of this folder is."""
    sys, found = tmp_path / "sys", tmp_path.stat()
    monkeypatch.setattr(devices, "SYS", sys)

    def at(place: str, removable: str = "0", partition: bool = True) -> None:
        disk = sys / "devices" / place
        device = disk / "part" if partition else disk
        device.mkdir(parents=True)
        (disk / "removable").write_text(removable + "\n")
        (disk / "dev").write_text("250:7\n")
        if partition:
            (device / "partition").write_text("1\n")
        for number, to in ((f"{os.major(found.st_dev)}:{os.minor(found.st_dev)}", device),
                           ("250:7", disk)):  # fmt: skip
            link = sys / "dev" / "block" / number
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(to)

    return at


@pytest.mark.parametrize(
    ("place", "removable", "partition", "stick"),
    [
        ("pci0000:00/usb2/2-1/block/sdb", "1", True, True),
        ("pci0000:00/usb2/2-1/block/sdb", "0", True, True),  # an SSD in a case
        ("pci0000:00/mmc0/block/mmcblk0", "1", False, True),
        ("pci0000:00/ata1/block/sda", "0", True, False),
        ("virtual/block/dm-0", "0", False, False),
    ],
)
def test_a_stick_is_known_by_how_it_is_connected(
    place, removable, partition, stick, laid, tmp_path
):
    laid(place, removable, partition)

    assert devices.is_stick(tmp_path.stat().st_dev) is stick
