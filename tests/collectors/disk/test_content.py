"""From runs to bytes: holes, sectors that can't be read, ranges that nobody knows."""

import errno

import hosts
import pytest

from collectors.artifact import Artifact, MissingRange, Stat
from collectors.disk.content import LOST, Run, Segment, cut_out, laid_out
from collectors.disk.laid import RunReading

STAT = Stat(0, 0o100644, 0, 0, 1, 0, 1, None, None, None, None)
SECTOR = 512


class Disk:
    """A disk that counts its reads and has bad sectors."""

    sector = SECTOR

    def __init__(self, size, bad=()):
        self.data = bytes(n * 7 & 255 for n in range(size))
        self.size = size
        self.bad = set(bad)
        self.asked = []

    def readinto(self, offset, buffer):
        self.asked.append((offset, len(buffer)))
        last = (offset + len(buffer) - 1) // SECTOR
        if self.bad & set(range(offset // SECTOR, last + 1)):
            raise OSError(errno.EIO, "Input/output error")
        buffer[:] = self.data[offset : offset + len(buffer)]


def taken(disk, segments, piece=32 << 10):
    artifact = Artifact("/f", "disk", lambda: RunReading(disk, segments, STAT))
    return hosts.read(artifact, piece=piece)


def test_runs_become_ranges_and_neighbours_become_one():
    runs = [Run(10, 2, 0, 0), Run(12, 1, 2, 0), Run(0, 3, 3, 2), Run(40, 9, 6, 0)]

    assert laid_out(runs, block=100, size=1000, written=1000) == [
        Segment(0, 300, 1000), Segment(300, 300, None), Segment(600, 400, 4000),
    ]  # fmt: skip


def test_holes_that_follow_one_another_are_one_with_what_was_never_written():
    runs = [Run(0, 1, 0, 2), Run(0, 1, 1, 2)]

    assert laid_out(runs, block=10, size=50, written=30) == [Segment(0, 50, None)]


def test_what_no_run_tells_of_is_a_hole_or_lost_as_the_file_system_means_it():
    runs = [Run(10, 1, 0, 0), Run(20, 1, 2, 0)]

    ends = [laid_out(runs, block=10, size=40, written=40, absent=each) for each in (None, LOST)]

    assert [[one.place for one in each] for each in ends] == [
        [100, None, 200, None], [100, LOST, 200, LOST],
    ]  # fmt: skip


def test_behind_the_last_run_it_is_lost_as_far_as_it_was_written_and_then_zeros():
    runs = [Run(10, 1, 0, 0)]

    assert laid_out(runs, block=10, size=40, written=25, absent=LOST) == [
        Segment(0, 10, 100), Segment(10, 15, LOST), Segment(25, 15, None),
    ]  # fmt: skip


def test_what_is_said_to_be_written_behind_the_end_of_a_file_is_none_of_it():
    assert laid_out([Run(10, 5, 0, 0)], block=10, size=15, written=50) == [Segment(0, 15, 100)]


@pytest.mark.parametrize("absent", [None, LOST])
def test_a_run_that_libtsk_fills_in_lies_nowhere(absent):
    runs = [Run(0, 2, 0, 1), Run(7, 1, 2, 0)]

    assert laid_out(runs, block=10, size=30, written=30, absent=absent) == [
        Segment(0, 20, absent), Segment(20, 10, 70),
    ]  # fmt: skip


def test_a_run_that_goes_back_counts_as_none():
    """A damaged or made-up record may tell of the same place twice."""
    disk = Disk(1 << 20)
    runs = [Run(0, 100, 0, 0), Run(500, 50, 2, 0), Run(700, 50, 60, 0), Run(900, 50, 100, 0)]

    got = taken(disk, laid_out(runs, block=100, size=15_000, written=15_000, absent=LOST))

    assert got.data == disk.data[:10_000] + disk.data[90_000:95_000]


def test_a_run_of_no_length_ends_no_file():
    """No kernel makes one; what lies behind it passed for a hole."""
    runs = [Run(10, 1, 0, 0), Run(50, 0, 1, 0), Run(20, 2, 1, 0)]

    assert laid_out(runs, block=10, size=30, written=30) == [
        Segment(0, 10, 100), Segment(10, 20, 200),
    ]  # fmt: skip


def test_what_lies_in_two_pieces_is_cut_out_of_both():
    disk = Disk(10_000)
    laid = [Segment(0, 1500, 0), Segment(1500, 1000, 5000)]

    cut = cut_out(laid, 1000, 1000, lambda at, size: disk.data[at : at + size])

    assert cut == disk.data[1000:1500] + disk.data[5000:5500]


@pytest.mark.parametrize(
    "laid",
    [
        [Segment(0, 1000, 9500)], [Segment(0, 1000, 10_000)], [Segment(0, 600, 0)],
        [Segment(0, 500, 0), Segment(500, 500, LOST)], [Segment(0, 1000, None)], [],
    ],
    ids=["cut off", "behind the end", "too short", "lost", "a hole", "nowhere"],
)  # fmt: skip
def test_what_is_not_all_there_is_an_error_and_no_endless_search(laid):
    data = Disk(10_000).data

    with pytest.raises(OSError, match=r"behind the end of the image|is not known"):
        cut_out(laid, 0, 1000, lambda at, size: data[at : at + size])


@pytest.mark.parametrize("piece", [100, 4096, 32 << 10, 1 << 20])
def test_a_bad_sector_costs_that_sector_only(piece):
    disk = Disk(200_000, bad=[37, 38, 200])

    got = taken(disk, [Segment(0, 150_000, 1000)], piece)

    start, size = 37 * SECTOR - 1000, 2 * SECTOR
    later = 200 * SECTOR - 1000
    bad = [(start, size), (later, SECTOR)]
    assert [(each.offset, each.size) for each in got.missing] == bad
    kept = [(0, start), (start + size, later - start - size), (later + 512, 150_000 - later - 512)]
    assert got.ranges == kept
    assert got.data == b"".join(disk.data[1000 + at : 1000 + at + n] for at, n in kept)


def test_bad_sectors_are_left_out_and_never_filled_with_zeros():
    got = taken(Disk(10_000, bad=[3]), [Segment(0, 10_000, 0)])

    assert len(got.data) == 10_000 - SECTOR


def test_the_search_for_a_bad_sector_takes_few_reads_and_large_ones_come_back():
    disk = Disk(4 << 20, bad=[1000])

    taken(disk, [Segment(0, 4 << 20, 0)], 32 << 10)

    assert len(disk.asked) < 128 + 30
    assert disk.asked[-1][1] == 32 << 10


def test_a_disk_that_reads_nothing_leaves_a_gap_and_no_empty_file():
    with pytest.raises(OSError, match="not one byte could be read"):
        taken(Disk(4096, bad=range(8)), [Segment(0, 4096, 0)])


def test_a_dying_disk_is_given_up_in_the_end(monkeypatch):
    monkeypatch.setattr("collectors.disk.laid.MOST_BAD", 5)

    got = taken(Disk(100_000, bad=range(10, 190, 2)), [Segment(0, 100_000, 0)])

    assert got.missing[-1].size is None
    assert got.missing[-1].error.startswith("given up after 5 bad sectors")


def test_a_file_of_countless_lost_pieces_is_given_up_in_the_end(monkeypatch):
    """Who makes a disk may make them: a record line that tells of all is one that nobody reads."""
    monkeypatch.setattr("collectors.disk.laid.MOST_BAD", 5)
    pairs = [(Segment(n * 20, 10, n), Segment(n * 20 + 10, 10, LOST)) for n in range(50)]

    got = taken(Disk(1000), [each for pair in pairs for each in pair])

    assert len(got.missing) == 6
    assert got.missing[-1].size is None
    assert got.missing[-1].error.startswith("given up after 5 bad places")
    assert len(got.data) == 60


def test_large_holes_are_mapped_and_small_ones_are_zeros():
    disk = Disk(10_000)
    segments = [
        Segment(0, 1000, 0), Segment(1000, 500, None), Segment(1500, 500, 2000),
        Segment(2000, 3 << 20, None), Segment(2000 + (3 << 20), 100, 5000),
    ]  # fmt: skip

    got = taken(disk, segments)

    assert got.ranges == [(0, 2000), (2000 + (3 << 20), 100)]
    small = disk.data[:1000] + bytes(500) + disk.data[2000:2500]
    assert got.data == small + disk.data[5000:5100]


def test_a_file_that_is_one_hole_says_so():
    got = taken(Disk(0), [Segment(0, 1 << 40, None)])

    assert (got.data, got.ranges, got.missing) == (b"", [(0, 0)], ())


def test_a_range_that_lies_nowhere_known_is_missing():
    disk = Disk(10_000)

    got = taken(disk, [Segment(0, 100, 0), Segment(100, 50, LOST), Segment(150, 50, 1000)])

    assert got.missing == (MissingRange(100, 50, "where it lies on the disk is not known"),)
    assert got.data == disk.data[:100] + disk.data[1000:1050]


def test_a_small_file_takes_one_read():
    disk = Disk(10_000)
    reading = RunReading(disk, [Segment(0, 100, 512)], STAT)

    assert reading.readinto(memoryview(bytearray(32 << 10))) == 100
    assert (reading.ended, disk.asked) == (True, [(512, 100)])
