"""Folders of ext that are too long for libtsk, which compares each name with all before it."""

from __future__ import annotations

import os
import subprocess

import disks
import pytest

from collectors.artifact import Gap, Reason
from collectors.disk.collecting.deleted import DeletedFiles
from collectors.disk.collecting.files import DiskFiles
from collectors.disk.ext import folders


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    root = tmp_path_factory.mktemp("ext") / "root"
    (root / "below" / "more").mkdir(parents=True)
    for number in range(600):
        (root / f"a-name-of-some-length-{number:04d}.txt").write_bytes(b"%d" % number)
    (root / "below" / os.fsdecode(b"bad\xff")).write_bytes(b"x")
    os.symlink("below", root / "link")
    os.mkfifo(root / "pipe")
    return root


@pytest.fixture(scope="module", params=["ext2", "ext4", "ext4,indexed"])
def image(request, tree, tmp_path_factory):
    kind, *indexed = request.param.split(",")
    path = disks.ext(tmp_path_factory.mktemp("image") / "disk.img", tree, options=("-t", kind))
    if indexed:
        subprocess.run(["e2fsck", "-f", "-y", "-D", path], env=disks.SBIN, check=False)
    return path


class Asked:
    """How often libtsk lists a folder."""

    def __init__(self, monkeypatch, source):
        ((_, self.system),) = source.readable()
        self.times, self._fs = 0, self.system._fs
        monkeypatch.setattr(self.system, "_fs", self)

    def __getattr__(self, name):
        return getattr(self._fs, name)

    def names(self, inode):
        self.times += 1
        return self._fs.names(inode)


def test_a_long_folder_is_read_here_and_says_the_same(image, monkeypatch):
    with disks.opened(image) as source:
        expected, listed = disks.contents(DiskFiles(), source), source.listing("/")
    monkeypatch.setattr(folders, "LONG", 0)

    with disks.opened(image) as source:
        asked = Asked(monkeypatch, source)
        assert source.listing("/") == listed
        assert disks.contents(DiskFiles(), source) == expected
        assert len(asked.system.names_of(asked.system.root)) == len(listed)
        assert asked.times == 0


def test_that_nothing_deleted_was_looked_for_is_a_gap_of_that_folder(image, monkeypatch):
    monkeypatch.setattr(folders, "LONG", 16384)
    with disks.opened(image) as source:
        gaps = [one for one in DeletedFiles().collect(source) if isinstance(one, Gap)]

    assert [(gap.origin, gap.reason) for gap in gaps if "not looked for" in gap.detail] == [
        ("/", Reason.SKIPPED)
    ]


def test_a_damaged_one_is_left_to_libtsk_which_reads_on_behind_the_damage(image, monkeypatch):
    name = b"a-name-of-some-length-0300.txt"
    data = bytearray(image.read_bytes())
    at = data.index(name)
    data[at - 4 : at - 2] = b"\1\0"  # the length of the entry
    place = image.with_name("damaged.img")
    place.write_bytes(data)
    with disks.opened(place) as source:
        asked = Asked(monkeypatch, source)
        told = asked.system.names_of(asked.system.root)
        monkeypatch.setattr(folders, "LONG", 0)

        assert asked.system.names_of(asked.system.root) == told
        assert asked.times == 2
