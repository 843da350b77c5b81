"""The face of lines: what is typed, or comes through a pipe."""

from __future__ import annotations

import os
import select
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from evidence.wizard.plain import Lines

PATIENT = 60.0
GARBAGE = b"1" * (1 << 20)


@contextmanager
def piped(write):
    """Lines from a pipe that another thread fills."""
    reading, writing = os.pipe()

    def fill() -> None:
        with suppress(BrokenPipeError), open(writing, "wb", buffering=0) as pipe:
            write(pipe)

    threading.Thread(target=fill, daemon=True).start()
    try:
        yield Lines(reading)
    finally:
        os.close(reading)


def test_a_line_without_an_end_is_not_kept_whole_and_is_no_answer():
    with piped(lambda pipe: pipe.write(GARBAGE + b"\n2\n")) as lines:
        long, answer = lines.next(PATIENT), lines.next(PATIENT)

    assert set(long) == {"1"}
    assert 1 < len(long) <= 4096
    assert answer == "2"


def test_nothing_is_read_before_it_is_wanted():
    """Windows' console shows what is typed, or not, as it was told when a read began."""
    reading, writing = os.pipe()
    lines = Lines(reading)
    os.write(writing, b"1\n")
    time.sleep(0.2)  # as long as one likes: who read ahead would have it at once
    waits, _, _ = select.select([reading], [], [], 0)

    assert waits == [reading]
    assert lines.next(PATIENT) == "1"
    os.close(writing)
    assert (lines.next(PATIENT), lines.ended) == (None, True)
    os.close(reading)


@pytest.mark.timeout(120)
def test_what_never_ends_a_line_keeps_nobody_from_looking_at_the_work():
    stop = threading.Event()

    def on_and_on(pipe) -> None:
        while not stop.is_set():
            pipe.write(b"x" * 4096)

    with piped(on_and_on) as lines:
        seen = [lines.next(0.2) for _ in range(3)]
        stop.set()

    assert seen == [None, None, None]
