"""Pages of memory through a descriptor: what is refused costs itself alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from collectors.artifact import detail_of

PAGE = 4096


class Unread(NamedTuple):
    """Addresses, or bytes of a piece, that could not be read, and why."""

    start: int
    end: int
    error: str


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
