"""The segment files of an E01: those of another image, those that are missing."""

import hashlib
import os
import re
import struct
import zlib

import disks
import hosts
import pytest
from imagefiles import CONTENT, ewf

from collectors.artifact import Gap
from collectors.disk.collecting.facts import DiskFacts
from collectors.disk.images.containers import open_image
from collectors.disk.reader import ImageError, read_at
from collectors.disk.whole.image import WholeDisk


def test_an_e01_without_its_first_segment_is_refused_in_one_line(raw, tmp_path):
    ewf(raw, tmp_path, "-c", "none").unlink()

    with pytest.raises(ImageError, match=r"disk\.E02: not the first .* name .*disk\.E01"):
        open_image(str(tmp_path / "disk.E02"))


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
