"""Where a file's bytes lie: its runs, laid out as parts of the file."""

from __future__ import annotations

import errno
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from collectors.disk.reader import beyond_the_end

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_FILLER, SPARSE = 1, 2  # pytsk3.TSK_FS_ATTR_RUN_FLAG_*
LOST = -1
_BEYOND = 1 << 64  # larger than any segment


class Run(NamedTuple):
    """A run of blocks, as libtsk or an inode tells it; flags are libtsk's own."""

    address: int
    length: int
    offset: int
    flags: int


class Segment(NamedTuple):
    """A part of a file: its place in the partition, None for a hole, LOST where nobody knows."""

    offset: int
    size: int
    place: int | None


def laid_out(
    runs: Iterable[Run], *, block: int, size: int, written: int, absent: int | None = None
) -> list[Segment]:
    """From runs of blocks to ranges of bytes that cover a file of this size.

    Args:
        runs: in order.
        block: bytes.
        size: of the file.
        written: how far it ever was; zeros lie behind, whatever the blocks hold.
        absent: what a range is that no run tells of: None for a hole, or LOST.
    """
    written = min(written, size)
    found: list[Segment] = []
    end = 0
    for address, blocks, offset, flags in runs:
        start = offset * block
        if start < end or not blocks:
            continue  # another one for the same place counts as none, as does one of no length
        length = min(blocks * block, written - start)
        if length <= 0:
            break
        if start > end:
            _add(found, Segment(end, start - end, absent))
        place: int | None = address * block
        if flags & SPARSE:
            place = None
        elif flags & _FILLER:
            place = absent
        _add(found, Segment(start, length, place))
        end = start + length
    if end < written:
        _add(found, Segment(end, written - end, absent))
    if written < size:
        _add(found, Segment(written, size - written, None))
    return found


def _add(found: list[Segment], new: Segment) -> None:
    """Append, joined to the last one where both are one piece."""
    if found:
        offset, size, place = found[-1]
        adjacent = place is not None and place >= 0 and new.place == place + size
        if adjacent or place is None is new.place:
            found[-1] = Segment(offset, size + new.size, place)
            return
    found.append(new)


def cut_out(
    laid: Sequence[Segment], offset: int, size: int, read: Callable[[int, int], bytes]
) -> bytes:
    """Bytes of what is laid out so, over the ends of its pieces.

    Args:
        laid: in order.
        offset: of the first byte.
        size: how many.
        read: gives bytes of the partition, fewer at its end.

    Raises:
        OSError: not all of them can be had.
    """
    data = b""
    while len(data) < size:
        at = offset + len(data)
        index = bisect_right(laid, Segment(at, _BEYOND, None)) - 1  # the last that begins there
        start, length, place = laid[index] if index >= 0 else Segment(0, 0, LOST)
        left = start + length - at
        if place is None or place == LOST or left <= 0:
            raise OSError(errno.EIO, "where it lies on the disk is not known")
        piece = read(place + at - start, min(size - len(data), left))
        if not piece:
            raise beyond_the_end()
        data += piece
    return data
