"""What a run leaves to the machine's own work: memory for its programs, and time of its disks."""

from __future__ import annotations

import time
from collections.abc import Callable

from evidence.machine import endpoint

MEMORY, FORMAT = "memory", "format"  # what stands where else the option of a limit does
LEAST = 128 << 20  # bytes of memory; below, systems begin to end programs: a judgement, no measure
SERVER = 32 << 20  # bytes a second that are read of a machine on which others wait: likewise
_SHARE = 16  # of a machine that has little, the floor is this part of all
_WORTH = 0.005  # seconds: what is shorter no system can wait for
_LOOKS, _BETWEEN = 120, 0.5  # a minute; seconds


class Patience:
    """Waits where this machine is short of memory: a minute in a whole run, however often."""

    def __init__(self, told: Callable[[], None]) -> None:
        """So that nobody takes a wait for a fault, `told` is called before the first one."""
        self._told = told
        self._left = _LOOKS

    def brings_none(self, ended: Callable[[], bool]) -> bool:
        """Whether memory is still short, and what was left of the minute is over.

        Args:
            ended: whether nothing is to be waited for any more.
        """
        while short_of_memory() and not ended():
            if not self._left:
                return True
            if self._left == _LOOKS:
                self._told()
            self._left -= 1
            time.sleep(_BETWEEN)
        return False


def short_of_memory() -> bool:
    """Whether this machine has too little memory left for its own work."""
    told = endpoint.memory()
    return told is not None and told[0] < min(LEAST, told[1] // _SHARE)


class Pace:
    """Holds the reading back to a rate: every byte of an item passes here."""

    def __init__(self, rate: int) -> None:
        """So many bytes a second at the most (more than none), with no credit for pauses."""
        self._rate = rate
        self._due = 0.0

    def update(self, data: memoryview, /) -> None:
        """Let these bytes pass when those before them have had their time, reading included."""
        now = time.monotonic()
        if self._due - now > _WORTH:
            time.sleep(self._due - now)
        self._due = max(self._due, now) + len(data) / self._rate


def paced(rate: int | None) -> Pace | None:
    """What holds a run back to a rate; None where nothing was said."""
    return None if rate is None else Pace(rate)
