"""Hives as a running Windows leaves them: dirty, with what was changed in transaction logs.

After the published description (M. Suhanov, "Windows registry file format specification"), since
nothing else writes such logs outside Windows.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from collectors.windows.hivelog import checksum, marvin

HEAD, SECTOR, PAGE = 4096, 512, 4096
FIRST = 7  # the number of the first entry that the hive itself lacks


def numbered(hive: bytes, first: int, second: int) -> bytes:
    """A hive with these two numbers in its header."""
    data = bytearray(hive)
    struct.pack_into("<II", data, 4, first, second)
    struct.pack_into("<I", data, 508, checksum(data))
    return bytes(data)


def dirty(hive: bytes) -> bytes:
    """A hive to which something is still to be written."""
    return numbered(hive, FIRST + 1, FIRST)


def entry(number: int, before: bytes, after: bytes) -> bytes:
    """The entry that leads from one state of a hive to another."""
    pages = [
        (at - HEAD, after[at : at + PAGE])
        for at in range(HEAD, len(after), PAGE)
        if before[at : at + PAGE] != after[at : at + PAGE]
    ]
    body = b"".join(struct.pack("<II", offset, len(page)) for offset, page in pages)
    body += b"".join(page for _, page in pages)
    size = -(-(40 + len(body)) // SECTOR) * SECTOR
    body = body.ljust(size - 40, b"\0")
    bins = len(after) - HEAD
    head = struct.pack("<4s5I", b"HvLE", size, 0, number, bins, len(pages))
    head += struct.pack("<Q", marvin(body))
    return head + struct.pack("<Q", marvin(head)) + body


def log(hive: bytes, entries: Sequence[bytes], *, kind: int = 6) -> bytes:
    """A log with these entries, and what older ones left behind them."""
    head = bytearray(hive[:SECTOR])
    struct.pack_into("<I", head, 28, kind)
    struct.pack_into("<I", head, 508, checksum(head))
    return bytes(head) + b"".join(entries) + b"HvLE" + bytes(SECTOR)
