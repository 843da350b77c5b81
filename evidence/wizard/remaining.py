"""How long it may still take: a guess from what went before, said as one."""

from __future__ import annotations

from collectors.memory import Memory

_MEMORY_RATE = 100 << 20  # bytes a second from a slow stick: the guess errs towards longer
_ORDINARY = 1.0  # seconds of a collector, as a weight; what really passes corrects it
_FEW = 3  # collectors that must have passed before anything is guessed


class Remaining:
    """Weighs collectors that are done against those to come."""

    def __init__(self, ram: int) -> None:
        """Begin.

        Args:
            ram: bytes of memory that are to be read; 0 for none.
        """
        self._memory = ram / _MEMORY_RATE
        self._memory_done = False
        self._name = ""
        self._index = self._total = 0

    def collector(self, name: str, index: int, total: int) -> None:
        """A collector begins, `index` others being done."""
        self._memory_done = self._memory_done or self._name == Memory.name
        self._name, self._index, self._total = name, index, total

    def seconds(self, elapsed: float) -> int | None:
        """Seconds left after so many; None while nothing can be said."""
        if self._index < _FEW:
            return None
        done = self._index * _ORDINARY + (self._memory if self._memory_done else 0)
        left = (self._total - self._index) * _ORDINARY + (0 if self._memory_done else self._memory)
        return round(elapsed / done * left)
