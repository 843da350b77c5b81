"""What is in a folder, in order: a long list in little more room than its names take.

There may be millions, and a string and a tuple for each would be some 250 bytes a name.
"""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import accumulate, islice
from typing import NamedTuple

from collectors.pathtext import to_bytes, to_text

Entry = tuple[str, str]
"""A name and its type (`f d l o`)."""
RUN = 1 << 14  # names that are put in order at once


def in_order(entries: Iterator[Entry]) -> Iterable[Entry]:
    """Entries by the raw bytes of their names; may be gone through several times."""
    first = _run(entries)
    if len(first) < RUN:
        return first
    return _Long([_packed(first), *map(_packed, iter(partial(_run, entries), []))])


def folders(prefix: str, entries: Iterable[Entry]) -> Iterator[str]:
    """The paths of the folders among entries that are in order; nothing else of them is kept."""
    below = in_order(entry for entry in entries if entry[1] == "d")
    return (prefix + name for name, _ in below)


class Waiting:
    """Folders whose turn will come, each with how deep it may lead, the deepest first.

    Of those that had their turn nothing is kept: their paths may be long.
    """

    def __init__(self, start: str, depth: int) -> None:
        self._levels: list[tuple[str, Iterator[str], int]] = []
        self.add(iter((start,)), depth)

    def add(self, beside: Iterator[str], depth: int) -> None:
        """Some more, which come before all others."""
        following = next(beside, None)
        if following is not None:
            self._levels.append((following, beside, depth))

    def __iter__(self) -> Iterator[tuple[str, int]]:
        while self._levels:
            folder, beside, depth = self._levels.pop()
            self.add(beside, depth)
            yield folder, depth


class _Packed(NamedTuple):
    """A run of entries: each name with its type behind it, whatever bytes a made disk names."""

    letters: bytes
    ends: array[int]


class _Long:
    """Runs in order, packed, which become one while somebody goes through them."""

    def __init__(self, runs: Sequence[_Packed]) -> None:
        self._runs = runs

    def __iter__(self) -> Iterator[Entry]:
        for line in heapq.merge(*map(_lines, self._runs), key=_name):
            yield to_text(_name(line)), chr(line[-1])


def _run(entries: Iterator[Entry]) -> list[Entry]:
    return sorted(islice(entries, RUN), key=lambda entry: to_bytes(entry[0]))


def _packed(run: Iterable[Entry]) -> _Packed:
    lines = [to_bytes(name) + type_.encode() for name, type_ in run]
    return _Packed(b"".join(lines), array("I", accumulate(map(len, lines))))


def _lines(run: _Packed) -> Iterator[bytes]:
    start = 0
    for end in run.ends:
        yield run.letters[start:end]
        start = end


def _name(line: bytes) -> bytes:
    return line[:-1]
