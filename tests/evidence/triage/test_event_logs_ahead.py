"""Chunks asked for ahead of their turn: whatever comes of a log is the same as one by one."""

import io
import os
import struct
from datetime import timedelta
from itertools import count

import pytest
from eventlogs import CHUNK, HEADER, NOON, Event, chunks, file_of
from examinations import Here, examine

from collectors.apart import answering, pipes
from evidence.triage.evtx import ahead
from evidence.triage.evtx import examiner as examining
from evidence.triage.evtx.ahead import Ahead, LogFaults
from evidence.triage.evtx.apart import Apart
from evidence.triage.evtx.examiner import EventLogs
from evidence.triage.evtx.layout import chunks as places_of
from evidence.triage.patience import Patience

NAME = "C:\\System.evtx"
ENTRY = """
import os, struct, sys, time
from evidence.triage.evtx.parsing import parse_chunk
import msgspec
def said(data):
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
while size := sys.stdin.buffer.read(4):
    chunk = sys.stdin.buffer.read(*struct.unpack("<I", size))
    if "crashes".encode("utf-16-le") in chunk:
        os.abort()
    if "hangs".encode("utf-16-le") in chunk:
        time.sleep(99)
    if "nonsense".encode("utf-16-le") in chunk:
        said(struct.pack("<I", 3) + b"abc")
    if "promises".encode("utf-16-le") in chunk:
        said(struct.pack("<I", 2**32 - 1))
    answer = msgspec.msgpack.encode(parse_chunk(chunk))
    said(struct.pack("<I", len(answer)) + answer)
"""
WHY = {
    "crashes": "the process that read it ended (exit code -6)",
    "hangs": "it was not read in time",
    "nonsense": "Expected `array`, got `int`",
    "promises": "an answer of 4294967295 bytes",
}
GIVEN_UP = "not tried: the parser ended over too many before it"


@pytest.fixture(autouse=True)
def _every_chunk_is_worth_a_process(monkeypatch):
    monkeypatch.setattr(ahead, "_WORTH", 1)


def written(number, *words):
    """A chunk of one service, whose name says what it does to its reader."""
    (chunk,) = chunks(
        [
            Event(id=7045, record=number, at=NOON + timedelta(seconds=number),
                  data={"ServiceName": " ".join([f"S{number}", *words]), "ImagePath": "C:\\s.exe"})
        ]
    )  # fmt: skip
    return chunk


def log_of(told, first=1):
    """A log of one chunk for each word: `fine`, or what it does to its reader."""
    return file_of([written(number, word) for number, word in enumerate(told.split(), first)])


def examined(folder, processes, files):
    """What comes of logs, and what the processes were at its end."""
    try:
        return examine(EventLogs(processes), folder, files)
    finally:
        assert not any(each.runs for each in processes)


HOSTILE = {
    "first": "crashes fine fine fine fine",
    "in the middle": "fine fine nonsense fine fine fine",
    "last": "fine fine fine fine hangs",
    "two at once": "fine crashes nonsense fine fine fine",
    "two that hang at once": "fine hangs hangs fine fine fine",
    "one hangs while others end": "fine hangs promises nonsense fine fine",
    "too many at once": "fine crashes nonsense promises fine fine crashes fine",
    "too many, one by one": "crashes fine fine nonsense fine fine crashes fine hangs",
    "one of each": "crashes nonsense fine promises fine fine",
}


@pytest.mark.parametrize("number", [1, 2, 4])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_chunk_costs_itself_however_many_are_asked_for(name, number, tmp_path):
    words = HOSTILE[name].split()
    processes = [Apart(entry=ENTRY, deadline=3) for _ in range(number)]
    found = examined(tmp_path, processes, {NAME: log_of(HOSTILE[name])})

    bad = [place for place, word in enumerate(words) if word != "fine"]
    tried = bad[2] + 1 if len(bad) > 2 else len(words)
    assert found.unread == [
        f"chunk {place} (byte {HEADER + place * CHUNK}): "
        + (WHY[word] if place < tried else GIVEN_UP)
        for place, word in enumerate(words)
        if word != "fine" or place >= tried
    ]
    assert [row["record"] for row in found.tables["services"]] == [
        place + 1 for place, word in enumerate(words[:tried]) if word == "fine"
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_processes_that_can_t_be_started_are_told_of_the_chunks_they_were_for(
    number, tmp_path, monkeypatch
):
    def begin(_):
        raise OSError(5, "a process of ours can't be started")

    monkeypatch.setattr(answering, "begin_beside", begin)
    found = examined(tmp_path, [Apart() for _ in range(number)], {NAME: log_of("fine " * 5)})

    assert found.unread == [
        f"chunk {place} (byte {HEADER + place * CHUNK}): {why}"
        for place, why in enumerate(
            ["[Errno 5] a process of ours can't be started"] * 3 + [GIVEN_UP] * 2
        )
    ]


@pytest.mark.parametrize("form", [pipes.Polled, pipes.Threaded])
def test_all_that_comes_of_logs_is_the_same_with_several(form, tmp_path, monkeypatch):
    monkeypatch.setattr(
        answering, "pipes_to", lambda child: form(child.stdin.fileno(), child.stdout.fileno())
    )
    whole = chunks([
        Event(id=(7045, 104, 1)[number % 3], record=number, at=NOON + timedelta(seconds=number),
              provider=("Service Control Manager", "Microsoft-Windows-Eventlog", "x")[number % 3],
              data={"ServiceName": "psexesvc", "ImagePath": "C:\\s.exe" + "x" * 300})
        for number in range(1, 900)
    ])  # fmt: skip
    files = {
        NAME: file_of([whole[3], b"\xff" * CHUNK, *whole[4:], *whole[:4], written(990)[:600]]),
        "C:\\B.evtx": log_of("fine crashes fine fine", first=2000),
        "C:\\C.evtx": file_of(whole),
    }
    one, *others = (
        examined(tmp_path, [Apart(entry=ENTRY) for _ in range(number)], files)
        for number in (1, 2, 3)
    )

    assert len(whole) > 6
    assert len(one.rules) > 0
    assert len(one.unread) > 3
    assert len(one.tables["services"]) > 200
    for other in others:
        assert (other.said, other.tables) == (one.said, one.tables)


def test_answers_larger_than_a_pipe_wait_for_their_turn(tmp_path, monkeypatch):
    """Whoever writes them sleeps until its turn comes, and is written to only then."""
    monkeypatch.setattr(pipes, "_widen", lambda _: None)
    many = "made = parse_chunk(chunk); made.rows *= 2000; answer = msgspec.msgpack.encode(made)"
    entry = ENTRY.replace("answer = msgspec.msgpack.encode(parse_chunk(chunk))", many)
    processes = [Apart(entry=entry) for _ in range(3)]
    found = examined(tmp_path, processes, {NAME: log_of("fine " * 9)})

    assert found.unread == []
    assert [row["record"] for row in found.tables["services"]] == [
        number for number in range(1, 10) for _ in range(2000)
    ]


# How many, and when.


class Recording(Here):
    """Says what happens when."""

    def __init__(self, said, name):
        super().__init__()
        self.said, self.name = said, name

    def give(self, chunk, seconds):
        super().give(chunk, seconds)
        self.said.append(f"{self.name} is given {struct.unpack_from('<Q', chunk, 24)[0]}")

    def read(self, seconds):
        self.said.append(f"{self.name} is read")
        return super().read(seconds)


def reading(processes, data, patience=60.0):
    """What is read of a log, chunk by chunk."""
    file = io.BytesIO(data)
    return Ahead(processes).read(places_of(file), file, LogFaults(Patience(patience)))


def test_each_process_has_one_chunk_and_the_next_as_soon_as_its_answer_was_taken():
    said = []
    for place, _ in reading([Recording(said, name) for name in "AB"], log_of("fine " * 4)):
        said.append(f"chunk {place.number}")

    assert said == [
        "A is given 1", "B is given 2",
        "A is read", "A is given 3", "chunk 0",
        "B is read", "B is given 4", "chunk 1",
        "A is read", "chunk 2",
        "B is read", "chunk 3",
    ]  # fmt: skip


def test_one_process_works_on_while_what_it_gave_is_looked_at():
    said = []
    for place, _ in reading([Recording(said, "A")], log_of("fine fine")):
        said.append(f"chunk {place.number}")

    assert said == [
        "A is given 1", "A is read", "A is given 2", "chunk 0", "A is read", "chunk 1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("size", "worth", "begun"), [(0, 4, 0), (1, 4, 1), (4, 4, 1), (5, 4, 2), (9, 4, 3), (9, 1, 3)]
)
def test_as_many_processes_are_begun_as_a_log_is_worth(size, worth, begun, monkeypatch):
    monkeypatch.setattr(ahead, "_WORTH", worth)
    processes = [Apart() for _ in range(3)]
    for _ in reading(processes, log_of("fine " * size)):
        pass
    running = [each.runs for each in processes]
    for each in processes:
        each.close()

    assert sum(running) == begun


@pytest.mark.parametrize("running", ["A", "B", "BC", "ABC"])
def test_those_that_run_are_used_for_small_logs_too(running, monkeypatch):
    monkeypatch.setattr(ahead, "_WORTH", 4)
    said = []
    processes = [Recording(said, name) for name in "ABC"]
    for each in processes:
        each.runs = each.name in running
    for _ in reading(processes, log_of("fine fine fine")):
        pass

    assert {each[0] for each in said} == set(running)


@pytest.mark.parametrize(("processors", "made"), [(1, 1), (3, 3), (64, 4)])
def test_there_are_no_more_processes_than_processors(processors, made, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(processors)))
    numbers = count()
    monkeypatch.setattr(examining, "Apart", lambda beside: next(numbers))
    EventLogs()

    assert next(numbers) == made


# Who stops in the middle.


def test_whoever_stops_in_the_middle_leaves_no_answer_for_the_next_log():
    processes = [Apart(entry=ENTRY) for _ in range(3)]
    stopped = reading(processes, log_of("fine " * 9))
    next(stopped)
    stopped.close()
    left = [each.runs for each in processes]
    found = [read.runs for _, read in reading(processes, log_of("fine " * 4, first=700))]
    for each in processes:
        each.close()

    assert left == [False, False, False]  # nobody waits for what they still had to do
    assert found == [[(number, number)] for number in range(700, 704)]


# Time, and media that fail.


def test_a_log_that_takes_all_its_time_gives_what_was_read_before(tmp_path, monkeypatch):
    """Those behind were asked for, and gave something: nobody looks at it."""
    waited = [0.0]
    monkeypatch.setattr(ahead.Stopwatch, "read", lambda _: waited[0])

    class Slow(Here):
        def read(self, seconds):
            waited[0] += 25
            return super().read(seconds)

    found = examine(EventLogs([Slow(), Slow(), Slow()]), tmp_path, {NAME: log_of("fine " * 6)})

    assert [row["record"] for row in found.tables["services"]] == [1, 2, 3]
    assert [why.partition("): ")[2] for why in found.unread] == [
        "not tried: those before it took all the time"
    ] * 3


class Failing(io.BytesIO):
    """A medium that fails from some byte on, once its places are known."""

    fails_at = 1 << 40

    def read(self, size=-1):
        if self.tell() >= self.fails_at:
            raise OSError(5, "Input/output error")
        return super().read(size)


def test_a_medium_that_fails_ahead_costs_nothing_of_what_lies_before():
    file = Failing(log_of("fine " * 6))
    places = places_of(file)
    file.fails_at = HEADER + 3 * CHUNK
    found = Ahead([Here() for _ in range(4)]).read(places, file, LogFaults(Patience(60)))

    assert [next(found)[0].number for _ in range(3)] == [0, 1, 2]
    with pytest.raises(OSError, match="Input/output"):
        next(found)
