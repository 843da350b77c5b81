"""Folders of NTFS that are too long for libtsk, which compares each name with all before it."""

from __future__ import annotations

import os

import disks
import pytest

from collectors.artifact import Gap, Reason
from collectors.disk.collecting.deleted import DeletedFiles
from collectors.disk.collecting.files import DiskFiles
from collectors.disk.content import cut_out
from collectors.disk.ntfs import folders

MANY = 900
NAMES = ["患者一覧", "ASCII name of some length", "Ünïcode", "a^b"]
INDX = 4096  # bytes of a block


def filled(root):
    """A folder of files with several names, folders, short names; half of all are gone again."""
    folder = root / "folder"
    folder.mkdir()
    for number in range(MANY):
        (folder / f"{number:04d} {NAMES[number % 4]}").write_bytes(b"%d" % number)
    for number in range(0, MANY, 50):
        (folder / f"sub {number}").mkdir()
        os.link(folder / f"{number:04d} {NAMES[number % 4]}", folder / f"zz second {number}")
    os.setxattr(folder / f"0001 {NAMES[1]}", "system.ntfs_dos_name", b"SHORT~1")
    for number in range(MANY // 3, MANY):
        (folder / f"{number:04d} {NAMES[number % 4]}").unlink()


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    place = tmp_path_factory.mktemp("ntfs")
    image = disks.ntfs(place / "disk.img")
    with disks.mounted_ntfs(image, place / "mounted") as root:
        filled(root)
    return image


class Asked:
    """Which folders libtsk lists."""

    def __init__(self, monkeypatch, source):
        ((_, self.system),) = source.readable()
        self.folders, self._fs = [], self.system._fs
        monkeypatch.setattr(self.system, "_fs", self)

    def __getattr__(self, name):
        return getattr(self._fs, name)

    def names(self, inode):
        self.folders.append(inode)
        return self._fs.names(inode)


def entries(source, path):
    system, inode = source.folder_at(path)
    return [entry for entry in system.folder(inode) if not entry.deleted]


def test_a_long_folder_is_read_here_and_says_the_same(image, monkeypatch):
    with disks.opened(image) as source:
        expected = disks.contents(DiskFiles(), source), entries(source, "/folder")
    monkeypatch.setattr(folders, "LONG", 0)

    with disks.opened(image) as source:
        asked = Asked(monkeypatch, source)
        assert (disks.contents(DiskFiles(), source), entries(source, "/folder")) == expected
        assert source.folder_at("/folder")[1] not in asked.folders
    assert len(expected[1]) == MANY // 3 + 2 * MANY // 50


def test_that_nothing_deleted_was_looked_for_is_a_gap_of_that_folder(image, monkeypatch):
    monkeypatch.setattr(folders, "LONG", 0)
    with disks.opened(image) as source:
        gaps = [one for one in DeletedFiles().collect(source) if isinstance(one, Gap)]

    assert ("/folder", Reason.SKIPPED) in [
        (gap.origin, gap.reason) for gap in gaps if "not looked for" in gap.detail
    ]


def first_block(image):
    """Where the first block lies of an index that has names of these files."""
    data, name = image.read_bytes(), "ASCII name".encode("utf-16-le")
    blocks = (at for at in range(0, len(data), INDX) if data[at : at + 4] == b"INDX")
    return next(at for at in blocks if name in data[at : at + INDX])


def damaged(image, at, change):
    data = bytearray(image.read_bytes())
    data[at : at + len(change)] = change
    place = image.with_name("damaged.img")
    place.write_bytes(data)
    return place


def taken(image):
    with disks.opened(image) as source:
        found = disks.collected(DiskFiles(), source)
    names = {origin for origin, _ in found if origin.startswith("/folder/")}
    return names, [one for one in found.values() if isinstance(one, Gap)]


@pytest.mark.parametrize(
    ("offset", "change"), [(0, b"BAAD"), (510, b"\xee\xee"), (24 + 40 + 8, b"\1\0")],
    ids=["no block", "torn", "damaged entries"],
)  # fmt: skip
def test_a_block_of_a_long_folder_that_cannot_be_read_costs_its_names_and_is_a_gap(
    image, monkeypatch, offset, change
):
    monkeypatch.setattr(folders, "LONG", 0)
    whole, _ = taken(image)
    at = first_block(image)

    names, gaps = taken(damaged(image, at + offset, change))

    assert 0 < len(names) < len(whole)
    assert names < whole
    assert ("/folder", Reason.UNREADABLE) in [(gap.origin, gap.reason) for gap in gaps]


def test_a_torn_block_costs_its_names_of_a_short_folder_too(image):
    """libtsk gives all of such a folder up."""
    whole, _ = taken(image)
    at = first_block(image)

    names, gaps = taken(damaged(image, at + 510, b"\xee\xee"))

    assert 0 < len(names) < len(whole)
    assert names < whole
    assert [gap.detail for gap in gaps if gap.origin == "/folder"] == [
        "of its index of names 1 blocks can't be read: names are missing"
    ]


def test_a_name_that_its_record_alone_has_is_given_from_a_block_that_does_not_count(
    image, monkeypatch
):
    """As a crash may leave it: the bitmap was not written."""
    monkeypatch.setattr(folders, "LONG", 0)
    whole, _ = taken(image)
    with disks.opened(image) as source:
        system, inode = source.folder_at("/folder")
        index = system._index(inode)
    data = image.read_bytes()
    at = data.index(index.bits[: 1 + index.used() // 8], data.index("folder".encode("utf-16-le")))

    names, gaps = taken(damaged(image, at, b"\0"))

    assert names == whole
    assert not [gap for gap in gaps if gap.origin == "/folder"]


def test_a_name_that_stands_in_a_block_that_counts_and_in_another_is_told_once(image, monkeypatch):
    """As blocks are split: what went to the new one still stands in the old."""
    monkeypatch.setattr(folders, "LONG", 0)
    with disks.opened(image) as source:
        expected = entries(source, "/folder")
        system, inode = source.folder_at("/folder")
        index = system._index(inode)
    free = next(number for number in range(index.blocks) if not index.counts(number))
    data, at = image.read_bytes(), first_block(image)
    place = cut_out(index.laid, free * INDX, 8, lambda place, _: place.to_bytes(8))

    with disks.opened(damaged(image, int.from_bytes(place), data[at : at + INDX])) as source:
        assert entries(source, "/folder") == expected


def test_a_name_whose_record_cannot_be_read_says_itself_whether_it_is_a_folder(image, monkeypatch):
    monkeypatch.setattr(folders, "LONG", 0)
    with disks.opened(image) as source:
        system, _ = source.folder_at("/folder")
        known = {entry.name: entry for entry in entries(source, "/folder")}
        (table, *_) = system._table
    chosen = [known[name] for name in (b"sub 0", b"0002 " + NAMES[2].encode())]
    data = bytearray(image.read_bytes())
    for entry in chosen:
        at = table.place + entry.inode * 1024
        assert data[at : at + 4] == b"FILE"
        data[at : at + 4] = b"BAAD"
    place = image.with_name("without records.img")
    place.write_bytes(data)

    with disks.opened(place) as source:
        left = {entry.name: entry for entry in entries(source, "/folder")}
    assert [left[each.name].type for each in chosen] == ["d", "f"]


def test_whether_something_is_a_folder_is_told_by_its_record_and_not_by_a_name(image, monkeypatch):
    monkeypatch.setattr(folders, "LONG", 0)
    data, name = bytearray(image.read_bytes()), "sub 0".encode("utf-16-le")
    blocks = [at for at in range(0, len(data), INDX) if data[at : at + 4] == b"INDX"]
    found = [data.find(name, at, at + INDX) for at in blocks]
    assert max(found) > 0
    for at in found:
        if at > 0:
            data[at - 10 : at - 6] = bytes(4)  # its flags
    place = image.with_name("no folder by its name.img")
    place.write_bytes(data)

    with disks.opened(place) as source:
        told = {entry.name: entry.type for entry in entries(source, "/folder")}
    assert told[b"sub 0"] == "d"
