"""What each channel still holds: from when, until when, what is missing, how often emptied.

Logs of several computers lie in one folder, and forwarded ones in one file: each is told apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from evidence.triage.evtx.chunk import ChunkRead, Stretch, went_back
from evidence.triage.evtx.event import utc
from evidence.triage.examiner import Row
from evidence.triage.runs import Runs

TABLE = "channels"
_MOST = 2_000  # channels of computers in one log; forwarded events come from hundreds of them
_OTHERS = "(others)"


class Whose(NamedTuple):
    """A channel, and the computer that wrote to it."""

    channel: str
    computer: str


@dataclass(slots=True)
class LogAccount:
    """One log file, chunk by chunk in the order of writing."""

    origin: str
    item: int | None
    stretches: dict[Whose, Stretch] = field(default_factory=dict)
    runs: Runs = field(default_factory=Runs)

    def add(self, read: ChunkRead) -> None:
        """A chunk more."""
        self.runs.join(read.runs)
        for stretch in read.stretches:
            self._join(stretch)

    def _join(self, new: Stretch) -> None:
        whose = Whose(new.channel, new.computer)
        if whose not in self.stretches and len(self.stretches) >= _MOST:
            whose = Whose(_OTHERS, _OTHERS)
        old = self.stretches.setdefault(whose, Stretch(whose.channel))
        if old.last is not None and new.first is not None:
            old.backwards += went_back(old.last, new.first)
        old.records += new.records
        old.backwards += new.backwards
        old.oldest = min(filter(None, (old.oldest, new.oldest)), default=None)
        old.newest = max(filter(None, (old.newest, new.newest)), default=None)
        old.last = new.last or old.last


@dataclass(slots=True)
class _Clearing:
    """How often a channel was emptied, and when last."""

    count: int = 0
    last: datetime | None = None


class Channels:
    """All logs of one host."""

    def __init__(self) -> None:
        self._logs: list[LogAccount] = []
        self._cleared: dict[Whose, _Clearing] = {}

    @property
    def names(self) -> set[str]:
        """Those of which there is a record."""
        return {whose.channel for log in self._logs for whose in log.stretches}

    def has(self, name: str, computer: str) -> bool:
        """Whether there is a record of that channel of that computer."""
        return any(Whose(name, computer) in log.stretches for log in self._logs)

    def log(self, origin: str, item: int | None) -> LogAccount:
        """A log more."""
        account = LogAccount(origin, item)
        self._logs.append(account)
        return account

    def clear(self, name: str, computer: str, time: datetime | None) -> None:
        """An event says that a channel of a computer was emptied."""
        whose = Whose(name, computer)
        if whose in self._cleared or len(self._cleared) < _MOST:
            clearing = self._cleared.setdefault(whose, _Clearing())
            clearing.count += 1
            clearing.last = max(filter(None, (clearing.last, time)), default=None)

    def oldest(self, name: str, computer: str) -> str:
        """Of when its oldest record is, in words."""
        whose = Whose(name, computer)
        times = [log.stretches[whose].oldest for log in self._logs if whose in log.stretches]
        oldest = min(filter(None, times), default=None)
        return f"its oldest record left: {utc(oldest)}" if oldest else "no record of it is here"

    def rows(self) -> Iterator[Row]:
        """A row for each channel of each computer in each log."""
        for log in self._logs:
            gaps, missing = log.runs.gaps()
            for whose, stretch in log.stretches.items():
                cleared = self._cleared.get(whose, _Clearing())
                yield {
                    "channel": whose.channel, "computer": whose.computer,
                    "records": stretch.records, "oldest": utc(stretch.oldest),
                    "newest": utc(stretch.newest), "first_record": log.runs.first,
                    "last_record": log.runs.last, "gaps": gaps,
                    "missing": missing, "clock_back": stretch.backwards, "cleared": cleared.count,
                    "cleared_last": utc(cleared.last),
                    "origin": log.origin, "item": log.item,
                }  # fmt: skip
