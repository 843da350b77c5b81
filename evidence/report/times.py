"""Times as people read them: records have UTC, the clock on a ward's wall has Japan's."""

from __future__ import annotations

from datetime import datetime, timedelta

_JAPAN = timedelta(hours=9)  # the whole year; Japan has no summer time


def clock(moment: str) -> str:
    """A time in UTC as people write it, to the second.

    Args:
        moment: as records have it, `2024-05-19T12:00:00.000000Z`.
    """
    return moment[:19].replace("T", " ")


def in_japan(moment: str) -> str:
    """The same by the clocks of Japan; with `UTC` behind it where no calendar has that."""
    here = clock(moment)
    try:
        return str(datetime.fromisoformat(here) + _JAPAN)
    except (ValueError, OverflowError):
        return f"{here} UTC"
