"""When a line of syslog was written: all of it, or what there is of it.

The old form (RFC 3164) has neither year nor zone. The year of the last line is then the last in
which the log can have been written (`latest`), or the one before; of every other line it is by so
many earlier as the year turns between them. The time stays the host's own, since nothing says how
far that is from UTC.
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
# As a line has it that was kept as it was sent; some appliances put a colon behind it.
_PRIORITY = rb"(?:<\d{1,3}>(?:1 |:)?)?"
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
_A_MONTH = 31  # days, as they are counted here
_UNSET = 2  # days after which a clock that began anew was set, or never will be
_A_DAY = len(b"May 19")  # how a line begins, most of the time


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time as a log has it."""

    at: str | None
    """UTC; None where the line doesn't tell the zone."""
    local: str | None
    """As the host wrote it."""
    year: str | None
    """Where the year comes from: `line`, `entry` (of a journal), what tells until when the log can
    have been written (`file`, `gzip`, `name`), or None where nothing says."""


NONE = Stamp(None, None, None)


@dataclass(frozen=True, slots=True)
class Latest:
    """Until when a log can have been written."""

    at: datetime | None
    """UTC; None where nothing tells."""
    told: str = "file"
    """By what: the `file`'s last change, that of the one it was packed from (`gzip`), or a date in
    its `name`."""


class Turns:
    """How often the year turns from one line to the next, where lines tell none.

    It does where a day is more than a month before the one that stands before it. Where a clock
    begins in January after each boot, until it is set, the day comes back at one bound within two
    days: so did the year.
    """

    def __init__(self) -> None:
        """Before the first line."""
        self.count = 0
        self.last = ""
        """A time of the last day as it is written there, without a year."""
        self._day = 0
        self._before: int | None = None  # the day before the year turned last
        self._turned = 0  # the day on which it did

    @classmethod
    def of(cls, lines: Iterable[bytes]) -> Turns:
        """Of all lines of a file."""
        turns, day = cls(), b""
        for line in lines:
            if line[:_A_DAY] == day:
                continue
            day, found = line[:_A_DAY], _OLD.match(line)
            if found is not None and not (found["before"] or found["behind"]):
                turns.add(*_written(found))
        return turns

    def add(self, day: int, written: str) -> None:
        """One more line."""
        step = day - self._day
        if step < -_A_MONTH:
            self.count, self._before, self._turned = self.count + 1, self._day, day
        elif step > _A_MONTH and self._came_back(day):
            self.count, self._before = self.count - 1, None
        self._day, self.last = day, written

    def _came_back(self, day: int) -> bool:
        """Whether the clock had begun anew, and was set."""
        known = self._before is not None and day >= self._before
        return known and self._day - self._turned <= _UNSET


class Clock:
    """Reads the stamps of one file."""

    def __init__(self, latest: Latest, turns: Turns | None = None) -> None:
        """Of a file.

        Args:
            latest: until when it can have been written.
            turns: of the year in the whole of it; None where nobody looked for them.
        """
        self._latest = None if latest.at is None else latest.at.replace(tzinfo=None) + _SLACK
        self._told = latest.told
        self._whole, self._turns = turns or Turns(), Turns()
        last = self._placed(self._whole.last, 0)
        self._behind = 0 if last is None or self._latest is None else self._latest.year - last.year

    def read(self, line: bytes) -> tuple[Stamp, bytes]:
        """A line's stamp, and what follows; the whole line where it has none."""
        if found := _OLD.match(line):
            return self._old(found), line[found.end() :]
        if found := _NEW.match(line):
            return _new(found), line[found.end() :]
        return NONE, line

    def _old(self, found: re.Match[bytes]) -> Stamp:
        told = found["before"] or found["behind"]
        day, written = _written(found)
        if told is not None:
            time, year = _time(int(told), written), "line"
        else:
            self._turns.add(day, written)
            to_come = self._whole.count - self._turns.count
            time, year = self._placed(written, max(0, self._behind + to_come)), self._told
        return Stamp(None, written, None) if time is None else Stamp(None, time.isoformat(), year)

    def _placed(self, written: str, behind: int) -> datetime | None:
        """In the latest year in which it can have been written.

        Args:
            written: a time without a year.
            behind: how many years before the file's last change it is at the least.
        """
        if self._latest is None:
            return None
        latest = self._latest.year - behind
        for year in range(latest, latest - 5, -1):  # 29 February is rare
            time = _time(year, written)
            if time is not None and time <= self._latest:
                return time
        return None


def _written(found: re.Match[bytes]) -> tuple[int, str]:
    """The day, counted from the year's first, and the time as it is written, without a year."""
    month, day = found["month"], int(found["day"])
    number = int(month) if month.isdigit() else MONTHS.get(month, 0)
    return number * _A_MONTH + day, f"{number:02}-{day:02}T{found['clock'].decode()}"


def _time(year: int, written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(f"{year:04}-{written}")
    except ValueError:
        return None


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
