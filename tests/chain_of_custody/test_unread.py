"""A file that the medium does not give back is not an altered one, whatever else speaks of it."""

from __future__ import annotations

import errno
import io
import os
import shutil

import pytest

from chain_of_custody.folder import BundleFolder
from chain_of_custody.verify import verify


class Failing(io.FileIO):
    """A file on a medium that fails while it is read."""

    def read(self, size: int = -1) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    def readinto(self, buffer) -> int:
        raise OSError(errno.EIO, os.strerror(errno.EIO))


class FailingFolder(BundleFolder):
    """A bundle of which one file can't be read."""

    failing = ""

    def open(self, name: str) -> io.FileIO:
        return Failing(self.path / name) if name == self.failing else super().open(name)


@pytest.fixture
def renewed(world):
    """A bundle with every kind of file that there is."""
    return world.path("renewed")


def test_no_file_that_can_t_be_read_makes_a_bundle_altered(renewed):
    names = sorted(BundleFolder(renewed).listing.files)
    told = {}
    for name in names:
        folder = FailingFolder(renewed)
        folder.failing = name
        told[name] = verify(folder).told

    assert {name: one for name, one in told.items() if one != "unread"} == {}
    assert {"manifest.json", "anchors/0001.tsr", "anchors/0002.sums"} <= set(names)


def test_an_altered_file_beside_one_that_can_t_be_read_is_told(renewed, tmp_path):
    copy = shutil.copytree(renewed, tmp_path / "copy")
    (copy / "anchors" / "0001.tsr").write_bytes(b"other")
    folder = FailingFolder(copy)
    folder.failing = "manifest.json.p7s"

    assert verify(folder).told == "1"
