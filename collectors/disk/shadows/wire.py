"""What libvshadow's process is asked beside what any library's is, and what it answers."""

from __future__ import annotations

from typing import NamedTuple

from collectors.disk.libraries import wire
from collectors.disk.libraries.wire import Said


class Store(NamedTuple):
    """What the library says of a shadow copy."""

    identifier: str
    is_here: bool
    """Whether it finds its blocks in this volume."""


class Stores(Said, frozen=True):
    """The shadow copies that it opened, in its order."""

    stores: list[Store]


class Read(Said, frozen=True):
    """Give bytes of a shadow copy."""

    volume: int
    store: int
    """Its place in that order."""
    offset: int
    size: int


REQUESTS = wire.Open | Read | wire.Forget | wire.Needed | wire.Unread
ANSWERS = (
    wire.Needs | wire.Failed | wire.Unread | wire.Missing | wire.Forgotten | Stores | wire.Held
)
