"""Fields that were packed: XZ, LZ4 or ZSTD, each unpacked so far and no further."""

from __future__ import annotations

import lzma
import struct
from collections.abc import Callable

import zstandard

PACKED = 0x7
"""The flags of an object that say how it is packed."""
_XZ, _LZ4, _ZSTD = 1, 2, 4
_MEMORY = 64 << 20  # bytes that a stream may ask for to be unpacked
_WINDOW = 8 << 20
_MORE = 15  # half of a byte, of LZ4, where a length goes on behind it
_SIZE = struct.Struct("<Q")


class PackedError(Exception):
    """Bytes that can't be unpacked; says why."""


def unpack(flags: int, data: bytes, most: int, *, cut: bool) -> bytes:
    """What was packed, of which at most so many bytes.

    Args:
        flags: of the object.
        data: packed.
        most: bytes of the answer.
        cut: whether only the beginning of the packed bytes is given.

    Raises:
        PackedError: it can't be unpacked, or ends before its end.
    """
    how = _BY_FLAG.get(flags & PACKED)
    if how is None:
        raise PackedError(f"packed in no way that is known here ({flags:#x})")
    found, ended = how(data, most)
    if not ended and len(found) < most and not cut:
        raise PackedError("packed, and cut off")
    return found


def _xz(data: bytes, most: int) -> tuple[bytes, bool]:
    try:
        stream = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY)
        return stream.decompress(data, most), stream.eof
    except lzma.LZMAError as error:
        raise PackedError(f"XZ: {error}") from error


def _zstd(data: bytes, most: int) -> tuple[bytes, bool]:
    try:
        size = zstandard.frame_content_size(data)
        stream = zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(data)
        found = stream.read(most)
    except zstandard.ZstdError as error:
        raise PackedError(f"ZSTD: {error}") from error
    return found, size < 0 or len(found) == size  # a frame may leave its size out


def _lz4(data: bytes, most: int) -> tuple[bytes, bool]:
    """As the journal has it: the size, and one block without a frame."""
    if len(data) < _SIZE.size:
        raise PackedError("LZ4: without its size")
    (size,) = _SIZE.unpack_from(data)
    try:
        found = block(data[_SIZE.size :], min(most, size))
    except IndexError:  # the block ends amid a sequence
        return b"", False
    return found, len(found) == size


def block(data: bytes, most: int) -> bytes:
    """A block of LZ4: literal bytes, then a distance back and how much is repeated from there.

    https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md

    Raises:
        PackedError: it leads back to before its beginning.
        IndexError: it ends amid a sequence.
    """
    found = bytearray()
    place, end = 0, len(data)
    while len(found) < most and place < end:
        token = data[place]
        count, place = token >> 4, place + 1
        if count == _MORE:
            count, place = _longer(data, place)
        found += data[place : place + count]
        place += count
        if place >= end:
            break  # the last sequence repeats nothing
        distance = data[place] | data[place + 1] << 8
        count, place = token & _MORE, place + 2
        if count == _MORE:
            count, place = _longer(data, place)
        _repeat(found, distance, min(count + 4, most))
    return bytes(found[:most])


def _longer(data: bytes, place: int) -> tuple[int, int]:
    """A length that four bits don't hold: it goes on to the first byte below 255; what follows."""
    count, more = _MORE, 255
    while more == 255:
        more = data[place]
        count, place = count + more, place + 1
    return count, place


def _repeat(found: bytearray, distance: int, count: int) -> None:
    start = len(found) - distance
    if distance == 0 or start < 0:
        raise PackedError(f"LZ4: leads back by {distance} bytes, where only {len(found)} are")
    if count <= distance:
        found += found[start : start + count]
    else:
        found += (found[start:] * (count // distance + 1))[:count]


_BY_FLAG: dict[int, Callable[[bytes, int], tuple[bytes, bool]]] = {
    _XZ: _xz, _LZ4: _lz4, _ZSTD: _zstd,
}  # fmt: skip
