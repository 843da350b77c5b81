"""NTFS: streams, states of content, times and references, against what was planted and ntfscat."""

import os
import struct
from pathlib import Path

import disks
import hosts
import pytest

from collectors.artifact import Gap
from collectors.disk.collecting.deleted import DeletedFiles
from collectors.disk.collecting.files import DiskFiles
from collectors.disk.collecting.metadata import NtfsMetadata
from collectors.disk.nodes import Entry, Node

TEXT = b"compressed by the file system\n" * 20_000
RANDOM = os.urandom(300_000)
DELETED = os.urandom(50_000)
MANY = 60


def reparse(tag: int, data: bytes = b"\0" * 16) -> bytes:
    return struct.pack("<IHH", tag, len(data), 0) + data


def junction(target: str) -> bytes:
    name = target.encode("utf-16-le")
    names = struct.pack("<HHHH", 0, len(name), len(name) + 2, 0) + name + b"\0\0\0\0"
    return reparse(0xA000_0003, names)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """An NTFS image, and the bytes of each file and stream in it."""
    place = tmp_path_factory.mktemp("ntfs")
    image = disks.ntfs(place / "disk.img", options=("-L", "WARD"))
    with disks.mounted_ntfs(image, place / "mounted") as root:
        planted = _plant(root)
    return image, planted


def _plant(root: Path) -> dict[str, bytes]:
    planted = {
        "/resident.txt": b"small enough for the record", "/big.bin": RANDOM,
        "/big.bin:Zone.Identifier": b"[ZoneTransfer]\r\nZoneId=3\r\n",
        "/big.bin:hidden": RANDOM[::-1], "/日本語の名前.txt": "患者".encode(), "/empty": b"",
        "/packed/text.txt": TEXT, "/packed/mixed": RANDOM[:70_000] + bytes(200_000) + TEXT[:9999],
        "/trailing dot./f": b"dot", "/many.txt": b"m",
        **{f"/many.txt:{'n' * 90}{n}": b"stream %d" % n for n in range(MANY)},
    }  # fmt: skip
    for folder in ("packed", "trailing dot."):
        (root / folder).mkdir()
    os.setxattr(root / "packed", "system.ntfs_attrib_be", bytes.fromhex("00000810"))
    for name, data in planted.items():
        (root / name[1:]).write_bytes(data)
    with (root / "sparse.bin").open("wb") as file:
        file.seek(9_000_000)
        file.write(b"island")
        file.truncate(20_000_000)
    os.link(root / "big.bin", root / "packed" / "other-name")
    (root / "deleted.bin").write_bytes(DELETED)
    os.sync()
    (root / "deleted.bin").unlink()
    planted["/sparse.bin"] = bytes(9_000_000) + b"island" + bytes(10_999_994)
    return planted


def own_files(found):
    """Without NTFS' own."""
    return {name: data for name, data in found.items() if not name.startswith("/$")}


def test_every_file_and_stream_comes_out_byte_for_byte(world):
    image, planted = world
    with disks.opened(image) as source:
        taken = own_files(disks.contents(DiskFiles(), source))

    again = {n.replace("/big.bin", "/packed/other-name"): d for n, d in planted.items()
             if n.startswith("/big.bin")}  # fmt: skip
    assert taken == planted | again


@pytest.mark.parametrize(
    "name", ["big.bin", "packed/text.txt", "packed/mixed", "resident.txt", "日本語の名前.txt"]
)
def test_ntfscat_reads_the_same(world, name):
    image, _ = world
    with disks.opened(image) as source:
        ours = hosts.read(source.file(f"/{name}", "disk")).data

    assert ours == disks.tool("ntfscat", "-f", image, name)


def test_of_a_file_that_was_written_to_its_end_nothing_is_noted(world):
    image, planted = world
    files = [name for name in planted if ":" not in name and name != "/sparse.bin"]
    with disks.opened(image) as source:
        noted = {name: hosts.read(source.file(name, "disk")).errors for name in files}

    assert set(noted.values()) == {()}


def test_a_further_record_of_a_file_is_no_file_of_its_own(world):
    image, _ = world
    with disks.opened(image) as source:
        system, _ = source.folder_at("/")
        many = source.look("/many.txt").inode & (1 << 48) - 1
        further = [at for at in range(24, 200) if _base(system, at) == many]

        assert further
        for number in further:
            with pytest.raises(OSError, match="further record"):
                system.node(number)


def _base(system, number):
    try:
        return system._record(number).base
    except OSError:
        return 0


@pytest.mark.parametrize(
    ("sequence", "in_use", "told", "leftover", "still"),
    [
        (5, True, 5, False, True), (5, False, 5, True, False),
        (6, False, 5, True, False), (6, True, 5, False, False),
        (7, False, 5, False, False), (4, False, 5, False, False),
        (7, False, 0, True, False), (7, True, 0, False, False),
    ],
    ids=["there", "deleted", "deleted and counted", "used again", "used again, deleted", "before",
         "of no sequence", "of no sequence, there"],
)  # fmt: skip
def test_a_deleted_name_means_a_record_by_its_sequence(
    world, sequence, in_use, told, leftover, still
):
    image, _ = world
    with disks.opened(image) as source:
        system, _ = source.folder_at("/")
        stat = source.look("/empty")._replace(inode=sequence << 48 | 90)
        node = Node(stat=stat, in_use=lambda: in_use)
        entry = Entry(b"f", 90, told, "f", deleted=True)

        assert system.is_leftover(node, entry) is leftover
        assert system.is_still_there(node, entry) is still


@pytest.mark.parametrize(("attributes", "rights"), [(0, 0o777), (1, 0o555), (2, 0o777)])
def test_a_file_that_is_marked_read_only_may_not_be_written(tmp_path, attributes, rights):
    image = disks.ntfs(tmp_path / "disk.img")
    with disks.mounted_ntfs(image, tmp_path / "m") as root:
        (root / "marked").write_bytes(b"x")
    _patch_attributes(image, "marked", attributes)

    with disks.opened(image) as source:
        assert source.look("/marked").mode & 0o777 == rights


def test_holes_are_mapped_and_not_stored(world):
    image, _ = world
    with disks.opened(image) as source:
        taken = hosts.read(source.file("/sparse.bin", "disk"))

    assert len(taken.data) < 100_000
    assert taken.stat.size == 20_000_000


def test_the_inode_is_the_file_reference_and_short_names_are_no_links(world):
    image, _ = world
    with disks.opened(image) as source:
        big, alone = source.look("/big.bin"), source.look("/resident.txt")
        raw = hosts.read(source.file("/$MFT", "disk")).data

    number, sequence = big.inode & (1 << 48) - 1, big.inode >> 48
    record = raw[number * 1024 : (number + 1) * 1024]
    assert record[:4] == b"FILE"
    assert int.from_bytes(record[16:18], "little") == sequence
    assert (big.nlink, alone.nlink) == (2, 1)


def test_a_name_is_found_whatever_its_case_and_the_origin_stays_as_asked(world):
    image, _ = world
    with disks.opened(image) as source:
        assert source.look("/PACKED/Text.TXT") == source.look("/packed/text.txt")
        assert hosts.read(source.file("/RESIDENT.TXT", "disk")).data.startswith(b"small")


def test_deleted_content_is_taken_and_marked(world):
    image, _ = world
    with disks.opened(image) as source:
        found = disks.collected(DeletedFiles(), source)
        taken = hosts.read(found["deleted:/deleted.bin", None])

    assert taken.data == DELETED
    assert taken.errors[0].startswith("deleted: read from where it lay")
    assert taken.stat.inode >> 48 == 2  # deleting counted the record's sequence up


def test_the_books_of_ntfs_are_items_and_equal_what_ntfscat_reads(world):
    image, _ = world
    with disks.opened(image) as source:
        found = disks.collected(NtfsMetadata(), source)
        mft = hosts.read(found["/$MFT", None]).data
        sds = disks.whole(hosts.read(found["/$Secure", "$SDS"]))
        log, boot = (hosts.read(found[name, None]).data for name in ("/$LogFile", "/$Boot"))

    assert mft == disks.tool("icat", image, "0-128")
    assert sds == disks.tool("ntfscat", "-f", "-i", "9", "-n", "$SDS", image)
    assert log == disks.tool("ntfscat", "-f", "-i", "2", image)
    assert boot == image.read_bytes()[:8192]
    gap = found["/$Extend/$UsnJrnl", "$J"]
    assert (gap.reason, gap.stream) == ("absent", "$J")


def test_a_journal_s_empty_beginning_is_a_hole(tmp_path):
    image = disks.ntfs(tmp_path / "disk.img")
    records = b"USN RECORDS " * 1000
    with disks.mounted_ntfs(image, tmp_path / "m") as root:
        (root / "journal").touch()
        with Path(f"{root / 'journal'}:$J").open("wb") as file:
            file.seek(500 << 20)
            file.write(records)

    with disks.opened(image) as source:
        taken = hosts.read(disks.collected(DiskFiles(), source)["/journal", "$J"])

    assert taken.ranges == [(500 << 20, len(records))]
    assert taken.data == records


CLOUD = 0x9000_601A
ELSEWHERE = [
    (disks.WOF, 0, "unsupported", "0x80000017"),
    (reparse(0x8000_0013), 0, "unsupported", "0x80000013"),
    (reparse(CLOUD), 0x0040_0220, "not_local", "0x9000601A"),
    (reparse(0xC000_0004), 0, "not_local", "0xC0000004"),
    (reparse(0x8000_7ABC), 0, "unsupported", "not known here"),
    (None, 0x0000_1020, "not_local", "attributes 0x1020"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "attributes", "reason", "words"), ELSEWHERE)
def test_content_that_is_elsewhere_is_a_gap_and_never_a_file_of_zeros(
    tmp_path, data, attributes, reason, words
):
    image = disks.ntfs(tmp_path / "disk.img")
    with disks.mounted_ntfs(image, tmp_path / "m") as root:
        with (root / "placeholder").open("wb") as file:
            file.truncate(3_000_000)
        if data is not None:
            os.setxattr(root / "placeholder", "system.ntfs_reparse_data", data)
    if attributes:
        _patch_attributes(image, "placeholder", attributes)

    with disks.opened(image) as source:
        gap = disks.collected(DiskFiles(), source)["/placeholder", None]
        with pytest.raises(OSError, match=words):
            source.file("/placeholder", "disk").open()

    assert isinstance(gap, Gap)
    assert (gap.reason, words in gap.detail, gap.stat.size) == (reason, True, 3_000_000)


def test_a_placeholder_whose_content_was_fetched_is_taken(tmp_path):
    image = disks.ntfs(tmp_path / "disk.img")
    with disks.mounted_ntfs(image, tmp_path / "m") as root:
        (root / "fetched").write_bytes(RANDOM)
        os.setxattr(root / "fetched", "system.ntfs_reparse_data", reparse(CLOUD))

    with disks.opened(image) as source:
        assert hosts.read(source.file("/fetched", "disk")).data == RANDOM


def test_what_wof_compressed_keeps_its_stream_though_the_content_is_a_gap(tmp_path):
    image = disks.ntfs(tmp_path / "disk.img")
    with disks.mounted_ntfs(image, tmp_path / "m") as root:
        with (root / "compact.exe").open("wb") as file:
            file.truncate(100_000)
        (root / "compact.exe:WofCompressedData").write_bytes(RANDOM)

    with disks.opened(image) as source:
        found = disks.collected(DiskFiles(), source)
        stream = hosts.read(found["/compact.exe", "WofCompressedData"]).data

    assert found["/compact.exe", None].reason == "unsupported"
    assert stream == RANDOM


def test_a_junction_is_told_with_its_target_and_not_entered(tmp_path):
    image = disks.ntfs(tmp_path / "disk.img")
    with disks.mounted_ntfs(image, tmp_path / "m") as root:
        (root / "Documents and Settings").mkdir()
        os.setxattr(
            root / "Documents and Settings", "system.ntfs_reparse_data", junction("\\??\\C:\\Users")
        )

    with disks.opened(image) as source:
        gap = disks.collected(DiskFiles(), source)["/Documents and Settings", None]

    assert gap.detail == "a junction to \\??\\C:\\Users (reparse tag 0xA0000003)"


def test_behind_what_was_ever_written_are_zeros_whatever_the_clusters_hold(tmp_path):
    image = disks.ntfs(tmp_path / "disk.img")
    with disks.mounted_ntfs(image, tmp_path / "m") as root:
        (root / "grown").write_bytes(RANDOM)
    _patch_data(image, "grown", valid=100_000)

    with disks.opened(image) as source:
        taken = hosts.read(source.file("/grown", "disk"))

    assert disks.whole(taken) == RANDOM[:100_000] + bytes(200_000)
    assert taken.errors == (
        "written up to byte 100000 only: zeros behind, whatever its clusters hold",
    )


def test_clusters_that_no_run_tells_of_are_missing_and_no_zeros(tmp_path):
    image = disks.ntfs(tmp_path / "disk.img")
    with disks.mounted_ntfs(image, tmp_path / "m") as root:
        (root / "torn").write_bytes(RANDOM)
    offset, at = _data(image, "torn")
    with image.open("r+b") as file:
        file.seek(offset + at + 64 + 1)  # the length in the only mapping pair
        file.write(b"\x0a")

    with disks.opened(image) as source:
        taken = hosts.read(source.file("/torn", "disk"))

    assert taken.data == RANDOM[: 10 * 4096]
    assert [(each.offset, each.size) for each in taken.missing] == [(40_960, 300_000 - 40_960)]


def test_a_file_deleted_under_two_names_is_taken_once_and_told_twice(world, monkeypatch):
    """No driver leaves both names behind here, so one folder is made to show its entry twice."""
    image, _ = world
    with disks.opened(image) as source:
        system = source.places["/"].partition.system
        shown = system.folder

        def twice(inode):
            gone = [each._replace(name=b"twin") for each in shown(inode) if each.deleted]
            return [*shown(inode), *gone]

        monkeypatch.setattr(system, "folder", twice)
        found = disks.collected(DeletedFiles(), source)

    gap = found["deleted:/twin", None]
    assert set(found) == {("deleted:/deleted.bin", None), ("deleted:/twin", None)}
    assert gap.detail == "deleted; the same file was found under another name"


def test_ntfs_own_files_without_content_are_no_loss(world):
    image, _ = world
    with disks.opened(image) as source:
        found = disks.collected(DiskFiles(), source)

    lost = {origin: one.reason for (origin, _), one in found.items() if isinstance(one, Gap)}
    assert set(lost.values()) <= {"absent"}
    assert all(origin.startswith("/$Extend/") for origin in lost)


def test_an_encrypted_file_is_a_gap_and_not_its_ciphertext(tmp_path):
    image = disks.ntfs(tmp_path / "disk.img")
    with disks.mounted_ntfs(image, tmp_path / "m") as root:
        (root / "secret").write_bytes(RANDOM)
    _patch_data(image, "secret", flags=0x4000)

    with disks.opened(image) as source:
        gap = disks.collected(DiskFiles(), source)["/secret", None]

    assert (gap.reason, gap.detail) == ("unsupported", "encrypted by the file system (EFS)")


@pytest.mark.parametrize(
    "filetimes",
    [
        (0, 1, 2, 3),
        (132_000_000_000_000_001, 91_000_000_000_000_007, 1 << 62, 116_444_736_000_000_000),
    ],
    ids=["1601", "spread"],
)
def test_times_keep_every_100_ns_from_1601_on(tmp_path, filetimes):
    image = disks.ntfs(tmp_path / "disk.img")
    with disks.mounted_ntfs(image, tmp_path / "m") as root:
        (root / "old").write_bytes(b"x")
    offset = _record(image, "old")
    with image.open("r+b") as file:
        file.seek(offset + 56 + 24)  # the record's header, the first attribute's
        file.write(struct.pack("<QQQQ", *filetimes))

    with disks.opened(image) as source:
        found = source.look("/old")

    born, modified, changed, accessed = (
        (each - 116_444_736_000_000_000) * 100 for each in filetimes
    )
    assert (found.modified_ns, found.accessed_ns, found.changed_ns, found.born_ns) == (
        modified, accessed, changed, born,
    )  # fmt: skip


def test_a_torn_record_is_read_as_far_as_libtsk_does_and_the_run_goes_on(tmp_path):
    image = disks.ntfs(tmp_path / "disk.img")
    with disks.mounted_ntfs(image, tmp_path / "m") as root:
        (root / "torn").write_bytes(RANDOM)
        (root / "whole").write_bytes(b"still here")
    offset = _record(image, "torn")
    with image.open("r+b") as file:
        file.seek(offset + 510)
        file.write(b"\xff\xff")

    with disks.opened(image) as source:
        found = disks.collected(DiskFiles(), source)
        assert hosts.read(found["/whole", None]).data == b"still here"

    assert [key for key in found if key[0] == "/torn"]


@pytest.mark.parametrize(
    ("at", "value"), [(6, 2), (6, 0), (6, 100), (4, 1022)], ids=["short", "none", "long", "outside"]
)
def test_a_record_whose_sectors_can_t_be_put_back_is_a_gap(tmp_path, at, value):
    """Its sectors end in numbers that stand for others: nobody knows for which."""
    image = disks.ntfs(tmp_path / "disk.img")
    with disks.mounted_ntfs(image, tmp_path / "m") as root:
        (root / "short").write_bytes(bytes(range(250)) * 2)
    _patch(image, _record(image, "short") + at, value.to_bytes(2, "little"))

    with disks.opened(image) as source:
        gap = disks.collected(DiskFiles(), source)["/short", None]

    assert (type(gap), gap.reason) == (Gap, "unreadable")
    assert gap.detail == "EIO: a record of the MFT without all of its fix-ups"


def _patch(image: Path, offset: int, data: bytes) -> None:
    with image.open("r+b") as file:
        file.seek(offset)
        file.write(data)


@pytest.mark.parametrize(
    ("at", "value"), [(4, 8), (4, 2000), (16, 900)], ids=["tiny", "far", "size"]
)
def test_a_file_whose_content_can_t_be_found_in_its_record_is_a_gap(tmp_path, at, value):
    image = disks.ntfs(tmp_path / "disk.img")
    with disks.mounted_ntfs(image, tmp_path / "m") as root:
        (root / "hurt").write_bytes(b"in the record")
    _patch(image, sum(_data(image, "hurt")) + at, value.to_bytes(4, "little"))

    with disks.opened(image) as source:
        gap = disks.collected(DiskFiles(), source)["/hurt", None]

    assert (type(gap), gap.reason) == (Gap, "unreadable")
    assert gap.detail.endswith("are missing: damaged")


def test_streams_behind_a_damaged_attribute_are_told_of(tmp_path):
    image = disks.ntfs(tmp_path / "disk.img")
    with disks.mounted_ntfs(image, tmp_path / "m") as root:
        (root / "hurt").write_bytes(b"in the record")
        (root / "hurt:hidden").write_bytes(b"in a stream")
    offset, at = _data(image, "hurt")
    behind = at + int.from_bytes(image.read_bytes()[offset + at + 4 : offset + at + 8], "little")
    _patch(image, offset + behind + 4, b"\0\0\0\0")

    with disks.opened(image) as source:
        taken = hosts.read(disks.collected(DiskFiles(), source)["/hurt", None])

    assert taken.data == b"in the record"
    assert len(taken.errors) == 1
    assert taken.errors[0].endswith("are missing: damaged")


def test_names_that_are_no_unicode_stay_apart_and_keep_their_bytes(tmp_path):
    image = disks.ntfs(tmp_path / "disk.img")
    with disks.mounted_ntfs(image, tmp_path / "m") as root:
        for name, data in (("abQ1cd", b"one"), ("abQ2cd", b"two"), ("x^y", b"three")):
            (root / name).write_bytes(data)
        (root / "x^y:sQ3").write_bytes(b"stream")
    data = image.read_bytes()
    for name, odd in (("Q1", 0xD800), ("Q2", 0xDC01), ("Q3", 0xDFFF)):
        data = data.replace(name.encode("utf-16-le"), odd.to_bytes(2, "little") + b"z\0")
    image.write_bytes(data)

    with disks.opened(image) as source:
        found = own_files(disks.contents(DiskFiles(), source))
        by_path = hosts.read(source.file(os.fsdecode(b"/ab\xed\xb0\x81zcd"), "disk")).data

    assert {os.fsencode(name): content for name, content in found.items()} == {
        b"/ab\xed\xa0\x80zcd": b"one", b"/ab\xed\xb0\x81zcd": b"two", b"/x^y": b"three",
        b"/x^y:s\\xed\\xbf\\xbfz": b"stream",
    }  # fmt: skip
    assert by_path == b"two"


# Changing what no driver lets us change.


def _record(image: Path, name: str) -> int:
    """The offset of a file's record: the one that holds its name."""
    data = image.read_bytes()
    wanted, at = name.encode("utf-16-le"), 0
    while (at := data.find(b"FILE", at + 1)) >= 0:
        if at % 1024 == 0 and wanted in data[at : at + 1024]:
            return at
    raise AssertionError(name)


def _data(image: Path, name: str) -> tuple[int, int]:
    """The offset of a file's record, and in it that of its $DATA."""
    offset = _record(image, name)
    record = image.read_bytes()[offset : offset + 1024]
    at = int.from_bytes(record[20:22], "little")
    while int.from_bytes(record[at : at + 4], "little") != 0x80:
        at += int.from_bytes(record[at + 4 : at + 8], "little")
    return offset, at


def _patch_attributes(image: Path, name: str, attributes: int) -> None:
    with image.open("r+b") as file:
        file.seek(_record(image, name) + 56 + 24 + 32)
        file.write(attributes.to_bytes(4, "little"))


def _patch_data(
    image: Path, name: str, *, valid: int | None = None, flags: int | None = None
) -> None:
    offset, at = _data(image, name)
    with image.open("r+b") as file:
        if valid is not None:
            file.seek(offset + at + 56)
            file.write(valid.to_bytes(8, "little"))
        if flags is not None:
            file.seek(offset + at + 12)
            file.write(flags.to_bytes(2, "little"))
