"""VHDX images that were not closed."""

import os
import struct

import pytest
from imagefiles import converted, everything

from collectors.disk.images.containers import open_image


@pytest.mark.parametrize("newer", [0, 1])
def test_a_vhdx_with_a_log_that_was_not_replayed_is_told(raw, tmp_path, newer):
    """As it is where a machine was copied while it ran, or its host lost power."""
    made = converted("vhdx")(raw, tmp_path)
    closed = open_image(os.fspath(made))
    with made.open("r+b") as file:
        for number, place in enumerate((64 << 10, 128 << 10)):
            log = b"L" * 16 if number == newer else bytes(16)
            head = b"head" + struct.pack("<IQ", 0, 10 + (number == newer)) + bytes(32) + log
            head += struct.pack("<HHII", 0, 1, 1 << 20, 1 << 20)
            head = head.ljust(4096, b"\0")
            file.seek(place)
            file.write(head[:4] + struct.pack("<I", crc32c(head)) + head[8:])

    left = open_image(os.fspath(made))

    assert (closed.lacks, "not replayed" in left.lacks) == ("", True)
    assert everything(left) == everything(closed) == raw.read_bytes()


def crc32c(data):
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    return value ^ 0xFFFFFFFF
