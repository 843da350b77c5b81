"""Live devices: aligned reads, sizes that nobody tells, sectors that fail."""

import errno

import pytest

from collectors.disk.device import RawDevice
from collectors.disk.reader import read_at


class Strict:
    """Refuses what a raw volume of Windows refuses: reads that don't begin and end at sectors."""

    def __init__(self, data, *, sector=512, size=True, bad=()):
        self.data, self.sector, self.tells, self.bad = data, sector, size, set(bad)
        self.reads = 0

    def stated_size(self):
        return len(self.data) if self.tells else 0

    def readinto(self, offset, buffer):
        self.reads += 1
        if offset % self.sector or len(buffer) % self.sector:
            raise OSError(errno.EINVAL, "Invalid argument")
        touched = range(offset // self.sector, (offset + len(buffer)) // self.sector)
        if self.bad & set(touched):
            raise OSError(errno.EIO, "Input/output error")
        piece = self.data[offset : offset + len(buffer)]
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self):
        self.data = b""


DATA = bytes(n * 31 >> 3 & 255 for n in range(64 << 10))


@pytest.mark.parametrize("sector", [512, 4096])
@pytest.mark.parametrize(
    ("offset", "size"), [(0, 1), (511, 2), (4095, 4098), (1000, 50_000), (65_535, 1), (0, 65_536)]
)
def test_any_read_is_served_by_aligned_ones(sector, offset, size):
    device = RawDevice(Strict(DATA, sector=sector))

    assert read_at(device, offset, size) == DATA[offset : offset + size]


def test_behind_the_end_is_an_error_and_no_zeros():
    with pytest.raises(OSError, match="behind the end"):
        RawDevice(Strict(DATA)).readinto(len(DATA) - 1, memoryview(bytearray(2)))


@pytest.mark.parametrize("sectors", [1, 2, 3, 127, 128])
def test_a_size_that_nobody_tells_is_found_by_halving(sectors):
    handle = Strict(DATA[: 512 * sectors], size=False)

    assert RawDevice(handle).size == 512 * sectors
    assert handle.reads < 20


def test_a_device_of_which_nothing_can_be_read_is_refused():
    with pytest.raises(OSError, match="tells no size"):
        RawDevice(Strict(DATA, size=False, bad=[0]))


def test_a_bad_sector_is_an_error_for_the_reads_that_touch_it_only():
    device = RawDevice(Strict(DATA, bad=[5]))

    assert read_at(device, 0, 5 * 512) == DATA[: 5 * 512]
    assert read_at(device, 6 * 512, 10) == DATA[6 * 512 : 6 * 512 + 10]
    with pytest.raises(OSError, match="Input/output"):
        read_at(device, 5 * 512 + 500, 1)
