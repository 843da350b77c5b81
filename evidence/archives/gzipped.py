"""gzip (RFC 1952): one member, or several one after the other."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from evidence.archives.deflate import inflated
from evidence.archives.member import MEMBERS, Budget, Member, Unseen

MAGIC = b"\x1f\x8b\x08"
_NAME = "gzip"
_EXTRA, _NAMED, _COMMENT, _CHECKED = 4, 8, 16, 2  # flags: what follows the ten bytes of the head
_TRAILER = 8  # bytes: checksum and size


def members(data: memoryview, budget: Budget) -> Iterator[Member | Unseen]:
    """What gzip holds."""
    place = 0
    for _ in range(MEMBERS):
        if bytes(data[place : place + 3]) != MAGIC:
            break
        if budget.over is not None:
            yield Unseen("", budget.over)
            return
        start = place + _head(bytes(data[place : place + (64 << 10)]))
        unpacked = inflated(data[start:], budget)
        yield Member(_NAME, unpacked.data)
        if unpacked.why is not None:
            yield Unseen(_NAME, unpacked.why)
            return
        place = start + unpacked.read + _TRAILER
        if place > len(data):
            yield Unseen(_NAME, "cut off")
        elif bytes(data[place - _TRAILER : place]) != _trailer(unpacked.data):
            yield Unseen(_NAME, "its checksum is another")
    if place < len(data) and any(data[place:]):  # zeros fill a tape's block
        yield Unseen("", "bytes after its end")


def _trailer(data: bytearray) -> bytes:
    return struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFF_FFFF)


def _head(head: bytes) -> int:
    """The length of a member's head."""
    flags, size = head[3] if len(head) > 3 else 0, 10
    if flags & _EXTRA:
        size += 2 + int.from_bytes(head[size : size + 2], "little")
    for flag in (_NAMED, _COMMENT):
        if flags & flag:
            size = head.find(b"\0", size) + 1 or len(head)
    return size + (2 if flags & _CHECKED else 0)
