"""How long one file may take: what is made to take forever ends, and that it did is told.

A processor's time is counted, and that of this thread alone: a machine that is busy with other
things, or a slow disk, shortens no log. Where a process apart reads it, the time is counted for
which that is waited for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_MIB = 1 << 20
OF_A_HOST = 600.0  # seconds for all logs together, beside those that their sizes give them
Clock = Callable[[], float]


class Stopwatch:
    """Seconds for which something else was waited for."""

    def __init__(self) -> None:
        """Before the first of them."""
        self._seconds = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """While it is waited for."""
        begun = time.monotonic()
        try:
            yield
        finally:
            self._seconds += time.monotonic() - begun

    def read(self) -> float:
        """All of them so far."""
        return self._seconds


class Patience:
    """So many seconds for one file."""

    def __init__(self, seconds: float, clock: Clock = time.thread_time) -> None:
        """From now on."""
        self.seconds = seconds
        self._clock = clock
        self._until = clock() + seconds

    @property
    def left(self) -> float:
        """How many there are left."""
        return max(0.0, self._until - self._clock())

    def half(self) -> Patience:
        """Half of what is left, for a look beforehand."""
        return Patience(self.left / 2, self._clock)

    @property
    def ended(self) -> bool:
        """Whether they are over."""
        return not self.left


class Reserve:
    """Seconds that all logs of a host have together, beside those that their sizes give them.

    A thousand small ones that are each made to last would else take a day.
    """

    def __init__(self, seconds: float, clock: Clock = time.thread_time) -> None:
        """Before the first of them."""
        self._left = seconds
        self._clock = clock

    @contextmanager
    def of(self, size: int, *, begin: float, of_a_mib: float) -> Iterator[Patience]:
        """While one of them is read; longer for a larger one.

        Args:
            size: bytes that are really there; holes are none.
            begin: seconds for the smallest, as long as there are any left for all.
            of_a_mib: seconds more for each MiB, whatever others took.
        """
        own, begun = of_a_mib * size / _MIB, self._clock()
        try:
            yield Patience(min(begin, self._left) + own, self._clock)
        finally:
            taken = self._clock() - begun - own
            self._left = max(0.0, self._left - max(0.0, taken))
