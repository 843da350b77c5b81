"""How long one file may take: what is made to take forever ends, and that it did is told.

A processor's time is counted, and that of this thread alone: a machine that is busy with other
things, or a slow disk, shortens no log.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

_MIB = 1 << 20


class Patience:
    """So many seconds for one file."""

    def __init__(self, seconds: float) -> None:
        """From now on."""
        self.seconds = seconds
        self._until = time.thread_time() + seconds

    @property
    def ended(self) -> bool:
        """Whether they are over."""
        return time.thread_time() >= self._until


class Reserve:
    """Seconds that all logs of a host have together, beside those that their sizes give them.

    A thousand small ones that are each made to last would else take a day.
    """

    def __init__(self, seconds: float) -> None:
        """Before the first of them."""
        self._left = seconds

    @contextmanager
    def of(self, size: int, *, begin: float, of_a_mib: float) -> Iterator[Patience]:
        """While one of them is read; longer for a larger one.

        Args:
            size: bytes that are really there; holes are none.
            begin: seconds for the smallest, as long as there are any left for all.
            of_a_mib: seconds more for each MiB, whatever others took.
        """
        own, begun = of_a_mib * size / _MIB, time.thread_time()
        try:
            yield Patience(min(begin, self._left) + own)
        finally:
            taken = time.thread_time() - begun - own
            self._left = max(0.0, self._left - max(0.0, taken))
