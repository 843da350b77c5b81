"""Logs read whole: rows, what a channel still holds, rings, broken chunks, hostile bytes."""

import contextlib
import io
import itertools
import random
import struct
import sys
import zlib
from datetime import timedelta, timezone
from types import SimpleNamespace

import pyevtx
import pytest
from dissect.eventlog.evtx import Evtx
from eventlogs import CHUNK, HEADER, NOON, RECORDS, Event, chunks, file_of, log
from evtx import PyEvtxParser
from examinations import Here, examine
from hostile import regular
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import json, msgpack, structs, to_builtins
from samples import public
from triages import case_of, rows, triaged

from chain_of_custody.canonical import decode, encode
from collectors.apart.answering import ApartError
from evidence.telling.phrases.told import told
from evidence.triage import patience
from evidence.triage.evtx import event as read
from evidence.triage.evtx import examiner as examining
from evidence.triage.evtx.apart import DEADLINE, Apart
from evidence.triage.evtx.chunk import ChunkRead, Stretch
from evidence.triage.evtx.examiner import EventLogs
from evidence.triage.evtx.kinds import KINDS
from evidence.triage.evtx.parsing import parse_chunk

ABROAD = NOON.astimezone(timezone(timedelta(hours=9)))
FOREIGN = read.Event(
    record=1, offset=512, time=ABROAD, channel="System", provider="Service Control Manager",
    id=7045, computer="WS-01", said=b'{"ServiceName":"psexesvc"}',
)  # fmt: skip
NAME = "C:\\Windows\\System32\\winevt\\Logs\\System.evtx"
TEXT = st.text(st.characters(codec="utf-16", exclude_categories=["Cs", "Cc"]), max_size=40)


def services(count, first=1, every=1.0):
    """Services that were installed one after the other."""
    return [
        Event(id=7045, record=number, at=NOON + timedelta(seconds=every * number),
              data={"ServiceName": f"S{number}", "ImagePath": "C:\\s.exe" + "x" * 300})
        for number in range(first, first + count)
    ]  # fmt: skip


def channel(found):
    (row,) = found.tables["channels"]
    return row


# A whole log.


def test_a_log_of_several_chunks_becomes_rows_and_says_what_it_holds(tmp_path):
    found = examine(EventLogs(), tmp_path, {NAME: log(*services(300))})

    assert found.said == []
    assert [row["record"] for row in found.tables["services"]] == list(range(1, 301))
    assert found.tables["services"][4] == {
        "time": "2024-05-19T12:00:05.000000Z", "computer": "WS-01", "channel": "System",
        "event": 7045, "record": 5, "name": "S5", "path": "C:\\s.exe" + "x" * 300, "type": None,
        "start": None, "account": None, "by": None, "origin": NAME, "item": None,
    }  # fmt: skip
    assert channel(found) == {
        "channel": "System", "computer": "WS-01", "records": 300,
        "oldest": "2024-05-19T12:00:01.000000Z", "newest": "2024-05-19T12:05:00.000000Z",
        "first_record": 1, "last_record": 300, "gaps": 0, "missing": 0, "clock_back": 0,
        "cleared": 0, "cleared_last": None, "origin": NAME, "item": None,
    }  # fmt: skip


def test_a_ring_is_read_in_the_order_of_writing(tmp_path):
    parts = chunks(services(400))
    assert len(parts) >= 4
    found = examine(EventLogs([Here()]), tmp_path, {NAME: file_of([*parts[2:], *parts[:2]])})

    assert [row["record"] for row in found.tables["services"]] == list(range(1, 401))
    assert (channel(found)["clock_back"], channel(found)["gaps"]) == (0, 0)


def test_missing_records_are_counted(tmp_path):
    events = [*services(5), *services(3, first=10), *services(2, first=100)]
    found = examine(EventLogs([Here()]), tmp_path, {NAME: log(*events)})

    assert (channel(found)["gaps"], channel(found)["missing"]) == (2, 4 + 87)


def test_a_clock_that_was_put_back_is_counted(tmp_path):
    events = [*services(5, every=3600), *services(5, first=6), *services(5, first=11, every=0.1)]
    found = examine(EventLogs([Here()]), tmp_path, {NAME: log(*events)})

    assert channel(found)["clock_back"] == 1


def test_clearing_is_counted_for_the_channel_that_was_cleared(tmp_path):
    clear = Event(id=104, provider="Microsoft-Windows-Eventlog", wrapped="LogFileCleared",
                  data={"Channel": "Application", "SubjectUserName": "taro"})  # fmt: skip
    application = Event(channel="Application", provider="x", id=1)
    found = examine(
        EventLogs([Here()]), tmp_path, {NAME: log(clear), "C:\\Application.evtx": log(application)}
    )
    cleared = {row["channel"]: row["cleared"] for row in found.tables["channels"]}

    assert cleared == {"System": 0, "Application": 1}
    assert [row["cleared"] for row in found.tables["log_clearing"]] == ["Application"]


def test_logs_of_several_computers_are_told_apart(tmp_path):
    """A folder of a log server: the member's log is older, and was not emptied."""
    hour = timedelta(hours=1)
    clear = Event(channel="Security", provider="Microsoft-Windows-Eventlog", id=1102,
                  at=NOON + hour, wrapped="LogFileCleared", computer="DC01",
                  data={"SubjectUserName": "taro"})  # fmt: skip
    others = (("PC-1", -hour), ("PC-2", 2 * hour), ("PC-1", -hour / 2))
    other = [Event(channel="Security", provider="x", id=1, at=NOON + at, computer=name)
             for name, at in others]  # fmt: skip
    found = examine(
        EventLogs([Here()]), tmp_path, {"DC01/Security.evtx": log(clear), "F.evtx": log(*other)}
    )
    told = {row["computer"]: (row["records"], row["cleared"]) for row in found.tables["channels"]}

    assert told == {"DC01": (1, 1), "PC-1": (2, 0), "PC-2": (1, 0)}
    assert [row["clock_back"] for row in found.tables["channels"]] == [0, 0, 0]
    (one,) = found.observations
    assert one.text.endswith("its oldest record left: 2024-05-19T13:00:00.000000Z")


def test_only_files_with_the_ending_of_event_logs_are_looked_into(tmp_path):
    def wants(origin):
        examined = examining.Examined(origin=origin, path=tmp_path, size=1)
        return EventLogs([Here()]).wants(examined)

    assert [wants(name) for name in (NAME, "C:\\A.EVTX", "C:\\A.evt", "/var/log/a")] == [
        True, True, False, False,
    ]  # fmt: skip


# Strangers agree.


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(TEXT, st.integers(0, 65535)), min_size=1, max_size=20))
def test_strangers_read_the_same_from_the_same_log(told):
    data = log(*(Event(id=number, data={"Text": text}) for text, number in told))
    stranger = pyevtx.file()
    stranger.open_file_object(io.BytesIO(data))
    dissect = list(Evtx(io.BytesIO(data)))
    ours = parse_chunk(data[HEADER:])

    assert not stranger.is_corrupted()
    assert [each.event_identifier for each in stranger.records] == [each for _, each in told]
    assert [(each["Text"], each["EventID"]) for each in dissect] == told
    assert ours.faults == []
    assert (ours.runs, ours.stretches[0].records) == ([(1, len(told))], len(told))


def test_a_stranger_reads_the_same_services(tmp_path):
    data = log(*services(200))
    found = examine(EventLogs([Here()]), tmp_path, {NAME: data})

    assert [row["name"] for row in found.tables["services"]] == [
        each["ServiceName"] for each in Evtx(io.BytesIO(data))
    ]


# What can't be read.


def broken(data, place, change=b"\xff" * 64):
    return data[:place] + change + data[place + len(change) :]


def test_a_broken_chunk_costs_that_chunk(tmp_path):
    parts = chunks(services(400))
    data = broken(file_of(parts), HEADER + CHUNK, b"\xff" * CHUNK)
    found = examine(EventLogs(), tmp_path, {NAME: data})
    lost = len(parse_chunk(parts[1]).events)

    assert found.unread == [f"chunk 1 (byte {HEADER + CHUNK}): no chunk begins here"]
    assert len(found.tables["services"]) == 400 - lost
    assert (channel(found)["gaps"], channel(found)["missing"]) == (1, lost)


@pytest.mark.parametrize("way", ["zeroed", "cut off"])
def test_chunks_that_only_the_header_knows_of_are_told(way, tmp_path):
    data = log(*services(400))
    count = len(chunks(services(400)))
    kept = data[: HEADER + CHUNK]
    rest = bytes(len(data) - len(kept)) if way == "zeroed" else b""
    found = examine(EventLogs([Here()]), tmp_path, {NAME: kept + rest})

    assert found.unread == [f"its header counts {count} chunks, and 1 were found"]


def test_a_broken_record_costs_at_most_its_chunk_and_is_told(tmp_path):
    data = broken(file_of(chunks(services(400))), HEADER + CHUNK + 9000)
    found = examine(EventLogs(), tmp_path, {NAME: data})

    assert any("checksum of its records differs" in why for why in found.unread)
    assert all(why.startswith(f"chunk 1 (byte {HEADER + CHUNK})") for why in found.unread)
    assert 300 < len(found.tables["services"]) <= 400


def test_records_that_a_forger_hid_and_whose_checksums_he_made_anew_are_told(tmp_path):
    """The parser ends where no record begins, and says nothing of it."""
    (chunk,) = chunks(services(9))
    fourth = RECORDS
    for _ in range(3):
        fourth += struct.unpack_from("<I", chunk, fourth + 4)[0]
    end, forged = struct.unpack_from("<I", chunk, 48)[0], bytearray(broken(chunk, fourth, bytes(4)))
    struct.pack_into("<I", forged, 52, zlib.crc32(forged[RECORDS:end]))
    struct.pack_into("<I", forged, 124, zlib.crc32(forged[128:512], zlib.crc32(forged[:120])))
    found = examine(EventLogs([Here()]), tmp_path, {NAME: file_of([bytes(forged)])})

    assert [row["record"] for row in found.tables["services"]] == [1, 2, 3]
    (why,) = found.unread
    assert why.endswith(
        f"no record begins at byte {fourth}, where its header says that they end at {end}"
    )
    assert not told("ja", "seen", why).isascii()


def test_a_file_that_was_cut_off_is_read_to_the_cut(tmp_path):
    data = file_of(chunks(services(300)))
    found = examine(EventLogs([Here()]), tmp_path, {NAME: data[: HEADER + CHUNK + 30000]})
    records = [row["record"] for row in found.tables["services"]]

    assert found.unread[:2] == [
        f"its header counts {len(chunks(services(300)))} chunks, and 2 were found",
        f"chunk 1 (byte {HEADER + CHUNK}): cut off after 30000 bytes",
    ]
    assert records == list(range(1, len(records) + 1))
    assert len(parse_chunk(data[HEADER:][:CHUNK]).events) < len(records) < 300


def test_a_header_behind_the_truth_hides_nothing(tmp_path):
    data = bytearray(file_of(chunks(services(300))))
    struct.pack_into("<H", data, 42, 1)
    found = examine(EventLogs([Here()]), tmp_path, {NAME: bytes(data)})

    assert len(found.tables["services"]) == 300


def test_a_log_with_a_hole_in_it_is_read_to_its_end(tmp_path):
    head, *parts = log(*services(2))[:HEADER], *chunks(services(300))
    data = [head + parts[0], *parts[1:]]
    ranges = [
        (0, len(data[0])),
        *((HEADER + (n + 3) * CHUNK, CHUNK) for n in range(len(parts) - 1)),
    ]
    whole = regular("/System.evtx", b"".join(data), size=sum(ranges[-1]), ranges=ranges)
    folder, done = triaged(case_of(tmp_path, whole))

    assert [row["record"] for row in rows(folder, "tables/services.jsonl")] == [*range(1, 301)]
    assert done.unread == 0


def test_space_that_was_never_used_is_no_fault(tmp_path):
    found = examine(EventLogs([Here()]), tmp_path, {NAME: log(*services(3)) + bytes(3 * CHUNK)})

    assert found.unread == []
    assert channel(found)["records"] == 3


@pytest.mark.parametrize("data", [b"", b"no log at all" * 1000], ids=["empty", "another file"])
def test_what_is_no_log_is_said_to_be_none(data, tmp_path):
    found = examine(EventLogs([Here()]), tmp_path, {NAME: data})

    assert found.unread[0] == "the file does not begin as an event log"
    assert found.tables == {}


def test_faults_are_told_up_to_a_number(tmp_path):
    noise = random.Random(7).randbytes(CHUNK)
    found = examine(EventLogs([Here()]), tmp_path, {NAME: file_of([noise] * 50)})

    assert len(found.unread) == 21
    assert found.unread[-1] == "and 30 more faults"


def test_a_year_beyond_the_calendar_is_told(tmp_path):
    late = log(*services(2)).replace(
        *(struct.pack("<Q", value) for value in (133_605_936_020_000_000, 2**63 - 1))
    )
    found = examine(EventLogs([Here()]), tmp_path, {NAME: late})

    assert [row["record"] for row in found.tables["services"]] == [1]
    assert "An out-of-range date" in found.unread[1]
    assert found.unread[2].endswith("1 of 2 records could not be parsed")


# Hostile bytes, and the process apart.


def read_apart(apart, chunk):
    apart.give(chunk)
    return apart.read(DEADLINE)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, CHUNK - 1), st.binary(min_size=1, max_size=9)),
                min_size=1, max_size=12))  # fmt: skip
def test_whatever_is_written_into_a_chunk_it_is_read_or_said(changes):
    chunk = bytearray(CHUNK_OF_SERVICES)
    for place, data in changes:
        chunk[place : place + len(data)] = data
    read = read_apart(READER, bytes(chunk[:CHUNK]))

    count = sum(stretch.records for stretch in read.stretches)
    covered = slice(RECORDS, RECORDS + 8000)  # by the checksum of the records
    assert count == 20 or read.faults
    assert read.faults or chunk[covered] == CHUNK_OF_SERVICES[covered]


CHUNK_OF_SERVICES = chunks(services(20))[0]
READER = Apart()


@pytest.fixture(scope="module", autouse=True)
def _reader_ends():
    yield
    READER.close()


ANSWERING = """
import os, struct, sys, time
from evidence.triage.evtx.parsing import parse_chunk
import msgspec
while size := sys.stdin.buffer.read(4):
    chunk = sys.stdin.buffer.read(*struct.unpack("<I", size))
    if b"h\\0o\\0s\\0t\\0i\\0l\\0e" in chunk:
        {act}
    answer = msgspec.msgpack.encode(parse_chunk(chunk))
    sys.stdout.buffer.write(struct.pack("<I", len(answer)) + answer)
    sys.stdout.buffer.flush()
"""
ACTS = {
    "crashes": ("os.abort()", "the process that read it ended (exit code -6)"),
    "hangs": ("time.sleep(99)", "it was not read in time"),
    "answers nonsense": (
        "sys.stdout.buffer.write(struct.pack('<I', 3) + b'abc'); sys.stdout.buffer.flush(); "
        "sys.stdin.buffer.read(); os._exit(0)",
        "Expected `array`, got `int`",
    ),
    "promises too much": (
        "sys.stdout.buffer.write(struct.pack('<I', 2**32 - 1)); sys.stdout.buffer.flush(); "
        "sys.stdin.buffer.read(); os._exit(0)",
        "an answer of 4294967295 bytes",
    ),
}


@pytest.mark.parametrize("name", ACTS)
def test_a_chunk_over_which_the_parser(name, tmp_path):
    act, why = ACTS[name]
    parts = chunks(services(400))
    hostile = chunks([Event(id=1, record=100, data={"x": "hostile"})])[0]
    data = file_of([parts[0], hostile, *parts[2:]])
    with Apart(entry=ANSWERING.format(act=act), deadline=3) as apart:
        found = examine(EventLogs([apart]), tmp_path, {NAME: data})

    assert found.unread == [f"chunk 1 (byte {HEADER + CHUNK}): {why}"]
    assert len(found.tables["services"]) == 400 - len(parse_chunk(parts[1]).events)


def test_a_file_that_ends_the_parser_again_and_again_is_given_up(tmp_path):
    hostile = chunks([Event(id=1, data={"x": "hostile"})])
    with Apart(entry=ANSWERING.format(act="os.abort()")) as apart:
        files = {NAME: file_of(hostile * 6), "C:\\B.evtx": log(*services(2))}
        found = examine(EventLogs([apart]), tmp_path, files)

    assert [why.partition("): ")[2] for why in found.unread] == (
        ["the process that read it ended (exit code -6)"] * 3
        + ["not tried: the parser ended over too many before it"] * 3
    )
    assert len(found.tables["services"]) == 2


def test_a_file_whose_chunks_take_long_is_given_up(tmp_path, monkeypatch):
    """64 KiB of templates become a hundred megabytes: each within its own deadline."""
    ticks = itertools.count(0, 100)
    monkeypatch.setattr(patience.time, "monotonic", lambda: next(ticks))
    files = {NAME: log(*services(400)), "C:\\B.evtx": log(*services(2, first=900))}
    found = examine(EventLogs([Here()]), tmp_path, files)
    first = len(parse_chunk(chunks(services(400))[0]).events)

    assert [why.partition("): ")[2] for why in found.unread] == [
        "not tried: those before it took all the time"
    ] * (len(chunks(services(400))) - 1)
    assert [row["record"] for row in found.tables["services"]] == [*range(1, first + 1), 900, 901]


class Slow(Here):
    """Waits over some chunks for as long as it is let, by a clock of its own."""

    now = 0.0

    def read(self, seconds):
        if "hostile".encode("utf-16-le") not in self.given:
            return super().read(seconds)
        self.now += min(seconds, DEADLINE)
        raise ApartError("it was not read in time")


def test_logs_that_are_made_to_last_get_no_more_time_than_a_host_has(tmp_path, monkeypatch):
    slow = Slow()
    monkeypatch.setattr(patience, "time", SimpleNamespace(monotonic=lambda: slow.now))
    bomb = file_of(chunks([Event(id=1, data={"x": "hostile"})]) * 3)
    files = {f"C:\\{n:03}.evtx": bomb for n in range(100)} | {NAME: log(*services(400))}
    found = examine(EventLogs([slow]), tmp_path, files)

    assert slow.now <= patience.OF_A_HOST + 2 * 100
    assert len(found.unread) == 300
    assert {why.partition("): ")[2] for why in found.unread} == {
        "it was not read in time", "not tried: those before it took all the time",
    }  # fmt: skip
    assert len(found.tables["services"]) == 400


COUNTED = next(
    (place, None, "WS-01", "Security", 4624, 1, True, *kind.columns)
    for place, kind in enumerate(KINDS)
    if kind.counted
)
STRANGE = {
    "no numbers of records": ChunkRead(stretches=[Stretch("System", 3)]),
    "a time without its zone": ChunkRead(
        stretches=[Stretch("System", 1, NOON.replace(tzinfo=None))]
    ),
    "another zone": ChunkRead(
        events=[FOREIGN],
        stretches=[Stretch("System", 1, FOREIGN.time, FOREIGN.time)],
        runs=[(1, 1)],
    ),
    "a row of no kind": ChunkRead(rows=[(9999, *COUNTED[1:])]),
    "a row that is too short": ChunkRead(rows=[COUNTED[:-1]]),
    "a row that is too long": ChunkRead(rows=[(*COUNTED, "more")]),
    "a row with another time": ChunkRead(rows=[(COUNTED[0], "noon", *COUNTED[2:])]),
    "a row with more than cells": ChunkRead(rows=[(*COUNTED[:-1], ["more"])]),
    "a place before the file": ChunkRead([structs.replace(FOREIGN, offset=-9000)]),
    "no text": ChunkRead([structs.replace(FOREIGN, said=b'{"a":"\xff"}')]),
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_process_apart_in_strange_hands_ends_no_examination(name, tmp_path):
    answer = msgpack.encode(to_builtins(STRANGE[name], builtin_types=(bytes,)))
    told = len(answer).to_bytes(4, "little") + answer
    entry = f"import os, sys\nfor _ in range(2): sys.stdin.buffer.read({CHUNK + 4}), os.write(1, {told})"  # noqa: E501
    with Apart(entry=entry) as apart:
        found = examine(EventLogs([apart]), tmp_path, {NAME: log(*services(2))})

    assert set(found.tables) <= {"channels"}
    for one in found.said:
        assert decode(type(one), encode(one)) == one
    for table in found.tables.values():
        assert json.decode(json.encode(table)) == table


def test_without_the_parser_every_log_says_so(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "evtx", None)
    monkeypatch.setattr(examining.importlib.util, "find_spec", lambda name: None)
    found = examine(EventLogs([Here()]), tmp_path, {NAME: log(*services(2))})

    assert found.unread == [
        "the parser of event logs (evtx) is not installed; hozen[triage] brings it"
    ]


def test_the_process_apart_has_little_memory():
    entry = "from evidence.triage.evtx import serving; " \
            "serving.parse_chunk = lambda *_: bytearray(1 << 30); serving.serve({})"  # fmt: skip
    with (
        Apart(entry=entry) as apart,
        pytest.raises(ApartError, match="that read it ended"),
    ):
        read_apart(apart, bytes(CHUNK))


def test_a_process_apart_that_takes_nothing_is_given_up():
    """A pipe holds less than a chunk: whoever writes waits for its reader."""
    with (
        Apart(entry="import time; time.sleep(99)", deadline=0.5) as apart,
        pytest.raises(ApartError, match="not read in time"),
    ):
        read_apart(apart, bytes(CHUNK))


def test_on_a_stick_the_process_apart_is_begun_by_the_loader_that_came_along(tmp_path, monkeypatch):
    python, loader = (
        tmp_path / "linux" / each for each in ("python/bin/python3", "glibc/ld-linux")
    )
    for each in (python, loader):
        each.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    loader.write_text('#!/bin/sh\n: > "$0.used"\nshift 3\nexec "$@"\n')
    loader.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(python))
    with Apart() as apart:
        assert len(read_apart(apart, CHUNK_OF_SERVICES).events) == 20

    assert loader.with_name("ld-linux.used").exists()


def test_nothing_of_a_chunk_is_nothing():
    assert parse_chunk(CHUNK_OF_SERVICES[:RECORDS] + bytes(CHUNK - RECORDS)).events == []
    assert ChunkRead().events == []


# Logs that nobody made for this, beside some that were.

BROKEN, CUT = "no chunk begins here", "cut off after"
DIFFERS = "the checksum of its records differs"
FEWER, NO_RECORD = "its header counts ", "no record begins at byte "
FIVE = chunks(services(500))

# Records that the parser reads by itself, before it ends; those that we read; what we say.
WHOLE = {
    "made, and whole": (300, 300, set()),
    "made, a chunk broken": (0, 500, {BROKEN}),
    "made, the header behind": (500, 500, set()),
    "bad-chunk.evtx": (14, 270, {BROKEN, DIFFERS, FEWER, NO_RECORD}),
    "System2.evtx": (194, 284, {CUT, DIFFERS, FEWER}),
    "new-user-security.evtx": (4, 4, set()),
}


def made(name):
    if name == "made, a chunk broken":
        return file_of([b"\xff" * CHUNK, *FIVE])
    data = bytearray(log(*services(300)) if name == "made, and whole" else file_of(FIVE))
    if "behind" in name:
        struct.pack_into("<H", data, 42, 1)
    return bytes(data)


LOGS = [
    *(pytest.param(name, made(name), id=name) for name in WHOLE if name.startswith("made")),
    *(
        pytest.param(path.name, path, id=path.name)
        for path in public(*(f"windows/{name}" for name in WHOLE if name.endswith(".evtx")))
    ),
]


def alone(content):
    """How many records the parser gives before it ends."""
    source = io.BytesIO(content) if isinstance(content, bytes) else str(content)
    count = 0
    with contextlib.suppress(RuntimeError):
        for _ in PyEvtxParser(source, number_of_threads=1).records_json():
            count += 1
    return count


@pytest.mark.parametrize(("name", "content"), LOGS)
def test_a_log_gives_more_than_the_parser_alone_and_says_what_is_missing(name, content, tmp_path):
    by_itself, records, reasons = WHOLE[name]
    found = examine(EventLogs(), tmp_path, {NAME: content})
    said = [why.rpartition("): ")[2] for why in found.unread if "Provider" not in why]

    assert sum(row["records"] for row in found.tables["channels"]) == records
    assert {reason for reason in reasons if any(why.startswith(reason) for why in said)} == reasons
    assert all(why.startswith(tuple(reasons)) for why in said)
    assert alone(content) == by_itself
    assert found.rules == []
