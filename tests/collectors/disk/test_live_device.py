"""A mounted file system read from its device while it is written: no run fails, all is told."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager

import disks
import hosts
import pytest
import runs

from collectors.artifact import Artifact
from collectors.disk.collecting.files import DiskFiles
from evidence.reading.checked import open_bundle

STILL = os.urandom(200_000)
KINDS = {
    "ext4": (disks.ext, "mount"), "ntfs": (disks.ntfs, "ntfs-3g"),
    "exfat": (disks.exfat, "mount.exfat-fuse"),
}  # fmt: skip


@contextmanager
def mounted(tmp_path, kind):
    """A device, and where it is mounted."""
    image, folder = tmp_path / "fs.img", tmp_path / "mounted"
    make, mount = KINDS[kind]
    make(image, size=64 * disks.MIB)
    folder.mkdir()
    with disks.looped(image) as device:
        disks.tool(mount, device, folder)
        try:
            yield device, folder
        finally:
            disks.tool("umount", "--lazy", folder)  # FUSE lets go of files a little later


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_between_looking_and_the_end_is_marked(tmp_path, kind):
    with mounted(tmp_path, kind) as (device, folder):
        (folder / "still").write_bytes(STILL)
        (folder / "grows").write_bytes(STILL)
        os.sync()
        with disks.opened(device) as source:
            found = {one.origin: one for one in DiskFiles().collect(source)}
            with (folder / "grows").open("ab") as file:
                file.write(STILL)
            os.sync()
            taken = {name: found[f"/{name}"].open() for name in ("still", "grows")}
            for reading in taken.values():
                hosts.read(Artifact("x", "disk", lambda held=reading: held))
            changed = {name: reading.changed for name, reading in taken.items()}

    assert changed == {"still": False, "grows": True}


@pytest.mark.parametrize("bits", [12, 16, 32])
def test_what_is_written_to_a_fat_while_it_is_read_is_marked(tmp_path, bits):
    """By mtools, into the device itself; what moves has the same name, size and time as before."""
    given, small = tmp_path / "given", tmp_path / "small"
    given.write_bytes(STILL)
    small.write_bytes(b"small")
    image = disks.fat(tmp_path / "fs.img", bits, size={12: 4, 16: 32, 32: 64}[bits] * disks.MIB)
    with disks.looped(image) as device:
        for name in ("still", "grows", "moves", "goes"):
            disks.tool("mcopy", "-m", "-i", device, given, f"::{name}")
        with disks.opened(device) as source:
            taken = {one.origin: one.open() for one in DiskFiles().collect(source)}
            disks.tool("mdel", "-i", device, "::goes", "::moves")
            disks.tool("mcopy", "-i", device, small, "::small")  # where the other one began
            disks.tool("mcopy", "-m", "-i", device, given, "::moves")
            with given.open("ab") as file:
                file.write(STILL)
            disks.tool("mcopy", "-o", "-i", device, given, "::grows")
            for reading in taken.values():
                hosts.read(Artifact("x", "disk", lambda held=reading: held))
            changed = {name: reading.changed for name, reading in taken.items()}

    assert changed == {"/still": False, "/grows": True, "/moves": True, "/goes": True}


def test_a_file_that_is_deleted_while_it_is_read_is_marked(tmp_path):
    with mounted(tmp_path, "ext4") as (device, folder):
        (folder / "goes").write_bytes(STILL)
        os.sync()
        with disks.opened(device) as source:
            reading = source.file("/goes", "disk").open()
            (folder / "goes").unlink()
            os.sync()
            taken = hosts.read(Artifact("x", "disk", lambda: reading))

        assert len(taken.data) == len(STILL)
        assert reading.changed is True


def test_of_an_image_it_is_not_told(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "f").write_bytes(STILL)
    with disks.opened(disks.ext(tmp_path / "fs.img", tree)) as source:
        reading = source.file("/f", "disk").open()
        hosts.read(Artifact("x", "disk", lambda: reading))

    assert reading.changed is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_over_a_file_system_that_never_rests_ends_sealed(tmp_path, kind):
    stop = threading.Event()

    def unrest(folder):
        number = 0
        while not stop.is_set():
            number += 1
            place = folder / f"d{number % 7}"
            place.mkdir(exist_ok=True)
            (place / f"{number % 50}").write_bytes(STILL[: number * 997 % len(STILL)])
            if number % 3 == 0:
                (place / f"{number % 50}").unlink()
            if number % 20 == 0:
                os.sync()

    (tmp_path / "out").mkdir()
    with mounted(tmp_path, kind) as (device, folder):
        (folder / "still").write_bytes(STILL)
        os.sync()
        thread = threading.Thread(target=unrest, args=(folder,))
        thread.start()
        try:
            done = runs.hozen(
                "collect", "--source", device, "--output", tmp_path / "out", "--profile", "full"
            )
        finally:
            stop.set()
            thread.join()

    opened = open_bundle(runs.bundle_in(tmp_path / "out"))
    records = {record.meta.source.origin: record for record in opened.records()}
    assert done.code in (0, 3), done.err
    assert "failed" not in done.out + done.err
    assert records["/still"].content.status == "acquired"
    assert records["/still"].meta.changed_while_reading is False
