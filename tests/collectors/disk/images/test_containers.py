"""The same disk out of every container, whatever its file is called; and what is refused."""

import errno
import hashlib
import os
import re
import struct
import sys
import time
import tracemalloc
import zlib

import disks
import hosts
import pytest
import zstandard

from collectors.artifact import Gap
from collectors.disk.facts import DiskFacts
from collectors.disk.files import DiskFiles
from collectors.disk.images import containers
from collectors.disk.images.containers import open_image
from collectors.disk.images.ewf import Stored
from collectors.disk.reader import ImageError, LibraryError, read_at
from collectors.disk.whole.image import WholeDisk

CONTENT = {"/a.txt": b"hello\n", "/folder/big": os.urandom(1_000_000)}


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    place = tmp_path_factory.mktemp("raw")
    tree = place / "tree"
    tree.mkdir()
    for name, data in CONTENT.items():
        (tree / name[1:]).parent.mkdir(exist_ok=True)
        (tree / name[1:]).write_bytes(data)
    return disks.ext(place / "disk.img", tree, size=8 * disks.MIB)


def split(raw, folder):
    data = raw.read_bytes()
    for number in range(3):
        (folder / f"disk.{number + 1:03d}").write_bytes(data[number * 3_000_000 :][:3_000_000])
    return folder / "disk.001"


def ewf(raw, folder, *options):
    disks.tool(
        "ewfacquirestream", "-q", "-t", folder / "disk", "-f", "encase6", "-b", "64", "-d", "sha1",
        "-C", "H-1", "-E", "7", "-e", "examiner", "-D", "ward PC", "-N", "-", "-m", "fixed",
        "-M", "physical", "-S", "2MiB", *options, input=raw.read_bytes(),
    )  # fmt: skip
    return folder / "disk.E01"


def converted(kind, *options):
    def convert(raw, folder):
        disks.tool("qemu-img", "convert", "-O", kind, *options, raw, folder / "disk.x")
        return folder / "disk.x"

    return convert


MAKERS = {
    "raw": lambda raw, _: raw,
    "split raw": split,
    "E01": ewf,
    "E01 ": lambda raw, folder: ewf(raw, folder, "-c", "none"),
    "qcow2": converted("qcow2"),
    "qcow2 ": converted("qcow2", "-c"),
    "qcow2  ": converted("qcow2", "-c", "-o", "compression_type=zstd"),
    "qcow2   ": converted("qcow2", "-c", "-o", "compat=0.10,cluster_size=4096"),
    "VMDK": converted("vmdk"),
    "VMDK ": converted("vmdk", "-o", "subformat=streamOptimized"),
    "VMDK  ": converted("vmdk", "-o", "subformat=monolithicFlat"),
    "VMDK   ": converted("vmdk", "-o", "subformat=twoGbMaxExtentSparse"),
    "VHD": converted("vpc"),
    "VHD ": converted("vpc", "-o", "subformat=fixed"),
    "VHDX": converted("vhdx"),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_every_container_gives_the_same_bytes_and_files(kind, raw, tmp_path):
    path = MAKERS[kind](raw, tmp_path)
    original = raw.read_bytes()

    image = open_image(str(path))
    data = read_at(image.reader, 0, len(original))
    for offset in (-1, image.reader.size - 1):
        with pytest.raises(OSError, match="behind the end"):
            image.reader.readinto(offset, memoryview(bytearray(2)))
    image.reader.close()

    assert image.container == kind.strip()
    assert hashlib.sha256(data).digest() == hashlib.sha256(original).digest()
    with disks.opened(path) as source:
        assert disks.contents(DiskFiles(), source) == CONTENT


def test_an_e01_s_own_facts_are_kept(raw, tmp_path):
    path = ewf(raw, tmp_path)

    facts = open_image(str(path)).facts

    data = raw.read_bytes()
    assert facts["stored_hashes"] == {
        "MD5": hashlib.md5(data).hexdigest(), "SHA1": hashlib.sha1(data).hexdigest(),
    }  # fmt: skip
    assert (facts["header"]["case_number"], facts["header"]["description"]) == ("H-1", "ward PC")
    assert facts["zero_chunks_checked"] is True


@pytest.mark.parametrize("options", [("-c", "none"), ("-c", "fast")])
def test_a_damaged_chunk_is_missing_and_not_the_zeros_that_libewf_gives(raw, tmp_path, options):
    path = ewf(raw, tmp_path, *options)
    segments = [tmp_path / name for name in sorted(os.listdir(tmp_path))]
    wanted = CONTENT["/folder/big"][300_000:300_064]
    damaged = next(each for each in segments if wanted in each.read_bytes())
    data = bytearray(damaged.read_bytes())
    data[data.index(wanted)] ^= 1
    damaged.write_bytes(data)

    with disks.opened(path) as source:
        reading = source.file("/folder/big", "disk").open()
        room, got = memoryview(bytearray(32 << 10)), bytearray()
        while count := reading.readinto(room):
            got += room[:count]

    missing = sum(each.size for each in reading.missing)
    assert 0 < missing <= 32 << 10
    assert len(got) == 1_000_000 - missing
    place = 0
    for offset, size in reading.ranges:
        assert got[place : place + size] == CONTENT["/folder/big"][offset : offset + size]
        place += size
    assert "checksum of chunk" in reading.missing[0].error


def test_a_packed_chunk_whose_end_is_damaged_is_missing_and_no_zeros(tmp_path):
    """What then still unpacks goes on behind the chunk: no checksum was reached."""
    lines = tmp_path / "lines"
    lines.write_bytes(b"".join(b"%08d a line of a log\n" % number for number in range(10_000)))
    path = ewf(lines, tmp_path, "-c", "fast")
    data, (table,) = path.read_bytes(), Stored([str(path)], 32 << 10, 31)._tables
    start, end = (table.base + (entry & 0x7FFF_FFFF) for entry in table.entries[:2])
    assert table.entries[0] >> 31

    wrong = [bytearray(data) for _ in range(16 * 8)]
    for number, each in enumerate(wrong):
        each[end - 1 - number // 8] ^= 1 << number % 8
    endless = [each for each in wrong if never_ends(bytes(each[start:end]))]
    assert endless
    for each in endless:
        path.write_bytes(each)
        reader = open_image(str(path)).reader
        with pytest.raises(OSError, match="checksum of chunk 0 is wrong"):
            read_at(reader, 0, 512)
        reader.close()


def never_ends(packed):
    unpacker = zlib.decompressobj()
    try:
        unpacker.decompress(packed)
    except zlib.error:
        return False
    return not unpacker.eof


@pytest.mark.parametrize("place", [1 << 40, (1 << 63) - 20, 1 << 63, (1 << 64) - 1])
def test_an_e01_whose_sections_lead_nowhere_holds_nothing(tmp_path, place):
    section = struct.pack("<16sQQ", b"header", place, 0).ljust(76, b"\0")
    (tmp_path / "disk.E01").write_bytes(b"EVF\x09\x0d\x0a\xff\0\1\1\0\0\0" + section + bytes(999))

    assert open_image(str(tmp_path / "disk.E01")).reader.size == 0


def is_whole(path, base, end, entry):
    """What is said of the only chunk of a table that somebody wrote into an E01."""
    table = b"\0" * 76 + struct.pack("<I4xQ8x", 1, base) + struct.pack("<I", entry)
    stored = Stored([], 512, 1)
    with open(path, "ab") as file:
        at = file.tell()
        file.write(table)
    with open(path, "rb") as file:
        stored._tables = list(stored._of_table(file.fileno(), 0, at, end))
    stored._paths, stored._ends = [str(path)], [1]
    return stored.is_whole(0)


@pytest.mark.parametrize(
    ("base", "end", "packed"),
    [(0, 1 << 60, False), (0, 1 << 60, True), (1 << 63, 1 << 64, False), (900, 100, False)],
)
def test_a_chunk_that_lies_nowhere_in_its_file_is_not_whole(tmp_path, base, end, packed):
    path = tmp_path / "disk.E01"
    path.write_bytes(bytes(1000))

    assert not is_whole(path, base, end, packed << 31)


def test_a_packed_chunk_of_an_e01_that_unpacks_to_far_more_is_not_whole(tmp_path):
    path = tmp_path / "disk.E01"
    usual, bomb = zlib.compress(bytes(512)), zlib.compress(bytes(64 * disks.MIB))
    path.write_bytes(usual + bomb)

    assert is_whole(path, 0, len(usual), 1 << 31)
    assert not is_whole(path, len(usual), len(usual) + len(bomb), 1 << 31)


def test_an_e01_that_is_taken_away_while_it_is_read_can_t_be_read_and_is_not_absent(tmp_path):
    """What is absent is nothing to be told; libewf alone would go on, as its file is open."""
    path = ewf(disks.blank(tmp_path / "raw.img", disks.MIB), tmp_path)
    reader = open_image(str(path)).reader
    path.unlink()

    with pytest.raises(OSError, match="the image's file is gone") as told:
        read_at(reader, 0, 512)
    reader.close()

    assert told.value.errno == errno.EIO


def test_zeros_that_are_zeros_stay_content(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "zeros").write_bytes(bytes(300_000))
    raw = disks.ext(tmp_path / "raw.img", tree, size=4 * disks.MIB)

    with disks.opened(ewf(raw, tmp_path)) as source:
        assert disks.contents(DiskFiles(), source) == {"/zeros": bytes(300_000)}


def test_a_missing_part_in_the_middle_is_refused(raw, tmp_path):
    path = split(raw, tmp_path)
    (tmp_path / "disk.002").unlink()

    with pytest.raises(ImageError, match=r"disk\.002: missing, though .*disk\.003 is there"):
        open_image(str(path))


@pytest.mark.parametrize("gone", [(4,), (3, 4), (2, 3, 4)])
def test_a_later_segment_that_lies_in_the_folder_is_never_passed_over(raw, tmp_path, gone):
    for number in range(1, 6):
        if number not in gone:
            (tmp_path / f"disk.{number:03d}").write_bytes(raw.read_bytes()[:1_000_000])

    with pytest.raises(ImageError, match=rf"disk\.00{gone[0]}: missing, though .*disk\.005 is"):
        open_image(str(tmp_path / "disk.001"))


@pytest.mark.parametrize("alone", [False, True])
def test_a_segment_other_than_the_first_is_refused(raw, tmp_path, alone):
    path = split(raw, tmp_path)
    if alone:
        path.unlink()

    with pytest.raises(ImageError, match=r"disk\.002: not the first .* name .*disk\.001"):
        open_image(str(tmp_path / "disk.002"))


def test_an_e01_without_its_first_segment_is_refused_in_one_line(raw, tmp_path):
    ewf(raw, tmp_path, "-c", "none").unlink()

    with pytest.raises(ImageError, match=r"disk\.E02: not the first .* name .*disk\.E01"):
        open_image(str(tmp_path / "disk.E02"))


def test_independent_images_that_are_numbered_are_each_opened(raw, tmp_path):
    for name in ("vm.1", "vm.2", "vm.3"):
        (tmp_path / name).write_bytes(raw.read_bytes())

    assert open_image(str(tmp_path / "vm.2")).files == (str(tmp_path / "vm.2"),)
    assert open_image(str(tmp_path / "vm.1")).files == (str(tmp_path / "vm.1"),)


def test_a_later_segment_without_zeros_in_its_number_is_refused(raw, tmp_path):
    data = raw.read_bytes()
    for number, at in enumerate(range(0, len(data), 3_000_000), start=1):
        (tmp_path / f"vm.{number}").write_bytes(data[at : at + 3_000_000])

    with pytest.raises(ImageError, match=r"vm\.2: not the first .* name .*vm\.1"):
        open_image(str(tmp_path / "vm.2"))
    assert len(open_image(str(tmp_path / "vm.1")).files) > 2


def test_a_number_that_counts_no_segments_is_a_name_like_any_other(raw, tmp_path):
    for name in ("disk.2024", "disk.2023", "disk.20240101"):
        (tmp_path / name).write_bytes(raw.read_bytes())

    assert open_image(str(tmp_path / "disk.2024")).container == "raw"


def test_a_qcow2_that_ends_within_its_table_is_refused(raw, tmp_path):
    path = converted("qcow2", "-o", "cluster_size=512")(raw, tmp_path)
    with path.open("r+b") as file:
        (table,) = struct.unpack_from(">Q", file.read(48), 40)
        file.truncate(table + 12)

    with pytest.raises(ImageError, match="cut off in its table"):
        open_image(str(path))


def test_a_qcow2_whose_table_is_too_small_for_its_disk_is_refused(raw, tmp_path):
    path = converted("qcow2", "-o", "cluster_size=512")(raw, tmp_path)
    with path.open("r+b") as file:
        (entries,) = struct.unpack_from(">I", file.read(48), 36)
        file.seek(36)
        file.write(struct.pack(">I", entries - 1))

    with pytest.raises(ImageError, match="impossible table"):
        open_image(str(path))


@pytest.mark.parametrize("size", [71, 79, 104, 111])
def test_a_qcow2_that_ends_within_its_header_is_refused(tmp_path, size):
    """Of no size, so that nothing else is wrong with it; it says that zstd compresses it."""
    head = struct.pack(">4sIQIIQIIQQIIQQ", b"QFI\xfb", 3, 0, 0, 16, *[0] * 8, 8)
    path = tmp_path / "disk.qcow2"
    path.write_bytes(head.ljust(112, b"\0")[:size])

    with pytest.raises(ImageError, match="ends in its header"):
        open_image(str(path))


def test_a_compressed_cluster_that_unpacks_to_far_more_fills_no_memory(raw, tmp_path):
    path = converted("qcow2", "-c", "-o", "compression_type=zstd")(raw, tmp_path)
    bomb = zstandard.ZstdCompressor().compress(bytes(64 * disks.MIB))
    with path.open("r+b") as file:
        (first,) = struct.unpack(">40xQ", file.read(48))
        file.seek(first)
        (table,) = struct.unpack(">Q", file.read(8))
        file.seek(0, os.SEEK_END)
        place = -(-file.tell() // 512) * 512
        file.seek(place)
        file.write(bomb.ljust(16 << 10, b"\0"))
        file.seek(table & 0x00FF_FFFF_FFFF_FE00)
        file.write(struct.pack(">Q", 1 << 62 | 31 << 54 | place))  # 32 sectors

    reader = open_image(str(path)).reader
    tracemalloc.start()
    assert read_at(reader, 0, 512) == bytes(512)
    assert tracemalloc.get_traced_memory()[1] < 4 * disks.MIB
    tracemalloc.stop()
    reader.close()


def test_a_cluster_of_a_qcow2_that_was_given_up_is_zeros_though_it_has_a_place(raw, tmp_path):
    path = converted("qcow2", "-o", "cluster_size=2M")(raw, tmp_path)
    whole = raw.read_bytes()
    with path.open("r+b") as file:
        (first,) = struct.unpack(">40xQ", file.read(48))
        file.seek(first)
        (table,) = struct.unpack(">Q", file.read(8))
        file.seek(table & 0x00FF_FFFF_FFFF_FE00)
        (entry,) = struct.unpack(">Q", file.read(8))
        file.seek(-8, os.SEEK_CUR)
        file.write(struct.pack(">Q", entry | 1))

    reader = open_image(str(path)).reader
    data = read_at(reader, 0, 2 * len(whole))
    reader.close()

    assert data == bytes(2 * disks.MIB) + whole[2 * disks.MIB :]
    assert whole[: 2 * disks.MIB].strip(b"\0")


def test_earlier_states_in_a_qcow2_are_listed_and_a_gap(raw, tmp_path):
    path = converted("qcow2")(raw, tmp_path)
    for name in ("before the update", "昨日"):
        disks.tool("qemu-img", "snapshot", "-c", name, path)

    with disks.opened(path) as source:
        document, *gaps = DiskFacts().collect(source)
        listed = source.disk.image.facts["snapshots"]

    assert [(one["id"], one["name"]) for one in listed] == [
        ("1", "before the update"), ("2", "昨日"),
    ]  # fmt: skip
    assert all(0 < time.time() - int(one["created_ns"]) / 1e9 < 600 for one in listed)
    assert "before the update" in hosts.read(document).data.decode()
    assert [(one.origin, one.reason, one.detail) for one in gaps] == [
        ("disk:/", "unreadable", "2 earlier states in the image were not read")
    ]


@pytest.mark.parametrize("place", [2**64 - 8, 2**63 - 8, 1 << 40])
def test_a_list_of_earlier_states_that_lies_nowhere_is_a_gap(raw, tmp_path, place):
    path = converted("qcow2")(raw, tmp_path)
    with path.open("r+b") as file:
        file.seek(60)
        file.write(struct.pack(">IQ", 3, place))

    with disks.opened(path) as source:
        _, gap = DiskFacts().collect(source)

    assert gap.detail == (
        "3 earlier states in the image were not read; the list of them tells of 0"
    )


@pytest.mark.parametrize("place", [2**64 - 8, 2**63, 1 << 40])
def test_a_qcow2_whose_table_lies_nowhere_is_refused(raw, tmp_path, place):
    path = converted("qcow2")(raw, tmp_path)
    with path.open("r+b") as file:
        file.seek(40)
        file.write(struct.pack(">Q", place))

    with pytest.raises(ImageError, match="cut off in its table"):
        open_image(str(path))


def test_a_missing_segment_of_an_e01_is_told_and_its_chunks_are_no_zeros(raw, tmp_path):
    path = ewf(raw, tmp_path, "-c", "none")
    (tmp_path / "disk.E03").unlink()

    with disks.opened(path) as source:
        gaps = [one for one in DiskFacts().collect(source) if isinstance(one, Gap)]
        with pytest.raises(OSError, match="in none of the image's files"):
            read_at(source.disk.image.reader, 7 * disks.MIB, 512)

    assert [(one.origin, one.reason, one.kind) for one in gaps] == [
        ("disk:/", "unreadable", "image")
    ]
    assert re.fullmatch(r"\d+ chunks of it are in none of its files", gaps[0].detail)


def two_e01s(tmp_path, *datas, options=("-c", "none")):
    """Images of these bytes, each in a folder of its own."""
    for number, data in enumerate(datas):
        folder = tmp_path / str(number)
        folder.mkdir()
        raw = folder / "raw"
        raw.write_bytes(data)
        ewf(raw, folder, *options)
    return [tmp_path / str(number) for number in range(len(datas))]


def identified(folder, identifier):
    """The same, with a set identifier, as EnCase and FTK Imager write one into every segment."""
    for path in folder.glob("disk.E*"):
        data = bytearray(path.read_bytes())
        at = 13
        while (name := bytes(data[at : at + 16]).rstrip(b"\0")) not in (b"next", b"done"):
            if name in (b"volume", b"data"):
                data[at + 140 : at + 156] = identifier
                sum_at = at + 76 + 1048
                data[sum_at : sum_at + 4] = struct.pack("<I", zlib.adler32(data[at + 76 : sum_at]))
            (at,) = struct.unpack_from("<Q", data, at + 16)
        path.write_bytes(data)


def test_a_segment_with_the_identifier_of_another_set_is_refused(tmp_path):
    """Two disks of one size, as those of machines that were bought together."""
    own, other = two_e01s(tmp_path, b"A" * (5 << 20), b"B" * (5 << 20))
    identified(own, b"1" * 16)
    identified(other, b"2" * 16)
    whole = open_image(str(own / "disk.E01"))
    (other / "disk.E02").replace(own / "disk.E02")

    assert whole.facts["set_identifier"] == (b"1" * 16).hex()
    with pytest.raises(ImageError, match=r"disk\.E02: a segment of another image than .*0/disk"):
        open_image(str(own / "disk.E01"))


def test_a_segment_of_a_disk_of_another_size_is_refused(tmp_path):
    own, other = two_e01s(tmp_path, b"A" * (5 << 20), b"B" * (6 << 20))
    (other / "disk.E02").replace(own / "disk.E02")

    with pytest.raises(ImageError, match=r"disk\.E02: a segment of another image than"):
        open_image(str(own / "disk.E01"))


def test_a_segment_under_the_name_of_another_one_is_refused(tmp_path):
    (own,) = two_e01s(tmp_path, b"A" * (7 << 20))
    (own / "disk.E03").replace(own / "third")
    (own / "disk.E02").replace(own / "disk.E03")
    (own / "third").replace(own / "disk.E02")

    with pytest.raises(ImageError, match=r"disk\.E02: segment 3 of its image .* 2 by its name"):
        open_image(str(own / "disk.E01"))


def test_segments_that_hold_more_than_the_disk_are_refused(tmp_path):
    """Without set identifiers, the numbers of their chunks tell, where these are packed."""
    random, zeros = os.urandom(6 << 20), bytes(3 << 20)
    own, other = two_e01s(tmp_path, random, os.urandom(3 << 20) + zeros, options=("-c", "fast"))
    (other / "disk.E02").replace(own / "disk.E02")

    with pytest.raises(ImageError, match=r"hold \d+ chunks, its disk has 192: .* several images"):
        open_image(str(own / "disk.E01"))


def test_what_is_not_what_an_e01_says_of_itself_is_told(tmp_path):
    """Where nothing in a foreign segment speaks against it, the digest over the whole does."""
    own, other = two_e01s(tmp_path, b"A" * (5 << 20), b"B" * (5 << 20))
    stored = hashlib.md5(b"A" * (5 << 20)).hexdigest()

    honest = gaps_of_the_whole(own / "disk.E01")
    (other / "disk.E02").replace(own / "disk.E02")
    (gap,) = gaps_of_the_whole(own / "disk.E01")

    assert honest == []
    assert gap.origin == "disk:/"
    assert gap.detail.startswith(f"the image says md5 {stored} of itself, what was read comes to")


def gaps_of_the_whole(path):
    """What is told while all of the disk is read."""
    found = []
    with disks.opened(path) as source:
        for one in WholeDisk().collect(source):
            if isinstance(one, Gap):
                found.append(one)
            else:
                hosts.read(one)
    return found


def test_without_its_last_segment_an_e01_still_gives_what_lies_before(raw, tmp_path):
    disk = disks.divided(tmp_path / "disk.img", (raw, "83"), (raw, "83"), scheme="dos")
    path = ewf(disk, tmp_path, "-c", "none")
    (tmp_path / max(name for name in os.listdir(tmp_path) if ".E" in name)).unlink()

    with disks.opened(path) as source:
        gaps = [one.origin for one in DiskFacts().collect(source) if isinstance(one, Gap)]
        taken = source.file("/partition-1/folder/big", "disk")
        assert hosts.read(taken).data == CONTENT["/folder/big"]

    assert "disk:/" in gaps


def test_an_image_of_changes_alone_is_refused_with_the_name_of_its_base(raw, tmp_path):
    overlay = tmp_path / "overlay.qcow2"
    disks.tool("qemu-img", "create", "-f", "qcow2", "-F", "raw", "-b", raw, overlay)

    with pytest.raises(ImageError, match=r"only the changes to .*disk\.img"):
        open_image(str(overlay))


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"QFI\xfb" + b"\xff" * 600, "qcow version"),
        (b"EVF\x09\x0d\x0a\xff\x00" + bytes(600), "can't be opened"),
    ],
)
def test_what_can_t_be_opened_is_refused_in_one_line(tmp_path, head, words):
    path = tmp_path / "image"
    path.write_bytes(head.ljust(1024, b"\0"))

    with pytest.raises(ImageError, match=words) as told:
        open_image(str(path))
    assert "\n" not in str(told.value)
    assert told.value.exit_code == 2


def test_a_library_that_isn_t_there_is_one_clear_line(raw, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyvmdk", None)

    with pytest.raises(
        LibraryError, match=r"needs libvmdk-python.*pip install 'hozen\[disk\]'"
    ) as told:
        open_image(str(MAKERS["VMDK"](raw, tmp_path)))
    assert told.value.exit_code == 4


def test_no_library_is_loaded_before_it_is_needed():
    assert not {"pyewf", "pyvmdk", "pyvhdi"} & set(vars(containers))


@pytest.mark.parametrize("kind", ["monolithicSparse", "streamOptimized"])
def test_a_vmdk_that_was_renamed_is_itself_and_not_what_has_its_old_name(raw, tmp_path, kind):
    other = disks.blank(tmp_path / "other", raw.stat().st_size)
    made = converted("vmdk", "-o", f"subformat={kind}")
    renamed = made(raw, tmp_path).rename(tmp_path / "evidence.vmdk")
    alone = open_image(os.fspath(renamed))
    made(other, tmp_path)

    image = open_image(os.fspath(renamed))

    assert image.files == alone.files == (os.fspath(renamed),)
    assert everything(image) == everything(alone) == raw.read_bytes()


@pytest.mark.parametrize("name", ["{folder}/secret", "../secret", "C:\\secret"])
def test_a_vmdk_reads_no_file_but_those_beside_it(raw, tmp_path, name):
    (tmp_path / "case").mkdir()
    made = converted("vmdk", "-o", "subformat=monolithicFlat")(raw, tmp_path / "case")
    (tmp_path / "secret").write_bytes(raw.read_bytes())
    planted = name.format(folder=tmp_path).encode()
    made.write_bytes(made.read_bytes().replace(b"disk-flat.x", planted))

    with pytest.raises(ImageError, match=r"case/secret: missing, though .*case/disk\.x is there"):
        open_image(os.fspath(made))


def test_a_vmdk_with_a_part_that_begins_within_a_file_is_refused(raw, tmp_path):
    """libvmdk takes its first sector for a number of bytes, and gives other content."""
    made = converted("vmdk", "-o", "subformat=monolithicFlat")(raw, tmp_path)
    sectors = raw.stat().st_size // 512
    whole = b'RW %d FLAT "disk-flat.x" 0' % sectors
    parts = b'RW 8 FLAT "disk-flat.x" 0\nRW %d FLAT "disk-flat.x" 8' % (sectors - 8)
    made.write_bytes(made.read_bytes().replace(whole, parts))

    with pytest.raises(ImageError, match="begins in the middle of a file"):
        open_image(os.fspath(made))


def test_a_vmdk_with_two_parts_of_one_name_is_refused(raw, tmp_path):
    """Beside the description there is one file for both, and the other's bytes are not there."""
    made = converted("vmdk", "-o", "subformat=monolithicFlat")(raw, tmp_path)
    sectors = raw.stat().st_size // 512
    whole = b'RW %d FLAT "disk-flat.x" 0' % sectors
    half = b'RW %d FLAT "%s/disk-flat.x" 0'
    parts = half % (sectors // 2, b"a") + b"\n" + half % (sectors // 2, b"b")
    made.write_bytes(made.read_bytes().replace(whole, parts))

    with pytest.raises(ImageError, match=r"two of its parts are called disk-flat\.x"):
        open_image(os.fspath(made))


def test_a_vmdk_of_changes_to_a_disk_without_a_name_is_refused(raw, tmp_path):
    made = converted("vmdk", "-o", "subformat=monolithicFlat")(raw, tmp_path)
    made.write_bytes(made.read_bytes().replace(b"parentCID=ffffffff", b"parentCID=12345678"))

    with pytest.raises(ImageError, match="only the changes to a disk that it doesn't name"):
        open_image(os.fspath(made))


def test_a_vmdk_that_says_nothing_of_another_disk_is_read(raw, tmp_path):
    made = converted("vmdk", "-o", "subformat=monolithicFlat")(raw, tmp_path)
    made.write_bytes(made.read_bytes().replace(b"parentCID=ffffffff\n", b""))

    assert everything(open_image(os.fspath(made))) == raw.read_bytes()


@pytest.mark.parametrize("newer", [0, 1])
def test_a_vhdx_with_a_log_that_was_not_replayed_is_told(raw, tmp_path, newer):
    """As it is where a machine was copied while it ran, or its host lost power."""
    made = converted("vhdx")(raw, tmp_path)
    closed = open_image(os.fspath(made))
    with made.open("r+b") as file:
        for number, place in enumerate((64 << 10, 128 << 10)):
            log = b"L" * 16 if number == newer else bytes(16)
            head = b"head" + struct.pack("<IQ", 0, 10 + (number == newer)) + bytes(32) + log
            head += struct.pack("<HHII", 0, 1, 1 << 20, 1 << 20)
            head = head.ljust(4096, b"\0")
            file.seek(place)
            file.write(head[:4] + struct.pack("<I", crc32c(head)) + head[8:])

    left = open_image(os.fspath(made))

    assert (closed.lacks, "not replayed" in left.lacks) == ("", True)
    assert everything(left) == everything(closed) == raw.read_bytes()


def crc32c(data):
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    return value ^ 0xFFFFFFFF


def everything(image):
    try:
        return read_at(image.reader, 0, image.reader.size)
    finally:
        image.reader.close()
