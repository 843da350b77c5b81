"""Records of one file that come a second time: a chunk that lies there twice counts once.

The same are those of the same channel, number and time. Only where numbers come again is anything
compared, and only with the chunks read last: copies are neighbours, since chunks are taken by the
number of their first record. What can't be compared is told as what may count twice.
"""

from __future__ import annotations

import operator
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from evidence.triage.evtx.chunk import ChunkRead

_CHUNKS = 64  # whose records are kept for comparison: some ten thousand at the most
_MOST = 100_000  # stretches of numbers that are kept; a log that is whole has one
_Key = tuple[object, ...]
T = TypeVar("T")
_of_row = operator.attrgetter("place", "time", "channel", "record")
_of_event = operator.attrgetter("time", "channel", "record")
# Of a whole chunk: part of one has other numbers of records, or other times.
_of_stretch = operator.attrgetter("channel", "records", "oldest", "newest", "first")


class Numbers:
    """Numbers of records, as stretches that don't touch."""

    def __init__(self) -> None:
        """Before the first of them."""
        self._first: list[int] = []
        self._last: list[int] = []

    def add(self, first: int, last: int) -> int:
        """Add a stretch; returns how many of its numbers were there."""
        begin = end = bisect_left(self._last, first - 1)
        known = 0
        low, high = first, last
        while end < len(self._first) and self._first[end] <= last + 1:
            known += max(0, min(last, self._last[end]) - max(first, self._first[end]) + 1)
            low, high = min(low, self._first[end]), max(high, self._last[end])
            end += 1
        if end > begin or len(self._first) < _MOST:
            self._first[begin:end], self._last[begin:end] = [low], [high]
        return known


class Again:
    """What of one file was there before."""

    def __init__(self) -> None:
        """Before the first chunk."""
        self._numbers = Numbers()
        self._kept: deque[set[_Key]] = deque(maxlen=_CHUNKS)

    def once(self, read: ChunkRead) -> tuple[ChunkRead, str]:
        """A chunk without what came before, and what is to be said of that.

        Args:
            read: a chunk, in the order of writing.
        """
        again = sum(self._numbers.add(first, last) for first, last in read.runs)
        rows, events = map(_of_row, read.rows), map(_of_event, read.events)
        stretches = map(_of_stretch, read.stretches)
        here: set[_Key] = set()
        self._kept.append(here)
        if not again:
            here.update(rows, events, stretches)
            return read, ""
        once = msgspec.structs.replace(
            read, rows=list(self._new(zip(read.rows, rows, strict=True), here)),
            events=list(self._new(zip(read.events, events, strict=True), here)),
            stretches=list(self._new(zip(read.stretches, stretches, strict=True), here)),
        )  # fmt: skip
        return once, _said(again, _size(read) - _size(once), _size(once))

    def _new(self, each: Iterable[tuple[T, _Key]], here: set[_Key]) -> Iterator[T]:
        for one, key in each:
            if not any(key in kept for kept in self._kept):
                here.add(key)
                yield one


def _size(read: ChunkRead) -> int:
    return len(read.rows) + len(read.events) + len(read.stretches)


def _said(again: int, left_out: int, stayed: int) -> str:
    if stayed and not left_out:
        return f"{again} numbers of records come again; not known as the same, so each counts"
    return f"{again} numbers of records come again; what is the same counts once"
