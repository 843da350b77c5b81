"""NTFS whose structures outgrew their first place: fragments, attribute lists, large folders."""

from __future__ import annotations

import os
import re
from contextlib import suppress

import disks
import hosts
import pytest

from collectors.artifact import Gap
from collectors.disk.collecting.files import DiskFiles
from collectors.disk.collecting.metadata import NtfsMetadata
from collectors.disk.ntfs import mft

CLUSTER = 512
HOLES = 3000
STREAMS = {f"stream{number}": b"%d" % number * 100 for number in range(20)}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A volume full of small files, every other one deleted; then a file in the holes."""
    place = tmp_path_factory.mktemp("large")
    image = disks.ntfs(place / "disk.img", size=16 * disks.MIB, options=("-c", str(CLUSTER)))
    with disks.mounted_ntfs(image, place / "mounted") as root:
        (root / "many").mkdir()
        (root / "Case").write_bytes(b"one")
        (root / "case").write_bytes(b"other")
        for number in range(2 * HOLES):
            (root / "many" / f"{number:05d}").write_bytes(small(number))
        with suppress(OSError), (root / "filler").open("wb", buffering=0) as filler:
            while True:
                filler.write(bytes(CLUSTER * 8))
        for number in range(0, 2 * HOLES, 2):
            (root / "many" / f"{number:05d}").unlink()
        data = os.urandom(CLUSTER * HOLES)
        (root / "pieces").write_bytes(data)
        for stream, content in {"": b"", **STREAMS}.items():
            (root / (f"streams:{stream}" if stream else "streams")).write_bytes(content)
    return image, data


def small(number):
    """Too large for its record: a cluster or two of its own."""
    return b"%05d" % number * 150


def described(image, inode):
    """The attributes of a record, as ntfsinfo lists them with their runs."""
    return disks.tool("ntfsinfo", "-f", "-v", "-i", str(inode), image).decode(errors="replace")


def test_a_file_whose_runs_fill_several_records_comes_out_byte_for_byte(world):
    image, data = world
    with disks.opened(image) as source:
        taken = hosts.read(source.file("/pieces", "disk")).data
        inode = source.look("/pieces").inode & 0xFFFF_FFFF

    assert "Dumping attribute $ATTRIBUTE_LIST" in described(image, inode)
    assert taken == data


def records_of(image, name):
    """The numbers of the further records that hold a file's content, and where each lies."""
    with disks.opened(image) as source:
        system, node = source.node_at(name)
        base = system._record(node.stat.inode & 0xFFFF_FFFF)
        (listed,) = [each for each in base.attributes if each.type == mft.LIST]
        named = [e.record for e in mft.listed_in(system._whole(listed)) if e.type == mft.DATA]
        pieces = list(system._table)
    numbers = list(dict.fromkeys(named))
    further = [number for number in numbers if number != base.number]
    return {number: place_of(number * 1024, pieces) for number in further}


def place_of(offset, pieces):
    (piece,) = [each for each in pieces if each.offset <= offset < each.offset + each.size]
    return piece.place + offset - piece.offset


def given_away(image, name, to):
    """A copy in which the last further record of a file says to be another file's; its number."""
    number, place = list(records_of(image, name).items())[-1]
    copy = bytearray(image.read_bytes())
    assert copy[place : place + 4] == b"FILE"
    copy[place + 32] ^= 1  # the number of the file's own record
    to.write_bytes(copy)
    return number


def test_runs_in_a_record_that_says_to_be_another_file_s_are_missing(world, tmp_path):
    image, data = world
    number = given_away(image, "/pieces", tmp_path / "copy.img")

    with disks.opened(tmp_path / "copy.img") as source:
        taken = hosts.read(disks.collected(DiskFiles(), source)["/pieces", None])

    assert taken.errors == (f"attributes in records {number} are missing: another file's",)
    assert taken.missing
    at = 0
    for offset, size in taken.ranges:
        assert taken.data[at : at + size] == data[offset : offset + size]
        at += size
    assert at + sum(each.size for each in taken.missing) == len(data)


def test_streams_in_a_record_that_says_to_be_another_file_s_are_gaps(world, tmp_path):
    image, _ = world
    given_away(image, "/streams", tmp_path / "copy.img")

    with disks.opened(tmp_path / "copy.img") as source:
        found = disks.collected(DiskFiles(), source)
        own = {stream: one for (origin, stream), one in found.items() if origin == "/streams"}
        lost = {stream for stream, one in own.items() if isinstance(one, Gap)}
        read = {stream: hosts.read(own[stream]).data for stream in set(STREAMS) - lost}

    assert set(own) == {None, *STREAMS}
    assert lost
    assert {(own[each].reason, own[each].detail.split(",")[0]) for each in lost} == {
        ("unreadable", "the record that tells where it begins is another file's"),
    }  # fmt: skip
    assert read == {stream: data for stream, data in STREAMS.items() if stream not in lost}


def test_a_table_of_files_in_pieces_is_what_lies_in_its_runs(world):
    image, _ = world
    runs = re.findall(r"^\s+0x(\w+)\s+0x(\w+)\s+0x(\w+)$", described(image, 0), re.MULTILINE)
    raw, at = image.read_bytes(), 0
    table = bytearray()
    for vcn, lcn, length in ([int(each, 16) * CLUSTER for each in run] for run in runs):
        if vcn != at:
            break  # the runs of the next attribute
        table += raw[lcn : lcn + length]
        at += length
    with disks.opened(image) as source:
        taken = hosts.read(disks.collected(NtfsMetadata(), source)["/$MFT", None]).data

    assert at > 0
    assert len(runs) >= 3  # two at least, and that of the table's bitmap
    assert taken == table[: len(taken)]
    assert taken.count(b"FILE0") >= 2 * HOLES


def test_a_folder_of_thousands_and_names_that_differ_in_case_come_out_whole(world):
    image, _ = world
    with disks.opened(image) as source:
        found = disks.contents(DiskFiles(), source)

    many = {name: data for name, data in found.items() if name.startswith("/many/")}

    assert many == {f"/many/{n:05d}": small(n) for n in range(1, 2 * HOLES, 2)}
    assert (found["/Case"], found["/case"]) == (b"one", b"other")
