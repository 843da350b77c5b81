"""Folders of ext4 within their inodes, as the kernel writes them, and bytes of our own making."""

import struct

import disks
import hosts
import pytest
from mounting import mounted

from collectors.artifact import Artifact, Gap
from collectors.disk.collecting.files import DiskFiles
from collectors.disk.ext.inlined import names_in


def entry(name: bytes, inode: int, length: int) -> bytes:
    return (struct.pack("<IHBB", inode, length, len(name), 1) + name).ljust(length, b"\0")


def folder(*entries: bytes, size: int = 60) -> bytes:
    """An inode with these in the place of its list of blocks, behind the number of its parent."""
    area = (struct.pack("<I", 2) + b"".join(entries)).ljust(60, b"\0")
    return (struct.pack("<HHI", 0x41ED, 0, size).ljust(40, b"\0") + area).ljust(128, b"\0")


def test_names_are_read_from_the_inode_and_then_from_the_attribute():
    inode = folder(entry(b"one", 12, 20), entry(b"gone", 0, 36), size=60 + 64)
    more = entry(b"two", 1 << 31, 12) + entry(b"x" * 44, 14, 52)

    assert list(names_in(inode, more)) == [(b"one", 12), (b"two", 1 << 31), (b"x" * 44, 14)]


def test_a_name_may_end_with_its_entry_and_the_last_one_with_the_area():
    assert list(names_in(folder(entry(b"x" * 48, 12, 56)), b"")) == [(b"x" * 48, 12)]


@pytest.mark.parametrize(
    ("entries", "size", "further"),
    [
        ([entry(b"one", 12, 0)], 60, b""),
        ([entry(b"one", 12, 10)], 60, b""),
        ([entry(b"one", 12, 60)[:56]], 60, b""),
        ([entry(b"one", 12, 56)], 61, b""),
        ([entry(b"one", 12, 56)], 60 | 1 << 24, b""),
        ([entry(b"one", 12, 56)], 68, bytes(7)),
        ([entry(b"one", 12, 56)], 64, bytes(4)),
    ],
    ids=["empty", "longer name", "beyond", "rest missing", "far more", "rest cut off", "no entry"],
)
def test_what_is_no_list_of_names_is_an_error_and_not_fewer_names(entries, size, further):
    with pytest.raises((LookupError, struct.error)):
        list(names_in(folder(*entries, size=size), further))


@pytest.mark.parametrize("inode", [256, 512, 1024])
def test_folders_within_inodes_are_listed_whatever_the_size_of_these(tmp_path, inode):
    names = [f"{number}-{'n' * 12}" for number in range(20)]
    image = disks.ext(tmp_path / "fs.img", options=("-O", "inline_data", "-I", str(inode)))
    with disks.looped(image) as device, mounted(tmp_path / "m", what=device, kind="ext4") as where:
        below = tmp_path / "m" / "below"
        (below / "deeper").mkdir(parents=True)
        for name in names:
            (below / name).write_text(name)
        (below / "deeper" / "one").write_text("one")
        (below / "link").symlink_to("deeper")
        assert where

    with disks.opened(image) as source:
        found = {one.origin: one for one in DiskFiles().collect(source)}
        texts = {
            origin: hosts.read(one).data.decode()
            for origin, one in found.items()
            if isinstance(one, Artifact) and not origin.startswith("/lost+found")
        }

    assert not [one for one in found.values() if isinstance(one, Gap)]
    assert texts == {
        **{f"/below/{name}": name for name in names},
        "/below/deeper/one": "one", "/below/link": "deeper",
    }  # fmt: skip


def test_a_folder_within_its_inode_that_is_damaged_is_a_gap(tmp_path):
    image = disks.ext(tmp_path / "fs.img", options=("-O", "inline_data", "-I", "1024"))
    with disks.looped(image) as device, mounted(tmp_path / "m", what=device, kind="ext4"):
        below = tmp_path / "m" / "below"
        below.mkdir()
        for number in range(20):
            (below / f"{number}-{'n' * 12}").write_text("x")
    data = bytearray(image.read_bytes())
    at = data.index(b"\0\0\x02\xea", data.index(b"0-nnnnnnnnnnnn"))  # of the attributes behind
    data[at : at + 4] = bytes(4)
    image.write_bytes(data)

    with disks.opened(image) as source:
        (gap,) = [one for one in DiskFiles().collect(source) if isinstance(one, Gap)]

    assert (gap.origin, gap.reason) == ("/below", "unreadable")
    assert "not all of a folder within its inode is there" in gap.detail
