"""Times that are held against each other, in seconds since 1970 (format, section 9).

Not as times: a forger's clocks lead out of the calendar.
"""

from __future__ import annotations

import datetime

from chain_of_custody.manifest import ClockReading, Manifest
from chain_of_custody.times import utc

SKEW = 600  # seconds; terminals' clocks are off by that without ill will
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_CALENDAR = (
    datetime.datetime.min.replace(tzinfo=datetime.UTC),
    datetime.datetime.max.replace(tzinfo=datetime.UTC),
)


def began(manifest: Manifest) -> int:
    """When the collection began, by the clock that was read then."""
    return _put_right(manifest.started, manifest.clock.start)


def ended(manifest: Manifest) -> int:
    """When it ended, in the same way."""
    return _put_right(manifest.ended, manifest.clock.end)


def _put_right(moment: str, reading: ClockReading) -> int:
    """A time by the host's clock, put right by another one that was read."""
    time, host, other = (
        seconds(datetime.datetime.fromisoformat(each))
        for each in (moment, reading.utc, reading.reference or reading.utc)
    )
    return time + other - host


def before(at: datetime.datetime, bound: int) -> bool:
    """Whether a token's time is too early for something that it can't be older than."""
    return seconds(at) + SKEW < bound


def seconds(when: datetime.datetime) -> int:
    """Whole seconds since 1970, as the rules of time are held (format, section 9)."""
    return (when - _EPOCH) // datetime.timedelta(seconds=1)


def told(moment: int) -> str:
    """The same as a time, or the nearest that the calendar has."""
    first, last = (seconds(each) for each in _CALENDAR)
    return utc(_EPOCH + datetime.timedelta(seconds=min(max(moment, first), last)))
