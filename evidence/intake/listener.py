"""Who hears how far an import is."""

from __future__ import annotations

from typing import Literal, Protocol

Step = Literal["copy", "verify", "unpack", "place", "image"]


class Listener(Protocol):
    """Hears how far an import is; shows it, or doesn't."""

    def step(self, name: Step, total: int) -> None:
        """A step begins; its total in bytes, for `place` in items. 0 where it is not known."""
        ...

    def advance(self, amount: int) -> None:
        """So much more of the step is done."""
        ...


class Silent:
    """Hears it for nobody."""

    def step(self, name: Step, total: int) -> None:
        """Nobody listens."""

    def advance(self, amount: int) -> None:
        """Nobody listens."""
