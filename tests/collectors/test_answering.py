"""A process apart that is given a request, and whose answer is taken later."""

import time

import pytest

from collectors.apart import pipes
from collectors.apart.answering import Apart, ApartError

FIRST = b"what it has to know"
ENTRY = """
import struct, sys, time
while size := sys.stdin.buffer.read(4):
    request = sys.stdin.buffer.read(*struct.unpack("<I", size))
    if request == b"hang":
        time.sleep(99)
    sys.stdout.buffer.write(struct.pack("<I", len(request)) + request[::-1])
    sys.stdout.buffer.flush()
"""
LATE = """
import os, sys, time
sys.stdin.buffer.read(4 + 19), os.write(1, bytes(4)), time.sleep(1)
sys.stdin.buffer.read(4 + 300_000), time.sleep(1), os.write(1, bytes(4))
"""


@pytest.fixture
def apart():
    with Apart(ENTRY, deadline=5, first=FIRST) as process:
        yield process


def test_an_answer_is_taken_when_there_is_time_for_it(apart):
    apart.give(b"abc", rest=[memoryview(b"de"), memoryview(b"f")])

    assert apart.taken(bytes) == b"fedcba"
    assert apart.ask(b"xyz", bytes) == b"zyx"


def test_there_is_none_to_take_where_nothing_was_given(apart):
    with pytest.raises(RuntimeError, match="nothing was asked"):
        apart.taken(bytes)
    apart.ask(b"once", bytes)
    with pytest.raises(RuntimeError, match="nothing was asked"):
        apart.taken(bytes)


def test_an_answer_that_nobody_took_passes_for_no_other(apart):
    apart.give(b"left")
    apart.give(b"taken")

    assert apart.taken(bytes) == b"nekat"


@pytest.mark.parametrize("was_given", [False, True], ids=["as it starts", "as it answers"])
def test_whoever_is_interrupted_between_two_bytes_begins_anew(apart, was_given, monkeypatch):
    def interrupted(_apart, ours, *_):
        ours.read(5, bool)
        raise KeyboardInterrupt

    if was_given:
        apart.give(b"left")
    with monkeypatch.context() as patched:
        patched.setattr(Apart, "_take", interrupted)
        with pytest.raises(KeyboardInterrupt):
            apart.taken(bytes) if was_given else apart.get_ready()

    assert not apart.runs
    assert apart.ask(b"taken", bytes) == b"nekat"


# Time.


def test_what_is_done_between_takes_no_time_of_an_answer(apart):
    apart.give(b"abc", 0.3)
    time.sleep(0.4)

    assert apart.taken(bytes, 0.3) == b"cba"


@pytest.mark.parametrize(("given", "waited"), [(0.3, 99), (99, 0.3)])
def test_an_answer_is_waited_for_no_longer_than_either_says(given, waited):
    with Apart(ENTRY, deadline=90) as apart:
        apart.give(b"hang", given)
        begun = time.monotonic()
        with pytest.raises(ApartError, match="not read in time"):
            apart.taken(bytes, waited)

    assert time.monotonic() - begun < 30


def test_being_taken_late_and_answered_late_have_one_deadline(monkeypatch):
    monkeypatch.setattr(pipes, "_widen", lambda _: None)
    with (
        Apart(LATE, 1.6, first=FIRST) as apart,
        pytest.raises(ApartError, match="not read in time"),
    ):
        apart.ask(bytes(300_000), bytes)
