"""What could not be read of one file: told one by one, and from some number on counted."""

from __future__ import annotations

_TOLD = 20  # faults of a file that are told one by one


class Faults:
    """The faults of one file."""

    def __init__(self) -> None:
        self._told: list[str] = []
        self._more = 0

    def add(self, why: str) -> None:
        """One more."""
        if len(self._told) < _TOLD:
            self._told.append(why)
        else:
            self._more += 1

    def told(self) -> list[str]:
        """All of them, the last ones as a number."""
        return [*self._told, *([f"and {self._more} more faults"] if self._more else [])]
