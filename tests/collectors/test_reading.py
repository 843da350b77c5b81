import errno
import os
import threading

import hosts
import mounting
import pytest

from collectors.files import attributed
from collectors.files.reading import BLOCK, HOLE_FLOOR, MOST_RANGES, FileReading, _data_ranges
from collectors.files.snapshot import Snapshot, Stopwatch, Stream

MIB = 1 << 20


def everything(reading, piece=1 << 16, *, after=None):
    """All bytes of a reading; `after` is called once, when the first piece came."""
    room, data = memoryview(bytearray(piece)), bytearray()
    try:
        while count := reading.readinto(room):
            data += room[:count]
            if after is not None:
                after()
                after = None
    finally:
        reading.close()
    return bytes(data)


class Within:
    """Whether an offset lies in one of these ranges."""

    def __init__(self, ranges):
        self.ranges = ranges

    def __contains__(self, offset):
        return any(start <= offset < start + size for start, size in self.ranges)


def write(path, data):
    path.write_bytes(data)
    return str(path)


@pytest.mark.parametrize("size", [0, 1, 4095, 65536, 65537, 200_000])
@pytest.mark.parametrize("piece", [1000, 65536, MIB])
def test_reads_a_file_of_any_size_in_pieces_of_any_size(tmp_path, size, piece):
    data = os.urandom(size)

    reading = FileReading(write(tmp_path / "file", data))

    assert everything(reading, piece) == data
    assert (reading.ranges, reading.missing, reading.errors) == ((), (), ())
    assert reading.changed is False
    assert reading.stat.size == size


def test_a_sparse_terabyte_costs_its_data_only(tmp_path):
    path, data = tmp_path / "sparse", os.urandom(MIB)
    with open(path, "wb") as file:
        file.truncate(1 << 40)
        file.seek(1 << 39)
        file.write(data)

    reading = FileReading(str(path))

    assert everything(reading) == data
    assert list(reading.ranges) == [(1 << 39, MIB)]
    assert reading.stat.size == 1 << 40
    assert (reading.missing, reading.errors, reading.changed) == ((), (), False)


def test_holes_are_told_from_zeros_that_were_read(tmp_path):
    path = tmp_path / "sparse"
    with open(path, "wb") as file:
        file.write(b"\0" * MIB)
        file.seek(8 * MIB)
        file.write(b"end" * 100)

    reading = FileReading(str(path))
    data = everything(reading)

    assert list(reading.ranges) == [(0, MIB), (8 * MIB, 300)]
    assert data == b"\0" * MIB + b"end" * 100


def test_a_file_that_is_one_hole_says_so(tmp_path):
    path = tmp_path / "hole"
    with open(path, "wb") as file:
        file.truncate(10 * MIB)

    reading = FileReading(str(path))

    assert everything(reading) == b""
    assert list(reading.ranges) == [(0, 0)]
    assert reading.stat.size == 10 * MIB


def test_small_holes_are_read_as_zeros(tmp_path):
    path = tmp_path / "holes"
    with open(path, "wb") as file:
        for offset in (0, HOLE_FLOOR // 2, 4 * HOLE_FLOOR):
            file.seek(offset)
            file.write(b"x" * BLOCK)

    reading = FileReading(str(path))
    data = everything(reading)

    assert list(reading.ranges) == [(0, HOLE_FLOOR // 2 + BLOCK), (4 * HOLE_FLOOR, BLOCK)]
    assert data.count(b"\0") == HOLE_FLOOR // 2 - BLOCK


def test_a_file_made_of_countless_holes_keeps_its_ranges_few(tmp_path):
    path = tmp_path / "comb"
    with open(path, "wb") as file:
        file.truncate(40_000 << 21)
        for number in range(10_000):
            file.seek(number << 21)
            file.write(b"x")

    with open(path, "rb") as file:
        found = _data_ranges(file.fileno(), 40_000 << 21)

    assert 0 < len(found) <= MOST_RANGES
    assert all((number << 21) in Within(found) for number in range(10_000))


def test_a_file_that_is_truncated_while_read_has_changed(tmp_path):
    path = tmp_path / "file"
    reading = FileReading(write(path, os.urandom(300_000)))

    data = everything(reading, after=lambda: os.truncate(path, 100_000))

    assert len(data) == 100_000
    assert reading.changed is True
    assert list(reading.errors) == ["size stated 300000 bytes, read 100000 bytes"]


def test_a_file_that_grows_while_read_has_changed(tmp_path):
    path = tmp_path / "file"
    reading = FileReading(write(path, b"a" * 200_000))

    def grow():
        with open(path, "ab") as file:
            file.write(b"b" * 50_000)

    data = everything(reading, after=grow)

    assert data == b"a" * 200_000 + b"b" * 50_000
    assert reading.changed is True
    assert list(reading.errors) == ["size stated 200000 bytes, read 250000 bytes"]


def test_a_file_that_is_deleted_while_read_is_read_to_its_end(tmp_path):
    path = tmp_path / "file"
    reading = FileReading(write(path, b"a" * 200_000))

    data = everything(reading, after=path.unlink)

    assert data == b"a" * 200_000
    assert reading.changed is True
    assert list(reading.errors) == ["deleted while it was read"]


def test_a_change_hidden_by_setting_the_time_back_is_seen(tmp_path):
    path = tmp_path / "file"
    reading = FileReading(write(path, b"a" * 200_000))
    before = path.stat()

    def forge():
        with open(path, "r+b") as file:
            file.write(b"b")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    everything(reading, after=forge)

    assert reading.changed is True


def test_a_sparse_file_that_is_cut_while_read_tells_the_lost_range(tmp_path):
    path = tmp_path / "sparse"
    with open(path, "wb") as file:
        file.write(b"a" * 100_000)
        file.seek(8 * MIB)
        file.write(b"b" * 1000)
    reading = FileReading(str(path))

    data = everything(reading, after=lambda: os.truncate(path, 4 * MIB))

    assert data.rstrip(b"\0") == b"a" * 100_000
    assert sum(size for _, size in reading.ranges) == len(data)
    assert [(one.offset, one.size) for one in reading.missing] == [(8 * MIB, 1000)]


def test_a_bad_block_costs_that_block_only(tmp_path):
    with mounting.fuse(tmp_path / "disk") as disk:
        reading = FileReading(str(disk / "bad"))
        data = everything(reading)

    assert data == b"x" * 3 * BLOCK
    assert list(reading.ranges) == [(0, BLOCK), (2 * BLOCK, 2 * BLOCK)]
    assert [(one.offset, one.size) for one in reading.missing] == [(mounting.BAD_OFFSET, BLOCK)]
    assert reading.missing[0].error.startswith("EIO")


def test_a_file_that_grows_for_ever_ends(tmp_path, monkeypatch):
    monkeypatch.setattr("collectors.files.reading.GROWTH", 1000)
    path = tmp_path / "file"
    reading = FileReading(write(path, b"a" * 100))

    with open(path, "ab") as file:
        file.write(b"b" * 5000)
    data = everything(reading)

    assert len(data) == 1100
    assert [(one.offset, one.size) for one in reading.missing] == [(1100, None)]


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_refuses_what_is_no_file_without_opening_it(tmp_path, make):
    make(tmp_path / "thing")

    with pytest.raises(OSError, match="not read") as caught:
        FileReading(str(tmp_path / "thing"))

    assert caught.value.errno == errno.ENOTSUP


def test_opening_a_named_pipe_does_not_let_its_writer_go_on(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    went_on = threading.Event()

    def write_to_it():
        os.close(os.open(pipe, os.O_WRONLY))
        went_on.set()

    writer = threading.Thread(target=write_to_it, daemon=True)
    writer.start()
    with pytest.raises(OSError, match="a named pipe; not read"):
        FileReading(str(pipe))
    assert not went_on.wait(0.2)

    os.close(os.open(pipe, os.O_RDONLY))
    writer.join()
    assert went_on.is_set()


def test_refuses_a_link_that_took_the_place_of_a_listed_file(tmp_path):
    (tmp_path / "link").symlink_to("/etc/passwd")

    with pytest.raises(OSError, match="symbolic links") as caught:
        FileReading(str(tmp_path / "link"), listed=True)

    assert caught.value.errno == errno.ELOOP


def test_extended_attributes_are_told(tmp_path):
    path = write(tmp_path / "file", b"")
    os.setxattr(path, "user.origin", b"http://example.test/\xff")

    reading = FileReading(path)
    reading.close()

    assert reading.stat.xattrs == (("user.origin", b"http://example.test/\xff"),)


def test_of_more_extended_attributes_than_a_record_has_room_for_some_are_kept_and_it_is_said(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(attributed, "MOST", 1000)
    path = write(tmp_path / "file", b"")
    for name, size in (("user.a", 500), ("user.b", 700), ("user.c", 100)):
        os.setxattr(path, name, bytes(size))

    reading = FileReading(path)
    reading.close()

    assert [name for name, _ in reading.stat.xattrs] == ["user.a", "user.c"]
    (said,) = reading.errors
    assert said == "extended attributes: 1 of 3 are not kept, 1000 bytes of a file are"


def test_root_leaves_the_access_time_alone(tmp_path):
    with mounting.mounted(tmp_path / "strict", flags=mounting.STRICTATIME) as disk:
        path = write(disk / "file", b"content")
        os.utime(path, ns=(1_000_000_001, 2_000_000_002))

        reading = FileReading(path)
        everything(reading)

        assert reading.method.noatime is True
        assert os.stat(path).st_atime_ns == 1_000_000_001

        with open(path, "rb") as file:
            file.read()
        assert os.stat(path).st_atime_ns != 1_000_000_001  # this file system does keep them


def test_an_ordinary_user_reads_the_file_of_another_and_says_that_the_time_changed(tmp_path):
    with mounting.mounted(tmp_path / "strict", flags=mounting.STRICTATIME) as disk:
        path = write(disk / "file", b"content")
        os.utime(path, ns=(1_000_000_001, 2_000_000_002))
        hosts.open_to_all(tmp_path)
        with hosts.as_nobody():
            reading = FileReading(path)
            data = everything(reading)
        assert os.stat(path).st_atime_ns != 1_000_000_001

    assert data == b"content"
    assert reading.method.noatime is False


def test_a_closed_file_is_denied_to_an_ordinary_user(tmp_path):
    path = write(tmp_path / "secret", b"content")
    os.chmod(path, 0)
    hosts.open_to_all(tmp_path)
    with hosts.as_nobody(), pytest.raises(PermissionError):
        FileReading(path)


def test_a_snapshot_can_be_read_twice():
    reading = Snapshot(b"0123456789")

    assert everything(reading, 3) == b"0123456789"
    assert everything(reading, 100) == b"0123456789"


def test_a_stream_is_made_while_it_is_read():
    made = []

    def pieces():
        for piece in (b"abc", b"", b"defgh"):
            made.append(piece)
            yield piece

    reading = Stream(pieces())
    assert made == []

    assert everything(reading, 2) == b"abcdefgh"


def test_closing_a_stream_stops_its_making():
    stopped = []

    def pieces():
        try:
            yield b"first"
            yield b"second"
        finally:
            stopped.append(True)

    reading = Stream(pieces())
    reading.readinto(memoryview(bytearray(5)))
    reading.close()

    assert stopped == [True]


def test_a_stopwatch_tells_both_clocks():
    interval = Stopwatch().stop()

    assert interval.start_ns <= interval.end_ns
    assert interval.mono_start_ns <= interval.mono_end_ns
