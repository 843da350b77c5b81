"""Raw deflate (RFC 1951), to a limit: the form in which zip and gzip hold their bytes."""

from __future__ import annotations

import zlib
from contextlib import suppress
from typing import NamedTuple

from evidence.archives.member import MEMBER, Budget

_SLICE = 64 << 10  # bytes at once


class Inflated(NamedTuple):
    """What came out, and how it ended."""

    data: bytearray
    why: str | None
    """Why that isn't all; None if it is."""
    read: int
    """Bytes of the packed form that were used."""


def inflated(packed: memoryview, budget: Budget) -> Inflated:
    """Unpack, at most so far as the budget goes; it is charged."""
    most = min(MEMBER, budget.left)
    result = _inflated(packed, most)
    budget.left -= len(result.data)
    return result


def _inflated(packed: memoryview, most: int) -> Inflated:
    unpacker, data, read = zlib.decompressobj(-zlib.MAX_WBITS), bytearray(), 0
    while not unpacker.eof and len(data) < most:
        piece, before = packed[read : read + _SLICE], unpacker.copy()
        try:
            data += unpacker.decompress(piece, most - len(data))
        except zlib.error:
            data += _up_to_the_break(before, piece, most - len(data))
            return Inflated(data, "broken: unpacked up to there", read)
        read += len(piece) - len(unpacker.unconsumed_tail) - len(unpacker.unused_data)
        if not piece:
            break
    if unpacker.eof:
        return Inflated(data, None, read)
    why = f"over {most} bytes: the rest was not unpacked" if len(data) >= most else "cut off"
    return Inflated(data, why, read)


def _up_to_the_break(
    unpacker: zlib._Decompress, piece: memoryview, most: int
) -> bytearray:  # fmt: skip
    """Byte by byte: of a call that fails, zlib's module gives nothing at all."""
    data = bytearray()
    with suppress(zlib.error):
        for place in range(len(piece)):
            data += unpacker.decompress(piece[place : place + 1])
            if len(data) >= most:
                break
    return data[:most]
