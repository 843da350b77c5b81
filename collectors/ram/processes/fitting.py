"""What is taken of a process that has more memory than may be taken."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from collectors.ram.processes.process import Living, Region, runs
from collectors.ram.ranges import Run

_AROUND = 1 << 20  # bytes before and after a match: what a rule finds lies within more of its kind
_PAGE = 4096
_MATCHED, _INJECTED, _BESIDE, _OTHER = range(4)


class _Piece(NamedTuple):
    """A part of a region, and what makes it worth taking before others."""

    rank: int
    of_size: int
    """Bytes of its region: smaller ones come first. Who reserves terabytes that are empty would
    else hide all that lies behind them."""
    start: int
    end: int


def chosen(one: Living, room: int, places: Collection[int] = ()) -> list[Run]:
    """All memory of a process, or what there is room for.

    Args:
        one: the process.
        room: bytes.
        places: addresses at which rules matched.
    """
    return runs(one.regions) if one.size <= room else fitting(one.regions, room, places)


def fitting(found: Sequence[Region], room: int, places: Collection[int]) -> list[Run]:
    """As much as there is room for: around matches, where code may be injected, then the rest.

    Args:
        found: the process's regions; those that can't be read are left out.
        room: bytes.
        places: addresses at which rules matched.
    """
    kept, left = [], room
    every = (piece for each in found for piece in _pieces(each, room, places))
    for *_, start, end in sorted(every):
        size = min(left, end - start)
        left -= size
        if size:
            kept.append(Run(start, start + size, start))
    return sorted(kept)


def _pieces(region: Region, room: int, places: Collection[int]) -> Iterator[_Piece]:
    """A region, cut before and behind each match; one that fills all the room by itself waits."""
    if not region.readable:
        return
    matches = sorted(each for each in places if region.start <= each < region.end)
    size = region.end - region.start
    odd = region.injected and size <= room
    rank = _INJECTED if odd else _BESIDE if matches else _OTHER
    at = region.start
    for place in matches:
        page = place // _PAGE * _PAGE
        first = max(at, page - _AROUND)
        last = min(region.end, page + _AROUND)
        if at < first:
            yield _Piece(rank, size, at, first)
        if first < last:
            yield _Piece(_MATCHED, size, first, last)
        at = max(at, last)
    if at < region.end:
        yield _Piece(rank, size, at, region.end)
