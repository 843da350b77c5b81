"""The same planted truth by three readers: ours, fls with icat, Dissect; NTFS, FAT and ext."""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import disks
import pytest
from dissect.target import filesystem
from mounting import mounted

from collectors.disk.collecting.deleted import DeletedFiles
from collectors.disk.collecting.files import DiskFiles

DICE = random.Random(11)
LARGE, GONE = DICE.randbytes(1 << 20), DICE.randbytes(50_000)
TEXT = b"compressed by the file system\n" * 20_000
CROWD = 5000
PLAIN = {
    "/患者/記録 1.txt": "日本語".encode(), "/a/b/c/d/deep": b"deep", "/large": LARGE,
    "/zeros": bytes(300_000), "/empty": b"", "/resident": b"fits into a record",
    **{f"/crowd/P{n:04d} 患者": b"%d" % n * (n % 9) for n in range(CROWD)},
}  # fmt: skip
SPARSE = bytes(3_000_000) + b"island" + bytes(2_000_000)
TWINS = {"/twins/Karte.txt": b"upper", "/twins/karte.txt": b"lower", "/twins/KARTE.TXT": b"third"}


@dataclass
class World:
    """An image, and what is in it by name: of streams `file:stream`."""

    image: Path
    planted: dict[str, bytes]
    deleted: dict[str, bytes] = field(default_factory=dict)
    """What a reader can still find."""
    in_dissect: Callable[[str], str] = str
    folded: str = "no folder"
    """The folder whose names Dissect takes for one, as it ignores their case."""
    attributes: dict[str, dict[str, bytes]] = field(default_factory=dict)
    """Of ext, extended ones by file."""


def fill(folder, planted, made=lambda folder: None):
    for name, data in planted.items():
        path = folder / name[1:]
        if not path.parent.exists():
            path.parent.mkdir(parents=True)
            for each in path.relative_to(folder).parents[:-1]:
                made(folder / each)
        path.write_bytes(data)


def with_links_and_holes(folder):
    with (folder / "sparse").open("wb") as file:
        file.seek(SPARSE.index(b"i"))
        file.write(b"island")
        file.truncate(len(SPARSE))
    os.link(folder / "large", folder / "a" / "again")
    return {"/sparse": SPARSE, "/a/again": LARGE}


def ntfs(place):
    image = disks.ntfs(place / "disk.img", size=64 * disks.MIB)
    streams = {"/large:Zone.Identifier": b"[ZoneTransfer]\r\nZoneId=3\r\n", "/empty:hidden": LARGE}
    packed = {"/packed/text": TEXT, "/packed/mixed": LARGE[:70_000] + bytes(200_000) + TEXT[:999]}
    with disks.mounted_ntfs(image, place / "mounted") as folder:
        (folder / "packed").mkdir()
        os.setxattr(folder / "packed", "system.ntfs_attrib_be", bytes.fromhex("00000810"))
        planted = PLAIN | TWINS | packed | streams
        fill(folder, planted)
        planted |= with_links_and_holes(folder)
        (folder / "gone").write_bytes(GONE)
        os.sync()
        (folder / "gone").unlink()
    planted["/a/again:Zone.Identifier"] = planted["/large:Zone.Identifier"]
    return World(image, planted, {"/gone": GONE}, folded="/twins/")


def fat(place):
    tree = place / "tree"
    planted = PLAIN | {"/AAAA.TXT": b"a", "/BBBB.TXT": b"b"}
    fill(tree, planted | {"/gone": GONE})
    image = disks.fat(place / "disk.img", 16)
    for top in sorted(tree.iterdir()):
        disks.tool("mcopy", "-s", "-i", image, top, "::", input=b"")
    disks.tool("mdel", "-i", image, "::gone")
    data = image.read_bytes()
    for old, new in (("AAAA", "メモ"), ("BBBB", "モメ")):
        data = data.replace(f"{old}    TXT".encode(), new.encode("cp932") + b"    TXT")
        planted[f"/{os.fsdecode(new.encode('cp932'))}.TXT"] = planted.pop(f"/{old}.TXT")
    image.write_bytes(data)
    return World(image, planted, {"/_one": GONE}, in_capitals)


ODD = {
    f"/{name}": os.fsencode(name)
    for name in (
        os.fsdecode(b"bad\xff\xfe"), os.fsdecode("シフト".encode("cp932")), "trailing ", "a\\b",
        "cafe\u0301",
    )
}  # fmt: skip
FAR = bytes(2 << 20) + b"here"
SEED = "6513270e-269e-0d37-f2a7-4de452e6b438"
ATTRIBUTES = {
    "/large": {"user.note": b"a value"},
    "/sparse": {"user.long": DICE.randbytes(900), "trusted.overlay.origin": b"\0\1"},
    "/患者/記録 1.txt": {"user.\u65e5\u672c": "値".encode()},
}


def ext4(place):
    """Extents, content within inodes, folders with an index."""
    return ext(place, "-t", "ext4", "-O", "inline_data")


def ext3(place):
    """Lists of blocks, of two steps: libtsk takes minutes for one of three, by holes."""
    return ext(place, "-t", "ext3", "-b", "1024")


def ext(place, *options):
    """With a seed for the hashes in the index with which fls, too, finds no name that isn't one."""
    options = (*options, "-I", "256", "-N", "65536", "-E", f"hash_seed={SEED}")
    image = disks.ext(place / "disk.img", size=96 * disks.MIB, options=options)
    planted = PLAIN | TWINS | ODD
    with disks.looped(image) as device, mounted(place / "m", what=device, kind="ext4") as where:
        folder = Path(where)
        fill(folder, planted, made=not_inline)
        planted |= with_links_and_holes(folder) | with_attributes(folder)
        (folder / "gone").write_bytes(GONE)
    disks.debugfs(image, "rm gone")
    return World(image, planted, {"/gone": GONE}, attributes=ATTRIBUTES)


def not_inline(folder):
    """Give a folder a block of its own: Dissect goes in circles in those within an inode."""
    (folder / ("x" * 200)).touch()
    (folder / ("x" * 200)).unlink()


def with_attributes(folder):
    for name, values in ATTRIBUTES.items():
        for key, value in values.items():
            os.setxattr(folder / name[1:], key, value)
    with (folder / "far").open("wb") as file:
        file.seek(len(FAR) - 4)
        file.write(b"here")
    return {"/far": FAR}


@pytest.fixture(scope="module", params=[ntfs, fat, ext4, ext3], ids=lambda make: make.__name__)
def world(request, tmp_path_factory):
    return request.param(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def taken(world):
    with disks.opened(world.image) as source:
        source.withholds = False
        return planted_in(disks.contents(DiskFiles(), source))


def planted_in(found):
    """Without the file system's own."""
    return {name: data for name, data in found.items() if not name.startswith("/$")}


def chosen(name):
    """What is read by icat: all but most of a crowd."""
    return not name.startswith("/crowd/") or "00 " in name


def as_listed(name):
    """As libtsk writes names, so that two of FAT's are the same."""
    return re.sub("[\udc80-\udcff]", "^", name)


def listed(image, *, deleted=False):
    """What fls lists, streams too, without the file system's own: its number for each name."""
    for line in disks.tool("fls", "-r", "-p", "-F", image).splitlines():
        head, _, name = line.partition(b":\t")
        kind, *_, number = head.decode().split()
        if kind.endswith("/r") and (b" * " in head) == deleted and not name.startswith(b"$"):
            yield "/" + os.fsdecode(name), number


def test_what_is_taken_is_what_was_planted(world, taken):
    assert taken == world.planted


def test_fls_lists_the_same_names_and_icat_reads_the_same_bytes(world, taken):
    theirs = list(listed(world.image))
    read = [(as_listed(name), disks.tool("icat", world.image, number))
            for name, number in theirs if chosen(name)]  # fmt: skip

    assert Counter(as_listed(name) for name, _ in theirs) == Counter(map(as_listed, taken))
    assert Counter(read) == Counter((as_listed(n), data) for n, data in taken.items() if chosen(n))


def test_of_what_was_deleted_fls_and_icat_tell_the_same(world):
    with disks.opened(world.image) as source:
        source.withholds = False
        ours = disks.contents(DeletedFiles(), source)
    theirs = {
        f"deleted:{name}": disks.tool("icat", "-r", world.image, number)
        for name, number in listed(world.image, deleted=True)
    }

    assert ours == theirs == {f"deleted:{name}": data for name, data in world.deleted.items()}


def walked(folder, at="/"):
    """What Dissect has below a folder, each from its entry: by path it would look for it anew."""
    for each in folder.scandir():
        if each.name.startswith("$"):  # the file system's own
            continue
        if each.is_dir(follow_symlinks=False):
            yield from walked(each.get(), f"{at}{each.name}/")
        else:
            yield at + each.name, each.get().open().read()


def test_dissect_sees_the_same_files_and_streams_with_the_same_bytes(world, taken):
    with world.image.open("rb") as file:
        opened = filesystem.open(file)
        theirs = planted_in(dict(walked(opened.get("/"))))
        streams = {name: opened.path(name).read_bytes() for name in taken if ":" in name}

    mine, others = (
        {world.in_dissect(n): data for n, data in found.items() if not n.startswith(world.folded)}
        for found in (taken, theirs | streams)
    )
    assert mine == others


def in_capitals(name):
    """As Dissect has FAT's short names: in capitals, and as code page 437."""
    try:
        return os.fsencode(name).decode().upper()
    except UnicodeDecodeError:
        return os.fsencode(name).decode("cp437").upper()


def test_dissect_tells_the_same_extended_attributes(world):
    with disks.opened(world.image) as source, world.image.open("rb") as file:
        opened = filesystem.open(file).extfs if world.attributes else None
        for name, planted in world.attributes.items():
            theirs = {each.name: each.value for each in opened.get(name).xattr}
            theirs.pop("system.data", None)  # where the content of a small file goes on

            assert dict(source.look(name).xattrs) == theirs == planted
