"""Who is told how far a collection is, while it runs."""

from __future__ import annotations

from typing import Protocol


class Listener(Protocol):
    """Hears how far the collection is; shows it, or doesn't."""

    def collector(self, name: str, index: int, total: int) -> None:
        """A collector begins."""
        ...

    def item(self, origin: str, stored: int) -> None:
        """An item is taken; so many bytes have been read so far."""
        ...

    def waiting(self) -> None:
        """The machine is short of memory, and from now on the run waits for it at times."""
        ...
