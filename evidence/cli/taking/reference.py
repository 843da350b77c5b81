"""Another clock than the host's, read by the person at the terminal."""

from __future__ import annotations

import datetime
import re
import select
import sys
import threading
import time
from dataclasses import dataclass

from chain_of_custody.findings import escaped
from chain_of_custody.times import utc
from collectors.system import WINDOWS
from evidence.cli.shared import YEARS, UsageError, Voice, say

_WAIT = 60  # seconds for an answer: nobody may be there any more, and the seal must not wait
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_DAY = datetime.timedelta(days=1)
_LEAST_OF_ZONES = datetime.timedelta(minutes=25)  # half an hour, and a slow clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Gives the other clock's time when the host's is read: as typed with the command, or asked."""

    voice: Voice
    value: str | None
    """A time in UTC, or `ask`."""

    @classmethod
    def of(cls, voice: Voice, typed: str | None) -> Reference:
        """From what stands on the command line.

        Raises:
            UsageError: no time.
        """
        if typed is None or typed == "ask":
            return cls(voice=voice, value=typed)
        value = read_time(typed)
        if value is None:
            raise UsageError(voice.t("error.reference", value=escaped(typed)))
        _tell_zone(voice, typed, value)
        return cls(voice=voice, value=value)

    def __call__(self, when: str) -> str | None:
        """UTC, RFC 3339; None where nobody said one.

        Args:
            when: `start` or `end`.
        """
        if self.value == "ask":
            return self._ask(when)
        return self.value if when == "start" else None

    def _ask(self, when: str) -> str | None:
        """Ask, and wait a minute for the answer; one more try where it can't be read."""
        t = self.voice.t
        for _ in range(2):
            say(t(f"ask.reference_{when}", zone=_zone()))
            typed = _line(_WAIT)
            if not typed:
                return None
            found = read_time(typed)
            if found is not None:
                _tell_zone(self.voice, typed, found)
                return found
            say(t("error.reference", value=escaped(typed)))
        return None


def _tell_zone(voice: Voice, typed: str, read: str) -> None:
    """Say in which zone a time was read that came without one, where another zone may explain it.

    A telephone that shows Japan's time beside a server that keeps UTC is no wrong clock; taken for
    one, it refuses the time tokens of the next nine hours.
    """
    if _CLOCK.fullmatch(typed.strip()) is None and _zoned(typed):
        return
    ahead = datetime.datetime.fromisoformat(read) - datetime.datetime.now(datetime.UTC)
    if abs(ahead) >= _LEAST_OF_ZONES:
        minutes = f"{round(ahead / datetime.timedelta(minutes=1)):+d}"
        voice.talk(voice.t("run.reference_far", zone=_zone(), minutes=minutes))


def _zoned(typed: str) -> bool:
    return datetime.datetime.fromisoformat(typed.strip()).tzinfo is not None


def _zone() -> str:
    from evidence.machine.clock import zone  # not while a verb's help is shown

    return zone(time.time_ns())


def read_time(typed: str) -> str | None:
    """A time as people type it, to UTC: `21:45`, `21:45:10`, or RFC 3339; None if neither.

    Hours and minutes are meant in the host's zone, on the day that is nearest to the host's clock.
    """
    now = datetime.datetime.now(datetime.UTC).astimezone()
    match = _CLOCK.fullmatch(typed.strip())
    try:
        if match is None:
            found = datetime.datetime.fromisoformat(typed.strip())
            found = found if found.tzinfo is not None else found.replace(tzinfo=now.tzinfo)
        else:
            hour, minute, second = (int(each or 0) for each in match.groups())
            found = now.replace(hour=hour, minute=minute, second=second)
            found = min((found - _DAY, found, found + _DAY), key=lambda each: abs(each - now))
    except (ValueError, OverflowError):
        return None
    return utc(found) if found.year in YEARS else None


def _line(seconds: int) -> str:
    """A line from the terminal, or nothing when none comes in time."""
    if sys.stdin is None or sys.stdin.closed:
        return ""
    if WINDOWS:
        return _line_of_console(seconds)
    try:
        ready, _, _ = select.select([sys.stdin], [], [], seconds)
    except (OSError, ValueError):  # no descriptor behind it
        return ""
    return sys.stdin.readline().strip() if ready else ""


def _line_of_console(seconds: int) -> str:
    """The same on Windows, which can't be asked whether a line has come: a thread waits for it."""
    found: list[str] = []
    waiting = threading.Thread(target=lambda: found.append(sys.stdin.readline()), daemon=True)
    waiting.start()
    waiting.join(seconds)
    return found[0].strip() if found else ""
