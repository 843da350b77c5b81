"""What is taken of a process that has more memory than may be taken."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from collectors.ram.process import Region
from collectors.ram.ranges import Run

_AROUND = 1 << 20  # bytes before and after a match: what a rule finds lies within more of its kind
_PAGE = 4096
_MATCHED, _INJECTED, _BESIDE, _OTHER = range(4)


class _Piece(NamedTuple):
    """A part of a region, and what makes it worth taking before others."""

    rank: int
    start: int
    end: int


def fitting(found: Sequence[Region], room: int, places: Collection[int]) -> list[Run]:
    """As much as there is room for: around matches, where code may be injected, then the rest.

    Args:
        found: the process's regions; those that can't be read are left out.
        room: bytes.
        places: addresses at which rules matched.
    """
    chosen, left = [], room
    for _, start, end in sorted(piece for each in found for piece in _pieces(each, places)):
        size = min(left, end - start)
        left -= size
        if size:
            chosen.append(Run(start, start + size, start))
    return sorted(chosen)


def _pieces(region: Region, places: Collection[int]) -> Iterator[_Piece]:
    """A region, cut before and behind each match."""
    if not region.readable:
        return
    matches = sorted(each for each in places if region.start <= each < region.end)
    rank = _INJECTED if region.injected else _BESIDE if matches else _OTHER
    at = region.start
    for place in matches:
        page = place // _PAGE * _PAGE
        first = max(at, page - _AROUND)
        last = min(region.end, page + _AROUND)
        if at < first:
            yield _Piece(rank, at, first)
        if first < last:
            yield _Piece(_MATCHED, first, last)
        at = max(at, last)
    if at < region.end:
        yield _Piece(rank, at, region.end)
