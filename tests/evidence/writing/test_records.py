"""What a record says of what was taken: canonical, whole, and true to what the reading told."""

from __future__ import annotations

import base64
import os
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain_of_custody.item import Part, Scan, line_of, parse_line
from chain_of_custody.items import MAX_LINE
from collectors.artifact import (
    Artifact,
    Gap,
    Interval,
    Method,
    MissingRange,
    Phase,
    Program,
    Reason,
    Stat,
)
from collectors.files.attributed import kept
from collectors.files.snapshot import Snapshot
from evidence.machine.clock import Clock
from evidence.writing import records
from evidence.writing.records import NOT_SCANNED, PHASES, Taker
from evidence.writing.stream import Poured

CLOCK = Clock()
TAKER = Taker(collector="given", phase="disk")
INTERVAL = Interval(
    start_ns=1_763_848_000_123_456_789, end_ns=1_763_848_001_000_000_000,
    mono_start_ns=10**18, mono_end_ns=10**18 + 5,
)  # fmt: skip
SALTS = bytes(64)
LARGEST = 2**63 - 1


def stat(**changed) -> Stat:
    known = {
        "size": 4, "mode": 0o100644, "uid": 0, "gid": 0, "nlink": 1, "device": 0x10302,
        "inode": 131102, "modified_ns": 1, "accessed_ns": 2, "changed_ns": 3, "born_ns": None,
    }  # fmt: skip
    return Stat(**{**known, **changed})


def poured(data: bytes = b"data", *, error: OSError | None = None, stopped: bool = False) -> Poured:
    part = Part(first=0, last=0, size=len(data), volume=1)
    return Poured(
        size=len(data), sha256=sha256(data).hexdigest(), parts=[part], error=error, stopped=stopped
    )


def written(content, meta):
    """Through its line and back, as a reader sees it."""
    line, leaf = line_of(content, meta, SALTS)
    record = parse_line(line)
    assert record.leaf() == leaf
    assert (record.content, record.meta) == (content, meta)
    return record


def item(
    origin: str = "/etc/passwd", *, reading: Snapshot | None = None, flow: Poured | None = None,
    scan: Scan | None = NOT_SCANNED, errors: tuple[str, ...] = (), **artifact,
):  # fmt: skip
    reading = reading or Snapshot(b"data")
    taken = Artifact(origin=origin, kind="disk", open=lambda: reading, **artifact)
    return written(
        *records.of_item(taken, reading, flow or poured(), 17, TAKER, INTERVAL, CLOCK, scan, errors)
    )


def gap(origin: str = "/etc/shadow", *, same_as: int | None = None, **given_):
    options = {"kind": "disk", "reason": Reason.DENIED, **given_}
    found = Gap(origin=origin, **options)
    return written(*records.of_gap(found, 17, TAKER, INTERVAL, CLOCK, same_as))


# Status.


def test_all_bytes_are_an_acquired_item():
    content = item().content

    assert (content.status, content.size, content.ranges_missing) == ("acquired", 4, [])


def test_a_read_error_is_a_partial_item_that_says_from_where_to_the_end():
    record = item(flow=poured(error=OSError(5, "Input/output error")))
    (missing,) = record.content.ranges_missing

    assert record.content.status == "partial"
    assert (missing.offset, missing.size) == ("4", None)
    assert missing.error == "EIO: Input/output error"


def test_the_end_of_the_run_is_a_partial_item():
    record = item(flow=poured(stopped=True))

    assert record.content.status == "partial"
    assert record.content.ranges_missing[0].error == "the run was ended here"


def test_what_the_reading_tells_of_an_error_is_not_told_twice():
    missing = [MissingRange(offset=4, size=None, error="EIO: bad block")]
    record = item(
        reading=Snapshot(b"data", missing=missing), flow=poured(error=OSError(5, "and again"))
    )

    assert [m.error for m in record.content.ranges_missing] == ["EIO: bad block"]


BAD = MissingRange(offset=4, size=4096, error="EIO: bad block")


@pytest.mark.parametrize(
    ("ranges", "place"),
    [([(0, 4)], "4100"), ([(0, 4), (4100, 50)], "4150")],
    ids=["right behind the bad block", "further on"],
)
def test_an_end_behind_a_bad_block_is_told_beside_it(ranges, place):
    data = bytes(sum(size for _, size in ranges))
    reading = Snapshot(data, ranges=ranges, missing=[BAD])
    broken = item(reading=reading, flow=poured(data, error=OSError(5, "out of reach")))
    ended = item(reading=reading, flow=poured(data, stopped=True))

    for record, error in ((broken, "EIO: out of reach"), (ended, "the run was ended here")):
        assert [(m.offset, m.size, m.error) for m in record.content.ranges_missing] == [
            ("4", "4096", "EIO: bad block"), (place, None, error),
        ]  # fmt: skip


def test_of_a_file_with_holes_the_missing_end_begins_behind_its_last_range():
    reading = Snapshot(b"data", ranges=[(0, 2), (1 << 40, 2)])
    record = item(reading=reading, flow=poured(stopped=True))

    assert record.content.ranges_missing[0].offset == str((1 << 40) + 2)


@pytest.mark.parametrize("reason", Reason)
def test_a_gap_has_its_reason_and_neither_bytes_nor_digest(reason):
    record = gap(reason=reason, detail="in words")
    content = record.content

    assert record.meta.reason == reason.value
    assert record.meta.errors == ["in words"]
    assert (content.status, content.size, content.sha256, content.parts) == ("gap", 0, None, [])


def test_a_gap_for_a_hard_link_names_the_item_that_holds_the_file():
    assert gap(reason=Reason.SKIPPED, same_as=3).meta.same_as == 3


@pytest.mark.parametrize("phase", Phase)
def test_every_phase_has_a_name_in_the_format(phase):
    assert PHASES[phase] == phase.name.lower()


# Names.


def test_a_name_in_utf8_needs_no_raw_bytes():
    source = item("/home/山田/メモ.txt").meta.source

    assert (source.origin, source.origin_b64) == ("/home/山田/メモ.txt", None)


@given(st.binary(min_size=1, max_size=255))
def test_any_name_comes_back_to_its_bytes(raw):
    source = item(os.fsdecode(raw)).meta.source
    back = (
        source.origin.encode() if source.origin_b64 is None else base64.b64decode(source.origin_b64)
    )

    assert back == raw
    assert (source.origin_b64 is None) == ("\ufffd" not in source.origin or b"\xef\xbf\xbd" in raw)


@given(st.text(st.characters(codec="utf-8")), st.binary(max_size=40))
def test_any_error_text_and_attribute_makes_a_record_that_is_read_again(text, value):
    told = (text, os.fsdecode(value))
    xattrs = ((os.fsdecode(b"user." + value), value),)
    record = item(reading=Snapshot(b"data", stat=stat(xattrs=xattrs)), errors=told)

    assert len(record.meta.errors) == 2
    assert base64.b64decode(record.meta.attrs.xattrs[0].value_b64) == value


HOSTILE = {
    "large values": ((f"user.{n}", bytes(60_000)) for n in range(100)),
    "very many": ((f"user.{n}", b"") for n in range(200_000)),
    "names of control characters": (("\1" * 255 + str(n), b"") for n in range(5000)),
}


@pytest.mark.parametrize("world", HOSTILE)
def test_no_extended_attributes_make_a_record_that_readers_refuse(world):
    some, said = kept(HOSTILE[world])

    record = item(reading=Snapshot(b"data", stat=stat(xattrs=some)), errors=(said,))

    assert some
    assert said
    assert len(line_of(record.content, record.meta, SALTS)[0]) < MAX_LINE / 2


def test_remarks_beyond_what_a_record_has_room_for_are_counted():
    remarks = tuple(f"/a/{n}/" + "\\" * 4000 for n in range(1000))

    record = item(errors=remarks)
    meta = record.meta

    assert (
        meta.errors[-1] == f"and {1001 - len(meta.errors)} more remarks than a record has room for"
    )
    assert meta.errors[:-1] == list(remarks[: len(meta.errors) - 1])
    assert len(line_of(record.content, record.meta, SALTS)[0]) < MAX_LINE / 2


# Numbers.

numbers = st.integers(min_value=-LARGEST, max_value=LARGEST)
sizes = st.integers(min_value=0, max_value=LARGEST)


@given(sizes, sizes, st.none() | numbers, st.none() | numbers, st.integers(0, 2**32 - 1))
def test_any_numbers_of_a_file_system_make_a_record_that_is_read_again(
    size, inode, modified, born, nlink
):
    found = stat(size=size, inode=inode, modified_ns=modified, born_ns=born, nlink=nlink)
    meta = item(reading=Snapshot(b"data", stat=found)).meta

    assert (meta.source.length, meta.source.inode) == (str(size), str(inode))
    assert (meta.times.m, meta.times.b) == tuple(
        None if value is None else str(value) for value in (modified, born)
    )
    assert meta.attrs.nlink == nlink


def test_a_device_is_shown_as_the_system_shows_it():
    meta = item(reading=Snapshot(b"data", stat=stat(device=os.makedev(259, 2)))).meta

    assert meta.source.device == "259:2"


@given(
    st.lists(st.tuples(st.integers(0, 1 << 50), st.integers(0, 1000)), min_size=1, max_size=8),
    st.data(),
)
def test_mapped_ranges_are_cut_to_what_was_stored(stepped, more):
    mapped, end = [], 0
    for step, size in stepped:
        mapped.append((end + step, size))
        end += step + size
    whole = sum(size for _, size in mapped)
    data = bytes(more.draw(st.integers(0, whole)))
    kept = item(reading=Snapshot(data, ranges=mapped), flow=poured(data)).content.ranges

    assert sum(each.size for each in kept) == len(data)
    assert [int(each.offset) for each in kept] == [offset for offset, _ in mapped][: len(kept)]


# What was done.


def test_the_interval_is_that_of_the_reading():
    acquired = item().meta.acquired

    assert acquired.start == "2025-11-22T21:46:40.123456Z"
    assert acquired.end == "2025-11-22T21:46:41.000000Z"
    assert (acquired.mono_start, acquired.mono_end) == (str(10**18), str(10**18 + 5))


def test_a_snapshot_keeps_the_time_at_which_it_was_taken():
    before = Interval(start_ns=0, end_ns=10**9, mono_start_ns=1, mono_end_ns=2)
    acquired = item(reading=Snapshot(b"data", taken=before)).meta.acquired

    assert (acquired.start, acquired.mono_end) == ("1970-01-01T00:00:00.000000Z", "2")


def test_a_program_that_was_run_is_named_with_its_digest():
    program = Program(path="/bin/who", sha256="ab" * 32, arguments=("-a", "\udcff"))
    method = item(reading=Snapshot(b"data", method=Method(door="program", program=program))).meta

    assert method.method.program.path == "/bin/who"
    assert method.method.program.sha256 == "ab" * 32
    assert method.method.program.arguments == ["-a", "\ufffd"]
