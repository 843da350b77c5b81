"""Files whose way to their blocks is broken: what is lost is missing, and no zeros of ours."""

import os
import re
import struct

import disks
import hosts
import pytest

from collectors.disk.collecting.facts import DiskFacts
from collectors.disk.collecting.files import DiskFiles
from collectors.disk.fat.chains import Chains

SECTOR = 512


def patched(image, *changes):
    """The image with bytes at places overwritten."""
    with image.open("r+b") as file:
        for place, data in changes:
            file.seek(place)
            file.write(data)
    return image


def read(image, name):
    with disks.opened(image) as source:
        return hosts.read(source.file(name, "disk"))


def missing(taken):
    return [(each.offset, each.size) for each in taken.missing]


@pytest.fixture
def content():
    return os.urandom(100 * SECTOR)


@pytest.fixture
def fat32(tmp_path, content):
    """A file in a hundred clusters of one sector, from the third on, and where the tables lie."""
    image = disks.fat(tmp_path / "disk.img", 32, options=("-s", "1"))
    (tmp_path / "big").write_bytes(content)
    disks.tool("mcopy", "-i", image, tmp_path / "big", "::big")
    head = image.read_bytes()[:SECTOR]
    reserved, size = struct.unpack_from("<H", head, 14)[0], struct.unpack_from("<I", head, 36)[0]
    return image, [(reserved + size * number) * SECTOR for number in range(head[16])]


@pytest.mark.parametrize("entry", [0x0FFF_FFFF, 0, 0x0FFF_FF00], ids=["end", "free", "nowhere"])
def test_a_cut_chain_of_clusters_leaves_a_missing_range(fat32, content, entry):
    image, tables = fat32
    patched(image, *((table + 4 * 13, struct.pack("<I", entry)) for table in tables))

    taken = read(image, "/big")

    assert missing(taken) == [(11 * SECTOR, 89 * SECTOR)]
    assert taken.data == content[: 11 * SECTOR]
    assert "not known" in taken.missing[0].error


def test_a_chain_of_clusters_that_runs_in_a_circle_gives_no_zeros(fat32):
    image, tables = fat32
    patched(image, *((table + 4 * 13, struct.pack("<I", 5)) for table in tables))

    with disks.opened(image) as source:
        (found,) = disks.collected(DiskFiles(), source).values()
        with pytest.raises(OSError, match="not one byte could be read: where it lies"):
            hosts.read(found)


def test_a_cut_chain_of_exfat_leaves_a_missing_range(tmp_path):
    image, data = disks.exfat(tmp_path / "disk.img"), os.urandom(40_000)
    with disks.mounted_exfat(image, tmp_path / "m") as root:
        for piece in (data[:20_000], data[20_000:]):  # in turns, so that neither is in one piece
            for name in ("one", "two"):
                with (root / name).open("ab") as file:
                    file.write(piece)
    head = image.read_bytes()[:SECTOR]
    table, heap = (value * SECTOR for value in struct.unpack_from("<I4xI", head, 80))
    cluster = SECTOR << head[109]
    first = (image.read_bytes().index(data[:1000]) - heap) // cluster + 2
    patched(image, (table + 4 * (first + 2), b"\xff" * 4))

    taken = read(image, "/one")

    assert taken.data == data[: 3 * cluster]
    assert missing(taken) == [(3 * cluster, 40_000 - 3 * cluster)]


@pytest.fixture
def scattered(tmp_path):
    """A file of 60 islands in a sea of holes, as each kind of ext lays it out."""
    tree = tmp_path / "tree"
    tree.mkdir()
    with (tree / "islands").open("wb") as file:
        for number in range(60):
            file.seek(number * 80_000 // 4096 * 4096)
            file.write(os.urandom(4096))
    return tree


def made(tmp_path, tree, kind):
    return disks.ext(tmp_path / "disk.img", tree, options=("-t", kind, "-b", "1024"))


@pytest.mark.parametrize("kind", ["ext2", "ext4"])
def test_holes_of_a_scattered_file_are_holes(tmp_path, scattered, kind):
    taken = read(made(tmp_path, scattered, kind), "/islands")

    assert disks.whole(taken) == (scattered / "islands").read_bytes()


def test_a_leaf_of_extents_that_tells_of_one_only_is_no_hole(tmp_path, scattered):
    image = made(tmp_path, scattered, "ext4")
    leaf = int(re.search(r"\(ETB0\):(\d+)", disks.debugfs(image, "stat islands"))[1])
    patched(image, (leaf * 1024 + 2, struct.pack("<H", 1)))

    taken = read(image, "/islands")

    original = (scattered / "islands").read_bytes()
    assert taken.data == original[:4096]
    assert missing(taken) == [(4096, len(original) - 4096)]


def test_a_block_of_pointers_that_was_wiped_is_no_hole(tmp_path, scattered):
    image = made(tmp_path, scattered, "ext2")
    pointers = int(re.search(r"\(IND\):(\d+)", disks.debugfs(image, "stat islands"))[1])
    patched(image, (pointers * 1024, bytes(1024)))

    taken = read(image, "/islands")

    assert taken.missing
    place, original = 0, (scattered / "islands").read_bytes()
    for offset, size in taken.ranges:
        assert taken.data[place : place + size] == original[offset : offset + size]
        place += size
    assert place + sum(size for _, size in missing(taken)) == len(original)


def test_a_file_of_which_all_blocks_are_counted_may_end_in_a_hole(tmp_path):
    image = disks.ext(tmp_path / "disk.img")
    disks.debugfs(image, "write /dev/null f", "fallocate f 0 9", "set_inode_field f size 50000")

    assert disks.whole(read(image, "/f")) == bytes(50_000)


@pytest.mark.parametrize("bits", [12, 16, 32])
@pytest.mark.parametrize("entry", [0, None, 0xFF0], ids=["free", "circle", "nowhere"])
def test_a_folder_whose_chain_of_clusters_is_broken_is_a_gap_beside_what_is_left(
    tmp_path, bits, entry
):
    """What was behind is lost without a trace: a folder of FAT has no size."""
    size = {12: 2, 16: 16, 32: 64}[bits] * disks.MIB
    image = disks.fat(tmp_path / "disk.img", bits, size=size, options=("-s", "1"))
    tree = tmp_path / "tree"
    (tree / "large").mkdir(parents=True)
    (tree / "small").mkdir()
    for number in range(60):
        (tree / "large" / f"{number}.txt").write_bytes(b"")
    disks.tool("mcopy", "-s", "-i", image, tree / "small", tree / "large", "::")
    with disks.opened(image) as source:
        whole = disks.collected(DiskFiles(), source)
        (clusters,) = chains_of(source, "/large")
    cut_after(image, bits, clusters[1], clusters[0] if entry is None else entry)

    with disks.opened(image) as source:
        found = disks.collected(DiskFiles(), source)
    gap = found.pop(("/large", None))

    assert len(whole) == 60
    assert 0 < len(found) < 60
    assert gap.reason == "unreadable"
    assert gap.detail.startswith("its chain of clusters is broken")


def chains_of(source, path):
    """The clusters of a folder, where clusters have a sector, by the sectors that libtsk tells."""
    system, inode = source.folder_at(path)
    for data in system._fs.look(inode).attributes:
        sectors = [run.address + at for run in data.runs for at in range(run.length)]
        first = Chains.of(system._boot).first
        yield [sector - first + 2 for sector in sectors]


def cut_after(image, bits, cluster, entry):
    """Another entry in the tables for this cluster."""
    head = image.read_bytes()[:SECTOR]
    reserved, tables = struct.unpack_from("<HB", head, 14)
    size = struct.unpack_from("<H", head, 22)[0] or struct.unpack_from("<I", head, 36)[0]
    with image.open("r+b") as file:
        for table in range(tables):
            place, half = divmod(cluster * bits, 8)
            file.seek((reserved + table * size) * SECTOR + place)
            old = int.from_bytes(file.read(4), "little")
            mask = ((1 << bits) - 1) << half
            file.seek(-4, os.SEEK_CUR)
            file.write((old & ~mask | entry << half).to_bytes(4, "little"))


def test_a_first_folder_of_fat32_whose_chain_is_broken_is_told(tmp_path):
    image = disks.fat(tmp_path / "disk.img", 32, options=("-s", "1"))
    for number in range(40):
        disks.tool("mcopy", "-i", image, "/dev/null", f"::{number}.txt")
    with disks.opened(image) as source:
        assert len(list(DiskFacts().collect(source))) == 1
        (clusters,) = chains_of(source, "/")
    cut_after(image, 32, clusters[1], 0)

    with disks.opened(image) as source:
        _, gap = DiskFacts().collect(source)

    assert (gap.origin, gap.kind) == ("disk:/partition-1", "image")
    assert gap.detail.startswith("its first folder: its chain of clusters is broken")


@pytest.mark.parametrize("entry", [None, 0, 0xFFFF_FFF8, 0xFFFF_FFFE], ids=str)
def test_a_first_folder_of_exfat_whose_chain_is_broken_is_told(tmp_path, entry):
    """An entry of the table that says so is the end, whatever else stands there is none."""
    image = disks.exfat(tmp_path / "disk.img", options=("-c", "4096"))
    with disks.mounted_exfat(image, tmp_path / "m") as folder:
        for number in range(150):
            (folder / f"{number}.txt").touch()
    boot = image.read_bytes()[:512]
    table, root = (int.from_bytes(boot[at : at + 4], "little") for at in (80, 96))
    with image.open("r+b") as file:
        chain = [root]
        while chain[-1] != 0xFFFF_FFFF:
            file.seek(table * SECTOR + 4 * chain[-1])
            chain.append(int.from_bytes(file.read(4), "little"))
        if entry is not None:
            file.seek(table * SECTOR + 4 * chain[1])
            file.write(entry.to_bytes(4, "little"))

    with disks.opened(image) as source:
        _, *gaps = DiskFacts().collect(source)

    assert len(chain) > 4
    assert [(gap.origin, gap.detail[:49]) for gap in gaps] == (
        []
        if entry is None
        else [("disk:/partition-1", "its first folder: its chain of clusters is broken")]
    )
