"""The whole disk as one item."""

import errno
import os

import disks
import hosts

from collectors.artifact import Profile
from collectors.disk.device import RawDevice
from collectors.disk.whole import WholeDisk
from collectors.table import collectors_for


class Failing:
    """A device with sectors that can't be read, and of which others can."""

    sector = 512

    def __init__(self, path, bad):
        self.data, self.bad = path.read_bytes(), bad

    def stated_size(self):
        return len(self.data)

    def readinto(self, offset, buffer):
        assert offset % 512 == len(buffer) % 512 == 0
        if any(offset < (n + 1) * 512 and offset + len(buffer) > n * 512 for n in self.bad):
            raise OSError(errno.EIO, "Input/output error")
        piece = self.data[offset : offset + len(buffer)]
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self):
        self.bad = ()


def image_of(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "f").write_bytes(os.urandom(100_000))
    return disks.ext(tmp_path / "disk.img", tree, size=4 * disks.MIB)


def test_every_byte_of_a_block_device_is_taken(tmp_path):
    image = image_of(tmp_path)
    with disks.looped(image) as device, disks.opened(device) as source:
        (artifact,) = WholeDisk().collect(source)
        taken = hosts.read(artifact, piece=32 << 10)
        container = source.disk.image.container

    assert (container, artifact.origin, artifact.kind) == ("device", "disk:/", "image")
    assert taken.data == image.read_bytes()
    assert (taken.ranges, taken.missing) == ((), ())


def test_bad_sectors_are_mapped_and_the_rest_is_whole(tmp_path):
    image, bad = image_of(tmp_path), [100, 101, 5000]
    with disks.opened(image) as source:
        source.disk.image.reader.close()
        object.__setattr__(source.disk.image, "reader", RawDevice(Failing(image, bad)))
        taken = hosts.read(next(WholeDisk().collect(source)), piece=32 << 10)

    assert [(each.offset, each.size) for each in taken.missing] == [
        (51_200, 1024),
        (2_560_000, 512),
    ]
    data = image.read_bytes()
    assert taken.data == data[:51_200] + data[52_224:2_560_000] + data[2_560_512:]
    assert sum(size for _, size in taken.ranges) == len(taken.data)


def test_it_is_taken_only_when_it_is_named():
    usual = [one.name for one in collectors_for(Profile.FULL, of="disk")]
    named = [one.name for one in collectors_for(Profile.QUICK, of="disk", only=["disk-image"])]

    assert "disk-image" not in usual
    assert named == ["disk-image"]
