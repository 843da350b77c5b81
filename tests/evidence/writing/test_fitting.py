"""Whatever a host says, its record is one that readers take, and says what it lacks."""

from __future__ import annotations

import base64
import random
from hashlib import sha256

import bundles
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain_of_custody.event import Progress
from chain_of_custody.item import Hit, Part, Scan, parse_line
from chain_of_custody.items import MAX_LINE
from chain_of_custody.verdict import Exit
from collectors.artifact import (
    Artifact,
    Gap,
    Interval,
    Method,
    MissingRange,
    Program,
    Reason,
    Stat,
)
from collectors.files.snapshot import Snapshot
from collectors.pathtext import to_bytes
from evidence.machine.clock import Clock
from evidence.scan.scanning import WAITING
from evidence.writing.fitting import SHORT, fitting
from evidence.writing.records import NOT_SCANNED, Taker, of_gap, of_item
from evidence.writing.stream import Poured, pour

TAKER = Taker(collector="given", phase="disk")
NOW = Interval(start_ns=10**18, end_ns=10**18, mono_start_ns=5, mono_end_ns=6)
SALTS = bytes(64)
DATA = b"data"
POURED = Poured(
    size=4, sha256=sha256(DATA).hexdigest(), parts=[Part(first=0, last=0, size=4, volume=1)],
    error=None, stopped=False,
)  # fmt: skip

FILE = Stat(4, 0o100644, 0, 0, 1, 0, 1, 1, 1, 1, 1)

texts = st.text(st.characters(), max_size=20) | st.binary(max_size=20).map(
    lambda data: data.decode("utf-8", "surrogateescape")
)
"""Halves of pairs and bytes that are no UTF-8 among them."""
numbers = st.integers(-(10**45), 10**45)


@st.composite
def stats(draw) -> Stat:
    counts = [draw(st.integers(-(2**63), 2**63)) for _ in range(6)]
    device, times = draw(st.integers(0, 2**64 - 1)), [draw(st.none() | numbers) for _ in range(4)]
    eleven = [*counts[:5], device, counts[5], *times]
    xattrs = draw(st.lists(st.tuples(texts, st.binary(max_size=9)), max_size=3))
    return Stat(*eleven, xattrs=tuple(xattrs))


@st.composite
def methods(draw) -> Method:
    program = Program(path=draw(texts), sha256="ab" * 32, arguments=(draw(texts),))
    # Of plain system calls, whose numbers the kernel bounds, test_records.py speaks.
    door = draw(st.sampled_from(["guarded system call", "raw file system", "made here", "program"]))
    return Method(door=door, program=draw(st.none() | st.just(program)))


@st.composite
def readings(draw) -> Snapshot:
    missing = st.builds(MissingRange, numbers, st.none() | numbers, texts)
    return Snapshot(
        DATA, method=draw(methods()), stat=draw(st.none() | stats()),
        taken=draw(st.none() | st.just(Interval(3, 2, 9, 8))),
        ranges=draw(st.lists(st.tuples(numbers, st.integers(0, 9)), max_size=3)),
        missing=draw(st.lists(missing, max_size=3)), errors=draw(st.lists(texts, max_size=2)),
    )  # fmt: skip


def as_read(content, meta, **options):
    """The record of a line as a reader has it, no longer than readers take."""
    _, line, leaf = fitting(content, meta, SALTS, **options)
    record = parse_line(line)
    assert record.leaf() == leaf
    assert len(line) <= MAX_LINE
    return record


def item(reading: Snapshot, origin="/a", scan: Scan | None = NOT_SCANNED, **artifact):
    one = Artifact(origin, "disk", lambda: reading, **artifact)
    return of_item(one, reading, POURED, 7, TAKER, NOW, Clock(), scan)


@given(texts, st.none() | texts, st.none() | st.integers(1, 20), readings())
def test_whatever_is_said_of_an_item_is_a_record_that_readers_take(origin, stream, led_by, reading):
    record = as_read(*item(reading, origin, stream=stream, led_by=led_by))

    assert (record.content.size, record.content.sha256) == (4, POURED.sha256)
    assert record.content.parts == POURED.parts
    source = record.meta.source
    if source.origin_b64 is None:
        assert source.origin == origin
    else:
        assert base64.b64decode(source.origin_b64) == to_bytes(origin)


@given(texts, st.none() | stats(), methods(), st.sampled_from(Reason), texts, st.integers(1, 20))
def test_whatever_is_said_of_a_gap_is_a_record_that_readers_take(
    origin, stat, method, reason, detail, other
):
    gap = Gap(origin, "disk", reason, detail, stat, other, method=method, stream=detail)
    record = as_read(*of_gap(gap, 7, TAKER, NOW, Clock(), other))

    assert record.content.status == "gap"
    assert record.meta.reason == reason.value


def test_nothing_is_said_of_a_record_that_needs_no_mend():
    content, meta = item(Snapshot(DATA, ranges=[(4, 2), (9, 2)], errors=["so it was"]))

    record = as_read(content, meta)

    assert (record.content, record.meta) == (content, meta)


@pytest.mark.parametrize(
    ("reading", "what"),
    [
        (Snapshot(DATA, ranges=[(9, 2), (4, 2)]), "the ranges overlap, or are out of order"),
        (Snapshot(DATA, taken=Interval(0, 0, 9, 8), method=Method(door="made here")),
         "its reading ended before it began"),
        (Snapshot(DATA, method=Method(door="program")), "a program, and only a program, is named"),
    ],
)  # fmt: skip
def test_what_readers_would_refuse_is_left_out_and_told(reading, what):
    record = as_read(*item(reading))

    (told,) = record.meta.errors
    assert told.startswith(f"left out of this record, which readers would refuse ({what}): ")


def test_where_bytes_stood_is_not_claimed_where_it_contradicts_itself():
    record = as_read(*item(Snapshot(DATA, ranges=[(9, 2), (4, 2)])))

    (missing,) = record.content.ranges_missing
    assert (record.content.status, record.content.ranges) == ("partial", [])
    assert (missing.offset, missing.size) == ("0", None)


@pytest.mark.parametrize("held", [0, 60 << 20])
def test_a_line_that_is_too_long_loses_what_it_needs_least(held):
    stat = FILE._replace(xattrs=tuple((str(n), bytes(60_000)) for n in range(60)))
    hits = [Hit(offset="1", rule="r", text="x" * 64)]
    record = as_read(
        *item(Snapshot(DATA, stat=stat), scan=Scan(hits=hits, mode="whole")), held=held
    )

    assert record.meta.attrs.xattrs == []
    assert record.meta.attrs.mode == 33188
    assert record.meta.yara.hits == hits
    assert record.meta.errors[-1].endswith("(too long): extended attributes")


def test_a_crowded_volume_gets_short_lines_of_the_longest_things():
    missing = [MissingRange(n, 1, "\1" * 900) for n in range(9000)]
    reading = Snapshot(DATA, missing=missing, errors=["e" * 900] * 900)
    content, meta = item(reading, "/\udcff" * 60_000)

    content, line, _ = fitting(content, meta, SALTS, 60 << 20)

    assert len(line) <= SHORT
    assert content.ranges_missing[-1].size is None
    assert parse_line(line).content.sha256 == POURED.sha256


def test_many_long_records_of_a_volume_leave_a_bundle_that_verifies(tmp_path):
    noise = random.Random(1).randbytes(1 << 20)
    reading = Snapshot(DATA, stat=FILE._replace(xattrs=(("user.a", noise),)))
    writer = bundles.writer_at(tmp_path / "b", recipients=())
    for number in range(1, WAITING + 1):  # all of them waited for their scans
        reading.close()
        poured = pour(reading, writer, number)
        one = Artifact(f"/{number}", "disk", lambda: reading)
        writer.add(*of_item(one, reading, poured, number, TAKER, NOW, Clock(), NOT_SCANNED))
    writer.progress = lambda: Progress(chain=None, completed=["given"], count=0, current=None)
    writer.phase = "disk"
    writer.seal(Clock().reading())
    verdict = bundles.checked(tmp_path / "b")

    assert verdict.exit is Exit.VERIFIED, verdict.stages
    assert verdict.counts["acquired"] == WAITING
