"""A stranger's readers of ext4, NTFS and FAT see the same files with the same bytes."""

from __future__ import annotations

import random

import disks
import pytest
from dissect.target import filesystem

from collectors.disk.collecting.files import DiskFiles

TREE = {
    "患者/記録 1.txt": "日本語".encode(),
    "a/b/c/d/deep": b"deep",
    "large": random.Random(1).randbytes(3 << 20),
    "zeros": bytes(500_000),
    "empty": b"",
    "many/UPPER.TXT": b"case",
    **{f"many/file number {n:04d}": b"%d" % n * (n % 300) for n in range(800)},
}


def filled(folder):
    for name, data in TREE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def ext(place):
    tree = place / "tree"
    filled(tree)
    return disks.ext(place / "disk.img", tree, size=32 * disks.MIB)


def ntfs(place):
    image = disks.ntfs(place / "disk.img")
    with disks.mounted_ntfs(image, place / "mounted") as folder:
        filled(folder)
    return image


def fat(place):
    tree = place / "tree"
    filled(tree)
    image = disks.fat(place / "disk.img", 32)
    for top in sorted(tree.iterdir()):
        disks.tool("mcopy", "-s", "-i", image, top, "::", input=b"")
    return image


def spelled(name, names):
    """The same name in the case that the other one gives it."""
    return next((each for each in names if each.casefold() == name.casefold()), name)


@pytest.mark.parametrize("make", [ext, ntfs, fat], ids=lambda make: make.__name__)
def test_dissect_sees_the_same_files_with_the_same_bytes(tmp_path, make):
    image = make(tmp_path)
    with open(image, "rb") as file:
        root = filesystem.open(file).path("/")
        theirs = {
            str(path): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file() and "/$" not in str(path)
        }
    with disks.opened(image) as source:
        source.withholds = False
        ours = disks.contents(DiskFiles(), source)

    mine = {name: data for name, data in ours.items() if not name.startswith("/$")}
    if make is fat:  # dissect shows a short name as it is stored, in capitals
        theirs = {spelled(name, mine): data for name, data in theirs.items()}
    assert mine == theirs
    assert {f"/{name}": data for name, data in TREE.items()}.items() <= mine.items()
