"""Names that a folder of NTFS had once: they still stand in free blocks of its index."""

from __future__ import annotations

import disks
import pytest

from collectors.artifact import Gap
from collectors.disk.collecting.deleted import DeletedFiles
from collectors.disk.collecting.files import DiskFiles
from collectors.disk.nodes import Entry
from collectors.disk.ntfs import mft
from collectors.disk.ntfs.attributes import Gathered
from collectors.disk.ntfs.index import index_of
from collectors.disk.ntfs.names import Look, true_names

MANY = 600
LONG = "とても長い名前のファイル" * 5


def filled(root):
    """A folder with so many files that its index takes blocks."""
    folder = root / "folder"
    folder.mkdir()
    for number in range(MANY):
        (folder / f"{number:04d}{LONG}").write_bytes(b"%d" % number)
    return folder


def renamed(folder):
    """As a program does that encrypts: all files of a folder, one after another."""
    for number in range(MANY):
        path = folder / f"{number:04d}{LONG}"
        path.write_bytes(b"encrypted %d" % number)
        path.rename(folder / f"{number:04d}.locked")


def moved(folder):
    (folder.parent / "elsewhere").mkdir()
    for number in range(1, MANY):
        (folder / f"{number:04d}{LONG}").rename(folder.parent / "elsewhere" / f"{number}")


def deleted(folder):
    for number in range(1, MANY):
        (folder / f"{number:04d}{LONG}").unlink()


def replaced(folder):
    """Their records have other files since."""
    deleted(folder)
    for number in range(MANY // 2):
        (folder.parent / f"new {number}").write_bytes(b"new")


@pytest.fixture(params=[renamed, moved, deleted, replaced])
def world(request, tmp_path):
    """An image, and what is in its folder's tree as the system shows it."""
    image = disks.ntfs(tmp_path / "disk.img")
    with disks.mounted_ntfs(image, tmp_path / "mounted") as root:
        request.param(filled(root))
    with disks.mounted_ntfs(image, tmp_path / "mounted") as root:
        files = [path for path in root.rglob("*") if path.is_file()]
        return image, {f"/{path.relative_to(root)}": path.read_bytes() for path in files}


def test_what_has_another_name_or_none_is_not_given_by_its_former_one(world):
    image, expected = world

    with disks.opened(image) as source:
        taken = disks.contents(DiskFiles(), source)
        listed = {f"/folder/{name}" for name, _ in source.listing("/folder")}

    assert {name: data for name, data in taken.items() if not name.startswith("/$")} == expected
    assert listed == {name for name in expected if name.startswith("/folder/")}


def test_former_names_are_told_as_deleted_ones(world):
    image, expected = world

    with disks.opened(image) as source:
        told = {origin for origin, _ in disks.collected(DeletedFiles(), source)}

    former = {name for name in told if name.startswith("deleted:/folder/") and LONG in name}
    assert former
    assert not {name.removeprefix("deleted:") for name in former} & expected.keys()


def test_a_former_name_with_a_caret_is_one_too(tmp_path):
    """libtsk writes that letter for others, too."""
    image = disks.ntfs(tmp_path / "disk.img")
    with disks.mounted_ntfs(image, tmp_path / "mounted") as root:
        folder = root / "folder"
        folder.mkdir()
        for number in range(MANY):
            (folder / f"{number:04d}^{LONG}\1^").write_bytes(b"%d" % number)
        for number in range(MANY):
            (folder / f"{number:04d}^{LONG}\1^").rename(folder / f"{number:04d}^\1")

    with disks.opened(image) as source:
        listed = {name for name, _ in source.listing("/folder")}

    assert listed == {f"{number:04d}^\1" for number in range(MANY)}


def test_of_a_file_that_was_renamed_it_is_said_that_it_is_still_there(tmp_path):
    image = disks.ntfs(tmp_path / "disk.img")
    with disks.mounted_ntfs(image, tmp_path / "mounted") as root:
        renamed(filled(root))

    with disks.opened(image) as source:
        gaps = [each for each in DeletedFiles().collect(source) if isinstance(each, Gap)]

    assert {gap.detail for gap in gaps if LONG in gap.origin} == {
        "deleted; the file itself is still there, under its present name"
    }


def test_a_rename_that_reached_the_record_and_not_the_index_loses_no_file(tmp_path):
    """As a crash leaves it: the index still has the old name, $LogFile alone the new one."""
    image = disks.ntfs(tmp_path / "disk.img")
    with disks.mounted_ntfs(image, tmp_path / "mounted") as root:
        renamed(filled(root))
    old, new = "0300.locked".encode("utf-16-le"), "0300.newer_".encode("utf-16-le")
    data = image.read_bytes()
    records = [at for at in range(0, len(data), 1024) if data[at : at + 4] == b"FILE"]
    (record,) = [at for at in records if old in data[at : at + 1024]]
    with image.open("r+b") as file:
        file.seek(data.index(old, record))
        file.write(new)

    with disks.opened(image) as source:
        taken = disks.contents(DiskFiles(), source)

    assert taken["/folder/0300.locked"] == b"encrypted 300"


FOLDER, FILE = 5, 40
BLOCK = (b"INDX" + bytes([40, 0, 9]) + bytes(17)).ljust(4096, b"\0")  # without entries
ROOT = bytes(8) + (4096).to_bytes(4, "little") + bytes(20)
INDEX = [
    mft.Attribute(mft.INDEX_ROOT, "$I30", 0, ROOT),
    mft.Attribute(mft.BITMAP, "$I30", 0, b"\1"),
    mft.Attribute(mft.INDEX_BLOCKS, "$I30", 0, start=1, runs=((1, 9),)),  # in a further record
    mft.Attribute(
        mft.INDEX_BLOCKS, "$I30", 0, runs=((1, 7),), size=2 * 4096, valid=2 * 4096
    ),  # of two blocks the second is free
]


@pytest.mark.parametrize(
    ("lost", "is_former"),
    [([], True), ([mft.Listed(mft.NAME, "", 77)], False)],
    ids=["all records there", "one is another file's"],
)
def test_no_name_is_former_while_a_record_that_may_have_it_is_missing(lost, is_former):
    entry = Entry(b"name", FILE, 1, "f", deleted=False)
    gathered = {FOLDER: Gathered(INDEX, [], []), FILE: Gathered([], lost, [])}
    look = Look(
        record=lambda number: mft.Record(number, 1, True, number == FOLDER, 0, ()),
        gathered=lambda record: gathered[record.number],
        read=lambda _offset, _size: BLOCK,
    )
    index = index_of(gathered[FOLDER], lambda attribute: attribute.value, 4096)

    (found,) = true_names(FOLDER, [entry], index, look)

    assert found.deleted == is_former
