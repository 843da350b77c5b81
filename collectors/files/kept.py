"""A file that is kept in memory, compressed, to be read from anywhere."""

from __future__ import annotations

import io
import zlib
from functools import lru_cache

BLOCK = 64 << 10  # bytes that are compressed together
_OPEN = 32  # blocks that are kept as they are after they were asked for


class Kept(io.RawIOBase):
    """Filled once, forward, with `add`; read afterwards, with `seek` and `read`."""

    def __init__(self, *, most: int) -> None:
        """An empty one.

        Args:
            most: bytes that it may take up, compressed.
        """
        self.size = 0
        self._most = most
        self._blocks: list[bytes] = []
        self._last = bytearray()
        self._position = 0
        self._block = lru_cache(_OPEN)(self._unpacked)

    def add(self, data: bytes) -> None:
        """Append.

        Raises:
            MemoryError: it takes up more than it may.
        """
        self._last += data
        self.size += len(data)
        while len(self._last) >= BLOCK:
            packed = zlib.compress(self._last[:BLOCK], 1)
            self._most -= len(packed)
            if self._most < 0:
                raise MemoryError("it can't be compressed enough to be kept")
            self._blocks.append(packed)
            del self._last[:BLOCK]

    def _unpacked(self, number: int) -> bytes:
        return zlib.decompress(self._blocks[number])

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to an offset; beyond the end nothing is read."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override] # any buffer
        """Fill the buffer from its start, up to the end of a block; 0 means the end."""
        number, at = divmod(self._position, BLOCK)
        if self._position >= self.size:
            return 0
        block = self._block(number) if number < len(self._blocks) else bytes(self._last)
        piece = block[at : at + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)
