"""Bytes of a disk: filled as asked for, or an error, whatever files and parts they come from."""

import os

import pytest

from collectors.disk.reader import Files, Window, read_at

SIZES = (1000, 1, 3000)
DATA = os.urandom(sum(SIZES))


@pytest.fixture
def split(tmp_path):
    """Three files that follow one another."""
    paths, at = [], 0
    for number, size in enumerate(SIZES):
        paths.append(tmp_path / str(number))
        paths[-1].write_bytes(DATA[at : at + size])
        at += size
    files = Files([str(path) for path in paths])
    yield files
    files.close()


@pytest.mark.parametrize(
    ("offset", "size"),
    [(0, 1), (0, 4001), (999, 1), (999, 2), (999, 3), (1000, 1), (1000, 2), (1001, 3000)],
)
def test_a_range_comes_from_as_many_files_as_it_takes(split, offset, size):
    room = bytearray(size)
    split.readinto(offset, memoryview(room))

    assert room == DATA[offset : offset + size]


@pytest.mark.parametrize(("offset", "size"), [(-1, 1), (-1, 2), (4000, 2), (4001, 1), (9000, 1)])
def test_no_byte_before_the_first_or_behind_the_last_is_made_up(split, offset, size):
    with pytest.raises(OSError, match="behind the end"):
        split.readinto(offset, memoryview(bytearray(size)))
    with pytest.raises(OSError, match="behind the end"):
        Window(split, 0, 4001).readinto(offset, memoryview(bytearray(size)))


def test_a_file_that_became_shorter_is_an_error_and_no_endless_loop(split, tmp_path):
    os.truncate(tmp_path / "2", 100)

    split.readinto(1001, memoryview(bytearray(100)))
    with pytest.raises(OSError, match="became shorter"):
        split.readinto(1001, memoryview(bytearray(101)))
    assert split.size_now() == 1101


def test_a_part_of_a_disk_gives_nothing_of_its_neighbours(split):
    part = Window(split, 900, 200)

    assert read_at(part, 0, 500) == DATA[900:1100]
    assert read_at(part, 150, 500) == DATA[1050:1100]
    assert read_at(part, 200, 1) == b""
    for offset, size in ((-1, 1), (199, 2), (200, 1)):
        with pytest.raises(OSError, match="behind the end"):
            part.readinto(offset, memoryview(bytearray(size)))


def test_a_part_that_is_cut_off_is_as_long_as_what_is_there(split):
    assert Window(split, 3901, 200).size == 100
    assert Window(split, 5000, 200).size == 0


def test_a_medium_that_is_gone_at_the_end_takes_nothing_of_what_was_read(split):
    os.close(split._descriptors[-1])

    split.close()
