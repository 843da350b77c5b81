"""The list of entries that a journal keeps: arrays of offsets, each naming the next."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from evidence.triage.faults import Faults
from evidence.triage.journal.layout import ALIGNMENT, OBJECT, Header, Kind, at, why_none

_NEXT = struct.Struct("<Q")
_HEAD = OBJECT.size + _NEXT.size
_AT_ONCE = 1 << 16  # bytes of an array


def listed(file: BinaryIO, header: Header, end: int, faults: Faults) -> Iterator[int]:
    """Offsets as the list names them, strictly ascending.

    Arrays are written one behind the other, and entries too. So whatever leads back or outside is
    damaged or made up, and no list is without end.

    Raises:
        OSError: the medium failed.
    """
    place, behind, last = header.entry_array, header.size, header.size - 1
    while place:
        kind, size, following = _head(file, place, end)
        if place < behind or place % ALIGNMENT or kind != Kind.ENTRY_ARRAY:
            faults.add(f"byte {place}: the list of entries should go on here, and doesn't")
            return
        if why := why_none(kind, size, end - place):
            faults.add(f"byte {place}: the list of entries ends at {why}")
            return
        wrong = 0
        for offset in _items(file, place + _HEAD, place + size, header):
            if last < offset < end and offset % ALIGNMENT == 0:
                last = offset
                yield offset
            else:
                wrong += 1
        if wrong:
            faults.add(f"byte {place}: a list of entries names {wrong} out of order, or outside")
        place, behind = following, place + size


def _head(file: BinaryIO, place: int, end: int) -> tuple[int, int, int]:
    """Kind, size, and where the next array lies."""
    if place > end - _HEAD:
        return Kind.NONE, 0, 0
    data = at(file, place, _HEAD)
    kind, _, size = OBJECT.unpack_from(data)
    return kind, size, _NEXT.unpack_from(data, OBJECT.size)[0]


def _items(file: BinaryIO, start: int, end: int, header: Header) -> Iterator[int]:
    """What an array names; behind the first that is 0 is only room for more."""
    width, letter = (4, "I") if header.compact else (8, "Q")
    end -= (end - start) % width
    for place in range(start, end, _AT_ONCE):
        count = min(_AT_ONCE, end - place) // width
        for offset in struct.unpack(f"<{count}{letter}", at(file, place, count * width)):
            if not offset:
                return
            yield offset
