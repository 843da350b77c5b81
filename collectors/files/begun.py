"""A reading whose first bytes were looked at: it gives them once more, and then the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collectors.artifact import Reading

_PIECE = 32 << 10  # bytes: what the bundle asks for at once, so that no read is one more


class Begun:
    """Reads on where the look at the head ended; an error of that comes when it is read."""

    def __init__(self, reading: Reading, most: int) -> None:
        """Read the first piece; it is the head's if the file begins there, not with a hole.

        Args:
            reading: what is read; nothing was read of it yet.
            most: bytes of the head that are looked at.
        """
        self._reading = reading
        self._error: OSError | None = None
        self._held = memoryview(bytearray(_PIECE))
        self._held = self._held[: self._first(most)]
        offset, size = next(iter(reading.ranges), (0, len(self._held)))
        self.head = b"" if offset else bytes(self._held[: min(most, size)])
        self.stat, self.method, self.taken = reading.stat, reading.method, reading.taken
        self._follow()

    def _first(self, most: int) -> int:
        count = 0
        try:
            while count < most and (more := self._reading.readinto(self._held[count:])):
                count += more
        except OSError as error:
            self._error = error
        return count

    def _follow(self) -> None:
        """What the reading has found so far."""
        found = self._reading
        self.ranges, self.missing, self.errors = found.ranges, found.missing, found.errors
        self.ended = found.ended and not self._held and self._error is None

    @property
    def changed(self) -> bool | None:
        """Whether it was changed while it was read; None where that can't be told."""
        return self._reading.changed

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer from its start; 0 means the end."""
        if self._held:
            count = min(len(buffer), len(self._held))
            buffer[:count] = self._held[:count]
            self._held = self._held[count:]
            self.ended = self._reading.ended and not self._held and self._error is None
            return count
        if self._error is not None:
            error, self._error = self._error, None
            raise error
        try:
            return self._reading.readinto(buffer)
        finally:
            self._follow()

    def close(self) -> None:
        """Let the source go."""
        self._reading.close()
