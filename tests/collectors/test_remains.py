"""Memory that lies on disks: swap as the kernel lists it, dumps where they are written."""

from __future__ import annotations

import os

import disks
import hosts
import pytest

from collectors.artifact import Artifact, Gap, Reason
from collectors.files.source import Source
from collectors.ram.remains import MemoryRemains, swaps

HEAD = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"


@pytest.fixture
def host(tmp_path):
    return hosts.linux(tmp_path)


def found(host):
    source = Source(str(host.root), live=True)
    try:
        return {one.origin: one for one in MemoryRemains().collect(source)}
    finally:
        source.close()


def test_a_swap_file_and_dumps_are_taken(host):
    host.with_file("/proc/swaps", HEAD + "/swap\\040file                file\t\t1048572\t0\t-2\n")
    host.with_file("/swap file", "swapped out")
    host.with_file("/var/crash/202611251400/vmcore", "KDUMP")
    host.with_file("/var/lib/systemd/coredump/core.sshd.0.zst", "core")
    host.with_file("/sys/block/zram0/disksize", "1073741824\n")

    taken = {o: hosts.read(one).data for o, one in found(host).items() if isinstance(one, Artifact)}

    assert taken == {
        "/swap file": b"swapped out", "/var/crash/202611251400/vmcore": b"KDUMP",
        "/var/lib/systemd/coredump/core.sshd.0.zst": b"core",
        "/sys/block/zram0/disksize": b"1073741824\n",
    }  # fmt: skip


def test_a_swap_partition_is_read_from_its_device(host, tmp_path):
    image = disks.blank(tmp_path / "swap.img", disks.MIB)
    data = os.urandom(disks.MIB)
    image.write_bytes(data)
    with disks.looped(image) as device:
        host.with_file("/proc/swaps", f"{HEAD}{device}  partition\t1020\t0\t-2\n")
        (host.root / "dev").mkdir(exist_ok=True)
        (host.root / device[1:]).symlink_to(device)
        one = found(host)[device]
        taken = hosts.read(one)

    assert taken.data == data
    assert taken.method.door == "raw file system"


def test_a_machine_that_does_not_tell_its_swap_is_a_gap(host):
    gap = found(host)["/proc/swaps"]

    assert isinstance(gap, Gap)
    assert gap.reason is Reason.ABSENT


def test_a_swap_file_that_was_deleted_while_in_use_is_a_gap(host):
    host.with_file("/proc/swaps", f"{HEAD}/gone\\040(deleted) file 1 0 -2\n")
    gap = found(host)["/gone (deleted)"]

    assert gap.reason is Reason.UNREADABLE
    assert gap.detail == "the kernel swaps to it, but it was deleted: no name leads to it any more"


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (HEAD, []),
        ("", []),
        (f"{HEAD}/dev/zram0 partition 1 0 100\n", [("/dev/zram0", "partition")]),
        (f"{HEAD}/gone\\040(deleted) file 1 0 -2\n", [("/gone (deleted)", "file")]),
        (f"{HEAD}odd\n/a\n", []),
    ],
)
def test_the_kernel_s_table_is_read(table, expected):
    assert swaps(table) == expected
