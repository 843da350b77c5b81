"""Files that NTFS keeps compressed, unit by unit; libtsk gives wrong bytes for some of them.

Structures: the public NTFS documentation of the Linux-NTFS project (compressed attributes, LZNT1).
A unit, mostly of 16 clusters, is a hole, lies there whole, or has fewer clusters than it stands
for: then these hold it compressed, in chunks of 4 KiB.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, NamedTuple

from collectors.artifact import detail_of
from collectors.disk.content import LOST, Segment, laid_out
from collectors.disk.laid import RunReading
from collectors.disk.reader import PARSING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from collectors.artifact import Stat
    from collectors.disk.content import Run
    from collectors.disk.reader import Reader

_CHUNK = 4096
_LENGTH, _PACKED = 0x0FFF, 0x8000  # of a chunk's head
_FEWEST_BITS = 4  # of a distance


class Packed(NamedTuple):
    """Where a file's bytes lie, and by their offsets the units that have to be unpacked."""

    segments: list[Segment]
    units: Mapping[int, Sequence[Segment]]


def packed(runs: Iterable[Run], *, block: int, unit: int, size: int, written: int) -> Packed:
    """Lay a compressed file out.

    Args:
        runs: in order.
        block: bytes of a cluster.
        unit: bytes that are compressed together.
        size: of the file.
        written: how far it ever was; zeros lie behind.
    """
    end = -(-size // unit) * unit
    written = min(written, size)
    parts: dict[int, list[Segment]] = {}
    for each in laid_out(runs, block=block, size=end, written=end, absent=LOST):
        if each.place is not None:
            _divide(each, unit, parts)
    found, units, at = list[Segment](), dict[int, list[Segment]](), 0
    for start, own in parts.items():  # in order, as they were laid out
        if start >= written:
            break
        if start > at:
            found.append(Segment(at, start - at, None))
        span = max(unit, own[0].size)
        at = min(start + span, written)
        if any(each.place == LOST for each in own):
            found.append(Segment(start, at - start, LOST))
        elif sum(each.size for each in own) < span:
            units[start] = own
            found.append(Segment(start, at - start, own[0].place))
        else:
            found += [e._replace(size=min(e.size, at - e.offset)) for e in own if e.offset < at]
    if at < size:
        found.append(Segment(at, size - at, None))
    return Packed(found, units)


def _divide(segment: Segment, unit: int, parts: dict[int, list[Segment]]) -> None:
    """Give the units at its ends their parts; whole units stay together, however many they are."""
    offset, size, place = segment
    before = min(size, -offset % unit)
    whole = (size - before) // unit * unit
    for count in (before, whole, size - before - whole):
        if count:
            parts.setdefault(offset // unit * unit, []).append(Segment(offset, count, place))
        offset += count
        if place is not None and place != LOST:
            place += count


class UnpackingReading(RunReading):
    """A compressed file; a unit that can't be read or unpacked is missing as a whole."""

    _unpacked: tuple[int, bytes] = (-1, b"")
    """The offset and the bytes of the unit that was unpacked last."""

    def __init__(
        self, reader: Reader, where: Packed, unit: int, stat: Stat, errors: Sequence[str] = ()
    ) -> None:
        super().__init__(reader, where.segments, stat, errors)
        self._units, self._unit = where.units, unit

    def _from(self, segment: Segment, left: int, buffer: memoryview) -> int:
        if segment.offset not in self._units or segment.place is None:
            return super()._from(segment, left, buffer)
        if self._unpacked[0] != segment.offset:
            try:
                self._unpacked = segment.offset, self._unpack(segment.offset)
            except OSError as error:
                self._require_time(error)
                if self._too_bad():
                    self._give_up("units", error)
                else:
                    self._miss(left, detail_of(error))
                return 0
        within = self._position - segment.offset
        piece = self._unpacked[1][within : within + min(left, len(buffer))]
        buffer[: len(piece)] = piece
        self._given(len(piece))
        return len(piece)

    def _unpack(self, offset: int) -> bytes:
        data = bytearray()
        for each in self._units[offset]:
            piece = bytearray(each.size)
            self._reader.readinto(each.place or 0, memoryview(piece))
            data += piece
        with PARSING:
            return unpacked(bytes(data), self._unit)


def unpacked(data: bytes, size: int) -> bytes:
    """A unit of this size from its compressed form; zeros where that ends early.

    Raises:
        OSError: it is none.
        LookupError: it is none.
    """
    out, at = bytearray(), 0
    while len(out) < size and (head := int.from_bytes(data[at : at + 2], "little")):
        length = (head & _LENGTH) + 1
        chunk = data[at + 2 : at + 2 + length]
        if len(chunk) < length:
            raise _damaged()
        out += bytes(-len(out) % _CHUNK)  # each stands for as many, however few it holds
        out += _chunk(chunk) if head & _PACKED else chunk
        at += 2 + length
    return bytes(out[:size]).ljust(size, b"\0")


def _chunk(data: bytes) -> bytes:
    """Groups of eight, each after a byte that tells which are letters, and which refer back."""
    out, at = bytearray(), 0
    while at < len(data):
        kinds, at = data[at], at + 1
        if not kinds:
            out += data[at : at + 8]
            at += 8
            continue
        for number in range(8):
            if at >= len(data):
                break
            if kinds >> number & 1:
                _refer(out, data[at] | data[at + 1] << 8)
                at += 2
            else:
                out.append(data[at])
                at += 1
    if len(out) > _CHUNK:
        raise _damaged()
    return bytes(out)


def _refer(out: bytearray, token: int) -> None:
    """Repeat what stands some way back; the further in, the more bits tell how far."""
    bits = 16 - max(_FEWEST_BITS, (len(out) - 1).bit_length())
    back, length = (token >> bits) + 1, (token & (1 << bits) - 1) + 3
    if back > len(out):
        raise _damaged()
    piece = out[len(out) - back :]
    out += (piece * (length // back + 1))[:length]


def _damaged() -> OSError:
    return OSError(errno.EBADMSG, "a compressed unit doesn't unpack")
