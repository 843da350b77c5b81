"""Records that another log of the host had already: a live log and its copy count once.

The same are those of the same channel, computer, event, number and time; what they say is not
compared. Known are those that tables, fingerprints or rules of others want, as eight bytes each, up
to a number; what comes beyond isn't compared, and that is told. Logs of one channel are put
together as they come: among ten thousand, a record is looked for in a dozen places.
"""

from __future__ import annotations

import operator
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from evidence.triage.evtx.chunk import ChunkRead

MOST = 1_000_000  # records of a host that are known: 8 MiB, and 40 while a log of all is ordered
_Whose = tuple[str, str]
_Told = tuple[str, str, int, int, datetime | None]
"""A record: whose it is, its number, its event, its time."""
_of_row = operator.attrgetter("channel", "computer", "record", "event", "time")
_of_event = operator.attrgetter("channel", "computer", "record", "id", "time")


@dataclass(slots=True)
class _Known:
    """Records of one channel of one computer, as one log has them, or several together."""

    hashes: array[int] = field(default_factory=lambda: array("q"))
    first: int = 1 << 64
    last: int = 0

    def add(self, number: int, told: int) -> None:
        self.hashes.append(told)
        if number < self.first:
            self.first = number
        if number > self.last:
            self.last = number

    def end(self) -> None:
        """All of the log were added: in order, so that they are found."""
        self.hashes = array("q", sorted(self.hashes))

    def join(self, other: _Known) -> None:
        """Know what another knows: two runs that are in order are sorted in one go."""
        self.hashes.extend(other.hashes)
        self.end()
        self.first, self.last = min(self.first, other.first), max(self.last, other.last)

    def has(self, number: int, told: int) -> bool:
        if not self.first <= number <= self.last:
            return False
        place = bisect_left(self.hashes, told)
        return place < len(self.hashes) and self.hashes[place] == told


class Elsewhere:
    """The logs of one host."""

    def __init__(self) -> None:
        """Before the first log."""
        self._logs: dict[_Whose, list[_Known]] = {}
        self._here: dict[_Whose, _Known] = {}
        self._kept = 0
        self.beyond = 0
        """Records that came when there were too many."""
        self.same = 0
        """Records of this log that another had."""

    def once(self, read: ChunkRead) -> tuple[ChunkRead, set[int]]:
        """A chunk whose tables lack what another log had, and the numbers of those records."""
        rows, events = [*map(_of_row, read.rows)], map(_of_event, read.events)
        had = {told for told in dict.fromkeys((*rows, *events)) if self._had(told)}
        if not had:
            return read, set()
        self.same += len(had)
        new = [row for row, told in zip(read.rows, rows, strict=True) if told not in had]
        return msgspec.structs.replace(read, rows=new), {told[2] for told in had}

    def _had(self, told: _Told) -> bool:
        whose, number, hashed = told[:2], told[2], hash(told)
        for log in self._logs.get(whose, ()):
            if log.has(number, hashed):
                return True
        if self._kept >= MOST:
            self.beyond += 1
            return False
        self._kept += 1
        if whose not in self._here:
            self._here[whose] = _Known()
        self._here[whose].add(number, hashed)
        return False

    def end(self) -> Iterator[str]:
        """A log is at its end; what is to be said of it."""
        for whose, known in self._here.items():
            known.end()
            logs = self._logs.setdefault(whose, [])
            while logs and len(logs[-1].hashes) <= len(known.hashes):
                known.join(logs.pop())  # so that thousands of logs are a dozen to look through
            logs.append(known)
        if self.same:
            yield f"{self.same} records are in another log, too; each counts once"
        self._here, self.same = {}, 0

    def conclude(self) -> Iterator[str]:
        """All logs were read; what is to be said of them."""
        if self.beyond:
            yield f"{self.beyond} records were not compared with those of other logs; each counts"
