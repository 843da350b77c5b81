"""Pages of memory through a descriptor: what is refused costs itself alone."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from collectors.artifact import detail_of

PAGE = 4096


class Unread(NamedTuple):
    """Addresses, or bytes of a piece, that could not be read, and why."""

    start: int
    end: int
    error: str


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


def fill(descriptor: int, room: memoryview, offset: int) -> Iterator[Unread]:
    """The whole piece, or page by page with zeros for those that are refused."""
    try:
        if os.preadv(descriptor, (room,), offset) == len(room):
            return
    except OSError:
        pass  # which page it was is found out now
    for at in range(0, len(room), PAGE):
        page = room[at : at + PAGE]
        error = _page(descriptor, page, offset + at)
        if error:
            page[:] = bytes(len(page))
            yield Unread(at, at + len(page), error)


def _page(descriptor: int, page: memoryview, offset: int) -> str:
    try:
        count = os.preadv(descriptor, (page,), offset)
    except OSError as error:
        return detail_of(error)
    return "" if count == len(page) else f"only {count} of {len(page)} bytes came"
