"""When a line of syslog was written: all of it, or what there is of it.

The old form (RFC 3164) has neither year nor zone. The year is then that of the file's last change,
or the one before; the time stays the host's own, since nothing says how far that is from UTC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_MONTHS = {
    name: number
    for number, name in enumerate(
        b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1
    )
}
_OLD = re.compile(rb"([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d) ")
_NEW = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) ")
_SLACK = timedelta(days=2)  # zones, and clocks that go wrong


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time as a log has it."""

    at: str | None
    """UTC; None where the line doesn't tell the zone."""
    local: str | None
    """As the host wrote it."""
    year: str | None
    """Where the year comes from: `line`, `entry` (of a journal), `file` (its last change), or None
    where nothing says."""


NONE = Stamp(None, None, None)


class Clock:
    """Reads the stamps of one file."""

    def __init__(self, changed: datetime | None) -> None:
        """Of a file.

        Args:
            changed: when it was changed last (UTC).
        """
        self._latest = None if changed is None else changed.replace(tzinfo=None) + _SLACK

    def read(self, line: bytes) -> tuple[Stamp, bytes]:
        """A line's stamp, and what follows; the whole line where it has none."""
        if found := _OLD.match(line):
            month, *numbers = found.groups()
            return self._old(month, *map(int, numbers)), line[found.end() :]
        if found := _NEW.match(line):
            return _new(found[1].decode()), line[found.end() :]
        return NONE, line

    def _old(self, month: bytes, day: int, hour: int, minute: int, second: int) -> Stamp:
        number = _MONTHS.get(month, 0)
        written = f"{number:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        if self._latest is None:
            return Stamp(None, written, None)
        for year in range(self._latest.year, self._latest.year - 5, -1):  # 29 February is rare
            try:
                time = datetime(year, number, day, hour, minute, second)  # noqa: DTZ001 - local
            except ValueError:
                continue
            if time <= self._latest:
                return Stamp(None, time.isoformat(), "file")
        return Stamp(None, written, None)


def _new(text: str) -> Stamp:
    try:
        at = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return Stamp(None, text, None)
    return Stamp(at.isoformat(timespec="microseconds").replace("+00:00", "Z"), text, "line")
