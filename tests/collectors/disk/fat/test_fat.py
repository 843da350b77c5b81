"""FAT and exFAT, against what was planted and mcopy."""

import calendar
import os
import struct
import subprocess
import time
from pathlib import Path

import disks
import hosts
import pytest

from collectors.disk.collecting.deleted import DeletedFiles
from collectors.disk.collecting.files import DiskFiles

PLANTED = {
    "/README.TXT": b"short name\n", "/日本語の名前.txt": "患者".encode(), "/empty": b"",
    "/long name with blanks.txt": b"long", "/folder/big.bin": os.urandom(200_001),
}  # fmt: skip
DELETED = os.urandom(30_000)
NOON = 1_700_000_000 // 86_400 * 86_400 + 43_200


@pytest.fixture(scope="module", params=[12, 16, 32])
def image(request, tmp_path_factory):
    place = tmp_path_factory.mktemp("fat")
    size = {12: 4, 16: 32, 32: 64}[request.param] * disks.MIB
    small = ("-s", "1") if request.param == 32 else ()
    image = disks.fat(place / "disk.img", request.param, size=size, options=small)
    disks.tool("mmd", "-i", image, "::folder")
    for name, data in {**PLANTED, "/deleted.bin": DELETED}.items():
        (place / "file").write_bytes(data)
        os.utime(place / "file", (NOON, NOON))
        disks.tool("mcopy", "-m", "-i", image, place / "file", f"::{name[1:]}")
    disks.tool("mdel", "-i", image, "::deleted.bin")
    return image


def test_every_file_comes_out_byte_for_byte(image):
    with disks.opened(image) as source:
        taken = disks.contents(DiskFiles(), source)

    assert taken == PLANTED


def test_mcopy_reads_the_same(image, tmp_path):
    disks.tool("mcopy", "-i", image, "::folder/big.bin", tmp_path / "out")
    with disks.opened(image) as source:
        ours = hosts.read(source.file("/FOLDER/BIG.BIN", "disk")).data

    assert ours == (tmp_path / "out").read_bytes()


def test_deleted_content_is_taken_and_marked(image):
    with disks.opened(image) as source:
        found = disks.collected(DeletedFiles(), source)
        ((_, artifact),) = [each for each in found.items() if each[0][0].endswith("eleted.bin")]
        taken = hosts.read(artifact)

    assert artifact.origin.startswith("deleted:/")
    assert taken.data == DELETED
    assert taken.errors[0].startswith("deleted: read from where it lay")


def test_the_clock_on_the_wall_is_kept_whatever_our_own_zone(image):
    program = (
        "import sys; from collectors.disk.opening import open_disk\n"
        "print(open_disk(sys.argv[1]).look('/README.TXT').modified_ns)"
    )
    told = {
        zone: int(
            subprocess.run(
                [os.sys.executable, "-c", program, image], env={"TZ": zone, "PATH": ""},
                cwd=Path(__file__).parents[4], capture_output=True, check=True,
            ).stdout
        )
        for zone in ("UTC", "Asia/Tokyo", "America/New_York")
    }  # fmt: skip

    written = time.localtime(NOON)  # by mcopy, in this machine's zone
    assert set(told.values()) == {(NOON + written.tm_gmtoff) * 1_000_000_000}


def test_exfat_files_come_out_byte_for_byte_and_deleted_ones_are_marked(tmp_path):
    image = disks.exfat(tmp_path / "disk.img")
    with disks.mounted_exfat(image, tmp_path / "m") as root:
        (root / "folder").mkdir()
        for name, data in {**PLANTED, "/gone.bin": DELETED}.items():
            (root / name[1:]).write_bytes(data)
        os.sync()
        (root / "gone.bin").unlink()

    with disks.opened(image) as source:
        taken = disks.contents(DiskFiles(), source)
        deleted = disks.contents(DeletedFiles(), source)
        (place,) = source.places.values()

    assert place.partition.system.kind == "exfat"
    assert {name: data for name, data in taken.items() if not name.startswith("/$")} == PLANTED
    assert deleted == {"deleted:/gone.bin": DELETED}


LATE = 2_524_608_000 + 12_345 * 2  # 2050


def test_times_after_2038_are_kept_on_fat(tmp_path):
    (tmp_path / "late").write_bytes(b"x")
    os.utime(tmp_path / "late", (LATE, LATE))
    image = disks.fat(tmp_path / "disk.img", 16)
    disks.tool("mcopy", "-m", "-i", image, tmp_path / "late", "::late")

    with disks.opened(image) as source:
        found = source.look("/late")

    assert found.modified_ns == (LATE + time.localtime(LATE).tm_gmtoff) * 1_000_000_000


@pytest.mark.parametrize("options", [("-s", "8"), ("-S", "4096")], ids=["clusters", "sectors"])
def test_a_fat32_of_few_clusters_is_read(tmp_path, options):
    """As on small partitions of disks with large sectors; mtools reads none, so it is made here."""
    image = disks.fat(tmp_path / "disk.img", 32, options=options)
    head = image.read_bytes()[:512]
    sector, per_cluster, reserved, tables = struct.unpack_from("<HBHB", head, 11)
    first = (reserved + tables * int.from_bytes(head[36:40], "little")) * sector
    with image.open("r+b") as file:
        file.seek(first)  # the root, which has cluster 2
        file.write(b"NAME    TXT" + bytes(15) + struct.pack("<HI", 3, 5))
        file.seek(first + per_cluster * sector)
        file.write(b"hello")
        for table in range(tables):
            file.seek((reserved + table * int.from_bytes(head[36:40], "little")) * sector + 12)
            file.write(b"\xff\xff\xff\x0f")

    with disks.opened(image) as source:
        taken = disks.contents(DiskFiles(), source)

    assert taken == {"/NAME.TXT": b"hello"}


IN_2050 = (70 << 9 | 2 << 5 | 3).to_bytes(2, "little")
IMPOSSIBLE = (0xFF << 8 | 13 << 5 | 1).to_bytes(2, "little")  # of month 13


@pytest.mark.parametrize(
    ("at", "lost"), [(16, "born_ns"), (18, "accessed_ns"), (24, "modified_ns")]
)
def test_a_date_that_no_calendar_has_takes_no_other_time_away(tmp_path, at, lost):
    (tmp_path / "late").write_bytes(b"x")
    image = disks.fat(tmp_path / "disk.img", 16)
    disks.tool("mcopy", "-i", image, tmp_path / "late", "::late")
    slot = image.read_bytes().index(b"LATE       ")
    with image.open("r+b") as file:
        for place in (16, 18, 24):
            file.seek(slot + place)
            file.write(IMPOSSIBLE if place == at else IN_2050)

    with disks.opened(image) as source:
        found = source.look("/late")

    day = calendar.timegm((2050, 2, 3, 0, 0, 0)) * 1_000_000_000
    for name in ("born_ns", "accessed_ns", "modified_ns"):
        time_of = getattr(found, name)
        assert time_of is None if name == lost else 0 <= time_of - day < 86_400 * 1_000_000_000


def test_times_after_2038_are_kept_on_exfat_and_none_are_made_up(tmp_path):
    image = disks.exfat(tmp_path / "disk.img", options=("-L", "LABEL"))
    with disks.mounted_exfat(image, tmp_path / "m") as root:
        (root / "late").write_bytes(b"x")
        os.utime(root / "late", (LATE + 86_400, LATE))

    with disks.opened(image) as source:
        found = source.look("/late")
        books = [source.look(f"/{n}") for n, _ in source.listing("/") if n.startswith("$")]

    zone = time.localtime(LATE).tm_gmtoff
    assert found.modified_ns == (LATE + zone) * 1_000_000_000
    assert found.accessed_ns == (LATE + 86_400 + zone) * 1_000_000_000
    assert books
    assert all(one.modified_ns is one.accessed_ns is one.born_ns is None for one in books)
