"""Lists of attributes as nobody but an attacker writes them: read in time, or told."""

import struct
from types import SimpleNamespace

import pytest

from collectors.disk.content import LOST, SPARSE, Run, Segment
from collectors.disk.ntfs import mft
from collectors.disk.ntfs.attributes import (
    by_name,
    first_value,
    gather,
    runs_in,
    segments,
    without_beginning,
)
from collectors.disk.ntfs.folders import NtfsFolders

BASE = 5


def listed(record, name=b"", *, letters=None, length=32):
    count = len(name) // 2 if letters is None else letters
    head = struct.pack("<IHBBQQH", mft.DATA, length, count, 26, 0, record, 0)
    return (head + name).ljust(32, b"\0")


def gathered(content, base):
    own = SimpleNamespace(number=BASE, whole=True, attributes=[SimpleNamespace(type=mft.LIST)])
    further = SimpleNamespace(base=base, whole=True, attributes=[])
    return gather(own, lambda _: content, lambda _: further)


@pytest.mark.timeout(30)  # it took minutes
def test_a_list_that_names_tens_of_thousands_of_others_ends():
    found = gathered(b"".join(listed(100 + at) for at in range(60_000)), 999)

    assert len(found.lost) == 60_000
    assert found.note.startswith("attributes in records 100, 101, ")
    assert found.note.endswith(" 119 and 59980 more are missing: another file's")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (listed(100, "ab".encode("utf-16-le"), letters=3)[:31], "ab"),
        (listed(100, b"\0\xd8")[:28], "\ud800"),
        (listed(100, letters=3)[:27], ""),
    ],
    ids=["half a letter", "a lone surrogate", "half of the first"],
)
def test_of_a_name_that_is_cut_off_the_whole_letters_are_read(content, name):
    (found,) = mft.listed_in(content)

    assert (found.name, found.record) == (name, 100)


def opened(**known):
    """A file system of which no more than this is known."""
    system = object.__new__(NtfsFolders)
    system.__dict__.update(known)
    return system


def test_a_list_of_impossible_size_fills_no_memory():
    large = mft.Attribute(mft.LIST, "", 0, None, 0, ((1, 5),), (4 << 20) + 1, 10)

    with pytest.raises(OSError, match="attribute list of impossible size"):
        opened(block=4096)._whole(large)


@pytest.mark.parametrize(
    ("told", "size"), [(0xF7, 512), (0xF6, 1024), (0xF4, 4096), (1, 4096), (2, None), (0, None),
                       (0xF3, None), (0x80, None)],
)  # fmt: skip
def test_records_are_as_long_as_the_boot_sector_says_if_that_can_be(told, size):
    system = opened(block=4096, _boot=bytes(64) + bytes([told]))

    if size is not None:
        assert system._record_size == size
    else:
        with pytest.raises(OSError, match="impossible size"):
            assert system._record_size


def record(number, base, *attributes):
    return mft.Record(number, 1, True, False, base, attributes)


def test_attributes_are_gathered_from_the_records_that_say_to_be_the_file_s():
    listing = mft.Attribute(mft.LIST, "", 0, b"".join(map(listed, (BASE, 30, 31, 30))))
    own, others = mft.Attribute(mft.NAME, "", 0, b"own"), mft.Attribute(mft.DATA, "", 0, b"x")
    further = {30: record(30, BASE, others), 31: record(31, BASE + 1, others)}

    found = gather(record(BASE, 0, own, listing), lambda each: each.value, further.__getitem__)

    assert found.attributes == [own, listing, others]
    assert [each.record for each in found.lost] == [31]
    assert found.note == "attributes in records 31 are missing: another file's"
    assert found.streams_without_beginning([]) == [""]
    assert found.streams_without_beginning([""]) == []


def test_records_that_are_damaged_are_told_and_what_they_still_hold_is_kept():
    others = mft.Attribute(mft.DATA, "", 0, b"x")
    torn = {30: record(30, BASE, others)._replace(whole=False), 31: record(31, BASE)}
    listing = mft.Attribute(mft.LIST, "", 0, listed(31) + listed(30))
    broken = listing._replace(value=listed(31) + listed(30, length=25))

    notes = []
    for each in (listing, broken):
        found = gather(record(BASE, 0, each), lambda each: each.value, torn.__getitem__)
        assert found.attributes == [each, others]
        notes.append(found.note)

    assert notes == [
        "attributes in records 30 are missing: damaged",
        "attributes in records 5, 30 are missing: damaged",
    ]


def test_a_stream_without_beginning_has_no_size_and_no_bytes():
    content = without_beginning("流れ")

    assert (content.stream, content.size, content.is_placed()) == ("流れ", 0, False)
    with pytest.raises(OSError, match="the record that tells where it begins"):
        content.read(None, ())


def test_a_file_without_a_list_has_its_own_attributes_and_lacks_none():
    own = mft.Attribute(mft.DATA, "", 0, b"x")
    found = gather(record(BASE, 0, own), lambda each: each.value, {}.__getitem__)

    assert (found, found.note) == (([own], [], []), "")


@pytest.mark.parametrize(("count", "end"), [(20, ", 119 are"), (21, ", 119 and 1 more are")])
def test_a_note_names_twenty_records_and_counts_the_others(count, end):
    found = gathered(b"".join(listed(100 + at) for at in range(count)), 999)

    assert end in found.note


def piece(start, *runs, name="", size=0, valid=0):
    return mft.Attribute(mft.DATA, name, 0, None, start, runs, size, valid)


def test_the_pieces_of_each_stream_are_put_in_order():
    first, later, other = piece(0, (2, 50), size=7), piece(2, (1, 9)), piece(0, name="other")

    assert by_name([later, other, first]) == {"": [first, later], "other": [other]}


def test_a_stream_lies_where_all_its_pieces_say_and_is_lost_between_them():
    pieces = [piece(0, (2, 50), (1, None), size=600, valid=550), piece(4, (2, 9))]

    assert list(runs_in(pieces)) == [
        Run(50, 2, 0, 0), Run(0, 1, 2, SPARSE), Run(9, 2, 4, 0),
    ]  # fmt: skip
    assert segments(pieces, 100) == [
        Segment(0, 200, 5000), Segment(200, 100, None), Segment(300, 100, LOST),
        Segment(400, 150, 900), Segment(550, 50, None),
    ]  # fmt: skip


def test_the_first_value_is_that_of_a_record():
    outside, inside = piece(0, (1, 1)), mft.Attribute(mft.DATA, "", 0, b"")

    assert first_value({mft.DATA: [outside, inside]}, mft.DATA) == b""
    assert first_value({mft.DATA: [outside]}, mft.DATA) is None
    assert first_value({}, mft.DATA) is None
