"""Memory behind a door that was opened: of the machine, or of a process."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Protocol

from collectors.files.pages import Unread, fill


class Memory(Protocol):
    """Memory behind an open door."""

    @property
    def told(self) -> Sequence[str]:
        """What was left out of it, or did not answer: why, and its name."""
        ...

    def fill(self, room: memoryview, offset: int) -> Iterator[Unread]:
        """Fill a piece; yields the bytes of it that can't be read, for which zeros stand."""
        ...

    def close(self) -> None:
        """Let the door go."""
        ...


class OwnReads:
    """Memory that this process reads itself: no read of it waits for anything but the machine."""

    told: Sequence[str] = ()

    def __init__(self, descriptor: int) -> None:
        """Read by this descriptor; it is closed with the reading."""
        self._descriptor = descriptor

    def fill(self, room: memoryview, offset: int) -> Iterator[Unread]:
        """As `Memory.fill`."""
        return fill(self._descriptor, room, offset)

    def close(self) -> None:
        """As `Memory.close`."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
