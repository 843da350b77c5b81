"""The whole disk in pieces: every byte that can be read, exactly what can't be, and the account."""

import hashlib
import json
import os
import threading

import disks
import hosts
import pytest
from disks import Failing, zeroed

from collectors.artifact import Artifact, Gap, Profile
from collectors.disk import laid
from collectors.disk.device import RawDevice
from collectors.disk.reader import Files
from collectors.disk.whole import account as account_module
from collectors.disk.whole import pieces
from collectors.disk.whole.digests import WholeDigests
from collectors.disk.whole.image import WholeDisk
from collectors.disk.whole.mapping import mapped
from collectors.table import collectors_for

PIECE = 1 << 20


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    monkeypatch.setattr(pieces, "PIECE", PIECE)


def image_of(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "f").write_bytes(os.urandom(100_000))
    image = disks.ext(tmp_path / "disk.img", tree, size=4 * disks.MIB)
    image.write_bytes(image.read_bytes())  # no holes: every byte is there
    return image


def taken_from(source, collector=None, *, piece=32 << 10):
    """What is taken, by origin: readings, or gaps."""
    found = {}
    for one in (collector or WholeDisk()).collect(source):
        try:
            found[one.origin] = hosts.read(one, piece=piece) if isinstance(one, Artifact) else one
        except OSError as error:
            found[one.origin] = error
    return found


def failing(image, device, *, collector=None):
    """What is taken of an image when this device stands in for it."""
    with disks.opened(image) as source:
        source.disk.image.reader.close()
        object.__setattr__(source.disk.image, "reader", RawDevice(device))
        return taken_from(source, collector)


def account(found):
    return json.loads(found["hozen:/disk-image.json"].data)


def pieces_in(found):
    return [one for name, one in found.items() if name.startswith("disk:/image.")]


def test_every_byte_of_a_block_device_is_taken_and_the_pieces_are_those_of_a_split_image(tmp_path):
    image = image_of(tmp_path)
    with disks.looped(image) as device, disks.opened(device) as source:
        found = taken_from(source)
        container = source.disk.image.container
    said = account(found)

    assert container == "device"
    names = [f"disk:/image.{n:03d}" for n in range(1, 5)]
    assert list(found)[1:-1] == names
    assert b"".join(found[name].data for name in names) == image.read_bytes()
    assert all((one.ranges, one.missing) == ((), ()) for one in pieces_in(found))
    assert said["digests"] == {"sha256": hashlib.sha256(image.read_bytes()).hexdigest()}
    assert (said["size"], said["size_at_end"], said["answers_behind_end"]) == (
        4 * disks.MIB, 4 * disks.MIB, False
    )  # fmt: skip


def test_bad_sectors_are_mapped_where_they_are_and_the_rest_is_whole(tmp_path):
    image = image_of(tmp_path)
    bad = [100, 101, 2047, 2048, 5000]  # the third and fourth meet where two pieces do
    found = failing(image, Failing(image.read_bytes(), bad), collector=WholeDisk(["sha256", "md5"]))

    missing = [[(m.offset, m.size) for m in one.missing] for one in pieces_in(found)]
    assert missing == [[(51_200, 1024), (PIECE - 512, 512)], [(0, 512)], [(462_848, 512)], []]
    said = account(found)
    assert [(b["offset"], b["size"]) for b in said["bad_of_this_session"]] == [
        (51_200, 1024), (PIECE - 512, 1024), (5000 * 512, 512)
    ]  # fmt: skip
    expected = zeroed(image.read_bytes(), bad)
    assert said["digests"] == {
        "sha256": hashlib.sha256(expected).hexdigest(), "md5": hashlib.md5(expected).hexdigest()
    }  # fmt: skip
    whole = bytearray(len(expected))
    for start, one in zip(range(0, len(expected), PIECE), pieces_in(found), strict=True):
        at = 0
        for offset, size in one.ranges or [(0, PIECE)]:
            whole[start + offset : start + offset + size] = one.data[at : at + size]
            at += size
    assert whole == expected


def test_of_large_sectors_the_whole_sector_is_missing(tmp_path):
    image = image_of(tmp_path)
    found = failing(image, Failing(image.read_bytes(), [3], sector=4096))

    assert [(m.offset, m.size) for m in found["disk:/image.001"].missing] == [(12_288, 4096)]


def test_of_a_disk_that_is_very_bad_whole_blocks_are_left_out_and_what_is_good_is_read(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(account_module, "MOST_BAD", 64)
    monkeypatch.setattr(laid, "MOST_BAD", 128)  # where it would be given up
    image = image_of(tmp_path)
    bad = [*range(256, 512), 1000]
    found = failing(image, Failing(image.read_bytes(), bad))
    first = found["disk:/image.001"]

    assert [(m.offset, m.size) for m in first.missing] == [
        (256 * 512, 64 * 512), (256 * 512 + 64 * 512, 192 * 512), (32_768 * 15, 32_768)
    ]  # fmt: skip
    assert "the whole block" in first.missing[1].error
    assert first.data[-512:] == image.read_bytes()[PIECE - 512 : PIECE]
    assert [one.missing for one in pieces_in(found)[1:]] == [()] * 3


def test_a_piece_of_which_nothing_can_be_read_is_an_error_and_the_others_go_on(tmp_path):
    image = image_of(tmp_path)
    found = failing(image, Failing(image.read_bytes(), range(2048, 4096)))

    assert isinstance(found["disk:/image.002"], OSError)
    data = image.read_bytes()
    assert found["disk:/image.003"].data == data[2 * PIECE : 3 * PIECE]
    said = account(found)
    assert [(b["offset"], b["size"]) for b in said["bad_of_this_session"]] == [(PIECE, PIECE)]
    expected = zeroed(data, range(2048, 4096))
    assert said["digests"]["sha256"] == hashlib.sha256(expected).hexdigest()


def test_holes_of_a_sparse_image_are_no_reads_and_no_data(tmp_path):
    image = disks.blank(tmp_path / "disk.img", 64 * disks.MIB)
    with image.open("r+b") as file:
        for offset in (0, 5 * disks.MIB + 4096, 64 * disks.MIB - 512):
            file.seek(offset)
            file.write(os.urandom(512))
    with disks.opened(image) as source:
        found = taken_from(source)

    assert sum(len(one.data) for one in pieces_in(found)) <= 4 * disks.MIB
    assert found["disk:/image.030"].data == b""
    assert list(found["disk:/image.030"].ranges) == [(0, 0)]
    said = account(found)
    assert said["digests"] is None
    assert said["digests_note"] == "the holes of the image file were not read"


def test_data_of_a_split_image_is_found_in_each_of_its_files(tmp_path):
    for number in (1, 2, 3):
        disks.blank(tmp_path / f"i.{number:03d}", 8 * disks.MIB)
    with (tmp_path / "i.002").open("r+b") as file:
        file.seek(4 * disks.MIB)
        file.write(b"x" * 4096)
    reader = Files([str(tmp_path / f"i.{number:03d}") for number in (1, 2, 3)])
    try:
        assert list(reader.data(0, reader.size)) == [(12 * disks.MIB, 4096)]
        assert mapped(reader, 4 * disks.MIB, 16 * disks.MIB) == [
            (0, 8 * disks.MIB, None),
            (8 * disks.MIB, 4096, 12 * disks.MIB),
            (8 * disks.MIB + 4096, 8 * disks.MIB - 4096, None),
        ]
    finally:
        reader.close()


class Shrinking(Failing):
    """Says to be smaller when it is asked for the second time."""

    asked = 0

    def stated_size(self):
        self.asked += 1
        return len(self.data) - 4096 * (self.asked > 1)


@pytest.mark.parametrize("left", [3 << 20, (3 << 20) + 100, 0])
def test_what_an_image_file_loses_while_it_is_read_is_missing_and_no_hole(tmp_path, left):
    image = tmp_path / "disk.img"
    image.write_bytes(os.urandom(4 << 20))
    reader = Files([str(image)])
    os.truncate(image, left)

    segments = mapped(reader, 2 << 20, 2 << 20)
    reader.close()

    assert segments == [(0, 2 << 20, 2 << 20)]


def test_a_disk_that_has_another_size_at_the_end_is_a_gap(tmp_path):
    image = image_of(tmp_path)
    found = failing(image, Shrinking(image.read_bytes()))

    assert isinstance(found["disk:/"], Gap)
    assert found["disk:/"].detail == (
        "the disk had 4194304 bytes at the beginning, 4190208 at the end"
    )
    assert account(found)["size_at_end"] == 4_190_208


def overwritten_within(image, number, write):
    """What is taken of an image file that is written to when this piece has begun to be read."""
    found = {}
    with disks.opened(image) as source:
        for one in WholeDisk().collect(source):
            if one.origin == f"disk:/image.{number:03d}":
                reading = one.open()
                reading.readinto(memoryview(bytearray(4096)))
                write()
                while reading.readinto(memoryview(bytearray(1 << 20))):
                    pass
                found[one.origin] = reading.changed
            elif isinstance(one, Artifact):
                found[one.origin] = hosts.read(one).changed
            else:
                found[one.origin] = one.detail
    return {name: said for name, said in found.items() if name.startswith("disk:/")}


def test_an_image_file_that_is_overwritten_while_it_is_read_is_told_of(tmp_path):
    image = image_of(tmp_path)
    before = image.stat()

    def write():
        with image.open("r+b") as file:
            file.seek(3 << 20)
            file.write(os.urandom(4096))
        os.utime(image, ns=(before.st_atime_ns, before.st_mtime_ns))  # as if nothing were

    found = overwritten_within(image, 2, write)
    told = found.pop("disk:/")

    assert image.stat().st_size == before.st_size
    assert list(found.values()) == [False, True, False, False]
    assert told.startswith("the image's file was changed or taken away while it was read")


def test_an_image_file_that_nobody_writes_to_has_not_changed(tmp_path):
    found = overwritten_within(image_of(tmp_path), 2, lambda: None)

    assert list(found.values()) == [False] * 4


def test_a_container_that_is_written_to_while_its_disk_is_read_is_told_of(tmp_path):
    image = tmp_path / "disk.qcow2"
    disks.tool("qemu-img", "convert", "-O", "qcow2", image_of(tmp_path), image)

    found = overwritten_within(image, 4, lambda: os.utime(image))

    assert found["disk:/image.004"] is True
    assert "disk:/" in found


class Longer(Failing):
    """Has more than it says."""

    def stated_size(self):
        return len(self.data) - 8192


def test_a_disk_that_answers_behind_its_end_is_told_of(tmp_path):
    image = image_of(tmp_path)

    assert account(failing(image, Longer(image.read_bytes())))["answers_behind_end"] is True


def test_pieces_double_so_that_there_are_never_many(monkeypatch):
    monkeypatch.setattr(pieces, "PIECE", 1 << 30)

    assert (pieces.Pieces.of(1 << 40).piece, pieces.Pieces.of(1 << 40).count) == (1 << 30, 1024)
    large = pieces.Pieces.of(30 << 40)
    assert (large.piece, large.count) == (8 << 30, 3840)
    assert [name for _, name, _, _ in large][::3839] == ["image.0001", "image.3840"]


def test_two_disks_have_first_items_of_different_names(tmp_path):
    names = set()
    for number in (1, 2):
        image = disks.ext(tmp_path / f"{number}.img", size=4 * disks.MIB)
        with disks.opened(image) as source:
            names.add(next(WholeDisk().collect(source)).origin)

    assert len(names) == 2


def test_nothing_is_read_and_no_thread_begins_before_a_piece_is_opened(tmp_path, monkeypatch):
    with disks.opened(image_of(tmp_path)) as source:
        monkeypatch.delattr(Files, "readinto")
        before = threading.active_count()

        assert len(list(WholeDisk().collect(source))) == 6
        assert threading.active_count() == before


@pytest.mark.parametrize("size", [1, 1 << 20, (1 << 20) + 1, 5_000_000])
def test_digests_are_those_of_hashlib_whatever_the_pieces(size):
    data = os.urandom(size)
    digests = WholeDigests(["sha256", "sha1", "md5"])
    for at in range(0, size, 77_777):
        digests.add(at, memoryview(data)[at : at + 77_777])
    digests.zeros(size, 3_000_000)
    data += bytes(3_000_000)

    assert digests.finish(len(data)) == {
        name: hashlib.new(name, data).hexdigest() for name in ("sha256", "sha1", "md5")
    }


def test_digests_of_less_than_all_are_none():
    digests = WholeDigests(["sha256"])
    digests.add(0, memoryview(b"abc"))
    digests.add(4, memoryview(b"e"))

    assert digests.finish(5) is None
    assert digests.why_not == "not all of the disk was read in this session"


def test_it_is_taken_only_when_it_is_named():
    usual = [one.name for one in collectors_for(Profile.FULL, of="disk")]
    named = [one.name for one in collectors_for(Profile.QUICK, of="disk", only=["disk-image"])]

    assert "disk-image" not in usual
    assert named == ["disk-image"]
