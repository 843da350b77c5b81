"""When a line of syslog was written: all of it, or what there is of it.

The old form (RFC 3164) has neither year nor zone. The year is then that of the file's last change,
or the one before, unless the line has it after all; the time stays the host's own, since nothing
says how far that is from UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MONTHS = {
    name: number
    for number, name in enumerate(
        b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1
    )
}
"""As logs name them, whatever the language of the machine is that reads them."""
_PRIORITY = rb"(?:<\d{1,3}>(?:1 )?)?"  # as a line has it that was kept as it was sent
# A Japanese locale has the month as a number before 月: in UTF-8, EUC-JP or Shift JIS.
_MONTH = rb" ?(?P<month>[A-Z][a-z]{2}|\d{1,2}(?=\xe6\x9c\x88|\xb7\xee|\x8c\x8e))[\x80-\xff]{0,3}"
_OLD = re.compile(
    _PRIORITY + rb"(?:(?P<before>\d{4}) )?" + _MONTH + rb" (?P<day>[ \d]?\d) "
    rb"(?:(?P<behind>\d{4}) )?(?P<clock>\d\d:\d\d:\d\d)(?:\.\d{1,9})?:? "
)
_NEW = re.compile(
    _PRIORITY + rb"(?P<local>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)"
    rb"(?: ?(?P<zone>Z|[+-]\d\d:?\d\d))? "
)
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
            return self._old(found), line[found.end() :]
        if found := _NEW.match(line):
            return _new(found), line[found.end() :]
        return NONE, line

    def _old(self, found: re.Match[bytes]) -> Stamp:
        month, told = found["month"], found["before"] or found["behind"]
        number = int(month) if month.isdigit() else MONTHS.get(month, 0)
        written = f"{number:02}-{int(found['day']):02}T{found['clock'].decode()}"
        for year in self._years() if told is None else [int(told)]:
            try:
                time = datetime.fromisoformat(f"{year:04}-{written}")
            except ValueError:
                continue
            if told is not None:
                return Stamp(None, time.isoformat(), "line")
            if self._latest is not None and time <= self._latest:
                return Stamp(None, time.isoformat(), "file")
        return Stamp(None, written, None)

    def _years(self) -> Iterable[int]:
        """Those in which a line can have been written that tells none, the latest first."""
        if self._latest is None:
            return ()
        return range(self._latest.year, self._latest.year - 5, -1)  # 29 February is rare


def _new(found: re.Match[bytes]) -> Stamp:
    text = (found["local"] + (found["zone"] or b"")).decode()
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo is None:
            return Stamp(None, time.isoformat(), "line")
        return Stamp(utc(time), text, "line")
    except (ValueError, OverflowError):
        return Stamp(None, text, None)


def utc(time: datetime) -> str:
    """A time that knows its zone, as records keep it.

    Raises:
        OverflowError: it is before or after all times.
    """
    return time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
