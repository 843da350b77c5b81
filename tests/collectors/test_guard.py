import errno
import os
import time

import mounting
import pytest

from collectors.files.guard import Guard
from collectors.files.reading import GuardedReading


@pytest.fixture
def guard():
    guard = Guard(quiet=0.5)
    yield guard
    guard.close()
    assert guard.given_up == [] or all(not alive(pid) for pid in guard.given_up)


def alive(pid):
    """Whether a process still runs; one that ended is collected by the guard."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for_the_end(guard):
    """Of all children left behind, however long it takes: the test's own limit ends it."""
    guard.close()
    while any(alive(pid) for pid in guard.given_up):
        time.sleep(0.02)
        guard.close()


def exhaust(reading, room):
    while reading.readinto(room):
        pass


def read(guard, path, **options):
    reading, room, data = (
        GuardedReading(guard, str(path), **options),
        memoryview(bytearray(5000)),
        b"",
    )
    try:
        while count := reading.readinto(room):
            data += room[:count]
    finally:
        reading.close()
    return data, reading


def test_reads_a_file_through_the_child(guard, tmp_path):
    data = os.urandom(300_000)
    (tmp_path / "file").write_bytes(data)

    found, reading = read(guard, tmp_path / "file")

    assert found == data
    assert reading.method.door == "guarded system call"
    assert reading.method.noatime is True
    assert reading.stat.size == 300_000


def test_reads_what_states_no_size(guard):
    data, reading = read(guard, "/proc/self/status")

    assert data.startswith(b"Name:")
    assert reading.stat.size == 0


def test_a_limit_that_is_met_is_told(guard, tmp_path):
    (tmp_path / "file").write_bytes(b"x" * 1000)

    data, reading = read(guard, tmp_path / "file", limit=999)

    assert len(data) == 999
    assert [(one.offset, one.size) for one in reading.missing] == [(999, None)]


def test_a_file_exactly_as_large_as_the_limit_lacks_nothing(guard, tmp_path):
    (tmp_path / "file").write_bytes(b"x" * 1000)

    data, reading = read(guard, tmp_path / "file", limit=1000)

    assert (len(data), reading.missing) == (1000, ())


@pytest.mark.parametrize(
    "name", ["plain", "a\nb", "back\\slash", " trailing ", "雪", "\udcff\udc80", "é", "x" * 255]
)
def test_any_name_reaches_the_child(guard, tmp_path, name):
    (tmp_path / name).write_bytes(name.encode("utf-8", "surrogateescape"))

    data, _ = read(guard, tmp_path / name)

    assert data == name.encode("utf-8", "surrogateescape")
    assert guard.listing(str(tmp_path)) == [(name, "f")]
    assert guard.stat(str(tmp_path / name)).size == len(data)


def test_a_link_tells_its_target(guard, tmp_path):
    (tmp_path / "link").symlink_to("some\nwhere/\udcff")

    assert guard.link(str(tmp_path / "link")) == "some\nwhere/\udcff"


def test_an_error_of_the_child_is_raised_here_and_the_next_request_works(guard, tmp_path):
    with pytest.raises(FileNotFoundError):
        guard.listing(str(tmp_path / "nothing"))

    assert guard.listing(str(tmp_path)) == []


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "/proc/self"])
def test_refuses_devices_and_folders(guard, path):
    with pytest.raises(OSError, match="not read") as caught:
        read(guard, path)

    assert caught.value.errno == errno.ENOTSUP


def test_an_endless_lively_file_ends_at_the_total(tmp_path):
    guard = Guard(quiet=5)
    with open(tmp_path / "file", "wb") as file:
        file.truncate(1 << 43)
    (tmp_path / "small").write_bytes(b"S")
    room = memoryview(bytearray(1 << 16))
    exhaust(GuardedReading(guard, str(tmp_path / "small")), room)  # its process has begun
    guard.total = 0.3

    reading = GuardedReading(guard, str(tmp_path / "file"))
    with pytest.raises(TimeoutError):
        exhaust(reading, room)
    reading.close()
    guard.close()

    assert reading.missing[0].size is None
    assert reading.missing[0].offset > 0
    assert reading.missing[0].error == "ETIMEDOUT: not read to its end within 0.3 s"


def test_an_answer_that_nobody_reads_to_its_end_does_not_spoil_the_next(guard, tmp_path):
    (tmp_path / "large").write_bytes(b"L" * 2_000_000)
    (tmp_path / "small").write_bytes(b"S")
    room = memoryview(bytearray(10))
    unfinished = GuardedReading(guard, str(tmp_path / "large"))
    unfinished.readinto(room)

    data, _ = read(guard, tmp_path / "small")

    assert data == b"S"
    with pytest.raises(OSError, match="the reading process was ended"):
        exhaust(unfinished, room)
    unfinished.close()
    assert guard.listing(str(tmp_path)) == [("large", "f"), ("small", "f")]


def test_closing_an_old_reading_leaves_the_child_of_a_new_one_alone(guard, tmp_path):
    (tmp_path / "large").write_bytes(b"L" * 2_000_000)
    (tmp_path / "other").write_bytes(b"O" * 2_000_000)
    old = GuardedReading(guard, str(tmp_path / "large"))
    new, room, count = (
        GuardedReading(guard, str(tmp_path / "other")),
        memoryview(bytearray(9000)),
        0,
    )

    old.close()
    while got := new.readinto(room):
        count += got
    new.close()

    assert count == 2_000_000


def test_a_child_that_was_killed_is_replaced(guard, tmp_path):
    guard.listing(str(tmp_path))
    guard._child.kill()
    guard._child.wait()

    assert guard.listing(str(tmp_path)) == []


def test_a_read_that_is_never_answered_times_out_and_the_child_is_let_go(guard, tmp_path):
    with mounting.fuse(tmp_path / "disk") as disk:
        assert read(guard, disk / "good")[0] == b"x" * 3 * mounting.BLOCK

        with pytest.raises(TimeoutError):
            read(guard, disk / "hangs")

        assert len(guard.given_up) == 1  # asleep in the kernel, beyond any signal
        assert read(guard, disk / "good")[0] == b"x" * 3 * mounting.BLOCK

    wait_for_the_end(guard)


def test_a_mount_whose_server_stands_still_times_out(guard, tmp_path):
    with mounting.fuse(tmp_path / "disk", stopped=True) as disk, pytest.raises(TimeoutError):
        guard.listing(str(disk))

    wait_for_the_end(guard)


def test_the_child_knows_nothing_of_our_environment(guard, tmp_path, monkeypatch):
    monkeypatch.setenv("PLANTED_SECRET", "hunter2")
    guard.listing(str(tmp_path))

    with open(f"/proc/{guard._child.pid}/environ", "rb") as file:
        assert b"hunter2" not in file.read()
