"""Small structures that lie side by side: read together, but failing one by one."""

import errno

import pytest

from collectors.disk.reader import SECTOR, Structures

SIZE = 256
MANY = 200


class Disk:
    """A disk that counts its reads and has bad sectors."""

    sector = SECTOR

    def __init__(self, bad=()):
        self.data = bytearray(n * 7 & 255 for n in range(SIZE * MANY + 100))
        self.size = len(self.data)
        self.bad = set(bad)
        self.reads = 0

    def readinto(self, offset, buffer):
        self.reads += 1
        sectors = range(offset // SECTOR, (offset + len(buffer) - 1) // SECTOR + 1)
        if offset < 0 or self.bad & set(sectors):
            raise OSError(errno.EIO, "Input/output error")
        buffer[:] = self.data[offset : offset + len(buffer)]


def test_neighbours_come_with_one_read_and_are_what_lies_there():
    disk = Disk()
    structures = Structures(disk)

    found = [structures.read(number * SIZE, SIZE) for number in range(MANY)]

    assert b"".join(found) == disk.data[: SIZE * MANY]
    assert disk.reads < MANY / 10


def test_a_bad_sector_among_neighbours_costs_only_what_lies_on_it():
    structures, lost = Structures(Disk(bad=[7])), []
    for number in range(MANY):
        try:
            structures.read(number * SIZE, SIZE)
        except OSError:
            lost.append(number)

    assert lost == [14, 15]


@pytest.mark.parametrize("size", [1000, 40_000])
def test_what_is_longer_or_lies_across_comes_whole(size):
    disk = Disk()

    assert Structures(disk).read((16 << 10) - 300, size) == disk.data[(16 << 10) - 300 :][:size]


def test_at_the_end_of_the_disk_there_is_less_and_behind_it_nothing():
    disk = Disk()
    structures = Structures(disk)

    assert structures.read(disk.size - 100, SIZE) == disk.data[-100:]
    assert structures.read(disk.size + 100, SIZE) == b""


def test_on_a_disk_in_use_it_reads_anew_what_it_was_told_to_forget():
    disk = Disk()
    structures = Structures(disk)
    structures.read(0, SIZE)
    disk.data[:SIZE] = bytes(SIZE)
    structures.forget()

    assert structures.read(0, SIZE) == bytes(SIZE)


def test_it_remembers_little_of_a_large_disk():
    disk = Disk()
    disk.data *= 100
    disk.size = len(disk.data)
    structures = Structures(disk)

    for offset in range(0, disk.size - SIZE, 16 << 10):
        structures.read(offset, SIZE)

    assert sum(map(len, structures._pieces.values())) <= 1 << 20
