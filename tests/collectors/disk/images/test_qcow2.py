"""qcow2 images: damaged tables, clusters that were given up, earlier states."""

import os
import struct
import time
import tracemalloc

import disks
import hosts
import pytest
import zstandard
from imagefiles import converted

from collectors.disk.collecting.facts import DiskFacts
from collectors.disk.images.containers import open_image
from collectors.disk.reader import ImageError, read_at


def test_a_qcow2_that_ends_within_its_table_is_refused(raw, tmp_path):
    path = converted("qcow2", "-o", "cluster_size=512")(raw, tmp_path)
    with path.open("r+b") as file:
        (table,) = struct.unpack_from(">Q", file.read(48), 40)
        file.truncate(table + 12)

    with pytest.raises(ImageError, match="cut off in its table"):
        open_image(str(path))


def test_a_qcow2_whose_table_is_too_small_for_its_disk_is_refused(raw, tmp_path):
    path = converted("qcow2", "-o", "cluster_size=512")(raw, tmp_path)
    with path.open("r+b") as file:
        (entries,) = struct.unpack_from(">I", file.read(48), 36)
        file.seek(36)
        file.write(struct.pack(">I", entries - 1))

    with pytest.raises(ImageError, match="impossible table"):
        open_image(str(path))


@pytest.mark.parametrize("size", [71, 79, 104, 111])
def test_a_qcow2_that_ends_within_its_header_is_refused(tmp_path, size):
    """Of no size, so that nothing else is wrong with it; it says that zstd compresses it."""
    head = struct.pack(">4sIQIIQIIQQIIQQ", b"QFI\xfb", 3, 0, 0, 16, *[0] * 8, 8)
    path = tmp_path / "disk.qcow2"
    path.write_bytes(head.ljust(112, b"\0")[:size])

    with pytest.raises(ImageError, match="ends in its header"):
        open_image(str(path))


def test_a_compressed_cluster_that_unpacks_to_far_more_fills_no_memory(raw, tmp_path):
    path = converted("qcow2", "-c", "-o", "compression_type=zstd")(raw, tmp_path)
    bomb = zstandard.ZstdCompressor().compress(bytes(64 * disks.MIB))
    with path.open("r+b") as file:
        (first,) = struct.unpack(">40xQ", file.read(48))
        file.seek(first)
        (table,) = struct.unpack(">Q", file.read(8))
        file.seek(0, os.SEEK_END)
        place = -(-file.tell() // 512) * 512
        file.seek(place)
        file.write(bomb.ljust(16 << 10, b"\0"))
        file.seek(table & 0x00FF_FFFF_FFFF_FE00)
        file.write(struct.pack(">Q", 1 << 62 | 31 << 54 | place))  # 32 sectors

    reader = open_image(str(path)).reader
    tracemalloc.start()
    assert read_at(reader, 0, 512) == bytes(512)
    assert tracemalloc.get_traced_memory()[1] < 4 * disks.MIB
    tracemalloc.stop()
    reader.close()


def test_a_cluster_of_a_qcow2_that_was_given_up_is_zeros_though_it_has_a_place(raw, tmp_path):
    path = converted("qcow2", "-o", "cluster_size=2M")(raw, tmp_path)
    whole = raw.read_bytes()
    with path.open("r+b") as file:
        (first,) = struct.unpack(">40xQ", file.read(48))
        file.seek(first)
        (table,) = struct.unpack(">Q", file.read(8))
        file.seek(table & 0x00FF_FFFF_FFFF_FE00)
        (entry,) = struct.unpack(">Q", file.read(8))
        file.seek(-8, os.SEEK_CUR)
        file.write(struct.pack(">Q", entry | 1))

    reader = open_image(str(path)).reader
    data = read_at(reader, 0, 2 * len(whole))
    reader.close()

    assert data == bytes(2 * disks.MIB) + whole[2 * disks.MIB :]
    assert whole[: 2 * disks.MIB].strip(b"\0")


def test_earlier_states_in_a_qcow2_are_listed_and_a_gap(raw, tmp_path):
    path = converted("qcow2")(raw, tmp_path)
    for name in ("before the update", "昨日"):
        disks.tool("qemu-img", "snapshot", "-c", name, path)

    with disks.opened(path) as source:
        document, *gaps = DiskFacts().collect(source)
        listed = source.disk.image.facts["snapshots"]

    assert [(one["id"], one["name"]) for one in listed] == [
        ("1", "before the update"), ("2", "昨日"),
    ]  # fmt: skip
    assert all(0 < time.time() - int(one["created_ns"]) / 1e9 < 600 for one in listed)
    assert "before the update" in hosts.read(document).data.decode()
    assert [(one.origin, one.reason, one.detail) for one in gaps] == [
        ("disk:/", "unreadable", "2 earlier states in the image were not read")
    ]


@pytest.mark.parametrize("place", [2**64 - 8, 2**63, 1 << 40])
def test_a_qcow2_whose_table_lies_nowhere_is_refused(raw, tmp_path, place):
    path = converted("qcow2")(raw, tmp_path)
    with path.open("r+b") as file:
        file.seek(40)
        file.write(struct.pack(">Q", place))

    with pytest.raises(ImageError, match="cut off in its table"):
        open_image(str(path))


def test_an_image_of_changes_alone_is_refused_with_the_name_of_its_base(raw, tmp_path):
    overlay = tmp_path / "overlay.qcow2"
    disks.tool("qemu-img", "create", "-f", "qcow2", "-F", "raw", "-b", raw, overlay)

    with pytest.raises(ImageError, match=r"only the changes to .*disk\.img"):
        open_image(str(overlay))


@pytest.mark.parametrize("place", [2**64 - 8, 2**63 - 8, 1 << 40])
def test_a_list_of_earlier_states_that_lies_nowhere_is_a_gap(raw, tmp_path, place):
    path = converted("qcow2")(raw, tmp_path)
    with path.open("r+b") as file:
        file.seek(60)
        file.write(struct.pack(">IQ", 3, place))

    with disks.opened(path) as source:
        _, gap = DiskFacts().collect(source)

    assert gap.detail == (
        "3 earlier states in the image were not read; the list of them tells of 0"
    )
