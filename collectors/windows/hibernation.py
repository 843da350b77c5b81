"""A hibernation file of Windows as it is read: what its mark says, and whether it was emptied.

Windows writes memory there before it switches off (also where it is only shut down, with fast
startup), and its loader changes the mark when it wakes from it. From Windows 8 on, what is behind
the header is overwritten with zeros then.

Sources: J. Sylve, V. Marziale, G. Richard, "Modern Windows Hibernation File Analysis" (2017);
Volatility 2, "Hiber Address Space".
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from collectors.artifact import Artifact, Reading

_NAME = "hiberfil.sys"
_HEADER = 64 << 10  # bytes in which header, processor state and tables of an empty file lie
_BEGINNING = 4  # bytes of the mark
_BLOCK = 4096
_ZEROS = bytes(_BLOCK)
_XPRESS = b"\x81\x81xpress"  # before each block of memory, up to Windows 7
_MARKS = {
    b"HIBR": "memory was written here, and the machine did not wake from it since",
    b"WAKE": "the machine woke from it since",
    b"RSTR": "the machine began to wake from it, and did not say that it had",
    b"HORM": "the machine wakes from it each time (hibernate once, resume many)",
    b"LINK": "it only names the partition on which the hibernation file lies",
    b"\0\0\0\0": "no mark: its header was overwritten with zeros, or nothing was ever written here",
}
_UNKNOWN = "Windows is not known to write this one"


class Hibernation:
    """Reads on, and at its end says what was seen: nothing is read for that alone."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._mark = b""
        self._size = self._last = 0
        self._before = b""
        self._packed = False
        self.stat, self.method, self.taken = reading.stat, reading.method, reading.taken
        self._told: tuple[str, ...] = ()
        self._follow()

    def _follow(self) -> None:
        found = self._reading
        self.ranges, self.missing, self.ended = found.ranges, found.missing, found.ended
        self.errors: Sequence[str] = (*found.errors, *self._told)

    @property
    def changed(self) -> bool | None:
        """Whether it was changed while it was read; None where that can't be told."""
        return self._reading.changed

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer from its start; 0 means the end."""
        try:
            count = self._reading.readinto(buffer)
            self._see(bytes(buffer[:count]))
        finally:
            self._follow()
        return count

    def _see(self, piece: bytes) -> None:
        self._mark += piece[: _BEGINNING - len(self._mark)]
        self._packed = self._packed or _XPRESS in self._before + piece
        self._before = (self._before + piece)[1 - len(_XPRESS) :]
        for at in range(0, len(piece), _BLOCK):
            block = piece[at : at + _BLOCK]
            if block != _ZEROS[: len(block)]:
                self._last = self._size + at + len(block)
        self._size += len(piece)
        if self._reading.ended or not piece:
            self._told = tuple(self._sentences())

    def _sentences(self) -> list[str]:
        if not self._size:
            return ["hibernation file: it is empty"]
        mark = self._mark.decode("ascii", "replace")
        shown = mark if mark.isascii() and mark.isalnum() else self._mark.hex()
        found = [f"hibernation file, mark {shown}: {_MARKS.get(self._mark.upper(), _UNKNOWN)}"]
        if not self._last:
            found.append("it holds nothing but zeros")
        elif self._last <= _HEADER < self._size:
            found.append(f"it was emptied: nothing but zeros behind its first {self._last} bytes")
        if self._packed:
            found.append("the memory in it is compressed (Xpress, as up to Windows 7)")
        return found

    def close(self) -> None:
        """Let the source go."""
        self._reading.close()


def watched(one: Artifact) -> Artifact:
    """A hibernation file is looked at as it is read; anything else is as it was."""
    if one.stream is not None or one.origin.rpartition("/")[2].lower() != _NAME:
        return one
    return one._replace(open=partial(_opened, one.open))


def _opened(opening: Callable[[], Reading]) -> Hibernation:
    return Hibernation(opening())
