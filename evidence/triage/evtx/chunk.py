"""What a chunk of a log gave: what comes from the process apart."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

from msgspec import Struct

from evidence.triage.evtx.event import Event, Moment
from evidence.triage.evtx.forms import AnyRow

_BACK = timedelta(minutes=1)  # threads that write at once differ by less


class Stretch(Struct, array_like=True, gc=False):
    """What a chunk has of one channel of one computer."""

    channel: str
    records: int = 0
    oldest: Moment | None = None
    newest: Moment | None = None
    first: Moment | None = None
    """The time of the first record in the order of writing, where one has a time."""
    last: Moment | None = None
    backwards: int = 0
    """How often the clock went back by more than a minute."""
    computer: str = ""

    @classmethod
    def of(cls, channel: str, computer: str, told: list[datetime | None]) -> Stretch:
        """Of records in the order of writing, each with its time or none."""
        times = [time for time in told if time is not None]
        if not times:
            return cls(channel, len(told), computer=computer)
        ordered = sorted(times)
        return cls(
            channel, len(told), oldest=ordered[0], newest=ordered[-1], first=times[0],
            last=times[-1], backwards=0 if times == ordered else _backwards(times),
            computer=computer,
        )  # fmt: skip


def _backwards(times: list[datetime]) -> int:
    return sum(went_back(*each) for each in itertools.pairwise(times))


class ChunkRead(Struct, array_like=True):
    """What one chunk gave."""

    events: list[Event] = []
    """Those that a fingerprint wants, or a rule of others."""
    rows: list[AnyRow] = []
    stretches: list[Stretch] = []
    runs: list[tuple[int, int]] = []
    """Numbers of records that follow each other, first and last."""
    faults: list[str] = []
    """What could not be read of it."""


def went_back(before: datetime, after: datetime) -> bool:
    """Whether a clock was put back between two records."""
    return before - after > _BACK
