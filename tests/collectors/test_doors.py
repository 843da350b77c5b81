"""Files through two doors: a mounted file system beside the device that it lies on."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager

import disks
import hosts
import pytest

from collectors import doors
from collectors.artifact import Artifact, Reason
from collectors.doors import TwoDoors
from collectors.source import Source

SECRET = b"#!/bin/sh\nnc -l 4444\n"


class Lying(Source):
    """A machine on which something in the kernel hides one name and fakes one content."""

    hides = fakes = ""

    def listing(self, path):
        return [each for each in super().listing(path) if f"{path}/{each[0]}" != self.hides]

    def file(self, path, kind, **options):
        honest = f"{path}.honest" if path == self.fakes else path
        return super().file(honest, kind, **options)


@contextmanager
def mounted(tmp_path, make=disks.ext, fill=None, **options):
    """A file system of the machine, filled and on the disk; old enough to be compared."""
    image, folder = make(tmp_path / "fs.img", **options), tmp_path / "mounted"
    folder.mkdir()
    with disks.looped(image) as device:
        disks.tool("mount", device, folder)
        try:
            fill(folder)
            os.sync()
            yield folder
        finally:
            disks.tool("umount", folder)


def fill(folder):
    (folder / "etc/cron.d").mkdir(parents=True)
    (folder / "etc/passwd").write_bytes(b"root:x:0:0\n")
    (folder / "etc/passwd.honest").write_bytes(b"nobody:x:0:0\n")
    (folder / "etc/cron.d/evil").write_bytes(SECRET)
    (folder / "etc/large").write_bytes(os.urandom(doors.LARGEST + 1))
    (folder / "etc/日本語").write_bytes(b"")
    (folder / "etc/link").symlink_to("passwd")
    with (folder / "etc/sparse").open("wb") as file:
        file.truncate(1 << 20)
        file.seek(300_000)
        file.write(b"island")


def compared(folder, source):
    """Artifacts' bytes and gaps by origin, and the counts."""
    bytes_of, gaps = {}, {}
    for one in TwoDoors((str(folder / "etc"),)).collect(source):
        if isinstance(one, Artifact):
            bytes_of[one.origin] = hosts.read(one).data
        else:
            gaps[one.origin] = one
    source.close()
    told = json.loads(bytes_of.pop("hozen:/two-doors.json", b'{"mounts": []}'))
    return bytes_of, gaps, told["mounts"]


@pytest.fixture
def at_once(monkeypatch):
    monkeypatch.setattr(doors, "LATELY_NS", 0)


@pytest.mark.parametrize("kind", ["ext2", "ext3", "ext4"])
def test_an_honest_machine_shows_what_the_disk_holds(tmp_path, at_once, kind):
    def plain(folder):
        (folder / "etc/cron.d").mkdir(parents=True)
        (folder / "etc/cron.d/job").write_bytes(SECRET)
        (folder / "etc/Long name with blanks.conf").write_bytes(b"x" * 10_000)

    with mounted(tmp_path, fill=plain, options=("-t", kind)) as folder:
        found, gaps, (mount,) = compared(folder, Source("/"))

    assert (found, gaps) == ({}, {})
    assert (mount["compared"], mount["hidden"], mount["differing"]) == (2, 0, 0)
    assert (mount["folders"], mount["names"]) == (2, 3)


def test_holes_large_files_and_links_are_no_difference(tmp_path, at_once):
    with mounted(tmp_path, fill=fill) as folder:
        found, gaps, (mount,) = compared(folder, Source("/"))

    assert (found, gaps, mount["too_large"], mount["compared"]) == ({}, {}, 1, 5)


def test_a_hidden_file_is_named_and_taken_from_the_disk(tmp_path, at_once):
    with mounted(tmp_path, fill=fill) as folder:
        source = Lying("/")
        source.hides = f"{folder}/etc/cron.d/evil"
        found, gaps, (mount,) = compared(folder, source)

    assert found == {f"raw:{source.hides}": SECRET}
    gap = gaps[source.hides]
    assert (gap.reason, gap.expected) == (Reason.UNREADABLE, True)
    assert gap.detail.startswith("on the disk, but not shown by the system")
    assert mount["hidden"] == 1


def test_a_hidden_folder_is_named(tmp_path, at_once):
    with mounted(tmp_path, fill=fill) as folder:
        source = Lying("/")
        source.hides = f"{folder}/etc/cron.d"
        _, gaps, _ = compared(folder, source)

    assert gaps[source.hides].detail.startswith("a folder: on the disk, but not shown")


def test_another_content_is_named_and_the_disk_s_is_taken(tmp_path, at_once):
    with mounted(tmp_path, fill=fill) as folder:
        source = Lying("/")
        source.fakes = f"{folder}/etc/passwd"
        found, gaps, (mount,) = compared(folder, source)

    assert found == {f"raw:{source.fakes}": b"root:x:0:0\n"}
    assert gaps[source.fakes].detail.startswith("the system shows SHA-256 ")
    assert mount["differing"] == 1


def test_what_was_written_a_moment_ago_is_not_compared(tmp_path):
    with mounted(tmp_path, fill=fill) as folder:
        source = Lying("/")
        source.hides = f"{folder}/etc/cron.d/evil"
        found, gaps, (mount,) = compared(folder, source)

    assert (found, gaps, mount["compared"]) == ({}, {}, 0)
    assert mount["lately"] >= 5


def test_what_is_written_over_in_place_is_no_difference_the_next_time(tmp_path, at_once):
    """The device's own cache is not told of it."""
    with mounted(tmp_path, fill=fill) as folder:
        compared(folder, Source("/"))
        with (folder / "etc/passwd").open("r+b") as file:
            file.write(b"ROOT")
        os.sync()
        found, gaps, _ = compared(folder, Source("/"))

    assert (found, gaps) == ({}, {})


def test_what_is_mounted_over_a_folder_is_no_difference(tmp_path, at_once):
    with mounted(tmp_path, fill=fill) as folder:
        disks.tool("mount", "-t", "tmpfs", "none", folder / "etc/cron.d")
        try:
            found, gaps, _ = compared(folder, Source("/"))
        finally:
            disks.tool("umount", folder / "etc/cron.d")

    assert (found, gaps) == ({}, {})


def test_a_file_system_that_cannot_be_read_beside_the_system_is_a_gap(tmp_path):
    def make(path):
        disks.tool("mkfs.xfs", "-q", disks.blank(path, 320 * disks.MIB))
        return path

    with mounted(tmp_path, make, fill) as folder:
        found, gaps, told = compared(folder, Source("/"))

    assert (found, told) == ({}, [])
    assert gaps[f"raw:{folder}"].reason is Reason.UNSUPPORTED
    assert "XFS" in gaps[f"raw:{folder}"].detail
    assert gaps["hozen:/two-doors"].reason is Reason.UNSUPPORTED


def test_a_file_system_without_a_device_is_no_door(tmp_path):
    (tmp_path / "m").mkdir()
    disks.tool("mount", "-t", "tmpfs", "none", tmp_path / "m")
    try:
        (tmp_path / "m/etc").mkdir()
        found, gaps, _ = compared(tmp_path / "m", Source("/"))
    finally:
        disks.tool("umount", tmp_path / "m")

    assert (found, list(gaps)) == ({}, ["hozen:/two-doors"])


@pytest.mark.parametrize(("user", "reason"), [(0, Reason.UNSUPPORTED), (1000, Reason.DENIED)])
def test_a_device_that_is_kept_from_us_is_a_gap(tmp_path, monkeypatch, user, reason):
    """Root is kept from devices in containers only: no reason to be called back at night."""

    def refused(_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(doors, "_forget", refused)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    with mounted(tmp_path, fill=fill) as folder:
        _, gaps, _ = compared(folder, Source("/"))

    assert gaps[f"raw:{folder}"].reason is reason
