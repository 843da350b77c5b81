"""Until when a log can have been written, where its lines tell no year; and what says so.

The earliest bound counts: a copy has a time of its own, while a packed log keeps that of the file
it was made of (RFC 1952, MTIME), and a rotated one may have a date in its name (logrotate(8),
`dateext`).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from evidence.triage.examiner import Examined
from evidence.triage.linuxlogs.lines import Lines
from evidence.triage.linuxlogs.stamp import Latest

_1970 = datetime(1970, 1, 1, tzinfo=UTC)
_FAR = 253_370_764_800  # the year 9999 begins: to no bound in it can days be added
_LEAST = datetime(2000, 1, 1, tzinfo=UTC)  # what is before was lost: 1970, or 1980 out of a zip
_DATED = re.compile(r"[.-](?P<year>(?:19|20)\d\d)-?(?P<month>\d\d)-?(?P<day>\d\d)(?!\d{3})[^/]*$")
_BEGUN = timedelta(days=31)  # some name a log by the day on which it begins


def latest(examined: Examined, lines: Lines) -> Latest:
    """The earliest bound of those that a log has."""
    packed = _from_1970(lines.packed_at) if lines.packed_at else None
    bounds = [
        Latest(at, told)
        for at, told in (
            (_changed(examined), "file"), (packed, "gzip"), (_named(examined.origin), "name")
        )
        if at is not None and at >= _LEAST
    ]  # fmt: skip
    return min(bounds, key=lambda bound: bound.at or _1970, default=Latest(None))


def _changed(examined: Examined) -> datetime | None:
    """When a log was changed last: as the item's record has it, else the file that lies here."""
    if examined.record is None:
        return _from_1970(int(examined.path.stat().st_mtime))
    times = examined.record.meta.times
    return None if times is None or times.m is None else _from_1970(int(times.m) // 10**9)


def _from_1970(seconds: int) -> datetime | None:
    return _1970 + timedelta(seconds=seconds) if 0 <= seconds < _FAR else None


def _named(origin: str) -> datetime | None:
    found = _DATED.search(origin)
    if found is None:
        return None
    try:
        date = datetime(int(found["year"]), int(found["month"]), int(found["day"]), tzinfo=UTC)
    except ValueError:
        return None
    return date + _BEGUN
