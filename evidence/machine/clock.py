"""The host's clocks, as they are: recorded, not believed."""

from __future__ import annotations

import ctypes
import os
import time
from dataclasses import dataclass, field

from chain_of_custody.manifest import ClockReading

_NS = 1_000_000_000
_STA_UNSYNC = 0x0040  # adjtimex(2)
_TIME_ERROR = 5


class _Timex(ctypes.Structure):
    """struct timex as far as its status; the rest is room for the kernel."""

    _fields_ = (
        ("modes", ctypes.c_uint), ("offset", ctypes.c_long), ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long), ("esterror", ctypes.c_long), ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )  # fmt: skip


def synchronised() -> bool | None:
    """Whether the kernel believes its clock to be synchronised; None where it can't be asked."""
    ask = None if os.name == "nt" else getattr(ctypes.CDLL(None), "adjtimex", None)
    if ask is None:
        return None
    timex = _Timex()  # modes = 0: only read
    state = ask(ctypes.byref(timex))
    return None if state < 0 else state != _TIME_ERROR and not timex.status & _STA_UNSYNC


def utc(ns: int) -> str:
    """RFC 3339 in UTC with microseconds; years outside 1 to 9999 can't come from a clock."""
    seconds, rest = divmod(ns, _NS)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{rest // 1000:06d}Z"


@dataclass(slots=True)
class Clock:
    """Where time comes from; a test passes another one."""

    now_ns: int | None = None
    """A fixed wall clock, for tests."""
    _second: tuple[int, str] = field(default=(-1, ""))

    def wall(self) -> int:
        """Nanoseconds since 1970, as the host believes."""
        return time.time_ns() if self.now_ns is None else self.now_ns

    def mono(self) -> int:
        """Nanoseconds that only go forward."""
        return time.monotonic_ns()

    def utc(self, ns: int) -> str:
        """RFC 3339 with microseconds; the second's text is kept: records come in thousands."""
        seconds, rest = divmod(ns, _NS)
        known, text = self._second
        if known != seconds:
            text = utc(seconds * _NS)[:20]
            self._second = seconds, text
        return f"{text}{str(rest // 1000).zfill(6)}Z"  # half the time of a format with a width

    def reading(self, reference: str | None = None) -> ClockReading:
        """All that the host says of its clocks now.

        Args:
            reference: what a person read from another clock just now: UTC, RFC 3339.
        """
        wall = self.wall()
        return ClockReading(
            mono=str(self.mono()), reference=reference, source="host", synchronised=synchronised(),
            utc=self.utc(wall), zone=zone(wall),
        )  # fmt: skip


def zone(wall: int) -> str:
    """How far the host's zone is ahead of UTC at a time, as +09:00."""
    return zone_of(time.localtime(wall // _NS).tm_gmtoff)


def zone_of(offset: int) -> str:
    """The same for so many seconds ahead."""
    sign = "-" if offset < 0 else "+"
    return f"{sign}{abs(offset) // 3600:02d}:{abs(offset) // 60 % 60:02d}"
