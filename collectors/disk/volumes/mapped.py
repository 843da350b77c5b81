"""A logical volume as a disk of its own: its segments, one after another."""

from __future__ import annotations

import errno
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from collectors.disk.reader import SECTOR, beyond_the_end

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collectors.disk.reader import Reader


class Stripe(NamedTuple):
    """Where a stripe of a run begins on a physical volume, which may not be here."""

    reader: Reader | None
    physical: str
    """The UUID of its physical volume."""
    offset: int


class Run(NamedTuple):
    """Bytes that lie in one stripe, or in turn in each of several."""

    start: int
    size: int
    stripes: tuple[Stripe, ...]
    turn: int
    """Bytes in one stripe before the next one's turn; 0 where there is one alone."""

    def place(self, offset: int) -> tuple[Stripe, int, int]:
        """The stripe that an offset lies in, where in it, and how much follows there."""
        within = offset - self.start
        if not self.turn:
            return self.stripes[0], within, self.size - within
        turns, into = divmod(within, self.turn)
        number, which = divmod(turns, len(self.stripes))
        return self.stripes[which], number * self.turn + into, self.turn - into


class Mapped:
    """All runs as one reader."""

    def __init__(self, runs: Sequence[Run]) -> None:
        """Join them.

        Args:
            runs: in their order, each where the one before ends.
        """
        self._runs = runs
        self._starts = [run.start for run in runs]
        self.size = runs[-1].start + runs[-1].size if runs else 0
        readers = [stripe.reader for run in runs for stripe in run.stripes]
        self.sector = max((each.sector for each in readers if each), default=SECTOR)

    def readinto(self, offset: int, buffer: memoryview, /) -> None:
        """Fill the buffer, from as many runs as it takes."""
        if offset < 0 or offset + len(buffer) > self.size:
            raise beyond_the_end()
        while buffer:
            run = self._runs[bisect_right(self._starts, offset) - 1]
            stripe, at, left = run.place(offset)
            piece = buffer[:left]
            if stripe.reader is None:
                raise OSError(errno.EIO, "on a physical volume that is not here")
            stripe.reader.readinto(stripe.offset + at, piece)
            offset, buffer = offset + len(piece), buffer[len(piece) :]

    def close(self) -> None:
        """The disk is closed by who opened it."""
