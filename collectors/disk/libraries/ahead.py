"""Bytes of which more are had at once, where one place is read after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 1 << 20  # bytes at once


class Ahead:
    """What is read on from the last place comes in ever larger pieces; all else as asked for.

    Whoever reads an image asks for a chunk at a time, and each question to another process costs
    two switches between them.
    """

    def __init__(self, needed: Callable[[int, int], bytes]) -> None:
        """Hold nothing yet.

        Args:
            needed: gives bytes; fewer at the end of all.
        """
        self._needed = needed
        self._start, self._held = 0, b""

    def read(self, offset: int, size: int) -> memoryview:
        """Bytes, fewer at the end.

        Raises:
            OSError: they can't be had, or those behind them that would have come along.
        """
        within = offset - self._start
        if not 0 <= within <= len(self._held) - size:
            goes_on = 0 <= within <= len(self._held)
            more = min(2 * len(self._held), MOST) if goes_on else 0
            self._held = self._needed(offset, max(size, more))
            self._start, within = offset, 0
        return memoryview(self._held)[within : within + size]
