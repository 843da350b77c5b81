"""How long one file may take: what is made to take forever ends, and that it did is told.

A processor's time is counted, and that of this thread alone: a machine that is busy with other
things, or a slow disk, shortens no log.
"""

from __future__ import annotations

import time

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


def by_size(size: int, *, begin: float, of_a_mib: float) -> Patience:
    """Longer for a larger file.

    Args:
        size: bytes that are really there; holes are none.
        begin: seconds for the smallest.
        of_a_mib: seconds more for each MiB.
    """
    return Patience(begin + of_a_mib * size / _MIB)
