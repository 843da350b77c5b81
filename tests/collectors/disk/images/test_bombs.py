"""Images that unpack to far more than they are: none of it is held at once."""

from __future__ import annotations

import struct
import tracemalloc
import zlib
from itertools import accumulate

import pytest

from collectors.disk.images.containers import open_image
from collectors.disk.images.ewf import SECTION_SIZE, Stored
from collectors.disk.reader import read_at

MIB = 1 << 20
_RLE = struct.pack("<I", 1 << 1 | (128 << 10) << 3)[:3] + b"A"  # zstd: a block of 128 KiB "A"


def zstd_of(blocks):
    """A frame of so many blocks, each of four bytes."""
    last = bytes([_RLE[0] | 1]) + _RLE[1:]
    return b"\x28\xb5\x2f\xfd\x00\x58" + _RLE * (blocks - 1) + last


def qcow2(path, packed, *, bits=21):
    """One cluster, compressed by zstd."""
    cluster = 1 << bits
    head = struct.pack(">4sIQIIQIIQ", b"QFI\xfb", 3, 0, 0, bits, cluster, 0, 1, cluster)
    head = head.ljust(72, b"\0") + struct.pack(">QQQIIB7x", 8, 0, 0, 4, 112, 1)
    sectors = -(-len(packed) // 512)
    entry = 1 << 62 | (sectors - 1) << 62 - (bits - 8) | 3 * cluster
    tables = [each.to_bytes(8, "big").ljust(cluster, b"\0") for each in (2 * cluster, entry)]
    path.write_bytes(head.ljust(cluster, b"\0") + b"".join(tables) + packed.ljust(cluster, b"\0"))
    return path


def test_a_cluster_that_would_unpack_to_more_gives_a_cluster_as_qemu_does(tmp_path):
    image = open_image(str(qcow2(tmp_path / "disk", zstd_of(64))))

    assert read_at(image.reader, 0, 2 * MIB) == b"A" * (2 * MIB)
    image.reader.close()


def test_a_cluster_that_unpacks_to_less_is_none(tmp_path):
    image = open_image(str(qcow2(tmp_path / "disk", zstd_of(15))))

    with pytest.raises(OSError, match="doesn't unpack"):
        read_at(image.reader, 0, 512)
    image.reader.close()


def test_tables_of_the_largest_clusters_are_not_all_kept(tmp_path):
    bits, tables = 21, 40
    cluster = 1 << bits
    size = tables * (cluster // 8) * cluster
    head = struct.pack(">4sIQIIQIIQ", b"QFI\xfb", 2, 0, 0, bits, size, 0, tables, cluster)
    first = b"".join(((2 + n) * cluster).to_bytes(8, "big") for n in range(tables))
    with (tmp_path / "disk").open("wb") as file:
        file.write(head.ljust(cluster, b"\0") + first)
        file.truncate((2 + tables) * cluster)
    reader = open_image(str(tmp_path / "disk")).reader

    tracemalloc.start()
    for number in range(tables):
        assert read_at(reader, number * (cluster // 8) * cluster, 512) == bytes(512)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 32 * MIB
    reader.close()


def section(kind, at, size, following):
    return struct.pack("<16sQQ", kind, following, size).ljust(SECTION_SIZE, b"\0")


def segment(path, *chunks, tables=1):
    """An E01's segment of packed chunks, and tables that list them, each again."""
    data = bytearray(13)
    starts = list(accumulate(map(len, chunks), initial=13 + SECTION_SIZE))
    where, end = [start | 0x8000_0000 for start in starts[:-1]], starts[-1]
    data += section(b"sectors", 13, end - 13, end) + b"".join(chunks)
    for _ in range(tables):
        body = struct.pack("<I4xQ4x4x", len(where), 0) + struct.pack(f"<{len(where)}I", *where)
        at = len(data)
        data += section(b"table", at, SECTION_SIZE + len(body), at + SECTION_SIZE + len(body))
        data += body
    path.write_bytes(data + section(b"done", len(data), SECTION_SIZE, len(data)))
    return str(path)


def test_a_chunk_is_checked_as_far_as_a_chunk_goes(tmp_path):
    chunk = 32 << 10
    good, damaged = zlib.compress(bytes(chunk)), bytearray(zlib.compress(bytes(chunk)))
    damaged[-1] ^= 1
    bomb = zlib.compress(bytes(64 * MIB))
    path = segment(tmp_path / "disk.E01", good, bytes(damaged), bomb, good)
    stored = Stored([path], chunk, 4)

    tracemalloc.start()
    whole = [stored.is_whole(number) for number in range(4)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert whole == [True, False, False, True]
    assert peak < MIB


def test_tables_beyond_those_of_the_disk_are_not_read(tmp_path):
    path = segment(tmp_path / "disk.E01", *[b"x"] * 1000, tables=50)

    assert len(Stored([path], 32 << 10, 1000)) == 2000


def test_a_table_costs_what_it_takes_in_the_file(tmp_path):
    path = tmp_path / "disk.E01"
    count = 1_000_000
    body = struct.pack("<I4xQ4x4x", count, 0) + bytes(4 * count)
    path.write_bytes(bytes(13) + section(b"table", 13, 0, 0) + body)

    tracemalloc.start()
    stored = Stored([str(path)], 32 << 10, count)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()

    assert len(stored) == count
    assert kept < 5 * MIB


def test_names_of_earlier_states_are_held_as_far_as_qemu_writes_them(tmp_path):
    count, each = 1000, 40 + 2 * 0xFFFF
    one = struct.pack(">12xHHII12xI", 0xFFFF, 0xFFFF, 1, 0, 0) + b"ID"
    head = struct.pack(">4sIQIIQIIQ", b"QFI\xfb", 2, 0, 0, 16, 1 << 16, 0, 1, 1 << 16)
    path = tmp_path / "disk"
    with path.open("wb") as file:
        file.write(head[:60].ljust(60, b"\0") + struct.pack(">IQ", count, 1 << 17))
        place = 1 << 17
        for _ in range(count):
            file.seek(place)
            file.write(one)
            place = -(-(place + each) // 8) * 8
        file.truncate(place)

    tracemalloc.start()
    image = open_image(str(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert len(image.facts["snapshots"]) == count
    assert image.facts["snapshots"][-1]["id"] == "ID" + "\0" * 1021 + "…"
    assert peak < 16 * MIB
    image.reader.close()
