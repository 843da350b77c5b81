"""Pipes to a process apart, by poll(2) and by threads: the same promises."""

import errno
import fcntl
import os

import pytest

from collectors.apart.pipes import Polled, Threaded

PIECE = 1 << 16  # bytes, as many as a pipe holds


@pytest.fixture(params=[Polled, Threaded], ids=["polled", "threaded"])
def ends(request):
    """Our pipes, and the other ends of both: what is written comes out, what goes in is read."""
    (out, into), (ours, theirs) = os.pipe(), os.pipe()
    pipes = request.param(into, ours)
    open_ends = {out, theirs}
    yield pipes, out, theirs, open_ends
    for each in open_ends:
        os.close(each)


def never():
    return False


def send(pipes, data, *, seconds=5):
    for start in range(0, len(data), PIECE):
        left = memoryview(data)[start : start + PIECE]
        while left:
            left = left[pipes.write(left, seconds, never) :]


def test_bytes_go_both_ways_in_order(ends):
    pipes, out, theirs, _ = ends
    send(pipes, b"question")
    os.write(theirs, b"answer")

    assert os.read(out, 100) == b"question"
    assert pipes.read(5, never) == b"answer"


def test_what_does_not_come_in_time_is_a_timeout(ends):
    with pytest.raises(TimeoutError, match="within"):
        ends[0].read(0.2, never)


def test_a_run_that_is_to_end_waits_no_longer(ends):
    with pytest.raises(TimeoutError, match="the run was ended"):
        ends[0].read(60, lambda: True)


def test_a_process_that_reads_nothing_is_a_timeout(ends):
    pipes = ends[0]

    with pytest.raises(TimeoutError):
        send(pipes, bytes(16 << 20), seconds=0.3)


def test_an_end_that_closes_is_the_end(ends):
    pipes, _, theirs, open_ends = ends
    os.close(theirs)
    open_ends.discard(theirs)

    assert pipes.read(5, never) == b""


def test_nobody_there_any_more_is_an_error(ends):
    pipes, out, _, open_ends = ends
    os.close(out)
    open_ends.discard(out)

    with pytest.raises(BrokenPipeError):
        send(pipes, bytes(16 << 20))


def test_a_request_of_a_mebibyte_is_taken_at_once(ends):
    assert ends[0].write(memoryview(bytes(1 << 20)), 5, never) == 1 << 20


def test_where_the_system_gives_no_room_the_pipe_stays_as_it_is(monkeypatch):
    def refused(*_: object) -> int:
        raise PermissionError(errno.EPERM, "the user's pipes hold too much")

    monkeypatch.setattr(fcntl, "fcntl", refused)
    out, into = os.pipe()
    try:
        assert Polled(into, out).write(memoryview(bytes(1 << 20)), 5, never) == PIECE
    finally:
        os.close(out)
        os.close(into)
